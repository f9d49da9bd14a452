//! What accounts' owners, holders and the authority can say to credit now.

use cosmwasm_std::Addr;
use mycel_credit::assessment::Assessment;
use mycel_credit::starter::Promise;
use mycel_credit::state::{Allowance, Hold, Plan, Pool, PoolStatus, Request, Status};
use mycel_kit::Amount;
use mycel_kit::peers::sortition::Drawn;
use mycel_sandbox::address;
use serde_json::{Value, json};

use super::tell;
use crate::play::{Play, Step};
use crate::reach;
use crate::town::{CREDIT, DAY, Town, base64};
use crate::view::{Holding, be4, be8, text};

fn named(all: &[Holding], number: u32) -> Option<&Holding> {
    all.iter().find(|holding| holding.number == number)
}

impl Play {
    /// Somebody who can pay, and how much.
    pub(super) fn payer(&mut self, all: &[Holding]) -> Option<(Holding, u64)> {
        let able = all.iter().filter(|h| h.pays() && h.headroom() > 1_000);
        let payer = self.one(able.cloned().collect())?;
        let most = payer.headroom().min(60 * CREDIT);
        Some((payer, 1 + self.random.below(most)))
    }

    /// Somebody else who can be paid.
    fn payee(&mut self, all: &[Holding], not: u32) -> Option<Holding> {
        let able = all.iter().filter(|h| h.receives() && h.number != not);
        self.one(able.cloned().collect())
    }

    pub(super) fn sense_credit(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let all = town.holdings();
        let now = town.sandbox.now();
        let say = |sender: &Addr, message: Value| tell(sender, &town.credit, message);
        let id = self.id();
        match kind {
            "pay" | "transfer" | "request" | "increase_allowance" | "ask_assume" => {
                let (payer, amount) = self.payer(&all)?;
                let other = self.payee(&all, payer.number)?;
                let (to, amount) = (other.owner, amount.to_string());
                let message = match kind {
                    "pay" if self.random.one_in(2) => {
                        json!({"pay": {"to": to, "amount": amount, "ref": format!("r{id}"), "memo": "m"}})
                    }
                    "pay" => json!({"pay": {"to": to, "amount": amount}}),
                    "transfer" => json!({"transfer": {"recipient": to, "amount": amount}}),
                    "request" => {
                        json!({"request": {"from": to, "amount": amount, "ref": format!("r{id}")}})
                    }
                    "ask_assume" => json!({"ask_assume": {"by": to, "amount": amount}}),
                    _ => {
                        let spender = match self.random.below(4) {
                            0 => town.clearing.clone(),
                            1 => self.someone(town),
                            _ => to,
                        };
                        json!({"increase_allowance": {"spender": spender, "amount": amount}})
                    }
                };
                say(&payer.owner, message)
            }
            "accept_request" | "decline" | "cancel" => {
                let mut open: Vec<(_, Request)> = town.list(&town.credit, b'R');
                if kind == "accept_request" {
                    open.retain(|(_, request)| {
                        let payer = named(&all, request.payer).filter(|payer| payer.pays());
                        let most = payer.map_or(0, Holding::headroom);
                        now < request.expires && request.amount.pico() <= most
                    });
                }
                let Some((key, request)) = self.one(open) else {
                    return self.sense_credit(town, "request");
                };
                let side = match kind {
                    "cancel" => request.payee,
                    _ => request.payer,
                };
                let id = be8(&key, 0).to_string();
                say(&named(&all, side)?.owner, json!({kind: {"request": id}}))
            }
            "ask_refund" => {
                let paid: Vec<(_, u128)> = town.list(&town.credit, b'D');
                let (key, _) = self.one(paid)?;
                let (payer, payee) = (named(&all, be4(&key, 0))?, named(&all, be4(&key, 4))?);
                let reference = text(&key[8..]);
                say(
                    &payer.owner,
                    json!({"ask_refund": {"ref": reference, "from": payee.owner}}),
                )
            }
            "hold" => {
                let (payer, amount) = self.payer(&all)?;
                let hold = json!({"for": town.holder, "amount": amount.to_string(), "msg": "e30="});
                say(&payer.owner, json!({"hold": hold}))
            }
            "resolve" | "resolve/capture" | "resolve/release" => {
                let mut holds: Vec<(_, Hold)> = town.list(&town.credit, b'H');
                holds.retain(|(_, hold)| hold.holder == town.holder.as_str());
                let Some((key, hold)) = self.one(holds) else {
                    return self.sense_credit(town, "hold");
                };
                let id = be8(&key, 0).to_string();
                let to = self.payee(&all, u32::MAX)?.owner;
                let most = u64::try_from(hold.amount / 2).unwrap_or(0);
                let item = if most == 0 || kind == "resolve/release" {
                    json!({"release": {"hold": id}})
                } else {
                    let amount = (1 + self.random.below(most)).to_string();
                    json!({"capture": {"hold": id, "amount": amount, "to": to}})
                };
                say(&town.holder, json!({"resolve": {"items": [item]}}))
            }
            "expire_hold" => {
                let holds: Vec<(_, Hold)> = town.list(&town.credit, b'H');
                let Some((key, hold)) = self.one(holds) else {
                    return self.sense_credit(town, "hold");
                };
                if now < hold.expires {
                    return self.until(town, hold.expires);
                }
                let id = be8(&key, 0).to_string();
                say(&self.someone(town), json!({"expire_hold": {"hold": id}}))
            }
            "open_pool" => {
                let opener = self.payee(&all, u32::MAX)?;
                let to = self.payee(&all, opener.number)?;
                let deadline = (now + 1 + self.random.below(60 * DAY)).to_string();
                let target = ((1 + self.random.below(100)) * CREDIT).to_string();
                let pool = json!({"to": to.owner, "target": target, "deadline": deadline, "ref": format!("r{id}")});
                say(&opener.owner, json!({"open_pool": pool}))
            }
            "pledge" => {
                let mut pools: Vec<(_, Pool)> = town.list(&town.credit, b'Z');
                pools.retain(|(_, pool)| pool.status == PoolStatus::Open && now < pool.deadline);
                let Some((key, pool)) = self.one(pools) else {
                    return self.sense_credit(town, "open_pool");
                };
                let others: Vec<_> = all.into_iter().filter(|h| h.number != pool.to).collect();
                let (payer, amount) = self.payer(&others)?;
                let pledge =
                    json!({"pool": be8(&key, 0).to_string(), "amount": amount.to_string()});
                say(&payer.owner, json!({"pledge": pledge}))
            }
            "advance_pool" => {
                let mut pools: Vec<(_, Pool)> = town.list(&town.credit, b'Z');
                pools.retain(|(_, pool)| {
                    let over = pool.status != PoolStatus::Open || now >= pool.deadline;
                    over && (!pool.open.is_empty() || pool.pledged == 0)
                });
                let Some((key, _)) = self.one(pools) else {
                    return self.sense_credit(town, "pledge");
                };
                let limit = 1 + self.random.below(3);
                let advance = json!({"pool": be8(&key, 0).to_string(), "limit": limit});
                say(&self.someone(town), json!({"advance_pool": advance}))
            }
            "assume_debt" => {
                let asked: Vec<(_, Amount)> = town.list(&town.credit, b'U');
                let mut able = vec![];
                for (key, amount) in asked {
                    let (from, by) = (named(&all, be4(&key, 0))?, named(&all, be4(&key, 4))?);
                    let debt = u64::try_from(-from.account.position).unwrap_or(0);
                    let most = amount.pico().min(debt).min(by.headroom());
                    if most > 0 && by.pays() {
                        able.push((from.owner.clone(), by.owner.clone(), most));
                    }
                }
                let Some((from, by, most)) = self.one(able) else {
                    let debtors = all
                        .iter()
                        .filter(|h| h.account.position < 0 && h.receives());
                    let debtor = self.one(debtors.cloned().collect())?;
                    let (by, amount) = self.payer(&all)?;
                    let ask = json!({"by": by.owner, "amount": amount.to_string()});
                    return say(&debtor.owner, json!({"ask_assume": ask}));
                };
                let amount = (1 + self.random.below(most)).to_string();
                say(
                    &by,
                    json!({"assume_debt": {"from": from, "amount": amount}}),
                )
            }
            "close_to" => {
                let able = all
                    .iter()
                    .filter(|h| h.account.position > 0 && !h.account.frozen && h.receives());
                let owner = self.one(able.cloned().collect())?;
                let to = self.payee(&all, owner.number)?;
                let to = self.random.one_in(2).then_some(to.owner);
                say(&owner.owner, json!({"close_to": {"to": to}}))
            }
            "plan_repayment" => {
                let leaving = all.iter().filter(|h| h.account.status == Status::Leaving);
                let Some(owner) = self.one(leaving.cloned().collect()) else {
                    return self.sense_members(town, "leave");
                };
                let months = 1 + self.random.below(24);
                say(&owner.owner, json!({"plan_repayment": {"months": months}}))
            }
            "advance_exit" => self.default(town, &all),
            "settle" => {
                let accounts: Vec<_> = (0..1 + self.random.below(5))
                    .filter_map(|_| self.payee(&all, u32::MAX))
                    .map(|holding| holding.owner)
                    .collect();
                say(
                    &self.someone(town),
                    json!({"settle": {"accounts": accounts}}),
                )
            }
            "distribute" => say(&self.someone(town), json!({"distribute": {}})),
            // what only members says, from what leads there
            "open_account" => self.sense_members(town, "accept"),
            "set_standing" => self.climb(town),
            "set_leaving" => self.sense_members(town, "leave"),
            "close_account" => self.farewell(town),
            "rotate" => self.sense_members(town, "rotate"),
            "open_accounts" => {
                let accounts: Vec<_> = (0..1 + self.random.below(3))
                    .map(|_| {
                        let owner = address(&format!("account {}", self.fresh()));
                        json!({"owner": owner, "kind": "org"})
                    })
                    .collect();
                let open = json!({"open_accounts": {"accounts": accounts}});
                // only where nobody else does
                let without = |members: &str| {
                    let action = json!({"set_parameters": {"members": members}});
                    json!({"decided": {"contract": town.credit, "action": base64(&action)}})
                };
                let open = json!({"execute": {"contract": town.credit, "msg": base64(&open)}});
                self.wanted.retain(|(class, _)| *class != "constitutional");
                let all = [without(""), open, without(town.members.as_str())];
                self.wanted
                    .extend(all.map(|action| ("constitutional", action)));
                self.govern(town)
            }
            "set_limit" | "decided/set_limit" => {
                let owner = self.payee(&all, u32::MAX)?.owner;
                let limit = (self.random.below(2_000) * CREDIT).to_string();
                let message = json!({"set_limit": {"owner": owner, "limit": limit}});
                match kind {
                    "set_limit" => self.forwards(town, &town.credit, &message),
                    _ => self.decides(town, &town.credit, "ordinary", &message),
                }
            }
            "set_parameters" | "decided/set_parameters" => {
                let changes = match self.random.below(4) {
                    0 => {
                        json!({"economy": {"exempt": (self.random.below(20) * CREDIT).to_string()}})
                    }
                    1 => {
                        json!({"default_limit": ((500 + self.random.below(900)) * CREDIT).to_string()})
                    }
                    2 => json!({"starter_grant": (1_000 * CREDIT).to_string()}),
                    _ => json!({"rate_ppb_per_day": self.random.below(3_000_000)}),
                };
                let message = json!({"set_parameters": changes});
                match kind {
                    "set_parameters" => self.forwards(town, &town.credit, &message),
                    _ => self.decides(town, &town.credit, "constitutional", &message),
                }
            }
            "decided" => {
                let kind = *self.random.pick(reach::CREDIT_DECISIONS);
                self.sense(town, kind)
            }
            "decided/spend_commons" => {
                let to = self.payee(&all, u32::MAX)?.owner;
                let most = town.spendable();
                if most < 2 {
                    return self.fills_commons(town);
                }
                let amount = (1 + self.random.below(most)).to_string();
                let spend = match self.random.one_in(3) {
                    true => json!({"hold_for": town.holder, "amount": amount, "msg": "e30="}),
                    false => json!({"to": to, "amount": amount}),
                };
                self.decides(
                    town,
                    &town.credit,
                    "spending",
                    &json!({"spend_commons": spend}),
                )
            }
            "decided/write_off" => self.write_off(town, &all),
            "decided/open_mirror" => {
                let owner = address(&format!("account {}", self.fresh()));
                let open = json!({"owner": owner, "limit": (100 * CREDIT).to_string()});
                self.decides(
                    town,
                    &town.credit,
                    "constitutional",
                    &json!({"open_mirror": open}),
                )
            }
            "ask_assessment" => {
                let deals = town.members().into_iter().filter(|m| m.takes_part());
                let asks = self.one(deals.collect())?;
                say(&asks.address, json!({"ask_assessment": {}}))
            }
            "set_factors" => self.assess(town, &all),
            "close_assessment" => {
                let open: Vec<(_, Assessment)> = town.list(&town.credit, b'j');
                let Some((key, open)) = self.one(open) else {
                    return self.sense_credit(town, "ask_assessment");
                };
                if !open.over(now) {
                    return self.until(town, open.expires);
                }
                let member = &named(&all, be4(&key, 0))?.owner;
                say(
                    &self.someone(town),
                    json!({"close_assessment": {"member": member}}),
                )
            }
            "release_starter" => {
                let mut promises: Vec<(_, Promise)> = town.list(&town.credit, b's');
                promises.retain(|(key, promise)| {
                    let receives = named(&all, be4(key, 0)).is_some_and(Holding::receives);
                    now <= promise.until && receives
                });
                promises.truncate(2);
                let (key, _) = self.one(promises)?;
                let member = named(&all, be4(&key, 0))?.clone();
                if !self.random.one_in(3) {
                    let others = all.iter().filter(|h| h.number != member.number);
                    let others = others.filter(|h| h.person.is_some()).cloned();
                    let (payer, _) = self.payer(&others.collect::<Vec<_>>())?;
                    let amount = payer.headroom().min(150 * CREDIT).to_string();
                    let pay = json!({"to": member.owner, "amount": amount});
                    return say(&payer.owner, json!({"pay": pay}));
                }
                let partners = all.iter().filter(|h| h.number != member.number);
                let partners: Vec<_> = partners.map(|h| &h.owner).take(50).collect();
                let release = json!({"member": member.owner, "partners": partners});
                say(&self.someone(town), json!({"release_starter": release}))
            }
            "advance" => {
                let limit = 1 + self.random.below(4_000);
                say(&self.someone(town), json!({"advance": {"limit": limit}}))
            }
            "send" => {
                let others = all.iter().filter(|h| h.owner != town.holder).cloned();
                let (payer, amount) = self.payer(&others.collect::<Vec<_>>())?;
                let send =
                    json!({"contract": town.holder, "amount": amount.to_string(), "msg": "e30="});
                say(&payer.owner, json!({"send": send}))
            }
            "burn" => {
                let rich = all
                    .iter()
                    .filter(|h| h.pays() && h.account.position > 1_000);
                let owner = self.one(rich.cloned().collect())?;
                let most = u64::try_from(owner.account.position / 2).unwrap_or(1);
                let amount = (1 + self.random.below(most.min(CREDIT))).to_string();
                say(&owner.owner, json!({"burn": {"amount": amount}}))
            }
            "shown" => {
                let who = self.someone(town);
                self.raises(town, &who)
            }
            "decrease_allowance" | "transfer_from" | "send_from" | "burn_from" => {
                self.allowed(town, &all, kind)
            }
            "mint" | "update_minter" | "update_marketing" | "upload_logo" => {
                let (payer, amount) = self.payer(&all)?;
                let (owner, amount) = (&payer.owner, amount.to_string());
                let body = match kind {
                    "mint" => json!({"recipient": owner, "amount": amount}),
                    "upload_logo" => json!({"url": "https://example.org/logo"}),
                    _ => json!({}),
                };
                say(owner, json!({kind: body}))
            }
            _ => panic!("no generator of credit.{kind}"),
        }
    }

    /// Under an allowance.
    fn allowed(&mut self, town: &Town, all: &[Holding], kind: &str) -> Option<Step> {
        let given: Vec<(_, Allowance)> = town.list(&town.credit, b'E');
        let mut able = vec![];
        for (key, allowance) in given {
            let owner = named(all, be4(&key, 0))?;
            let spender = Addr::unchecked(text(&key[4..]));
            let most = match kind {
                "decrease_allowance" => allowance.amount.pico(),
                // money, not headroom
                "burn_from" => {
                    let money = u64::try_from(owner.account.position / 2).unwrap_or(0);
                    allowance.amount.pico().min(money)
                }
                _ => allowance.amount.pico().min(owner.headroom()),
            };
            let usable =
                kind == "decrease_allowance" || (owner.pays() && owner.owner != town.holder);
            if most > 0 && allowance.owner == owner.owner.as_str() && usable {
                able.push((owner.clone(), spender, most));
            }
        }
        let Some((owner, spender, most)) = self.one(able) else {
            return self.sense_credit(town, "increase_allowance");
        };
        let amount = (1 + self.random.below(most)).to_string();
        let (sender, body) = match kind {
            "decrease_allowance" => (
                owner.owner.clone(),
                json!({"spender": spender, "amount": amount}),
            ),
            "burn_from" => (spender, json!({"owner": owner.owner, "amount": amount})),
            "transfer_from" => {
                let to = self.payee(all, owner.number)?.owner;
                (
                    spender,
                    json!({"owner": owner.owner, "recipient": to, "amount": amount}),
                )
            }
            _ => (
                spender,
                json!({"owner": owner.owner, "contract": town.holder, "amount": amount, "msg": "e30="}),
            ),
        };
        tell(&sender, &town.credit, json!({kind: body}))
    }

    /// A leaving member falls behind the plan.
    fn default(&mut self, town: &Town, all: &[Holding]) -> Option<Step> {
        let plans: Vec<(_, Plan)> = town.list(&town.credit, b'L');
        let now = town.sandbox.now();
        for (key, plan) in plans {
            let owner = named(all, be4(&key, 0))?;
            let debt = -owner.account.position;
            if owner.account.status != Status::Leaving || debt <= 0 {
                continue;
            }
            if debt > plan.allowed(now) {
                let member = json!({"advance_exit": {"member": owner.owner}});
                return tell(&self.someone(town), &town.credit, member);
            }
            return self.until(town, now + 30 * DAY);
        }
        // a debtor leaves
        let debtors = all.iter().filter(|h| h.pays() && h.account.position < 0);
        let debtor = self.one(debtors.cloned().collect())?;
        tell(&debtor.owner, &town.members, json!({"leave": {}}))
    }

    /// A jury says that a debt is lost, and it is written off.
    fn write_off(&mut self, town: &Town, all: &[Holding]) -> Option<Step> {
        let debtors = all
            .iter()
            .filter(|h| h.receives() && h.account.position < 0);
        let debtors: Vec<_> = debtors.filter(|h| h.person.is_some()).collect();
        for (id, case) in town.cases() {
            let used = town.has(&town.credit, mycel_credit::state::case(id).bytes());
            let debtor = debtors
                .iter()
                .find(|h| h.person.is_some_and(|p| case.parties.contains(&p)));
            let (false, "default", Some(debtor)) = (used, case.kind.as_str(), debtor) else {
                continue;
            };
            match self.jury(town, id, "default") {
                super::juries::Verdict::Final(outcome) if outcome == "default" => {
                    let off = json!({"member": debtor.owner, "case": id.to_string()});
                    return self.decides(
                        town,
                        &town.credit,
                        "ordinary",
                        &json!({"write_off": off}),
                    );
                }
                super::juries::Verdict::Step(step) => return step,
                _ => {}
            }
        }
        let debtor = self.one(debtors.into_iter().cloned().collect())?;
        let party = debtor.person?.to_string();
        self.decides_case(town, "default", &party)
    }

    /// An assessor who was drawn answers; or they are drawn.
    fn assess(&mut self, town: &Town, all: &[Holding]) -> Option<Step> {
        let now = town.sandbox.now();
        let mut open: Vec<(_, Assessment)> = town.list(&town.credit, b'j');
        open.retain(|(_, open)| !open.over(now));
        let Some((key, open)) = self.one(open) else {
            return self.sense_credit(town, "ask_assessment");
        };
        let subject = named(all, be4(&key, 0))?;
        let members = town.members();
        let drawn: Drawn = {
            let asked = json!({"drawn": {"ref": open.draw()}});
            town.sandbox.query(&town.sortition, &asked).ok()?
        };
        if !drawn.done {
            let named = mycel_sortition::juries::record::named(&open.draw());
            let read = town
                .sandbox
                .read(&town.sortition, |storage| named.load(storage));
            return match self.jury(town, read.ok()?.ok()?, "") {
                super::juries::Verdict::Step(step) => step,
                super::juries::Verdict::Final(_) => None,
            };
        }
        let able = members.iter().filter(|m| {
            let given = |holding: &Holding| open.given.iter().any(|(g, _)| *g == holding.number);
            let account = all.iter().find(|h| h.owner == m.address);
            m.deals()
                && drawn.persons.iter().any(|p| p.0 == m.number)
                && account.is_some_and(|account| !given(account))
        });
        let Some(assessor) = self.one(able.cloned().collect()) else {
            return self.sense_credit(town, "ask_assessment");
        };
        let mut factor = || 2_500 + self.random.below(17_000);
        let factors = json!({"member": subject.owner, "skills": factor(), "time": factor(),
            "tools": factor(), "resources": factor()});
        tell(
            &assessor.address,
            &town.credit,
            json!({"set_factors": factors}),
        )
    }
}
