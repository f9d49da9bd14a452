//! Auctions of many: no message uses more gas than a transaction may have.
//!
//! Half of n persons buy and half sell, with one to five steps; a tenth does
//! not open. `tests/auctions.txt` holds SDK gas, with the compiled contract,
//! members and credit (`cargo xtask contracts` builds them). `MYCEL_TRADERS`
//! sets the largest (default 1,000; the recorded figures go to 10,000);
//! `MYCEL_UPDATE=1` records what was counted and leaves larger ones as they
//! are. `MYCEL_MARKET_TRADERS` sets how many trade in the test of ordinary
//! functions (default 10,000).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mycel_commons::market::order::Side::{Buy, Sell};
use mycel_commons::market::record::Stage;
use mycel_commons::market::state;
use mycel_sandbox::{Code, GAS_LIMIT, Receipt, address};
use serde_json::json;

use super::ground::Ground;
use crate::world::{CREDIT, Random, World, names, rules, told, wasm, with};

const M: u64 = CREDIT / 1_000;

struct Figures {
    rows: Vec<(String, Vec<u64>)>,
}

impl Figures {
    fn add(&mut self, name: &str, receipt: &Receipt) {
        assert!(receipt.gas <= GAS_LIMIT, "{name}: {}", receipt.gas);
        match self.rows.iter_mut().find(|(row, _)| row == name) {
            Some((_, all)) => all.push(receipt.gas),
            None => self.rows.push((name.to_owned(), vec![receipt.gas])),
        }
    }
}

/// An auction of shares among n.
fn run(n: u64, world: World) -> Figures {
    let rules = with(rules(), "/epoch_seconds", json!(10_000_000));
    let rules = with(rules, "/market/auctions", json!(0));
    let rules = with(rules, "/market/commit_seconds", json!(100_000));
    let rules = with(rules, "/market/reveal_seconds", json!(100_000));
    let mut g = Ground::many(n as usize, rules, world);
    let auction = g.shares();
    let mut random = Random(n);
    let mut figures = Figures { rows: vec![] };
    let names = names(n as usize);
    let mut orders = vec![];
    for (index, who) in names.iter().enumerate() {
        let side = if index % 2 == 0 { Buy } else { Sell };
        let mut prices: Vec<u64> = (0..1 + random.below(5))
            // a third of them round, so that many meet at the margin
            .map(|_| match random.below(3) {
                0 => 150 * M,
                _ => 100 * M + random.below(100_000) * M / 1_000,
            })
            .collect();
        prices.sort_unstable();
        prices.dedup();
        if side == Buy {
            prices.reverse();
        }
        let steps: Vec<(u64, u64)> = prices
            .into_iter()
            .map(|price| (price, 1 + random.below(50)))
            .collect();
        orders.push((who.clone(), side, steps));
    }
    for (index, (who, side, steps)) in orders.iter().enumerate() {
        let hash = g.sealed_as(index as u64 + 1, who, auction, *side, steps);
        let (to, msg) = match side {
            Buy => {
                let msg = json!({"commit": {"auction": auction.to_string(), "hash": hash}});
                (g.world.credit.clone(), g.world.hold_msg(100 * CREDIT, &msg))
            }
            Sell => (
                g.world.commons.clone(),
                json!({"commit_sell": {"auction": auction.to_string(), "hash": hash, "escrow": "500"}}),
            ),
        };
        let said = g.world.sandbox.execute(&address(who), &to, &msg);
        let receipt = said.unwrap_or_else(|refusal| panic!("{}", refusal.text));
        figures.add(
            if *side == Buy {
                "commit_buy"
            } else {
                "commit_sell"
            },
            &receipt,
        );
    }
    g.pass_until_reveal(auction);
    for (index, (who, side, steps)) in orders.iter().enumerate() {
        if index % 10 == 9 {
            continue;
        }
        let msg = g.opening(who, auction, *side, steps);
        let commons = g.world.commons.clone();
        let said = g.world.sandbox.execute(&address(who), &commons, &msg);
        let receipt = said.unwrap_or_else(|refusal| panic!("{}", refusal.text));
        figures.add("reveal", &receipt);
    }
    g.until_end(auction);
    let commons = g.world.commons.clone();
    for _ in 0..20_000 {
        let phase = g.auction(auction).phase;
        let said = g
            .world
            .sandbox
            .execute(&address("anyone"), &commons, &json!({"advance": {}}));
        let receipt = said.unwrap_or_else(|refusal| panic!("{}", refusal.text));
        figures.add(
            match phase.as_str() {
                "done" => "sweeping",
                "clearing" => "clearing",
                _ => "settling",
            },
            &receipt,
        );
        let stage = g.world.read(|storage| {
            let record = state::auction(auction).load(storage);
            record.expect("the auction").stage
        });
        if stage == Stage::Done {
            break;
        }
    }
    let view = g.auction(auction);
    let result = view.result.expect("a price");
    assert!(view.done.is_some() && result.quantity.units() > 0);
    assert_eq!(result.short.units(), 0);
    g.world.check();
    g.walk();
    figures
}

fn recorded(most: u64) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/auctions.txt");
    let mut text = "# an auction of n orders, compiled, members and credit too: messages, SDK gas of all, the dearest\n".to_owned();
    let compiled = [
        "mycel_members.wasm",
        "mycel_credit.wasm",
        "mycel_commons.wasm",
    ]
    .map(|name| Code::compiled(&wasm(name)).expect("a contract that the chain would store"));
    for n in [100, 1_000, 10_000].into_iter().filter(|n| *n <= most) {
        let [members, credit, commons] = compiled.clone();
        let world = World::of(members, credit, commons, n as usize + 3);
        for (name, all) in run(n, world).rows {
            let (count, sum, most) = (all.len(), all.iter().sum::<u64>(), all.iter().max());
            let most = most.copied().unwrap_or(0);
            eprintln!("{name}/{n} {count} {sum} {most}");
            writeln!(text, "{name}/{n} {count} {sum} {most}").expect("a String");
        }
    }
    let before = fs::read_to_string(&file).unwrap_or_default();
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        // what was not counted now stays as it was recorded
        let kept = before.lines().filter(|line| {
            let size = line.split([' ', '/']).nth(1).and_then(|n| n.parse().ok());
            size.is_some_and(|size: u64| size > most)
        });
        for line in kept {
            writeln!(text, "{line}").expect("a String");
        }
        fs::write(&file, text).expect("tests/auctions.txt");
        return;
    }
    let numbers = |line: &str| -> Vec<u64> {
        let words = line.split(' ').skip(1);
        words.map(|word| word.parse().expect("a number")).collect()
    };
    for line in text.lines().skip(1) {
        let name = line.split(' ').next().expect("a name");
        let kept = before
            .lines()
            .find(|one| one.split(' ').next() == Some(name));
        let kept = numbers(kept.expect("a recorded auction"));
        for (now, then) in numbers(line).into_iter().zip(kept) {
            assert!(
                now.abs_diff(then) <= then / 10,
                "{line}: more than a tenth from {}; if that is meant, record with MYCEL_UPDATE=1 MYCEL_TRADERS=10000",
                file.display()
            );
        }
    }
}

#[test]
fn no_message_of_an_auction_of_many_uses_more_than_a_transaction_may() {
    recorded(told("MYCEL_TRADERS", 1_000));
}

#[test]
fn ten_thousand_trade_in_one_auction_to_its_end() {
    let n = told("MYCEL_MARKET_TRADERS", 10_000);
    let figures = run(n, World::new(n as usize + 3));
    for (name, all) in figures.rows {
        eprintln!("{name}/{n} {}", all.len());
    }
}
