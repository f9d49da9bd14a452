//! What can be said about commons now: by who is enrolled, by who watches, by anybody.

use cosmwasm_std::Addr;
use mycel_commons::market::hash::{Sealed, commitment};
use mycel_commons::market::order::{Side, Step as PriceStep};
use serde_json::{Value, json};

use super::tell;
use super::towards::named;
use crate::play::{HASH, Play, Step};
use crate::reach;
use crate::town::{CREDIT, DAY, Town, base64, commons_rules};

/// A number in an answer.
pub(super) fn number(told: &Value, name: &str) -> u64 {
    let text = told[name].as_str().and_then(|text| text.parse().ok());
    text.or_else(|| told[name].as_u64()).unwrap_or(0)
}

/// The items of a list in an answer.
pub(super) fn list(told: &Value, name: &str) -> Vec<Value> {
    told[name].as_array().cloned().unwrap_or_default()
}

/// The salt of an order.
fn salt(auction: u64, person: u64) -> [u8; 32] {
    let mut salt = [9; 32];
    salt[..8].copy_from_slice(&auction.to_be_bytes());
    salt[8..16].copy_from_slice(&person.to_be_bytes());
    salt
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

    /// Seats, readings, lots.
    fn watches(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
        let id = commons.to_string();
        let of = json!({"commons": id});
        let members = town.members();
        let now = town.sandbox.now();
        let say = |sender: &Addr, message: Value| tell(sender, &town.commons, message);
        let told = town.ask(&town.commons, &json!({"monitors": of}))?;
        let seats = list(&told, "seats");
        let drawn: Vec<Value> = list(&told["lot"], "drawn");
        let may: Vec<u64> = drawn
            .iter()
            .filter(|one| one["from"].is_string() && number(one, "from") <= now)
            .map(|one| number(one, "person"))
            .collect();
        // watchers first: nothing opens without them
        if kind == "hold/bond" || number(&told, "free") > 0 && !self.random.one_in(3) {
            let holds: Vec<u64> = seats.iter().map(|seat| number(seat, "person")).collect();
            let free = town.watchers.iter().filter(|watcher| {
                town.person(watcher)
                    .is_some_and(|person| !holds.contains(&person))
            });
            let watcher = match self.one(free.cloned().collect()) {
                Some(watcher) => watcher,
                None => self.random.pick(&town.watchers).clone(),
            };
            return self.holds(
                town,
                &watcher,
                &town.commons,
                2 * CREDIT,
                &json!({"bond": of}),
            );
        }
        match kind {
            "accept_seat" | "decline_seat" => {
                let Some(person) = self.one(may) else {
                    // the lot is waited for, or somebody leaves
                    let lay = seats.iter().find(|seat| seat["lay"] == true);
                    return match lay.filter(|_| self.random.one_in(4)) {
                        Some(lay) => say(
                            &named(&members, number(lay, "person"))?,
                            json!({"leave_seat": of}),
                        ),
                        None => match self.random.one_in(2) {
                            true => Some(Step::Wait(DAY / 4)),
                            false => say(&self.someone(town), json!({"advance": {"limit": 200}})),
                        },
                    };
                };
                say(&named(&members, person)?, json!({kind: of}))
            }
            _ if !may.is_empty() && self.random.one_in(2) => {
                say(&named(&members, may[0])?, json!({"accept_seat": of}))
            }
            "leave_seat" => {
                let seat = self.one(seats)?;
                say(
                    &named(&members, number(&seat, "person"))?,
                    json!({"leave_seat": of}),
                )
            }
            "check_seat" => {
                let seat = self.one(seats)?;
                let check = json!({"commons": id, "seat": seat["seat"]});
                say(&self.someone(town), json!({"check_seat": check}))
            }
            "challenge" => {
                let with = seats.into_iter().filter(|seat| seat["reading"].is_object());
                let Some(seat) = self.one(with.collect()) else {
                    return self.watches(town, commons, "read");
                };
                let (challenger, _) = self.forester(town, commons)?;
                let challenge = json!({"commons": id, "seat": seat["seat"], "reasons": HASH});
                say(&challenger, json!({"challenge": challenge}))
            }
            _ => {
                if seats.is_empty() {
                    return self.watches(town, commons, "hold/bond");
                }
                // mostly all agree; now and then there is a drought, or somebody lies
                let about = match self.random.below(8) {
                    0 => 650_000,
                    _ => 1_000_000,
                };
                let mut steps = vec![];
                for seat in &seats {
                    let seen = match self.random.below(30) {
                        0 => about * 3,
                        1 => about / 3,
                        _ => about + self.random.below(20_000),
                    };
                    let read = json!({"commons": id, "quantity": seen.to_string(),
                        "extraction": self.random.one_in(2).then_some("100"), "evidence": self.evidence()});
                    let who = named(&members, number(seat, "person"))?;
                    steps.push(Step::Tell(who, town.commons.clone(), json!({"read": read})));
                }
                self.burst(steps)
            }
        }
    }

    /// Land is restored, and lost again.
    fn restores(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
        let id = commons.to_string();
        let now = town.sandbox.now();
        let members = town.members();
        let say = |sender: &Addr, message: Value| tell(sender, &town.commons, message);
        let mut claims = vec![];
        for person in town.enrolled(commons) {
            let member = named(&members, person)?;
            let asked = json!({"claims": {"commons": id, "member": member}});
            let told = town.ask(&town.commons, &asked).unwrap_or_default();
            claims.extend(list(&told, "claims"));
        }
        let open = |one: &&Value| match kind {
            "attest" => {
                (one["phase"] == "claimed" && number(one, "until") > now)
                    || one["reversal"].is_object()
            }
            "withdraw_claim" => one["phase"] == "claimed",
            "reverse" => one["phase"] == "attested" && one["reversal"].is_null(),
            "resume_claim" => number(one, "parked") > 0,
            _ => false,
        };
        let fitting: Vec<Value> = claims.iter().filter(open).cloned().collect();
        let Some(claim) = self.one(fitting) else {
            if kind == "resume_claim" && claims.iter().any(|one| one["phase"] == "attested") {
                return self.one(claims).and_then(|one| {
                    let who = named(&members, number(&one, "person"))?;
                    say(&who, json!({"resume_claim": {"claim": one["claim"]}}))
                });
            }
            if kind == "reverse" && claims.iter().any(|one| one["phase"] == "claimed") {
                return self.restores(town, commons, "attest");
            }
            let (who, _) = self.forester(town, commons)?;
            let cell = self.fresh().to_string();
            let claim = json!({"commons": id, "cells": [cell], "from": (now - 9 * DAY).to_string(),
                "to": (now - 1).to_string(), "quantity": (1 + self.random.below(20_000)).to_string(),
                "evidence": self.evidence()});
            return say(&who, json!({"claim": claim}));
        };
        let claim_id = claim["claim"].clone();
        match kind {
            "attest" => {
                let watch = town.ask(&town.commons, &json!({"monitors": {"commons": id}}))?;
                let asked = match claim["reversal"].is_object() {
                    true => number(&claim["reversal"], "asked"),
                    false => number(&claim, "asked"),
                };
                let mut steps = vec![];
                for seat in list(&watch, "seats") {
                    let quantity = asked - self.random.below(asked / 20 + 1);
                    let attest = json!({"claim": claim_id, "quantity": quantity.to_string()});
                    let who = named(&members, number(&seat, "person"))?;
                    steps.push(Step::Tell(
                        who,
                        town.commons.clone(),
                        json!({"attest": attest}),
                    ));
                }
                self.burst(steps)
            }
            "reverse" => {
                let (who, _) = self.forester(town, commons)?;
                let most = number(&claim, "attested").max(1);
                let reverse = json!({"claim": claim_id, "evidence": self.evidence(),
                    "quantity": (1 + self.random.below(most)).to_string()});
                say(&who, json!({"reverse": reverse}))
            }
            _ => {
                let who = named(&members, number(&claim, "person"))?;
                say(&who, json!({kind: {"claim": claim_id}}))
            }
        }
    }

    /// Who took too much repays in kind, with what somebody gives it.
    fn repays(&mut self, town: &Town, commons: u64) -> Option<Step> {
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
    fn uses(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
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
    fn baskets(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
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

    /// What brings an epoch on: seats are taken, all read what there is, anyone does what is due.
    fn toward_epoch(&mut self, town: &Town, commons: u64) -> Option<Step> {
        if self.random.one_in(6) {
            return Some(Step::Wait(DAY / 4));
        }
        let id = commons.to_string();
        let of = json!({"commons": id});
        let now = town.sandbox.now();
        let members = town.members();
        let told = town.ask(&town.commons, &json!({"monitors": of}))?;
        let mut reads: Vec<Addr> = vec![];
        let mut holds: Vec<u64> = vec![];
        let mut short: Vec<Addr> = vec![];
        for seat in list(&told, "seats") {
            let person = number(&seat, "person");
            let who = named(&members, person)?;
            holds.push(person);
            if seat["lay"] == false && number(&seat, "until") < now + DAY {
                short.push(who.clone());
            }
            reads.push(who);
        }
        let free = number(&told, "free") as usize;
        let others = town.watchers.iter().filter(|watcher| {
            town.person(watcher)
                .is_some_and(|person| !holds.contains(&person))
        });
        for watcher in others.take(free) {
            short.push(watcher.clone());
            reads.push(watcher.clone());
        }
        let bond = json!({"hold": {"for": town.commons, "amount": (2 * CREDIT).to_string(),
            "msg": base64(&json!({"bond": of}))}});
        let mut steps = vec![];
        let all = town.holdings();
        for who in short {
            let poor = all
                .iter()
                .any(|h| h.owner == who && h.headroom() < 3 * CREDIT);
            if poor && let Some((payer, _)) = self.payer(&all) {
                let pay = json!({"pay": {"to": who, "amount": (9 * CREDIT).to_string()}});
                steps.push(Step::Tell(payer.owner, town.credit.clone(), pay));
            }
            steps.push(Step::Tell(who, town.credit.clone(), bond.clone()));
        }
        for who in reads {
            let seen = 1_000_000 + self.random.below(20_000);
            let read =
                json!({"commons": id, "quantity": seen.to_string(), "evidence": self.evidence()});
            steps.push(Step::Tell(who, town.commons.clone(), json!({"read": read})));
        }
        let advance = json!({"advance": {"limit": 400}});
        steps.push(Step::Tell(
            self.someone(town),
            town.commons.clone(),
            advance,
        ));
        self.burst(steps)
    }

    /// Somebody takes far more than it may.
    fn overuses(&mut self, town: &Town, commons: u64) -> Option<Step> {
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

    /// Orders of an auction, sealed and opened.
    fn deals(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let members = town.members();
        let mut found: Option<Value> = None;
        let mut after = Value::Null;
        for _ in 0..20 {
            let asked = json!({"auctions": {"commons": commons.to_string(), "after": after}});
            let told = town.ask(&town.commons, &asked).unwrap_or_default();
            for one in list(&told, "auctions") {
                let fits = match kind {
                    "reveal" => {
                        number(&one, "commit_until") <= now && now < number(&one, "reveal_until")
                    }
                    _ => now < number(&one, "commit_until"),
                };
                if one["phase"] != "done" && fits {
                    found = Some(one);
                }
            }
            after = told["next"].clone();
            if after.is_null() {
                break;
            }
        }
        let Some(auction) = found else {
            return match kind {
                "reveal" if self.random.one_in(3) => Some(Step::Wait(DAY / 2)),
                "reveal" => self.deals(town, commons, "commit_sell"),
                _ => self.toward_epoch(town, commons),
            };
        };
        let number = number(&auction, "auction");
        if kind == "reveal" {
            let own: Vec<_> = self
                .orders
                .iter()
                .filter(|one| one.0 == number)
                .copied()
                .collect();
            let mut steps = vec![];
            for (_, person, sells, price, quantity) in own {
                if self.random.one_in(12) {
                    continue;
                }
                let step = json!({"price": price.to_string(), "quantity": quantity.to_string()});
                let reveal = json!({"auction": number.to_string(),
                    "side": if sells { "sell" } else { "buy" }, "steps": [step],
                    "salt": cosmwasm_std::to_hex(salt(number, person))});
                let who = named(&members, person)?;
                steps.push(Step::Tell(
                    who,
                    town.commons.clone(),
                    json!({"reveal": reveal}),
                ));
            }
            return match steps.is_empty() {
                true => Some(Step::Wait(DAY / 2)),
                false => self.burst(steps),
            };
        }
        let (who, person) = self.forester(town, commons)?;
        let sells = kind == "commit_sell";
        let quantity = *self.random.pick(&[100, 200, 500]);
        let price = 1_000_000 * (1 + self.random.below(9));
        let sealed = Sealed {
            chain: "mycel-sandbox",
            contract: town.commons.as_str(),
            auction: number,
            person,
            side: if sells { Side::Sell } else { Side::Buy },
        };
        let step = PriceStep {
            price,
            quantity: quantity.into(),
        };
        let hash = cosmwasm_std::to_hex(commitment(&sealed, &[step], &salt(number, person)));
        self.orders.push((number, person, sells, price, quantity));
        let auction = number.to_string();
        match sells {
            true => {
                let sell =
                    json!({"auction": auction, "hash": hash, "escrow": quantity.to_string()});
                tell(&who, &town.commons, json!({"commit_sell": sell}))
            }
            false => {
                let commit = json!({"commit": {"auction": auction, "hash": hash}});
                self.holds(town, &who, &town.commons, CREDIT, &commit)
            }
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
