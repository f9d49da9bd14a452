//! Ordered bytes with an undo list and the chain's prices.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Bound;

use cosmwasm_std::{Order, Record, Storage};

/// Bytes that the chain puts before a contract's keys.
const PREFIX: u64 = 33;

#[derive(Default)]
pub struct Memory {
    pub map: BTreeMap<Vec<u8>, Vec<u8>>,
    undo: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// SDK gas of storage: reads 1000 + 3/B, writes 2000 + 30/B, removals
    /// 1000, steps of a scan 30 + 3/B.
    pub gas: Cell<u64>,
}

impl Memory {
    pub fn keep(&mut self) {
        self.undo.clear();
    }

    pub fn revert(&mut self) {
        while let Some((key, value)) = self.undo.pop() {
            match value {
                Some(value) => self.map.insert(key, value),
                None => self.map.remove(&key),
            };
        }
    }

    fn pay(&self, flat: u64, per_byte: u64, key: &[u8], value: usize) {
        let bytes = PREFIX + key.len() as u64 + value as u64;
        self.gas.set(self.gas.get() + flat + per_byte * bytes);
    }
}

impl Storage for Memory {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let value = self.map.get(key).cloned();
        self.pay(1_000, 3, key, value.as_ref().map_or(0, Vec::len));
        value
    }
    fn set(&mut self, key: &[u8], value: &[u8]) {
        assert!(!value.is_empty(), "the chain refuses empty values");
        assert!(value.len() <= 128 << 10, "the chain refuses long values");
        self.pay(2_000, 30, key, value.len());
        let before = self.map.insert(key.to_vec(), value.to_vec());
        self.undo.push((key.to_vec(), before));
    }
    fn remove(&mut self, key: &[u8]) {
        self.pay(1_000, 0, key, 0);
        let before = self.map.remove(key);
        self.undo.push((key.to_vec(), before));
    }
    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        if let (Some(start), Some(end)) = (start, end)
            && start > end
        {
            return Box::new(std::iter::empty());
        }
        let bounds = (
            start.map_or(Bound::Unbounded, |key| Bound::Included(key.to_vec())),
            end.map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec())),
        );
        let found = self.map.range(bounds).map(|(key, value)| {
            self.pay(30, 3, key, value.len());
            (key.clone(), value.clone())
        });
        match order {
            Order::Ascending => Box::new(found),
            Order::Descending => Box::new(found.rev()),
        }
    }
}
