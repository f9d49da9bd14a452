//! What a newcomer starts with: a grant released in parts, or a line.
//!
//! A grant (1,000 credits) is a promise of the genesis account: 250 are
//! released at enrolment and 250 more for each 250 that the member has earned,
//! net and over all time, from at least 3 persons outside the own sponsor
//! tree, at least 10 credits each ([`crate::volume::PARTNER`]), the largest of
//! them counting for at most half. The claim names partners as witnesses; what they paid is read from
//! the pairs' records, so naming more or fewer can only understate it. What is
//! not released after 12 months, or when the member leaves, returns: nothing
//! was charged for it. A line is part of the limit ([`crate::limit`]).
//!
//! Once for each person number, for ever: who left and comes back has neither
//! again ([`crate::reopen`]).

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::{Amount, Key};

use crate::error::ContractError;

/// What the authority decides about grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Release {
    /// Released at enrolment.
    pub opening: Amount,
    /// Released for each such amount earned.
    pub step: Amount,
    /// From at least so many.
    pub partners: u16,
    /// Days after which what is left returns.
    pub days: u16,
}

/// A grant not wholly released yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Promise {
    /// The whole grant.
    pub grant: Amount,
    /// Released so far.
    pub released: Amount,
    /// Unix seconds after which nothing more is.
    pub until: u64,
}

/// A member's promise; none where nothing is left to release.
#[must_use]
pub fn promise(number: u32) -> Key<Promise> {
    Key::new(b's', &number.to_be_bytes())
}

impl Promise {
    /// A new promise and what it releases at once.
    #[must_use]
    pub fn open(grant: Amount, rules: &Release, now: u64) -> Promise {
        Promise {
            grant,
            released: grant.min(rules.opening),
            until: now.saturating_add(u64::from(rules.days) * 86_400),
        }
    }

    /// What is to be released now that the member has earned `earned` from
    /// `partners` outsiders.
    #[must_use]
    pub fn due(&self, earned: u128, partners: usize, rules: &Release, now: u64) -> Amount {
        if now > self.until || partners < usize::from(rules.partners) {
            return Amount::ZERO;
        }
        let step = u128::from(rules.step.pico().max(1));
        let whole = u128::from(rules.opening.pico()).saturating_add(earned / step * step);
        let whole = whole.min(u128::from(self.grant.pico()));
        let due = whole.saturating_sub(u128::from(self.released.pico()));
        u64::try_from(due)
            .ok()
            .and_then(Amount::new)
            .unwrap_or(Amount::ZERO)
    }
}

/// Writes a newcomer's promise; answers what is released at enrolment.
pub fn open(
    storage: &mut dyn Storage,
    number: u32,
    grant: Amount,
    rules: &Release,
    now: u64,
) -> Amount {
    let opened = Promise::open(grant, rules, now);
    if opened.released < grant {
        promise(number).save(storage, &opened);
    }
    opened.released
}

/// A member leaves: what is unreleased returns. Answers how much that was.
///
/// # Errors
/// Only for unreadable state.
pub fn forfeit(storage: &mut dyn Storage, number: u32) -> Result<Amount, ContractError> {
    let key = promise(number);
    let Some(left) = key.may_load(storage)? else {
        return Ok(Amount::ZERO);
    };
    storage.remove(key.bytes());
    Ok(Amount::new(left.grant.pico().saturating_sub(left.released.pico())).unwrap_or(Amount::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;

    const DAY: u64 = 86_400;

    fn credits(credits: u64) -> Amount {
        Amount::credits(credits).unwrap()
    }

    fn rules() -> Release {
        Release {
            opening: credits(250),
            step: credits(250),
            partners: 3,
            days: 365,
        }
    }

    fn earned(credits: u64) -> u128 {
        u128::from(credits) * 1_000_000_000_000
    }

    #[test]
    fn a_quarter_is_released_at_enrolment() {
        let mut storage = MockStorage::new();
        assert_eq!(
            open(&mut storage, 7, credits(1_000), &rules(), 0),
            credits(250)
        );
        assert_eq!(promise(7).load(&storage).unwrap().released, credits(250));
        assert_eq!(
            open(&mut storage, 8, credits(200), &rules(), 0),
            credits(200)
        );
        assert!(
            !promise(8).exists(&storage),
            "nothing is left of a small grant"
        );
    }

    #[test]
    fn each_250_earned_from_three_outsiders_releases_250_up_to_the_grant() {
        let mut promise = Promise::open(credits(1_000), &rules(), 0);
        assert_eq!(promise.due(earned(249), 3, &rules(), 1), Amount::ZERO);
        assert_eq!(promise.due(earned(250), 3, &rules(), 1), credits(250));
        assert_eq!(promise.due(earned(250), 2, &rules(), 1), Amount::ZERO);
        assert_eq!(promise.due(earned(749), 5, &rules(), 1), credits(500));
        assert_eq!(promise.due(earned(90_000), 5, &rules(), 1), credits(750));
        promise.released = credits(500);
        assert_eq!(
            promise.due(earned(250), 3, &rules(), 1),
            Amount::ZERO,
            "once for each"
        );
        assert_eq!(promise.due(earned(500), 3, &rules(), 1), credits(250));
    }

    #[test]
    fn after_twelve_months_what_is_unreleased_returns() {
        let promise = Promise::open(credits(1_000), &rules(), 10);
        let last = 10 + 365 * DAY;
        assert_eq!(promise.due(earned(250), 3, &rules(), last), credits(250));
        assert_eq!(
            promise.due(earned(250), 3, &rules(), last + 1),
            Amount::ZERO
        );
    }

    #[test]
    fn on_leaving_what_is_unreleased_returns() {
        let mut storage = MockStorage::new();
        open(&mut storage, 7, credits(1_000), &rules(), 0);
        assert_eq!(forfeit(&mut storage, 7), Ok(credits(750)));
        assert_eq!(forfeit(&mut storage, 7), Ok(Amount::ZERO));
    }
}
