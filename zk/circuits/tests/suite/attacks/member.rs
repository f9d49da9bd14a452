//! member, under attack.

use ark_bn254::Fr;
use mycel_circuits::Member;
use mycel_mailbox::tree::node;

use crate::cheat::{Caught, Cheat, refused};
use crate::story::{another, identity, member, member_leaf};

/// One for each group that this file has an attack on.
pub const CAUGHT: &[fn() -> Caught] = &[
    a_member_is_not_shown_with_anothers_nullifier,
    a_friends_membership_is_not_shown_with_ones_own_nullifier,
    a_member_names_nobody_else,
    a_proof_of_membership_is_for_one_action,
    a_members_late_key_is_not_set_2_to_the_24_days_ago,
    a_members_key_set_after_the_cutoff_is_refused,
    a_members_leaf_hash_has_no_other_attributes,
    half_a_side_makes_nobody_a_member,
    a_node_hash_makes_nobody_a_member,
    a_leaf_that_is_not_in_the_tree_is_no_membership,
];

fn with(change: impl FnOnce(&mut Member)) -> Member {
    let mut member = member();
    change(&mut member);
    member
}

fn flattered() -> (Cheat<Member>, Fr, Fr) {
    // a key set so early that it passes a cutoff which the true one does not
    let mut cheat = Cheat::with(member());
    let truly = member_leaf(&cheat.circuit);
    cheat.circuit.cutoff = 899;
    cheat.circuit.attr.keyed = 1;
    let flattering = member_leaf(&cheat.circuit);
    (cheat, flattering, truly)
}

#[test]
fn a_member_is_not_shown_with_anothers_nullifier() -> Caught {
    let nullifier = another().nullifier(member().scope);
    refused(
        with(|member| member.nullifier = nullifier),
        "nf given=",
        "nullifier",
    )
}

#[test]
fn a_friends_membership_is_not_shown_with_ones_own_nullifier() -> Caught {
    let mut cheat = Cheat::with(member());
    let member = &mut cheat.circuit;
    member.sk = another().sk;
    member.nullifier = another().nullifier(member.scope);
    let last = cheat.last("identity", 0);
    cheat.hash_to(last, 3, another().idc(), identity().idc());
    cheat.caught_by("identity")
}

#[test]
fn a_member_names_nobody_else() -> Caught {
    let foreign = another().idc();
    refused(
        with(|member| member.subject = foreign),
        "subject is another's",
        "subject",
    )
}

#[test]
fn a_proof_of_membership_is_for_one_action() -> Caught {
    let mut cheat = Cheat::with(member());
    cheat.set_afterwards(5, 100u64);
    cheat.caught_by("signal")
}

#[test]
fn a_members_late_key_is_not_set_2_to_the_24_days_ago() -> Caught {
    let mut cheat = Cheat::with(member());
    let member = &mut cheat.circuit;
    member.attr.keyed = 1001;
    member.root = member.path.root(member_leaf(member));
    let keyed = cheat.variable("attributes", 0, 24);
    let vouch = cheat.variable("attributes", 0, 48);
    cheat.set(keyed, Fr::from(1u64) - Fr::from(1u64 << 24));
    cheat.set(vouch, 2u64);
    cheat.caught_by("attributes")
}

#[test]
fn a_members_key_set_after_the_cutoff_is_refused() -> Caught {
    refused(
        with(|member| member.cutoff = 899),
        "keyed=900 least=0 most=899",
        "cutoff",
    )
}

#[test]
fn a_members_leaf_hash_has_no_other_attributes() -> Caught {
    let (mut cheat, flattering, truly) = flattered();
    let last = cheat.last("leaf", 0);
    cheat.hash_to(last, 5, flattering, truly);
    cheat.caught_by("leaf")
}

#[test]
fn half_a_side_makes_nobody_a_member() -> Caught {
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
fn a_node_hash_makes_nobody_a_member() -> Caught {
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
fn a_leaf_that_is_not_in_the_tree_is_no_membership() -> Caught {
    refused(with(|member| member.attr.vouch = 40), "root given=", "root")
}

#[test]
fn a_suspended_members_place_holds_zero_and_opens_to_nothing() -> Caught {
    let emptied = with(|member| member.root = member.path.root(Fr::from(0u64)));
    refused(emptied, "root given=", "root")
}
