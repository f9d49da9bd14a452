//! The epoch as rights see it: what shares yield in all, what of last epoch's
//! banked units has room, and the cuts so far.

use cosmwasm_std::Storage;

use super::cut;
use crate::cap;
use crate::error::ContractError;

/// An epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Season {
    /// Its number, from 1.
    pub number: u64,
    /// When it opened.
    pub opens: u64,
    /// Whether something may be taken in it now.
    pub open: bool,
    /// What shares yield in all.
    pub tac: u128,
    /// The room for what was set aside in the epoch before.
    pub carried: u128,
    /// The cap now, and as it opened.
    pub cap: (u128, u128),
    /// Each cut as (num, den), in order.
    pub cuts: Vec<(u128, u128)>,
}

impl Season {
    /// How many cuts there were.
    #[must_use]
    pub fn cut_count(&self) -> u32 {
        // 64 at most
        u32::try_from(self.cuts.len()).unwrap_or(u32::MAX)
    }

    /// The cuts that somebody who has seen so many has not seen.
    pub fn since(&self, seen: u32) -> impl Iterator<Item = (u128, u128)> + '_ {
        self.cuts.iter().copied().skip(seen as usize)
    }

    /// A part of the cap as it opened, as a part of the cap now.
    #[must_use]
    pub fn now(&self, units: u128) -> u128 {
        cut::left(units, self.cap.0, self.cap.1)
    }

    /// A quantity after the cuts that somebody has not seen.
    #[must_use]
    pub fn left(&self, units: u128, seen: u32) -> u128 {
        cut::after(units, self.since(seen))
    }
}

fn of(epoch: &cap::record::Epoch) -> Season {
    Season {
        number: epoch.number,
        opens: epoch.opens,
        open: epoch.is_open(),
        tac: epoch.tac.units(),
        carried: epoch.banked_in.units(),
        cap: (epoch.cap.units(), epoch.opened.units()),
        cuts: epoch
            .cuts
            .iter()
            .map(|cut| (cut.num.units(), cut.den.units()))
            .collect(),
    }
}

/// The latest epoch of a commons, open or not; `None` before the first.
///
/// # Errors
/// Unreadable state.
pub fn current(storage: &dyn Storage, commons: u64) -> Result<Option<Season>, ContractError> {
    Ok(cap::state::last_epoch(storage, commons)?.as_ref().map(of))
}

/// An epoch by number.
///
/// # Errors
/// Unreadable state.
pub fn numbered(
    storage: &dyn Storage,
    commons: u64,
    number: u64,
) -> Result<Option<Season>, ContractError> {
    let epoch = cap::state::epoch(commons, number).may_load(storage)?;
    Ok(epoch.as_ref().map(of))
}
