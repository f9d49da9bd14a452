//! member: as show, without a history. Each proof holds by itself.

use mycel_circuits::{Kind, Member};
use mycel_mailbox::{Fr, element, fr};
use serde_json::json;

use super::MEMBER;
use super::proving::{differs, made, next};
use super::story::Story;
use crate::gates::ground::Gated;

#[test]
fn a_real_show_of_membership_of_another_value_of_any_public_input_is_refused() {
    let mut story = Story::new(1);
    story.slot_passes();
    let own = story.identity(1, 0);
    let said = story.says(7, &json!({"x": {}}));
    let place = |name| Gated::place("member", name);
    let honest = story.member_of(&said);
    for name in MEMBER {
        let mut wish: Member = honest.clone();
        let mut told = said.clone();
        match name {
            "root" => {
                let leaf =
                    mycel_mailbox::leaf(own.idc(), honest.c, honest.f, honest.h, &honest.attr);
                wish.path.siblings[3] = Fr::from(5);
                wish.root = wish.path.root(leaf);
            }
            "cutoff" => wish.cutoff += 1,
            "subject" => wish.subject = own.idc(),
            "scope" => {
                wish.scope = next(&honest.scope);
                wish.nullifier = own.nullifier(wish.scope);
                told.nf = element(&wish.nullifier);
                told.inputs[place("nf")] = told.nf;
            }
            "signal" => wish.signal = next(&honest.signal),
            _ => {
                told.nf = element(&next(&fr(&said.nf)));
                told.inputs[place("nf")] = told.nf;
            }
        }
        let proof = made(Kind::Member, &wish);
        differs(&proof.publics, &told.inputs, &MEMBER, name);
        let msg = told.msg_with(&proof.proof);
        story.refuses(&msg, "proof refused: circuit=member");
    }
    let proof = made(Kind::Member, &honest);
    assert_eq!(proof.publics, said.inputs);
    let relay = mycel_sandbox::address("relay");
    story
        .tell(&relay, &said.msg_with(&proof.proof))
        .expect("shown");
    story.check();
}
