//! Queries and answers.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::roles::Electorate;
use mycel_kit::standard::{About, Invariants};

use crate::dividend::ask::{Claimable, DepositView, DividendView};
use crate::export::ExportResponse;
use crate::parameters::ParametersResponse;
use crate::register::ask::{
    Entries, EntryView, MatterView, Overdue, Refused, RegisterView, Reports,
};
use crate::rounds::ask::{
    ContributionsResponse, ProjectsResponse, ResultsResponse, RoundResponse, RoundsResponse,
};

/// `{}`.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Nothing {}

/// A page of a list by number.
#[cw_serde]
#[derive(Copy, Eq, Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct Page {
    /// After this number; from the first if absent.
    pub after: Option<Id>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// What can be asked.
#[cw_serde]
#[derive(QueryResponses)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    // ---- rounds
    /// trust: since when a round that takes proofs is there.
    #[returns(mycel_kit::peers::trust::GateTerm)]
    GateTerm {
        /// The round's gate.
        gate: Id,
        /// The round's number.
        term: String,
    },
    /// Rounds, by number.
    #[returns(RoundsResponse)]
    Rounds(Page),
    /// One round: rule, times, the pool so far, how it would be divided now.
    #[returns(RoundResponse)]
    Round {
        /// The round.
        round: Id,
    },
    /// Projects of a round, by number, with their sums.
    #[returns(ProjectsResponse)]
    Projects {
        /// The round.
        round: Id,
        /// After this project.
        #[serde(default)]
        after: Option<Id>,
        /// At most so many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// What a member gave in a round.
    #[returns(ContributionsResponse)]
    Contributions {
        /// The round.
        round: Id,
        /// The member's address.
        member: String,
        /// After this project.
        #[serde(default)]
        after: Option<Id>,
        /// At most so many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// What projects were paid.
    #[returns(ResultsResponse)]
    Results {
        /// The round.
        round: Id,
        /// After this project.
        #[serde(default)]
        after: Option<Id>,
        /// At most so many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },

    // ---- rules

    // ---- dividend
    /// The sums of the dividend.
    #[returns(DividendView)]
    Dividend(Nothing),
    /// One deposit of the commons.
    #[returns(DepositView)]
    Deposit {
        /// Its number.
        deposit: Id,
    },
    /// What a claim would pay a member now.
    #[returns(Claimable)]
    Claimable {
        /// Its address.
        member: String,
    },

    // ---- register
    /// The sums of the register.
    #[returns(RegisterView)]
    Register(Nothing),
    /// One entry.
    #[returns(EntryView)]
    Entry {
        /// Its number.
        entry: Id,
    },
    /// Entries, ascending.
    #[returns(Entries)]
    Entries(Page),
    /// An entry's reports of revenue.
    #[returns(Reports)]
    Reports {
        /// The entry.
        entry: Id,
        /// Which.
        #[serde(default)]
        page: Page,
    },
    /// Dues and restoration that were not paid in time, the longest overdue first.
    #[returns(Overdue)]
    Overdue {
        /// `next` of the page before.
        #[serde(default)]
        after: Option<String>,
        /// At most so many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// Whether a technology is refused inside a boundary.
    #[returns(Refused)]
    Refused {
        /// `entry/<number>` or a word.
        technology: String,
        /// `all` or a commons.
        boundary: Electorate,
    },
    /// A payment that waits, or a case.
    #[returns(MatterView)]
    Matter {
        /// Its number.
        matter: Id,
    },

    // ---- the standard interface
    /// What keeps a member's account from closing.
    #[returns(OpenItems)]
    OpenItems {
        /// Its address.
        member: String,
    },
    /// All that this contract holds about a member, in pages.
    #[returns(ExportResponse)]
    Export {
        /// Its address.
        member: String,
        /// `next` of the page before.
        #[serde(default)]
        after: Option<String>,
    },
    /// What this contract is.
    #[returns(About)]
    About(Nothing),
    /// Parameters with their bounds.
    #[returns(ParametersResponse)]
    Parameters(Nothing),
    /// What must always hold.
    #[returns(Invariants)]
    Invariants(Nothing),
}
