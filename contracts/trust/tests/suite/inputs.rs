//! Each public input of each circuit: a proof that is *valid*, for a different
//! value of it, is refused. The table of a circuit names its inputs in order and
//! for each another value that a prover might wish; the message stays the same.
//!
//! Here with the sandbox's cheap verifier, which takes a proof for exactly its
//! inputs; in the folder with real proofs, through the compiled contract.

mod attest;
mod fold;
mod member;
mod modes;
mod proving;
mod schema;
mod show;
mod story;

use mycel_mailbox::tag;
use mycel_sandbox::mock_proof;
use mycel_trust::element::Element;
use serde_json::json;

use crate::deals::ground::Town;
use crate::gates::ground::{ASKED, Gated};

/// One input and the other value.
type Other = (&'static str, Element);

fn plus_one(mut element: Element) -> Element {
    element[31] = element[31].wrapping_add(1);
    element
}

/// attest: K, deal, dir, w, ct, c.
const ATTEST: [&str; 6] = ["K", "deal", "dir", "w", "ct", "c"];

#[test]
fn each_public_input_of_attest_is_the_contracts() {
    let mut town = Town::new(3);
    let elsewhere = town.deal(1, 3, 7, None);
    let deal = town.deal(1, 2, 1, None);
    let other = town.sealed(elsewhere, 0, 7, true);
    let sealed = town.promise_both(deal, 1, [true, false]);
    let table: [Other; 6] = [
        ("K", other.inputs[0]),
        ("deal", other.inputs[1]),
        ("dir", tag::small(1)),
        ("w", tag::small(50)),
        ("ct", other.inputs[4]),
        ("c", other.inputs[5]),
    ];
    assert_eq!(table.map(|(name, _)| name), ATTEST);
    for (place, (name, value)) in table.into_iter().enumerate() {
        let mut inputs = sealed[0].inputs;
        assert_ne!(inputs[place], value, "{name}");
        inputs[place] = value;
        let msg = sealed[0].open_with(&mock_proof("attest", &inputs));
        town.no(1, &msg, "proof refused: circuit=attest");
    }
    town.ok(1, &sealed[0].open());
}

/// show: as the paper orders them.
const SHOW: [&str; 12] = [
    "root",
    "period",
    "cutoff",
    "subject",
    "scope",
    "signal",
    "nf",
    "theta",
    "t_min",
    "theta_rel",
    "theta_eco",
    "theta_rec",
];

#[test]
fn each_public_input_of_show_is_the_contracts_but_nf() {
    let mut town = Gated::new(3);
    let honest = town.showing(3, 7, &json!({"x": {}}));
    let elsewhere = town.showing(8, 7, &json!({"x": {}}));
    town.enrol(70);
    town.wait(10);
    let newer = town.showing(3, 7, &json!({"x": {}}));
    let table: [Other; 12] = [
        ("root", newer.inputs[0]),
        ("period", plus_one(honest.inputs[1])),
        ("cutoff", plus_one(honest.inputs[2])),
        ("subject", town.idc(1, 0)),
        ("scope", elsewhere.inputs[4]),
        ("signal", elsewhere.inputs[5]),
        ("nf", tag::small(8)),
        ("theta", tag::small(0)),
        ("t_min", tag::small(1)),
        ("theta_rel", tag::small(0)),
        ("theta_eco", tag::small(4_096)),
        ("theta_rec", tag::small(0)),
    ];
    assert_eq!(table.map(|(name, _)| name), SHOW);
    assert_eq!(honest.inputs[7..], ASKED.map(tag::small));
    for (place, (name, value)) in table.into_iter().enumerate() {
        let mut inputs = honest.inputs.clone();
        assert_ne!(inputs[place], value, "{name}");
        inputs[place] = value;
        let msg = honest.msg_with(&mock_proof("show", &inputs));
        town.refuses(&msg, "proof refused: circuit=show");
    }
    town.passes(&honest);
}

/// member: as show's, without scores.
const MEMBER: [&str; 6] = ["root", "cutoff", "subject", "scope", "signal", "nf"];

#[test]
fn each_public_input_of_member_is_the_contracts_but_nf() {
    let mut town = Gated::new(3);
    let honest = town.showing(7, 7, &json!({"x": {}}));
    let elsewhere = town.showing(8, 7, &json!({"x": {}}));
    town.enrol(70);
    town.wait(10);
    let newer = town.showing(7, 7, &json!({"x": {}}));
    let table: [Other; 6] = [
        ("root", newer.inputs[0]),
        ("cutoff", plus_one(honest.inputs[1])),
        ("subject", town.idc(1, 0)),
        ("scope", elsewhere.inputs[4]),
        ("signal", elsewhere.inputs[5]),
        ("nf", tag::small(8)),
    ];
    assert_eq!(table.map(|(name, _)| name), MEMBER);
    for (place, (name, value)) in table.into_iter().enumerate() {
        let mut inputs = honest.inputs.clone();
        assert_ne!(inputs[place], value, "{name}");
        inputs[place] = value;
        let msg = honest.msg_with(&mock_proof("member", &inputs));
        town.refuses(&msg, "proof refused: circuit=member");
    }
    town.passes(&honest);
}
