//! The pure rules together, against every price tried and units dealt one by one.

use std::collections::BTreeMap;

use super::book::{Cleared, Level, Pass};
use super::margin::{Margin, Water, filled, long};
use super::order::{Side, Step, measure};

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

type Order = (Side, Vec<Step>);

const MOST_PRICE: u64 = 14;

fn order(random: &mut Random, side: Side) -> Order {
    let mut prices: Vec<u64> = (0..1 + random.below(5))
        .map(|_| 1 + random.below(MOST_PRICE))
        .collect();
    prices.sort_unstable();
    prices.dedup();
    if side == Side::Buy {
        prices.reverse();
    }
    let step = |price| Step {
        price,
        quantity: 1 + u128::from(random.below(9)),
    };
    let steps: Vec<Step> = prices.into_iter().map(step).collect();
    measure(side, &steps).expect("an order");
    (side, steps)
}

fn book(random: &mut Random) -> Vec<Order> {
    (0..random.below(9))
        .map(|_| {
            let side = if random.below(2) == 0 {
                Side::Buy
            } else {
                Side::Sell
            };
            order(random, side)
        })
        .collect()
}

/// As the contract does it.
fn clear(orders: &[Order]) -> (Option<Cleared>, Vec<u128>) {
    let mut levels: BTreeMap<u64, Level> = BTreeMap::new();
    let mut demand = 0;
    for (side, steps) in orders {
        for step in steps {
            let level = levels.entry(step.price).or_default();
            match side {
                Side::Buy => {
                    level.bids += step.quantity;
                    level.buyers += 1;
                    demand += step.quantity;
                }
                Side::Sell => {
                    level.asks += step.quantity;
                    level.sellers += 1;
                }
            }
        }
    }
    let mut pass = Pass::begin(demand);
    for (price, level) in &levels {
        if !pass.level(*price, level) {
            break;
        }
    }
    let Some(cleared) = pass.finish() else {
        return (None, vec![0; orders.len()]);
    };
    let mut margin =
        long(&cleared).map(|(side, over)| at_margin(orders, &levels, cleared, side, over));
    let fills = orders
        .iter()
        .map(|(side, steps)| filled(steps, *side, cleared.price, margin.as_mut()))
        .collect();
    (Some(cleared), fills)
}

fn at_margin(
    orders: &[Order],
    levels: &BTreeMap<u64, Level>,
    cleared: Cleared,
    side: Side,
    over: u128,
) -> Margin {
    let (price, quantity, count) = match side {
        Side::Buy => {
            let mut above = levels.range(cleared.price..);
            let (price, level) = above.find(|(_, level)| level.bids > 0).expect("a bid");
            (*price, level.bids, level.buyers)
        }
        Side::Sell => {
            let mut below = levels.range(..=cleared.price).rev();
            let (price, level) = below.find(|(_, level)| level.asks > 0).expect("an ask");
            (*price, level.asks, level.sellers)
        }
    };
    let mut here: Vec<u128> = orders
        .iter()
        .filter(|(one, _)| *one == side)
        .flat_map(|(_, steps)| steps)
        .filter(|step| step.price == price)
        .map(|step| step.quantity)
        .collect();
    here.sort_unstable();
    let units = quantity.checked_sub(over).expect("the margin is one level");
    let mut water = Water::begin(units, count);
    for quantity in here {
        if !water.pour(quantity) {
            break;
        }
    }
    water.finish(side, price)
}

fn at(orders: &[Order], price: u64) -> (u128, u128) {
    let (mut demand, mut supply) = (0, 0);
    for (side, steps) in orders {
        for step in steps {
            match side {
                Side::Buy if step.price >= price => demand += step.quantity,
                Side::Sell if step.price <= price => supply += step.quantity,
                _ => {}
            }
        }
    }
    (demand, supply)
}

/// Every price tried.
fn tried(orders: &[Order]) -> Option<(u64, u128)> {
    let all: Vec<(u64, u128, u128)> = (1..=MOST_PRICE + 2)
        .map(|price| {
            let (demand, supply) = at(orders, price);
            (price, demand.min(supply), demand.abs_diff(supply))
        })
        .collect();
    let volume = all.iter().map(|(_, volume, _)| *volume).max()?;
    if volume == 0 {
        return None;
    }
    let most: Vec<_> = all.iter().filter(|one| one.1 == volume).collect();
    let gap = most.iter().map(|one| one.2).min()?;
    let best: Vec<u64> = most
        .iter()
        .filter(|one| one.2 == gap)
        .map(|one| one.0)
        .collect();
    let (low, high) = (*best.first()?, *best.last()?);
    assert_eq!(best.len() as u64, high - low + 1, "neighbours");
    Some(((low + high) / 2, volume))
}

/// The volume dealt to a side's orders: the best limits first, equal limits unit by unit in turn.
fn dealt(orders: &[Order], side: Side, volume: u128) -> Vec<u128> {
    let mut got = vec![0; orders.len()];
    let mut left = volume;
    let mut prices: Vec<u64> = (1..=MOST_PRICE).collect();
    if side == Side::Buy {
        prices.reverse();
    }
    for price in prices {
        let mut wants: Vec<(usize, u128)> = vec![];
        for (index, (one, steps)) in orders.iter().enumerate() {
            let here = steps.iter().find(|step| step.price == price);
            if let (true, Some(step)) = (*one == side, here) {
                wants.push((index, step.quantity));
            }
        }
        while left > 0 && wants.iter().any(|(_, want)| *want > 0) {
            for (index, want) in &mut wants {
                if left > 0 && *want > 0 {
                    got[*index] += 1;
                    *want -= 1;
                    left -= 1;
                }
            }
        }
    }
    got
}

#[test]
fn price_volume_and_fills_are_those_of_every_price_tried_in_10_000_books() {
    let seed = 2_026;
    eprintln!("seed={seed}");
    let mut random = Random(seed);
    let mut traded = 0;
    for _ in 0..10_000 {
        let orders = book(&mut random);
        let (cleared, fills) = clear(&orders);
        let expected = tried(&orders);
        assert_eq!(
            cleared.map(|cleared| (cleared.price, cleared.volume())),
            expected,
            "{orders:?}"
        );
        let Some((price, volume)) = expected else {
            assert!(fills.iter().all(|fill| *fill == 0));
            continue;
        };
        traded += 1;
        let cleared = cleared.expect("a price");
        assert_eq!((cleared.demand, cleared.supply), at(&orders, price));
        let (buys, sells) = (
            dealt(&orders, Side::Buy, volume),
            dealt(&orders, Side::Sell, volume),
        );
        for (index, (side, steps)) in orders.iter().enumerate() {
            let expected = buys[index] + sells[index];
            assert_eq!(fills[index], expected, "order {index} of {orders:?}");
            let cost = measure(*side, steps).expect("an order").cost;
            if *side == Side::Buy {
                assert!(fills[index] * u128::from(price) <= u128::from(cost));
            }
        }
        let of = |wanted: Side| -> u128 {
            let mine = orders.iter().zip(&fills);
            mine.filter(|((side, _), _)| *side == wanted)
                .map(|(_, fill)| fill)
                .sum()
        };
        assert_eq!(of(Side::Buy), volume, "what is bought was sold");
        assert_eq!(of(Side::Sell), volume, "what is sold was bought");
    }
    assert!(traded > 5_000, "{traded}");
}

/// The step at the margin of an order that did not get all of it.
fn rationed(order: &Order, fill: u128, orders: &[Order], cleared: Cleared) -> Option<usize> {
    let (long, _) = long(&cleared)?;
    if order.0 != long {
        return None;
    }
    let limits = orders.iter().filter(|(side, _)| *side == long);
    let limits = limits.flat_map(|(_, steps)| steps).map(|step| step.price);
    let worst = match long {
        Side::Buy => limits.filter(|price| *price >= cleared.price).min()?,
        Side::Sell => limits.filter(|price| *price <= cleared.price).max()?,
    };
    let index = order.1.iter().position(|step| step.price == worst)?;
    let whole: u128 = order.1[..=index].iter().map(|step| step.quantity).sum();
    (fill < whole).then_some(index)
}

#[test]
fn who_does_not_get_all_at_the_margin_gets_no_more_by_wanting_more_in_10_000_books() {
    let seed = 77;
    eprintln!("seed={seed}");
    let mut random = Random(seed);
    let mut tested = 0;
    for _ in 0..10_000 {
        let orders = book(&mut random);
        let (Some(cleared), fills) = clear(&orders) else {
            continue;
        };
        for (index, fill) in fills.iter().enumerate() {
            let Some(step) = rationed(&orders[index], *fill, &orders, cleared) else {
                continue;
            };
            tested += 1;
            let mut inflated = orders.clone();
            inflated[index].1[step].quantity += 1 + u128::from(random.below(500));
            let (_, after) = clear(&inflated);
            assert!(after[index] <= *fill, "order {index} of {orders:?}");
        }
    }
    assert!(tested > 3_000, "{tested}");
}

#[test]
fn an_order_in_steps_of_its_own_gets_no_more_at_its_price_in_10_000_books() {
    let seed = 78;
    eprintln!("seed={seed}");
    let mut random = Random(seed);
    let mut tested = 0;
    for _ in 0..10_000 {
        let mut orders = book(&mut random);
        // one step each, so that there is place for another
        for (_, steps) in &mut orders {
            steps.truncate(1);
        }
        let (Some(cleared), fills) = clear(&orders) else {
            continue;
        };
        for (index, fill) in fills.iter().enumerate() {
            if rationed(&orders[index], *fill, &orders, cleared).is_none() {
                continue;
            }
            let (side, whole) = (orders[index].0, orders[index].1[0]);
            let price = match side {
                Side::Buy if whole.price > 1 => whole.price - 1,
                Side::Sell => whole.price + 1,
                Side::Buy => continue,
            };
            if whole.quantity < 2 {
                continue;
            }
            tested += 1;
            let part = 1 + u128::from(random.below(whole.quantity as u64 - 1));
            let mut split = orders.clone();
            split[index].1 = vec![
                Step {
                    price: whole.price,
                    quantity: whole.quantity - part,
                },
                Step {
                    price,
                    quantity: part,
                },
            ];
            let (_, after) = clear(&split);
            assert!(after[index] <= *fill, "order {index} of {orders:?}");
        }
    }
    assert!(tested > 1_000, "{tested}");
}

#[test]
fn an_order_under_two_names_would_gain_which_is_why_a_person_has_one() {
    let seed = 79;
    eprintln!("seed={seed}");
    let mut random = Random(seed);
    let mut gained = 0;
    for _ in 0..2_000 {
        let orders = book(&mut random);
        let (Some(cleared), fills) = clear(&orders) else {
            continue;
        };
        for (index, fill) in fills.iter().enumerate() {
            let Some(step) = rationed(&orders[index], *fill, &orders, cleared) else {
                continue;
            };
            let quantity = orders[index].1[step].quantity;
            if quantity < 2 {
                continue;
            }
            let mut split = orders.clone();
            split[index].1[step].quantity = quantity / 2;
            let other = Step {
                quantity: quantity - quantity / 2,
                ..orders[index].1[step]
            };
            split.push((orders[index].0, vec![other]));
            let (_, after) = clear(&split);
            if after[index] + after[orders.len()] > *fill {
                gained += 1;
            }
        }
    }
    assert!(gained > 100, "{gained}");
}
