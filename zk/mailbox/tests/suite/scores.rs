//! The score and its thresholds.

use mycel_mailbox::{Attr, Fr, MailboxError, Rating, Score, State, Thresholds};

fn state(bad: usize) -> State {
    let mut state = State::default();
    for i in 0..10 {
        let rating = Rating {
            outcome: i >= bad,
            weight: 100,
            eco: 800,
            reciprocity: 400,
        };
        let entry = rating.entry(Fr::from(1u64), 20);
        state.absorb(&entry).expect("periods grow");
    }
    state
}

const ATTR: Attr = Attr {
    joined: 4,
    keyed: 0,
    vouch: 64,
};

fn score(bad: usize, period: u32) -> Score {
    Score::of(&state(bad), &ATTR, period).expect("in range")
}

fn missed(score: Score, thresholds: Thresholds) -> String {
    score.meets(&thresholds).expect_err("missed").to_string()
}

#[test]
fn sums_are_weighted_8_4_2_1_and_age_is_capped_at_16() {
    assert_eq!(score(2, 20).sums, [6400, 8000, 6_400_000, 3_200_000]);
    assert_eq!(score(2, 22).sums, [1600, 2000, 1_600_000, 800_000]);
    assert_eq!(score(2, 24).sums, [0; 4]);
    assert_eq!((score(2, 20).age, score(2, 23).age), (16, 16));
    let young = Attr { joined: 18, ..ATTR };
    assert_eq!(Score::of(&state(0), &young, 20).expect("in range").age, 2);
}

type Change = fn(&mut Thresholds);

#[test]
fn each_threshold_is_met_up_to_the_very_number() {
    let score = score(2, 20);
    // 0.8 kept · 0.8 eco at full age and vouching; 0.8 · 65536 = 52428.8
    let most = Thresholds {
        theta: 41_943,
        t_min: 8000,
        theta_rel: 52_428,
        theta_eco: 52_428,
        theta_rec: 26_214,
    };
    assert_eq!(score.meets(&most), Ok(()));
    let one_more: [(&str, Change); 5] = [
        ("score", |asked| asked.theta += 1),
        ("total weight", |asked| asked.t_min += 1),
        ("kept words", |asked| asked.theta_rel += 1),
        ("ecological effect", |asked| asked.theta_eco += 1),
        ("reciprocity", |asked| asked.theta_rec += 1),
    ];
    for (what, change) in one_more {
        let mut asked = most;
        change(&mut asked);
        assert!(missed(score, asked).starts_with(&format!("thresholds not met: {what}: has=")));
    }
}

#[test]
fn a_shortfall_says_both_sides() {
    let asked = Thresholds {
        t_min: 9000,
        ..Thresholds::default()
    };
    assert_eq!(
        missed(score(0, 20), asked),
        "thresholds not met: total weight: has=8000 needs=9000"
    );
}

#[test]
fn nothing_is_shown_with_t_min_0_or_thresholds_above_one() {
    let says = missed(score(0, 20), Thresholds::default());
    assert_eq!(
        says,
        "thresholds not met: t_min: the least is: has=0 needs=1"
    );
    let asked = Thresholds {
        t_min: 1,
        theta_eco: 65_537,
        ..Thresholds::default()
    };
    assert_eq!(
        missed(score(0, 20), asked),
        "out of range: theta_eco=65537 most=65536"
    );
}

#[test]
fn sums_that_circuits_cannot_hold_are_refused_and_no_product_overflows() {
    let mut state = state(0);
    state.buckets = [
        [(1 << 40) - 1; 4],
        [(1 << 40) - 1; 4],
        [(1 << 50) - 1; 4],
        [(1 << 50) - 1; 4],
    ];
    let attr = Attr { vouch: 127, ..ATTR };
    let greatest = Score::of(&state, &attr, 20).expect("just in range");
    let asked = Thresholds {
        theta: 65_536,
        t_min: 1,
        theta_rel: 65_536,
        theta_eco: 65_536,
        theta_rec: 65_536,
    };
    let _ = greatest.meets(&asked);
    state.buckets[1][0] = u64::MAX;
    assert_eq!(Score::of(&state, &attr, 20), Err(MailboxError::Overflow));
}

#[test]
fn a_score_is_of_no_time_before_joining_or_before_the_last_entry() {
    assert!(matches!(
        Score::of(&state(0), &ATTR, 19),
        Err(MailboxError::Backwards {
            period: 19,
            last: 20
        })
    ));
    let late = Attr { joined: 21, ..ATTR };
    assert!(Score::of(&state(0), &late, 20).is_err());
}
