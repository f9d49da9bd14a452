//! From a certificate to a durable state.
use std::sync::Arc;

use mycel_types::{
    BlockInput, Cancel, Executed, Halt,
    header::{commit, decode_block, verify_commit},
};
use tracing::warn;

use super::{Certificate, Finished, Host, HostEffect};
use crate::{
    blocks::{Decided, Judgement},
    crash::CrashPoint,
};

/// Blocks that one commit prunes at most.
const PRUNE_BUDGET: usize = 100;

impl Host {
    pub(super) fn decided(&mut self, certificate: &Certificate) -> Result<Vec<HostEffect>, Halt> {
        let height = self.base.height;
        if certificate.height < height {
            return self.decided_before(certificate.height);
        }
        if certificate.height > height {
            return Err(Halt::Diverged(format!(
                "the engine decided height={} while height={height} is open",
                certificate.height
            )));
        }
        self.crash.pass(CrashPoint::DecidedNotStored, height);
        let value = certificate.value;
        let seen = self.blocks.undecided_at(height)?;
        let seen = seen
            .into_iter()
            .filter(|p| p.init.value == value)
            // a copy that was found valid needs no second check
            .max_by_key(|p| p.judgement == Judgement::Valid && !p.is_synced())
            .ok_or_else(|| {
                Halt::Store(format!(
                    "height={height} decided {value}, which was never stored"
                ))
            })?;
        let block = decode_block(&seen.bytes).map_err(|e| self.report(certificate, &e))?;
        let commit = commit(
            height,
            certificate.round,
            &value,
            &self.base.validators,
            &certificate.signatures,
        )
        .map_err(|e| self.report(certificate, &e))?;
        verify_commit(
            &self.base.chain_id,
            height,
            &value,
            &commit,
            &self.base.validators,
        )
        .map_err(|e| self.report(certificate, &e))?;
        if seen.is_synced() || seen.judgement != Judgement::Valid {
            self.base
                .check(&block)
                .map_err(|e| self.report(certificate, &e))?;
        }
        let input = self
            .base
            .input(&block)
            .map_err(|e| self.report(certificate, &e))?;
        self.blocks.store_decided(&Decided {
            height,
            value,
            bytes: seen.bytes.clone(),
            commit: commit.clone(),
            validators: self.base.validators.clone(),
            next_validators: self.base.next_validators.clone(),
            params: self.base.params.clone(),
        })?;
        self.crash.pass(CrashPoint::BlockStored, height);

        let done = self.executed(&input)?;
        let next = self
            .base
            .advance(value, commit.clone(), &done.outcome)
            .map_err(|e| self.report(certificate, &e))?;
        let receipt = self.pool.commit(height, &input.txs, || {
            let receipt = self.app.commit(&done)?;
            self.crash.pass(CrashPoint::StateStored, height);
            Ok::<_, Halt>(receipt)
        })?;

        self.base = next;
        self.round = 0;
        self.last_had_txs = !block.data.is_empty();
        self.assemblies.forget_through(height);
        self.speculation = super::Speculation::default();
        self.blocks.index(&block, &done.outcome)?;
        self.blocks.prune(receipt.retain_height, PRUNE_BUDGET)?;
        Ok(vec![HostEffect::Committed(Arc::new(Finished {
            value,
            bytes: seen.bytes.len() as u64,
            block,
            commit,
            outcome: done.outcome.clone(),
        }))])
    }

    /// The outcome of a decided block: of its speculative execution, or of one now.
    fn executed(&mut self, input: &BlockInput) -> Result<Arc<Executed>, Halt> {
        let id = input.id();
        let ready = self.speculation.finished.iter().find(|e| e.input == id);
        match ready {
            Some(done) => Ok(done.clone()),
            None => self.app.execute(&self.parent(), input, &Cancel::new()),
        }
    }

    /// The engine replays a decision that is durable already.
    fn decided_before(&self, height: u64) -> Result<Vec<HostEffect>, Halt> {
        let stored = self.blocks.decided(height)?;
        let (Some(stored), Some(outcome)) = (stored, self.app.outcome(height)) else {
            warn!(height, "a decision that was pruned");
            return Ok(vec![]);
        };
        let block = decode_block(&stored.bytes)
            .map_err(|_| Halt::Store(format!("decided block height={height} is damaged")))?;
        Ok(vec![HostEffect::Committed(Arc::new(Finished {
            value: stored.value,
            bytes: stored.bytes.len() as u64,
            block,
            commit: stored.commit,
            outcome,
        }))])
    }

    /// Two thirds certified what cannot stand on our chain.
    fn report(&self, certificate: &Certificate, what: &dyn std::fmt::Display) -> Halt {
        Halt::Diverged(format!(
            "height={} round={} block={}: {what}; our last block is {}, app hash {}. More than two thirds of the \
             validators signed the other one: keep this data directory, compare versions with them, and report it",
            certificate.height,
            certificate.round,
            hex::encode_upper(certificate.value.hash),
            self.base
                .last
                .as_ref()
                .map_or_else(|| "none".into(), |l| hex::encode_upper(l.value.hash)),
            self.base.app_hash,
        ))
    }
}
