//! Every group is there for a reason: for each of each circuit some attack
//! breaks its rows alone, so that a circuit without the group is caught.

use std::collections::BTreeSet;

use mycel_circuits::Kind;

use crate::attacks::{attest, fold, fold_witness, member, show, show_score, show_witness};
use crate::cheat::{Caught, shape};

/// The attacks of all modules.
fn attacks() -> impl Iterator<Item = &'static fn() -> Caught> {
    let modules = [
        attest::CAUGHT,
        fold::CAUGHT,
        fold_witness::CAUGHT,
        show::CAUGHT,
        show_score::CAUGHT,
        show_witness::CAUGHT,
        member::CAUGHT,
    ];
    modules.into_iter().flatten()
}

#[test]
fn every_group_of_every_circuit_has_an_attack_that_it_alone_catches() {
    let caught: BTreeSet<Caught> = attacks().map(|attack| attack()).collect();
    for kind in Kind::ALL {
        for group in shape(kind).groups() {
            assert!(
                caught.contains(&Caught { kind, group }),
                "no attack on {kind}: {group}"
            );
        }
    }
}

#[test]
fn every_row_stands_in_a_group() {
    for kind in Kind::ALL {
        let shape = shape(kind);
        let in_groups: usize = shape
            .sections
            .iter()
            .map(|section| section.rows.len())
            .sum();
        assert_eq!(in_groups, shape.constraints, "{kind}");
    }
}

#[test]
fn every_page_says_what_each_of_its_groups_forbids() {
    let absorb = include_str!("../../src/gadgets/absorb.rs");
    for (kind, page) in [
        (Kind::Attest, include_str!("../../src/attest.rs")),
        (Kind::Fold, include_str!("../../src/fold.rs")),
        (Kind::Show, include_str!("../../src/show.rs")),
        (Kind::Member, include_str!("../../src/member.rs")),
    ] {
        for group in shape(kind).groups() {
            let named = format!("`{group}`");
            let page = if group.starts_with("entry ") {
                absorb
            } else {
                page
            };
            assert!(
                page.contains(&named),
                "the page of {kind} says nothing of {group}"
            );
        }
    }
}
