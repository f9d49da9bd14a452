//! What people say to sortition.

use serde_json::json;

use super::{HASH, Play, Step};
use crate::town::{DAY, Town};

impl Play {
    pub(super) fn sortition(&mut self, town: &Town) -> Step {
        let a = self.someone(town);
        let (id, number) = (self.id(), self.id());
        let until = (town.sandbox.now() + self.random.below(20 * DAY)).to_string();
        let message = match self.random.below(18) {
            0 => {
                json!({"open_case": {"ref": format!("members/{id}"), "kind": "sanction", "size": 3,
                    "threshold_bps": 5_001, "parties": [number], "deadline": until}})
            }
            1 => json!({"open_draw": {"ref": format!("assembly/{id}"), "size": 3, "features": [],
                "quotas": [], "until": until}}),
            2 | 3 => json!({"volunteer": {"draw": id, "attributes": []}}),
            4 => json!({"withdraw": {"draw": id}}),
            5 => json!({"decline": {"draw": id}}),
            6 => {
                json!({"commit_lottery": {"draw": id, "hash": HASH, "pages": self.random.below(3)}})
            }
            7 => {
                json!({"post_lottery": {"draw": id, "post": self.random.below(3), "page": 0, "data": "AAAA"}})
            }
            8 => json!({"strike": {"case": id, "persons": [number]}}),
            9 => json!({"commit_vote": {"case": id, "commitment": HASH}}),
            10 => {
                json!({"reveal_vote": {"case": id, "outcome": "uphold", "reasons": HASH, "salt": HASH}})
            }
            11 => json!({"recuse": {"case": id}}),
            12 => json!({"appeal": {"case": id}}),
            13 => json!({"beacon": {"post": {"round": id, "signature": HASH}}}),
            14 => json!({"beacon": {"commit": {"round": id, "hash": HASH}}}),
            15 => json!({"advance": {"draw": id, "limit": self.random.below(1_002)}}),
            16 => json!({"advance": {"case": id}}),
            _ => {
                let cap =
                    json!({"set_parameters": {"numbers": {"jury_cap": self.random.below(9)}}});
                return self.decision(town, &town.sortition, "constitutional", &cap);
            }
        };
        Step::Tell(a, town.sortition.clone(), message)
    }
}
