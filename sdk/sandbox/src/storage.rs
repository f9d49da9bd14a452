//! A contract's storage as native code sees it.

use std::ops::Bound;

use cosmwasm_std::{Order, Record, Storage};

use crate::world::Stage;

/// One contract's entries; `writable` only outside queries.
pub(crate) struct ContractStorage<'a> {
    pub stage: &'a Stage,
    pub contract: usize,
    pub writable: bool,
}

impl ContractStorage<'_> {
    fn write(&mut self, key: &[u8], value: Option<&[u8]>) {
        // `Deps` lends its storage shared: no query gets here
        assert!(self.writable, "a query does not write");
        self.stage
            .with(|world| world.set(self.contract, key, value.map(<[u8]>::to_vec)));
    }
}

impl Storage for ContractStorage<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.stage
            .with(|world| world.get(self.contract, key).cloned())
    }

    /// Looks for each next entry anew: nobody can write while the iterator
    /// borrows the storage, so that is the same as a snapshot and copies
    /// nothing that is not asked for.
    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        let descending = order == Order::Descending;
        let mut from = start.map_or(Bound::Unbounded, |key| Bound::Included(key.to_vec()));
        let mut to = end.map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec()));
        Box::new(std::iter::from_fn(move || {
            let found = self.stage.with(|world| {
                let (from, to) = (as_slice(&from), as_slice(&to));
                let found = world.next(self.contract, from, to, descending);
                found.map(|(key, value)| (key.clone(), value.clone()))
            })?;
            let passed = Bound::Excluded(found.0.clone());
            *if descending { &mut to } else { &mut from } = passed;
            Some(found)
        }))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        assert!(!value.is_empty(), "a value is not empty: remove the entry");
        self.write(key, Some(value));
    }

    fn remove(&mut self, key: &[u8]) {
        self.write(key, None);
    }
}

pub(crate) fn as_slice(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    bound.as_ref().map(Vec::as_slice)
}
