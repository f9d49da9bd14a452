//! The validator set, changed by its authority.
use mycel_bindings::{MycelMsg, MycelQuery, ValidatorUpdate};
use mycel_engine::{Scripted, development};
use mycel_types::Params;

use crate::{
    stage::{Stage, earnest},
    town::{Town, new_app},
};

fn update(updates: &[(usize, u64)]) -> MycelMsg {
    let keys = development::keys(200);
    let one = |(index, power): &(usize, u64)| ValidatorUpdate {
        pub_key: keys[*index].verification_key().to_bytes().to_vec().into(),
        power: (*power).into(),
    };
    MycelMsg::UpdateValidators {
        updates: updates.iter().map(one).collect(),
    }
}

/// A stage with so many validators of 10 each.
fn stage(n: usize, params: Params) -> Stage {
    let mut stage = Stage::with(params);
    let mut genesis = stage.genesis.clone();
    let template = genesis.validators[0].clone();
    genesis.validators = development::keys(n)
        .iter()
        .map(|key| {
            let key = key.verification_key().to_bytes();
            let key = tendermint::PublicKey::from_raw_ed25519(&key).unwrap();
            let mut info = tendermint::validator::Info::new(key, 10u32.into());
            info.name = template.name.clone();
            info
        })
        .collect();
    // the same town once more, with these validators
    let ada = stage.ada.clone();
    let app = new_app();
    let chain = Scripted::new(app.clone(), &genesis, development::keys(n)).unwrap();
    stage.town = Town { app, chain };
    let code = stage.town.store(&ada, &crate::puppet::puppet());
    for _ in 0..3 {
        stage.town.instantiate(&ada, code, crate::puppet::NOTHING);
    }
    stage.genesis = genesis;
    stage
}

fn sizes(stage: &Stage) -> Vec<usize> {
    let last = stage.town.chain.height();
    (last - 2..=last)
        .map(|h| stage.town.chain.validators(h).unwrap().len())
        .collect()
}

#[test]
fn a_change_of_block_h_governs_block_h_plus_2() {
    let mut stage = stage(4, earnest());
    stage.town.chain.add_key(development::keys(5)[4].clone());
    stage.decide(update(&[(4, 10)]));
    let height = stage.town.chain.height();
    let outcome = stage.town.chain.outcome(height).unwrap();
    assert_eq!(outcome.validators.len(), 1);
    assert_eq!(outcome.validators[0].power, 10);
    for _ in 0..3 {
        stage.town.chain.produce().unwrap();
    }
    let sets: Vec<_> = (height..=height + 3)
        .map(|h| stage.town.chain.validators(h).unwrap().len())
        .collect();
    assert_eq!(sets, [4, 4, 5, 5]);
    let answer = stage.asked(&MycelQuery::Validators {}).unwrap();
    assert_eq!(answer["validators"].as_array().unwrap().len(), 5);
    assert_eq!(answer["total_power"], "50");
    stage.replay();
}

#[test]
fn a_third_of_the_power_changes_in_a_day_at_most() {
    let mut stage = stage(6, earnest());
    // 20 of 60
    stage.decide(update(&[(0, 0), (1, 0)]));
    let result = stage.refused(update(&[(2, 9)]));
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 18));
    assert!(result.log.contains("a third of total=60"), "{}", result.log);
    let hours = |n: u64| n * 3_600_000;
    let later = stage.town.chain.time().plus_millis(hours(23));
    stage.town.chain.produce_at(later).unwrap();
    stage.refused(update(&[(2, 9)]));
    let later = stage.town.chain.time().plus_millis(hours(2));
    stage.town.chain.produce_at(later).unwrap();
    stage.decide(update(&[(2, 9)]));
    stage.town.chain.produce().unwrap();
    stage.town.chain.produce().unwrap();
    assert_eq!(sizes(&stage).last(), Some(&4));
    stage.replay();
}

#[test]
fn four_to_150_validators_are_left_outside_development() {
    let mut earnest_stage = stage(4, earnest());
    let result = earnest_stage.refused(update(&[(0, 0)]));
    assert!(result.log.contains("must be 4 to 150"), "{}", result.log);
    let mut many = stage(150, earnest());
    let result = many.refused(update(&[(150, 10)]));
    assert!(result.log.contains("must be 4 to 150"), "{}", result.log);
    // a development network may have fewer
    let mut small = stage(4, Params::development());
    small.decide(update(&[(0, 0)]));
    let mut alone = stage(1, Params::development());
    let result = alone.refused(update(&[(0, 0)]));
    assert!(result.log.contains("validators=0"), "{}", result.log);
}

#[test]
fn odd_updates_are_refused() {
    let mut stage = stage(4, earnest());
    let raw = |key: Vec<u8>, power: u64| MycelMsg::UpdateValidators {
        updates: vec![ValidatorUpdate {
            pub_key: key.into(),
            power: power.into(),
        }],
    };
    for (message, code, word) in [
        (
            MycelMsg::UpdateValidators { updates: vec![] },
            18,
            "updates=0",
        ),
        (update(&[(0, 11), (0, 12)]), 18, "twice"),
        (update(&[(9, 0)]), 18, "is no validator"),
        (update(&[(0, u64::MAX)]), 18, "total power"),
        (raw(vec![1; 31], 1), 8, "32 bytes"),
        (raw(off_the_curve(), 1), 8, "32 bytes"),
    ] {
        let result = stage.refused(message);
        assert_eq!(
            (result.codespace.as_str(), result.code),
            ("sdk", code),
            "{}",
            result.log
        );
        assert!(result.log.contains(word), "{}", result.log);
    }
    // what comes to the same in the end is no change for the engine
    let there = update(&[(0, 12)]);
    let back = update(&[(0, 10)]);
    let result = stage.tell(&stage.assembly.clone(), vec![there, back]);
    assert!(result.ok(), "{}", result.log);
    let height = stage.town.chain.height();
    assert!(
        stage
            .town
            .chain
            .outcome(height)
            .unwrap()
            .validators
            .is_empty()
    );
}

/// Half of all byte strings are no point.
fn off_the_curve() -> Vec<u8> {
    let mut all = (0..=255).map(|b| [b; 32]);
    let found = all.find(|k| ed25519_consensus::VerificationKey::try_from(*k).is_err());
    found.unwrap().to_vec()
}
