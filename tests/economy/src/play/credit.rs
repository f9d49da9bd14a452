//! What people and holders say to credit.

use cosmwasm_std::Addr;
use mycel_sandbox::Receipt;
use serde_json::{Value, json};

use super::{Play, Step};
use crate::town::{CREDIT, DAY, Town};

impl Play {
    pub(super) fn credit(&mut self, town: &Town) -> Step {
        let (a, b) = (self.someone(town), self.someone(town));
        let amount = self.amount();
        let id = self.id();
        let (sender, message) = match self.random.below(60) {
            22..=25 => (a, json!({"transfer": {"recipient": b, "amount": amount}})),
            26 | 27 => (
                a,
                json!({"request": {"from": b, "amount": amount, "ref": format!("r{id}")}}),
            ),
            28 => (a, json!({"accept_request": {"request": id}})),
            29 => (a, json!({"decline": {"request": id}})),
            30 => (a, json!({"cancel": {"request": id}})),
            31 => (
                a,
                json!({"ask_refund": {"ref": format!("r{id}"), "from": b}}),
            ),
            32..=34 => (
                a,
                json!({"hold": {"for": town.holder, "amount": amount, "msg": "e30="}}),
            ),
            35 | 36 => (town.holder.clone(), self.resolve(town)),
            37 => (a, json!({"expire_hold": {"hold": id}})),
            38 => {
                let deadline = town.sandbox.now() + self.random.below(100 * DAY);
                let amount = (self.random.below(300) * CREDIT).to_string();
                (
                    a,
                    json!({"open_pool": {"to": b, "target": amount, "deadline": deadline.to_string()}}),
                )
            }
            39 => (a, json!({"pledge": {"pool": id, "amount": amount}})),
            40 => (
                a,
                json!({"advance_pool": {"pool": id, "limit": 1 + self.random.below(50)}}),
            ),
            41 => (a, json!({"ask_assume": {"by": b, "amount": amount}})),
            42 => (a, json!({"assume_debt": {"from": b, "amount": amount}})),
            43 | 44 => (
                a,
                json!({"increase_allowance": {"spender": b, "amount": amount}}),
            ),
            45 => (
                a,
                json!({"decrease_allowance": {"spender": b, "amount": amount}}),
            ),
            46 => {
                let to = self.someone(town);
                (
                    a,
                    json!({"transfer_from": {"owner": b, "recipient": to, "amount": amount}}),
                )
            }
            47 => (a, json!({"settle": {"accounts": [b, self.someone(town)]}})),
            48 => (a, json!({"distribute": {}})),
            49 => (a, json!({"advance": {"limit": self.random.below(64)}})),
            50 => {
                let partners: Vec<_> = (0..self.random.below(6))
                    .map(|_| self.someone(town))
                    .collect();
                (
                    a,
                    json!({"release_starter": {"member": b, "partners": partners}}),
                )
            }
            51 => (
                a,
                json!({"send": {"contract": town.holder, "amount": amount, "msg": "e30="}}),
            ),
            52 => (a, json!({"ask_assessment": {}})),
            53 => {
                let factor = 2_000 + self.random.below(19_000);
                (
                    a,
                    json!({"set_factors": {"member": b, "skills": factor, "time": 10_000, "tools": factor, "resources": 9_000}}),
                )
            }
            54 => {
                let action = json!({"set_limit": {"owner": b, "limit": amount}});
                return self.decision(town, &town.credit, "ordinary", &action);
            }
            55 => {
                let action =
                    json!({"set_parameters": {"rate_ppb_per_day": self.random.below(3_100_000)}});
                return self.decision(town, &town.credit, "constitutional", &action);
            }
            56 => {
                let action = json!({"spend_commons": {"to": b, "amount": amount}});
                return self.decision(town, &town.credit, "spending", &action);
            }
            57 => {
                // what only members may say
                let says = [
                    json!({"set_standing": {"owner": b, "scale_bps": 5_000, "frozen": true}}),
                    json!({"close_account": {"owner": b}}),
                    json!({"open_account": {"owner": b, "kind": "person", "person": id}}),
                ];
                (a, self.random.pick(&says).clone())
            }
            58 => (a, json!({"close_to": {"to": b}})),
            _ => (
                a,
                json!({"pay": {"to": b, "amount": amount, "ref": format!("r{id}")}}),
            ),
        };
        Step::Tell(sender, town.credit.clone(), message)
    }

    fn resolve(&mut self, town: &Town) -> Value {
        let items: Vec<_> = (0..1 + self.random.below(3))
            .map(|_| {
                let hold = self.id();
                match self.random.one_in(2) {
                    true => json!({"release": {"hold": hold}}),
                    false => json!({"capture": {"hold": hold, "amount": self.amount(), "to": self.someone(town)}}),
                }
            })
            .collect();
        json!({"resolve": {"items": items}})
    }

    pub(super) fn after_credit(
        &mut self,
        town: &Town,
        sender: &Addr,
        message: &Value,
        receipt: &Receipt,
    ) -> Vec<Step> {
        let Some((kind, body)) = message.as_object().and_then(|m| m.iter().next()) else {
            return vec![];
        };
        let somebody = |name: &str| Addr::unchecked(body[name].as_str().unwrap_or_default());
        let told = |name: &str| receipt.attribute(name).unwrap_or_default().to_owned();
        let anyone = self.someone(town);
        let says = match kind.as_str() {
            "request" => vec![
                (
                    somebody("from"),
                    json!({"accept_request": {"request": told("request")}}),
                ),
                (
                    sender.clone(),
                    json!({"cancel": {"request": told("request")}}),
                ),
            ],
            "pay" => {
                let refund = json!({"ask_refund": {"ref": body["ref"], "from": body["to"]}});
                let mut says = vec![(sender.clone(), refund)];
                if self.random.one_in(6) {
                    let release = json!({"member": body["to"], "partners": town.people});
                    says.push((anyone, json!({"release_starter": release})));
                }
                says
            }
            "hold" => {
                let hold = told("hold");
                let capture =
                    json!({"capture": {"hold": hold, "amount": self.amount(), "to": anyone}});
                vec![
                    (
                        town.holder.clone(),
                        json!({"resolve": {"items": [{"release": {"hold": hold}}]}}),
                    ),
                    (
                        town.holder.clone(),
                        json!({"resolve": {"items": [capture]}}),
                    ),
                    (anyone, json!({"expire_hold": {"hold": hold}})),
                ]
            }
            "open_pool" => {
                let pool = told("pool");
                let pledge = |amount: u64| json!({"pledge": {"pool": pool, "amount": (amount * CREDIT).to_string()}});
                let mut says: Vec<_> = (0..6)
                    .map(|_| (self.someone(town), pledge(1 + self.random.below(100))))
                    .collect();
                says.push((anyone, json!({"advance_pool": {"pool": pool, "limit": 2}})));
                says
            }
            "ask_assume" => vec![(
                somebody("by"),
                json!({"assume_debt": {"from": sender, "amount": body["amount"]}}),
            )],
            "increase_allowance" => {
                let spend = json!({"owner": sender, "recipient": anyone, "amount": (1 + self.random.below(9)).to_string()});
                vec![(somebody("spender"), json!({"transfer_from": spend}))]
            }
            "ask_assessment" => {
                let drawn: Vec<_> = (0..3).map(|_| self.someone(town)).collect();
                let factors = json!({"member": sender, "skills": 9_000, "time": 12_000, "tools": 10_000, "resources": 20_000});
                let mut follow: Vec<_> = drawn
                    .into_iter()
                    .map(|assessor| {
                        Step::Tell(
                            assessor,
                            town.credit.clone(),
                            json!({"set_factors": factors}),
                        )
                    })
                    .collect();
                let close = json!({"close_assessment": {"member": sender}});
                follow.push(Step::Tell(anyone, town.credit.clone(), close));
                return follow;
            }
            _ => vec![],
        };
        says.into_iter()
            .map(|(sender, message)| Step::Tell(sender, town.credit.clone(), message))
            .collect()
    }
}
