//! The block store, `chain.redb`: proposals not yet decided, decided blocks with their commits, validator sets and
//! parameters, and the index by which clients find transactions.
//!
//! * A proposal is durable before the engine hears of it; a decided block, its commit, both validator sets and the
//!   parameters are written in one transaction, which also forgets the proposals of that height.
//! * The index follows from a cursor of its own, because it needs the outcome of execution. It is written without
//!   waiting for the disk; what a crash loses is indexed again at the next start.
//! * Blocks lie between base and tip without a gap; pruning moves the base.
mod error;
mod index;
mod lock;
mod query;
mod record;
mod tables;

use std::{ops::RangeInclusive, path::Path, sync::Arc};

use bytes::Bytes;
use mycel_types::{
    Address, Params,
    header::{ValidatorSet, decode_block},
};
use redb::{Database, ReadableDatabase, ReadableTable, backends::InMemoryBackend};
use tendermint::{Block, block::Commit};

use self::tables::{
    BLOCKS, DECIDED, EVIDENCE, FORMAT, HASHES, META, PARAMS, SETS, UNDECIDED, UNDECIDED_BYTES,
};
pub use self::{
    error::BlocksError,
    lock::DirLock,
    query::{Condition, Position, Scope},
    record::{Decided, Evidence, Judgement, StoredBlock, Undecided},
};
use crate::host::Init;

type Result<T> = std::result::Result<T, BlocksError>;

/// The block store. Its methods take `&self`; there is one writer at a time.
pub struct Blocks {
    db: Database,
    _lock: Option<DirLock>,
}

impl Blocks {
    /// Opens `chain.redb` in a data directory, creating both if they are not there, and locks the directory: one
    /// process has one data directory for itself.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref();
        let lock = DirLock::acquire(dir)?;
        let path = dir.join("chain.redb");
        let db = Database::create(&path).map_err(|e| BlocksError::Open {
            path: path.display().to_string(),
            error: e.to_string(),
        })?;
        Self::begin(db, Some(lock))
    }

    /// A store that is gone when it is dropped.
    pub fn in_memory() -> Result<Self> {
        let db = Database::builder().create_with_backend(InMemoryBackend::new());
        let db = db.map_err(|e| BlocksError::Database(e.to_string()))?;
        Self::begin(db, None)
    }

    fn begin(db: Database, lock: Option<DirLock>) -> Result<Self> {
        let store = Self { db, _lock: lock };
        let write = store.db.begin_write()?;
        {
            tables::create_all(&write)?;
            let mut meta = write.open_table(META)?;
            let format = meta.get(FORMAT)?.map(|v| v.value());
            match format {
                None => {
                    meta.insert(FORMAT, tables::CURRENT_FORMAT)?;
                }
                Some(tables::CURRENT_FORMAT) => {}
                Some(other) => return Err(BlocksError::Format(other)),
            }
        }
        write.commit()?;
        Ok(store)
    }

    /// Keeps a proposal, durably. One that is there for the same height, round and proposer is replaced; one that
    /// came by value sync has no signature and a place of its own, so that a lying peer replaces nothing.
    pub fn store_undecided(&self, proposal: &Undecided) -> Result<()> {
        let Init {
            height,
            round,
            proposer,
            ..
        } = proposal.init;
        let write = self.db.begin_write()?;
        {
            let by = if proposal.is_synced() {
                [0; 20]
            } else {
                proposer.0
            };
            let key = (height, round, by);
            let mut table = write.open_table(UNDECIDED)?;
            table.insert(key, proposal.encode_head()?.as_slice())?;
            let mut table = write.open_table(UNDECIDED_BYTES)?;
            table.insert(key, proposal.bytes.as_ref())?;
        }
        Ok(write.commit()?)
    }

    /// The proposals of a height, in order of round.
    pub fn undecided_at(&self, height: u64) -> Result<Vec<Undecided>> {
        self.undecided_between((height, 0, [0; 20]), (height, u32::MAX, [0xff; 20]))
    }

    /// The proposals of a round.
    pub fn undecided_in(&self, height: u64, round: u32) -> Result<Vec<Undecided>> {
        self.undecided_between((height, round, [0; 20]), (height, round, [0xff; 20]))
    }

    fn undecided_between(
        &self,
        from: (u64, u32, [u8; 20]),
        to: (u64, u32, [u8; 20]),
    ) -> Result<Vec<Undecided>> {
        let read = self.db.begin_read()?;
        let heads = read.open_table(UNDECIDED)?;
        let bytes = read.open_table(UNDECIDED_BYTES)?;
        let mut found = vec![];
        for entry in heads.range(from..=to)? {
            let (key, head) = entry?;
            let block = bytes
                .get(key.value())?
                .ok_or(BlocksError::Corrupt("undecided block without bytes"))?;
            found.push(Undecided::decode(head.value(), block.value())?);
        }
        Ok(found)
    }

    /// The proposal of one proposer for a round.
    pub fn undecided(
        &self,
        height: u64,
        round: u32,
        proposer: &Address,
    ) -> Result<Option<Undecided>> {
        let read = self.db.begin_read()?;
        let key = (height, round, proposer.0);
        let Some(head) = read.open_table(UNDECIDED)?.get(key)? else {
            return Ok(None);
        };
        let bytes = read
            .open_table(UNDECIDED_BYTES)?
            .get(key)?
            .ok_or(BlocksError::Corrupt("undecided block without bytes"))?;
        Ok(Some(Undecided::decode(head.value(), bytes.value())?))
    }

    /// Keeps a decided block with everything that belongs to it, durably and at once, and forgets the proposals
    /// of its height and below. The same height a second time is ignored; a gap is refused.
    pub fn store_decided(&self, decided: &Decided) -> Result<()> {
        let height = decided.height;
        let write = self.db.begin_write()?;
        {
            let mut blocks = write.open_table(BLOCKS)?;
            let tip = blocks.last()?.map(|(k, _)| k.value());
            match tip {
                Some(tip) if height <= tip => return Ok(()),
                Some(tip) if height != tip + 1 => return Err(BlocksError::Gap { tip, height }),
                _ => {}
            }
            blocks.insert(height, decided.bytes.as_ref())?;
            let mut table = write.open_table(DECIDED)?;
            table.insert(height, decided.encode_head()?.as_slice())?;
            write
                .open_table(HASHES)?
                .insert(decided.value.hash, height)?;
            let mut sets = write.open_table(SETS)?;
            for set in [&decided.validators, &decided.next_validators] {
                sets.insert(set.hash(), borsh::to_vec(set)?.as_slice())?;
            }
            let params = borsh::to_vec(&decided.params)?;
            let key = record::params_key(&params);
            write.open_table(PARAMS)?.insert(key, params.as_slice())?;
            let mut heads = write.open_table(UNDECIDED)?;
            let mut bytes = write.open_table(UNDECIDED_BYTES)?;
            let end = (height, u32::MAX, [0xff; 20]);
            heads.retain_in(..=end, |_, _| false)?;
            bytes.retain_in(..=end, |_, _| false)?;
        }
        Ok(write.commit()?)
    }

    /// The first and the last decided height that are here.
    pub fn range(&self) -> Result<Option<(u64, u64)>> {
        let read = self.db.begin_read()?;
        let blocks = read.open_table(BLOCKS)?;
        let first = blocks.first()?.map(|(k, _)| k.value());
        let last = blocks.last()?.map(|(k, _)| k.value());
        Ok(first.zip(last))
    }

    /// The last decided height.
    pub fn tip(&self) -> Result<Option<u64>> {
        Ok(self.range()?.map(|(_, tip)| tip))
    }

    /// A decided block with its commit.
    pub fn decided(&self, height: u64) -> Result<Option<StoredBlock>> {
        let read = self.db.begin_read()?;
        let Some(bytes) = read.open_table(BLOCKS)?.get(height)? else {
            return Ok(None);
        };
        let head = read
            .open_table(DECIDED)?
            .get(height)?
            .ok_or(BlocksError::Corrupt("decided block without commit"))?;
        let bytes = Bytes::copy_from_slice(bytes.value());
        Ok(Some(StoredBlock::decode(head.value(), bytes)?))
    }

    /// A decided block.
    pub fn block(&self, height: u64) -> Result<Option<Block>> {
        let Some(stored) = self.decided(height)? else {
            return Ok(None);
        };
        let block = decode_block(&stored.bytes);
        Ok(Some(
            block.map_err(|_| BlocksError::Corrupt("decided block"))?,
        ))
    }

    /// The commit that decided a height.
    pub fn commit(&self, height: u64) -> Result<Option<Commit>> {
        Ok(self.decided(height)?.map(|stored| stored.commit))
    }

    /// The height of a header hash.
    pub fn height_of(&self, block_hash: &[u8; 32]) -> Result<Option<u64>> {
        let read = self.db.begin_read()?;
        Ok(read.open_table(HASHES)?.get(block_hash)?.map(|v| v.value()))
    }

    /// The validator set of a height, up to tip + 1.
    pub fn validators(&self, height: u64) -> Result<Option<Arc<ValidatorSet>>> {
        let read = self.db.begin_read()?;
        let decided = read.open_table(DECIDED)?;
        let hash = match decided.get(height)? {
            Some(head) => Some(record::Head::decode(head.value())?.validators),
            None => match height.checked_sub(1).map(|h| decided.get(h)).transpose()? {
                Some(Some(head)) => Some(record::Head::decode(head.value())?.next_validators),
                _ => None,
            },
        };
        let Some(hash) = hash else { return Ok(None) };
        let bytes = read
            .open_table(SETS)?
            .get(hash)?
            .ok_or(BlocksError::Corrupt("validator set"))?;
        Ok(Some(Arc::new(borsh::from_slice(bytes.value())?)))
    }

    /// The parameters in force at a decided height.
    pub fn params(&self, height: u64) -> Result<Option<Params>> {
        let read = self.db.begin_read()?;
        let Some(head) = read.open_table(DECIDED)?.get(height)? else {
            return Ok(None);
        };
        let key = record::Head::decode(head.value())?.params;
        let bytes = read
            .open_table(PARAMS)?
            .get(key)?
            .ok_or(BlocksError::Corrupt("parameters"))?;
        Ok(Some(borsh::from_slice(bytes.value())?))
    }

    /// Forgets decided blocks below `height`, lowest first and at most `budget` of them, with their index. The
    /// tip always stays. Returns the new base.
    pub fn prune(&self, height: u64, budget: usize) -> Result<Option<u64>> {
        let Some((base, tip)) = self.range()? else {
            return Ok(None);
        };
        let end = height.min(tip).min(base.saturating_add(budget as u64));
        if base >= end {
            return Ok(Some(base));
        }
        let write = self.db.begin_write()?;
        {
            let mut blocks = write.open_table(BLOCKS)?;
            let mut decided = write.open_table(DECIDED)?;
            let mut hashes = write.open_table(HASHES)?;
            for h in base..end {
                blocks.remove(h)?;
                if let Some(head) = decided.remove(h)? {
                    hashes.remove(record::Head::decode(head.value())?.value.hash)?;
                }
            }
        }
        index::forget(&write, base..end)?;
        write.commit()?;
        Ok(Some(end))
    }

    /// Keeps proof that a validator signed two things in one place.
    pub fn store_evidence(&self, evidence: &Evidence) -> Result<()> {
        let write = self.db.begin_write()?;
        {
            let key = (evidence.height, evidence.round, evidence.validator.0);
            let mut table = write.open_table(EVIDENCE)?;
            table.insert(key, evidence.proof.as_ref())?;
        }
        Ok(write.commit()?)
    }

    /// Proofs of equivocation, oldest first.
    pub fn evidence(&self, heights: RangeInclusive<u64>, limit: usize) -> Result<Vec<Evidence>> {
        let read = self.db.begin_read()?;
        let table = read.open_table(EVIDENCE)?;
        let (from, to) = heights.into_inner();
        let mut found = vec![];
        for entry in table
            .range((from, 0, [0; 20])..=(to, u32::MAX, [0xff; 20]))?
            .take(limit)
        {
            let (key, proof) = entry?;
            let (height, round, validator) = key.value();
            found.push(Evidence {
                height,
                round,
                validator: Address(validator),
                proof: Bytes::copy_from_slice(proof.value()),
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
