//! What watchers and restorers can say, and what brings an epoch on.

use cosmwasm_std::Addr;
use serde_json::{Value, json};

use super::{list, number};
use crate::play::{HASH, Play, Step};
use crate::sense::tell;
use crate::sense::towards::named;
use crate::town::{CREDIT, DAY, Town, base64};
impl Play {
    /// Seats, readings, lots.
    pub(super) fn watches(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
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
    pub(super) fn restores(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
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

    /// What brings an epoch on: seats are taken, all read what there is, anyone does what is due.
    pub(super) fn toward_epoch(&mut self, town: &Town, commons: u64) -> Option<Step> {
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
}
