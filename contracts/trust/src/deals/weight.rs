//! What a deal weighs: set here, never by those who rate.
//!
//! Without a payment behind it a deal has a small weight of its own. With one,
//! what one side paid the other in the end under the deal's reference says it:
//! paying to and fro gains nothing. Then it is cut to what is left of three
//! caps, so that no pair and no rater fills a mailbox alone:
//!
//! | cap | counts |
//! |---|---|
//! | pair | weights between two persons, in each period that the deal's ratings may fall into |
//! | rater | weights that a person gives, likewise |
//! | open deals | a person's deals that have not ended: a place is there, or not |
//!
//! A gate's t_min is 15 pair caps for each counterparty that it asks for (8 + 4 +
//! 2 + 1 of the last four periods). This needs that no more than one pair cap
//! lands in one period, whenever the ratings were promised: so a deal counts in
//! every period that it can still reach, until it has ended.

/// The greatest weight: sixteen bits in every circuit.
pub const MAX_WEIGHT: u64 = u16::MAX as u64;
/// Most weight that one partner gives a member in a period, if not told otherwise.
pub const PAIR_CAP: u32 = 200;
/// … and however it is told: histories stay far below 44 bits.
pub const MOST_PAIR_CAP: u32 = 1_000_000;
/// Most periods that one deal can reach. With the fixed times it is two.
pub const MAX_REACH: u64 = 8;

/// What is left of the caps for one deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Of the pair's.
    pub pair: u64,
    /// Of what the offering side may give.
    pub a: u64,
    /// Of what the accepting side may give.
    pub b: u64,
}

impl Room {
    /// The least of the three.
    #[must_use]
    pub fn least(&self) -> u64 {
        self.pair.min(self.a).min(self.b)
    }

    /// What is left in both of two periods.
    #[must_use]
    pub fn and(self, other: Room) -> Room {
        Room {
            pair: self.pair.min(other.pair),
            a: self.a.min(other.a),
            b: self.b.min(other.b),
        }
    }
}

/// What is left of a cap.
#[must_use]
pub const fn left(cap: u64, used: u64) -> u64 {
    cap.saturating_sub(used)
}

/// The weight of what was settled, in picos: one for each unit of so many picos,
/// the small weight at least. `None`: nothing was settled.
#[must_use]
pub fn worth(a_to_b: u128, b_to_a: u128, unit: u64, small: u16) -> Option<u16> {
    let net = a_to_b.abs_diff(b_to_a);
    if net == 0 {
        return None;
    }
    let units = (net / u128::from(unit.max(1))).min(u128::from(MAX_WEIGHT));
    // at most MAX_WEIGHT
    Some((units as u16).max(small))
}

/// A weight cut to what is left; 0: nothing is.
#[must_use]
pub fn cut(asked: u16, room: Room) -> u16 {
    u64::from(asked).min(room.least()) as u16
}

/// The periods that a deal's ratings may fall into, the first and the last.
/// `None`: more than [`MAX_REACH`].
#[must_use]
pub fn reach(first: u32, last: u32) -> Option<std::ops::RangeInclusive<u32>> {
    let periods = first..=last.max(first);
    (u64::from(*periods.end() - first) < MAX_REACH).then_some(periods)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDIT: u64 = 1_000_000_000_000;

    #[test]
    fn a_weight_is_what_was_paid_in_the_end_and_paying_to_and_fro_gains_nothing() {
        let credits = |n: u128| n * u128::from(CREDIT);
        assert_eq!(worth(credits(50), 0, CREDIT, 1), Some(50));
        assert_eq!(worth(0, credits(50), CREDIT, 1), Some(50));
        assert_eq!(worth(credits(1_050), credits(1_000), CREDIT, 1), Some(50));
        assert_eq!(worth(credits(50), credits(50), CREDIT, 1), None);
        assert_eq!(worth(0, 0, CREDIT, 1), None);
        // less than a unit is the small weight, whatever the unit
        assert_eq!(worth(1, 0, CREDIT, 3), Some(3));
        assert_eq!(worth(7, 0, 0, 3), Some(7));
        assert_eq!(worth(u128::MAX, 0, CREDIT, 1), Some(u16::MAX));
    }

    #[test]
    fn a_weight_is_cut_to_the_least_that_is_left_in_any_period_it_reaches() {
        let room = |pair, a, b| Room { pair, a, b };
        assert_eq!(cut(50, room(100, 100, 100)), 50);
        assert_eq!(cut(50, room(49, 100, 100)), 49);
        assert_eq!(cut(50, room(100, 48, 100)), 48);
        assert_eq!(cut(50, room(100, 100, 47)), 47);
        assert_eq!(cut(50, room(100, 100, 100).and(room(100, 0, 9))), 0);
        assert_eq!(cut(u16::MAX, room(u64::MAX, u64::MAX, u64::MAX)), u16::MAX);
        assert_eq!((left(10, 4), left(10, 11)), (6, 0));
    }

    #[test]
    fn a_deal_reaches_eight_periods_at_most() {
        assert_eq!(reach(3, 4), Some(3..=4));
        assert_eq!(reach(3, 3), Some(3..=3));
        assert_eq!(reach(3, 2), Some(3..=3));
        assert_eq!(reach(3, 10), Some(3..=10));
        assert_eq!(reach(3, 11), None);
    }

    #[test]
    fn no_more_than_one_pair_cap_lands_in_a_period_whenever_ratings_were_promised() {
        // deals as large as the caps let them be, opened at any time, each landing
        // at any time that it can reach: (splitmix64, seed 7)
        let mut seed = 7u64;
        let mut below = |bound: u64| {
            seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            ((z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 32) % bound
        };
        const CAP: u64 = 100;
        let (mut used, mut landed) = ([0u64; 64], [0u64; 64]);
        let mut open: Vec<(u16, std::ops::RangeInclusive<u32>)> = vec![];
        for step in 0..5_000u32 {
            let now = step / 100;
            if below(2) == 0 {
                let periods = reach(now, now + below(3) as u32).expect("near");
                let room = periods.clone().map(|p| left(CAP, used[p as usize])).min();
                let room = room.expect("one at least");
                let weight = cut(
                    1 + below(60) as u16,
                    Room {
                        pair: room,
                        a: CAP,
                        b: CAP,
                    },
                );
                for period in periods.clone() {
                    used[period as usize] += u64::from(weight);
                }
                open.push((weight, periods));
            }
            open.retain(|(weight, periods)| {
                let ends = *periods.end() <= now || below(20) == 0;
                if ends {
                    for period in periods.clone() {
                        used[period as usize] -= u64::from(*weight);
                    }
                    used[now as usize] += u64::from(*weight);
                    landed[now as usize] += u64::from(*weight);
                }
                !ends
            });
        }
        assert!(landed.iter().any(|sum| *sum > CAP / 2), "{landed:?}");
        assert!(landed.iter().all(|sum| *sum <= CAP), "{landed:?}");
    }
}
