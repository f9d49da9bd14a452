//! Taking in parts, and whether to vote for the block they make.
use mycel_types::{
    Address, Halt, Time, Verdict,
    header::{PartSet, decode_block, value_id},
};
use tendermint::Block;
use tracing::{debug, warn};

use super::{
    Host, HostEffect, Init, PartRefusal, ProposalPart, Proposed,
    assembly::{Known, ROUNDS_AHEAD, ROUNDS_BEHIND, Whole},
};
use crate::{
    blocks::{Judgement, Undecided},
    crash::CrashPoint,
};

/// Clocks may differ by this much, in milliseconds.
pub const CLOCK_PRECISION: u64 = 505;
/// A proposal of round 0 may be this old when it arrives, in milliseconds; each round allows a tenth more.
pub const MESSAGE_DELAY: u64 = 15_000;

/// Whether a live proposal's time fits our clock when it arrives.
pub fn is_timely(now: Time, round: u32, time: Time) -> bool {
    let mut delay = MESSAGE_DELAY;
    for _ in 0..round.min(200) {
        delay = delay.saturating_add(delay / 10);
    }
    let oldest = now.0.saturating_sub(delay).saturating_sub(CLOCK_PRECISION);
    time.0 >= oldest && time <= now.plus_millis(CLOCK_PRECISION)
}

impl Host {
    pub(super) fn part(&mut self, now: Time, part: ProposalPart) -> Result<Vec<HostEffect>, Halt> {
        match self.take_part(now, part)? {
            Ok(proposed) => {
                let mut effects = vec![HostEffect::Received(proposed)];
                if self.speculation.queued.is_some() {
                    effects.push(HostEffect::Work);
                }
                // somebody began the next height: no reason to rest any longer
                effects.extend(self.rest(now));
                Ok(effects)
            }
            Err(refusal) => Ok(vec![
                HostEffect::Received(None),
                HostEffect::Refused(refusal),
            ]),
        }
    }

    fn take_part(
        &mut self,
        now: Time,
        part: ProposalPart,
    ) -> Result<Result<Option<Proposed>, PartRefusal>, Halt> {
        if let Err(refusal) = self.admit_part(&part) {
            return Ok(Err(refusal));
        }
        match self.assemblies.take(part) {
            Some(whole) => self.complete(now, whole),
            None => Ok(Ok(None)),
        }
    }

    /// Everything that must hold before a byte is kept, cheapest first.
    fn admit_part(&self, part: &ProposalPart) -> Result<(), PartRefusal> {
        let init = &part.init;
        let set = self.set_of(init.height).ok_or(PartRefusal::Height)?;
        let current = if init.height == self.base.height {
            self.round
        } else {
            0
        };
        if init.round > current.saturating_add(ROUNDS_AHEAD)
            || init.round < current.saturating_sub(ROUNDS_BEHIND)
            || init.pol_round.is_some_and(|p| p >= init.round)
        {
            return Err(PartRefusal::Round);
        }
        let proposer = set
            .proposer(init.height, init.round)
            .filter(|v| v.address == init.proposer)
            .ok_or(PartRefusal::Proposer)?;
        if !init.is_sane(self.base.params.block_max_bytes) {
            return Err(PartRefusal::Size);
        }
        let known = self.assemblies.known(part)?;
        if matches!(known, Known::New)
            && !init.is_signed(self.base.chain_id.as_str(), &proposer.key, &part.signature)
        {
            return Err(PartRefusal::Signature);
        }
        if !part.is_proven() {
            return Err(PartRefusal::Proof);
        }
        Ok(())
    }

    /// A block is here whole: judges it if its parent is committed, stores it, and tells the engine.
    fn complete(
        &mut self,
        now: Time,
        whole: Whole,
    ) -> Result<Result<Option<Proposed>, PartRefusal>, Halt> {
        let init = whole.init;
        let parts = PartSet::new(whole.bytes.clone());
        let block = decode_block(&whole.bytes)
            .ok()
            .filter(|block| value_id(block, &parts).is_ok_and(|id| id == init.value));
        let Some(block) = block else {
            debug!(height = init.height, round = init.round, proposer = %init.proposer,
                "the proposer signed what is no block");
            return Ok(Err(PartRefusal::Block));
        };
        let timely = init.pol_round.is_some() || is_timely(now, init.round, init.value.time);
        let judgement = if init.height == self.base.height {
            self.judge(&init, &block, timely)
        } else {
            Judgement::Open { timely }
        };
        self.blocks.store_undecided(&Undecided {
            init,
            signature: whole.signature,
            judgement,
            bytes: whole.bytes,
        })?;
        self.crash.pass(CrashPoint::UndecidedStored, init.height);
        Ok(Ok(proposed(&init, judgement)))
    }

    /// Whether to vote for a block on our committed state.
    pub(super) fn judge(&mut self, init: &Init, block: &Block, timely: bool) -> Judgement {
        let header = &block.header;
        let invalid = |why: &dyn std::fmt::Display| {
            warn!(height = init.height, round = init.round, proposer = %init.proposer, %why,
                "voting nil");
            Judgement::Invalid
        };
        if !timely {
            return invalid(&"its time does not fit our clock");
        }
        if u64::from(init.size) > self.base.params.block_max_bytes {
            return invalid(&"too large");
        }
        let by = mycel_types::header::address(header.proposer_address);
        if init.pol_round.is_none() && by != init.proposer {
            return invalid(&"it names another proposer");
        }
        if let Err(error) = self.base.check(block) {
            return invalid(&error);
        }
        let input = match self.base.input(block) {
            Ok(input) => input,
            Err(error) => return invalid(&error),
        };
        match self.app.validate(&self.parent(), &input) {
            Verdict::Accept => {
                self.speculation.queued = Some(input);
                Judgement::Valid
            }
            Verdict::Reject(reason) => invalid(&reason),
        }
    }

    /// A round began: proposals for it that were seen before are judged, if they could not be until now, and
    /// offered.
    pub(super) fn started_round(
        &mut self,
        height: u64,
        round: u32,
    ) -> Result<Vec<HostEffect>, Halt> {
        let mut offered = vec![];
        if height == self.base.height {
            self.round = round;
            self.assemblies.forget_rounds(height, round);
            for mut seen in self.blocks.undecided_in(height, round)? {
                if seen.is_synced() {
                    continue;
                }
                if let Judgement::Open { timely } = seen.judgement {
                    let Ok(block) = decode_block(&seen.bytes) else {
                        continue;
                    };
                    seen.judgement = self.judge(&seen.init, &block, timely);
                    self.blocks.store_undecided(&seen)?;
                }
                offered.extend(proposed(&seen.init, seen.judgement));
            }
        }
        let mut effects = vec![HostEffect::Undecided(offered)];
        if self.speculation.queued.is_some() {
            effects.push(HostEffect::Work);
        }
        Ok(effects)
    }
}

/// What the engine is told of a judged proposal; nothing of one that is open.
pub(super) fn proposed(init: &Init, judgement: Judgement) -> Option<Proposed> {
    let valid = match judgement {
        Judgement::Open { .. } => return None,
        Judgement::Valid => true,
        Judgement::Invalid => false,
    };
    Some(Proposed {
        height: init.height,
        round: init.round,
        pol_round: init.pol_round,
        proposer: init.proposer,
        value: init.value,
        valid,
    })
}

impl Host {
    /// Whether this node proposes at `height` and `round`.
    pub(super) fn is_proposer(&self, height: u64, round: u32) -> bool {
        let me: Option<Address> = self.me;
        let proposer = self.set_of(height).and_then(|s| s.proposer(height, round));
        me.is_some() && proposer.map(|v| v.address) == me
    }
}
