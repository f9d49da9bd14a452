//! The index: where a transaction stands, and which transactions and blocks carry an event attribute.
use std::{collections::BTreeSet, ops::Range};

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_types::{Event, Outcome, header::tx_hash};
use redb::{Durability, ReadableDatabase, ReadableTable, WriteTransaction};
use sha2::{Digest, Sha256};
use tendermint::Block;

use super::{
    Blocks, BlocksError, Scope,
    tables::{ENTRIES, INDEXED, META, TAGS, TXS},
};

/// What one height wrote.
#[derive(Default, BorshSerialize, BorshDeserialize)]
struct Entries {
    txs: Vec<[u8; 32]>,
    tags: Vec<([u8; 16], u32)>,
}

/// Scope, key and value in 16 bytes: entries have one size, however long a value is.
pub(super) fn tag(scope: Scope, key: &str, value: &str) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update([scope as u8])
        .chain_update((key.len() as u64).to_le_bytes())
        .chain_update(key)
        .chain_update(value)
        .finalize();
    let mut tag = [0; 16];
    tag.copy_from_slice(&digest[..16]);
    tag
}

fn tags(scope: Scope, events: &[Event]) -> BTreeSet<[u8; 16]> {
    events
        .iter()
        .filter(|e| !e.kind.is_empty())
        .flat_map(|e| e.attributes.iter().map(move |a| (e, a)))
        .filter(|(_, a)| !a.key.is_empty())
        .map(|(e, a)| tag(scope, &format!("{}.{}", e.kind, a.key), &a.value))
        .collect()
}

impl Blocks {
    /// The last height that is indexed.
    pub fn indexed(&self) -> Result<Option<u64>, BlocksError> {
        let read = self.db.begin_read()?;
        Ok(read.open_table(META)?.get(INDEXED)?.map(|v| v.value()))
    }

    /// Indexes a decided block by its outcome and moves the cursor. Not durable by itself: the next durable
    /// write carries it, and a crash before only means to index again.
    pub fn index(&self, block: &Block, outcome: &Outcome) -> Result<(), BlocksError> {
        let height = block.header.height.value();
        let mut write = self.db.begin_write()?;
        write.set_durability(Durability::None)?;
        {
            let mut entries = Entries::default();
            let mut txs = write.open_table(TXS)?;
            let mut index = write.open_table(TAGS)?;
            for (i, tx) in block.data.iter().enumerate() {
                // a block has far fewer than 2^32 transactions
                let i = i as u32;
                let hash = tx_hash(tx);
                // the first place of a transaction is its place: a repetition is never admissible
                if txs.get(hash)?.is_none() {
                    txs.insert(hash, (height, i))?;
                    entries.txs.push(hash);
                }
                let events = outcome.results.get(i as usize).map(|r| r.events.as_slice());
                for tag in tags(Scope::Tx, events.unwrap_or_default()) {
                    index.insert((tag, height, i), ())?;
                    entries.tags.push((tag, i));
                }
            }
            for tag in tags(Scope::Block, &outcome.events) {
                index.insert((tag, height, 0), ())?;
                entries.tags.push((tag, 0));
            }
            let bytes = borsh::to_vec(&entries)?;
            write
                .open_table(ENTRIES)?
                .insert(height, bytes.as_slice())?;
            write.open_table(META)?.insert(INDEXED, height)?;
        }
        Ok(write.commit()?)
    }

    /// Indexes what lies between the cursor and `tip`, with outcomes from `outcome`. Returns how many heights.
    pub fn catch_up_index(
        &self,
        tip: u64,
        outcome: impl Fn(u64) -> Option<Outcome>,
    ) -> Result<u64, BlocksError> {
        let Some((base, _)) = self.range()? else {
            return Ok(0);
        };
        let from = self.indexed()?.map_or(base, |h| h + 1).max(base);
        let mut done = 0;
        for height in from..=tip {
            // an outcome that the application keeps no longer leaves a gap in the index, not in the chain
            if let (Some(block), Some(outcome)) = (self.block(height)?, outcome(height)) {
                self.index(&block, &outcome)?;
                done += 1;
            }
        }
        Ok(done)
    }
}

/// Removes the entries of heights that are pruned.
pub(super) fn forget(write: &WriteTransaction, heights: Range<u64>) -> Result<(), BlocksError> {
    let mut all = write.open_table(ENTRIES)?;
    let mut txs = write.open_table(TXS)?;
    let mut index = write.open_table(TAGS)?;
    for height in heights {
        let Some(entries) = all.remove(height)? else {
            continue;
        };
        let entries: Entries = borsh::from_slice(entries.value())?;
        for hash in entries.txs {
            txs.remove(hash)?;
        }
        for (tag, i) in entries.tags {
            index.remove((tag, height, i))?;
        }
    }
    Ok(())
}
