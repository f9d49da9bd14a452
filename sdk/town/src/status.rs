//! The live status line, on stderr.
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::ledger::Ledger;

/// One line that is written over and over; without a terminal nothing but milestones.
pub struct StatusLine(ProgressBar);

impl StatusLine {
    /// A line without a known end.
    pub fn open() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// A line that counts up to `total`.
    pub fn counting(total: usize) -> Self {
        let bar = ProgressBar::new(total as u64);
        // the template is a constant without unknown keys
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {eta} left  {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Says what is being done.
    pub fn say(&self, text: &str) {
        self.0.set_message(text.to_owned());
    }

    /// Shows how the town stands.
    pub fn show(&self, ledger: &Ledger, sum: Option<&str>) {
        self.0.set_position(ledger.committed as u64);
        let zero_sum = sum
            .map(|sum| format!("  zero-sum {sum}"))
            .unwrap_or_default();
        self.0.set_message(format!(
            "height {}  payments {}  refused {}{zero_sum}  latency {} ms",
            ledger.height,
            ledger.committed,
            ledger.refused,
            ledger.recent_latency().as_millis(),
        ));
    }

    /// Leaves the line as it is.
    pub fn finish(&self) {
        self.0.abandon();
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        if !self.0.is_finished() {
            self.0.finish_and_clear();
        }
    }
}
