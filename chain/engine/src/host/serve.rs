//! Value sync: decided blocks for peers, and from peers.
use bytes::Bytes;
use mycel_types::{
    Address, Halt,
    header::{PartSet, decode_block, value_id},
};
use tendermint::block::CommitSig;
use tracing::{debug, error};

use super::{Certificate, DecidedValue, Host, HostEffect, Init, SyncOutcome, judge::proposed};
use crate::blocks::{Judgement, StoredBlock, Undecided};

impl Host {
    /// Decided values from `from` on without a gap, as many as fit into one answer.
    pub(super) fn serve(&self, from: u64, to: u64) -> Result<Vec<HostEffect>, Halt> {
        let mut values: Vec<DecidedValue> = vec![];
        let mut bytes = 0;
        // only what our own state has executed: a peer must not get ahead of us by our own word
        let to = to.min(self.base.height - 1);
        let mut height = from;
        while height <= to && values.len() < self.config.sync_values {
            let Some(stored) = self.blocks.decided(height)? else {
                break;
            };
            bytes += stored.bytes.len();
            if bytes > self.config.sync_bytes && !values.is_empty() {
                break;
            }
            values.push(decided_value(height, stored));
            height += 1;
        }
        Ok(vec![HostEffect::DecidedValues(values)])
    }

    /// A value that a certificate is said to prove. Whether it does, the engine finds out: it compares ids. So what
    /// contradicts only our own state is passed on, and halts us if it is decided.
    pub(super) fn synced(
        &mut self,
        height: u64,
        round: u32,
        proposer: Address,
        bytes: Bytes,
    ) -> Result<Vec<HostEffect>, Halt> {
        if height != self.base.height {
            return Ok(vec![HostEffect::Synced(SyncOutcome::NotNow)]);
        }
        let fault = |why: &dyn std::fmt::Display| {
            debug!(height, round, %why, "a peer sent what is no block of this height");
            Ok(vec![HostEffect::Synced(SyncOutcome::PeerFault)])
        };
        let size = match u32::try_from(bytes.len()) {
            Ok(size) if u64::from(size) <= self.base.params.block_max_bytes => size,
            _ => return fault(&"too large"),
        };
        let block = match decode_block(&bytes) {
            Ok(block) => block,
            Err(e) => return fault(&e),
        };
        let value = match value_id(&block, &PartSet::new(bytes.clone())) {
            Ok(value) => value,
            Err(e) => return fault(&e),
        };
        if let Err(e) = self.base.check(&block) {
            if !e.is_divergence() {
                return fault(&e);
            }
            error!(height, round, %value, %e,
                "a peer's value contradicts our state; if it is certified, this node stops");
        }
        let init = Init {
            height,
            round,
            pol_round: None,
            proposer,
            value,
            size,
        };
        self.blocks.store_undecided(&Undecided {
            init,
            signature: [0; 64],
            judgement: Judgement::Valid,
            bytes,
        })?;
        let outcome = match proposed(&init, Judgement::Valid) {
            Some(value) => SyncOutcome::Value(value),
            None => SyncOutcome::NotNow,
        };
        Ok(vec![HostEffect::Synced(outcome)])
    }
}

fn decided_value(height: u64, stored: StoredBlock) -> DecidedValue {
    let signatures = stored
        .commit
        .signatures
        .iter()
        .filter_map(|entry| match entry {
            CommitSig::BlockIdFlagCommit {
                validator_address,
                signature: Some(signature),
                ..
            } => Some((
                mycel_types::header::address(*validator_address),
                signature.as_bytes().try_into().ok()?,
            )),
            _ => None,
        })
        .collect();
    DecidedValue {
        certificate: Certificate {
            height,
            round: stored.commit.round.value(),
            value: stored.value,
            signatures,
        },
        bytes: stored.bytes,
    }
}
