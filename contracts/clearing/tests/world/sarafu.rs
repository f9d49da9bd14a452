//! The Sarafu obligations: 94,223 among 37,677 accounts.
//!
//! The file is not part of this repository: it is looked for under
//! `$MYCEL_DATA` (default `../shared/data` beside the repository).

use std::path::PathBuf;

use mycel_clearing::seed::Seed;
use mycel_kit::Amount;

/// The file, if it is there.
#[allow(
    clippy::disallowed_methods,
    reason = "where the data lies is told by the environment"
)]
pub fn seeds(due: u32) -> Option<Vec<Seed>> {
    let data = std::env::var_os("MYCEL_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = data.join("sarafu/debt.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!(
            "skipped: {} is missing; set MYCEL_DATA to the data folder",
            path.display()
        );
        return None;
    };
    Some(text.lines().map(|line| seed(line, due)).collect())
}

fn seed(line: &str, due: u32) -> Seed {
    let mut parts = line.split(' ');
    let mut next = || parts.next().expect("debtor creditor amount");
    let (debtor, creditor, amount) = (next(), next(), next());
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let pico = format!("{whole}{fraction:0<12}").parse().expect("digits");
    Seed {
        debtor: debtor.parse().expect("a number"),
        creditor: creditor.parse().expect("a number"),
        amount: Amount::new(pico).expect("within the bound"),
        due,
        priority: 0,
        tendered: true,
    }
}
