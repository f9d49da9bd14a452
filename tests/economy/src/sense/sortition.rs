//! What can be said to sortition now: volunteers, solvers, the beacon.

use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Addr, Api, HashFunction};
use mycel_kit::lottery::{Lottery, encode};
use mycel_solver::lottery::{Options, solve};
use mycel_solver::progress::unwatched;
use mycel_sortition::beacon::{Source, commit_reveal, drand};
use mycel_sortition::draws::posts::commitment;
use mycel_sortition::draws::seats;
use mycel_sortition::draws::state::{self as draws, Draw, Stage, Terms};
use mycel_sortition::state::parameters;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::tell;
use super::towards::named;
use crate::play::{Bid, Play, Step};
use crate::reach;
use crate::town::{DAY, HOUR, Town};

/// The sandbox's chain.
const CHAIN: &str = "mycel-sandbox";

/// The signature of a round by the key 1: the point that is signed.
fn signature(round: u64) -> Option<String> {
    let message: [u8; 32] = Sha256::digest(round.to_be_bytes()).into();
    let api = MockApi::default();
    let point = api.bls12_381_hash_to_g1(HashFunction::Sha256, &message, drand::DST_G1);
    point.ok().map(cosmwasm_std::to_hex)
}

/// What a person commits to for a round.
fn secret(round: u64, person: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(round.to_be_bytes());
    hash.update(person.to_be_bytes());
    hash.finalize().into()
}

impl Town {
    fn beacon(&self) -> Option<Source> {
        let read = self
            .sandbox
            .read(&self.sortition, |storage| parameters().load(storage));
        read.ok()?.ok().map(|parameters| parameters.beacon)
    }

    /// The largest jury.
    pub(super) fn jury_cap(&self) -> u32 {
        let read = self
            .sandbox
            .read(&self.sortition, |storage| parameters().load(storage));
        let parameters = read.ok().and_then(Result::ok);
        parameters.map_or(0, |parameters| parameters.numbers.jury_cap)
    }
}

impl Play {
    pub(super) fn sense_sortition(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let decided = |play: &mut Play, class, action: Value| {
            play.decides(town, &town.sortition, class, &action)
        };
        match kind {
            "open_case" => self.opens_case(town),
            "strike" | "commit_vote" | "reveal_vote" | "recuse" | "appeal" => {
                self.judging(town, kind)
            }
            "shown" => self.shows_draw(town),
            "open_draw" => self.deliberates(town),
            "volunteer" | "withdraw" | "decline" | "commit_lottery" | "post_lottery" => {
                self.drawing(town, kind)
            }
            "beacon" => {
                let kind = *self.random.pick(reach::BEACON);
                self.sense(town, kind)
            }
            "beacon/post" | "beacon/commit" | "beacon/reveal" => self.beacon(town, kind),
            "advance" => {
                let limit = 1 + self.random.below(400);
                let advance = json!({"advance": {"limit": limit}});
                tell(&self.someone(town), &town.sortition, advance)
            }
            "advance/draw" => self.drawing(town, kind),
            "advance/case" => self.judging(town, kind),
            "decided" => {
                let kind = *self.random.pick(reach::SORTITION_DECISIONS);
                self.sense(town, kind)
            }
            "decided/set_parameters" => {
                let changes = match self.random.below(8) {
                    0 => json!({"beacon": Town::own_beacon()}),
                    1..=3 => json!({"numbers": {"in_a_row": 1 + self.random.below(3),
                        "juries_per_person": 4 + self.random.below(16)}}),
                    _ => {
                        let cap = *self.random.pick(&[1, 3, 3, 5, 7]);
                        json!({"numbers": {"jury_cap": cap}})
                    }
                };
                decided(self, "constitutional", json!({"set_parameters": changes}))
            }
            "decided/open_draw" => {
                let mut panel = self.panel();
                panel["ref"] = json!(format!("a draw/{}", self.fresh()));
                panel["until"] = json!((town.sandbox.now() + 2 * DAY).to_string());
                decided(self, "ordinary", json!({"open_draw": panel}))
            }
            "decided/open_case" => {
                let party = self.one(town.members())?.number.to_string();
                self.decides_case(town, "mine", &party)
            }
            _ => panic!("no generator of sortition.{kind}"),
        }
    }

    /// A panel to be drawn, small as the town is.
    pub(super) fn panel(&mut self) -> Value {
        match self.random.below(3) {
            0 => json!({"size": 2 + self.random.below(2), "features": [], "quotas": []}),
            1 => json!({"size": 3,
                "features": [{"name": "side", "values": ["left", "right"]}],
                "quotas": [{"feature": "side", "value": "left", "min": 1, "max": 2}]}),
            _ => json!({"size": 2,
                "features": [{"name": "side", "values": ["left", "right"]},
                    {"name": "age", "values": ["old", "young"]}],
                "quotas": [{"feature": "side", "value": "left", "min": 1, "max": 1},
                    {"feature": "age", "value": "old", "min": 0, "max": 1}]}),
        }
    }

    /// What is still to happen before a round's value is known; nothing if it can be learned.
    pub(super) fn randomness(&mut self, town: &Town, number: u64) -> Option<Step> {
        let (round, source) = town.round(number)?;
        if round.known.is_some() {
            return None;
        }
        let now = town.sandbox.now();
        if now < round.time {
            if self.random.one_in(4)
                && let Some(step) = self.contributes(town, number)
            {
                return Some(step);
            }
            return Some(Step::Wait(round.time - now));
        }
        match source {
            Source::Drand { .. } => {
                let post = json!({"round": number.to_string(), "signature": signature(number)?});
                let message = json!({"beacon": {"post": post}});
                tell(&self.someone(town), &town.sortition, message)
            }
            Source::CommitReveal { .. } | Source::Chain { .. } => None,
        }
    }

    /// Checking signatures takes long: one round of another's beacon is enough for now.
    pub(crate) fn back_to_own(&mut self, town: &Town) {
        let change = json!({"set_parameters": {"beacon": Town::own_beacon()}});
        let said = json!({"decided": {"contract": town.sortition, "action": crate::town::base64(&change)}});
        if matches!(town.beacon(), Some(Source::Drand { .. })) {
            self.wanted.insert(0, ("constitutional", said));
        }
    }

    /// Somebody commits to a secret for a round, or reveals it.
    fn contributes(&mut self, town: &Town, number: u64) -> Option<Step> {
        let (_, source) = town.round(number)?;
        if !matches!(source, Source::CommitReveal { .. }) {
            return None;
        }
        let phases = commit_reveal::phases(&source, number);
        let now = town.sandbox.now();
        let members = town.members();
        let able: Vec<u64> = members
            .iter()
            .filter(|m| m.takes_part())
            .map(|m| m.number)
            .collect();
        let committed = |person: u64| {
            let key = mycel_sortition::beacon::state::commitment(number, person);
            town.has(&town.sortition, key.bytes())
        };
        let say = |person: u64, message: Value| {
            let sender = named(&members, person)?;
            tell(&sender, &town.sortition, json!({"beacon": message}))
        };
        let round = number.to_string();
        if (phases.commit..phases.reveal).contains(&now) {
            let person = self.one(able.into_iter().filter(|p| !committed(*p)).collect())?;
            let hash = commit_reveal::hash(CHAIN, number, person, &secret(number, person));
            // who commits means to reveal
            let wait = Step::Wait(phases.reveal - now);
            let show = json!({"reveal": {"round": round, "secret": cosmwasm_std::to_hex(secret(number, person))}});
            let steps = [
                say(
                    person,
                    json!({"commit": {"round": round, "hash": cosmwasm_std::to_hex(hash)}}),
                ),
                Some(wait),
                say(person, show),
            ];
            return self.burst(steps.into_iter().flatten().collect());
        }
        if (phases.reveal..phases.value).contains(&now) {
            let person = self.one(able.into_iter().filter(|p| committed(*p)).collect())?;
            let show = cosmwasm_std::to_hex(secret(number, person));
            return say(person, json!({"reveal": {"round": round, "secret": show}}));
        }
        None
    }

    fn beacon(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let own = kind != "beacon/post";
        for number in town.awaited() {
            let Some((_, source)) = town.round(number) else {
                continue;
            };
            if own != matches!(source, Source::CommitReveal { .. }) {
                continue;
            }
            let step = match own {
                true => self.contributes(town, number),
                false => self.randomness(town, number),
            };
            if step.is_some() {
                return step;
            }
        }
        let now_own = matches!(town.beacon()?, Source::CommitReveal { .. });
        if now_own != own {
            let beacon = if own {
                Town::own_beacon()
            } else {
                Town::drand()
            };
            let change = json!({"set_parameters": {"beacon": beacon}});
            return self.decides(town, &town.sortition, "constitutional", &change);
        }
        self.opens_case(town)
    }

    /// Something of this kind about a draw, or what leads there.
    fn drawing(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let mut all = town.draws();
        all.retain(|(.., draw)| !matches!(draw.stage, Stage::Done | Stage::Lapsed));
        let members = town.members();
        let say = |sender: &Addr, message: Value| tell(sender, &town.sortition, message);
        let fits = |draw: &Draw| match kind {
            "volunteer" => draw.stage == Stage::Open,
            "withdraw" => draw.stage == Stage::Open && draw.persons > 0,
            "decline" => draw.stage == Stage::Seated,
            _ => false,
        };
        let fitting: Vec<_> = all.iter().filter(|(.., draw)| fits(draw)).collect();
        if let Some((number, terms, _)) = self.one(fitting) {
            let about = json!({"draw": number.to_string()});
            return match kind {
                "volunteer" => self.volunteers(town, *number, terms),
                "withdraw" => {
                    let person = self.one(town.volunteers(*number))?;
                    say(&named(&members, person)?, json!({"withdraw": about}))
                }
                _ => self.declines(town, *number),
            };
        }
        // the one that is furthest, mostly
        if !self.random.one_in(4) {
            all.sort_by_key(|(.., draw)| draw.stage == Stage::Open);
            all.truncate(1);
        }
        let Some((number, terms, draw)) = self.one(all) else {
            return match self.random.one_in(2) {
                true => self.deliberates(town),
                false => self.sense_sortition(town, "decided/open_draw"),
            };
        };
        self.bring_draw(town, number, &terms, &draw)
    }

    /// Somebody who was drawn does not take the seat.
    fn declines(&mut self, town: &Town, number: u64) -> Option<Step> {
        let panel = seats::panel(number);
        let panel = town.sandbox.read(&town.sortition, |s| panel.load(s));
        let seats = panel.ok()?.ok()?.seats;
        let seats = seats.into_iter().filter(|seat| seat.person > 0);
        let person = self.one(seats.collect::<Vec<_>>())?.person;
        let sender = named(&town.members(), person.into())?;
        let decline = json!({"decline": {"draw": number.to_string()}});
        tell(&sender, &town.sortition, decline)
    }

    /// A few members volunteer.
    fn volunteers(&mut self, town: &Town, number: u64, terms: &Terms) -> Option<Step> {
        let there = town.volunteers(number);
        let members = town.members();
        let mut steps = vec![];
        for _ in 0..1 + self.random.below(5) {
            let able = members
                .iter()
                .filter(|m| m.takes_part() && (!there.contains(&m.number)));
            let Some(member) = self.one(able.collect::<Vec<_>>()) else {
                break;
            };
            let told: Vec<Value> = terms
                .features
                .iter()
                .map(|feature| {
                    json!({"feature": feature.name, "value": self.random.pick(&feature.values)})
                })
                .collect();
            let volunteer = json!({"draw": number.to_string(), "attributes": told});
            let message = json!({"volunteer": volunteer});
            let say = |message| Step::Tell(member.address.clone(), town.sortition.clone(), message);
            steps.push(say(message));
            if self.random.one_in(12) {
                steps.push(say(json!({"withdraw": {"draw": number.to_string()}})));
            }
        }
        self.burst(steps)
    }

    /// Brings a draw on by a step.
    pub(super) fn bring_draw(
        &mut self,
        town: &Town,
        number: u64,
        terms: &Terms,
        draw: &Draw,
    ) -> Option<Step> {
        let now = town.sandbox.now();
        let advance = json!({"advance": {"draw": number.to_string()}});
        let anyone = self.someone(town);
        let onward = tell(&anyone, &town.sortition, advance);
        match draw.stage {
            Stage::Open => {
                let few = u64::from(draw.persons) < 2 * u64::from(terms.size);
                let short = now >= terms.until && !draw.short.is_empty();
                match (few || short) && !self.random.one_in(6) {
                    true => self.volunteers(town, number, terms),
                    false if now < terms.until => Some(Step::Wait(terms.until - now)),
                    false => onward,
                }
            }
            Stage::Solving if now < draw.commit_until => {
                let bids = self.bids.iter().filter(|bid| bid.draw == number).count();
                match bids < 2 || self.random.one_in(4) {
                    true => self.bids_for(town, number, draw),
                    false => Some(Step::Wait(draw.commit_until - now)),
                }
            }
            Stage::Solving if now < draw.deadline => {
                let open = |bid: &&mut Bid| bid.draw == number && bid.posted < bid.pages.len();
                let Some(bid) = self.bids.iter_mut().find(open) else {
                    return Some(Step::Wait(draw.deadline - now));
                };
                let data = cosmwasm_std::Binary::from(bid.pages[bid.posted].clone());
                let post = json!({"draw": number.to_string(), "post": bid.post, "page": bid.posted, "data": data});
                bid.posted += 1;
                let who = bid.who.clone();
                tell(&who, &town.sortition, json!({"post_lottery": post}))
            }
            Stage::Awaiting => self.randomness(town, draw.round).or(onward),
            Stage::Seated if now < draw.decline_until => match self.random.one_in(4) {
                true => self.declines(town, number),
                false => Some(Step::Wait(draw.decline_until - now)),
            },
            _ => onward,
        }
    }

    /// A solver commits to a lottery, now and then to a damaged one.
    fn bids_for(&mut self, town: &Town, number: u64, draw: &Draw) -> Option<Step> {
        let frozen = draws::frozen(number);
        let read = town
            .sandbox
            .read(&town.sortition, |storage| frozen.load(storage));
        let pool = read.ok()?.ok()?.pool;
        let options = Options {
            doubled: draw.tries > 1,
        };
        let Ok(solved) = solve(&pool, &options, &unwatched) else {
            return Some(Step::Wait(HOUR));
        };
        let pages = self.damaged(solved.lottery);
        let who = self.someone(town);
        let hash = commitment(who.as_str(), pages.iter().map(Vec::as_slice));
        let commit = json!({"draw": number.to_string(), "hash": cosmwasm_std::to_hex(hash), "pages": pages.len()});
        self.bids.retain(|bid| bid.draw == number);
        self.bids.push(Bid {
            draw: number,
            post: draw.posts,
            who: who.clone(),
            pages,
            posted: 0,
        });
        tell(&who, &town.sortition, json!({"commit_lottery": commit}))
    }

    fn damaged(&mut self, mut lottery: Lottery) -> Vec<Vec<u8>> {
        let level = lottery.levels.first_mut();
        match (self.random.below(12), level) {
            (0, _) => lottery.panels[0].times += 1,
            (1, Some(level)) => level.d += 1,
            (2, Some(level)) => level.mu += 1,
            (3, Some(level)) => level.y.iter_mut().for_each(|y| *y = 0),
            (4, _) => {
                if let Some(seat) = lottery.panels[0].seats.first_mut() {
                    seat.1 += 1;
                }
            }
            _ => {}
        }
        let mut pages = encode(&lottery);
        if self.random.one_in(16)
            && let Some(byte) = pages[0].last_mut()
        {
            *byte ^= 1;
        }
        pages
    }
}
