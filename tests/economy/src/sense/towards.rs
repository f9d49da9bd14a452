//! Ways of several steps: up the ladder of sanctions, out of the community,
//! through a jury, through a market's round.

use cosmwasm_std::Addr;
use mycel_clearing::allocation::trades::Promise;
use mycel_credit::state::{Hold, Owner, Request};
use mycel_kit::ladder::Step as Rung;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_members::state::{Measure, Org, Progress};
use serde_json::{Value, json};

use super::juries::Verdict;
use super::tell;
use crate::play::{HASH, Play, Step};
use crate::town::{CREDIT, DAY, Town};
use crate::view::{Member, be8};

impl Play {
    /// Somebody goes a step up the ladder: accused, judged, acted on.
    pub(super) fn climb(&mut self, town: &Town) -> Option<Step> {
        let mut open: Vec<(_, Measure)> = town.list(&town.members, b'M');
        open.retain(|(_, measure)| measure.progress == Progress::Open);
        if let Some((_, measure)) = self.one(open) {
            let id = measure.case?;
            return match self.jury(town, id, "uphold") {
                Verdict::Step(step) => step,
                Verdict::Final(_) => {
                    let advance = json!({"advance": {"case": id.to_string()}});
                    tell(&self.someone(town), &town.members, advance)
                }
            };
        }
        let members = town.members();
        let persons = members.iter().filter(|m| {
            m.record.kind == Kind::Person
                && m.record.status == Status::Active
                && m.record.step < Rung::Suspended
        });
        let highest = persons.max_by_key(|m| m.record.step)?;
        let step = match highest.record.step {
            Rung::None => "notice",
            Rung::Notice => "reduced",
            _ => "suspended",
        };
        let able = members
            .iter()
            .filter(|m| m.takes_part() && m.number != highest.number);
        let accuser = self.one(able.cloned().collect())?;
        let accuse = json!({"person": highest.number.to_string(), "step": step, "reasons": HASH});
        tell(&accuser.address, &town.members, json!({"accuse": accuse}))
    }

    /// Somebody who leaves settles what is open, one after another, and is gone.
    pub(super) fn farewell(&mut self, town: &Town) -> Option<Step> {
        let members = town.members();
        let leaving = members
            .iter()
            .filter(|m| m.record.status == Status::Leaving);
        let leaving: Vec<_> = leaving.cloned().collect();
        let few = leaving.len() < 3 && self.random.one_in(8);
        let Some(member) = self.one(leaving).filter(|_| !few) else {
            return self.sense_members(town, "leave");
        };
        let number = member.number;
        let all = town.holdings();
        let own = all.iter().find(|h| h.owner == member.address)?;
        let advance = json!({"advance": {"person": number.to_string()}});
        let mut able = vec![];
        let mut say = |sender: &Addr, contract: &Addr, message: Value| {
            able.push(Step::Tell(sender.clone(), contract.clone(), message));
        };
        if own.account.position > 0 && !own.account.frozen {
            say(&own.owner, &town.credit, json!({"close_to": {}}));
        }
        if own.account.position < 0 {
            let debt = u64::try_from(-own.account.position).ok()?;
            let others: Vec<_> = all
                .iter()
                .filter(|h| h.number != own.number)
                .cloned()
                .collect();
            if let Some((payer, _)) = self.payer(&others) {
                let amount = debt.min(payer.headroom()).to_string();
                say(
                    &payer.owner,
                    &town.credit,
                    json!({"pay": {"to": own.owner, "amount": amount}}),
                );
            }
        }
        for (key, request) in town.list::<Request>(&town.credit, b'R') {
            let id = be8(&key, 0).to_string();
            if request.payer == own.number {
                say(
                    &own.owner,
                    &town.credit,
                    json!({"decline": {"request": id}}),
                );
            } else if request.payee == own.number {
                say(&own.owner, &town.credit, json!({"cancel": {"request": id}}));
            }
        }
        for (key, hold) in town.list::<Hold>(&town.credit, b'H') {
            if hold.owner == Owner::Account(own.number) {
                let id = be8(&key, 0).to_string();
                let release = json!({"resolve": {"items": [{"release": {"hold": id}}]}});
                let advance =
                    |pool: u64| json!({"advance_pool": {"pool": pool.to_string(), "limit": 50}});
                match hold.pool {
                    None => say(&town.holder, &town.credit, release),
                    Some(pool) => say(&own.owner, &town.credit, advance(pool)),
                }
            }
        }
        let person = u32::try_from(number).ok()?;
        let address = |number: u32| named(&members, number.into());
        for (obligation, entry, amount) in town.obligations() {
            if amount > 0 && (entry.debtor == person || entry.creditor == person) {
                let paid =
                    json!({"obligation": obligation.to_string(), "amount": amount.to_string()});
                let creditor = address(entry.creditor)?;
                say(&creditor, &town.clearing, json!({"record_payment": paid}));
            }
        }
        for (key, promise) in town.list::<Promise>(&town.clearing, b'P') {
            if promise.from == person || promise.to == person {
                let id = be8(&key, 0).to_string();
                let own = if promise.from == person {
                    promise.reported_from
                } else {
                    promise.reported_to
                };
                let message = match (promise.binds(), own) {
                    (false, _) => json!({"return": {"promise": id}}),
                    (true, None) => json!({"report": {"promise": id, "quantity": "0"}}),
                    (true, Some(_)) => json!({"close_promise": {"promise": id}}),
                };
                say(&member.address, &town.clearing, message);
            }
        }
        for (key, org) in town.list::<Org>(&town.members, b'G') {
            if org.controllers.iter().any(|(person, _)| *person == number) {
                let id = be8(&key, 0).to_string();
                let others = members
                    .iter()
                    .filter(|m| m.takes_part() && m.number != number);
                let controllers: Vec<_> = others
                    .take(1)
                    .map(|m| json!({"person": m.number.to_string(), "bps": 10_000}))
                    .collect();
                let change = json!({"purpose": "to see", "controllers": controllers, "threshold_bps": 5_001});
                let change = json!({"org": id, "change": change, "close": false});
                say(
                    &member.address,
                    &town.members,
                    json!({"propose_change": change}),
                );
            }
        }
        for (case, _) in self.duties(town, number) {
            let recuse = json!({"recuse": {"case": case.to_string()}});
            say(&member.address, &town.sortition, recuse);
        }
        if able.is_empty() || self.random.one_in(6) {
            return tell(&self.someone(town), &town.members, advance);
        }
        self.one(able)
    }

    /// Juries on which somebody holds a place.
    fn duties(&self, town: &Town, person: u64) -> Vec<(u64, u8)> {
        let places = mycel_sortition::juries::record::places(person);
        let read = town
            .sandbox
            .read(&town.sortition, |storage| places.may_load(storage));
        read.ok().and_then(Result::ok).flatten().unwrap_or_default()
    }

    /// The next step of a market's round, from a link to promises.
    pub(super) fn trade(&mut self, town: &Town) -> Option<Step> {
        let now = town.sandbox.now();
        let market = self.random.below(2) as u32;
        let found = mycel_clearing::allocation::market_key(market);
        let terms = town
            .sandbox
            .read(&town.clearing, |storage| found.load(storage))
            .ok()?
            .ok()?;
        if let Some(round) = terms.active {
            return self.bring_on(town, round);
        }
        // a round of a market of one unit each
        let units = mycel_clearing::allocation::market_key(2 + market);
        let units = town
            .sandbox
            .read(&town.clearing, |storage| units.load(storage))
            .ok()?
            .ok()?;
        if let Some(round) = units.active.filter(|_| self.random.one_in(2)) {
            return self.bring_on(town, round);
        }
        let members = town.members();
        let deals = |number: u32| {
            members
                .iter()
                .find(|m| m.number == u64::from(number) && m.deals())
        };
        let market_of = |key: &[u8]| crate::view::be4(key, 0) == market;
        let signed: Vec<(_, mycel_clearing::allocation::Link)> = town.list(&town.clearing, b'L');
        let ends = signed.into_iter().filter(|(key, _)| market_of(key));
        let ends = ends.filter_map(|(key, _)| {
            let (from, to) = (crate::view::be4(&key, 4), crate::view::be4(&key, 8));
            Some((deals(from)?.clone(), deals(to)?.clone()))
        });
        let ends: Vec<(Member, Member)> = ends.collect();
        if ends.len() < 2 {
            return self.sense_clearing(town, "link");
        }
        let (from, to) = self.one(ends)?;
        let key = |member: &Member| u32::try_from(member.number).unwrap_or(0);
        let has = |raw: &[u8]| town.has(&town.clearing, raw);
        let offer = mycel_clearing::allocation::offer_key(market, key(&from));
        let need = mycel_clearing::allocation::need_key(market, key(&to));
        let expires = (now + 20 * DAY).to_string();
        let post = |price: u64| json!({"market": market, "quantity": "80", "price": price, "expires": expires, "upward": true});
        let say = |sender: &Addr, message| tell(sender, &town.clearing, message);
        for (member, other, kind) in [
            (
                &from,
                mycel_clearing::allocation::need_key(market, key(&from))
                    .bytes()
                    .to_vec(),
                "offer",
            ),
            (
                &to,
                mycel_clearing::allocation::offer_key(market, key(&to))
                    .bytes()
                    .to_vec(),
                "need",
            ),
        ] {
            if has(&other) {
                return say(&member.address, json!({"withdraw": {"market": market}}));
            }
            let own = if kind == "offer" {
                offer.bytes()
            } else {
                need.bytes()
            };
            if !has(own) || self.random.one_in(4) {
                return say(
                    &member.address,
                    json!({kind: post(if kind == "offer" { 1 } else { 30 })}),
                );
            }
        }
        say(
            &self.someone(town),
            json!({"open_allocation": {"market": market}}),
        )
    }

    /// The next step of clearing's round: from obligations to a settlement.
    pub(super) fn circle(&mut self, town: &Town) -> Option<Step> {
        let active = mycel_clearing::state::active_round();
        let round = town
            .sandbox
            .read(&town.clearing, |storage| active.may_load(storage))
            .ok()?
            .ok()?;
        if let Some(round) = round {
            return self.bring_on(town, round);
        }
        let open: Vec<_> = town
            .obligations()
            .into_iter()
            .filter(|(.., amount)| *amount > 0)
            .collect();
        if open.len() < 6 {
            return self.sense_clearing(town, "seed");
        }
        tell(
            &self.someone(town),
            &town.clearing,
            json!({"open_round": {}}),
        )
    }

    /// Brings a round on by a step: commits, posts, waits, advances.
    fn bring_on(&mut self, town: &Town, round: u64) -> Option<Step> {
        let now = town.sandbox.now();
        let key = mycel_clearing::round::round(round);
        let view = town
            .sandbox
            .read(&town.clearing, |storage| key.load(storage))
            .ok()?
            .ok()?;
        let frozen = view.stage == mycel_clearing::round::Stage::Frozen;
        if frozen && now < view.deadline && view.edges > 0 {
            let committed = self
                .committed
                .iter()
                .any(|(of, ..)| *of == round.to_string());
            if now < view.commit_until && committed {
                return self.until(town, view.commit_until);
            }
            let waits = view.complete > view.taken;
            if !waits
                && (now < view.commit_until || committed)
                && let Some(step) = self.solver_of(town, &round.to_string())
            {
                return Some(step);
            }
            if !waits && view.posts > 0 {
                return self.until(town, view.deadline);
            }
        }
        if view.stage == mycel_clearing::round::Stage::Open && now < view.freeze_at {
            return self.until(town, view.freeze_at);
        }
        let limit = self.random.one_in(2).then(|| 1 + self.random.below(400));
        let advance = json!({"round": round.to_string(), "limit": limit});
        tell(
            &self.someone(town),
            &town.clearing,
            json!({"advance": advance}),
        )
    }

    /// What a member can pay for another's amount.
    pub(super) fn credits(&mut self) -> String {
        (1 + self.random.below(50 * CREDIT)).to_string()
    }
}

/// The address of a person's account.
pub(super) fn named(members: &[Member], number: u64) -> Option<Addr> {
    let found = members.iter().find(|member| member.number == number);
    found.map(|member| member.address.clone())
}
