//! What people say to trust that they may not, or not so.

use cosmwasm_std::{Binary, HexBinary};
use serde_json::{Value, json};

use super::{HASH, Play, Step};
use crate::reach;
use crate::town::{DAY, GATE_CREDIT, Town, decided, gate, identity};

impl Play {
    /// Something that can succeed, spoiled; or what only another contract may say.
    pub(super) fn trust(&mut self, town: &Town) -> Step {
        let kinds: Vec<&'static str> = [reach::TRUST, reach::TRUST_DECISIONS].concat();
        let kind = *self.random.pick(&kinds);
        self.spoiled(town, kind)
    }

    fn spoiled(&mut self, town: &Town, kind: &'static str) -> Step {
        let liar = self.someone(town);
        let (person, deal) = (self.id(), self.id());
        let say = |message: Value| Step::Tell(liar.clone(), town.trust.clone(), message);
        let nothing = Binary::from([7; 256]);
        match kind {
            "trust.enrol" => say(json!({"enrol": {"person": person, "idc": HASH}})),
            "trust.set_leaf" => {
                say(json!({"set_leaf": {"person": person, "live": true, "vouch": 9}}))
            }
            "trust.retire" => say(json!({"retire": {"person": person}})),
            "trust.reset" => {
                // mostly nobody approved
                say(json!({"reset": {"idc": identity(self.fresh())}}))
            }
            "trust.advance" => say(json!({"advance": {"limit": 501 + self.random.below(9)}})),
            "trust.publish_viewing_key" => say(json!({"publish_viewing_key": {"key": "00"}})),
            "trust.rekey" => say(json!({"rekey": {"idc": HASH}})),
            "trust.open_deal" => say(json!({"open_deal": {"b": "0", "nonce": HASH, "k": HASH,
                "key_a": 1, "key_b": 1}})),
            "trust.accept_deal" => say(json!({"accept_deal": {"deal": deal}})),
            "trust.cancel_deal" => say(json!({"cancel_deal": {"deal": deal}})),
            "trust.commit_rating" => say(json!({"commit_rating": {"deal": deal, "hash": HASH}})),
            "trust.open_rating" => say(json!({"open_rating": {"deal": deal, "dir": 1,
                "c": identity(1), "ct": identity(2), "salt": HASH, "proof": nothing}})),
            "trust.dispute_rating" => say(json!({"dispute_rating": {"deal": deal, "dir": 0,
                "packed": identity(1), "rho": identity(2)}})),
            "trust.advance_dispute" => {
                say(json!({"advance_dispute": {"deal": deal, "dir": self.random.below(3)}}))
            }
            "trust.fold" => say(json!({"fold": {"entries": self.random.below(10),
                "commitment": identity(9), "proof": nothing, "backup": nothing}})),
            "trust.decided" => say(decided("ordinary", &json!({"close_gate": {"gate": "1"}}))),
            "trust.decided/set_parameters" => {
                let numbers = json!({"set_parameters": {"numbers": {"open_deals": 20}}});
                say(decided("constitutional", &numbers))
            }
            "trust.decided/approve_reset" => say(decided(
                "ordinary",
                &json!({"approve_reset": {"person": person}}),
            )),
            "trust.decided/open_gate" => {
                let term = json!({"seconds": DAY.to_string()});
                let open = gate(GATE_CREDIT, &town.credit, "show", "named", &term);
                say(decided("ordinary", &json!({"open_gate": open})))
            }
            "trust.decided/close_gate" => say(decided(
                "ordinary",
                &json!({"close_gate": {"gate": person}}),
            )),
            "trust.approve_reset" => say(json!({"approve_reset": {"person": person}})),
            _ => {
                // a proof of something else
                let kind = kind.strip_prefix("trust.").unwrap_or(kind);
                match self.sense(town, &format!("trust.{kind}")) {
                    Some(Step::Tell(sender, to, mut message)) if to == town.trust => {
                        if let Some(told) = message.get_mut(kind).and_then(Value::as_object_mut) {
                            told.insert("nf".to_owned(), json!(HexBinary::from([1; 32])));
                        }
                        Step::Tell(sender, to, message)
                    }
                    Some(step) => step,
                    None => Step::Wait(1),
                }
            }
        }
    }
}
