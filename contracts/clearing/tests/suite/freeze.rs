//! What enters a round, and that it cannot change then.

use crate::world::{CREDIT, DAY, World, credits};
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{ExecuteMsg, ParameterChanges};
use mycel_kit::{Id, Seconds};

fn open(world: &mut World) -> Result<(), ContractError> {
    let anyone = world.address("anyone");
    world.execute(&anyone, ExecuteMsg::OpenRound {})
}

#[test]
fn what_enters_is_due_within_the_horizon_undisputed_and_tendered_by_both() {
    let mut world = World::circle();
    let change = ParameterChanges {
        horizon_seconds: Some(Seconds(20 * DAY)),
        ..Default::default()
    };
    world.authority(ExecuteMsg::SetParameters(change)).unwrap();
    assert_eq!(world.clear(), 0, "due after the horizon");
    world.now += 10 * DAY;
    world.say(3, ExecuteMsg::Consent { on: false }).unwrap();
    assert_eq!(world.clear(), 0, "not tendered by one side");
    let own = vec![Id(1), Id(2)];
    world
        .say(
            3,
            ExecuteMsg::Tender {
                obligations: own,
                on: true,
            },
        )
        .unwrap();
    assert_eq!(world.clear(), 15 * i128::from(CREDIT));
}

#[test]
fn a_tender_is_revocable_until_the_freeze() {
    let mut world = World::circle();
    open(&mut world).unwrap();
    world.say(1, ExecuteMsg::Consent { on: false }).unwrap();
    world.now += DAY;
    world.drive(Id(0), None);
    assert_eq!(world.round().edges, 1, "only what 2 owes 3");
    // what is in stays in, whoever revokes now
    world.say(2, ExecuteMsg::Consent { on: false }).unwrap();
    let back = ExecuteMsg::Tender {
        obligations: vec![Id(1)],
        on: false,
    };
    assert!(matches!(
        world.say(2, back),
        Err(ContractError::Frozen { obligation: 1, .. })
    ));
}

#[test]
fn consent_cannot_change_while_the_graph_is_being_fixed() {
    let mut world = World::circle();
    open(&mut world).unwrap();
    world.now += DAY;
    world.advance(Id(0), Some(1)).unwrap();
    assert_eq!(world.round().stage, "barring");
    for on in [true, false] {
        let error = world.say(1, ExecuteMsg::Consent { on }).unwrap_err();
        assert!(matches!(error, ContractError::WrongStage { .. }), "{error}");
    }
    let pay = ExecuteMsg::RecordPayment {
        obligation: Id(0),
        amount: credits(1),
    };
    assert!(matches!(
        world.say(2, pay),
        Err(ContractError::Frozen { .. })
    ));
}

#[test]
fn persons_that_may_not_deal_are_left_out_however_many_pages_they_fill() {
    let mut world = World::circle();
    for person in 4..=9 {
        world.peers.sanction(person, "suspended");
    }
    world.peers.barred_page = 2;
    world.peers.sanction(1, "suspended");
    let round = world.freeze();
    assert_eq!(world.round_of(round).edges, 1);
    world.solve(round);
    world.peers.sanction(1, "none");
    assert_eq!(world.clear(), 15 * i128::from(CREDIT));
}

#[test]
fn a_round_without_members_cannot_freeze() {
    let mut world = World::circle();
    open(&mut world).unwrap();
    world.now += DAY;
    world.peers.silent = true;
    let error = world.advance(Id(0), None).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("peer did not answer: members"),
        "{error}"
    );
    world.peers.silent = false;
    world.advance(Id(0), None).unwrap();
}

#[test]
fn frozen_obligations_cannot_change_and_new_ones_stay_out() {
    let mut world = World::circle();
    let out = world.owe(4, 5, 3, 30);
    let round = world.freeze();
    let changes = |obligation| {
        [
            (
                2,
                ExecuteMsg::RecordPayment {
                    obligation,
                    amount: credits(1),
                },
            ),
            (
                1,
                ExecuteMsg::Collect {
                    obligation,
                    amount: None,
                },
            ),
            (1, ExecuteMsg::Cancel { obligation }),
            (
                1,
                ExecuteMsg::Extend {
                    obligation,
                    due: Seconds(crate::world::START + 60 * DAY),
                },
            ),
            (1, ExecuteMsg::Dispute { obligation }),
            (
                1,
                ExecuteMsg::Tender {
                    obligations: vec![obligation],
                    on: false,
                },
            ),
        ]
    };
    for (person, change) in changes(Id(0)) {
        let error = world.say(person, change).unwrap_err();
        assert!(
            matches!(error, ContractError::Frozen { obligation: 0, .. }),
            "{error}"
        );
    }
    // one that is not in the graph may change, and a new one may be confirmed
    let pay = ExecuteMsg::RecordPayment {
        obligation: out,
        amount: credits(1),
    };
    world.say(5, pay).unwrap();
    let late = world.owe(2, 1, 5, 30);
    world.check();
    assert_eq!(world.round_of(round).edges, 3);
    world.solve(round);
    assert_eq!(world.owed(late), 5 * CREDIT);
    let pay = ExecuteMsg::RecordPayment {
        obligation: Id(1),
        amount: credits(1),
    };
    world.say(3, pay).unwrap();
}

/// There is a group of bits for each 8,192 obligations that ever were.
#[test]
fn what_the_last_round_froze_is_forgotten_in_pieces() {
    let mut world = World::circle();
    for group in 1..=5_000u32 {
        let key = [&b"i"[..], &group.to_be_bytes()].concat();
        cosmwasm_std::Storage::set(&mut world.storage, &key, &[0; 1_024]);
    }
    world.storage.keep();
    open(&mut world).unwrap();
    world.now += DAY;
    let bits = |world: &World| {
        world
            .storage
            .map
            .keys()
            .filter(|key| key[0] == b'i')
            .count()
    };
    let mut messages = 0;
    while world.round().stage == "open" || world.round().stage == "barring" {
        let before = bits(&world);
        world.storage.gas.set(0);
        world.advance(Id(0), None).unwrap();
        assert!(world.storage.gas.get() < 20_000_000, "fits a transaction");
        assert!(before - bits(&world) <= 3_000);
        messages += 1;
        // nobody changes what may enter meanwhile
        let tender = ExecuteMsg::Tender {
            obligations: vec![Id(1)],
            on: false,
        };
        assert!(world.say(2, tender).is_err());
    }
    assert!(messages > 1);
    world.solve(Id(0));
    assert_eq!(world.round().applied.i128(), 15 * i128::from(CREDIT));
    assert_eq!(bits(&world), 1);
}
