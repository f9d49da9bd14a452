//! What members and wallets can do and are refused, by name.

use crate::world::{CREDIT, DAY, START, World};
use cosmwasm_std::{Addr, MessageInfo, coins, from_json};
use mycel_credit::error::ContractError;
use mycel_credit::msg::{
    BalanceResponse, ExecuteMsg, ExportItem, ExportResponse, PositionResponse, QueryMsg,
    TokenInfoResponse,
};
use mycel_kit::standard::{About, Invariants};
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
fn a_payment_moves_money_and_says_so() {
    let mut world = town();
    let ben = world.address("ben");
    let memo = "m".repeat(140);
    world
        .say(
            "ana",
            &format!(
                r#"{{"pay":{{"to":"{ben}","amount":"25000000000000","ref":"deal/7","memo":"{memo}"}}}}"#
            ),
        )
        .unwrap();
    assert_eq!(position(&world, "ana").position.i128(), 975 * CREDIT);
    assert_eq!(position(&world, "ben").position.i128(), 1_025 * CREDIT);
    assert_eq!(attribute(&world, "action"), Some("pay"));
    assert_eq!(
        attribute(&world, "from"),
        Some(world.address("ana").as_str())
    );
    assert_eq!(attribute(&world, "to"), Some(ben.as_str()));
    assert_eq!(attribute(&world, "amount"), Some("25000000000000"));
    assert_eq!(attribute(&world, "ref"), Some("deal/7"));
    assert_eq!(
        attribute(&world, "memo"),
        None,
        "a memo stays in its transaction"
    );
    assert_eq!(attribute(&world, "to_commons"), None);
    assert!(world.last.messages.is_empty(), "a payment calls nobody");
    world.check();
}

#[test]
fn a_payment_down_to_the_limit_passes_and_one_unit_more_is_refused_with_the_numbers() {
    let mut world = town();
    world.pay("ana", "ben", 1_990 * CREDIT).unwrap();
    let refused = world.pay("ana", "ben", 25 * CREDIT).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "limit exceeded: position=-990.00 amount=25.00 limit=1000.00"
    );
    assert_eq!(refused.code(), 9);
    assert_eq!(code(world.pay("ana", "ben", 10 * CREDIT + 1)), 9);
    world.pay("ana", "ben", 10 * CREDIT).unwrap();
    let ana = position(&world, "ana");
    assert_eq!(
        (ana.position.i128(), ana.headroom.u128()),
        (-1_000 * CREDIT, 0)
    );
    assert_eq!(code(world.pay("ana", "ben", 1)), 9);
    world.check();
}

#[test]
fn a_refused_payment_leaves_no_trace() {
    let mut world = town();
    world.now += 10 * DAY;
    let before = world.storage.map.clone();
    assert_eq!(code(world.pay("ana", "ben", 5_000 * CREDIT)), 9);
    assert_eq!(world.storage.map, before);
}

#[test]
fn payments_that_make_no_sense_are_refused_each_with_its_own_code() {
    let mut world = town();
    assert_eq!(code(world.pay("stranger", "ben", 1)), 3);
    assert_eq!(code(world.pay("ana", "stranger", 1)), 4);
    assert_eq!(code(world.pay("ana", "ana", 1)), 7);
    assert_eq!(code(world.pay("ana", "ben", 0)), 8);
    let (ana, to) = (world.address("ana"), world.address("ben"));
    let mut pay = |reference: Option<String>, memo: Option<String>| {
        let amount = Amount::new(1).unwrap();
        code(world.execute(
            &ana,
            ExecuteMsg::Pay {
                to: to.clone(),
                amount,
                reference,
                memo,
            },
        ))
    };
    assert_eq!(pay(None, Some("m".repeat(141))), 11);
    assert_eq!(
        pay(None, Some("é".repeat(71))),
        11,
        "bytes are counted, not letters"
    );
    assert_eq!(pay(Some("r".repeat(65)), None), 11);
    assert_eq!(pay(Some("r".repeat(64)), Some("é".repeat(70))), 0);
}

#[test]
fn amounts_over_the_bound_and_misspelt_fields_do_not_parse() {
    let to = "somebody";
    for json in [
        format!(r#"{{"pay":{{"to":"{to}","amount":"9223372036854775808"}}}}"#),
        format!(r#"{{"pay":{{"to":"{to}","amount":"-1"}}}}"#),
        format!(r#"{{"pay":{{"to":"{to}","amount":1}}}}"#),
        format!(r#"{{"pay":{{"to":"{to}","amount":"1","mmeo":"x"}}}}"#),
        format!(r#"{{"pay":{{"to":"{to}"}}}}"#),
        r#"{"open_account":{"owner":"a","kind":"king"}}"#.to_owned(),
        r#"{"settle":{}}"#.to_owned(),
        r#"{}"#.to_owned(),
        r#"{"pay":{"to":"a","amount":"1"},"settle":{"accounts":[]}}"#.to_owned(),
    ] {
        assert!(from_json::<ExecuteMsg>(json.as_bytes()).is_err(), "{json}");
    }
}

#[test]
fn coins_sent_along_are_refused() {
    let mut world = town();
    let info = MessageInfo {
        sender: Addr::unchecked(world.address("ana")),
        funds: coins(1, "gas"),
    };
    let settle = ExecuteMsg::Settle { accounts: vec![] };
    assert_eq!(code(world.execute_with(info, settle)), 18);
}

#[test]
fn settle_is_anyones_and_bounded() {
    let mut world = town();
    world.now += 30 * DAY;
    let views = world.views();
    world.settle(&["ana", "ben", "ana"]);
    assert_eq!(world.views(), views, "settling moves no view");
    assert_eq!(world.last.events.len(), 2);
    assert_eq!(world.stored("ana").position, views[0]);
    let many = vec![world.address("ana"); 65];
    let ana = world.address("ana");
    assert_eq!(
        code(world.execute(
            &ana,
            ExecuteMsg::Settle {
                accounts: many.clone()
            }
        )),
        12
    );
    world
        .execute(
            &ana,
            ExecuteMsg::Settle {
                accounts: many[..64].to_vec(),
            },
        )
        .unwrap();
    let unknown = vec![ana.clone(), world.address("stranger")];
    assert_eq!(
        code(world.execute(&ana, ExecuteMsg::Settle { accounts: unknown })),
        5
    );
    world
        .execute(&ana, ExecuteMsg::Settle { accounts: vec![] })
        .unwrap();
    world.check();
}

#[test]
fn a_position_is_told_at_any_time_after_its_last_change() {
    let mut world = town();
    world.now += 10 * DAY;
    world.pay("ana", "ben", CREDIT).unwrap();
    let at = |world: &World, time: u64| {
        world.query::<PositionResponse>(QueryMsg::Position {
            member: world.address("ana"),
            at: Some(Seconds(time)),
        })
    };
    let next_year = at(&world, world.now + 365 * DAY).unwrap();
    world.now += 365 * DAY;
    let then = position(&world, "ana");
    assert_eq!(next_year, then);
    assert_eq!(
        then.position.i128() + then.pending_decay.u128().cast_signed(),
        world.stored("ana").position
    );
    assert_eq!(
        at(&world, START + DAY).err().map(|error| error.code()),
        Some(23)
    );
    assert_eq!(
        at(&world, START - 1).err().map(|error| error.code()),
        Some(22)
    );
    let nobody = QueryMsg::Position {
        member: "nobody".into(),
        at: None,
    };
    assert_eq!(
        world.query_bytes(nobody).err().map(|error| error.code()),
        Some(5)
    );
}

#[test]
fn a_stock_wallet_sees_a_cw20_without_credit_headroom() {
    let mut world = town();
    let ben = world.address("ben");
    world
        .say(
            "ana",
            &format!(r#"{{"transfer":{{"recipient":"{ben}","amount":"1500000000000000"}}}}"#),
        )
        .unwrap();
    assert_eq!(attribute(&world, "action"), Some("transfer"));
    let balance = |world: &World, address: String| {
        world
            .query::<BalanceResponse>(QueryMsg::Balance { address })
            .unwrap()
            .balance
            .u128()
    };
    assert_eq!(position(&world, "ana").position.i128(), -500 * CREDIT);
    assert_eq!(balance(&world, world.address("ana")), 0);
    assert_eq!(balance(&world, ben), 2_500 * CREDIT as u128);
    assert_eq!(balance(&world, "nobody".into()), 0);
    // the supply is what was last counted: here by the end of a block
    world.end_block();
    let info: TokenInfoResponse = world.query(QueryMsg::TokenInfo {}).unwrap();
    assert_eq!(
        (info.name.as_str(), info.symbol.as_str(), info.decimals),
        ("Mycel credit", "CREDIT", 12)
    );
    assert_eq!(info.total_supply.u128(), 3_500 * CREDIT as u128);
}

#[test]
fn the_contract_says_what_it_is_and_that_its_invariants_hold() {
    let mut world = town();
    world.now += 90 * DAY;
    world.settle(&["ana", "ben"]);
    world.pay("eva", "ana", 1_234 * CREDIT).unwrap();
    world.end_block();
    let about: About = world.query(QueryMsg::About {}).unwrap();
    assert_eq!(
        (about.standard.as_str(), about.authority),
        ("mycel-credit", world.authority.to_string())
    );
    let told: Invariants = world.query(QueryMsg::Invariants {}).unwrap();
    let ids: Vec<&str> = told.invariants.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(
        ids,
        ["CREDIT-1", "CREDIT-8", "CREDIT-9", "CREDIT-11", "CREDIT-12"]
    );
    assert!(told.invariants.iter().all(|invariant| invariant.holds));
    let number = |id: usize, name: &str| {
        let found = told.invariants[id]
            .numbers
            .iter()
            .find(|number| number.name == name);
        found.unwrap().value.parse::<i128>().unwrap()
    };
    assert_eq!(number(0, "sum"), 0);
    assert_eq!(number(0, "genesis"), -3_000 * CREDIT);
    assert_eq!(number(0, "volume"), 1_234 * CREDIT);
    assert_eq!(number(2, "commons"), world.commons());
    assert!(world.commons() > 0);
}

#[test]
fn a_member_can_export_what_is_theirs() {
    let mut world = town();
    world.now += DAY;
    let member = world.address("ana");
    let all: ExportResponse = world
        .query(QueryMsg::Export {
            member: member.clone(),
            after: None,
        })
        .unwrap();
    assert_eq!(all.next, None);
    assert!(matches!(&all.items[0], ExportItem::Account(view)
        if view.owner == member && view.person == Some(Id(0)) && view.number == 0));
    assert!(matches!(&all.items[1], ExportItem::Stored { position, .. }
        if position.i128() == 1_000 * CREDIT));
}

#[test]
fn the_interface_has_a_schema() {
    let schema = mycel_credit::schema::schema().unwrap();
    for name in ["open_accounts", "set_standing", "pending_decay", "\"ref\""] {
        assert!(schema.contains(name), "{name}");
    }
}
