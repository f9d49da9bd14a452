//! The economy through messages: starter, limits, sponsors, assessments, the
//! census and the controller; and what each rule exists to stop.

mod world;

use mycel_credit::census;
use mycel_credit::contract;
use mycel_credit::economy;
use mycel_credit::ledger;
use mycel_credit::msg::{
    CapacityResponse, ControllerResponse, EconomyChanges, ExecuteMsg, NewAccount,
    ParameterChanges, QueryMsg, SetFactors, StarterResponse, SudoMsg,
};
use mycel_credit::policies::Standard;
use mycel_credit::sponsor::guarantors;
use mycel_credit::state::{self, Kind};
use mycel_credit::volume;
use mycel_kit::peers::members::{MembersQuery, Related, Standing, Status};
use mycel_kit::peers::sortition::{Drawn, SortitionQuery};
use mycel_kit::{Amount, Id, Seconds};
use world::{CREDIT, DAY, Random, World};

const MONTH: u64 = 30 * DAY;

/// A world whose economy has these parameters.
fn economy(changes: EconomyChanges) -> World {
    World::new(|msg| {
        msg.parameters = Some(Box::new(ParameterChanges {
            economy: Some(changes),
            ..ParameterChanges::default()
        }));
    })
}

fn standard() -> World {
    economy(EconomyChanges::default())
}

fn enrol(world: &mut World, name: &str, person: u64, sponsor: Option<&str>) {
    let new = NewAccount {
        sponsor: sponsor.map(|sponsor| world.address(sponsor)),
        ..world.person(name, person)
    };
    let authority = world.authority.to_string();
    world
        .execute(&authority, ExecuteMsg::OpenAccount(new))
        .expect("enrols");
}

fn code(result: Result<(), mycel_credit::error::ContractError>) -> u32 {
    result.map_or_else(|error| error.code(), |()| 0)
}

fn release(world: &mut World, member: &str, partners: &[&str]) -> u32 {
    let anyone = world.address("anyone");
    let msg = ExecuteMsg::ReleaseStarter {
        member: world.address(member),
        partners: partners.iter().map(|name| world.address(name)).collect(),
    };
    code(world.execute(&anyone, msg))
}

fn capacity(world: &World, name: &str) -> CapacityResponse {
    let member = world.address(name);
    world.query(QueryMsg::Capacity { member }).unwrap()
}

fn controller(world: &World) -> ControllerResponse {
    world.query(QueryMsg::Controller {}).unwrap()
}

fn limit(world: &World, name: &str) -> i128 {
    capacity(world, name).limit.signed() / CREDIT
}

fn advance(world: &mut World, limit: u32) {
    let anyone = world.address("anyone");
    world
        .execute(&anyone, ExecuteMsg::Advance { limit })
        .expect("advances");
}

/// Ends of blocks until the census has nothing more to do.
fn count(world: &mut World) {
    for _ in 0..1_000 {
        let before = census::census().load(&world.storage).unwrap();
        advance(world, 2_000);
        if census::census().load(&world.storage).unwrap() == before {
            return;
        }
    }
    panic!("the census does not end");
}

/// A new world in the first period of 30 days that it sees wholly.
fn in_a_whole_month(mut world: World) -> World {
    next_month(&mut world);
    world
}

/// To the first day of the next period of 30 days.
fn next_month(world: &mut World) {
    world.now = (world.now / MONTH + 1) * MONTH + DAY;
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
    assert_eq!(release(&mut world, "new", &three[..2]), 46, "two are too few");
    assert_eq!(release(&mut world, "new", &three), 0);
    assert_eq!(world.view("new"), (250 + 3 * 84 + 250) * CREDIT);
    assert_eq!(world_genesis(&world), genesis - 250 * CREDIT);
    assert_eq!(release(&mut world, "new", &three), 46, "once for each 250");
    for name in three {
        world.pay(name, "new", 900 * CREDIT).unwrap();
    }
    assert_eq!(release(&mut world, "new", &three), 0);
    assert_eq!(world.view("new"), (1_000 + 3 * 984) * CREDIT, "never above the grant");
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
    let everyone: Vec<&str> = puppets.iter().map(String::as_str).chain(["root", "child"]).collect();
    for name in &everyone {
        let others: Vec<&str> = everyone.iter().copied().filter(|other| other != name).collect();
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
        world.pay(name, "new", 200 * CREDIT).unwrap();
    }
    let shops = ["shop 1", "shop 2", "shop 3"];
    assert_eq!(release(&mut world, "new", &shops), 46);
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
    assert_eq!((limit(&world, "root"), capacity(&world, "root").invitees), (500, 2));
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
        enrol(&mut world, &format!("puppet {person}"), person, Some("root"));
    }
    assert_eq!(limit(&world, "root"), 0);
    let loss = 900 * CREDIT;
    let claims = |world: &World, number| guarantors::<Standard>(&world.storage, number, loss, world.now).unwrap();
    assert_eq!(claims(&world, 1), [], "up to the own limit, which is gone");
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
    assert!(limits.windows(2).all(|two| two[1] - two[0] <= (two[0] / 10 + 1).max(100)));
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
            assert_eq!(shown.limit, Amount::credits(1_000).unwrap(), "{name} {month}");
            assert_eq!(shown.average, Amount::ZERO, "{name} {month}");
        }
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

// ---- assessments

const DRAWN: [&str; 3] = ["ass 1", "ass 2", "ass 3"];

/// Members and sortition answer for these people; person numbers are places.
fn jury() -> World {
    let mut world = standard();
    let (members, sortition) = (world.address("members"), world.address("sortition"));
    let people = ["subject", "ass 1", "ass 2", "ass 3", "ring", "stranger"];
    for (person, name) in (0..).zip(people) {
        enrol(&mut world, name, person, None);
        let question = MembersQuery::Standing {
            address: world.address(name),
        };
        let standing = Standing {
            person: Id(person),
            status: Status::Active,
            step: "none".into(),
            since: Seconds(world.now),
            kind: Kind::Person,
            roles: vec!["pay".into()],
        };
        world.answer(&members, &question, &standing);
        let related = Related {
            sponsor: name == "ring",
            org: false,
            vouch: false,
        };
        let question = MembersQuery::Related {
            a: Id(0),
            b: Id(person),
        };
        world.answer(&members, &question, &related);
    }
    let (authority, parameters) = (world.authority.to_string(), ParameterChanges {
        members: Some(members),
        sortition: Some(sortition),
        ..ParameterChanges::default()
    });
    world
        .execute(&authority, ExecuteMsg::SetParameters(Box::new(parameters)))
        .unwrap();
    world
}

fn draw(world: &mut World, nth: u32, persons: &[u64], done: bool) {
    let sortition = world.address("sortition");
    let question = SortitionQuery::Drawn {
        r#ref: format!("credit/assess/0/{nth}"),
    };
    let drawn = Drawn {
        persons: persons.iter().copied().map(Id).collect(),
        done,
    };
    world.answer(&sortition, &question, &drawn);
}

fn ask(world: &mut World) -> u32 {
    let subject = world.address("subject");
    code(world.execute(&subject, ExecuteMsg::AskAssessment {}))
}

fn say(world: &mut World, assessor: &str, bps: u16) -> u32 {
    let said = SetFactors {
        member: world.address("subject"),
        skills: bps,
        time: 10_000,
        tools: 10_000,
        resources: 10_000,
    };
    let assessor = world.address(assessor);
    code(world.execute(&assessor, ExecuteMsg::SetFactors(said)))
}

fn close(world: &mut World) -> u32 {
    let (anyone, member) = (world.address("anyone"), world.address("subject"));
    code(world.execute(&anyone, ExecuteMsg::CloseAssessment { member }))
}

#[test]
fn the_median_of_assessors_drawn_by_lot_becomes_the_capacity() {
    let mut world = jury();
    assert_eq!(ask(&mut world), 0);
    assert_eq!(world.last.messages.len(), 1, "sortition is asked to draw");
    assert_eq!(ask(&mut world), 60, "one at a time");
    draw(&mut world, 1, &[1, 2, 3], false);
    assert_eq!(say(&mut world, "ass 1", 15_000), 62, "the draw is not done");
    draw(&mut world, 1, &[1, 2, 3], true);
    for (name, bps) in DRAWN.into_iter().zip([15_000, 2_500, 5_000]) {
        assert_eq!(capacity(&world, "subject").factors[0], 10_000);
        assert_eq!(say(&mut world, name, bps), 0);
    }
    let shown = capacity(&world, "subject");
    assert_eq!(shown.factors, [5_000, 10_000, 10_000, 10_000]);
    assert_eq!(shown.capacity, Amount::credits(2_500).unwrap());
    assert_eq!(shown.assessors, [1, 2, 3]);
    assert_eq!(shown.assessed_until, Some(Seconds(world.now + 730 * DAY)));
    assert_eq!(shown.assessment, None);
    assert_eq!(say(&mut world, "ass 1", 15_000), 61, "it is over");
}

#[test]
fn a_capacity_below_the_limit_lowers_it_at_once() {
    let mut world = jury();
    ask(&mut world);
    draw(&mut world, 1, &[1, 2, 3], true);
    for name in DRAWN {
        // 5,000 / 4 / 4 … only skills are judged here: 1,250
        say(&mut world, name, 2_500);
    }
    assert_eq!(capacity(&world, "subject").capacity, Amount::credits(1_250).unwrap());
    assert_eq!(limit(&world, "subject"), 1_000);
    let mut world = jury();
    ask(&mut world);
    draw(&mut world, 1, &[1, 2, 3], true);
    for name in DRAWN {
        let said = SetFactors {
            member: world.address("subject"),
            skills: 2_500,
            time: 2_500,
            tools: 10_000,
            resources: 10_000,
        };
        let assessor = world.address(name);
        world.execute(&assessor, ExecuteMsg::SetFactors(said)).unwrap();
    }
    assert_eq!(limit(&world, "subject"), 312);
}

/// Assessor rings: only who was drawn, and is related in no way, once, and
/// within the bounds.
#[test]
fn an_assessor_ring_gets_nowhere() {
    let mut world = jury();
    assert_eq!(say(&mut world, "ring", 20_000), 61, "nobody asked");
    ask(&mut world);
    draw(&mut world, 1, &[4, 1, 2, 3], true);
    assert_eq!(say(&mut world, "ring", 20_000), 62, "drawn, but related");
    assert_eq!(say(&mut world, "stranger", 20_000), 62, "not drawn");
    assert_eq!(say(&mut world, "ass 3", 20_000), 62, "the fourth of three");
    assert_eq!(say(&mut world, "subject", 20_000), 62, "oneself");
    assert_eq!(say(&mut world, "ass 1", 20_001), 10);
    assert_eq!(say(&mut world, "ass 1", 2_499), 10);
    assert_eq!(say(&mut world, "ass 1", 20_000), 0);
    assert_eq!(say(&mut world, "ass 1", 20_000), 62, "once");
    assert_eq!(capacity(&world, "subject").factors[0], 10_000, "one decides nothing");
    // nor can one ask until the draw is friendly
    world.now += 15 * DAY;
    assert_eq!(close(&mut world), 0);
    assert_eq!(ask(&mut world), 63);
    world.now += 165 * DAY;
    assert_eq!(ask(&mut world), 0);
}

#[test]
fn an_assessment_that_too_few_answer_lapses_and_two_of_three_are_enough() {
    for (answers, assessed) in [(1, 10_000), (2, 5_000)] {
        let mut world = jury();
        ask(&mut world);
        draw(&mut world, 1, &[1, 2, 3], true);
        for name in &DRAWN[..answers] {
            assert_eq!(say(&mut world, name, 5_000), 0);
        }
        world.now += 14 * DAY;
        assert_eq!(close(&mut world), 32, "the time is not up");
        world.now += 1;
        assert_eq!(say(&mut world, "ass 3", 5_000), 31, "too late");
        assert_eq!(close(&mut world), 0);
        assert_eq!(capacity(&world, "subject").factors[0], assessed);
        assert_eq!(close(&mut world), 61);
    }
}

#[test]
fn without_sortition_or_members_nobody_is_assessed() {
    let mut world = standard();
    enrol(&mut world, "subject", 0, None);
    assert_eq!(ask(&mut world), 40);
}

#[test]
fn assessors_bear_a_tenth_of_a_later_loss_while_their_factors_hold() {
    let mut world = jury();
    ask(&mut world);
    draw(&mut world, 1, &[1, 2, 3], true);
    for name in DRAWN {
        say(&mut world, name, 20_000);
    }
    let claims = |world: &World| guarantors::<Standard>(&world.storage, 0, 3_000 * CREDIT, world.now).unwrap();
    assert_eq!(claims(&world), [(1, 100 * CREDIT), (2, 100 * CREDIT), (3, 100 * CREDIT)]);
    world.now += 730 * DAY + 1;
    assert_eq!(claims(&world), []);
    assert_eq!(capacity(&world, "subject").factors, [10_000; 4], "neutral again");
}

// ---- volume, census, controller

/// The census of random trade against a sort.
#[test]
fn the_census_finds_the_exact_median_and_volume_in_pieces_of_any_size() {
    for seed in 1..=12u64 {
        let mut random = Random(seed);
        let mut world = in_a_whole_month(World::new(|msg| {
            msg.starter_grant = Amount::credits(1_000_000);
        }));
        let members = 3 + random.below(90);
        let names: Vec<String> = (0..members).map(|n| format!("m{n}")).collect();
        for (person, name) in (0..).zip(&names) {
            enrol(&mut world, name, person, None);
        }
        let mut spent = std::collections::BTreeMap::new();
        for _ in 0..members * 3 {
            // always from lower to higher: net is what was paid
            let from = random.below(members - 1);
            let to = from + 1 + random.below(members - from - 1);
            let pico = 1 + random.next() % (1 << (1 + random.below(50)));
            world
                .pay(&names[from as usize], &names[to as usize], i128::from(pico))
                .unwrap();
            *spent.entry(from).or_insert(0u64) += pico;
        }
        let mut sorted: Vec<u64> = spent.values().copied().collect();
        sorted.sort_unstable();
        let median = sorted[(sorted.len() - 1) / 2];
        let volume: u128 = sorted.iter().map(|&each| u128::from(each.min(2 * median))).sum();
        let counted = world.now / MONTH;
        next_month(&mut world);
        let piece = 1 + random.below(700) as u32;
        for _ in 0..3_000 {
            // payments of the new month disturb nothing
            if random.below(4) == 0 {
                world.pay(&names[0], &names[1], CREDIT).unwrap();
            }
            advance(&mut world, piece);
        }
        let shown = controller(&world);
        assert_eq!(u64::from(shown.period), counted, "seed={seed} piece={piece}");
        assert_eq!(shown.volume.u128(), volume, "seed={seed} piece={piece}");
        assert_eq!(shown.median.pico(), median, "seed={seed} piece={piece}");
        assert_eq!(u64::from(shown.persons), members);
        assert!(!census::page(0).exists(&world.storage), "its pages are gone");
        world.check();
    }
}

/// Controller manipulation: paying to and fro is no volume; a payer as rich
/// as all others counts as two ordinary ones.
#[test]
fn neither_paying_to_and_fro_nor_one_rich_payer_moves_the_need() {
    let measure = |friends: u32, rich: i128| {
        let mut world = in_a_whole_month(World::new(|msg| {
            msg.starter_grant = Amount::credits(100_000);
        }));
        let names: Vec<String> = (0..12).map(|n| format!("m{n}")).collect();
        for (person, name) in (0..).zip(&names) {
            enrol(&mut world, name, person, None);
        }
        for pair in names[..10].chunks(2) {
            world.pay(&pair[0], &pair[1], 100 * CREDIT).unwrap();
        }
        for _ in 0..friends {
            world.pay("m10", "m11", 5_000 * CREDIT).unwrap();
            world.pay("m11", "m10", 5_000 * CREDIT).unwrap();
        }
        if rich > 0 {
            world.pay("m10", "m11", rich * CREDIT).unwrap();
        }
        next_month(&mut world);
        count(&mut world);
        let shown = controller(&world);
        (shown.volume.u128() as i128 / CREDIT, shown.need.u128())
    };
    let quiet = measure(0, 0);
    assert_eq!(quiet.0, 500);
    assert_eq!(measure(50, 0), quiet);
    assert_eq!(measure(0, 50_000).0, 700);
}

#[test]
fn a_census_that_is_too_slow_is_dropped_and_the_last_volume_stays() {
    let mut world = in_a_whole_month(World::new(|msg| {
        msg.starter_grant = Amount::credits(100_000);
    }));
    for (person, name) in ["a", "b"].into_iter().enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    world.pay("a", "b", 70 * CREDIT).unwrap();
    next_month(&mut world);
    count(&mut world);
    let first = controller(&world);
    assert_eq!(first.volume.u128() as i128, 70 * CREDIT);
    world.pay("a", "b", 10 * CREDIT).unwrap();
    next_month(&mut world);
    advance(&mut world, 1);
    assert_eq!(controller(&world).volume, first.volume);
    world.pay("a", "b", 30 * CREDIT).unwrap();
    next_month(&mut world);
    count(&mut world);
    assert_eq!(controller(&world).volume.u128() as i128, 30 * CREDIT);
}

/// A town of ten whose money is far above its need.
fn rich_town(after_days: u16) -> World {
    let mut world = World::new(|msg| {
        msg.starter_grant = Amount::credits(5_000);
        msg.parameters = Some(Box::new(ParameterChanges {
            economy: Some(EconomyChanges {
                starter_opening: Amount::credits(5_000),
                controller_after_days: Some(after_days),
                ..EconomyChanges::default()
            }),
            ..ParameterChanges::default()
        }));
    });
    for person in 0..10 {
        enrol(&mut world, &format!("m{person}"), person, None);
    }
    world
}

/// The same after its first whole month.
fn measured_town() -> World {
    let mut world = rich_town(0);
    for _ in 0..2 {
        next_month(&mut world);
        count(&mut world);
    }
    world
}

#[test]
fn the_month_that_the_contract_began_in_is_no_measure() {
    let mut world = rich_town(0);
    next_month(&mut world);
    count(&mut world);
    assert_eq!(controller(&world).period, 0);
    assert_eq!(controller(&world).signal_ppm, 0, "so there is no tick yet");
    next_month(&mut world);
    count(&mut world);
    assert_ne!(controller(&world).period, 0);
}

#[test]
fn the_controller_moves_the_rate_daily_and_no_view_at_that_instant() {
    let mut world = measured_town();
    let mut rate = controller(&world).rate_ppb_per_day;
    for _ in 0..200 {
        world.now += DAY;
        let before = world.views();
        advance(&mut world, 8);
        assert_eq!(world.views(), before, "a change of the rate moves no view");
        let now = controller(&world).rate_ppb_per_day;
        assert!(now >= rate && now <= rate + rate / 50, "{rate} -> {now}");
        rate = now;
        world.check();
    }
    assert_eq!(rate, 3_000_000, "money is many times the need");
    // a second look on the same day changes nothing
    let map = world.storage.map.clone();
    advance(&mut world, 0);
    assert_eq!(world.storage.map, map);
}

#[test]
fn the_rate_is_not_retroactive_when_the_controller_changes_it() {
    let mut world = measured_town();
    let lambda = world.lambda();
    let clock = world.clock();
    world.now += 10 * DAY;
    let expected = lambda + clock.lam * u128::from(10 * DAY);
    advance(&mut world, 1);
    assert_ne!(world.clock().lam, clock.lam);
    assert_eq!(world.lambda(), expected);
}

#[test]
fn for_180_days_the_rate_stands() {
    let mut world = rich_town(180);
    let born = world.now / DAY;
    while world.now / DAY < born + 179 {
        world.now += DAY;
        advance(&mut world, 640);
        assert_eq!(controller(&world).rate_ppb_per_day, 1_000_000);
    }
    world.now += DAY;
    advance(&mut world, 64);
    assert_eq!(controller(&world).rate_ppb_per_day, 1_020_000);
}

#[test]
fn the_end_of_a_block_does_the_same_as_advance() {
    let (mut by_chain, mut by_anyone) = (rich_town(0), rich_town(0));
    for _ in 0..100 {
        by_chain.now += DAY;
        by_anyone.now += DAY;
        let env = by_chain.env();
        let querier = cosmwasm_std::testing::MockQuerier::default();
        let deps = cosmwasm_std::DepsMut {
            storage: &mut by_chain.storage,
            api: &by_chain.api,
            querier: cosmwasm_std::QuerierWrapper::new(&querier),
        };
        contract::sudo::<Standard>(deps, env, SudoMsg::EndBlock {}).unwrap();
        advance(&mut by_anyone, 500);
    }
    assert_eq!(
        controller(&by_chain).rate_ppb_per_day,
        controller(&by_anyone).rate_ppb_per_day
    );
    assert!(controller(&by_chain).counted);
}

#[test]
fn the_authority_sets_the_rate_and_the_controller_goes_on_from_it() {
    let mut world = rich_town(180);
    let authority = world.authority.to_string();
    let change = ParameterChanges {
        rate_ppb_per_day: Some(2_000_000),
        ..ParameterChanges::default()
    };
    world
        .execute(&authority, ExecuteMsg::SetParameters(Box::new(change)))
        .unwrap();
    assert_eq!(controller(&world).base_ppb_per_day, 2_000_000);
}

// ---- the exempt floor

#[test]
fn the_exempt_floor_belongs_to_the_person_and_only_what_exceeds_it_decays() {
    let floor = 400 * CREDIT;
    let mut world = World::new(|msg| {
        msg.parameters = Some(Box::new(ParameterChanges {
            economy: Some(EconomyChanges {
                exempt: Amount::from_i128(floor),
                starter_opening: Amount::credits(1_000),
                ..EconomyChanges::default()
            }),
            ..ParameterChanges::default()
        }));
    });
    enrol(&mut world, "ana", 0, None);
    enrol(&mut world, "ben", 1, None);
    let authority = world.authority.to_string();
    let org = NewAccount {
        kind: Kind::Org,
        person: None,
        ..world.person("shop", 0)
    };
    world
        .execute(&authority, ExecuteMsg::OpenAccount(org))
        .unwrap();
    world.pay("ana", "shop", 300 * CREDIT).unwrap();
    world.pay("ben", "shop", 700 * CREDIT).unwrap();
    world.now += 693 * DAY;
    let half = |pico: i128| (pico * 49 / 100)..=(pico * 51 / 100);
    assert!(half(300 * CREDIT).contains(&(world.view("ana") - floor)), "only the excess");
    assert_eq!(world.view("ben"), 300 * CREDIT, "below the floor nothing decays");
    assert!(half(1_000 * CREDIT).contains(&world.view("shop")), "an organisation has no floor");
    world.now += 100_000 * DAY;
    assert_eq!(world.view("ana"), floor, "never below it");
    world.settle(&["ana", "ben", "shop"]);
    world.check();
}

#[test]
fn a_new_floor_moves_no_position_that_is_settled() {
    let mut world = rich_town(0);
    let before = world.views();
    let changes = EconomyChanges {
        exempt: Amount::credits(1_000),
        ..EconomyChanges::default()
    };
    let parameters = state::parameters().load(&world.storage).unwrap();
    economy::change(&mut world.storage, &parameters, &changes).unwrap();
    assert_eq!(world.views(), before);
}

// ---- books

#[test]
fn spent_earned_and_nets_agree_after_folding() {
    let mut world = World::new(|msg| msg.starter_grant = Amount::credits(100_000));
    let names: Vec<String> = (0..8).map(|n| format!("m{n}")).collect();
    for (person, name) in (0..).zip(&names) {
        enrol(&mut world, name, person, None);
    }
    let mut random = Random(5);
    for _ in 0..500 {
        let from = random.below(8);
        let to = (from + 1 + random.below(7)) % 8;
        let pico = i128::from(1 + random.next() % 1_000_000);
        world
            .pay(&names[from as usize], &names[to as usize], pico)
            .unwrap();
    }
    let every: Vec<&str> = names.iter().map(String::as_str).collect();
    world.settle(&every);
    let period = u16::try_from(world.now / MONTH).unwrap();
    let of = |number| volume::activity_in(&world.storage, number, period).unwrap();
    let spent: u64 = (0..8).map(|number| of(number).spent).sum();
    let earned: u64 = (0..8).map(|number| of(number).earned).sum();
    let nets: u64 = (0..8u32)
        .flat_map(|a| (a + 1..8).map(move |b| (a, b)))
        .map(|(a, b)| {
            let pair = volume::pair(a, b).may_load(&world.storage).unwrap();
            pair.unwrap_or_default().net.get(period).unsigned_abs()
        })
        .sum();
    assert!(spent > 0);
    assert_eq!((spent, earned), (nets, nets));
    assert!(ledger::ledger(0).may_load(&world.storage).unwrap().is_none());
}
