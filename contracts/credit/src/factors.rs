//! Productive capacity: what a member could bring forth, as assessed by
//! others drawn by lot.
//!
//! PC = 5,000 credits · Skills · Time · Tools · Resources · Eco. Each of the
//! four is in [1/4, 2], and 1 for whoever is verified but unassessed; Eco is
//! what the member gives back to the land over what is taken, in [1/4, 4],
//! and 1 without fresh data. Factors are Q32 and each product is floored: a
//! limit is never more than the exact product. Under the literal policy the
//! four may be 0.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Amount;
use mycel_kit::median::{self as kit, Even};

/// 1 in Q32.
pub const ONE: u64 = 1 << 32;
/// The parts that assessors count in: 1/10,000.
pub const BPS: u32 = 10_000;
/// The capacity of someone whose every factor is 1.
pub const BASE: Amount = match Amount::credits(5_000) {
    Some(base) => base,
    None => Amount::MAX,
};
/// The bounds of an assessed factor in the standard: 1/4 to 2.
pub const BOUNDS: (u16, u16) = (2_500, 20_000);
/// The bounds of Eco in Q32: 1/4 to 4.
const ECO_BOUNDS: (u64, u64) = (ONE / 4, ONE * 4);

/// The four factors that people can judge, in 1/10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Factors {
    /// What the member can do.
    pub skills: u16,
    /// The time there is for it.
    pub time: u16,
    /// Tools at hand.
    pub tools: u16,
    /// Land, material, stock.
    pub resources: u16,
}

impl Factors {
    /// Verified, not assessed: neutral.
    pub const UNASSESSED: Factors = Factors {
        skills: 10_000,
        time: 10_000,
        tools: 10_000,
        resources: 10_000,
    };

    /// In a fixed order.
    #[must_use]
    pub fn parts(self) -> [u16; 4] {
        [self.skills, self.time, self.tools, self.resources]
    }

    fn of([skills, time, tools, resources]: [u16; 4]) -> Factors {
        Factors {
            skills,
            time,
            tools,
            resources,
        }
    }

    /// The name and value of a factor outside the bounds, if any is.
    #[must_use]
    pub fn outside(self, (least, most): (u16, u16)) -> Option<(&'static str, u16)> {
        ["skills", "time", "tools", "resources"]
            .into_iter()
            .zip(self.parts())
            .find(|(_, value)| !(least..=most).contains(value))
    }
}

/// The median of each factor by itself; of an even number the lower, since
/// the factors open credit. `None` without any.
#[must_use]
pub fn median(assessed: &[Factors]) -> Option<Factors> {
    let of = |part: usize| {
        let values: Vec<u16> = assessed.iter().map(|one| one.parts()[part]).collect();
        kit::median(&values, Even::Lower)
    };
    Some(Factors::of([of(0)?, of(1)?, of(2)?, of(3)?]))
}

/// Eco in Q32: clamp((regeneration + u) / (extraction + u), 1/4, 4), floored,
/// for u a tenth of the member's share of the regional budget. 1 where u and
/// extraction are both 0: nothing is known.
#[must_use]
pub fn eco(regeneration: u64, extraction: u64, share_of_budget: u64) -> u64 {
    let u = u128::from(share_of_budget / 10);
    let (given, taken) = (u128::from(regeneration) + u, u128::from(extraction) + u);
    if taken == 0 {
        return ONE;
    }
    // given < 2^65: the shift fits
    let ratio = (given << 32) / taken;
    let (least, most) = ECO_BOUNDS;
    u64::try_from(ratio).unwrap_or(u64::MAX).clamp(least, most)
}

/// PC, floored after each factor; `eco` in Q32.
#[must_use]
pub fn capacity(factors: Factors, eco: u64) -> Amount {
    let four = factors
        .parts()
        .map(|bps| (u64::from(bps) << 32) / u64::from(BPS));
    // 2^53 · 2^34 before each shift
    let product = four
        .into_iter()
        .chain([eco.min(ECO_BOUNDS.1)])
        .fold(u128::from(BASE.pico()), |product, factor| {
            (product * u128::from(factor)) >> 32
        });
    u64::try_from(product)
        .ok()
        .and_then(Amount::new)
        .unwrap_or(Amount::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bps: u16) -> Factors {
        Factors::of([bps; 4])
    }

    #[test]
    fn whoever_is_verified_but_unassessed_has_the_whole_base() {
        assert_eq!(capacity(Factors::UNASSESSED, ONE), BASE);
    }

    #[test]
    fn capacity_is_the_product_floored() {
        assert_eq!(capacity(all(5_000), ONE).pico(), BASE.pico() / 16);
        assert_eq!(capacity(all(20_000), ONE * 4).pico(), BASE.pico() * 64);
        let thirds = Factors {
            skills: 3_333,
            ..Factors::UNASSESSED
        };
        let exact = BASE.pico() / 10_000 * 3_333;
        let ours = capacity(thirds, ONE).pico();
        assert!(
            ours <= exact && exact - ours <= BASE.pico() >> 31,
            "{ours} {exact}"
        );
        assert_eq!(
            capacity(all(0), ONE),
            Amount::ZERO,
            "only the literal policy lets this in"
        );
    }

    #[test]
    fn the_standard_bounds_are_a_quarter_and_two() {
        assert_eq!(all(2_500).outside(BOUNDS), None);
        assert_eq!(all(20_000).outside(BOUNDS), None);
        assert_eq!(all(2_499).outside(BOUNDS), Some(("skills", 2_499)));
        let greedy = Factors {
            resources: 20_001,
            ..Factors::UNASSESSED
        };
        assert_eq!(greedy.outside(BOUNDS), Some(("resources", 20_001)));
    }

    #[test]
    fn each_factor_is_the_lower_median_of_the_assessors() {
        let one = |skills, time| Factors {
            skills,
            time,
            ..Factors::UNASSESSED
        };
        let three = [one(20_000, 2_500), one(9_000, 8_000), one(2_500, 20_000)];
        assert_eq!(median(&three), Some(one(9_000, 8_000)));
        assert_eq!(median(&three[..2]), Some(one(9_000, 2_500)));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn eco_is_within_a_quarter_and_four_and_one_when_nothing_is_known() {
        assert_eq!(eco(0, 0, 0), ONE);
        assert_eq!(eco(0, 0, 1_000), ONE, "neutral is just fine");
        assert_eq!(eco(0, 1_000_000, 10), ONE / 4);
        assert_eq!(eco(1_000_000, 0, 10), ONE * 4);
        // (200 + 100) / (500 + 100)
        assert_eq!(eco(200, 500, 1_000), ONE / 2);
        assert_eq!(eco(u64::MAX, u64::MAX, u64::MAX), ONE);
    }
}
