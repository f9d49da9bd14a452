//! Asking for payments and for payments back.

use crate::world::{CREDIT, DAY, World};
use mycel_credit::error::ContractError;
use mycel_credit::msg::{OpenItems, QueryMsg, RequestsResponse, SettledResponse};

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

fn request(world: &mut World, payee: &str, payer: &str, credits: u64) -> u32 {
    let from = world.address(payer);
    let pico = credits * 1_000_000_000_000;
    let json = format!(r#"{{"request":{{"from":"{from}","amount":"{pico}","ref":"deal/7"}}}}"#);
    code(world.say(payee, &json))
}

fn settled(world: &World, a: &str, b: &str) -> (u128, u128) {
    let settled: SettledResponse = world
        .query(QueryMsg::Settled {
            r#ref: "deal/7".into(),
            a: world.address(a),
            b: world.address(b),
        })
        .unwrap();
    (settled.a_to_b.u128(), settled.b_to_a.u128())
}

#[test]
fn a_request_moves_nothing_until_its_payer_pays_it() {
    let mut world = town();
    assert_eq!(request(&mut world, "ben", "ana", 40), 0);
    assert_eq!(world.view("ana"), 1_000 * CREDIT);
    let accept = r#"{"accept_request":{"request":"1"}}"#;
    assert_eq!(code(world.say("ben", accept)), 30);
    assert_eq!(code(world.say("eva", accept)), 30);
    world.say("ana", accept).unwrap();
    assert_eq!(world.view("ben"), 1_040 * CREDIT);
    assert_eq!(settled(&world, "ana", "ben"), (40 * CREDIT as u128, 0));
    assert_eq!(code(world.say("ana", accept)), 29, "once");
    world.check();
}

#[test]
fn a_request_is_open_for_thirty_days() {
    let mut world = town();
    request(&mut world, "ben", "ana", 40);
    world.now += 30 * DAY;
    assert_eq!(
        code(world.say("ana", r#"{"accept_request":{"request":"1"}}"#)),
        31
    );
    // nobody must wait for the payee to clear it away
    world
        .say("passer-by", r#"{"cancel":{"request":"1"}}"#)
        .unwrap();
}

#[test]
fn a_request_can_be_paid_until_the_last_second_of_its_thirty_days() {
    let mut world = town();
    request(&mut world, "ben", "ana", 40);
    world.now += 30 * DAY - 1;
    let cleared = world.say("passer-by", r#"{"cancel":{"request":"1"}}"#);
    assert_eq!(code(cleared), 30, "nobody else's while it is open");
    world
        .say("ana", r#"{"accept_request":{"request":"1"}}"#)
        .unwrap();
    world.check();
}

#[test]
fn the_payer_declines_and_the_payee_takes_back() {
    let mut world = town();
    request(&mut world, "ben", "ana", 40);
    request(&mut world, "ben", "ana", 50);
    for (who, message, code_expected) in [
        ("ben", r#"{"decline":{"request":"1"}}"#, 30),
        ("ana", r#"{"cancel":{"request":"1"}}"#, 30),
        ("eva", r#"{"decline":{"request":"1"}}"#, 30),
        ("ana", r#"{"decline":{"request":"1"}}"#, 0),
        ("ben", r#"{"cancel":{"request":"2"}}"#, 0),
        ("ben", r#"{"cancel":{"request":"2"}}"#, 29),
    ] {
        assert_eq!(
            code(world.say(who, message)),
            code_expected,
            "{who} {message}"
        );
    }
    assert!(
        !world
            .storage
            .map
            .keys()
            .any(|key| matches!(key[0], b'R' | b'Y' | b'J'))
    );
}

#[test]
fn two_members_have_at_most_twenty_requests_open_in_both_directions_together() {
    let mut world = town();
    for n in 0..20 {
        let (payee, payer) = if n % 2 == 0 {
            ("ana", "ben")
        } else {
            ("ben", "ana")
        };
        assert_eq!(request(&mut world, payee, payer, 1), 0);
    }
    assert_eq!(request(&mut world, "ana", "ben", 1), 12);
    assert_eq!(request(&mut world, "ana", "eva", 1), 0);
    world.say("ben", r#"{"decline":{"request":"1"}}"#).unwrap();
    assert_eq!(request(&mut world, "ana", "ben", 1), 0);
    let member = world.address("ana");
    let all: RequestsResponse = world
        .query(QueryMsg::Requests {
            member,
            after: None,
        })
        .unwrap();
    assert_eq!((all.requests.len(), all.next), (21, None));
}

#[test]
fn an_expired_request_no_longer_counts_towards_the_twenty() {
    let mut world = town();
    for _ in 0..10 {
        assert_eq!(request(&mut world, "ben", "ana", 1), 0);
    }
    world.now += 20 * DAY;
    for _ in 0..10 {
        assert_eq!(request(&mut world, "ana", "ben", 1), 0);
    }
    assert_eq!(request(&mut world, "ben", "ana", 1), 12);
    world.now += 10 * DAY;
    for _ in 0..10 {
        assert_eq!(request(&mut world, "ben", "ana", 1), 0);
    }
    assert_eq!(request(&mut world, "ben", "ana", 1), 12, "the rest is open");
    let requests = world.storage.map.keys().filter(|key| key[0] == b'R');
    assert_eq!(requests.count(), 20, "what had expired is cleared away");
}

#[test]
fn nobody_asks_who_may_not_pay_any_more() {
    let mut world = town();
    let ana = world.address("ana");
    let leaving = format!(r#"{{"set_leaving":{{"owner":"{ana}"}}}}"#);
    world.say("authority", &leaving).unwrap();
    assert_eq!(request(&mut world, "ben", "ana", 1), 28);
    assert_eq!(request(&mut world, "ana", "ben", 1), 0, "it still receives");
    let pay = format!(r#"{{"pay":{{"to":"{ana}","amount":"30000000000000","ref":"deal/7"}}}}"#);
    world.say("ben", &pay).unwrap();
    let refund = format!(r#"{{"ask_refund":{{"ref":"deal/7","from":"{ana}"}}}}"#);
    assert_eq!(code(world.say("ben", &refund)), 28);
}

#[test]
fn nobody_keeps_a_leaving_account_open_by_asking_it_for_money() {
    let mut world = town();
    let ana = world.address("ana");
    // asked before it leaves, when that was allowed
    for _ in 0..20 {
        assert_eq!(request(&mut world, "ben", "ana", 1), 0);
        assert_eq!(request(&mut world, "eva", "ana", 1), 0);
    }
    for message in [
        format!(r#"{{"set_leaving":{{"owner":"{ana}"}}}}"#),
        format!(r#"{{"close_account":{{"owner":"{ana}"}}}}"#),
    ] {
        world.say("ana", r#"{"close_to":{}}"#).ok();
        world.say("authority", &message).unwrap();
    }
    assert_eq!(world.told("declined"), Some("40"));
    let left = |key: &Vec<u8>| matches!(key[0], b'R' | b'Y' | b'J');
    assert!(!world.storage.map.keys().any(left));
    // what it asked itself it takes back first
    assert_eq!(request(&mut world, "ben", "eva", 1), 0);
    world.say("ben", r#"{"close_to":{}}"#).unwrap();
    let ben = world.address("ben");
    let close = format!(r#"{{"close_account":{{"owner":"{ben}"}}}}"#);
    assert_eq!(code(world.say("authority", &close)), 35);
    world.say("ben", r#"{"cancel":{"request":"41"}}"#).unwrap();
    world.say("authority", &close).unwrap();
    world.check();
}

/// However many ask: closing is bounded, and what is left holds nobody.
#[test]
fn the_closing_of_an_account_that_many_ask_is_bounded() {
    let mut world = town();
    for person in 10..14 {
        let name = format!("member {person}");
        world.enrol(&name, person);
        for _ in 0..20 {
            assert_eq!(request(&mut world, &name, "ana", 1), 0);
        }
    }
    world.say("ana", r#"{"close_to":{}}"#).unwrap();
    let ana = world.address("ana");
    let close = format!(r#"{{"close_account":{{"owner":"{ana}"}}}}"#);
    world.say("authority", &close).unwrap();
    assert_eq!(world.told("declined"), Some("50"));
    let accept = r#"{"accept_request":{"request":"80"}}"#;
    assert!(code(world.say("ana", accept)) > 0);
    let cancel = r#"{"cancel":{"request":"80"}}"#;
    world.say("member 13", cancel).unwrap();
    world.check();
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let mut world = town();
    assert_eq!(request(&mut world, "ana", "ana", 1), 7);
    assert_eq!(request(&mut world, "ana", "stranger", 1), 5);
    assert_eq!(request(&mut world, "stranger", "ana", 1), 5);
    assert_eq!(request(&mut world, "ana", "ben", 0), 8);
    let ben = world.address("ben");
    let long = "r".repeat(65);
    let json = format!(r#"{{"request":{{"from":"{ben}","amount":"1","ref":"{long}"}}}}"#);
    assert_eq!(code(world.say("ana", &json)), 11);
}

#[test]
fn only_what_was_paid_under_a_reference_can_be_asked_back() {
    let mut world = town();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let ask =
        |amount: &str| format!(r#"{{"ask_refund":{{"ref":"deal/7","from":"{ben}"{amount}}}}}"#);
    assert_eq!(code(world.say("ana", &ask(""))), 46, "nothing was paid");
    let pay = format!(r#"{{"pay":{{"to":"{ben}","amount":"30000000000000","ref":"deal/7"}}}}"#);
    world.say("ana", &pay).unwrap();
    assert_eq!(
        code(world.say("ana", &ask(r#","amount":"30000000000001""#))),
        10
    );
    world
        .say("ana", &ask(r#","amount":"10000000000000""#))
        .unwrap();
    // the payee sends back, or declines; nobody is forced
    assert_eq!(world.view("ana"), 970 * CREDIT);
    world
        .say("ben", r#"{"accept_request":{"request":"1"}}"#)
        .unwrap();
    assert_eq!(
        settled(&world, "ana", "ben"),
        (30 * CREDIT as u128, 10 * CREDIT as u128)
    );
    assert_eq!(
        settled(&world, "ben", "ana"),
        (10 * CREDIT as u128, 30 * CREDIT as u128)
    );
    world.say("ana", &ask("")).unwrap();
    assert_eq!(world.told("amount"), Some("20000000000000"));
    world
        .say("ben", r#"{"accept_request":{"request":"2"}}"#)
        .unwrap();
    assert_eq!(code(world.say("ana", &ask(""))), 46, "all is back");
    let other_way = format!(r#"{{"ask_refund":{{"ref":"deal/7","from":"{ana}"}}}}"#);
    assert_eq!(
        code(world.say("ben", &other_way)),
        46,
        "what went back is no payment"
    );
    world.check();
}

#[test]
fn only_payments_with_a_reference_are_remembered_by_it() {
    let mut world = town();
    world.pay("ana", "ben", CREDIT).unwrap();
    assert!(
        !world
            .storage
            .map
            .keys()
            .any(|key| matches!(key[0], b'D' | b'N'))
    );
    assert_eq!(settled(&world, "ana", "ben"), (0, 0));
}

#[test]
fn an_open_request_counts_for_who_made_it_until_it_expires() {
    let mut world = town();
    request(&mut world, "ben", "ana", 40);
    let member = world.address("ben");
    let items: OpenItems = world.query(QueryMsg::OpenItems { member }).unwrap();
    assert_eq!((items.open, items.items[0].as_str()), (1, "request 1"));
    let member = world.address("ana");
    let items: OpenItems = world.query(QueryMsg::OpenItems { member }).unwrap();
    assert_eq!(items.open, 0, "who was asked only declines it");
    world.now += 30 * DAY;
    let member = world.address("ben");
    let items: OpenItems = world.query(QueryMsg::OpenItems { member }).unwrap();
    assert_eq!(items.open, 0);
}
