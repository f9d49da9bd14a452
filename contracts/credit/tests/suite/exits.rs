//! Leaving, closing, debts taken over, defaults and what is written off.

use crate::world::{CREDIT, DAY, World};
use mycel_credit::error::ContractError;
use mycel_credit::msg::{PlanResponse, PositionResponse, QueryMsg, WaterfallResponse};
use mycel_kit::Id;
use mycel_kit::peers::sortition::{Case, CaseStatus, SortitionQuery};

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["ana", "ben", "eva"].into_iter().enumerate() {
        world.enrol(name, person as u64);
    }
    world
}

fn code(result: Result<(), ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

fn about(world: &mut World, sender: &str, message: &str, owner: &str) -> u32 {
    let owner = world.address(owner);
    code(world.say(sender, &format!(r#"{{"{message}":{{"owner":"{owner}"}}}}"#)))
}

fn leave(world: &mut World, owner: &str) -> u32 {
    about(world, "authority", "set_leaving", owner)
}

fn close(world: &mut World, owner: &str) -> u32 {
    about(world, "authority", "close_account", owner)
}

fn default(world: &mut World, member: &str) -> u32 {
    let member = world.address(member);
    code(world.say(
        "passer-by",
        &format!(r#"{{"advance_exit":{{"member":"{member}"}}}}"#),
    ))
}

/// A jury's word on a case, as sortition tells it.
fn jury(world: &mut World, id: u64, outcome: &str, is_final: bool, person: u64) {
    case(
        world,
        id,
        "members/1",
        "default",
        (outcome, is_final),
        person,
    );
}

fn case(
    world: &mut World,
    id: u64,
    reference: &str,
    kind: &str,
    (outcome, is_final): (&str, bool),
    person: u64,
) {
    let sortition = world.address("sortition");
    let json = format!(r#"{{"set_parameters":{{"sortition":"{sortition}"}}}}"#);
    world.say("authority", &json).unwrap();
    let case = Case {
        status: CaseStatus::Decided,
        outcome: outcome.into(),
        reasons: String::new(),
        r#final: is_final,
        r#ref: reference.into(),
        kind: kind.into(),
        parties: vec![Id(person)],
    };
    world.answer(&sortition, &SortitionQuery::Case { id: Id(id) }, &case);
}

fn write_off(world: &mut World, member: &str, case: u64) -> u32 {
    let member = world.address(member);
    let json = format!(
        r#"{{"decided":{{"proposal":"1","electorate":"all","class":"ordinary","action":{{"write_off":{{"member":"{member}","case":"{case}"}}}}}}}}"#
    );
    code(world.say("authority", &json))
}

#[test]
fn an_account_closes_at_zero_and_neither_pays_nor_receives() {
    let mut world = town();
    assert_eq!(close(&mut world, "ana"), 36);
    let ben = world.address("ben");
    world
        .say("ana", &format!(r#"{{"close_to":{{"to":"{ben}"}}}}"#))
        .unwrap();
    assert_eq!(world.view("ben"), 2_000 * CREDIT);
    assert_eq!(about(&mut world, "ben", "close_account", "ana"), 1);
    assert_eq!(close(&mut world, "ana"), 0);
    assert_eq!(code(world.pay("ben", "ana", 1)), 27);
    assert_eq!(code(world.pay("ana", "ben", 1)), 27);
    assert_eq!(close(&mut world, "ana"), 27);
    // its address and number are nobody else's
    let authority = world.authority.to_string();
    let again = world.person("ana", 77);
    let open = mycel_credit::msg::ExecuteMsg::OpenAccount(again);
    assert_eq!(code(world.execute(&authority, open)), 13);
    world.enrol("next", 78);
    assert_eq!(world.accounts().len(), 4);
    world.check();
}

#[test]
fn what_is_positive_goes_to_a_member_or_the_commons_and_not_to_strangers() {
    let mut world = town();
    let (ana, nobody) = (world.address("ana"), world.address("nobody"));
    assert_eq!(
        code(world.say("ana", &format!(r#"{{"close_to":{{"to":"{nobody}"}}}}"#))),
        5
    );
    assert_eq!(
        code(world.say("ana", &format!(r#"{{"close_to":{{"to":"{ana}"}}}}"#))),
        7
    );
    world.say("ana", r#"{"close_to":{}}"#).unwrap();
    assert_eq!(world.commons(), 1_000 * CREDIT);
    assert_eq!(code(world.say("ana", r#"{"close_to":{}}"#)), 46);
    world.pay("ana", "ben", CREDIT).unwrap();
    assert_eq!(
        code(world.say("ana", r#"{"close_to":{}}"#)),
        46,
        "a debt is no gift"
    );
    let eva = world.address("eva");
    let freeze = format!(r#"{{"set_standing":{{"owner":"{eva}","scale_bps":0,"frozen":true}}}}"#);
    world.say("authority", &freeze).unwrap();
    assert_eq!(code(world.say("eva", r#"{"close_to":{}}"#)), 6);
    world.check();
}

#[test]
fn who_is_expelled_gives_its_balance_away_and_goes() {
    for to in [None, Some("ben"), Some("adapter")] {
        let mut world = town();
        let (ana, adapter) = (world.address("ana"), world.address("adapter"));
        let mirror = format!(
            r#"{{"decided":{{"proposal":"3","electorate":"all","class":"constitutional","action":{{"open_mirror":{{"owner":"{adapter}","limit":"0"}}}}}}}}"#
        );
        world.say("authority", &mirror).unwrap();
        let freeze =
            format!(r#"{{"set_standing":{{"owner":"{ana}","scale_bps":0,"frozen":true}}}}"#);
        world.say("authority", &freeze).unwrap();
        assert_eq!(leave(&mut world, "ana"), 0);
        assert_eq!(code(world.pay("ana", "ben", 1)), 28);
        let close_to = match to {
            None => r#"{"close_to":{}}"#.to_owned(),
            Some(to) => format!(r#"{{"close_to":{{"to":"{}"}}}}"#, world.address(to)),
        };
        world.say("ana", &close_to).unwrap();
        assert_eq!(close(&mut world, "ana"), 0, "{to:?}");
        world.check();
    }
}

#[test]
fn who_is_suspended_does_not_empty_the_account_by_leaving() {
    let mut world = town();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let standing = |frozen: bool| {
        format!(r#"{{"set_standing":{{"owner":"{ana}","scale_bps":2500,"frozen":{frozen}}}}}"#)
    };
    world.say("authority", &standing(true)).unwrap();
    assert_eq!(leave(&mut world, "ana"), 0);
    let close_to = format!(r#"{{"close_to":{{"to":"{ben}"}}}}"#);
    assert_eq!(code(world.say("ana", &close_to)), 6);
    // when the step is over it goes as anyone does
    world.say("authority", &standing(false)).unwrap();
    world.say("ana", &close_to).unwrap();
    assert_eq!(close(&mut world, "ana"), 0);
    world.check();
}

#[test]
fn a_leaving_member_receives_and_repays_only() {
    let mut world = town();
    world.pay("ana", "ben", 1_200 * CREDIT).unwrap();
    assert_eq!(about(&mut world, "ana", "set_leaving", "ana"), 1);
    assert_eq!(leave(&mut world, "ana"), 0);
    assert_eq!(code(world.pay("ana", "ben", 1)), 28);
    assert_eq!(close(&mut world, "ana"), 36);
    world.pay("ben", "ana", 150 * CREDIT).unwrap();
    world.pay("ben", "ana", 50 * CREDIT).unwrap();
    assert_eq!(close(&mut world, "ana"), 0);
    world.check();
}

#[test]
fn a_debt_is_due_in_a_month_or_by_a_plan_of_at_most_24_months_then_comes_default() {
    let mut world = town();
    world.pay("ana", "ben", 1_240 * CREDIT).unwrap();
    assert_eq!(
        code(world.say("ana", r#"{"plan_repayment":{"months":24}}"#)),
        48
    );
    assert_eq!(default(&mut world, "ana"), 48);
    leave(&mut world, "ana");
    for bad in ["0", "25"] {
        let json = format!(r#"{{"plan_repayment":{{"months":{bad}}}}}"#);
        assert_eq!(code(world.say("ana", &json)), 10);
    }
    world
        .say("ana", r#"{"plan_repayment":{"months":24}}"#)
        .unwrap();
    world.now += 30 * DAY - 1;
    assert_eq!(default(&mut world, "ana"), 47, "nothing is due yet");
    world.now += 1;
    let member = world.address("ana");
    let plan: PlanResponse = world.query(QueryMsg::Plan { member }).unwrap();
    assert_eq!(
        (plan.debt.u128(), plan.allowed.u128()),
        (240 * CREDIT as u128, 230 * CREDIT as u128)
    );
    world.pay("ben", "ana", 10 * CREDIT).unwrap();
    assert_eq!(default(&mut world, "ana"), 47, "on time");
    world.now += 30 * DAY;
    assert_eq!(default(&mut world, "ana"), 0);
    assert_eq!(world.told("action"), Some("default"));
    // in default it still receives and repays, and nothing else
    world.pay("ben", "ana", CREDIT).unwrap();
    assert_eq!(code(world.pay("ana", "ben", 1)), 28);
    assert_eq!(default(&mut world, "ana"), 48, "once");
    // without a plan all is due after a month
    world.pay("eva", "ben", 1_001 * CREDIT).unwrap();
    leave(&mut world, "eva");
    world.now += 30 * DAY;
    assert_eq!(default(&mut world, "eva"), 0);
    world.check();
}

#[test]
fn a_debt_is_taken_over_only_if_both_agree_and_within_own_headroom() {
    let mut world = town();
    world.pay("ana", "ben", 1_300 * CREDIT).unwrap();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let assume = |credits: u64| {
        let pico = credits * 1_000_000_000_000;
        format!(r#"{{"assume_debt":{{"from":"{ana}","amount":"{pico}"}}}}"#)
    };
    let ask = |credits: u64| {
        let pico = credits * 1_000_000_000_000;
        format!(r#"{{"ask_assume":{{"by":"{ben}","amount":"{pico}"}}}}"#)
    };
    assert_eq!(code(world.say("ben", &assume(100))), 39, "not asked");
    world.say("ana", &ask(250)).unwrap();
    assert_eq!(
        code(world.say("eva", &assume(100))),
        39,
        "another was asked"
    );
    assert_eq!(code(world.say("ben", &assume(251))), 39, "more than asked");
    assert_eq!(code(world.say("ben", &assume(0))), 8);
    world.say("ben", &assume(100)).unwrap();
    assert_eq!(world.view("ana"), -200 * CREDIT);
    assert_eq!(world.view("ben"), 2_200 * CREDIT);
    assert_eq!(
        code(world.say("ben", &assume(151))),
        39,
        "what was asked is used up"
    );
    world.say("ben", &assume(150)).unwrap();
    world.say("ana", &ask(5_000)).unwrap();
    assert_eq!(code(world.say("ben", &assume(51))), 45, "more than is owed");
    world.say("ben", &assume(50)).unwrap();
    assert_eq!(close(&mut world, "ana"), 0);
    world.check();

    let mut world = town();
    world.pay("ana", "ben", 2_000 * CREDIT).unwrap();
    world.pay("ben", "eva", 3_900 * CREDIT).unwrap();
    world.say("ana", &ask(1_000)).unwrap();
    assert_eq!(
        code(world.say("ben", &assume(101))),
        9,
        "beyond own headroom"
    );
    world.say("ben", &assume(100)).unwrap();
    world.say("ana", &ask(0)).unwrap();
    assert_eq!(code(world.say("ben", &assume(1))), 39, "taken back");
    world.check();
}

#[test]
fn a_write_off_needs_a_jurys_final_default_about_this_member_once() {
    let mut world = town();
    world.pay("ana", "ben", 1_500 * CREDIT).unwrap();
    assert_eq!(write_off(&mut world, "ana", 5), 40, "no juries yet");
    jury(&mut world, 5, "default", false, 0);
    assert_eq!(write_off(&mut world, "ana", 5), 42, "appeal is open");
    assert_eq!(write_off(&mut world, "ana", 6), 41, "no such case");
    jury(&mut world, 5, "dismiss", true, 0);
    assert_eq!(write_off(&mut world, "ana", 5), 42);
    jury(&mut world, 5, "default", true, 1);
    assert_eq!(write_off(&mut world, "ana", 5), 30, "about somebody else");
    jury(&mut world, 5, "default", true, 0);
    let member = world.address("ana");
    let by_member = format!(
        r#"{{"decided":{{"proposal":"1","electorate":"all","class":"ordinary","action":{{"write_off":{{"member":"{member}","case":"5"}}}}}}}}"#
    );
    assert_eq!(code(world.say("ben", &by_member)), 1);
    assert_eq!(write_off(&mut world, "ana", 5), 0);
    assert_eq!(write_off(&mut world, "ana", 5), 29, "a case is used once");
    jury(&mut world, 7, "default", true, 1);
    assert_eq!(write_off(&mut world, "ben", 7), 46, "no debt");
    world.check();
}

#[test]
fn a_write_off_takes_at_most_debt_loss_budget_and_commons_and_the_rest_stays() {
    let mut world = town();
    world.say("eva", r#"{"close_to":{}}"#).unwrap();
    world.now += 30 * DAY;
    world.say("passer-by", r#"{"distribute":{}}"#).unwrap();
    let before: WaterfallResponse = world.query(QueryMsg::Waterfall {}).unwrap();
    let budget = before.loss_budget.u128().cast_signed();
    assert!(budget > 333 * CREDIT && budget <= 334 * CREDIT, "{budget}");
    let all = world.view("ana");
    world.pay("ana", "ben", all + 900 * CREDIT).unwrap();
    jury(&mut world, 5, "default", true, 0);
    let commons = world.commons();
    assert_eq!(write_off(&mut world, "ana", 5), 0);
    assert_eq!(world.view("ana"), -900 * CREDIT + budget);
    assert_eq!(world.commons(), commons - budget);
    let after: WaterfallResponse = world.query(QueryMsg::Waterfall {}).unwrap();
    assert_eq!(
        (after.loss_budget.u128(), after.written_off),
        (0, before.loss_budget)
    );
    // the rest stays on an account that only receives and repays
    assert_eq!(code(world.pay("ana", "ben", 1)), 28);
    world.pay("ben", "ana", 5 * CREDIT).unwrap();
    assert_eq!(world.view("ana"), -895 * CREDIT + budget);
    world.check();
}

#[test]
fn guarantors_pay_first_and_never_beyond_their_own_limit() {
    let mut world = town();
    let authority = world.authority.to_string();
    let new = mycel_credit::msg::NewAccount {
        sponsor: Some(world.address("ben")),
        ..world.person("newcomer", 9)
    };
    world
        .execute(&authority, mycel_credit::msg::ExecuteMsg::OpenAccount(new))
        .unwrap();
    world.pay("newcomer", "eva", 1_600 * CREDIT).unwrap();
    jury(&mut world, 5, "default", true, 9);
    assert_eq!(write_off(&mut world, "newcomer", 5), 0);
    // the sponsor bears the first 500; there is no loss budget yet
    assert_eq!(
        world.told("guaranteed"),
        Some((500 * CREDIT).to_string().as_str())
    );
    assert_eq!(world.view("ben"), 500 * CREDIT);
    assert_eq!(world.view("newcomer"), -100 * CREDIT);
    world.check();
}

/// What is left after one case is the same debt: the sponsor's first 500 are
/// asked for once, in one case or in several.
#[test]
fn a_later_case_on_the_rest_asks_the_sponsor_only_for_what_is_open_of_its_500() {
    for rich in [true, false] {
        let mut world = town();
        let authority = world.authority.to_string();
        let new = mycel_credit::msg::NewAccount {
            sponsor: Some(world.address("ben")),
            ..world.person("newcomer", 9)
        };
        world
            .execute(&authority, mycel_credit::msg::ExecuteMsg::OpenAccount(new))
            .unwrap();
        if !rich {
            // 300 above the limit, which is 750 for the invitee
            world.pay("ben", "eva", 1_450 * CREDIT).unwrap();
        }
        world.pay("newcomer", "eva", 2_000 * CREDIT).unwrap();
        let mut guaranteed = Vec::new();
        for id in [5, 6, 7] {
            jury(&mut world, id, "default", true, 9);
            assert_eq!(write_off(&mut world, "newcomer", id), 0);
            let told: i128 = world.told("guaranteed").unwrap().parse().unwrap();
            guaranteed.push(told / CREDIT);
            if id == 5 && !rich {
                world.pay("eva", "ben", 1_000 * CREDIT).unwrap();
            }
        }
        let expected = if rich { [500, 0, 0] } else { [300, 200, 0] };
        assert_eq!(guaranteed, expected);
        assert_eq!(world.view("newcomer"), -500 * CREDIT);
        world.check();
    }
}

#[test]
fn a_write_off_of_an_organisation_needs_a_case_of_that_kind_about_its_account() {
    let mut world = town();
    let authority = world.authority.to_string();
    for name in ["bakery", "mill"] {
        let org = mycel_credit::msg::NewAccount {
            kind: mycel_credit::state::Kind::Org,
            person: None,
            limit: mycel_kit::Amount::credits(100),
            ..world.person(name, 0)
        };
        world
            .execute(&authority, mycel_credit::msg::ExecuteMsg::OpenAccount(org))
            .unwrap();
    }
    world.pay("bakery", "ana", 90 * CREDIT).unwrap();
    let word = ("default", true);
    for (id, reference, kind) in [
        (5, "members/1", "default"),
        (6, "credit/default/4", "default"), // the mill's
        (7, "credit/default/33", "default"),
        (8, "credit/default/3", "sanction"),
    ] {
        case(&mut world, id, reference, kind, word, 0);
        assert_eq!(
            write_off(&mut world, "bakery", id),
            30,
            "{reference} {kind}"
        );
    }
    case(&mut world, 9, "credit/default/3", "default", word, 0);
    assert_eq!(write_off(&mut world, "bakery", 9), 0);
    // nor is a person's case of another kind good for a debt
    world.pay("ana", "ben", 1_500 * CREDIT).unwrap();
    case(&mut world, 10, "members/1", "sanction", word, 0);
    assert_eq!(write_off(&mut world, "ana", 10), 30);
    world.check();
}

#[test]
fn nobody_leaves_with_a_debt() {
    // the exploit: spend to the limit, then ask to be closed
    let mut world = town();
    world.pay("ana", "ben", 2_000 * CREDIT).unwrap();
    assert_eq!(leave(&mut world, "ana"), 0);
    assert_eq!(close(&mut world, "ana"), 36);
    world.now += 31 * DAY;
    assert_eq!(default(&mut world, "ana"), 0);
    assert_eq!(close(&mut world, "ana"), 36);
    // a second identity is refused by its person number, a second key as well
    let rotated = world.address("ana's second key");
    let ana = world.address("ana");
    world
        .say(
            "authority",
            &format!(r#"{{"rotate":{{"from":"{ana}","to":"{rotated}"}}}}"#),
        )
        .unwrap();
    assert_eq!(world.view("ana's second key"), -1_000 * CREDIT);
    assert_eq!(code(world.pay("ana's second key", "ben", 1)), 28);
    world.check();
}

#[test]
fn a_new_key_answers_for_the_account_and_the_old_one_has_nothing() {
    let mut world = town();
    let (ana, new) = (world.address("ana"), world.address("new key"));
    let shop = world.address("shop");
    let allow =
        format!(r#"{{"increase_allowance":{{"spender":"{shop}","amount":"5000000000000"}}}}"#);
    world.say("ana", &allow).unwrap();
    let rotate = format!(r#"{{"rotate":{{"from":"{ana}","to":"{new}"}}}}"#);
    assert_eq!(code(world.say("ana", &rotate)), 1);
    world.say("authority", &rotate).unwrap();
    assert_eq!(code(world.pay("ana", "ben", 1)), 3);
    assert_eq!(code(world.pay("ben", "ana", 1)), 4);
    world.pay("new key", "ben", CREDIT).unwrap();
    // what a stolen key allowed is void
    let ben = world.address("ben");
    for owner in [&ana, &new] {
        let draw = format!(
            r#"{{"transfer_from":{{"owner":"{owner}","recipient":"{ben}","amount":"1"}}}}"#
        );
        assert!(code(world.say("shop", &draw)) > 0);
    }
    let taken = format!(r#"{{"rotate":{{"from":"{new}","to":"{ben}"}}}}"#);
    assert_eq!(code(world.say("authority", &taken)), 13);
    assert_eq!(world.accounts().len(), 3, "a key change moves nothing");
    world.check();
}

#[test]
fn once_there_is_a_members_contract_it_alone_opens_and_closes() {
    let mut world = town();
    let members = world.address("members");
    let json = format!(r#"{{"set_parameters":{{"members":"{members}"}}}}"#);
    world.say("authority", &json).unwrap();
    let authority = world.authority.to_string();
    let new = mycel_credit::msg::ExecuteMsg::OpenAccount(world.person("x", 70));
    assert_eq!(code(world.execute(&authority, new.clone())), 1);
    assert_eq!(code(world.execute(&members, new)), 0);
    for message in ["set_leaving", "close_account"] {
        assert_eq!(
            about(&mut world, "authority", message, "ana"),
            1,
            "{message}"
        );
    }
    assert_eq!(about(&mut world, "members", "set_leaving", "ana"), 0);
    let ana = world.address("ana");
    let standing = format!(r#"{{"set_standing":{{"owner":"{ana}","scale_bps":1,"frozen":true}}}}"#);
    assert_eq!(code(world.say("authority", &standing)), 1);
    assert_eq!(code(world.say("members", &standing)), 0);
    // an empty name gives it back
    world
        .say("authority", r#"{"set_parameters":{"members":""}}"#)
        .unwrap();
    assert_eq!(code(world.say("authority", &standing)), 0);
}

#[test]
fn a_mirror_account_is_decided_and_only_its_adapter_pays_from_it() {
    let mut world = town();
    let adapter = world.address("adapter");
    let open = |class: &str| {
        format!(
            r#"{{"decided":{{"proposal":"3","electorate":"all","class":"{class}","action":{{"open_mirror":{{"owner":"{adapter}","limit":"200000000000000"}}}}}}}}"#
        )
    };
    assert_eq!(code(world.say("authority", &open("spending"))), 19);
    world.say("authority", &open("constitutional")).unwrap();
    assert_eq!(code(world.say("authority", &open("constitutional"))), 13);
    let bypass = format!(
        r#"{{"open_account":{{"owner":"{}","kind":"mirror"}}}}"#,
        world.address("x")
    );
    assert_eq!(code(world.say("authority", &bypass)), 50);
    world.pay("adapter", "ana", 200 * CREDIT).unwrap();
    assert_eq!(code(world.pay("adapter", "ana", 1)), 9);
    world.pay("ana", "adapter", 300 * CREDIT).unwrap();
    let ben = world.address("ben");
    let allow = format!(r#"{{"increase_allowance":{{"spender":"{ben}","amount":"5"}}}}"#);
    world.say("adapter", &allow).unwrap();
    let draw =
        format!(r#"{{"transfer_from":{{"owner":"{adapter}","recipient":"{ben}","amount":"1"}}}}"#);
    assert_eq!(code(world.say("ben", &draw)), 30);
    // one who leaves may take what is positive along to the other community
    world
        .say("ana", &format!(r#"{{"close_to":{{"to":"{adapter}"}}}}"#))
        .unwrap();
    let truth: PositionResponse = world
        .query(QueryMsg::Position {
            member: adapter,
            at: None,
        })
        .unwrap();
    assert_eq!(truth.position.i128(), 1_000 * CREDIT);
    world.check();
}
