//! Heights, addresses, and what a vote votes for.
use std::fmt;

use arc_malachitebft_core_types as core;
use mycel_types::{Time, header::ValueId};

/// The largest height that CometBFT's signed integers hold. Nothing above is ever decoded.
pub const MAX_HEIGHT: u64 = i64::MAX as u64;
/// The largest round, likewise.
pub const MAX_ROUND: u32 = i32::MAX as u32;
/// The end of the year 9999, in milliseconds: the last instant that a CometBFT timestamp can hold.
pub const MAX_TIME: Time = Time(253_402_300_799_999);

/// A validator's address, as Malachite wants to see it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub mycel_types::Address);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl core::Address for Address {}

impl From<mycel_types::Address> for Address {
    fn from(address: mycel_types::Address) -> Self {
        Self(address)
    }
}

/// A block height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Height(pub u64);

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// A proposed value. The block travels in parts beside the proposal, so here the value is its own id: CometBFT's
/// BlockID with the header's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(pub ValueId);

impl core::Value for Value {
    type Id = ValueId;

    fn id(&self) -> ValueId {
        self.0
    }
}
