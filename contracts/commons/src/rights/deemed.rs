//! The price of what is taken beyond one's entitlement (a deemed value): high
//! enough that a right is the cheaper way, low enough that what was caught is
//! told rather than hidden.
//!
//! > base = max(floor, median of the last four auctions)
//! > price = min(base · (1 + ramp · over / entitled), base · most)
//!
//! The amount is that of everything taken beyond the entitlement in the epoch
//! at once: whoever tells it in many small pieces owes what whoever tells it in
//! one owes. Rounded up, for the fund. The excess is repaid in kind as well.

use mycel_kit::median::{Even, median};
use mycel_kit::wide::U256;

/// The terms of a commons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The least price of a unit, in pico-credits.
    pub floor: u64,
    /// How much dearer it gets, in 1/10,000 of the base, when as much again is
    /// taken as one was entitled to.
    pub ramp_bps: u32,
    /// The most, in 1/10,000 of the base; at least 10,000.
    pub most_bps: u32,
}

/// The most that can be owed: what one hold can pay.
pub const MOST: u64 = i64::MAX as u64;

/// Auctions whose prices count.
pub const AUCTIONS: usize = 4;

/// The middle price of the last four auctions, the higher of two middles; the
/// last stands at the end of `prices`.
#[must_use]
pub fn middle(prices: &[u64]) -> Option<u64> {
    let last = prices.len().saturating_sub(AUCTIONS);
    median(&prices[last..], Even::Higher)
}

/// The price of the first unit too many.
#[must_use]
pub fn base(terms: &Terms, middle: Option<u64>) -> u64 {
    terms.floor.max(middle.unwrap_or(0)).min(MOST)
}

/// What is owed for `over` units beyond `entitled`, in pico-credits, rounded
/// up; at most [`MOST`].
#[must_use]
pub fn owed(terms: &Terms, base: u64, over: u128, entitled: u128) -> u64 {
    let whole = U256::from(10_000u32);
    let plain = U256::from(base) * U256::from(over); // < 2^127
    let most = plain * U256::from(terms.most_bps.max(10_000)); // < 2^160, over 10^4
    let amount = if entitled == 0 {
        ceil(most, whole)
    } else {
        // over · base · (10^4 · entitled + ramp · over) / (10^4 · entitled)
        let ramped = whole * U256::from(entitled) + U256::from(terms.ramp_bps) * U256::from(over);
        ceil(plain * ramped, whole * U256::from(entitled)).min(ceil(most, whole))
    };
    u64::try_from(amount).unwrap_or(MOST).min(MOST)
}

/// The price of a unit at this much beyond, rounded up; for people.
#[must_use]
pub fn price(terms: &Terms, base: u64, over: u128, entitled: u128) -> u64 {
    let whole = U256::from(10_000u32);
    let most = U256::from(base) * U256::from(terms.most_bps.max(10_000));
    let amount = if entitled == 0 {
        ceil(most, whole)
    } else {
        let ramped = whole * U256::from(entitled) + U256::from(terms.ramp_bps) * U256::from(over);
        ceil(U256::from(base) * ramped, whole * U256::from(entitled)).min(ceil(most, whole))
    };
    u64::try_from(amount).unwrap_or(MOST).min(MOST)
}

fn ceil(a: U256, b: U256) -> U256 {
    let (quotient, rest) = a.div_rem(b);
    if rest == U256::ZERO {
        quotient
    } else {
        quotient + U256::from(1u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms = Terms {
        floor: 100,
        ramp_bps: 10_000,
        most_bps: 40_000,
    };

    #[test]
    fn the_price_starts_at_the_middle_of_four_auctions_and_never_below_the_floor() {
        assert_eq!(base(&TERMS, None), 100);
        assert_eq!(base(&TERMS, middle(&[40, 60])), 100);
        assert_eq!(base(&TERMS, middle(&[150])), 150);
        assert_eq!(middle(&[9, 9, 9, 1, 2, 3, 4]), Some(3));
        assert_eq!(middle(&[900, 1, 2, 3]), Some(3));
        assert_eq!(middle(&[]), None);
    }

    #[test]
    fn the_price_ramps_with_what_was_taken_too_much_and_is_capped() {
        // as much again as one was entitled to: twice the base
        assert_eq!(price(&TERMS, 100, 50, 50), 200);
        assert_eq!(owed(&TERMS, 100, 50, 50), 50 * 200);
        assert_eq!(price(&TERMS, 100, 5, 50), 110);
        assert_eq!(owed(&TERMS, 100, 5, 50), 550);
        // four times at most, also without any entitlement
        assert_eq!(price(&TERMS, 100, 5_000, 50), 400);
        assert_eq!(owed(&TERMS, 100, 5_000, 50), 5_000 * 400);
        assert_eq!(owed(&TERMS, 100, 7, 0), 7 * 400);
        assert_eq!(owed(&TERMS, 100, 0, 0), 0);
    }

    #[test]
    fn telling_it_in_pieces_owes_no_less_than_at_once() {
        for entitled in [0u128, 1, 7, 100] {
            let mut before = 0;
            for over in 0..300u128 {
                let now = owed(&TERMS, 101, over, entitled);
                // what the last unit adds is never less than its base
                assert!(over == 0 || now >= before + 101, "{over} of {entitled}");
                before = now;
            }
            assert_eq!(before, owed(&TERMS, 101, 299, entitled));
        }
    }

    #[test]
    fn amounts_are_rounded_up_and_end_at_what_a_hold_can_pay() {
        let odd = Terms {
            floor: 1,
            ramp_bps: 3_333,
            most_bps: 40_000,
        };
        // 1 · (1 + 0.3333 / 7) = 1.0476…
        assert_eq!(owed(&odd, 1, 1, 7), 2);
        let most = i64::MAX as u128;
        let wild = Terms {
            floor: MOST,
            ramp_bps: u32::MAX,
            most_bps: u32::MAX,
        };
        assert_eq!(owed(&wild, MOST, most, 1), MOST);
        assert_eq!(owed(&wild, MOST, most, most), MOST);
        assert_eq!(price(&wild, MOST, most, 1), MOST);
    }
}
