//! What a list may hold, and what a market of one unit a side is not.

use super::*;

#[test]
fn a_list_is_bounded_and_names_members_of_the_other_side_once() {
    let (mut world, market) = workshop(STABLE);
    let say = |world: &mut World, person, choices: &[(u64, u32)]| {
        let error = world.try_choose(market, person, choices).unwrap_err();
        error.to_string()
    };
    assert_eq!(
        say(&mut world, 4, &[(1, 0), (7, 0)]),
        "not in market: person=7 market=0 needs=an offer, to be chosen by who needs"
    );
    assert_eq!(
        say(&mut world, 1, &[(2, 0)]),
        "not in market: person=2 market=0 needs=a need, to be chosen by who offers"
    );
    assert_eq!(
        say(&mut world, 7, &[(1, 0)]),
        "not in market: person=7 market=0 needs=an offer or a need of one's own"
    );
    assert_eq!(
        say(&mut world, 4, &[(1, 0), (1, 0)]),
        "chosen twice: person=1"
    );
    assert_eq!(
        say(&mut world, 4, &[(1, 3)]),
        "out of bounds: cost=3 least=0 most=0"
    );
    let long: Vec<_> = (0..=MAX_CHOICES as u64).map(|n| (10 + n, 0)).collect();
    assert_eq!(
        say(&mut world, 4, &long),
        "too many items: choices=17 most=16"
    );
    assert!(say(&mut world, 4, &[(u64::MAX, 0)]).starts_with("out of bounds: person="));
    world.peers.sanction(4, "suspended");
    assert!(say(&mut world, 4, &[(1, 0)]).starts_with("may not deal: person=4"));
    assert!(say(&mut world, 80, &[(1, 0)]).starts_with("peer did not answer"));
    let food = world.market(terms("food"));
    world.offer(food, 1, 10, 1);
    let error = world.try_choose(food, 1, &[]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("market: quantities flow here"),
        "{error}"
    );
    let error = world.try_choose(9, 1, &[]).unwrap_err();
    assert!(
        matches!(error, ContractError::UnknownInMarket { .. }),
        "{error}"
    );
    let dear = world.market(of(SCORES));
    world.offer(dear, 1, 1, 0);
    world.need(dear, 5, 1, 0);
    let most = mycel_clearing::allocation::MAX_PRICE;
    world.try_choose(dear, 5, &[(1, most)]).unwrap();
    let error = world.try_choose(dear, 5, &[(1, most + 1)]).unwrap_err();
    assert!(
        error.to_string().starts_with("out of bounds: cost="),
        "{error}"
    );
}

#[test]
fn everybody_has_one_unit_and_chooses_instead_of_linking() {
    for kind in [RANKS, SCORES, STABLE] {
        let mut world = World::new();
        world.enrol(1..=9);
        let market = world.market(of(kind));
        for quantity in [0, 2] {
            let need = world.try_need(market, 4, quantity, 0, 0).unwrap_err();
            let text = format!("out of bounds: quantity={quantity} least=1 most=1");
            assert_eq!(need.to_string(), text);
            let offer = mycel_clearing::msg::OfferMsg {
                market,
                quantity: Id(quantity),
                price: 0,
                gift: false,
                expires: mycel_kit::Seconds(world.now + DAY),
                upward: false,
            };
            let offer = world.say(1, ExecuteMsg::Offer(offer)).unwrap_err();
            assert_eq!(offer.to_string(), text);
        }
        let link = LinkMsg {
            market,
            from: Id(1),
            to: Id(2),
            distance: 1,
            capacity: Id(1),
        };
        let link = world.say(1, ExecuteMsg::Link(link)).unwrap_err();
        assert!(
            link.to_string().starts_with("market: each has one unit"),
            "{link}"
        );
        // who asks again within an epoch is capped as everywhere
        let capped = world.market(MarketMsg {
            need_cap: Id(1),
            ..of(kind)
        });
        world.need(capped, 4, 1, 0);
        world
            .say(4, ExecuteMsg::Withdraw { market: capped })
            .unwrap();
        assert!(world.try_need(capped, 4, 1, 0, 0).is_err());
    }
}

#[test]
fn a_market_keeps_its_kind_and_its_parent_has_the_same() {
    let (mut world, market) = workshop(STABLE);
    for kind in [MarketKind::Flow, RANKS] {
        let change = Action::DefineMarket {
            market: Some(market),
            terms: of(kind),
        };
        let error = world.decide(change).unwrap_err();
        assert_eq!(
            error.to_string(),
            "market: a market keeps its kind; define another"
        );
        let below = Action::DefineMarket {
            market: None,
            terms: MarketMsg {
                parent: Some(market),
                ..of(kind)
            },
        };
        let error = world.decide(below).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("market: the parent has another"),
            "{error}"
        );
    }
    let same = Action::DefineMarket {
        market: Some(market),
        terms: MarketMsg {
            friction: 9,
            ..of(STABLE)
        },
    };
    world.decide(same).unwrap();
    // not the assembly's: refused
    let sender = world.person(1);
    let define = ExecuteMsg::Decided {
        proposal: Id(1),
        electorate: mycel_kit::roles::Electorate::All,
        class: mycel_kit::roles::Class::Ordinary,
        action: Action::DefineMarket {
            market: None,
            terms: of(STABLE),
        },
    };
    let error = world.execute(&sender, define).unwrap_err();
    assert!(error.to_string().starts_with("unauthorized"), "{error}");
    // on the wire: a word, or where costs come from
    let json = serde_json::to_string(&[STABLE, RANKS]).unwrap();
    assert_eq!(json, r#"["stable",{"assignment":{"by":"ranks"}}]"#);
}

#[test]
fn the_remainder_goes_up_as_one_unit() {
    let mut world = World::new();
    world.enrol(1..=9);
    let city = world.market(of(STABLE));
    let near = world.market(MarketMsg {
        parent: Some(city),
        ..of(STABLE)
    });
    world.offer(near, 1, 1, 0);
    world.need(near, 4, 1, 0);
    world.need(near, 5, 1, 0);
    world.choose(near, 1, &[4]);
    world.choose(near, 4, &[1]);
    world.allocate(near);
    world.offer(city, 2, 1, 0);
    let upward = ExecuteMsg::Upward {
        market: near,
        persons: [1, 4, 5].map(Id).to_vec(),
    };
    world.say(9, upward).unwrap();
    assert_eq!(world.told("moved"), "1", "4 is met, 1 gave its unit");
    assert_eq!((world.lacks(near, 5), world.lacks(city, 5)), (0, 1));
    world.choose(city, 2, &[5]);
    world.choose(city, 5, &[2]);
    world.allocate(city);
    assert_eq!(world.promises(5)[0].from, Id(2));
    // a promise that returns does not make two of one
    world.offer(city, 2, 1, 0);
    let promise = world.promises(5).remove(0).promise;
    world.say(5, ExecuteMsg::Return { promise }).unwrap();
    assert_eq!((world.spares(city, 2), world.lacks(city, 5)), (1, 1));
}

#[test]
fn who_offers_and_who_needs_is_listed_in_pages_and_a_list_is_exported() {
    let mut world = World::new();
    world.enrol(1..=200);
    let market = world.market(of(STABLE));
    world.market(of(STABLE)); // nothing of it is listed
    for person in 1..=120 {
        world.offer(market, person, 1, 3);
    }
    world.need(market, 150, 1, 9);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let needs = false;
        let page: PostingsResponse = world
            .ask(QueryMsg::Postings {
                market,
                needs,
                after,
            })
            .unwrap();
        assert!(page.persons.len() <= 50);
        all.extend(page.persons.iter().map(|posting| posting.person.0));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert!(all.iter().copied().eq(1..=120));
    let (needs, after) = (true, None);
    let page: PostingsResponse = world
        .ask(QueryMsg::Postings {
            market,
            needs,
            after,
        })
        .unwrap();
    assert_eq!((page.persons.len(), page.persons[0].price), (1, 9));
    world.choose(market, 150, &[7, 3]);
    let member = world.person(150);
    let export: ExportResponse = world
        .ask(QueryMsg::Export {
            member,
            after: Some("m/0".into()),
        })
        .unwrap();
    let ExportItem::Posted { posted, .. } = &export.items[0] else {
        panic!("{export:?}")
    };
    let chosen: Vec<_> = posted.choices.iter().map(|c| c.person.0).collect();
    assert_eq!(chosen, [7, 3]);
    let unknown: Result<PostingsResponse, _> = world.ask(QueryMsg::Postings {
        market: 9,
        needs: false,
        after: None,
    });
    assert!(unknown.is_err());
}
