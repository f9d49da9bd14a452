//! What the key and parties of cases can say to the stand-in now.

use mycel_double::cases;
use mycel_double::state::Case;
use mycel_kit::peers::sortition::CaseStatus;
use serde_json::json;

use super::tell;
use crate::play::{HASH, Play, Step};
use crate::town::{DAY, Town};
use crate::view::be8;

impl Play {
    pub(super) fn sense_standin(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let say = |message| tell(&town.key, &town.standin, message);
        match kind {
            "open_case" => {
                let members = town.members();
                let party = self.one(members)?.number.to_string();
                let deadline = (now + DAY + self.random.below(20 * DAY)).to_string();
                let open = json!({"ref": format!("mine {}", self.fresh()), "kind": "mine", "size": 3,
                    "threshold_bps": 5_001, "parties": [party], "deadline": deadline});
                tell(
                    &self.someone(town),
                    &town.standin,
                    json!({"open_case": open}),
                )
            }
            "decide" | "appeal" => {
                let members = town.members();
                let mut able = vec![];
                for (key, case) in town.list::<Case>(&town.standin, b'c') {
                    let (status, last) = cases::status(&case, town.appeal_seconds(), now);
                    let party = members.iter().find(|m| case.parties.contains(&m.number));
                    let id = be8(&key, 0).to_string();
                    match (kind, status, last) {
                        ("decide", CaseStatus::Open | CaseStatus::Appealed, _) => {
                            able.push((town.key.clone(), id));
                        }
                        ("appeal", CaseStatus::Decided, false) => {
                            able.extend(party.map(|m| (m.address.clone(), id)));
                        }
                        _ => {}
                    }
                }
                let Some((sender, id)) = self.one(able) else {
                    let before = if kind == "appeal" {
                        "decide"
                    } else {
                        "open_case"
                    };
                    return self.sense_standin(town, before);
                };
                let outcomes = ["uphold", "uphold", "dismiss", "malicious", "default"];
                let outcome = *self.random.pick(&outcomes);
                let message = match kind {
                    "appeal" => json!({"appeal": {"case": id}}),
                    _ => json!({"decide": {"case": id, "outcome": outcome, "reasons": HASH}}),
                };
                tell(&sender, &town.standin, message)
            }
            "draw" => {
                let person = self.one(town.members())?.number.to_string();
                say(
                    json!({"draw": {"ref": format!("a draw {}", self.fresh()), "persons": [person]}}),
                )
            }
            "decide_for" => self.sense_credit(town, "decided"),
            "forward" => self.sense_credit(town, "set_limit"),
            "chain" => {
                // whoever failed three times in a row is called again
                let subscriber = match self.random.one_in(2) {
                    true => &town.credit,
                    false => &town.members,
                };
                let resume = json!({"resume_end_block": {"contract": subscriber}});
                say(json!({"chain": {"msg": resume}}))
            }
            "set_members" => say(json!({"set_members": {"members": town.members}})),
            _ => panic!("no generator of standin.{kind}"),
        }
    }
}
