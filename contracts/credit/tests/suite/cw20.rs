//! The cw20 facade: what stock wallets and contracts say and expect, in the
//! JSON of the cw20 1.x specification.

use crate::world::{CREDIT, World};
use cosmwasm_std::{from_json, to_json_string};
use mycel_credit::error::ContractError;
use mycel_credit::msg::{QueryMsg, TokenInfoResponse};

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["ana", "ben", "shop"].into_iter().enumerate() {
        world.enrol(name, person as u64);
    }
    world
}

fn code(result: Result<(), ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

/// A question as a wallet asks it, and the answer as it reads it.
fn ask(world: &World, json: &str) -> String {
    let msg: QueryMsg = from_json(json).unwrap_or_else(|error| panic!("{json}: {error}"));
    String::from_utf8(world.query_bytes(msg).unwrap().to_vec()).unwrap()
}

fn allow(world: &mut World, owner: &str, spender: &str, credits: u64, expires: &str) -> u32 {
    let spender = world.address(spender);
    let pico = credits * 1_000_000_000_000;
    let json =
        format!(r#"{{"increase_allowance":{{"spender":"{spender}","amount":"{pico}"{expires}}}}}"#);
    code(world.say(owner, &json))
}

fn draw(world: &mut World, spender: &str, owner: &str, to: &str, credits: u64) -> u32 {
    let (owner, to) = (world.address(owner), world.address(to));
    let pico = credits * 1_000_000_000_000;
    let json = format!(
        r#"{{"transfer_from":{{"owner":"{owner}","recipient":"{to}","amount":"{pico}"}}}}"#
    );
    code(world.say(spender, &json))
}

#[test]
fn the_queries_answer_in_the_shapes_of_cw20_base() {
    let mut world = town();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    allow(&mut world, "ana", "ben", 5, "");
    for (question, answer) in [
        (
            format!(r#"{{"balance":{{"address":"{ana}"}}}}"#),
            r#"{"balance":"1000000000000000"}"#.to_owned(),
        ),
        (
            r#"{"token_info":{}}"#.to_owned(),
            r#"{"name":"Mycel credit","symbol":"CREDIT","decimals":12,"total_supply":"3000000000000000"}"#.to_owned(),
        ),
        (
            format!(r#"{{"allowance":{{"owner":"{ana}","spender":"{ben}"}}}}"#),
            r#"{"allowance":"5000000000000","expires":{"never":{}}}"#.to_owned(),
        ),
        (
            format!(r#"{{"allowance":{{"owner":"{ben}","spender":"{ana}"}}}}"#),
            r#"{"allowance":"0","expires":{"never":{}}}"#.to_owned(),
        ),
        (
            format!(r#"{{"all_allowances":{{"owner":"{ana}"}}}}"#),
            format!(r#"{{"allowances":[{{"spender":"{ben}","allowance":"5000000000000","expires":{{"never":{{}}}}}}]}}"#),
        ),
        (
            format!(r#"{{"all_spender_allowances":{{"spender":"{ben}"}}}}"#),
            format!(r#"{{"allowances":[{{"owner":"{ana}","allowance":"5000000000000","expires":{{"never":{{}}}}}}]}}"#),
        ),
        (r#"{"minter":{}}"#.to_owned(), "null".to_owned()),
        (
            r#"{"marketing_info":{}}"#.to_owned(),
            r#"{"project":null,"description":null,"logo":null,"marketing":null}"#.to_owned(),
        ),
    ] {
        assert_eq!(ask(&world, &question), answer, "{question}");
    }
    // no logo, as cw20-base refuses it where none was uploaded
    let logo: QueryMsg = from_json(r#"{"download_logo":{}}"#).unwrap();
    assert_eq!(world.query_bytes(logo).unwrap_err().code(), 29);
}

#[test]
fn lists_come_in_pages_of_ten_and_at_most_thirty_in_order() {
    let mut world = World::new(|_| {});
    for n in 0..40 {
        world.enrol(&format!("member {n}"), n);
    }
    for n in 1..40 {
        allow(&mut world, "member 0", &format!("member {n}"), n, "");
        allow(&mut world, &format!("member {n}"), "member 0", n, "");
    }
    let zero = world.address("member 0");
    let count = |json: String, list: &str| {
        let answer: serde_json::Value = serde_json::from_str(&ask(&world, &json)).unwrap();
        let items = answer[list].as_array().unwrap().clone();
        (items.len(), items)
    };
    for (question, list) in [
        (r#""all_accounts":{"#.to_owned(), "accounts"),
        (
            format!(r#""all_allowances":{{"owner":"{zero}","#),
            "allowances",
        ),
        (
            format!(r#""all_spender_allowances":{{"spender":"{zero}","#),
            "allowances",
        ),
    ] {
        let ask = |rest: &str| {
            let json = format!("{{{question}{rest}}}}}").replace(",}", "}");
            count(json, list)
        };
        assert_eq!(ask("").0, 10);
        assert_eq!(ask(r#""limit":3"#).0, 3);
        let (most, first) = ask(r#""limit":100"#);
        assert_eq!(most, 30);
        let name = |item: &serde_json::Value| {
            let named = ["spender", "owner"]
                .iter()
                .find_map(|key| item[*key].as_str());
            named.or(item.as_str()).unwrap().to_owned()
        };
        let last = name(first.last().unwrap());
        let (rest, second) = ask(&format!(r#""start_after":"{last}","limit":30"#));
        assert_eq!(most + rest, if list == "accounts" { 40 } else { 39 });
        let mut all: Vec<String> = first.iter().chain(&second).map(name).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), most + rest, "nobody twice");
    }
}

#[test]
fn transfer_pays_as_pay_does_down_to_the_limit() {
    let mut world = town();
    let ben = world.address("ben");
    let transfer =
        |pico: &str| format!(r#"{{"transfer":{{"recipient":"{ben}","amount":"{pico}"}}}}"#);
    world.say("ana", &transfer("7000000000000")).unwrap();
    assert_eq!(world.told("action"), Some("transfer"));
    assert_eq!(world.view("ben"), 1_007 * CREDIT);
    assert_eq!(code(world.say("ana", &transfer("0"))), 8);
    assert_eq!(code(world.say("ana", &transfer("1993000000000001"))), 9);
    assert_eq!(code(world.say("stranger", &transfer("1"))), 3);
    world.say("ana", &transfer("1993000000000000")).unwrap();
    world.check();
}

#[test]
fn an_allowance_lets_a_spender_pay_and_no_more() {
    let mut world = town();
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 1), 37);
    assert_eq!(allow(&mut world, "ana", "shop", 30, ""), 0);
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 31), 37);
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 20), 0);
    assert_eq!(world.view("ben"), 1_020 * CREDIT);
    assert_eq!(world.told("by"), Some(world.address("shop").as_str()));
    assert_eq!(
        draw(&mut world, "ben", "ana", "ben", 1),
        37,
        "another spender"
    );
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 11), 37);
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 10), 0);
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 1), 37, "used up");
    assert!(
        !world
            .storage
            .map
            .keys()
            .any(|key| matches!(key[0], b'E' | b'F'))
    );
    world.check();
}

#[test]
fn a_payment_refused_by_the_owners_limit_leaves_the_allowance_whole() {
    let mut world = town();
    allow(&mut world, "ana", "shop", 3_000, "");
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 2_001), 9);
    assert_eq!(draw(&mut world, "shop", "ana", "ben", 2_000), 0);
    world.check();
}

#[test]
fn allowances_grow_shrink_and_end() {
    let mut world = town();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let less = |credits: u64| {
        let pico = credits * 1_000_000_000_000;
        format!(r#"{{"decrease_allowance":{{"spender":"{ben}","amount":"{pico}"}}}}"#)
    };
    assert_eq!(code(world.say("ana", &less(1))), 37, "there is none");
    allow(&mut world, "ana", "ben", 5, "");
    allow(&mut world, "ana", "ben", 5, "");
    assert_eq!(code(world.say("ana", &less(3))), 0);
    let question = format!(r#"{{"allowance":{{"owner":"{ana}","spender":"{ben}"}}}}"#);
    assert!(ask(&world, &question).contains("7000000000000"));
    assert_eq!(code(world.say("ana", &less(100))), 0, "nothing is left");
    assert!(ask(&world, &question).contains(r#""0""#));
    assert_eq!(allow(&mut world, "ana", "ana", 1, ""), 7);
    assert_eq!(allow(&mut world, "stranger", "ana", 1, ""), 5);
    let bad = r#"{"increase_allowance":{"spender":"nobody","amount":"1"}}"#;
    assert_eq!(code(world.say("ana", bad)), 21);
    let most =
        format!(r#"{{"increase_allowance":{{"spender":"{ben}","amount":"9223372036854775807"}}}}"#);
    assert_eq!(code(world.say("ana", &most)), 0);
    assert_eq!(allow(&mut world, "ana", "ben", 1, ""), 10);
}

#[test]
fn an_allowance_expires_by_height_or_time() {
    let mut world = town();
    let (height, later) = (world.env().block.height, (world.now + 100) * 1_000_000_000);
    let past = format!(r#","expires":{{"at_height":{height}}}"#);
    assert_eq!(allow(&mut world, "ana", "ben", 5, &past), 31);
    let next = format!(r#","expires":{{"at_height":{}}}"#, height + 1);
    assert_eq!(allow(&mut world, "ana", "ben", 5, &next), 0);
    let soon = format!(r#","expires":{{"at_time":"{later}"}}"#);
    assert_eq!(allow(&mut world, "ana", "ben", 5, &soon), 0);
    assert_eq!(draw(&mut world, "ben", "ana", "shop", 1), 0);
    world.now += 100;
    assert_eq!(draw(&mut world, "ben", "ana", "shop", 1), 37);
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let question = format!(r#"{{"all_allowances":{{"owner":"{ana}"}}}}"#);
    assert_eq!(ask(&world, &question), r#"{"allowances":[]}"#);
    // what expired does not come back with a new one
    allow(&mut world, "ana", "ben", 1, "");
    let question = format!(r#"{{"allowance":{{"owner":"{ana}","spender":"{ben}"}}}}"#);
    assert_eq!(
        ask(&world, &question),
        r#"{"allowance":"1000000000000","expires":{"never":{}}}"#
    );
}

#[test]
fn send_pays_a_contract_and_tells_it_in_one_message() {
    let mut world = town();
    let (ana, shop) = (world.address("ana"), world.address("shop"));
    let send =
        format!(r#"{{"send":{{"contract":"{shop}","amount":"7000000000000","msg":"e30="}}}}"#);
    world.say("ana", &send).unwrap();
    let told = |who: &str| {
        format!(r#"{{"receive":{{"sender":"{who}","amount":"7000000000000","msg":"e30="}}}}"#)
    };
    assert_eq!(world.sent(), Some((shop.clone(), told(&ana))));
    assert_eq!(world.view("shop"), 1_007 * CREDIT);
    let nobody = r#"{"send":{"contract":"nobody","amount":"1","msg":""}}"#;
    assert_eq!(code(world.say("ana", nobody)), 4);
    allow(&mut world, "ana", "ben", 7, "");
    let send_from = format!(
        r#"{{"send_from":{{"owner":"{ana}","contract":"{shop}","amount":"7000000000000","msg":"e30="}}}}"#
    );
    world.say("ben", &send_from).unwrap();
    assert_eq!(world.sent(), Some((shop, told(&world.address("ben")))));
    assert_eq!(world.view("ana"), 986 * CREDIT);
    assert_eq!(code(world.say("ben", &send_from)), 37);
    world.check();
}

fn supply(world: &World) -> i128 {
    let info: TokenInfoResponse = world.query(QueryMsg::TokenInfo {}).unwrap();
    i128::try_from(info.total_supply.u128()).unwrap()
}

#[test]
fn what_is_burned_leaves_balance_and_supply_and_is_the_commons() {
    let mut world = town();
    world.settle(&["ana", "ben", "shop"]);
    let (before, commons) = (supply(&world), world.commons());
    world
        .say("ana", r#"{"burn":{"amount":"400000000000000"}}"#)
        .unwrap();
    assert_eq!(world.told("action"), Some("burn"));
    assert_eq!(world.view("ana"), 600 * CREDIT);
    assert_eq!(supply(&world), before - 400 * CREDIT);
    assert_eq!(world.commons(), commons + 400 * CREDIT);
    world.check();

    allow(&mut world, "ana", "ben", 100, "");
    let ana = world.address("ana");
    let burn_from =
        |pico: &str| format!(r#"{{"burn_from":{{"owner":"{ana}","amount":"{pico}"}}}}"#);
    world.say("ben", &burn_from("60000000000000")).unwrap();
    assert_eq!(world.told("action"), Some("burn_from"));
    assert_eq!(world.told("by"), Some(world.address("ben").as_str()));
    assert_eq!(world.view("ana"), 540 * CREDIT);
    assert_eq!(
        world.view("ben"),
        1_000 * CREDIT,
        "the spender gains nothing"
    );
    assert_eq!(world.commons(), commons + 460 * CREDIT);
    let refused = code(world.say("ben", &burn_from("41000000000000")));
    assert_eq!(refused, 37, "40 are left of the allowance");
    assert_eq!(code(world.say("shop", &burn_from("1"))), 37);
    world.check();
}

#[test]
fn headroom_and_debt_cannot_be_burned_and_the_refusal_says_what_to_do() {
    let mut world = town();
    let burn = |pico: &str| format!(r#"{{"burn":{{"amount":"{pico}"}}}}"#);
    let refused = world.say("ana", &burn("1000000000000001")).unwrap_err();
    assert_eq!(refused.code(), 51);
    assert!(refused.to_string().contains("repaying"), "{refused}");
    assert_eq!(code(world.say("ana", &burn("0"))), 8);
    assert_eq!(code(world.say("stranger", &burn("1"))), 5);
    world.pay("ana", "ben", 1_500 * CREDIT).unwrap();
    assert_eq!(code(world.say("ana", &burn("1"))), 51, "a debt");
    let freeze = format!(
        r#"{{"set_standing":{{"owner":"{}","scale_bps":10000,"frozen":true}}}}"#,
        world.address("ben")
    );
    world.say("authority", &freeze).unwrap();
    assert_eq!(code(world.say("ben", &burn("1"))), 6, "a frozen account");
    world.check();
}

#[test]
fn headroom_never_appears_as_money() {
    let mut world = town();
    world.pay("ana", "ben", 1_500 * CREDIT).unwrap();
    let ana = world.address("ana");
    let balance = format!(r#"{{"balance":{{"address":"{ana}"}}}}"#);
    assert_eq!(ask(&world, &balance), r#"{"balance":"0"}"#);
    world.settle(&["ana", "ben", "shop"]);
    assert!(ask(&world, r#"{"token_info":{}}"#).contains(r#""total_supply":"3500000000000000""#));
    let never = mycel_credit::msg::Expiration::default();
    assert_eq!(to_json_string(&never).unwrap(), r#"{"never":{}}"#);
}

/// What cw20-base answers for a token without minter and marketing account.
#[test]
fn without_minter_and_marketing_account_nobody_is_authorised_to_act_as_one() {
    let mut world = town();
    let ana = world.address("ana");
    let before = world.storage.map.clone();
    for json in [
        format!(r#"{{"mint":{{"recipient":"{ana}","amount":"1"}}}}"#),
        r#"{"update_minter":{"new_minter":null}}"#.to_owned(),
        format!(r#"{{"update_minter":{{"new_minter":"{ana}"}}}}"#),
        r#"{"update_marketing":{"project":"p","description":null,"marketing":null}}"#.to_owned(),
        format!(r#"{{"update_marketing":{{"marketing":"{ana}"}}}}"#),
        r#"{"upload_logo":{"url":"https://example.org/logo.png"}}"#.to_owned(),
        r#"{"upload_logo":{"embedded":{"svg":"PHN2Zy8+"}}}"#.to_owned(),
        r#"{"upload_logo":{"embedded":{"png":"iVBORw0KGgo="}}}"#.to_owned(),
    ] {
        for sender in ["ana", "authority", "stranger"] {
            let refused = world.say(sender, &json).unwrap_err();
            assert_eq!(refused.code(), 1, "{json}");
            assert!(refused.to_string().contains("there is none"), "{refused}");
        }
    }
    assert_eq!(world.storage.map, before);
    assert_eq!(ask(&world, r#"{"minter":{}}"#), "null");
}
