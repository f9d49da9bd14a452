//! What can be wrong with the block store.

/// Why the block store cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlocksError {
    /// Another process has the data directory.
    #[error(
        "data directory={dir} is in use by process={pid}; stop that process or choose another directory"
    )]
    Locked {
        /// Which directory.
        dir: String,
        /// Which process, as far as it said.
        pid: String,
    },
    /// The directory cannot be used.
    #[error("data directory={dir}: {error}; check that it exists and may be written")]
    Directory {
        /// Which directory.
        dir: String,
        /// Why.
        error: String,
    },
    /// The file is no database, or is damaged.
    #[error(
        "block store={path} cannot be opened: {error}; restore it from a backup, or move the data directory away (keep `sign` and the key file) and sync again"
    )]
    Open {
        /// Which file.
        path: String,
        /// Why.
        error: String,
    },
    /// Written by another version.
    #[error("block store has format={0}; start the version of this program that wrote it")]
    Format(u64),
    /// The database failed.
    #[error("block store: {0}; check the disk's space and health, then start again")]
    Database(String),
    /// The content contradicts itself.
    #[error(
        "block store is damaged: {0}; move the data directory away (keep `sign` and the key file) and sync again"
    )]
    Corrupt(&'static str),
    /// A block above the next one.
    #[error("block store: height={height} does not follow tip={tip}")]
    Gap {
        /// The last block that is here.
        tip: u64,
        /// What was to be stored.
        height: u64,
    },
}

macro_rules! from_redb {
    ($($error:ty),*) => { $(
        impl From<$error> for BlocksError {
            fn from(e: $error) -> Self {
                Self::Database(e.to_string())
            }
        }
    )* };
}
from_redb!(
    redb::TransactionError,
    redb::TableError,
    redb::StorageError,
    redb::CommitError,
    redb::SetDurabilityError
);

impl From<std::io::Error> for BlocksError {
    // only borsh in memory gives these
    fn from(_: std::io::Error) -> Self {
        Self::Corrupt("undecodable record")
    }
}

impl From<BlocksError> for mycel_types::Halt {
    fn from(e: BlocksError) -> Self {
        Self::Store(e.to_string())
    }
}
