//! Gates in three modes, with real proofs: each reaches the consumer once.

use cosmwasm_std::{Binary, HexBinary};
use mycel_circuits::Kind;
use mycel_sandbox::address;
use mycel_verifier::Proof;
use serde_json::json;

use super::proving::{key, made};
use super::story::{PARTNERS, Story};
use crate::world::member;

/// Another proof of the same: (−A, −B, C) holds where (A, B, C) does.
fn turned(proof: &Binary) -> Binary {
    let Proof { a, b, c } = Proof::decode(proof).expect("a proof");
    Binary::from(Proof::new(-a, -b, c).expect("a proof").encode())
}

#[test]
fn a_real_show_reaches_its_consumer_once_in_every_mode_and_never_twice() {
    let mut story = Story::new(PARTNERS).folded();
    let fresh = address("fresh");
    for (gate, action) in [
        (3, json!({"x": {}})),
        (4, json!({"raise_line": {"member": member(1)}})),
        (5, json!({"speak": {"key": fresh}})),
    ] {
        let said = story.says(gate, &action);
        let proof = made(Kind::Show, &story.show_of(&said));
        assert_eq!(proof.publics, said.inputs);
        let msg = said.msg_with(&proof.proof);
        story.tell(&address("relay"), &msg).expect("shown");
        let (sender, shown) = story.last().expect("told");
        assert_eq!(sender, story.trust.as_str());
        assert_eq!((shown.gate.0, &shown.action), (gate, &action));
        assert_eq!(shown.nf, HexBinary::from(said.nf));
        let subject = if gate == 4 { story.idc(1, 0) } else { [0; 32] };
        assert_eq!(shown.subject, HexBinary::from(subject));
        // again; as another proof of the same; for something else
        let other = turned(&proof.proof);
        assert_ne!(other, proof.proof);
        let inputs: Vec<_> = said.inputs.iter().map(mycel_mailbox::fr).collect();
        let decoded = Proof::decode(&other).expect("a proof");
        let holds = mycel_verifier::verify(key(Kind::Show).prepared(), &inputs, &decoded);
        assert!(holds);
        let vk = key(Kind::Show).verifying_key();
        mycel_props::proofs::keep(Kind::Show.name(), vk, &inputs, &decoded);
        let mut more = said.clone();
        more.action = json!({"y": {}}).to_string().into_bytes();
        for again in [
            msg.clone(),
            said.msg_with(&other),
            more.msg_with(&proof.proof),
        ] {
            story.refuses(&again, "nullifier spent");
        }
    }
    story.check();
}
