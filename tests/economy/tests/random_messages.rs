//! Random messages to the contracts together, with failures injected: every
//! invariant of every contract holds after each one, and a refused one leaves
//! nothing behind.

use mycel_economy::play::Step;
use mycel_economy::{Play, Tally, Town, Way, cases, first_seed, reach};
use mycel_sandbox::{Receipt, Refusal};

/// Messages in a town.
const A_TOWN: u64 = 2_500;
/// Contracts that work at the end of blocks, and what each may use there on the chain where no other has work.
const SUBSCRIBERS: u64 = 7;
const END_BLOCK_GAS: u64 = 2_000_000;

/// Runs `count` steps from a seed.
fn run(seed: u64, count: u64, one_in: u32, tally: &mut Tally) {
    let mut town = town(Way::Native);
    let mut play = Play::new(seed);
    reach::accepted();
    let (mut step, last) = (0, tally.messages + count);
    while tally.messages < last {
        step += 1;
        let happens = play.step(&town);
        // hashing the whole state costs more than a message
        let before = step % 64 == 0 && matches!(happens, Step::Tell(..));
        let before = before.then(|| town.sandbox.state_hash());
        let seeded = seed.wrapping_mul(1 << 40) + step;
        town.sandbox.fail_randomly(seeded, one_in);
        let struck = town.sandbox.failures_injected();
        let result = town.take(&happens);
        tally.struck += town.sandbox.failures_injected() - struck;
        // what the test itself asks is answered
        town.sandbox.fail_randomly(0, 0);
        let accepted = tally.count(&town, &happens, &result);
        if let (Some(before), Some(Err(_))) = (before, &result) {
            let after = town.sandbox.state_hash();
            assert_eq!(after, before, "seed={seed} step={step} {happens:?}");
            tally.compared += 1;
        }
        let (held, mut broken) = town.invariants();
        tally.invariants += held;
        // from every raw record: what may have changed, and now and then all
        let told = |contract| matches!(&happens, Step::Tell(_, to, _) if to == contract);
        let (done, all) = (matches!(result, Some(Ok(_))), step % 32 == 0);
        broken.extend(town.recomputed(
            all || done && told(&town.sortition),
            all || done && told(&town.assembly),
        ));
        play.learn(&town, &happens, &result, &accepted);
        if all || done && told(&town.trust) {
            broken.extend(play.scores_differ(&town));
        }
        if step % 1_024 == 0 {
            broken.extend(town.trust_audited());
        }
        assert!(
            broken.is_empty(),
            "seed={seed} step={step} {happens:?} {result:?}\n{broken:#?}"
        );
    }
    tally.close(&town);
}

/// A dozen founders, and others who may come.
fn town(way: Way) -> Town {
    Town::new(way, 12, 80)
}

#[test]
fn every_invariant_holds_after_every_message_and_every_kind_is_reached() {
    let messages = cases(120_000);
    let started = std::time::Instant::now();
    let towns = messages.div_ceil(A_TOWN);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let play = move |thread: u64| {
            let mut tally = Tally::default();
            for town in (thread..towns).step_by(threads as usize) {
                let one_in = [0, 50, 10, 4][town as usize % 4];
                run(
                    first_seed() + town,
                    A_TOWN.min(messages),
                    one_in,
                    &mut tally,
                );
            }
            tally
        };
        let running: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || play(thread)))
            .collect();
        for thread in running {
            tally.add(thread.join().expect("a thread that said why"));
        }
    });
    for (kind, count) in &tally.kinds {
        let reach::Count {
            done,
            refused,
            why,
            reasons,
        } = count;
        println!("{kind:32} done={done:<7} refused={refused:<7} {why}");
        for (reason, times) in reasons {
            println!("    {times:<7} {reason}");
        }
    }
    println!("{:?}", tally.ended);
    let seconds = started.elapsed().as_secs();
    println!(
        "{} towns={towns} seconds={seconds} threads={threads}",
        tally.sums()
    );
    // a play that never gets anywhere shows nothing
    let unreached = tally.unreached(messages / 120_000);
    assert!(unreached.is_empty(), "{unreached:#?}");
}

type Outcome = Result<Receipt, Refusal>;

/// Compiled or not, the same was done, or refused for the same reason.
fn same(ours: &Outcome, theirs: &Outcome, at: &str) {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(
            (&ours.events, &ours.data),
            (&theirs.events, &theirs.data),
            "{at}"
        ),
        (Err(ours), Err(theirs)) => assert_eq!(ours.text, theirs.text, "{at}"),
        _ => panic!("{at}\n{ours:?}\n{theirs:?}"),
    }
}

/// The first refusal, or what was done last.
fn both_of(before: Option<Outcome>, after: Option<Outcome>) -> Option<Outcome> {
    match (before, after) {
        (Some(before), Some(after)) => Some(before.and(after)),
        (before, after) => before.or(after),
    }
}

#[test]
fn native_and_wasm_keep_the_same_bytes_and_say_the_same() {
    // a hundredth of what runs natively
    let messages = (cases(20_000) / 100).max(1_000);
    let started = std::time::Instant::now();
    let mut tally = Tally::default();
    let mut most = (0, String::new());
    let mut dearest = 0;
    let mut compared = 0u64;
    for seed in (1..=messages.div_ceil(A_TOWN)).map(|n| first_seed() + n) {
        let (mut native, mut compiled) = (town(Way::Native), town(Way::Compiled));
        // compiled contracts use more gas: whoever comes last must have as much left either way
        for town in [&mut native, &mut compiled] {
            town.sandbox.set_end_block_gas(SUBSCRIBERS * END_BLOCK_GAS);
        }
        assert_eq!(native.sandbox.state_hash(), compiled.sandbox.state_hash());
        let mut play = Play::new(seed);
        reach::accepted();
        let (mut step, last) = (0, tally.messages + A_TOWN.min(messages));
        while tally.messages < last {
            step += 1;
            let happens = play.step(&native);
            let one_in = [0, 0, 0, 5][play.random.below(4) as usize];
            native.sandbox.fail_randomly(seed + step, one_in);
            compiled.sandbox.fail_randomly(seed + step, one_in);
            let struck = native.sandbox.failures_injected();
            let at = format!("seed={seed} step={step} {happens:?}");
            let (ours, theirs) = match &happens {
                Step::EndBlock => {
                    let (ours, theirs) = (native.sandbox.end_block(), compiled.sandbox.end_block());
                    assert_eq!(ours.len(), theirs.len(), "{at}");
                    let both = ours.into_iter().zip(theirs);
                    both.map(|((name, ours), (_, theirs))| {
                        same(&ours, &theirs, &format!("{at} {name}"));
                        let gas = theirs.as_ref().map_or_else(|why| why.gas, |done| done.gas);
                        assert!(gas <= END_BLOCK_GAS, "{at} {name} gas={gas}");
                        dearest = dearest.max(gas);
                        (Some(ours), Some(theirs))
                    })
                    .reduce(|before, after| {
                        (both_of(before.0, after.0), both_of(before.1, after.1))
                    })
                    .unwrap_or_default()
                }
                _ => (native.take(&happens), compiled.take(&happens)),
            };
            tally.struck += native.sandbox.failures_injected() - struck;
            native.sandbox.fail_randomly(0, 0);
            compiled.sandbox.fail_randomly(0, 0);
            let accepted = tally.count(&native, &happens, &ours);
            match (&ours, &theirs) {
                (Some(ours), Some(theirs)) => same(ours, theirs, &at),
                (ours, theirs) => assert_eq!(ours.is_some(), theirs.is_some(), "{at}"),
            }
            if let Some(Ok(done)) = &theirs
                && done.gas > most.0
            {
                most = (done.gas, happens.kind(&native));
            }
            assert_eq!(
                native.sandbox.state_hash(),
                compiled.sandbox.state_hash(),
                "{at}"
            );
            compared += 1;
            let (held, broken) = native.invariants();
            tally.invariants += held;
            assert!(broken.is_empty(), "{at}\n{broken:#?}");
            play.learn(&native, &happens, &ours, &accepted);
        }
    }
    let seconds = started.elapsed().as_secs();
    println!(
        "{} states_compared={compared} seconds={seconds}",
        tally.sums()
    );
    let unreached = tally.unreached(1);
    println!(
        "most gas={most:?} at the end of a block={dearest}; kinds={} not here={unreached:?}",
        reach::all().count()
    );
}
