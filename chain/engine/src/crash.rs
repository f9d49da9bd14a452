//! Places where a test kills the process, one for each row of the crash table.
use std::{fmt, str::FromStr, sync::Arc};

/// A moment between two durable steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrashPoint {
    /// The undecided block is stored; the engine was not told.
    UndecidedStored,
    /// The engine's write-ahead log is written; the vote has not left.
    WalWritten,
    /// The engine decided; the block is not stored as decided.
    DecidedNotStored,
    /// Block and commit are stored; the state is not.
    BlockStored,
    /// The state is stored; nothing was acknowledged or indexed.
    StateStored,
}

impl CrashPoint {
    /// All, in the order in which a height passes them.
    pub const ALL: [Self; 5] = [
        Self::UndecidedStored,
        Self::WalWritten,
        Self::DecidedNotStored,
        Self::BlockStored,
        Self::StateStored,
    ];

    /// The name by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::UndecidedStored => "undecided-stored",
            Self::WalWritten => "wal-written",
            Self::DecidedNotStored => "decided-not-stored",
            Self::BlockStored => "block-stored",
            Self::StateStored => "state-stored",
        }
    }
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CrashPoint {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|p| p.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|p| p.name()).collect();
                format!("unknown crash point={text}; one of {}", names.join(", "))
            })
    }
}

/// What happens at each crash point: nothing, unless a test asked. An argument is the height that is passing.
#[derive(Clone, Default)]
pub struct CrashPoints(Option<Arc<dyn Fn(CrashPoint, u64) + Send + Sync>>);

impl CrashPoints {
    /// Nothing ever happens.
    pub fn none() -> Self {
        Self::default()
    }

    /// Aborts the process, without unwinding or flushing, when it first passes `point` at or above `height`.
    pub fn abort_at(point: CrashPoint, height: u64) -> Self {
        Self::call(move |here, at| {
            if here == point && at >= height {
                std::process::abort();
            }
        })
    }

    /// Calls back at every point.
    pub fn call(f: impl Fn(CrashPoint, u64) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(f)))
    }

    /// The process passes `point` at `height`.
    pub fn pass(&self, point: CrashPoint, height: u64) {
        if let Some(f) = &self.0 {
            f(point, height);
        }
    }
}

impl fmt::Debug for CrashPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CrashPoints")
            .field(&self.0.is_some())
            .finish()
    }
}
