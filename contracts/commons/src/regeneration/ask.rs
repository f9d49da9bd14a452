//! Queries and answers of this part.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Id, Seconds};

use crate::quantity::Quantity;

/// A claim that is kept about a person, an item of its export.
pub type Kept = ClaimView;

/// What a monitor saw.
#[cw_serde]
pub struct AttestationView {
    /// Its seat.
    pub seat: Id,
    /// Who.
    pub person: Id,
    /// Units.
    pub quantity: Quantity,
}

/// A reversal that monitors attest.
#[cw_serde]
pub struct ReversalView {
    /// Who says so.
    pub by: Id,
    /// How much.
    pub asked: Quantity,
    /// SHA-256 of the evidence.
    pub evidence: HexBinary,
    /// Until when monitors attest it.
    pub until: Seconds,
    /// What they saw.
    pub attestations: Vec<AttestationView>,
    /// Whether a jury is asked about the higher ones.
    pub disputed: bool,
    /// Sortition's number of that case; absent while none is opened.
    pub case: Option<Id>,
}

/// A claim: `attested = minted + waiting + parked + buffer + cancelled +
/// waived`.
#[cw_serde]
pub struct ClaimView {
    /// Its number.
    pub claim: Id,
    /// The commons.
    pub commons: Id,
    /// Who restored.
    pub person: Id,
    /// Where.
    pub cells: Vec<Id>,
    /// From when …
    pub from: Seconds,
    /// … until when.
    pub to: Seconds,
    /// Units asked for.
    pub asked: Quantity,
    /// SHA-256 of the evidence.
    pub evidence: HexBinary,
    /// When it was made.
    pub at: Seconds,
    /// Until when monitors attest it.
    pub until: Seconds,
    /// `claimed`, `attested`, `refused`, `lapsed`, `withdrawn`.
    pub phase: String,
    /// What monitors saw.
    pub attestations: Vec<AttestationView>,
    /// Whether a jury is asked about the higher ones.
    pub disputed: bool,
    /// Sortition's number of that case; absent while none is opened.
    pub case: Option<Id>,
    /// What was attested.
    pub attested: Quantity,
    /// Of it, entitlement by now.
    pub minted: Quantity,
    /// Of it, to become entitlement at the next openings.
    pub waiting: Quantity,
    /// Of it, without room below the concentration cap; `resume` asks for it again.
    pub parked: Quantity,
    /// Of it, kept for reversals.
    pub buffer: Quantity,
    /// Of it, taken back for what was lost again.
    pub cancelled: Quantity,
    /// Of it, given up.
    pub waived: Quantity,
    /// What was lost again, as attested.
    pub reversed: Quantity,
    /// A reversal that monitors attest.
    pub reversal: Option<ReversalView>,
}

/// Answer to `claims`.
#[cw_serde]
pub struct ClaimsResponse {
    /// By number.
    pub claims: Vec<ClaimView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `regeneration`: sums of a commons.
#[cw_serde]
pub struct RegenerationResponse {
    /// Attested in all.
    pub attested: Quantity,
    /// Of it, entitlement by now.
    pub minted: Quantity,
    /// Of it, to become entitlement at the next openings.
    pub waiting: Quantity,
    /// Of it, without room below the concentration cap; `resume` asks for it again.
    pub parked: Quantity,
    /// Of it, kept for reversals.
    pub buffer: Quantity,
    /// Of it, taken back for what was lost again.
    pub cancelled: Quantity,
    /// Of it, given up.
    pub waived: Quantity,
    /// Lost again, as attested.
    pub reversed: Quantity,
    /// Of that, neither covered nor repaid.
    pub owed: Quantity,
}
