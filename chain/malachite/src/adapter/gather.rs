//! Waiting for peers before the first round.
use std::time::Duration;

use arc_malachitebft_app_channel::NetworkRequest;
use tokio::sync::mpsc;
use tracing::debug;

/// How long to wait at the start, and for how many peers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gather {
    pub(crate) limit: Duration,
    /// As many as a decision needs beside us.
    pub(crate) others: usize,
    /// All that were named.
    pub(crate) all: usize,
}

/// Waits until we are connected to all named peers, or to as many as a decision needs and no more come for a moment;
/// at most [`Gather::limit`]. What is sent to nobody is lost, and the first round would end in its timeout.
pub(super) async fn gather_peers(network: &mpsc::Sender<NetworkRequest>, gather: Gather) {
    const MOMENT: Duration = Duration::from_millis(300);
    let start = tokio::time::Instant::now();
    let wait = async {
        loop {
            let Ok(Some(state)) = NetworkRequest::dump_state(network).await else {
                return;
            };
            let peers = state.peers.len();
            if peers >= gather.all || (peers >= gather.others && start.elapsed() >= MOMENT) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    if tokio::time::timeout(gather.limit, wait).await.is_err() {
        debug!(
            ?gather,
            "fewer peers than a decision needs; starting anyway"
        );
    }
}
