//! The method of equal shares for a budget (Peters, Pierczyński, Skowron,
//! NeurIPS 2021), exact.
//!
//! Each voter gets an equal share of the budget. A project is bought by those
//! who approve it, each paying the same price or all it has left. Of the
//! projects that their supporters can pay for, the one with the lowest price
//! for a unit of use is bought next; use is 1 for every project
//! ([`Utility::Cardinality`]) or its cost ([`Utility::Cost`]). When nothing can
//! be bought any more and what was bought leaves room in the budget for a
//! project that somebody approves, everything starts again with `step` more
//! for each voter (**add-one completion**), until the budget has no room, or
//! would be passed: then the round before it counts. Equal prices go by the
//! lower project number.
//!
//! # How far completion goes
//! Raised without end, the shares of the one voter who wants it buy any project
//! for which there is room, with what others did not spend. Here what is left
//! stays in the commons and nothing needs to be spent, so that completion may
//! be limited ([`Completion`]; without limits it is as published):
//! - Shares are raised to at most `times` what they were. So no part of the
//!   voters takes more than `times` its part of the budget, with however many
//!   projects. Of a project bought that way, the part of the voters who want it
//!   is at least its part of the budget divided by `times`: with 3, what the
//!   town of Świecie asks of each project since 2023 (equalshares.net).
//! - After the first round only those projects are bought that `support_bps` of
//!   the voters want, or that the first round bought: what voters pay with
//!   their own shares is theirs to buy, however few they are.
//!
//! # Numbers
//! What voters have left is a fraction with one denominator for all: the
//! number of voters, times, for each project bought, the number of those who
//! could pay its price. So a purchase multiplies and subtracts integers, and
//! prices are compared by cross-multiplying. Voters with the same ballot are
//! one group. A [`Run`] keeps what was bought and at which price; what each
//! group has left is recomputed from it, so that a purchase stores little and
//! work can stop after any.
//!
//! # Rounds that change nothing
//! While no comparison turns out differently, everything is linear in what each
//! share is raised by: hands only grow with it and prices only fall. Each
//! comparison of a round tells from which raise on it could turn out
//! differently; the least of these is kept, and the rounds below it, which
//! would buy the same, are passed over.

use std::cmp::Ordering;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use num_bigint::BigUint;

/// Most projects of a budget.
pub const MAX_PROJECTS: usize = 64;

/// What a bought project is to each of those who approve it.
#[cw_serde]
#[derive(Copy, Default, Eq, BorshSerialize, BorshDeserialize)]
#[schemaifier(mute_warnings)]
pub enum Utility {
    /// One, whatever it costs: many like small projects.
    Cardinality,
    /// Its cost: a large project is as good as small ones that cost the same together.
    #[default]
    Cost,
}

/// How far completion goes; without limits (0) it is as published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Completion {
    /// Shares become at most so many times what they were; 1: no completion, 0: no limit.
    pub times: u32,
    /// What only completion buys is wanted by so many of the voters, in 1/10,000.
    pub support_bps: u32,
}

/// An election: what there is to buy and who approves what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Election {
    costs: Vec<u64>,
    budget: u64,
    step: u64,
    utility: Utility,
    groups: Vec<(u64, u64)>,
    voters: u64,
    /// What completion may buy, as bits.
    supported: u64,
    /// The last round of completion.
    last: u64,
}

/// A project that was bought. Numbers are over the denominator that the
/// purchase makes, little-endian.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Purchase {
    /// Its number.
    pub project: u8,
    /// How many paid the whole price; the denominator grows by this factor.
    pub payers: u64,
    /// The price.
    pub price: Vec<u8>,
    /// By how much it falls for each unit that the shares are raised by.
    pub falls: Vec<u8>,
}

/// How far a count is.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Run {
    /// How many steps each share was raised by.
    pub round: u64,
    /// What was bought in this round, in order.
    pub bought: Vec<Purchase>,
    /// The least further raise that could change this round, as a fraction, little-endian.
    pub turns: Option<(Vec<u8>, Vec<u8>)>,
    /// What the first round bought, as bits.
    pub first: u64,
    /// What the round before bought, as bits.
    pub before: u64,
    /// The result, as bits.
    pub result: Option<u64>,
}

/// A fraction that is not negative.
#[derive(Clone)]
struct Fraction {
    over: BigUint,
    under: BigUint,
}

impl Fraction {
    fn compare(&self, other: &Fraction) -> Ordering {
        (&self.over * &other.under).cmp(&(&other.over * &self.under))
    }

    fn keep_least(kept: &mut Option<Fraction>, over: BigUint, under: BigUint) {
        if under == BigUint::ZERO {
            return; // never
        }
        let one = Fraction { over, under };
        if kept
            .as_ref()
            .is_none_or(|kept| one.compare(kept) == Ordering::Less)
        {
            *kept = Some(one);
        }
    }
}

/// What a voter of each group has left and by how much that grows with the
/// shares, over a common denominator.
struct Hands {
    left: Vec<BigUint>,
    grows: Vec<BigUint>,
    under: BigUint,
}

/// What a project would cost each payer now: `price / (under · payers)`.
struct Offer {
    project: usize,
    payers: u64,
    price: BigUint,
    falls: BigUint,
    /// Payers times use: what the price is divided by when it is compared.
    weight: BigUint,
}

impl Election {
    /// An election over `costs.len()` projects. `ballots` are sets of projects
    /// as bits with their weights, in any order; a set may come several times,
    /// and an empty one is a voter whose share nobody spends. Bits beyond the
    /// projects are ignored, and so are projects that cost nothing or more
    /// than the budget.
    #[must_use]
    pub fn new(
        costs: &[u64],
        budget: u64,
        step: u64,
        utility: Utility,
        ballots: impl IntoIterator<Item = (u64, u64)>,
    ) -> Election {
        let costs = costs[..costs.len().min(MAX_PROJECTS)].to_vec();
        let possible = |cost: &u64| (1..=budget).contains(cost);
        let open = costs.iter().enumerate().filter(|(_, cost)| possible(cost));
        let open = open.fold(0u64, |bits, (project, _)| bits | 1 << project);
        let mut groups: Vec<(u64, u64)> = ballots
            .into_iter()
            .map(|(set, n)| (set & open, n))
            .collect();
        groups.sort_unstable();
        groups.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        let voters = groups
            .iter()
            .fold(0u64, |sum, (_, n)| sum.saturating_add(*n));
        groups.retain(|(set, n)| *set != 0 && *n != 0);
        Election {
            costs,
            budget,
            step: step.max(1),
            utility,
            groups,
            voters,
            supported: u64::MAX,
            last: u64::MAX,
        }
    }

    /// The same with limits to completion.
    #[must_use]
    pub fn completed_within(mut self, limits: Completion) -> Election {
        let wanted = |project: usize| {
            let who = self
                .groups
                .iter()
                .filter(|(set, _)| set >> project & 1 == 1);
            who.map(|(_, n)| u128::from(*n)).sum::<u128>()
        };
        let least = u128::from(limits.support_bps) * u128::from(self.voters);
        self.supported = (0..self.costs.len())
            .filter(|project| wanted(*project) * 10_000 >= least)
            .fold(0, |bits, project| bits | 1 << project);
        self.last = match limits.times.checked_sub(1) {
            None => u64::MAX,
            Some(more) => {
                let step = u128::from(self.step) * u128::from(self.voters.max(1));
                let rounds = u128::from(more) * u128::from(self.budget) / step;
                u64::try_from(rounds).unwrap_or(u64::MAX)
            }
        };
        self
    }

    /// Goes on for at most `steps` purchases and ends of rounds; gives how many
    /// it took. Done when `run.result` is there.
    pub fn advance(&self, run: &mut Run, steps: u32) -> u32 {
        let mut hands = self.hands(run);
        let mut taken = 0;
        while taken < steps && run.result.is_none() {
            taken += 1;
            let mut turns = run.turns.take().map(|(over, under)| Fraction {
                over: BigUint::from_bytes_le(&over),
                under: BigUint::from_bytes_le(&under),
            });
            let offer = self.cheapest(run, &hands, &mut turns);
            run.turns = turns.map(|t| (t.over.to_bytes_le(), t.under.to_bytes_le()));
            match offer {
                Some(offer) => {
                    let purchase = Purchase {
                        project: offer.project as u8,
                        payers: offer.payers,
                        price: offer.price.to_bytes_le(),
                        falls: offer.falls.to_bytes_le(),
                    };
                    hands.pay(&self.groups, &purchase);
                    run.bought.push(purchase);
                }
                None => {
                    self.end_round(run);
                    hands = self.hands(run);
                }
            }
        }
        taken
    }

    /// How many different ballots there are that name a project.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The projects that somebody approves, as bits.
    #[must_use]
    pub fn approved(&self) -> u64 {
        self.groups.iter().fold(0, |bits, (set, _)| bits | set)
    }

    /// What a set of projects costs.
    #[must_use]
    pub fn cost(&self, set: u64) -> u128 {
        let costs = self.costs.iter().enumerate();
        costs
            .filter(|(project, _)| set >> project & 1 == 1)
            .map(|(_, cost)| u128::from(*cost))
            .sum()
    }

    fn end_round(&self, run: &mut Run) {
        let bought = run.set();
        let Some(room) = u128::from(self.budget).checked_sub(self.cost(bought)) else {
            run.result = Some(run.before);
            return;
        };
        if run.round == 0 {
            run.first = bought;
        }
        let left = self.approved() & (self.supported | run.first) & !bought;
        let fits =
            |(project, cost): (usize, &u64)| left >> project & 1 == 1 && u128::from(*cost) <= room;
        if !self.costs.iter().enumerate().any(fits) {
            run.result = Some(bought);
            return;
        }
        let rounds = run.turns.take().map_or(1, |(over, under)| {
            let (over, under) = (
                BigUint::from_bytes_le(&over),
                BigUint::from_bytes_le(&under),
            );
            let under = under * self.step;
            // the first round at which the raise is no less
            let rounds = (&over + &under - 1u8) / &under;
            u64::try_from(rounds).unwrap_or(u64::MAX).max(1)
        });
        let round = run.round.checked_add(rounds);
        match round.filter(|round| *round <= self.last) {
            Some(round) => {
                run.before = bought;
                run.bought.clear();
                run.round = round;
            }
            // what is passed over would have bought the same
            None => run.result = Some(bought),
        }
    }

    /// What everyone has left after the purchases of a run.
    fn hands(&self, run: &Run) -> Hands {
        let voters = BigUint::from(self.voters);
        let raised = &voters * self.step * run.round;
        let mut hands = Hands {
            left: vec![raised + self.budget; self.groups.len()],
            grows: vec![voters.clone(); self.groups.len()],
            under: voters,
        };
        for purchase in &run.bought {
            hands.pay(&self.groups, purchase);
        }
        hands
    }

    /// The project to buy now, if any, and from which raise on that would be another.
    fn cheapest(&self, run: &Run, hands: &Hands, turns: &mut Option<Fraction>) -> Option<Offer> {
        let bought = run.set();
        let open = match run.round {
            0 => !bought,
            _ => (self.supported | run.first) & !bought,
        };
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by(|a, b| hands.left[*a].cmp(&hands.left[*b]));
        let mut offers: Vec<Offer> = (0..self.costs.len())
            .filter(|project| open >> project & 1 == 1)
            .filter_map(|project| self.offer(project, hands, &order, turns))
            .collect();
        let cross = |a: &Offer, b: &Offer| (&a.price * &b.weight, &b.price * &a.weight);
        let compare = |a: &Offer, b: &Offer| {
            let (one, other) = cross(a, b);
            one.cmp(&other).then(a.project.cmp(&b.project))
        };
        let (best, _) = offers.iter().enumerate().min_by(|a, b| compare(a.1, b.1))?;
        let best = offers.swap_remove(best);
        for other in &offers {
            // another becomes cheaper once its lead is made up by falling faster
            let (theirs, ours) = cross(other, &best);
            let (faster, slower) = (&other.falls * &best.weight, &best.falls * &other.weight);
            if faster > slower {
                Fraction::keep_least(turns, theirs - ours, faster - slower);
            }
        }
        Some(best)
    }

    /// The lowest price at which a project's supporters can pay for it, those
    /// who have less than the price giving all they have; `order` is of groups
    /// by what they have left.
    fn offer(
        &self,
        project: usize,
        hands: &Hands,
        order: &[usize],
        turns: &mut Option<Fraction>,
    ) -> Option<Offer> {
        let supporters = order
            .iter()
            .filter(|group| self.groups[**group].0 >> project & 1 == 1);
        let count = |sum: u64, group: &usize| sum.saturating_add(self.groups[*group].1);
        let mut payers = supporters.clone().fold(0, count);
        if payers == 0 {
            return None;
        }
        let mut price = BigUint::from(self.costs[project]) * &hands.under;
        let mut falls = BigUint::ZERO;
        let mut poor = vec![];
        for &group in supporters {
            let (hand, n) = (&hands.left[group], self.groups[group].1);
            if price <= hand * payers {
                for group in poor {
                    // one who gives all becomes a payer once its hand reaches the price
                    let group: usize = group;
                    let short = &price - &hands.left[group] * payers;
                    let closing = &falls + &hands.grows[group] * payers;
                    Fraction::keep_least(turns, short, closing);
                }
                let use_of = match self.utility {
                    Utility::Cardinality => BigUint::from(1u8),
                    Utility::Cost => BigUint::from(self.costs[project]),
                };
                return Some(Offer {
                    project,
                    payers,
                    price,
                    falls,
                    weight: use_of * payers,
                });
            }
            // more is missing than this hand for each who is left, so more than it gives
            price -= hand * n;
            falls += &hands.grows[group] * n;
            payers = payers.saturating_sub(n);
            poor.push(group);
        }
        // all give all they have, and `price` is still missing
        Fraction::keep_least(turns, price, falls);
        None
    }
}

impl Hands {
    fn pay(&mut self, groups: &[(u64, u64)], purchase: &Purchase) {
        let price = BigUint::from_bytes_le(&purchase.price);
        let falls = BigUint::from_bytes_le(&purchase.falls);
        self.under *= purchase.payers;
        let hands = self.left.iter_mut().zip(&mut self.grows);
        for ((left, grows), (set, _)) in hands.zip(groups) {
            *left *= purchase.payers;
            *grows *= purchase.payers;
            if purchase.project < 64 && set >> purchase.project & 1 == 1 {
                if *left >= price {
                    *left -= &price;
                    *grows += &falls;
                } else {
                    *left = BigUint::ZERO;
                    *grows = BigUint::ZERO;
                }
            }
        }
    }
}

impl Run {
    /// What was bought in this round, as bits.
    #[must_use]
    pub fn set(&self) -> u64 {
        let bit = |purchase: &Purchase| 1u64.checked_shl(u32::from(purchase.project)).unwrap_or(0);
        self.bought
            .iter()
            .fold(0, |bits, purchase| bits | bit(purchase))
    }
}

#[cfg(test)]
mod tests;
