//! Assessments by lot: how factors come about, and who may not bring them about.

use crate::world::months::{capacity, code, enrol, limit, standard};
use crate::world::{CREDIT, DAY, World};
use mycel_credit::msg::{ExecuteMsg, ParameterChanges, SetFactors};
use mycel_credit::policies::Standard;
use mycel_credit::sponsor::guarantors;
use mycel_credit::state::Kind;
use mycel_kit::peers::members::{MembersQuery, Related, Standing, Status};
use mycel_kit::peers::sortition::{Drawn, SortitionQuery};
use mycel_kit::{Amount, Id, Seconds};

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
    let (authority, parameters) = (
        world.authority.to_string(),
        ParameterChanges {
            members: Some(members),
            sortition: Some(sortition),
            ..ParameterChanges::default()
        },
    );
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
    assert_eq!(
        capacity(&world, "subject").capacity,
        Amount::credits(1_250).unwrap()
    );
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
        world
            .execute(&assessor, ExecuteMsg::SetFactors(said))
            .unwrap();
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
    assert_eq!(
        capacity(&world, "subject").factors[0],
        10_000,
        "one decides nothing"
    );
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
    let claims = |world: &World| {
        guarantors::<Standard>(&world.storage, 0, 3_000 * CREDIT, world.now).unwrap()
    };
    assert_eq!(
        claims(&world),
        [(1, 100 * CREDIT), (2, 100 * CREDIT), (3, 100 * CREDIT)]
    );
    world.now += 730 * DAY + 1;
    assert_eq!(claims(&world), []);
    assert_eq!(
        capacity(&world, "subject").factors,
        [10_000; 4],
        "neutral again"
    );
}
