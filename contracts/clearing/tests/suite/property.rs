//! Random message sequences; every invariant after every message.
//!
//! `MYCEL_CASES` sets how many sequences (default 150), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use crate::world::told;
use crate::world::town::Town;
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::ExecuteMsg;

/// One message after some time, and all that must hold then.
fn step(town: &mut Town) -> bool {
    town.wait();
    let nets = town.world.nets();
    let before = town.world.totals();
    let map = town.world.storage.map.clone();
    let (sender, msg) = town.message();
    // a peer fails now and then: whatever asks it is refused whole
    town.world.peers.silent = town.random.below(25) == 0;
    let advancing = matches!(msg, ExecuteMsg::Advance { .. });
    let result = town.world.execute(&sender, msg.clone());
    town.world.peers.silent = false;
    town.world.check();
    let after = town.world.totals();
    match result {
        Err(error) => {
            assert_eq!(
                town.world.storage.map, map,
                "a refused message left a trace: {msg:?}"
            );
            assert!(
                !matches!(error, ContractError::State(_) | ContractError::Answer(_)),
                "{error}: {msg:?}"
            );
            false
        }
        Ok(()) => {
            assert!(after.confirmed >= before.confirmed, "{msg:?}");
            if advancing {
                // a round may stop between two pages; whole, it moves no net
                assert_eq!(
                    (after.paid, after.cancelled),
                    (before.paid, before.cancelled)
                );
                let settling = (0..64).any(|round| {
                    let asked = mycel_clearing::msg::QueryMsg::Round {
                        round: Some(mycel_kit::Id(round)),
                    };
                    town.world
                        .ask::<mycel_clearing::msg::RoundView>(asked)
                        .is_ok_and(|view| view.stage == "settling" && view.market.is_none())
                });
                if !settling && after.obligations <= 128 {
                    assert_eq!(town.world.nets(), nets, "CLEARING-2: {msg:?}");
                }
            }
            true
        }
    }
}

#[test]
fn random_messages_keep_every_invariant_after_every_message() {
    let (cases, first) = (told("MYCEL_CASES", 150), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let (mut accepted, mut refused, mut cleared, mut promised) = (0u64, 0u64, 0u64, 0u64);
    for seed in first..first + cases {
        let told = std::panic::catch_unwind(|| {
            let mut town = Town::new(seed);
            let steps = 200 + town.random.below(300);
            let accepted = (0..steps).filter(|_| step(&mut town)).count() as u64;
            let counters = mycel_clearing::state::counters()
                .load(&town.world.storage)
                .unwrap();
            let cleared = u64::from(town.world.totals().cleared.i128() > 0);
            (accepted, steps - accepted, cleared, counters.promise)
        });
        let Ok(count) = told else {
            panic!("MYCEL_SEED={seed} MYCEL_CASES=1 fails again")
        };
        accepted += count.0;
        refused += count.1;
        cleared += count.2;
        promised += count.3;
    }
    eprintln!(
        "{accepted} accepted, {refused} refused, {cleared} towns cleared, {promised} promises"
    );
    if cases >= 100 {
        assert!(
            accepted > 10 * cases && refused > 10 * cases,
            "the mix is off"
        );
        assert!(
            cleared > cases / 20 && promised > cases / 20,
            "the mix is off"
        );
    }
}
