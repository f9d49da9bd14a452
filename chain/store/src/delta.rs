//! A set of changes: per store, sorted keys with their new value or their removal.
use std::{collections::BTreeMap, ops::Bound};

use bytes::Bytes;
use mycel_types::StoreId;

use crate::{Direction, KeyRange, StateFault};

/// One value for each store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PerStore<T> {
    ibc: T,
    mycel: T,
}

impl<T> PerStore<T> {
    pub(crate) fn of(&self, store: StoreId) -> &T {
        match store {
            StoreId::Ibc => &self.ibc,
            StoreId::Mycel => &self.mycel,
        }
    }

    pub(crate) fn of_mut(&mut self, store: StoreId) -> &mut T {
        match store {
            StoreId::Ibc => &mut self.ibc,
            StoreId::Mycel => &mut self.mycel,
        }
    }

    pub(crate) fn map<U, E>(
        &self,
        mut f: impl FnMut(StoreId, &T) -> Result<U, E>,
    ) -> Result<PerStore<U>, E> {
        Ok(PerStore {
            ibc: f(StoreId::Ibc, &self.ibc)?,
            mycel: f(StoreId::Mycel, &self.mycel)?,
        })
    }
}

type Changes = BTreeMap<Bytes, Option<Bytes>>;

/// Changes to the state, sorted: `Some` writes, `None` removes. Keys and values are never empty, because ICS-23 proves
/// nothing about empty ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta(PerStore<Changes>);

impl Delta {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is known about a key: nothing (`None`), its removal (`Some(None)`) or its new value.
    pub fn get(&self, store: StoreId, key: &[u8]) -> Option<Option<&Bytes>> {
        self.0.of(store).get(key).map(Option::as_ref)
    }

    /// Adds a change; a later one replaces an earlier one of the same key.
    pub fn set(&mut self, store: StoreId, key: impl Into<Bytes>, value: Option<Bytes>) {
        self.0.of_mut(store).insert(key.into(), value);
    }

    /// The changes of one store in key order.
    pub fn iter(
        &self,
        store: StoreId,
    ) -> impl DoubleEndedIterator<Item = (&Bytes, Option<&Bytes>)> {
        self.0
            .of(store)
            .iter()
            .map(|(key, value)| (key, value.as_ref()))
    }

    /// How many keys of a store change.
    pub fn len(&self, store: StoreId) -> usize {
        self.0.of(store).len()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        StoreId::ALL
            .into_iter()
            .all(|store| self.0.of(store).is_empty())
    }

    /// Adds later changes on top of these.
    pub fn merge(&mut self, mut later: Self) {
        for store in StoreId::ALL {
            let mut later = std::mem::take(later.0.of_mut(store));
            let mine = self.0.of_mut(store);
            // `append` rebuilds the whole map: worth it only when both are of a size
            if later.len() > mine.len() / 8 {
                mine.append(&mut later);
            } else {
                mine.extend(later);
            }
        }
    }

    /// The first change of `range` in direction `dir`.
    pub(crate) fn first(
        &self,
        store: StoreId,
        range: &KeyRange,
        dir: Direction,
    ) -> Option<(Bytes, Option<Bytes>)> {
        if range.is_empty() {
            return None;
        }
        let mut entries = self
            .0
            .of(store)
            .range::<[u8], (Bound<&[u8]>, Bound<&[u8]>)>(range.bounds());
        let found = match dir {
            Direction::Forward => entries.next(),
            Direction::Backward => entries.next_back(),
        };
        found.map(|(key, value)| (key.clone(), value.clone()))
    }

    pub(crate) fn validate(&self) -> Result<(), StateFault> {
        for store in StoreId::ALL {
            for (key, value) in self.iter(store) {
                validate(key, value)?;
            }
        }
        Ok(())
    }
}

/// Refuses what cannot be proven.
pub(crate) fn validate(key: &[u8], value: Option<&Bytes>) -> Result<(), StateFault> {
    if key.is_empty() {
        return Err(StateFault::Invalid("empty key".into()));
    }
    if value.is_some_and(|value| value.is_empty()) {
        return Err(StateFault::Invalid(format!(
            "empty value key={}: remove the key instead",
            hex::encode(key)
        )));
    }
    Ok(())
}
