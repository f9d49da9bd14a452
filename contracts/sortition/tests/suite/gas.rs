//! What each message costs, and that a pool of 10,000 goes from its freeze to
//! its seats in calls that each fit into a transaction.
//!
//! `tests/gas.txt` holds SDK gas as the sandbox charges it: without the
//! transaction's bytes and signatures, and without members' own work, which is
//! played by native code. `MYCEL_UPDATE=1` records it anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::world::{Random, World, committing, compiled, person, posting, solver, split, told};
use mycel_kit::Id;
use mycel_kit::lottery::{Lottery, Panel, Pool, encode};
use mycel_kit::peers::sortition::{DrawInput, Feature};
use mycel_sandbox::address;
use mycel_sortition::msg::ExecuteMsg;
use serde_json::json;

/// What a transaction may use.
const MOST: u64 = 20_000_000;

/// Two features: sides with quotas, and so many ages.
fn input(name: &str, left: u16, right: u16, ages: usize) -> DrawInput {
    let mut input = split(name, "side", &[("left", left), ("right", right)]);
    input.features.push(Feature {
        name: "age".into(),
        values: (0..ages).map(|age| format!("{age}")).collect(),
        issuer: None,
    });
    input
}

fn volunteer(draw: u64, number: u64, ages: u64) -> ExecuteMsg {
    let side = if number.is_multiple_of(3) {
        "left"
    } else {
        "right"
    };
    let age = (number % ages).to_string();
    crate::world::volunteering(draw, &[("side", side), ("age", &age)])
}

/// Gas of all that is due, call by call.
fn run(world: &mut World) -> Vec<u64> {
    let mut calls = Vec::new();
    loop {
        let receipt = world.ok(&address("anyone"), &json!({"advance": {}}));
        if receipt.attribute("work") == Some("0") {
            return calls;
        }
        assert!(receipt.gas <= MOST, "a call takes {}", receipt.gas);
        calls.push(receipt.gas);
    }
}

fn figures(table: &mut String, name: &str, calls: &[u64]) {
    let (sum, most) = (calls.iter().sum::<u64>(), calls.iter().max());
    let count = calls.len();
    let _ = writeln!(
        table,
        "{name} {sum} ({count} calls, the dearest {})",
        most.copied().unwrap_or(0)
    );
}

/// A draw of n volunteers from their coming to a panel.
fn of(table: &mut String, n: u64, with_beginning: bool) {
    let mut world = World::with(compiled(), n, json!({}));
    let mut row = |world: &mut World, name: &str, who: &cosmwasm_std::Addr, msg: &ExecuteMsg| {
        let receipt = world.ok(who, msg);
        if with_beginning || name.contains('/') {
            let _ = writeln!(table, "{name} {}", receipt.gas);
        }
        receipt
    };
    let assembly = world.assembly.clone();
    let open = ExecuteMsg::OpenDraw(input("1", 10, 20, 10));
    row(&mut world, "open_draw", &assembly, &open);
    let first = volunteer(1, 1, 10);
    row(&mut world, "volunteer", &person(1), &first);
    row(&mut world, "volunteer_again", &person(1), &first);
    row(
        &mut world,
        "withdraw",
        &person(1),
        &ExecuteMsg::Withdraw { draw: Id(1) },
    );
    for number in 1..n {
        world.ok(&person(number), &volunteer(1, number, 10));
    }
    row(
        &mut world,
        &format!("volunteers/{n}/the_last"),
        &person(n),
        &volunteer(1, n, 10),
    );
    let until = world.draw(1).until.0;
    world.wait_until(until);
    let freezing = run(&mut world);
    let lottery = world.draw(1).lottery.expect("frozen");
    let pages = solver::pages(&world.pool(1), lottery.panels, 0);
    let who = person(2);
    row(
        &mut world,
        "commit_lottery",
        &who,
        &committing(&who, 1, &pages),
    );
    world.wait_until(lottery.commit_until.0);
    for (page, data) in pages.iter().enumerate() {
        let name = if page == 0 { "post_lottery" } else { "" };
        let msg = posting(1, 0, page as u32, data);
        if name.is_empty() {
            world.ok(&who, &msg);
        } else {
            row(&mut world, name, &who, &msg);
        }
    }
    let mut verifying = run(&mut world);
    world.wait_until(lottery.deadline.0);
    verifying.extend(run(&mut world));
    let round = world.draw(1).accepted.expect("accepted").round_time.0;
    world.wait_until(round);
    let seating = run(&mut world);
    let seated = world.seated(1)[0];
    row(
        &mut world,
        "decline",
        &person(seated),
        &ExecuteMsg::Decline { draw: Id(1) },
    );
    let replacing = run(&mut world);
    world.finish(1);
    world.check();
    figures(table, &format!("volunteers/{n}/freezing"), &freezing);
    figures(table, &format!("volunteers/{n}/verifying"), &verifying);
    figures(table, &format!("volunteers/{n}/seating_30"), &seating);
    if with_beginning {
        figures(table, "replacing_one", &replacing);
    }
}

/// Seats of two panels of one side change places at random, so that nearly all
/// panels differ; chances stay.
pub fn mix(pool: &Pool, lottery: &Lottery, swaps: u32) -> Lottery {
    let mut random = Random(5);
    let kinds = pool.counts.len();
    let mut rows: Vec<Vec<u16>> = Vec::new();
    for panel in &lottery.panels {
        let mut row = vec![0; kinds];
        for (kind, seats) in &panel.seats {
            row[usize::from(*kind)] = *seats;
        }
        rows.extend(std::iter::repeat_n(row, panel.times as usize));
    }
    for _ in 0..swaps {
        let [a, b] = [(); 2].map(|()| random.below(rows.len() as u64) as usize);
        let [s, t] = [(); 2].map(|()| random.below(kinds as u64) as usize);
        let room = |row: &Vec<u16>, kind: usize| u32::from(row[kind]) < pool.counts[kind];
        if a != b
            && pool.values[s][0] == pool.values[t][0]
            && rows[a][s] > 0
            && rows[b][t] > 0
            && room(&rows[a], t)
            && room(&rows[b], s)
        {
            rows[a][s] -= 1;
            rows[b][t] -= 1;
            rows[a][t] += 1;
            rows[b][s] += 1;
        }
    }
    let mut panels: std::collections::BTreeMap<Vec<u16>, u32> = Default::default();
    rows.into_iter()
        .for_each(|row| *panels.entry(row).or_insert(0) += 1);
    Lottery {
        panels: panels
            .into_iter()
            .map(|(row, times)| Panel {
                times,
                seats: (0u16..).zip(row).filter(|(_, seats)| *seats > 0).collect(),
            })
            .collect(),
        levels: lottery.levels.clone(),
    }
}

/// A lottery of nearly as many entries as there may be.
fn large(table: &mut String) {
    let n = 4_000;
    let mut world = World::with(compiled(), n, json!({}));
    let draw = world.open(&input("1", 20, 40, 60));
    for number in 1..=n {
        world.ok(&person(number), &volunteer(draw, number, 60));
    }
    let until = world.draw(draw).until.0;
    world.wait_until(until);
    run(&mut world);
    let lottery = world.draw(draw).lottery.expect("frozen");
    let pool = world.pool(draw);
    let solved = mix(&pool, &solver::solve(&pool, lottery.panels, 0), 400_000);
    let entries: usize = solved.panels.iter().map(|panel| panel.seats.len()).sum();
    let pages = encode(&solved);
    let who = address("solver");
    let post = world.commit(&who, draw, &pages);
    world.wait_until(lottery.commit_until.0);
    let mut most = 0;
    for (page, data) in pages.iter().enumerate() {
        let receipt = world.ok(&who, &posting(draw, post, page as u32, data));
        most = most.max(receipt.gas);
    }
    let name = format!("large/{}_types/{entries}_entries", pool.counts.len());
    let _ = writeln!(
        table,
        "{name}/post {most} (the dearest of {} pages)",
        pages.len()
    );
    figures(table, &format!("{name}/verifying"), &run(&mut world));
    let best = world.draw(draw).lottery.expect("frozen").best;
    assert!(best.is_some());
}

/// `MYCEL_VOLUNTEERS` is the largest pool (default 10,000).
#[test]
fn the_gas_of_each_message_is_as_reviewed_and_pools_of_any_size_fit_into_transactions() {
    let most = told("MYCEL_VOLUNTEERS", 10_000);
    let mut table = String::from(
        "# SDK gas of each message, without the transaction's bytes and signatures; members is played by native code\n",
    );
    for (place, n) in [100, 1_000, 10_000].into_iter().enumerate() {
        if n <= most {
            of(&mut table, n, place == 0);
        }
    }
    large(&mut table);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gas.txt");
    if told("MYCEL_UPDATE", 0) > 0 {
        std::fs::write(&path, &table).expect("written");
        return;
    }
    let reviewed = std::fs::read_to_string(&path).expect("gas.txt");
    let rows = |table: &str| -> Vec<(String, u64)> {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| {
                let (name, rest) = line.split_once(' ').expect("a name");
                let gas = rest.split(' ').next().expect("gas");
                (name.to_owned(), gas.parse().expect("a number"))
            })
            .collect()
    };
    let (now, then) = (rows(&table), rows(&reviewed));
    if most >= 10_000 {
        let names = |rows: &[(String, u64)]| -> Vec<String> {
            rows.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&now), names(&then), "MYCEL_UPDATE=1 records it anew");
    }
    for (name, gas) in &now {
        let same = then.iter().find(|(other, _)| other == name);
        let reviewed = same.map_or(0, |(_, gas)| *gas);
        // another compiler may shift it a little
        assert!(
            gas.abs_diff(reviewed) * 20 <= reviewed,
            "{name}: {gas}, reviewed {reviewed}; MYCEL_UPDATE=1 records it anew"
        );
    }
}
