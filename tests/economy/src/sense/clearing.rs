//! What members, solvers and the authority can say to clearing now.

use cosmwasm_std::Addr;
use mycel_clearing::allocation::trades::Promise;
use mycel_clearing::book::{Entry, flag};
use mycel_clearing::state::Proposal;
use mycel_credit::state::Allowance;
use serde_json::{Value, json};

use super::juries::Verdict;
use super::tell;
use super::towards::named;
use crate::play::{Play, Step};
use crate::reach;
use crate::town::{CREDIT, DAY, Town};
use crate::view::{Member, be4, be8};

impl Play {
    pub(super) fn sense_clearing(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let members = town.members();
        let now = town.sandbox.now();
        let say = |sender: &Addr, message: Value| tell(sender, &town.clearing, message);
        let deals: Vec<Member> = members.iter().filter(|m| m.deals()).cloned().collect();
        match kind {
            "propose" => {
                let a = self.one(deals.clone())?;
                let b = self.one(deals.into_iter().filter(|m| m.number != a.number).collect())?;
                let due = (now + DAY + self.random.below(80 * DAY)).to_string();
                let propose = json!({"with": b.number.to_string(), "i_owe": self.random.one_in(2),
                    "amount": self.credits(), "due": due, "priority": self.random.below(4), "ref": "bread"});
                say(&a.address, json!({"propose": propose}))
            }
            "confirm" | "drop_proposal" => {
                let mut open: Vec<(_, Proposal)> = town.list(&town.clearing, b'o');
                if kind == "confirm" {
                    open.retain(|(_, p)| now < p.expires && now < u64::from(p.due));
                }
                let Some((key, proposal)) = self.one(open) else {
                    return self.sense_clearing(town, "propose");
                };
                let other = if proposal.by_debtor {
                    proposal.creditor
                } else {
                    proposal.debtor
                };
                let sender = named(&members, other.into())?;
                say(
                    &sender,
                    json!({kind: {"proposal": be8(&key, 0).to_string()}}),
                )
            }
            "consent" => {
                let sender = self.one(deals)?;
                let on = !self.random.one_in(4);
                say(&sender.address, json!({"consent": {"on": on}}))
            }
            "tender" | "record_payment" | "collect" | "cancel" | "extend" | "dispute" => {
                self.obligation(town, &members, kind)
            }
            "withdraw_dispute" | "judged" => self.disputed(town, &members, kind),
            "offer" | "need" | "withdraw" => {
                let market = self.random.below(2) as u32;
                let posted: Vec<(u8, u64)> = [b'O', b'D']
                    .into_iter()
                    .flat_map(|tag| {
                        town.keys(&town.clearing, tag)
                            .into_iter()
                            .filter(move |key| be4(key, 0) == market)
                            .map(move |key| (tag, u64::from(be4(&key, 4))))
                    })
                    .collect();
                let stands = |number: u64, tag: u8| posted.contains(&(tag, number));
                let able: Vec<_> = match kind {
                    "offer" => deals
                        .into_iter()
                        .filter(|m| !stands(m.number, b'D'))
                        .collect(),
                    "need" => deals
                        .into_iter()
                        .filter(|m| !stands(m.number, b'O'))
                        .collect(),
                    _ => members
                        .iter()
                        .filter(|m| stands(m.number, b'D') || stands(m.number, b'O'))
                        .cloned()
                        .collect(),
                };
                let sender = self.one(able)?;
                let expires = (now + DAY + self.random.below(30 * DAY)).to_string();
                let quantity = (1 + self.random.below(150)).to_string();
                let body = match kind {
                    "offer" if self.random.one_in(3) => {
                        json!({"market": market, "quantity": quantity, "gift": true, "expires": expires})
                    }
                    "offer" => {
                        json!({"market": market, "quantity": quantity, "price": self.random.below(9), "expires": expires, "upward": true})
                    }
                    "need" => {
                        json!({"market": market, "quantity": quantity, "price": 20 + self.random.below(20), "expires": expires, "upward": true})
                    }
                    _ => json!({"market": market}),
                };
                say(&sender.address, json!({kind: body}))
            }
            "link" => {
                // one end signs what the other has signed
                let waiting: Vec<(_, mycel_clearing::allocation::Wish)> =
                    town.list(&town.clearing, b'W');
                let mut able = vec![];
                for (key, wish) in waiting {
                    let (market, signed, missing) = (be4(&key, 0), be4(&key, 4), be4(&key, 8));
                    let (from, to) = match key[12] {
                        1 => (signed, missing),
                        _ => (missing, signed),
                    };
                    if let Some(m) = deals.iter().find(|m| m.number == u64::from(missing)) {
                        let terms = json!({"market": market, "from": from.to_string(), "to": to.to_string(),
                            "distance": wish.distance, "capacity": wish.capacity.to_string()});
                        able.push((m.address.clone(), json!({"link": terms})));
                    }
                }
                if let Some((sender, message)) = self.one(able) {
                    return say(&sender, message);
                }
                let a = self.one(deals.clone())?;
                let b = self.one(deals.into_iter().filter(|m| m.number != a.number).collect())?;
                let terms = json!({"market": self.random.below(2), "from": a.number.to_string(), "to": b.number.to_string(),
                    "distance": 1 + self.random.below(4), "capacity": (30 + self.random.below(100)).to_string()});
                say(&a.address, json!({"link": terms}))
            }
            "unlink" => {
                let keys = town.keys(&town.clearing, b'L').into_iter();
                let flows: Vec<_> = keys.filter(|key| be4(key, 0) < 2).collect();
                let Some(key) = self.one(flows) else {
                    return self.sense_clearing(town, "link");
                };
                let (from, to) = (be4(&key, 4), be4(&key, 8));
                let sender = named(&members, from.into())?;
                let ends =
                    json!({"market": be4(&key, 0), "from": from.to_string(), "to": to.to_string()});
                say(&sender, json!({"unlink": ends}))
            }
            "prune_market" => {
                let person = self.one(members)?.number.to_string();
                let of = json!({"market": self.random.below(4), "persons": [person]});
                say(&self.someone(town), json!({"prune_market": of}))
            }
            "withdraw_cancel" => {
                let mut owed = town.obligations();
                let one = flag::CANCEL_DEBTOR | flag::CANCEL_CREDITOR;
                owed.retain(|(_, entry, amount)| *amount > 0 && entry.flags & one != 0);
                let Some((number, entry, _)) = self.one(owed) else {
                    return self.sense_clearing(town, "cancel");
                };
                let side = match entry.has(flag::CANCEL_DEBTOR) {
                    true => entry.debtor,
                    false => entry.creditor,
                };
                let sender = named(&members, side.into())?;
                say(
                    &sender,
                    json!({"withdraw_cancel": {"obligation": number.to_string()}}),
                )
            }
            "choose" => self.choose(town, &deals),
            "accept" | "return" | "report" | "close_promise" => self.promised(town, &members, kind),
            "commit" | "post" => match self.random.one_in(3) {
                true => self.trade(town),
                false => self.circle(town),
            },
            "advance" => match self.random.one_in(2) {
                true => self.trade(town),
                false => self.circle(town),
            },
            "open_round" => self.circle(town),
            "open_allocation" => self.trade(town),
            "upward" => {
                let persons: Vec<_> = deals
                    .iter()
                    .take(50)
                    .map(|m| m.number.to_string())
                    .collect();
                let count = 1 + self.random.below(persons.len().max(1) as u64) as usize;
                let persons: Vec<_> = persons.into_iter().take(count).collect();
                say(
                    &self.someone(town),
                    json!({"upward": {"market": 1, "persons": persons}}),
                )
            }
            "sweep" => say(&self.someone(town), json!({"sweep": {"page": 0}})),
            "prune" => {
                let person = self.one(members)?.number.to_string();
                say(
                    &self.someone(town),
                    json!({"prune": {"person": person, "page": 0}}),
                )
            }
            "seed" => {
                let mut persons: Vec<_> = deals.iter().map(|m| m.number.to_string()).collect();
                let mut circle = vec![];
                while circle.len() < 4 && !persons.is_empty() {
                    let at = self.random.below(persons.len() as u64) as usize;
                    circle.push(persons.swap_remove(at));
                }
                if circle.len() < 2 {
                    return None;
                }
                let due = (now + 60 * DAY).to_string();
                let owed: Vec<_> = (0..circle.len()).map(|at| {
                    json!({"debtor": circle[at], "creditor": circle[(at + 1) % circle.len()],
                        "amount": self.credits(), "due": due, "priority": self.random.below(4), "tendered": true})
                }).collect();
                self.forwards(
                    town,
                    &town.clearing,
                    &json!({"seed": {"obligations": owed}}),
                )
            }
            "set_parameters" | "decided/set_parameters" => {
                let changes = match self.random.one_in(2) {
                    true => json!({"open_seconds": (DAY + self.random.below(2 * DAY)).to_string()}),
                    false => json!({"weights": [1, 2 + self.random.below(3), 8, 16]}),
                };
                let message = json!({"set_parameters": changes});
                match kind {
                    "set_parameters" => self.forwards(town, &town.clearing, &message),
                    _ => self.decides(town, &town.clearing, "constitutional", &message),
                }
            }
            "decided" => {
                let kind = *self.random.pick(reach::CLEARING_DECISIONS);
                self.sense(town, kind)
            }
            "decided/define_market" => {
                let market = self.random.one_in(2).then(|| self.random.below(2));
                let parent = market.filter(|market| *market == 1).map(|_| 0);
                let mut terms = Town::market_terms("again", parent);
                terms["friction"] = json!(1 + self.random.below(3));
                let define = json!({"define_market": {"market": market, "terms": terms}});
                self.decides(town, &town.clearing, "ordinary", &define)
            }
            "decided/attest_shock" => {
                let person = self.one(deals)?.number.to_string();
                let until = (now + self.random.below(20 * DAY)).to_string();
                let shock = json!({"market": self.random.below(2), "until": until,
                    "grants": [{"person": person, "class": self.random.below(4), "quantity": "500"}]});
                self.decides(
                    town,
                    &town.clearing,
                    "ordinary",
                    &json!({"attest_shock": shock}),
                )
            }
            _ => panic!("no generator of clearing.{kind}"),
        }
    }

    /// Something about an obligation that is owed.
    fn obligation(&mut self, town: &Town, members: &[Member], kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let mut owed = town.obligations();
        owed.retain(|(_, entry, amount)| {
            *amount > 0 && (!matches!(kind, "dispute" | "collect") || !entry.has(flag::DISPUTED))
        });
        let Some((number, entry, amount)) = self.one(owed) else {
            return self.sense_clearing(town, "confirm");
        };
        let id = number.to_string();
        let debtor = named(members, entry.debtor.into())?;
        let creditor = named(members, entry.creditor.into())?;
        let either = match self.random.one_in(2) {
            true => debtor.clone(),
            false => creditor.clone(),
        };
        let part = (1 + self.random.below(amount)).to_string();
        let (sender, body) = match kind {
            "tender" => (
                either,
                json!({"obligations": [id], "on": !self.random.one_in(4)}),
            ),
            "record_payment" => (creditor, json!({"obligation": id, "amount": part})),
            "collect" => {
                let given: Vec<(_, Allowance)> = town.list(&town.credit, b'E');
                let ready = given.iter().any(|(key, allowance)| {
                    &key[4..] == town.clearing.as_bytes()
                        && allowance.owner == debtor.as_str()
                        && allowance.amount.pico() > CREDIT
                });
                if !ready {
                    let allow =
                        json!({"spender": town.clearing, "amount": (50 * CREDIT).to_string()});
                    return tell(&debtor, &town.credit, json!({"increase_allowance": allow}));
                }
                let some = (1 + self.random.below(amount.min(CREDIT))).to_string();
                (debtor, json!({"obligation": id, "amount": some}))
            }
            "extend" => {
                // both must name the same day
                let due = (now / (10 * DAY) + 5) * 10 * DAY;
                (either, json!({"obligation": id, "due": due.to_string()}))
            }
            _ => (either, json!({"obligation": id})),
        };
        tell(&sender, &town.clearing, json!({kind: body}))
    }

    /// What becomes of a dispute: a jury's word, or where there is none, taken back.
    fn disputed(&mut self, town: &Town, members: &[Member], kind: &str) -> Option<Step> {
        let owed = town.obligations().into_iter();
        let disputed = owed.filter(|(_, entry, amount)| *amount > 0 && entry.has(flag::DISPUTED));
        let mut judged: Vec<(u32, Entry, Option<u64>)> = disputed
            .map(|(number, entry, _)| {
                let case = mycel_clearing::state::case(number);
                let case = town
                    .sandbox
                    .read(&town.clearing, |storage| case.may_load(storage));
                (number, entry, case.ok().and_then(Result::ok).flatten())
            })
            .collect();
        judged.retain(|(.., case)| case.is_some() == (kind == "judged"));
        let Some((number, entry, case)) = self.one(judged) else {
            if kind == "withdraw_dispute" && !self.without_jury(town) {
                let none = json!({"set_parameters": {"sortition": ""}});
                return self.decides(town, &town.clearing, "constitutional", &none);
            }
            return self.sense_clearing(town, "dispute");
        };
        let about = json!({"obligation": number.to_string()});
        let Some(id) = case else {
            let by = if entry.has(flag::DISPUTED_BY_CREDITOR) {
                entry.creditor
            } else {
                entry.debtor
            };
            let sender = named(members, by.into())?;
            return tell(&sender, &town.clearing, json!({"withdraw_dispute": about}));
        };
        let outcome = if self.random.one_in(2) {
            "uphold"
        } else {
            "dismiss"
        };
        match self.jury(town, id, outcome) {
            Verdict::Step(step) => step,
            Verdict::Final(_) => tell(
                &self.someone(town),
                &town.clearing,
                json!({"judged": about}),
            ),
        }
    }

    /// In a market of one unit each: posts, then says whom it would have.
    fn choose(&mut self, town: &Town, deals: &[Member]) -> Option<Step> {
        let market = 2 + self.random.below(2) as u32;
        let posted = |tag: u8| -> Vec<u64> {
            let keys = town.keys(&town.clearing, tag).into_iter();
            let own = keys.filter(|key| be4(key, 0) == market);
            own.map(|key| u64::from(be4(&key, 4))).collect()
        };
        let (offers, needs) = (posted(b'O'), posted(b'D'));
        let expires = (town.sandbox.now() + 30 * DAY).to_string();
        let free = deals
            .iter()
            .filter(|m| !offers.contains(&m.number) && !needs.contains(&m.number));
        let free: Vec<_> = free.cloned().collect();
        for (side, kind, price) in [(&offers, "offer", 1), (&needs, "need", 30)] {
            if side.len() < 3
                && let Some(member) = self.one(free.clone())
            {
                let post =
                    json!({"market": market, "quantity": "1", "price": price, "expires": expires});
                return tell(&member.address, &town.clearing, json!({kind: post}));
            }
        }
        if self.random.one_in(6) {
            return tell(
                &self.someone(town),
                &town.clearing,
                json!({"open_allocation": {"market": market}}),
            );
        }
        let able = deals
            .iter()
            .filter(|m| offers.contains(&m.number) || needs.contains(&m.number));
        let sender = self.one(able.cloned().collect())?;
        let others = if offers.contains(&sender.number) {
            &needs
        } else {
            &offers
        };
        let mut others = others.clone();
        let mut choices = vec![];
        while choices.len() < 4 && !others.is_empty() {
            let at = self.random.below(others.len() as u64) as usize;
            choices.push(json!({"person": others.swap_remove(at).to_string()}));
        }
        tell(
            &sender.address,
            &town.clearing,
            json!({"choose": {"market": market, "choices": choices}}),
        )
    }

    /// What becomes of a promise.
    fn promised(&mut self, town: &Town, members: &[Member], kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let mut wait = None;
        let mut able = vec![];
        for (key, promise) in town.list::<Promise>(&town.clearing, b'P') {
            let id = be8(&key, 0).to_string();
            let sides = [
                (promise.from, promise.accepted_from, promise.reported_from),
                (promise.to, promise.accepted_to, promise.reported_to),
            ];
            // both sides, one after the other
            let mut both = vec![];
            for (number, accepted, reported) in sides {
                let Some(side) = members.iter().find(|m| m.number == u64::from(number)) else {
                    continue;
                };
                let sender = side.address.clone();
                match kind {
                    "accept" if !accepted && now < promise.accept_by && side.deals() => {
                        both.push((sender, json!({"accept": {"promise": id}})));
                    }
                    "return" if !promise.binds() => {
                        able.push(vec![(sender, json!({"return": {"promise": id}}))]);
                    }
                    "report" if promise.binds() && reported.is_none() => {
                        let quantity = self.random.below(promise.quantity + 1).to_string();
                        let report = json!({"report": {"promise": id, "quantity": quantity}});
                        able.push(vec![(sender, report)]);
                    }
                    "close_promise" if promise.binds() && now < promise.deliver_by => {
                        wait = Some(promise.deliver_by);
                    }
                    "close_promise" if promise.binds() => {
                        able.push(vec![(sender, json!({"close_promise": {"promise": id}}))]);
                    }
                    _ => {}
                }
            }
            if let Some((sender, _)) = both.first() {
                let quantity = self.random.below(promise.quantity + 1).to_string();
                let report = json!({"report": {"promise": id, "quantity": quantity}});
                both.push((sender.clone(), report));
            }
            able.extend((!both.is_empty()).then_some(both));
        }
        match (self.one(able), wait) {
            (Some(says), _) => {
                let says = says.into_iter();
                let steps =
                    says.map(|(sender, says)| Step::Tell(sender, town.clearing.clone(), says));
                self.burst(steps.collect())
            }
            (None, Some(when)) => self.until(town, when),
            (None, None) if matches!(kind, "report" | "close_promise") => {
                self.promised(town, members, "accept")
            }
            (None, None) => self.trade(town),
        }
    }
}
