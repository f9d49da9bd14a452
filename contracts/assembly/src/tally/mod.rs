//! From ballots and delegations to a result, in pieces of work that anyone may
//! do: any number at a time, stopped after any, with the same result.
//!
//! | stage | reads | a piece |
//! |---|---|---|
//! | collect | electors at the opening, and whether each still has a say at the close; ballots; delegations as of the close | 20 electors |
//! | walk | where each voice ends ([`walk`]) | 50 steps |
//! | count | ballots, by the voices behind them ([`sums`]) | 20 ballots, 500 electors without one |
//! | buy | budgets: equal shares | a purchase, or more pieces where there are many different ballots |
//!
//! A purchase among many thousand different ballots is more than the end of a
//! block has work for. It is not begun there but left to a message that names
//! the proposal and gives what it needs ([`TallyView::needs`] says how much);
//! none needs more than a message may give.
//!
//! Nothing it reads can change any more: who had a say at a height is history,
//! ballots are closed, and delegations keep the version of the close. So it
//! does not matter who advances when. What was read of each elector stays:
//! whoever wants may follow every voice ([`crate::delegations::asked`]).
//!
//! yes + no + abstain + looped + unrepresented = eligible: each elector is
//! settled once, and each ballot counts by how many were settled in it.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;
use mycel_kit::peers::members;

use crate::call::Call;
use crate::count::shares::{Completion, Election};
use crate::delegations;
use crate::electorate;
use crate::error::ContractError;
use crate::state::{self, Choice, Kind, Outcome, Proposal};

use column::Column;
use price::Price;
use sums::{By, Sums};
use walk::{Electors, Start, Walk};

pub mod asked;
pub mod column;
mod price;
pub mod sums;
pub mod walk;

pub use asked::{TallyView, show};

const TALLY: u8 = b't';
const SETS: u8 = b'g';

/// Electors in a piece of work …
const COLLECTED: u32 = 20;
/// … at most so many in a question.
const PAGE: u32 = 200;
/// Steps of the walk in a piece of work.
const STEPS: u32 = 50;
/// Ballots in a piece of work …
const BALLOTS: u32 = 20;
/// … or electors who cast none.
const SILENT: u32 = 500;
/// A share of the electorate behind one ballot is shown if it is above a twentieth.
const SHOWN: u64 = 20;

/// How far a tally is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do.
    Working,
    /// Nothing was done: the next step needs so many pieces of work at once.
    Waiting {
        /// At most what a message may give.
        needs: u32,
    },
    /// All is counted.
    Done(Outcome),
}

/// What it does now.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Takes electors in.
    Collect {
        /// The last person who was.
        after: Option<u64>,
    },
    /// Follows delegations.
    Walk,
    /// Adds ballots.
    Count {
        /// The next elector's place.
        next: u32,
    },
    /// Buys projects.
    Buy,
    /// Nothing any more.
    Done,
}

/// A tally.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tally {
    /// What it does now.
    pub stage: Stage,
    /// The walk.
    pub walk: Walk,
    /// What was added up.
    pub sums: Sums,
    /// How many different ballots of a budget there are, once that is known.
    pub groups: Option<u32>,
    /// Persons behind whose ballot stands more than a twentieth of the electorate, and how many.
    pub shares: Vec<(u64, u32)>,
}

/// A proposal's tally.
#[must_use]
pub fn tally(proposal: u64) -> Key<Tally> {
    Key::new(TALLY, &proposal.to_be_bytes())
}

/// What the ballots of a budget name, and their weights.
fn sets(proposal: u64) -> Column<(u64, u32)> {
    Column::new(SETS, proposal, 12)
}

/// Counts on. Takes what it does from `work`. A piece asks others before it
/// writes, so that a refusal leaves nothing half done.
///
/// # Errors
/// What a peer refuses.
pub fn advance(
    call: &mut Call<'_>,
    number: u64,
    proposal: &Proposal,
    work: &mut u32,
) -> Result<Progress, ContractError> {
    let Some(opening) = &proposal.opening else {
        return Err(ContractError::Missing { what: "an opening" });
    };
    let kept = tally(number).may_load(call.storage)?;
    let mut kept = kept.unwrap_or_else(|| Tally {
        stage: Stage::Collect { after: None },
        walk: Walk::default(),
        sums: Sums::new(proposal.kind, proposal.options),
        groups: None,
        shares: vec![],
    });
    let mut electors = Electors::open(call.storage, number)?;
    let mut begun = false;
    while *work > 0 && kept.stage != Stage::Done {
        let (tally, electors) = (&mut kept, &mut electors);
        let step = match tally.stage {
            Stage::Collect { after } => {
                let step = collect(call, number, proposal, after, tally, electors, work);
                if begun && step.is_err() {
                    break; // what was done before in this message stays
                }
                step
            }
            Stage::Walk => walk_on(call, tally, electors, work),
            Stage::Count { next } => count(call, number, proposal, next, tally, electors, work),
            Stage::Buy => {
                let needs = Price::of(call.storage, number, tally)?.needs();
                if needs > *work {
                    if begun {
                        break;
                    }
                    *work -= 1; // to look is work, too
                    return Ok(Progress::Waiting { needs });
                }
                buy(
                    call,
                    number,
                    proposal,
                    opening.terms.completion,
                    tally,
                    work,
                )
            }
            Stage::Done => Ok(()),
        };
        step?;
        begun = true;
    }
    let eligible = electors.count();
    electors.write(call.storage);
    tally(number).save(call.storage, &kept);
    if kept.stage != Stage::Done {
        return Ok(Progress::Working);
    }
    delegations::vote_counted(call.storage, number, opening.closes);
    let walk = &kept.walk;
    let outcome = kept.sums.outcome(eligible, walk.looped, walk.unrepresented);
    Ok(Progress::Done(outcome))
}

/// Takes a page of electors in.
fn collect(
    call: &mut Call<'_>,
    number: u64,
    proposal: &Proposal,
    after: Option<u64>,
    tally: &mut Tally,
    electors: &mut Electors,
    work: &mut u32,
) -> Result<(), ContractError> {
    let closes = proposal
        .opening
        .as_ref()
        .map_or(0, |opening| opening.closes);
    let limit = work.saturating_mul(COLLECTED).clamp(1, PAGE);
    let page: members::Electors = electorate::ask(call).electors(number, proposal, after, limit)?;
    let mut last = after;
    let mut starts = vec![];
    for elector in &page.electors {
        let person = elector.person.0;
        if last.is_some_and(|last| person <= last) || starts.len() == limit as usize {
            return Err(ContractError::Answer(format!(
                "electors: person={person} after={after:?} limit={limit}"
            )));
        }
        last = Some(person);
        let start = if !elector.still {
            Start::Gone
        } else if state::ballot(number, person).exists(call.storage) {
            Start::Voted
        } else {
            match delegations::speaker(call.storage, number, proposal, person, closes)? {
                Some((_, version)) if version.to != person => Start::Delegates(version.to),
                _ => Start::Nobody,
            }
        };
        starts.push((person, start));
    }
    let next = match page.next {
        None => Stage::Walk,
        Some(next) if after.is_none_or(|after| next.0 > after) && last <= Some(next.0) => {
            Stage::Collect {
                after: Some(next.0),
            }
        }
        Some(next) => {
            return Err(ContractError::Answer(format!(
                "electors: next={next} after={after:?}"
            )));
        }
    };
    electors.append(call.storage, &starts)?;
    let nobody = starts.iter().filter(|(_, start)| start.is_silent()).count();
    let unrepresented = &mut tally.walk.unrepresented;
    *unrepresented = unrepresented.saturating_add(u32::try_from(nobody).unwrap_or(u32::MAX));
    tally.stage = next;
    *work = work.saturating_sub(limit.div_ceil(COLLECTED));
    Ok(())
}

fn walk_on(
    call: &mut Call<'_>,
    tally: &mut Tally,
    electors: &mut Electors,
    work: &mut u32,
) -> Result<(), ContractError> {
    while *work > 0 {
        *work -= 1;
        for _ in 0..STEPS {
            if !electors.step(call.storage, &mut tally.walk)? {
                tally.stage = Stage::Count { next: 0 };
                return Ok(());
            }
        }
    }
    Ok(())
}

fn count(
    call: &mut Call<'_>,
    number: u64,
    proposal: &Proposal,
    mut next: u32,
    tally: &mut Tally,
    electors: &mut Electors,
    work: &mut u32,
) -> Result<(), ContractError> {
    let budget = matches!(proposal.kind, Kind::Budget { .. });
    let eligible = u64::from(electors.count());
    let mut named = vec![];
    let piece = BALLOTS * SILENT;
    while *work > 0 && next < electors.count() {
        *work -= 1;
        let mut used = 0;
        while used < piece && next < electors.count() {
            let weight = electors.weight(call.storage, next)?;
            used += if weight == 0 { BALLOTS } else { SILENT };
            if weight > 0 {
                let person = electors.person(call.storage, next)?;
                let ballot = state::ballot(number, person).load(call.storage)?;
                tally.sums.add(&ballot.choice, weight.into());
                if let (true, Choice::Approve(set)) = (budget, &ballot.choice) {
                    named.push((*set, weight));
                }
                if u64::from(weight) * SHOWN > eligible {
                    tally.shares.push((person, weight));
                    call.event(
                        "share",
                        &[
                            ("proposal", &number),
                            ("person", &person),
                            ("voices", &weight),
                            ("eligible", &eligible),
                        ],
                    );
                }
            }
            next += 1;
        }
    }
    sets(number).append(call.storage, &named)?;
    tally.stage = match (next < electors.count(), budget) {
        (true, _) => Stage::Count { next },
        (false, true) => Stage::Buy,
        (false, false) => Stage::Done,
    };
    Ok(())
}

fn buy(
    call: &mut Call<'_>,
    number: u64,
    proposal: &Proposal,
    completion: Completion,
    tally: &mut Tally,
    work: &mut u32,
) -> Result<(), ContractError> {
    let price = Price::of(call.storage, number, tally)?;
    let By::Budget { run, yes, no } = &mut tally.sums.by else {
        tally.stage = Stage::Done;
        *work = work.saturating_sub(1);
        return Ok(());
    };
    let costs = state::costs(number).load(call.storage)?;
    let ballots = sets(number).all(call.storage)?;
    let ballots = ballots
        .into_iter()
        .map(|(set, weight)| (set, weight.into()));
    let Kind::Budget { total, utility } = proposal.kind else {
        return Err(ContractError::Missing { what: "a budget" });
    };
    let voters = yes.saturating_add(*no).max(1);
    let step = (total / voters / 100).max(total / 1_000_000).max(1);
    let election =
        Election::new(&costs, total, step, utility, ballots).completed_within(completion);
    let groups = u32::try_from(election.groups()).unwrap_or(u32::MAX);
    tally.groups = Some(groups);
    let price = price.of_purchases_among(groups);
    let taken = election.advance(run, price.steps(*work));
    *work = work.saturating_sub(price.paid(taken.max(1)));
    if run.result.is_some() {
        tally.stage = Stage::Done;
    }
    Ok(())
}
