//! What people say to members.

use cosmwasm_std::Addr;
use mycel_sandbox::Receipt;
use serde_json::{Value, json};

use super::{Play, Step};
use crate::town::{DAY, Town, identity};

/// A hash of something.
pub const HASH: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

impl Play {
    pub(super) fn members(&mut self, town: &Town) -> Step {
        let (a, b) = (self.someone(town), self.someone(town));
        let number = |address: &Addr| town.person(address).unwrap_or(1_000).to_string();
        let id = self.id();
        let stranger = self.stranger(town);
        let (sender, message) = match self.random.below(40) {
            0..=2 => (a, json!({"invite": {"address": stranger}})),
            3 => (a, json!({"invite": {"address": b}})),
            4 => (a, json!({"withdraw": {}})),
            5 => (a, json!({"set_handle": {"handle": format!("new-{id}")}})),
            6 => (a, json!({"add_key": {"address": b, "roles": ["pay"]}})),
            7 => (a, json!({"remove_key": {"address": b}})),
            8 => (
                a,
                json!({"set_roles": {"address": b, "roles": ["vote", "recover"]}}),
            ),
            9 => (a, json!({"rotate": {"to": b}})),
            10 => {
                let mut persons: Vec<_> = (0..3)
                    .map(|_| {
                        let p = self.someone(town);
                        number(&p)
                    })
                    .collect();
                persons.sort();
                persons.dedup();
                (
                    a,
                    json!({"set_guardians": {"persons": persons, "threshold": 2}}),
                )
            }
            11 => (
                a,
                json!({"recover": {"person": number(&b), "to": self.someone(town)}}),
            ),
            12 => (a, json!({"cancel_recovery": {}})),
            13 => {
                let listing = json!({"kind": "skill", "name": format!("s{id}"), "quantity": id, "tags": ["t"]});
                (
                    a,
                    json!({"set_listing": {"slot": self.random.below(34), "listing": listing}}),
                )
            }
            14 => (
                a,
                json!({"remove_listing": {"slot": self.random.below(34)}}),
            ),
            15..=17 => (
                a,
                json!({"vouch": {"person": number(&b), "weight": self.random.below(6)}}),
            ),
            18 => (a, json!({"unvouch": {"person": number(&b)}})),
            19 => (
                a,
                json!({"issue_credential": {"subject": number(&b), "hash": HASH}}),
            ),
            20 => (
                a,
                json!({"revoke_credential": {"index": self.random.below(4)}}),
            ),
            21 => (
                a,
                json!({"disown_credential": {"issuer": number(&b), "index": self.random.below(4)}}),
            ),
            22 => (a, json!({"attest": {}})),
            23 if self.random.one_in(6) => (a, json!({"leave": {}})),
            24 => {
                let org = self.org(town, &a);
                (
                    a,
                    json!({"found": {"address": stranger, "handle": format!("org-{id}"), "org": org}}),
                )
            }
            25 => {
                let change = self.org(town, &a);
                (
                    a,
                    json!({"propose_change": {"org": id, "change": change, "close": self.random.one_in(3)}}),
                )
            }
            26..=28 => (a, json!({"flag": {"person": number(&b), "reasons": HASH}})),
            29 => (a, json!({"unflag": {"person": number(&b)}})),
            30 | 31 => {
                let now = town
                    .standing(&b)
                    .map_or_else(String::new, |standing| standing.step);
                let step = match now.as_str() {
                    "none" => "notice",
                    "notice" => "reduced",
                    "reduced" => "suspended",
                    _ => "expelled",
                };
                (
                    a,
                    json!({"accuse": {"person": number(&b), "step": step, "reasons": HASH}}),
                )
            }
            32 => (a, json!({"appeal": {"reasons": HASH}})),
            33 => (a, json!({"settle": {"person": number(&b)}})),
            34 | 35 => (a, json!({"advance": {"limit": self.random.below(52)}})),
            36 => (a, json!({"advance": {"person": number(&b)}})),
            37 => (
                a,
                json!({"backfill": {"after": id, "limit": self.random.below(52)}}),
            ),
            38 => {
                let numbers = json!({"notice_seconds": DAY + self.random.below(20 * DAY), "recovery_seconds": 2 * DAY});
                let action = json!({"set_parameters": {"numbers": numbers}});
                return self.decision(town, &town.members, "constitutional", &action);
            }
            _ => {
                let action = json!({"admit": {"address": b}});
                return self.decision(town, &town.members, "ordinary", &action);
            }
        };
        Step::Tell(sender, town.members.clone(), message)
    }

    /// Somebody whom members do not know, if there is any.
    fn stranger(&mut self, town: &Town) -> Addr {
        for _ in 0..4 {
            let address = self.someone(town);
            if town.person(&address).is_none() {
                return address;
            }
        }
        self.someone(town)
    }

    /// The person's number as JSON.
    pub(super) fn is(town: &Town, address: &Addr, number: &Value) -> bool {
        let found = town.person(address).map(|n| json!(n.to_string()));
        found.as_ref() == Some(number)
    }

    /// An organisation that somebody controls alone or with another.
    fn org(&mut self, town: &Town, controller: &Addr) -> Value {
        let person = town.person(controller).unwrap_or(1_000);
        let other = {
            let b = self.someone(town);
            town.person(&b).unwrap_or(1_001)
        };
        let controllers = match person == other || self.random.one_in(2) {
            true => json!([{"person": person.to_string(), "bps": 10_000}]),
            false => json!([{"person": person.min(other).to_string(), "bps": 5_000},
                {"person": person.max(other).to_string(), "bps": 5_000}]),
        };
        json!({"purpose": "to see", "controllers": controllers, "threshold_bps": 5_001})
    }

    pub(super) fn after_members(
        &mut self,
        town: &Town,
        sender: &Addr,
        message: &Value,
        receipt: &Receipt,
    ) -> Vec<Step> {
        let Some((kind, body)) = message.as_object().and_then(|m| m.iter().next()) else {
            return vec![];
        };
        let told = |name: &str| receipt.attribute(name).unwrap_or_default().to_owned();
        let tell = |sender: &Addr, message: Value| {
            Step::Tell(sender.clone(), town.members.clone(), message)
        };
        let somebody = |name: &str| Addr::unchecked(body[name].as_str().unwrap_or_default());
        let person = town.person(sender).map(|person| person.to_string());
        let anyone = self.someone(town);
        let mut follow = match kind.as_str() {
            "invite" => {
                self.identities += 1;
                let n = self.identities;
                vec![tell(
                    &somebody("address"),
                    json!({"accept": {"sponsor": person, "handle": format!("in-{n}"), "idc": identity(n)}}),
                )]
            }
            "add_key" => vec![tell(
                &somebody("address"),
                json!({"accept_key": {"person": person}}),
            )],
            "accept_key" => {
                let owner = town
                    .people
                    .iter()
                    .find(|p| *p != sender && town.person(p) == town.person(sender));
                let Some(owner) = owner else { return vec![] };
                vec![
                    tell(owner, json!({"rotate": {"to": sender}})),
                    tell(
                        owner,
                        json!({"set_roles": {"address": sender, "roles": ["pay", "vote", "recover"]}}),
                    ),
                    tell(owner, json!({"remove_key": {"address": sender}})),
                ]
            }
            "found" => {
                let approve = json!({"approve_founding": {"address": body["address"]}});
                let controllers = body["org"]["controllers"].as_array();
                let mut says = vec![tell(&somebody("address"), approve.clone())];
                for controller in controllers.into_iter().flatten() {
                    let is = |p: &&Addr| Play::is(town, p, &controller["person"]);
                    let found = town.people.iter().find(is);
                    says.extend(found.map(|p| tell(p, approve.clone())));
                }
                says
            }
            "approve_founding" if !told("person").is_empty() => {
                // whoever tries: only controllers may
                let propose = |play: &mut Play, p: &Addr| {
                    let change = play.org(town, p);
                    tell(
                        p,
                        json!({"propose_change": {"org": told("person"), "change": change}}),
                    )
                };
                town.people.iter().map(|p| propose(self, p)).collect()
            }
            "set_listing" => vec![tell(
                sender,
                json!({"remove_listing": {"slot": body["slot"]}}),
            )],
            "issue_credential" => {
                let subject = town.people.iter().find(|p| {
                    town.person(p).map(|n| json!(n.to_string())) == Some(body["subject"].clone())
                });
                let index = json!(told("index").parse::<u32>().unwrap_or(0));
                let mut says = vec![tell(sender, json!({"revoke_credential": {"index": index}}))];
                says.extend(subject.map(|s| {
                    tell(
                        s,
                        json!({"disown_credential": {"issuer": person, "index": index}}),
                    )
                }));
                says
            }
            "vouch" => vec![tell(sender, json!({"unvouch": {"person": body["person"]}}))],
            "flag" => vec![tell(sender, json!({"unflag": {"person": body["person"]}}))],
            "accept" => vec![tell(sender, json!({"withdraw": {}}))],
            "propose_change" => vec![tell(
                &anyone,
                json!({"approve_change": {"org": body["org"], "serial": 1}}),
            )],
            "recover" => {
                let owner = town.people.iter().find(|p| {
                    town.person(p).map(|n| json!(n.to_string())) == Some(body["person"].clone())
                });
                let mut says = vec![tell(
                    &somebody("to"),
                    json!({"complete_recovery": {"person": body["person"]}}),
                )];
                says.extend(owner.map(|owner| tell(owner, json!({"cancel_recovery": {}}))));
                says
            }
            "set_guardians" => {
                let guardians = body["persons"].as_array().cloned().unwrap_or_default();
                let stranger = town
                    .people
                    .iter()
                    .find(|p| town.person(p).is_none())
                    .unwrap_or(&anyone);
                let recover = json!({"recover": {"person": person, "to": stranger}});
                town.people
                    .iter()
                    .filter(|p| {
                        town.person(p)
                            .is_some_and(|n| guardians.contains(&json!(n.to_string())))
                    })
                    .map(|guardian| tell(guardian, recover.clone()))
                    .collect()
            }
            "leave" => vec![
                Step::Tell(sender.clone(), town.credit.clone(), json!({"close_to": {}})),
                Step::Tell(
                    sender.clone(),
                    town.credit.clone(),
                    json!({"plan_repayment": {"months": 3}}),
                ),
                tell(&anyone, json!({"advance": {"person": person}})),
                tell(&anyone, json!({"advance": {"person": person}})),
            ],
            _ => vec![],
        };
        // a step was taken: the next may be asked for, or the matter settled
        let up = match told("to").as_str() {
            "notice" => Some("reduced"),
            "reduced" => Some("suspended"),
            "suspended" => Some("expelled"),
            _ => None,
        };
        if let Some(step) = up {
            let number = json!(told("person"));
            let accuser = self.someone(town);
            follow.push(tell(
                &accuser,
                json!({"accuse": {"person": number, "step": step, "reasons": HASH}}),
            ));
            let suspended = town.people.iter().find(|p| Play::is(town, p, &number));
            follow.extend(suspended.map(|p| tell(p, json!({"settle": {"person": number}}))));
        }
        follow
    }
}
