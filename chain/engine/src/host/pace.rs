//! When the next height starts.
use std::sync::Arc;

use mycel_types::Time;

use super::{Host, HostEffect};

impl Host {
    /// While the engine rests: starts the next height if its time has come, else asks to be woken.
    pub(super) fn rest(&mut self, now: Time) -> Vec<HostEffect> {
        if !self.resting {
            return vec![];
        }
        let at = self.start_time(now);
        if at > now {
            return vec![HostEffect::WakeAt(at)];
        }
        self.resting = false;
        vec![HostEffect::Start {
            height: self.base.height,
            validators: Arc::new(self.base.validators.clone()),
        }]
    }

    /// At once if there is something to do: a transaction waits, somebody else began, or the last block had
    /// transactions and one more makes them provable. Else an idle time after the last block. A proposer waits until
    /// its clock has passed the last block (before the first one: genesis time), so that its own time is honest.
    fn start_time(&self, now: Time) -> Time {
        let height = self.base.height;
        let busy = self.base.last.is_none()
            || (self.config.proof_block && self.last_had_txs)
            || !self.pool.is_empty()
            || self.assemblies.any_at(height);
        let wanted = if busy {
            now
        } else {
            self.base.last_time.plus_millis(self.config.idle_millis)
        };
        if self.base.last.is_none() || self.is_proposer(height, 0) {
            wanted.max(self.base.last_time.plus_millis(1))
        } else {
            wanted
        }
    }
}
