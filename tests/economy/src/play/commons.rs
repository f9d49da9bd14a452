//! What people say to commons.

use serde_json::json;

use super::{HASH, Play, Step};
use crate::town::{CREDIT, DAY, Town, base64, decided};

impl Play {
    pub(super) fn commons(&mut self, town: &Town) -> Step {
        let a = self.someone(town);
        let (id, number, other) = (self.id(), self.id(), self.id());
        let commons = self.random.below(5).to_string();
        let quantity = match self.random.below(4) {
            0 => self.random.sized(63),
            1 => self.random.below(3),
            _ => self.random.below(2_000_000),
        };
        let few = self.random.below(20_000);
        let now = town.sandbox.now();
        let of = json!({"commons": commons});
        let units = json!({"commons": commons, "quantity": few.to_string()});
        let evidence = match self.random.one_in(3) {
            true => HASH.to_owned(),
            false => format!("{:064x}", self.fresh()),
        };
        let message = match self.random.below(41) {
            0 => json!({"apply": of}),
            1 => json!({"welcome": {"commons": commons, "person": number}}),
            2 => json!({"withdraw": of}),
            3 => json!({"recheck": {"commons": commons, "persons": [number, id]}}),
            4 => {
                let what = [
                    json!({"conduct": {}}),
                    json!({"grave": {}}),
                    json!({"unreported": {"quantity": few.to_string()}}),
                ];
                let what = self.random.pick(&what).clone();
                json!({"accuse": {"commons": commons, "person": number, "what": what,
                    "text": "it was seen", "evidence": evidence}})
            }
            5 => json!({"appeal": {"measure": id}}),
            6 | 7 => json!({"read": {"commons": commons, "quantity": quantity.to_string(),
                "evidence": evidence}}),
            8 => json!({"challenge": {"commons": commons, "seat": id, "reasons": HASH}}),
            9 => json!({"leave_seat": of}),
            10 => json!({"accept_seat": of}),
            11 => json!({"decline_seat": of}),
            12 => json!({"check_seat": {"commons": commons, "seat": id}}),
            13 => json!({"claim": {"commons": commons, "cells": [id, number],
                "from": (now - DAY).to_string(), "to": (now - 1).to_string(),
                "quantity": quantity.to_string(), "evidence": evidence}}),
            14 => json!({"attest": {"claim": id, "quantity": few.to_string()}}),
            15 => {
                json!({"reverse": {"claim": id, "quantity": few.to_string(), "evidence": evidence}})
            }
            16 => json!({"withdraw_claim": {"claim": id}}),
            17 => json!({"resume_claim": {"claim": id}}),
            18 => json!({"transfer_shares": {"commons": commons, "to": number,
                "shares": self.random.below(40_000_000)}}),
            19 => {
                json!({"transfer": {"commons": commons, "to": number, "quantity": few.to_string()}})
            }
            20 => json!({"lease": {"commons": commons, "to": number,
                "shares": self.random.below(40_000_000), "epochs": self.random.below(12)}}),
            21 => json!({"return_lease": {"commons": commons, "lease": id}}),
            22 => json!({"bank": units}),
            23 => json!({"borrow": units}),
            24 | 25 => json!({"harvest": {"commons": commons, "quantity": few.to_string(),
                "evidence": evidence}}),
            26 => json!({"retire": units}),
            27 => json!({"cancel": units}),
            28 => json!({"repay": units}),
            29 => json!({"bring_up": {"commons": commons, "persons": [number, other, "0"]}}),
            30 => json!({"check_concentration": {"commons": commons, "person": number}}),
            31 => json!({"commit_sell": {"auction": id, "hash": HASH,
                "escrow": self.random.pick(&[1_000, 2_000, 3_000]).to_string()}}),
            32 => json!({"reveal": {"auction": id, "side": "sell",
                "steps": [{"price": "10", "quantity": "10"}], "salt": HASH}}),
            33 => {
                let what = [
                    json!({"bond": of}),
                    json!({"commit": {"auction": id, "hash": HASH}}),
                    json!({"pay_overage": {"commons": commons, "epoch": number}}),
                    json!({"nothing": {}}),
                ];
                let what = base64(self.random.pick(&what));
                let amount = ((1 + self.random.below(5)) * CREDIT).to_string();
                let hold = json!({"hold": {"for": town.commons, "amount": amount, "msg": what}});
                return Step::Tell(a, town.credit.clone(), hold);
            }
            34 => json!({"advance": {"case": id}}),
            35 => {
                json!({"deposit": {"commons": commons, "basket": "1", "quantity": few.to_string()}})
            }
            36 => {
                json!({"redeem": {"commons": commons, "basket": "1", "quantity": few.to_string()}})
            }
            37 => json!({"pass_parts": {"commons": commons, "basket": "1", "to": number,
                "quantity": few.to_string()}}),
            39 => json!({"receive_hold": {"hold": id, "owner": a, "amount": CREDIT.to_string(),
                "msg": base64(&json!({"bond": of}))}}),
            // nobody decided it
            40 => decided(
                "ordinary",
                &json!({"lower": {"commons": commons, "measure": id}}),
            ),
            _ => json!({"advance": {"limit": self.random.below(402)}}),
        };
        Step::Tell(a, town.commons.clone(), message)
    }
}
