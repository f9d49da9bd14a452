//! A state on which a block can be built: the snapshot with what every block reads of it.
use std::sync::Arc;

use mycel_runtime::Vm;
use mycel_store::{Direction, KeyRange, Snapshot, StateFault};
use mycel_types::{
    Cancel, Params, StoreId, Time, key,
    record::{Chain, Tip, Upgrade},
};

use crate::{proofs::Judging, session::Scene, state::Records};

/// A state with its chain, parameters and block.
#[derive(Clone)]
pub(crate) struct State {
    pub snapshot: Snapshot,
    pub chain: Arc<Chain>,
    pub params: Arc<Params>,
    pub height: u64,
    pub time: Time,
    /// Gas that the next block keeps free for end-of-block calls.
    pub reserved_gas: u64,
    /// The planned upgrade.
    pub upgrade: Option<Upgrade>,
}

impl State {
    /// Reads what a state says about itself.
    pub(crate) fn read(snapshot: Snapshot) -> Result<Self, StateFault> {
        let missing = |what: &str| StateFault::Corrupt(format!("{what} record is missing"));
        let mut records = &snapshot;
        let chain: Chain = records
            .record(&key::chain())?
            .ok_or_else(|| missing("chain"))?;
        let params: Params = records
            .record(&key::params())?
            .ok_or_else(|| missing("params"))?;
        let tip: Tip = records.record(&key::tip())?.ok_or_else(|| missing("tip"))?;
        let upgrade = records.record(&key::upgrade())?;
        let subscriptions = KeyRange::prefix(&key::subscriptions());
        let first = snapshot
            .scan(StoreId::Mycel, subscriptions, Direction::Forward)
            .next()
            .transpose()?;
        Ok(Self {
            reserved_gas: first.map_or(0, |_| params.end_block_gas),
            upgrade,
            snapshot,
            chain: Arc::new(chain),
            params: Arc::new(params),
            height: tip.height,
            time: Time(tip.time_ms),
        })
    }

    /// The scene of something that runs in this state's own block, as queries do.
    pub(crate) fn scene(&self, vm: &Vm, stop: &Cancel) -> Arc<Scene> {
        self.scene_of(vm, (self.height, self.time), stop, false)
    }

    /// The scene of a simulation of a block on this state.
    pub(crate) fn rehearsal(&self, vm: &Vm, height: u64, time: Time, stop: &Cancel) -> Arc<Scene> {
        self.scene_of(vm, (height, time), stop, false)
    }

    /// The scene of a block on this state.
    pub(crate) fn scene_at(&self, vm: &Vm, height: u64, time: Time, stop: &Cancel) -> Arc<Scene> {
        self.scene_of(vm, (height, time), stop, true)
    }

    fn scene_of(
        &self,
        vm: &Vm,
        (height, time): (u64, Time),
        stop: &Cancel,
        in_block: bool,
    ) -> Arc<Scene> {
        Arc::new(Scene {
            vm: vm.clone(),
            params: self.params.clone(),
            chain: self.chain.clone(),
            height,
            time,
            stop: stop.clone(),
            in_block,
            proofs: Judging::default(),
        })
    }
}
