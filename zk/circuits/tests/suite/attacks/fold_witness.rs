//! fold, under attack by whoever chooses variables.

use ark_bn254::Fr;
use ark_ff::Field;
use mycel_circuits::Fold;
use mycel_mailbox::hash::p2;
use mycel_mailbox::{Rating, entry};

use crate::cheat::{Caught, Cheat};
use crate::story::{BAD, another, fold, folded, head, identity, next, tail};

/// One for each group that this file has an attack on.
pub const CAUGHT: &[fn() -> Caught] = &[
    a_fraction_of_an_invented_entry_does_not_reach_the_head,
    a_bad_entry_is_not_opened_as_a_great_outcome_of_no_weight,
    a_seal_hash_that_gives_the_true_entry_opens_no_flipped_one,
    a_head_hash_that_gives_the_true_head_moves_no_entry_to_a_younger_period,
    a_history_is_not_cleared_by_a_false_shift,
    a_bad_weight_is_not_left_uncounted,
];

fn cheat() -> Cheat<Fold> {
    Cheat::with(fold())
}

#[test]
fn an_identity_hash_that_gives_anothers_commitment_is_no_identity() -> Caught {
    let mut cheat = cheat();
    cheat.circuit.sk = another().sk;
    let last = cheat.last("identity", 0);
    cheat.hash_to(last, 3, another().idc(), identity().idc());
    cheat.caught_by("identity")
}

#[test]
fn a_commitment_hash_that_hides_better_sums_opens_nothing() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    fold.state.buckets[0] = fold.state.buckets[1];
    fold.c_next = next(fold, &fold.entries).commit();
    let (honest, wanted) = (fold.state.commit(), fold.c);
    let last = cheat.last("opening", 0);
    cheat.hash_to(last, 4, honest, wanted);
    cheat.caught_by("opening")
}

#[test]
fn a_fraction_of_an_invented_entry_does_not_reach_the_head() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let invented = Rating::default().entry(Fr::from(1u64), fold.state.last);
    fold.entries = vec![invented];
    fold.c_next = next(fold, &[]).commit();
    let step = invented.after(fold.f) - fold.f;
    let part = (fold.f_next - fold.f) / step;
    let on = cheat.variable("entry on", 0, 0);
    cheat.set(on, part);
    cheat.caught_by("entry on")
}

#[test]
fn a_bad_entry_is_not_opened_as_a_great_outcome_of_no_weight() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    fold.entries[BAD].weight = 0;
    fold.c_next = next(fold, &fold.entries).commit();
    let outcome = cheat.variable("entry range", BAD, 0);
    cheat.set(outcome, 100u64);
    cheat.caught_by("entry range")
}

#[test]
fn weight_is_not_moved_into_eco() -> Caught {
    // weight 50 → 50 − 2^16, eco + 1: packs to the same
    let mut cheat = cheat();
    let weight = Fr::from(50u64) - Fr::from(1u64 << 16);
    let top = cheat.variable("entry range", 0, 1);
    let low = cheat.variable("entry range", 0, 17);
    cheat.set(top, weight - Fr::from(50u64));
    cheat.set(low, 1u64);
    assert!(cheat.broken().contains("entry range"));
    // C' of such sums has no numbers in it: leave it to the prover to compute
    let computed = own_commitment(&cheat);
    cheat.set(4, computed);
    cheat.caught_by("entry range")
}

/// The C' that the circuit computes: what the broken row says it should be.
fn own_commitment(cheat: &Cheat<Fold>) -> Fr {
    let values = cheat.values();
    let shape = crate::cheat::shape(mycel_circuits::Kind::Fold);
    let row = shape.constraints - 1;
    assert_eq!(shape.group_of(row), "commitment");
    values[4] + mycel_circuits::sheet::evaluate(&shape.matrices[0][row], &values)
}

#[test]
fn a_seal_hash_that_gives_the_true_entry_opens_no_flipped_one() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let truly = fold.entries[BAD].commitment();
    fold.entries[BAD].outcome = true;
    fold.c_next = next(fold, &fold.entries).commit();
    let bad = fold.entries[BAD];
    let last = cheat.last("entry seal", BAD);
    cheat.hash_to(last, 2, p2(bad.packed().into(), bad.rho), truly);
    cheat.caught_by("entry seal")
}

#[test]
fn a_head_hash_that_gives_the_true_head_moves_no_entry_to_a_younger_period() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let before = head(fold.f, &fold.entries[..4]);
    fold.entries[4].period = 24;
    fold.c_next = next(fold, &fold.entries).commit();
    let (honest, wanted) = (fold.entries[4].after(before), fold.f_next);
    // after the hash stands the choice between old and new head
    let last = cheat.last("entry head", 4) - 1;
    cheat.hash_to(last, 3, honest, wanted);
    cheat.caught_by("entry head")
}

#[test]
fn a_choice_of_neither_head_skips_no_entry() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let truly = tail();
    fold.entries.truncate(4);
    fold.c_next = next(fold, &fold.entries).commit();
    let skipped = entry::head(
        head(fold.f, &truly[..4]),
        truly[4].commitment(),
        truly[4].period,
    );
    let choice = skipped - head(fold.f, &truly[..4]);
    let last = cheat.last("entry head", 4);
    cheat.set(last, choice);
    cheat.caught_by("entry head")
}

#[test]
fn padding_moves_no_time_in_a_fold() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let mut moved = next(fold, &fold.entries);
    moved.shift(30).expect("later");
    fold.c_next = moved.commit();
    let period = cheat.variable("entry time", 5, 0);
    cheat.set(period, 30u64);
    cheat.caught_by("entry time")
}

#[test]
fn a_history_is_not_cleared_by_a_false_shift() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let mut cleared = fold.clone();
    cleared.state.buckets = Default::default();
    fold.c_next = next(&cleared, &fold.entries).commit();
    let four = cheat.variable("entry time", 0, 4);
    cheat.set(four, 1u64);
    cheat.caught_by("entry time")
}

#[test]
fn two_flags_at_once_do_not_count_a_history_twice() -> Caught {
    // none, one and two up, with the difference 3 of one and two: Σ is 1 with −1 elsewhere
    let mut cheat = cheat();
    let four = cheat.variable("entry time", 0, 4);
    let two = cheat.variable("entry time", 0, 2);
    cheat.set(two, Fr::from(2u64));
    cheat.set(four, -Fr::from(1u64));
    let computed = own_commitment(&cheat);
    cheat.set(4, computed);
    cheat.caught_by("entry time")
}

#[test]
fn time_does_not_run_backwards_by_a_wrapped_rest() -> Caught {
    // entries of period 22 taken first, then those of 21: rest = −1 in one of its bits
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    fold.state.last = 23;
    fold.c = fold.state.commit();
    let four = cheat.variable("entry time", 0, 4);
    let rest = cheat.variable("entry time", 0, 5);
    let bits: Vec<usize> = (1..24).map(|bit| rest + bit).collect();
    cheat.set(four, 1u64);
    cheat.set(rest, -Fr::from(6u64));
    for bit in bits {
        cheat.set(bit, 0u64);
    }
    let computed = own_commitment(&cheat);
    cheat.set(4, computed);
    cheat.caught_by("entry time")
}

#[test]
fn a_bad_weight_is_not_left_uncounted() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let mut entries = fold.entries.clone();
    entries[BAD].weight = 0;
    fold.c_next = next(fold, &entries).commit();
    let weight = cheat.variable("entry sums", BAD, 0);
    cheat.set(weight, 0u64);
    cheat.caught_by("entry sums")
}

#[test]
fn padding_adds_no_praise() -> Caught {
    let mut cheat = cheat();
    let fold = &mut cheat.circuit;
    let mut praised = next(fold, &fold.entries);
    for sum in [0, 1] {
        praised.buckets[sum][0] += 60_000;
    }
    fold.c_next = praised.commit();
    let weight = cheat.variable("entry sums", 5, 0);
    let outcome = cheat.variable("entry range", 5, 0);
    cheat.set(weight, 60_000u64);
    cheat.set(outcome, 1u64);
    cheat.caught_by("entry sums")
}

#[test]
fn the_blinding_is_free_and_nothing_else_of_the_next_state_is() {
    let mut cheat = cheat();
    let (state, _) = folded();
    cheat.circuit.blinding = Fr::from(5u64).inverse().expect("not zero");
    let mut after = next(&cheat.circuit, &cheat.circuit.entries);
    cheat.circuit.c_next = after.commit();
    assert!(cheat.broken().is_empty());
    after.last = state.last;
    cheat.circuit.c_next = after.commit();
    cheat.caught_by("commitment");
}
