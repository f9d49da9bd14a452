//! What a purchase of a budget takes in pieces of work: each looks at every
//! different ballot, and all are read once in a message.

use cosmwasm_std::Storage;

use super::{Stage, Tally, sets};
use crate::agenda::MAX_WORK;
use crate::error::ContractError;

/// Different ballots of a budget in a piece of work …
const GROUPS: u32 = 500;
/// … and ballots of it that are read.
const READ: u32 = 1_500;

/// What it takes to buy.
pub(super) struct Price {
    /// Pieces of work to read the ballots.
    reading: u32,
    /// Pieces of work of a purchase.
    each: u32,
}

impl Price {
    /// Of the first purchase, every ballot counts as a different one.
    pub(super) fn of(
        storage: &dyn Storage,
        number: u64,
        tally: &Tally,
    ) -> Result<Price, ContractError> {
        let ballots = sets(number).count(storage)?;
        Ok(Price::new(ballots, tally.groups.unwrap_or(ballots)))
    }

    const fn new(ballots: u32, groups: u32) -> Price {
        Price {
            reading: ballots / READ,
            each: 1 + groups / GROUPS,
        }
    }

    /// The same, now that it is known how many different ballots there are.
    pub(super) fn of_purchases_among(self, groups: u32) -> Price {
        Price {
            each: Price::new(0, groups).each,
            ..self
        }
    }

    /// What the next purchase needs. One that is dearer than all that a message
    /// may give is made by a message that gives all: nothing stands still.
    pub(super) fn needs(&self) -> u32 {
        self.reading.saturating_add(self.each).min(MAX_WORK)
    }

    /// How many purchases there is work for.
    pub(super) fn steps(&self, work: u32) -> u32 {
        (work.saturating_sub(self.reading) / self.each).max(1)
    }

    pub(super) const fn paid(&self, steps: u32) -> u32 {
        self.reading.saturating_add(steps.saturating_mul(self.each))
    }
}

/// What the next step of a tally needs at once, if that is more than one piece:
/// whatever has too little for it waits.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn needs(
    storage: &dyn Storage,
    number: u64,
    tally: &Tally,
) -> Result<Option<u32>, ContractError> {
    if tally.stage != Stage::Buy {
        return Ok(None);
    }
    let needs = Price::of(storage, number, tally)?.needs();
    Ok(Some(needs).filter(|needs| *needs > 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_purchase_needs_more_than_a_message_may_give() {
        for (ballots, groups, needs) in [
            (0, 0, 1),
            (1_000, 10, 1),
            (1_499, 1_499, 3),
            (2_500, 2_500, 7),
            (2_500, 10, 2),
            (1_000_000, 1_000_000, MAX_WORK),
            (u32::MAX, u32::MAX, MAX_WORK),
        ] {
            let price = Price::new(ballots, groups);
            assert_eq!(price.needs(), needs, "{ballots} {groups}");
            let steps = price.steps(needs);
            assert_eq!(steps, 1);
            if needs < MAX_WORK {
                assert_eq!(price.paid(steps), needs);
            }
        }
        let price = Price::new(2_500, 10);
        assert_eq!((price.steps(MAX_WORK), price.paid(49)), (49, 50));
    }
}
