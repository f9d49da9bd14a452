//! Lotteries: what is accepted is right, hostile numbers pass no bound, and each rule refuses what breaks it.
use mycel_kit::lottery::{
    Frame, Level, Lottery, LotteryError, MAX_DUAL, MAX_ENTRIES, MAX_PERSONS, Page, PairStripe,
    Panel, Pool, Quota, Rank, Tally, Tolerance, body, count_test, encode, pair_term, panels_for,
    read_page, verify,
};

fn quota(feature: u8, value: u8, min: u32, max: u32) -> Quota {
    Quota {
        feature,
        value,
        min,
        max,
    }
}

/// Two women and six men for three seats: one woman at least, two men at most.
fn pool() -> Pool {
    Pool {
        k: 3,
        counts: vec![2, 6],
        values: vec![vec![0], vec![1]],
        quotas: vec![quota(0, 0, 1, 3), quota(0, 1, 0, 2)],
    }
}

const M: u32 = 256;

/// Two men in each panel: 1/3 for them, 1/2 for women.
fn lottery() -> Lottery {
    let level = |y: [u64; 2], u: [u64; 2], mu: i64, d| Level {
        y: y.into(),
        s: vec![0; 2],
        mu,
        u: u.into(),
        l: vec![0; 2],
        d,
    };
    Lottery {
        panels: vec![Panel {
            times: M,
            seats: vec![(0, 1), (1, 2)],
        }],
        // men: paid by their max; women: by the seat, less what men get of it
        levels: vec![
            level([0, 1], [0, 1], 0, 6),
            Level {
                l: vec![0, 0],
                u: vec![0, 0],
                ..level([1, 1], [0, 0], 1, 8)
            },
        ],
    }
}

fn judged(change: impl FnOnce(&mut Pool, &mut Lottery)) -> Result<Rank, LotteryError> {
    let (mut pool, mut lottery) = (pool(), lottery());
    change(&mut pool, &mut lottery);
    verify(&pool, &lottery, M, Tolerance::Close).map(|verdict| verdict.rank)
}

#[test]
fn a_lottery_with_its_levels_is_accepted_and_settles_everybody() {
    let verdict = verify(&pool(), &lottery(), M, Tolerance::Close).expect("accepted");
    assert_eq!(
        (verdict.rank.settled, verdict.standing.settled_by),
        (8, vec![2, 1])
    );
    let ratio = |f: mycel_kit::lottery::Fraction| f.numerator as f64 / f.denominator as f64;
    assert!((ratio(verdict.held[0].bound) - 1.0 / 3.0).abs() < 1e-12);
    assert!((ratio(verdict.held[1].bound) - 1.0 / 2.0).abs() < 1e-12);
}

#[test]
fn m_is_the_least_power_of_two_with_64_seats_a_volunteer() {
    assert_eq!(panels_for(150, 22), Ok(512));
    assert_eq!(panels_for(64, 64), Ok(64));
    assert_eq!(panels_for(65, 64), Ok(128));
    assert_eq!(panels_for(0, 1), Ok(1));
    assert_eq!(panels_for(1_024 * 7, 7), Ok(1 << 16));
    assert_eq!(
        panels_for(1_024 * 7 + 1, 7),
        Err(LotteryError::Persons {
            persons: 7_169,
            most: 7_168
        })
    );
    assert_eq!(
        panels_for(u32::MAX, 1_000).unwrap_err().to_string(),
        "too many volunteers: persons=4294967295 most=1024000; draw in two stages"
    );
    assert!(panels_for(5, 0).is_err() && panels_for(5, 1_001).is_err());
}

#[test]
fn numbers_that_cannot_meet_are_named_by_their_quota() {
    let short = |change: &dyn Fn(&mut Pool)| {
        let mut pool = pool();
        change(&mut pool);
        count_test(&pool).map_err(|error| error.to_string())
    };
    assert_eq!(short(&|_| ()), Ok(()));
    let story = |change: &dyn Fn(&mut Pool)| short(change).unwrap_err();
    assert_eq!(
        story(&|pool| pool.counts = vec![1, 1]),
        "too few volunteers: persons=2 seats=3"
    );
    assert_eq!(
        story(&|pool| pool.quotas[0].min = 3),
        "too few volunteers for a quota: quota=0 feature=0 value=0 there=2 min=3"
    );
    assert_eq!(
        story(&|pool| {
            pool.quotas[0].min = 2;
            pool.quotas[1].min = 2;
        }),
        "quotas of a feature ask for more than the seats: feature=0 least=4 seats=3"
    );
    assert_eq!(
        story(&|pool| {
            pool.quotas[0].max = 1;
            pool.quotas[1].max = 1;
        }),
        "quotas of a feature leave seats empty: feature=0 most=2 seats=3"
    );
}

#[test]
fn a_pool_out_of_bounds_is_refused_by_its_first_offence() {
    let refused = |change: &dyn Fn(&mut Pool)| {
        let mut pool = pool();
        change(&mut pool);
        Frame::new(&pool).err().map(|error| error.to_string())
    };
    let twice = |pool: &mut Pool| pool.quotas[1] = pool.quotas[0];
    assert_eq!(
        refused(&twice).as_deref(),
        Some("quota malformed: quota=1 is there twice")
    );
    assert!(refused(&|pool| pool.counts[1] = 0).is_some());
    assert!(refused(&|pool| pool.counts[1] = MAX_PERSONS).is_some());
    assert!(refused(&|pool| pool.counts = vec![u32::MAX; 2]).is_some());
    assert!(refused(&|pool| pool.values[1].push(0)).is_some());
    assert!(refused(&|pool| pool.quotas[0].feature = 1).is_some());
    assert!(refused(&|pool| pool.quotas[0].min = 4).is_some());
    assert!(refused(&|pool| pool.quotas[1].min = 3).is_some());
    let many = |pool: &mut Pool| {
        pool.counts = vec![1; 1_025];
        pool.values = vec![vec![0]; 1_025];
    };
    assert_eq!(
        refused(&many).as_deref(),
        Some("too many: types=1025 most=1024")
    );
}

#[test]
fn each_panel_has_k_seats_within_every_quota_and_no_more_than_there_are_persons() {
    let seats = |seats: Vec<(u16, u16)>| judged(|_, lottery| lottery.panels[0].seats = seats);
    assert!(matches!(
        seats(vec![(0, 1), (1, 1)]),
        Err(LotteryError::Size { seats: 2, .. })
    ));
    assert!(matches!(
        seats(vec![(1, 3)]),
        Err(LotteryError::QuotaBroken { quota: 0, .. })
    ));
    assert!(matches!(
        seats(vec![(0, 3)]),
        Err(LotteryError::Panel { kind: 0, .. })
    ));
    for wrong in [
        vec![(1, 2), (0, 1)],
        vec![(0, 1), (0, 1), (1, 1)],
        vec![(0, 1), (1, 2), (2, 0)],
    ] {
        assert!(matches!(seats(wrong), Err(LotteryError::Panel { .. })));
    }
    assert!(seats(vec![(0, 1), (7, 2)]).is_err());
    let times = |times| judged(move |_, lottery| lottery.panels[0].times = times);
    for wrong in [0, M - 1, M + 1, u32::MAX] {
        assert!(matches!(
            times(wrong),
            Err(LotteryError::WrongCount { what: "panels", .. })
        ));
    }
    let (pool, lottery) = (pool(), lottery());
    assert!(verify(&pool, &lottery, 100, Tolerance::Close).is_err());
    assert!(verify(&pool, &lottery, 1 << 18, Tolerance::Close).is_err());
}

#[test]
fn entries_are_bounded() {
    let pool = pool();
    let frame = Frame::new(&pool).expect("a pool");
    let mut tally = Tally::begin(&frame, 1 << 17).expect("a size");
    tally.entries = MAX_ENTRIES - 1;
    let panel = &lottery().panels[0];
    let before = tally.clone();
    assert!(matches!(
        tally.panel(&frame, panel),
        Err(LotteryError::TooMany {
            what: "entries",
            ..
        })
    ));
    assert_eq!(tally, before);
}

#[test]
fn a_level_is_feasible_adds_up_and_comes_within_two_panels_of_the_least() {
    let level = |change: fn(&mut Level)| judged(move |_, lottery| change(&mut lottery.levels[0]));
    assert!(matches!(
        level(|level| level.d = 7),
        Err(LotteryError::Weights { .. })
    ));
    assert!(matches!(
        level(|level| level.u[1] = 0),
        Err(LotteryError::Infeasible { kind: 1, .. })
    ));
    assert!(matches!(
        level(|level| {
            level.y = vec![0, 0];
            level.d = 0;
        }),
        Err(LotteryError::Weightless { .. })
    ));
    // a seat's price on top: the bound is true, and says too little
    assert!(matches!(
        level(|level| level.mu = 1),
        Err(LotteryError::Gap { .. })
    ));
    // women have more than the least
    assert!(matches!(
        level(|level| {
            level.y = vec![1, 1];
            level.mu = 1;
            level.u = vec![0, 0];
            level.d = 8;
        }),
        Err(LotteryError::Gap { .. } | LotteryError::Above { .. })
    ));
    assert!(matches!(
        judged(|_, lottery| lottery.levels.clear()),
        Err(LotteryError::WrongCount { .. })
    ));
    let short = judged(|_, lottery| {
        lottery.levels[0].s.pop();
    });
    assert!(matches!(
        short,
        Err(LotteryError::WrongCount { what: "s", .. })
    ));
    // the same level twice: nobody is left whom it has a weight on
    let twice = judged(|_, lottery| lottery.levels[1] = lottery.levels[0].clone());
    assert!(matches!(twice, Err(LotteryError::Weightless { level: 2 })));
}

#[test]
fn a_weight_on_somebody_who_is_better_off_is_refused_even_where_the_bound_is_near() {
    // men weigh a million times as much as women, whose chance is 1/2
    let refused = judged(|_, lottery| {
        lottery.levels[0] = Level {
            y: vec![1, 1_000_001],
            s: vec![0; 2],
            mu: 1,
            u: vec![0, 1_000_000],
            l: vec![0; 2],
            d: 6_000_008,
        };
    });
    assert_eq!(refused, Err(LotteryError::Above { level: 1, kind: 0 }));
}

#[test]
fn numbers_beyond_the_bounds_are_refused_and_the_greatest_overflow_nothing() {
    for place in 0..6 {
        let refused = judged(|_, lottery| {
            let level = &mut lottery.levels[0];
            match place {
                0 => level.y[0] = MAX_DUAL + 1,
                1 => level.s[0] = u64::MAX,
                2 => level.u[0] = MAX_DUAL + 1,
                3 => level.l[1] = u64::MAX,
                4 => level.mu = i64::MIN,
                _ => level.d = u64::MAX,
            }
        });
        assert!(
            matches!(refused, Err(LotteryError::Dual { level: 1, .. })),
            "place={place}"
        );
    }
    // the largest pool with the greatest prices of both signs
    let types = 1_024u16;
    let pool = Pool {
        k: 1_000,
        counts: vec![MAX_PERSONS / 1_024 - 24; usize::from(types)],
        values: (0..types).map(|kind| vec![(kind % 64) as u8; 16]).collect(),
        quotas: (0..64)
            .map(|value| quota((value % 16) as u8, value as u8, 0, u32::MAX))
            .collect(),
    };
    let panels = vec![Panel {
        times: 1 << 17,
        seats: (0..1_000).map(|kind| (kind, 1)).collect(),
    }];
    for (mu, u, l, s) in [
        (MAX_DUAL as i64, MAX_DUAL, 0, MAX_DUAL),
        (-(MAX_DUAL as i64), 0, MAX_DUAL, MAX_DUAL),
        (-(MAX_DUAL as i64), MAX_DUAL, MAX_DUAL, MAX_DUAL),
    ] {
        let level = Level {
            y: [vec![0; 1_023], vec![1]].concat(),
            s: vec![s; usize::from(types)],
            mu,
            u: vec![u; 64],
            l: vec![l; 64],
            d: u64::from(pool.counts[0]),
        };
        let lottery = Lottery {
            panels: panels.clone(),
            levels: vec![level],
        };
        assert!(verify(&pool, &lottery, 1 << 17, Tolerance::Wide).is_err());
    }
}

#[test]
fn the_pair_term_is_the_sum_over_pairs_of_persons_of_their_squared_meetings() {
    let pool = Pool {
        k: 3,
        counts: vec![3, 2, 1],
        values: vec![vec![]; 3],
        quotas: vec![],
    };
    let panels = vec![
        Panel {
            times: 3,
            seats: vec![(0, 2), (1, 1)],
        },
        Panel {
            times: 5,
            seats: vec![(0, 1), (1, 1), (2, 1)],
        },
        Panel {
            times: 8,
            seats: vec![(1, 2), (2, 1)],
        },
    ];
    let frame = Frame::new(&pool).expect("a pool");
    // persons 0..3 of the first type, 3..5 of the second, 5 of the third: expected meetings of each pair
    let kind = [0usize, 0, 0, 1, 1, 2];
    let mut exact = 0.0;
    for a in 0..6 {
        for b in a + 1..6 {
            let met: f64 = (panels.iter())
                .map(|panel| {
                    let seats = |k: usize| {
                        panel
                            .seats
                            .iter()
                            .find(|s| usize::from(s.0) == k)
                            .map_or(0.0, |s| f64::from(s.1))
                    };
                    let count = |k: usize| f64::from(pool.counts[k]);
                    let both = if kind[a] == kind[b] {
                        seats(kind[a]) * (seats(kind[a]) - 1.0)
                            / (count(kind[a]) * (count(kind[a]) - 1.0))
                    } else {
                        seats(kind[a]) * seats(kind[b]) / (count(kind[a]) * count(kind[b]))
                    };
                    f64::from(panel.times) * both
                })
                .sum();
            exact += met * met;
        }
    }
    let term = pair_term(&frame, &panels) as f64 / 65_536.0;
    assert!((term - exact).abs() < 1e-3, "term={term} exact={exact}");
    // in stripes it is the same
    let stripes = (0..3).map(|first| {
        let mut stripe = PairStripe::begin(&frame, first, 1).expect("few rows");
        panels.iter().for_each(|panel| stripe.panel(panel));
        stripe.finish(&frame)
    });
    assert_eq!(stripes.sum::<u128>(), pair_term(&frame, &panels));
}

#[test]
fn more_persons_settled_ranks_before_a_smaller_pair_term() {
    let rank = |settled, pair_term| Rank { settled, pair_term };
    assert!(rank(8, 900) > rank(7, 1));
    assert!(rank(8, 900) > rank(8, 901));
    assert_eq!(rank(8, 900), rank(8, 900));
}

#[test]
fn an_index_draws_the_panel_that_holds_its_place() {
    let panel = |times, kind| Panel {
        times,
        seats: vec![(kind, 1)],
    };
    let lottery = Lottery {
        panels: vec![panel(2, 0), panel(1, 1), panel(5, 2)],
        levels: vec![],
    };
    let drawn: Vec<Option<u16>> = (0..9)
        .map(|index| lottery.drawn(index).map(|panel| panel.seats[0].0))
        .collect();
    let expected = [0, 0, 1, 2, 2, 2, 2, 2].map(Some);
    assert_eq!((&drawn[..8], drawn[8]), (&expected[..], None));
}

#[test]
fn pages_have_one_form_and_hold_no_more_than_their_bytes() {
    let (pool, lottery) = (pool(), lottery());
    let frame = Frame::new(&pool).expect("a pool");
    let pages = encode(&lottery);
    let read: Vec<Page> = pages
        .iter()
        .map(|page| read_page(&frame, page).expect("a page"))
        .collect();
    assert_eq!(
        read,
        [
            Page::Panels(lottery.panels.clone()),
            Page::Levels(lottery.levels.clone())
        ]
    );
    // pinned: contracts keep these bytes
    let hex: Vec<String> = pages
        .iter()
        .map(|page| page.iter().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    assert_eq!(
        hex,
        [
            "000180020200010002",
            "01020001000000000100000601010000020000000008"
        ]
    );
    for page in &pages {
        for end in 0..page.len() {
            assert!(read_page(&frame, &page[..end]).is_err());
        }
        let longer = [page.as_slice(), &[0]].concat();
        assert!(read_page(&frame, &longer).is_err());
    }
    // claims of more than there is allocate nothing for it
    for claim in [
        &[0, 0xff, 0xff, 0xff, 0xff, 0x0f][..],
        &[1, 0xff, 0xff, 3],
        &[0, 1, 1, 0xff, 0x7f],
        &[2, 1],
        &[0, 0],
    ] {
        assert!(read_page(&frame, claim).is_err());
    }
    assert!(read_page(&frame, &vec![0; body::MAX_PAGE + 1]).is_err());
}
