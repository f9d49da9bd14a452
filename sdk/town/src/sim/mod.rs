//! A town of agents on the contracts themselves, a day at a time, in virtual time: compiled contracts or the same
//! code natively.
//!
//! Everybody buys from a few suppliers in turn, so that trade circulates. On top of it debtors borrow by buying more
//! than they sell and repay a share of their debt a day; hoarders spend half of what they earn; the commons pay for
//! services; now and then one defaults and is written off by the word of a jury drawn by lot, and one gives everything away and
//! leaves. Agents are a model and reckon in floats; what they do reaches the contracts as messages.
mod agents;
pub mod jury;

use std::path::PathBuf;

use cosmwasm_std::Addr;
use mycel_credit::{
    decay, invariants,
    msg::{Action, ExecuteMsg},
    policies::Standard,
    state,
};
use mycel_kit::{
    Amount, Id,
    peers::assembly::AssemblyMsg,
    roles::{Class, Electorate},
};
use mycel_sandbox::{CodeError, Refusal, Sandbox};
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    contracts::{ASSEMBLY, CREDIT, Contracts, MEMBERS, Missing, SORTITION},
    plan::RATE_PPB_PER_DAY,
    seed::{self, SeedError, Way},
    setup::{self, Terms},
    town::{member, operator},
};
use agents::{Agents, Deed};

const DAY: u64 = 86_400;
/// When simulated towns begin: 14 November 2023.
const START: u64 = 1_700_000_000;
const CREDIT_PICO: f64 = 1e12;

/// What is simulated.
#[derive(Clone, Debug)]
pub struct Story {
    /// How many members.
    pub members: u32,
    /// How long.
    pub days: u32,
    /// Of the agents' dice.
    pub seed: u64,
    /// The folder of compiled contracts, or the same code natively.
    pub wasm: Option<PathBuf>,
}

/// How a day ended; credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Day {
    /// From 1.
    pub day: u32,
    /// Σ of what members own.
    pub owned: f64,
    /// The commons fund.
    pub commons: f64,
    /// Decay in 10^-9 a day.
    pub rate_ppb: u32,
    /// The share of everything owned that the richest hundredth owns.
    pub top_share: f64,
    /// Members who are there.
    pub members: u32,
    /// Payments made since the day before in this list.
    pub payments: u32,
    /// Payments refused since then.
    pub refused: u32,
    /// What was written off so far.
    pub written_off: f64,
}

/// Why a simulation ended.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// A contract was not compiled.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// A contract cannot be run.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The town could not be founded.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A contract refused what it must not.
    #[error("day {day}: {what}: {why}")]
    Refused {
        /// When.
        day: u32,
        /// What was tried.
        what: &'static str,
        /// The refusal.
        why: Refusal,
    },
    /// A contract says that an invariant does not hold.
    #[error("day {day}: {broken}")]
    Broken {
        /// When.
        day: u32,
        /// Which.
        broken: String,
    },
}

/// The town while it lives.
struct Town {
    sandbox: Sandbox,
    operator: Addr,
    assembly: Addr,
    sortition: Addr,
    members: Addr,
    credit: Addr,
    addresses: Vec<Addr>,
    day: u32,
    lately: Day,
    written_off: f64,
    cases: u64,
}

/// Lives the story; `progress` sees each day. Gives the end of every 10th day, and of the last.
pub fn simulate(story: &Story, mut progress: impl FnMut(u32)) -> Result<Vec<Day>, SimError> {
    let mut town = Town::found(story)?;
    let mut agents = Agents::new(story.members as usize, StdRng::seed_from_u64(story.seed));
    let mut days = vec![];
    for day in 1..=story.days {
        town.day = day;
        town.sandbox.advance_time(DAY);
        let positions = town.positions();
        for deed in agents.live(day, &positions, town.rate()) {
            town.carry_out(deed, &mut agents)?;
        }
        town.end_day()?;
        if day.is_multiple_of(10) || day == story.days {
            days.push(town.look(&agents));
            town.lately = Day::default();
        }
        if day.is_multiple_of(30) {
            town.check()?;
        }
        progress(day);
    }
    town.check()?;
    Ok(days)
}

impl Town {
    fn found(story: &Story) -> Result<Self, SimError> {
        let folder = story.wasm.as_deref();
        let contracts = Contracts::read_or_native(folder)?;
        let way = match folder {
            Some(_) => Way::Compiled,
            None => Way::Native,
        };
        let grant = Amount::credits(320).unwrap_or(Amount::ZERO);
        let terms = Terms {
            rate_ppb_per_day: RATE_PPB_PER_DAY,
            starter: grant,
            // small enough that nobody strikes, so that a verdict takes seconds of the town's time
            jury_cap: 3,
            ..Terms::default()
        };
        let keys = (1..=story.members).map(|n| (n, member(n))).collect();
        let mut sandbox = seed::sandbox(&contracts, &terms, 1, START, way)?;
        seed::enrol(&mut sandbox, &contracts, &keys, None)?;
        let addr = |name: &str| Addr::unchecked(contracts.address(name).to_string());
        for name in setup::END_BLOCK {
            let subscribed = sandbox.subscribe_end_block(&addr(name));
            subscribed.map_err(SeedError::from)?;
        }
        Ok(Self {
            sandbox,
            operator: Addr::unchecked(operator().address().to_string()),
            assembly: addr(ASSEMBLY),
            sortition: addr(SORTITION),
            members: addr(MEMBERS),
            credit: addr(CREDIT),
            addresses: keys
                .values()
                .map(|key| Addr::unchecked(key.address().to_string()))
                .collect(),
            day: 0,
            lately: Day::default(),
            written_off: 0.0,
            cases: 0,
        })
    }

    fn carry_out(&mut self, deed: Deed, agents: &mut Agents) -> Result<(), SimError> {
        match deed {
            Deed::Pay { from, to, credits } => {
                self.pay(from, to, credits);
            }
            Deed::Spend { to, credits } => {
                // refused where the commons have less: then less is done
                let action = Action::SpendCommons {
                    to: Some(self.addresses[to].to_string()),
                    amount: pico(credits),
                    hold_for: None,
                    msg: None,
                };
                let _ = self.decide(&action);
            }
            Deed::Default { who } => {
                agents.leave(who);
                self.default(who)?;
            }
            Deed::Leave { who, heir } => {
                agents.leave(who);
                let owned = self.position(who);
                self.pay(who, heir, owned - 0.001);
                self.leave(who);
            }
        }
        Ok(())
    }

    fn pay(&mut self, from: usize, to: usize, credits: f64) {
        let amount = pico(credits);
        if amount.is_zero() || from == to {
            return;
        }
        let pay = ExecuteMsg::Pay {
            to: self.addresses[to].to_string(),
            amount,
            reference: None,
            memo: None,
        };
        let paid = self
            .sandbox
            .execute(&self.addresses[from].clone(), &self.credit.clone(), &pay);
        match paid {
            Ok(_) => self.lately.payments += 1,
            Err(_) => self.lately.refused += 1,
        }
    }

    /// What voters decided: how they came to it is not played.
    fn decide(&mut self, action: &Action) -> Result<(), Refusal> {
        let decided = AssemblyMsg::Decided {
            proposal: Id(1),
            electorate: Electorate::All,
            class: Class::Constitutional,
            action: action.clone(),
        };
        let (assembly, credit) = (self.assembly.clone(), self.credit.clone());
        self.sandbox.execute(&assembly, &credit, &decided).map(drop)
    }

    /// A jury drawn by lot finds that a debt will not be paid; it is written off as far as guarantors and budget reach.
    fn default(&mut self, who: usize) -> Result<(), SimError> {
        let before = self.position(who);
        if before >= 0.0 {
            return Ok(());
        }
        let (assembly, sortition) = (self.assembly.clone(), self.sortition.clone());
        let open = mycel_sortition::msg::OpenCase {
            r#ref: format!("default/{who}"),
            kind: "default".into(),
            size: 11,
            threshold_bps: 6_667,
            parties: vec![Id(who as u64 + 1)],
            deadline: mycel_kit::Seconds(self.sandbox.now() + 7 * DAY),
        };
        let decided = AssemblyMsg::Decided {
            proposal: Id(1),
            electorate: Electorate::All,
            class: Class::Ordinary,
            action: mycel_sortition::msg::Action::OpenCase(open),
        };
        let refused = |what, day| move |why| SimError::Refused { day, what, why };
        let day = self.day;
        self.sandbox
            .execute(&assembly, &sortition, &decided)
            .map_err(refused("a case", day))?;
        self.cases += 1;
        let case = Id(self.cases);
        let addresses = &self.addresses;
        let address = |Id(person): Id| {
            let place = usize::try_from(person)
                .unwrap_or(usize::MAX)
                .wrapping_sub(1);
            addresses.get(place).cloned().unwrap_or(Addr::unchecked(""))
        };
        jury::judge(&mut self.sandbox, &sortition, case, "default", address)
            .map_err(refused("a jury's word", day))?;
        let action = Action::WriteOff {
            member: self.addresses[who].to_string(),
            case,
        };
        self.decide(&action).map_err(refused("a write-off", day))?;
        self.written_off += self.position(who) - before;
        Ok(())
    }

    /// Gives the rest to the commons and leaves; what keeps somebody here keeps them.
    fn leave(&mut self, who: usize) {
        let address = self.addresses[who].clone();
        let close = ExecuteMsg::CloseTo { to: None };
        let leave = serde_json::json!({"leave": {}});
        let advance = serde_json::json!({"advance": {"person": (who as u64 + 1).to_string()}});
        let (credit, members) = (self.credit.clone(), self.members.clone());
        let _ = self.sandbox.execute(&address, &members, &leave);
        let _ = self.sandbox.execute(&address, &credit, &close);
        let _ = self.sandbox.execute(&address, &members, &advance);
    }

    /// A chain has thousands of blocks a day; here one ends, and somebody does the day's work by messages.
    fn end_day(&mut self) -> Result<(), SimError> {
        let day = self.day;
        let refused = |what| move |why| SimError::Refused { day, what, why };
        for (_, ended) in self.sandbox.end_block() {
            ended.map_err(refused("the end of a block"))?;
        }
        let (anyone, credit) = (self.operator.clone(), self.credit.clone());
        let turn = self.day as usize % 6;
        let some: Vec<Vec<String>> = self
            .addresses
            .chunks(mycel_credit::msg::MAX_SETTLE)
            .skip(turn)
            .step_by(6)
            .map(|some| some.iter().map(Addr::to_string).collect())
            .collect();
        for accounts in some {
            let settle = ExecuteMsg::Settle { accounts };
            self.sandbox
                .execute(&anyone, &credit, &settle)
                .map_err(refused("settling"))?;
        }
        let advance = ExecuteMsg::Advance {
            limit: mycel_credit::msg::MAX_ADVANCE,
        };
        // several goes: the census of a large town is longer than one message may be
        for _ in 0..=self.addresses.len() / 200 {
            self.sandbox
                .execute(&anyone, &credit, &advance)
                .map_err(refused("the day's work"))?;
        }
        if self.day.is_multiple_of(30) {
            let distribute = ExecuteMsg::Distribute {};
            // refused before an epoch has ended
            let _ = self.sandbox.execute(&anyone, &credit, &distribute);
        }
        Ok(())
    }

    fn position(&self, who: usize) -> f64 {
        let number = u32::try_from(who).unwrap_or(u32::MAX);
        let now = self.sandbox.now();
        let read = |storage: &dyn cosmwasm_std::Storage| {
            let account = state::account(number).load(storage).ok()?;
            let terms = state::terms().load(storage).ok()?;
            let lambda = terms.clock.at(now).ok()?.max(account.snap);
            decay::view::<Standard>(&account, lambda, &terms).ok()
        };
        let position = self.sandbox.read(&self.credit, read).ok().flatten();
        position.unwrap_or(0) as f64 / CREDIT_PICO
    }

    fn positions(&self) -> Vec<f64> {
        (0..self.addresses.len())
            .map(|who| self.position(who))
            .collect()
    }

    fn rate(&self) -> u32 {
        let read = |storage: &dyn cosmwasm_std::Storage| state::parameters().load(storage);
        let read = self.sandbox.read(&self.credit, read);
        read.ok()
            .and_then(Result::ok)
            .map_or(0, |parameters| parameters.rate_ppb_per_day)
    }

    fn look(&self, agents: &Agents) -> Day {
        let mut owned: Vec<f64> = self.positions().into_iter().map(|p| p.max(0.0)).collect();
        owned.sort_by(f64::total_cmp);
        let all: f64 = owned.iter().sum();
        let top = owned.len().div_ceil(100);
        let read = |storage: &dyn cosmwasm_std::Storage| invariants::read(storage);
        let books = self.sandbox.read(&self.credit, read);
        let commons = books
            .ok()
            .and_then(Result::ok)
            .map_or(0, |b| b.totals.commons);
        Day {
            day: self.day,
            owned: all,
            commons: commons as f64 / CREDIT_PICO,
            rate_ppb: self.rate(),
            top_share: owned.iter().rev().take(top).sum::<f64>() / all.max(1.0),
            members: agents.here(),
            written_off: self.written_off,
            ..self.lately
        }
    }

    /// Every invariant that the contracts themselves say does not hold.
    fn check(&self) -> Result<(), SimError> {
        for contract in [&self.credit, &self.members, &self.sortition] {
            let asked = serde_json::json!({"invariants": {}});
            let told: mycel_kit::standard::Invariants = self
                .sandbox
                .query(contract, &asked)
                .map_err(|why| SimError::Refused {
                    day: self.day,
                    what: "the invariants",
                    why,
                })?;
            if let Some(broken) = told.invariants.iter().find(|invariant| !invariant.holds) {
                return Err(SimError::Broken {
                    day: self.day,
                    broken: format!("{broken:?}"),
                });
            }
        }
        Ok(())
    }
}

/// Whole micro-credits.
fn pico(credits: f64) -> Amount {
    Amount::new((credits.max(0.0) * 1e6) as u64 * 1_000_000).unwrap_or(Amount::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_town_lives_two_months_the_same_for_the_same_seed() {
        let story = Story {
            members: 40,
            days: 60,
            seed: 7,
            wasm: None,
        };
        let days = simulate(&story, |_| {}).unwrap();
        assert_eq!(days, simulate(&story, |_| {}).unwrap());
        let last = days.last().unwrap();
        assert_eq!((last.day, days.len()), (60, 6));
        assert!(last.payments > 50, "{last:?}");
        assert!(last.owned > 0.0 && last.commons > 0.0, "{last:?}");
    }
}
