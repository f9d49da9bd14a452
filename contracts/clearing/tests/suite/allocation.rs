//! Resources flow to need, and the examples it was made for: the triangle, the hurricane.

use crate::world::market::terms;
use crate::world::{CREDIT, DAY, World};
use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{
    Action, DualsResponse, ExecuteMsg, LinkMsg, MarketMsg, MarketResponse, OfferMsg, QueryMsg,
};
use mycel_kit::{Id, Seconds};

fn world(persons: u64) -> World {
    let mut world = World::new();
    world.enrol(1..=persons);
    world
}

/// A sells energy and needs food, B sells food and needs medicine, C sells
/// medicine and needs energy.
#[test]
fn triangular_trade_is_settled_in_one_round_with_net_credit_0() {
    let mut world = world(3);
    let (a, b, c) = (1, 2, 3);
    for (resource, seller, buyer) in [("food", b, a), ("medicine", c, b), ("energy", a, c)] {
        let market = world.market(terms(resource));
        world.offer(market, seller, 10, 100);
        world.need(market, buyer, 10, 100);
        world.link(market, seller, buyer, 3, 10);
        world.allocate(market);
        assert_eq!(
            (world.lacks(market, buyer), world.spares(market, seller)),
            (0, 0)
        );
    }
    for person in [a, b, c] {
        world.fulfil(person);
    }
    let before = world.nets();
    assert!(before.values().all(|net| *net == 0), "{before:?}");
    assert_eq!(
        world.totals().outstanding.i128(),
        3_000 * i128::from(CREDIT)
    );
    world.consent([a, b, c]);
    assert_eq!(world.clear(), 3_000 * i128::from(CREDIT));
    assert_eq!(
        world.totals().outstanding.i128(),
        0,
        "nobody owes, no money moved"
    );
}

/// The hurricane: deficits Medical 1,000, Food 5,000, Water 10,000, Power
/// 2,000 against several suppliers.
#[test]
fn the_hurricane_is_met_in_parts_no_supplier_above_its_share_and_again_when_one_fails() {
    const TOWN: u64 = 1;
    let mut world = world(6);
    let deficits = [
        ("medical", 1_000),
        ("food", 5_000),
        ("water", 10_000),
        ("power", 2_000),
    ];
    let mut markets = Vec::new();
    for (resource, deficit) in deficits {
        let market = world.market(MarketMsg {
            share_bps: 4_000,
            need_cap: Id(100),
            ..terms(resource)
        });
        let refused = world.try_need(market, TOWN, deficit, 0, 0).unwrap_err();
        assert!(
            matches!(refused, ContractError::OutOfBounds { .. }),
            "more than its cap"
        );
        world.shock(market, world.now + 60 * DAY, &[(TOWN, 3, deficit)]);
        world.try_need(market, TOWN, deficit, 0, 3).unwrap();
        for supplier in 2..=6 {
            let offer = OfferMsg {
                market,
                quantity: Id(deficit * 3 / 10),
                price: 0,
                gift: true,
                expires: Seconds(world.now + 90 * DAY),
                upward: false,
            };
            world.say(supplier, ExecuteMsg::Offer(offer)).unwrap();
            world.link(market, supplier, TOWN, 10 * supplier as u32, deficit);
        }
        world.allocate(market);
        assert_eq!(world.lacks(market, TOWN), 0, "{resource}");
        let promises: Vec<_> = world
            .promises(TOWN)
            .into_iter()
            .filter(|promise| promise.market == market)
            .collect();
        assert!(promises.len() >= 4, "{resource}: flows spread over several");
        let sum: u64 = promises.iter().map(|promise| promise.quantity.0).sum();
        assert_eq!(sum, deficit);
        for promise in &promises {
            assert!(promise.quantity.0 <= deficit * 4 / 10, "above its share");
            assert_eq!(promise.price, 0, "gifts");
        }
        markets.push((market, deficit));
    }
    // supplier 2, the nearest, fails: its promises return and it withdraws
    for promise in world.promises(2) {
        world
            .say(
                2,
                ExecuteMsg::Return {
                    promise: promise.promise,
                },
            )
            .unwrap();
    }
    for (market, deficit) in markets {
        world.say(2, ExecuteMsg::Withdraw { market }).unwrap();
        let lacking = world.lacks(market, TOWN);
        assert!(lacking > 0 && lacking <= deficit * 4 / 10);
        world.allocate(market);
        assert_eq!(world.lacks(market, TOWN), 0, "the others step in");
        assert!(world.promises(2).is_empty());
        let sum: u64 = world
            .promises(TOWN)
            .iter()
            .filter(|promise| promise.market == market)
            .map(|promise| promise.quantity.0)
            .sum();
        assert_eq!(sum, deficit);
    }
}

#[test]
fn unmet_need_goes_through_slack_so_that_a_round_is_always_feasible() {
    let mut world = world(3);
    let market = world.market(terms("food"));
    world.need(market, 1, 10, 5);
    let round = world.allocate(market);
    assert_eq!(world.lacks(market, 1), 10, "no supplier at all");
    assert!(
        world
            .round_of(round)
            .best
            .is_none_or(|best| best.value.i128() == 0)
    );
    world.offer(market, 2, 4, 1);
    world.link(market, 2, 1, 1, 100);
    world.allocate(market);
    assert_eq!((world.lacks(market, 1), world.spares(market, 2)), (6, 0));
}

#[test]
fn a_need_shouted_louder_gains_nothing() {
    let serve = |prices: [u32; 2]| {
        let mut world = world(3);
        let market = world.market(terms("food"));
        world.offer(market, 1, 10, 1);
        for (person, price) in [(2, prices[0]), (3, prices[1])] {
            world.need(market, person, 10, price);
            // 3 is nearer
            world.link(market, 1, person, 60 - 10 * person as u32, 100);
        }
        world.allocate(market);
        [2, 3].map(|person| world.lacks(market, person))
    };
    let calm = serve([5, 5]);
    assert!(calm[1] < calm[0], "the nearer gets more: {calm:?}");
    assert_eq!(serve([200_000, 5]), calm, "a higher price is no class");
}

#[test]
fn classes_come_by_grant_and_quantities_are_capped_per_member_and_epoch() {
    let mut world = world(3);
    let market = world.market(MarketMsg {
        need_cap: Id(10),
        ..terms("food")
    });
    let class = world.try_need(market, 2, 5, 1, 1).unwrap_err();
    assert!(
        class.to_string().starts_with("out of bounds: class=1"),
        "{class}"
    );
    world.need(market, 2, 6, 1);
    let more = world.try_need(market, 2, 11, 1, 0).unwrap_err();
    assert!(
        more.to_string()
            .starts_with("out of bounds: quantity in this epoch=11"),
        "{more}"
    );
    // taking back and asking anew does not refill the cap
    world.say(2, ExecuteMsg::Withdraw { market }).unwrap();
    let again = world.try_need(market, 2, 6, 1, 0).unwrap_err();
    assert!(
        again
            .to_string()
            .starts_with("out of bounds: quantity in this epoch=12"),
        "{again}"
    );
    world.need(market, 2, 4, 1);
    world.now += 30 * DAY;
    world.need(market, 2, 10, 1);
    let until = world.now + DAY;
    world.shock(market, until, &[(3, 2, 50)]);
    world.try_need(market, 3, 50, 1, 2).unwrap();
    assert!(
        world.try_need(market, 3, 50, 1, 3).is_err(),
        "its class and no higher"
    );
    world.now = until;
    assert!(
        world.try_need(market, 3, 51, 1, 2).is_err(),
        "the shock is over"
    );
}

#[test]
fn a_higher_class_is_served_first() {
    let mut world = world(3);
    let market = world.market(terms("water"));
    world.shock(market, world.now + DAY, &[(3, 1, 10)]);
    world.offer(market, 1, 10, 0);
    world.need(market, 2, 10, 0);
    world.try_need(market, 3, 10, 0, 1).unwrap();
    world.link(market, 1, 2, 1, 10);
    world.link(market, 1, 3, 500, 10);
    world.allocate(market);
    assert_eq!([2, 3].map(|person| world.lacks(market, person)), [10, 0]);
}

#[test]
fn flows_spread_over_several_ways_as_cost_rises() {
    let mut world = world(3);
    let market = world.market(terms("food"));
    for supplier in [2, 3] {
        world.offer(market, supplier, 90, 1);
        world.link(market, supplier, 1, 100, 90);
    }
    world.need(market, 1, 90, 5);
    world.allocate(market);
    let quantities: Vec<u64> = world.promises(1).iter().map(|p| p.quantity.0).collect();
    assert_eq!(quantities.len(), 2);
    assert!(
        quantities.iter().all(|quantity| *quantity >= 30),
        "{quantities:?}"
    );
}

#[test]
fn what_passes_through_somebody_is_promised_hop_by_hop() {
    let mut world = world(3);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 2);
    world.offer(market, 2, 0, 0); // passes on
    world.need(market, 3, 10, 50);
    world.link(market, 1, 2, 4, 10);
    world.link(market, 2, 3, 4, 10);
    world.allocate(market);
    assert_eq!(world.lacks(market, 3), 0);
    let ends: Vec<_> = world
        .promises(2)
        .iter()
        .map(|p| (p.from.0, p.to.0, p.quantity.0))
        .collect();
    assert_eq!(ends, [(1, 2, 10), (2, 3, 10)]);
}

#[test]
fn the_duals_are_scarcity_prices_and_a_price_lies_between_offer_and_need() {
    let mut world = world(4);
    let market = world.market(terms("food"));
    world.offer(market, 1, 5, 20);
    world.offer(market, 2, 100, 60);
    world.need(market, 3, 10, 40);
    world.need(market, 4, 10, 70);
    for (supplier, receiver) in [(1, 3), (1, 4), (2, 3), (2, 4)] {
        world.link(market, supplier, receiver, 0, 100);
    }
    let round = world.allocate(market);
    let duals: DualsResponse = world.ask(QueryMsg::Duals { round, node: None }).unwrap();
    let scarcity = |person: u64| {
        let found = duals
            .duals
            .iter()
            .find(|dual| dual.person == Some(Id(person)));
        found.unwrap().scarcity.unwrap().i64()
    };
    // 3 gives 40 at most and 2 asks 60: nobody but 1 serves it, and 5 stay unmet
    assert_eq!(world.lacks(market, 3), 5);
    assert_eq!(scarcity(3), 1_000, "the price of unmet need");
    assert!((60..=70).contains(&scarcity(4)), "{}", scarcity(4));
    for (receiver, low, high) in [(3, 20, 40), (4, 60, 70)] {
        let promises = world.promises(receiver);
        assert!(!promises.is_empty());
        for promise in promises {
            assert!((low..=high).contains(&promise.price), "{promise:?}");
        }
    }
}

#[test]
fn a_pathway_stays_open_at_low_capacity_after_the_need_is_met() {
    let mut world = world(2);
    let market = world.market(terms("food"));
    world.offer(market, 1, 1_000, 1);
    world.need(market, 2, 100, 5);
    world.link(market, 1, 2, 1, 1_000);
    let open = |world: &World| world.posted(market, 1).links[0].open.0;
    world.allocate(market);
    assert_eq!(open(&world), 1_000);
    for _ in 0..3 {
        world.allocate(market);
        assert_eq!(open(&world), 100, "a tenth, and never less");
    }
    world.need(market, 2, 500, 5);
    world.allocate(market);
    assert_eq!(world.lacks(market, 2), 400, "what is open");
    assert_eq!(open(&world), 400, "it widens with use");
    world.allocate(market);
    assert_eq!(world.lacks(market, 2), 0);
    // a shock opens it wide at once
    world.allocate(market);
    world.need(market, 2, 300, 5);
    world.shock(market, world.now + DAY, &[]);
    world.allocate(market);
    assert_eq!(world.lacks(market, 2), 0);
}

#[test]
fn the_remainder_of_a_scale_is_offered_upward() {
    let mut world = world(4);
    let city = world.market(MarketMsg {
        scale: "city".into(),
        ..terms("food")
    });
    let near = world.market(MarketMsg {
        parent: Some(city),
        ..terms("food")
    });
    let far = world.market(MarketMsg {
        parent: Some(city),
        ..terms("food")
    });
    world.offer(near, 1, 50, 1);
    world.need(near, 2, 20, 9);
    world.link(near, 1, 2, 1, 50);
    world.need(far, 3, 25, 9);
    let up = |market, persons: &[u64]| ExecuteMsg::Upward {
        market,
        persons: persons.iter().map(|person| Id(*person)).collect(),
    };
    assert!(world.say(9, up(near, &[1])).is_err(), "own scale first");
    world.allocate(near);
    world.allocate(far);
    world.say(9, up(near, &[1, 2])).unwrap();
    assert_eq!(world.told("moved"), "1");
    world.say(9, up(far, &[3])).unwrap();
    assert_eq!(
        (
            world.spares(near, 1),
            world.spares(city, 1),
            world.lacks(city, 3)
        ),
        (0, 30, 25)
    );
    world.say(9, up(near, &[1])).unwrap();
    assert_eq!(world.spares(city, 1), 30, "once");
    world.link(city, 1, 3, 40, 100);
    world.allocate(city);
    assert_eq!((world.lacks(city, 3), world.spares(city, 1)), (0, 5));
    assert!(world.say(9, up(city, &[1])).is_err(), "nothing above");
}

#[test]
fn a_market_in_a_frozen_round_does_not_change() {
    let mut world = world(3);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 1);
    world.need(market, 2, 10, 5);
    world.link(market, 1, 2, 1, 10);
    let anyone = world.address("anyone");
    let open = || ExecuteMsg::OpenAllocation { market };
    world.execute(&anyone, open()).unwrap();
    assert!(matches!(
        world.execute(&anyone, open()),
        Err(ContractError::RoundRuns { .. })
    ));
    world.offer(market, 1, 12, 1); // still open
    world.drive(Id(0), None);
    assert!(matches!(
        world.try_need(market, 2, 5, 1, 0),
        Err(ContractError::MarketFrozen { round: 0, .. })
    ));
    assert!(matches!(
        world.say(1, ExecuteMsg::Withdraw { market }),
        Err(ContractError::MarketFrozen { .. })
    ));
    world.solve(Id(0));
    world.offer(market, 1, 5, 1);
    assert_eq!(world.promises(2)[0].quantity, Id(10));
}

#[test]
fn who_needs_does_not_offer_and_a_link_takes_both_ends() {
    let mut world = world(3);
    let market = world.market(terms("food"));
    world.need(market, 2, 10, 5);
    let offer = OfferMsg {
        market,
        quantity: Id(1),
        price: 1,
        gift: false,
        expires: Seconds(world.now + DAY),
        upward: false,
    };
    assert!(matches!(
        world.say(2, ExecuteMsg::Offer(offer.clone())),
        Err(ContractError::Market { .. })
    ));
    world.say(1, ExecuteMsg::Offer(offer.clone())).unwrap();
    let gift = OfferMsg {
        gift: true,
        ..offer.clone()
    };
    assert!(
        world.say(1, ExecuteMsg::Offer(gift)).is_err(),
        "a gift has no price"
    );
    let stale = OfferMsg {
        expires: Seconds(world.now),
        ..offer
    };
    assert!(world.say(1, ExecuteMsg::Offer(stale)).is_err());
    let link = |distance| {
        ExecuteMsg::Link(LinkMsg {
            market,
            from: Id(1),
            to: Id(2),
            distance,
            capacity: Id(9),
        })
    };
    assert!(matches!(
        world.say(3, link(1)),
        Err(ContractError::NotAParty { .. })
    ));
    world.say(1, link(1)).unwrap();
    world.say(2, link(2)).unwrap();
    assert!(
        world.posted(market, 1).links.is_empty(),
        "not the same terms"
    );
    world.allocate(market);
    assert_eq!(world.lacks(market, 2), 10);
    world.say(1, link(2)).unwrap();
    assert_eq!(world.posted(market, 1).links[0].distance, 2);
    world.allocate(market);
    assert_eq!(world.lacks(market, 2), 9);
}

#[test]
fn expired_and_barred_take_no_part() {
    let mut world = world(4);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 1);
    world.offer(market, 2, 10, 1);
    world.need(market, 3, 10, 5);
    world.link(market, 1, 3, 1, 10);
    world.link(market, 2, 3, 1, 10);
    world.peers.sanction(1, "suspended");
    world.allocate(market);
    assert!(
        world
            .promises(3)
            .iter()
            .all(|promise| promise.from == Id(2))
    );
    world.now += 400 * DAY;
    world.allocate(market);
    assert!(world.promises(1).is_empty());
}

#[test]
fn markets_are_the_assemblys_and_within_bounds() {
    let mut world = world(1);
    let bad = |change: &dyn Fn(&mut MarketMsg)| {
        let mut bad = terms("food");
        change(&mut bad);
        Action::DefineMarket {
            market: None,
            terms: bad,
        }
    };
    for action in [
        bad(&|t| t.penalties = vec![1, 2, 3]),
        bad(&|t| t.penalties = vec![5, 4, 4, 4]),
        bad(&|t| t.penalties = vec![1, 2, 3, (1 << 20) + 1]),
        bad(&|t| t.share_bps = 0),
        bad(&|t| t.share_bps = 10_001),
        bad(&|t| t.friction = (1 << 18) + 1),
        bad(&|t| t.scale = String::new()),
        bad(&|t| t.resource = "x".repeat(65)),
        bad(&|t| t.parent = Some(0)),
        bad(&|t| t.epoch_seconds = Seconds(0)),
    ] {
        assert!(world.decide(action).is_err());
    }
    let market = world.market(terms("food"));
    let other = bad(&|t| {
        t.resource = "water".into();
        t.parent = Some(market);
    });
    assert!(world.decide(other).is_err(), "another resource");
    let change = Action::DefineMarket {
        market: Some(market),
        terms: MarketMsg {
            friction: 9,
            ..terms("food")
        },
    };
    world.decide(change).unwrap();
    let view: MarketResponse = world.ask(QueryMsg::Market { market }).unwrap();
    assert_eq!(view.terms.friction, 9);
}

/// Mentors and learners, tools, beds: one unit a side is an assignment, and
/// the same duals prove it.
#[test]
fn one_unit_a_side_is_an_assignment() {
    let mut world = world(6);
    let market = world.market(terms("mentor"));
    // distances of mentors 1 to 3 and learners 4 to 6: the best is 1-5, 2-4, 3-6
    let distances = [[9, 1, 8], [1, 9, 9], [2, 2, 3]];
    for (mentor, row) in (1u64..).zip(distances) {
        world.offer(market, mentor, 1, 0);
        for (learner, distance) in (4u64..).zip(row) {
            if mentor == 1 {
                world.need(market, learner, 1, 0);
            }
            world.link(market, mentor, learner, distance, 1);
        }
    }
    let round = world.allocate(market);
    let pairs: Vec<_> = [1, 2, 3]
        .map(|mentor| world.promises(mentor)[0].to.0)
        .to_vec();
    assert_eq!(pairs, [5, 4, 6]);
    assert_eq!(world.round_of(round).best.unwrap().gap.i128(), 0);
}

#[test]
fn nobody_keeps_a_market_frozen_by_opening_round_after_round() {
    let mut world = World::with(|msg| msg.parameters.pause_seconds = Some(Seconds(5 * DAY)));
    world.enrol(1..=3);
    let market = world.market(terms("food"));
    world.offer(market, 1, 10, 1);
    world.allocate(market);
    let anyone = world.address("anyone");
    let open = || ExecuteMsg::OpenAllocation { market };
    let error = world.execute(&anyone, open()).unwrap_err();
    assert!(matches!(error, ContractError::TooEarly { .. }), "{error}");
    // a shock is solved at once
    world.shock(market, world.now + DAY, &[]);
    world.allocate(market);
    world.now += 5 * DAY;
    world.allocate(market);
}
