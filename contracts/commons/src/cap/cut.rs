//! Cuts within an epoch. Pure: no storage, no clock.
//!
//! A lower value cuts at once. Of the cap so far, `own` is what used and
//! outstanding units of the commons' own holders may be together. With the new
//! cap they may be less, and what was taken already (overage too) is gone:
//!
//! ```text
//! num = max(0, own' − harvested − retired − overage)
//! den = own − harvested − retired          (all that can be outstanding)
//! ```
//! Every balance becomes floor(balance · num / den), so all balances together
//! are at most `num`, and with what was taken at most own'.
//!
//! # Why there are never more than 64
//! The first 32 cuts of an epoch are exact. Later ones are rounded down to
//! multiples of 1/32 of the cap as it opened, so each takes at least one of the
//! 32 levels away. Whoever reads a little less every day wears out nothing.

use super::record::MAX_CUTS;
use crate::quantity::Quantity;

/// Cuts that are exact.
pub const EXACT: usize = MAX_CUTS / 2;
/// Levels of later ones.
const LEVELS: u128 = (MAX_CUTS - EXACT) as u128;

/// The cap after a lower value; `None` if nothing is to be cut.
#[must_use]
pub fn lowered(opened: Quantity, cap: Quantity, to: Quantity, cuts: usize) -> Option<Quantity> {
    if to >= cap {
        return None;
    }
    if cuts < EXACT {
        return Some(to);
    }
    // the highest level, ceil(n · opened / 32), that is not above the value
    let level = |n: u128| (opened.units() * n).div_ceil(LEVELS);
    let at = (0..LEVELS).rev().find(|n| level(*n) <= to.units());
    Some(Quantity::at_most(at.map_or(0, level)))
}

/// What was taken of an epoch so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Within entitlements.
    pub harvested: u128,
    /// Retired.
    pub retired: u128,
    /// Beyond entitlements.
    pub overage: u128,
}

/// A cut of what is outstanding: (num, den), and `own` afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// What may still be used.
    pub num: Quantity,
    /// What was outstanding at most.
    pub den: Quantity,
    /// What used and outstanding units together may be now.
    pub own: Quantity,
}

/// What becomes of outstanding units when holders may have `to` instead of `own`.
#[must_use]
pub fn share(own: Quantity, to: Quantity, used: &Used) -> Share {
    let within = used.harvested + used.retired;
    let den = own.units().saturating_sub(within);
    let num = to.units().saturating_sub(within + used.overage).min(den);
    Share {
        num: Quantity::at_most(num),
        den: Quantity::at_most(den),
        own: Quantity::at_most(within + num),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(n: u128) -> Quantity {
        Quantity::new(n).expect("a quantity")
    }

    fn used(harvested: u128, retired: u128, overage: u128) -> Used {
        Used {
            harvested,
            retired,
            overage,
        }
    }

    #[test]
    fn what_was_taken_is_gone_and_the_rest_is_cut_in_proportion() {
        let cut = share(units(1_000), units(700), &used(200, 100, 0));
        assert_eq!(
            (cut.num.units(), cut.den.units(), cut.own.units()),
            (400, 700, 700)
        );
        // overage was taken, too
        let cut = share(units(1_000), units(700), &used(200, 100, 50));
        assert_eq!(
            (cut.num.units(), cut.den.units(), cut.own.units()),
            (350, 700, 650)
        );
    }

    #[test]
    fn a_cut_below_what_was_taken_leaves_nothing_outstanding() {
        let cut = share(units(1_000), units(250), &used(200, 100, 0));
        assert_eq!(
            (cut.num.units(), cut.den.units(), cut.own.units()),
            (0, 700, 300)
        );
    }

    #[test]
    fn equal_or_higher_values_cut_nothing() {
        assert_eq!(lowered(units(100), units(90), units(90), 0), None);
        assert_eq!(lowered(units(100), units(90), units(91), 0), None);
        assert_eq!(
            lowered(units(100), units(90), units(89), 0),
            Some(units(89))
        );
    }

    #[test]
    fn whoever_reads_a_little_less_every_day_makes_64_cuts_at_most() {
        for opened in [1u128, 31, 32, 33, 1_000, 1_000_000, Quantity::MAX.units()] {
            let (mut cap, mut cuts) = (units(opened), 0);
            while !cap.is_zero() {
                let to = units(cap.units() - 1);
                let next = lowered(units(opened), cap, to, cuts).expect("a cut");
                assert!(next <= to, "never above the value");
                if cuts >= EXACT {
                    assert!(to.units() - next.units() <= opened / LEVELS + 1);
                }
                (cap, cuts) = (next, cuts + 1);
            }
            assert!(cuts <= MAX_CUTS, "{opened}: {cuts}");
        }
    }

    #[test]
    fn balances_and_what_was_taken_are_never_above_the_new_cap_after_random_cuts() {
        let seed = 5;
        eprintln!("seed={seed}");
        let mut state = seed;
        let mut random = |below: u128| {
            state = crate::cap::cut::tests::next(state);
            u128::from(state >> 1) % below.max(1)
        };
        for _ in 0..10_000 {
            let mut own = units(1 + random(1_000_000));
            let mut balances: Vec<u128> = vec![];
            let mut left = own.units();
            for _ in 0..8 {
                let balance = random(left + 1);
                left -= balance;
                balances.push(balance);
            }
            let mut taken = Used::default();
            for _ in 0..6 {
                for balance in &mut balances {
                    let harvest = random(*balance / 2 + 1);
                    *balance -= harvest;
                    taken.harvested += harvest;
                }
                taken.overage += random(3);
                let to = units(random(own.units() + 1));
                let cut = share(own, to, &taken);
                for balance in &mut balances {
                    if !cut.den.is_zero() {
                        *balance = *balance * cut.num.units() / cut.den.units();
                    }
                }
                let outstanding: u128 = balances.iter().sum();
                assert!(outstanding <= cut.num.units());
                let all = taken.harvested + taken.overage;
                assert!(outstanding + all <= to.units().max(all));
                own = cut.own;
            }
        }
    }

    /// xorshift
    fn next(mut state: u64) -> u64 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^ (state << 17)
    }
}
