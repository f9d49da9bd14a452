//! The shapes on the wire.
use borsh::{BorshDeserialize, BorshSerialize};
use mycel_types::header::ValueId;

use super::{
    MAX_BLOCK, MAX_EXTENSION, MAX_SIGNATURES, MAX_SYNC_VALUES,
    bounded::{ByteString, List},
    part,
};

/// A round; −1 is nil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Round(pub(super) i32);

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct SignedExtension {
    pub(super) bytes: ByteString<MAX_EXTENSION>,
    pub(super) signature: [u8; 64],
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Vote {
    pub(super) precommit: bool,
    pub(super) height: u64,
    pub(super) round: Round,
    pub(super) value: Option<ValueId>,
    pub(super) validator: [u8; 20],
    pub(super) signature: [u8; 64],
    pub(super) extension: Option<SignedExtension>,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Proposal {
    pub(super) height: u64,
    pub(super) round: Round,
    pub(super) pol_round: Round,
    pub(super) value: ValueId,
    pub(super) proposer: [u8; 20],
    pub(super) signature: [u8; 64],
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Consensus {
    Vote(Vote),
    Proposal(Proposal),
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Signed {
    pub(super) validator: [u8; 20],
    pub(super) signature: [u8; 64],
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Polka {
    pub(super) height: u64,
    pub(super) round: Round,
    pub(super) value: ValueId,
    pub(super) signatures: List<Signed, MAX_SIGNATURES>,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct SignedInRound {
    pub(super) precommit: bool,
    pub(super) value: Option<ValueId>,
    pub(super) validator: [u8; 20],
    pub(super) signature: [u8; 64],
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct RoundChange {
    pub(super) height: u64,
    pub(super) round: Round,
    /// Two thirds precommitted; otherwise a third is ahead.
    pub(super) precommit: bool,
    pub(super) signatures: List<SignedInRound, { 2 * MAX_SIGNATURES }>,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Liveness {
    Vote(Vote),
    Polka(Polka),
    RoundChange(RoundChange),
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Proposed {
    pub(super) height: u64,
    pub(super) round: Round,
    pub(super) valid_round: Round,
    pub(super) proposer: [u8; 20],
    pub(super) value: ValueId,
    pub(super) valid: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Proof {
    pub(super) public_key: ByteString<64>,
    pub(super) peer_id: ByteString<128>,
    pub(super) signature: [u8; 64],
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Stream {
    pub(super) id: ByteString<64>,
    pub(super) sequence: u64,
    /// `None` ends the stream.
    pub(super) part: Option<part::Shape>,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Status {
    pub(super) peer_id: ByteString<128>,
    pub(super) tip: u64,
    pub(super) base: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Request {
    Values { first: u64, last: u64 },
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct CommitSignature {
    pub(super) validator: [u8; 20],
    pub(super) signature: [u8; 64],
    pub(super) extension: Option<SignedExtension>,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Decided {
    pub(super) block: ByteString<MAX_BLOCK>,
    pub(super) height: u64,
    pub(super) round: Round,
    pub(super) value: ValueId,
    pub(super) signatures: List<CommitSignature, MAX_SIGNATURES>,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Response {
    Values {
        first: u64,
        values: List<Decided, MAX_SYNC_VALUES>,
    },
}
