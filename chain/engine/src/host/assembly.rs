//! Proposals that are coming in: one for each height and round.
use std::collections::BTreeMap;

use bytes::Bytes;
use mycel_types::header::ValueId;

use super::{Init, PartRefusal, ProposalPart};
use crate::sign::Signature;

/// How many rounds ahead of the current one are taken in.
pub(super) const ROUNDS_AHEAD: u32 = 10;
/// How many past rounds are still taken in: a late polka may need one.
pub(super) const ROUNDS_BEHIND: u32 = 2;
/// No more incomplete assemblies than this exist: the windows of the next two heights.
pub(super) const MAX_SLOTS: usize = (ROUNDS_AHEAD + ROUNDS_BEHIND + 1 + ROUNDS_AHEAD + 1) as usize;

enum Slot {
    /// Parts are missing.
    Partial(Assembly),
    /// Seen whole; the store has it, or it was no block.
    Done(ValueId),
}

struct Assembly {
    init: Init,
    signature: Signature,
    parts: Vec<Option<Bytes>>,
    missing: usize,
    bytes: usize,
}

/// A block that is complete.
pub(super) struct Whole {
    pub init: Init,
    pub signature: Signature,
    pub bytes: Bytes,
}

/// All assemblies.
#[derive(Default)]
pub(super) struct Assemblies {
    slots: BTreeMap<(u64, u32), Slot>,
}

/// What is known of an Init before its signature is looked at.
pub(super) enum Known {
    /// Nothing: verify it.
    New,
    /// The same one is being assembled.
    Same,
}

impl Assemblies {
    /// Whether this Init is new for its round, the known one, or refused.
    pub fn known(&self, part: &ProposalPart) -> Result<Known, PartRefusal> {
        match self.slots.get(&(part.init.height, part.init.round)) {
            None if self.partial() >= MAX_SLOTS => Err(PartRefusal::Round),
            None => Ok(Known::New),
            Some(Slot::Done(value)) if *value == part.init.value => Err(PartRefusal::Duplicate),
            Some(Slot::Done(_)) => Err(PartRefusal::Conflict),
            Some(Slot::Partial(a)) if a.init != part.init => Err(PartRefusal::Conflict),
            Some(Slot::Partial(a)) if a.signature != part.signature => Err(PartRefusal::Signature),
            Some(Slot::Partial(a)) => match a.parts.get(part.index as usize) {
                Some(None) => Ok(Known::Same),
                Some(Some(_)) => Err(PartRefusal::Duplicate),
                None => Err(PartRefusal::Proof),
            },
        }
    }

    /// Takes a part whose Init and proof were verified. Gives the block once it is complete.
    pub fn take(&mut self, part: ProposalPart) -> Option<Whole> {
        let key = (part.init.height, part.init.round);
        let total = part.init.value.parts as usize;
        let slot = self.slots.entry(key).or_insert_with(|| {
            Slot::Partial(Assembly {
                init: part.init,
                signature: part.signature,
                parts: vec![None; total],
                missing: total,
                bytes: 0,
            })
        });
        let Slot::Partial(assembly) = slot else {
            return None;
        };
        let place = assembly.parts.get_mut(part.index as usize)?;
        if place.is_some() {
            return None;
        }
        assembly.bytes += part.bytes.len();
        // a copy of its own: the network's buffer may be larger than the part
        *place = Some(Bytes::copy_from_slice(&part.bytes));
        assembly.missing -= 1;
        if assembly.missing > 0 {
            return None;
        }
        let mut bytes = Vec::with_capacity(assembly.bytes);
        for part in assembly.parts.iter().flatten() {
            bytes.extend_from_slice(part);
        }
        let whole = Whole {
            init: assembly.init,
            signature: assembly.signature,
            bytes: bytes.into(),
        };
        *slot = Slot::Done(whole.init.value);
        Some(whole)
    }

    /// A round's proposal is known whole.
    pub fn done(&mut self, height: u64, round: u32, value: ValueId) {
        self.slots.insert((height, round), Slot::Done(value));
    }

    /// Whether something of this height came in.
    pub fn any_at(&self, height: u64) -> bool {
        let range = (height, 0)..=(height, u32::MAX);
        self.slots.range(range).next().is_some()
    }

    /// Forgets everything of `height` and below.
    pub fn forget_through(&mut self, height: u64) {
        self.slots.retain(|(h, _), _| *h > height);
    }

    /// Forgets rounds that are long past.
    pub fn forget_rounds(&mut self, height: u64, current: u32) {
        let oldest = current.saturating_sub(ROUNDS_BEHIND);
        self.slots.retain(|(h, r), _| *h != height || *r >= oldest);
    }

    /// Bytes that wait.
    pub fn buffered(&self) -> usize {
        self.slots
            .values()
            .map(|slot| match slot {
                Slot::Partial(a) => a.bytes,
                Slot::Done(_) => 0,
            })
            .sum()
    }

    /// How many are incomplete.
    pub fn partial(&self) -> usize {
        let slots = self.slots.values();
        slots
            .filter(|slot| matches!(slot, Slot::Partial(_)))
            .count()
    }
}
