//! How transactions enter: from this node's doors, and from its peers.
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use mycel_engine::{Mempool, Submission};
use mycel_types::{CheckOutcome, codes};

use crate::gossip::{Admission, Admit, Submitter};

/// The pool and the gossip behind it. Cheap to clone; works before the engine runs and after it stopped, then
/// without gossip.
#[derive(Clone)]
pub struct Inlet {
    pool: Arc<Mempool>,
    gossip: Arc<OnceLock<Submitter>>,
}

impl Inlet {
    pub(crate) fn new(pool: Arc<Mempool>) -> Self {
        Self {
            pool,
            gossip: Arc::default(),
        }
    }

    /// From now on the neighbours hear what enters: by a submission, and out of parking when a block closed a gap.
    pub(crate) fn connect(&self, gossip: Submitter) {
        let neighbours = gossip.clone();
        self.pool
            .on_released(move |txs| txs.into_iter().for_each(|tx| neighbours.submit(tx)));
        // an engine runs once
        let _ = self.gossip.set(gossip);
    }

    /// Checks a transaction, pools it, and tells the neighbours what entered the pool by it. Verifies signatures:
    /// call it where waiting is allowed.
    pub fn submit(&self, tx: Bytes) -> Submission {
        let submission = self.pool.submit(tx);
        if let Some(gossip) = self.gossip.get() {
            for tx in &submission.admitted {
                gossip.submit(tx.clone());
            }
        }
        submission
    }

    /// The pool.
    pub fn pool(&self) -> &Arc<Mempool> {
        &self.pool
    }
}

/// The pool, as gossip sees it.
pub(crate) struct FromPeers(pub(crate) Arc<Mempool>);

impl Admit for FromPeers {
    fn admit(&self, tx: &Bytes, released: &mut Vec<Bytes>) -> Admission {
        let Submission { outcome, admitted } = self.0.submit(tx.clone());
        if outcome.ok() {
            let entered = admitted.contains(tx);
            released.extend(admitted.into_iter().filter(|other| other != tx));
            // parked: it waits for one before it, and is news once that came
            return if entered {
                Admission::Admitted
            } else {
                Admission::Later
            };
        }
        blame(&outcome)
    }
}

/// Whether a refusal is the fault of the neighbour that forwarded the transaction.
fn blame(outcome: &CheckOutcome) -> Admission {
    let is =
        |code: mycel_types::Code| outcome.code == code.code && outcome.codespace == code.codespace;
    // a grant may be there a block before it is here, or be revoked here a block before it is there
    let lent = outcome
        .payer
        .as_ref()
        .is_some_and(|payer| outcome.signers.iter().all(|(signer, _)| signer != payer));
    if is(codes::TX_IN_MEMPOOL_CACHE) {
        Admission::Known
    } else if is(codes::TX_DECODE) || is(codes::TX_TOO_LARGE) || (is(codes::UNAUTHORIZED) && !lent)
    {
        Admission::Invalid
    } else {
        // what depends on state may have been admissible a block ago
        Admission::Later
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, sync::Mutex, time::Duration};

    use mycel_engine::{
        MempoolConfig, development,
        mock::{Disk, Mock},
    };
    use mycel_types::{Address, Application, BlockInput, Cancel, CommitInfo, Parent, Time};

    use super::*;
    use crate::gossip::{Config, Gossip};

    /// What came over the wire.
    #[derive(Default)]
    struct Heard(Mutex<Vec<Bytes>>);

    impl Admit for Heard {
        fn admit(&self, tx: &Bytes, _: &mut Vec<Bytes>) -> Admission {
            self.0.lock().unwrap().push(tx.clone());
            Admission::Admitted
        }
    }

    #[test]
    fn a_neighbour_is_not_blamed_for_a_grant_that_is_a_block_ahead() {
        let account = |n: u8| mycel_types::AccountAddress::new(vec![n; 20]).unwrap();
        let mut outcome = CheckOutcome {
            code: codes::UNAUTHORIZED.code,
            codespace: codes::UNAUTHORIZED.codespace.into(),
            signers: vec![(account(1), 0)],
            payer: Some(account(1)),
            ..Default::default()
        };
        assert_eq!(blame(&outcome), Admission::Invalid, "a forged signature");
        outcome.payer = Some(account(2));
        assert_eq!(blame(&outcome), Admission::Later);
        outcome.code = codes::TX_DECODE.code;
        assert_eq!(blame(&outcome), Admission::Invalid);
    }

    #[tokio::test]
    async fn what_a_block_releases_from_parking_is_told_to_the_neighbours() {
        let listen = || "/ip4/127.0.0.1/tcp/0".parse().unwrap();
        let heard = Arc::new(Heard::default());
        let far = Gossip::start(Config::new("inlet-1", [1; 32], listen()), heard.clone());
        let far = far.await.unwrap();

        let app = Arc::new(Mock::new(Disk::default()));
        let keys = development::keys(1);
        let genesis =
            development::genesis("inlet-1".parse().unwrap(), Time(1_000_000), &keys, vec![]);
        app.init_chain(&genesis).unwrap();
        let pool = Arc::new(Mempool::new(app.clone(), MempoolConfig::default(), 0));
        let inlet = Inlet::new(pool.clone());
        let mut config = Config::new("inlet-1", [2; 32], listen());
        config.peers = vec![far.listening().clone()];
        let near = Gossip::start(config, Arc::new(FromPeers(pool.clone())));
        let near = near.await.unwrap();
        inlet.connect(near.submitter());

        let parked = inlet.submit("ada:1:k=v".into());
        assert!(parked.outcome.ok() && parked.admitted.is_empty());
        let block = BlockInput {
            height: 1,
            time: Time(1_000_001),
            proposer: Address::default(),
            last_commit: CommitInfo::default(),
            misbehavior: vec![],
            next_validators_hash: [0; 32],
            txs: vec![Bytes::from("ada:0:k=u")].into(),
        };
        let done = app
            .execute(&Parent::Committed(0), &block, &Cancel::new())
            .unwrap();
        let committed: Result<_, Infallible> = pool.commit(1, &block.txs, || {
            app.commit(&done).unwrap();
            Ok(())
        });
        committed.unwrap();
        assert_eq!(pool.size().0, 1, "released");
        for _ in 0..500 {
            if !heard.0.lock().unwrap().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(*heard.0.lock().unwrap(), ["ada:1:k=v"]);
        near.stop().await;
        far.stop().await;
    }
}
