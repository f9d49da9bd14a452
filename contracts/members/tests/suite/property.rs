//! Random members do random things; every invariant after every message, kept
//! sums against raw records, with failures injected and without.
//!
//! `MYCEL_CASES` sets how many sequences (default 400), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use crate::world::town::{Act, Town};
use crate::world::{events, native, told};
use mycel_sandbox::Code;

/// Steps of a sequence.
const STEPS: usize = 120;

fn sequence(seed: u64, failures: bool) -> [u64; 3] {
    let mut town = Town::new(Code::native(native()), seed);
    let [mut accepted, mut refused, mut returned] = [0; 3];
    for step in 0..STEPS {
        let act = town.next();
        if failures {
            // not while looking: a failure may strike a question of `check` itself
            let stream = seed.wrapping_mul(STEPS as u64).wrapping_add(step as u64);
            town.world.sandbox.fail_randomly(stream, 9);
        }
        let before = town.world.sandbox.state_hash();
        match town.act(&act) {
            Ok(receipt) => {
                accepted += 1;
                let back = receipt.map_or(0, |receipt| events(&receipt, "wasm-returned"));
                returned += back as u64;
            }
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
        town.world.sandbox.fail_randomly(seed, 0);
        town.world.check();
        if matches!(act, Act::Say(..)) {
            town.world.wait(1);
        }
    }
    let now = town.world.sandbox.height();
    crate::electors::agree(&town.world, &[now / 3, now * 2 / 3, now]);
    [accepted, refused, returned]
}

fn sequences(failures: bool) {
    let (cases, first) = (told("MYCEL_CASES", 400), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let [mut accepted, mut refused, mut returned] = [0; 3];
    for seed in first..first + cases {
        let ran = std::panic::catch_unwind(|| sequence(seed, failures));
        match ran {
            Ok([yes, no, back]) => {
                accepted += yes;
                refused += no;
                returned += back;
            }
            Err(panic) => {
                eprintln!("MYCEL_SEED={seed} MYCEL_CASES=1");
                std::panic::resume_unwind(panic);
            }
        }
    }
    eprintln!("{accepted} accepted, {refused} refused, {returned} came back");
    assert!(
        cases < 100 || returned > cases / 20,
        "hardly anybody comes back"
    );
    assert!(accepted * 8 > refused, "the messages are mostly nonsense");
}

#[test]
fn random_messages_keep_every_invariant_after_every_message() {
    sequences(false);
}

#[test]
fn random_messages_with_failures_injected_keep_every_invariant_after_every_message() {
    sequences(true);
}
