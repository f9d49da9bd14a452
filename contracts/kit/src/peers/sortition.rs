//! Cases before juries and panels drawn by lot: how a contract asks for them
//! and reads what came of it.

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
    /// Opens a pool of volunteers from whom a panel is drawn with quotas; who
    /// was drawn is read with [`SortitionQuery::Drawn`] under the same name.
    OpenDraw(DrawInput),
}

/// A panel to be drawn.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct DrawInput {
    /// The requester's own name for it, e.g. `assembly/12`.
    pub r#ref: String,
    /// Seats.
    pub size: u16,
    /// What volunteers tell of themselves; may be empty.
    pub features: Vec<Feature>,
    /// How many of a kind must and may sit.
    pub quotas: Vec<Quota>,
    /// Until when volunteers may come.
    pub until: Seconds,
    /// The gate of trust whose proofs volunteers come by, never their addresses;
    /// absent: they come by address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Id>,
}

/// What volunteers tell of themselves: one value of each feature.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Feature {
    /// `age`, `district` …
    pub name: String,
    /// What it can be.
    pub values: Vec<String>,
    /// Whose credential says it; absent: as the volunteer declares.
    #[serde(default)]
    pub issuer: Option<Id>,
}

/// How many with one value of a feature must and may sit.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Quota {
    /// The feature's name.
    pub feature: String,
    /// The value.
    pub value: String,
    /// At least.
    pub min: u16,
    /// At most.
    pub max: u16,
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

/// The words that a jury may say about a kind of case. The first is what
/// follows when none has enough votes. Empty: persons are drawn, nobody votes.
#[must_use]
pub fn outcomes(kind: &str) -> &'static [&'static str] {
    match kind {
        "assess" => &[],
        "default" => &["dismiss", "default"],
        "sanction" | "appeal" | "flags" | "challenge" => &["dismiss", "uphold", "malicious"],
        _ => &["dismiss", "uphold"],
    }
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
