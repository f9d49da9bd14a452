//! What the parts of a run took, one after the other.
use std::time::Instant;

use mycel_client::clearing::Step;

/// Measures steps that follow each other.
pub struct Steps {
    all: Vec<Step>,
    since: Instant,
}

impl Steps {
    /// The first step begins now.
    pub fn begin() -> Self {
        Self {
            all: vec![],
            since: Instant::now(),
        }
    }

    /// A step ends now, and the next begins.
    pub fn took(&mut self, name: &'static str, spent: Spent) {
        let ms = self.since.elapsed().as_millis();
        self.all.push(Step {
            name,
            transactions: spent.transactions,
            gas: spent.gas,
            ms: u64::try_from(ms).unwrap_or(u64::MAX),
        });
        self.since = Instant::now();
    }

    /// All of them.
    pub fn all(self) -> Vec<Step> {
        self.all
    }
}

/// What transactions cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many.
    pub transactions: u32,
    /// SDK gas.
    pub gas: u64,
}

impl Spent {
    /// One more.
    pub fn add(&mut self, gas: u64) {
        self.transactions = self.transactions.saturating_add(1);
        self.gas = self.gas.saturating_add(gas);
    }
}

/// Steps as a table for people, with their sum.
pub fn table(steps: &[Step]) -> String {
    let row = |name: &str, transactions: u32, gas: u64, ms: u64| {
        format!("  {name:<8} {transactions:>12} {gas:>13} {ms:>9}\n")
    };
    let mut text = String::from("  step     transactions           gas        ms\n");
    for step in steps {
        text.push_str(&row(step.name, step.transactions, step.gas, step.ms));
    }
    text.push_str(&row(
        "all",
        steps.iter().map(|step| step.transactions).sum(),
        steps.iter().map(|step| step.gas).sum(),
        steps.iter().map(|step| step.ms).sum(),
    ));
    text
}
