//! Random messages, with failures injected: every invariant of every contract
//! holds after each one, and a refused one leaves nothing behind.

use mycel_economy::{Play, Town, Way, cases};

/// Runs `count` steps from a seed; gives how many were done and refused.
fn run(seed: u64, count: u64, one_in: u32) -> (u64, u64) {
    let mut town = Town::new(Way::Native, 10);
    let mut play = Play::new(&town, seed);
    town.sandbox.fail_randomly(seed, one_in);
    let (mut done, mut refused) = (0, 0);
    for step in 0..count {
        let happens = play.step();
        // hashing the whole state costs more than a message
        let before = step.is_multiple_of(64).then(|| town.sandbox.state_hash());
        let result = town.take(&happens);
        match &result {
            Some(Ok(_)) => done += 1,
            Some(Err(_)) => refused += 1,
            None => {}
        }
        if let (Some(before), Some(Err(_)), false) = (
            before,
            &result,
            matches!(happens, mycel_economy::play::Step::EndBlock),
        ) {
            assert_eq!(
                town.sandbox.state_hash(),
                before,
                "seed={seed} step={step} {happens:?}"
            );
        }
        let broken = town.broken();
        assert!(
            broken.is_empty(),
            "seed={seed} step={step} {happens:?} {result:?}\n{broken:#?}"
        );
    }
    (done, refused)
}

#[test]
fn every_invariant_holds_after_every_message() {
    let each = cases(20_000) / 8;
    let (mut done, mut refused) = (0, 0);
    for seed in 0..8 {
        let one_in = [0, 50, 10, 3][seed as usize % 4];
        let (d, r) = run(seed, each, one_in);
        done += d;
        refused += r;
    }
    println!("done={done} refused={refused}");
    assert!(
        done > each / 2 && refused > each / 2,
        "done={done} refused={refused}"
    );
}

#[test]
fn native_and_wasm_keep_the_same_bytes_and_say_the_same() {
    let count = (cases(20_000) / 40).min(10_000);
    for seed in [1, 2] {
        let (mut native, mut compiled) = (Town::new(Way::Native, 10), Town::new(Way::Compiled, 10));
        assert_eq!(native.credit, compiled.credit);
        let mut play = Play::new(&native, seed);
        let mut most = 0;
        for step in 0..count {
            let happens = play.step();
            let one_in = [0, 5][play.random.below(2) as usize];
            native.sandbox.fail_randomly(seed + step, one_in);
            compiled.sandbox.fail_randomly(seed + step, one_in);
            match (native.take(&happens), compiled.take(&happens)) {
                (None, None) => {}
                (Some(Ok(ours)), Some(Ok(theirs))) => {
                    most = most.max(theirs.gas);
                    assert_eq!(
                        (ours.events, ours.data),
                        (theirs.events, theirs.data),
                        "seed={seed} step={step} {happens:?}"
                    );
                }
                (Some(Err(ours)), Some(Err(theirs))) => {
                    assert_eq!(
                        ours.text, theirs.text,
                        "seed={seed} step={step} {happens:?}"
                    );
                }
                (ours, theirs) => {
                    panic!("seed={seed} step={step} {happens:?}\n{ours:?}\n{theirs:?}")
                }
            }
            assert_eq!(
                native.sandbox.state_hash(),
                compiled.sandbox.state_hash(),
                "seed={seed} step={step} {happens:?}"
            );
        }
        println!("seed={seed} most gas of a message={most}");
    }
}
