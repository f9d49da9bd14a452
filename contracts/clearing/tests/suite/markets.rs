//! What a market has room for, who uses it up, and what frees it again; what
//! goes up a scale, and what a person may ask for over all scales.

use crate::world::market::terms;
use crate::world::{DAY, World};
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{
    Action, ExecuteMsg, ExportItem, ExportResponse, MarketMsg, MarketResponse, OfferMsg, QueryMsg,
    RecordsResponse,
};
use mycel_kit::{Id, Seconds};

fn world(persons: u64) -> World {
    let mut world = World::new();
    world.enrol(1..=persons);
    world
}

fn unlink(market: u32, from: u64, to: u64) -> ExecuteMsg {
    let (from, to) = (Id(from), Id(to));
    ExecuteMsg::Unlink { market, from, to }
}

fn offer(market: u32, quantity: u64, price: u32, expires: u64) -> ExecuteMsg {
    ExecuteMsg::Offer(OfferMsg {
        market,
        quantity: Id(quantity),
        price,
        gift: false,
        expires: Seconds(expires),
        upward: true,
    })
}

fn below(above: u32) -> MarketMsg {
    MarketMsg {
        parent: Some(above),
        ..terms("food")
    }
}

fn counts(world: &World, market: u32) -> (u32, u32, u32) {
    let view: MarketResponse = world.ask(QueryMsg::Market { market }).unwrap();
    (view.offers, view.needs, view.links)
}

#[test]
fn a_link_signed_by_one_end_counts_against_that_end_alone() {
    let mut world = world(100);
    let market = world.market(terms("food"));
    for to in 2..=65 {
        world.sign(1, market, 1, to, 3).unwrap();
    }
    let error = world.sign(1, market, 1, 66, 3).unwrap_err();
    assert_eq!(
        error.to_string(),
        "out of bounds: links that wait=65 least=0 most=64"
    );
    assert_eq!(counts(&world, market), (0, 0, 0));
    // it can be replaced, signed, or taken back by either end; then there is room again
    world.sign(1, market, 1, 2, 4).unwrap();
    world.sign(2, market, 1, 2, 4).unwrap();
    assert_eq!(counts(&world, market), (0, 0, 1));
    world.sign(1, market, 1, 66, 3).unwrap();
    assert!(world.sign(1, market, 1, 67, 3).is_err());
    world.say(1, unlink(market, 1, 3)).unwrap();
    world.say(4, unlink(market, 1, 4)).unwrap();
    world.sign(1, market, 1, 67, 3).unwrap();
    world.sign(1, market, 68, 1, 3).unwrap();
    assert_eq!(world.posted(market, 1).waiting.len(), 64);
    // nobody else has less room
    world.link(market, 5, 6, 1, 1);
}

#[test]
fn the_other_end_of_a_link_is_a_member() {
    let mut world = world(3);
    let market = world.market(terms("food"));
    assert!(world.sign(1, market, 1, 1_000, 3).is_err(), "nobody");
    world.peers.left.insert(3);
    let error = world.sign(1, market, 1, 3, 3).unwrap_err();
    assert!(
        matches!(error, ContractError::NoMember { person: 3 }),
        "{error}"
    );
    assert!(world.posted(market, 1).waiting.is_empty());
}

#[test]
fn a_person_has_512_links_in_a_market() {
    let mut world = world(514);
    let market = world.market(terms("food"));
    for other in 2..=257 {
        world.link(market, 1, other, 1, 1);
        world.link(market, other, 1, 1, 1);
    }
    assert_eq!(counts(&world, market).2, 512);
    world.sign(258, market, 258, 1, 3).unwrap();
    let error = world.sign(1, market, 258, 1, 3).unwrap_err();
    assert_eq!(
        error.to_string(),
        "out of bounds: links of a person=513 least=0 most=512"
    );
    world.say(257, unlink(market, 1, 257)).unwrap();
    world.sign(1, market, 258, 1, 3).unwrap();
    assert_eq!(counts(&world, market).2, 512);
}

#[test]
fn an_end_takes_a_link_back_and_the_next_round_lacks_it() {
    let mut world = world(4);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 1);
    world.need(market, 2, 10, 9);
    world.link(market, 1, 2, 1, 5);
    let error = world.say(3, unlink(market, 1, 2)).unwrap_err();
    assert!(matches!(error, ContractError::Market { .. }), "{error}");
    world.allocate(market);
    assert_eq!(world.lacks(market, 2), 5);
    world.say(2, unlink(market, 1, 2)).unwrap();
    assert_eq!(counts(&world, market).2, 0);
    assert!(world.posted(market, 1).links.is_empty());
    world.allocate(market);
    assert_eq!(world.lacks(market, 2), 5);
    let again = world.say(2, unlink(market, 1, 2)).unwrap_err();
    assert!(
        matches!(again, ContractError::UnknownInMarket { .. }),
        "{again}"
    );
    // a frozen round keeps what it was frozen with
    world.link(market, 1, 2, 1, 5);
    let round = world.freeze_market(market, None);
    let error = world.say(1, unlink(market, 1, 2)).unwrap_err();
    assert!(
        matches!(error, ContractError::MarketFrozen { .. }),
        "{error}"
    );
    world.solve(round);
}

#[test]
fn a_change_of_terms_waits_for_the_other_end_and_what_stands_stays() {
    let mut world = world(2);
    let market = world.market(terms("food"));
    world.link(market, 1, 2, 1, 5);
    world.sign(1, market, 1, 2, 7).unwrap();
    let posted = world.posted(market, 1);
    assert_eq!(
        (posted.links[0].distance, posted.waiting[0].distance),
        (1, 7)
    );
    // signing what stands takes the change back
    let stands = mycel_clearing::msg::LinkMsg {
        market,
        from: Id(1),
        to: Id(2),
        distance: 1,
        capacity: Id(5),
    };
    world.say(1, ExecuteMsg::Link(stands)).unwrap();
    assert!(world.posted(market, 1).waiting.is_empty());
    world.sign(1, market, 1, 2, 7).unwrap();
    world.sign(2, market, 1, 2, 7).unwrap();
    let posted = world.posted(market, 1);
    assert_eq!((posted.links[0].distance, posted.waiting.len()), (7, 0));
    assert_eq!(counts(&world, market).2, 1);
}

#[test]
fn links_that_wait_and_links_are_exported() {
    let mut world = world(301);
    let first = world.market(terms("food"));
    for other in 2..=250 {
        world.link(first, 1, other, 1, 1);
    }
    let second = world.market(terms("water"));
    world.sign(1, second, 1, 2, 3).unwrap();
    let member = world.person(1);
    let mut found = vec![];
    let mut after = Some("m/0".to_owned());
    while after.is_some() {
        let page: ExportResponse = world
            .ask(QueryMsg::Export {
                member: member.clone(),
                after,
            })
            .unwrap();
        assert!(page.items.len() <= 1, "many links fill a page");
        found.extend(page.items);
        after = page.next;
    }
    let ways: Vec<_> = found
        .iter()
        .filter_map(|item| match item {
            ExportItem::Posted { market, posted } => {
                Some((*market, posted.links.len(), posted.waiting.len()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(ways, [(first, 249, 0), (second, 0, 1)]);
    // byte by byte, for both ends
    for person in [1, 2] {
        let member = world.person(person);
        let (mut tags, mut after) = (vec![], None);
        loop {
            let member = member.clone();
            let page: RecordsResponse = world.ask(QueryMsg::Records { member, after }).unwrap();
            tags.extend(page.records.iter().map(|record| record.key.as_slice()[0]));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(tags.contains(&b'L') && tags.contains(&b'W') && tags.contains(&b'H'));
    }
}

#[test]
fn a_full_market_makes_room_by_what_has_expired() {
    let mut world = world(2_050);
    let market = world.market(terms("food"));
    let soon = world.now + DAY;
    for person in 1..=1_024 {
        world.say(person, offer(market, 1, 1, soon)).unwrap();
        world.need(market, 1_024 + person, 1, 9);
    }
    assert!(world.say(2_049, offer(market, 1, 1, soon)).is_err(), "full");
    world.now += 2 * DAY;
    world.offer(market, 2_049, 1, 1);
    assert!(counts(&world, market).0 <= 1_024);
    // needs do not expire yet
    assert!(world.try_need(market, 2_050, 1, 9, 0).is_err(), "full");
    world.now += 400 * DAY;
    world.need(market, 2_050, 1, 9);
    // whoever has changed sides is not in the way of itself
    world.offer(market, 1_025 + 1_000, 1, 1);
    assert_eq!(world.lacks(market, 1_025 + 1_000), 0);
}

#[test]
fn anyone_removes_what_has_expired_and_what_those_left_who_are_gone() {
    let mut world = world(6);
    let market = world.market(terms("food"));
    let soon = world.now + DAY;
    world.say(1, offer(market, 1, 1, soon)).unwrap();
    world.offer(market, 2, 1, 1);
    world.need(market, 3, 1, 9);
    world.link(market, 2, 3, 1, 1);
    world.link(market, 3, 2, 1, 1);
    world.link(market, 2, 4, 1, 1);
    world.sign(2, market, 2, 5, 1).unwrap();
    world.sign(6, market, 6, 2, 1).unwrap();
    let anyone = world.address("anyone");
    let prune = |persons: &[u64]| ExecuteMsg::PruneMarket {
        market,
        persons: persons.iter().map(|person| Id(*person)).collect(),
    };
    world.execute(&anyone, prune(&[1, 2, 3])).unwrap();
    assert_eq!(counts(&world, market), (2, 1, 3), "nothing is void yet");
    world.now += 2 * DAY;
    world.execute(&anyone, prune(&[1, 2, 3])).unwrap();
    assert_eq!(counts(&world, market), (1, 1, 3), "one has expired");
    assert!(world.execute(&anyone, unlink(market, 3, 2)).is_err());
    // whoever cannot be asked about stays
    world.peers.silent = true;
    assert!(world.execute(&anyone, prune(&[2])).is_err());
    assert!(world.execute(&anyone, unlink(market, 3, 2)).is_err());
    world.peers.silent = false;
    world.peers.left.insert(2);
    world.execute(&anyone, prune(&[1, 2, 3])).unwrap();
    assert_eq!(counts(&world, market), (0, 1, 1), "one has left");
    world.execute(&anyone, unlink(market, 3, 2)).unwrap();
    assert_eq!(counts(&world, market), (0, 1, 0));
    world.execute(&anyone, unlink(market, 6, 2)).unwrap();
    assert!(world.posted(market, 6).waiting.is_empty());
    assert!(
        !world
            .storage
            .map
            .keys()
            .any(|key| key[0] == b'H' || key[0] == b'W')
    );
    assert!(world.execute(&anyone, prune(&[1; 51])).is_err(), "bounded");
}

#[test]
fn links_of_one_who_left_go_a_hundred_at_a_time() {
    let mut world = world(151);
    let market = world.market(terms("food"));
    for other in 2..=151 {
        world.link(market, 1, other, 1, 1);
    }
    world.peers.left.insert(1);
    let anyone = world.address("anyone");
    let prune = || ExecuteMsg::PruneMarket {
        market,
        persons: vec![Id(1)],
    };
    world.execute(&anyone, prune()).unwrap();
    assert_eq!(counts(&world, market).2, 50);
    world.execute(&anyone, prune()).unwrap();
    assert_eq!(counts(&world, market).2, 0);
}

#[test]
fn what_goes_up_neither_voids_nor_changes_what_stands_there() {
    let mut world = world(3);
    let above = world.market(terms("food"));
    let market = world.market(below(above));
    let now = world.now;
    world.say(1, offer(market, 1, 5, now + DAY)).unwrap();
    world
        .say(1, offer(above, 1_000, 100, now + 300 * DAY))
        .unwrap();
    world.need(market, 2, 5, 200);
    world.allocate(market);
    let anyone = world.address("anyone");
    let up = |persons: &[u64]| ExecuteMsg::Upward {
        market,
        persons: persons.iter().map(|person| Id(*person)).collect(),
    };
    // in time it joins what is there, under the terms there
    world.execute(&anyone, up(&[1])).unwrap();
    let there = world.posted(above, 1).offer.unwrap();
    assert_eq!((there.quantity, there.price), (Id(1_001), 100));
    assert_eq!(there.expires, Seconds(now + 300 * DAY));
    // void it stays where it is
    world.say(1, offer(market, 7, 5, now + DAY)).unwrap();
    world.now += 10 * DAY;
    world.execute(&anyone, up(&[1, 2])).unwrap();
    assert_eq!(
        (world.spares(market, 1), world.spares(above, 1)),
        (7, 1_001)
    );
    world.need(above, 3, 10, 200);
    world.link(above, 1, 3, 1, 10);
    world.allocate(above);
    assert_eq!(
        world.lacks(above, 3),
        0,
        "1,000 are offered above until day 300"
    );
}

#[test]
fn nothing_goes_up_to_terms_worse_for_its_owner() {
    let mut world = world(3);
    let above = world.market(terms("food"));
    let market = world.market(below(above));
    let later = world.now + 300 * DAY;
    world.say(1, offer(market, 10, 50, later)).unwrap();
    world.say(1, offer(above, 1, 5, later)).unwrap();
    world.need(market, 2, 10, 9);
    world.need(above, 2, 1, 90);
    world.allocate(market);
    let anyone = world.address("anyone");
    let up = || ExecuteMsg::Upward {
        market,
        persons: vec![Id(1), Id(2)],
    };
    world.execute(&anyone, up()).unwrap();
    assert_eq!(world.told("moved"), "0");
    assert_eq!((world.spares(above, 1), world.lacks(above, 2)), (1, 1));
    // what has expired above says nothing any more
    world.now = later - 1;
    let expires = world.now + 10 * DAY;
    world.say(1, offer(market, 10, 50, expires)).unwrap();
    world.now += 1;
    world.execute(&anyone, up()).unwrap();
    let there = world.posted(above, 1).offer.unwrap();
    assert_eq!((there.quantity, there.price), (Id(10), 50));
}

#[test]
fn needs_are_capped_per_person_over_all_scales_of_a_resource() {
    let mut world = world(3);
    let capped = |parent, cap| MarketMsg {
        parent,
        need_cap: Id(cap),
        ..terms("food")
    };
    let city = world.market(capped(None, 10));
    let near = world.market(capped(Some(city), 10));
    let far = world.market(capped(Some(city), 10));
    world.need(near, 1, 8, 9);
    assert!(world.try_need(far, 1, 8, 9, 0).is_err());
    assert!(world.try_need(city, 1, 3, 9, 0).is_err());
    world.need(far, 1, 2, 9);
    assert!(world.try_need(city, 1, 1, 9, 0).is_err());
    // another's cap and another resource are not touched
    world.need(city, 2, 10, 9);
    let water = world.market(MarketMsg {
        need_cap: Id(10),
        ..terms("water")
    });
    world.need(water, 1, 10, 9);
    // what goes up was counted below, and stays within the cap above
    world.allocate(near);
    world.allocate(far);
    let anyone = world.address("anyone");
    for market in [near, far] {
        let persons = vec![Id(1)];
        let up = ExecuteMsg::Upward { market, persons };
        world.execute(&anyone, up).unwrap();
    }
    assert_eq!(
        [near, far, city].map(|market| world.lacks(market, 1)),
        [0, 0, 10]
    );
    world.now += 60 * DAY;
    world.need(near, 1, 10, 9);
}

#[test]
fn there_are_at_most_eight_scales() {
    let mut world = world(1);
    let mut parent = world.market(terms("food"));
    for _ in 1..8 {
        parent = world.market(below(parent));
    }
    let ninth = world.decide(Action::DefineMarket {
        market: None,
        terms: below(parent),
    });
    assert!(ninth.is_err());
}

/// 42 offers and one need are 43 arcs, the links' three each come after them:
/// the 29th link's lie on both sides of 128, where a page ends.
#[test]
fn nobody_accepts_a_promise_before_its_round_is_settled() {
    let mut world = world(100);
    let market = world.market(terms("food"));
    for person in 1..=42 {
        world.offer(market, person, 30, 1);
        world.link(market, person, 100, 1, 30);
    }
    world.need(market, 100, 42 * 30, 900);
    let round = world.freeze_market(market, None);
    let body = world.download(round).optimal_body();
    let solver = world.person(99);
    let post = world.commit(&solver, round, &body).unwrap();
    world.now = world.round_of(round).commit_until.0;
    world.bring(&solver, round, post, &body).unwrap();
    while world.promises(29).is_empty() {
        world.advance(round, Some(1)).unwrap();
    }
    assert_eq!(world.round_of(round).stage, "settling");
    let half = world.promises(29)[0].clone();
    assert!(half.quantity.0 < 30);
    let promise = half.promise;
    for person in [29, 100] {
        let error = world
            .say(person, ExecuteMsg::Accept { promise })
            .unwrap_err();
        assert!(error.to_string().starts_with("wrong stage: "), "{error}");
    }
    world.drive(round, None);
    let whole = world.promises(29)[0].clone();
    assert_eq!((whole.promise, whole.quantity), (promise, Id(30)));
    world.accept(&whole);
    assert!(world.promises(29)[0].deliver_by.is_some());
}
