//! A block on its way to subscribers, rendered once for all of them and only if somebody wants it.
use std::sync::{Arc, OnceLock};

use tokio::sync::broadcast::{self, error::RecvError};

use crate::{
    backend::BlockEvent,
    door::Door,
    query::Query,
    shape::event,
    tags::{self, Tags},
};

/// One event of a block: its tags, and what is sent.
struct Item {
    tags: Tags,
    json: OnceLock<Arc<str>>,
}

/// A committed block as events: the block, its header, each transaction.
pub struct Published {
    event: Arc<BlockEvent>,
    items: OnceLock<Vec<Item>>,
}

impl Published {
    /// Takes a block.
    pub fn new(event: Arc<BlockEvent>) -> Self {
        let items = OnceLock::new();
        Self { event, items }
    }

    fn items(&self) -> &[Item] {
        self.items.get_or_init(|| {
            let (height, outcome) = (self.event.height(), &self.event.outcome);
            let txs = self.event.hashes.iter().zip(&outcome.results);
            [tags::of_block(height, &outcome.events), tags::of_header()]
                .into_iter()
                .chain(txs.map(|(hash, result)| tags::of_tx(height, hash, result)))
                .map(|tags| Item {
                    tags,
                    json: OnceLock::new(),
                })
                .collect()
        })
    }

    /// The `"data":…,"events":…` of each event that the query wants, in order.
    pub fn wanted<'a>(
        &'a self,
        query: &'a Query,
        door: &'a Door,
    ) -> impl Iterator<Item = Arc<str>> + 'a {
        let matching = move |(_, item): &(usize, &Item)| query.matches(&item.tags);
        self.items()
            .iter()
            .enumerate()
            .filter(matching)
            .map(move |(place, item)| {
                item.json
                    .get_or_init(|| self.render(place, &item.tags, door).into())
                    .clone()
            })
    }

    fn render(&self, place: usize, tags: &Tags, door: &Door) -> String {
        let data = match place {
            0 => event::new_block(&self.event, &door.genesis_params()),
            1 => event::new_header(&self.event.block),
            n => event::tx(&self.event, n - 2),
        };
        format!(r#""data":{data},"events":{}"#, event::tags(tags))
    }
}

/// Hands the node's blocks on to all connections, until the node ends.
pub async fn pump(door: Arc<Door>, mut blocks: broadcast::Receiver<Arc<BlockEvent>>) {
    loop {
        let next = match blocks.recv().await {
            Ok(event) => Some(Arc::new(Published::new(event))),
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "subscribers missed blocks");
                None
            }
            Err(RecvError::Closed) => return,
        };
        // nobody listening is no error
        let _ = door.events.send(next);
    }
}
