//! How consensus messages look on the wire and in the write-ahead log.
//!
//! Borsh, with shapes of our own (`wire`) between Malachite's types and the bytes. What a peer sends is hostile:
//! every list and byte string has a limit that is checked against its length prefix before anything is allocated for
//! it, rounds and heights that CometBFT's signed integers cannot hold are refused, and nothing may follow a message.
//! Decoding never panics.
//!
//! The same shapes are written to the log, so a change of any of them is a change of both formats; the tests pin
//! their hashes.
mod bounded;
mod convert;
mod part;
mod wire;

use arc_malachitebft_app_channel::app::{
    consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg},
    streaming::StreamMessage,
    types::codec::{Codec, HasEncodedLen},
};
use arc_malachitebft_core_types::{PolkaCertificate, ValidatorProof};
use arc_malachitebft_sync as sync;
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;
use mycel_engine::{CrashPoint, CrashPoints};

pub use part::Part;

use crate::context::Chain;

/// The largest validator set that a certificate may name.
pub const MAX_SIGNATURES: usize = 256;
/// The largest vote extension.
pub const MAX_EXTENSION: usize = 16 * 1024;
/// The largest encoded block.
pub const MAX_BLOCK: usize = 8 * 1024 * 1024;
const _: () = assert!(MAX_BLOCK as u64 >= mycel_types::Params::MOST_BLOCK_BYTES);
/// The most blocks in one answer of value sync.
pub const MAX_SYNC_VALUES: usize = 64;
/// The largest vote or proposal.
pub const MAX_VOTE: usize = MAX_EXTENSION + 1024;
/// The largest certificate of the liveness channel.
pub const MAX_LIVENESS: usize = 2 * MAX_SIGNATURES * 256;
/// The largest part of a proposal in its stream.
pub const MAX_PART: usize = part::MAX_ENCODED + 256;
/// The largest answer of value sync.
pub const MAX_SYNC: usize = 16 * 1024 * 1024;
/// The largest frame of any channel, with its envelope.
pub const MAX_PUBSUB: usize = MAX_LIVENESS + 1024;

/// Why bytes are no message, or a message cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Not the shape.
    #[error("undecodable message: {0}")]
    Shape(#[from] std::io::Error),
    /// Longer than any honest message.
    #[error("message length={length} limit={limit}")]
    Length {
        /// Its length.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// A number out of the range that CometBFT's types hold.
    #[error("{field} is out of range")]
    Range {
        /// Which.
        field: &'static str,
    },
    /// The signer refused to sign this, so it must not leave the node.
    #[error("signature withheld")]
    Withheld,
}

/// The codec, for the network and for the log.
#[derive(Clone, Debug, Default)]
pub struct BorshCodec {
    leaving: CrashPoints,
}

impl BorshCodec {
    /// A codec for the network: Malachite encodes a vote or proposal there right after it flushed its log, so this
    /// is where a test may kill the process between the two.
    pub fn leaving(crash: CrashPoints) -> Self {
        Self { leaving: crash }
    }

    fn encode_consensus(&self, message: &SignedConsensusMsg<Chain>) -> Result<Bytes, CodecError> {
        self.leaving
            .pass(CrashPoint::WalWritten, message.height().0);
        encode::<SignedConsensusMsg<Chain>, wire::Consensus>(message)
    }
}

/// A wire shape of `T`.
trait Shape<T>: BorshSerialize + BorshDeserialize + Sized {
    fn pack(value: &T) -> Result<Self, CodecError>;
    fn unpack(self) -> Result<T, CodecError>;
}

fn decode<T, S: Shape<T>>(bytes: &[u8], limit: usize) -> Result<T, CodecError> {
    if bytes.len() > limit {
        return Err(CodecError::Length {
            length: bytes.len(),
            limit,
        });
    }
    // refuses what follows the message, too
    S::try_from_slice(bytes)?.unpack()
}

fn encode<T, S: Shape<T>>(value: &T) -> Result<Bytes, CodecError> {
    Ok(borsh::to_vec(&S::pack(value)?)?.into())
}

macro_rules! codec {
    ($($type:ty => $shape:ty, $limit:expr;)*) => { $(
        impl Codec<$type> for BorshCodec {
            type Error = CodecError;

            fn decode(&self, bytes: Bytes) -> Result<$type, CodecError> {
                decode::<$type, $shape>(&bytes, $limit)
            }

            fn encode(&self, value: &$type) -> Result<Bytes, CodecError> {
                encode::<$type, $shape>(value)
            }
        }
    )* };
}

impl Codec<SignedConsensusMsg<Chain>> for BorshCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<SignedConsensusMsg<Chain>, CodecError> {
        decode::<SignedConsensusMsg<Chain>, wire::Consensus>(&bytes, MAX_VOTE)
    }

    fn encode(&self, message: &SignedConsensusMsg<Chain>) -> Result<Bytes, CodecError> {
        self.encode_consensus(message)
    }
}

codec! {
    LivenessMsg<Chain> => wire::Liveness, MAX_LIVENESS;
    PolkaCertificate<Chain> => wire::Polka, MAX_LIVENESS;
    ProposedValue<Chain> => wire::Proposed, 4096;
    ValidatorProof<Chain> => wire::Proof, 4096;
    Part => part::Shape, part::MAX_ENCODED;
    StreamMessage<Part> => wire::Stream, MAX_PART;
    sync::Status<Chain> => wire::Status, 4096;
    sync::Request<Chain> => wire::Request, 4096;
    sync::Response<Chain> => wire::Response, MAX_SYNC;
}

impl HasEncodedLen<sync::Response<Chain>> for BorshCodec {
    fn encoded_len(&self, response: &sync::Response<Chain>) -> Result<usize, CodecError> {
        Ok(borsh::object_length(&<wire::Response as Shape<
            sync::Response<Chain>,
        >>::pack(response)?)?)
    }
}

#[cfg(test)]
mod tests;
