//! Promises of delivery: accepted or returned, reported, remembered.

use crate::world::market::terms;
use crate::world::{DAY, World};
use mycel_clearing::allocation::trades::resistance;
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{ExecuteMsg, MarketMsg, QueryMsg};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::{Amount, Id};

fn world(persons: u64) -> World {
    let mut world = World::new();
    world.enrol(1..=persons);
    world
}

#[test]
fn a_promise_binds_after_acceptance_within_its_time_or_returns() {
    let mut world = world(4);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 1);
    world.need(market, 2, 10, 5);
    world.link(market, 1, 2, 1, 10);
    world.allocate(market);
    let promise = world.promises(1).pop().unwrap();
    let id = promise.promise;
    assert!(
        world.say(3, ExecuteMsg::Accept { promise: id }).is_err(),
        "not a side"
    );
    world.say(1, ExecuteMsg::Accept { promise: id }).unwrap();
    assert!(
        world.say(3, ExecuteMsg::Return { promise: id }).is_err(),
        "there is time left"
    );
    let early = ExecuteMsg::Report {
        promise: id,
        quantity: Id(10),
    };
    assert!(
        matches!(world.say(1, early), Err(ContractError::Promise { .. })),
        "does not bind yet"
    );
    world.now = promise.accept_by.0;
    let late = world
        .say(2, ExecuteMsg::Accept { promise: id })
        .unwrap_err();
    assert!(matches!(late, ContractError::TooLate { .. }), "{late}");
    world.say(3, ExecuteMsg::Return { promise: id }).unwrap();
    assert_eq!((world.lacks(market, 2), world.spares(market, 1)), (10, 10));

    world.allocate(market);
    let promise = world.promises(1).pop().unwrap();
    world.accept(&promise);
    let back = ExecuteMsg::Return {
        promise: promise.promise,
    };
    assert!(
        matches!(world.say(1, back), Err(ContractError::Promise { .. })),
        "it binds"
    );
}

#[test]
fn what_was_delivered_becomes_an_obligation_of_price_times_quantity() {
    let mut world = world(2);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 7);
    world.need(market, 2, 10, 7);
    world.link(market, 1, 2, 1, 10);
    world.allocate(market);
    let promise = world.promises(1).pop().unwrap();
    world.accept(&promise);
    let report = |quantity| ExecuteMsg::Report {
        promise: promise.promise,
        quantity: Id(quantity),
    };
    assert!(world.say(1, report(11)).is_err(), "more than promised");
    world.say(1, report(10)).unwrap();
    assert!(world.say(1, report(9)).is_err(), "once");
    assert_eq!(world.totals().obligations, 0);
    world.say(2, report(8)).unwrap();
    let owed = world.obligation(Id(0));
    assert_eq!((owed.debtor, owed.creditor), (Id(2), Id(1)));
    assert_eq!(
        owed.amount,
        Amount::credits(7 * 8).unwrap(),
        "the lesser report counts"
    );
    assert_eq!(
        world.lacks(market, 2),
        2,
        "what is missing is lacking again"
    );
    world.check();
}

#[test]
fn a_promise_that_nobody_reports_is_judged_when_its_time_is_over() {
    let mut world = world(2);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 7);
    world.need(market, 2, 10, 7);
    world.link(market, 1, 2, 1, 10);
    world.allocate(market);
    let promise = world.promises(1).pop().unwrap();
    world.accept(&promise);
    let member = world.person(2);
    let items: OpenItems = world.ask(QueryMsg::OpenItems { member }).unwrap();
    assert_eq!(items.items, ["promise 0: 1 delivers 10 to 2"]);
    let close = || ExecuteMsg::ClosePromise {
        promise: promise.promise,
    };
    assert!(matches!(
        world.say(9, close()),
        Err(ContractError::TooEarly { .. })
    ));
    world.now += 7 * DAY;
    world.say(9, close()).unwrap();
    assert_eq!(
        (world.totals().obligations, world.lacks(market, 2)),
        (0, 10)
    );
    assert_eq!(
        world.posted(market, 1).links[0].resistance,
        100,
        "trust follows fulfilment"
    );
}

#[test]
fn the_trust_of_a_link_follows_what_was_fulfilled() {
    assert_eq!(resistance(1_000, 10, 0), 750);
    assert_eq!(resistance(1_000, 10, 10), 1_600);
    assert_eq!(resistance(1_000, 10, 5), 1_300);
    assert_eq!(resistance(0, 10, 10), 100);
    assert_eq!(resistance(1 << 17, 10, 10), 1 << 17, "bounded");
    // a supplier that fails carries less the next time
    let mut world = world(3);
    let market = world.market(MarketMsg {
        resistance: 400,
        ..terms("food")
    });
    for supplier in [1, 2] {
        world.offer(market, supplier, 30, 1);
        world.link(market, supplier, 3, 10, 30);
    }
    world.need(market, 3, 30, 5);
    world.allocate(market);
    for promise in world.promises(3) {
        world.accept(&promise);
        let delivered = if promise.from == Id(1) {
            0
        } else {
            promise.quantity.0
        };
        world.deliver(&promise, delivered);
    }
    let resistance = [1, 2].map(|person| world.posted(market, person).links[0].resistance);
    assert_eq!(resistance, [700, 300]);
    world.offer(market, 1, 30, 1);
    world.offer(market, 2, 30, 1);
    world.allocate(market);
    assert!(
        world
            .promises(3)
            .iter()
            .all(|promise| promise.from == Id(2))
    );
}
