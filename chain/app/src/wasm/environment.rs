//! A contract's world: its own keys below its own prefix, each step at its price; queries; addresses.
use std::{any::Any, collections::BTreeMap};

use bytes::Bytes;
use mycel_runtime::{AddressOp, CursorId, Direction, Environment, HostFault, Hosted, KeyRange};
use mycel_store as store;
use mycel_types::{AccountAddress, StoreId, key};

use super::querier;
use crate::{gas::to_vm, session::World};

/// Cursors that one call may open.
const MAX_CURSORS: u32 = 1024;

/// What a contract reaches during one call.
pub(crate) struct ContractEnv {
    /// `None` only while a queried contract runs with it.
    world: Option<World>,
    contract: AccountAddress,
    prefix: Vec<u8>,
    /// How many queries this call is nested in: 0 in a transaction's own call.
    pub(super) query_depth: u32,
    cursors: BTreeMap<u32, store::CursorId>,
    last_cursor: u32,
    /// A write was refused by the quota.
    pub over_quota: bool,
}

impl ContractEnv {
    pub(crate) fn new(world: World, contract: AccountAddress, query_depth: u32) -> Self {
        Self {
            world: Some(world),
            prefix: key::contract_prefix(&contract),
            contract,
            query_depth,
            cursors: BTreeMap::new(),
            last_cursor: 0,
            over_quota: false,
        }
    }

    /// Ends the call: cursors are closed, the world goes back.
    pub(crate) fn finish(env: Box<dyn Environment>) -> (World, bool) {
        let any: Box<dyn Any> = env;
        let mut this = any
            .downcast::<Self>()
            .expect("the virtual machine gives back the environment that it got");
        let mut world = this.take_world();
        for cursor in this.cursors.values() {
            world.view.close(*cursor);
        }
        (world, this.over_quota)
    }

    pub(super) fn world(&mut self) -> &mut World {
        self.world
            .as_mut()
            .expect("a queried contract gives the world back")
    }

    pub(super) fn take_world(&mut self) -> World {
        self.world
            .take()
            .expect("a queried contract gives the world back")
    }

    pub(super) fn put_world(&mut self, world: World) {
        self.world = Some(world);
    }

    fn full(&self, key: &[u8]) -> Vec<u8> {
        let mut full = Vec::with_capacity(self.prefix.len().saturating_add(key.len()));
        full.extend_from_slice(&self.prefix);
        full.extend_from_slice(key);
        full
    }
}

/// A read's price in SDK gas.
pub(super) fn read_price(
    prices: &mycel_types::GasPrices,
    key: &[u8],
    value: Option<&Bytes>,
) -> u64 {
    let bytes = key.len().saturating_add(value.map_or(0, Bytes::len)) as u64;
    prices
        .read
        .saturating_add(prices.read_byte.saturating_mul(bytes))
}

/// A fault of the store as the virtual machine passes it on.
pub(super) fn fault(fault: store::StateFault) -> HostFault {
    use mycel_runtime::StateFault;
    match fault {
        store::StateFault::Retry => HostFault::State(StateFault::Retry),
        store::StateFault::Cancelled => HostFault::State(StateFault::Cancelled),
        store::StateFault::Corrupt(why) => HostFault::State(StateFault::Corrupt(why)),
        // deterministic, and the contract's own doing: an empty value
        store::StateFault::Invalid(why) => HostFault::Contract(why),
    }
}

fn failed<T>(why: store::StateFault, gas: u64) -> Hosted<T> {
    Hosted {
        value: Err(fault(why)),
        gas: to_vm(gas),
    }
}

impl Environment for ContractEnv {
    fn get(&mut self, key: &[u8]) -> Hosted<Option<Bytes>> {
        let full = self.full(key);
        let world = self.world();
        let prices = world.scene.params.gas;
        match world.view.get(StoreId::Mycel, &full) {
            Ok(value) => {
                let gas = read_price(&prices, key, value.as_ref());
                Hosted::ok(value, to_vm(gas))
            }
            Err(why) => failed(why, prices.read),
        }
    }

    fn set(&mut self, key: &[u8], value: Option<&[u8]>) -> Hosted<()> {
        let full = self.full(key);
        let contract = self.contract.clone();
        let world = self.world();
        let prices = world.scene.params.gas;
        let gas = match value {
            Some(value) => {
                let bytes = key.len().saturating_add(value.len()) as u64;
                prices
                    .write
                    .saturating_add(prices.write_byte.saturating_mul(bytes))
            }
            None => prices.delete,
        };
        let old = match world.view.get(StoreId::Mycel, &full) {
            Ok(old) => old,
            Err(why) => return failed(why, gas),
        };
        let live = |value: Option<usize>| {
            value.map_or(0, |len| {
                i64::try_from(key.len().saturating_add(len)).unwrap_or(i64::MAX)
            })
        };
        let change = live(value.map(<[u8]>::len)).saturating_sub(live(old.map(|o| o.len())));
        match world.count_bytes(&contract, change) {
            Ok(Ok(())) => {}
            Ok(Err(quota)) => {
                self.over_quota = true;
                return Hosted::refused(
                    format!("storage quota of {quota} bytes is used up: remove or shrink entries"),
                    to_vm(gas),
                );
            }
            Err(why) => return failed(why, gas),
        }
        let value = value.map(Bytes::copy_from_slice);
        match world.view.set(StoreId::Mycel, full.into(), value) {
            Ok(()) => Hosted::ok((), to_vm(gas)),
            Err(why) => failed(why, gas),
        }
    }

    fn scan(&mut self, range: KeyRange, direction: Direction) -> Hosted<CursorId> {
        let range = own_range(&self.prefix, &range);
        let opened = self.last_cursor;
        let world = self.world();
        let gas = world.scene.params.gas.read;
        if opened >= MAX_CURSORS {
            return Hosted::refused(
                format!("more than {MAX_CURSORS} iterators in one call"),
                to_vm(gas),
            );
        }
        match world.view.scan(StoreId::Mycel, range, order(direction)) {
            Ok(cursor) => {
                self.last_cursor = opened.saturating_add(1);
                self.cursors.insert(self.last_cursor, cursor);
                Hosted::ok(CursorId(self.last_cursor), to_vm(gas))
            }
            Err(why) => failed(why, gas),
        }
    }

    fn next(&mut self, cursor: CursorId) -> Hosted<Option<(Bytes, Bytes)>> {
        let below = self.cursors.get(&cursor.0).copied();
        let cut = self.prefix.len();
        let world = self.world();
        let prices = world.scene.params.gas;
        let Some(below) = below else {
            return Hosted::refused(format!("unknown iterator={}", cursor.0), to_vm(prices.next));
        };
        match world.view.next(below) {
            Ok(None) => Hosted::ok(None, to_vm(prices.next)),
            Ok(Some((full, value))) => {
                let key = full.slice(cut.min(full.len())..);
                let bytes = key.len().saturating_add(value.len()) as u64;
                let gas = prices
                    .next
                    .saturating_add(prices.read_byte.saturating_mul(bytes));
                Hosted::ok(Some((key, value)), to_vm(gas))
            }
            Err(why) => failed(why, prices.next),
        }
    }

    fn query(&mut self, request: &[u8], gas_left: u64) -> Hosted<Bytes> {
        querier::answer(self, request, gas_left)
    }

    fn address(&mut self, op: AddressOp, bytes: &[u8]) -> Hosted<Bytes> {
        // prices of wasmd: a canonical address costs 4 SDK gas, a human one 5, a check both
        const CANONICAL: u64 = 4;
        const HUMAN: u64 = 5;
        let (gas, answer) = match op {
            AddressOp::Humanize => {
                let text = AccountAddress::new(bytes).map(|a| Bytes::from(a.to_string()));
                (HUMAN, text)
            }
            AddressOp::Canonicalize => (CANONICAL, read(bytes).map(|a| canonical(&a))),
            AddressOp::Validate => (CANONICAL + HUMAN, read(bytes).map(|a| canonical(&a))),
        };
        match answer {
            Ok(answer) => {
                let normal = op != AddressOp::Validate || is_normal(bytes, &answer);
                if normal {
                    Hosted::ok(answer, to_vm(gas))
                } else {
                    Hosted::refused("invalid address: not normalized", to_vm(gas))
                }
            }
            Err(why) => Hosted::refused(why.to_string(), to_vm(gas)),
        }
    }
}

fn read(bytes: &[u8]) -> Result<AccountAddress, mycel_types::AddressError> {
    String::from_utf8_lossy(bytes).parse()
}

fn canonical(address: &AccountAddress) -> Bytes {
    Bytes::copy_from_slice(address.as_bytes())
}

fn is_normal(text: &[u8], canonical: &[u8]) -> bool {
    AccountAddress::new(canonical).is_ok_and(|a| a.to_string().as_bytes() == text)
}

/// A contract's range below its prefix.
pub(super) fn own_range(prefix: &[u8], range: &KeyRange) -> store::KeyRange {
    store::KeyRange::new(range.start.clone().unwrap_or_default(), range.end.clone()).within(prefix)
}

pub(super) fn order(direction: Direction) -> store::Direction {
    match direction {
        Direction::Ascending => store::Direction::Forward,
        Direction::Descending => store::Direction::Backward,
    }
}
