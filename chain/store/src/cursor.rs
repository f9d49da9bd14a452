//! Ordered walks over layers: the upper layer wins.
use std::sync::Arc;

use bytes::Bytes;
use mycel_types::StoreId;

use crate::{Delta, Direction, KeyRange, StateFault};

/// One layer's entries in order; `None` as a value hides the key in the layers below.
pub(crate) trait Source: Send {
    fn next(&mut self) -> Result<Option<(Bytes, Option<Bytes>)>, StateFault>;
}

/// The changes of a layer that is not durable.
pub(crate) struct DeltaSource {
    pub(crate) delta: Arc<Delta>,
    pub(crate) store: StoreId,
    pub(crate) left: KeyRange,
    pub(crate) dir: Direction,
}

impl Source for DeltaSource {
    fn next(&mut self) -> Result<Option<(Bytes, Option<Bytes>)>, StateFault> {
        let found = self.delta.first(self.store, &self.left, self.dir);
        if let Some((key, _)) = &found {
            self.left.after(key, self.dir);
        }
        Ok(found)
    }
}

struct Peeked {
    source: Box<dyn Source>,
    head: Option<(Bytes, Option<Bytes>)>,
}

/// An ordered walk over a state. Owned: it keeps what it reads alive. Ends after an error.
pub struct Cursor {
    /// The uppermost layer first.
    layers: Vec<Peeked>,
    dir: Direction,
    failed: Option<StateFault>,
}

impl Cursor {
    pub(crate) fn new(sources: Result<Vec<Box<dyn Source>>, StateFault>, dir: Direction) -> Self {
        let heads = sources.and_then(|sources| {
            let peek = |mut source: Box<dyn Source>| {
                Ok(Peeked {
                    head: source.next()?,
                    source,
                })
            };
            sources.into_iter().map(peek).collect()
        });
        match heads {
            Ok(layers) => Self {
                layers,
                dir,
                failed: None,
            },
            Err(fault) => Self {
                layers: vec![],
                dir,
                failed: Some(fault),
            },
        }
    }

    fn step(&mut self) -> Result<Option<(Bytes, Bytes)>, StateFault> {
        loop {
            let mut nearest: Option<&Bytes> = None;
            for (key, _) in self.layers.iter().filter_map(|layer| layer.head.as_ref()) {
                if nearest.is_none_or(|best| self.dir.before(key, best)) {
                    nearest = Some(key);
                }
            }
            let Some(key) = nearest.cloned() else {
                return Ok(None);
            };
            let mut winner = None;
            for layer in &mut self.layers {
                if layer.head.as_ref().is_some_and(|(head, _)| *head == key) {
                    let taken = std::mem::replace(&mut layer.head, layer.source.next()?);
                    winner = winner.or(taken);
                }
            }
            if let Some((key, Some(value))) = winner {
                return Ok(Some((key, value)));
            }
        }
    }
}

impl Iterator for Cursor {
    type Item = Result<(Bytes, Bytes), StateFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(fault) = self.failed.take() {
            return Some(Err(fault));
        }
        let step = self.step();
        if step.is_err() {
            self.layers.clear();
        }
        step.transpose()
    }
}
