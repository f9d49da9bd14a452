//! The tables of `chain.redb`.
use redb::{TableDefinition as Table, WriteTransaction};

use super::BlocksError;

/// Numbers about the store itself.
pub(super) const META: Table<&str, u64> = Table::new("meta");
/// In [`META`]: the format of everything else.
pub(super) const FORMAT: &str = "format";
/// In [`META`]: the last height that is indexed.
pub(super) const INDEXED: &str = "indexed";
/// What this version writes.
pub(super) const CURRENT_FORMAT: u64 = 1;

/// (height, round, proposer) → [`super::record::UndecidedHead`].
pub(super) const UNDECIDED: Table<(u64, u32, [u8; 20]), &[u8]> = Table::new("undecided");
/// (height, round, proposer) → the block's bytes.
pub(super) const UNDECIDED_BYTES: Table<(u64, u32, [u8; 20]), &[u8]> =
    Table::new("undecided_bytes");
/// height → the block's bytes.
pub(super) const BLOCKS: Table<u64, &[u8]> = Table::new("blocks");
/// height → [`super::record::Head`].
pub(super) const DECIDED: Table<u64, &[u8]> = Table::new("decided");
/// header hash → height.
pub(super) const HASHES: Table<[u8; 32], u64> = Table::new("hashes");
/// set's hash → [`mycel_types::header::ValidatorSet`].
pub(super) const SETS: Table<[u8; 32], &[u8]> = Table::new("validator_sets");
/// SHA-256 → [`mycel_types::Params`].
pub(super) const PARAMS: Table<[u8; 32], &[u8]> = Table::new("params");
/// (height, round, validator) → protobuf DuplicateVoteEvidence.
pub(super) const EVIDENCE: Table<(u64, u32, [u8; 20]), &[u8]> = Table::new("evidence");
/// transaction's hash → (height, index).
pub(super) const TXS: Table<[u8; 32], (u64, u32)> = Table::new("txs");
/// (tag, height, index): what carries an event attribute. A tag is a hash of scope, key and value.
pub(super) const TAGS: Table<([u8; 16], u64, u32), ()> = Table::new("tags");
/// height → what was written into [`TXS`] and [`TAGS`] for it, to be forgotten with it.
pub(super) const ENTRIES: Table<u64, &[u8]> = Table::new("index_entries");

pub(super) fn create_all(write: &WriteTransaction) -> Result<(), BlocksError> {
    write.open_table(META)?;
    write.open_table(UNDECIDED)?;
    write.open_table(UNDECIDED_BYTES)?;
    write.open_table(BLOCKS)?;
    write.open_table(DECIDED)?;
    write.open_table(HASHES)?;
    write.open_table(SETS)?;
    write.open_table(PARAMS)?;
    write.open_table(EVIDENCE)?;
    write.open_table(TXS)?;
    write.open_table(TAGS)?;
    write.open_table(ENTRIES)?;
    Ok(())
}
