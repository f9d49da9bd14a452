//! Queries and answers of this part.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Id, Seconds};

use super::msg::Accused;
use crate::quantity::Quantity;

/// Why a measure was taken.
#[cw_serde]
pub enum Reason {
    /// More was harvested in an epoch than tolerance allows.
    Overuse {
        /// The epoch.
        epoch: Id,
        /// Beyond the entitlement.
        over: Quantity,
        /// The entitlement.
        entitlement: Quantity,
    },
    /// A jury upheld an accusation.
    Upheld {
        /// The accusation.
        accusation: Id,
    },
    /// A jury found its accusation malicious.
    Malicious {
        /// The accusation.
        accusation: Id,
    },
    /// A jury found its challenge of a reading malicious.
    Challenge {},
}

/// Answer to `measure`.
#[cw_serde]
pub struct MeasureView {
    /// Its number.
    pub id: Id,
    /// The commons.
    pub commons: Id,
    /// Against whom.
    pub person: Id,
    /// The step it climbed to: `notice`, `reduced`, `suspended`, `excluded`.
    pub step: String,
    /// Why.
    pub why: Reason,
    /// When.
    pub at: Seconds,
    /// Until when it may be appealed.
    pub until: Seconds,
    /// `taken`, `appealed`, `final`, `lifted`, `lowered`.
    pub state: String,
    /// The appeal's case at sortition.
    pub case: Option<Id>,
}

/// Answer to `accusation`.
#[cw_serde]
pub struct AccusationView {
    /// Its number.
    pub id: Id,
    /// The commons.
    pub commons: Id,
    /// Who accuses.
    pub accuser: Id,
    /// Whom.
    pub accused: Id,
    /// Of what.
    pub what: Accused,
    /// In words.
    pub text: String,
    /// SHA-256 of the evidence.
    pub evidence: HexBinary,
    /// When.
    pub at: Seconds,
    /// The case at sortition.
    pub case: Option<Id>,
    /// `open`, `upheld`, `dismissed`, `malicious`, `lapsed`.
    pub judged: String,
}

/// Answer to `ladder`.
#[cw_serde]
pub struct LadderResponse {
    /// The person.
    pub person: Id,
    /// `none`, `notice`, `reduced`, `suspended`, `excluded`.
    pub step: String,
    /// Since when.
    pub since: Seconds,
    /// When it ends and the one below follows.
    pub until: Seconds,
    /// What is left of the next entitlements, in 1/10,000.
    pub scale_bps: u16,
    /// The last 20 measures against it, the latest first.
    pub measures: Vec<MeasureView>,
}

/// What is kept about a person, an item of its export.
#[cw_serde]
pub enum Kept {
    /// A measure against it.
    Measure(MeasureView),
    /// An accusation that it made or that is against it.
    Accusation(AccusationView),
}
