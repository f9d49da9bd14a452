//! Money held for contracts: who may, what time does to it, and who gets it.

use crate::world::{CREDIT, DAY, World};
use mycel_credit::error::ContractError;
use mycel_credit::msg::{HoldResponse, OpenItems, PositionResponse, QueryMsg};
use mycel_kit::Id;

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["ana", "ben", "eva"].into_iter().enumerate() {
        world.enrol(name, person as u64);
    }
    world.name_holders(&["funding", "commons"]);
    world
}

fn code(result: Result<(), ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

fn place(world: &mut World, owner: &str, holder: &str, pico: i128) -> Result<(), ContractError> {
    let holder = world.address(holder);
    let json = format!(r#"{{"hold":{{"for":"{holder}","amount":"{pico}","msg":"e30="}}}}"#);
    world.say(owner, &json)
}

fn capture(world: &mut World, holder: &str, hold: u64, pico: i128, to: &str) -> u32 {
    let to = world.address(to);
    let json = format!(
        r#"{{"resolve":{{"items":[{{"capture":{{"hold":"{hold}","amount":"{pico}","to":"{to}"}}}}]}}}}"#
    );
    code(world.say(holder, &json))
}

fn release(world: &mut World, holder: &str, hold: u64) -> u32 {
    let json = format!(r#"{{"resolve":{{"items":[{{"release":{{"hold":"{hold}"}}}}]}}}}"#);
    code(world.say(holder, &json))
}

fn position(world: &World, name: &str) -> PositionResponse {
    let member = world.address(name);
    world
        .query(QueryMsg::Position { member, at: None })
        .unwrap()
}

fn hold(world: &World, id: u64) -> Result<HoldResponse, ContractError> {
    world.query(QueryMsg::Hold { id: Id(id) })
}

#[test]
fn a_hold_leaves_the_position_and_the_holder_is_told_after_everything_is_written() {
    let mut world = town();
    place(&mut world, "ana", "funding", 300 * CREDIT).unwrap();
    assert_eq!(position(&world, "ana").position.i128(), 700 * CREDIT);
    assert_eq!(position(&world, "ana").held.u128(), 300 * CREDIT as u128);
    let (to, told) = world.sent().expect("one message");
    assert_eq!(to, world.address("funding"));
    let (ana, amount) = (world.address("ana"), 300 * CREDIT);
    assert_eq!(
        told,
        format!(
            r#"{{"receive_hold":{{"hold":"1","owner":"{ana}","amount":"{amount}","msg":"e30="}}}}"#
        )
    );
    // the hold is there before the holder hears of it: it may resolve at once
    assert_eq!(hold(&world, 1).unwrap().amount.signed(), amount);
    world.check();
    assert_eq!(capture(&mut world, "funding", 1, 300 * CREDIT, "ben"), 0);
    assert_eq!(position(&world, "ben").position.i128(), 1_300 * CREDIT);
    world.check();
}

#[test]
fn only_named_holders_hold() {
    let mut world = town();
    assert_eq!(code(place(&mut world, "ana", "stranger", CREDIT)), 33);
    let contract = world.env().contract.address;
    let json = format!(r#"{{"hold":{{"for":"{contract}","amount":"1","msg":"e30="}}}}"#);
    assert_eq!(
        code(world.say("ana", &json)),
        33,
        "pledges go through pools"
    );
    world.name_holders(&["funding"]);
    assert_eq!(code(place(&mut world, "ana", "commons", CREDIT)), 33);
    let twice = format!(
        r#"{{"set_parameters":{{"holders":[{{"address":"{0}","max_age":"5"}},{{"address":"{0}","max_age":"6"}}]}}}}"#,
        world.address("funding")
    );
    assert_eq!(code(world.say("authority", &twice)), 13);
    let old = format!(
        r#"{{"set_parameters":{{"holders":[{{"address":"{}","max_age":"63072001"}}]}}}}"#,
        world.address("funding")
    );
    assert_eq!(code(world.say("authority", &old)), 10, "two years at most");
}

#[test]
fn a_hold_needs_headroom_an_amount_and_a_short_message() {
    let mut world = town();
    assert_eq!(
        code(place(&mut world, "ana", "funding", 2_000 * CREDIT + 1)),
        9
    );
    assert_eq!(code(place(&mut world, "ana", "funding", 0)), 8);
    place(&mut world, "ana", "funding", 2_000 * CREDIT).unwrap();
    assert_eq!(code(world.pay("ana", "ben", 1)), 9);
    let funding = world.address("funding");
    let msg = "AAAA".repeat(1_366);
    let json = format!(r#"{{"hold":{{"for":"{funding}","amount":"1","msg":"{msg}"}}}}"#);
    assert_eq!(code(world.say("ben", &json)), 11);
    world.check();
}

#[test]
fn a_frozen_or_leaving_member_places_no_hold() {
    let mut world = town();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let freeze =
        format!(r#"{{"set_standing":{{"owner":"{ana}","scale_bps":10000,"frozen":true}}}}"#);
    world.say("authority", &freeze).unwrap();
    assert_eq!(code(place(&mut world, "ana", "funding", 1)), 6);
    let leave = format!(r#"{{"set_leaving":{{"owner":"{ben}"}}}}"#);
    world.say("authority", &leave).unwrap();
    assert_eq!(code(place(&mut world, "ben", "funding", 1)), 28);
}

#[test]
fn nothing_can_be_parked_in_holds() {
    let mut world = town();
    place(&mut world, "ana", "funding", 1_000 * CREDIT).unwrap();
    world.now += 9 * DAY;
    let (parked, kept) = (hold(&world, 1).unwrap().amount.signed(), world.view("ben"));
    assert_eq!(parked, kept, "a hold decays as a position does");
    assert_eq!(release(&mut world, "funding", 1), 0);
    assert_eq!(world.view("ana"), kept);
    world.check();
    // over and over: not a unit more is left than to who did nothing
    for _ in 0..50 {
        let amount = world.view("ana");
        place(&mut world, "ana", "funding", amount).unwrap();
        world.now += 5 * DAY;
        let id = world.told("hold").unwrap().parse().unwrap();
        assert_eq!(release(&mut world, "funding", id), 0);
        world.check();
    }
    let gained = world.view("ana") - world.view("ben");
    assert!((-110..=0).contains(&gained), "{gained}");
}

#[test]
fn a_capture_takes_at_most_what_decay_has_left() {
    let mut world = town();
    place(&mut world, "ana", "funding", 100 * CREDIT).unwrap();
    world.now += 9 * DAY;
    let left = hold(&world, 1).unwrap().amount.signed();
    let before = world.view("ben");
    assert_eq!(capture(&mut world, "funding", 1, 100 * CREDIT, "ben"), 0);
    assert_eq!(world.view("ben"), before + left);
    assert_eq!(world.told("amount"), Some(left.to_string().as_str()));
    assert_eq!(
        hold(&world, 1).unwrap_err().code(),
        29,
        "an empty hold is gone"
    );
    world.check();
}

#[test]
fn what_a_capture_leaves_stays_and_can_go_back_to_its_owner() {
    let mut world = town();
    place(&mut world, "ana", "funding", 100 * CREDIT).unwrap();
    assert_eq!(capture(&mut world, "funding", 1, 30 * CREDIT, "ben"), 0);
    assert_eq!(hold(&world, 1).unwrap().amount.signed(), 70 * CREDIT);
    assert_eq!(capture(&mut world, "funding", 1, 20 * CREDIT, "ana"), 0);
    assert_eq!(release(&mut world, "funding", 1), 0);
    assert_eq!(world.view("ana"), 970 * CREDIT);
    assert_eq!(position(&world, "ana").held.u128(), 0);
    world.check();
}

#[test]
fn only_the_holder_resolves_and_at_most_fifty() {
    let mut world = town();
    place(&mut world, "ana", "funding", 100 * CREDIT).unwrap();
    assert_eq!(release(&mut world, "commons", 1), 30);
    assert_eq!(release(&mut world, "ana", 1), 30);
    assert_eq!(capture(&mut world, "funding", 1, CREDIT, "stranger"), 5);
    assert_eq!(release(&mut world, "funding", 2), 29);
    let item = r#"{"release":{"hold":"1"}}"#;
    let many = vec![item; 51].join(",");
    let json = format!(r#"{{"resolve":{{"items":[{many}]}}}}"#);
    assert_eq!(code(world.say("funding", &json)), 12);
    // all or none: the second release of the same hold undoes the first
    let json = format!(r#"{{"resolve":{{"items":[{item},{item}]}}}}"#);
    assert_eq!(code(world.say("funding", &json)), 29);
    assert_eq!(hold(&world, 1).unwrap().amount.signed(), 100 * CREDIT);
    assert_eq!(release(&mut world, "funding", 1), 0);
    assert_eq!(release(&mut world, "funding", 1), 29);
    world.check();
}

#[test]
fn anyone_releases_a_hold_past_its_longest_age_and_not_before() {
    let mut world = town();
    place(&mut world, "ana", "funding", 100 * CREDIT).unwrap();
    world.now += 10 * DAY - 1;
    assert_eq!(
        code(world.say("passer-by", r#"{"expire_hold":{"hold":"1"}}"#)),
        32
    );
    world.now += 1;
    let kept = world.view("ben");
    world
        .say("passer-by", r#"{"expire_hold":{"hold":"1"}}"#)
        .unwrap();
    assert_eq!(release(&mut world, "funding", 1), 29, "the holder copes");
    assert!(
        (kept - world.view("ana")).abs() <= 2,
        "decayed as if never held"
    );
    assert_eq!(
        code(world.say("ana", r#"{"expire_hold":{"hold":"1"}}"#)),
        29
    );
    world.check();
}

#[test]
fn what_is_captured_for_a_closed_account_or_for_this_contract_is_the_commons() {
    let mut world = town();
    place(&mut world, "ana", "funding", 100 * CREDIT).unwrap();
    world.say("ben", r#"{"close_to":{}}"#).unwrap();
    let ben = world.address("ben");
    world
        .say(
            "authority",
            &format!(r#"{{"close_account":{{"owner":"{ben}"}}}}"#),
        )
        .unwrap();
    assert_eq!(world.commons(), 1_000 * CREDIT);
    assert_eq!(capture(&mut world, "funding", 1, 40 * CREDIT, "ben"), 0);
    assert_eq!(world.commons(), 1_040 * CREDIT);
    let contract = world.env().contract.address;
    let json = format!(
        r#"{{"resolve":{{"items":[{{"capture":{{"hold":"1","amount":"60000000000000","to":"{contract}"}}}}]}}}}"#
    );
    world.say("funding", &json).unwrap();
    assert_eq!(world.commons(), 1_100 * CREDIT);
    world.check();
}

#[test]
fn only_the_commons_own_holds_do_not_decay() {
    let mut world = town();
    world.say("ben", r#"{"close_to":{}}"#).unwrap();
    let funding = world.address("funding");
    let spend = format!(
        r#"{{"decided":{{"proposal":"1","electorate":"all","class":"spending","action":{{"spend_commons":{{"amount":"500000000000000","hold_for":"{funding}","msg":"e30="}}}}}}}}"#
    );
    world.say("authority", &spend).unwrap();
    assert!(world.sent().unwrap().1.contains(r#""owner":"commons""#));
    place(&mut world, "ana", "funding", 500 * CREDIT).unwrap();
    world.now += 9 * DAY;
    assert_eq!(hold(&world, 1).unwrap().amount.signed(), 500 * CREDIT);
    assert!(hold(&world, 2).unwrap().amount.signed() < 500 * CREDIT);
    assert_eq!(capture(&mut world, "funding", 1, 200 * CREDIT, "eva"), 0);
    let before = world.commons();
    assert_eq!(release(&mut world, "funding", 1), 0);
    assert_eq!(world.commons(), before + 300 * CREDIT);
    world.check();
}

#[test]
fn an_open_hold_keeps_an_account_from_closing() {
    let mut world = town();
    place(&mut world, "ana", "funding", 100 * CREDIT).unwrap();
    world.say("ana", r#"{"close_to":{}}"#).unwrap();
    let member = world.address("ana");
    let close = format!(r#"{{"close_account":{{"owner":"{member}"}}}}"#);
    assert_eq!(code(world.say("authority", &close)), 35);
    let items: OpenItems = world.query(QueryMsg::OpenItems { member }).unwrap();
    assert_eq!(items.open, 1);
    assert!(items.items[0].starts_with("hold 1 at "), "{items:?}");
    assert_eq!(capture(&mut world, "funding", 1, 100 * CREDIT, "ben"), 0);
    world.say("authority", &close).unwrap();
    world.check();
}
