//! How large a jury is, how many votes it takes, how many each side may strike.
//!
//! A client says what it wants; a kind of case has a least size and a least
//! threshold, and the greater counts. On development networks a cap lets towns
//! have juries that are smaller than these.
//!
//! | kind | jurors | votes needed |
//! |---|---|---|
//! | `sanction` (a notice), `flags`, `obligation` | 5 | more than half: 3 |
//! | `entry`, `reading` and `challenge` (of a commons' monitors), and whatever is not named here: it may reduce rights | 11 | two thirds: 8 |
//! | `expulsion`, `default`, `appeal`; every case that is appealed | 23 | two thirds: 16 |
//! | `assess` | as asked | nobody votes |
//!
//! # What that is worth
//! If one member in five colludes, and a jury is drawn from very many, the
//! colluders have the votes needed in Σ_{i ≥ votes} C(k, i)·4^(k−i) / 5^k of
//! the draws (all figures are recomputed exactly by the tests of this file):
//!
//! | jury | they decide | they prevent a decision | they decide, if they also know each other and strike, and the other side strikes blindly |
//! |---|---|---|---|
//! | 5, majority | 5.792 % | 5.792 % | 9.069 % |
//! | 11, two thirds | 0.02352 % | 16.11 % | 0.09179 % |
//! | 23, two thirds | 0.0000375 % | 7.151 % | 0.000496 % |
//!
//! Drawn from few, colluders decide more rarely: with 20 among 100 a jury of 5
//! in 5.320 % and one of 11 in 0.00769 %. The last column is the price of the
//! strikes: they keep out who is known to be partial, and cost a factor of 1.6
//! to 13 where only one side knows who is.

/// What is asked for, in jurors and in 1/10,000 of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Jurors.
    pub size: u16,
    /// Votes needed, in 1/10,000 of the jurors.
    pub threshold_bps: u16,
}

/// More than half.
pub const MAJORITY: u16 = 5_001;
/// Two thirds.
pub const TWO_THIRDS: u16 = 6_667;
/// Most jurors of a case.
pub const MOST: u16 = 101;
/// The kind that only draws.
pub const ASSESS: &str = "assess";
/// The kind that is an appeal by itself: against what an earlier case brought about.
pub const APPEAL: &str = "appeal";
/// A rating that whom it is about disputes: its first party.
pub const RATING: &str = "rating";

/// A jury after an appeal, at least.
pub const SECOND: Asked = Asked {
    size: 23,
    threshold_bps: TWO_THIRDS,
};

/// The least of a kind.
#[must_use]
pub fn least(kind: &str) -> Asked {
    let (size, threshold_bps) = match kind {
        ASSESS => (1, MAJORITY),
        "sanction" | "flags" | "obligation" => (5, MAJORITY),
        "expulsion" | "default" | APPEAL => return SECOND,
        _ => (11, TWO_THIRDS),
    };
    Asked {
        size,
        threshold_bps,
    }
}

impl Asked {
    /// The greater of each.
    #[must_use]
    pub fn or_more(self, least: Asked) -> Asked {
        Asked {
            size: self.size.max(least.size),
            threshold_bps: self.threshold_bps.max(least.threshold_bps),
        }
    }

    /// At most so many jurors.
    #[must_use]
    pub fn capped(self, cap: u16) -> Asked {
        Asked {
            size: self.size.min(cap.max(1)),
            ..self
        }
    }

    /// Votes needed: rounded up, and always more than half, so that two
    /// outcomes never both have them.
    #[must_use]
    pub fn votes(self) -> u16 {
        let share = (u32::from(self.size) * u32::from(self.threshold_bps)).div_ceil(10_000);
        let most = u16::try_from(share).unwrap_or(u16::MAX);
        most.max(self.size / 2 + 1).min(self.size)
    }

    /// How many each side may strike.
    #[must_use]
    pub fn strikes(self) -> u16 {
        self.size / 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(size: u16, threshold_bps: u16) -> Asked {
        Asked {
            size,
            threshold_bps,
        }
    }

    #[test]
    fn a_notice_has_five_by_majority_less_rights_eleven_and_the_gravest_twenty_three_at_two_thirds()
    {
        let table = |kind| (least(kind).size, least(kind).votes());
        for kind in ["sanction", "flags", "obligation"] {
            assert_eq!(table(kind), (5, 3), "{kind}");
        }
        for kind in ["entry", "reading", "challenge", "something new"] {
            assert_eq!(table(kind), (11, 8), "{kind}");
        }
        for kind in ["expulsion", "default", "appeal"] {
            assert_eq!(table(kind), (23, 16), "{kind}");
        }
    }

    #[test]
    fn a_client_may_ask_for_more_than_the_table_and_never_for_less() {
        let more = asked(11, 6_667).or_more(least("sanction"));
        assert_eq!((more.size, more.votes()), (11, 8));
        let less = asked(1, 1).or_more(least("default"));
        assert_eq!((less.size, less.votes()), (23, 16));
        let mixed = asked(7, 10_000).or_more(least("entry"));
        assert_eq!((mixed.size, mixed.votes()), (11, 11));
    }

    #[test]
    fn two_outcomes_never_both_have_the_votes_needed() {
        for size in 1..=MOST {
            for bps in [1, 5_000, MAJORITY, TWO_THIRDS, 10_000] {
                let votes = asked(size, bps).votes();
                assert!(votes * 2 > size && votes <= size, "{size} {bps}");
                assert!(u32::from(votes) * 10_000 >= u32::from(size) * u32::from(bps));
            }
        }
    }

    #[test]
    fn each_side_strikes_a_fifth() {
        let strikes = |size| asked(size, MAJORITY).strikes();
        assert_eq!([3, 5, 11, 23].map(strikes), [0, 1, 2, 4]);
    }

    fn choose(n: u128, k: u128) -> u128 {
        (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
    }

    /// (numerator, denominator) of the chance that at least `votes` of `size`
    /// are among the one in five that collude.
    fn binomial(size: u32, votes: u32) -> (u128, u128) {
        let ways = |i| choose(size.into(), i) * 4u128.pow(size - i as u32);
        let at_least = (u128::from(votes)..=size.into()).map(ways).sum();
        (at_least, 5u128.pow(size))
    }

    /// The same among `bad` of `all` drawn without putting back.
    fn hypergeometric(size: u128, votes: u128, all: u128, bad: u128) -> (u128, u128) {
        let ways = |i| choose(bad, i) * choose(all - bad, size - i);
        let at_least = (votes..=size.min(bad)).map(ways).sum();
        (at_least, choose(all, size))
    }

    /// The chance when the colluders' side strikes honest people of the venire,
    /// the other side strikes blindly, and the jury is drawn from who remains;
    /// over 5^venire · (ways to strike and seat, made common).
    fn struck(size: u128, votes: u128, strikes: u128) -> f64 {
        let venire = size + 2 * strikes;
        let mut chance = 0.0;
        for bad in 0..=venire {
            let honest = venire - bad;
            let left = venire - strikes.min(honest);
            // a blind strike and the seats in drawn order are one draw of `size` from `left`
            let (mut seats, all) = (0, choose(left, size));
            for seated in votes..=size.min(bad) {
                if size - seated <= left - bad {
                    seats += choose(bad, seated) * choose(left - bad, size - seated);
                }
            }
            let ways = choose(venire, bad) * 4u128.pow(honest as u32);
            chance += ways as f64 / 5f64.powi(venire as i32) * (seats as f64 / all as f64);
        }
        chance
    }

    fn per_million((part, whole): (u128, u128)) -> u128 {
        part * 1_000_000 / whole
    }

    #[test]
    fn one_in_five_colluding_takes_a_jury_as_often_as_the_paper_says() {
        assert_eq!(per_million(binomial(5, 3)), 57_920); // 5.8 %
        assert_eq!(per_million(binomial(11, 8)), 235); // 0.024 %
        let (part, whole) = binomial(23, 16);
        assert_eq!(part * 10_000_000_000 / whole, 3_747); // 0.0000375 %
        // who cannot decide may prevent: votes the others then lack
        assert_eq!(per_million(binomial(5, 3)), 57_920);
        assert_eq!(per_million(binomial(11, 4)), 161_139);
        assert_eq!(per_million(binomial(23, 8)), 71_505);
        // 20 of 100
        assert_eq!(per_million(hypergeometric(5, 3, 100, 20)), 53_202);
        assert_eq!(per_million(hypergeometric(11, 8, 100, 20)), 76);
    }

    #[test]
    fn strikes_by_those_who_know_each_other_raise_the_chance_by_what_the_table_says() {
        let told = [
            (5, 3, 1, 0.09069),
            (11, 8, 2, 0.000_917_9),
            (23, 16, 4, 0.000_004_957),
        ];
        for (size, votes, strikes, chance) in told {
            let now = struck(size, votes, strikes);
            assert!((now / chance - 1.0).abs() < 0.001, "{size}: {now}");
        }
    }
}
