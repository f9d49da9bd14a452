//! Hands transactions to the nodes, many at a time; what a node cannot take now is offered again.
use std::{sync::Arc, time::Duration};

use mycel_client::{Client, ClientError, Http, SignedTx};
use mycel_types::codes;
use tokio::sync::{Semaphore, mpsc};

/// Submissions that are under way at one time.
const AT_ONCE: usize = 32;
/// How often one transaction is offered before it is given up.
const OFFERS: u32 = 100;

/// A transaction that no node took.
pub type Failure = ([u8; 32], ClientError);

/// A pool of submitters over all nodes.
pub struct Submitter {
    clients: Arc<[Client<Http>]>,
    permits: Arc<Semaphore>,
    failures: mpsc::UnboundedSender<Failure>,
    turn: usize,
}

impl Submitter {
    /// Submitters to these nodes; refusals that another offer cannot mend come out of the receiver.
    pub fn new(urls: &[String]) -> Result<(Self, mpsc::UnboundedReceiver<Failure>), ClientError> {
        let clients = urls
            .iter()
            .map(|url| Client::http(url))
            .collect::<Result<_, _>>()?;
        let (failures, receiver) = mpsc::unbounded_channel();
        let submitter = Self {
            clients,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            failures,
            turn: 0,
        };
        Ok((submitter, receiver))
    }

    /// Submits in the background, at each node in turn.
    pub fn submit(&mut self, tx: SignedTx) {
        self.turn = self.turn.wrapping_add(1);
        let (clients, turn) = (self.clients.clone(), self.turn);
        let (permits, failures) = (self.permits.clone(), self.failures.clone());
        tokio::spawn(async move {
            // the semaphore is never closed
            let _permit = permits.acquire_owned().await;
            if let Err(error) = offer(&clients, turn, &tx).await {
                // nobody listens any more when the run is over
                let _ = failures.send((tx.hash(), error));
            }
        });
    }
}

async fn offer(clients: &[Client<Http>], turn: usize, tx: &SignedTx) -> Result<(), ClientError> {
    let mut refusal = None;
    for attempt in 0..OFFERS {
        let node = turn.wrapping_add(attempt as usize) % clients.len();
        match clients[node].broadcast(tx).await {
            Ok(()) => return Ok(()),
            Err(error) if is_pooled(&error) => return Ok(()),
            Err(error) if may_pass(&error) => refusal = Some(error),
            Err(error) => return Err(error),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(refusal.unwrap_or(ClientError::Answer("never offered".into())))
}

fn refused_with(error: &ClientError, known: codes::Code) -> bool {
    matches!(error, ClientError::Refused { codespace, code, .. }
        if *code == known.code && codespace == known.codespace)
}

/// CometBFT's doors answer a repeated transaction with an error of the call, not with a code.
fn is_pooled(error: &ClientError) -> bool {
    matches!(error, ClientError::Rpc { message, .. } if message.contains("already exists in cache"))
        || refused_with(error, codes::TX_IN_MEMPOOL_CACHE)
}

/// A full pool empties, a killed node returns, a node that lags catches up with the sequence. A sequence that
/// stays wrong means that the transaction was committed through another node: the block tells.
fn may_pass(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Unreachable { .. } | ClientError::Answer(_) | ClientError::Rpc { .. }
    ) || refused_with(error, codes::MEMPOOL_FULL)
        || is_wrong_sequence(error)
}

/// Whether the chain expects another sequence of the signer.
pub fn is_wrong_sequence(error: &ClientError) -> bool {
    refused_with(error, codes::WRONG_SEQUENCE)
}
