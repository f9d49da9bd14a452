//! A line of the limit for whoever shows trust: at a gate of trust that ties a
//! proof to the account which it names, so that a friend's proof is useless.
//!
//! The line counts with the own limit, together within its cap, and scaled by a
//! sanction like it. It ends by itself: whoever asks for the limit says when, so
//! no sweep can be late. Showing again renews it and never adds to it. Neither
//! its coming nor its end moves any money.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{DepsMut, Response};
use mycel_kit::peers::pull;
use mycel_kit::peers::trust::{Gate, Identity, Mode, Term, TrustQuery};
use mycel_kit::{Amount, Id, Seconds, roles};

use crate::accounts::number;
use crate::error::ContractError;
use crate::msg::{RaiseView, Shown, ShownAction};
use crate::pay::active;
use crate::state::{self, Account, Kind};
use crate::{peers, rules};

/// The longest that a line lasts, whatever the gate says: a year.
pub const MAX_SECONDS: u64 = 366 * 86_400;

/// A line that was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raise {
    /// By how much, > 0.
    pub amount: Amount,
    /// Unix seconds from when on it no longer counts.
    pub until: u64,
}

/// What the authority decides about lines for trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Raising {
    /// The gate of trust; 0: none.
    pub gate: Id,
    /// How much it raises.
    pub amount: Amount,
}

/// What the account's line raises at a time.
#[must_use]
pub fn raised(account: &Account, now: u64) -> Amount {
    account
        .raised
        .filter(|raise| now < raise.until)
        .map_or(Amount::ZERO, |raise| raise.amount)
}

/// As told; absent where nothing is raised.
#[must_use]
pub fn view(account: &Account, now: u64) -> Option<RaiseView> {
    let raise = account.raised.filter(|raise| now < raise.until)?;
    Some(RaiseView {
        amount: raise.amount,
        until: Seconds(raise.until),
    })
}

const fn refused(why: &'static str) -> ContractError {
    ContractError::NotRaised { why }
}

/// trust: a proof was shown for a member.
///
/// # Errors
/// Anyone but trust; another gate than the parameter's, or one that is not of
/// mode `named` here; a proof that is not of the named member's own identity; an
/// account of no person, or of one that leaves.
pub fn shown(
    deps: DepsMut,
    contract: &str,
    now: u64,
    sender: &str,
    shown: &Shown,
) -> Result<Response, ContractError> {
    let peers = peers::load(deps.storage)?;
    roles::peer(sender, &peers.trust, "trust")?;
    let ShownAction::RaiseLine { member: address } = &shown.action;
    let raising = rules::load(deps.storage)?.raising;
    if raising.gate == Id(0) || shown.gate != raising.gate {
        return Err(refused(
            "this gate raises no line; see raise_gate of parameters",
        ));
    }
    let ask = |question| pull(deps.querier, "trust", &peers.trust, &question);
    let gate: Gate = ask(TrustQuery::Gate { gate: shown.gate })?;
    let named = gate.mode == Mode::Named && matches!(gate.term, Term::Seconds(_));
    if !named || gate.consumer != contract {
        return Err(refused(
            "the gate is not of mode named, with terms of seconds, for this contract",
        ));
    }
    let member = number(deps.storage, address)?;
    let key = state::account(member);
    let mut account = key.load(deps.storage)?;
    active(&account, address)?;
    let person = state::identity(member).load(deps.storage)?.person;
    let (Kind::Person, Some(person)) = (account.kind, person) else {
        return Err(refused("only a person's line is raised"));
    };
    if shown.subject.len() != 32 || shown.subject.iter().all(|byte| *byte == 0) {
        return Err(refused("the proof is tied to nobody"));
    }
    let person = Id(person);
    let ask = |question| pull(deps.querier, "trust", &peers.trust, &question);
    let own: Identity = ask(TrustQuery::Identity { person })?;
    if own.idc != shown.subject {
        return Err(refused(
            "the proof is another member's; only one's own raises the line",
        ));
    }
    if raising.amount.is_zero() {
        return Err(refused("raise_amount of parameters is 0"));
    }
    let ends = now.saturating_add(gate.ttl.0.min(MAX_SECONDS));
    let before = account.raised.map_or(0, |raise| raise.until);
    let raise = Raise {
        amount: raising.amount,
        until: ends.max(before),
    };
    account.raised = Some(raise);
    key.save(deps.storage, &account);
    Ok(Response::new()
        .add_attribute("action", "raise_line")
        .add_attribute("member", address)
        .add_attribute("amount", raise.amount.to_string())
        .add_attribute("until", raise.until.to_string()))
}
