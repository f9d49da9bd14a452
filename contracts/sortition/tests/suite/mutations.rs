//! Damaged lotteries, judged by the definition read straight and by the contract.

use crate::lotteries::{panels, to_deadline, to_posting};
use crate::world::{Random, START, World, person, solver, split};
use cosmwasm_std::Addr;
use mycel_kit::Id;
use mycel_kit::lottery::{Lottery, Pool, encode};
use mycel_sortition::ask::QueryMsg;
use mycel_sortition::draws::show::PostsResponse;

/// The definition, read straight: whether a lottery is one for this pool, and
/// its first levels hold within 2/m.
fn holds(pool: &Pool, m: u32, lottery: &Lottery) -> bool {
    let (types, m) = (pool.counts.len(), i128::from(m));
    let n = |kind: usize| i128::from(pool.counts[kind]);
    let is = |kind: usize, quota: &mycel_kit::lottery::Quota| {
        pool.values[kind][usize::from(quota.feature)] == quota.value
    };
    let mut sums = vec![0i128; types];
    let mut total = 0;
    for panel in &lottery.panels {
        let mut row = vec![0i128; types];
        let mut before = None;
        for (kind, seats) in &panel.seats {
            let at = usize::from(*kind);
            if before >= Some(at) || at >= types || *seats == 0 || i128::from(*seats) > n(at) {
                return false;
            }
            before = Some(at);
            row[at] = i128::from(*seats);
        }
        if row.iter().sum::<i128>() != i128::from(pool.k) || panel.times == 0 {
            return false;
        }
        for quota in &pool.quotas {
            let of = (0..types).filter(|kind| is(*kind, quota));
            let seated: i128 = of.map(|kind| row[kind]).sum();
            if !(i128::from(quota.min)..=i128::from(quota.max)).contains(&seated) {
                return false;
            }
        }
        for kind in 0..types {
            sums[kind] += row[kind] * i128::from(panel.times);
        }
        total += i128::from(panel.times);
    }
    if total != m || lottery.levels.is_empty() {
        return false;
    }
    let mut settled = vec![false; types];
    for level in &lottery.levels {
        let (mut bound, mut d) = (i128::from(pool.k) * i128::from(level.mu), 0);
        for (place, quota) in pool.quotas.iter().enumerate() {
            bound += i128::from(quota.max.min(pool.k)) * i128::from(level.u[place]);
            bound -= i128::from(quota.min) * i128::from(level.l[place]);
        }
        for kind in 0..types {
            let mut pays = i128::from(level.mu) + i128::from(level.s[kind]);
            for (place, quota) in pool.quotas.iter().enumerate() {
                if is(kind, quota) {
                    pays += i128::from(level.u[place]) - i128::from(level.l[place]);
                }
            }
            if pays < i128::from(level.y[kind]) {
                return false;
            }
            bound += n(kind) * i128::from(level.s[kind]);
            d += n(kind) * i128::from(level.y[kind]);
        }
        let open: Vec<usize> = (0..types).filter(|kind| !settled[*kind]).collect();
        let weight: i128 = open.iter().map(|t| n(*t) * i128::from(level.y[*t])).sum();
        if d != i128::from(level.d) || weight == 0 {
            return false;
        }
        let fixed: i128 = (0..types)
            .filter(|kind| settled[*kind])
            .map(|kind| i128::from(level.y[kind]) * sums[kind])
            .sum();
        // the least chance of the open, as numerator over m·denominator
        let least = *open
            .iter()
            .min_by(|a, b| (sums[**a] * n(**b)).cmp(&(sums[**b] * n(**a))))
            .expect("somebody is open");
        if (m * bound - fixed) * n(least) - sums[least] * weight > 2 * weight * n(least) {
            return false;
        }
        let all: i128 = (0..types).map(|t| i128::from(level.y[t]) * sums[t]).sum();
        let near =
            |kind: usize| sums[kind] * n(least) - sums[least] * n(kind) <= 2 * n(kind) * n(least);
        let before = settled.iter().filter(|one| **one).count();
        for kind in open {
            let own = n(kind) * i128::from(level.y[kind]);
            settled[kind] = own > 0 && near(kind) && m * bound - all <= 2 * own;
        }
        if settled.iter().filter(|one| **one).count() == before {
            return false;
        }
    }
    true
}

fn mutate(random: &mut Random, lottery: &mut Lottery) {
    let level = random.below(lottery.levels.len() as u64) as usize;
    let panel = random.below(lottery.panels.len() as u64) as usize;
    let other = random.below(lottery.panels.len() as u64) as usize;
    let kinds = lottery.levels[level].y.len() as u64;
    let step = |random: &mut Random, number: &mut u64| {
        *number = match random.below(4) {
            0 => number.wrapping_add(1),
            1 => number.saturating_sub(1),
            2 => *number * 2 + 3,
            _ => random.next() >> (4 + random.below(60)),
        };
    };
    match random.below(13) {
        0 => lottery.panels[panel].times += 1,
        1 => lottery.panels[panel].times = lottery.panels[panel].times.saturating_sub(1),
        2 => {
            lottery.panels.remove(panel);
        }
        3 => {
            let copy = lottery.panels[other].clone();
            lottery.panels.insert(panel, copy);
        }
        4 => {
            let seats = &mut lottery.panels[panel].seats;
            let at = random.below(seats.len() as u64) as usize;
            seats[at].1 = seats[at].1.wrapping_add(1 + random.below(3) as u16);
        }
        5 => {
            let seats = &mut lottery.panels[panel].seats;
            let at = random.below(seats.len() as u64) as usize;
            seats[at].0 = random.below(kinds + 2) as u16;
            seats.sort_unstable();
        }
        6 => {
            // a seat passes from one type to another
            let seats = &mut lottery.panels[panel].seats;
            if seats.len() > 1 {
                seats[0].1 += 1;
                seats[1].1 -= 1;
                seats.retain(|seat| seat.1 > 0);
            }
        }
        7 => {
            let at = random.below(kinds) as usize;
            step(random, &mut lottery.levels[level].y[at]);
        }
        8 => {
            let at = random.below(kinds) as usize;
            step(random, &mut lottery.levels[level].s[at]);
        }
        9 => {
            let count = lottery.levels[level].u.len() as u64;
            let at = random.below(count) as usize;
            step(random, &mut lottery.levels[level].u[at]);
        }
        10 => {
            let count = lottery.levels[level].l.len() as u64;
            let at = random.below(count) as usize;
            step(random, &mut lottery.levels[level].l[at]);
        }
        11 => step(random, &mut lottery.levels[level].d),
        _ => lottery.levels[level].mu += random.below(7) as i64 - 3,
    }
}

#[test]
fn of_ten_thousand_mutated_lotteries_none_that_does_not_hold_is_accepted() {
    let wanted = crate::world::told("MYCEL_MUTATIONS", 10_000) as usize;
    let mut random = Random(crate::world::told("MYCEL_SEED", 1));
    eprintln!("MYCEL_SEED={}", random.0);
    // one a person in each draw
    let solvers = 256;
    let mut world = World::new(solvers as u64);
    let mut input = split("1", "side", &[("left", 1), ("right", 2)]);
    input.features.push(mycel_kit::peers::sortition::Feature {
        name: "age".into(),
        values: vec!["old".into(), "young".into()],
        issuer: None,
    });
    let mut draws = Vec::new();
    for name in 0..wanted.div_ceil(solvers) {
        input.r#ref = format!("assembly/{name}");
        let draw = world.open(&input);
        for number in 1..=12 {
            let side = if number % 3 == 0 { "left" } else { "right" };
            let age = if number % 2 == 0 { "old" } else { "young" };
            world.volunteer(draw, number, &[("side", side), ("age", age)]);
        }
        draws.push(draw);
    }
    world.wait_until(START + 1_000);
    world.run();
    let draw = draws[0];
    let (pool, m) = (world.pool(draw), panels(&world, draw));
    let good = solver::solve(&pool, m, 0);
    assert!(holds(&pool, m, &good));
    let mut bids: Vec<(u64, Addr, Vec<Vec<u8>>, u32)> = Vec::new();
    while bids.len() < wanted {
        let mut bad = good.clone();
        for _ in 0..=random.below(2) {
            mutate(&mut random, &mut bad);
            if bad.panels.is_empty() {
                break;
            }
        }
        let mut pages = encode(&bad);
        let bytes = random.below(4) == 0;
        if bytes {
            // a bit, a byte less, a byte more
            bad = good.clone();
            pages = encode(&bad);
            let page = random.below(pages.len() as u64) as usize;
            let at = random.below(pages[page].len() as u64) as usize;
            match random.below(3) {
                0 => pages[page][at] ^= 1 << random.below(8),
                1 => pages[page].truncate(at.max(1)),
                _ => pages[page].insert(at, random.next() as u8),
            }
            let frame = mycel_kit::lottery::Frame::new(&pool).expect("a pool");
            let mut read = Lottery::default();
            let mut broken = false;
            for page in &pages {
                match mycel_kit::lottery::read_page(&frame, page) {
                    Ok(mycel_kit::lottery::Page::Panels(more)) => read.panels.extend(more),
                    Ok(mycel_kit::lottery::Page::Levels(more)) => read.levels.extend(more),
                    Err(_) => broken = true,
                }
            }
            if !broken && holds(&pool, m, &read) {
                continue;
            }
        } else if holds(&pool, m, &bad) {
            continue;
        }
        let who = person(1 + (bids.len() % solvers) as u64);
        let draw = draws[bids.len() / solvers];
        let post = world.commit(&who, draw, &pages);
        bids.push((draw, who, pages, post));
    }
    to_posting(&mut world, draw);
    for (draw, who, pages, post) in &bids {
        world.post(who, *draw, *post, pages);
    }
    to_deadline(&mut world, draw);
    let mut refused = 0;
    for draw in draws {
        let lottery = world.draw(draw).lottery.expect("frozen");
        assert_eq!((lottery.best, lottery.tries), (None, 2), "one was accepted");
        let mut after = None;
        loop {
            let told: PostsResponse = world.ask(&QueryMsg::Posts {
                draw: Id(draw),
                after,
            });
            let posts = told.posts.iter();
            refused += posts.filter(|post| post.fate == "refused").count();
            after = told.next;
            if after.is_none() {
                break;
            }
        }
    }
    assert_eq!(refused, wanted);
}
