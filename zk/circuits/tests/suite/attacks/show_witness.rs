//! show, under attack by whoever chooses variables.

use ark_bn254::Fr;
use mycel_circuits::Show;
use mycel_mailbox::Rating;
use mycel_mailbox::hash::p2;
use mycel_mailbox::tree::node;

use crate::cheat::{Caught, Cheat};
use crate::story::{BAD, another, head, identity, leaf, rooted, show, tail};

/// One for each group that this file has an attack on.
pub const CAUGHT: &[fn() -> Caught] = &[
    a_friends_leaf_is_not_shown_with_ones_own_nullifier,
    a_late_key_is_not_set_2_to_the_24_days_ago_with_one_vouching_more,
    a_commitment_hash_that_gives_c_opens_no_better_sums,
    a_fraction_of_an_invented_entry_does_not_stand_for_the_tail,
    a_bad_entry_is_not_shown_as_a_great_outcome_of_no_weight,
    a_seal_hash_that_gives_the_true_entry_shows_no_flipped_one,
    a_head_hash_that_gives_the_true_head_shows_no_younger_praise,
    bad_deals_of_the_past_are_not_cleared_by_a_false_shift,
    a_bad_weight_is_not_left_out_of_the_sums,
    a_leaf_hash_that_gives_the_true_leaf_has_no_other_attributes,
    half_a_side_makes_no_leaf_a_member,
    a_node_hash_that_gives_the_true_node_has_no_other_leaf,
    sums_do_not_stay_young,
];

fn cheat() -> Cheat<Show> {
    Cheat::with(show())
}

/// A leaf better than the true one, and the true one.
fn flattered() -> (Cheat<Show>, Fr, Fr) {
    let mut cheat = cheat();
    let truly = leaf(&cheat.circuit);
    cheat.circuit.attr.vouch = 64;
    let flattering = leaf(&cheat.circuit);
    (cheat, flattering, truly)
}

#[test]
fn a_friends_leaf_is_not_shown_with_ones_own_nullifier() -> Caught {
    let mut cheat = cheat();
    let show = &mut cheat.circuit;
    show.sk = another().sk;
    show.nullifier = another().nullifier(show.scope);
    let last = cheat.last("identity", 0);
    cheat.hash_to(last, 3, another().idc(), identity().idc());
    cheat.caught_by("identity")
}

#[test]
fn a_nullifier_hash_that_gives_a_fresh_one_is_no_nullifier() -> Caught {
    let mut cheat = cheat();
    let show = &mut cheat.circuit;
    let honest = show.nullifier;
    show.nullifier += Fr::from(1u64);
    let wanted = show.nullifier;
    let last = cheat.last("nullifier", 0);
    cheat.hash_to(last, 3, honest, wanted);
    cheat.caught_by("nullifier")
}

#[test]
fn a_late_key_is_not_set_2_to_the_24_days_ago_with_one_vouching_more() -> Caught {
    let mut cheat = cheat();
    cheat.circuit.attr.keyed = 1001;
    rooted(&mut cheat.circuit);
    // both lowest bits are 1
    let keyed = cheat.variable("attributes", 0, 24);
    let vouch = cheat.variable("attributes", 0, 48);
    cheat.set(keyed, Fr::from(1u64) - Fr::from(1u64 << 24));
    cheat.set(vouch, 2u64);
    cheat.caught_by("attributes")
}

#[test]
fn a_late_key_is_not_early_by_a_difference_with_a_bit_of_minus_one() -> Caught {
    let mut cheat = cheat();
    cheat.circuit.cutoff = 899;
    let low = cheat.variable("cutoff", 0, 0);
    for bit in 1..24 {
        cheat.set(low + bit, 0u64);
    }
    cheat.set(low, -Fr::from(1u64));
    cheat.caught_by("cutoff")
}

#[test]
fn a_commitment_hash_that_gives_c_opens_no_better_sums() -> Caught {
    let mut cheat = cheat();
    let show = &mut cheat.circuit;
    let truly = show.state.commit();
    show.state.buckets[0] = show.state.buckets[1];
    show.thresholds.theta_rel = 60_000;
    let better = show.state.commit();
    let last = cheat.last("opening", 0);
    cheat.hash_to(last, 4, better, truly);
    cheat.caught_by("opening")
}

#[test]
fn a_fraction_of_an_invented_entry_does_not_stand_for_the_tail() -> Caught {
    let mut cheat = cheat();
    let show = &mut cheat.circuit;
    let h = head(show.f, &show.tail);
    let invented = Rating::default().entry(Fr::from(1u64), show.state.last);
    show.tail = vec![invented];
    let part = (h - show.f) / (invented.after(show.f) - show.f);
    let on = cheat.variable("entry on", 0, 0);
    cheat.set(on, part);
    cheat.caught_by("entry on")
}

#[test]
fn a_bad_entry_is_not_shown_as_a_great_outcome_of_no_weight() -> Caught {
    let mut cheat = cheat();
    cheat.circuit.tail[BAD].weight = 0;
    let outcome = cheat.variable("entry range", BAD, 0);
    cheat.set(outcome, 100u64);
    cheat.caught_by("entry range")
}

#[test]
fn a_seal_hash_that_gives_the_true_entry_shows_no_flipped_one() -> Caught {
    let mut cheat = cheat();
    let truly = cheat.circuit.tail[BAD].commitment();
    cheat.circuit.tail[BAD].outcome = true;
    let bad = cheat.circuit.tail[BAD];
    let last = cheat.last("entry seal", BAD);
    cheat.hash_to(last, 2, p2(bad.packed().into(), bad.rho), truly);
    cheat.caught_by("entry seal")
}

#[test]
fn a_head_hash_that_gives_the_true_head_shows_no_younger_praise() -> Caught {
    let mut cheat = cheat();
    let show = &mut cheat.circuit;
    let wanted = head(show.f, &show.tail);
    let before = head(show.f, &show.tail[..4]);
    show.tail[4].period = 24;
    let honest = show.tail[4].after(before);
    let last = cheat.last("entry head", 4) - 1;
    cheat.hash_to(last, 3, honest, wanted);
    cheat.caught_by("entry head")
}

#[test]
fn a_choice_of_neither_head_hides_no_entry() -> Caught {
    let mut cheat = cheat();
    let show = &mut cheat.circuit;
    show.tail.truncate(4);
    let before = head(show.f, &show.tail);
    let choice = tail()[4].after(before) - before;
    let last = cheat.last("entry head", 4);
    cheat.set(last, choice);
    cheat.caught_by("entry head")
}

#[test]
fn padding_moves_no_time_in_a_show() -> Caught {
    let mut cheat = cheat();
    let period = cheat.variable("entry time", 5, 0);
    cheat.set(period, 23u64);
    cheat.caught_by("entry time")
}

#[test]
fn bad_deals_of_the_past_are_not_cleared_by_a_false_shift() -> Caught {
    let mut cheat = cheat();
    let four = cheat.variable("entry time", 0, 4);
    cheat.set(four, 1u64);
    cheat.caught_by("entry time")
}

#[test]
fn buckets_after_a_shift_are_not_chosen() -> Caught {
    let mut cheat = cheat();
    // the first bucket of T: flag none · T0
    let total = cheat.variable("entry time", 0, 1 + 4 + 24 + 10);
    cheat.set(total, 0u64);
    cheat.caught_by("entry time")
}

#[test]
fn a_bad_weight_is_not_left_out_of_the_sums() -> Caught {
    let mut cheat = cheat();
    let weight = cheat.variable("entry sums", BAD, 0);
    cheat.set(weight, 0u64);
    cheat.caught_by("entry sums")
}

#[test]
fn a_bad_outcome_is_not_added_as_kept() -> Caught {
    let mut cheat = cheat();
    let kept = cheat.variable("entry sums", BAD, 1);
    cheat.set(kept, 50u64);
    cheat.caught_by("entry sums")
}

#[test]
fn a_leaf_hash_that_gives_the_true_leaf_has_no_other_attributes() -> Caught {
    let (mut cheat, flattering, truly) = flattered();
    let last = cheat.last("leaf", 0);
    cheat.hash_to(last, 5, flattering, truly);
    cheat.caught_by("leaf")
}

#[test]
fn half_a_side_makes_no_leaf_a_member() -> Caught {
    let (mut cheat, flattering, truly) = flattered();
    let path = &mut cheat.circuit.path;
    let (left, right) = match path.from_right(0) {
        true => (path.siblings[0], truly),
        false => (truly, path.siblings[0]),
    };
    path.siblings[0] = left + right - flattering;
    let part = (left - flattering) / (path.siblings[0] - flattering);
    let side = cheat.variable("side", 0, 0);
    cheat.set(side, part);
    cheat.caught_by("side")
}

#[test]
fn a_node_hash_that_gives_the_true_node_has_no_other_leaf() -> Caught {
    let (mut cheat, flattering, truly) = flattered();
    let path = cheat.circuit.path;
    let parent = |own| match path.from_right(0) {
        true => node(path.siblings[0], own),
        false => node(own, path.siblings[0]),
    };
    let last = cheat.last("path", 0);
    cheat.hash_to(last, 2, parent(flattering), parent(truly));
    cheat.caught_by("path")
}

#[test]
fn a_swap_of_ones_choice_has_no_other_leaf() -> Caught {
    // left = own + swap, right = sibling − swap: both children as wanted
    let (mut cheat, flattering, truly) = flattered();
    let path = &mut cheat.circuit.path;
    let (left, right) = match path.from_right(0) {
        true => (path.siblings[0], truly),
        false => (truly, path.siblings[0]),
    };
    path.siblings[0] = left + right - flattering;
    let swap = cheat.variable("path", 0, 1);
    cheat.set(swap, left - flattering);
    cheat.caught_by("path")
}

#[test]
fn a_period_before_the_last_entry_is_not_reached_by_a_forged_rest() -> Caught {
    let mut cheat = cheat();
    cheat.circuit.period = 21;
    let four = cheat.variable("period", 0, 3);
    for variable in 0..=24 {
        cheat.set(four + variable, 0u64);
    }
    cheat.caught_by("period")
}

#[test]
fn sums_do_not_stay_young() -> Caught {
    let mut cheat = cheat();
    let two = cheat.variable("period", 0, 1);
    cheat.set(two, 0u64);
    cheat.caught_by("period")
}
