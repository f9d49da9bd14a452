//! What the contract keeps as constants or computes on its own is what circuits
//! and wallets compute.

use mycel_mailbox::{Attr, State, element};
use mycel_trust::mailbox::EMPTY_STATE;
use mycel_trust::mailbox::state::Mailbox;
use mycel_trust::tree::EMPTY;

fn rust(element: &[u8; 32]) -> String {
    cosmwasm_std::to_hex(element)
}

#[test]
fn roots_of_empty_trees_and_the_empty_state_are_what_circuits_compute() {
    let roots: Vec<[u8; 32]> = mycel_mailbox::tree::empty().iter().map(element).collect();
    let all: Vec<String> = roots.iter().map(rust).collect();
    assert_eq!(roots, EMPTY, "[\n{}\n]", all.join(",\n"));
    let state = element(&State::empty_commitment());
    assert_eq!(state, EMPTY_STATE, "{}", rust(&state));
}

#[test]
fn what_a_leaf_says_of_a_member_is_packed_as_in_circuits() {
    let attr = Attr {
        joined: (1 << 24) - 1,
        keyed: 77,
        vouch: 64,
    };
    let mailbox = Mailbox {
        person: 1,
        index: 0,
        idc: [1; 32],
        state: EMPTY_STATE,
        folded_head: [2; 32],
        head: [3; 32],
        entries: 0,
        folded: 0,
        cleaned: 0,
        folds: 0,
        joined: attr.joined,
        keyed: attr.keyed,
        vouch: attr.vouch,
        live: true,
        reset: None,
    };
    assert_eq!(mailbox.attr(), attr.packed());
}
