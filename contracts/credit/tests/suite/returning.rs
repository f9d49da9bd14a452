//! Coming back: a closed account is opened again for the same person, who gets
//! nothing twice and leaves nothing behind.

use crate::world::months::{capacity, code, count, enrol, limit, next_month, standard};
use crate::world::{CREDIT, DAY, World};
use mycel_credit::msg::{
    AccountsResponse, ExecuteMsg, ExportItem, ExportResponse, NewAccount, ParameterChanges,
    QueryMsg,
};
use mycel_credit::policies::Standard;
use mycel_credit::sponsor::guarantors;
use mycel_credit::state::{self, Kind, Status};
use mycel_kit::Amount;
use mycel_kit::Id;
use mycel_kit::peers::sortition::{Case, CaseStatus, SortitionQuery};

fn by_members(world: &mut World, msg: ExecuteMsg) -> u32 {
    let authority = world.authority.to_string();
    code(world.execute(&authority, msg))
}

fn reopen(world: &mut World, name: &str, person: u64, sponsor: Option<&str>) -> u32 {
    let new = NewAccount {
        sponsor: sponsor.map(|sponsor| world.address(sponsor)),
        ..world.person(name, person)
    };
    by_members(world, ExecuteMsg::OpenAccount(new))
}

/// Gives all away and closes.
fn go(world: &mut World, name: &str) {
    let owner = world.address(name);
    by_members(
        world,
        ExecuteMsg::SetLeaving {
            owner: owner.clone(),
        },
    );
    if world.view(name) > 0 {
        world.say(name, r#"{"close_to":{}}"#).unwrap();
    }
    assert_eq!(by_members(world, ExecuteMsg::CloseAccount { owner }), 0);
}

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["ana", "ben", "eva"].into_iter().enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    world
}

#[test]
fn who_left_is_opened_again_under_the_same_number_without_a_second_grant() {
    let mut world = town();
    assert_eq!(reopen(&mut world, "ana", 0, None), 14, "still there");
    go(&mut world, "ana");
    let genesis = state::genesis().load(&world.storage).unwrap();
    assert_eq!(code(world.pay("ben", "ana", 1)), 27);
    world.now += 90 * DAY;
    assert_eq!(reopen(&mut world, "ana", 0, Some("ben")), 0);
    assert_eq!(world.accounts().len(), 3, "no new number");
    assert_eq!(world.view("ana"), 0, "no second grant");
    assert_eq!(state::genesis().load(&world.storage).unwrap(), genesis);
    let ana = world.address("ana");
    let claim = format!(r#"{{"release_starter":{{"member":"{ana}","partners":[]}}}}"#);
    assert_eq!(code(world.say("ana", &claim)), 46, "and no promise of one");
    world.pay("ben", "ana", CREDIT).unwrap();
    world.pay("ana", "ben", 2 * CREDIT).unwrap();
    assert_eq!(limit(&world, "ana"), 1_000);
    assert_eq!(reopen(&mut world, "ana", 0, None), 14, "there again");
    world.check();
}

#[test]
fn the_account_comes_back_at_another_address_and_the_old_one_has_nothing() {
    let mut world = town();
    world.pay("ana", "ben", CREDIT).unwrap();
    go(&mut world, "ana");
    assert_eq!(reopen(&mut world, "ben", 0, None), 13, "another's address");
    assert_eq!(reopen(&mut world, "ana's new key", 0, None), 0);
    world.pay("ben", "ana's new key", CREDIT).unwrap();
    assert_eq!(code(world.pay("ben", "ana", 1)), 4);
    // the address is as free as after a change of key
    assert_eq!(reopen(&mut world, "ana", 7, None), 0);
    assert_eq!(world.accounts().len(), 4);
    world.check();
}

#[test]
fn one_message_opens_a_closed_account_once() {
    let mut world = town();
    go(&mut world, "ana");
    let accounts = vec![world.person("ana", 0), world.person("ana", 0)];
    assert_eq!(
        by_members(&mut world, ExecuteMsg::OpenAccounts { accounts }),
        14
    );
    let organisation = NewAccount {
        kind: Kind::Org,
        person: None,
        ..world.person("ana", 0)
    };
    let refused = by_members(&mut world, ExecuteMsg::OpenAccount(organisation));
    assert_eq!(refused, 13, "a person's address stays a person's");
    assert_eq!(reopen(&mut world, "ana", 0, Some("ana")), 7, "own sponsor");
    world.check();
}

#[test]
fn the_starter_line_is_for_the_first_stay_only() {
    let mut world = World::new(|msg| {
        msg.starter_line = Amount::credits(600);
        msg.default_limit = Amount::credits(100);
    });
    enrol(&mut world, "ana", 0, None);
    enrol(&mut world, "ben", 1, None);
    assert_eq!(limit(&world, "ana"), 600);
    assert_eq!(code(world.pay("ana", "ben", 601 * CREDIT)), 9);
    go(&mut world, "ana");
    assert_eq!(reopen(&mut world, "ana", 0, None), 0);
    assert_eq!(
        limit(&world, "ana"),
        100,
        "the opening limit of who has no line"
    );
    assert_eq!(code(world.pay("ana", "ben", 101 * CREDIT)), 9);
    world.pay("ana", "ben", 100 * CREDIT).unwrap();
    assert_eq!(limit(&world, "ben"), 600);
    // nor does a line that is decided later reach who came back
    let changes = ParameterChanges {
        starter_line: Amount::credits(900),
        ..ParameterChanges::default()
    };
    let msg = ExecuteMsg::SetParameters(Box::new(changes));
    assert_eq!(by_members(&mut world, msg), 0);
    assert_eq!((limit(&world, "ana"), limit(&world, "ben")), (100, 900));
    world.check();
}

#[test]
fn a_limit_is_no_higher_after_coming_back_than_before() {
    let mut world = standard();
    for (person, name) in ["ana", "ben", "eva"].into_iter().enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    let owner = world.address("ana");
    let limit_of = |credits| Amount::credits(credits).unwrap();
    let msg = ExecuteMsg::SetLimit {
        owner,
        limit: limit_of(40),
    };
    assert_eq!(by_members(&mut world, msg), 0);
    enrol(&mut world, "guest", 3, Some("ben"));
    assert_eq!(limit(&world, "ben"), 750);
    for name in ["ana", "ben"] {
        go(&mut world, name);
    }
    next_month(&mut world);
    count(&mut world);
    assert_eq!(reopen(&mut world, "ana", 0, None), 0);
    assert_eq!(reopen(&mut world, "ben", 1, None), 0);
    assert_eq!(limit(&world, "ana"), 40, "what the authority named stays");
    assert_eq!(limit(&world, "ben"), 750, "invitees weigh on");
    for _ in 0..3 {
        next_month(&mut world);
        count(&mut world);
    }
    assert_eq!((limit(&world, "ana"), limit(&world, "ben")), (40, 750));
    world.check();
}

#[test]
fn whoever_left_a_debt_behind_comes_back_to_receive_and_repay_only() {
    let mut world = town();
    world.pay("ana", "ben", 1_300 * CREDIT).unwrap();
    let owner = world.address("ana");
    by_members(
        &mut world,
        ExecuteMsg::SetLeaving {
            owner: owner.clone(),
        },
    );
    world.now += 31 * DAY;
    let default = format!(r#"{{"advance_exit":{{"member":"{owner}"}}}}"#);
    world.say("passer-by", &default).unwrap();
    let sortition = world.address("sortition");
    let named = format!(r#"{{"set_parameters":{{"sortition":"{sortition}"}}}}"#);
    world.say("authority", &named).unwrap();
    let case = Case {
        status: CaseStatus::Decided,
        outcome: "default".into(),
        reasons: String::new(),
        r#final: true,
        r#ref: "members/1".into(),
        kind: "default".into(),
        parties: vec![Id(0)],
    };
    world.answer(&sortition, &SortitionQuery::Case { id: Id(1) }, &case);
    let written_off = format!(
        r#"{{"decided":{{"proposal":"1","electorate":"all","class":"ordinary","action":{{"write_off":{{"member":"{owner}","case":"1"}}}}}}}}"#
    );
    world.say("authority", &written_off).unwrap();
    let left = -world.stored("ana").position;
    if left > 0 {
        world.pay("ben", "ana", left).unwrap();
    }
    assert_eq!(
        by_members(&mut world, ExecuteMsg::CloseAccount { owner }),
        0
    );
    for _ in 0..2 {
        assert_eq!(reopen(&mut world, "ana", 0, None), 0);
        assert_eq!(world.stored("ana").status, Status::Defaulted);
        world.pay("ben", "ana", 5 * CREDIT).unwrap();
        assert_eq!(code(world.pay("ana", "ben", 1)), 28);
        go(&mut world, "ana");
    }
    world.check();
}

#[test]
fn a_sanction_stands_as_it_stood_until_members_says_otherwise() {
    let mut world = town();
    let owner = world.address("ana");
    let standing = |scale_bps, frozen| ExecuteMsg::SetStanding {
        owner: owner.clone(),
        scale_bps,
        frozen,
    };
    world.pay("ana", "ben", 1_000 * CREDIT).unwrap();
    assert_eq!(by_members(&mut world, standing(5_000, true)), 0);
    go(&mut world, "ana");
    assert_eq!(reopen(&mut world, "ana", 0, None), 0);
    assert_eq!(code(world.pay("ana", "ben", 1)), 6, "frozen as before");
    assert_eq!(limit(&world, "ana"), 500);
    assert_eq!(by_members(&mut world, standing(10_000, false)), 0);
    world.pay("ana", "ben", 1_000 * CREDIT).unwrap();
    world.check();
}

#[test]
fn every_sponsor_answers_for_its_twelve_months_the_latest_first() {
    let mut world = standard();
    for (person, name) in ["old", "new"].into_iter().enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    enrol(&mut world, "ana", 2, Some("old"));
    world.now += 100 * DAY;
    go(&mut world, "ana");
    assert_eq!(reopen(&mut world, "ana", 2, Some("new")), 0);
    assert_eq!((limit(&world, "old"), limit(&world, "new")), (750, 750));
    let claims = |world: &World, credits: i128| {
        guarantors::<Standard>(&world.storage, 2, credits * CREDIT, world.now).unwrap()
    };
    assert_eq!(claims(&world, 900), [(1, 500 * CREDIT)]);
    let owner = world.address("new");
    let limit = Amount::credits(450).unwrap();
    by_members(&mut world, ExecuteMsg::SetLimit { owner, limit });
    // 200 are left of the limit, and it owes 50
    let all = world.view("new");
    world.pay("new", "old", all + 50 * CREDIT).unwrap();
    let both = [(1, 150 * CREDIT), (0, 350 * CREDIT)];
    assert_eq!(claims(&world, 900), both);
    world.now += 266 * DAY;
    assert_eq!(
        claims(&world, 900),
        [(1, 150 * CREDIT)],
        "a year of the old one"
    );
    world.now += 100 * DAY;
    assert_eq!(claims(&world, 900), []);
    assert_eq!(
        capacity(&world, "ana").limit,
        Amount::credits(1_000).unwrap()
    );
}

#[test]
fn allowances_of_before_are_void_and_new_ones_hold() {
    let mut world = town();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let allow =
        format!(r#"{{"increase_allowance":{{"spender":"{ben}","amount":"50000000000000"}}}}"#);
    let draw = format!(
        r#"{{"transfer_from":{{"owner":"{ana}","recipient":"{ben}","amount":"20000000000000"}}}}"#
    );
    world.say("ana", &allow).unwrap();
    go(&mut world, "ana");
    world.now += 1;
    assert_eq!(reopen(&mut world, "ana", 0, None), 0);
    assert_eq!(code(world.say("ben", &draw)), 37);
    let question = QueryMsg::AllAllowances {
        owner: ana.clone(),
        start_after: None,
        limit: None,
    };
    let none: mycel_credit::msg::AllAllowancesResponse = world.query(question).unwrap();
    assert!(none.allowances.is_empty());
    world.say("ana", &allow).unwrap();
    world.say("ben", &draw).unwrap();
    world.say("ben", &draw).unwrap();
    assert_eq!(code(world.say("ben", &draw)), 37, "50, not 100");
    world.check();
}

#[test]
fn the_export_of_who_came_back_tells_of_the_earlier_stay() {
    let mut world = standard();
    enrol(&mut world, "eva", 0, None);
    enrol(&mut world, "ana", 1, Some("eva"));
    let opened = world.now;
    world.now += 5 * DAY;
    go(&mut world, "ana");
    let closed = world.now;
    world.now += DAY;
    assert_eq!(reopen(&mut world, "ana", 1, None), 0);
    let items = |world: &World, name: &str| {
        let member = world.address(name);
        let asked = QueryMsg::Export {
            member,
            after: None,
        };
        let page: ExportResponse = world.query(asked).unwrap();
        page.items
    };
    let eva = world.address("eva");
    assert!(items(&world, "ana").iter().any(|item| matches!(
        item,
        ExportItem::Stay { sponsor: Some(sponsor), opened: from, closed: to, status: Status::Leaving }
            if *sponsor == eva && from.0 == opened && to.0 == closed
    )));
    let ana = world.address("ana");
    let brought = |item: &ExportItem| matches!(item, ExportItem::Invited { member, opened: at } if *member == ana && at.0 == opened);
    assert_eq!(
        items(&world, "eva")
            .iter()
            .filter(|item| brought(item))
            .count(),
        1
    );
    let asked = QueryMsg::Accounts {
        after: None,
        limit: None,
    };
    let page: AccountsResponse = world.query(asked).unwrap();
    let told: Vec<bool> = page
        .accounts
        .iter()
        .map(|account| account.returned)
        .collect();
    assert_eq!(told, [false, true]);
}
