//! Starters, sponsors and limits through messages; and what each rule exists
//! to stop.

mod floors;

use crate::world::months::{capacity, code, count, enrol, limit, next_month, standard};
use crate::world::{CREDIT, DAY, World};
use mycel_credit::factors::{self, Factors};
use mycel_credit::msg::{
    EconomyChanges, ExecuteMsg, FloorView, FloorsResponse, NewAccount, ParameterChanges, QueryMsg,
    StarterResponse,
};
use mycel_credit::policies::{LimitPolicy, LiteralProduct, Standard};
use mycel_credit::sponsor::guarantors;
use mycel_credit::state::{self, Kind};
use mycel_kit::{Amount, Seconds};

fn release(world: &mut World, member: &str, partners: &[&str]) -> u32 {
    let anyone = world.address("anyone");
    let msg = ExecuteMsg::ReleaseStarter {
        member: world.address(member),
        partners: partners.iter().map(|name| world.address(name)).collect(),
    };
    code(world.execute(&anyone, msg))
}

// ---- starter

/// Three outsiders with money, and a newcomer.
fn newcomer() -> World {
    let mut world = standard();
    for (person, name) in ["ana", "ben", "eva", "kim"].into_iter().enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    enrol(&mut world, "new", 9, Some("kim"));
    world
}

#[test]
fn a_grant_is_released_250_at_enrolment_and_250_per_250_earned_from_three() {
    let mut world = newcomer();
    assert_eq!(world.view("new"), 250 * CREDIT);
    let three = ["ana", "ben", "eva"];
    assert_eq!(release(&mut world, "new", &three), 46, "nothing earned");
    for name in three {
        world.pay(name, "new", 84 * CREDIT).unwrap();
    }
    let genesis = world_genesis(&world);
    assert_eq!(
        release(&mut world, "new", &three[..2]),
        46,
        "two are too few"
    );
    assert_eq!(release(&mut world, "new", &three), 0);
    assert_eq!(world.view("new"), (250 + 3 * 84 + 250) * CREDIT);
    assert_eq!(world_genesis(&world), genesis - 250 * CREDIT);
    assert_eq!(release(&mut world, "new", &three), 46, "once for each 250");
    for name in three {
        world.pay(name, "new", 900 * CREDIT).unwrap();
    }
    assert_eq!(release(&mut world, "new", &three), 0);
    assert_eq!(
        world.view("new"),
        (1_000 + 3 * 984) * CREDIT,
        "never above the grant"
    );
    assert_eq!(release(&mut world, "new", &three), 46);
    world.check();
}

fn world_genesis(world: &World) -> i128 {
    state::genesis().load(&world.storage).unwrap()
}

#[test]
fn what_is_unreleased_after_twelve_months_returns_and_was_never_charged() {
    let mut world = newcomer();
    assert_eq!(world_genesis(&world), -5 * 250 * CREDIT);
    world.now += 366 * DAY;
    for name in ["ana", "ben", "eva"] {
        world.pay(name, "new", 100 * CREDIT).unwrap();
    }
    assert_eq!(release(&mut world, "new", &["ana", "ben", "eva"]), 46);
    assert_eq!(world_genesis(&world), -5 * 250 * CREDIT);
}

#[test]
fn a_member_who_leaves_has_no_more_released() {
    let mut world = newcomer();
    for name in ["ana", "ben", "eva"] {
        world.pay(name, "new", 100 * CREDIT).unwrap();
    }
    let (authority, owner) = (world.authority.to_string(), world.address("new"));
    world
        .execute(&authority, ExecuteMsg::SetLeaving { owner })
        .unwrap();
    assert_eq!(release(&mut world, "new", &["ana", "ben", "eva"]), 46);
    world.check();
}

#[test]
fn starter_answers_what_is_left() {
    let world = newcomer();
    let member = world.address("new");
    let shown: StarterResponse = world.query(QueryMsg::Starter { member }).unwrap();
    assert_eq!(shown.grant, Amount::credits(1_000).unwrap());
    assert_eq!(shown.released, Amount::credits(250).unwrap());
    assert_eq!(shown.until, Some(Seconds(world.now + 365 * DAY)));
}

/// Farming: a founder invites puppets who pay each other with the founder's
/// money. Whoever shares an ancestor within two generations does not count.
#[test]
fn starter_farming_within_a_sponsor_tree_releases_nothing() {
    let mut world = standard();
    enrol(&mut world, "root", 0, None);
    let puppets: Vec<String> = (1..=6).map(|n| format!("puppet {n}")).collect();
    for (person, name) in (1..).zip(&puppets) {
        enrol(&mut world, name, person, Some("root"));
    }
    // a chain below the first, too
    enrol(&mut world, "child", 50, Some("puppet 1"));
    for (place, payer) in puppets.iter().enumerate() {
        for payee in &puppets[place + 1..] {
            world.pay(payer, payee, 100 * CREDIT).unwrap();
        }
        world.pay(payer, "child", 50 * CREDIT).unwrap();
    }
    let everyone: Vec<&str> = puppets
        .iter()
        .map(String::as_str)
        .chain(["root", "child"])
        .collect();
    for name in &everyone {
        let others: Vec<&str> = everyone
            .iter()
            .copied()
            .filter(|other| other != name)
            .collect();
        assert_eq!(release(&mut world, name, &others), 46, "{name}");
    }
}

/// Farming: outsiders' payments that flow back release nothing; and an
/// organisation of one's own is no person.
#[test]
fn starter_farming_with_money_that_flows_back_or_organisations_releases_nothing() {
    let mut world = newcomer();
    for _ in 0..5 {
        for name in ["ana", "ben", "eva"] {
            world.pay(name, "new", 200 * CREDIT).unwrap();
            world.pay("new", name, 200 * CREDIT).unwrap();
        }
    }
    assert_eq!(release(&mut world, "new", &["ana", "ben", "eva"]), 46);
    let authority = world.authority.to_string();
    for name in ["shop 1", "shop 2", "shop 3"] {
        let org = NewAccount {
            kind: Kind::Org,
            person: None,
            ..world.person(name, 0)
        };
        world
            .execute(&authority, ExecuteMsg::OpenAccount(org))
            .unwrap();
        world.pay("ana", name, 200 * CREDIT).unwrap();
        world.pay(name, "new", 200 * CREDIT).unwrap();
    }
    let shops = ["shop 1", "shop 2", "shop 3"];
    assert_eq!(release(&mut world, "new", &shops), 46);
}

/// Farming: x pays a 750, a its invitee b, b pays x: nobody gave anything. Two
/// others lend their names with dust, or with the least that makes a partner.
#[test]
fn starter_farming_with_money_that_goes_round_and_dust_of_others_releases_nothing() {
    for dust in [1, 10 * CREDIT - 1, 10 * CREDIT] {
        let mut world = standard();
        for (person, name) in ["a", "x", "d", "e"].into_iter().enumerate() {
            enrol(&mut world, name, person as u64, None);
        }
        enrol(&mut world, "b", 9, Some("a"));
        for (from, to) in [("x", "a"), ("a", "b"), ("b", "x")] {
            world.pay(from, to, 750 * CREDIT).unwrap();
        }
        for (from, to) in [("d", "a"), ("e", "a"), ("d", "x"), ("e", "x")] {
            world.pay(from, to, dust).unwrap();
        }
        assert_eq!(release(&mut world, "a", &["x", "d", "e"]), 46, "{dust}");
        assert_eq!(release(&mut world, "x", &["b", "d", "e"]), 46, "{dust}");
        // who earns as much from the others has earned it
        world.pay("d", "a", 65 * CREDIT).unwrap();
        world.pay("e", "a", 65 * CREDIT).unwrap();
        let before = world.view("a");
        assert_eq!(release(&mut world, "a", &["x", "d", "e"]), 0, "{dust}");
        assert_eq!(world.view("a") - before, 250 * CREDIT, "{dust}");
    }
}

/// Farming: naming one partner many times is naming it once.
#[test]
fn a_partner_named_thrice_is_one_partner() {
    let mut world = newcomer();
    world.pay("ana", "new", 400 * CREDIT).unwrap();
    assert_eq!(release(&mut world, "new", &["ana", "ana", "ana"]), 46);
    let many = vec!["ana"; 51];
    assert_eq!(release(&mut world, "new", &many), 12);
}

// ---- sponsors

#[test]
fn for_twelve_months_a_sponsors_limit_is_lower_by_250_for_each_invitee() {
    let mut world = standard();
    enrol(&mut world, "root", 0, None);
    assert_eq!(limit(&world, "root"), 1_000);
    enrol(&mut world, "one", 1, Some("root"));
    assert_eq!(limit(&world, "root"), 750);
    next_month(&mut world);
    enrol(&mut world, "two", 2, Some("root"));
    assert_eq!(
        (limit(&world, "root"), capacity(&world, "root").invitees),
        (500, 2)
    );
    for _ in 0..12 {
        next_month(&mut world);
        count(&mut world);
        assert!(limit(&world, "root") <= 750);
    }
    assert_eq!(limit(&world, "root"), 500, "for at least 12 months");
    next_month(&mut world);
    count(&mut world);
    assert_eq!(limit(&world, "root"), 750);
    next_month(&mut world);
    count(&mut world);
    assert_eq!(limit(&world, "root"), 1_000);
}

/// Sponsor trees: inviting more than one's limit carries takes the whole
/// limit, and each invitee's loss falls on the sponsor first.
#[test]
fn a_sponsor_of_many_puppets_has_no_limit_left_and_bears_their_losses_first() {
    let mut world = standard();
    enrol(&mut world, "root", 0, None);
    for person in 1..=6 {
        enrol(
            &mut world,
            &format!("puppet {person}"),
            person,
            Some("root"),
        );
    }
    assert_eq!(limit(&world, "root"), 0);
    let loss = 900 * CREDIT;
    let claims = |world: &World, number| {
        guarantors::<Standard>(&world.storage, number, loss, world.now).unwrap()
    };
    assert_eq!(
        claims(&world, 1),
        [(0, 250 * CREDIT)],
        "the limit is gone, and what it has answers"
    );
    let mut fresh = standard();
    enrol(&mut fresh, "root", 0, None);
    enrol(&mut fresh, "puppet", 1, Some("root"));
    assert_eq!(claims(&fresh, 1), [(0, 500 * CREDIT)]);
    fresh.now += 365 * DAY;
    assert_eq!(claims(&fresh, 1), [(0, 500 * CREDIT)]);
    fresh.now += 1;
    assert_eq!(claims(&fresh, 1), [], "for 12 months");
    assert_eq!(claims(&fresh, 0), [], "nobody sponsored the root");
}

#[test]
fn a_rich_sponsor_bears_the_first_500_however_many_it_brought_in() {
    let mut world = World::new(|msg| msg.starter_grant = Amount::credits(5_000));
    enrol(&mut world, "root", 0, None);
    for person in 1..=6 {
        enrol(&mut world, &format!("p{person}"), person, Some("root"));
    }
    assert_eq!(limit(&world, "root"), 0);
    let claims = guarantors::<Standard>(&world.storage, 1, 1_000 * CREDIT, world.now).unwrap();
    assert_eq!(claims, [(0, 500 * CREDIT)]);
}

// ---- limits

/// Everybody of `names` pays `to` so much this month.
fn earn(world: &mut World, to: &str, names: &[&str], each: i128) {
    for name in names {
        world.pay(name, to, each).unwrap();
    }
}

#[test]
fn a_limit_rises_with_earnings_from_three_partners_month_by_month() {
    let mut world = World::new(|msg| msg.starter_grant = Amount::credits(100_000));
    let names = ["ana", "ben", "eva"];
    for (person, name) in names.into_iter().chain(["shop"]).enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    assert_eq!(limit(&world, "shop"), 1_000);
    let mut limits = Vec::new();
    for _ in 0..14 {
        earn(&mut world, "shop", &names, 1_000 * CREDIT);
        next_month(&mut world);
        count(&mut world);
        limits.push(limit(&world, "shop"));
    }
    // the average climbs from 500 by a sixth of what is missing to 3,000
    assert_eq!(limits[..5], [1_100, 1_210, 1_331, 1_464, 1_610]);
    assert!(
        limits
            .windows(2)
            .all(|two| two[1] - two[0] <= (two[0] / 10 + 1).max(100))
    );
    assert!(*limits.last().unwrap() > 3_500, "{limits:?}");
    assert_eq!(limit(&world, "ana"), 1_000, "who earns nothing stays");
    // without earnings the target falls, and the limit with it; nothing is taken
    let before = world.view("shop");
    for _ in 0..9 {
        next_month(&mut world);
        count(&mut world);
    }
    assert!(limit(&world, "shop") < *limits.last().unwrap());
    assert!(world.view("shop") <= before);
    world.check();
}

/// Fake volume: two friends who pay to and fro earn nothing, and earnings from
/// fewer than three partners raise no limit.
#[test]
fn fake_volume_raises_no_limit() {
    let mut world = World::new(|msg| msg.starter_grant = Amount::credits(100_000));
    for (person, name) in ["a", "b", "c"].into_iter().enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    for month in 0..6 {
        for _ in 0..20 {
            world.pay("a", "b", 4_000 * CREDIT).unwrap();
            world.pay("b", "a", 4_000 * CREDIT).unwrap();
            world.pay("c", "a", 100 * CREDIT).unwrap();
            world.pay("a", "c", 100 * CREDIT).unwrap();
        }
        // one way, but from two only
        earn(&mut world, "c", &["a", "b"], 4_000 * CREDIT);
        next_month(&mut world);
        count(&mut world);
        for name in ["a", "b", "c"] {
            let shown = capacity(&world, name);
            assert_eq!(
                shown.limit,
                Amount::credits(1_000).unwrap(),
                "{name} {month}"
            );
            assert_eq!(shown.average, Amount::ZERO, "{name} {month}");
        }
    }
}

/// Fake volume: one payer, and two others with dust or little beside it.
#[test]
fn one_payer_beside_dust_raises_no_limit_and_beside_little_only_a_little() {
    for (beside, average) in [(1, 0), (10 * CREDIT, 40 / 6)] {
        let mut world = World::new(|msg| msg.starter_grant = Amount::credits(100_000));
        for (person, name) in ["shop", "a", "b", "c"].into_iter().enumerate() {
            enrol(&mut world, name, person as u64, None);
        }
        world.pay("a", "shop", 6_000 * CREDIT).unwrap();
        earn(&mut world, "shop", &["b", "c"], beside);
        next_month(&mut world);
        count(&mut world);
        let shown = capacity(&world, "shop");
        assert_eq!(shown.average.signed() / CREDIT, average);
    }
}

#[test]
fn lowering_a_limit_takes_nothing_and_only_blocks_further_spending() {
    let mut world = standard();
    enrol(&mut world, "ana", 0, None);
    enrol(&mut world, "ben", 1, None);
    world.pay("ana", "ben", 1_200 * CREDIT).unwrap();
    let ana = world.address("ana");
    let authority = world.authority.to_string();
    let lower = ExecuteMsg::SetLimit {
        owner: ana,
        limit: Amount::credits(300).unwrap(),
    };
    let before = world.views();
    world.execute(&authority, lower).unwrap();
    assert_eq!(world.views(), before);
    assert_eq!(code(world.pay("ana", "ben", 1)), 9);
    world.pay("ben", "ana", 700 * CREDIT).unwrap();
    world.pay("ana", "ben", 50 * CREDIT).unwrap();
    // what the authority named stays through the months
    next_month(&mut world);
    count(&mut world);
    assert_eq!(limit(&world, "ana"), 300);
    world.check();
}

#[test]
fn a_sanction_scales_the_limit_and_no_month_undoes_it() {
    let mut world = standard();
    enrol(&mut world, "ana", 0, None);
    let (authority, owner) = (world.authority.to_string(), world.address("ana"));
    let sanction = ExecuteMsg::SetStanding {
        owner,
        scale_bps: 5_000,
        frozen: false,
    };
    world.execute(&authority, sanction).unwrap();
    assert_eq!(limit(&world, "ana"), 500);
    next_month(&mut world);
    count(&mut world);
    assert_eq!(limit(&world, "ana"), 500);
}

// ---- the exempt floor

#[test]
fn under_the_literal_product_a_factor_may_be_nothing_and_then_so_is_the_capacity() {
    let landless = Factors {
        resources: 0,
        ..Factors::UNASSESSED
    };
    assert_eq!(landless.outside(LiteralProduct::factor_bounds()), None);
    assert_eq!(
        LiteralProduct::capacity(landless, factors::ONE),
        Amount::ZERO
    );
    assert_eq!(
        landless.outside(Standard::factor_bounds()),
        Some(("resources", 0))
    );
    let skilled = Factors {
        skills: 20_000,
        ..Factors::UNASSESSED
    };
    let capacity = LiteralProduct::capacity(skilled, factors::ONE);
    assert_eq!(capacity, Amount::credits(10_000).unwrap());
}
