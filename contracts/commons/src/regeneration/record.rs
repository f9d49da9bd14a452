//! What is kept of restored land.

use borsh::{BorshDeserialize, BorshSerialize};

use super::jury;
use crate::quantity::Quantity;

/// Where a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Phase {
    /// Monitors attest it.
    Claimed,
    /// It gives what was attested.
    Attested,
    /// Monitors saw nothing restored.
    Refused,
    /// Too few monitors attested it in time.
    Lapsed,
    /// Taken back.
    Withdrawn,
}

impl Phase {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Phase::Claimed => "claimed",
            Phase::Attested => "attested",
            Phase::Refused => "refused",
            Phase::Lapsed => "lapsed",
            Phase::Withdrawn => "withdrawn",
        }
    }

    /// Whether its cells are taken for its period.
    #[must_use]
    pub const fn holds_cells(self) -> bool {
        matches!(self, Phase::Claimed | Phase::Attested)
    }
}

/// What a monitor saw; its last word counts, from whichever seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Attestation {
    /// Its seat.
    pub seat: u64,
    /// Who.
    pub person: u64,
    /// Units, at most what was asked.
    pub quantity: Quantity,
}

/// That something restored is lost again.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Reversal {
    /// Who says so.
    pub by: u64,
    /// How much.
    pub asked: Quantity,
    /// SHA-256 of the evidence.
    pub evidence: [u8; 32],
    /// Until when monitors attest it; 0: it is a challenge, and a jury's alone.
    pub until: u64,
    /// What they saw; of a challenge, what they attested of the claim.
    pub attestations: Vec<Attestation>,
    /// When that was found too far apart; 0 if it was not.
    pub disputed: u64,
    /// The own number of the case about the higher ones.
    pub case: Option<u64>,
}

impl Reversal {
    /// Whether a member challenges what was attested of the claim.
    #[must_use]
    pub const fn is_challenge(&self) -> bool {
        self.until == 0
    }

    /// The attestations that a jury may find wrong.
    #[must_use]
    pub fn accused(&self) -> Vec<Attestation> {
        match self.is_challenge() {
            true => self.attestations.clone(),
            false => jury::high(&self.attestations),
        }
    }
}

/// A claim: restored land, and what became of it. Of what was attested,
/// `attested = minted + waiting + parked + buffer + cancelled + waived`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Claim {
    /// The commons.
    pub commons: u64,
    /// Who restored.
    pub person: u64,
    /// Where: cells of the boundary's grid, ascending.
    pub cells: Vec<u64>,
    /// From when …
    pub from: u64,
    /// … until when.
    pub to: u64,
    /// Units that are asked for.
    pub asked: Quantity,
    /// SHA-256 of the evidence.
    pub evidence: [u8; 32],
    /// When it was made.
    pub at: u64,
    /// Until when monitors attest it.
    pub until: u64,
    /// Where it is.
    pub phase: Phase,
    /// What monitors saw.
    pub attestations: Vec<Attestation>,
    /// What is kept for reversals, in 1/10,000.
    pub buffer_bps: u16,
    /// What was attested.
    pub attested: Quantity,
    /// Of it, entitlement by now.
    pub minted: Quantity,
    /// Of it, to become entitlement at the next openings.
    pub waiting: Quantity,
    /// Of it, without room below its holder's concentration cap.
    pub parked: Quantity,
    /// Of it, kept for reversals.
    pub buffer: Quantity,
    /// Of it, taken back for what was lost again, of this or another claim.
    pub cancelled: Quantity,
    /// Of it, given up.
    pub waived: Quantity,
    /// What was lost again, as attested.
    pub reversed: Quantity,
    /// When its attestations were found too far apart; 0 if they were not.
    pub disputed: u64,
    /// The own number of the case about the higher attestations.
    pub case: Option<u64>,
    /// A reversal that monitors attest.
    pub reversal: Option<Reversal>,
}

impl Claim {
    /// What of it may still become entitlement.
    #[must_use]
    pub const fn to_come(&self) -> u128 {
        self.waiting.units() + self.parked.units()
    }

    /// What of it is not entitlement yet, what is kept included.
    #[must_use]
    pub const fn rest(&self) -> u128 {
        self.to_come() + self.buffer.units()
    }
}

/// Sums of a commons, or of all.
/// `attested = minted + waiting + parked + buffer + cancelled + waived` and
/// `reversed = cancelled + owed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sums {
    /// Claims ever made.
    pub claims: u64,
    /// Attested.
    pub attested: u128,
    /// Entitlement by now.
    pub minted: u128,
    /// To become entitlement at the next openings.
    pub waiting: u128,
    /// Without room below holders' concentration caps.
    pub parked: u128,
    /// Kept for reversals.
    pub buffer: u128,
    /// Taken back for what was lost again.
    pub cancelled: u128,
    /// Given up.
    pub waived: u128,
    /// Lost again, as attested.
    pub reversed: u128,
    /// Of it, not covered by buffers or what waited.
    pub owed: u128,
    /// Places in the queue ever taken.
    pub queued: u64,
}

/// What may become entitlement in an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Grant {
    /// The epoch.
    pub epoch: u64,
    /// How much may still be minted in it.
    pub left: u128,
    /// The place in the queue that is next.
    pub next: u64,
}

/// Who restored.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Restorer {
    /// Its claims that are being attested.
    pub open: Vec<u64>,
    /// Attested in all, less what was lost again.
    pub restored: u128,
    /// Still to become entitlement, parked or not.
    pub waiting: u128,
    /// What was lost again of what it had got already.
    pub owed: u128,
}
