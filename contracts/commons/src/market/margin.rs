//! Who at the margin gets how much.
//!
//! At the price one side may be longer than the other. Everyone of that side
//! whose limit is better than the **margin** (the worst level of it that still
//! takes part) is filled whole; at the margin what is left is dealt out
//! equally, like water into vessels of different heights: nobody gets more than
//! the order says, and whoever gets less gets the same as all others who do. In
//! proportion would reward whoever wants more than is meant; here a larger
//! number changes nothing for who does not get it anyway. Units that cannot be
//! dealt equally go to the lower order numbers, one each.
//!
//! The water's level is found in one pass over the quantities at the margin,
//! the smallest first ([`Water`]); it can stop anywhere and go on later.

use borsh::{BorshDeserialize, BorshSerialize};

use super::book::Cleared;
use super::order::{Side, Step};

/// The long side, and how much of what it wants above the other's is not met.
#[must_use]
pub fn long(cleared: &Cleared) -> Option<(Side, u128)> {
    let over = cleared.demand.abs_diff(cleared.supply);
    match cleared.demand.cmp(&cleared.supply) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some((Side::Buy, over)),
        std::cmp::Ordering::Less => Some((Side::Sell, over)),
    }
}

/// What is left to deal out, and among how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Water {
    rest: u128,
    orders: u32,
}

impl Water {
    /// So many units for so many orders at the margin.
    #[must_use]
    pub const fn begin(units: u128, orders: u32) -> Water {
        Water {
            rest: units,
            orders,
        }
    }

    /// The next quantity, at least as large as those before. False: it stands
    /// above the water, and so do all that follow; the pass is over.
    pub fn pour(&mut self, quantity: u128) -> bool {
        if self.orders == 0 || quantity > self.rest / u128::from(self.orders) {
            return false;
        }
        self.rest -= quantity;
        self.orders -= 1;
        true
    }

    /// The level at a price on a side.
    #[must_use]
    pub fn finish(&self, side: Side, price: u64) -> Margin {
        let orders = u128::from(self.orders.max(1));
        Margin {
            side,
            price,
            level: if self.orders == 0 {
                u128::MAX
            } else {
                self.rest / orders
            },
            over: (self.rest % orders) as u32, // below the number of orders
        }
    }
}

/// The long side's worst level that takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Margin {
    /// The long side.
    pub side: Side,
    /// Its price.
    pub price: u64,
    /// Most that an order gets here; whoever wants less gets all of it.
    pub level: u128,
    /// Units left over: one more for each of the first so many who get the level.
    pub over: u32,
}

/// What an order gets, orders of a side taken by ascending number: the margin's
/// left-over units are counted down.
#[must_use]
pub fn filled(steps: &[Step], side: Side, price: u64, margin: Option<&mut Margin>) -> u128 {
    let margin = margin.filter(|margin| margin.side == side);
    let worst = margin.as_ref().map_or(price, |margin| margin.price);
    let better = |step: &&Step| match side {
        Side::Buy => step.price > worst,
        Side::Sell => step.price < worst,
    };
    let mut units: u128 = steps.iter().filter(better).map(|step| step.quantity).sum();
    let Some(here) = steps.iter().find(|step| step.price == worst) else {
        return units;
    };
    match margin {
        Some(margin) if here.quantity > margin.level => {
            let one = margin.over.min(1);
            margin.over -= one;
            units += margin.level + u128::from(one);
        }
        _ => units += here.quantity,
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(units: u128, quantities: &[u128]) -> Vec<u128> {
        let mut sorted = quantities.to_vec();
        sorted.sort_unstable();
        let mut water = Water::begin(units, quantities.len() as u32);
        for quantity in sorted {
            if !water.pour(quantity) {
                break;
            }
        }
        let mut margin = water.finish(Side::Buy, 7);
        let step = |quantity: &u128| {
            [Step {
                price: 7,
                quantity: *quantity,
            }]
        };
        quantities
            .iter()
            .map(|quantity| filled(&step(quantity), Side::Buy, 7, Some(&mut margin)))
            .collect()
    }

    #[test]
    fn the_margin_is_dealt_equally_and_what_is_left_over_goes_to_the_lower_numbers() {
        assert_eq!(parts(10, &[3, 100, 100]), [3, 4, 3]);
        assert_eq!(parts(11, &[100, 3, 100]), [4, 3, 4]);
        assert_eq!(parts(11, &[100, 100, 100]), [4, 4, 3]);
        assert_eq!(parts(2, &[100, 100, 100]), [1, 1, 0]);
        assert_eq!(parts(0, &[100, 5]), [0, 0]);
        assert_eq!(parts(6, &[1, 2, 3]), [1, 2, 3]);
        assert_eq!(parts(5, &[1, 2, 3]), [1, 2, 2]);
    }

    #[test]
    fn a_larger_order_than_meant_gets_nothing_more_at_the_margin() {
        for inflated in [5, 6, 50, 5_000] {
            assert_eq!(parts(12, &[4, inflated, 9])[1], 4);
        }
    }

    #[test]
    fn in_parts_under_several_names_an_order_would_get_more_so_a_person_has_one() {
        assert_eq!(parts(12, &[12, 12])[0], 6);
        assert_eq!(parts(12, &[6, 6, 12])[..2].iter().sum::<u128>(), 8);
    }
}
