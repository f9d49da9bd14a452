//! A town of agents on the contract itself, a day at a time.
//!
//! Everybody buys from six suppliers in turn, so that trade circulates and
//! nobody drifts. On top of it: debtors borrow by buying more than they sell
//! and repay a share of their debt a day; hoarders spend half of what they
//! earn; the commons spend a constant sum a week; a few default and are
//! written off, a few leave. A faster decay makes trade a little brisker.
//!
//! Agents are only a model, so they may reckon in floats; what they do reaches
//! the contract as messages.

use std::collections::VecDeque;

use mycel_credit::census;
use mycel_credit::contract;
use mycel_credit::decay;
use mycel_credit::economy::controller_key;
use mycel_credit::invariants;
use mycel_credit::msg::{
    Action, EconomyChanges, ExecuteMsg, NewAccount, ParameterChanges, SudoMsg, WaterfallTerms,
};
use mycel_credit::policies::Standard;
use mycel_credit::state::{self, Kind};
use mycel_kit::peers::sortition::{Case, CaseStatus, SortitionQuery};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id, Seconds};

use crate::world::{CREDIT, DAY, Random, World};

/// What each agent pays every third day, in credits.
const PURCHASE: f64 = 30.0;
/// What each debtor owes at first.
const DEBT: f64 = 700.0;
/// What everybody gets at first.
const GRANT: u64 = 320;
/// By which power of the rate trade grows.
const VELOCITY: f64 = 0.1;
/// The rate that the town begins with, a day.
const RATE: f64 = 0.001;

/// What happens to the town.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// How many agents.
    pub members: usize,
    /// How long.
    pub days: u64,
    /// Share of their debts that debtors repay a day.
    pub repay: f64,
    /// First of the 30 days in which money grows by 80 %.
    pub burst: u64,
    /// From this day on trade is 30 % less.
    pub drop: u64,
    /// Days before the controller moves the rate.
    pub patience: u16,
    /// Two friends pay to and fro all day.
    pub friends: bool,
    /// Of its numbers.
    pub seed: u64,
}

/// How a day ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// Money over k times what was bought in 30 days: purchases on loan and
    /// services to the commons are left out, which the contract cannot.
    pub stock: f64,
    /// In 10^-9 a day.
    pub rate: u32,
    /// What the contract counted last: volume, median, payers.
    pub counted: (u128, u64, u32),
}

/// What the town came to.
#[derive(Debug)]
pub struct Outcome {
    /// Day by day.
    pub days: Vec<Day>,
    /// Greatest share of all positive positions that 1 % of members held.
    pub top_share: f64,
    /// Written-off debts that the loss budget did not cover, in credits.
    pub uncovered: f64,
    /// All written-off debts.
    pub written_off: f64,
    /// What the two friends own together at the end, in credits.
    pub friends: f64,
    /// What two who began like them and did nothing own.
    pub idle: f64,
    /// Payments made and payments refused.
    pub payments: (u64, u64),
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Debtor,
    Saver,
    Hoarder,
}

struct Agent {
    address: String,
    role: Role,
    suppliers: [usize; 6],
    here: bool,
}

struct Town {
    story: Story,
    world: World,
    random: Random,
    agents: Vec<Agent>,
    day: u64,
    payments: (u64, u64),
    /// What was bought each day of the last 30.
    bought: VecDeque<f64>,
    /// Money when everything was in order.
    money: f64,
    uncovered: f64,
    written_off: f64,
}

/// Plays the story.
pub fn play(story: Story) -> Outcome {
    let mut town = Town::found(story);
    let mut days = Vec::new();
    // the contract's volume over what was bought, while all is calm
    let (mut top_share, mut counted) = (0f64, 0f64);
    while town.day < story.days {
        town.live();
        if town.day.is_multiple_of(30) {
            top_share = top_share.max(town.top_share());
        }
        if town.day.is_multiple_of(90) {
            town.world.check();
        }
        let measured = census::census()
            .load(&town.world.storage)
            .expect("a census");
        let bought: f64 = town.bought.iter().sum();
        if town.day < story.burst && measured.result.volume > 0 {
            counted = credits(measured.result.volume.cast_signed()) / bought;
        }
        let need = MONTHS * counted * bought;
        let stock = if counted > 0.0 {
            town.money_now() / need
        } else {
            1.0
        };
        days.push(Day {
            stock,
            rate: town.rate(),
            counted: (
                measured.result.volume,
                measured.result.median,
                measured.result.payers,
            ),
        });
    }
    town.world.check();
    let two = |first: usize| town.position(first) + town.position(first + 1);
    let (friends, idle) = (two(story.members), two(story.members + 2));
    Outcome {
        days,
        top_share,
        uncovered: town.uncovered,
        written_off: town.written_off,
        friends,
        idle,
        payments: town.payments,
    }
}

/// k: how many months of trade should be held.
const MONTHS: f64 = 2.0;

fn credits(pico: i128) -> f64 {
    pico as f64 / CREDIT as f64
}

fn pico(credits: f64) -> Amount {
    // whole micro-credits
    Amount::new((credits.max(0.0) * 1e6) as u64 * 1_000_000).expect("a small sum")
}

impl Town {
    fn found(story: Story) -> Town {
        let world = World::new(|msg| {
            msg.starter_grant = Amount::credits(GRANT);
            msg.parameters = Some(Box::new(ParameterChanges {
                economy: Some(EconomyChanges {
                    starter_opening: Amount::credits(GRANT),
                    need_per_volume_bps: Some((MONTHS * 10_000.0) as u32),
                    controller_after_days: Some(story.patience),
                    ..EconomyChanges::default()
                }),
                waterfall: Some(WaterfallTerms {
                    epoch: Seconds(30 * DAY),
                    losses_ppm: 100_000,
                    genesis_ppm: 0,
                    services_ppm: 900_000,
                    reserve: Amount::ZERO,
                }),
                ..ParameterChanges::default()
            }));
        });
        let mut town = Town {
            story,
            world,
            random: Random(story.seed),
            agents: Vec::new(),
            day: 0,
            payments: (0, 0),
            bought: VecDeque::new(),
            money: 0.0,
            uncovered: 0.0,
            written_off: 0.0,
        };
        town.settle_people();
        let sortition = town.world.address("sortition");
        let jury = ParameterChanges {
            sortition: Some(sortition),
            ..ParameterChanges::default()
        };
        let authority = town.world.authority.to_string();
        let msg = ExecuteMsg::SetParameters(Box::new(jury));
        town.world.execute(&authority, msg).expect("a jury");
        // first debts: what debtors bought before the story begins
        for debtor in 0..story.members {
            if town.agents[debtor].role == Role::Debtor {
                for _ in 0..4 {
                    let saver = town.someone(|agent| agent.role != Role::Debtor);
                    town.pay(debtor, saver, (DEBT + GRANT as f64) / 4.0);
                }
            }
        }
        for _ in 0..story.members.div_ceil(32) {
            town.end_block();
        }
        town.money = town.money_now();
        town
    }

    fn settle_people(&mut self) {
        let members = self.story.members;
        let shops: Vec<Vec<usize>> = (0..6).map(|_| self.permutation(members)).collect();
        for n in 0..members + 4 {
            let address = self.world.address(&format!("agent {n}"));
            let role = match n % 20 {
                0..8 => Role::Debtor,
                8 => Role::Hoarder,
                _ => Role::Saver,
            };
            self.agents.push(Agent {
                address,
                role,
                suppliers: std::array::from_fn(|k| shops[k].get(n).copied().unwrap_or(0)),
                here: n < members,
            });
        }
        let newcomers: Vec<NewAccount> = (0u64..)
            .zip(&self.agents)
            .map(|(person, agent)| NewAccount {
                owner: agent.address.clone(),
                kind: Kind::Person,
                person: Some(Id(person)),
                sponsor: None,
                limit: Amount::credits(5_000),
            })
            .collect();
        let authority = self.world.authority.to_string();
        for fifty in newcomers.chunks(50) {
            let accounts = fifty.to_vec();
            let msg = ExecuteMsg::OpenAccounts { accounts };
            self.world.execute(&authority, msg).expect("enrols");
        }
    }

    fn permutation(&mut self, of: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..of).collect();
        for last in (1..of).rev() {
            places.swap(last, self.random.below(last as u64 + 1) as usize);
        }
        places
    }

    fn someone(&mut self, fits: impl Fn(&Agent) -> bool) -> usize {
        loop {
            let one = self.random.below(self.story.members as u64) as usize;
            if self.agents[one].here && fits(&self.agents[one]) {
                return one;
            }
        }
    }

    fn pay(&mut self, from: usize, to: usize, sum: f64) -> bool {
        let amount = pico(sum);
        if amount.is_zero() || from == to {
            return false;
        }
        let msg = ExecuteMsg::Pay {
            to: self.agents[to].address.clone(),
            amount,
            reference: None,
            memo: None,
        };
        let from = self.agents[from].address.clone();
        let paid = self.world.execute(&from, msg).is_ok();
        self.payments.0 += u64::from(paid);
        self.payments.1 += u64::from(!paid);
        paid
    }

    fn position(&self, agent: usize) -> f64 {
        let number = u32::try_from(agent).expect("few");
        let account = state::account(number)
            .load(&self.world.storage)
            .expect("an account");
        let lambda = self.world.lambda();
        let view = decay::view::<Standard>(&account, lambda, &self.world.terms());
        credits(view.expect("time goes on"))
    }

    fn money_now(&self) -> f64 {
        let totals = invariants::read(&self.world.storage).expect("books").totals;
        credits(totals.positive + totals.held - totals.reserved)
    }

    fn rate(&self) -> u32 {
        let parameters = state::parameters().load(&self.world.storage);
        parameters.expect("parameters").rate_ppb_per_day
    }

    /// How much of the usual trade there is.
    fn trade(&self) -> f64 {
        if self.day > self.story.drop { 0.7 } else { 1.0 }
    }

    fn live(&mut self) {
        self.day += 1;
        self.world.now += DAY;
        self.buy();
        self.borrow_and_repay();
        self.burst();
        self.spend_commons();
        self.part();
        if self.story.friends {
            let (one, other) = (self.story.members, self.story.members + 1);
            for _ in 0..5 {
                self.pay(one, other, 300.0);
                self.pay(other, one, 300.0);
            }
        }
        self.end_block();
        // a chain has thousands of blocks a day; here somebody settles a sixth
        let anyone = self.world.address("anyone");
        let sixth: Vec<String> = self
            .agents
            .iter()
            .map(|agent| agent.address.clone())
            .collect();
        for some in sixth.chunks(64).skip(self.day as usize % 6).step_by(6) {
            let accounts = some.to_vec();
            let msg = ExecuteMsg::Settle { accounts };
            self.world.execute(&anyone, msg).expect("settles");
        }
        let work = ExecuteMsg::Advance { limit: 4_000 };
        self.world.execute(&anyone, work).expect("advances");
        if self.day.is_multiple_of(30) {
            let flow = ExecuteMsg::Distribute {};
            self.world.execute(&anyone, flow).expect("an epoch ended");
        }
    }

    fn buy(&mut self) {
        let brisk = (f64::from(self.rate()) / 1e9 / RATE).powf(VELOCITY);
        let sum = PURCHASE * self.trade() * brisk;
        let turn = self.day / 3;
        let mut bought = 0.0;
        for agent in 0..self.story.members {
            let (mine, here) = (&self.agents[agent], self.agents[agent].here);
            let idle = mine.role == Role::Hoarder && turn % 2 == 1;
            if !here || idle || !(agent as u64 + self.day).is_multiple_of(3) {
                continue;
            }
            let supplier = mine.suppliers[(turn as usize + agent) % 6];
            if self.agents[supplier].here && self.pay(agent, supplier, sum) {
                bought += sum;
            }
        }
        self.bought.push_back(bought);
        if self.bought.len() > 30 {
            self.bought.pop_front();
        }
    }

    /// Each agent once a week: new loans less what is repaid.
    fn borrow_and_repay(&mut self) {
        for agent in 0..self.story.members {
            if !self.agents[agent].here || agent as u64 % 7 != self.day % 7 {
                continue;
            }
            let debt = (-self.position(agent)).max(0.0);
            let usual = if self.agents[agent].role == Role::Debtor {
                DEBT
            } else {
                0.0
            };
            let net = 7.0 * self.story.repay * (usual - debt);
            if net > 0.0 {
                let saver = self.someone(|other| other.role != Role::Debtor);
                self.pay(agent, saver, net);
            } else if net < 0.0 {
                // whoever has money buys from the debtor
                for _ in 0..8 {
                    let buyer = self.someone(|other| other.role == Role::Saver);
                    if self.position(buyer) >= -net {
                        self.pay(buyer, agent, -net);
                        break;
                    }
                }
            }
        }
    }

    /// 80 % more money within 30 days, lent to the debtors.
    fn burst(&mut self) {
        let since = self.day.checked_sub(self.story.burst);
        if since.is_none_or(|since| since >= 30) {
            return;
        }
        let debtors = self.story.members as f64 * 0.4;
        let sum = 0.8 * self.money / debtors / 10.0;
        for agent in 0..self.story.members {
            let mine = &self.agents[agent];
            let turn = (agent as u64 + self.day).is_multiple_of(3);
            if mine.here && mine.role == Role::Debtor && turn {
                let saver = self.someone(|other| other.role != Role::Debtor);
                self.pay(agent, saver, sum);
            }
        }
    }

    fn decide(&mut self, action: Action) -> bool {
        let authority = self.world.authority.to_string();
        let msg = ExecuteMsg::Decided {
            proposal: Id(self.day),
            electorate: Electorate::All,
            class: Class::Constitutional,
            action,
        };
        self.world.execute(&authority, msg).is_ok()
    }

    /// Once a week the commons buy services for what usually decays.
    fn spend_commons(&mut self) {
        if !self.day.is_multiple_of(7) {
            return;
        }
        let sum = 7.0 * RATE * self.money / 5.0;
        for _ in 0..5 {
            let servant = self.someone(|_| true);
            let to = Some(self.agents[servant].address.clone());
            self.decide(Action::SpendCommons {
                to,
                amount: pico(sum),
                hold_for: None,
                msg: None,
            });
        }
    }

    /// One debtor in a hundred a year defaults, one saver in 120 leaves.
    fn part(&mut self) {
        let debtors = (self.story.members as u64 * 2 / 5).max(1);
        if self.day.is_multiple_of((36_500 / debtors).max(1)) {
            let debtor = self.someone(|agent| agent.role == Role::Debtor);
            self.default(debtor);
        }
        if self
            .day
            .is_multiple_of((73_000 / self.story.members as u64).max(1))
        {
            let leaver = self.someone(|agent| agent.role == Role::Saver);
            let heir = self.someone(|agent| agent.role == Role::Saver);
            let whole = self.position(leaver);
            if whole > 0.0 {
                self.pay(leaver, heir, whole - 0.001);
            }
            self.agents[leaver].here = false;
        }
    }

    fn default(&mut self, debtor: usize) {
        self.agents[debtor].here = false;
        let before = self.position(debtor);
        if before >= 0.0 {
            return;
        }
        let sortition = self.world.address("sortition");
        let verdict = Case {
            status: CaseStatus::Decided,
            outcome: "default".into(),
            reasons: String::new(),
            r#final: true,
            r#ref: "credit/default".into(),
            kind: "default".into(),
            parties: vec![Id(debtor as u64)],
        };
        let case = Id(self.day);
        let question = SortitionQuery::Case { id: case };
        self.world.answer(&sortition, &question, &verdict);
        let member = self.agents[debtor].address.clone();
        assert!(
            self.decide(Action::WriteOff { member, case }),
            "a jury's word"
        );
        self.world.answers.clear();
        self.written_off -= before;
        self.uncovered -= self.position(debtor).min(0.0);
    }

    fn end_block(&mut self) {
        let env = self.world.env();
        let querier = cosmwasm_std::testing::MockQuerier::default();
        let deps = cosmwasm_std::DepsMut {
            storage: &mut self.world.storage,
            api: &self.world.api,
            querier: cosmwasm_std::QuerierWrapper::new(&querier),
        };
        contract::sudo::<Standard>(deps, env, SudoMsg::EndBlock {}).expect("ends");
        self.world.storage.keep();
    }

    /// The share of all positive positions that the richest 1 % hold.
    fn top_share(&self) -> f64 {
        let mut positions: Vec<f64> = (0..self.story.members)
            .map(|agent| self.position(agent).max(0.0))
            .collect();
        positions.sort_by(f64::total_cmp);
        let all: f64 = positions.iter().sum();
        let top = positions.len().div_ceil(100);
        positions.iter().rev().take(top).sum::<f64>() / all.max(1.0)
    }

    /// What the controller holds for the signal, for a look at it.
    #[allow(dead_code, reason = "for whoever studies a run")]
    fn signal(&self) -> f64 {
        let controller = controller_key().load(&self.world.storage);
        controller.expect("one").smoothed as f64 / 2f64.powi(64)
    }
}
