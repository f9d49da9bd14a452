//! What shares yield of an epoch: floor(shares · TAC / 10^8), and exactly how
//! much rounding leaves over.
//!
//! Nobody is asked to be first: each holder's part depends on its own shares
//! and the total only. What the floors leave over is kept as a numerator over
//! 10^8, so that the parts, the rest and what nobody asked for yet are the
//! total to the last unit:
//!
//! > TAC · 10^8 = Σ granted · 10^8 + Σ dust + U · TAC
//!
//! with U the shares that were not brought up to date. Once U is 0, Σ dust is a
//! multiple of 10^8: whole units, which are the reserve's.

use crate::quantity::ALL_SHARES;

/// All shares, as a number to multiply with.
pub const ALL: u128 = ALL_SHARES as u128;

/// What some shares yield of a total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Yield {
    /// Whole units.
    pub units: u128,
    /// What is left over, over 10^8.
    pub dust: u128,
}

/// floor(shares · total / 10^8) and the remainder. `total` ≤ 2^63 − 1 and
/// shares ≤ 10^8 < 2^27 keep the product below 2^90.
#[must_use]
pub const fn of(shares: u64, total: u128) -> Yield {
    let product = (shares as u128).saturating_mul(total);
    Yield {
        units: product / ALL,
        dust: product % ALL,
    }
}

/// floor(units · bps / 10,000).
#[must_use]
pub const fn scaled(units: u128, bps: u32) -> u128 {
    units.saturating_mul(bps as u128) / 10_000
}

/// One's part of what was set aside in the epoch before, if not all of it has
/// room in this one: floor(mine · room / all), all of it where there is room.
#[must_use]
pub const fn carried(mine: u128, room: u128, all: u128) -> u128 {
    if room >= all {
        return mine;
    }
    // mine ≤ all and room < all: both below 2^63
    mine.saturating_mul(room) / all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// splitmix64
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[test]
    fn ten_thousand_shares_of_a_total_of_4_500_000_kg_yield_450_kg() {
        let part = of(10_000, 4_500_000);
        assert_eq!(
            part,
            Yield {
                units: 450,
                dust: 0
            }
        );
    }

    #[test]
    fn entitlements_and_reserve_are_the_total_in_100_000_random_cases() {
        let seed = 6;
        eprintln!("seed={seed}");
        let mut state = seed;
        for case in 0..100_000u32 {
            // of every magnitude up to the bound
            let total = u128::from(random(&mut state) >> (1 + random(&mut state) % 63));
            let holders = 1 + random(&mut state) % 12;
            let mut rest = u64::from(ALL_SHARES);
            let (mut granted, mut dust) = (0u128, 0u128);
            for _ in 0..holders {
                let shares = random(&mut state) % (rest + 1);
                rest -= shares;
                let part = of(shares, total);
                granted += part.units;
                dust += part.dust;
                assert_eq!(
                    total * ALL,
                    granted * ALL + dust + u128::from(rest) * total,
                    "case {case}"
                );
            }
            // unallotted shares are the treasury's
            let treasury = of(rest, total);
            granted += treasury.units;
            dust += treasury.dust;
            assert_eq!(dust % ALL, 0, "case {case}");
            assert_eq!(granted + dust / ALL, total, "case {case}");
            // never more than a unit for each who was rounded
            assert!(dust / ALL <= u128::from(holders), "case {case}");
        }
    }

    #[test]
    fn the_largest_total_and_all_shares_fit() {
        let most = i64::MAX as u128;
        assert_eq!(of(u64::from(ALL_SHARES), most).units, most);
        assert_eq!(
            of(u64::from(ALL_SHARES) - 1, most).units,
            most - most / ALL - 1
        );
    }

    #[test]
    fn what_was_set_aside_shares_what_room_there_is() {
        assert_eq!(carried(40, 100, 100), 40);
        assert_eq!(carried(40, 200, 100), 40);
        assert_eq!(carried(40, 50, 100), 20);
        assert_eq!(carried(33, 50, 100) + carried(67, 50, 100), 49);
        assert_eq!(carried(0, 0, 0), 0);
        assert_eq!(carried(5, 0, 5), 0);
    }
}
