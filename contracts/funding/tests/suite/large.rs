//! Rounds of many, all contracts compiled: no message that finishes one uses
//! more gas than a transaction may have, however many give.
//!
//! `MYCEL_GIVERS` sets the largest (default 1,000; the recorded figures go to
//! 10,000); `MYCEL_UPDATE=1` records what was measured and leaves other rows as
//! they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::world::{Codes, Random, World, names, pairwise, quadratic, short, told};
use mycel_sandbox::GAS_LIMIT;
use serde_json::{Value, json};

/// Projects of a round.
const PROJECTS: usize = 40;

/// Messages of 500 units from the end of contributions on, their gas, the
/// dearest one, and how many were needed for weighing alone.
fn finish(givers: usize, rule: Value) -> [u64; 4] {
    let mut world = World::with(Codes::compiled(), givers + PROJECTS + 1, short());
    let all = names(givers + PROJECTS + 1);
    let mut random = Random(7);
    let mut terms = world.terms(rule);
    terms["cap_bps"] = json!(2_000);
    let round = world.open(&terms);
    world.sponsor(&all[0], 100_000, round);
    for name in &all[1..=PROJECTS] {
        world.submit(name, round);
    }
    world.wait(crate::world::AHEAD);
    world.advance();
    // some give to several, most to one
    for name in &all[PROJECTS + 1..] {
        let first = 1 + random.below(PROJECTS as u64);
        world.give(name, 1 + random.below(50), round, first);
        if random.below(4) == 0 {
            let second = 1 + first % PROJECTS as u64;
            world.give(name, 1 + random.below(50), round, second);
        }
    }
    world.end(round);
    let [mut messages, mut gas, mut most, mut weighing] = [0u64; 4];
    while world.stage(round) != "done" {
        let at = world.stage(round);
        let receipt = world.ok(
            "anyone",
            json!({"advance": {"limit": 500, "round": round.to_string()}}),
        );
        messages += 1;
        gas += receipt.gas;
        most = most.max(receipt.gas);
        weighing += u64::from(at == "weighing");
        assert!(receipt.gas < GAS_LIMIT, "{at}: {}", receipt.gas);
        assert!(messages < 5_000, "it goes on and on");
    }
    world.check();
    let results = world.results(round);
    assert_eq!(
        world.matching(round).iter().sum::<u128>() + results.returned.u128(),
        results.pool.u128()
    );
    [messages, gas, most, weighing]
}

#[test]
fn no_message_that_finishes_a_round_uses_more_than_a_transaction_may() {
    let largest = told("MYCEL_GIVERS", 1_000);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rounds.txt");
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    let row = |line: &str| -> Option<(String, [u64; 4])> {
        let mut words = line.split(' ');
        let name = words.next()?.to_owned();
        let numbers: Vec<u64> = words.filter_map(|word| word.parse().ok()).collect();
        Some((name, numbers.try_into().ok()?))
    };
    let before: BTreeMap<String, [u64; 4]> = recorded.lines().filter_map(row).collect();
    let mut now = before.clone();
    for givers in [100, 1_000, 10_000].into_iter().filter(|n| *n <= largest) {
        for (name, rule) in [("quadratic", quadratic()), ("pairwise", pairwise())] {
            let used = finish(givers as usize, rule);
            eprintln!("{name}/{givers:05} {used:?}");
            now.insert(format!("{name}/{givers:05}"), used);
        }
    }
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        let mut text = "# a round of n givers, all contracts compiled, from its end until it is done: messages of 500 units, SDK gas of all, the most in one, messages that only weigh\n".to_owned();
        for (name, [messages, gas, most, weighing]) in now {
            text.push_str(&format!("{name} {messages} {gas} {most} {weighing}\n"));
        }
        fs::write(&file, text).expect("tests/rounds.txt");
        return;
    }
    for (name, used) in now {
        let before = before.get(&name);
        let before = before.unwrap_or_else(|| panic!("{name} is not recorded: MYCEL_UPDATE=1"));
        for (now, before) in used.into_iter().zip(before) {
            assert!(
                now.abs_diff(*before) <= before / 10 + 1,
                "{name} {used:?}: more than a tenth from tests/rounds.txt; if that is meant, record with MYCEL_UPDATE=1"
            );
        }
    }
}

#[test]
fn the_end_of_a_block_never_needs_more_than_it_has() {
    for rule in [quadratic(), pairwise()] {
        let mut world = World::with(Codes::compiled(), 120, short());
        let all = names(120);
        let funding = world.funding.clone();
        world
            .sandbox
            .subscribe_end_block(&funding)
            .expect("subscribed");
        let terms = world.terms(rule);
        let round = world.open(&terms);
        for (place, name) in all[..20].iter().enumerate() {
            world.sponsor(name, 100 + place as u64, round);
        }
        world.organisation("shop", &[&all[20], &all[21], &all[22]]);
        world.submit_for(&all[20], "shop", round);
        for name in &all[23..60] {
            world.submit(name, round);
        }
        world.sandbox.advance_time(crate::world::AHEAD);
        world.sandbox.end_block();
        for (place, name) in all[60..].iter().enumerate() {
            for project in 1..=3 {
                world.give(name, 1 + project, round, 1 + (place as u64 + project) % 38);
            }
        }
        world.end(round);
        let (mut blocks, mut most) = (0, 0);
        while world.stage(round) != "done" {
            for (_, ended) in world.sandbox.end_block() {
                let receipt = ended.unwrap_or_else(|refusal| panic!("{}", refusal.text));
                most = most.max(receipt.gas);
            }
            world.sandbox.advance_time(5);
            blocks += 1;
            assert!(blocks < 500, "it goes on and on");
        }
        world.check();
        eprintln!("{blocks} blocks, at most {most}");
        assert!(most < 1_600_000, "{most}");
    }
}

/// Each organisation with twenty controllers, of whom nobody controlled it when
/// it submitted its project, and who all gave to it.
#[test]
fn organisations_that_changed_hands_do_not_make_the_end_of_a_block_too_dear() {
    let mut world = World::with(Codes::compiled(), 121, short());
    let all = names(150);
    let funding = world.funding.clone();
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.sponsor(&all[120], 100, round);
    let circle = |org: usize, from: usize| -> Vec<&str> {
        let persons = (0..20).map(|n| from + (org * 20 + n) % 60);
        persons.map(|n| all[n].as_str()).collect()
    };
    for org in 0..15 {
        let first = circle(org, 0);
        world.organisation(&all[130 + org], &first);
        world.submit_for(first[org / 3], &all[130 + org], round);
    }
    world.sandbox.advance_time(crate::world::AHEAD);
    for org in 0..15 {
        for name in circle(org, 60) {
            world.give(name, 1, round, 1 + org as u64);
        }
    }
    for org in 0..15 {
        world.pass_control(&all[130 + org], &circle(org, 0), &circle(org, 60));
    }
    world.end(round);
    world
        .sandbox
        .subscribe_end_block(&funding)
        .expect("subscribed");
    let (mut blocks, mut most) = (0, 0);
    while world.stage(round) != "done" {
        for (_, ended) in world.sandbox.end_block() {
            let receipt = ended.unwrap_or_else(|refusal| panic!("{}", refusal.text));
            most = most.max(receipt.gas);
        }
        world.sandbox.advance_time(5);
        blocks += 1;
        assert!(blocks < 500, "it goes on and on");
    }
    world.check();
    assert_eq!(world.matching(round), [0; 15], "all who gave control them");
    eprintln!("{blocks} blocks, at most {most}");
    assert!(most < 1_800_000, "{most}");
}

/// Many rounds that are due at once, each with as many of everything as the end
/// of a block can look at: pools of different sizes, organisations, givers of a
/// rule that meets pairs.
#[test]
fn many_rounds_that_are_due_at_once_do_not_make_the_end_of_a_block_too_dear() {
    const ROUNDS: u64 = 24;
    let mut world = World::with(Codes::compiled(), 60, short());
    let all = names(60);
    let mut terms = world.terms(pairwise());
    terms["min_pool"] = json!("1");
    let ends = world.now() + 3 * crate::world::AHEAD;
    terms["begins"] = json!((world.now() + 2 * crate::world::AHEAD).to_string());
    terms["ends"] = json!(ends.to_string());
    for number in 1..=ROUNDS {
        world.open(&terms);
        // 20, 18, 16 … and as few as two
        let places = [20, 18, 17, 13, 8, 2][number as usize % 6];
        for name in &all[..places] {
            world.sponsor(name, 20, number);
        }
        for name in &all[20..26] {
            world.submit(name, number);
        }
    }
    let funding = world.funding.clone();
    world
        .sandbox
        .subscribe_end_block(&funding)
        .expect("subscribed");
    let (mut blocks, mut most) = (0, (0, String::new()));
    let mut until = |world: &mut World, stage: &str| {
        while (1..=ROUNDS).any(|number| world.stage(number) != stage) {
            let at: Vec<String> = (1..=ROUNDS).map(|number| world.stage(number)).collect();
            for (_, ended) in world.sandbox.end_block() {
                let receipt = ended.unwrap_or_else(|refusal| panic!("{}", refusal.text));
                if receipt.gas > most.0 {
                    most = (receipt.gas, at.join(" "));
                }
            }
            blocks += 1;
            assert!(blocks < 1_500, "it goes on and on");
        }
    };
    world.sandbox.advance_time(2 * crate::world::AHEAD);
    until(&mut world, "giving");
    for number in 1..=ROUNDS {
        for (place, name) in all[30..45].iter().enumerate() {
            world.give(name, 1 + number, number, 1 + place as u64 % 6);
        }
    }
    world.sandbox.advance_time(crate::world::AHEAD);
    until(&mut world, "done");
    world.check();
    eprintln!("{blocks} blocks, at most {} at {}", most.0, most.1);
    assert!(most.0 < 1_800_000, "{}", most.0);
}
