//! Random traders, random times, random accidents: after every message all
//! invariants hold, those that take a walk as well.

use mycel_commons::market::order::Side::{self, Buy, Sell};
use serde_json::json;

use super::ground::{CAP, Ground};
use crate::world::{CREDIT, EPOCH, Random, rules, told, with};

const M: u64 = CREDIT / 1_000;
const PERSONS: u64 = 8;

/// What somebody sealed, to be opened or not.
struct Order {
    who: String,
    auction: u64,
    side: Side,
    steps: Vec<(u64, u64)>,
}

fn steps(random: &mut Random, side: Side) -> Vec<(u64, u64)> {
    let mut prices: Vec<u64> = (0..1 + random.below(5))
        .map(|_| (1 + random.below(30)) * M)
        .collect();
    prices.sort_unstable();
    prices.dedup();
    if side == Buy {
        prices.reverse();
    }
    prices
        .into_iter()
        .map(|price| (price, 1 + random.below(300)))
        .collect()
}

fn message(g: &mut Ground, random: &mut Random, sealed: &mut Vec<Order>, lowest: &mut u64) {
    let number = 1 + random.below(PERSONS);
    let who = g.name(number);
    let auction = if random.below(2) == 0 {
        g.units()
    } else {
        g.shares()
    };
    let side = if random.below(2) == 0 { Buy } else { Sell };
    let steps = steps(random, side);
    let size = [1, 2, 5, 10, 20, 50, 100, 200, 500][random.below(9) as usize];
    match random.below(20) {
        0..=4 => {
            let accepted = match side {
                Buy => {
                    let msg = g.buying(&who, auction, &steps);
                    let hold = g.world.hold_msg(size * CREDIT, &msg);
                    let credit = g.world.credit.clone();
                    let from = mycel_sandbox::address(&who);
                    g.world.sandbox.execute(&from, &credit, &hold).is_ok()
                }
                Sell => {
                    let msg = g.selling(&who, auction, size * 2, &steps);
                    g.world.as_(&who).tries(&msg).is_ok()
                }
            };
            if accepted {
                sealed.push(Order {
                    who,
                    auction,
                    side,
                    steps,
                });
            }
        }
        5..=11 if !sealed.is_empty() => {
            let at = random.below(sealed.len() as u64) as usize;
            let order = &sealed[at];
            let msg = g.opening(&order.who, order.auction, order.side, &order.steps);
            let who = order.who.clone();
            let _ = g.world.as_(&who).tries(&msg);
        }
        12 | 13 => {
            let limit = 1 + random.below(60);
            let _ = g
                .world
                .as_("anyone")
                .tries(&json!({"advance": {"limit": limit}}));
        }
        14 => g.world.sandbox.advance_time(random.below(EPOCH / 4)),
        15 | 16 => g.world.wait(random.below(EPOCH / 12)),
        17 if *lowest > CAP / 4 && random.below(3) == 0 => {
            *lowest -= *lowest / 10;
            let hand = json!({"hand": {"lower": {"cap": *lowest}}});
            let _ = g.world.as_("anyone").tries(&hand);
        }
        18 if random.below(4) == 0 => {
            let hand = json!({"hand": {"force": {"person": number, "shares": random.below(500)}}});
            let _ = g.world.as_("anyone").tries(&hand);
        }
        19 if random.below(40) == 0 => {
            let hand = json!({"hand": {"suspend": {"person": number}}});
            let _ = g.world.as_("anyone").tries(&hand);
        }
        _ => {
            let to = (1 + random.below(PERSONS)).to_string();
            let forest = g.forest.to_string();
            let give = json!({"transfer_shares": {"commons": forest, "to": to, "shares": random.below(1_000)}});
            let _ = g.world.as_(&who).tries(&give);
        }
    }
    g.world.check();
    g.walk();
}

#[test]
fn invariants_hold_after_every_message_of_random_traders() {
    let rounds = told("MYCEL_MARKET_ROUNDS", 6);
    let first = told("MYCEL_SEED", 1);
    let (mut prices, mut short, mut forfeited) = (0u32, 0u32, 0u32);
    for seed in first..first + rounds {
        eprintln!("seed={seed}");
        let mut random = Random(seed);
        let rules = with(rules(), "/market/auctions", json!(1 + random.below(3)));
        let mut g = Ground::with(PERSONS as usize, rules);
        let (mut sealed, mut lowest) = (vec![], CAP);
        for _ in 0..300 {
            message(&mut g, &mut random, &mut sealed, &mut lowest);
        }
        for auction in [g.units(), g.shares()] {
            g.finish(auction);
        }
        let last = g.units().max(g.shares());
        for number in 1..=last {
            let view = g.auction(number);
            let result = view.result.as_ref();
            prices += u32::from(result.is_some());
            short += u32::from(result.is_some_and(|result| !result.short.is_zero()));
            let lost = view.forfeited.pico() > 0 || !view.forfeited_units.is_zero();
            forfeited += u32::from(lost);
            // what the orders say is what the auction says
            let units = |side: &str| -> u128 {
                let orders = g.orders(number, side).orders;
                orders.iter().map(|order| order.quantity.units()).sum()
            };
            let traded = result.map_or(0, |result| result.quantity.units());
            if view.void.is_none() {
                assert_eq!(
                    (units("buy"), units("sell")),
                    (traded, traded),
                    "seed={seed}"
                );
            }
        }
    }
    eprintln!("prices={prices} short={short} forfeited={forfeited}");
    assert!(prices > 0 && forfeited > 0);
}
