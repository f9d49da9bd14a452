//! Who may vote, in pages: exact at the height where a vote opened and at the
//! one where it closed.

use cosmwasm_std::testing::MockStorage;
use mycel_kit::ladder::Step;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::{Electors, Eligible, Status};
use mycel_kit::{Id, Seconds};
use mycel_members::ask::{MembersResponse, QueryMsg};
use mycel_members::msg::Page;
use mycel_members::snapshot;
use mycel_members::state::{self, Moment, Person, Told, Totals};
use serde_json::json;

use crate::world::{DAY, World};

fn town() -> World {
    let mut world = World::new(json!({"growth_least": 100, "invites_per_epoch": 50}));
    world.found(&["ana", "ben", "cleo", "dan"]);
    world
}

/// All pages of a size: (person, whether it still has a say).
#[track_caller]
fn electors(
    world: &World,
    at: u64,
    still_at: Option<u64>,
    days: u64,
    size: u32,
) -> Vec<(u64, bool)> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let page: Electors = world.query(&QueryMsg::Electors {
            at: Id(at),
            residency: Seconds(days * DAY),
            still_at: still_at.map(Id),
            after,
            limit: Some(size),
        });
        assert!(page.electors.len() <= size as usize);
        all.extend(page.electors.iter().map(|one| (one.person.0, one.still)));
        let Some(next) = page.next else { return all };
        assert!(after < Some(next), "pages go on");
        after = Some(next);
    }
}

/// What `eligible` says of every person's own address.
pub fn eligible(world: &World, at: u64, days: u64) -> Vec<u64> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let limit = None;
        let page: MembersResponse = world.query(&QueryMsg::Members(Page { after, limit }));
        for member in page.members {
            let answer: Eligible = world.query(&QueryMsg::Eligible {
                address: member.address,
                at: Id(at),
                residency: Seconds(days * DAY),
            });
            if answer.eligible {
                all.push(member.person.0);
            }
        }
        let Some(next) = page.next else { return all };
        after = Some(next);
    }
}

/// Electors at some heights are those that `eligible` tells of, and still have
/// a say at a later height if `eligible` says so without residency.
#[track_caller]
pub fn agree(world: &World, heights: &[u64]) {
    for (number, at) in heights.iter().enumerate() {
        for days in [0, 30] {
            let expected = eligible(world, *at, days);
            for later in &heights[number..] {
                let still = eligible(world, *later, 0);
                let expected: Vec<_> = expected
                    .iter()
                    .map(|person| (*person, still.contains(person)))
                    .collect();
                let found = electors(world, *at, Some(*later), days, 3);
                assert_eq!(found, expected, "at={at} later={later} days={days}");
            }
        }
    }
}

#[test]
fn electors_are_exact_at_the_opening_and_at_the_close_and_never_change_afterwards() {
    let mut world = town();
    world.join("ana", "eve");
    world.ok(
        "ana",
        json!({"add_key": {"address": mycel_sandbox::address("phone"), "roles": ["vote"]}}),
    );
    let opened = world.sandbox.height();
    world.join("ana", "fay");
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("ben", "cleo", step);
    }
    world.ok("dan", json!({"leave": {}}));
    world.block();
    let closed = world.sandbox.height();
    let expected = [(1, true), (2, true), (3, false), (4, false), (5, true)];
    assert_eq!(electors(&world, opened, Some(closed), 0, 200), expected);
    let at_once = expected.map(|(person, _)| (person, true));
    assert_eq!(electors(&world, opened, None, 0, 200), at_once);
    // whoever was not there at the opening has no vote, however long it is there now
    world.wait(200 * DAY);
    world.advance();
    world.block();
    let back = world.sandbox.height();
    assert_eq!(electors(&world, opened, Some(closed), 0, 200), expected);
    assert_eq!(
        electors(&world, opened, Some(back), 0, 200)[2],
        (3, true),
        "the suspension ran out"
    );
    agree(&world, &[0, opened, closed, back, back + 1]);
}

#[test]
fn electors_have_been_members_for_long_enough_at_the_opening() {
    let mut world = town();
    world.join("ana", "eve");
    let early = world.sandbox.height();
    world.wait(61 * DAY);
    world.advance();
    world.block();
    let late = world.sandbox.height();
    let founders = [(1, true), (2, true), (3, true), (4, true)];
    assert_eq!(electors(&world, early, None, 60, 200), founders);
    assert_eq!(electors(&world, late, None, 60, 200).len(), 5);
}

#[test]
fn pages_of_every_size_hold_the_same_electors_and_organisations_none() {
    let mut world = town();
    let org = json!({"purpose": "bread", "threshold_bps": 6000, "controllers": [{"person": "1", "bps": 10_000}]});
    let bakery = mycel_sandbox::address("bakery");
    world.ok(
        "ana",
        json!({"found": {"address": bakery, "handle": "bakery", "org": org}}),
    );
    world.ok("bakery", json!({"approve_founding": {"address": bakery}}));
    world.join("ben", "eve");
    let at = world.sandbox.height();
    let all = electors(&world, at, None, 0, 200);
    assert_eq!(
        all.iter().map(|(person, _)| *person).collect::<Vec<_>>(),
        [1, 2, 3, 4, 6]
    );
    for size in 1..=7 {
        assert_eq!(electors(&world, at, None, 0, size), all, "pages of {size}");
    }
    // a page of organisations alone is empty, and not the last
    let page: Electors = world.query(&QueryMsg::Electors {
        at: Id(at),
        residency: Seconds(0),
        still_at: None,
        after: Some(Id(4)),
        limit: Some(1),
    });
    assert_eq!((page.electors, page.next), (vec![], Some(Id(5))));
    let beyond = QueryMsg::Electors {
        at: Id(at),
        residency: Seconds(0),
        still_at: None,
        after: Some(Id(u64::MAX)),
        limit: None,
    };
    let page: Electors = world.query(&beyond);
    assert_eq!((page.electors, page.next), (vec![], None));
}

fn person(joined: u64) -> Person {
    Person {
        address: "mycel1…".into(),
        kind: Kind::Person,
        status: Status::Active,
        step: Step::None,
        place: Some(0),
        sponsor: None,
        joined: Moment {
            height: joined,
            time: joined,
        },
        ended: None,
        founder: true,
        idc: None,
        handle: "ana".into(),
        told: Told::default(),
        vouched: 0,
        vouchers: 0,
        leaves: false,
    }
}

#[test]
fn a_page_looks_at_200_persons_and_ends_early_when_says_changed_often() {
    let mut storage = MockStorage::new();
    let totals = Totals {
        numbers: 450,
        ..Totals::default()
    };
    state::totals().save(&mut storage, &totals);
    for number in 1..=450 {
        state::person(number).save(&mut storage, &person(1));
        // the first three changed very often
        let changes = if number <= 3 { 601 } else { 1 };
        for height in 1..=changes {
            state::say_after(number, height).save(&mut storage, &(height % 2 == 1));
        }
    }
    let page = |after: Option<u64>, limit: Option<u32>| {
        let (at, later) = (Id(1_000), Some(Id(1_001)));
        snapshot::electors(&storage, at, Seconds(9), later, after.map(Id), limit).expect("a page")
    };
    let (mut after, mut ends, mut all) = (None, vec![], vec![]);
    loop {
        let page = page(after, Some(9_999));
        all.extend(page.electors.into_iter().map(|one| one.person.0));
        let Some(Id(next)) = page.next else { break };
        ends.push(next);
        after = Some(next);
    }
    assert_eq!(ends, [2, 202, 402]);
    assert_eq!(all, (1..=450).collect::<Vec<_>>());
}
