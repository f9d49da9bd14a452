//! What can be said about commons now: by who is enrolled, by who watches, by anybody.

mod dealing;
mod using;
mod watching;

use cosmwasm_std::Addr;
use serde_json::{Value, json};

use super::tell;
use super::towards::named;
use crate::play::{HASH, Play, Step};
use crate::reach;
use crate::town::{DAY, Town, base64, commons_rules};

/// A number in an answer.
pub(super) fn number(told: &Value, name: &str) -> u64 {
    let text = told[name].as_str().and_then(|text| text.parse().ok());
    text.or_else(|| told[name].as_u64()).unwrap_or(0)
}

/// The items of a list in an answer.
pub(super) fn list(told: &Value, name: &str) -> Vec<Value> {
    told[name].as_array().cloned().unwrap_or_default()
}

impl Play {
    /// One of the commons, mostly the first.
    fn which(&mut self, town: &Town) -> u64 {
        let all = town.ask(&town.commons, &json!({"commons_list": {}}));
        let count = all.map_or(1, |all| list(&all, "commons").len() as u64);
        match self.random.below(8) {
            0..=4 => 1,
            5 | 6 => 2,
            _ => 1 + self.random.below(count.max(1)),
        }
    }

    fn evidence(&mut self) -> String {
        format!("{:064x}", 0xe000_0000 + self.fresh())
    }

    /// Somebody enrolled who deals, with its number.
    fn forester(&mut self, town: &Town, commons: u64) -> Option<(Addr, u64)> {
        let enrolled = town.enrolled(commons);
        let members = town.members();
        let able = members
            .iter()
            .filter(|m| m.deals() && enrolled.contains(&m.number));
        let one = self.one(able.collect::<Vec<_>>())?;
        Some((one.address.clone(), one.number))
    }

    /// Money put aside for a contract.
    pub(super) fn holds(
        &mut self,
        town: &Town,
        owner: &Addr,
        contract: &Addr,
        pico: u64,
        what: &Value,
    ) -> Option<Step> {
        let hold = json!({"for": contract, "amount": pico.to_string(), "msg": base64(what)});
        tell(owner, &town.credit, json!({"hold": hold}))
    }

    pub(super) fn sense_commons(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let commons = self.which(town);
        let id = commons.to_string();
        let of = json!({"commons": id});
        let members = town.members();
        let anyone = self.someone(town);
        let say = |sender: &Addr, message: Value| tell(sender, &town.commons, message);
        match kind {
            "apply" => {
                let enrolled = town.enrolled(2);
                let able = members
                    .iter()
                    .filter(|m| m.takes_part() && !enrolled.contains(&m.number));
                let one = self.one(able.collect::<Vec<_>>())?;
                let (applicant, number) = (one.address.clone(), one.number);
                let (host, _) = self.forester(town, 2)?;
                let welcome = json!({"welcome": {"commons": "2", "person": number.to_string()}});
                self.burst(vec![
                    Step::Tell(
                        applicant,
                        town.commons.clone(),
                        json!({"apply": {"commons": "2"}}),
                    ),
                    Step::Tell(host, town.commons.clone(), welcome),
                ])
            }
            "welcome" => self.sense_commons(town, "apply"),
            "withdraw" => {
                let enrolled = town.enrolled(2);
                let free = enrolled.into_iter().filter(|person| {
                    let asked = json!({"holding": {"commons": "2", "person": person.to_string()}});
                    let told = town.ask(&town.commons, &asked);
                    told.is_some_and(|told| number(&told, "shares") == 0)
                });
                let Some(one) = self.one(free.collect()) else {
                    return self.sense_commons(town, "apply");
                };
                say(
                    &named(&members, one)?,
                    json!({"withdraw": {"commons": "2"}}),
                )
            }
            "recheck" => {
                let some: Vec<_> = town
                    .enrolled(commons)
                    .iter()
                    .take(9)
                    .map(u64::to_string)
                    .collect();
                say(
                    &anyone,
                    json!({"recheck": {"commons": id, "persons": some}}),
                )
            }
            "accuse" => {
                let (accuser, by) = self.forester(town, commons)?;
                let others = town.enrolled(commons).into_iter().filter(|one| *one != by);
                let whom = self.one(others.collect())?.to_string();
                let what = match self.random.below(4) {
                    0 => json!({"grave": {}}),
                    1 => json!({"unreported": {"quantity": "5000"}}),
                    _ => json!({"conduct": {}}),
                };
                say(
                    &accuser,
                    json!({"accuse": {"commons": id, "person": whom, "what": what,
                    "text": "it was seen", "evidence": self.evidence()}}),
                )
            }
            "appeal" => {
                for member in members.iter().filter(|m| m.takes_part()) {
                    let asked = json!({"ladder": {"commons": id, "member": member.address}});
                    let told = town.ask(&town.commons, &asked).unwrap_or_default();
                    let open = list(&told, "measures").into_iter().find(|one| {
                        one["state"] == "taken" && number(one, "until") > town.sandbox.now()
                    });
                    if let Some(measure) = open {
                        return say(
                            &member.address,
                            json!({"appeal": {"measure": measure["id"]}}),
                        );
                    }
                }
                self.overuses(town, commons)
            }
            "read" | "leave_seat" | "check_seat" | "challenge" | "accept_seat" | "decline_seat"
            | "hold/bond" => self.watches(town, commons, kind),
            "claim" | "attest" | "reverse" | "withdraw_claim" | "resume_claim" => {
                self.restores(town, commons, kind)
            }
            "transfer_shares" | "lease" | "transfer" | "bank" | "borrow" | "harvest" | "retire"
            | "cancel" | "return_lease" => self.uses(town, commons, kind),
            "repay" => self.repays(town, commons),
            "deposit" | "redeem" | "pass_parts" => self.baskets(town, commons, kind),
            "bring_up" => {
                let some: Vec<_> = town
                    .enrolled(commons)
                    .iter()
                    .take(9)
                    .map(u64::to_string)
                    .collect();
                say(
                    &anyone,
                    json!({"bring_up": {"commons": id, "persons": some}}),
                )
            }
            "check_concentration" => {
                let (_, person) = self.forester(town, commons)?;
                say(
                    &anyone,
                    json!({"check_concentration": {"commons": id, "person": person.to_string()}}),
                )
            }
            "commit_sell" | "reveal" | "hold/commit" => self.deals(town, commons, kind),
            "receive_hold" => {
                let kind = *self.random.pick(reach::COMMONS_HOLDS);
                self.sense(town, kind)
            }
            "hold/pay_overage" => {
                for person in town.enrolled(commons) {
                    let asked =
                        json!({"entitlement": {"commons": id, "person": person.to_string()}});
                    let told = town.ask(&town.commons, &asked).unwrap_or_default();
                    if number(&told["account"], "owed") > 0 {
                        let owed = number(&told["account"], "owed");
                        let pay = json!({"pay_overage": {"commons": id, "epoch": told["epoch"]}});
                        let owner = named(&members, person)?;
                        return self.holds(town, &owner, &town.commons, owed + 1_000, &pay);
                    }
                }
                self.overuses(town, commons)
            }
            "advance" => {
                let limit = 1 + self.random.below(400);
                say(&anyone, json!({"advance": {"limit": limit}}))
            }
            "advance/case" => self.commons_case(town),
            "decided" => {
                let kind = *self.random.pick(reach::COMMONS_DECISIONS);
                self.sense(town, kind)
            }
            _ => self.commons_decisions(town, commons, kind, &of),
        }
    }

    /// What members of a commons, or all, decide about it.
    fn commons_decisions(
        &mut self,
        town: &Town,
        commons: u64,
        kind: &str,
        of: &Value,
    ) -> Option<Step> {
        let id = commons.to_string();
        match kind {
            "decided/set_parameters" => {
                let days = 8 + self.random.below(6);
                let change = json!({"set_parameters": {"numbers": {"case_seconds": days * DAY}}});
                self.decides(town, &town.commons, "constitutional", &change)
            }
            "decided/set_peers" => {
                let peers =
                    json!({"set_peers": {"sortition": town.sortition, "credit": town.credit}});
                self.decides(town, &town.commons, "constitutional", &peers)
            }
            "decided/found" => {
                let (_, first) = self.forester(town, 1)?;
                let vouched = self.random.one_in(2);
                let found = json!({"found": {"name": format!("c{}", self.fresh()), "unit": "m3",
                    "boundary": "there", "geometry": HASH, "rules": commons_rules(vouched),
                    "members": [{"person": first.to_string(), "shares": 1_000_000}]}});
                self.decides(town, &town.commons, "ordinary", &found)
            }
            "decided/accredit" | "decided/withdraw_accreditation" => {
                let watcher = self.random.pick(&town.watchers).clone();
                let number = town.person(&watcher)?.to_string();
                let told = town
                    .ask(&town.commons, &json!({"accredited": {}}))
                    .unwrap_or_default();
                let known = list(&told, "organisations")
                    .iter()
                    .any(|one| one["organisation"] == number.as_str());
                if known && kind == "decided/accredit" {
                    return self.toward_epoch(town, 1);
                }
                let action = match known {
                    true => json!({"withdraw_accreditation": {"organisation": number}}),
                    false => json!({"accredit": {"organisation": number}}),
                };
                self.decides(town, &town.commons, "ordinary", &action)
            }
            "decided/set_rules" => {
                let mut rules = serde_json::to_value(commons_rules(commons > 1)).ok()?;
                let most = *self.random.pick(&[1_500, 3_000, 3_000]);
                rules["rights"]["concentration_bps"] = json!(most);
                rules["rights"]["bank_bps"] = json!(self.random.below(1_000));
                rules["order"]["tolerance_bps"] = json!(self.random.below(1_000));
                let set = json!({"set_rules": {"commons": id, "rules": rules}});
                self.commons_decide(town, commons, "constitutional", &set)
            }
            "decided/enrol" | "decided/grant_shares" => {
                let enrolled = town.enrolled(commons);
                let wants = kind == "decided/grant_shares";
                let members = town.members();
                let able = members
                    .iter()
                    .filter(|m| m.takes_part() && enrolled.contains(&m.number) == wants);
                let whom = self.one(able.collect::<Vec<_>>())?.number.to_string();
                let member = json!([{"person": whom, "shares": 1 + self.random.below(100_000)}]);
                let name = kind.trim_start_matches("decided/");
                let action = json!({name: {"commons": id, "members": member}});
                self.commons_decide(town, commons, "ordinary", &action)
            }
            "decided/allot_budget" => {
                let budget = json!({"allot_budget": {"commons": "1", "child": "3",
                    "ppm": self.random.below(500_000)}});
                self.commons_decide(town, 1, "ordinary", &budget)
            }
            "decided/open_basket" => {
                let basket = json!({"open_basket": {"commons": id, "tier": "fresh",
                    "window": 1 + self.random.below(5), "fee_bps": self.random.below(500)}});
                self.commons_decide(town, commons, "ordinary", &basket)
            }
            "decided/close" => {
                let told = town
                    .ask(&town.commons, &json!({"commons_list": {}}))
                    .unwrap_or_default();
                let last = list(&told, "commons")
                    .iter()
                    .map(|one| number(one, "id"))
                    .max()?;
                if last <= 3 && !self.random.one_in(12) {
                    return self.sense_commons(town, "decided/found");
                }
                let close = json!({"close": {"commons": last.to_string()}});
                self.commons_decide(town, last, "constitutional", &close)
            }
            "decided/lower" => {
                for person in town.enrolled(commons) {
                    let member = named(&town.members(), person)?;
                    let asked = json!({"ladder": {"commons": id, "member": member}});
                    let told = town.ask(&town.commons, &asked).unwrap_or_default();
                    let live = list(&told, "measures").into_iter().find(|one| {
                        one["step"] == told["step"]
                            && one["state"] != "lifted"
                            && one["state"] != "lowered"
                    });
                    if let Some(measure) = live.filter(|_| told["step"] != "none") {
                        let lower = json!({"lower": {"commons": id, "measure": measure["id"]}});
                        return self.commons_decide(town, commons, "ordinary", &lower);
                    }
                }
                self.overuses(town, commons)
            }
            _ => panic!("no generator of commons.{kind} {of}"),
        }
    }

    /// Brings on a case that commons asked for, and has what follows carried out.
    fn commons_case(&mut self, town: &Town) -> Option<Step> {
        let mut own: Vec<u64> = town
            .cases()
            .into_iter()
            .filter(|(_, case)| case.reference.starts_with("commons/"))
            .map(|(id, _)| id)
            .collect();
        own.reverse();
        own.truncate(4);
        let Some(case) = self.one(own) else {
            return self.sense_commons(town, "accuse");
        };
        if !self.random.one_in(3)
            && let super::juries::Verdict::Step(Some(step)) = self.jury(town, case, "uphold")
        {
            return Some(step);
        }
        let advance = json!({"advance": {"case": case.to_string()}});
        tell(&self.someone(town), &town.commons, advance)
    }
}
