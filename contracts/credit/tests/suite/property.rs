//! Random message sequences; every invariant after every message.
//!
//! `MYCEL_CASES` sets how many sequences (default 20,000), `MYCEL_SEED` the
//! first seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use crate::world::town::{Effect, Town};
use crate::world::{CREDIT, Random, World, told};
use mycel_credit::error::ContractError;

/// One message after some time, and all that must hold then.
fn step(town: &mut Town) -> bool {
    town.wait();
    if town.random.below(8) == 0 {
        let before = town.world.views();
        town.world.end_block();
        assert_eq!(
            before,
            town.world.views(),
            "the end of a block moves no view"
        );
        town.world.check();
    }
    let before = town.world.views();
    let map = town.world.storage.map.clone();
    let (sender, msg, effect) = town.message();
    let result = town.world.execute(&sender, msg);
    let after = town.world.views();
    town.world.check();
    if let Err(error) = &result {
        assert_eq!(
            town.world.storage.map, map,
            "a refused message left a trace"
        );
        assert!(
            !matches!(error, ContractError::State(_) | ContractError::Answer(_)),
            "{error}"
        );
        return false;
    }
    let mut expected = before;
    match &effect {
        Effect::None | Effect::Consent(_) | Effect::Rotation { .. } => {}
        Effect::Payment { from, to, amount } => {
            expected[*from] -= amount;
            expected[*to] += amount;
            let account = &town.world.accounts()[*from];
            let terms = mycel_credit::state::terms()
                .load(&town.world.storage)
                .expect("terms");
            let limit = mycel_credit::limit::standard(account, &terms, town.world.now);
            assert!(account.position >= -limit.signed(), "CREDIT-5");
        }
        Effect::Opening => {
            expected.push(*after.last().expect("one more"));
            town.opened += 1;
        }
    }
    if let Effect::Consent(payers) = effect {
        let terms = mycel_credit::state::terms()
            .load(&town.world.storage)
            .expect("terms");
        for (number, (before, after)) in expected.iter().zip(&after).enumerate() {
            if payers.contains(&number) {
                let account = &town.world.accounts()[number];
                let limit = mycel_credit::limit::standard(account, &terms, town.world.now).signed();
                assert!(
                    after >= before || *after >= -limit,
                    "CREDIT-5: account {number}"
                );
            } else {
                assert!(after >= before, "account {number} paid without a word");
            }
        }
        return true;
    }
    if let Effect::Rotation { who, to } = effect {
        town.addresses[who] = to;
    }
    assert_eq!(after, expected, "CREDIT-2: a view moved without a payment");
    true
}

#[test]
fn random_messages_keep_every_invariant_after_every_message() {
    let (cases, first) = (told("MYCEL_CASES", 20_000), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let (mut accepted, mut refused) = (0u64, 0u64);
    for seed in first..first + cases {
        let told = std::panic::catch_unwind(|| {
            let mut town = Town::new(seed);
            let steps = 4 + town.random.below(24);
            (0..steps).filter(|_| step(&mut town)).count() as u64 * 100 + steps
        });
        let Ok(count) = told else {
            panic!("MYCEL_SEED={seed} MYCEL_CASES=1 fails again")
        };
        accepted += count / 100;
        refused += count % 100 - count / 100;
    }
    eprintln!("{accepted} messages accepted, {refused} refused");
    assert!(
        accepted > cases && refused > cases,
        "{accepted} {refused}: the mix is off"
    );
}

/// Money goes round; what is lost is exactly what the commons gained.
#[test]
fn a_circle_of_payments_over_years_loses_only_what_decayed() {
    let mut world = World::new(|_| {});
    for person in 0..5 {
        world.enrol(&format!("m{person}"), person);
    }
    let mut random = Random(42);
    for round in 0..2_000 {
        world.now += random.below(200_000);
        let (from, to) = (round % 5, (round + 1 + random.below(4)) % 5);
        let _ = world.pay(
            &format!("m{from}"),
            &format!("m{to}"),
            i128::from(random.below(400)) * CREDIT / 7,
        );
    }
    let held: i128 = world
        .accounts()
        .iter()
        .map(|account| account.position)
        .sum();
    assert_eq!(held + world.commons(), 5_000 * CREDIT);
    world.check();
}
