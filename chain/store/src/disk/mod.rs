//! The state on disk: one redb file.
mod base;
mod cache;
mod fault;
mod open;
mod past;
mod persist;
mod prune;
mod reader;
mod tables;
mod verify;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use borsh::BorshDeserialize;
use mycel_types::Outcome;
use redb::Database;

use crate::{Delta, Snapshot, Staged, StateFault, Store, StoreError, Tip, snapshot::State};
use base::At;
use cache::NodeCache;
use fault::Faulty;
use reader::Reader;

pub use verify::Verified;

/// How a [`RedbStore`] keeps its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How many heights below the tip stay readable and provable; `None` keeps all (an archive).
    pub window: Option<u64>,
    /// Whether a block is on the disk when [`Store::persist`] returns. Without it a power cut may lose the last
    /// blocks (never tear one); a kill of the process loses nothing that was synced.
    pub sync: bool,
    /// Memory for the database's page cache.
    pub cache_bytes: usize,
    /// Read the whole file and check every page when it is opened. Without it only the tip's roots are checked then;
    /// tree nodes are always checked as they are read.
    pub check_on_open: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            window: Some(1000),
            sync: true,
            cache_bytes: 256 << 20,
            check_on_open: true,
        }
    }
}

/// The state in one redb file, `state.redb`.
pub struct RedbStore {
    db: Database,
    config: Config,
    cache: Arc<NodeCache>,
    /// The last durable state; `None` before genesis.
    current: RwLock<Option<Arc<Reader>>>,
    writing: Mutex<()>,
}

impl RedbStore {
    /// Opens the state in the directory `dir`, which is created if need be.
    pub fn open(dir: &Path, config: Config) -> Result<Self, StoreError> {
        open::open(dir, config)
    }

    /// A state in memory, for tests and tools: gone when it is dropped.
    pub fn in_memory(config: Config) -> Result<Self, StoreError> {
        open::in_memory(config)
    }

    /// Checks the whole tip: every node's hash, and every value against its leaf. Reads everything.
    pub fn verify(&self) -> Result<Verified, StateFault> {
        match self.reader() {
            Some(reader) => verify::verify(&self.base(reader.tip.height, &reader)?),
            None => Ok(Verified::default()),
        }
    }

    fn reader(&self) -> Option<Arc<Reader>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn base(&self, height: u64, reader: &Arc<Reader>) -> Result<At, StateFault> {
        At::new(height, reader.clone(), self.cache.clone())
    }
}

impl Store for RedbStore {
    fn genesis(&self, initial_height: u64) -> Snapshot {
        Snapshot::empty(initial_height.saturating_sub(1))
    }

    fn at(&self, height: u64) -> Result<Snapshot, StateFault> {
        let reader = self
            .reader()
            .ok_or_else(|| StateFault::Invalid("no state before genesis".into()))?;
        if height > reader.tip.height || height < reader.oldest {
            return Err(StateFault::Invalid(format!(
                "height={height} is not kept: lowest={} highest={}",
                reader.oldest, reader.tip.height
            )));
        }
        Ok(Snapshot::durable(
            height,
            Arc::new(self.base(height, &reader)?),
        ))
    }

    fn overlay(&self, parent: &Snapshot, delta: Arc<Delta>) -> Snapshot {
        parent.child(delta)
    }

    fn root(&self, parent: &Snapshot, delta: Arc<Delta>) -> Result<Staged, StateFault> {
        let state = parent.child(delta);
        let app_hash = state.app_hash()?;
        let parent = match *parent.state() {
            State::Empty => None,
            _ => Some(parent.app_hash()?),
        };
        Ok(Staged {
            state,
            app_hash,
            parent,
        })
    }

    fn persist(&self, staged: &Staged, results: &Outcome) -> Result<(), StateFault> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.reader();
        if !persist::is_next(before.as_deref(), staged, results)? {
            return Ok(());
        }
        persist::write(
            &self.db,
            &self.config,
            before.as_deref(),
            staged,
            results,
            &self.cache,
        )?;
        let reader = Arc::new(Reader::new(&self.db)?);
        let base = self.base(staged.height(), &reader)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(reader);
        staged.state.settle(Arc::new(base));
        Ok(())
    }

    fn tip(&self) -> Option<Tip> {
        self.reader().map(|reader| reader.tip)
    }

    fn retained(&self) -> Option<u64> {
        self.reader().map(|reader| reader.oldest)
    }

    fn outcome(&self, height: u64) -> Result<Option<Outcome>, StateFault> {
        let Some(reader) = self.reader() else {
            return Ok(None);
        };
        let Some(row) = reader.outcomes.get(height).or_fault()? else {
            return Ok(None);
        };
        Outcome::try_from_slice(row.value())
            .map(Some)
            .map_err(|error| StateFault::damaged(format_args!("outcome height={height}: {error}")))
    }
}

impl std::fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedbStore")
            .field("tip", &self.tip())
            .finish_non_exhaustive()
    }
}
