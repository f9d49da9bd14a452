//! What people say to funding.

use serde_json::json;

use super::{HASH, Play, Step};
use crate::town::{CREDIT, DAY, Town, base64, decided};

impl Play {
    pub(super) fn funding(&mut self, town: &Town) -> Step {
        let a = self.someone(town);
        let (round, project, id) = (self.id(), self.id(), self.id());
        let now = town.sandbox.now();
        let of = json!({"round": round, "project": project});
        let message = match self.random.below(24) {
            0 => {
                let begins = now + self.random.below(3 * DAY);
                let ends = begins + self.random.below(5 * DAY);
                json!({"open_round": {"title": "r", "identity": {"addresses": {}},
                    "rule": {"quadratic": {}}, "saturation": "return", "begins": begins.to_string(),
                    "ends": ends.to_string(), "admission": "members",
                    "cap_bps": self.random.below(12_000)}})
            }
            1 => json!({"submit": {"round": round, "payee": a, "title": "p", "text_hash": HASH}}),
            2 => json!({"support": of}),
            3 => json!({"withdraw_project": of}),
            4 => json!({"cancel_round": {"round": round}}),
            5 => json!({"recheck": of}),
            6 => json!({"declare_group": {"round": round, "group": self.random.below(9),
                "persons": [project, id]}}),
            7 => json!({"shown": {"gate": id, "term": round, "nf": HASH, "subject": HASH,
                "action": {"contribute": {"round": round, "address": a}}}}),
            8 => json!({"claim_dividend": {}}),
            9 => json!({"register": {"kind": "essential", "title": "e", "licence": "CC0-1.0",
                "evidence": HASH}}),
            10 => json!({"release_entry": {"entry": id}}),
            11 => {
                json!({"report_revenue": {"entry": id, "revenue": self.amount(), "evidence": HASH}})
            }
            12 => json!({"report_built": {"entry": id, "evidence": HASH}}),
            13 => json!({"collect_reward": {"entry": id}}),
            14 => json!({"accuse_harm": {"commons": id, "technology": "drones", "user": project,
                "amount": self.amount(), "evidence": HASH}}),
            15 => {
                json!({"review_technology": {"technology": "drones", "commons": id, "evidence": HASH}})
            }
            16 => json!({"advance_matter": {"matter": id}}),
            17 | 18 => {
                let what = [
                    json!({"contribute": {"round": round, "project": project}}),
                    json!({"sponsor": {"round": round}}),
                    json!({"dividend": {"epoch": id}}),
                    json!({"dues": {"entry": id}}),
                    json!({"restoration": {"matter": id}}),
                    json!({"rewards": {}}),
                ];
                let what = base64(self.random.pick(&what));
                let amount = ((1 + self.random.below(9)) * CREDIT).to_string();
                let hold = json!({"hold": {"for": town.funding, "amount": amount, "msg": what}});
                return Step::Tell(a, town.credit.clone(), hold);
            }
            19 => json!({"advance": {"round": round}}),
            22 => json!({"receive_hold": {"hold": id, "owner": a, "amount": CREDIT.to_string(),
                "msg": base64(&json!({"sponsor": {"round": round}}))}}),
            // nobody decided it
            23 => decided("ordinary", &json!({"cancel_round": {"round": round}})),
            _ => json!({"advance": {"limit": self.random.below(502)}}),
        };
        Step::Tell(a, town.funding.clone(), message)
    }
}
