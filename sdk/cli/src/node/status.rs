//! Where a node stands.
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

#[derive(Serialize)]
struct Standing {
    chain_id: String,
    height: u64,
    time: String,
    block: String,
    earliest: u64,
    catching_up: bool,
    moniker: String,
    version: String,
}

impl Show for Standing {
    fn human(&self) -> String {
        pairs(&[
            ("chain", self.chain_id.clone()),
            ("height", format!("{} at {}", self.height, self.time)),
            ("block", self.block.clone()),
            ("has blocks from", self.earliest.to_string()),
            (
                "catching up",
                if self.catching_up { "yes" } else { "no" }.into(),
            ),
            ("node", format!("{} ({})", self.moniker, self.version)),
        ])
    }
}

/// Asks the node.
pub async fn run(session: &Session) -> Result<(), Failure> {
    let status = session.client()?.status().await?;
    session.print(&Standing {
        chain_id: status.chain_id,
        height: status.latest_height,
        time: status.latest_time,
        block: status.latest_block_hash,
        earliest: status.earliest_height,
        catching_up: status.catching_up,
        moniker: status.moniker,
        version: status.version,
    });
    Ok(())
}
