//! Calling off a call that nobody needs any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag shared between whoever runs a call and whoever may call it off. Clones are the same flag.
///
/// A running call looks at it in every host function and at every watchdog tick, so it ends within some tens of
/// milliseconds with `StateFault::Cancelled`.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the flag, for good.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the flag is set.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl From<Arc<AtomicBool>> for Cancel {
    /// The same flag as the caller's, so that whoever calls off a block calls off its contracts.
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}
