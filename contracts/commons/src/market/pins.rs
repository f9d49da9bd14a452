//! The stored layout as it was reviewed: raw keys and records.

use cosmwasm_std::to_hex;

use super::book::{Cleared, Level, Pass};
use super::margin::{Margin, Water};
use super::order::{Side, Step};
use super::record::{Auction, Count, Order, Schedule, Stage, Sums, Trader, Void};
use super::state;
use crate::rights::Good;

fn hex<T: borsh::BorshSerialize>(record: &T) -> String {
    to_hex(borsh::to_vec(record).expect("borsh"))
}

fn hash<T: borsh::BorshSerialize>(record: &T) -> String {
    use sha2::{Digest, Sha256};
    to_hex(Sha256::digest(borsh::to_vec(record).expect("borsh")))[..16].to_owned()
}

fn auction(stage: Stage) -> Auction {
    Auction {
        commons: 1,
        epoch: 2,
        good: Good::Shares,
        opened: 3,
        commit_until: 4,
        reveal_until: 5,
        stage,
        void: Some(Void::Late),
        buys: Count {
            orders: 6,
            opened: 7,
            units: 8,
        },
        sells: Count {
            orders: 9,
            opened: 10,
            units: 11,
        },
        cleared: Some(Cleared {
            price: 12,
            demand: 13,
            supply: 14,
        }),
        units: 15,
        paid: 16,
        short: 17,
        forfeited: 18,
        forfeited_units: 19,
        done: Some(20),
    }
}

#[test]
fn keys_of_the_market_are_a_letter_a_kind_and_numbers() {
    let (a, b, c) = ("0000000000000001", "0000000000000002", "0000000000000003");
    let (d, e, n) = ("0000000000000004", "0000000000000005", "0000000000000000");
    for (key, expected) in [
        (to_hex(state::auctions().bytes()), "6b00".to_owned()),
        (to_hex(state::auction(1).bytes()), format!("6b01{a}")),
        (
            to_hex(state::order(1, Side::Sell, 3).bytes()),
            format!("6b02{a}{a}{c}"),
        ),
        (
            to_hex(state::mark(1, 2, 0).bytes()),
            format!("6b03{a}{b}{n}"),
        ),
        (to_hex(state::level(1, 2).bytes()), format!("6b04{a}{b}")),
        (
            to_hex(state::step(2, Side::Sell, 3, 4, 5).bytes()),
            format!("6b05{b}{a}{c}{d}{e}"),
        ),
        (
            to_hex(state::price(2, Good::Shares, 3).bytes()),
            format!("6b06{b}{a}{c}"),
        ),
        (
            to_hex(state::last_prices(2, Good::Entitlement).bytes()),
            format!("6b07{b}{n}"),
        ),
        (to_hex(state::trader(1, 2).bytes()), format!("6b08{a}{b}")),
        (to_hex(state::forced(1, 2).bytes()), format!("6b09{a}{b}")),
        (to_hex(state::schedule(1).bytes()), format!("6b0a{a}")),
        (to_hex(state::sums(1).bytes()), format!("6b0b{a}")),
    ] {
        assert_eq!(key, expected);
    }
}

#[test]
fn records_of_the_market_are_laid_out_as_reviewed() {
    let mut pass = Pass::begin(9);
    let level = Level {
        bids: 1,
        asks: 2,
        buyers: 3,
        sellers: 4,
    };
    pass.level(5, &level);
    let water = Water::begin(1, 2);
    let margin = Some(Margin {
        side: Side::Sell,
        price: 1,
        level: 2,
        over: 3,
    });
    let stages = [
        Stage::Taking,
        Stage::Gathering { after: 1 },
        Stage::Clearing { pass, after: 2 },
        Stage::Filling {
            side: Side::Buy,
            price: 1,
            water,
            after: (2, 3),
        },
        Stage::Settling {
            margin,
            buyer: 4,
            seller: 5,
        },
        Stage::Sweeping,
        Stage::Done,
    ];
    let order = Order {
        person: 1,
        hash: [2; 32],
        hold: 3,
        size: 4,
        behind: vec![5],
        steps: vec![Step {
            price: 6,
            quantity: 7,
        }],
        forced: true,
        rest: Some(8),
        units: 9,
        paid: 10,
        forfeited: 11,
        done: true,
    };
    let sums = Sums {
        buys: 1,
        held: 2,
        sells: 3,
        shares: 4,
        waiting: 5,
        entitlement: 6,
        bought: 7,
        sold: 8,
        paid: 9,
    };
    let mut seen: Vec<String> = stages
        .into_iter()
        .map(|stage| hash(&auction(stage)))
        .collect();
    seen.extend([
        hash(&order),
        hash(&sums),
        hex(&level),
        hex(&Trader {
            open: 1,
            selling: 2,
        }),
        hex(&Schedule { epoch: 1, begun: 2 }),
    ]);
    assert_eq!(seen, PINNED);
}

/// Stages with their auction, an order and sums hashed; the others as they are.
const PINNED: [&str; 12] = [
    "26ba46144ab34b21",
    "a6af801018df1e3a",
    "e645f6a606041604",
    "92a789bd6cd80744",
    "0978a32fb80681a7",
    "a511c51bfbb36c6e",
    "9dbb59735cb2d199",
    "c15db6f3f1372565",
    "a47bdb72b9b5686f",
    "01000000000000000000000000000000020000000000000000000000000000000300000004000000",
    "010000000200000000000000",
    "010000000000000002000000",
];
