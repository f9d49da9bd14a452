//! What parties and jurors can do about cases now.

use cosmwasm_std::Addr;
use mycel_kit::peers::sortition::{CaseStatus, outcomes};
use mycel_sortition::juries::ballot;
use mycel_sortition::juries::record::{Case, Jury, Place, Step as At};
use mycel_sortition::juries::show;
use serde_json::{Value, json};

use super::tell;
use super::towards::named;
use crate::play::{HASH, Play, Step};
use crate::town::{DAY, Town};
use crate::view::Member;

/// Where a case is.
pub(super) enum Verdict {
    /// Nothing more can change it: the outcome, or empty if it lapsed.
    Final(String),
    /// What brings it on.
    Step(Option<Step>),
}

/// The salt of a juror's vote.
fn salt(person: u64) -> [u8; 32] {
    let mut salt = [7; 32];
    salt[..8].copy_from_slice(&person.to_be_bytes());
    salt
}

impl Play {
    /// Brings a case on, towards this outcome mostly.
    pub(super) fn jury(&mut self, town: &Town, id: u64, outcome: &str) -> Verdict {
        let Some((case, jury)) = town.case(id) else {
            return Verdict::Step(None);
        };
        let now = town.sandbox.now();
        match show::status(&case, now) {
            (CaseStatus::Lapsed, _) => return Verdict::Final(String::new()),
            (CaseStatus::Decided, true) => {
                let said = case.verdicts.last();
                return Verdict::Final(said.map_or_else(String::new, |said| said.outcome.clone()));
            }
            (CaseStatus::Decided, false) => {
                let until = case.verdicts.last().map_or(0, |said| said.appeal_until);
                let appeals = self.random.one_in(6);
                let step = appeals.then(|| self.appeals(town, id, &case)).flatten();
                return Verdict::Step(step.or(Some(Step::Wait(until.saturating_sub(now) + 1))));
            }
            _ => {}
        }
        Verdict::Step(self.bring_case(town, id, &case, &jury, outcome))
    }

    /// The next step of a jury at work.
    fn bring_case(
        &mut self,
        town: &Town,
        id: u64,
        case: &Case,
        jury: &Jury,
        outcome: &str,
    ) -> Option<Step> {
        let now = town.sandbox.now();
        let say = |sender: &Addr, message: Value| tell(sender, &town.sortition, message);
        let number = id.to_string();
        let advance = json!({"advance": {"case": number}});
        if jury.step == At::Drawing {
            let round = *jury.rounds.last()?;
            return match self.randomness(town, round) {
                Some(step) => Some(step),
                None => say(&self.someone(town), advance),
            };
        }
        if now >= jury.until || now > case.deadline {
            return say(&self.someone(town), advance);
        }
        let wait = Some(Step::Wait(jury.until - now));
        let members = town.members();
        let at = |place: Place| -> Vec<u64> {
            let seats = jury.seats.iter().filter(|seat| seat.place == place);
            seats.map(|seat| seat.person).collect()
        };
        match jury.step {
            At::Striking => match self.random.one_in(3) {
                true => self.strikes(town, id, case, jury),
                false => wait,
            },
            At::Committing => {
                let waiting = at(Place::Seated);
                // now and then somebody stays away
                if waiting.is_empty() || self.random.one_in(20) {
                    return wait;
                }
                let known = outcomes(&case.kind);
                let mut steps = vec![];
                for person in waiting {
                    let usual = known.iter().find(|known| **known == outcome);
                    let word = match usual.filter(|_| !self.random.one_in(16)) {
                        Some(word) => word,
                        None => *self.random.pick(known),
                    };
                    let reasons = cosmwasm_std::from_hex(HASH).ok()?.try_into().ok()?;
                    let hash =
                        ballot::commitment(id, case.jury(), person, word, &reasons, &salt(person));
                    self.meant.insert((id, case.jury(), person), word);
                    let commit = json!({"case": number, "commitment": cosmwasm_std::to_hex(hash)});
                    let sender = named(&members, person)?;
                    steps.extend(say(&sender, json!({"commit_vote": commit})));
                }
                self.burst(steps)
            }
            At::Revealing => {
                let waiting = at(Place::Committed);
                if waiting.is_empty() || self.random.one_in(24) {
                    return wait;
                }
                let mut steps = vec![];
                for person in waiting {
                    let reveal = self.reveals(id, case, person);
                    steps.extend(say(&named(&members, person)?, reveal));
                }
                self.burst(steps)
            }
            At::Serving => None,
            At::Drawing | At::Ended => say(&self.someone(town), advance),
        }
    }

    fn reveals(&self, id: u64, case: &Case, person: u64) -> Value {
        let meant = self.meant.get(&(id, case.jury(), person));
        let word = meant.copied().unwrap_or("dismiss");
        json!({"reveal_vote": {"case": id.to_string(), "outcome": word, "reasons": HASH,
            "salt": cosmwasm_std::to_hex(salt(person))}})
    }

    /// A party strikes one of those called.
    fn strikes(&mut self, town: &Town, id: u64, case: &Case, jury: &Jury) -> Option<Step> {
        let called = jury.seats.iter().filter(|seat| seat.place == Place::Called);
        let one = self.one(called.map(|seat| seat.person).collect())?;
        let party = self.party(town, case)?;
        let strike = json!({"case": id.to_string(), "persons": [one.to_string()]});
        tell(&party, &town.sortition, json!({"strike": strike}))
    }

    fn appeals(&mut self, town: &Town, id: u64, case: &Case) -> Option<Step> {
        let mut lost = case.clone();
        if let Some(said) = case.verdicts.first() {
            lost.parties = mycel_sortition::juries::party::lost(case, &said.outcome);
        }
        let party = self.party(town, &lost)?;
        let appeal = json!({"appeal": {"case": id.to_string()}});
        tell(&party, &town.sortition, appeal)
    }

    /// A party of a case that can speak.
    fn party(&mut self, town: &Town, case: &Case) -> Option<Addr> {
        let members = town.members();
        let able = members.iter().filter(|m| case.parties.contains(&m.number));
        let able: Vec<&Member> = able.collect();
        self.one(able).map(|m| m.address.clone())
    }

    /// What parties and jurors could do of this kind.
    pub(super) fn judging(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let mut open: Vec<(u64, Case, Jury)> = vec![];
        for (id, case) in town.cases().into_iter().rev().take(40) {
            let (status, last) = show::status(&case, now);
            if status != CaseStatus::Lapsed && !last {
                open.extend(town.case(id).map(|(case, jury)| (id, case, jury)));
            }
        }
        let fits = |case: &Case, jury: &Jury| {
            let has = |place: Place| jury.seats.iter().any(|seat| seat.place == place);
            let due = now < jury.until;
            match kind {
                "strike" => jury.step == At::Striking && jury.strikes > 0 && due,
                "commit_vote" => jury.step == At::Committing && has(Place::Seated) && due,
                "reveal_vote" => jury.step == At::Revealing && has(Place::Committed) && due,
                "recuse" => jury.step != At::Ended && (has(Place::Seated) || has(Place::Committed)),
                _ => {
                    let judged = !matches!(case.kind.as_str(), "assess" | "appeal");
                    judged && case.appealed.is_none() && !case.open()
                }
            }
        };
        let fitting = open.iter().filter(|(_, case, jury)| fits(case, jury));
        if let Some((id, case, jury)) = self.one(fitting.collect::<Vec<_>>()) {
            return match kind {
                "strike" => self.strikes(town, *id, case, jury),
                "appeal" => self.appeals(town, *id, case),
                "recuse" => {
                    let seats = jury
                        .seats
                        .iter()
                        .filter(|seat| matches!(seat.place, Place::Seated | Place::Committed));
                    let juror = self.one(seats.collect::<Vec<_>>())?.person;
                    let recuse = json!({"recuse": {"case": id.to_string()}});
                    tell(&named(&town.members(), juror)?, &town.sortition, recuse)
                }
                _ => self.bring_case(town, *id, case, jury, "uphold"),
            };
        }
        if kind == "strike" && town.jury_cap() < 5 {
            let cap = json!({"set_parameters": {"numbers": {"jury_cap": 5}}});
            return self.decides(town, &town.sortition, "constitutional", &cap);
        }
        // any that votes
        open.retain(|(_, case, jury)| !outcomes(&case.kind).is_empty() && jury.step != At::Ended);
        let Some((id, case, jury)) = self.one(open) else {
            return self.opens_case(town);
        };
        let outcome = *self.random.pick(outcomes(&case.kind));
        self.bring_case(town, id, &case, &jury, outcome)
    }

    /// Some contract asks for a jury.
    pub(super) fn opens_case(&mut self, town: &Town) -> Option<Step> {
        match self.random.below(4) {
            0 => self.sense_clearing(town, "dispute"),
            1 => self.sense_credit(town, "ask_assessment"),
            2 => {
                let members = town.members();
                let party = self.one(members)?.number.to_string();
                self.decides_case(town, "mine", &party)
            }
            _ => self.climb(town),
        }
    }

    /// The assembly asks for a jury.
    pub(super) fn decides_case(&mut self, town: &Town, kind: &str, party: &str) -> Option<Step> {
        let deadline = (town.sandbox.now() + 10 * DAY).to_string();
        let open = json!({"ref": format!("{kind} {}", self.fresh()), "kind": kind, "size": 3,
            "threshold_bps": 5_001, "parties": [party], "deadline": deadline});
        let open = json!({"open_case": open});
        self.decides(town, &town.sortition, "ordinary", &open)
    }
}
