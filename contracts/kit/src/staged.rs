//! What one task writes, kept apart until the task has succeeded: a task that
//! fails leaves nothing, so the next one finds a whole state.

use std::collections::BTreeMap;
use std::ops::Bound;

use cosmwasm_std::{Order, Record, Storage};

/// Changes of one task over a storage that stays as it is.
pub struct Staged<'a> {
    base: &'a dyn Storage,
    changes: Changes,
}

/// Keys with their new values; `None`: removed.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl<'a> Staged<'a> {
    /// Nothing is changed yet.
    #[must_use]
    pub fn over(base: &'a dyn Storage) -> Staged<'a> {
        Staged {
            base,
            changes: Changes::new(),
        }
    }

    /// What was changed.
    #[must_use]
    pub fn changes(self) -> Changes {
        self.changes
    }
}

/// Makes changes last.
pub fn write(storage: &mut dyn Storage, changes: Changes) {
    for (key, value) in changes {
        match value {
            Some(value) => storage.set(&key, &value),
            None => storage.remove(&key),
        }
    }
}

impl Storage for Staged<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        match self.changes.get(key) {
            Some(changed) => changed.clone(),
            None => self.base.get(key),
        }
    }

    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        let base = self.base.range(start, end, order);
        if start.zip(end).is_some_and(|(start, end)| start >= end) {
            return base;
        }
        let from = start.map_or(Bound::Unbounded, Bound::Included);
        let to = end.map_or(Bound::Unbounded, Bound::Excluded);
        let changes = self.changes.range::<[u8], _>((from, to));
        match order {
            Order::Ascending => merged(base, changes, |a, b| a < b),
            Order::Descending => merged(base, changes.rev(), |a, b| a > b),
        }
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.changes.insert(key.to_vec(), Some(value.to_vec()));
    }

    fn remove(&mut self, key: &[u8]) {
        self.changes.insert(key.to_vec(), None);
    }
}

/// Both in one order; a change hides what lies under its key.
fn merged<'a>(
    base: Box<dyn Iterator<Item = Record> + 'a>,
    changes: impl Iterator<Item = (&'a Vec<u8>, &'a Option<Vec<u8>>)> + 'a,
    before: fn(&[u8], &[u8]) -> bool,
) -> Box<dyn Iterator<Item = Record> + 'a> {
    let (mut base, mut changes) = (base.peekable(), changes.peekable());
    Box::new(std::iter::from_fn(move || {
        loop {
            let Some((changed, _)) = changes.peek() else {
                return base.next();
            };
            if let Some(old) = base.next_if(|(key, _)| before(key, changed)) {
                return Some(old);
            }
            base.next_if(|(key, _)| key == *changed);
            if let Some((key, Some(value))) = changes.next() {
                return Some((key.clone(), value.clone()));
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;

    #[test]
    fn changes_are_read_as_if_they_were_made_and_are_made_only_when_told() {
        let mut random = 7u64;
        let mut below = |bound: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 33) % bound
        };
        for _ in 0..200 {
            let (mut base, mut made) = (MockStorage::new(), MockStorage::new());
            for _ in 0..below(12) {
                let (key, value) = ([below(16) as u8], [1 + below(9) as u8]);
                base.set(&key, &value);
                made.set(&key, &value);
            }
            let untouched: Vec<Record> = base.range(None, None, Order::Ascending).collect();
            let mut staged = Staged::over(&base);
            for _ in 0..below(12) {
                let (key, value) = ([below(16) as u8], [1 + below(9) as u8]);
                if below(3) == 0 {
                    staged.remove(&key);
                    made.remove(&key);
                } else {
                    staged.set(&key, &value);
                    made.set(&key, &value);
                }
            }
            for key in 0..16 {
                assert_eq!(staged.get(&[key]), made.get(&[key]));
            }
            let (a, b) = ([below(17) as u8], [below(17) as u8]);
            for (start, end) in [(None, None), (Some(&a[..]), Some(&b[..])), (None, Some(&b))] {
                for order in [Order::Ascending, Order::Descending] {
                    let read: Vec<Record> = staged.range(start, end, order).collect();
                    let expected: Vec<Record> = made.range(start, end, order).collect();
                    assert_eq!(read, expected);
                }
            }
            let changes = staged.changes();
            let read: Vec<Record> = base.range(None, None, Order::Ascending).collect();
            assert_eq!(read, untouched);
            write(&mut base, changes);
            let read: Vec<Record> = base.range(None, None, Order::Ascending).collect();
            let expected: Vec<Record> = made.range(None, None, Order::Ascending).collect();
            assert_eq!(read, expected);
        }
    }
}
