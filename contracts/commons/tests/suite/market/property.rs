//! Random traders, random times, random accidents: after every message all
//! invariants hold, those that take a walk as well.

use mycel_commons::market::order::Side::{self, Buy, Sell};
use serde_json::json;

use super::ground::{CAP, Ground};
use crate::world::{CREDIT, DAY, EPOCH, Random, rules, told, with};

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
    let auction = match random.below(2) {
        0 => g.units(),
        _ => g.shares(),
    };
    let side = if random.below(2) == 0 { Buy } else { Sell };
    let steps = steps(random, side);
    let size = [10, 20, 50, 100, 200][random.below(5) as usize];
    let say = |g: &mut Ground, who: &str, msg: serde_json::Value| {
        let said = g.world.as_(who).tries(&msg);
        said.is_ok()
    };
    match random.below(40) {
        0..=15 if g.auction(auction).phase == "commit" => {
            let accepted = match side {
                Buy => {
                    let msg = g.buying(&who, auction, &steps);
                    let hold = g.world.hold_msg(size * CREDIT, &msg);
                    let (from, credit) = (mycel_sandbox::address(&who), g.world.credit.clone());
                    g.world.sandbox.execute(&from, &credit, &hold).is_ok()
                }
                Sell => {
                    let msg = g.selling(&who, auction, size * 5, &steps);
                    say(g, &who, msg)
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
        0..=25 if !sealed.is_empty() => {
            let at = random.below(sealed.len() as u64) as usize;
            let Order {
                who,
                auction,
                side,
                steps,
            } = &sealed[at];
            let msg = g.opening(who, *auction, *side, steps);
            let (who, over) = (who.clone(), g.auction(*auction).phase != "commit");
            if say(g, &who, msg) || (over && random.below(4) == 0) {
                sealed.swap_remove(at);
            }
        }
        0..=28 => {
            let limit = 1 + random.below(60);
            say(g, "anyone", json!({"advance": {"limit": limit}}));
        }
        // nobody advances meanwhile
        29 => {
            let most = match random.below(12) {
                0 => 40 * DAY,
                1 => EPOCH,
                _ => 500,
            };
            let seconds = random.below(most);
            g.world.sandbox.advance_time(seconds);
        }
        30..=32 => g.world.wait(random.below(300)),
        33 if *lowest > CAP / 4 && random.below(3) == 0 => {
            *lowest -= *lowest / 10;
            let cap = *lowest;
            say(g, "anyone", json!({"hand": {"lower": {"cap": cap}}}));
        }
        34 if random.below(4) == 0 => {
            let shares = random.below(500);
            let force = json!({"force": {"person": number, "shares": shares}});
            say(g, "anyone", json!({"hand": force}));
        }
        35 if random.below(60) == 0 => {
            let suspend = json!({"suspend": {"person": number}});
            say(g, "anyone", json!({"hand": suspend}));
        }
        36 if random.below(60) == 0 => {
            let exclude = json!({"exclude": {"person": number}});
            say(g, "anyone", json!({"hand": exclude}));
        }
        _ => {
            let to = (1 + random.below(PERSONS)).to_string();
            let forest = g.forest.to_string();
            let give = json!({"commons": forest, "to": to, "shares": random.below(1_000)});
            say(g, &who, json!({"transfer_shares": give}));
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
        for _ in 0..400 {
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
    assert!(prices > u32::try_from(rounds).expect("few") && forfeited > 0);
}
