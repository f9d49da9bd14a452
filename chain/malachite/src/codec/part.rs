//! Parts of a proposal: the engine's own, in its borsh shape, read with limits.
use arc_malachitebft_core_types as core;
use borsh::{BorshDeserialize, BorshSerialize};
use mycel_engine::host::{Init, ProposalPart};
use mycel_types::header::PART_BYTES;

use super::{
    CodecError,
    bounded::{ByteString, List},
};
use crate::context::{Chain, MAX_HEIGHT, MAX_ROUND, MAX_TIME};

pub(super) const MAX_ENCODED: usize = ProposalPart::MAX_ENCODED;
/// A merkle path of this length proves one of 2^32 parts.
const MAX_PROOF: usize = 32;

/// A part of a proposal, as Malachite carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part(pub Box<ProposalPart>);

impl core::ProposalPart<Chain> for Part {
    fn is_first(&self) -> bool {
        self.0.index == 0
    }

    fn is_last(&self) -> bool {
        self.0.is_last()
    }
}

/// The same bytes as the borsh of [`ProposalPart`], but nothing is allocated for a length that lies.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Shape {
    init: Init,
    signature: [u8; 64],
    index: u32,
    proof: List<[u8; 32], MAX_PROOF>,
    bytes: ByteString<PART_BYTES>,
}

impl super::Shape<Part> for Shape {
    fn pack(part: &Part) -> Result<Self, CodecError> {
        let part = &part.0;
        Ok(Self {
            init: part.init,
            signature: part.signature,
            index: part.index,
            proof: List(part.proof.clone()),
            bytes: ByteString(part.bytes.clone()),
        })
    }

    fn unpack(self) -> Result<Part, CodecError> {
        let init = self.init;
        let range = |field| Err(CodecError::Range { field });
        if init.height >= MAX_HEIGHT {
            return range("height");
        }
        if init.round >= MAX_ROUND || init.pol_round.is_some_and(|r| r >= init.round) {
            return range("round");
        }
        if init.value.time > MAX_TIME {
            return range("time");
        }
        Ok(Part(Box::new(ProposalPart {
            init,
            signature: self.signature,
            index: self.index,
            proof: self.proof.0,
            bytes: self.bytes.0,
        })))
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Part> {
    use mycel_types::{Address, Time, header::ValueId};
    let init = Init {
        height: 7,
        round: 3,
        pol_round: Some(1),
        proposer: Address([4; 20]),
        value: ValueId {
            hash: [1; 32],
            parts: 3,
            parts_hash: [2; 32],
            time: Time(1_700_000_000_123),
        },
        size: 140_000,
    };
    let part = |index, bytes: &'static [u8]| {
        Part(Box::new(ProposalPart {
            init,
            signature: [5; 64],
            index,
            proof: vec![[6; 32]; 2],
            bytes: bytes::Bytes::from_static(bytes),
        }))
    };
    vec![part(0, b"the first bytes"), part(2, b"")]
}
