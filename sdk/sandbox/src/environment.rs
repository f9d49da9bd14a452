//! A compiled contract's world: its own entries, each step at the chain's
//! price; queries; addresses.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::Bound;

use bytes::Bytes;
use mycel_runtime::{AddressOp, CursorId, Direction, Environment, Hosted, KeyRange};
use mycel_types::{AccountAddress, AddressError, GasPrices};

use crate::gas::to_vm;
use crate::query;
use crate::storage::as_slice;
use crate::world::{Stage, World};

/// Cursors that one call may open.
const MAX_CURSORS: usize = 1024;

/// What a compiled contract reaches during one call.
pub(crate) struct ContractEnv {
    stage: Stage,
    contract: usize,
    /// How many queries this call is nested in.
    depth: u32,
    prices: GasPrices,
    cursors: Vec<Cursor>,
}

/// A place in a range, as it was when the cursor was opened.
enum Cursor {
    /// Nothing was written since: the entries are still the same.
    Live {
        from: Bound<Vec<u8>>,
        to: Bound<Vec<u8>>,
        descending: bool,
    },
    /// What was left when something was written.
    Copied(VecDeque<(Vec<u8>, Vec<u8>)>),
}

impl Cursor {
    fn next(&mut self, world: &World, contract: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        match self {
            Cursor::Copied(entries) => entries.pop_front(),
            Cursor::Live {
                from,
                to,
                descending,
            } => {
                let found = world.next(contract, as_slice(from), as_slice(to), *descending);
                let (key, value) = found.map(|(key, value)| (key.clone(), value.clone()))?;
                *if *descending { to } else { from } = Bound::Excluded(key.clone());
                Some((key, value))
            }
        }
    }

    /// Takes a copy of the rest, because something is about to be written.
    fn copy(&mut self, world: &World, contract: usize) {
        if matches!(self, Cursor::Live { .. }) {
            let rest = std::iter::from_fn(|| self.next(world, contract)).collect();
            *self = Cursor::Copied(rest);
        }
    }
}

impl ContractEnv {
    pub(crate) fn new(world: Box<World>, contract: usize, depth: u32) -> ContractEnv {
        ContractEnv {
            prices: world.prices,
            stage: Stage::new(world),
            contract,
            depth,
            cursors: vec![],
        }
    }

    /// Ends the call: the world goes back.
    pub(crate) fn finish(env: Box<dyn Environment>) -> Box<World> {
        let any: Box<dyn Any> = env;
        let this = any.downcast::<Self>();
        this.map(|this| this.stage.take())
            .expect("the virtual machine gives back the environment that it got")
    }

    fn read_price(&self, bytes: usize) -> u64 {
        let bytes = bytes as u64;
        to_vm(self.prices.read + self.prices.read_byte.saturating_mul(bytes))
    }
}

impl Environment for ContractEnv {
    fn get(&mut self, key: &[u8]) -> Hosted<Option<Bytes>> {
        let value = self.stage.with(|world| {
            let value = world.get(self.contract, key);
            value.map(|value| Bytes::copy_from_slice(value))
        });
        let bytes = key.len() + value.as_ref().map_or(0, Bytes::len);
        Hosted::ok(value, self.read_price(bytes))
    }

    fn set(&mut self, key: &[u8], value: Option<&[u8]>) -> Hosted<()> {
        let gas = match value {
            Some(value) => {
                let bytes = (key.len() + value.len()) as u64;
                self.prices.write + self.prices.write_byte.saturating_mul(bytes)
            }
            None => self.prices.delete,
        };
        if value.is_some_and(<[u8]>::is_empty) {
            return Hosted::refused("an empty value: remove the entry instead", to_vm(gas));
        }
        self.stage.with(|world| {
            for cursor in &mut self.cursors {
                cursor.copy(world, self.contract);
            }
            world.set(self.contract, key, value.map(<[u8]>::to_vec));
        });
        Hosted::ok((), to_vm(gas))
    }

    fn scan(&mut self, range: KeyRange, direction: Direction) -> Hosted<CursorId> {
        let gas = to_vm(self.prices.read);
        if self.cursors.len() >= MAX_CURSORS {
            return Hosted::refused(
                format!("more than {MAX_CURSORS} iterators in one call"),
                gas,
            );
        }
        let from = range.start.filter(|start| !start.is_empty());
        self.cursors.push(Cursor::Live {
            from: from.map_or(Bound::Unbounded, |key| Bound::Included(key.to_vec())),
            to: range
                .end
                .map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec())),
            descending: direction == Direction::Descending,
        });
        Hosted::ok(CursorId(self.cursors.len() as u32), gas)
    }

    fn next(&mut self, cursor: CursorId) -> Hosted<Option<(Bytes, Bytes)>> {
        let prices = self.prices;
        let place = (cursor.0 as usize).wrapping_sub(1);
        let Some(open) = self.cursors.get_mut(place) else {
            return Hosted::refused(format!("unknown iterator={}", cursor.0), to_vm(prices.next));
        };
        let found = self.stage.with(|world| open.next(world, self.contract));
        let bytes = found
            .as_ref()
            .map_or(0, |(key, value)| key.len() + value.len()) as u64;
        let gas = prices.next + prices.read_byte.saturating_mul(bytes);
        let found = found.map(|(key, value)| (Bytes::from(key), Bytes::from(value)));
        Hosted::ok(found, to_vm(gas))
    }

    fn query(&mut self, request: &[u8], gas_left: u64) -> Hosted<Bytes> {
        let (answer, used) = query::answer(&self.stage, self.depth, request, gas_left);
        match answer {
            Ok(result) => {
                let json = serde_json::to_vec(&result).expect("an answer is plain data");
                Hosted::ok(json.into(), used)
            }
            Err(_) => Hosted::refused("out of gas", gas_left.saturating_add(1)),
        }
    }

    fn address(&mut self, op: AddressOp, bytes: &[u8]) -> Hosted<Bytes> {
        // prices of wasmd: a canonical address costs 4 SDK gas, a human one 5, a check both
        const CANONICAL: u64 = 4;
        const HUMAN: u64 = 5;
        let read = || String::from_utf8_lossy(bytes).parse::<AccountAddress>();
        let raw = |address: &AccountAddress| Bytes::copy_from_slice(address.as_bytes());
        let (gas, answer): (u64, Result<Bytes, AddressError>) = match op {
            AddressOp::Humanize => {
                let text = AccountAddress::new(bytes).map(|a| Bytes::from(a.to_string()));
                (HUMAN, text)
            }
            AddressOp::Canonicalize => (CANONICAL, read().map(|a| raw(&a))),
            AddressOp::Validate => {
                let normal = match read() {
                    Ok(address) if address.to_string().as_bytes() != bytes => {
                        let why = "invalid address: not normalized";
                        return Hosted::refused(why, to_vm(CANONICAL + HUMAN));
                    }
                    read => read.map(|a| raw(&a)),
                };
                (CANONICAL + HUMAN, normal)
            }
        };
        match answer {
            Ok(answer) => Hosted::ok(answer, to_vm(gas)),
            Err(why) => Hosted::refused(why.to_string(), to_vm(gas)),
        }
    }
}
