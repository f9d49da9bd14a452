//! A thread that ticks the engine's epoch while calls run, so that a call can be called off and one that does not end
//! is found. Ticks never decide a result: what they end is `Cancelled` or a failure of the machine.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use wasmtime::Engine;

/// The time between two ticks.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// Ticks without a call after which the thread sleeps until the next one.
const IDLE_TICKS: u32 = 100;

pub(crate) struct Watchdog {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    running: AtomicU32,
    asleep: AtomicBool,
    end: Mutex<bool>,
    wake: Condvar,
}

/// A call under watch, until dropped.
pub(crate) struct Watch<'w>(&'w Shared);

impl Watchdog {
    pub(crate) fn start(engine: Engine) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            running: AtomicU32::new(0),
            asleep: AtomicBool::new(false),
            end: Mutex::new(false),
            wake: Condvar::new(),
        });
        let ticking = shared.clone();
        let thread = std::thread::Builder::new()
            .name("vm-watchdog".into())
            .spawn(move || ticking.tick(&engine))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    pub(crate) fn watch(&self) -> Watch<'_> {
        self.shared.running.fetch_add(1, Ordering::SeqCst);
        if self.shared.asleep.load(Ordering::SeqCst) {
            self.shared.notify();
        }
        Watch(&self.shared)
    }
}

impl Shared {
    fn notify(&self) {
        drop(self.end.lock().unwrap_or_else(PoisonError::into_inner));
        self.wake.notify_all();
    }

    fn tick(&self, engine: &Engine) {
        let mut idle = 0;
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        while !*end {
            if self.running.load(Ordering::SeqCst) > 0 {
                idle = 0;
                engine.increment_epoch();
            } else {
                idle += 1;
            }
            if idle < IDLE_TICKS {
                (end, _) = self
                    .wake
                    .wait_timeout(end, TICK)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            self.asleep.store(true, Ordering::SeqCst);
            // A call that began before `asleep` was set is seen here; one that begins later notifies.
            while !*end && self.running.load(Ordering::SeqCst) == 0 {
                end = self.wake.wait(end).unwrap_or_else(PoisonError::into_inner);
            }
            self.asleep.store(false, Ordering::SeqCst);
            idle = 0;
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        *self
            .shared
            .end
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            // It may be the thread itself that drops the last handle: never, it holds none. A panic in it is over.
            let _ = thread.join();
        }
    }
}
