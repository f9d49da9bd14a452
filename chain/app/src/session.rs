//! What one transaction works with while it runs: the state it sees, its gas, what it has emitted.
use std::{collections::BTreeMap, sync::Arc};

use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;
use mycel_runtime::Vm;
use mycel_store::{Direction, KeyRange, Mark, StateFault, View};
use mycel_types::{
    AccountAddress, Cancel, Event, Params, StoreId, Time,
    codes::wasm,
    key,
    record::{Account, Chain},
};

use crate::{
    admit::new_account,
    authority,
    error::{Failure, Run},
    gas::Meter,
    proofs::Judging,
    state::{Records, encode},
};

/// The block in which something runs.
pub(crate) struct Scene {
    pub vm: Vm,
    pub params: Arc<Params>,
    pub chain: Arc<Chain>,
    pub height: u64,
    pub time: Time,
    pub stop: Cancel,
    /// Whether this may become a block: a simulated upload displaces no code that blocks run.
    pub in_block: bool,
    /// How proofs are judged: what is known of them already.
    pub proofs: Judging,
}

impl Scene {
    /// The same with other knowledge about proofs.
    pub(crate) fn judging(&self, proofs: Judging, in_block: bool) -> Arc<Self> {
        Arc::new(Self {
            vm: self.vm.clone(),
            params: self.params.clone(),
            chain: self.chain.clone(),
            height: self.height,
            time: self.time,
            stop: self.stop.clone(),
            in_block,
            proofs,
        })
    }

    /// Block time as contracts see it, in nanoseconds: scaled from genesis on in development networks.
    pub(crate) fn contract_nanos(&self) -> u64 {
        let origin = Time(self.chain.genesis_ms);
        let passed = self.time.since(origin);
        match self.params.time_scale {
            1 => self.time.nanos(),
            scale => origin.plus_millis(passed.saturating_mul(scale)).nanos(),
        }
    }
}

/// Where in the block, if in one.
#[derive(Clone, Copy)]
pub(crate) struct TxPlace {
    pub index: u32,
    pub hash: [u8; 32],
}

/// The part of a session that travels into the virtual machine and back.
pub(crate) struct World {
    pub view: Box<dyn View>,
    pub scene: Arc<Scene>,
    pub tx: Option<TxPlace>,
    pub bytes: ByteTally,
    /// A nested call failed in a way that is no result.
    pub machine: Option<String>,
}

/// How many live bytes the contracts gained or lost in this transaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByteTally(BTreeMap<AccountAddress, Tally>);

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// The counter before the transaction.
    before: u64,
    quota: u64,
    change: i64,
}

impl Tally {
    fn now(&self) -> u64 {
        self.before.saturating_add_signed(self.change)
    }
}

impl ByteTally {
    /// What became of each contract, in address order.
    pub(crate) fn changes(&self) -> Vec<(AccountAddress, i64)> {
        let changed = self.0.iter().filter(|(_, t)| t.change != 0);
        changed.map(|(a, t)| (a.clone(), t.change)).collect()
    }
}

impl World {
    /// Counts a write of `contract` that changes its live bytes by `change`, or gives the quota that does not allow
    /// it. Shrinking is always allowed.
    pub(crate) fn count_bytes(
        &mut self,
        contract: &AccountAddress,
        change: i64,
    ) -> Result<Result<(), u64>, StateFault> {
        let mut tally = self.tally(contract)?;
        tally.change = tally.change.saturating_add(change);
        if change > 0 && tally.now() > tally.quota {
            return Ok(Err(tally.quota));
        }
        self.bytes.0.insert(contract.clone(), tally);
        Ok(Ok(()))
    }

    /// A contract's live bytes now, and its quota.
    pub(crate) fn live_bytes(
        &mut self,
        contract: &AccountAddress,
    ) -> Result<(u64, u64), StateFault> {
        let tally = self.tally(contract)?;
        Ok((tally.now(), tally.quota))
    }

    fn tally(&mut self, contract: &AccountAddress) -> Result<Tally, StateFault> {
        if let Some(known) = self.bytes.0.get(contract) {
            return Ok(*known);
        }
        let before = self.view.record(&key::contract_bytes(contract))?;
        let assembly = self.scene.params.authorities.assembly.as_ref();
        let quota = match assembly == Some(contract) {
            true => Some(authority::MOST_QUOTA),
            false => self.view.record(&key::contract_quota(contract))?,
        };
        Ok(Tally {
            before: before.unwrap_or(0),
            quota: quota.unwrap_or(self.scene.params.contract_quota_bytes),
            change: 0,
        })
    }
}

/// A point to which a session can return.
pub(crate) struct Checkpoint {
    mark: Mark,
    bytes: ByteTally,
    events: usize,
    emitted: u64,
}

/// A running transaction.
pub(crate) struct Session {
    /// `None` only while a contract runs with it.
    world: Option<World>,
    pub meter: Meter,
    pub events: Vec<Event>,
    /// Bytes of events and data so far.
    emitted: u64,
    /// How deep calls of contracts are nested.
    pub depth: u32,
}

impl Session {
    pub(crate) fn new(world: World, meter: Meter) -> Self {
        Self {
            world: Some(world),
            meter,
            events: vec![],
            emitted: 0,
            depth: 0,
        }
    }

    pub(crate) fn world(&mut self) -> &mut World {
        self.world
            .as_mut()
            .expect("a contract gives the world back before anything else runs")
    }

    pub(crate) fn take_world(&mut self) -> World {
        self.world
            .take()
            .expect("a contract gives the world back before anything else runs")
    }

    pub(crate) fn put_world(&mut self, world: World) {
        self.world = Some(world);
    }

    pub(crate) fn into_world(self) -> World {
        self.world
            .expect("a contract gives the world back before anything else runs")
    }

    pub(crate) fn scene(&self) -> Arc<Scene> {
        let world = self.world.as_ref();
        world
            .expect("a contract gives the world back before anything else runs")
            .scene
            .clone()
    }

    /// A raw value, at the price of a read.
    pub(crate) fn raw(&mut self, key: &[u8]) -> Run<Option<Bytes>> {
        let prices = self.scene().params.gas;
        self.meter.charge(prices.read, "ReadFlat")?;
        let value = self.world().view.raw(key)?;
        let bytes = key
            .len()
            .saturating_add(value.as_ref().map_or(0, Bytes::len)) as u64;
        self.meter
            .charge(prices.read_byte.saturating_mul(bytes), "ReadPerByte")?;
        Ok(value)
    }

    /// A record, at the price of a read.
    pub(crate) fn record<T: BorshDeserialize>(&mut self, key: &[u8]) -> Run<Option<T>> {
        let value = self.raw(key)?;
        Ok(value
            .map(|bytes| crate::state::decode(key, &bytes))
            .transpose()?)
    }

    /// Every entry below a prefix, at the price of an iterator.
    pub(crate) fn entries(&mut self, prefix: &[u8]) -> Run<Vec<(Bytes, Bytes)>> {
        let prices = self.scene().params.gas;
        self.meter.charge(prices.read, "ReadFlat")?;
        let range = KeyRange::prefix(prefix);
        let cursor = self
            .world()
            .view
            .scan(StoreId::Mycel, range, Direction::Forward)?;
        let mut entries = vec![];
        loop {
            self.meter.charge(prices.next, "IterNextCostFlat")?;
            let Some((key, value)) = self.world().view.next(cursor)? else {
                break;
            };
            let bytes = key.len().saturating_add(value.len()) as u64;
            self.meter
                .charge(prices.read_byte.saturating_mul(bytes), "ReadPerByte")?;
            entries.push((key, value));
        }
        self.world().view.close(cursor);
        Ok(entries)
    }

    /// Writes a record, at the price of a write.
    pub(crate) fn write<T: BorshSerialize>(&mut self, key: Vec<u8>, record: &T) -> Run<()> {
        self.write_raw(key, encode(record))
    }

    /// Writes a raw value, at the price of a write.
    pub(crate) fn write_raw(&mut self, key: Vec<u8>, value: Bytes) -> Run<()> {
        let prices = self.scene().params.gas;
        self.meter.charge(prices.write, "WriteFlat")?;
        let bytes = key.len().saturating_add(value.len()) as u64;
        self.meter
            .charge(prices.write_byte.saturating_mul(bytes), "WritePerByte")?;
        Ok(self
            .world()
            .view
            .set(StoreId::Mycel, key.into(), Some(value))?)
    }

    /// Removes a record, at the price of a deletion.
    pub(crate) fn delete(&mut self, key: Vec<u8>) -> Run<()> {
        let prices = self.scene().params.gas;
        self.meter.charge(prices.delete, "Delete")?;
        Ok(self.world().view.set(StoreId::Mycel, key.into(), None)?)
    }

    /// Counts a named number up by one and gives the new value.
    pub(crate) fn count(&mut self, name: &str) -> Run<u64> {
        let key = key::counter(name);
        let last: u64 = self.record(&key)?.unwrap_or(0);
        let next = last.saturating_add(1);
        self.write(key, &next)?;
        Ok(next)
    }

    /// Creates the account of an address that can sign, unless it exists.
    pub(crate) fn touch_account(&mut self, address: &AccountAddress) -> Run<()> {
        if address.as_bytes().len() != 20 {
            return Ok(());
        }
        let key = key::account(address);
        if self.record::<Account>(&key)?.is_none() {
            let at_ms = self.scene().time.millis();
            self.write(key, &new_account(at_ms))?;
        }
        Ok(())
    }

    /// Emits an event of the chain's own.
    pub(crate) fn emit(&mut self, event: Event) -> Run<()> {
        let mut bytes = event.kind.len();
        for attribute in &event.attributes {
            bytes = bytes
                .saturating_add(attribute.key.len())
                .saturating_add(attribute.value.len());
        }
        self.count_emitted(bytes)?;
        self.events.push(event);
        Ok(())
    }

    /// Counts bytes of events and data against the transaction's limit.
    pub(crate) fn count_emitted(&mut self, bytes: usize) -> Run<()> {
        let limit = self.scene().params.events_max_bytes;
        self.emitted = self.emitted.saturating_add(bytes as u64);
        if self.emitted > limit {
            return Err(Failure::new(
                wasm::LIMIT,
                format_args!("events and data: bytes={} limit={limit}", self.emitted),
            )
            .into());
        }
        Ok(())
    }

    /// Something begins that may be undone.
    pub(crate) fn checkpoint(&mut self) -> Checkpoint {
        let (events, emitted) = (self.events.len(), self.emitted);
        let world = self.world();
        Checkpoint {
            mark: world.view.mark(),
            bytes: world.bytes.clone(),
            events,
            emitted,
        }
    }

    /// Undoes everything since; the gas stays used.
    pub(crate) fn revert(&mut self, to: Checkpoint) {
        let world = self.world();
        world.view.revert(to.mark);
        world.bytes = to.bytes;
        self.events.truncate(to.events);
        self.emitted = to.emitted;
    }
}
