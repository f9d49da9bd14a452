//! Pooled purchases: reached or returned.

use crate::world::{CREDIT, DAY, World};
use mycel_credit::error::ContractError;
use mycel_credit::msg::{PoolResponse, QueryMsg, SettledResponse};
use mycel_kit::Id;

fn town() -> World {
    let mut world = World::new(|_| {});
    for (person, name) in ["shop", "ana", "ben", "eva"].into_iter().enumerate() {
        world.enrol(name, person as u64);
    }
    world
}

fn code(result: Result<(), ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

fn open(world: &mut World, credits: u64, days: u64) -> u32 {
    let (to, deadline) = (world.address("shop"), world.now + days * DAY);
    let pico = credits * 1_000_000_000_000;
    let json = format!(
        r#"{{"open_pool":{{"to":"{to}","target":"{pico}","deadline":"{deadline}","ref":"mill"}}}}"#
    );
    code(world.say("ana", &json))
}

fn pledge(world: &mut World, who: &str, credits: u64) -> u32 {
    let pico = credits * 1_000_000_000_000;
    let json = format!(r#"{{"pledge":{{"pool":"1","amount":"{pico}"}}}}"#);
    code(world.say(who, &json))
}

fn advance(world: &mut World, limit: u32) -> u32 {
    let json = format!(r#"{{"advance_pool":{{"pool":"1","limit":{limit}}}}}"#);
    code(world.say("passer-by", &json))
}

fn pool(world: &World) -> PoolResponse {
    world.query(QueryMsg::Pool { id: Id(1) }).unwrap()
}

#[test]
fn a_reached_target_pays_the_payee_piece_by_piece() {
    let mut world = town();
    assert_eq!(open(&mut world, 300, 10), 0);
    assert_eq!(pledge(&mut world, "ana", 100), 0);
    assert_eq!(pledge(&mut world, "ben", 100), 0);
    assert_eq!(advance(&mut world, 50), 44, "not due");
    assert_eq!(pledge(&mut world, "eva", 100), 0);
    assert_eq!(world.told("reached"), Some("true"));
    assert_eq!(pledge(&mut world, "eva", 1), 43, "no more than needed");
    world.check();
    assert_eq!(advance(&mut world, 2), 0);
    assert_eq!(pool(&world).status, "reached");
    assert_eq!(world.view("shop"), 1_200 * CREDIT);
    assert_eq!(advance(&mut world, 2), 0);
    assert_eq!(world.view("shop"), 1_300 * CREDIT);
    assert_eq!(pool(&world).status, "done");
    assert_eq!(advance(&mut world, 2), 46);
    let settled: SettledResponse = world
        .query(QueryMsg::Settled {
            r#ref: "mill".into(),
            a: world.address("ben"),
            b: world.address("shop"),
        })
        .unwrap();
    assert_eq!(settled.a_to_b.u128(), 100 * CREDIT as u128);
    world.check();
}

#[test]
fn a_missed_target_gives_everyone_theirs_back_less_what_decayed() {
    let mut world = town();
    open(&mut world, 300, 10);
    pledge(&mut world, "ana", 100);
    pledge(&mut world, "ben", 199);
    world.now += 10 * DAY;
    assert_eq!(pledge(&mut world, "eva", 1), 43, "too late");
    let eva = world.view("eva");
    assert_eq!(advance(&mut world, 50), 0);
    assert_eq!(pool(&world).status, "done");
    assert!((eva - world.view("ana")).abs() <= 2, "as if never pledged");
    assert!((eva - world.view("ben")).abs() <= 2);
    assert!(
        (eva - world.view("shop")).abs() <= 2,
        "nothing for the payee"
    );
    world.check();
}

#[test]
fn the_payee_gets_what_decay_left_of_the_pledges() {
    let mut world = town();
    open(&mut world, 100, 30);
    pledge(&mut world, "ana", 60);
    world.now += 20 * DAY;
    pledge(&mut world, "ben", 40);
    let before = world.view("shop");
    assert_eq!(advance(&mut world, 50), 0);
    let got = world.view("shop") - before;
    assert!(got < 100 * CREDIT && got > 98 * CREDIT, "{got}");
    world.check();
}

#[test]
fn pools_need_a_payee_a_target_and_a_deadline_within_ninety_days() {
    let mut world = town();
    assert_eq!(open(&mut world, 0, 10), 8);
    assert_eq!(open(&mut world, 10, 0), 10);
    assert_eq!(open(&mut world, 10, 91), 10);
    assert_eq!(open(&mut world, 10, 90), 0);
    assert_eq!(pledge(&mut world, "shop", 1), 7, "a payee does not pledge");
    assert_eq!(pledge(&mut world, "ana", 0), 8);
    assert_eq!(pledge(&mut world, "ana", 2_001), 9);
    assert_eq!(pledge(&mut world, "stranger", 1), 5);
}

#[test]
fn a_pool_takes_at_most_five_hundred_pledges() {
    let mut world = town();
    open(&mut world, 1_000, 90);
    for _ in 0..500 {
        assert_eq!(pool(&world).status, "open");
        assert_eq!(pledge(&mut world, "ana", 2), 0);
    }
    assert_eq!(pool(&world).status, "reached");
    assert_eq!(pledge(&mut world, "ben", 2), 43);
    world.check();
}

#[test]
fn a_pledge_is_at_least_a_500th_of_the_target_unless_it_completes_it() {
    let mut world = town();
    open(&mut world, 1_000, 90);
    let short = world
        .say("ana", r#"{"pledge":{"pool":"1","amount":"1999999999999"}}"#)
        .unwrap_err();
    assert_eq!(
        short.to_string(),
        "out of bounds: pledge=1999999999999 least=2000000000000 most=9223372036854775807"
    );
    assert_eq!(pledge(&mut world, "ana", 999), 0);
    assert_eq!(pledge(&mut world, "ben", 1), 0, "the rest is less");
    assert_eq!(pool(&world).status, "reached");
    world.check();
    // rounded up: 500 parts reach a target of 501
    let (to, deadline) = (world.address("shop"), world.now + DAY);
    let tiny = format!(r#"{{"open_pool":{{"to":"{to}","target":"501","deadline":"{deadline}"}}}}"#);
    world.say("ana", &tiny).unwrap();
    let one = r#"{"pledge":{"pool":"2","amount":"1"}}"#;
    assert_eq!(code(world.say("ana", one)), 10);
}

#[test]
fn one_member_cannot_fill_a_pool_with_dust() {
    let mut world = town();
    open(&mut world, 100, 30);
    for _ in 0..500 {
        let dust = r#"{"pledge":{"pool":"1","amount":"1"}}"#;
        assert_eq!(code(world.say("eva", dust)), 10);
    }
    assert_eq!(pledge(&mut world, "ana", 100), 0);
    assert_eq!(world.told("reached"), Some("true"));
    world.check();
}

#[test]
fn when_the_payee_has_left_pledges_go_back() {
    let mut world = town();
    open(&mut world, 100, 10);
    pledge(&mut world, "ana", 100);
    world.say("shop", r#"{"close_to":{}}"#).unwrap();
    let shop = world.address("shop");
    world
        .say(
            "authority",
            &format!(r#"{{"close_account":{{"owner":"{shop}"}}}}"#),
        )
        .unwrap();
    assert_eq!(advance(&mut world, 50), 0);
    assert_eq!(world.view("ana"), 1_000 * CREDIT);
    world.check();
}

#[test]
fn a_forgotten_pledge_can_be_released_alone() {
    let mut world = town();
    open(&mut world, 300, 10);
    pledge(&mut world, "ana", 100);
    world.now += 40 * DAY - 1;
    let expire = r#"{"expire_hold":{"hold":"1"}}"#;
    assert_eq!(code(world.say("ana", expire)), 32);
    world.now += 1;
    world.say("ana", expire).unwrap();
    assert_eq!(pool(&world).pledges, 0);
    world.check();
}
