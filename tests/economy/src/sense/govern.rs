//! From a wish to a decision that is carried out: somebody proposes it with
//! what else is wanted, some support it, many vote, anyone has it counted and
//! executed.

use std::collections::BTreeMap;

use cosmwasm_std::Addr;
use mycel_assembly::state::{self, Phase, Proposal, Run, RunState};
use mycel_kit::peers::sortition::outcomes;
use mycel_kit::roles::Class;
use mycel_sortition::draws::state::Stage;
use serde_json::{Value, json};

use super::juries::Verdict;
use super::tell;
use crate::play::{Focus, Play, Step};
use crate::town::{DAY, Town, base64};
use crate::view::be8;

/// Classes, the lightest first.
const CLASSES: [&str; 4] = ["urgent", "ordinary", "spending", "constitutional"];
/// Wishes that are remembered.
const MOST: usize = 12;

fn weight(class: &str) -> usize {
    CLASSES.iter().position(|one| *one == class).unwrap_or(0)
}

/// What an action is about: its kind, its contract, and what that is told.
fn about(action: &Value) -> (String, String, String) {
    let first = |value: &Value| {
        let fields = value.as_object();
        let first = fields.and_then(|fields| fields.keys().next());
        first.cloned().unwrap_or_default()
    };
    let kind = first(action);
    let body = &action[kind.as_str()];
    let contract = body["contract"].as_str().unwrap_or_default().to_owned();
    let told = body["action"].as_str().or(body["msg"].as_str());
    let told = told.and_then(|text| cosmwasm_std::Binary::from_base64(text).ok());
    let told = told.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    (kind, contract, first(&told.unwrap_or_default()))
}

impl Play {
    /// Several do something one after the other: the first now, the others soon.
    pub(super) fn burst(&mut self, steps: Vec<Step>) -> Option<Step> {
        let mut steps = steps.into_iter();
        let first = steps.next();
        if self.soon.len() < 64 {
            self.soon.extend(steps);
        }
        first
    }

    /// To be decided for a contract.
    pub(crate) fn decides(
        &mut self,
        town: &Town,
        contract: &Addr,
        class: &'static str,
        action: &Value,
    ) -> Option<Step> {
        if let Some(lie) = self.lies(town, contract, class, action) {
            return Some(lie);
        }
        let said = match action.get("spend_commons") {
            Some(spend) => json!({"spend": spend}),
            None => json!({"decided": {"contract": contract, "action": base64(action)}}),
        };
        self.wish(town, class, said)
    }

    /// Now and then somebody says that it was decided.
    pub(super) fn lies(
        &mut self,
        town: &Town,
        contract: &Addr,
        class: &str,
        action: &Value,
    ) -> Option<Step> {
        let liar = self.random.one_in(30).then(|| self.someone(town))?;
        tell(&liar, contract, crate::town::decided(class, action))
    }

    /// To be said by the authority itself.
    pub(crate) fn forwards(
        &mut self,
        town: &Town,
        contract: &Addr,
        message: &Value,
    ) -> Option<Step> {
        let said = json!({"execute": {"contract": contract, "msg": base64(message)}});
        self.wish(town, "constitutional", said)
    }

    /// Wanted from now on; what brings some decision on.
    pub(crate) fn wish(&mut self, town: &Town, class: &'static str, action: Value) -> Option<Step> {
        let same = about(&action);
        self.wanted.retain(|(_, other)| about(other) != same);
        if self.wanted.len() < MOST {
            self.wanted.push((class, action));
        }
        self.govern(town)
    }

    /// What goes into one proposal: the first wish, and mostly others with it.
    pub(super) fn bundle(&mut self) -> (Option<&'static str>, Vec<Value>) {
        if self.wanted.is_empty() {
            return (None, vec![]);
        }
        let (mut class, first) = self.wanted.remove(0);
        let mut actions = vec![first];
        let alone = matches!(class, "urgent" | "spending") || self.random.one_in(4);
        while !alone && actions.len() < 6 {
            let fits = |(class, _): &(&str, Value)| !matches!(*class, "urgent" | "spending");
            let Some(at) = self.wanted.iter().position(fits) else {
                break;
            };
            let (other, action) = self.wanted.remove(at);
            if weight(other) > weight(class) {
                class = other;
            }
            actions.push(action);
        }
        // some ask for less than it takes
        if class == "constitutional" && self.random.one_in(24) {
            class = "ordinary";
        }
        (Some(class), actions)
    }

    /// What brings decisions on.
    pub(super) fn govern(&mut self, town: &Town) -> Option<Step> {
        let all = town.proposals();
        let before = all.iter().filter(|(_, p)| p.phase < Phase::Vote);
        // several wishes at a time
        let ripe = self.wanted.len() > 2 || !self.wanted.is_empty() && self.random.one_in(5);
        if ripe && (before.count() < 3 || self.random.one_in(12)) {
            let step = self.proposes(town, "propose");
            if step.is_some() {
                return step;
            }
        }
        self.govern_open(town)
    }

    /// What brings on what is proposed.
    pub(super) fn govern_open(&mut self, town: &Town) -> Option<Step> {
        let mut open = town.proposals();
        open.retain(|(_, proposal)| !proposal.phase.is_final());
        open.sort_by_key(|(_, proposal)| std::cmp::Reverse(proposal.phase));
        for (number, proposal) in &open {
            if let Some(step) = self.bring_proposal(town, *number, proposal) {
                return Some(step);
            }
        }
        let now = town.sandbox.now();
        let soonest = open
            .iter()
            .filter(|(_, p)| p.phase < Phase::Execution)
            .map(|(_, p)| p.until)
            .min()?;
        let left = soonest.saturating_sub(now);
        (left < 3 * DAY).then_some(Step::Wait(left.max(1)))
    }

    /// The next step of what is brought to its end.
    pub(crate) fn focused(&mut self, town: &Town) -> Option<Step> {
        let (focus, left) = self.focus.take()?;
        let now = town.sandbox.now();
        let step = match focus {
            Focus::Proposal(number) => {
                let all = town.proposals().into_iter();
                let (_, proposal) = all.into_iter().find(|(one, _)| *one == number)?;
                if proposal.phase.is_final() {
                    return None;
                }
                let left = proposal.until.saturating_sub(now);
                let waits = proposal.phase < Phase::Execution && left < 3 * DAY;
                self.bring_proposal(town, number, &proposal)
                    .or_else(|| waits.then_some(Step::Wait(left.max(1))))
            }
            Focus::Case(case) => {
                let kind = town.case(case)?.0.kind;
                // the word after "dismiss", mostly
                let words = outcomes(&kind);
                let usual = words.get(1).copied().unwrap_or_default();
                let word = match case % 4 {
                    0 if !words.is_empty() => *self.random.pick(words),
                    _ => usual,
                };
                match self.jury(town, case, word) {
                    Verdict::Step(step) => step,
                    Verdict::Final(_) => None,
                }
            }
            Focus::Draw(number) => {
                let all = town.draws().into_iter();
                let (_, terms, draw) = all.into_iter().find(|(one, ..)| *one == number)?;
                let over = matches!(draw.stage, Stage::Done | Stage::Lapsed);
                match over {
                    true => None,
                    false => self.bring_draw(town, number, &terms, &draw),
                }
            }
        };
        if step.is_some() && left > 1 {
            self.focus = Some((focus, left - 1));
        }
        step
    }

    /// What can be done about a proposal without waiting.
    pub(super) fn bring_proposal(
        &mut self,
        town: &Town,
        number: u64,
        proposal: &Proposal,
    ) -> Option<Step> {
        let now = town.sandbox.now();
        let due = now >= proposal.until;
        let anyone = self.someone(town);
        let about = number.to_string();
        let advance = json!({"advance": {"limit": 50, "proposal": about}});
        let onward = tell(&anyone, &town.assembly, advance);
        match proposal.phase {
            Phase::Draft if due => onward,
            Phase::Draft => self.supports(town, number),
            Phase::Deliberation | Phase::Vote | Phase::Tally | Phase::Timelock if due => onward,
            Phase::Deliberation if proposal.panel > 0 => self.panel_of(town, number),
            Phase::Vote => self.votes(town, number, proposal),
            Phase::Execution => {
                let runs = state::runs(number);
                let runs: Vec<Run> = town
                    .sandbox
                    .read(&town.assembly, |storage| runs.load(storage))
                    .ok()?
                    .ok()?;
                let pending = runs.iter().any(|run| run.state == RunState::Pending);
                if due || (!pending && !self.random.one_in(6)) {
                    return due.then_some(onward)?;
                }
                match self.random.below(4) {
                    0 => onward,
                    1 => {
                        let place = self.random.below(runs.len() as u64);
                        let execute = json!({"proposal": about, "action": place});
                        tell(&anyone, &town.assembly, json!({"execute": execute}))
                    }
                    _ => tell(
                        &anyone,
                        &town.assembly,
                        json!({"execute": {"proposal": about}}),
                    ),
                }
            }
            _ => None,
        }
    }

    /// Those for whom most others let speak vote, until enough have spoken.
    fn votes(&mut self, town: &Town, number: u64, proposal: &Proposal) -> Option<Step> {
        let electors = self.electors(town, proposal);
        let voted = self.voted(town, number);
        let mut behind: BTreeMap<u64, usize> = BTreeMap::new();
        // those who let others speak in all matters
        let keys = town.keys(&town.assembly, b'T').into_iter();
        for key in keys.filter(|key| key.get(16) == Some(&0)) {
            *behind.entry(be8(&key, 0)).or_default() += 1;
        }
        let weight = |person: &u64| 1 + behind.get(person).copied().unwrap_or(0);
        let spoken: usize = voted.iter().map(weight).sum();
        // more than the quorum
        let share = match proposal.class {
            Class::Urgent => 25,
            Class::Ordinary => 35,
            Class::Spending => 45,
            Class::Constitutional => 60,
        };
        let enough = (electors.len() * share).div_ceil(100).max(3);
        let missing = enough.saturating_sub(spoken);
        let mut able: Vec<_> = electors
            .iter()
            .filter(|m| !voted.contains(&m.number))
            .collect();
        if missing == 0 || able.is_empty() {
            return None;
        }
        able.sort_by_key(|m| std::cmp::Reverse(weight(&m.number)));
        let mut steps = vec![];
        let mut sum = 0;
        for member in able {
            if sum >= missing || steps.len() >= 12 {
                break;
            }
            sum += weight(&member.number);
            let ballot = self.ballot(proposal);
            let about = number.to_string();
            let vote = json!({"vote": {"proposal": about, "ballot": ballot}});
            let say = |message| Step::Tell(member.address.clone(), town.assembly.clone(), message);
            steps.push(say(vote.clone()));
            if self.random.one_in(16) {
                // thinks again
                steps.push(say(json!({"unvote": {"proposal": about}})));
                steps.push(say(vote));
            }
        }
        self.burst(steps)
    }

    /// What is paid into the commons as time passes.
    pub(super) fn fills_commons(&mut self, town: &Town) -> Option<Step> {
        match self.random.one_in(3) {
            true => Some(Step::Wait(5 * DAY)),
            false => self.sense_credit(town, "settle"),
        }
    }
}
