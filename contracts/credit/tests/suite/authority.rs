//! What the authority may do, within which bounds, by name.

use mycel_credit::error::ContractError;
use mycel_credit::msg::{
    AccountCountResponse, AccountsResponse, CommonsResponse, ExecuteMsg, NewAccount,
    ParametersResponse, PositionResponse, QueryMsg,
};
use mycel_credit::state::Kind;

use crate::world::{CREDIT, START, World};
use mycel_kit::{Amount, Id, Seconds};

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["ana", "ben", "eva"].into_iter().enumerate() {
        world.enrol(name, person as u64);
    }
    world
}

/// The refusal's number, or 0.
fn code(result: Result<(), ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

fn position(world: &World, name: &str) -> PositionResponse {
    world
        .query(QueryMsg::Position {
            member: world.address(name),
            at: None,
        })
        .unwrap()
}

fn attribute<'a>(world: &'a World, key: &str) -> Option<&'a str> {
    let found = world
        .last
        .attributes
        .iter()
        .find(|attribute| attribute.key == key)?;
    Some(&found.value)
}

#[test]
fn a_frozen_account_receives_and_does_not_pay() {
    let mut world = town();
    let standing = |frozen: bool, scale: u16| {
        format!(
            r#"{{"set_standing":{{"owner":"{}","scale_bps":{scale},"frozen":{frozen}}}}}"#,
            town().address("ana")
        )
    };
    world.say("authority", &standing(true, 10_000)).unwrap();
    assert_eq!(code(world.pay("ana", "ben", 1)), 6);
    world.pay("ben", "ana", 7 * CREDIT).unwrap();
    assert!(position(&world, "ana").frozen);
    assert_eq!(position(&world, "ana").position.i128(), 1_007 * CREDIT);
    world.say("authority", &standing(false, 10_000)).unwrap();
    world.pay("ana", "ben", 1).unwrap();
    // a sanction scales the limit, to nothing if need be
    world.say("authority", &standing(false, 5_000)).unwrap();
    assert_eq!(position(&world, "ana").limit, Amount::credits(500).unwrap());
    world.say("authority", &standing(false, 0)).unwrap();
    assert_eq!(position(&world, "ana").limit, Amount::ZERO);
    assert_eq!(code(world.say("authority", &standing(false, 10_001))), 10);
}

#[test]
fn lowering_a_limit_takes_nothing_and_blocks_further_spending() {
    let mut world = town();
    world.pay("ana", "ben", 1_800 * CREDIT).unwrap();
    let ana = world.address("ana");
    world
        .say(
            "authority",
            &format!(r#"{{"set_limit":{{"owner":"{ana}","limit":"1000000000000"}}}}"#),
        )
        .unwrap();
    let after = position(&world, "ana");
    assert_eq!(
        (after.position.i128(), after.headroom.u128()),
        (-800 * CREDIT, 0)
    );
    assert_eq!(code(world.pay("ana", "ben", 1)), 9);
    world.pay("ben", "ana", 100 * CREDIT).unwrap();
    world.check();
}

#[test]
fn only_the_authority_enrols_and_decides() {
    let mut world = town();
    let ana = world.address("ana");
    for json in [
        format!(r#"{{"open_account":{{"owner":"{ana}","kind":"org"}}}}"#),
        r#"{"open_accounts":{"accounts":[]}}"#.to_owned(),
        format!(r#"{{"set_limit":{{"owner":"{ana}","limit":"1"}}}}"#),
        format!(r#"{{"set_standing":{{"owner":"{ana}","scale_bps":1,"frozen":true}}}}"#),
        r#"{"set_parameters":{}}"#.to_owned(),
        r#"{"decided":{"proposal":"1","electorate":"all","class":"constitutional","action":{"set_parameters":{}}}}"#.to_owned(),
    ] {
        let refused = world.say("ana", &json).unwrap_err();
        assert_eq!(refused.code(), 1, "{json}");
        assert!(refused.to_string().starts_with("unauthorized: sender="), "{refused}");
    }
}

#[test]
fn a_person_gets_the_starter_once_for_ever() {
    let mut world = town();
    let genesis = |world: &World| {
        world
            .query::<CommonsResponse>(QueryMsg::Commons {})
            .unwrap()
            .genesis
            .i128()
    };
    assert_eq!(genesis(&world), -3_000 * CREDIT);
    let authority = world.authority.to_string();
    let again = NewAccount {
        owner: world.address("ana's other key"),
        ..world.person("ana", 0)
    };
    assert_eq!(
        code(world.execute(&authority, ExecuteMsg::OpenAccount(again))),
        14
    );
    let same = world.person("ana", 99);
    assert_eq!(
        code(world.execute(&authority, ExecuteMsg::OpenAccount(same))),
        13
    );
    // twice within one batch as well, and then nobody of the batch is enrolled
    let accounts = vec![world.person("x", 7), world.person("y", 7)];
    assert_eq!(
        code(world.execute(&authority, ExecuteMsg::OpenAccounts { accounts })),
        14
    );
    let accounts = vec![world.person("x", 7), world.person("x", 8)];
    assert_eq!(
        code(world.execute(&authority, ExecuteMsg::OpenAccounts { accounts })),
        13
    );
    assert_eq!(world.accounts().len(), 3);
    assert_eq!(genesis(&world), -3_000 * CREDIT);
    world.check();
}

#[test]
fn accounts_open_in_batches_with_dense_numbers_and_sponsors() {
    let mut world = town();
    let authority = world.authority.to_string();
    let sponsor = Some(world.address("member 10"));
    let mut accounts: Vec<NewAccount> = (10..59)
        .map(|n| world.person(&format!("member {n}"), n))
        .collect();
    accounts.push(NewAccount {
        sponsor,
        ..world.person("sponsored", 59)
    });
    world
        .execute(
            &authority,
            ExecuteMsg::OpenAccounts {
                accounts: accounts.clone(),
            },
        )
        .unwrap();
    assert_eq!(world.last.events.len(), 50);
    accounts.push(world.person("one more", 60));
    assert_eq!(
        code(world.execute(&authority, ExecuteMsg::OpenAccounts { accounts })),
        12
    );
    let count: AccountCountResponse = world.query(QueryMsg::AccountCount {}).unwrap();
    assert_eq!(count.count, 53);

    let mut seen = vec![];
    let mut after = None;
    loop {
        let page: AccountsResponse = world
            .query(QueryMsg::Accounts {
                after,
                limit: Some(20),
            })
            .unwrap();
        seen.extend(page.accounts);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(
        seen.iter().map(|a| a.number).collect::<Vec<_>>(),
        (0..53).collect::<Vec<_>>()
    );
    assert_eq!((seen[52].sponsor, seen[52].person), (Some(3), Some(Id(59))));
    assert_eq!(seen[52].opened, Seconds(START));
    let beyond: AccountsResponse = world
        .query(QueryMsg::Accounts {
            after: Some(u32::MAX),
            limit: None,
        })
        .unwrap();
    assert_eq!((beyond.accounts.len(), beyond.next), (0, None));
    let unknown = NewAccount {
        sponsor: Some("nobody".into()),
        ..world.person("z", 70)
    };
    assert_eq!(
        code(world.execute(&authority, ExecuteMsg::OpenAccount(unknown))),
        5
    );
    world.check();
}

#[test]
fn what_stands_behind_an_account_decides_number_starter_and_limit() {
    let mut world = World::new(|msg| {
        msg.starter_line = Amount::credits(200);
        msg.default_limit = Amount::credits(230);
    });
    let authority = world.authority.to_string();
    let mut open = |name: &str, kind, person: Option<u64>| {
        let new = NewAccount {
            owner: world.address(name),
            kind,
            person: person.map(Id),
            sponsor: None,
            limit: None,
        };
        code(world.execute(&authority, ExecuteMsg::OpenAccount(new)))
    };
    assert_eq!(open("p", Kind::Person, None), 15);
    assert_eq!(open("p", Kind::Person, Some(1)), 0);
    assert_eq!(open("o", Kind::Org, Some(2)), 15);
    assert_eq!(open("o", Kind::Org, None), 0);
    assert_eq!(open("c", Kind::Contract, None), 0);
    assert_eq!(open("m", Kind::Mirror, None), 50);
    for (name, credits) in [("p", 230), ("o", 0), ("c", 0)] {
        let truth = position(&world, name);
        assert_eq!(truth.limit, Amount::credits(credits).unwrap(), "{name}");
        assert_eq!(truth.position.i128(), 0);
    }
    world.check();
}

#[test]
fn outside_development_caps_hold() {
    let over = Amount::new(5_000 * 1_000_000_000_000 + 1);
    for change in [0, 1, 2] {
        let refused = World::try_new(|msg| {
            msg.development = false;
            match change {
                0 => msg.starter_grant = over,
                1 => msg.starter_line = over,
                _ => msg.default_limit = over,
            }
        });
        assert_eq!(refused.err().map(|error| error.code()), Some(10));
    }
    let mut world = World::new(|msg| msg.development = false);
    world.enrol("ana", 1);
    let ana = world.address("ana");
    let set = |limit: &str| {
        format!(
            r#"{{"decided":{{"proposal":"1","electorate":"all","class":"ordinary","action":{{"set_limit":{{"owner":"{ana}","limit":"{limit}"}}}}}}}}"#
        )
    };
    assert_eq!(code(world.say("authority", &set("5000000000000001"))), 10);
    world.say("authority", &set("5000000000000000")).unwrap();
    let authority = world.authority.to_string();
    let new = NewAccount {
        limit: Amount::credits(1),
        ..world.person("ben", 2)
    };
    assert_eq!(
        code(world.execute(&authority, ExecuteMsg::OpenAccount(new))),
        17
    );
}

/// Outside development the authority's word alone is not enough: it says what
/// was decided, by whom and in which class.
#[test]
fn outside_development_nothing_is_set_without_a_decision_of_its_class() {
    let mut world = World::new(|msg| msg.development = false);
    world.enrol("ana", 1);
    let ana = world.address("ana");
    let limit = format!(r#"{{"set_limit":{{"owner":"{ana}","limit":"0"}}}}"#);
    let rate = r#"{"set_parameters":{"rate_ppb_per_day":2000000}}"#.to_owned();
    for (directly, class, less) in [
        (&limit, "ordinary", None),
        (&rate, "constitutional", Some("ordinary")),
    ] {
        assert_eq!(code(world.say("ana", directly)), 1, "{directly}");
        let refused = world.say("authority", directly).unwrap_err();
        assert_eq!(refused.code(), 52, "{directly}");
        assert!(refused.to_string().contains("decided"), "{refused}");
        let decided = |class: &str| {
            format!(
                r#"{{"decided":{{"proposal":"1","electorate":"all","class":"{class}","action":{directly}}}}}"#
            )
        };
        if let Some(less) = less {
            assert_eq!(code(world.say("authority", &decided(less))), 19);
        }
        world.say("authority", &decided(class)).unwrap();
    }
    assert_eq!(position(&world, "ana").limit, Amount::ZERO);
}

#[test]
fn founding_organisations_does_not_multiply_ones_credit() {
    let mut world = town();
    let sponsor = world.address("ana");
    for n in 0..5 {
        let name = format!("org {n}");
        let owner = world.address(&name);
        let new = NewAccount {
            owner: owner.clone(),
            kind: Kind::Org,
            person: None,
            sponsor: Some(sponsor.clone()),
            limit: None,
        };
        let authority = world.authority.to_string();
        world
            .execute(&authority, ExecuteMsg::OpenAccount(new))
            .unwrap();
        assert_eq!(code(world.pay(&name, "eva", 1)), 9, "{name}");
        // what was decided for it holds
        let set = format!(r#"{{"set_limit":{{"owner":"{owner}","limit":"7000000000000"}}}}"#);
        world.say("authority", &set).unwrap();
        world.pay(&name, "eva", 7 * CREDIT).unwrap();
        assert_eq!(code(world.pay(&name, "eva", 1)), 9, "{name}");
    }
    world.check();
}

#[test]
fn in_development_a_limit_may_reach_the_bound_of_amounts() {
    let mut world = town();
    let authority = world.authority.to_string();
    let new = NewAccount {
        limit: Some(Amount::MAX),
        ..world.person("rich", 9)
    };
    world
        .execute(&authority, ExecuteMsg::OpenAccount(new))
        .unwrap();
    world.pay("rich", "ben", i128::from(i64::MAX)).unwrap();
    world.pay("rich", "eva", 1_000 * CREDIT).unwrap();
    assert_eq!(world.view("rich"), -i128::from(i64::MAX));
    assert_eq!(code(world.pay("rich", "ana", 1)), 9);
    // a balance may pass the bound of one amount; it is shown in full
    world.pay("ben", "eva", i128::from(i64::MAX)).unwrap();
    assert_eq!(
        position(&world, "eva").headroom.u128(),
        u128::from(i64::MAX as u64) + 3_000 * CREDIT as u128
    );
    world.check();
}

#[test]
fn parameters_change_within_bounds_and_starters_exclude_each_other() {
    let mut world = town();
    let mut set =
        |json: &str| code(world.say("authority", &format!(r#"{{"set_parameters":{json}}}"#)));
    assert_eq!(set(r#"{"rate_ppb_per_day":3000001}"#), 10);
    assert_eq!(set(r#"{"starter_grant":"1","starter_line":"1"}"#), 16);
    assert_eq!(set(r#"{"authority":"nobody"}"#), 21);
    assert_eq!(
        set(r#"{"starter_line":"5","default_limit":"6","rate_ppb_per_day":3000000}"#),
        0
    );
    let now: ParametersResponse = world.query(QueryMsg::Parameters {}).unwrap();
    assert_eq!(now.parameters.starter_grant, None);
    assert_eq!(now.parameters.starter_line, Amount::new(5));
    assert_eq!(now.parameters.default_limit, Amount::new(6).unwrap());
    assert_eq!(now.parameters.rate_ppb_per_day, 3_000_000);
    assert!(
        now.bounds
            .iter()
            .any(|b| b.name == "rate_ppb_per_day" && b.most == "3000000")
    );
    assert_eq!(
        position(&world, "ana").limit.pico(),
        1_000 * CREDIT as u64 + 5
    );
    let both = World::try_new(|msg| {
        msg.starter_grant = Amount::new(1);
        msg.starter_line = Amount::new(1);
    });
    assert_eq!(both.err().map(|error| error.code()), Some(16));
    let next = world.address("assembly");
    world
        .say(
            "authority",
            &format!(r#"{{"set_parameters":{{"authority":"{next}"}}}}"#),
        )
        .unwrap();
    assert_eq!(code(world.say("authority", r#"{"set_parameters":{}}"#)), 1);
    world.say("assembly", r#"{"set_parameters":{}}"#).unwrap();
}

#[test]
fn a_decision_needs_its_class_and_electorate() {
    let mut world = town();
    let mut decide = |electorate: &str, class: &str, action: &str| {
        let json = format!(
            r#"{{"decided":{{"proposal":"12","electorate":{electorate},"class":"{class}","action":{action}}}}}"#
        );
        code(world.say("authority", &json))
    };
    let set = r#"{"set_parameters":{"rate_ppb_per_day":2000000}}"#;
    assert_eq!(decide(r#""all""#, "ordinary", set), 19);
    assert_eq!(decide(r#""all""#, "spending", set), 19);
    assert_eq!(decide(r#"{"commons":"7"}"#, "constitutional", set), 20);
    assert_eq!(decide(r#""all""#, "constitutional", set), 0);
    let spend = r#"{"spend_commons":{"to":"a","amount":"1"}}"#;
    assert_eq!(decide(r#""all""#, "ordinary", spend), 19);
    assert_eq!(
        decide(r#""all""#, "spending", spend),
        34,
        "there is nothing in the commons yet"
    );
    assert_eq!(attribute(&world, "proposal"), Some("12"));
}
