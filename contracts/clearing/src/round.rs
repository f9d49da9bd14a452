//! A round: open → freezing → frozen → settling → done, moved on by anyone's
//! `advance`, each step in pieces.
//!
//! | stage | what `advance` does | ends |
//! |---|---|---|
//! | open | nothing: both sides tender | `freeze_at` |
//! | barring | forgets which obligations the last round froze, then pulls the persons who may not deal, 1,000 a step | all pulled |
//! | freezing | takes the obligations that may enter, page by page ([`freeze`](crate::freeze)) | all pages seen |
//! | frozen | verifies posted certificates, one after another ([`verify`](crate::verify)) | gap 0, or `deadline` and none left to verify |
//! | settling | applies the best ([`settle`](crate::settle)) | all pages applied |
//! | closing | removes what solvers posted | nothing left |
//! | done | | |
//!
//! A round of a market ([`allocation`](crate::allocation)) has the same
//! stages; its freeze builds the graph and its settling writes promises.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::{Id, Key};

use crate::book;
use crate::error::ContractError;
use crate::msg::MarketKind;
use crate::state::{self, PRIORITIES};
use crate::{allocation, freeze, numbers, posts, settle, verify};

/// Most units of work in one `advance`, and the default: an obligation looked
/// at is one, four on a page that is written again. A unit is some 90 gas: all
/// of them stay below a transaction's 20 million.
pub const MAX_WORK: u32 = 1 << 17;

/// What a round moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// Obligations, set off in circles.
    Clearing,
    /// One resource in one scale.
    Allocation {
        /// The market.
        market: u32,
        /// How it matches.
        of: MarketKind,
    },
}

/// Where a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Takes tenders.
    Open,
    /// Pulls the barred.
    Barring {
        /// Persons above this are still to be asked for.
        after: Option<u64>,
    },
    /// Fixes the graph.
    Freezing {
        /// The next page, or what the market's freeze says.
        page: u32,
    },
    /// Solvers commit, post; certificates are verified.
    Frozen,
    /// The best is applied.
    Settling {
        /// The next page.
        page: u32,
        /// The next edge.
        edge: u32,
        /// Where in the body its flow lies.
        at: u32,
    },
    /// What solvers posted is removed.
    Closing {
        /// The next post.
        post: u32,
    },
    /// Ended.
    Done,
}

impl Stage {
    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Barring { .. } => "barring",
            Stage::Freezing { .. } => "freezing",
            Stage::Frozen => "frozen",
            Stage::Settling { .. } => "settling",
            Stage::Closing { .. } => "closing",
            Stage::Done => "done",
        }
    }
}

/// The best certificate so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Best {
    /// Whose post.
    pub post: u32,
    /// What it is worth: Σ weight · flow in clearing, cost saved in a market,
    /// Σ (17 − rank) over those in need who are matched in a stable matching.
    pub value: i128,
    /// No feasible flow, no stable matching, is worth more than `value + gap`.
    pub gap: i128,
    /// Σ flow.
    pub flow: i128,
    /// The first edge whose condition of optimality fails.
    pub slack: Option<u32>,
}

/// One round.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Round {
    /// What it moves.
    pub kind: Kind,
    /// Where it is.
    pub stage: Stage,
    /// When it opened.
    pub opened: u64,
    /// From when it may freeze.
    pub freeze_at: u64,
    /// When it began to freeze: what is due before is overdue.
    pub frozen_at: u64,
    /// Until when solvers commit, and from when they post.
    pub commit_until: u64,
    /// Until when they post.
    pub deadline: u64,
    /// Obligations due later than this after `frozen_at` wait.
    pub horizon_seconds: u64,
    /// Obligations (or arcs) of this number and above are not in it.
    pub end: u32,
    /// Weight of a unit by priority.
    pub weights: [u32; PRIORITIES],
    /// Nodes of the frozen graph.
    pub nodes: u32,
    /// Its edges.
    pub edges: u32,
    /// Σ of their capacities.
    pub volume: i128,
    /// What the empty flow (in a market: all need unmet) costs.
    pub baseline: i128,
    /// See [`graph`](crate::graph).
    pub root: [u8; 32],
    /// Commitments so far.
    pub posts: u32,
    /// Of which from strangers.
    pub guests: u32,
    /// Certificates that are complete.
    pub complete: u32,
    /// Of which have been verified or are being.
    pub taken: u32,
    /// The best so far.
    pub best: Option<Best>,
    /// Σ flow applied so far.
    pub applied: i128,
    /// When it was done.
    pub ended: u64,
}

/// A round.
#[must_use]
pub fn round(number: u64) -> Key<Round> {
    Key::new(b'r', &number.to_be_bytes())
}

/// The clearing round before, whose certificate can still be read.
#[must_use]
pub fn last_round() -> Key<u64> {
    Key::new(b'l', &[])
}

/// A round by its number.
///
/// # Errors
/// There is none.
pub fn load(storage: &dyn Storage, Id(number): Id) -> Result<Round, ContractError> {
    round(number)
        .may_load(storage)?
        .ok_or(ContractError::UnknownRound { round: number })
}

/// A new round's record, open, under the next number.
///
/// # Errors
/// Unreadable state.
pub fn begin(
    storage: &mut dyn Storage,
    kind: Kind,
    now: u64,
    open_seconds: u64,
) -> Result<(u64, Round), ContractError> {
    let parameters = state::parameters().load(storage)?;
    let mut counters = state::counters().load(storage)?;
    let number = counters.round;
    counters.round += 1;
    state::counters().save(storage, &counters);
    let begun = Round {
        kind,
        stage: Stage::Open,
        opened: now,
        freeze_at: now.saturating_add(open_seconds),
        frozen_at: 0,
        commit_until: 0,
        deadline: 0,
        horizon_seconds: parameters.horizon_seconds,
        end: counters.obligation,
        weights: parameters.weights,
        nodes: 0,
        edges: 0,
        volume: 0,
        baseline: 0,
        root: [0; 32],
        posts: 0,
        guests: 0,
        complete: 0,
        taken: 0,
        best: None,
        applied: 0,
        ended: 0,
    };
    Ok((number, begun))
}

/// Opens a clearing round, if none runs.
///
/// # Errors
/// One runs, or the last ended a moment ago.
pub fn open(deps: DepsMut, now: u64) -> Result<Response, ContractError> {
    if let Some(running) = state::active_round().may_load(deps.storage)? {
        return Err(ContractError::RoundRuns { round: running });
    }
    let parameters = state::parameters().load(deps.storage)?;
    if let Some(last) = last_round().may_load(deps.storage)? {
        let from = round(last)
            .load(deps.storage)?
            .ended
            .saturating_add(parameters.pause_seconds);
        if now < from {
            return Err(ContractError::TooEarly { now, from });
        }
    }
    let (number, begun) = begin(deps.storage, Kind::Clearing, now, parameters.open_seconds)?;
    state::active_round().save(deps.storage, &number);
    round(number).save(deps.storage, &begun);
    Ok(Response::new()
        .add_attribute("action", "open_round")
        .add_attribute("round", number.to_string())
        .add_attribute("freeze_at", begun.freeze_at.to_string()))
}

/// Moves a round on by at most `limit` units of work, through as many stages
/// as that takes it.
///
/// # Errors
/// Nothing can be done now; a peer is missing or does not answer.
pub fn advance(
    mut deps: DepsMut,
    now: u64,
    Id(number): Id,
    limit: Option<u32>,
) -> Result<Response, ContractError> {
    let mut current = load(deps.storage, Id(number))?;
    let limit = limit.unwrap_or(MAX_WORK).clamp(1, MAX_WORK);
    let mut left = limit;
    let mut response = Response::new();
    while left > 0 {
        let done = step(
            deps.branch(),
            now,
            number,
            &mut current,
            left,
            &mut response,
        )?;
        match done {
            Some(units) => left = left.saturating_sub(units.max(1)),
            None => break,
        }
    }
    if left == limit {
        return Err(ContractError::NothingToDo {
            round: number,
            stage: current.stage.name(),
            until: match current.stage {
                Stage::Open => current.freeze_at,
                Stage::Frozen => current.deadline,
                _ => 0,
            },
        });
    }
    round(number).save(deps.storage, &current);
    Ok(response
        .add_attribute("action", "advance")
        .add_attribute("round", number.to_string())
        .add_attribute("stage", current.stage.name())
        .add_attribute("work", (limit - left).to_string()))
}

/// One step of the round's stage: how much work it was, or nothing to do now.
fn step(
    deps: DepsMut,
    now: u64,
    number: u64,
    current: &mut Round,
    left: u32,
    response: &mut Response,
) -> Result<Option<u32>, ContractError> {
    match (current.stage, current.kind) {
        (Stage::Open, _) if now < current.freeze_at => Ok(None),
        (Stage::Open, Kind::Clearing) => {
            freeze::begin(deps.storage, now, number, current)?;
            Ok(Some(1))
        }
        (Stage::Open, Kind::Allocation { market, .. }) => {
            allocation::freeze::begin(deps.storage, now, number, current, market)?;
            Ok(Some(1))
        }
        (Stage::Barring { after: None }, Kind::Clearing)
            if let Some(work) = freeze::forget_bits(deps.storage, left) =>
        {
            Ok(Some(work))
        }
        (Stage::Barring { after }, _) => freeze::bar(deps, number, current, after).map(Some),
        (Stage::Freezing { page }, Kind::Clearing) => {
            freeze::scan(deps.storage, now, number, current, page, left).map(Some)
        }
        (Stage::Freezing { page }, Kind::Allocation { market, .. }) => {
            allocation::freeze::build(deps.storage, now, number, current, market, page, left)
                .map(Some)
        }
        (Stage::Frozen, _) => verify::step(deps.storage, now, number, current, left, response),
        (Stage::Settling { .. }, Kind::Clearing) => {
            settle::step(deps.storage, number, current, left).map(Some)
        }
        (Stage::Settling { .. }, Kind::Allocation { market, .. }) => {
            allocation::settle::step(deps.storage, now, number, current, market, left).map(Some)
        }
        (Stage::Closing { post }, _) => {
            posts::close(deps.storage, now, number, current, post, left).map(Some)
        }
        (Stage::Done, _) => Ok(None),
    }
}

/// No round is just now deciding what enters.
///
/// # Errors
/// One is.
pub fn not_freezing(storage: &dyn Storage) -> Result<(), ContractError> {
    let Some(number) = state::active_round().may_load(storage)? else {
        return Ok(());
    };
    let stage = round(number).load(storage)?.stage;
    match stage {
        Stage::Barring { .. } | Stage::Freezing { .. } => Err(ContractError::WrongStage {
            round: number,
            stage: stage.name(),
            needs: "open or frozen: advance it",
        }),
        _ => Ok(()),
    }
}

/// The obligation is in no frozen graph, and in none that is being frozen.
///
/// # Errors
/// It is.
pub fn not_frozen(storage: &dyn Storage, obligation: u32) -> Result<(), ContractError> {
    let Some(number) = state::active_round().may_load(storage)? else {
        return Ok(());
    };
    let current = round(number).load(storage)?;
    let frozen = obligation < current.end
        && match current.stage {
            Stage::Open | Stage::Closing { .. } | Stage::Done => false,
            Stage::Barring { .. } | Stage::Freezing { .. } => true,
            Stage::Frozen | Stage::Settling { .. } => {
                let (page, place) = book::place(obligation);
                let group = freeze::group(storage, page / freeze::GROUP);
                freeze::is_frozen(&group, page, place)
            }
        };
    if frozen {
        return Err(ContractError::Frozen {
            obligation: u64::from(obligation),
            round: number,
        });
    }
    Ok(())
}

/// The frozen graph's nodes by index: person numbers, ascending.
///
/// # Errors
/// Unreadable state.
pub fn nodes(storage: &dyn Storage, number: u64) -> Result<Vec<u32>, ContractError> {
    Ok(numbers::load(storage, b'm', number)?)
}
