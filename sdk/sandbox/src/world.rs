//! All that there is: contracts with their entries, the chain's own records,
//! the block, and a journal by which whatever failed is undone.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use cosmwasm_std::{BlockInfo, Event};
use mycel_bindings::AllowanceClass;
use mycel_types::GasPrices;

use crate::api::ChainApi;
use crate::code::{Body, Code};
use crate::faults::Faults;
use crate::gas::Meter;
use crate::proofs::{Known, Verifier, Watcher};

/// A contract's ordered entries.
pub(crate) type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// A contract.
#[derive(Clone)]
pub(crate) struct Instance {
    pub address: String,
    pub code: u64,
    pub creator: String,
    pub admin: Option<String>,
    pub entries: Entries,
    /// Bytes of keys and values.
    pub bytes: u64,
    /// What finding it costs the chain, in SDK gas.
    pub lookup: u64,
}

/// A subscription to the end of every block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub failures: u32,
    pub suspended: bool,
}

/// The chain's records that contracts can change.
#[derive(Clone, Default)]
pub(crate) struct Chain {
    pub development: bool,
    pub members: Option<String>,
    pub assembly: Option<String>,
    /// The classes that exist; empty: every name is a class.
    pub known_classes: BTreeMap<String, AllowanceClass>,
    pub classes: BTreeMap<String, String>,
    pub subscriptions: BTreeMap<String, Subscription>,
    /// Verifying keys by name.
    pub keys: BTreeMap<String, Known>,
    /// What contracts published for other chains, by contract and key.
    pub published: BTreeMap<(String, Vec<u8>), Vec<u8>>,
    pub verifier: Verifier,
    /// Who is told of each proof that holds.
    pub watcher: Option<Arc<Watcher>>,
}

/// How one change is undone.
#[derive(Clone)]
enum Undo {
    Entry {
        contract: usize,
        key: Vec<u8>,
        old: Option<Vec<u8>>,
    },
    Class {
        address: String,
        old: Option<String>,
    },
    Subscription {
        address: String,
        old: Option<Subscription>,
    },
    Key {
        id: String,
        old: Option<Known>,
    },
    Published {
        at: (String, Vec<u8>),
        old: Option<Vec<u8>>,
    },
    Created,
    Contract {
        contract: usize,
        code: u64,
        admin: Option<String>,
        lookup: u64,
    },
}

/// A point to which the world can return.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    journal: usize,
    events: usize,
    emitted: usize,
}

#[derive(Clone)]
pub(crate) struct World {
    pub contracts: Vec<Instance>,
    pub by_address: BTreeMap<String, usize>,
    /// Code id n is at n − 1.
    pub codes: Vec<Arc<Code>>,
    pub chain: Chain,
    pub block: BlockInfo,
    pub tx: Option<u32>,
    pub prices: GasPrices,
    pub faults: Faults,
    pub meter: Meter,
    pub events: Vec<Event>,
    /// Bytes of events and data so far.
    pub emitted: usize,
    /// How deep messages and replies are nested.
    pub depth: u32,
    /// Gas ran out in a native contract's query, which cannot end the call by itself.
    pub exhausted: bool,
    journal: Vec<Undo>,
}

impl World {
    pub(crate) fn new(block: BlockInfo) -> World {
        World {
            contracts: vec![],
            by_address: BTreeMap::new(),
            codes: vec![],
            chain: Chain {
                development: true,
                ..Chain::default()
            },
            block,
            tx: None,
            prices: GasPrices::default(),
            faults: Faults::default(),
            meter: Meter::new(u64::MAX),
            events: vec![],
            emitted: 0,
            depth: 0,
            exhausted: false,
            journal: vec![],
        }
    }

    pub(crate) fn get(&self, contract: usize, key: &[u8]) -> Option<&Vec<u8>> {
        self.contracts[contract].entries.get(key)
    }

    /// Writes or removes an entry.
    pub(crate) fn set(&mut self, contract: usize, key: &[u8], value: Option<Vec<u8>>) {
        let old = self.put(contract, key, value);
        self.journal.push(Undo::Entry {
            contract,
            key: key.to_vec(),
            old,
        });
    }

    fn put(&mut self, contract: usize, key: &[u8], value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let instance = &mut self.contracts[contract];
        let live = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, |v| key.len() + v.len());
        let new = live(&value);
        let old = match value {
            Some(value) => match instance.entries.get_mut(key) {
                Some(slot) => Some(std::mem::replace(slot, value)),
                None => instance.entries.insert(key.to_vec(), value),
            },
            None => instance.entries.remove(key),
        };
        instance.bytes = instance.bytes + new as u64 - live(&old) as u64;
        old
    }

    /// The entry next in a range, in either direction.
    pub(crate) fn next(
        &self,
        contract: usize,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
        descending: bool,
    ) -> Option<(&Vec<u8>, &Vec<u8>)> {
        if is_empty(from, to) {
            return None;
        }
        let mut range = self.contracts[contract]
            .entries
            .range::<[u8], _>((from, to));
        if descending {
            range.next_back()
        } else {
            range.next()
        }
    }

    pub(crate) fn set_class(&mut self, address: &str, class: Option<String>) {
        let old = match class {
            Some(class) => self.chain.classes.insert(address.to_owned(), class),
            None => self.chain.classes.remove(address),
        };
        self.journal.push(Undo::Class {
            address: address.to_owned(),
            old,
        });
    }

    pub(crate) fn set_subscription(&mut self, address: &str, new: Option<Subscription>) {
        let old = match new {
            Some(new) => self.chain.subscriptions.insert(address.to_owned(), new),
            None => self.chain.subscriptions.remove(address),
        };
        self.journal.push(Undo::Subscription {
            address: address.to_owned(),
            old,
        });
    }

    pub(crate) fn set_verifying_key(&mut self, id: &str, key: Known) {
        let old = self.chain.keys.insert(id.to_owned(), key);
        self.journal.push(Undo::Key {
            id: id.to_owned(),
            old,
        });
    }

    /// Writes or removes what a contract shows to other chains.
    pub(crate) fn set_published(&mut self, contract: &str, key: &[u8], value: Option<Vec<u8>>) {
        let at = (contract.to_owned(), key.to_vec());
        let old = match value {
            Some(value) => self.chain.published.insert(at.clone(), value),
            None => self.chain.published.remove(&at),
        };
        self.journal.push(Undo::Published { at, old });
    }

    /// Whether a contract runs as Wasm, whose work costs gas.
    pub(crate) fn is_compiled(&self, contract: &str) -> bool {
        let number = self.by_address.get(contract);
        let instance = number.and_then(|number| self.contracts.get(*number));
        let code = instance.and_then(|i| self.codes.get((i.code as usize).checked_sub(1)?));
        code.is_some_and(|code| matches!(code.body, Body::Compiled(_)))
    }

    pub(crate) fn create(&mut self, instance: Instance) -> usize {
        let number = self.contracts.len();
        self.by_address.insert(instance.address.clone(), number);
        self.contracts.push(instance);
        self.journal.push(Undo::Created);
        number
    }

    /// Gives a contract another code or admin.
    pub(crate) fn change(
        &mut self,
        contract: usize,
        code: u64,
        admin: Option<String>,
        lookup: u64,
    ) {
        let instance = &mut self.contracts[contract];
        self.journal.push(Undo::Contract {
            contract,
            code: std::mem::replace(&mut instance.code, code),
            admin: std::mem::replace(&mut instance.admin, admin),
            lookup: std::mem::replace(&mut instance.lookup, lookup),
        });
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            journal: self.journal.len(),
            events: self.events.len(),
            emitted: self.emitted,
        }
    }

    /// Undoes everything since a mark.
    pub(crate) fn revert(&mut self, mark: Mark) {
        while self.journal.len() > mark.journal {
            match self.journal.pop() {
                Some(Undo::Entry { contract, key, old }) => {
                    self.put(contract, &key, old);
                }
                Some(Undo::Class { address, old }) => {
                    match old {
                        Some(class) => self.chain.classes.insert(address, class),
                        None => self.chain.classes.remove(&address),
                    };
                }
                Some(Undo::Subscription { address, old }) => {
                    match old {
                        Some(old) => self.chain.subscriptions.insert(address, old),
                        None => self.chain.subscriptions.remove(&address),
                    };
                }
                Some(Undo::Key { id, old }) => {
                    match old {
                        Some(old) => self.chain.keys.insert(id, old),
                        None => self.chain.keys.remove(&id),
                    };
                }
                Some(Undo::Published { at, old }) => {
                    match old {
                        Some(old) => self.chain.published.insert(at, old),
                        None => self.chain.published.remove(&at),
                    };
                }
                Some(Undo::Created) => {
                    if let Some(instance) = self.contracts.pop() {
                        self.by_address.remove(&instance.address);
                    }
                }
                Some(Undo::Contract {
                    contract,
                    code,
                    admin,
                    lookup,
                }) => {
                    let instance = &mut self.contracts[contract];
                    (instance.code, instance.admin, instance.lookup) = (code, admin, lookup);
                }
                None => break,
            }
        }
        self.events.truncate(mark.events);
        self.emitted = mark.emitted;
    }

    /// What has happened can no longer be undone.
    pub(crate) fn settle(&mut self) {
        self.journal.clear();
    }
}

fn is_empty(from: Bound<&[u8]>, to: Bound<&[u8]>) -> bool {
    match (from, to) {
        (Bound::Included(from), Bound::Excluded(to))
        | (Bound::Excluded(from), Bound::Included(to)) => from >= to,
        (Bound::Excluded(from), Bound::Excluded(to)) => from >= to,
        (Bound::Included(from), Bound::Included(to)) => from > to,
        _ => false,
    }
}

/// The world where contracts can reach it: lent for single steps to native
/// code, moved as a whole into the virtual machine and back.
pub(crate) struct Stage {
    world: RefCell<Option<Box<World>>>,
    pub api: ChainApi,
}

/// Who takes the world out puts it back before anyone else runs.
const RETURNED: &str = "the world is put back before anything else runs";

impl Stage {
    pub(crate) fn new(world: Box<World>) -> Stage {
        Stage {
            world: RefCell::new(Some(world)),
            api: ChainApi::default(),
        }
    }

    /// One step in the world. Steps do not nest.
    pub(crate) fn with<R>(&self, step: impl FnOnce(&mut World) -> R) -> R {
        step(self.world.borrow_mut().as_mut().expect(RETURNED))
    }

    pub(crate) fn take(&self) -> Box<World> {
        self.world.borrow_mut().take().expect(RETURNED)
    }

    pub(crate) fn put(&self, world: Box<World>) {
        *self.world.borrow_mut() = Some(world);
    }
}
