//! Answers about rounds.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{HexBinary, Uint128};
use mycel_kit::{Amount, Id, Seconds};

use super::msg::{Admission, IdentityInput};
use crate::rules::{Rule, Saturation};

/// What became of money of one sort, in pico-credits; `came` is all the others together.
#[cw_serde]
pub struct FlowView {
    /// What holds were worth when they were placed.
    pub came: Uint128,
    /// Of holds that are not settled.
    pub open: Uint128,
    /// Paid to projects.
    pub paid: Uint128,
    /// Given back.
    pub back: Uint128,
    /// Lost by decay to the commons meanwhile.
    pub decayed: Uint128,
    /// Of holds that expired before they were settled: credit gave them back.
    pub expired: Uint128,
}

/// A round in a list.
#[cw_serde]
pub struct RoundView {
    /// Its number.
    pub round: Id,
    /// What it is called.
    pub title: String,
    /// The member whose own round it is; absent: a decision opened it.
    pub opener: Option<Id>,
    /// As whom one gives.
    pub identity: IdentityInput,
    /// How matching is weighed.
    pub rule: Rule,
    /// What happens where weights are below the pool.
    pub saturation: Saturation,
    /// Most that one project gets of the pool, in 1/10,000.
    pub cap_bps: u16,
    /// Who admits projects.
    pub admission: Admission,
    /// When it was opened.
    pub opened: Seconds,
    /// When contributions begin.
    pub begins: Seconds,
    /// When they end.
    pub ends: Seconds,
    /// Least pool when contributions begin.
    pub min_pool: Amount,
    /// Most projects.
    pub max_projects: u16,
    /// `open`, `giving`, `checking`, `gathering`, `packing`, `weighing`, `dividing`, `matching`, `returning`, `settling`, `closing`, `done`, `cancelling`, `cancelled`.
    pub stage: String,
    /// Projects that were submitted.
    pub projects: u16,
    /// Of them admitted.
    pub admitted: u16,
    /// Pairs of giver and project.
    pub gifts: u32,
    /// Contributions.
    pub given: FlowView,
    /// The pool.
    pub pool: FlowView,
}

/// A list of rounds.
#[cw_serde]
pub struct RoundsResponse {
    /// By number.
    pub rounds: Vec<RoundView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// One sponsor.
#[cw_serde]
pub struct SponsorView {
    /// The hold.
    pub hold: Id,
    /// Whose; absent: the commons'.
    pub person: Option<Id>,
    /// What it was when it was placed.
    pub amount: Amount,
    /// What is left of it now.
    pub left: Amount,
}

/// A project's part of the pool.
#[cw_serde]
pub struct PartView {
    /// The project.
    pub project: Id,
    /// In pico-credits.
    pub matching: Uint128,
}

/// How the pool is divided.
#[cw_serde]
pub struct DivisionView {
    /// The pool.
    pub pool: Uint128,
    /// What each project gets; none that gets nothing.
    pub parts: Vec<PartView>,
    /// What goes back to sponsors.
    pub returned: Uint128,
    /// It is as it would be if contributions ended now; else it was divided so.
    pub preview: bool,
}

/// One round.
#[cw_serde]
pub struct RoundResponse {
    /// The round.
    pub round: RoundView,
    /// Its sponsors.
    pub sponsors: Vec<SponsorView>,
    /// How the pool is divided; absent where pairs must be weighed first, which
    /// `advance` does after the end, and in cancelled rounds.
    pub division: Option<DivisionView>,
    /// The bound of pairs, once it is known.
    pub m: Option<Amount>,
}

/// A project.
#[cw_serde]
pub struct ProjectView {
    /// Its number.
    pub project: Id,
    /// What it is called.
    pub title: String,
    /// SHA-256 of its text.
    pub text_hash: HexBinary,
    /// Who submitted it.
    pub submitter: Id,
    /// Who is paid.
    pub payee: Id,
    /// Who controls it, as last seen: they are matched by nobody.
    pub controllers: Vec<Id>,
    /// `waiting`, `admitted`, `withdrawn`.
    pub status: String,
    /// Members who support it.
    pub supporters: u32,
    /// Givers.
    pub givers: u32,
    /// What was given to it that earns match.
    pub matched: Uint128,
    /// What was given to it that does not.
    pub unmatched: Uint128,
    /// What it gets of the pool; 0 before the pool is divided.
    pub matching: Uint128,
}

/// A list of projects.
#[cw_serde]
pub struct ProjectsResponse {
    /// By number.
    pub projects: Vec<ProjectView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What one gave to a project.
#[cw_serde]
pub struct GiftView {
    /// The round.
    pub round: Id,
    /// The project.
    pub project: Id,
    /// In all.
    pub amount: Amount,
    /// Whether it earns match.
    pub matched: bool,
}

/// What a member gave in a round.
#[cw_serde]
pub struct ContributionsResponse {
    /// By project.
    pub gifts: Vec<GiftView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What a project was paid.
#[cw_serde]
pub struct PayoutView {
    /// The project.
    pub project: Id,
    /// Who is paid.
    pub payee: Id,
    /// Its part of the pool as that was gathered.
    pub matching: Uint128,
    /// What of it was paid: the pool decayed meanwhile.
    pub matching_paid: Uint128,
    /// What it was paid of contributions.
    pub direct_paid: Uint128,
}

/// A round's results.
#[cw_serde]
pub struct ResultsResponse {
    /// Where the round stands; all is paid when it is `done`.
    pub stage: String,
    /// What the pool was.
    pub pool: Uint128,
    /// Of it for projects.
    pub matching: Uint128,
    /// Of it for the sponsors.
    pub returned: Uint128,
    /// Admitted projects, by number.
    pub payouts: Vec<PayoutView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// All that rounds hold about a member, a round.
#[cw_serde]
pub struct RoundExport {
    /// The round.
    pub round: Id,
    /// The member opened it.
    pub opened: bool,
    /// What it gave.
    pub gifts: Vec<GiftView>,
    /// What it sponsors.
    pub sponsored: Vec<SponsorView>,
    /// Its own project: the number.
    pub submitted: Option<Id>,
    /// The project that is paid to it.
    pub paid_by: Option<Id>,
    /// Projects that it supports.
    pub supports: Vec<Id>,
    /// The declared group in which it is.
    pub group: Option<u32>,
    /// The showing that its address pays for.
    pub showing: Option<Id>,
}
