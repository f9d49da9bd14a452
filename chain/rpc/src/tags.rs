//! Event attributes as subscribers and searches name them: `type.attribute` → values.
use std::collections::BTreeMap;

use mycel_types::{Event, TxResult};

use crate::backend::{BlockEvent, TxHash};

/// What kind of event a subscriber gets.
pub const TM_EVENT: &str = "tm.event";
/// Reserved: a transaction's hash, in upper-case hex.
pub const TX_HASH: &str = "tx.hash";
/// Reserved: the height of a transaction's block.
pub const TX_HEIGHT: &str = "tx.height";
/// Reserved: a block's height.
pub const BLOCK_HEIGHT: &str = "block.height";

/// Composite keys with their values, in the order in which they were emitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, Vec<String>>);

impl Tags {
    /// Collects events. Attributes without a name and events without a type cannot be asked for.
    pub fn of_events<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut tags = Self::default();
        for event in events.into_iter().filter(|e| !e.kind.is_empty()) {
            for attribute in event.attributes.iter().filter(|a| !a.key.is_empty()) {
                tags.add(
                    format!("{}.{}", event.kind, attribute.key),
                    attribute.value.clone(),
                );
            }
        }
        tags
    }

    /// Adds a value.
    pub fn add(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.entry(key.into()).or_default().push(value.into());
    }

    /// The values of a key.
    pub fn values(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether the key, or an attribute of the event type of that name, is there.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
            || self
                .0
                .range(format!("{key}.")..)
                .next()
                .is_some_and(|(k, _)| k.starts_with(key) && k.as_bytes()[key.len()] == b'.')
    }

    /// All keys with their values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_slice()))
    }
}

/// The tags of a transaction, with its reserved keys.
pub fn of_tx(height: u64, hash: &TxHash, result: &TxResult) -> Tags {
    let mut tags = Tags::of_events(&result.events);
    tags.add(TM_EVENT, "Tx");
    tags.add(TX_HASH, hex::encode_upper(hash));
    tags.add(TX_HEIGHT, height.to_string());
    tags
}

/// The tags of a block's own events, with its reserved keys.
pub fn of_block(height: u64, events: &[Event]) -> Tags {
    let mut tags = Tags::of_events(events);
    tags.add(TM_EVENT, "NewBlock");
    tags.add(BLOCK_HEIGHT, height.to_string());
    tags
}

/// The tags of the header's event: only its kind.
pub fn of_header() -> Tags {
    let mut tags = Tags::default();
    tags.add(TM_EVENT, "NewBlockHeader");
    tags
}

/// What to write into the index for a block: (transaction's place or `None` for the block, key, value), without the
/// reserved keys, each once.
pub fn to_index(event: &BlockEvent) -> Vec<(Option<u32>, String, String)> {
    let mut entries = vec![];
    let mut collect = |index: Option<u32>, tags: Tags| {
        for (key, values) in tags.iter() {
            let mut values: Vec<&String> = values.iter().collect();
            values.sort_unstable();
            values.dedup();
            entries.extend(values.into_iter().map(|v| (index, key.into(), v.clone())));
        }
    };
    collect(None, Tags::of_events(&event.outcome.events));
    for (index, result) in (0u32..).zip(&event.outcome.results) {
        collect(Some(index), Tags::of_events(&result.events));
    }
    entries
}
