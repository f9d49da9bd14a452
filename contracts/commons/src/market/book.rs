//! The one price of an auction, found in one ascending pass over price levels.
//!
//! Demand D(p) is Σ of bids at p or above, supply S(p) Σ of asks at p or below.
//! The price is the p with the greatest min(D, S); of several the ones with the
//! least |D − S|; of these the middle, rounded down.
//!
//! min(D, S) first never falls and then never rises, and |D − S| first never
//! rises and then never falls, so the prices that are equally good are
//! neighbours: a range is enough to remember. Between two levels nothing
//! changes, so each level is judged together with the gap below it. The state
//! ([`Pass`]) is small: the pass can stop after any level and go on later.

use borsh::{BorshDeserialize, BorshSerialize};

/// What is wanted and offered at one price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Level {
    /// Units wanted at this price or below.
    pub bids: u128,
    /// Units offered at this price or above.
    pub asks: u128,
    /// Orders to buy with a step here.
    pub buyers: u32,
    /// Orders to sell with a step here.
    pub sellers: u32,
}

/// The pass so far.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pass {
    /// Bids at prices that are not passed yet: the demand.
    demand: u128,
    /// Asks at prices that are passed: the supply.
    supply: u128,
    /// The first price that was not judged.
    next: u64,
    best: Option<Range>,
}

/// The best prices so far: neighbours that are equally good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Range {
    volume: u128,
    gap: u128,
    low: u64,
    high: u64,
    /// The first of them at which there is more supply than demand.
    tips: Option<u64>,
}

/// An auction's price, and what was wanted and offered there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Cleared {
    /// The price, in pico-credits a unit.
    pub price: u64,
    /// Units wanted at it.
    pub demand: u128,
    /// Units offered at it.
    pub supply: u128,
}

impl Cleared {
    /// Units that change hands.
    #[must_use]
    pub fn volume(&self) -> u128 {
        self.demand.min(self.supply)
    }
}

impl Pass {
    /// Before the first level; `bids` is the sum of all.
    #[must_use]
    pub const fn begin(bids: u128) -> Pass {
        Pass {
            demand: bids,
            supply: 0,
            next: 1,
            best: None,
        }
    }

    /// The next level, at a higher price than those before. False: no price
    /// above can be better, so the pass is over.
    pub fn level(&mut self, price: u64, level: &Level) -> bool {
        if self.next < price {
            self.judge(self.next, price - 1);
        }
        self.supply = self.supply.saturating_add(level.asks);
        self.judge(price, price);
        self.demand = self.demand.saturating_sub(level.bids);
        self.next = price.saturating_add(1);
        // from here on the volume is the demand at most, which only falls
        self.best.is_none_or(|best| self.demand >= best.volume) && self.demand > 0
    }

    /// Prices at which the same is wanted and offered.
    fn judge(&mut self, low: u64, high: u64) {
        let (volume, gap) = (
            self.demand.min(self.supply),
            self.demand.abs_diff(self.supply),
        );
        if volume == 0 {
            return;
        }
        let tips = (self.supply > self.demand).then_some(low);
        match &mut self.best {
            Some(best) if best.volume > volume || (best.volume == volume && best.gap < gap) => {}
            Some(best) if best.volume == volume && best.gap == gap => {
                best.high = high;
                best.tips = best.tips.or(tips);
            }
            best => {
                *best = Some(Range {
                    volume,
                    gap,
                    low,
                    high,
                    tips,
                });
            }
        }
    }

    /// The price; `None` where nothing can change hands. Above the last level
    /// nothing is wanted.
    #[must_use]
    pub fn finish(&self) -> Option<Cleared> {
        let best = self.best?;
        let price = best.low + (best.high - best.low) / 2;
        let more = best.volume.saturating_add(best.gap);
        let (demand, supply) = match best.tips {
            Some(tips) if tips <= price => (best.volume, more),
            _ => (more, best.volume),
        };
        Some(Cleared {
            price,
            demand,
            supply,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clear(levels: &[(u64, u128, u128)]) -> Option<Cleared> {
        let mut pass = Pass::begin(levels.iter().map(|(_, bids, _)| bids).sum());
        for &(price, bids, asks) in levels {
            let level = Level {
                bids,
                asks,
                ..Level::default()
            };
            // as if it were interrupted after each level
            let kept = borsh::to_vec(&pass).expect("borsh");
            pass = borsh::from_slice(&kept).expect("borsh");
            if !pass.level(price, &level) {
                break;
            }
        }
        pass.finish()
    }

    fn price(levels: &[(u64, u128, u128)]) -> u64 {
        clear(levels).expect("a price").price
    }

    #[test]
    fn the_price_has_the_most_volume() {
        // at 5: D = 30, S = 10; at 6 .. 8: D = 10, S = 30; from 9 on less
        let levels = [(5, 20, 10), (6, 0, 20), (8, 10, 0)];
        let cleared = clear(&levels).expect("a price");
        assert_eq!(cleared.volume(), 10);
        let levels = [(5, 20, 15), (6, 0, 20), (8, 10, 0)];
        assert_eq!(price(&levels), 5);
        let levels = [(5, 20, 5), (6, 0, 20), (8, 10, 0)];
        assert_eq!(price(&levels), 7, "6 to 8 are equally good");
    }

    #[test]
    fn of_equal_volumes_the_least_imbalance_wins() {
        // 5: D = 12, S = 10; 6: D = 10, S = 10
        assert_eq!(price(&[(5, 2, 10), (6, 10, 0)]), 6);
        // 4: D = 10, S = 10; 6: D = 10, S = 13
        assert_eq!(
            price(&[(4, 0, 10), (6, 10, 3)]),
            4,
            "4 and 5, the lower middle"
        );
    }

    #[test]
    fn of_equal_imbalances_the_middle_rounded_down() {
        assert_eq!(price(&[(1, 0, 5), (100, 10, 0)]), 50);
        assert_eq!(price(&[(10, 0, 5), (13, 5, 0)]), 11);
        assert_eq!(price(&[(10, 0, 5), (14, 5, 0)]), 12);
        assert_eq!(price(&[(7, 5, 5)]), 7);
    }

    #[test]
    fn an_imbalance_that_changes_sides_is_told_on_the_right_side() {
        // 5: D = 13, S = 10; 6: D = 10, S = 13: equally good, the middle is 5
        let cleared = clear(&[(5, 3, 10), (6, 10, 3)]).expect("a price");
        assert_eq!((cleared.price, cleared.demand, cleared.supply), (5, 13, 10));
        // the same, with the tip below the middle
        let cleared = clear(&[(5, 3, 10), (6, 0, 3), (20, 10, 0)]).expect("a price");
        assert_eq!(
            (cleared.price, cleared.demand, cleared.supply),
            (12, 10, 13)
        );
    }

    #[test]
    fn where_nobody_meets_there_is_no_price() {
        assert_eq!(clear(&[]), None);
        assert_eq!(clear(&[(5, 10, 0)]), None);
        assert_eq!(clear(&[(5, 0, 10)]), None);
        assert_eq!(clear(&[(5, 10, 0), (6, 0, 10)]), None);
    }

    #[test]
    fn the_greatest_price_is_a_price() {
        let most = i64::MAX as u64;
        assert_eq!(price(&[(most, 1, 1)]), most);
        assert_eq!(price(&[(u64::MAX, 1, 1)]), u64::MAX);
    }
}
