//! One side proposes an obligation, the other confirms: now it exists.

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::{Amount, Id, Seconds};

use crate::book::Entry;
use crate::error::ContractError;
use crate::obligations::{add, due_within, priority_within};
use crate::people;
use crate::state::{self, Proposal};

/// A proposal is void after this time.
pub const PROPOSAL_TERM: u64 = 14 * 86_400;
/// Most open proposals of one person.
pub const MAX_PROPOSALS: u8 = 20;
/// Most bytes of a `ref`.
pub const MAX_REF: usize = 64;

/// What the proposer offers.
pub struct Terms {
    /// The other side.
    pub with: Id,
    /// Whether the proposer will owe.
    pub i_owe: bool,
    /// How much.
    pub amount: Amount,
    /// When.
    pub due: Seconds,
    /// Class of priority.
    pub priority: u8,
    /// What it is for.
    pub reference: String,
}

/// One side proposes.
///
/// # Errors
/// Not in standing, out of bounds, too many open.
pub fn propose(
    deps: DepsMut,
    now: u64,
    sender: &str,
    terms: Terms,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let proposer = people::dealer(deps.querier, &parameters, sender)?;
    let other = people::number(terms.with)?;
    if proposer == other {
        return Err(ContractError::WithOneself { person: proposer });
    }
    let due = due_within(now, terms.due)?;
    if terms.amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    priority_within(terms.priority)?;
    if terms.reference.len() > MAX_REF {
        return Err(ContractError::TooLong {
            what: "ref",
            bytes: terms.reference.len(),
            most: MAX_REF,
        });
    }
    let key = state::ledger(proposer);
    let mut ledger = key.may_load(deps.storage)?.unwrap_or_default();
    if ledger.proposals >= MAX_PROPOSALS {
        return Err(ContractError::TooMany {
            what: "proposals",
            count: usize::from(ledger.proposals) + 1,
            most: usize::from(MAX_PROPOSALS),
        });
    }
    ledger.proposals += 1;
    key.save(deps.storage, &ledger);
    let mut counters = state::counters().load(deps.storage)?;
    let number = counters.proposal;
    counters.proposal += 1;
    state::counters().save(deps.storage, &counters);
    let (debtor, creditor) = if terms.i_owe {
        (proposer, other)
    } else {
        (other, proposer)
    };
    let proposal = Proposal {
        debtor,
        creditor,
        amount: terms.amount,
        due,
        priority: terms.priority,
        by_debtor: terms.i_owe,
        expires: now.saturating_add(PROPOSAL_TERM),
        reference: terms.reference,
    };
    state::proposal(number).save(deps.storage, &proposal);
    state::proposal_of(debtor, number).save(deps.storage, &1);
    state::proposal_of(creditor, number).save(deps.storage, &1);
    Ok(Response::new()
        .add_attribute("action", "propose")
        .add_attribute("proposal", number.to_string())
        .add_attribute("debtor", debtor.to_string())
        .add_attribute("creditor", creditor.to_string())
        .add_attribute("amount", proposal.amount.to_string()))
}

/// The other side confirms: the obligation exists.
///
/// # Errors
/// Not the other side, not in standing, expired, or due already.
pub fn confirm(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(number): Id,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    let proposal = load_proposal(deps.storage, number)?;
    let (other, needs) = if proposal.by_debtor {
        (proposal.creditor, "the creditor of the proposal")
    } else {
        (proposal.debtor, "the debtor of the proposal")
    };
    if person != other {
        return Err(ContractError::NotAParty { person, needs });
    }
    if now >= proposal.expires {
        return Err(ContractError::TooLate {
            now,
            until: proposal.expires,
        });
    }
    due_within(now, Seconds(u64::from(proposal.due)))?;
    forget_proposal(deps.storage, number, &proposal)?;
    let entry = Entry {
        place: 0,
        debtor: proposal.debtor,
        creditor: proposal.creditor,
        due: proposal.due,
        flags: proposal.priority,
    };
    let obligation = add(deps.storage, entry, proposal.amount)?;
    Ok(Response::new()
        .add_attribute("action", "confirm")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("debtor", proposal.debtor.to_string())
        .add_attribute("creditor", proposal.creditor.to_string())
        .add_attribute("amount", proposal.amount.to_string())
        .add_attribute("ref", proposal.reference))
}

/// A side withdraws or refuses a proposal; anyone removes an expired one.
///
/// # Errors
/// Not a party while it is open.
pub fn drop_proposal(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(number): Id,
) -> Result<Response, ContractError> {
    let proposal = load_proposal(deps.storage, number)?;
    if now < proposal.expires {
        let parameters = state::parameters().load(deps.storage)?;
        let person = people::person(deps.querier, &parameters, sender)?;
        if person != proposal.debtor && person != proposal.creditor {
            return Err(ContractError::NotAParty {
                person,
                needs: "a side of the proposal",
            });
        }
    }
    forget_proposal(deps.storage, number, &proposal)?;
    Ok(Response::new()
        .add_attribute("action", "drop_proposal")
        .add_attribute("proposal", number.to_string()))
}

fn load_proposal(storage: &dyn Storage, number: u64) -> Result<Proposal, ContractError> {
    state::proposal(number)
        .may_load(storage)?
        .ok_or(ContractError::UnknownProposal { proposal: number })
}

fn forget_proposal(
    storage: &mut dyn Storage,
    number: u64,
    proposal: &Proposal,
) -> Result<(), ContractError> {
    storage.remove(state::proposal(number).bytes());
    storage.remove(state::proposal_of(proposal.debtor, number).bytes());
    storage.remove(state::proposal_of(proposal.creditor, number).bytes());
    let proposer = if proposal.by_debtor {
        proposal.debtor
    } else {
        proposal.creditor
    };
    let key = state::ledger(proposer);
    let mut ledger = key.load(storage)?;
    ledger.proposals = ledger.proposals.saturating_sub(1);
    key.save(storage, &ledger);
    Ok(())
}
