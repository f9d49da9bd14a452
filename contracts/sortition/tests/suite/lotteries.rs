//! What solvers bring, how it is verified, which one wins.

use crate::world::members::ordinary;
use crate::world::{START, World, committing, person, posting, solver, split};
use cosmwasm_std::{Addr, HexBinary};
use mycel_kit::Id;
use mycel_kit::lottery::{Lottery, Panel, Pool, encode, pair_term};
use mycel_sandbox::address;
use mycel_sortition::ask::QueryMsg;
use mycel_sortition::draws::posts;
use mycel_sortition::draws::show::{LotteryResponse, PostView, PostsResponse};
use mycel_sortition::msg::ExecuteMsg;
use serde_json::json;

/// A pool of 20, six of whom are left, that waits for solvers.
fn solving() -> (World, u64) {
    let mut world = World::new(60);
    let draw = world.open(&split("1", "side", &[("left", 2), ("right", 3)]));
    for number in 1..=20 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
    }
    world.wait_until(START + 1_000);
    world.run();
    (world, draw)
}

pub fn panels(world: &World, draw: u64) -> u32 {
    world.draw(draw).lottery.expect("frozen").panels
}

fn posts_of(world: &World, draw: u64) -> Vec<PostView> {
    let told: PostsResponse = world.ask(&QueryMsg::Posts {
        draw: Id(draw),
        after: None,
    });
    told.posts
}

pub fn to_posting(world: &mut World, draw: u64) {
    let until = world.draw(draw).lottery.expect("frozen").commit_until;
    world.wait_until(until.0);
}

pub fn to_deadline(world: &mut World, draw: u64) {
    let until = world.draw(draw).lottery.expect("frozen").deadline;
    world.wait_until(until.0);
    world.run();
}

#[test]
fn solvers_commit_first_and_post_when_nobody_can_commit_any_more() {
    let (mut world, draw) = solving();
    let pages = solver::pages(&world.pool(draw), panels(&world, draw), 0);
    let who = address("solver");
    let post = world.commit(&who, draw, &pages);
    let first = posting(draw, post, 0, &pages[0]);
    world.no(&who, &first, "draw out of time");
    to_posting(&mut world, draw);
    world.no(&who, &committing(&who, draw, &pages), "draw out of time");
    let deadline = world.draw(draw).lottery.expect("frozen").deadline;
    world.post(&who, draw, post, &pages);
    world.run();
    let view = world.draw(draw);
    // the best waits for the deadline: another may still come
    assert_eq!(view.stage, "solving");
    assert_eq!(
        view.lottery.expect("frozen").best.expect("a best").post,
        post
    );
    world.wait_until(deadline.0);
    world.no(&who, &first, "draw out of time");
    world.run();
    assert_eq!(world.stage(draw), "awaiting");
    world.check();
}

#[test]
fn whoever_copies_a_lottery_has_not_committed_to_it() {
    let (mut world, draw) = solving();
    let pages = solver::pages(&world.pool(draw), panels(&world, draw), 0);
    let (who, thief) = (address("solver"), person(7));
    world.commit(&who, draw, &pages);
    // the thief repeats the hash, as that is all there is to see
    let ExecuteMsg::CommitLottery { hash, .. } = committing(&who, draw, &pages) else {
        panic!("a commitment");
    };
    let copied = ExecuteMsg::CommitLottery {
        draw: Id(draw),
        hash,
        pages: pages.len() as u32,
    };
    world.ok(&thief, &copied);
    to_posting(&mut world, draw);
    world.no(&thief, &posting(draw, 0, 0, &pages[0]), "unauthorized");
    let (last, before) = pages.split_last().expect("pages");
    world.post(&thief, draw, 1, before);
    let page = before.len() as u32;
    world.no(&thief, &posting(draw, 1, page, last), "hash mismatch");
    world.post(&who, draw, 0, &pages);
}

#[test]
fn pages_come_in_order_whole_and_once() {
    let (mut world, draw) = solving();
    let pages = solver::pages(&world.pool(draw), panels(&world, draw), 0);
    assert!(pages.len() >= 2, "panels and levels are apart");
    let who = address("solver");
    let post = world.commit(&who, draw, &pages);
    to_posting(&mut world, draw);
    world.no(&who, &posting(draw, post, 1, &pages[1]), "expected page=0");
    world.no(&who, &posting(draw, post, 0, &[]), "post refused");
    world.no(
        &who,
        &posting(draw, post, 0, &vec![0; (1 << 16) + 1]),
        "post refused",
    );
    world.no(&who, &posting(draw, 9, 0, &pages[0]), "unknown post");
    world.ok(&who, &posting(draw, post, 0, &pages[0]));
    world.no(&who, &posting(draw, post, 0, &pages[0]), "expected page=1");
    // what is not whole at the deadline is nothing
    to_deadline(&mut world, draw);
    assert!(posts_of(&world, draw).is_empty());
    assert_eq!(world.draw(draw).lottery.expect("frozen").tries, 2);
    world.check();
}

#[test]
fn persons_commit_each_to_one_lottery_and_strangers_fill_no_place() {
    let (mut world, draw) = solving();
    let commit = |who: &Addr| committing(who, draw, &[vec![1]]);
    // any number of addresses is nobody
    for n in 0..10 {
        let who = address(&format!("stranger {n}"));
        world.no(&who, &commit(&who), "unauthorized");
    }
    assert!(posts_of(&world, draw).is_empty());
    world.ok(&person(1), &commit(&person(1)));
    world.ok(&person(2), &commit(&person(2)));
    // who commits again, from whatever key, has changed its mind
    let other = address("another key of person 1");
    world.set_at(&other, ordinary(1));
    let pages = solver::pages(&world.pool(draw), panels(&world, draw), 0);
    assert_eq!(world.commit(&other, draw, &pages), 0);
    let posts = posts_of(&world, draw);
    assert_eq!(posts.len(), 2);
    assert_eq!(
        (&posts[0].solver, posts[0].person),
        (&other.to_string(), Id(1))
    );
    let wrong = |hash: usize, pages: u32| ExecuteMsg::CommitLottery {
        draw: Id(draw),
        hash: HexBinary::from(vec![0; hash]),
        pages,
    };
    world.no(&person(3), &wrong(31, 1), "32 bytes");
    world.no(&person(3), &wrong(32, 0), "out of bounds: pages");
    world.no(
        &person(3),
        &wrong(32, posts::MAX_PAGES + 1),
        "out of bounds: pages",
    );
    to_posting(&mut world, draw);
    world.no(&person(1), &posting(draw, 0, 0, &[1]), "unauthorized");
    world.post(&other, draw, 0, &pages);
    to_deadline(&mut world, draw);
    assert_eq!(world.stage(draw), "awaiting");
    world.check();
}

#[test]
fn who_commits_first_decides_not_which_lotteries_exist() {
    let colluders = 300;
    let mut world = World::new(colluders + 2);
    let draw = world.open(&crate::world::plain("1", 2));
    for number in 1..=4 {
        world.volunteer(draw, number, &[]);
    }
    world.wait_until(START + 1_000);
    world.run();
    let pages = solver::pages(&world.pool(draw), panels(&world, draw), 0);
    let (junk, none) = (vec![vec![0, 1, 1]], vec![vec![1]]);
    // whoever was quick, half of whom will never post anything
    for number in 1..=colluders {
        let bid = if number % 2 == 0 { &junk } else { &none };
        world.commit(&person(number), draw, bid);
    }
    let honest = person(colluders + 1);
    let late = world.commit(&honest, draw, &pages);
    assert_eq!(u64::from(late), colluders);
    to_posting(&mut world, draw);
    for number in (2..=colluders).step_by(2) {
        world.post(&person(number), draw, number as u32 - 1, &junk);
    }
    world.post(&honest, draw, late, &pages);
    let deadline = world.draw(draw).lottery.expect("frozen").deadline;
    world.wait_until(deadline.0);
    // no message does more than it is asked for, and there is an end
    let mut messages = 0;
    while world.stage(draw) != "awaiting" {
        let receipt = world.ok(&address("anyone"), &json!({"advance": {"limit": 20}}));
        let work: u32 = receipt.attribute("work").expect("work").parse().unwrap();
        assert!((1..=40).contains(&work), "work={work}");
        messages += 1;
        assert!(messages < 100, "it goes on for ever");
    }
    world.run();
    let best = world.draw(draw).lottery.expect("frozen").best;
    assert_eq!(best.map(|best| best.post), Some(late));
    world.check();
}

#[test]
fn the_next_try_begins_anew() {
    let mut world = World::new(6);
    let draw = world.open(&crate::world::plain("1", 2));
    for number in 1..=4 {
        world.volunteer(draw, number, &[]);
    }
    world.wait_until(START + 1_000);
    world.run();
    for number in 1..=3 {
        assert_eq!(
            world.commit(&person(number), draw, &[vec![1]]),
            number as u32 - 1
        );
    }
    to_posting(&mut world, draw);
    to_deadline(&mut world, draw);
    assert_eq!(world.draw(draw).lottery.expect("frozen").tries, 2);
    // another place, as nothing of the first try is left
    assert_eq!(world.commit(&person(1), draw, &[vec![1]]), 3);
    assert_eq!(world.commit(&person(1), draw, &[vec![1]]), 3);
    world.check();
}

/// Units of work that verifying took, and what became of each post: one that
/// settles everybody, then others that settle fewer.
fn verified(losers: u64) -> (u64, Vec<String>) {
    let mut world = World::new(120);
    let mut input = split("1", "side", &[("left", 10), ("right", 20)]);
    input.features.push(mycel_kit::peers::sortition::Feature {
        name: "age".into(),
        values: (0..20).map(|age| age.to_string()).collect(),
        issuer: None,
    });
    let draw = world.open(&input);
    for number in 1..=120 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        let age = (number % 20).to_string();
        world.volunteer(draw, number, &[("side", side), ("age", &age)]);
    }
    world.wait_until(START + 1_000);
    world.run();
    let best = mixed(&world.pool(draw), panels(&world, draw));
    let mut less = best.clone();
    less.levels.truncate(1);
    let bids: Vec<(u64, &Lottery)> = std::iter::once((1, &best))
        .chain((2..2 + losers).map(|number| (number, &less)))
        .collect();
    for (number, bid) in &bids {
        world.commit(&person(*number), draw, &encode(bid));
    }
    to_posting(&mut world, draw);
    for (place, (number, bid)) in (0..).zip(&bids) {
        world.post(&person(*number), draw, place, &encode(bid));
    }
    let mut units = 0;
    loop {
        let receipt = world.ok(&address("anyone"), &serde_json::json!({"advance": {}}));
        let work: u64 = receipt.attribute("work").expect("work").parse().unwrap();
        units += work;
        if work == 0 {
            break;
        }
    }
    let fates = posts_of(&world, draw).into_iter().map(|post| post.fate);
    (units, fates.collect())
}

/// Panels many of which differ, so that their pairs are dear.
fn mixed(pool: &Pool, m: u32) -> Lottery {
    crate::gas::mix(pool, &solver::solve(pool, m, 0), 20_000)
}

#[test]
fn lotteries_that_cannot_win_cost_no_pairs_however_many_they_are() {
    let (one, fates) = verified(0);
    assert_eq!(fates, ["best"]);
    let (all, fates) = verified(20);
    assert!(
        fates[1..].iter().all(|fate| fate == "surpassed"),
        "{fates:?}"
    );
    let each = (all - one) / 20;
    // reading its pages once is left
    assert!(each * 3 <= one * 2, "a loser takes {each} of {one}");
}

/// Commits to all before any is posted.
fn compete(world: &mut World, draw: u64, bids: &[(Addr, Lottery)]) -> Vec<u32> {
    let pages: Vec<Vec<Vec<u8>>> = bids.iter().map(|(_, bid)| encode(bid)).collect();
    let numbers: Vec<u32> = bids
        .iter()
        .zip(&pages)
        .map(|((who, _), pages)| world.commit(who, draw, pages))
        .collect();
    to_posting(world, draw);
    // posted the other way round: who commits first counts, not who posts first
    for (place, (who, _)) in bids.iter().enumerate().rev() {
        world.post(who, draw, numbers[place], &pages[place]);
    }
    to_deadline(world, draw);
    numbers
}

#[test]
fn of_equal_lotteries_the_one_committed_first_wins() {
    let (mut world, draw) = solving();
    let lottery = solver::solve(&world.pool(draw), panels(&world, draw), 0);
    let bids: Vec<_> = (1..4).map(|n| (person(n), lottery.clone())).collect();
    let numbers = compete(&mut world, draw, &bids);
    let posts = posts_of(&world, draw);
    assert_eq!(posts[0].post, numbers[0]);
    let fates: Vec<&str> = posts.iter().map(|post| post.fate.as_str()).collect();
    assert_eq!(fates, ["best", "surpassed", "surpassed"]);
    let page: LotteryResponse = world.ask(&QueryMsg::Lottery {
        draw: Id(draw),
        post: None,
        page: 0,
    });
    assert_eq!(
        (page.post, page.data.to_vec()),
        (0, encode(&lottery)[0].clone())
    );
}

#[test]
fn who_settles_more_wins_and_then_whose_pairs_meet_less() {
    let (mut world, draw) = solving_in_four();
    let (pool, m) = (world.pool(draw), panels(&world, draw));
    let best = solver::solve(&pool, m, 0);
    let mut less = best.clone();
    less.levels.truncate(1);
    // the same chances from panels in which types stay together
    let worse = together(&pool, &best);
    let frame = mycel_kit::lottery::Frame::new(&pool).expect("a pool");
    assert!(pair_term(&frame, &worse.panels) > pair_term(&frame, &best.panels));
    let bids = [(person(1), less), (person(2), worse), (person(3), best)];
    compete(&mut world, draw, &bids);
    let fates: Vec<String> = posts_of(&world, draw)
        .into_iter()
        .map(|post| post.fate)
        .collect();
    assert_eq!(fates, ["surpassed", "surpassed", "best"]);
    world.check();
}

/// As [`solving`], with a second feature, so that there are four types.
fn solving_in_four() -> (World, u64) {
    let mut world = World::new(60);
    let mut input = split("1", "side", &[("left", 2), ("right", 3)]);
    input.features.push(mycel_kit::peers::sortition::Feature {
        name: "age".into(),
        values: vec!["old".into(), "young".into()],
        issuer: None,
    });
    let draw = world.open(&input);
    for number in 1..=48 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        let age = if number % 2 == 0 { "old" } else { "young" };
        world.volunteer(draw, number, &[("side", side), ("age", age)]);
    }
    world.wait_until(START + 1_000);
    world.run();
    (world, draw)
}

/// Another lottery with the same chances: seats of two panels change places
/// so that more of one type sit together.
fn together(pool: &Pool, lottery: &Lottery) -> Lottery {
    let mut rows: Vec<Vec<u16>> = Vec::new();
    for panel in &lottery.panels {
        let mut row = vec![0; pool.counts.len()];
        for (kind, seats) in &panel.seats {
            row[usize::from(*kind)] = *seats;
        }
        rows.extend(std::iter::repeat_n(row, panel.times as usize));
    }
    let same = |a: usize, b: usize| pool.values[a][0] == pool.values[b][0];
    let kinds = pool.counts.len();
    for at in 0..rows.len() / 2 {
        let other = rows.len() - 1 - at;
        for (a, b) in (0..kinds).flat_map(|a| (0..kinds).map(move |b| (a, b))) {
            while a < b && same(a, b) && rows[at][b] > 0 && rows[other][a] > 0 {
                rows[at][b] -= 1;
                rows[other][a] -= 1;
                rows[at][a] += 1;
                rows[other][b] += 1;
            }
        }
    }
    let seats = |row: Vec<u16>| -> Vec<(u16, u16)> {
        let all = row.into_iter().enumerate();
        let taken = all.filter(|(_, seats)| *seats > 0);
        taken.map(|(kind, seats)| (kind as u16, seats)).collect()
    };
    let panels = rows.into_iter().map(|row| Panel {
        times: 1,
        seats: seats(row),
    });
    Lottery {
        panels: panels.collect(),
        levels: lottery.levels.clone(),
    }
}

#[test]
fn where_nobody_comes_close_m_doubles_once_and_then_wider_is_enough() {
    let (mut world, draw) = solving();
    let (pool, m) = (world.pool(draw), panels(&world, draw));
    let wide = unequal(&pool, 2 * m);
    // the first try asks for less
    compete(&mut world, draw, &[(person(1), unequal(&pool, m))]);
    let posts = posts_of(&world, draw);
    assert_eq!(posts[0].fate, "refused");
    assert!(
        posts[0]
            .why
            .as_deref()
            .expect("why")
            .contains("not proven equal enough")
    );
    let view = world.draw(draw).lottery.expect("frozen");
    assert_eq!((view.tries, view.panels, view.tolerance), (2, 2 * m, 8));
    compete(&mut world, draw, &[(person(1), wide)]);
    assert_eq!(world.stage(draw), "awaiting");
    world.check();
}

/// Chances within 8/m of equal ones, but not within 2/m.
fn unequal(pool: &Pool, m: u32) -> Lottery {
    let mut lottery = solver::solve(pool, m, 0);
    // one panel in which a type of the least chance gives way would break a
    // quota, so its chances are spread: the certificate proves a bound too high
    for level in &mut lottery.levels {
        for numbers in [&mut level.y, &mut level.u] {
            numbers
                .iter_mut()
                .for_each(|number| *number *= u64::from(m));
        }
        level.d *= u64::from(m);
        let s = level.y.iter().zip(&mut level.s).find(|(y, _)| **y > 0);
        // n·s more in the bound: 5/m of the weights
        if let Some((_, s)) = s {
            *s = 5;
        }
    }
    lottery
}

/// Of a client, or of a decision; gives why it lapsed.
fn nobody_solves(reference: &str) -> String {
    let mut world = World::new(20);
    // a left one, an old one, and only one seat: each can be met alone
    let mut input = split("1", "side", &[("left", 1), ("right", 0)]);
    let age = split("1", "age", &[("old", 1), ("young", 0)]);
    input.features.extend(age.features);
    input.quotas.extend(age.quotas);
    input.r#ref = reference.into();
    let draw = if reference.starts_with("assembly/") {
        world.open(&input)
    } else {
        let assembly = world.assembly.clone();
        let open = serde_json::json!({"open_draw": input});
        world.ok(&assembly, &super::pools::decided("ordinary", &open));
        1
    };
    for number in 1..=20 {
        let (side, age) = match number % 2 {
            0 => ("left", "young"),
            _ => ("right", "old"),
        };
        world.volunteer(draw, number, &[("side", side), ("age", age)]);
    }
    world.wait_until(START + 1_000);
    world.run();
    for tries in 1..=2 {
        assert_eq!(world.stage(draw), "solving");
        assert_eq!(world.draw(draw).lottery.expect("frozen").tries, tries);
        assert!(!world.drawn(reference).done);
        to_deadline(&mut world, draw);
    }
    assert_eq!(world.stage(draw), "lapsed");
    let drawn = world.drawn(reference);
    assert!(drawn.done && drawn.persons.is_empty());
    world.check();
    world.draw(draw).short.expect("why")
}

#[test]
fn a_draw_that_nobody_solves_lapses_after_the_second_try_and_says_what_to_do() {
    let unsolved = mycel_sortition::draws::verify::UNSOLVED;
    assert!(unsolved.contains("perhaps not all together"));
    let why = nobody_solves("x/1");
    assert_eq!(why, format!("{unsolved}: open a draw with those"));
}

#[test]
fn a_lapsed_draw_of_a_client_says_that_the_proposal_goes_on() {
    let why = nobody_solves("assembly/1");
    assert!(
        why.ends_with(": the proposal goes on without a panel"),
        "{why}"
    );
}
