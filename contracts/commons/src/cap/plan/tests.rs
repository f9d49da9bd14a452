use super::super::rule::Rule;
use super::super::stabiliser::Band;
use super::*;

fn units(n: u128) -> Quantity {
    Quantity::new(n).expect("a quantity")
}

/// A tenth of the stock, a tenth more each epoch at most.
fn rules() -> Rules {
    Rules {
        harvest: Rule::Proportional { f_ppm: 100_000 },
        production: None,
        kappa_ppm: 500_000,
        rise_bps: 1_000,
        grace_seconds: 10,
        stabiliser: None,
    }
}

fn seen(stock: u128, range: u128, basis: Basis) -> Option<Seen> {
    Some(Seen {
        stock: units(stock),
        median: units(stock),
        range: Range::certain(range),
        basis,
    })
}

fn after(cap: u128, most: u128) -> Option<Last> {
    Some(Last {
        cap: units(cap),
        from: units(cap),
        most: units(most),
    })
}

fn opened(
    seen: Option<Seen>,
    last: Option<Last>,
    budget: Option<u128>,
    late: bool,
) -> Option<u128> {
    cap(&rules(), seen, last, budget.map(units), late).map(|capped| capped.cap.units())
}

#[test]
fn the_first_cap_is_what_nature_allows_less_the_doubt() {
    let first = seen(10_000, 400, Basis::Fresh);
    assert_eq!(opened(first, None, None, false), Some(980));
    assert_eq!(opened(first, None, Some(500), false), Some(500));
}

#[test]
fn no_epoch_opens_without_a_value_and_the_first_waits_for_ever() {
    assert_eq!(opened(None, None, None, true), None);
    assert_eq!(
        opened(seen(10_000, 0, Basis::Stale), None, None, true),
        None
    );
    assert_eq!(opened(None, after(100, 100), None, false), None);
}

#[test]
fn only_increases_are_limited() {
    let full = seen(10_000, 0, Basis::Fresh);
    assert_eq!(opened(full, after(500, 500), None, false), Some(550));
    assert_eq!(opened(full, after(990, 990), None, false), Some(1_000));
    assert_eq!(opened(full, after(5_000, 5_000), None, false), Some(1_000));
    // a tenth of a small cap is nothing: it rises by one
    let small = seen(90, 0, Basis::Fresh);
    assert_eq!(opened(small, after(5, 5), None, false), Some(6));
}

#[test]
fn a_cap_that_a_bad_year_brought_to_nothing_comes_back() {
    let full = seen(10_000, 0, Basis::Fresh);
    assert_eq!(opened(full, after(0, 0), None, false), Some(100));
    let still = Rules {
        rise_bps: 0,
        ..rules()
    };
    let capped = cap(&still, full, after(7, 7), None, false);
    assert_eq!(capped.map(|capped| capped.cap.units()), Some(7));
}

#[test]
fn disputed_readings_count_with_the_lowest_and_open_the_epoch() {
    let disputed = seen(3_000, 0, Basis::Disputed);
    assert_eq!(
        opened(disputed, after(1_000, 1_000), None, false),
        Some(300)
    );
}

#[test]
fn stale_tightens_by_a_tenth_after_the_grace_and_never_loosens() {
    let stale = |stock| seen(stock, 0, Basis::Stale);
    assert_eq!(opened(None, after(1_000, 1_000), None, true), Some(900));
    assert_eq!(opened(None, after(9, 9), None, true), Some(8));
    assert_eq!(
        opened(stale(50_000), after(1_000, 1_000), None, true),
        Some(900)
    );
    assert_eq!(
        opened(stale(2_000), after(1_000, 1_000), None, true),
        Some(200)
    );
    assert_eq!(
        opened(None, after(1_000, 1_000), Some(300), true),
        Some(300)
    );
}

fn wanted() -> Wanted {
    Wanted {
        children: vec![],
        banked: Quantity::ZERO,
        waiting: Quantity::ZERO,
        regeneration_bps: 5_000,
        reserve: Quantity::ZERO,
    }
}

fn capped(cap: u128, most: u128) -> Capped {
    Capped {
        low: units(most * 10),
        most: units(most),
        cap: units(cap),
    }
}

#[test]
fn what_shares_yield_is_what_the_others_leave() {
    let wanted = Wanted {
        children: vec![250_000, 333_333],
        banked: units(50),
        waiting: units(100),
        ..wanted()
    };
    let issue = issue(&rules(), &capped(1_001, 1_001), &wanted);
    // floor(250.25) + floor(333.666…)
    assert_eq!(issue.budgets.units(), 583);
    assert_eq!(issue.banked_in.units(), 50);
    assert_eq!(issue.regenerated.units(), 100);
    assert_eq!(issue.tac.units(), 1_001 - 583 - 150);
}

#[test]
fn restoration_has_at_most_half_the_cap_and_the_rest_waits() {
    let wanted = Wanted {
        waiting: units(800),
        ..wanted()
    };
    let issue = issue(&rules(), &capped(1_000, 1_000), &wanted);
    assert_eq!((issue.regenerated.units(), issue.tac.units()), (500, 500));
}

#[test]
fn what_was_banked_has_room_within_the_cap_only() {
    let wanted = Wanted {
        banked: units(500),
        waiting: units(500),
        ..wanted()
    };
    let issue = issue(&rules(), &capped(300, 300), &wanted);
    assert_eq!(issue.banked_in.units(), 300);
    assert_eq!((issue.regenerated.units(), issue.tac.units()), (0, 0));
}

fn stable() -> Rules {
    Rules {
        stabiliser: Some(Band {
            upper: units(1_096),
            lower: units(833),
            scarce: units(400),
            intake_percent: 24,
            release: units(100),
            reserve_most: units(400),
        }),
        ..rules()
    }
}

#[test]
fn a_stabiliser_keeps_back_of_what_shares_yield_when_much_was_set_aside() {
    let wanted = Wanted {
        banked: units(1_200),
        ..wanted()
    };
    let issue = issue(&stable(), &capped(2_000, 2_000), &wanted);
    assert_eq!(issue.withheld.units(), 288);
    assert_eq!(issue.tac.units(), 2_000 - 1_200 - 288);
    assert_eq!(issue.reserve.units(), 288);
}

#[test]
fn a_release_stays_within_what_nature_allows() {
    let wanted = Wanted {
        reserve: units(250),
        ..wanted()
    };
    let released = |cap| {
        let issue = issue(&stable(), &capped(cap, 1_000), &wanted);
        (
            issue.released.units(),
            issue.tac.units(),
            issue.reserve.units(),
        )
    };
    assert_eq!(released(800), (100, 900, 150));
    assert_eq!(released(930), (70, 1_000, 180));
    assert_eq!(released(1_000), (0, 1_000, 250));
}

#[test]
fn nothing_is_released_in_an_epoch_that_nobody_read() {
    let wanted = Wanted {
        reserve: units(250),
        ..wanted()
    };
    for seen in [None, seen(10_000, 0, Basis::Stale)] {
        let capped = cap(&stable(), seen, after(1_000, 1_000), None, true).expect("late");
        let issue = issue(&stable(), &capped, &wanted);
        assert_eq!((issue.released.units(), issue.tac.units()), (0, 900));
        assert_eq!(issue.reserve.units(), 250);
    }
}

#[test]
fn a_reserve_beyond_its_limit_is_made_invalid_at_an_opening() {
    let wanted = Wanted {
        banked: units(2_000),
        reserve: units(390),
        ..wanted()
    };
    let issue = issue(&stable(), &capped(4_000, 4_000), &wanted);
    assert_eq!(issue.withheld.units(), 480);
    assert_eq!((issue.reserve.units(), issue.invalid.units()), (400, 470));
}

/// splitmix64
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[test]
fn issued_is_never_more_than_nature_allows_and_adds_up_in_100_000_random_openings() {
    let seed = 11;
    eprintln!("seed={seed}");
    let mut state = seed;
    for _ in 0..100_000 {
        let mut sized = || u128::from(random(&mut state) >> 1 >> (random(&mut state) % 63));
        let (stock, range, cap_before, budget) = (sized(), sized(), sized(), sized());
        let (banked, waiting, reserve) = (sized(), sized(), sized());
        let basis = [Basis::Fresh, Basis::Disputed, Basis::Stale][(sized() % 3) as usize];
        let seen = seen(stock, range, basis).filter(|_| sized() % 5 > 0);
        let nature = (cap_before + sized() / 4).min(Quantity::MAX.units());
        let last = after(cap_before, nature).filter(|_| sized() % 5 > 0);
        let budget = Some(units(budget)).filter(|_| sized() % 2 > 0);
        let rules = if sized() % 2 > 0 { stable() } else { rules() };
        let Some(capped) = cap(&rules, seen, last, budget, true) else {
            assert!(last.is_none());
            continue;
        };
        assert!(capped.cap <= capped.most);
        assert!(budget.is_none_or(|budget| capped.most <= budget));
        if let (Some(last), Basis::Stale) = (last, seen.map_or(Basis::Stale, |s| s.basis)) {
            assert!(capped.cap.units() <= last.cap.units() * 9 / 10);
            assert!(capped.most <= last.most);
        }
        let mut left = 1_000_000;
        let children: Vec<u32> = (0..sized() % 33)
            .map(|_| {
                let ppm = (sized() % (left + 1)) as u32;
                left -= u128::from(ppm);
                ppm
            })
            .collect();
        let wanted = Wanted {
            children: children.clone(),
            banked: units(banked),
            waiting: units(waiting),
            regeneration_bps: 5_000,
            reserve: units(reserve),
        };
        let issue = issue(&rules, &capped, &wanted);
        let given = issue.tac.units()
            + issue.regenerated.units()
            + issue.banked_in.units()
            + issue.budgets.units();
        assert!(given <= capped.most.units());
        let all = capped.cap.units() + issue.released.units();
        assert_eq!(all, given + issue.withheld.units());
        assert!(issue.regenerated.units() * 2 <= capped.cap.units());
        let each: u128 = children.iter().map(|ppm| budget_of(capped.cap, *ppm)).sum();
        assert_eq!(issue.budgets.units(), each);
        let before = reserve + issue.withheld.units();
        let after = issue.reserve.units() + issue.released.units() + issue.invalid.units();
        assert_eq!(before, after);
    }
}

fn budget_of(cap: Quantity, ppm: u32) -> u128 {
    super::budget(cap, ppm).units()
}
