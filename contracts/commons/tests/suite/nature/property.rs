//! Random readings, harvests, claims and losses over random time; every
//! invariant after every step, this part's kept sums from the raw records.
//!
//! `MYCEL_CASES` sets how many sequences (default 40), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use mycel_commons::cap::Rule;
use mycel_commons::cap::stabiliser::Band;
use serde_json::{Value, json};

use super::agenda;
use super::ground::*;
use crate::world::{Random, told};

/// Steps of a sequence.
const STEPS: usize = 200;

#[derive(Default)]
struct Seen {
    accepted: u64,
    refused: u64,
    epochs: u64,
    stale: u64,
    cuts: u64,
    minted: u128,
    cancelled: u128,
    withheld: u128,
}

/// What somebody says, or several at once: who, and what.
fn messages(world: &mut World, random: &mut Random, groves: &[u64]) -> Vec<(u64, Value)> {
    let commons = match random.below(3) {
        0 if !groves.is_empty() => groves[random.below(groves.len() as u64) as usize],
        _ => 1,
    };
    let monitor = MONITORS[random.below(3) as usize];
    let person = 1 + random.below(3);
    let stock = match random.below(12) {
        0 => random.below(100_000),
        1 | 2 => 5_000 + random.below(5_000),
        _ => 9_500 + random.below(400),
    };
    let claims = restored_claims(world);
    let some_claim = (1 + claims.saturating_sub(random.below(4) + 1)).to_string();
    let read = |world: &mut World, monitor: u64, quantity: u64| {
        let evidence = world.evidence();
        (
            monitor,
            json!({"read": {"commons": commons.to_string(), "quantity": quantity.to_string(), "evidence": evidence}}),
        )
    };
    let attest = |monitor: u64, quantity: u64| {
        (
            monitor,
            json!({"attest": {"claim": some_claim, "quantity": quantity.to_string()}}),
        )
    };
    let forest = |what: &str, quantity: u64| json!({what: {"commons": "1", "quantity": quantity.to_string()}});
    match random.below(22) {
        0 | 1 => vec![read(world, monitor, stock)],
        2..=4 => MONITORS.map(|monitor| read(world, monitor, stock)).to_vec(),
        5..=7 => vec![(person, forest("harvest", 1 + random.below(60)))],
        8 => vec![(person, forest("retire", 1 + random.below(20)))],
        9 | 10 => vec![(person, forest("bank", 1 + random.below(12)))],
        11 | 12 => {
            let cells: Vec<u64> = (0..1 + random.below(3))
                .map(|n| 30 * n + random.below(30))
                .collect();
            let from = world.now() - (10 + random.below(900)) * DAY;
            let quantity = 1 + u128::from(random.below(800));
            let msg = claim_msg(
                world,
                &cells,
                from,
                from + (1 + random.below(9)) * DAY,
                quantity,
            );
            vec![(person, msg)]
        }
        13 => vec![attest(monitor, random.below(900))],
        14..=16 => {
            let quantity = 100 + random.below(600);
            MONITORS.map(|monitor| attest(monitor, quantity)).to_vec()
        }
        17 => {
            let evidence = world.evidence();
            let quantity = 1 + random.below(300);
            vec![(
                person,
                json!({"reverse": {"claim": some_claim, "quantity": quantity.to_string(), "evidence": evidence}}),
            )]
        }
        18 => MONITORS
            .map(|monitor| attest(monitor, random.below(3) * 300))
            .to_vec(),
        19 if random.below(4) == 0 => {
            vec![(monitor, json!({"leave_seat": {"commons": "1"}}))]
        }
        20 => vec![(person, json!({"withdraw_claim": {"claim": some_claim}}))],
        21 if random.below(2) == 0 => {
            let seat = (1 + random.below(6)).to_string();
            vec![(
                person,
                json!({"challenge": {"commons": "1", "seat": seat, "claim": some_claim, "reasons": "05".repeat(32)}}),
            )]
        }
        _ => vec![(person, json!({"resume_claim": {"claim": some_claim}}))],
    }
}

fn restored_claims(world: &World) -> u64 {
    world
        .sandbox
        .read(&world.commons, |storage| {
            mycel_commons::regeneration::state::totals()
                .may_load(storage)
                .expect("sums")
                .unwrap_or_default()
                .claims
        })
        .expect("commons")
}

/// The forest, and perhaps a grove with a budget of it.
fn begin(random: &mut Random) -> (World, Vec<u64>) {
    let mut rules = rules();
    rules.cap.rise_bps = [0, 500, 10_000][random.below(3) as usize];
    rules.cap.kappa_ppm = [0, 500_000][random.below(2) as usize];
    rules.rights.concentration_bps = [2_000, 10_000][random.below(2) as usize];
    if random.below(2) == 0 {
        rules.cap.harvest = Rule::Status {
            f_msy_ppm: 200_000,
            b_lim: units(4_000),
            b_trig: units(9_000),
        };
    }
    if random.below(2) == 0 {
        rules.cap.stabiliser = Some(Band {
            upper: units(16),
            lower: units(10),
            scarce: units(4),
            intake_percent: 24,
            release: units(3),
            reserve_most: units(6),
        });
    }
    let mut world = forest(rules.clone());
    for person in 1..=3 {
        grant(&mut world, person, 10_000_000);
    }
    let mut groves = vec![];
    for _ in 0..random.below(3) {
        let grove = child(&mut world, 1, &rules);
        allot(&mut world, 1, grove, 100_000 + random.below(300_000) as u32);
        groves.push(grove);
    }
    (world, groves)
}

fn said(world: &mut World, who: u64, msg: &Value, seen: &mut Seen) {
    let before = world.sandbox.state_hash();
    match world.tell(&name(who), msg.clone()) {
        Ok(_) => seen.accepted += 1,
        Err(refusal) => {
            seen.refused += 1;
            assert_eq!(world.sandbox.state_hash(), before, "{msg}");
            let text = refusal.text;
            assert!(
                !text.contains("state missing") && !text.contains("state unreadable"),
                "{msg}: {text}"
            );
        }
    }
}

fn sequence(seed: u64, seen: &mut Seen) {
    let mut random = Random(seed);
    let (mut world, groves) = begin(&mut random);
    for _ in 0..STEPS {
        match random.below(10) {
            0 => {
                let days = 1 + random.below(25);
                world.wait(days * DAY);
                world.advance();
                check(&world, true);
                // seats that were lost are taken again
                if random.below(3) == 0 {
                    for monitor in MONITORS {
                        let _ = world.bond_for(monitor, BOND, 10_000 * DAY);
                    }
                }
            }
            // juries speak, about anything, some of it for the second time
            2 if world.cases() > 0 => {
                let case = 1 + random.below(world.cases());
                let outcome = ["uphold", "dismiss", "malicious", "lapsed"];
                world.say(case, outcome[random.below(4) as usize]);
                let advance = json!({"advance": {"case": case.to_string()}});
                said(&mut world, 9, &advance, seen);
            }
            1 => {
                let limit = 1 + random.below(60);
                world.ok("anyone", json!({"advance": {"limit": limit}}));
            }
            _ => {
                for (who, msg) in messages(&mut world, &mut random, &groves) {
                    said(&mut world, who, &msg, seen);
                }
            }
        }
        check(&world, false);
    }
    world.advance();
    check(&world, true);
    let now = world.now();
    let due = world
        .sandbox
        .read(&world.commons, |storage| agenda::due(storage, now));
    assert_eq!(due.expect("commons"), 0, "work is never done");
    let (caps, claims) = world
        .sandbox
        .read(&world.commons, |storage| {
            let caps = mycel_commons::cap::state::totals().may_load(storage);
            let claims = mycel_commons::regeneration::state::totals().may_load(storage);
            (
                caps.expect("sums").unwrap_or_default(),
                claims.expect("sums").unwrap_or_default(),
            )
        })
        .expect("commons");
    seen.epochs += caps.epochs;
    seen.stale += caps.stale;
    seen.cuts += caps.cuts;
    seen.withheld += caps.withheld;
    seen.minted += claims.minted;
    seen.cancelled += claims.cancelled;
}

#[test]
fn random_readings_harvests_and_claims_keep_every_invariant() {
    let (cases, first) = (told("MYCEL_CASES", 40), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let mut seen = Seen::default();
    for seed in first..first + cases {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            sequence(seed, &mut seen);
        }));
        if let Err(panic) = ran {
            eprintln!("MYCEL_SEED={seed} MYCEL_CASES=1");
            std::panic::resume_unwind(panic);
        }
    }
    eprintln!(
        "{} accepted, {} refused, {} epochs, {} of them stale, {} cuts, {} minted, {} cancelled, {} withheld",
        seen.accepted,
        seen.refused,
        seen.epochs,
        seen.stale,
        seen.cuts,
        seen.minted,
        seen.cancelled,
        seen.withheld
    );
    assert!(
        seen.accepted * 2 > seen.refused,
        "the messages are mostly nonsense"
    );
    assert!(
        cases < 40
            || (seen.stale > 0
                && seen.cuts > 20
                && seen.minted > 0
                && seen.cancelled > 0
                && seen.withheld > 0),
        "hardly anything happens"
    );
}
