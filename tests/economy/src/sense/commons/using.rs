//! What those who hold rights can do with them: take, set aside, repay, baskets.

use serde_json::{Value, json};

use super::number;
use crate::play::{Play, Step};
use crate::sense::tell;
use crate::sense::towards::named;
use crate::town::Town;
impl Play {
    /// Who took too much repays in kind, with what somebody gives it.
    pub(super) fn repays(&mut self, town: &Town, commons: u64) -> Option<Step> {
        let id = commons.to_string();
        for person in town.enrolled(commons) {
            let asked = json!({"entitlement": {"commons": id, "person": person.to_string()}});
            let told = town.ask(&town.commons, &asked).unwrap_or_default();
            let (owed, balance) = (
                number(&told["debt"], "kind"),
                number(&told["account"], "balance"),
            );
            if owed == 0 || told["open"] != true {
                continue;
            }
            if balance > 0 {
                let repay = json!({"commons": id, "quantity": owed.min(balance).to_string()});
                let who = named(&town.members(), person)?;
                return tell(&who, &town.commons, json!({"repay": repay}));
            }
            let (giver, _) = self.forester(town, commons)?;
            let give = json!({"commons": id, "to": person.to_string(), "quantity": "300"});
            return tell(&giver, &town.commons, json!({"transfer": give}));
        }
        self.overuses(town, commons)
    }

    /// Whoever holds rights uses them, or gives them on.
    pub(super) fn uses(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
        let id = commons.to_string();
        let (who, person) = self.forester(town, commons)?;
        let say = |message: Value| tell(&who, &town.commons, message);
        let others = town
            .enrolled(commons)
            .into_iter()
            .filter(|one| *one != person);
        let to = self.one(others.collect())?.to_string();
        let asked = json!({"holding": {"commons": id, "person": person.to_string()}});
        let holding = town.ask(&town.commons, &asked)?;
        let free = number(&holding, "free");
        match kind {
            "transfer_shares" | "lease" => {
                let shares = self.random.below(free / 10 + 1).max(1);
                let to = match self.random.one_in(9) {
                    true => "0".to_owned(),
                    false => to,
                };
                return match kind {
                    "lease" => say(json!({"lease": {"commons": id, "to": to, "shares": shares,
                        "epochs": 1 + self.random.below(3)}})),
                    _ => {
                        say(json!({"transfer_shares": {"commons": id, "to": to, "shares": shares}}))
                    }
                };
            }
            "return_lease" => {
                for lease in (1..40).rev() {
                    let asked = json!({"lease": {"commons": id, "lease": lease.to_string()}});
                    if let Some(told) = town.ask(&town.commons, &asked) {
                        let taker = named(&town.members(), number(&told, "to"))?;
                        let back = json!({"commons": id, "lease": lease.to_string()});
                        return tell(&taker, &town.commons, json!({"return_lease": back}));
                    }
                }
                return self.uses(town, commons, "lease");
            }
            _ => {}
        }
        let asked = json!({"entitlement": {"commons": id, "person": person.to_string()}});
        let told = town.ask(&town.commons, &asked)?;
        if told["open"] != true {
            return self.toward_epoch(town, commons);
        }
        let balance = number(&told["account"], "balance");
        let some = self.random.below(balance / 8 + 2).max(1);
        let quantity = match (kind, self.random.below(8)) {
            ("harvest", 0) => balance + balance / 5 + 1,
            ("bank", _) => self.random.below(balance / 20 + 2).max(1),
            ("borrow", _) => self
                .random
                .below(number(&told["account"], "granted") / 20 + 2)
                .max(1),
            _ => some,
        };
        let quantity = quantity.to_string();
        match kind {
            "transfer" => say(json!({"transfer": {"commons": id, "to": to, "quantity": quantity}})),
            "harvest" => say(json!({"harvest": {"commons": id, "quantity": quantity,
                "evidence": self.random.one_in(2).then(|| self.evidence())}})),
            _ => say(json!({kind: {"commons": id, "quantity": quantity}})),
        }
    }

    /// What was set aside goes into a basket, and comes out of it.
    pub(super) fn baskets(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
        let id = commons.to_string();
        let basket = json!({"basket": {"commons": id, "basket": "1"}});
        if town.ask(&town.commons, &basket).is_none() {
            return self.sense_commons(town, "decided/open_basket");
        }
        for person in town.enrolled(commons) {
            let person_id = person.to_string();
            let who = named(&town.members(), person)?;
            let (most, asked) = match kind {
                "deposit" => {
                    let asked = json!({"entitlement": {"commons": id, "person": person_id}});
                    let told = town.ask(&town.commons, &asked).unwrap_or_default();
                    (number(&told["account"], "banked"), told["open"] == true)
                }
                _ => {
                    let asked =
                        json!({"basket": {"commons": id, "basket": "1", "person": person_id}});
                    let told = town.ask(&town.commons, &asked).unwrap_or_default();
                    (number(&told, "mine"), true)
                }
            };
            if most == 0 || !asked || self.random.one_in(4) {
                continue;
            }
            let quantity = (1 + self.random.below(most)).to_string();
            let mut word = json!({"commons": id, "basket": "1", "quantity": quantity});
            if kind == "pass_parts" {
                let others = town
                    .enrolled(commons)
                    .into_iter()
                    .filter(|one| *one != person);
                word["to"] = json!(self.one(others.collect())?.to_string());
            }
            return tell(&who, &town.commons, json!({kind: word}));
        }
        match kind {
            "deposit" => self.uses(town, commons, "bank"),
            _ => self.baskets(town, commons, "deposit"),
        }
    }

    /// Somebody takes far more than it may.
    pub(super) fn overuses(&mut self, town: &Town, commons: u64) -> Option<Step> {
        let id = commons.to_string();
        let told = town.ask(&town.commons, &json!({"cap": {"commons": id}}))?;
        if told["epoch"]["open"] != true {
            return self.toward_epoch(town, commons);
        }
        if self.random.one_in(3) {
            let closes = number(&told["epoch"], "closes");
            return Some(Step::Wait(closes.saturating_sub(town.sandbox.now()) + 1));
        }
        let (who, person) = self.forester(town, commons)?;
        let asked = json!({"entitlement": {"commons": id, "person": person.to_string()}});
        let balance = number(&town.ask(&town.commons, &asked)?["account"], "balance");
        let harvest = json!({"commons": id, "quantity": (balance * 2 + 1_000).to_string()});
        tell(&who, &town.commons, json!({"harvest": harvest}))
    }
}
