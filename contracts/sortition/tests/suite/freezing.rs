//! When and what a pool freezes.

use crate::world::{START, World, advance, person, plain, split, volunteering};
use mycel_kit::Id;
use mycel_sandbox::address;
use mycel_sortition::ask::QueryMsg;
use mycel_sortition::draws::freeze::Root;
use mycel_sortition::draws::pool::PER_PAGE;
use mycel_sortition::draws::show::VolunteersResponse;
use mycel_sortition::msg::ExecuteMsg;
use serde_json::json;
use sha2::{Digest, Sha256};

#[test]
fn nobody_comes_or_goes_once_a_pool_is_frozen_and_not_before_the_time() {
    let mut world = World::new(10);
    let draw = world.open(&plain("1", 2));
    for number in 1..=8 {
        world.volunteer(draw, number, &[]);
    }
    world.no(&address("anyone"), &advance(draw), "nothing to do");
    world.wait_until(START + 1_000);
    world.run();
    assert_eq!(world.stage(draw), "solving");
    world.no(
        &person(9),
        &volunteering(draw, &[]),
        "stage=solving needs=open",
    );
    world.no(
        &person(1),
        &ExecuteMsg::Withdraw { draw: Id(draw) },
        "needs=open",
    );
    world.check();
}

#[test]
fn a_pool_that_cannot_meet_a_quota_stays_open_and_says_which() {
    let mut world = World::new(10);
    let draw = world.open(&split("1", "side", &[("left", 2), ("right", 1)]));
    for number in 1..=3 {
        world.volunteer(draw, number, &[("side", "right")]);
    }
    world.wait_until(START + 1_000);
    world.run();
    let view = world.draw(draw);
    assert_eq!(view.stage, "open");
    assert_eq!(
        view.short.as_deref(),
        Some("too few volunteers with side=left: there=0 min=2")
    );
    // volunteers still come; an hour later it is tried again, at once by hand
    world.volunteer(draw, 4, &[("side", "left")]);
    world.volunteer(draw, 5, &[("side", "left")]);
    world.run();
    assert_eq!(world.stage(draw), "open");
    world.wait(3_600);
    world.run();
    assert_eq!(world.stage(draw), "solving");
    assert_eq!(world.draw(draw).short, None);
    world.check();
}

#[test]
fn who_may_no_longer_deal_is_left_out_of_the_frozen_pool() {
    let mut world = World::new(500);
    let draw = world.open(&split("1", "side", &[("left", 1), ("right", 1)]));
    for number in 1..=500 {
        let side = if number % 2 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
    }
    for number in (1..=500).filter(|number| number % 5 < 3) {
        world.bar(number);
    }
    world.wait_until(START + 1_000);
    world.run();
    let view = world.draw(draw);
    assert_eq!((view.persons, view.left_out), (200, 300));
    let rows: VolunteersResponse = world.ask(&QueryMsg::Volunteers {
        draw: Id(draw),
        after: None,
        limit: None,
    });
    assert!(rows.rows.iter().all(|row| row.person.0 % 5 >= 3));
    world.check();
}

#[test]
fn volunteers_standing_is_that_of_the_height_at_which_freezing_began() {
    let mut world = World::new(450);
    let draw = world.open(&plain("1", 2));
    for number in 1..=450 {
        world.volunteer(draw, number, &[]);
    }
    world.bar(440);
    world.wait_until(START + 1_000);
    let height = world.sandbox.height();
    let step = |world: &mut World| {
        world.ok(&address("anyone"), &json!({"advance": {"limit": 1}}));
        world.check();
    };
    // freezing begins, and the first 200 are looked at
    step(&mut world);
    step(&mut world);
    // who was seen and who was not lose standing alike, and somebody wins it back
    world.bar(5);
    world.bar(430);
    world.set(440, crate::world::members::ordinary(440));
    world.wait(10);
    while world.stage(draw) == "freezing" {
        step(&mut world);
        world.wait(10);
    }
    let view = world.draw(draw);
    assert_eq!((view.persons, view.left_out), (449, 1));
    assert_eq!(view.lottery.expect("frozen").height, Id(height));
    let rows: VolunteersResponse = world.ask(&QueryMsg::Volunteers {
        draw: Id(draw),
        after: None,
        limit: None,
    });
    let persons: Vec<u64> = rows.rows.iter().map(|row| row.person.0).collect();
    assert!(persons.contains(&5) && persons.contains(&430) && !persons.contains(&440));
    world.check();
}

#[test]
fn leaving_out_may_make_the_pool_too_small_and_then_it_is_open_again() {
    let mut world = World::new(10);
    let draw = world.open(&plain("1", 4));
    for number in 1..=4 {
        world.volunteer(draw, number, &[]);
    }
    world.bar(2);
    world.wait_until(START + 1_000);
    world.run();
    let view = world.draw(draw);
    assert_eq!((view.stage.as_str(), view.persons), ("open", 3));
    assert!(view.short.expect("a reason").contains("too few volunteers"));
    world.volunteer(draw, 5, &[]);
    world.wait(3_600);
    world.run();
    assert_eq!(world.stage(draw), "solving");
    world.check();
}

#[test]
fn a_draw_that_nobody_can_freeze_lapses_and_is_done_with_nobody() {
    let mut world = World::new(10);
    let draw = world.open(&plain("1", 4));
    world.volunteer(draw, 1, &[]);
    let give_up = world.draw(draw).give_up.0;
    while world.now() + 7_200 < give_up {
        world.wait(7_200);
        world.run();
        assert_eq!(world.stage(draw), "open");
    }
    assert!(!world.drawn("assembly/1").done);
    world.wait_until(give_up);
    world.run();
    assert_eq!(world.stage(draw), "lapsed");
    let drawn = world.drawn("assembly/1");
    assert!(drawn.done && drawn.persons.is_empty());
    world.no(&person(2), &volunteering(draw, &[]), "stage=lapsed");
    world.check();
}

#[test]
fn the_root_is_what_anyone_computes_from_the_rows() {
    let mut world = World::new(300);
    let draw = world.open(&split("1", "side", &[("left", 1), ("right", 2)]));
    for number in 1..=300 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
    }
    world.wait_until(START + 1_000);
    world.run();
    let mut root = Root::new(draw);
    let told: VolunteersResponse = world.ask(&QueryMsg::Volunteers {
        draw: Id(draw),
        after: None,
        limit: None,
    });
    assert_eq!(told.next, None);
    for kind in 0..2 {
        let of = told.rows.iter().filter(|row| row.r#type == kind);
        let persons: Vec<u32> = of.map(|row| row.person.0 as u32).collect();
        for (page, persons) in persons.chunks(PER_PAGE as usize).enumerate() {
            root.add(kind, page as u32 * PER_PAGE, persons);
        }
    }
    let lottery = world.draw(draw).lottery.expect("frozen");
    assert_eq!(
        cosmwasm_std::to_hex(root.close(&world.pool(draw))),
        lottery.root
    );
    // m is the least power of two with m·k ≥ 64·n
    assert_eq!(lottery.panels, 8_192);
}

#[test]
fn the_root_is_hashed_as_it_is_written_down() {
    let mut world = World::new(150);
    world.open(&plain("1", 2));
    let draw = world.open(&split("2", "side", &[("left", 1), ("right", 2)]));
    for number in 1..=150 {
        let side = if number % 4 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
    }
    world.wait_until(START + 1_000);
    world.run();
    let told: VolunteersResponse = world.ask(&QueryMsg::Volunteers {
        draw: Id(draw),
        after: None,
        limit: None,
    });
    // by another program: bytes put together, nothing of the contract's
    let hash = |bytes: &[u8]| Sha256::digest(bytes).to_vec();
    let mut root = hash(&[b"mycel/sortition/pool/1", &draw.to_be_bytes()[..]].concat());
    let of_one_type = told.rows.chunk_by(|a, b| a.r#type == b.r#type);
    for rows in of_one_type.flat_map(|rows| rows.chunks(64)) {
        let mut bytes = Vec::new();
        for row in rows {
            bytes.extend_from_slice(&row.r#type.to_be_bytes());
            bytes.extend_from_slice(&row.index.to_be_bytes());
            bytes.extend_from_slice(&(row.person.0 as u32).to_be_bytes());
        }
        root = hash(&[root, hash(&bytes)].concat());
    }
    let pool = borsh::to_vec(&world.pool(draw)).expect("bytes");
    root = hash(&[root, hash(&pool)].concat());
    let lottery = world.draw(draw).lottery.expect("frozen");
    assert_eq!(cosmwasm_std::to_hex(root), lottery.root);
}

#[test]
fn freezing_goes_on_in_pieces_of_any_size() {
    let mut roots = Vec::new();
    for limit in [1, 7, 1_000] {
        let mut world = World::new(400);
        let draw = world.open(&split("1", "side", &[("left", 1), ("right", 2)]));
        for number in 1..=400 {
            let side = if number % 3 == 0 { "left" } else { "right" };
            world.volunteer(draw, number, &[("side", side)]);
        }
        for number in (1..=400).filter(|number| number % 7 == 0) {
            world.bar(number);
        }
        world.wait_until(START + 1_000);
        while world.stage(draw) != "solving" {
            let msg = json!({"advance": {"limit": limit}});
            world.ok(&address("anyone"), &msg);
            world.check();
        }
        let lottery = world.draw(draw).lottery.expect("frozen");
        roots.push(lottery.root);
    }
    assert!(roots.iter().all(|root| *root == roots[0]));
}

#[test]
fn members_that_do_not_answer_hold_up_this_draw_and_no_other() {
    let mut world = World::new(10);
    let first = world.open(&plain("1", 1));
    world.volunteer(first, 1, &[]);
    world.wait_until(START + 1_000);
    let members = world.members.to_string();
    // the first look freezes; asking members who is barred fails
    world
        .sandbox
        .fail_next(mycel_sandbox::Fault::query_of(members, 0));
    world.ok(&address("anyone"), &json!({"advance": {"limit": 1_000}}));
    assert_eq!(world.stage(first), "freezing");
    world.check();
    world.wait(300);
    world.run();
    assert_eq!(world.stage(first), "solving");
    world.check();
}
