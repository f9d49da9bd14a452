//! Tallies of many, compiled, members too: no call uses more gas than a
//! transaction may have, however many electors there are.
//!
//! `MYCEL_ELECTORS` sets the largest (default 1,000; the recorded figures go to
//! 10,000); `MYCEL_UPDATE=1` records what was counted and leaves larger ones as they are.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::world::{Random, World, names, proposal, short, told, wasm, yes_no};
use mycel_sandbox::{Code, GAS_LIMIT};
use serde_json::{Value, json};

fn compiled(name: &str) -> Code {
    Code::compiled(&wasm(name)).expect("a contract that the chain would store")
}

fn world(electors: usize) -> World {
    let (assembly, members) = (
        compiled("mycel_assembly.wasm"),
        compiled("mycel_members.wasm"),
    );
    World::with(assembly, members, electors, short())
}

/// What a tally needed: messages, all gas, the most in a message.
fn counted(world: &mut World, number: u64) -> (u64, u64, u64) {
    let until = world.proposal(number).until.0;
    world
        .sandbox
        .advance_time(until.saturating_sub(world.now()).max(1));
    let step = json!({"advance": {"limit": 50, "proposal": number.to_string()}});
    let (mut messages, mut all, mut most) = (0, 0, 0);
    while world.proposal(number).outcome.is_none() {
        let gas = world.ok("anyone", step.clone()).gas;
        (messages, all, most) = (messages + 1, all + gas, most.max(gas));
        assert!(messages < 10_000, "it goes on and on");
    }
    assert!(most < GAS_LIMIT, "{most}");
    (messages, all, most)
}

fn opened(electors: usize, ballot: Option<Value>) -> (World, Vec<String>, Vec<u64>, u64) {
    let mut world = world(electors);
    let all = names(electors);
    let number = match ballot {
        None => world.opened(yes_no("ordinary", &[])),
        Some(ballot) => world.opened(proposal("spending", ballot)),
    };
    let first = world.number(&all[0]);
    let numbers = (first..first + electors as u64).collect();
    (world, all, numbers, number)
}

fn follow(world: &mut World, from: &str, to: u64) {
    let to = to.to_string();
    world.ok(
        from,
        json!({"delegate": {"scope": {"unit": "all"}, "to": to}}),
    );
}

/// Everybody names the next, the last votes: the longest way there can be.
fn chain(electors: usize) -> (u64, u64, u64) {
    let (mut world, all, numbers, number) = opened(electors, None);
    for (place, name) in all[..electors - 1].iter().enumerate() {
        follow(&mut world, name, numbers[place + 1]);
    }
    world.vote(&all[electors - 1], number, json!("yes"));
    let used = counted(&mut world, number);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!(
        (found.eligible, found.yes),
        (electors as u32, electors as u32)
    );
    used
}

/// A tenth votes, six tenths name anybody, the rest does nothing.
fn mixed(electors: usize) -> (u64, u64, u64) {
    let (mut world, all, numbers, number) = opened(electors, None);
    let mut random = Random(7);
    for name in &all {
        match random.below(10) {
            0 => world.vote(name, number, json!("yes")),
            1..=6 => {
                let to = numbers[random.below(electors as u64) as usize];
                follow(&mut world, name, to);
            }
            _ => {}
        }
    }
    counted(&mut world, number)
}

/// Everybody votes.
fn direct(electors: usize) -> (u64, u64, u64) {
    let (mut world, all, _, number) = opened(electors, None);
    for name in &all {
        world.vote(name, number, json!("no"));
    }
    counted(&mut world, number)
}

/// Everybody wants some other ten of 50 projects.
fn budget(electors: usize) -> (u64, u64, u64) {
    let ben = mycel_sandbox::address("ben");
    let project = |n: u64| json!({"title": format!("project {n}"), "to": ben, "cost": (1_000 + 317 * n).to_string()});
    let projects: Vec<Value> = (0..50).map(project).collect();
    let ballot = json!({"budget": {"total": "100000", "projects": projects}});
    let (mut world, all, _, number) = opened(electors, Some(ballot));
    let mut random = Random(11);
    for name in &all {
        let mut wanted: Vec<u64> = (0..10).map(|_| random.below(50)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        world.vote(name, number, json!({"approve": wanted}));
    }
    counted(&mut world, number)
}

#[test]
fn no_call_of_a_tally_uses_more_than_a_transaction_may() {
    let most = told("MYCEL_ELECTORS", 1_000);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tallies.txt");
    let mut text = "# a tally by n electors, compiled, members too: messages of 50 pieces, SDK gas of all, the most in one\n".to_owned();
    type Tally = fn(usize) -> (u64, u64, u64);
    let kinds: [(&str, Tally); 4] = [
        ("chain", chain),
        ("mixed", mixed),
        ("direct", direct),
        ("budget", budget),
    ];
    for electors in [100, 1_000, 10_000].into_iter().filter(|n| *n <= most) {
        for (name, tally) in kinds {
            let (messages, all, largest) = tally(electors as usize);
            eprintln!("{name}/{electors} {messages} {all} {largest}");
            writeln!(text, "{name}/{electors} {messages} {all} {largest}").expect("a String");
        }
    }
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        // what was not counted now stays as it was recorded
        let before = fs::read_to_string(&file).unwrap_or_default();
        let kept = before.lines().skip_while(|line| {
            let size = line.split([' ', '/']).nth(1).and_then(|n| n.parse().ok());
            size.is_none_or(|size: u64| size <= most)
        });
        for line in kept {
            writeln!(text, "{line}").expect("a String");
        }
        fs::write(&file, text).expect("tests/tallies.txt");
        return;
    }
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    let numbers = |line: &str| -> Vec<u64> {
        let words = line.split(' ').skip(1);
        words.map(|word| word.parse().expect("a number")).collect()
    };
    for line in text.lines().skip(1) {
        let name = line.split(' ').next().expect("a name");
        let before = recorded
            .lines()
            .find(|one| one.split(' ').next() == Some(name));
        let before = numbers(before.expect("a recorded tally"));
        for (now, before) in numbers(line).into_iter().zip(before) {
            assert!(
                now.abs_diff(before) <= before / 10,
                "{line}: more than a tenth from tests/tallies.txt; if that is meant, record with MYCEL_UPDATE=1 MYCEL_ELECTORS=10000"
            );
        }
    }
}
