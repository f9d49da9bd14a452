//! show: whoever shows wishes another roll, time, name, purpose or threshold.
//! Each proof holds by itself.

use mycel_circuits::{Kind, Show};
use mycel_mailbox::{Fr, element, fr};
use mycel_trust::element::Element;
use serde_json::json;

use super::SHOW;
use super::proving::{differs, made, next};
use super::story::{PARTNERS, Story};
use crate::gates::ground::{Gated, Showing};

fn said_with(said: &Showing, nf: Element) -> Showing {
    let mut said = said.clone();
    said.nf = nf;
    let place = Gated::place(said.circuit, "nf");
    said.inputs[place] = nf;
    said
}

#[test]
fn a_real_show_of_another_value_of_any_public_input_is_refused() {
    let mut story = Story::new(PARTNERS).folded();
    let own = story.identity(1, 0);
    let said = story.says(3, &json!({"x": {}}));
    let elsewhere = story.says(8, &json!({"x": {}}));
    let honest = story.show_of(&said);
    for name in SHOW {
        let mut wish: Show = honest.clone();
        let mut told = said.clone();
        match name {
            // a roll of one's own, on which one is, too
            "root" => {
                let leaf = mycel_mailbox::leaf(
                    own.idc(),
                    honest.state.commit(),
                    honest.f,
                    fr(&crate::world::bytes(&story.mailbox(1).head)),
                    &honest.attr,
                );
                wish.path.siblings[3] = Fr::from(5);
                wish.root = wish.path.root(leaf);
            }
            // older than one is
            "period" => wish.period += 1,
            // a key that was set since
            "cutoff" => wish.cutoff += 1,
            "subject" => wish.subject = own.idc(),
            "scope" => {
                wish.scope = fr(&elsewhere.inputs[Gated::place("show", "scope")]);
                wish.nullifier = own.nullifier(wish.scope);
                told = said_with(&said, element(&wish.nullifier));
            }
            "signal" => wish.signal = fr(&elsewhere.inputs[Gated::place("show", "signal")]),
            // another's place is taken
            "nf" => told = said_with(&said, element(&next(&honest.nullifier))),
            "theta" => wish.thresholds.theta = 0,
            "t_min" => wish.thresholds.t_min = 1,
            "theta_rel" => wish.thresholds.theta_rel = 0,
            "theta_eco" => wish.thresholds.theta_eco = 0,
            _ => wish.thresholds.theta_rec = 0,
        }
        let proof = made(Kind::Show, &wish);
        differs(&proof.publics, &told.inputs, &SHOW, name);
        let msg = told.msg_with(&proof.proof);
        story.refuses(&msg, "proof refused: circuit=show");
    }
    let proof = made(Kind::Show, &honest);
    assert_eq!(proof.publics, said.inputs);
    let relay = mycel_sandbox::address("relay");
    story
        .tell(&relay, &said.msg_with(&proof.proof))
        .expect("shown");
    story.check();
}
