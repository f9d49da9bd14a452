//! Transaction gossip over real TCP.
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use libp2p::{
    Multiaddr, SwarmBuilder,
    futures::StreamExt,
    gossipsub::{self, IdentTopic, MessageAuthenticity},
    identity::Keypair,
    swarm::SwarmEvent,
};
use mycel_malachite::gossip::{Admission, Admit, Config, Gossip};
use tokio::time::{Instant, timeout};

const CHAIN: &str = "gossip-test-1";
const PATIENCE: Duration = Duration::from_secs(10);

/// A pool that takes everything but what begins with `bad`.
#[derive(Default)]
struct Pool {
    txs: Mutex<BTreeSet<Bytes>>,
    full: AtomicBool,
}

impl Admit for Pool {
    fn admit(&self, tx: &Bytes, _: &mut Vec<Bytes>) -> Admission {
        if tx.starts_with(b"bad") {
            return Admission::Invalid;
        }
        if self.full.load(Ordering::Relaxed) {
            return Admission::Later;
        }
        if self.txs.lock().unwrap().insert(tx.clone()) {
            Admission::Admitted
        } else {
            Admission::Known
        }
    }
}

impl Pool {
    fn has(&self, tx: &Bytes) -> bool {
        self.txs.lock().unwrap().contains(tx)
    }

    fn len(&self) -> usize {
        self.txs.lock().unwrap().len()
    }
}

fn config(n: u8, peers: &[&Gossip]) -> Config {
    let mut config = Config::new(CHAIN, [n + 1; 32], "/ip4/127.0.0.1/tcp/0".parse().unwrap());
    config.peers = peers.iter().map(|g| g.listening().clone()).collect();
    config
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn node(n: u8, peers: &[&Gossip]) -> (Gossip, Arc<Pool>) {
    let pool = Arc::new(Pool::default());
    let gossip = Gossip::start(config(n, peers), pool.clone()).await.unwrap();
    (gossip, pool)
}

fn tx(n: usize) -> Bytes {
    format!("transaction {n}").into_bytes().into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lone_transaction_reaches_every_pool_at_once() {
    let (mut a, _) = node(0, &[]).await;
    let (mut b, pool_b) = node(1, &[&a]).await;
    let (mut c, pool_c) = node(2, &[&a, &b]).await;
    let (mut d, pool_d) = node(3, &[&a, &b, &c]).await;
    for gossip in [&mut a, &mut b, &mut c, &mut d] {
        timeout(PATIENCE, gossip.connected(3)).await.unwrap();
    }
    let mut latencies = Vec::new();
    for n in 0..40 {
        let tx = tx(n);
        let start = Instant::now();
        a.submit(tx.clone());
        until("the transaction arrives", || {
            [&pool_b, &pool_c, &pool_d].iter().all(|p| p.has(&tx))
        })
        .await;
        latencies.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    latencies.sort();
    println!("alone: p50 {:?} p95 {:?}", latencies[20], latencies[37]);
    assert!(latencies[20] < Duration::from_millis(100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_travels_along_a_chain_of_nodes() {
    let (mut a, _) = node(10, &[]).await;
    let (b, pool_b) = node(11, &[&a]).await;
    let (c, pool_c) = node(12, &[&b]).await;
    let (mut d, pool_d) = node(13, &[&c]).await;
    timeout(PATIENCE, a.connected(1)).await.unwrap();
    timeout(PATIENCE, d.connected(1)).await.unwrap();
    until("meshes", || b.counters().peers.load(Ordering::Relaxed) >= 2).await;
    until("meshes", || c.counters().peers.load(Ordering::Relaxed) >= 2).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    a.submit(tx(1));
    until("the last node has it", || pool_d.has(&tx(1))).await;
    // what a pool in the middle does not admit goes no further
    pool_c.full.store(true, Ordering::Relaxed);
    a.submit(tx(2));
    until("the second node has it", || pool_b.has(&tx(2))).await;
    until("the third node refuses it", || {
        c.counters().refused.load(Ordering::Relaxed) >= 1
    })
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!pool_d.has(&tx(2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_is_batched_and_arrives_whole() {
    let (mut a, _) = node(20, &[]).await;
    let (_b, pool_b) = node(21, &[&a]).await;
    timeout(PATIENCE, a.connected(1)).await.unwrap();
    let start = Instant::now();
    for n in 0..2000 {
        a.submit(tx(n));
        if n % 100 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    until("all arrive", || pool_b.len() == 2000).await;
    let messages = a.counters().published.load(Ordering::Relaxed);
    println!(
        "2000 transactions in {messages} messages, {:?}",
        start.elapsed()
    );
    assert!(messages < 200, "messages={messages}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_peer_that_comes_late_is_found_and_what_waited_is_sent() {
    let reserved = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = reserved.local_addr().unwrap().port();
    drop(reserved);
    let address: Multiaddr = format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap();
    let mut config = config(30, &[]);
    config.peers = vec![address.clone()];
    let a = Gossip::start(config, Arc::new(Pool::default()))
        .await
        .unwrap();
    a.submit(tx(7));
    tokio::time::sleep(Duration::from_millis(700)).await;
    let pool = Arc::new(Pool::default());
    let late = Config::new(CHAIN, [32; 32], address);
    let _b = Gossip::start(late, pool.clone()).await.unwrap();
    until("the transaction that waited arrives", || pool.has(&tx(7))).await;
}

/// A libp2p peer of the same protocol that says what no honest node would.
async fn hostile(target: Multiaddr, topic: &str, messages: Vec<Vec<u8>>) -> bool {
    let key = Keypair::generate_ed25519();
    let settings = gossipsub::ConfigBuilder::default()
        .protocol_id_prefix(format!("/mycel/{CHAIN}/pubsub"))
        .max_transmit_size(8 << 20)
        .build()
        .unwrap();
    let mut behaviour: gossipsub::Behaviour =
        gossipsub::Behaviour::new(MessageAuthenticity::Signed(key.clone()), settings).unwrap();
    let topic = IdentTopic::new(topic);
    behaviour.subscribe(&topic).unwrap();
    let mut swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(
            Default::default(),
            libp2p::noise::Config::new,
            libp2p::yamux::Config::default,
        )
        .unwrap()
        .with_behaviour(|_| behaviour)
        .unwrap()
        .build();
    swarm.dial(target).unwrap();
    let mut messages = messages.into_iter();
    let mut subscribed = false;
    let mut tick = tokio::time::interval(Duration::from_millis(2));
    let end = Instant::now() + Duration::from_secs(4);
    while Instant::now() < end {
        tokio::select! {
            event = swarm.select_next_some() => match event {
                SwarmEvent::Behaviour(gossipsub::Event::Subscribed { .. }) => subscribed = true,
                SwarmEvent::ConnectionClosed { .. } => return true,
                _ => {}
            },
            _ = tick.tick(), if subscribed => match messages.next() {
                Some(message) => { let _ = swarm.behaviour_mut().publish(topic.clone(), message); }
                None => tokio::time::sleep(Duration::from_millis(1)).await,
            },
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_sends_rubbish_is_thrown_out_and_gossip_goes_on() {
    let (mut a, pool_a) = node(40, &[]).await;
    let (mut b, _) = node(41, &[&a]).await;
    timeout(PATIENCE, b.connected(1)).await.unwrap();
    timeout(PATIENCE, a.connected(1)).await.unwrap();
    let topic = format!("/mycel/{CHAIN}/tx/1");
    let rubbish = (0..200u32)
        .map(|n| n.to_le_bytes().repeat(1 + n as usize))
        .collect();
    let thrown_out = hostile(a.listening().clone(), &topic, rubbish).await;
    assert!(thrown_out);
    assert_eq!(a.counters().banned.load(Ordering::Relaxed), 1);
    assert!(a.counters().undecodable.load(Ordering::Relaxed) >= 16);
    assert_eq!(pool_a.len(), 0);
    b.submit(tx(1));
    until("an honest transaction arrives", || pool_a.has(&tx(1))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_a_stranger_is_cut_to_its_rate() {
    let (a, pool_a) = node(50, &[]).await;
    let topic = format!("/mycel/{CHAIN}/tx/1");
    let flood = (0..1500usize)
        .map(|n| {
            let tx = tx(n);
            let mut message = 1u16.to_le_bytes().to_vec();
            message.extend((tx.len() as u32).to_le_bytes());
            message.extend(tx);
            message
        })
        .collect();
    hostile(a.listening().clone(), &topic, flood).await;
    let taken = pool_a.len();
    println!("flood: {taken} of 1500 taken");
    // a second's worth at once, then 200 a second for the four seconds that the flood may last
    assert!((200..=1010).contains(&taken), "taken={taken}");
    assert!(a.counters().over_rate.load(Ordering::Relaxed) > 0);
    assert_eq!(a.counters().waiting.load(Ordering::Relaxed), 0);
}
