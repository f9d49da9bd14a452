//! What people and the authority can say to members now.

use cosmwasm_std::Addr;
use mycel_kit::ladder::Step as Rung;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_members::state::{
    APPEAL, Credential, Flag, Founding, Guard, Invite, KeySet, Listing, Measure, Org, Progress,
    Sanction, Usage, Vouch,
};
use serde_json::{Value, json};

use super::tell;
use super::towards::named;
use crate::play::{HASH, Play, Step};
use crate::reach;
use crate::town::{DAY, Town, identity};
use crate::view::{Member, be4, be8, text};

impl Play {
    /// A person that takes part, but for this one.
    fn other(&mut self, members: &[Member], not: u64) -> Option<Member> {
        let able = members.iter().filter(|m| m.takes_part() && m.number != not);
        self.one(able.cloned().collect())
    }

    /// Shares of one controller or two.
    fn shares(&mut self, members: &[Member], first: &Member) -> Value {
        let second = self
            .other(members, first.number)
            .filter(|_| self.random.one_in(2));
        let controllers = match second {
            None => json!([{"person": first.number.to_string(), "bps": 10_000}]),
            Some(second) => json!([{"person": first.number.to_string(), "bps": 5_000},
                {"person": second.number.to_string(), "bps": 5_000}]),
        };
        json!({"purpose": "to see", "controllers": controllers, "threshold_bps": 5_001})
    }

    /// A passkey.
    fn passkey(&mut self) -> Value {
        let n = self.fresh();
        json!({"label": format!("phone {n}"), "key": format!("02{n:064x}"), "roles": ["pay", "vote"]})
    }

    pub(super) fn sense_members(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let all = town.members();
        let now = town.sandbox.now();
        let say = |sender: &Addr, message: Value| tell(sender, &town.members, message);
        match kind {
            "invite" => {
                let mut able: Vec<_> = all.iter().filter(|m| m.takes_part()).cloned().collect();
                able.retain(|m| m.record.step == Rung::None);
                let sponsor = self.one(able)?;
                let left = all
                    .iter()
                    .filter(|m| m.record.status == Status::Left && m.record.kind == Kind::Person);
                let back = self.one(left.map(|m| m.address.clone()).collect());
                let invited = match back.filter(|_| self.random.one_in(4)) {
                    Some(back) => back,
                    None => self.newcomer(town)?,
                };
                say(&sponsor.address, json!({"invite": {"address": invited}}))
            }
            "accept" => {
                let mut able = vec![];
                for (key, invite) in town.list::<Invite>(&town.members, b'v') {
                    let (sponsor, address) = (be8(&key, 0), Addr::unchecked(text(&key[8..])));
                    let good = all.iter().any(|m| {
                        m.number == sponsor && m.takes_part() && m.record.step == Rung::None
                    });
                    let back = all
                        .iter()
                        .find(|m| m.address == address && m.record.status == Status::Left);
                    let free = back.is_some() || town.is_stranger(&address);
                    if invite.until > now && (good || sponsor == 0) && free {
                        able.push((sponsor, address, back.and_then(|m| m.record.idc)));
                    }
                }
                let Some((sponsor, address, known)) = self.one(able) else {
                    return self.sense_members(town, "invite");
                };
                let n = self.fresh();
                let sponsor = (sponsor > 0).then(|| sponsor.to_string());
                let passkeys = match self.random.one_in(3) {
                    true => vec![self.passkey()],
                    false => vec![],
                };
                let accept = json!({"sponsor": sponsor, "handle": format!("in-{n}"),
                    "idc": known.map_or_else(|| identity(n), cosmwasm_std::to_hex), "passkeys": passkeys});
                say(&address, json!({"accept": accept}))
            }
            "join_with_export" => {
                let height = town.record_height();
                let able = town.elsewhere.iter().filter(|shown| {
                    let name = mycel_members::import::record_key(Town::ELSEWHERE, shown.number);
                    let used = mycel_members::state::imported(&name);
                    town.is_stranger(&shown.address) && !town.has(&town.members, used.bytes())
                });
                let shown = self.one(able.cloned().collect())?;
                let n = self.fresh();
                let join = shown.join(Town::ELSEWHERE, height, &format!("from-{n}"), &identity(n));
                say(&shown.address, join)
            }
            "withdraw" | "decided/drop_entry" => {
                let waiting: Vec<(_, u64)> = town.list(&town.members, b'w');
                let Some((key, place)) = self.one(waiting) else {
                    return self.sense_members(town, "accept");
                };
                if kind == "withdraw" {
                    return say(&Addr::unchecked(text(&key)), json!({"withdraw": {}}));
                }
                let drop = json!({"drop_entry": {"place": place.to_string()}});
                self.decides(town, &town.members, "ordinary", &drop)
            }
            "set_identity" => {
                let without = all
                    .iter()
                    .filter(|m| m.takes_part() && m.record.idc.is_none());
                let Some(member) = self.one(without.cloned().collect()) else {
                    return self.sense_members(town, "seed");
                };
                let idc = identity(self.fresh());
                say(&member.address, json!({"set_identity": {"idc": idc}}))
            }
            "seed" => {
                let address = self.newcomer(town)?;
                let n = self.fresh();
                let idc = self.random.one_in(2).then(|| identity(n));
                let founder =
                    json!({"address": address, "handle": format!("seed-{n}"), "idc": idc});
                self.forwards(
                    town,
                    &town.members,
                    &json!({"seed": {"members": [founder]}}),
                )
            }
            "accept_key" | "remove_key" | "set_roles" | "rotate" => self.keys(town, &all, kind),
            "set_guardians" => {
                let member = self.other(&all, 0)?;
                let able = all
                    .iter()
                    .filter(|m| m.takes_part() && m.number != member.number);
                let mut persons: Vec<_> = able.map(|m| m.number.to_string()).collect();
                let (skip, count) = (
                    self.random.below(3) as usize,
                    2 + self.random.below(2) as usize,
                );
                persons = persons.into_iter().skip(skip).take(count).collect();
                let guardians = json!({"persons": persons, "threshold": 2});
                say(&member.address, json!({"set_guardians": guardians}))
            }
            "recover" | "cancel_recovery" | "complete_recovery" => self.recovery(town, &all, kind),
            "remove_listing" => {
                let listings: Vec<(_, Listing)> = town.list(&town.members, b'l');
                let Some((key, _)) = self.one(listings) else {
                    return self.sense_members(town, "set_listing");
                };
                let owner = named(&all, be8(&key, 0))?;
                say(&owner, json!({"remove_listing": {"slot": key[8]}}))
            }
            "unvouch" => {
                let vouches: Vec<(_, Vouch)> = town.list(&town.members, b'V');
                let Some((key, _)) = self.one(vouches) else {
                    return self.sense_members(town, "vouch");
                };
                let unvouch = json!({"unvouch": {"person": be8(&key, 0).to_string()}});
                say(&named(&all, be8(&key, 8))?, unvouch)
            }
            "revoke_credential" | "disown_credential" => {
                let mut able = vec![];
                let credentials: Vec<(_, Credential)> = town.list(&town.members, b'c');
                for (key, credential) in credentials {
                    let (issuer, index) = (be8(&key, 0), be4(&key, 8));
                    let about = mycel_members::state::about(credential.subject, issuer, index);
                    if kind == "revoke_credential" && credential.revoked.is_none() {
                        let revoke = json!({"revoke_credential": {"index": index}});
                        able.push((issuer, revoke));
                    } else if kind == "disown_credential" && town.has(&town.members, about.bytes())
                    {
                        let disown = json!({"issuer": issuer.to_string(), "index": index});
                        able.push((credential.subject, json!({"disown_credential": disown})));
                    }
                }
                let Some((sender, message)) = self.one(able) else {
                    return self.sense_members(town, "issue_credential");
                };
                say(&named(&all, sender)?, message)
            }
            "found" => {
                let controller = self.other(&all, 0)?;
                let org = self.shares(&all, &controller);
                let (address, n) = (self.newcomer(town)?, self.fresh());
                let found = json!({"address": address, "handle": format!("org-{n}"), "org": org});
                say(&controller.address, json!({"found": found}))
            }
            "approve_founding" => {
                let mut able = vec![];
                for (key, founding) in town.list::<Founding>(&town.members, b'F') {
                    let address = Addr::unchecked(text(&key));
                    if founding.until <= now || !town.is_stranger(&address) {
                        continue;
                    }
                    let missing = founding
                        .org
                        .controllers
                        .iter()
                        .find(|(person, _)| !founding.approvals.contains(person));
                    let sender = match missing {
                        None => address.clone(),
                        Some((person, _)) => named(&all, *person)?,
                    };
                    able.push((sender, json!({"approve_founding": {"address": address}})));
                }
                let Some((sender, message)) = self.one(able) else {
                    return self.sense_members(town, "found");
                };
                say(&sender, message)
            }
            "propose_change" | "approve_change" => {
                let mut able = vec![];
                for (key, org) in town.list::<Org>(&town.members, b'G') {
                    let number = be8(&key, 0);
                    let active = all
                        .iter()
                        .any(|m| m.number == number && m.record.status == Status::Active);
                    if kind == "propose_change" && active {
                        able.extend(
                            org.controllers
                                .iter()
                                .map(|(person, _)| (number, *person, 0)),
                        );
                    } else if kind == "approve_change" {
                        for change in &org.waiting {
                            let asked = org.controllers.iter().chain(&change.controllers);
                            let missing =
                                asked.filter(|(person, _)| !change.approvals.contains(person));
                            able.extend(
                                missing.map(|(person, _)| (number, *person, change.serial)),
                            );
                        }
                    }
                }
                able.retain(|(_, person, _)| {
                    all.iter().any(|m| m.number == *person && m.takes_part())
                });
                let Some((org, person, serial)) = self.one(able) else {
                    let before = if kind == "propose_change" {
                        "approve_founding"
                    } else {
                        "propose_change"
                    };
                    return self.sense_members(town, before);
                };
                let sender = named(&all, person)?;
                let org = org.to_string();
                if kind == "approve_change" {
                    return say(
                        &sender,
                        json!({"approve_change": {"org": org, "serial": serial}}),
                    );
                }
                let controller = self.other(&all, 0)?;
                let change = self.shares(&all, &controller);
                let close = self.random.one_in(5);
                say(
                    &sender,
                    json!({"propose_change": {"org": org, "change": change, "close": close}}),
                )
            }
            "step_down" => {
                let (mut able, mut could) = (vec![], vec![]);
                for (key, org) in town.list::<Org>(&town.members, b'G') {
                    let (number, shared) = (be8(&key, 0), org.controllers.len() > 1);
                    for (person, _) in org.controllers.iter().filter(|_| shared) {
                        let Some(member) = all.iter().find(|m| m.number == *person) else {
                            continue;
                        };
                        if member.record.leaves {
                            able.push((number, member.address.clone()));
                        } else if member.takes_part() {
                            could.push(member.address.clone());
                        }
                    }
                }
                match (self.one(able), self.one(could)) {
                    (Some((org, sender)), _) => {
                        let org = org.to_string();
                        say(&sender, json!({"step_down": {"org": org}}))
                    }
                    (None, Some(sender)) => say(&sender, json!({"leave": {}})),
                    (None, None) => self.sense_members(town, "approve_founding"),
                }
            }
            "flag" | "vouch" | "issue_credential" => {
                let sender = self.other(&all, 0)?;
                let person = self.other(&all, sender.number)?.number.to_string();
                let body = match kind {
                    "flag" => json!({"person": person, "reasons": HASH}),
                    "vouch" => json!({"person": person, "weight": 1 + self.random.below(4)}),
                    _ => json!({"subject": person, "hash": HASH}),
                };
                say(&sender.address, json!({kind: body}))
            }
            "unflag" => {
                let mut able = vec![];
                for (key, flags) in town.list::<Vec<Flag>>(&town.members, b'f') {
                    let live = flags.iter().filter(|flag| flag.until > now);
                    able.extend(live.map(|flag| (be8(&key, 0), flag.by)));
                }
                let Some((person, by)) = self.one(able) else {
                    return self.sense_members(town, "flag");
                };
                say(
                    &named(&all, by)?,
                    json!({"unflag": {"person": person.to_string()}}),
                )
            }
            "accuse" | "advance/case" => self.climb(town),
            "appeal" => {
                let mut able = vec![];
                for (key, sanction) in town.list::<Sanction>(&town.members, b's') {
                    let number = be8(&key, 0);
                    let pending = mycel_members::state::pending(number, APPEAL);
                    let judged = town.sandbox.read(&town.members, |storage| {
                        let measure = pending.may_load(storage).expect("a number")?;
                        mycel_members::state::measure(measure)
                            .may_load(storage)
                            .expect("a measure")
                    });
                    let open = judged
                        .ok()
                        .flatten()
                        .is_some_and(|m: Measure| m.progress == Progress::Open);
                    if sanction.rung.step != Rung::None && !sanction.appealed && !open {
                        able.extend(named(&all, number));
                    }
                }
                let Some(sender) = self.one(able) else {
                    return self.climb(town);
                };
                say(&sender, json!({"appeal": {"reasons": HASH}}))
            }
            "settle" => {
                let mut able = vec![];
                for (key, sanction) in town.list::<Sanction>(&town.members, b's') {
                    let number = be8(&key, 0);
                    if sanction.rung.step == Rung::Suspended && now < sanction.rung.until {
                        able.extend(sanction.basis.iter().map(|by| (number, *by)));
                        able.push((number, number));
                    }
                }
                let Some((person, by)) = self.one(able) else {
                    return self.climb(town);
                };
                say(
                    &named(&all, by)?,
                    json!({"settle": {"person": person.to_string()}}),
                )
            }
            "advance" | "advance/limit" => {
                let limit = 1 + self.random.below(50);
                say(&self.someone(town), json!({"advance": {"limit": limit}}))
            }
            "advance/person" => self.farewell(town),
            "backfill" => {
                let after = self.random.below(all.len() as u64 + 1).to_string();
                let backfill = json!({"after": after, "limit": 1 + self.random.below(50)});
                say(&self.someone(town), json!({"backfill": backfill}))
            }
            "leave" => {
                // not too many: who is gone is gone
                let own = |m: &&Member| {
                    let usage = mycel_members::state::usage(m.number);
                    let usage = town
                        .sandbox
                        .read(&town.members, |storage| usage.may_load(storage));
                    let usage: Option<Usage> = usage.ok().and_then(Result::ok).flatten();
                    usage.is_none_or(|usage| usage.orgs.is_empty())
                };
                let able: Vec<_> = all
                    .iter()
                    .filter(|m| m.takes_part())
                    .filter(own)
                    .cloned()
                    .collect();
                if able.len() < 6 {
                    return self.sense_members(town, "seed");
                }
                let sender = self.one(able)?;
                say(&sender.address, json!({"leave": {}}))
            }
            "set_handle" | "add_key" | "set_passkeys" | "set_listing" | "attest" => {
                let sender = self.other(&all, 0)?;
                let n = self.fresh();
                let body = match kind {
                    "set_handle" => json!({"handle": format!("name-{n}")}),
                    "add_key" => {
                        json!({"address": self.newcomer(town)?, "roles": ["pay", "vote"]})
                    }
                    "set_passkeys" => json!({"passkeys": [self.passkey(), self.passkey()]}),
                    "set_listing" => {
                        let listing = json!({"kind": "offer", "name": format!("bread {n}"), "quantity": n.to_string(),
                            "unit": "loaf", "tags": ["food"], "until": (now + DAY).to_string()});
                        json!({"slot": self.random.below(32), "listing": listing})
                    }
                    _ => json!({}),
                };
                say(&sender.address, json!({kind: body}))
            }
            "decided" => {
                let kind = *self.random.pick(reach::MEMBERS_DECISIONS);
                self.sense(town, kind)
            }
            "decided/set_parameters" => {
                let places = [0, 2, 1_000][self.random.below(3) as usize];
                let numbers =
                    json!({"allowed_places": places, "flags_open": 3 + self.random.below(7)});
                let message = json!({"set_parameters": {"numbers": numbers}});
                self.decides(town, &town.members, "constitutional", &message)
            }
            "decided/set_peers" => {
                let items = match self.random.one_in(2) {
                    true => json!([town.sortition, town.clearing]),
                    false => json!([town.clearing, town.sortition]),
                };
                let message = json!({"set_peers": {"items": items}});
                self.decides(town, &town.members, "constitutional", &message)
            }
            "decided/admit" => {
                let admit = json!({"admit": {"address": self.newcomer(town)?}});
                self.decides(town, &town.members, "ordinary", &admit)
            }
            "decided/record_header" => {
                let header = town.other_header(self.random.below(1 << 30));
                self.decides(town, &town.members, "constitutional", &header)
            }
            _ => panic!("no generator of members.{kind}"),
        }
    }

    /// Somebody whom nobody knows here.
    fn newcomer(&mut self, town: &Town) -> Option<Addr> {
        let strangers = town
            .people
            .iter()
            .filter(|address| town.is_stranger(address));
        self.one(strangers.cloned().collect())
    }

    /// Addresses of one person.
    fn keys(&mut self, town: &Town, all: &[Member], kind: &str) -> Option<Step> {
        let mut able = vec![];
        for (key, keys) in town.list::<KeySet>(&town.members, b'k') {
            let number = be8(&key, 0);
            let Some(member) = all
                .iter()
                .find(|m| m.number == number && m.record.status != Status::Left)
            else {
                continue;
            };
            let own = &member.address;
            match kind {
                "accept_key" => {
                    let asked = keys
                        .asked
                        .iter()
                        .map(|(address, _)| Addr::unchecked(address));
                    let free = asked.filter(|address| town.is_stranger(address));
                    able.extend(free.map(|address| {
                        (
                            address,
                            json!({"accept_key": {"person": number.to_string()}}),
                        )
                    }));
                }
                _ => {
                    let others = keys
                        .addresses
                        .iter()
                        .filter(|address| address.as_str() != own.as_str());
                    able.extend(others.map(|address| {
                        let body = match kind {
                            "rotate" => json!({"to": address}),
                            "set_roles" => json!({"address": address, "roles": ["pay", "recover"]}),
                            _ => json!({"address": address}),
                        };
                        (own.clone(), json!({kind: body}))
                    }));
                }
            }
        }
        match self.one(able) {
            Some((sender, message)) => tell(&sender, &town.members, message),
            None if kind == "accept_key" => self.sense_members(town, "add_key"),
            None => self.sense_members(town, "accept_key"),
        }
    }

    /// Guardians move an account.
    fn recovery(&mut self, town: &Town, all: &[Member], kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let say = |sender: &Addr, message: Value| tell(sender, &town.members, message);
        let mut wait = None;
        let mut able = vec![];
        for (key, guard) in town.list::<Guard>(&town.members, b'g') {
            let number = be8(&key, 0);
            let Some(member) = all
                .iter()
                .find(|m| m.number == number && m.record.status != Status::Left)
            else {
                continue;
            };
            let person = number.to_string();
            match (kind, guard.recoveries.first()) {
                ("recover", running) if guard.quiet_until <= now => {
                    let to = match running {
                        Some(running) => Addr::unchecked(&running.to),
                        None => self.newcomer(town)?,
                    };
                    let asked = running.map_or(&[][..], |running| &running.approvals[..]);
                    let guardians = guard
                        .persons
                        .iter()
                        .filter(|person| !asked.contains(person));
                    let guardians = guardians.filter_map(|person| {
                        all.iter().find(|m| m.number == *person && m.takes_part())
                    });
                    if town.is_stranger(&to) {
                        able.extend(guardians.map(|m| {
                            (
                                m.address.clone(),
                                json!({"recover": {"person": person, "to": to}}),
                            )
                        }));
                    }
                }
                ("cancel_recovery", Some(_)) => {
                    able.push((member.address.clone(), json!({"cancel_recovery": {}})));
                }
                ("complete_recovery", Some(running)) => match running.ready_at {
                    Some(ready) if now < ready => wait = Some(ready),
                    Some(_) if town.is_stranger(&Addr::unchecked(&running.to)) => {
                        let complete = json!({"complete_recovery": {"person": person}});
                        able.push((Addr::unchecked(&running.to), complete));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        match (self.one(able), wait) {
            (Some((sender, message)), _) => say(&sender, message),
            (None, Some(ready)) => self.until(town, ready),
            (None, None) if kind == "recover" => self.sense_members(town, "set_guardians"),
            (None, None) => self.sense_members(town, "recover"),
        }
    }
}
