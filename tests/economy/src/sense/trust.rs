//! What can be said to trust now: viewing keys, deals, ratings, folds, proofs at
//! gates. Proofs are the mock verifier's; ratings, keys of deals and commitments
//! are honest ones.

use cosmwasm_std::{Addr, Binary, HexBinary};
use mycel_kit::peers::trust::GateTerm;
use mycel_mailbox::entry::Rating;
use mycel_mailbox::{DealKey, Direction, Fr, element, rating_commitment, tag};
use mycel_sandbox::mock_proof;
use mycel_trust::deals::ask::{DealView, DealsResponse};
use mycel_trust::keys::rekey::scope;
use mycel_trust::mailbox::ask::{EntriesResponse, MailboxResponse, StatusResponse};
use serde_json::{Value, json};

use super::tell;
use crate::play::{Play, Step};
use crate::reach;
use crate::scores::bytes;
use crate::town::{
    DAY, GATE_CREDIT, GATE_DRAWS, GATE_ROUNDS, TRUST_PAIR_CAP, TRUST_TIMES, Town, gate, identity,
};
use crate::view::be8;

type Element = [u8; 32];

/// A rating, as its writer sealed it: always the same for a deal and direction.
struct Sealed {
    c: Element,
    ct: Element,
    rho: Element,
    packed: Element,
    inputs: [Element; 6],
    said: (Rating, Fr),
}

const SALT: Element = [7; 32];

/// The secret that two persons share.
fn shared(a: u64, b: u64) -> Element {
    let mut shared = [9; 32];
    shared[..8].copy_from_slice(&a.to_be_bytes());
    shared[8..16].copy_from_slice(&b.to_be_bytes());
    shared
}

fn sealed(deal: &DealView, dir: u8) -> Option<Sealed> {
    let key = DealKey::new(shared(deal.a.0, deal.b.0), &bytes(&deal.element)).ok()?;
    let said = Rating {
        outcome: !deal.deal.0.is_multiple_of(4),
        weight: deal.weight,
        eco: (deal.deal.0 * 7 % 1_001) as u16,
        reciprocity: (deal.deal.0 * 13 % 1_001) as u16,
    };
    let sealed = key.seal(Direction::try_from(dir).ok()?, &said).ok()?;
    Some(Sealed {
        c: element(&sealed.c),
        ct: element(&sealed.ct),
        rho: element(&sealed.rho),
        packed: tag::small(said.packed()),
        said: (said, sealed.rho),
        inputs: [
            element(&key.k()),
            element(&key.deal),
            tag::small(dir.into()),
            tag::small(deal.weight.into()),
            element(&sealed.ct),
            element(&sealed.c),
        ],
    })
}

impl Town {
    fn trusts<T: serde::de::DeserializeOwned>(&self, question: &Value) -> Option<T> {
        self.sandbox.query(&self.trust, question).ok()
    }

    fn mailbox(&self, person: u64) -> Option<MailboxResponse> {
        self.trusts(&json!({"mailbox": {"person": person.to_string()}}))
    }

    fn instance(&self) -> Option<Element> {
        let told: Value = self.trusts(&json!({"parameters": {}}))?;
        let text = told["instance"].as_str()?;
        Some(bytes(&HexBinary::from_hex(text).ok()?))
    }

    fn root(&self, slot: u64) -> Option<Element> {
        let told: Value = self.trusts(&json!({"root": {"slot": slot.to_string()}}))?;
        Some(bytes(&HexBinary::from_hex(told["root"].as_str()?).ok()?))
    }
}

impl Play {
    pub(super) fn sense_trust(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let who = self.someone(town);
        let say = |sender: &Addr, message: Value| tell(sender, &town.trust, message);
        match kind {
            "enrol" => {
                let kind = *self
                    .random
                    .pick(&["members.set_identity", "members.accept"]);
                self.sense(town, kind)
            }
            "set_leaf" => {
                let kind = *self.random.pick(&["members.vouch", "members.unvouch"]);
                self.sense(town, kind)
            }
            "retire" => self.sense(town, "members.advance/person"),
            "approve_reset" => say(&who, json!({"approve_reset": {"person": "1"}})),
            "publish_viewing_key" => {
                let mut key = [1; 32];
                key[..8].copy_from_slice(&(self.fresh() as u64).to_be_bytes());
                let key = HexBinary::from(key);
                say(&who, json!({"publish_viewing_key": {"key": key}}))
            }
            "open_deal" => self.offers(town, &who),
            "accept_deal" | "cancel_deal" => {
                let (accepts, now) = (kind == "accept_deal", town.sandbox.now());
                let fits = |deal: &DealView, person| {
                    deal.stage == "offered"
                        && deal.until.0 > now
                        && (!accepts || deal.b.0 == person)
                };
                let Some((who, _, deal)) = self.dealing(town, fits) else {
                    return self.sense_trust(town, "open_deal");
                };
                say(&who, json!({kind: {"deal": deal.deal}}))
            }
            "commit_rating" => {
                let now = town.sandbox.now();
                let fits = |deal: &DealView, person| {
                    let dir = usize::from(deal.b.0 == person);
                    deal.stage == "running" && deal.until.0 > now && !deal.ratings[dir].promised
                };
                let Some((who, person, deal)) = self.dealing(town, fits) else {
                    return self.sense_trust(town, "accept_deal");
                };
                let one = sealed(&deal, u8::from(deal.b.0 == person))?;
                let hash = HexBinary::from(rating_commitment(&one.c, &one.ct, &SALT));
                say(
                    &who,
                    json!({"commit_rating": {"deal": deal.deal, "hash": hash}}),
                )
            }
            "open_rating" => self.opens_rating(town, &who),
            "dispute_rating" => {
                let now = town.sandbox.now();
                let fits = |deal: &DealView, person| {
                    let one = &deal.ratings[usize::from(deal.a.0 == person)];
                    one.rating == "opened" && one.due.is_some_and(|due| due.0 > now)
                };
                let Some((who, person, deal)) = self.dealing(town, fits) else {
                    return self.sense_trust(town, "open_rating");
                };
                let dir = u8::from(deal.a.0 == person);
                let one = sealed(&deal, dir)?;
                say(
                    &who,
                    json!({"dispute_rating": {"deal": deal.deal, "dir": dir,
                        "packed": HexBinary::from(one.packed), "rho": HexBinary::from(one.rho)}}),
                )
            }
            "advance_dispute" => {
                let fits =
                    |deal: &DealView, _| deal.ratings.iter().any(|one| one.rating == "disputed");
                let Some((who, _, deal)) = self.dealing(town, fits) else {
                    return self.sense_trust(town, "dispute_rating");
                };
                let one = deal.ratings.iter().find(|one| one.rating == "disputed")?;
                if !self.random.one_in(3) {
                    let towards = [
                        "sortition.commit_vote",
                        "sortition.reveal_vote",
                        "sortition.advance/case",
                    ];
                    let kind = *self.random.pick(&towards);
                    return self.sense(town, kind);
                }
                say(
                    &who,
                    json!({"advance_dispute": {"deal": deal.deal, "dir": one.dir}}),
                )
            }
            "fold" => self.folds(town),
            "rekey" => self.rekeys(town, &who),
            "reset" => {
                let Some(who) = self.approved(town) else {
                    return self.sense_trust(town, "decided/approve_reset");
                };
                let idc = identity(self.fresh());
                say(&who, json!({"reset": {"idc": idc}}))
            }
            "show" => match self.random.one_in(3) {
                true => self.shows_round(town),
                false => self.raises(town, &who),
            },
            "show_member" => self.shows_draw(town),
            "advance" => {
                let limit = 1 + self.random.below(400);
                say(&who, json!({"advance": {"limit": limit}}))
            }
            "decided" => {
                let kind = *self.random.pick(reach::TRUST_DECISIONS);
                self.sense(town, kind)
            }
            "decided/set_parameters" => {
                let numbers = json!({"open_deals": 10 + self.random.below(40)});
                let set = json!({"set_parameters": {"numbers": numbers}});
                self.decides(town, &town.trust, "constitutional", &set)
            }
            "decided/approve_reset" => {
                let person = 1 + self.random.below(12);
                let approve = json!({"approve_reset": {"person": person.to_string()}});
                self.decides(town, &town.trust, "ordinary", &approve)
            }
            "decided/open_gate" => {
                let number = self.fresh() as u64;
                let term = json!({"seconds": DAY.to_string()});
                let open = gate(number, &town.credit, "show", "named", &term);
                let open = json!({"open_gate": open});
                self.decides(town, &town.trust, "ordinary", &open)
            }
            "decided/close_gate" => {
                let told: Value = town.trusts(&json!({"gates": {}}))?;
                let fits = |one: &&Value| {
                    let number = one["gate"].as_str().and_then(|text| text.parse().ok());
                    one["open"] == true && number.is_some_and(|number: u64| number > GATE_ROUNDS)
                };
                let gates = told["gates"].as_array()?.iter().filter(fits).cloned();
                let Some(one) = self.one(gates.collect()) else {
                    return self.sense_trust(town, "decided/open_gate");
                };
                let close = json!({"close_gate": {"gate": one["gate"]}});
                self.decides(town, &town.trust, "ordinary", &close)
            }
            _ => panic!("no generator of trust.{kind}"),
        }
    }

    /// Somebody who may begin anew.
    fn approved(&mut self, town: &Town) -> Option<Addr> {
        let approved = town.keys(&town.trust, b'k');
        let persons = approved.iter().filter(|key| key.first() == Some(&b'a'));
        let person = self.one(persons.map(|key| be8(key, 1)).collect())?;
        let members = town.members().into_iter();
        members
            .filter(|member| member.number == person)
            .map(|member| member.address)
            .next()
    }

    /// A deal of somebody's that fits, seen by that person.
    fn dealing(
        &mut self,
        town: &Town,
        fits: impl Fn(&DealView, u64) -> bool,
    ) -> Option<(Addr, u64, DealView)> {
        let members = town.members();
        let first = self.random.below(members.len().max(1) as u64) as usize;
        for member in members.iter().cycle().skip(first).take(members.len()) {
            let asked = json!({"deals": {"person": member.number.to_string()}});
            let Some(DealsResponse { deals, .. }) = town.trusts(&asked) else {
                continue;
            };
            let deals = deals.into_iter().filter(|deal| fits(deal, member.number));
            if let Some(deal) = self.one(deals.collect()) {
                return Some((member.address.clone(), member.number, deal));
            }
        }
        None
    }

    fn offers(&mut self, town: &Town, who: &Addr) -> Option<Step> {
        let other = self.someone(town);
        let (a, b) = (town.person(who)?, town.person(&other)?);
        let mut versions = vec![];
        for (address, person) in [(who, a), (&other, b)] {
            let asked = json!({"viewing_key": {"person": person.to_string()}});
            let Some(newest) = town.trusts::<Value>(&asked) else {
                let mut key = [1; 32];
                key[..8].copy_from_slice(&(self.fresh() as u64).to_be_bytes());
                let key = HexBinary::from(key);
                let publish = json!({"publish_viewing_key": {"key": key}});
                return tell(address, &town.trust, publish);
            };
            versions.push(newest["version"].clone());
        }
        let nonce = tag::small(self.fresh() as u64);
        let number = tag::deal(&town.instance()?, a, b, &nonce);
        let key = DealKey::new(shared(a, b), &number).ok()?;
        let offer = json!({"open_deal": {"b": b.to_string(), "nonce": HexBinary::from(nonce),
            "k": HexBinary::from(element(&key.k())),
            "key_a": versions[0], "key_b": versions[1]}});
        tell(who, &town.trust, offer)
    }

    fn opens_rating(&mut self, town: &Town, who: &Addr) -> Option<Step> {
        let now = town.sandbox.now();
        let awaited =
            |one: &mycel_trust::deals::ask::RatingView| one.promised && one.rating == "awaited";
        let running = |deal: &DealView| {
            deal.stage == "running"
                && deal.closes.is_none_or(|closes| closes.0 > now)
                && deal.ratings.iter().any(awaited)
        };
        let opens = |deal: &DealView| deal.opens.map_or(u64::MAX, |opens| opens.0);
        let found = self.dealing(town, |deal, _| running(deal) && opens(deal) <= now);
        let Some((_, _, deal)) = found else {
            let soon = self.dealing(town, |deal, _| running(deal));
            return match soon.map(|(_, _, deal)| opens(&deal)) {
                // both have promised before it is time, mostly
                Some(when) if when < u64::MAX && !self.random.one_in(3) => {
                    Some(Step::Wait(when - now))
                }
                _ => self.sense_trust(town, "commit_rating"),
            };
        };
        let one = deal.ratings.iter().rfind(|one| awaited(one))?;
        let dir = one.dir;
        let one = sealed(&deal, dir)?;
        self.scores.say(one.c, one.said.0, one.said.1);
        tell(
            who,
            &town.trust,
            json!({"open_rating": {"deal": deal.deal, "dir": dir,
                "c": HexBinary::from(one.c), "ct": HexBinary::from(one.ct),
                "salt": HexBinary::from(SALT), "proof": mock_proof("attest", &one.inputs)}}),
        )
    }

    fn folds(&mut self, town: &Town) -> Option<Step> {
        let members = town.members();
        let first = self.random.below(members.len().max(1) as u64) as usize;
        for member in members.iter().cycle().skip(first).take(members.len()) {
            let Some(one) = town.mailbox(member.number) else {
                continue;
            };
            let waiting = one.entries - one.folded;
            if waiting == 0 || one.idc.as_slice() == [0; 32] {
                continue;
            }
            let count = 1 + self.random.below(u64::from(waiting.min(8))) as u32;
            let asked = json!({"entries": {"person": one.person,
                "after": one.folded.checked_sub(1), "limit": count}});
            let kept: EntriesResponse = town.trusts(&asked)?;
            let blinding = self.fresh() as u64;
            let made = self.scores.fold(&one, &kept.entries, blinding)?;
            let commitment = made.commitment;
            let inputs = [
                bytes(&one.idc),
                bytes(&one.state),
                bytes(&one.folded_head),
                commitment,
                made.head,
            ];
            let fold = json!({"fold": {"entries": count, "commitment": HexBinary::from(commitment),
                "proof": mock_proof("fold", &inputs), "backup": Binary::from(b"sealed")}});
            return tell(&member.address, &town.trust, fold);
        }
        let opened = |deal: &DealView, _| deal.ratings.iter().any(|one| one.rating == "opened");
        match self.dealing(town, opened) {
            None => self.sense_trust(town, "open_rating"),
            Some(_) if self.random.one_in(2) => Some(Step::Wait(u64::from(TRUST_TIMES.appeal))),
            Some(_) => self.sense_trust(town, "advance"),
        }
    }

    fn rekeys(&mut self, town: &Town, who: &Addr) -> Option<Step> {
        let person = town.person(who)?;
        let idc = HexBinary::from_hex(&identity(self.fresh())).ok()?;
        let old = town.mailbox(person)?;
        let status: StatusResponse = town.trusts(&json!({"status": {}}))?;
        let scope = scope(&town.instance()?, &bytes(&idc));
        let nf = tag::small(self.fresh() as u64);
        let inputs = [
            town.root(status.slot.0)?,
            tag::small(status.day.into()),
            bytes(&old.idc),
            scope,
            scope,
            nf,
        ];
        let rekey = json!({"rekey": {"idc": idc, "slot": status.slot, "nf": HexBinary::from(nf),
            "proof": mock_proof("member", &inputs)}});
        tell(who, &town.trust, rekey)
    }

    /// A member's own proof raises its line.
    pub(super) fn raises(&mut self, town: &Town, who: &Addr) -> Option<Step> {
        let person = town.person(who)?;
        let action = json!({"raise_line": {"member": who}});
        // now and then a friend's
        let of = if self.random.one_in(6) {
            1 + self.random.below(9)
        } else {
            person
        };
        let subject = bytes(&town.mailbox(of)?.idc);
        let seconds = 5 * DAY;
        let slot = town.sandbox.now() / u64::from(TRUST_TIMES.slot);
        let term = slot * u64::from(TRUST_TIMES.slot) / seconds;
        let opens = term * seconds;
        self.proves(town, GATE_CREDIT, (term, opens), subject, &action)
    }

    pub(super) fn shows_round(&mut self, town: &Town) -> Option<Step> {
        let told = town.ask(&town.funding, &json!({"rounds": {}}))?;
        let fits = |one: &&Value| {
            one["identity"].get("proofs").is_some()
                && (one["stage"] == "open" || one["stage"] == "giving")
        };
        let rounds = told["rounds"].as_array()?.iter().filter(fits).cloned();
        let Some(round) = self.one(rounds.collect()) else {
            return self.round_of_proofs(town);
        };
        let payer = self.someone(town);
        let action = json!({"contribute": {"round": round["round"], "address": payer}});
        let number: u64 = round["round"].as_str()?.parse().ok()?;
        self.proves_term(town, GATE_ROUNDS, &town.funding, number, &action)
    }

    pub(super) fn shows_draw(&mut self, town: &Town) -> Option<Step> {
        let told = town.ask(&town.sortition, &json!({"draws": {}}))?;
        let fits = |one: &&Value| one["gate"].is_string() && one["stage"] == "open";
        let draws = told["draws"].as_array()?.iter().filter(fits).cloned();
        let Some(draw) = self.one(draws.collect()) else {
            return self.draw_of_proofs(town);
        };
        let address = self.someone(town);
        let action =
            json!({"volunteer": {"draw": draw["draw"], "address": address, "attributes": []}});
        let number: u64 = draw["draw"].as_str()?.parse().ok()?;
        self.proves_term(town, GATE_DRAWS, &town.sortition, number, &action)
    }

    fn draw_of_proofs(&mut self, town: &Town) -> Option<Step> {
        let open = json!({"open_draw": {"ref": format!("proofs/{}", self.fresh()), "size": 2,
            "features": [], "quotas": [], "gate": GATE_DRAWS.to_string(),
            "until": (town.sandbox.now() + 3 * DAY).to_string()}});
        self.decides(town, &town.sortition, "ordinary", &open)
    }

    fn proves_term(
        &mut self,
        town: &Town,
        gate: u64,
        consumer: &Addr,
        number: u64,
        action: &Value,
    ) -> Option<Step> {
        let asked = json!({"gate_term": {"gate": gate.to_string(), "term": number.to_string()}});
        let opens: GateTerm = town.sandbox.query(consumer, &asked).ok()?;
        self.proves(town, gate, (number, opens.opens.0), [0; 32], action)
    }

    /// What somebody shows at a gate.
    fn proves(
        &mut self,
        town: &Town,
        gate: u64,
        (term, opens): (u64, u64),
        subject: Element,
        action: &Value,
    ) -> Option<Step> {
        let relay = self.someone(town);
        let asked: Value = town.trusts(&json!({"gate": {"gate": gate.to_string()}}))?;
        let consumer = asked["consumer"].as_str()?.to_owned();
        let slot = town.sandbox.now() / u64::from(TRUST_TIMES.slot);
        let start = slot * u64::from(TRUST_TIMES.slot);
        let (begun, day) = (town.trust_begun, u64::from(TRUST_TIMES.day));
        let cutoff = (opens.checked_sub(begun)? / day).checked_sub(1);
        // no key is old enough for the first day's terms
        let Some(cutoff) = cutoff else {
            return Some(Step::Wait(DAY));
        };
        let (instance, text) = (town.instance()?, term.to_string());
        let said = action.to_string().into_bytes();
        let nf = tag::small(self.fresh() as u64);
        let shows = asked["circuit"] == "show";
        let mut inputs = vec![town.root(slot)?];
        if shows {
            let period = start.saturating_sub(begun) / u64::from(TRUST_TIMES.period);
            inputs.push(tag::small(period));
        }
        inputs.extend([
            tag::small(cutoff),
            subject,
            tag::scope(&instance, &consumer, gate, &text),
            tag::signal(&instance, &consumer, gate, &text, &said),
            nf,
        ]);
        if shows {
            let least = 15 * u64::from(TRUST_PAIR_CAP) * 3;
            inputs.extend([4_096, least, 32_768, 0, 0].map(tag::small));
        }
        let (verb, vk) = match shows {
            true => ("show", "show"),
            false => ("show_member", "member"),
        };
        let mut told = json!({"gate": gate.to_string(), "slot": slot.to_string(),
            "nf": HexBinary::from(nf), "action": Binary::from(said),
            "proof": mock_proof(vk, &inputs)});
        if asked["term"].get("action").is_some() {
            told["term"] = json!(text);
        }
        tell(&relay, &town.trust, json!({verb: told}))
    }
}
