//! Random readings, harvests, claims and losses over random time; every
//! invariant after every step, this part's kept sums from the raw records.
//!
//! `MYCEL_CASES` sets how many sequences (default 40), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use mycel_commons::cap::Rule;
use mycel_commons::cap::stabiliser::Band;
use serde_json::{Value, json};

use super::ground::*;
use crate::world::{Random, told};

/// Steps of a sequence.
const STEPS: usize = 120;

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

fn message(world: &mut World, random: &mut Random, groves: &[u64]) -> (u64, Value) {
    let commons = match random.below(3) {
        0 if !groves.is_empty() => groves[random.below(groves.len() as u64) as usize],
        _ => 1,
    };
    let monitor = MONITORS[random.below(3) as usize];
    let person = 1 + random.below(5);
    let stock = match random.below(10) {
        0 => random.below(100_000),
        1..=3 => 5_000 + random.below(5_000),
        _ => 9_500 + random.below(900),
    };
    let units = |random: &mut Random| (1 + random.below(120)).to_string();
    let claims = restored_claims(world);
    let some_claim = (1 + random.below(claims.max(1))).to_string();
    match random.below(20) {
        0..=6 => {
            let evidence = world.evidence();
            (
                monitor,
                json!({"read": {"commons": commons.to_string(), "quantity": stock.to_string(), "evidence": evidence}}),
            )
        }
        7..=9 => (
            person,
            json!({"harvest": {"commons": commons.to_string(), "quantity": units(random)}}),
        ),
        10 => (
            person,
            json!({"retire": {"commons": "1", "quantity": units(random)}}),
        ),
        11 => (
            person,
            json!({"bank": {"commons": "1", "quantity": units(random)}}),
        ),
        12..=13 => {
            let cells: Vec<u64> = (0..1 + random.below(3))
                .map(|n| 10 * n + random.below(10))
                .collect();
            let from = world.now() - (10 + random.below(500)) * DAY;
            let quantity = 1 + u128::from(random.below(800));
            let msg = claim_msg(
                world,
                &cells,
                from,
                from + (1 + random.below(9)) * DAY,
                quantity,
            );
            (person, msg)
        }
        14..=16 => {
            let quantity = if random.below(6) == 0 {
                random.below(900)
            } else {
                400 + random.below(30)
            };
            (
                monitor,
                json!({"attest": {"claim": some_claim, "quantity": quantity.to_string()}}),
            )
        }
        17 => {
            let evidence = world.evidence();
            let quantity = 1 + random.below(300);
            (
                person,
                json!({"reverse": {"claim": some_claim, "quantity": quantity.to_string(), "evidence": evidence}}),
            )
        }
        18 => (person, json!({"withdraw_claim": {"claim": some_claim}})),
        _ => (person, json!({"resume_claim": {"claim": some_claim}})),
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
            upper: units(60),
            lower: units(40),
            scarce: units(10),
            intake_percent: 24,
            release: units(20),
            reserve_most: units(30),
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

fn sequence(seed: u64, seen: &mut Seen) {
    let mut random = Random(seed);
    let (mut world, groves) = begin(&mut random);
    for _ in 0..STEPS {
        match random.below(10) {
            0 => {
                let days = 1 + random.below(30);
                world.wait(days * DAY);
                world.advance();
                check(&world, true);
            }
            1 => {
                let limit = 1 + random.below(60);
                world.ok("anyone", json!({"advance": {"limit": limit}}));
            }
            _ => {
                let (who, msg) = message(&mut world, &mut random, &groves);
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
        }
        check(&world, false);
    }
    world.advance();
    check(&world, true);
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
        seen.accepted > seen.refused,
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
