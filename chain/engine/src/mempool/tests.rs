use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use mycel_types::{
    Address, BlockInput, Cancel, CommitInfo, Genesis, Halt, Info, Limits, Outcome, Parent, QueryAt,
    QueryOutcome, Reservations, Snapshots, Time, Verdict,
};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use super::*;
use crate::{
    development,
    mock::{Disk, Mock},
};

/// The mock, with its checks counted.
struct Counting(Mock, AtomicUsize);

impl Application for Counting {
    fn info(&self) -> Info {
        self.0.info()
    }
    fn init_chain(&self, genesis: &Genesis) -> Result<Outcome, Halt> {
        self.0.init_chain(genesis)
    }
    fn check(&self, tx: &[u8], held: &Reservations) -> CheckOutcome {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.check(tx, held)
    }
    fn prepare(
        &self,
        parent: &Parent,
        draft: mycel_types::Draft,
        pool: &mut dyn Iterator<Item = Bytes>,
    ) -> Vec<Bytes> {
        self.0.prepare(parent, draft, pool)
    }
    fn validate(&self, parent: &Parent, input: &BlockInput) -> Verdict {
        self.0.validate(parent, input)
    }
    fn extend_vote(&self, parent: &Parent, input: &BlockInput) -> Bytes {
        self.0.extend_vote(parent, input)
    }
    fn verify_extension(&self, height: u64, validator: &Address, extension: &[u8]) -> Verdict {
        self.0.verify_extension(height, validator, extension)
    }
    fn execute(
        &self,
        parent: &Parent,
        input: &BlockInput,
        stop: &Cancel,
    ) -> Result<Arc<mycel_types::Executed>, Halt> {
        self.0.execute(parent, input, stop)
    }
    fn commit(&self, done: &Arc<mycel_types::Executed>) -> Result<mycel_types::Committed, Halt> {
        self.0.commit(done)
    }
    fn query(&self, path: &str, request: &[u8], at: QueryAt, limits: &Limits) -> QueryOutcome {
        self.0.query(path, request, at, limits)
    }
    fn outcome(&self, height: u64) -> Option<Outcome> {
        self.0.outcome(height)
    }
    fn snapshots(&self) -> &dyn Snapshots {
        self.0.snapshots()
    }
}

struct Town {
    app: Arc<Counting>,
    pool: Mempool,
    height: u64,
}

impl Town {
    fn new(config: MempoolConfig) -> Self {
        let app = Arc::new(Counting(Mock::new(Disk::default()), AtomicUsize::new(0)));
        let keys = development::keys(1);
        let genesis = development::genesis("pool-1".parse().unwrap(), Time(1), &keys, vec![]);
        app.init_chain(&genesis).unwrap();
        let pool = Mempool::new(app.clone(), config, 0);
        Self {
            app,
            pool,
            height: 0,
        }
    }

    fn submit(&self, tx: &str) -> u32 {
        self.pool.submit(tx.to_owned().into()).outcome.code
    }

    fn commit(&mut self, txs: &[&str]) {
        self.height += 1;
        let txs: Vec<Bytes> = txs.iter().map(|t| Bytes::from((*t).to_owned())).collect();
        let input = BlockInput {
            height: self.height,
            time: Time(1000 + self.height),
            proposer: Address([0; 20]),
            last_commit: CommitInfo::default(),
            misbehavior: vec![],
            next_validators_hash: [0; 32],
            txs: txs.clone().into(),
        };
        let parent = Parent::Committed(self.height - 1);
        let done = self.app.execute(&parent, &input, &Cancel::new()).unwrap();
        self.app.commit(&done).unwrap();
        self.pool.committed(self.height, &txs);
    }

    fn waiting(&self) -> Vec<String> {
        let reap = self.pool.reap().into_iter();
        reap.map(|t| String::from_utf8(t.to_vec()).unwrap())
            .collect()
    }
}

fn town() -> Town {
    Town::new(MempoolConfig::default())
}

#[test]
fn senders_take_turns_and_each_keeps_its_order() {
    let town = town();
    for tx in [
        "ada:0:a", "ada:1:a", "ada:2:a", "bob:0:b", "bob:1:b", "eve:0:e",
    ] {
        assert_eq!(town.submit(tx), 0);
    }
    assert_eq!(
        town.waiting(),
        [
            "ada:0:a", "bob:0:b", "eve:0:e", "ada:1:a", "bob:1:b", "ada:2:a"
        ]
    );
    assert_eq!(town.pool.unconfirmed(2).len(), 2);
    assert_eq!(town.pool.size(), (6, 42));
}

#[test]
fn the_codes_are_those_that_clients_know() {
    let mut town = Town::new(MempoolConfig {
        max_txs: 3,
        max_tx_bytes: 50,
        ..MempoolConfig::default()
    });
    assert_eq!(town.submit("garbage"), codes::TX_DECODE.code);
    assert_eq!(town.submit(&"x".repeat(51)), codes::TX_TOO_LARGE.code);
    assert_eq!(town.submit("ada:0:k=v"), 0);
    assert_eq!(town.submit("ada:0:k=v"), codes::TX_IN_MEMPOOL_CACHE.code);
    assert_eq!(town.submit("ada:0:k=w"), codes::WRONG_SEQUENCE.code);
    assert_eq!(
        town.submit("ada:99:k=w"),
        codes::WRONG_SEQUENCE.code,
        "too far ahead"
    );
    assert_eq!(town.submit("bob:0:gas 10001"), codes::mycel::ALLOWANCE.code);
    assert_eq!(town.submit("bob:0:gas 9950"), 0);
    assert_eq!(
        town.submit("bob:1:k=v"),
        codes::mycel::ALLOWANCE.code,
        "reserved already"
    );
    assert_eq!(town.submit("eve:0:k=v"), 0);
    let checks = town.app.1.load(Ordering::SeqCst);
    assert_eq!(town.submit("eve:1:k=v"), codes::MEMPOOL_FULL.code);
    assert_eq!(
        town.app.1.load(Ordering::SeqCst),
        checks,
        "a full pool does no work"
    );
    town.commit(&["ada:0:k=v"]);
    assert_eq!(
        town.submit("ada:0:k=v"),
        codes::TX_IN_MEMPOOL_CACHE.code,
        "committed"
    );
    assert_eq!(town.submit("eve:1:k=v"), 0);
}

#[test]
fn bytes_are_bounded_too() {
    let town = Town::new(MempoolConfig {
        max_bytes: 20,
        ..MempoolConfig::default()
    });
    assert_eq!(town.submit("ada:0:aaaaaa"), 0);
    assert_eq!(town.submit("bob:0:bbbbbb"), codes::MEMPOOL_FULL.code);
    assert_eq!(town.submit("bob:0:b"), 0);
}

#[test]
fn one_sender_cannot_fill_the_pool() {
    let town = Town::new(MempoolConfig {
        max_per_sender: 2,
        ..MempoolConfig::default()
    });
    assert_eq!(town.submit("ada:0:a"), 0);
    assert_eq!(town.submit("ada:1:a"), 0);
    assert_eq!(town.submit("ada:2:a"), codes::MEMPOOL_FULL.code);
    assert_eq!(town.submit("bob:0:a"), 0);
}

#[test]
fn a_small_gap_is_parked_and_released_when_it_closes() {
    let town = town();
    let parked = town.pool.submit("ada:2:c".into());
    assert_eq!(
        (parked.outcome.code, parked.outcome.expected_sequence),
        (0, Some(0))
    );
    assert!(parked.admitted.is_empty());
    assert_eq!(town.submit("ada:1:b"), 0);
    assert_eq!((town.pool.parked(), town.waiting().len()), (2, 0));
    assert_eq!(town.submit("ada:2:c"), codes::TX_IN_MEMPOOL_CACHE.code);
    assert_eq!(
        town.submit("ada:2:other"),
        codes::WRONG_SEQUENCE.code,
        "the place is taken"
    );
    let released = town.pool.submit("ada:0:a".into());
    assert_eq!(released.admitted.len(), 3, "all three are gossiped now");
    assert_eq!(town.waiting(), ["ada:0:a", "ada:1:b", "ada:2:c"]);
    assert_eq!(town.pool.parked(), 0);
}

#[test]
fn parking_checks_as_if_the_gap_were_filled() {
    let town = town();
    assert_eq!(town.submit("ada:1:gas 10001"), codes::WRONG_SEQUENCE.code);
    assert_eq!(town.pool.parked(), 0);
    for i in 1..=16 {
        assert_eq!(town.submit(&format!("ada:{i}:gas 1")), 0);
    }
    assert_eq!(town.submit("ada:17:x"), codes::WRONG_SEQUENCE.code);
    assert_eq!(town.pool.parked(), 16);
}

#[test]
fn a_gap_that_a_block_closes_releases_what_was_parked() {
    let mut town = town();
    let released = Arc::new(Mutex::new(vec![]));
    let sink = released.clone();
    town.pool
        .on_released(move |txs| sink.lock().unwrap().extend(txs));
    assert_eq!(town.submit("ada:1:b"), 0);
    town.commit(&["ada:0:elsewhere"]);
    assert_eq!(town.waiting(), ["ada:1:b"]);
    assert_eq!(*released.lock().unwrap(), [Bytes::from_static(b"ada:1:b")]);
    // and one that a block overtakes is dropped
    assert_eq!(town.submit("bob:1:b"), 0);
    town.commit(&["bob:0:x", "bob:1:y"]);
    assert_eq!(town.pool.parked(), 0);
    assert_eq!(town.waiting(), ["ada:1:b"]);
}

#[test]
fn only_touched_senders_are_checked_again() {
    let mut town = town();
    for name in ["ada", "bob", "eve"] {
        for i in 0..10 {
            assert_eq!(town.submit(&format!("{name}:{i}:k")), 0);
        }
    }
    let before = town.app.1.load(Ordering::SeqCst);
    town.commit(&["ada:0:k"]);
    assert_eq!(
        town.app.1.load(Ordering::SeqCst) - before,
        9,
        "ada's nine others"
    );
    assert_eq!(town.waiting().len(), 29);
    let before = town.app.1.load(Ordering::SeqCst);
    town.commit(&[]);
    assert_eq!(town.app.1.load(Ordering::SeqCst), before);
    // a transaction from elsewhere takes bob's place: all of bob's fall
    town.commit(&["bob:0:other"]);
    assert_eq!(
        town.waiting().len(),
        28,
        "the first is void, the others follow the new one"
    );
}

#[test]
fn what_expires_leaves_and_takes_along_what_followed_it() {
    let mut town = Town::new(MempoolConfig {
        max_age_blocks: 5,
        ..MempoolConfig::default()
    });
    assert_eq!(town.submit("ada:0:k:2"), 0);
    assert_eq!(town.submit("ada:1:k"), 0);
    assert_eq!(town.submit("bob:0:k"), 0);
    assert_eq!(town.submit("eve:3:k"), 0, "parked");
    town.commit(&[]);
    assert_eq!(town.waiting().len(), 3);
    town.commit(&[]);
    assert_eq!(town.waiting(), ["bob:0:k"], "height 2 has passed");
    for _ in 0..4 {
        town.commit(&[]);
    }
    assert!(town.waiting().is_empty());
    assert_eq!(town.pool.parked(), 0);
    assert_eq!(town.pool.size(), (0, 0));
    assert_eq!(town.submit("bob:0:k"), 0, "it may be tried again");
}

#[test]
fn whatever_happens_the_order_is_admissible_and_the_bounds_hold() {
    for seed in 0..20 {
        println!("seed={seed}");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut town = Town::new(MempoolConfig {
            max_txs: 40,
            max_bytes: 2000,
            max_age_blocks: 10,
            cache: 5,
            ..MempoolConfig::default()
        });
        let mut salt = 0u32;
        for _ in 0..300 {
            salt += 1;
            let name = ["ada", "bob", "eve", "kim"][rng.next_u32() as usize % 4];
            let pool = town.pool.reap();
            match rng.next_u32() % 10 {
                0..=6 => {
                    let sequence = rng.next_u32() % 12;
                    town.submit(&format!("{name}:{sequence}:{salt}"));
                }
                7 => {
                    town.commit(&[&format!("{name}:{}:{salt}", rng.next_u32() % 4)]);
                }
                _ => {
                    let take = rng.next_u32() as usize % (pool.len() + 1);
                    let txs: Vec<String> = pool[..take]
                        .iter()
                        .map(|t| String::from_utf8(t.to_vec()).unwrap())
                        .collect();
                    town.commit(&txs.iter().map(String::as_str).collect::<Vec<_>>());
                }
            }
            let (count, bytes) = town.pool.size();
            assert!(count + town.pool.parked() <= 40 && bytes <= 2000);
            // the whole pool as one block: every transaction is admitted
            let input = BlockInput {
                height: town.height + 1,
                time: Time(1),
                proposer: Address([0; 20]),
                last_commit: CommitInfo::default(),
                misbehavior: vec![],
                next_validators_hash: [0; 32],
                txs: town.pool.reap().into(),
            };
            let verdict = town.app.validate(&Parent::Committed(town.height), &input);
            assert_eq!(verdict, Verdict::Accept);
        }
    }
}
