//! Block time in whole milliseconds since the Unix epoch.
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch. Headers carry it as a CometBFT timestamp with zero sub-millisecond part.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

impl Time {
    /// Milliseconds since the epoch.
    pub fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// Nanoseconds since the epoch, saturating far in the future.
    pub fn nanos(self) -> u64 {
        self.0.saturating_mul(1_000_000)
    }

    /// Later by `millis`, saturating.
    #[must_use]
    pub fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this; 0 if `earlier` is later.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A header's time is not a whole number of milliseconds, or lies before the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("time is not a whole number of milliseconds since 1970")]
pub struct TimeError;

impl TryFrom<tendermint::Time> for Time {
    type Error = TimeError;
    fn try_from(t: tendermint::Time) -> Result<Self, TimeError> {
        let nanos = t.unix_timestamp_nanos();
        if nanos < 0 || nanos % 1_000_000 != 0 {
            return Err(TimeError);
        }
        u64::try_from(nanos / 1_000_000)
            .map(Self)
            .map_err(|_| TimeError)
    }
}

impl TryFrom<Time> for tendermint::Time {
    type Error = TimeError;
    fn try_from(t: Time) -> Result<Self, TimeError> {
        let seconds = i64::try_from(t.0 / 1000).map_err(|_| TimeError)?;
        let nanos = u32::try_from(t.0 % 1000 * 1_000_000).map_err(|_| TimeError)?;
        Self::from_unix_timestamp(seconds, nanos).map_err(|_| TimeError)
    }
}
