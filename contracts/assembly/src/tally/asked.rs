//! What a tally shows, while it works and ever after.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;
use mycel_kit::{Amount, Id};
use num_bigint::BigUint;

use super::price::needs;
use super::sums::By;
use super::walk::Electors;
use super::{Stage, tally};
use crate::count::members;
use crate::count::shares::Run;
use crate::error::ContractError;
use crate::state::{Kind, Proposal};

/// A tally: how far it is, and what it found about each option.
#[cw_serde]
pub struct TallyView {
    /// `collect`, `walk`, `count`, `buy` or `done`.
    pub stage: String,
    /// Pieces of work that the next step needs at once, where that is more than
    /// one. Up to five are there at the end of a block; beyond, it waits until
    /// somebody says `advance` with such a limit and the proposal's number.
    /// Absent: it goes on by itself.
    pub needs: Option<u32>,
    /// Electors taken in so far.
    pub electors: u32,
    /// Of those, the ones whose voice is settled: at least so many.
    pub walked: u32,
    /// Voices behind the ballots added so far.
    pub spoken: u32,
    /// Voices for each option: no and yes; approvals; for a budget nothing.
    pub votes: Vec<u32>,
    /// Approval: by what the options are ordered and judged: voices that approve
    /// it and not "no change"; of "no change", all that approve it.
    pub yes: Vec<u32>,
    /// Ranked: row a, column b: voices that prefer a to b.
    pub pairwise: Vec<Vec<u32>>,
    /// The options, best first.
    pub order: Vec<u8>,
    /// Whether an option is level with the next in the order, which then goes by number.
    pub tied: Vec<bool>,
    /// A budget's purchases.
    pub shares: Option<SharesView>,
    /// Persons behind whose ballot stands more than a twentieth of the electorate.
    pub large: Vec<LargeShare>,
}

/// How a budget was spent.
#[cw_serde]
pub struct SharesView {
    /// Voters whose ballot names a project or none: each has an equal share.
    pub voters: u32,
    /// How often the shares were raised.
    pub raised: Id,
    /// What this round buys, in order. The result is what `outcome` says: the
    /// round before, if this one passes the budget.
    pub bought: Vec<PurchaseView>,
    /// What the round before bought.
    pub before: Vec<u8>,
}

/// One purchase.
#[cw_serde]
pub struct PurchaseView {
    /// The project.
    pub project: u8,
    /// How many pay the whole price; who has less gives all it has.
    pub payers: u32,
    /// The price, rounded down to a pico-credit.
    pub price: Amount,
}

/// One behind whose ballot many stand.
#[cw_serde]
pub struct LargeShare {
    /// Who cast it.
    pub person: Id,
    /// How many stand behind it, itself included.
    pub voices: u32,
}

/// A proposal's tally; none before it begins.
///
/// # Errors
/// Only for unreadable state.
pub fn show(
    storage: &dyn Storage,
    number: u64,
    proposal: &Proposal,
) -> Result<Option<TallyView>, ContractError> {
    let Some(kept) = tally(number).may_load(storage)? else {
        return Ok(None);
    };
    let order = kept.sums.order();
    let (order, tied) = order
        .map(|order| (order.options, order.tied))
        .unwrap_or_default();
    let (mut votes, mut wanted, mut pairwise, mut shares) = (vec![], vec![], vec![], None);
    match &kept.sums.by {
        By::Plain { yes, no } => votes = persons(&[*no, *yes]),
        By::Approval {
            votes: all, yes, ..
        } => {
            votes = persons(all);
            wanted = persons(yes);
        }
        By::Ranked(matrix) => pairwise = matrix.rows().iter().map(|row| persons(row)).collect(),
        By::Budget { yes, no, run } => {
            let voters = yes.saturating_add(*no);
            let counted = matches!(kept.stage, Stage::Buy | Stage::Done);
            shares = matches!(proposal.kind, Kind::Budget { .. }).then(|| SharesView {
                voters: persons(&[voters])[0],
                raised: Id(run.round),
                bought: if counted {
                    purchases(run, voters)
                } else {
                    vec![]
                },
                before: members(run.before),
            });
        }
    }
    let stage = match kept.stage {
        Stage::Collect { .. } => "collect",
        Stage::Walk => "walk",
        Stage::Count { .. } => "count",
        Stage::Buy => "buy",
        Stage::Done => "done",
    };
    Ok(Some(TallyView {
        stage: stage.to_owned(),
        needs: needs(storage, number, &kept)?,
        electors: Electors::open(storage, number)?.count(),
        walked: kept.walk.next,
        spoken: persons(&[kept.sums.spoken])[0],
        votes,
        yes: wanted,
        pairwise,
        order,
        tied,
        shares,
        large: kept
            .shares
            .iter()
            .map(|(person, voices)| LargeShare {
                person: Id(*person),
                voices: *voices,
            })
            .collect(),
    }))
}

/// Sums of persons: there are no more than 2^32.
fn persons(sums: &[u64]) -> Vec<u32> {
    sums.iter()
        .map(|sum| u32::try_from(*sum).unwrap_or(u32::MAX))
        .collect()
}

fn purchases(run: &Run, voters: u64) -> Vec<PurchaseView> {
    let mut under = BigUint::from(voters.max(1));
    run.bought
        .iter()
        .map(|purchase| {
            under *= purchase.payers.max(1);
            let price = u64::try_from(BigUint::from_bytes_le(&purchase.price) / &under).ok();
            PurchaseView {
                project: purchase.project,
                payers: persons(&[purchase.payers])[0],
                price: price.and_then(Amount::new).unwrap_or(Amount::MAX),
            }
        })
        .collect()
}
