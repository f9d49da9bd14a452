//! What an engine asks of the [`Host`](super::Host), and what it is told to do.
use std::sync::Arc;

use bytes::Bytes;
use mycel_types::{
    Address, Halt, Outcome, Time,
    header::{ValidatorSet, ValueId},
};
use tendermint::{Block, block::Commit};

pub use super::part::{Init, ProposalPart};

/// An event. Each asks for one answer, which is among the effects of the same step unless it says otherwise.
#[derive(Clone, Debug)]
pub enum HostInput {
    /// The engine is up and asks where to begin → [`HostEffect::Start`], now or at a later [`HostInput::Wake`].
    Ready,
    /// A round began → [`HostEffect::Undecided`].
    StartedRound {
        /// Of this height.
        height: u64,
        /// The round.
        round: u32,
    },
    /// This node proposes → [`HostEffect::Propose`], then [`HostEffect::Publish`] for each part; for another
    /// height than the open one, nothing.
    GetValue {
        /// Of this height.
        height: u64,
        /// In this round.
        round: u32,
    },
    /// A part came from the network → [`HostEffect::Received`].
    Part(Box<ProposalPart>),
    /// The engine wants a known value streamed (again) → [`HostEffect::Publish`] for each part. No other answer.
    Restream {
        /// Of this height.
        height: u64,
        /// In this round.
        round: u32,
        /// The round of the polka that it rests on, for a re-proposal.
        pol_round: Option<u32>,
        /// Who proposed it in `round`.
        proposer: Address,
        /// The value.
        value: ValueId,
    },
    /// Two thirds decided → [`HostEffect::Committed`], once block, commit and state are durable. For a height that
    /// is durable already the same answer is given again.
    Decided(Certificate),
    /// The height is over → [`HostEffect::Start`] of the next, now or at a later [`HostInput::Wake`].
    Finalized {
        /// Which height.
        height: u64,
    },
    /// A peer asks for decided values from..=to → [`HostEffect::DecidedValues`], at most a page of them.
    GetDecided {
        /// First height.
        from: u64,
        /// Last height.
        to: u64,
    },
    /// The engine asks for the first height that we can serve → [`HostEffect::HistoryMin`].
    HistoryMin,
    /// A certified value came from a peer → [`HostEffect::Synced`].
    Synced {
        /// Of this height.
        height: u64,
        /// Decided in this round.
        round: u32,
        /// The proposer of that round.
        proposer: Address,
        /// The block's bytes.
        bytes: Bytes,
    },
    /// The time of a [`HostEffect::WakeAt`] has come, or the pool is not empty any more.
    Wake,
    /// All answers of the step that gave [`HostEffect::Work`] were sent.
    Work,
}

/// An instruction or an answer. Effects are carried out in order.
#[derive(Clone, Debug)]
pub enum HostEffect {
    /// Begin this height with this set.
    Start {
        /// The height.
        height: u64,
        /// Who votes.
        validators: Arc<ValidatorSet>,
    },
    /// Values that were seen for this round before.
    Undecided(Vec<Proposed>),
    /// Propose this.
    Propose {
        /// At this height.
        height: u64,
        /// In this round.
        round: u32,
        /// The block.
        value: ValueId,
    },
    /// Send this part to everyone.
    Publish(Box<ProposalPart>),
    /// The part completed a value that can be voted on, or not.
    Received(Option<Proposed>),
    /// A part was refused, beside `Received(None)`: for logs and counters.
    Refused(PartRefusal),
    /// Block, commit, state and results are durable.
    Committed(Arc<Finished>),
    /// Decided values in order of height, from the first that was asked for on; empty if we have not that one.
    DecidedValues(Vec<DecidedValue>),
    /// The first height that we can serve.
    HistoryMin(u64),
    /// What the synced value is.
    Synced(SyncOutcome),
    /// Step with [`HostInput::Wake`] at this time; replaces an earlier one.
    WakeAt(Time),
    /// Once all answers are sent, step with [`HostInput::Work`].
    Work,
    /// Stop the node and show this. Every later step says it again.
    Halt(Halt),
}

/// A value that was proposed and seen whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// At which height.
    pub height: u64,
    /// In which round.
    pub round: u32,
    /// For a re-proposal, the round whose polka it rests on.
    pub pol_round: Option<u32>,
    /// Who proposed it in `round`.
    pub proposer: Address,
    /// The value.
    pub value: ValueId,
    /// Whether to vote for it.
    pub valid: bool,
}

/// Proof of a decision: precommits of more than two thirds of the power.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// At which height.
    pub height: u64,
    /// In which round.
    pub round: u32,
    /// For what.
    pub value: ValueId,
    /// Who signed [`mycel_types::header::vote_sign_bytes`] of a precommit.
    pub signatures: Vec<(Address, [u8; 64])>,
}

/// A decided block with its proof, for peers that catch up.
#[derive(Clone, Debug)]
pub struct DecidedValue {
    /// The proof.
    pub certificate: Certificate,
    /// The block's canonical bytes.
    pub bytes: Bytes,
}

/// A block whose outcome is durable.
#[derive(Clone, Debug)]
pub struct Finished {
    /// What was decided.
    pub value: ValueId,
    /// The block.
    pub block: Block,
    /// Its size, encoded.
    pub bytes: u64,
    /// The commit that decided it.
    pub commit: Commit,
    /// What came of it.
    pub outcome: Outcome,
}

/// What a synced value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncOutcome {
    /// A block of this height.
    Value(Proposed),
    /// The peer sent what cannot be a block of this height.
    PeerFault,
    /// This node cannot judge it now; the peer is innocent.
    NotNow,
}

/// Why a part was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartRefusal {
    /// Neither the next height nor the one after.
    Height,
    /// A round too far ahead or long past.
    Round,
    /// Not from the round's proposer.
    Proposer,
    /// Not signed by the proposer.
    Signature,
    /// Announces more than a block may have, or a wrong count of parts.
    Size,
    /// The bytes are not under the announced root.
    Proof,
    /// The proposer announced another value for this round before.
    Conflict,
    /// Seen already.
    Duplicate,
    /// The whole is no block of the announced id.
    Block,
}
