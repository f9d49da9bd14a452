//! A durable height.
use std::sync::Arc;

use bytes::Bytes;
use mycel_types::StoreId;

use super::{
    cache::NodeCache,
    fault::Faulty,
    past::{LatestSource, PastSource, before},
    reader::Reader,
    tables::{flat, node_row},
};
use crate::{
    Direction, KeyRange, StateFault,
    cursor::Source,
    delta::PerStore,
    snapshot::Base,
    tree::{Child, Hash, Node, NodeKey},
};

/// One height of what a reader sees.
pub(super) struct At {
    pub(super) height: u64,
    pub(super) reader: Arc<Reader>,
    roots: PerStore<Option<Child>>,
    cache: Arc<NodeCache>,
}

impl At {
    pub(super) fn new(
        height: u64,
        reader: Arc<Reader>,
        cache: Arc<NodeCache>,
    ) -> Result<Self, StateFault> {
        let roots = reader.roots(height)?.children;
        Ok(Self {
            height,
            reader,
            roots,
            cache,
        })
    }

    fn past(&self) -> bool {
        self.height < self.reader.tip.height
    }
}

impl Base for At {
    fn get(&self, store: StoreId, key: &[u8]) -> Result<Option<Bytes>, StateFault> {
        let key = flat(store, key);
        if self.past()
            && let Some(value) = before(&self.reader, &key, self.height)?
        {
            return Ok(value);
        }
        let row = self.reader.latest.get(&key[..]).or_fault()?;
        Ok(row.map(|row| Bytes::copy_from_slice(row.value())))
    }

    fn source(
        &self,
        store: StoreId,
        range: KeyRange,
        dir: Direction,
    ) -> Result<Box<dyn Source>, StateFault> {
        let range = range.within(&flat(store, &[]));
        let reader = &self.reader;
        let source: Box<dyn Source> = if self.past() {
            Box::new(PastSource::new(reader.clone(), self.height, range, dir)?)
        } else {
            Box::new(LatestSource::new(reader, &range, dir)?)
        };
        Ok(source)
    }

    fn node(
        &self,
        store: StoreId,
        key: &NodeKey,
        expected: &Hash,
    ) -> Result<Arc<Node>, StateFault> {
        if let Some(node) = self.cache.get(store, key) {
            return Ok(node);
        }
        let row = self
            .reader
            .nodes
            .get(&node_row(store, key)[..])
            .or_fault()?;
        let damaged = |what| {
            StateFault::damaged(format_args!(
                "{what} tree node store={} {key:?}",
                store.name()
            ))
        };
        let row = row.ok_or_else(|| damaged("missing"))?;
        let node = Node::decode(row.value()).ok_or_else(|| damaged("undecodable"))?;
        if node.hash() != *expected {
            return Err(damaged("altered"));
        }
        let node = Arc::new(node);
        self.cache.put(store, [(*key, &node)]);
        Ok(node)
    }

    fn key(&self, store: StoreId, hash: &Hash) -> Result<Option<Bytes>, StateFault> {
        let row = self.reader.keys.get(&flat(store, hash)[..]).or_fault()?;
        Ok(row.map(|row| Bytes::copy_from_slice(row.value())))
    }

    fn roots(&self) -> &PerStore<Option<Child>> {
        &self.roots
    }
}
