//! The live status line, on stderr.
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::ledger::Ledger;

/// Where there is no terminal, a line is written so often.
const PLAIN: Duration = Duration::from_secs(10);

/// One line that is written over and over; without a terminal a plain line now and then.
pub struct StatusLine {
    bar: ProgressBar,
    plain: Mutex<Option<Instant>>,
}

impl StatusLine {
    /// A line without a known end.
    pub fn open() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self::on(bar)
    }

    /// A line that counts up to `total`.
    pub fn counting(total: usize) -> Self {
        let bar = ProgressBar::new(total as u64);
        // the template is a constant without unknown keys
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {eta} left  {msg}") {
            bar.set_style(style);
        }
        Self::on(bar)
    }

    fn on(bar: ProgressBar) -> Self {
        Self {
            bar,
            plain: Mutex::new(None),
        }
    }

    /// Says what is being done now.
    pub fn say(&self, text: &str) {
        if self.bar.is_hidden() {
            eprintln!("{text}");
        } else {
            self.bar.set_message(text.to_owned());
        }
    }

    /// Says how far it is, which changes all the time.
    pub fn tell(&self, text: &str) {
        if !self.bar.is_hidden() {
            return self.say(text);
        }
        let mut last = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|at| at.elapsed() > PLAIN) {
            *last = Some(Instant::now());
            eprintln!("{text}");
        }
    }

    /// Shows how the town stands.
    pub fn show(&self, ledger: &Ledger, sum: Option<&str>) {
        self.bar.set_position(ledger.committed as u64);
        let zero_sum = sum
            .map(|sum| format!("  zero-sum {sum}"))
            .unwrap_or_default();
        self.tell(&format!(
            "height {}  payments {}  refused {}{zero_sum}  latency {} ms",
            ledger.height,
            ledger.committed,
            ledger.refused,
            ledger.recent_latency().as_millis(),
        ));
    }

    /// Leaves the line as it is.
    pub fn finish(&self) {
        self.bar.abandon();
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        if !self.bar.is_finished() {
            self.bar.finish_and_clear();
        }
    }
}
