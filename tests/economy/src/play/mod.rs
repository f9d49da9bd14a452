//! Random messages: sensible ones, ones at the edge, ones of people who may
//! not. What was done suggests what could follow (a request may be accepted,
//! an invitation too): such messages are remembered and sent now and then,
//! rarely at once and not always at all.

mod assembly;
mod clearing;
mod commons;
mod credit;
mod funding;
mod members;
mod sortition;
mod trust;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cosmwasm_std::Addr;
use mycel_sandbox::{Receipt, Refusal};
use serde_json::{Value, json};

pub use members::HASH;

use crate::random::Random;
use crate::scores::Scores;
use crate::town::{CREDIT, DAY, Town, decided};

/// Steps for which something is brought to its end.
const FOCUS: u8 = 40;
/// Suggestions that are remembered.
const REMEMBERED: usize = 60;

/// A source of messages.
#[derive(Clone, Debug)]
pub struct Play {
    /// Where the randomness comes from.
    pub random: Random,
    next: Vec<Step>,
    /// What several do one after the other, as when a vote is on.
    pub(crate) soon: VecDeque<Step>,
    /// What is brought to its end before most other things, and for how many steps yet.
    pub(crate) focus: Option<(Focus, u8)>,
    /// What somebody wants to be decided: class and action of the assembly.
    pub(crate) wanted: Vec<(&'static str, Value)>,
    /// What jurors mean to vote, by case, jury and person.
    pub(crate) meant: BTreeMap<(u64, u8, u64), &'static str>,
    /// Lotteries that were committed to.
    pub(crate) bids: Vec<Bid>,
    /// A kind of message that is pursued, and for how many steps yet.
    pub(crate) pursued: Option<(&'static str, u8)>,
    /// Kinds that were accepted in this play: the others are sought more.
    pub(crate) reached: BTreeSet<&'static str>,
    /// How many names and identity commitments were used.
    pub(crate) identities: usize,
    /// The newest round of a market.
    allocation: Option<String>,
    /// Certificates that were committed to: round, solver, post, body.
    pub(crate) committed: Vec<(String, Addr, u64, Vec<u8>)>,
    /// Sealed orders of commons' auctions: auction, person, whether it sells, price, quantity.
    pub(crate) orders: Vec<(u64, u64, bool, u64, u64)>,
    /// What mailboxes of trust commit to.
    pub(crate) scores: Scores,
}

/// Something that takes many steps by many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// A proposal.
    Proposal(u64),
    /// A case before a jury.
    Case(u64),
    /// A draw.
    Draw(u64),
}

/// A lottery that was committed to.
#[derive(Clone, Debug)]
pub(crate) struct Bid {
    pub(crate) draw: u64,
    pub(crate) post: u32,
    pub(crate) who: Addr,
    pub(crate) pages: Vec<Vec<u8>>,
    pub(crate) posted: usize,
}

/// What happens next.
#[derive(Clone, Debug)]
pub enum Step {
    /// Somebody (first) says something to a contract (second).
    Tell(Addr, Addr, Value),
    /// Time passes.
    Wait(u64),
    /// The block ends.
    EndBlock,
}

impl Play {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Play {
        Play {
            random: Random(seed),
            next: vec![],
            soon: VecDeque::new(),
            focus: None,
            wanted: vec![],
            meant: BTreeMap::new(),
            bids: vec![],
            pursued: None,
            reached: BTreeSet::new(),
            identities: 1_000,
            allocation: None,
            committed: vec![],
            orders: vec![],
            scores: Scores::default(),
        }
    }

    /// What happens next.
    pub fn step(&mut self, town: &Town) -> Step {
        if !self.random.one_in(10)
            && let Some(step) = self.soon.pop_front()
        {
            return step;
        }
        let focuses = match self.pursued {
            Some(_) => self.random.one_in(5),
            None => !self.random.one_in(4),
        };
        if focuses && let Some(step) = self.focused(town) {
            return step;
        }
        match self.random.below(24) {
            0 => Step::EndBlock,
            1 | 2 => Step::Wait(match self.random.below(16) {
                0 => DAY * self.random.below(40),
                1..=4 => self.random.below(DAY),
                _ => self.random.below(20),
            }),
            3..=7 if !self.next.is_empty() => {
                let at = self.random.below(self.next.len() as u64) as usize;
                match self.random.one_in(2) {
                    true => self.next[at].clone(),
                    false => self.next.swap_remove(at),
                }
            }
            3..=9 => self.anything(town),
            _ => match self.sensible(town) {
                Some(step) => step,
                None => self.anything(town),
            },
        }
    }

    /// Whatever comes to mind, most of it refused.
    fn anything(&mut self, town: &Town) -> Step {
        match self.random.below(11) {
            10 => self.trust(town),
            0 | 1 => self.credit(town),
            2 => self.clearing(town),
            3 => self.sortition(town),
            4 => self.assembly(town),
            5 | 6 => self.commons(town),
            7 => self.funding(town),
            _ => self.members(town),
        }
    }

    /// Remembers which kinds were accepted and what could follow.
    pub fn learn(
        &mut self,
        town: &Town,
        step: &Step,
        result: &Option<Result<Receipt, Refusal>>,
        accepted: &[&'static str],
    ) {
        self.reached.extend(accepted);
        if self
            .pursued
            .is_some_and(|(kind, _)| accepted.contains(&kind))
        {
            self.pursued = None;
        }
        let (Step::Tell(sender, contract, message), Some(Ok(receipt))) = (step, result) else {
            return;
        };
        self.scores.learn(town, step);
        let told = step.kind(town);
        self.attend(&told, message, receipt);
        if told == "sortition.beacon" && message["beacon"].get("post").is_some() {
            self.back_to_own(town);
        }
        let mut follow = if *contract == town.credit {
            self.after_credit(town, sender, message, receipt)
        } else if *contract == town.clearing {
            self.after_clearing(town, sender, message, receipt)
        } else if *contract == town.members {
            self.after_members(town, sender, message, receipt)
        } else {
            vec![]
        };
        follow.extend(self.after_case(town, receipt));
        for step in follow {
            if self.next.len() >= REMEMBERED {
                let at = self.random.below(REMEMBERED as u64) as usize;
                self.next.swap_remove(at);
            }
            self.next.push(step);
        }
    }

    /// Mailboxes of trust that commit to something else than what was said.
    #[must_use]
    pub fn scores_differ(&self, town: &Town) -> Vec<String> {
        self.scores.differ(town)
    }

    /// What was begun is mostly brought to an end.
    fn attend(&mut self, told: &str, message: &Value, receipt: &Receipt) {
        if self.focus.is_some() {
            return;
        }
        let number = |key: &str| receipt.attribute(key)?.parse().ok();
        let opened = match told {
            "assembly.propose" => {
                let ballot = message["propose"]["ballot"].to_string();
                let weighty =
                    ballot.contains("contract") || message["propose"]["panel"].is_object();
                number("proposal").filter(|_| weighty).map(Focus::Proposal)
            }
            "sortition.advance" => None,
            _ if self.random.one_in(3) => None,
            _ => match number("case") {
                Some(case) => Some(Focus::Case(case)),
                None => number("draw").map(Focus::Draw),
            },
        };
        self.focus = opened.map(|opened| (opened, FOCUS));
    }

    /// A case was opened somewhere on the way.
    fn after_case(&mut self, town: &Town, receipt: &Receipt) -> Vec<Step> {
        let Some(case) = receipt.attribute("case") else {
            return vec![];
        };
        let anyone = self.someone(town);
        let about = json!({"case": case});
        let (sortition, members) = (&town.sortition, &town.members);
        [
            (sortition, json!({"appeal": about})),
            (sortition, json!({"advance": about})),
            (&town.commons, json!({"advance": about})),
            (&town.commons, json!({"advance": about})),
            (members, json!({"advance": about})),
            (members, json!({"advance": about})),
        ]
        .map(|(contract, message)| Step::Tell(anyone.clone(), contract.clone(), message))
        .to_vec()
    }

    /// Mostly somebody who is known.
    pub(crate) fn someone(&mut self, town: &Town) -> Addr {
        for _ in 0..4 {
            let address = self.random.pick(&town.people);
            if town.person(address).is_some() {
                return address.clone();
            }
        }
        self.random.pick(&town.people).clone()
    }

    /// Often a few credits, sometimes anything.
    fn amount(&mut self) -> String {
        let pico = match self.random.below(8) {
            0 => self.random.below(3),
            1 => self.random.sized(63),
            2 | 3 => self.random.below(900) * CREDIT,
            _ => self.random.below(60 * CREDIT),
        };
        pico.to_string()
    }

    /// A small number that may be somebody's or something's.
    pub(crate) fn id(&mut self) -> String {
        let most = 1 + self.random.below(30);
        self.random.below(most).to_string()
    }

    /// Decided, or said by somebody who decides nothing.
    fn decision(
        &mut self,
        town: &Town,
        contract: &Addr,
        class: &'static str,
        action: &Value,
    ) -> Step {
        if self.random.one_in(3) {
            let liar = self.someone(town);
            return Step::Tell(liar, contract.clone(), decided(class, action));
        }
        let step = self.decides(town, contract, class, action);
        step.unwrap_or(Step::Wait(1))
    }
}

impl Step {
    /// The kind of message, for counting.
    #[must_use]
    pub fn kind(&self, town: &Town) -> String {
        let Step::Tell(_, contract, message) = self else {
            return match self {
                Step::EndBlock => "end_block".into(),
                _ => "wait".into(),
            };
        };
        let first = |message: &Value| {
            let fields = message.as_object();
            let first = fields.and_then(|fields| fields.keys().next());
            first.cloned().unwrap_or_default()
        };
        let name = |contract: &str| match contract {
            c if c == town.credit.as_str() => "credit",
            c if c == town.members.as_str() => "members",
            c if c == town.clearing.as_str() => "clearing",
            c if c == town.sortition.as_str() => "sortition",
            c if c == town.assembly.as_str() => "assembly",
            c if c == town.commons.as_str() => "commons",
            c if c == town.funding.as_str() => "funding",
            c if c == town.trust.as_str() => "trust",
            _ => "holder",
        };
        if let Some(action) = message["decided"].get("action") {
            return format!("{}.decided/{}", name(contract.as_str()), first(action));
        }
        format!("{}.{}", name(contract.as_str()), first(message))
    }
}

impl Town {
    /// Does what a step says; time that passes is neither receipt nor refusal.
    pub fn take(&mut self, step: &Step) -> Option<Result<Receipt, Refusal>> {
        match step {
            Step::Tell(sender, contract, message) => {
                Some(self.sandbox.execute(sender, contract, message))
            }
            Step::Wait(seconds) => {
                self.sandbox.advance_time(*seconds);
                None
            }
            Step::EndBlock => {
                let ended = self.sandbox.end_block();
                ended
                    .into_iter()
                    .map(|(_, result)| result)
                    .reduce(Result::and)
            }
        }
    }
}
