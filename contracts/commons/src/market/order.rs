//! One order: at most five steps, each a price and a quantity.
//!
//! A step to buy `q` at `p` wants `q` units, beside those of the steps before
//! it, at `p` or below; to buy, prices fall from step to step. A step to sell
//! offers `q` units, beside those before it, at `p` or above; prices rise. A
//! price occurs once, so at each price an order is one vessel.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::Amount;
use mycel_kit::amount::CREDIT;

use super::error::MarketError;
use crate::quantity::Quantity;

/// Most steps of an order.
pub const MAX_STEPS: usize = 5;

/// Which side of the market.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Side {
    /// Wants units, has money in a hold.
    Buy,
    /// Offers units, has them in escrow.
    Sell,
}

impl Side {
    /// The byte in keys and hashes.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Side::Buy => 0,
            Side::Sell => 1,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Side::Buy => "buy",
            Side::Sell => "sell",
        }
    }
}

/// A price, and how much more at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Step {
    /// Pico-credits a unit, 1 to 2^63 − 1.
    pub price: u64,
    /// Units, 1 to 2^63 − 1.
    pub quantity: u128,
}

/// What an order can come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// All its units.
    pub quantity: u128,
    /// The most it could have to pay, at any price; to sell: nothing.
    pub cost: u64,
}

/// Whether steps are an order, and what it can come to.
///
/// To buy, at each price the order pays that price for all steps at or above
/// it. Between two steps the quantity is the same and the price lower, so the
/// dearest price is one of the steps'.
///
/// # Errors
/// No step or more than five, prices not in order, a price or quantity of 0 or
/// out of bounds, a cost of more than 2^63 − 1.
pub fn measure(side: Side, steps: &[Step]) -> Result<Measure, MarketError> {
    if steps.is_empty() || steps.len() > MAX_STEPS {
        return Err(MarketError::Steps { count: steps.len() });
    }
    let (mut quantity, mut cost) = (0u128, 0u128);
    for (index, step) in steps.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| steps[index].price);
        let ordered = before.is_none_or(|before| match side {
            Side::Buy => before > step.price,
            Side::Sell => before < step.price,
        });
        if !ordered {
            return Err(MarketError::PricesUnordered {
                side: side.name(),
                price: step.price,
                before: before.unwrap_or(0),
            });
        }
        if step.price == 0 || step.price > Amount::MAX.pico() {
            return Err(MarketError::Price { price: step.price });
        }
        quantity = quantity.saturating_add(step.quantity);
        if step.quantity == 0 || quantity > Quantity::MAX.units() {
            return Err(MarketError::OrderQuantity { quantity });
        }
        if side == Side::Buy {
            // both below 2^63
            cost = cost.max(quantity * u128::from(step.price));
        }
    }
    let most = u128::from(Amount::MAX.pico());
    let cost = u64::try_from(cost)
        .ok()
        .filter(|cost| u128::from(*cost) <= most);
    let cost = cost.ok_or(MarketError::Cost)?;
    Ok(Measure { quantity, cost })
}

/// Whether two orders would deal with each other: the best bid at or above the best ask.
#[must_use]
pub fn cross(buy: &[Step], sell: &[Step]) -> bool {
    let bid = buy.iter().map(|step| step.price).max();
    let ask = sell.iter().map(|step| step.price).min();
    bid.zip(ask).is_some_and(|(bid, ask)| bid >= ask)
}

/// Whether a number is 1, 2 or 5 with zeros behind.
#[must_use]
pub const fn is_round(mut number: u128) -> bool {
    while number > 0 && number.is_multiple_of(10) {
        number /= 10;
    }
    matches!(number, 1 | 2 | 5)
}

/// Whether an amount is a round number of whole credits.
#[must_use]
pub const fn is_round_amount(amount: Amount) -> bool {
    amount.pico().is_multiple_of(CREDIT) && is_round((amount.pico() / CREDIT) as u128)
}

/// What an order that was never opened loses of its money: a tenth, rounded up,
/// one credit at least, but not more than there is.
#[must_use]
pub fn forfeit_amount(size: Amount, left: Amount) -> Amount {
    let part = size.pico().div_ceil(10).max(CREDIT);
    Amount::new(part.min(left.pico())).unwrap_or(left)
}

/// What an order that was never opened loses of its units: a tenth, rounded up.
#[must_use]
pub fn forfeit_units(escrow: u128) -> u128 {
    escrow.div_ceil(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(of: &[(u64, u128)]) -> Vec<Step> {
        let step = |&(price, quantity)| Step { price, quantity };
        of.iter().map(step).collect()
    }

    #[test]
    fn what_an_order_to_buy_can_cost_is_the_dearest_of_all_prices() {
        let random = &mut 99u64;
        let mut below = |bound: u64| {
            *random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*random >> 33) % bound
        };
        for _ in 0..2_000 {
            let mut prices: Vec<u64> = (0..1 + below(5)).map(|_| 1 + below(60)).collect();
            prices.sort_unstable_by(|a, b| b.cmp(a));
            prices.dedup();
            let order: Vec<Step> = prices
                .into_iter()
                .map(|price| Step {
                    price,
                    quantity: 1 + u128::from(below(40)),
                })
                .collect();
            let at = |price: u64| {
                let wanted = order.iter().filter(|step| step.price >= price);
                u128::from(price) * wanted.map(|step| step.quantity).sum::<u128>()
            };
            let dearest = (1..=61).map(at).max().expect("prices");
            let measure = measure(Side::Buy, &order).expect("an order");
            assert_eq!(u128::from(measure.cost), dearest, "{order:?}");
        }
    }

    #[test]
    fn an_order_has_one_to_five_steps_with_prices_strictly_in_order() {
        let of = |side, given: &[(u64, u128)]| measure(side, &steps(given)).map(|m| m.quantity);
        assert_eq!(of(Side::Buy, &[(9, 1), (8, 2)]), Ok(3));
        assert_eq!(of(Side::Sell, &[(8, 1), (9, 2)]), Ok(3));
        assert_eq!(of(Side::Buy, &[]), Err(MarketError::Steps { count: 0 }));
        let six = [(9, 1), (8, 1), (7, 1), (6, 1), (5, 1), (4, 1)];
        assert_eq!(of(Side::Buy, &six), Err(MarketError::Steps { count: 6 }));
        assert_eq!(of(Side::Buy, &six[..5]), Ok(5));
        for (side, bad) in [
            (Side::Buy, [(8, 1), (9, 1)]),
            (Side::Sell, [(9, 1), (8, 1)]),
            (Side::Buy, [(8, 1), (8, 1)]),
            (Side::Sell, [(8, 1), (8, 1)]),
        ] {
            let refused = of(side, &bad).expect_err("unordered");
            assert!(matches!(refused, MarketError::PricesUnordered { .. }));
        }
    }

    #[test]
    fn prices_quantities_and_costs_have_their_bounds() {
        let most = Amount::MAX.pico();
        let of = |side, given: &[(u64, u128)]| measure(side, &steps(given));
        assert_eq!(
            of(Side::Buy, &[(0, 1)]),
            Err(MarketError::Price { price: 0 })
        );
        assert!(of(Side::Sell, &[(most, 1)]).is_ok());
        assert!(of(Side::Sell, &[(most + 1, 1)]).is_err());
        assert!(of(Side::Sell, &[(1, 0)]).is_err());
        assert!(of(Side::Sell, &[(1, most.into())]).is_ok());
        assert!(of(Side::Sell, &[(1, most.into()), (2, 1)]).is_err());
        assert!(of(Side::Sell, &[(1, u128::MAX), (2, u128::MAX)]).is_err());
        assert_eq!(of(Side::Buy, &[(2, most.into())]), Err(MarketError::Cost));
        let cost = |given: &[(u64, u128)]| of(Side::Buy, given).expect("an order").cost;
        assert_eq!(cost(&[(most, 1)]), most);
        assert_eq!(cost(&[(1, most.into())]), most);
    }

    #[test]
    fn sizes_are_one_two_and_five_with_zeros() {
        let round: Vec<u128> = (0..=1_000).filter(|n| is_round(*n)).collect();
        assert_eq!(round, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]);
        let amount = |pico| Amount::new(pico).expect("an amount");
        assert!(is_round_amount(amount(5 * CREDIT)));
        assert!(is_round_amount(amount(2_000_000 * CREDIT)));
        for bad in [0, 1, CREDIT / 2, 3 * CREDIT, 10 * CREDIT + 1] {
            assert!(!is_round_amount(amount(bad)), "{bad}");
        }
    }

    #[test]
    fn what_is_never_opened_loses_a_tenth_and_one_credit_at_least() {
        let amount = |pico| Amount::new(pico).expect("an amount");
        let of = |size, left| forfeit_amount(amount(size), amount(left)).pico();
        assert_eq!(of(100 * CREDIT, 99 * CREDIT), 10 * CREDIT);
        assert_eq!(of(5 * CREDIT, 5 * CREDIT), CREDIT);
        assert_eq!(of(CREDIT, CREDIT - 7), CREDIT - 7);
        assert_eq!([1, 9, 10, 11, 200].map(forfeit_units), [1, 1, 1, 2, 20]);
    }

    #[test]
    fn orders_cross_where_the_best_bid_meets_the_best_ask() {
        let buy = steps(&[(9, 1), (5, 1)]);
        assert!(cross(&buy, &steps(&[(9, 1)])));
        assert!(cross(&buy, &steps(&[(4, 1), (20, 1)])));
        assert!(!cross(&buy, &steps(&[(10, 1)])));
        assert!(!cross(&buy, &[]));
    }
}
