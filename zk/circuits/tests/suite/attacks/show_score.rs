//! show, under attack by whoever does not reach the thresholds.

use ark_bn254::Fr;
use ark_ff::{Field, Zero};
use mycel_circuits::Show;
use mycel_mailbox::{State, Thresholds, leaf};
use mycel_verifier::poseidon;

use crate::cheat::{Caught, Cheat, refused};
use crate::story::{identity, rooted, show};

/// One for each group that this file has an attack on.
pub const CAUGHT: &[fn() -> Caught] = &[
    a_sum_that_wraps_around_the_order_is_no_sum,
    a_newcomer_is_not_sixteen_periods_old,
    a_threshold_near_the_order_is_no_negative_one,
    t_min_0_is_refused_so_that_an_empty_history_shows_nothing,
    too_high_a_score_is_not_shown,
    too_high_a_share_of_kept_words_is_not_shown,
    too_high_an_ecological_effect_is_not_shown,
    too_high_a_reciprocity_is_not_shown,
];

const ROOT: usize = 1;
const THETA_REL: usize = 10;

fn asked(change: impl FnOnce(&mut Thresholds)) -> Show {
    let mut show = show();
    change(&mut show.thresholds);
    show
}

#[test]
fn too_high_a_score_is_not_shown() -> Caught {
    refused(asked(|asked| asked.theta = 1 << 16), "score: has=", "score")
}

#[test]
fn too_high_a_share_of_kept_words_is_not_shown() -> Caught {
    refused(
        asked(|asked| asked.theta_rel = 1 << 16),
        "kept words: has=",
        "kept",
    )
}

#[test]
fn too_high_an_ecological_effect_is_not_shown() -> Caught {
    refused(
        asked(|asked| asked.theta_eco = 1 << 16),
        "ecological effect: has=",
        "eco",
    )
}

#[test]
fn too_high_a_reciprocity_is_not_shown() -> Caught {
    refused(
        asked(|asked| asked.theta_rec = 1 << 16),
        "reciprocity: has=",
        "reciprocity",
    )
}

#[test]
fn a_history_below_t_min_is_refused() -> Caught {
    refused(
        asked(|asked| asked.t_min = 1 << 30),
        "total weight: has=",
        "sample",
    )
}

/// A member without any history, at a gate that asks for nothing.
fn newcomer() -> Show {
    let mut show = show();
    show.tail.clear();
    show.state = State::default();
    show.thresholds = Thresholds::default();
    rooted(&mut show);
    show
}

#[test]
fn t_min_0_is_refused_so_that_an_empty_history_shows_nothing() -> Caught {
    refused(newcomer(), "t_min: the least is: has=0 needs=1", "sample")
}

#[test]
fn t_min_near_the_order_is_no_negative_one() -> Caught {
    let mut cheat = Cheat::with(newcomer());
    cheat.set(9, -Fr::from(1u64));
    cheat.caught_by("sample")
}

#[test]
fn a_threshold_near_the_order_is_no_negative_one() -> Caught {
    let mut cheat = Cheat::with(show());
    cheat.set(THETA_REL, -Fr::from(1u64));
    cheat.caught_by("fractions")
}

#[test]
fn a_threshold_is_met_exactly_and_not_by_one_less() {
    let mut show = show();
    let mut state = show.state;
    for entry in &show.tail {
        state.absorb(entry).expect("periods grow");
    }
    let score = mycel_mailbox::Score::of(&state, &show.attr, show.period).expect("in range");
    show.thresholds.t_min = score.sums[1] as u64;
    assert!(Cheat::with(show.clone()).broken().is_empty());
    show.thresholds.t_min += 1;
    Cheat::with(show.clone()).caught_by("sample");
    show.thresholds.t_min = 1;
    show.thresholds.theta_rel = (score.sums[0] * 65_536 / score.sums[1]) as u64;
    assert!(Cheat::with(show.clone()).broken().is_empty());
    show.thresholds.theta_rel += 1;
    Cheat::with(show).caught_by("kept");
}

#[test]
fn a_sum_that_wraps_around_the_order_is_no_sum() -> Caught {
    // R = (needed + 1)/2^16 in the field: as R·2^16 it is just enough
    let mut cheat = Cheat::with(show());
    let show = &mut cheat.circuit;
    show.tail.clear();
    show.period = show.state.last;
    show.state.buckets[3] = [0; 4];
    show.thresholds.theta_rec = 1 << 16;
    let total: u64 = (0..4)
        .map(|age| show.state.buckets[1][age] << (3 - age))
        .sum();
    let needed = Fr::from(total) * Fr::from(1000u64 << 16);
    let wrapped = (needed + Fr::ONE) / Fr::from(1u64 << 16);

    let half = |i: usize, other: [Fr; 4]| {
        let one = show.state.buckets[i].map(Fr::from);
        poseidon::hash(&[one, other].concat()).expect("eight")
    };
    let first = half(0, show.state.buckets[1].map(Fr::from));
    let second = half(2, [Fr::zero(), Fr::zero(), Fr::zero(), wrapped]);
    let last = Fr::from(show.state.last);
    let c = poseidon::hash(&[first, second, last, show.state.r]).expect("four");
    let own = leaf(identity().idc(), c, show.f, show.f, &show.attr);
    let root = show.path.root(own);
    let oldest = cheat.variable("opening", 0, 15);
    cheat.set(ROOT, root);
    cheat.set(oldest, wrapped);
    cheat.caught_by("totals")
}

#[test]
fn a_newcomer_is_not_sixteen_periods_old() -> Caught {
    let mut cheat = Cheat::with(show());
    let show = &mut cheat.circuit;
    show.attr.joined = show.period - 2;
    rooted(show);
    let young = cheat.variable("age", 0, 24);
    cheat.set(young, 0u64);
    cheat.caught_by("age")
}

#[test]
fn half_young_is_no_age() -> Caught {
    // 16 + young·(age − 16) = 1000 with young = 984/4
    let mut cheat = Cheat::with(show());
    let show = &mut cheat.circuit;
    show.attr.joined = show.period - 20;
    rooted(show);
    let young = cheat.variable("age", 0, 24);
    cheat.set(young, 246u64);
    cheat.caught_by("age")
}

#[test]
fn a_product_of_the_score_is_not_chosen() -> Caught {
    let mut cheat = Cheat::with(asked(|asked| asked.theta = 1 << 16));
    let square = cheat.variable("score", 0, 3);
    cheat.set(square, 1u64);
    cheat.caught_by("score")
}

#[test]
fn needs_of_a_threshold_are_not_chosen() -> Caught {
    let mut cheat = Cheat::with(asked(|asked| asked.theta_rel = 1 << 16));
    let needs = cheat.variable("kept", 0, 0);
    cheat.set(needs, 0u64);
    cheat.caught_by("kept")
}
