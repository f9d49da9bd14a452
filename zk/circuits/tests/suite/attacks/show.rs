//! show, under attack by whoever chooses inputs: identity, time and omission.

use ark_bn254::Fr;
use mycel_circuits::{Circuit, Show};
use mycel_mailbox::tag;
use mycel_mailbox::{Attr, fr};

use crate::cheat::{Caught, Cheat, refused};
use crate::story::{BAD, another, entry, identity, rooted, show};

/// One for each group that this file has an attack on.
pub const CAUGHT: &[fn() -> Caught] = &[
    anothers_nullifier_is_refused,
    a_foreign_subject_is_refused,
    a_proof_is_for_one_action,
    a_key_set_after_the_cutoff_is_refused,
    a_dropped_entry_is_not_in_the_leaf,
];

fn with(change: impl FnOnce(&mut Show)) -> Show {
    let mut show = show();
    change(&mut show);
    show
}

#[test]
fn a_dropped_entry_is_not_in_the_leaf() -> Caught {
    refused(
        with(|show| {
            show.tail.remove(BAD);
        }),
        "root given=",
        "root",
    )
}

#[test]
fn a_flipped_outcome_is_not_in_the_leaf() -> Caught {
    refused(
        with(|show| show.tail[BAD].outcome = true),
        "root given=",
        "root",
    )
}

#[test]
fn swapped_entries_are_not_in_the_leaf() -> Caught {
    refused(with(|show| show.tail.swap(0, BAD)), "root given=", "root")
}

#[test]
fn an_entry_taken_twice_is_not_in_the_leaf() -> Caught {
    refused(
        with(|show| show.tail.insert(0, show.tail[0])),
        "root given=",
        "root",
    )
}

#[test]
fn the_last_entry_left_out_is_not_in_the_leaf() -> Caught {
    refused(
        with(|show| {
            show.tail.pop();
        }),
        "root given=",
        "root",
    )
}

#[test]
fn invented_entries_are_not_in_the_leaf() -> Caught {
    refused(
        with(|show| show.tail.push(entry(800, 22))),
        "root given=",
        "root",
    )
}

#[test]
fn a_whole_tail_left_out_is_not_in_the_leaf() -> Caught {
    refused(with(|show| show.tail.clear()), "root given=", "root")
}

#[test]
fn a_leaf_of_ones_own_making_is_not_in_the_tree() -> Caught {
    refused(with(|show| show.attr.vouch = 64), "root given=", "root")
}

#[test]
fn another_slots_root_is_refused() -> Caught {
    refused(
        with(|show| show.root += Fr::from(1u64)),
        "root given=",
        "root",
    )
}

#[test]
fn attributes_repacked_within_their_bits_are_other_attributes() -> Caught {
    // one key day less, 2^24 periods more: the same number, and no 24 bits
    let repacked = with(|show| {
        show.attr.keyed -= 1;
        show.attr.joined = (show.attr.joined + 1) % (1 << 24);
    });
    refused(repacked, "root given=", "root")
}

#[test]
fn anothers_nullifier_is_refused() -> Caught {
    let nullifier = another().nullifier(show().scope);
    refused(
        with(|show| show.nullifier = nullifier),
        "nf given=",
        "nullifier",
    )
}

#[test]
fn a_nullifier_of_another_scope_is_refused() -> Caught {
    refused(
        with(|show| show.scope += Fr::from(1u64)),
        "nf given=",
        "nullifier",
    )
}

#[test]
fn a_foreign_subject_is_refused() -> Caught {
    let foreign = another().idc();
    refused(
        with(|show| show.subject = foreign),
        "subject is another's",
        "subject",
    )
}

#[test]
fn ones_own_subject_and_nobody_are_taken() {
    assert!(
        Cheat::with(with(|show| show.subject = identity().idc()))
            .broken()
            .is_empty()
    );
    assert!(Cheat::with(show()).broken().is_empty());
}

#[test]
fn a_key_set_after_the_cutoff_is_refused() -> Caught {
    refused(
        with(|show| show.cutoff = 899),
        "keyed=900 least=0 most=899",
        "cutoff",
    )
}

#[test]
fn joining_after_the_period_is_refused() -> Caught {
    let late = with(|show| {
        show.attr.joined = show.period + 3;
        rooted(show);
    });
    refused(late, "joined=27 most=24", "age")
}

#[test]
fn a_period_before_the_last_entry_is_refused() {
    let early = with(|show| show.period = 21);
    let refusal = early.check().expect_err("refused").to_string();
    assert!(refusal.contains("entry_period=21 last=22"), "{refusal}");
    assert!(Cheat::with(early).broken().contains("period"));
}

#[test]
fn a_proof_is_for_one_action() -> Caught {
    let mut cheat = Cheat::with(show());
    cheat.set_afterwards(6, 100u64);
    cheat.caught_by("signal")
}

#[test]
fn another_chain_contract_gate_term_or_action_is_another_scope_or_signal() {
    let inst = |chain, contract| tag::instance(chain, contract);
    let here = inst("mycel-1", "trust");
    let scope =
        |inst: &tag::Element, consumer, gate, term| fr(&tag::scope(inst, consumer, gate, term));
    let own = scope(&here, "funding", 3, "7");
    let mut made = show();
    made.scope = own;
    made.nullifier = identity().nullifier(own);
    made.check().expect("honest");
    for other in [
        scope(&inst("mycel-2", "trust"), "funding", 3, "7"),
        scope(&inst("mycel-1", "trusty"), "funding", 3, "7"),
        scope(&here, "credit", 3, "7"),
        scope(&here, "funding", 4, "7"),
        scope(&here, "funding", 3, "8"),
        fr(&tag::offchain("funding", b"7")),
    ] {
        let mut cheat = Cheat::with(made.clone());
        cheat.set_afterwards(5, other);
        assert_eq!(
            cheat.broken().into_iter().collect::<Vec<_>>(),
            ["nullifier"]
        );
    }
    let signal = |action: &[u8]| fr(&tag::signal(&here, "funding", 3, "7", action));
    made.signal = signal(b"{\"give\":{\"to\":\"a\"}}");
    let mut cheat = Cheat::with(made);
    cheat.set_afterwards(6, signal(b"{\"give\":{\"to\":\"b\"}}"));
    cheat.caught_by("signal");
}

#[test]
fn nothing_shows_without_vouching_once_a_score_is_asked_for() -> Caught {
    let alone = with(|show| {
        show.attr = Attr {
            vouch: 0,
            ..show.attr
        };
        rooted(show);
    });
    refused(alone, "thresholds not met: score: has=0", "score")
}
