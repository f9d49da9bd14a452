//! fold, under attack by whoever chooses inputs.

use ark_bn254::Fr;
use mycel_mailbox::State;

use crate::cheat::{Caught, Cheat, refused};
use crate::story::{BAD, another, entry, fold, next};

/// One for each group that this file has an attack on.
pub const CAUGHT: &[fn() -> Caught] = &[
    anothers_mailbox_is_not_folded,
    a_first_state_that_nobody_authenticated_is_not_folded_upon,
    the_last_entry_left_out_does_not_reach_the_head,
    a_commitment_to_better_sums_is_not_what_results,
];

/// Folds other entries than the mailbox has, with a C' that fits them.
fn with_entries(change: impl FnOnce(&mut Vec<mycel_mailbox::Entry>)) -> mycel_circuits::Fold {
    let mut fold = fold();
    change(&mut fold.entries);
    fold.c_next = next(&fold, &fold.entries).commit();
    fold
}

#[test]
fn anothers_mailbox_is_not_folded() -> Caught {
    let mut fold = fold();
    fold.idc = another().idc();
    refused(fold, "idc given=", "identity")
}

#[test]
fn a_first_state_that_nobody_authenticated_is_not_folded_upon() -> Caught {
    let mut fold = fold();
    fold.c = State::empty_commitment();
    refused(fold, "c given=", "opening")
}

#[test]
fn a_dropped_entry_does_not_reach_the_head() -> Caught {
    refused(
        with_entries(|entries| {
            entries.remove(BAD);
        }),
        "f_next given=",
        "head",
    )
}

#[test]
fn a_flipped_entry_does_not_reach_the_head() -> Caught {
    refused(
        with_entries(|entries| entries[BAD].outcome = true),
        "f_next given=",
        "head",
    )
}

#[test]
fn swapped_entries_do_not_reach_the_head() -> Caught {
    refused(
        with_entries(|entries| entries.swap(0, BAD)),
        "f_next given=",
        "head",
    )
}

#[test]
fn an_entry_taken_twice_does_not_reach_the_head() -> Caught {
    refused(
        with_entries(|entries| entries.insert(0, entries[0])),
        "f_next given=",
        "head",
    )
}

#[test]
fn the_last_entry_left_out_does_not_reach_the_head() -> Caught {
    refused(
        with_entries(|entries| {
            entries.pop();
        }),
        "f_next given=",
        "head",
    )
}

#[test]
fn invented_entries_do_not_reach_the_head() -> Caught {
    let invented = (0..5).map(|i| entry(800 + 8 * i, 22)).collect();
    refused(
        with_entries(|entries| *entries = invented),
        "f_next given=",
        "head",
    )
}

#[test]
fn an_entry_is_not_moved_to_another_period() -> Caught {
    refused(
        with_entries(|entries| entries[4].period = 24),
        "f_next given=",
        "head",
    )
}

#[test]
fn a_commitment_to_better_sums_is_not_what_results() -> Caught {
    let mut fold = fold();
    let mut better = next(&fold, &fold.entries);
    better.buckets[0] = better.buckets[1];
    fold.c_next = better.commit();
    refused(fold, "c_next given=", "commitment")
}

#[test]
fn sums_of_another_state_than_the_committed_are_refused() -> Caught {
    let mut fold = fold();
    fold.state.buckets[0] = fold.state.buckets[1];
    fold.c_next = next(&fold, &fold.entries).commit();
    refused(fold, "c given=", "opening")
}

#[test]
fn an_entry_before_the_last_period_is_refused() {
    let mut fold = fold();
    fold.entries[0].period = 20;
    let refusal = mycel_circuits::Circuit::check(&fold)
        .expect_err("refused")
        .to_string();
    assert!(refusal.contains("entry_period=20 last=21"), "{refusal}");
    assert!(Cheat::with(fold).broken().contains("entry time"));
}

#[test]
fn nine_entries_are_refused_in_one_fold() {
    let mut fold = fold();
    fold.entries = (0..9).map(|number| entry(number, 22)).collect();
    let refusal = mycel_circuits::Circuit::check(&fold)
        .expect_err("refused")
        .to_string();
    assert!(refusal.contains("entries=9 most=8"), "{refusal}");
}

#[test]
fn a_fold_of_nothing_moves_only_the_blinding() {
    let mut fold = fold();
    fold.entries.clear();
    fold.f_next = fold.f;
    fold.c_next = next(&fold, &[]).commit();
    assert!(Cheat::with(fold.clone()).broken().is_empty());
    // so F, although no entry is hashed upon it, is bound: to F'
    fold.f += Fr::from(1u64);
    Cheat::with(fold).caught_by("head");
}
