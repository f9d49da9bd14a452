//! Random members do random things to draws; every invariant after every
//! message, kept sums against raw records, with failures injected and without.
//!
//! `MYCEL_CASES` sets how many sequences (default 150), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use crate::world::town::{Act, Town};
use crate::world::{native, told};

/// Steps of a sequence.
const STEPS: u64 = 250;

fn sequence(seed: u64, failures: bool) -> [u64; 3] {
    let mut town = Town::new(native(), seed);
    let [mut accepted, mut refused] = [0; 2];
    for step in 0..STEPS {
        let act = town.next();
        // not members' double being told something
        if failures && !matches!(act, Act::Standing(..)) {
            let stream = seed.wrapping_mul(STEPS).wrapping_add(step);
            town.world.sandbox.fail_randomly(stream, 9);
        }
        let before = town.world.sandbox.state_hash();
        let result = town.act(&act);
        town.world.sandbox.fail_randomly(seed, 0);
        match result {
            Ok(_) => accepted += 1,
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
                refused += 1;
            }
        }
        town.world.check();
    }
    [accepted, refused, town.done()]
}

fn sequences(failures: bool) {
    let (cases, first) = (told("MYCEL_CASES", 150), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let [mut accepted, mut refused, mut done] = [0; 3];
    for seed in first..first + cases {
        let ran = std::panic::catch_unwind(|| sequence(seed, failures));
        match ran {
            Ok([yes, no, panels]) => {
                accepted += yes;
                refused += no;
                done += panels;
            }
            Err(panic) => {
                eprintln!("MYCEL_SEED={seed} MYCEL_CASES=1");
                std::panic::resume_unwind(panic);
            }
        }
    }
    eprintln!("{accepted} accepted, {refused} refused, {done} panels");
    assert!(cases < 100 || done > cases / 3, "hardly a draw ends");
    assert!(accepted > refused, "the messages are mostly nonsense");
}

#[test]
fn random_messages_keep_every_invariant_after_every_message() {
    sequences(false);
}

#[test]
fn random_messages_with_failures_injected_keep_every_invariant_after_every_message() {
    sequences(true);
}
