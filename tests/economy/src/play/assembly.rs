//! What people say to the assembly.

use serde_json::json;

use super::{HASH, Play, Step};
use crate::town::Town;

impl Play {
    pub(super) fn assembly(&mut self, town: &Town) -> Step {
        let (a, b) = (self.someone(town), self.someone(town));
        let (id, number) = (self.id(), town.person(&b).unwrap_or(1_000).to_string());
        let about = json!({"proposal": id});
        let scope = match self.random.below(4) {
            0 => json!({"unit": "all"}),
            1 => json!({"unit": {"commons": "1"}}),
            2 => json!({"area": {"unit": "all", "area": "water"}}),
            _ => json!({"issue": id}),
        };
        let message = match self.random.below(20) {
            0 => {
                json!({"propose": {"title": "t", "text": "x", "electorate": "all", "class": "urgent",
                "ballot": {"yes_no": {"actions": []}}}})
            }
            1 => {
                json!({"propose": {"title": "t", "text": "x", "electorate": "all", "class": "ordinary",
                "ballot": {"yes_no": {"actions": [{"spend": {"to": b, "amount": self.amount()}}]}}}})
            }
            2 => {
                json!({"propose": {"title": "t", "text_hash": HASH, "electorate": {"organisation": id},
                "class": "ordinary", "ballot": {"approval": {"options": [{"title": "one"}]}}}})
            }
            3 | 4 => json!({"support": about}),
            5 => json!({"withdraw": about}),
            6 | 7 => json!({"vote": {"proposal": id, "ballot": "yes"}}),
            8 => json!({"vote": {"proposal": id, "ballot": {"approve": [self.random.below(4)]}}}),
            9 => json!({"unvote": about}),
            10 | 11 => json!({"delegate": {"scope": scope, "to": number}}),
            12 => json!({"undelegate": {"scope": scope}}),
            13 => json!({"state": {"proposal": id, "text": "so"}}),
            14 => {
                json!({"react": {"proposal": id, "reactions": [[self.random.below(3), "agree"]]}})
            }
            15 => json!({"advise": {"proposal": id, "option": 1, "text": "so"}}),
            16 => json!({"advance": {"limit": self.random.below(52)}}),
            17 => json!({"execute": {"proposal": id, "action": self.random.below(3)}}),
            18 => json!({"run_all": about}),
            _ => {
                let action =
                    json!({"set_parameters": {"numbers": {"supporters": self.random.below(4)}}});
                return self.decision(town, &town.assembly, "constitutional", &action);
            }
        };
        Step::Tell(a, town.assembly.clone(), message)
    }
}
