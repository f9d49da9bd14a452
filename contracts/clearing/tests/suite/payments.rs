//! Which keys end an obligation, by payment or together, and what stops them.

use crate::world::{CREDIT, DAY, World, credits};
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::ExecuteMsg;

fn world(persons: u64) -> World {
    let mut world = World::new();
    world.enrol(1..=persons);
    world
}

#[test]
fn a_disputed_obligation_is_not_collected() {
    let mut world = world(2);
    let owed = world.owe(1, 2, 10, 1);
    world.now += 2 * DAY;
    world
        .say(1, ExecuteMsg::Dispute { obligation: owed })
        .unwrap();
    let collect = || ExecuteMsg::Collect {
        obligation: owed,
        amount: None,
    };
    for person in [1, 2] {
        let error = world.say(person, collect()).unwrap_err();
        assert!(
            matches!(error, ContractError::InDispute { obligation: 0 }),
            "{error}"
        );
    }
    world
        .say(1, ExecuteMsg::WithdrawDispute { obligation: owed })
        .unwrap();
    world.say(2, collect()).unwrap();
}

#[test]
fn a_key_that_may_not_pay_neither_confirms_a_payment_nor_collects_nor_cancels() {
    let mut world = world(2);
    let owed = world.owe(1, 2, 10, 30);
    let key = world.address("a key of 2 to vote with");
    world.peers.voting.insert(key.clone(), 2);
    let cancel = || ExecuteMsg::Cancel { obligation: owed };
    world.say(2, cancel()).unwrap();
    for msg in [
        ExecuteMsg::RecordPayment {
            obligation: owed,
            amount: credits(10),
        },
        ExecuteMsg::Collect {
            obligation: owed,
            amount: None,
        },
        cancel(),
        ExecuteMsg::WithdrawCancel { obligation: owed },
    ] {
        let error = world.execute(&key, msg).unwrap_err();
        assert!(
            matches!(error, ContractError::MayNotPay { person: 2 }),
            "{error}"
        );
    }
    // whoever may take on no dealings still ends one
    world.peers.sanction(2, "suspended");
    let payment = ExecuteMsg::RecordPayment {
        obligation: owed,
        amount: credits(10),
    };
    world.say(2, payment).unwrap();
}

#[test]
fn a_side_takes_back_that_it_would_cancel() {
    let mut world = world(3);
    let owed = world.owe(1, 2, 10, 30);
    let cancel = || ExecuteMsg::Cancel { obligation: owed };
    let back = || ExecuteMsg::WithdrawCancel { obligation: owed };
    assert!(world.say(2, back()).is_err(), "it has not said so");
    world.say(2, cancel()).unwrap();
    assert!(world.say(1, back()).is_err(), "the other has said so");
    assert!(world.say(3, back()).is_err());
    world.say(2, back()).unwrap();
    world.say(1, cancel()).unwrap();
    assert_eq!(world.owed(owed), 10 * CREDIT, "only one side would");
    world.say(2, cancel()).unwrap();
    assert_eq!(world.owed(owed), 0);
}
