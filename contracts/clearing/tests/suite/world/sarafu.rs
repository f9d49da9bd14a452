//! The Sarafu obligations: 94,223 among 37,677 accounts.
//!
//! The file is not part of this repository: see [`mycel_data`].

use mycel_clearing::seed::Seed;
use mycel_kit::Amount;

/// The file, if it is there.
pub fn seeds(due: u32) -> Option<Vec<Seed>> {
    let path = mycel_data::find("sarafu/debt.csv")?;
    let text = std::fs::read_to_string(path).expect("a readable file");
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
