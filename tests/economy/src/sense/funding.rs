//! What can be said to funding now: rounds, the dividend, the register.

use cosmwasm_std::Addr;
use serde_json::{Value, json};

use super::commons::{list, number};
use super::tell;
use super::towards::named;
use crate::play::{HASH, Play, Step};
use crate::reach;
use crate::town::{CREDIT, DAY, HOUR, Town, base64};
use crate::view::Member;

impl Play {
    /// A round at one of these stages, if there is one.
    fn round_at(&mut self, town: &Town, stages: &[&str]) -> Option<Value> {
        let told = town
            .ask(&town.funding, &json!({"rounds": {}}))
            .unwrap_or_default();
        let rounds = list(&told, "rounds").into_iter();
        let fits = rounds.filter(|one| stages.iter().any(|stage| one["stage"] == *stage));
        self.one(fits.collect())
    }

    fn projects(&self, town: &Town, round: &Value, status: &str) -> Vec<Value> {
        let asked = json!({"projects": {"round": round["round"]}});
        let told = town.ask(&town.funding, &asked).unwrap_or_default();
        let all = list(&told, "projects").into_iter();
        all.filter(|one| one["status"] == status).collect()
    }

    fn input(&mut self, town: &Town) -> Value {
        let now = town.sandbox.now();
        let begins = now + HOUR + self.random.below(DAY);
        let rules = [
            json!({"quadratic": {}}),
            json!({"capital_constrained": {}}),
            json!({"pairwise": {}}),
            json!({"clustered": {}}),
        ];
        json!({"title": "round", "identity": {"addresses": {}}, "rule": self.random.pick(&rules),
            "saturation": self.random.pick(&["return", "scale"]),
            "cap_bps": 1_000 + self.random.below(9_000), "begins": begins.to_string(),
            "ends": (begins + 2 * HOUR + self.random.below(DAY)).to_string(),
            "admission": "members"})
    }

    /// A round whose givers show proofs.
    pub(super) fn round_of_proofs(&mut self, town: &Town) -> Option<Step> {
        let mut input = self.input(town);
        let begins = town.sandbox.now() + 3 * DAY;
        input["begins"] = json!(begins.to_string());
        input["ends"] = json!((begins + 2 * DAY).to_string());
        input["identity"] = json!({"proofs": {"gate": crate::town::GATE_ROUNDS.to_string()}});
        let open = json!({"open_round": input});
        self.decides(town, &town.funding, "ordinary", &open)
    }

    pub(super) fn sense_funding(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let members = town.members();
        let deals: Vec<&Member> = members.iter().filter(|m| m.takes_part()).collect();
        let one = self.one(deals.clone())?;
        let (who, person) = (one.address.clone(), one.number);
        let anyone = self.someone(town);
        let say = |sender: &Addr, message: Value| tell(sender, &town.funding, message);
        match kind {
            "open_round" => say(&who, json!({"open_round": self.input(town)})),
            "submit" | "support" | "withdraw_project" | "recheck" | "cancel_round"
            | "declare_group" | "hold/sponsor" | "hold/contribute" => self.gives(town, kind),
            // a lie, now and then
            "shown" if self.random.one_in(4) => say(
                &anyone,
                json!({"shown": {"gate": "1", "term": "1", "nf": HASH, "subject": HASH,
                    "action": {"contribute": {"round": "1", "address": who}}}}),
            ),
            "shown" => self.shows_round(town),
            "claim_dividend" => {
                let told = town.ask(&town.funding, &json!({"claimable": {"member": who}}));
                let some = told.is_some_and(|told| told.to_string().contains("\"deposit"));
                match some || self.random.one_in(2) {
                    true => say(&who, json!({"claim_dividend": {}})),
                    false => self.sense_funding(town, "hold/dividend"),
                }
            }
            "hold/dividend" => {
                let message = match self.random.below(4) {
                    0 => return self.fills_commons(town),
                    1 => return Some(Step::Wait(31 * DAY)),
                    2 => {
                        let terms = json!({"epoch": (30 * DAY).to_string(), "losses_ppm": 100_000,
                            "genesis_ppm": 100_000, "services_ppm": 100_000, "reserve": "1"});
                        let set = json!({"set_parameters": {"waterfall": terms}});
                        return self.decides(town, &town.credit, "constitutional", &set);
                    }
                    _ => json!({"distribute": {}}),
                };
                tell(&anyone, &town.credit, message)
            }
            "register" | "release_entry" | "report_revenue" | "report_built" | "collect_reward"
            | "hold/dues" | "hold/rewards" => self.registers(town, kind, &who, person),
            "accuse_harm" | "review_technology" | "advance_matter" | "hold/restoration" => {
                self.reviews(town, kind)
            }
            "receive_hold" => {
                let kind = *self.random.pick(reach::FUNDING_HOLDS);
                self.sense(town, kind)
            }
            "advance" => {
                let limit = 1 + self.random.below(500);
                say(&anyone, json!({"advance": {"limit": limit}}))
            }
            "advance/round" => {
                let busy = [
                    "checking",
                    "gathering",
                    "packing",
                    "weighing",
                    "dividing",
                    "matching",
                    "returning",
                    "settling",
                    "closing",
                    "cancelling",
                    "giving",
                    "open",
                ];
                match self.round_at(town, &busy) {
                    Some(round) => {
                        let ends = number(&round, "ends").max(number(&round, "begins"));
                        let left = ends.saturating_sub(town.sandbox.now());
                        if left > 0 && self.random.one_in(3) {
                            return self.until(town, ends);
                        }
                        let limit = 1 + self.random.below(40);
                        say(
                            &anyone,
                            json!({"advance": {"round": round["round"], "limit": limit}}),
                        )
                    }
                    None => self.gives(town, "hold/contribute"),
                }
            }
            "decided" => {
                let kind = *self.random.pick(reach::FUNDING_DECISIONS);
                self.sense(town, kind)
            }
            "decided/set_parameters" => {
                let numbers = json!({"dues_bps": 100 + self.random.below(900)});
                let set = json!({"set_parameters": {"numbers": numbers}});
                self.decides(town, &town.funding, "constitutional", &set)
            }
            "decided/open_round" => {
                let mut input = self.input(town);
                // what is decided takes time
                if self.random.one_in(2) {
                    input["rule"] = json!({"clustered": {}});
                }
                let begins = town.sandbox.now() + 6 * DAY;
                input["begins"] = json!(begins.to_string());
                input["ends"] = json!((begins + DAY).to_string());
                input["admission"] = json!("decided");
                self.decides(
                    town,
                    &town.funding,
                    "ordinary",
                    &json!({"open_round": input}),
                )
            }
            "decided/admit_project" | "decided/cancel_round" | "decided/declare_group" => {
                let told = town
                    .ask(&town.funding, &json!({"rounds": {}}))
                    .unwrap_or_default();
                let fits = |one: &Value| {
                    one["stage"] == "open"
                        && one["opener"].is_null()
                        && (kind != "decided/declare_group" || one["rule"]["clustered"].is_object())
                };
                let rounds = list(&told, "rounds").into_iter().filter(fits);
                let Some(round) = self.one(rounds.collect()) else {
                    return self.sense_funding(town, "decided/open_round");
                };
                let action = match kind {
                    "decided/cancel_round" => json!({"cancel_round": {"round": round["round"]}}),
                    "decided/declare_group" => json!({"declare_group": {"round": round["round"],
                        "group": 1, "persons": [person.to_string()]}}),
                    _ => {
                        let waiting = self.projects(town, &round, "waiting");
                        let Some(project) = self.one(waiting) else {
                            return say(
                                &who,
                                json!({"submit": {"round": round["round"], "payee": who,
                                "title": "a project", "text_hash": HASH}}),
                            );
                        };
                        json!({"admit_project": {"round": round["round"], "project": project["project"]}})
                    }
                };
                self.decides(town, &town.funding, "ordinary", &action)
            }
            "decided/refuse_technology" => {
                let refuse = json!({"refuse_technology": {"technology": "drones"}});
                self.decides(town, &town.funding, "ordinary", &refuse)
            }
            "decided/allow_technology" => {
                let asked = json!({"refused": {"technology": "drones", "boundary": "all"}});
                let refused = town
                    .ask(&town.funding, &asked)
                    .is_some_and(|told| told["refused"] == true);
                match refused {
                    true => {
                        let allow = json!({"allow_technology": {"technology": "drones"}});
                        self.decides(town, &town.funding, "ordinary", &allow)
                    }
                    false => self.sense_funding(town, "decided/refuse_technology"),
                }
            }
            _ => panic!("no generator of funding.{kind}"),
        }
    }

    /// A round's sponsors, projects and givers.
    fn gives(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let members = town.members();
        let deals: Vec<&Member> = members.iter().filter(|m| m.takes_part()).collect();
        let one = self.one(deals.clone())?;
        let (who, person) = (one.address.clone(), one.number);
        let say = |sender: &Addr, message: Value| tell(sender, &town.funding, message);
        let stages: &[&str] = match kind {
            "hold/contribute" | "recheck" => &["giving", "open"],
            _ => &["open"],
        };
        let Some(round) = self.round_at(town, stages) else {
            return self.sense_funding(town, "open_round");
        };
        let id = round["round"].clone();
        let sponsored = number(&round["pool"], "came") > 0;
        match kind {
            "hold/sponsor" => {
                let sponsor = json!({"sponsor": {"round": id}});
                let amount = (1 + self.random.below(30)) * CREDIT;
                self.holds(town, &who, &town.funding, amount, &sponsor)
            }
            "submit" => say(
                &who,
                json!({"submit": {"round": id, "payee": who, "title": "a project",
                "text_hash": HASH}}),
            ),
            "support" => {
                let waiting = self.projects(town, &round, "waiting");
                match self.one(waiting) {
                    Some(project) => say(
                        &who,
                        json!({"support": {"round": id,
                        "project": project["project"]}}),
                    ),
                    None => self.gives(town, "submit"),
                }
            }
            "cancel_round" => match round["opener"].is_string() {
                true => say(
                    &named(&members, number(&round, "opener"))?,
                    json!({"cancel_round": {"round": id}}),
                ),
                false => self.sense_funding(town, "open_round"),
            },
            "declare_group" if !round["rule"]["clustered"].is_object() => {
                let mut input = self.input(town);
                input["rule"] = json!({"clustered": {}});
                say(&who, json!({"open_round": input}))
            }
            "declare_group" => match round["opener"].is_string() {
                true => {
                    let opener = named(&members, number(&round, "opener"))?;
                    say(
                        &opener,
                        json!({"declare_group": {"round": id,
                        "group": 1 + self.random.below(3), "persons": [person.to_string()]}}),
                    )
                }
                false => self.sense_funding(town, "open_round"),
            },
            _ => {
                let admitted = self.projects(town, &round, "admitted");
                let Some(project) = self.one(admitted) else {
                    return self.gives(town, "support");
                };
                let about = json!({"round": id, "project": project["project"]});
                match kind {
                    "recheck" => say(&self.someone(town), json!({"recheck": about})),
                    "withdraw_project" => {
                        let own = named(&members, number(&project, "submitter"))?;
                        say(&own, json!({"withdraw_project": about}))
                    }
                    _ if !sponsored && round["stage"] == "open" => self.gives(town, "hold/sponsor"),
                    _ => {
                        let begins = number(&round, "begins");
                        let now = town.sandbox.now();
                        if now < begins {
                            return match self.random.one_in(4) {
                                true => self.gives(town, "support"),
                                false => Some(Step::Wait(begins - now + 1)),
                            };
                        }
                        if round["stage"] == "open" {
                            let advance = json!({"advance": {"round": id}});
                            return say(&self.someone(town), advance);
                        }
                        let give = json!({"contribute": about});
                        let amount = 1 + self.random.below(4 * CREDIT);
                        self.holds(town, &who, &town.funding, amount, &give)
                    }
                }
            }
        }
    }

    /// Innovations and what they owe or earn.
    fn registers(&mut self, town: &Town, kind: &str, who: &Addr, person: u64) -> Option<Step> {
        let members = town.members();
        let say = |sender: &Addr, message: Value| tell(sender, &town.funding, message);
        let told = town
            .ask(&town.funding, &json!({"entries": {}}))
            .unwrap_or_default();
        let entries = list(&told, "entries");
        let fresh = format!("{:064x}", 0xf000_0000 + self.fresh());
        let fits = |one: &&Value| match kind {
            "release_entry" | "report_revenue" => one["commons"] == false,
            "hold/dues" => number(one, "owes") > 0,
            "report_built" => one["commons"] == true && number(one, "author") != person,
            "collect_reward" => number(one, "earned") > number(one, "rewarded"),
            _ => false,
        };
        let fitting: Vec<Value> = entries.iter().filter(fits).cloned().collect();
        if kind == "hold/rewards" {
            // only the commons fund it, by a decision
            let most = town.spendable();
            if most < 4 {
                return self.fills_commons(town);
            }
            let rewards = base64(&json!({"rewards": {}}));
            let spend = json!({"spend_commons": {"hold_for": town.funding, "msg": rewards,
                "amount": (most / 2).to_string()}});
            return self.decides(town, &town.credit, "spending", &spend);
        }
        let Some(entry) = self.one(fitting) else {
            return match kind {
                "hold/dues" => self.registers(town, "report_revenue", who, person),
                "collect_reward" => self.registers(town, "report_built", who, person),
                _ => {
                    let proprietary = matches!(kind, "release_entry" | "report_revenue");
                    let name = if proprietary {
                        "proprietary"
                    } else {
                        "essential"
                    };
                    say(
                        who,
                        json!({"register": {"kind": name, "title": "a plough",
                        "licence": "CERN-OHL-S-2.0", "evidence": fresh}}),
                    )
                }
            };
        };
        let id = entry["entry"].clone();
        let author = named(&members, number(&entry, "author"))?;
        match kind {
            "release_entry" => say(&author, json!({"release_entry": {"entry": id}})),
            "report_revenue" => say(
                &author,
                json!({"report_revenue": {"entry": id,
                "revenue": (1 + self.random.below(9 * CREDIT)).to_string(), "evidence": fresh}}),
            ),
            "report_built" => say(
                who,
                json!({"report_built": {"entry": id, "evidence": fresh}}),
            ),
            "collect_reward" => match self.random.one_in(3) {
                true => self.registers(town, "hold/rewards", who, person),
                false => say(&author, json!({"collect_reward": {"entry": id}})),
            },
            _ => {
                let owes = number(&entry, "owes");
                self.holds(
                    town,
                    &author,
                    &town.funding,
                    owes,
                    &json!({"dues": {"entry": id}}),
                )
            }
        }
    }

    /// Harm and impact before juries.
    fn reviews(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let members = town.members();
        let say = |sender: &Addr, message: Value| tell(sender, &town.funding, message);
        let fresh = format!("{:064x}", 0xd000_0000 + self.fresh());
        let last = town
            .ask(&town.funding, &json!({"register": {}}))
            .unwrap_or_default();
        let mut open: Vec<Value> = vec![];
        for matter in (1..=number(&last, "matters")).rev().take(20) {
            let asked = json!({"matter": {"matter": matter.to_string()}});
            open.extend(town.ask(&town.funding, &asked));
        }
        match kind {
            "hold/restoration" => {
                let owed = open.iter().find(|one| {
                    let owes = &one["restoration"];
                    owes.is_object() && number(owes, "paid") < number(owes, "amount")
                });
                match owed {
                    Some(matter) => {
                        let owes = &matter["restoration"];
                        let payer = named(&members, number(owes, "user"))?;
                        let pay = json!({"restoration": {"matter": matter["matter"]}});
                        let rest = number(owes, "amount") - number(owes, "paid");
                        self.holds(town, &payer, &town.funding, rest, &pay)
                    }
                    None => self.reviews(town, "advance_matter"),
                }
            }
            "advance_matter" => {
                let waiting = open.iter().filter(|one| one["progress"] == "open").cloned();
                let Some(matter) = self.one(waiting.collect::<Vec<_>>()) else {
                    return self.reviews(town, "accuse_harm");
                };
                if matter["kind"] != "payment" {
                    let case = number(&matter, "reference");
                    if !self.random.one_in(4)
                        && let super::juries::Verdict::Step(Some(step)) =
                            self.jury(town, case, "uphold")
                    {
                        return Some(step);
                    }
                }
                say(
                    &self.someone(town),
                    json!({"advance_matter": {"matter": matter["matter"]}}),
                )
            }
            "review_technology" => {
                let commons = self.random.one_in(2).then_some("1");
                let boundary = commons.map_or(members, |_| members_of(town, 1));
                let reviewer = self.one(boundary)?.address;
                say(
                    &reviewer,
                    json!({"review_technology": {"technology": "drones",
                    "commons": commons, "evidence": fresh}}),
                )
            }
            _ => {
                let reviewer = self.one(members_of(town, 1))?;
                let others = members
                    .iter()
                    .filter(|m| m.takes_part() && m.number != reviewer.number);
                let user = self.one(others.collect::<Vec<_>>())?.number.to_string();
                say(
                    &reviewer.address,
                    json!({"accuse_harm": {"commons": "1", "technology": "drones",
                    "user": user, "amount": (1 + self.random.below(5 * CREDIT)).to_string(),
                    "evidence": fresh}}),
                )
            }
        }
    }
}

/// Who is enrolled in a commons and deals.
fn members_of(town: &Town, commons: u64) -> Vec<Member> {
    let enrolled = town.enrolled(commons);
    let all = town.members().into_iter();
    all.filter(|m| m.takes_part() && enrolled.contains(&m.number))
        .collect()
}
