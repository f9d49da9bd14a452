//! Random members do random things; every invariant after every message, kept
//! sums against raw records, with failures injected and without.
//!
//! `MYCEL_CASES` sets how many sequences (default 150), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use crate::world::town::{Act, Town};
use crate::world::{native, told};
use mycel_assembly::state::{self, Phase};
use mycel_sandbox::Code;

/// Steps of a sequence.
const STEPS: usize = 250;

/// Accepted, refused, and proposals by where they ended.
#[derive(Default)]
struct Seen {
    accepted: u64,
    refused: u64,
    phases: [u64; state::PHASES],
    spent: u128,
}

fn sequence(seed: u64, failures: bool, seen: &mut Seen) {
    let mut town = Town::new(Code::native(native()), seed);
    for step in 0..STEPS {
        let act = town.next();
        if failures {
            // not while looking: a failure may strike a question of `check` itself
            let stream = seed.wrapping_mul(STEPS as u64).wrapping_add(step as u64);
            town.world.sandbox.fail_randomly(stream, 9);
        }
        let before = town.world.sandbox.state_hash();
        match town.act(&act) {
            Ok(_) => seen.accepted += 1,
            Err(refusal) => {
                assert_eq!(
                    town.world.sandbox.state_hash(),
                    before,
                    "a refusal left something: {act:?}"
                );
                assert!(
                    !refusal.text.contains("state missing")
                        && !refusal.text.contains("state unreadable"),
                    "{act:?}: {}",
                    refusal.text
                );
                seen.refused += 1;
            }
        }
        town.world.sandbox.fail_randomly(seed, 0);
        town.world.check();
        if !matches!(act, Act::Wait(_)) {
            town.world.wait(1);
        }
    }
    let sums = town
        .world
        .sandbox
        .read(&town.world.assembly, |storage| {
            state::totals().load(storage).expect("sums")
        })
        .expect("assembly");
    for (all, one) in seen.phases.iter_mut().zip(sums.phases) {
        *all += one;
    }
    seen.spent += sums.spent;
}

fn sequences(failures: bool) {
    let (cases, first) = (told("MYCEL_CASES", 150), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let mut seen = Seen::default();
    for seed in first..first + cases {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            sequence(seed, failures, &mut seen);
        }));
        if let Err(panic) = ran {
            eprintln!("MYCEL_SEED={seed} MYCEL_CASES=1");
            std::panic::resume_unwind(panic);
        }
    }
    let of = |phase: Phase| seen.phases[phase.index()];
    eprintln!(
        "{} accepted, {} refused, {} executed, {} rejected, {} lapsed, {} spent",
        seen.accepted,
        seen.refused,
        of(Phase::Executed),
        of(Phase::Rejected),
        of(Phase::Lapsed),
        seen.spent
    );
    assert!(
        seen.accepted * 4 > seen.refused,
        "the messages are mostly nonsense"
    );
    assert!(
        cases < 100
            || (of(Phase::Executed) > cases / 4
                && of(Phase::Rejected) > cases / 4
                && seen.spent > 0),
        "hardly anything is decided"
    );
}

#[test]
fn random_messages_keep_every_invariant_after_every_message() {
    sequences(false);
}

#[test]
fn random_messages_with_failures_injected_keep_every_invariant_after_every_message() {
    sequences(true);
}
