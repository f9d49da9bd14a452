//! How obligations come to be, change and end.

use crate::world::{CREDIT, DAY, START, World, credits};
use cosmwasm_std::{CosmosMsg, WasmMsg, from_json};
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{
    ExecuteMsg, ObligationsResponse, ParameterChanges, ProposalsResponse, QueryMsg,
};
use mycel_clearing::proposals::{MAX_PROPOSALS, PROPOSAL_TERM};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::sortition::{Case, CaseStatus};
use mycel_kit::{Amount, Id, Seconds};

fn world(persons: u64) -> World {
    let mut world = World::new();
    world.enrol(1..=persons);
    world
}

fn propose(with: u64, i_owe: bool, amount: u64, due: u64) -> ExecuteMsg {
    ExecuteMsg::Propose {
        with: Id(with),
        i_owe,
        amount: Amount::new(amount).expect("an amount"),
        due: Seconds(due),
        priority: None,
        reference: Some("eggs".into()),
    }
}

#[test]
fn an_obligation_exists_once_both_sides_have_confirmed_it() {
    let mut world = world(3);
    world
        .say(1, propose(2, true, 5 * CREDIT, START + DAY))
        .unwrap();
    assert_eq!(world.totals().obligations, 0);
    let listed: ProposalsResponse = world
        .ask(QueryMsg::Proposals {
            person: Id(2),
            after: None,
        })
        .unwrap();
    assert_eq!(listed.proposals.len(), 1);
    assert_eq!(listed.proposals[0].r#ref, "eggs");
    let confirm = || ExecuteMsg::Confirm { proposal: Id(0) };
    for stranger in [1, 3] {
        let error = world.say(stranger, confirm()).unwrap_err();
        assert!(matches!(error, ContractError::NotAParty { .. }), "{error}");
    }
    world.say(2, confirm()).unwrap();
    let found = world.obligation(Id(0));
    assert_eq!((found.debtor, found.creditor), (Id(1), Id(2)));
    assert_eq!(found.amount, credits(5));
    let error = world.say(2, confirm()).unwrap_err();
    assert!(
        matches!(error, ContractError::UnknownProposal { .. }),
        "{error}"
    );
    // and the creditor may be the one who proposes
    world
        .say(3, propose(1, false, CREDIT, START + DAY))
        .unwrap();
    world
        .say(1, ExecuteMsg::Confirm { proposal: Id(1) })
        .unwrap();
    assert_eq!(world.obligation(Id(1)).debtor, Id(1));
    world.check();
}

#[test]
fn obligations_fall_due_within_90_days() {
    let mut world = world(2);
    for due in [START - 1, START, START + 90 * DAY + 1] {
        let error = world.say(1, propose(2, true, 1, due)).unwrap_err();
        assert!(matches!(error, ContractError::Due { .. }), "{error}");
    }
    world.say(1, propose(2, true, 1, START + 90 * DAY)).unwrap();
    world.say(1, propose(2, true, 1, START + 1)).unwrap();
    // what is due by the time of the confirmation is not confirmed
    world.now += 1;
    let error = world
        .say(2, ExecuteMsg::Confirm { proposal: Id(1) })
        .unwrap_err();
    assert!(matches!(error, ContractError::Due { .. }), "{error}");
}

#[test]
fn proposals_are_bounded_and_expire() {
    let mut world = world(3);
    for _ in 0..MAX_PROPOSALS {
        world.say(1, propose(2, true, 1, START + 80 * DAY)).unwrap();
    }
    let error = world.say(1, propose(3, true, 1, START + DAY)).unwrap_err();
    assert!(matches!(error, ContractError::TooMany { .. }), "{error}");
    let drop = |proposal| ExecuteMsg::DropProposal {
        proposal: Id(proposal),
    };
    let error = world.say(3, drop(0)).unwrap_err();
    assert!(matches!(error, ContractError::NotAParty { .. }), "{error}");
    world.say(2, drop(0)).unwrap();
    world.say(1, propose(3, true, 1, START + DAY)).unwrap();
    world.now += PROPOSAL_TERM;
    let error = world
        .say(2, ExecuteMsg::Confirm { proposal: Id(1) })
        .unwrap_err();
    assert!(matches!(error, ContractError::TooLate { .. }), "{error}");
    world.say(3, drop(1)).unwrap();
}

#[test]
fn confirming_and_tendering_ask_members_for_the_standing() {
    let mut world = world(2);
    world.say(1, propose(2, true, 1, START + DAY)).unwrap();
    world.peers.sanction(2, "suspended");
    let error = world
        .say(2, ExecuteMsg::Confirm { proposal: Id(0) })
        .unwrap_err();
    assert!(
        matches!(error, ContractError::MayNotDeal { person: 2, .. }),
        "{error}"
    );
    world.peers.sanction(2, "notice");
    world
        .say(2, ExecuteMsg::Confirm { proposal: Id(0) })
        .unwrap();
    world.peers.sanction(2, "suspended");
    let tender = |on| ExecuteMsg::Tender {
        obligations: vec![Id(0)],
        on,
    };
    assert!(matches!(
        world.say(2, tender(true)),
        Err(ContractError::MayNotDeal { .. })
    ));
    assert!(matches!(
        world.say(2, ExecuteMsg::Consent { on: true }),
        Err(ContractError::MayNotDeal { .. })
    ));
    // taking back is open to everybody
    world.say(2, tender(false)).unwrap();
    world.say(2, ExecuteMsg::Consent { on: false }).unwrap();
    world.peers.silent = true;
    assert!(matches!(
        world.say(1, tender(true)),
        Err(ContractError::Peer(_))
    ));
}

#[test]
fn without_a_members_contract_nobody_deals() {
    let mut world = World::with(|msg| msg.members = None);
    let error = world.say(1, propose(2, true, 1, START + DAY)).unwrap_err();
    assert!(error.to_string().starts_with("no peer: members"), "{error}");
}

#[test]
fn a_changed_key_keeps_the_persons_obligations() {
    let mut world = world(2);
    let owed = world.owe(1, 2, 10, 30);
    let new_key = world.address("new key");
    world.peers.rotate(2, new_key.clone());
    let half = ExecuteMsg::RecordPayment {
        obligation: owed,
        amount: credits(5),
    };
    let error = world.say(2, half.clone()).unwrap_err();
    assert!(matches!(error, ContractError::Peer(_)), "{error}");
    world.execute(&new_key, half).unwrap();
    assert_eq!(world.owed(owed), 5 * CREDIT);
}

#[test]
fn only_the_creditor_confirms_a_payment_and_never_more_than_is_owed() {
    let mut world = world(3);
    let owed = world.owe(1, 2, 10, 30);
    let pay = |amount| ExecuteMsg::RecordPayment {
        obligation: owed,
        amount,
    };
    for other in [1, 3] {
        assert!(matches!(
            world.say(other, pay(credits(1))),
            Err(ContractError::NotAParty { .. })
        ));
    }
    assert!(matches!(
        world.say(2, pay(Amount::ZERO)),
        Err(ContractError::ZeroAmount)
    ));
    let error = world.say(2, pay(credits(11))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "amount too high: amount=11.00 owed=10.00"
    );
    world.say(2, pay(credits(4))).unwrap();
    assert_eq!(world.owed(owed), 6 * CREDIT);
    world.say(2, pay(credits(6))).unwrap();
    assert!(matches!(
        world.say(2, pay(credits(1))),
        Err(ContractError::Ended { .. })
    ));
    assert_eq!(world.totals().paid.i128(), 10 * i128::from(CREDIT));
    world.check();
}

#[test]
fn collecting_asks_credit_for_the_allowance_and_moves_nothing_itself() {
    let mut world = world(3);
    let owed = world.owe(1, 2, 10, 30);
    let collect = |amount| ExecuteMsg::Collect {
        obligation: owed,
        amount,
    };
    let error = world.say(2, collect(None)).unwrap_err();
    assert!(matches!(error, ContractError::NotDue { .. }), "{error}");
    assert!(matches!(
        world.say(3, collect(None)),
        Err(ContractError::NotAParty { .. })
    ));
    world.say(1, collect(Some(credits(3)))).unwrap();
    let CosmosMsg::Wasm(WasmMsg::Execute {
        contract_addr, msg, ..
    }) = &world.last.messages[0].msg
    else {
        panic!("a message to credit")
    };
    assert_eq!(*contract_addr, world.address("credit"));
    let sent: serde_json::Value = from_json(msg).unwrap();
    let expected = serde_json::json!({"transfer_from": {
        "owner": world.person(1), "recipient": world.person(2), "amount": "3000000000000",
    }});
    assert_eq!(sent, expected);
    // a refusal there refuses all: there is no reply that would swallow it
    assert_eq!(
        world.last.messages[0].reply_on,
        cosmwasm_std::ReplyOn::Never
    );
    world.now += 30 * DAY;
    world.say(2, collect(None)).unwrap();
    assert_eq!(world.owed(owed), 0);
    world.check();
    let none = ParameterChanges {
        credit: Some(String::new()),
        ..Default::default()
    };
    world.authority(ExecuteMsg::SetParameters(none)).unwrap();
    let other = world.owe(1, 2, 1, 1);
    let collect = ExecuteMsg::Collect {
        obligation: other,
        amount: None,
    };
    assert!(matches!(world.say(1, collect), Err(ContractError::Peer(_))));
}

#[test]
fn both_sides_cancel_or_nothing_is_cancelled() {
    let mut world = world(3);
    let owed = world.owe(1, 2, 10, 30);
    let cancel = || ExecuteMsg::Cancel { obligation: owed };
    assert!(matches!(
        world.say(3, cancel()),
        Err(ContractError::NotAParty { .. })
    ));
    world.say(1, cancel()).unwrap();
    world.say(1, cancel()).unwrap();
    assert_eq!(world.owed(owed), 10 * CREDIT);
    world.say(2, cancel()).unwrap();
    assert_eq!(world.owed(owed), 0);
    assert_eq!(world.totals().cancelled.i128(), 10 * i128::from(CREDIT));
    world.check();
}

#[test]
fn an_overdue_obligation_is_set_off_only_with_both_signatures() {
    let mut world = world(3);
    let circle = [
        world.owe(1, 2, 5, 2),
        world.owe(2, 3, 5, 40),
        world.owe(3, 1, 5, 40),
    ];
    world.consent(1..=3);
    world.now += 3 * DAY;
    assert_eq!(
        world.clear(),
        0,
        "standing consent is for what is not overdue"
    );
    let tender = || ExecuteMsg::Tender {
        obligations: vec![circle[0]],
        on: true,
    };
    world.say(1, tender()).unwrap();
    assert_eq!(world.clear(), 0, "one signature is not both");
    world.say(2, tender()).unwrap();
    assert_eq!(world.clear(), 15 * i128::from(CREDIT));
}

#[test]
fn an_overdue_obligation_is_extended_only_with_both_signatures() {
    let mut world = world(3);
    let owed = world.owe(1, 2, 5, 1);
    world.now += 2 * DAY;
    let due = |days| Seconds(START + days * DAY);
    let extend = |days| ExecuteMsg::Extend {
        obligation: owed,
        due: due(days),
    };
    assert!(matches!(
        world.say(3, extend(20)),
        Err(ContractError::NotAParty { .. })
    ));
    assert!(matches!(
        world.say(1, extend(93)),
        Err(ContractError::Due { .. })
    ));
    world.say(1, extend(20)).unwrap();
    world.say(1, extend(20)).unwrap();
    assert_eq!(world.obligation(owed).due, due(1));
    assert_eq!(world.obligation(owed).extension, Some(due(20)));
    world.say(2, extend(25)).unwrap();
    assert_eq!(world.obligation(owed).due, due(1), "they do not agree");
    world.say(1, extend(25)).unwrap();
    assert_eq!(world.obligation(owed).due, due(25));
    assert_eq!(world.obligation(owed).extension, None);
}

#[test]
fn a_disputed_obligation_enters_no_round() {
    let mut world = world(3);
    let circle = [
        world.owe(1, 2, 5, 9),
        world.owe(2, 3, 5, 9),
        world.owe(3, 1, 5, 9),
    ];
    world.consent(1..=3);
    let dispute = || ExecuteMsg::Dispute {
        obligation: circle[0],
    };
    assert!(matches!(
        world.say(3, dispute()),
        Err(ContractError::NotAParty { .. })
    ));
    world.say(2, dispute()).unwrap();
    assert!(matches!(
        world.say(1, dispute()),
        Err(ContractError::Disputed { .. })
    ));
    assert_eq!(world.clear(), 0);
    let withdraw = || ExecuteMsg::WithdrawDispute {
        obligation: circle[0],
    };
    let error = world.say(1, withdraw()).unwrap_err();
    assert!(
        matches!(error, ContractError::NotAParty { .. }),
        "only the side that disputes"
    );
    world.say(2, withdraw()).unwrap();
    assert!(matches!(
        world.say(2, withdraw()),
        Err(ContractError::NotDisputed { .. })
    ));
    assert_eq!(world.clear(), 15 * i128::from(CREDIT));
}

/// A case of the jury about obligation 0.
fn case(outcome: &str, reference: &str, is_final: bool) -> Case {
    Case {
        status: CaseStatus::Decided,
        outcome: outcome.into(),
        reasons: String::new(),
        r#final: is_final,
        r#ref: reference.into(),
        kind: "obligation".into(),
        parties: vec![Id(1), Id(2)],
    }
}

fn disputed_before_a_jury() -> World {
    let mut world = world(2);
    let sortition = world.peers.sortition.clone();
    let change = ParameterChanges {
        sortition: Some(sortition),
        ..Default::default()
    };
    world.authority(ExecuteMsg::SetParameters(change)).unwrap();
    let owed = world.owe(1, 2, 5, 9);
    world
        .say(1, ExecuteMsg::Dispute { obligation: owed })
        .unwrap();
    assert_eq!(
        world.last.messages[0].reply_on,
        cosmwasm_std::ReplyOn::Success
    );
    world.reply_case(0, 7);
    assert_eq!(world.obligation(owed).case, Some(Id(7)));
    world
}

#[test]
fn a_jury_judges_a_dispute_and_its_final_outcome_is_acted_on_once() {
    let judged = || ExecuteMsg::Judged { obligation: Id(0) };
    let mut world = disputed_before_a_jury();
    let withdraw = ExecuteMsg::WithdrawDispute { obligation: Id(0) };
    assert!(matches!(
        world.say(1, withdraw),
        Err(ContractError::CaseOpen { case: 7, .. })
    ));
    for open in [
        case("uphold", "clearing/0", false),
        case("uphold", "clearing/1", true),
    ] {
        world.peers.cases.insert(7, open);
        assert!(matches!(
            world.say(9, judged()),
            Err(ContractError::CaseOpen { .. })
        ));
    }
    world
        .peers
        .cases
        .insert(7, case("uphold", "clearing/0", true));
    world.say(9, judged()).unwrap();
    assert_eq!(world.owed(Id(0)), 0, "upheld: it was never owed");
    assert!(matches!(
        world.say(9, judged()),
        Err(ContractError::Ended { .. })
    ));
    world.check();

    for (outcome, status) in [("dismiss", CaseStatus::Decided), ("", CaseStatus::Lapsed)] {
        let mut world = disputed_before_a_jury();
        let ended = Case {
            status,
            ..case(outcome, "clearing/0", status == CaseStatus::Decided)
        };
        world.peers.cases.insert(7, ended);
        world.say(9, judged()).unwrap();
        assert_eq!(world.owed(Id(0)), 5 * CREDIT);
        assert!(!world.obligation(Id(0)).disputed);
        assert!(matches!(
            world.say(9, judged()),
            Err(ContractError::NotDisputed { .. })
        ));
    }
}

#[test]
fn open_items_name_what_is_owed_until_it_is_not() {
    let mut world = world(3);
    let items = |world: &World, person| {
        let member = world.person(person);
        world
            .ask::<OpenItems>(QueryMsg::OpenItems { member })
            .unwrap()
    };
    let owed = world.owe(1, 2, 10, 30);
    assert_eq!(items(&world, 1).items, ["obligation 0: 1 owes 2 10.00"]);
    assert_eq!((items(&world, 2).open, items(&world, 3).open), (1, 0));
    world
        .say(
            2,
            ExecuteMsg::RecordPayment {
                obligation: owed,
                amount: credits(10),
            },
        )
        .unwrap();
    assert_eq!((items(&world, 1).open, items(&world, 2).open), (0, 0));
}

#[test]
fn a_busy_persons_obligations_are_listed_page_by_page_swept_and_pruned() {
    let mut world = world(2);
    for n in 0..150 {
        let owed = world.owe(1, 2, 1, 30);
        if n % 2 == 0 {
            let pay = ExecuteMsg::RecordPayment {
                obligation: owed,
                amount: credits(1),
            };
            world.say(2, pay).unwrap();
        }
    }
    let list = |world: &World| {
        let (mut numbers, mut page) = (Vec::new(), None);
        loop {
            let answer: ObligationsResponse = world
                .ask(QueryMsg::Obligations {
                    person: Id(1),
                    page,
                })
                .unwrap();
            numbers.extend(answer.obligations.iter().map(|found| found.obligation.0));
            match answer.next {
                Some(next) => page = Some(next),
                None => return numbers,
            }
        }
    };
    let mut all = list(&world);
    all.sort_unstable();
    assert_eq!(all, (0..150).collect::<Vec<u64>>());
    world
        .say(
            9,
            ExecuteMsg::Sweep {
                page: 0,
                limit: None,
            },
        )
        .unwrap();
    assert_eq!(world.told("removed"), "75");
    world.check();
    let mut left = list(&world);
    left.sort_unstable();
    assert_eq!(left, (0..75).map(|n| 2 * n + 1).collect::<Vec<u64>>());
    for (person, page) in [(1, 0), (1, 1), (2, 2)] {
        world
            .say(
                9,
                ExecuteMsg::Prune {
                    person: Id(person),
                    page,
                },
            )
            .unwrap();
    }
    let mut pruned = list(&world);
    pruned.sort_unstable();
    assert_eq!(pruned, left);
    for number in left {
        let pay = ExecuteMsg::RecordPayment {
            obligation: Id(number),
            amount: credits(1),
        };
        world.say(2, pay).unwrap();
    }
    for page in [1, 0] {
        world
            .say(
                9,
                ExecuteMsg::Prune {
                    person: Id(1),
                    page,
                },
            )
            .unwrap();
    }
    world.owe(1, 2, 1, 30);
    assert_eq!(*list(&world).last().unwrap(), 150);
    world.check();
}
