//! What is stored, and where. The layout is public: auditors read it raw.
//!
//! | key | record | |
//! |---|---|---|
//! | `p` | [`Parameters`] | |
//! | `e` | [`Peers`] | |
//! | `n` | [`Totals`]: every kept sum | |
//! | `P` ‖ proposal | [`Proposal`] | densely from 1 |
//! | `C` ‖ proposal | the content as JSON, whose SHA-256 is the proposal's hash | |
//! | `c` ‖ proposal | list of u64: costs of a budget's projects | |
//! | `d` ‖ person | u64: the person's open draft | |
//! | `u` ‖ person | list of u64: its proposals that are not counted yet, the draft among them | ascending |
//! | `s` ‖ proposal ‖ person | u8 1: supports it | |
//! | `b` ‖ proposal ‖ person | [`Ballot`] | |
//! | `r` ‖ proposal | list of [`Run`]: what is carried out | |
//! | `S` ‖ proposal ‖ place | [`Statement`] | place: one byte |
//! | `o` ‖ proposal ‖ person | u8: how many statements the person made | |
//! | `R` ‖ proposal ‖ person | one byte a statement: 0 nothing, 1 agree, 2 disagree, 3 pass | |
//! | `a` ‖ proposal ‖ person | [`Advice`] | |
//! | `A` ‖ proposal | list of u32: advice by option | |
//! | `k` ‖ proposal ‖ person | [`Clusters`] | |
//! | `w` | [`Spending`] | |
//! | `x` ‖ contract's address | u64: until when no urgent decision pauses it again | |
//! | `z` ‖ rank ‖ due ‖ serial | u64: the proposal to look at | rank: one byte, 0 decided by all, 1 by others |
//! | `contract_info` | JSON {contract, version} (CW2) | |
//!
//! Delegations and tallies have the tags of `delegations` and `tally`.
//! Numbers, heights and times: u64 big-endian. Values are borsh.

use mycel_kit::Key;

pub use crate::parameters::{Parameters, Peers};
pub use crate::record::*;

/// Two numbers as a key.
#[must_use]
pub fn two(a: u64, b: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&a.to_be_bytes());
    key[8..].copy_from_slice(&b.to_be_bytes());
    key
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $of:ty),*) -> $record:ty = $tag:literal $(, $rest:expr)?;)*) => {
        $($(#[$doc])* #[must_use]
        pub fn $name($($arg: $of),*) -> Key<$record> {
            #[allow(unused_mut, unused_assignments, reason = "keys without a rest")]
            let mut rest: Vec<u8> = Vec::new();
            $(rest = AsRef::<[u8]>::as_ref(&$rest).to_vec();)?
            Key::new($tag, &rest)
        })*
    };
}

keys! {
    /// The parameters.
    parameters() -> Parameters = b'p';
    /// The peers.
    peers() -> Peers = b'e';
    /// The sums.
    totals() -> Totals = b'n';
    /// A proposal.
    proposal(number: u64) -> Proposal = b'P', number.to_be_bytes();
    /// What a proposal says and would do, as JSON.
    content(number: u64) -> Vec<u8> = b'C', number.to_be_bytes();
    /// What a budget's projects cost, in pico-credits.
    costs(number: u64) -> Vec<u64> = b'c', number.to_be_bytes();
    /// A person's open draft.
    draft_of(person: u64) -> u64 = b'd', person.to_be_bytes();
    /// A person's proposals that are not counted yet.
    pending_of(person: u64) -> Vec<u64> = b'u', person.to_be_bytes();
    /// That a person supports a proposal.
    support(proposal: u64, person: u64) -> u8 = b's', two(proposal, person);
    /// A ballot.
    ballot(proposal: u64, person: u64) -> Ballot = b'b', two(proposal, person);
    /// What is carried out.
    runs(proposal: u64) -> Vec<Run> = b'r', proposal.to_be_bytes();
    /// A statement.
    statement(proposal: u64, place: u8) -> Statement = b'S', [&proposal.to_be_bytes()[..], &[place]].concat();
    /// How many statements a person made on a proposal.
    stated(proposal: u64, person: u64) -> u8 = b'o', two(proposal, person);
    /// What a person says to the statements on a proposal.
    reactions(proposal: u64, person: u64) -> Vec<u8> = b'R', two(proposal, person);
    /// What a seated panel member recommends.
    advice(proposal: u64, person: u64) -> Advice = b'a', two(proposal, person);
    /// Why a proposal goes on without the panel that it asked for.
    no_panel(proposal: u64) -> String = b'N', proposal.to_be_bytes();
    /// How many recommend each option.
    advised(proposal: u64) -> Vec<u32> = b'A', proposal.to_be_bytes();
    /// Groups of opinion, as a person attached them.
    clusters(proposal: u64, person: u64) -> Clusters = b'k', two(proposal, person);
    /// What was spent from the commons lately.
    spending() -> Spending = b'w';
    /// Until when no urgent decision pauses a contract again.
    rests(contract: &str) -> u64 = b'x', contract.as_bytes();
    /// The proposal to look at.
    task(rank: u8, due: u64, serial: u64) -> u64 = b'z', [&[rank][..], &two(due, serial)].concat();
}
