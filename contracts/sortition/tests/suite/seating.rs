//! From the beacon to persons who sit, decline, are replaced, and rest.

use crate::world::{Random, World, advance, native, person, plain, solver, split, volunteering};
use mycel_kit::Id;
use mycel_kit::lot::seating;
use mycel_kit::lottery::{Frame, Page, Panel, Pool, read_page};
use mycel_sandbox::address;
use mycel_sortition::ask::QueryMsg;
use mycel_sortition::draws::seats::lot;
use mycel_sortition::draws::show::{
    LotteryResponse, PassedResponse, PassedView, VolunteersResponse,
};
use mycel_sortition::msg::ExecuteMsg;
use serde_json::json;
use sha2::{Digest, Sha256};

fn world(persons: u64, left: u16, right: u16) -> (World, u64) {
    let mut world = World::new(persons);
    let draw = world.open(&split("1", "side", &[("left", left), ("right", right)]));
    for number in 1..=persons {
        let side = if number % 3 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
    }
    (world, draw)
}

fn passed(world: &World, draw: u64) -> Vec<PassedView> {
    let told: PassedResponse = world.ask(&QueryMsg::Passed {
        draw: Id(draw),
        after: None,
    });
    told.passed
}

fn decline(draw: u64) -> ExecuteMsg {
    ExecuteMsg::Decline { draw: Id(draw) }
}

#[test]
fn the_round_is_fixed_at_the_acceptance_and_at_least_two_periods_later() {
    let (mut world, draw) = world(20, 2, 3);
    assert!(world.draw(draw).accepted.is_none());
    world.solve(draw);
    let accepted = world.draw(draw).accepted.expect("accepted");
    assert!(accepted.round_time.0 >= accepted.at.0 + 2 * crate::world::PERIOD);
    assert!(accepted.round_time.0 < accepted.at.0 + 3 * crate::world::PERIOD);
    assert_eq!(accepted.value, None);
    world.no(&address("anyone"), &advance(draw), "nothing to do");
    world.wait_until(accepted.round_time.0);
    world.run();
    let drawn = world.draw(draw).accepted.expect("accepted");
    assert_eq!((drawn.at, drawn.round), (accepted.at, accepted.round));
    assert!(drawn.value.is_some());
    world.check();
}

#[test]
fn after_the_acceptance_nothing_can_be_cancelled_changed_or_drawn_again() {
    let (mut world, draw) = world(20, 2, 3);
    world.solve(draw);
    let before = world.draw(draw).accepted.expect("accepted");
    let who = address("solver");
    let pages = solver::pages(&world.pool(draw), 256, 1);
    let late = crate::world::committing(&who, draw, &pages);
    world.no(&who, &late, "needs=solving");
    world.no(
        &who,
        &crate::world::posting(draw, 0, 0, &pages[0]),
        "needs=solving",
    );
    world.no(
        &person(1),
        &volunteering(draw, &[("side", "left")]),
        "needs=open",
    );
    world.no(
        &person(1),
        &ExecuteMsg::Withdraw { draw: Id(draw) },
        "needs=open",
    );
    world.no(&person(1), &decline(draw), "needs=seated");
    let assembly = world.assembly.clone();
    let again = ExecuteMsg::OpenDraw(split("1", "side", &[("left", 2), ("right", 3)]));
    world.no(&assembly, &again, "is taken");
    // a later beacon changes nothing for what waits
    let other = json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional",
        "action": {"set_parameters": {"beacon": {"commit_reveal": {"period_seconds": 77}}}}}});
    world.ok(&assembly, &other);
    world.wait_until(before.round_time.0);
    world.run();
    let after = world.draw(draw).accepted.expect("accepted");
    assert_eq!(
        (after.round, after.round_time),
        (before.round, before.round_time)
    );
    assert_eq!(world.stage(draw), "seated");
    let seats = world.seated(draw);
    world.no(&address("anyone"), &advance(draw), "nothing to do");
    assert_eq!(world.seated(draw), seats);
}

/// Sets parameters by decision.
fn set(world: &mut World, parameters: serde_json::Value) {
    let assembly = world.assembly.clone();
    let msg = json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional",
        "action": {"set_parameters": parameters}}});
    world.ok(&assembly, &msg);
}

#[test]
fn a_draw_whose_round_nobody_brings_lapses_and_no_other_randomness_decides() {
    let (mut world, draw) = world(20, 2, 3);
    // quicknet, whose rounds nobody posts here
    let key = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
    set(
        &mut world,
        json!({"numbers": {"beacon_seconds": 5_000}, "beacon": {"drand": {
            "public_key": key, "genesis": "1692803367", "period_seconds": 3,
            "scheme": "bls-unchained-g1-rfc9380"}}}),
    );
    world.solve(draw);
    let accepted = world.draw(draw).accepted.expect("accepted");
    assert_eq!(accepted.until.0, accepted.round_time.0 + 5_000);
    // what was fixed at the acceptance, no decision changes
    set(
        &mut world,
        json!({"numbers": {"beacon_seconds": 1},
            "beacon": {"commit_reveal": {"period_seconds": 10}}}),
    );
    for _ in 0..9 {
        world.wait(500);
        world.run();
        assert_eq!(world.stage(draw), "awaiting");
    }
    world.wait_until(accepted.until.0 - 1);
    world.run();
    assert_eq!(world.stage(draw), "awaiting");
    assert!(!world.drawn("assembly/1").done);
    world.wait_until(accepted.until.0);
    world.run();
    let view = world.draw(draw);
    assert_eq!(
        (view.stage.as_str(), view.ended.is_some()),
        ("lapsed", true)
    );
    let why = view.short.expect("why");
    let round = format!("round {} was not brought", accepted.round.0);
    assert!(
        why.contains(&round) && why.ends_with(": the proposal goes on without a panel"),
        "{why}"
    );
    assert_eq!(view.accepted.expect("accepted").value, None);
    let drawn = world.drawn("assembly/1");
    assert!(drawn.done && drawn.persons.is_empty());
    world.check();
}

#[test]
fn a_round_that_is_known_is_drawn_with_however_late_somebody_looks() {
    let (mut world, draw) = world(20, 2, 3);
    set(&mut world, json!({"numbers": {"beacon_seconds": 1}}));
    world.solve(draw);
    let until = world.draw(draw).accepted.expect("accepted").until;
    world.wait_until(until.0 + 9_000);
    world.run();
    assert_eq!(world.stage(draw), "seated");
    world.check();
}

/// The seats of a draw, from answers alone.
fn replay(world: &World, draw: u64) -> Vec<u64> {
    let accepted = world.draw(draw).accepted.expect("accepted");
    let pool: Pool = world.pool(draw);
    let frame = Frame::new(&pool).expect("a pool");
    let (mut panels, mut page): (Vec<Panel>, u32) = (Vec::new(), 0);
    loop {
        let told: LotteryResponse = world.ask(&QueryMsg::Lottery {
            draw: Id(draw),
            post: None,
            page,
        });
        if let Page::Panels(more) = read_page(&frame, &told.data).expect("a page") {
            panels.extend(more);
        }
        page += 1;
        if page == told.pages {
            break;
        }
    }
    let rows: VolunteersResponse = world.ask(&QueryMsg::Volunteers {
        draw: Id(draw),
        after: None,
        limit: None,
    });
    let value: [u8; 32] = cosmwasm_std::from_hex(accepted.value.expect("a value"))
        .expect("hexadecimal")
        .try_into()
        .expect("32 bytes");
    let lot = lot("mycel-sandbox", world.sortition.as_str(), draw, &value);
    let m = world.draw(draw).lottery.expect("frozen").panels;
    let index = lot.index(m.trailing_zeros());
    assert_eq!(Some(index), accepted.index);
    let panel = mycel_kit::lot::panel_at(index, panels.iter().map(|panel| panel.times));
    let panel = &panels[panel.expect("a panel")];
    seating(&lot, &panel.seats, |kind| pool.counts[usize::from(kind)])
        .into_iter()
        .map(|(kind, index)| {
            let row = rows
                .rows
                .iter()
                .find(|row| (row.r#type, row.index) == (kind, index));
            row.expect("a row").person.0
        })
        .collect()
}

#[test]
fn whoever_draws_again_from_the_ledger_seats_the_same_persons() {
    for persons in [7, 40, 300] {
        let (mut world, draw) = world(persons, 2, 3);
        world.seat(draw);
        assert_eq!(world.seated(draw), replay(&world, draw));
        world.check();
    }
}

#[test]
fn the_lot_of_a_draw_is_the_hash_of_beacon_chain_contract_and_number() {
    let mut world = World::new(40);
    world.open(&plain("1", 2));
    let draw = world.open(&plain("2", 3));
    for number in 1..=40 {
        world.volunteer(draw, number, &[]);
    }
    world.seat(draw);
    let accepted = world.draw(draw).accepted.expect("accepted");
    let value = cosmwasm_std::from_hex(accepted.value.expect("a value")).expect("hexadecimal");
    // by another program: bytes put together, nothing of the contract's
    let long = |part: &[u8]| [&(part.len() as u32).to_be_bytes()[..], part].concat();
    let hash: [u8; 32] = Sha256::digest(
        [
            b"mycel/lot/1".to_vec(),
            long(b"sortition/draw"),
            value.clone(),
            long(b"mycel-sandbox"),
            long(world.sortition.as_str().as_bytes()),
            long(&draw.to_be_bytes()),
        ]
        .concat(),
    )
    .into();
    let value: [u8; 32] = value.try_into().expect("32 bytes");
    let own = lot("mycel-sandbox", world.sortition.as_str(), draw, &value);
    assert_eq!(cosmwasm_std::to_hex(own.0), cosmwasm_std::to_hex(hash));
    let m = world.draw(draw).lottery.expect("frozen").panels;
    let first = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    assert_eq!(accepted.index, Some(first >> (32 - m.trailing_zeros())));
}

#[test]
fn who_declines_in_time_is_replaced_by_the_next_of_the_same_type() {
    let (mut world, draw) = world(30, 2, 3);
    world.seat(draw);
    let first = world.seated(draw);
    let gone = first[0];
    world.no(&person(31), &decline(draw), "unauthorized");
    let outside = (1..=30)
        .find(|number| !first.contains(number))
        .expect("one");
    world.no(&person(outside), &decline(draw), "not seated");
    world.ok(&person(gone), &decline(draw));
    world.check();
    assert_eq!(world.stage(draw), "seating");
    world.no(&person(gone), &decline(draw), "not seated");
    world.run();
    let after = world.seated(draw);
    assert_eq!(after.len(), 5);
    assert_eq!(after[1..], first[1..]);
    assert!(!first.contains(&after[0]));
    assert_eq!(after[0] % 3 == 0, gone % 3 == 0);
    let gone_before = passed(&world, draw);
    assert_eq!(gone_before.len(), 1);
    assert_eq!(
        (gone_before[0].person.0, gone_before[0].why.as_str()),
        (gone, "declined")
    );
    // who came in has its own time, but then it is over
    let until = world.draw(draw).decline_until.expect("a time").0;
    assert_eq!(until, world.now() + 100);
    world.wait_until(until);
    world.no(&person(after[0]), &decline(draw), "draw out of time");
    world.run();
    assert_eq!(world.stage(draw), "done");
    world.no(&person(after[0]), &decline(draw), "stage=done");
    let drawn: Vec<u64> = world
        .drawn("assembly/1")
        .persons
        .iter()
        .map(|p| p.0)
        .collect();
    assert_eq!(drawn, after);
    world.check();
}

#[test]
fn declining_one_after_another_never_takes_more_than_three_times() {
    let (mut world, draw) = world(30, 2, 3);
    world.seat(draw);
    let begun = world.now();
    while world.stage(draw) == "seated" {
        let until = world.draw(draw).decline_until.expect("a time").0;
        assert!(until <= begun + 300, "it goes on for ever");
        world.wait_until(until - 1);
        let who = world.seated(draw)[0];
        world.ok(&person(who), &decline(draw));
        world.run();
        world.wait(1);
        world.run();
    }
    assert_eq!(world.stage(draw), "done");
    assert_eq!(world.seated(draw).len(), 5);
    world.check();
}

#[test]
fn where_a_type_is_used_up_another_sits_only_if_every_quota_is_kept() {
    // three left for two seats, two more types that share a quota
    let mut world = World::new(30);
    let mut input = split("1", "side", &[("left", 2), ("right", 3)]);
    input.features.push(mycel_kit::peers::sortition::Feature {
        name: "age".into(),
        values: vec!["old".into(), "young".into()],
        issuer: None,
    });
    let draw = world.open(&input);
    for number in 1..=10 {
        let side = if number <= 3 { "left" } else { "right" };
        let age = if number == 1 || number == 4 {
            "old"
        } else {
            "young"
        };
        world.volunteer(draw, number, &[("side", side), ("age", age)]);
    }
    world.seat(draw);
    // everybody who is left declines until no seat of theirs can be filled
    let mut declined = 0;
    while let Some(who) = world.seated(draw).into_iter().find(|who| *who <= 3) {
        world.ok(&person(who), &decline(draw));
        world.run();
        world.check();
        declined += 1;
    }
    assert_eq!(declined, 3);
    let seats = world.seats(draw).seats;
    let empty = seats.iter().filter(|seat| seat.person.is_none());
    assert_eq!(empty.count(), 2, "no right one may take a left one's seat");
    // one who is right and old is replaced by the right and young, who keep the quota
    if world.seated(draw).contains(&4) {
        world.ok(&person(4), &decline(draw));
        world.run();
    }
    let seated = world.seated(draw);
    assert_eq!(seated.len(), 3);
    assert!(seated.iter().all(|who| *who > 4));
    world.finish(draw);
    assert_eq!(world.drawn("assembly/1").persons.len(), 3);
    world.check();
}

#[test]
fn who_may_not_deal_when_drawn_is_passed_over_and_stays_on_record() {
    let (mut world, draw) = world(30, 2, 3);
    world.solve(draw);
    let barred: Vec<u64> = (1..=30).filter(|number| number % 2 == 0).collect();
    for number in &barred {
        world.bar(*number);
    }
    let accepted = world.draw(draw).accepted.expect("accepted");
    world.wait_until(accepted.round_time.0);
    world.run();
    let seated = world.seated(draw);
    assert_eq!(seated.len(), 5);
    assert!(seated.iter().all(|who| !barred.contains(who)));
    let record = passed(&world, draw);
    assert!(
        record
            .iter()
            .all(|one| one.why == "barred" && barred.contains(&one.person.0))
    );
    // with those passed over put back, the lot is the same
    let mut drawn = replay(&world, draw);
    drawn.retain(|who| !seated.contains(who));
    assert!(
        drawn
            .iter()
            .all(|who| record.iter().any(|one| one.person.0 == *who))
    );
    world.check();
}

#[test]
fn nobody_sits_more_often_running_than_the_parameter_says() {
    for in_a_row in [1, 2] {
        let mut world = World::with(
            native(),
            4,
            json!({"in_a_row": in_a_row, "rest_seconds": 100_000}),
        );
        let all = |world: &mut World, name: &str, size: u16| {
            let mut input = plain(name, size);
            input.until = mycel_kit::Seconds(world.now() + 1_000);
            world.open(&input)
        };
        for turn in 0..in_a_row {
            let draw = all(&mut world, &turn.to_string(), 2);
            for number in 1..=2 {
                world.volunteer(draw, number, &[]);
            }
            world.finish(draw);
            assert_eq!(world.seated(draw).len(), 2);
            world.check();
        }
        let draw = all(&mut world, "next", 1);
        world.no(&person(1), &volunteering(draw, &[]), "must rest: person=1");
        world.volunteer(draw, 3, &[]);
        world.finish(draw);
        // after a rest it begins anew
        world.wait(100_000);
        let draw = all(&mut world, "later", 2);
        world.volunteer(draw, 1, &[]);
        world.volunteer(draw, 2, &[]);
        world.finish(draw);
        assert_eq!(world.seated(draw).len(), 2);
        world.check();
    }
}

#[test]
fn in_two_draws_at_once_the_second_passes_over_who_sits_in_the_first() {
    let mut world = World::new(8);
    let draws = [world.open(&plain("1", 3)), world.open(&plain("2", 3))];
    for number in 1..=8 {
        for draw in draws {
            world.volunteer(draw, number, &[]);
        }
    }
    // both pools are frozen before anybody sits
    world.solve(draws[0]);
    let lottery = world.draw(draws[1]).lottery.expect("frozen");
    assert_eq!(lottery.tries, 2);
    let pages = solver::pages(&world.pool(draws[1]), lottery.panels, 0);
    let who = address("solver");
    let post = world.commit(&who, draws[1], &pages);
    world.wait_until(lottery.commit_until.0);
    world.post(&who, draws[1], post, &pages);
    world.wait_until(lottery.deadline.0);
    world.run();
    for draw in draws {
        let accepted = world.draw(draw).accepted.expect("accepted");
        world.wait_until(accepted.round_time.0);
        world.run();
    }
    world.check();
    let (first, second) = (world.seated(draws[0]), world.seated(draws[1]));
    assert_eq!((first.len(), second.len()), (3, 3));
    assert!(first.iter().all(|who| !second.contains(who)));
    assert!(
        passed(&world, draws[1])
            .iter()
            .all(|one| one.why == "rests")
    );
}

#[test]
fn who_declines_did_not_sit_and_may_volunteer_at_once() {
    let mut world = World::new(4);
    let draw = world.open(&plain("1", 2));
    for number in 1..=4 {
        world.volunteer(draw, number, &[]);
    }
    world.seat(draw);
    let who = world.seated(draw)[0];
    let mut input = plain("2", 1);
    input.until = mycel_kit::Seconds(world.now() + 1_000);
    let next = world.open(&input);
    world.no(&person(who), &volunteering(next, &[]), "must rest");
    world.ok(&person(who), &decline(draw));
    world.volunteer(next, who, &[]);
    world.check();
}

#[test]
fn members_that_do_not_answer_leave_no_seat_half_given() {
    let mut random = Random(3);
    for _ in 0..20 {
        let (mut world, draw) = world(30, 2, 3);
        world.solve(draw);
        let accepted = world.draw(draw).accepted.expect("accepted");
        world.wait_until(accepted.round_time.0);
        let members = world.members.to_string();
        let nth = random.below(6) as u32;
        world
            .sandbox
            .fail_next(mycel_sandbox::Fault::query_of(members, nth));
        world.ok(&address("anyone"), &json!({"advance": {"limit": 1_000}}));
        world.check();
        world.wait(300);
        world.run();
        assert!(["seated", "done"].contains(&world.stage(draw).as_str()));
        assert_eq!(world.seated(draw), replay(&world, draw), "nth={nth}");
        world.check();
    }
}
