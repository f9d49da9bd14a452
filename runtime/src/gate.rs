//! Who may take an instance from the pool.
//!
//! The pool has `concurrent * depth` slots. At most `concurrent` calls that are not inside another run at once, the
//! rest wait; calls inside another never wait, because each of those has `depth` slots to itself. So the pool never
//! overflows, nobody waits in a circle, and the only limit that a contract can see, the depth, is the same everywhere.

use std::cell::RefCell;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::cancel::Cancel;

thread_local! {
    /// The gates that calls on this thread are inside of, one entry for each call.
    static INSIDE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

pub(crate) struct Gate {
    depth: u32,
    free: Mutex<u32>,
    freed: Condvar,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    TooDeep,
    Cancelled,
}

pub(crate) struct Pass<'g> {
    gate: &'g Gate,
    outermost: bool,
}

impl Gate {
    pub(crate) fn new(concurrent: u32, depth: u32) -> Self {
        Self {
            depth,
            free: Mutex::new(concurrent),
            freed: Condvar::new(),
        }
    }

    /// Waits for a place, or finds one at once inside another call.
    pub(crate) fn enter(&self, stop: &Cancel) -> Result<Pass<'_>, Closed> {
        let id = std::ptr::from_ref(self).addr();
        let inside = INSIDE.with_borrow(|gates| gates.iter().filter(|g| **g == id).count());
        if inside as u64 >= self.depth as u64 {
            return Err(Closed::TooDeep);
        }
        if inside == 0 {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            while *free == 0 {
                if stop.is_cancelled() {
                    return Err(Closed::Cancelled);
                }
                (free, _) = self
                    .freed
                    .wait_timeout(free, Duration::from_millis(50))
                    .unwrap_or_else(PoisonError::into_inner);
            }
            *free -= 1;
        }
        INSIDE.with_borrow_mut(|gates| gates.push(id));
        Ok(Pass {
            gate: self,
            outermost: inside == 0,
        })
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let id = std::ptr::from_ref(self.gate).addr();
        INSIDE.with_borrow_mut(|gates| {
            if let Some(at) = gates.iter().rposition(|g| *g == id) {
                gates.remove(at);
            }
        });
        if self.outermost {
            let mut free = self
                .gate
                .free
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *free += 1;
            self.gate.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_inside_a_call_go_as_deep_as_allowed_and_no_deeper() {
        let gate = Gate::new(1, 3);
        let stop = Cancel::new();
        let passes: Vec<_> = (0..3).map(|_| gate.enter(&stop).ok()).collect();
        assert!(passes.iter().all(Option::is_some));
        assert_eq!(gate.enter(&stop).err(), Some(Closed::TooDeep));
        drop(passes);
        assert!(gate.enter(&stop).is_ok());
    }

    #[test]
    fn whoever_waits_for_a_place_can_be_called_off() {
        let gate = Gate::new(1, 1);
        let _held = gate.enter(&Cancel::new());
        let stop = Cancel::new();
        std::thread::scope(|s| {
            let waiting = s.spawn(|| gate.enter(&stop).err());
            stop.cancel();
            assert_eq!(waiting.join().ok().flatten(), Some(Closed::Cancelled));
        });
    }
}
