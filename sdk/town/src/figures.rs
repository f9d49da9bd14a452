//! What a run is measured by: how many, how fast, at what cost.
use std::time::Duration;

use mycel_client::clearing::Step;
use serde::Serialize;

use crate::{assembled::Assembled, cleared::Cleared, forest::Forested, round::Funded};

/// The JSON object that `mycel up --exit` ends with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The chain's height at the end.
    pub height: u64,
    /// Accounts enrolled.
    pub members: usize,
    /// Payments committed, refused ones included.
    pub payments: usize,
    /// Payments that the contract refused because of a limit.
    pub refused: usize,
    /// Sum of all positions and the commons, in pico-credits: 0.
    pub sum: String,
    /// The commons fund, in pico-credits.
    pub commons: String,
    /// Payments a second, from the first submission to the last commit.
    pub tps: Decimal,
    /// From submission to the commit event, in milliseconds.
    pub finality_ms: Finality,
    /// CPU seconds of the validators while payments were made.
    pub cpu_s: Decimal,
    /// CPU seconds of the clients that sign and submit.
    pub client_cpu_s: Decimal,
    /// Bytes of one node's state database.
    pub state_bytes: u64,
    /// The state's root at `height`.
    pub app_hash: String,
    /// How many validators were asked, and have this root at this height.
    pub agreeing: usize,
    /// What the set-up took, step by step: building genesis, starting.
    pub setup: Vec<Step>,
    /// What the clearing round did, if anybody owed anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clearing: Option<Cleared>,
    /// What an assembly drawn by lot recommended and the town decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assembly: Option<Assembled>,
    /// What a forest yielded over a good season and a drought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forest: Option<Forested>,
    /// What a round of funding paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub funding: Option<Funded>,
}

/// Percentiles of finality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finality {
    /// Half of all payments are faster.
    pub p50: Decimal,
    /// All but one in twenty are faster.
    pub p95: Decimal,
}

/// A measured number with one decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal(u64);

impl Decimal {
    /// `numerator / denominator`, rounded to one decimal; 0 if there is nothing to divide by.
    pub fn ratio(numerator: u128, denominator: u128) -> Self {
        let tenths = (numerator * 10 + denominator / 2)
            .checked_div(denominator)
            .unwrap_or(0);
        Self(u64::try_from(tenths).unwrap_or(u64::MAX))
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 10.0)
    }
}

/// The percentile of sorted durations, in milliseconds.
pub fn percentile(sorted: &[Duration], percent: usize) -> Decimal {
    let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted
        .get(rank)
        .map_or(Decimal(0), |d| Decimal::ratio(d.as_micros(), 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let all: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&all, 50).to_string(), "50.0");
        assert_eq!(percentile(&all, 95).to_string(), "95.0");
        assert_eq!(percentile(&[], 95).to_string(), "0.0");
    }
}
