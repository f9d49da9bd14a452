//! Opening the file, and what is checked before anything is believed.
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, RwLock},
};

use redb::{
    Builder, Database, DatabaseError, ReadableDatabase, StorageError, TableError,
    backends::InMemoryBackend,
};

use super::{
    Config, RedbStore,
    cache::NodeCache,
    fault::Faulty,
    reader::Reader,
    tables::{FILE, FORMAT, GARBAGE, KEYS, LATEST, META, NODES, OUTCOMES, ROOTS, UNDO, meta},
};
use crate::{Snapshot, StateFault, StoreError};

fn damaged(reason: impl ToString) -> StoreError {
    StoreError::Damaged {
        reason: reason.to_string(),
    }
}

fn io(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Io {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}

pub(super) fn open(dir: &Path, config: Config) -> Result<RedbStore, StoreError> {
    let path = dir.join(FILE);
    std::fs::create_dir_all(dir).map_err(|error| io(dir, &error))?;
    // the database checks what it reads, but a page altered on disk may still trip one of its assertions
    let opened = catch_unwind(AssertUnwindSafe(|| {
        Builder::new()
            .set_cache_size(config.cache_bytes)
            .set_check_integrity_on_open(config.check_on_open)
            .create(&path)
    }));
    let db = match opened {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => return Err(refused(&path, error)),
        Err(_) => return Err(damaged("the database could not make sense of the file")),
    };
    match catch_unwind(AssertUnwindSafe(|| finish(db, config))) {
        Ok(done) => done,
        Err(_) => Err(damaged("the database could not make sense of the file")),
    }
}

pub(super) fn in_memory(config: Config) -> Result<RedbStore, StoreError> {
    let db = Builder::new()
        .set_cache_size(config.cache_bytes)
        .create_with_backend(InMemoryBackend::new())
        .map_err(|error| refused(Path::new("memory"), error))?;
    finish(db, config)
}

fn refused(path: &Path, error: DatabaseError) -> StoreError {
    match error {
        DatabaseError::DatabaseAlreadyOpen => StoreError::Busy,
        DatabaseError::UpgradeRequired(version) => StoreError::Format {
            found: format!("redb/{version}"),
            expected: FORMAT,
        },
        DatabaseError::Storage(StorageError::Io(error))
            if !matches!(
                error.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            ) =>
        {
            io(path, &error)
        }
        error => damaged(error),
    }
}

fn finish(db: Database, config: Config) -> Result<RedbStore, StoreError> {
    check_format(&db)?;
    let store = RedbStore {
        current: RwLock::new(Reader::find(&db).map_err(unwrap)?.map(Arc::new)),
        cache: Arc::new(NodeCache::default()),
        writing: Mutex::new(()),
        config,
        db,
    };
    if let Some(reader) = store.reader() {
        let tip = reader.tip;
        let base = store.base(tip.height, &reader).map_err(unwrap)?;
        let state = Snapshot::durable(tip.height, Arc::new(base));
        // reading a root's children proves that the root node is there and has its hash
        state.check_roots().map_err(unwrap)?;
        let root = state.app_hash().map_err(unwrap)?;
        if root != tip.app_hash {
            return Err(damaged(format_args!(
                "height={} stored app_hash={} computed={root}",
                tip.height, tip.app_hash
            )));
        }
    }
    Ok(store)
}

fn unwrap(fault: StateFault) -> StoreError {
    match fault {
        StateFault::Corrupt(reason) => damaged(
            reason
                .strip_suffix(&format!("; {}", crate::fault::REPAIR))
                .unwrap_or(&reason),
        ),
        other => damaged(other),
    }
}

/// A new file gets its tables; any other must be of our format.
fn check_format(db: &Database) -> Result<(), StoreError> {
    let txn = db.begin_read().or_fault().map_err(unwrap)?;
    let found = match txn.open_table(META) {
        Ok(table) => {
            let row = table.get(meta::FORMAT).or_fault().map_err(unwrap)?;
            row.map_or_else(
                || "unnamed".into(),
                |row| String::from_utf8_lossy(row.value()).into_owned(),
            )
        }
        Err(TableError::TableDoesNotExist(_)) => {
            let mut tables = txn.list_tables().or_fault().map_err(unwrap)?;
            if tables.next().is_none() {
                return create(db).map_err(unwrap);
            }
            "unknown".into()
        }
        Err(TableError::Storage(error)) => return Err(damaged(error)),
        Err(_) => "unknown".into(),
    };
    if found == FORMAT {
        Ok(())
    } else {
        Err(StoreError::Format {
            found,
            expected: FORMAT,
        })
    }
}

fn create(db: &Database) -> Result<(), StateFault> {
    let txn = db.begin_write().or_fault()?;
    {
        txn.open_table(META)
            .or_fault()?
            .insert(meta::FORMAT, FORMAT.as_bytes())
            .or_fault()?;
        txn.open_table(LATEST).or_fault()?;
        txn.open_table(UNDO).or_fault()?;
        txn.open_table(NODES).or_fault()?;
        txn.open_table(KEYS).or_fault()?;
        txn.open_table(ROOTS).or_fault()?;
        txn.open_table(OUTCOMES).or_fault()?;
        txn.open_table(GARBAGE).or_fault()?;
    }
    txn.commit().or_fault()
}
