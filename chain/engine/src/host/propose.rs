//! Making a proposal, and streaming one.
use bytes::Bytes;
use mycel_types::{
    Address, Draft, Halt, Time,
    header::{PartSet, ValueId, encode_block, value_id},
};
use tracing::warn;

use super::{Host, HostEffect, Init, ProposalPart};
use crate::{
    blocks::{Judgement, Undecided},
    crash::CrashPoint,
    scripted::extended,
    sign::{Purpose, Signer},
};

impl Host {
    /// Proposes: what this node proposed in this round before a crash, or a new block.
    pub(super) fn get_value(
        &mut self,
        now: Time,
        height: u64,
        round: u32,
    ) -> Result<Vec<HostEffect>, Halt> {
        let Some(me) = self.me.filter(|_| height == self.base.height) else {
            warn!(
                height,
                next = self.base.height,
                "asked to propose for another height"
            );
            return Ok(vec![]);
        };
        let proposal = match self.blocks.undecided(height, round, &me)? {
            Some(seen) => seen,
            None => self.build(now, round, me)?,
        };
        let mut effects = vec![HostEffect::Propose {
            height,
            round,
            value: proposal.init.value,
        }];
        publish(&proposal, &mut effects);
        if self.speculation.queued.is_some() {
            effects.push(HostEffect::Work);
        }
        Ok(effects)
    }

    fn build(&mut self, now: Time, round: u32, me: Address) -> Result<Undecided, Halt> {
        let height = self.base.height;
        // pacing waited for the clock to pass the last block; only a clock that was set back is late here
        let time = now.max(self.base.last_time.plus_millis(1));
        let draft = Draft {
            height,
            time,
            proposer: me,
            max_bytes: self
                .base
                .params
                .block_max_bytes
                .saturating_sub(self.base.overhead()),
            last_extended_commit: extended(&self.base),
        };
        let mut waiting = self.pool.reap().into_iter();
        let txs = self.app.prepare(&self.parent(), draft, &mut waiting);
        let bug = |e: &dyn std::fmt::Display| Halt::Diverged(format!("cannot build a block: {e}"));
        let block = self.base.block(time, me, txs).map_err(|e| bug(&e))?;
        let bytes = Bytes::from(encode_block(&block));
        let value = value_id(&block, &PartSet::new(bytes.clone())).map_err(|e| bug(&e))?;
        self.speculation.queued = Some(self.base.input(&block).map_err(|e| bug(&e))?);
        self.announce(round, None, me, value, bytes)
    }

    /// Signs an Init for this node's proposal and stores it durably.
    fn announce(
        &mut self,
        round: u32,
        pol_round: Option<u32>,
        me: Address,
        value: ValueId,
        bytes: Bytes,
    ) -> Result<Undecided, Halt> {
        let height = self.base.height;
        let size = u32::try_from(bytes.len())
            .map_err(|_| Halt::Diverged("a block of 4 GiB or more".into()))?;
        let init = Init {
            height,
            round,
            pol_round,
            proposer: me,
            value,
            size,
        };
        let signer = self
            .signer
            .as_ref()
            .ok_or_else(|| Halt::Machine("asked to propose without a key".into()))?;
        let announced = init.vouched_bytes(self.base.chain_id.as_str());
        let proposal = Undecided {
            init,
            signature: signer.vouch(Purpose::Init, &announced),
            judgement: Judgement::Valid,
            bytes,
        };
        self.blocks.store_undecided(&proposal)?;
        self.assemblies.done(height, round, value);
        self.crash.pass(CrashPoint::UndecidedStored, height);
        Ok(proposal)
    }

    /// Streams a known value again: under the Init that its round's proposer signed, or, if this node re-proposes a
    /// value of an earlier round, under a new one of its own.
    pub(super) fn restream(
        &mut self,
        height: u64,
        round: u32,
        pol_round: Option<u32>,
        proposer: Address,
        value: ValueId,
    ) -> Result<Vec<HostEffect>, Halt> {
        let mut effects = vec![];
        if height != self.base.height {
            return Ok(effects);
        }
        let known = self.blocks.undecided(height, round, &proposer)?;
        let proposal = match known.filter(|p| p.init.value == value) {
            Some(proposal) => Some(proposal),
            None if self.me == Some(proposer) => {
                let seen = self.blocks.undecided_at(height)?;
                match seen.into_iter().find(|p| p.init.value == value) {
                    Some(p) => Some(self.announce(round, pol_round, proposer, value, p.bytes)?),
                    None => None,
                }
            }
            None => None,
        };
        match proposal {
            Some(proposal) => publish(&proposal, &mut effects),
            None => warn!(height, round, %value, "asked to stream an unknown value"),
        }
        Ok(effects)
    }
}

fn publish(proposal: &Undecided, effects: &mut Vec<HostEffect>) {
    let parts = PartSet::new(proposal.bytes.clone());
    for index in 0..parts.total() {
        if let Some((bytes, proof)) = parts.part(index) {
            effects.push(HostEffect::Publish(Box::new(ProposalPart {
                init: proposal.init,
                signature: proposal.signature,
                index,
                proof,
                bytes,
            })));
        }
    }
}
