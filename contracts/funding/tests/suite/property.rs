//! Random members do random things in rounds; every invariant after every
//! message, kept sums against the records, with failures injected and without.
//!
//! `MYCEL_CASES` sets how many sequences (default 100), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use std::collections::BTreeMap;

use crate::world::town::{Act, Town};
use crate::world::{Codes, told};
use mycel_funding::rounds::record::Totals;

/// Steps of a sequence.
const STEPS: usize = 200;

/// Accepted, refused, and the sums of all sequences.
#[derive(Default)]
struct Seen {
    accepted: u64,
    refused: u64,
    done: u64,
    cancelled: u64,
    matched: u64,
    totals: Totals,
    /// Refusals by their first words.
    why: BTreeMap<String, u64>,
}

fn sequence(seed: u64, failures: bool, seen: &mut Seen) {
    let mut town = Town::new(Codes::native(), seed);
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
                let after = town.world.sandbox.state_hash();
                assert_eq!(after, before, "a refusal left something: {act:?}");
                for word in ["state missing", "state unreadable", "sum out of bounds"] {
                    assert!(!refusal.text.contains(word), "{act:?}: {}", refusal.text);
                }
                seen.refused += 1;
                let words = refusal.text.split([':', ';', '=']).take(2);
                let words = words.collect::<Vec<_>>().join(":");
                *seen.why.entry(words).or_default() += 1;
            }
        }
        town.world.sandbox.fail_randomly(seed, 0);
        town.world.check();
        if !matches!(act, Act::Wait(_)) {
            town.world.wait(1);
        }
    }
    // whatever is open is brought to its end: nothing is lost and nothing stays
    let rounds = town.world.rounds();
    for round in 1..=rounds {
        let view = town.world.round(round).round;
        let wait = view.ends.0.saturating_sub(town.world.now());
        town.world.sandbox.advance_time(wait);
        town.world.drive(round, 500);
        let view = town.world.round(round);
        match view.round.stage.as_str() {
            "done" => seen.done += 1,
            _ => seen.cancelled += 1,
        }
        if view.round.pool.paid.u128() > 0 {
            seen.matched += 1;
        }
    }
    let totals = town.world.totals();
    assert_eq!(totals.holds, 0, "a hold stayed");
    assert_eq!(totals.given.open + totals.pool.open, 0);
    seen.totals.given.paid += totals.given.paid;
    seen.totals.given.back += totals.given.back;
    seen.totals.given.expired += totals.given.expired;
    seen.totals.pool.paid += totals.pool.paid;
}

fn sequences(failures: bool) {
    let (cases, first) = (told("MYCEL_CASES", 100), told("MYCEL_SEED", 1));
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
    eprintln!(
        "{} accepted, {} refused, {} rounds done ({} matched), {} cancelled; paid {} and {}, back {}, expired {}",
        seen.accepted,
        seen.refused,
        seen.done,
        seen.matched,
        seen.cancelled,
        seen.totals.given.paid,
        seen.totals.pool.paid,
        seen.totals.given.back,
        seen.totals.given.expired,
    );
    let mut why: Vec<_> = seen.why.iter().map(|(words, n)| (n, words)).collect();
    why.sort_unstable();
    for (n, words) in why.iter().rev().take(12) {
        eprintln!("{n} {words}");
    }
    // of one sequence alone neither can be said
    assert!(
        cases < 50 || seen.accepted * 3 > seen.refused,
        "the messages are mostly nonsense"
    );
    let all = seen.done > cases && seen.cancelled > cases / 4 && seen.matched > cases / 10;
    assert!(cases < 50 || all, "hardly anything comes to an end");
}

#[test]
fn random_messages_keep_every_invariant_after_every_message() {
    sequences(false);
}

#[test]
fn random_messages_with_failures_injected_keep_every_invariant_after_every_message() {
    sequences(true);
}
