//! Cases before juries: how a contract opens one and reads its outcome.

use cosmwasm_schema::cw_serde;

use crate::{Id, Seconds};

/// Messages of contracts that need a jury.
#[cw_serde]
pub enum SortitionMsg {
    /// Opens a case; the response's data is [`CaseOpened`] as JSON.
    OpenCase {
        /// The requester's own name for it, e.g. `members/7/12`.
        r#ref: String,
        /// What is judged: `sanction`, `default`, `flags`, `entry` …
        kind: String,
        /// Jurors.
        size: u16,
        /// Votes needed in 1/10,000 of the jurors.
        threshold_bps: u16,
        /// Person numbers; they and their related are no jurors.
        parties: Vec<Id>,
        /// Until when the jury must have decided.
        deadline: Seconds,
    },
}

/// Data of the response to `open_case`.
#[cw_serde]
pub struct CaseOpened {
    /// The case.
    pub case: Id,
}

/// Questions about cases.
#[cw_serde]
pub enum SortitionQuery {
    /// How a case stands.
    Case {
        /// The case.
        id: Id,
    },
    /// Whether these persons were drawn by lot for a task (assessors).
    Drawn {
        /// The draw's own name, e.g. `credit/assess/42/3`.
        r#ref: String,
    },
}

/// Where a case is.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum CaseStatus {
    /// The jury deliberates.
    Open,
    /// There is an outcome; appeal may still be possible.
    Decided,
    /// Before the second jury.
    Appealed,
    /// Nobody decided in time: the measure ends.
    Lapsed,
}

/// Answer to `case`.
#[cw_serde]
pub struct Case {
    /// Where it is.
    pub status: CaseStatus,
    /// `uphold`, `dismiss`, `malicious`, `default`, … by kind; empty until decided.
    pub outcome: String,
    /// SHA-256 of the reasons, hexadecimal.
    pub reasons: String,
    /// Whether no appeal can follow.
    pub r#final: bool,
    /// As the requester named it.
    pub r#ref: String,
    /// What was judged.
    pub kind: String,
    /// The parties.
    pub parties: Vec<Id>,
}

/// Answer to `drawn`.
#[cw_serde]
pub struct Drawn {
    /// Person numbers in the order drawn; empty until the draw is done.
    pub persons: Vec<Id>,
    /// Whether the draw is done.
    pub done: bool,
}
