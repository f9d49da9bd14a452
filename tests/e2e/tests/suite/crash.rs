//! Killed at any instant, nodes restart to the same state, and no payment is lost or doubled.
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use mycel_e2e::network::Cluster;
use mycel_engine::CrashPoint;
use mycel_town::{
    ledger::Ledger,
    members::Trade,
    replay::{Market, replay},
    rows::Payment,
};
use rand::{Rng, SeedableRng, rngs::StdRng};

const MEMBERS: u32 = 60;
const LIMIT: u64 = 200;
const PICO: i128 = 1_000_000_000_000;

/// Positions as the payments' order makes them; payments beyond the limit are refused.
#[derive(Default)]
struct Model {
    positions: BTreeMap<u32, i128>,
    refused: usize,
}

impl Model {
    fn pay(&mut self, payment: &Payment) {
        let amount = i128::from(payment.amount);
        let from = self.positions.entry(payment.from).or_default();
        if *from - amount < -i128::from(LIMIT) * PICO {
            self.refused += 1;
            return;
        }
        *from -= amount;
        *self.positions.entry(payment.to).or_default() += amount;
    }
}

/// What is done to the nodes while the town trades: once for each row of the crash table, then at random, then all.
async fn chaos(cluster: &mut Cluster, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let patience = Duration::from_secs(60);
    for (row, point) in CrashPoint::ALL.into_iter().enumerate() {
        let victim = row % 4;
        eprintln!("node {victim} dies at {point}");
        cluster.kill(victim);
        cluster.start(victim, Some(point.name()));
        cluster.await_end(victim, patience);
        cluster.start(victim, None);
        let tip = cluster
            .client((victim + 1) % 4)
            .status()
            .await
            .unwrap()
            .latest_height;
        cluster.await_height_of(victim, tip).await;
    }
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(rng.gen_range(50..600))).await;
        let victim = rng.gen_range(0..4);
        eprintln!("node {victim} dies (seed={seed})");
        cluster.kill(victim);
        tokio::time::sleep(Duration::from_millis(rng.gen_range(0..500))).await;
        cluster.start(victim, None);
        let tip = cluster
            .client((victim + 1) % 4)
            .status()
            .await
            .unwrap()
            .latest_height;
        cluster.await_height_of(victim, tip).await;
    }
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(rng.gen_range(50..600))).await;
        let tip = cluster.client(0).status().await.unwrap().latest_height;
        eprintln!("all four die at height {tip} (seed={seed})");
        (0..4).for_each(|i| cluster.kill(i));
        let dead = Instant::now();
        cluster.start_all();
        cluster.await_height(tip + 1).await;
        eprintln!(
            "a new block on all nodes {} ms later",
            dead.elapsed().as_millis()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_nodes_return_to_one_state_and_no_payment_is_lost_or_doubled() {
    let seed = std::env::var("MYCEL_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(7);
    eprintln!("seed={seed}");
    let dir = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::new(dir.path(), MEMBERS, LIMIT);
    cluster.start_all();
    cluster.await_height(1).await;
    let mut market: Market = cluster.market();
    market.pace = Some(Duration::from_millis(5));
    let mut ledger = Ledger::default();
    ledger.height = cluster.client(0).status().await.unwrap().latest_height;
    let (mut model, mut count) = (Model::default(), 0);

    let (done, mut over) = tokio::sync::oneshot::channel();
    let trading = tokio::spawn(async move {
        let mut trade = Trade::new(seed, MEMBERS);
        while over.try_recv().is_err() {
            let some: Vec<Payment> = trade.by_ref().take(100).collect();
            replay(&mut market, &some, &mut ledger, |_| {})
                .await
                .unwrap();
            some.iter().for_each(|payment| model.pay(payment));
            count += some.len();
        }
        (market, ledger, model, count)
    });
    chaos(&mut cluster, seed).await;
    done.send(()).unwrap();
    let (market, ledger, model, count) = trading.await.unwrap();

    eprintln!(
        "{count} payments, {} refused, height {}",
        ledger.refused, ledger.height
    );
    assert_eq!((ledger.committed, ledger.refused), (count, model.refused));
    cluster.await_height(ledger.height + 1).await;
    assert_eq!(model.positions.values().sum::<i128>(), 0);
    for (account, expected) in &model.positions {
        for node in 0..4 {
            let position = cluster.position(node, &market.contract, *account).await;
            assert_eq!(position, *expected, "account {account} on node {node}");
        }
    }
    for (account, sequence) in &market.sequences {
        let address = mycel_town::town::member(*account).address();
        let known = cluster.client(3).account(&address).await.unwrap().unwrap();
        assert_eq!(
            known.sequence, *sequence,
            "account {account} paid once for each payment"
        );
    }
    let tip = ledger.height + 1;
    let hash = cluster.app_hash(0, tip).await;
    for node in 1..4 {
        assert_eq!(cluster.app_hash(node, tip).await, hash, "node {node}");
    }
}
