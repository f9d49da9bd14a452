//! Four validators in one process over loopback TCP.
mod support;

use std::{sync::atomic::Ordering, time::Duration};

use mycel_engine::host::HostConfig;
use mycel_malachite::Relay;
use support::{Net, agree, tx};
use tendermint::block::signed_header::SignedHeader;
use tendermint_light_client_verifier::{
    ProdVerifier, Verdict, Verifier,
    options::Options,
    types::{TrustedBlockState, UntrustedBlockState},
};
use tokio::time::Instant;

fn percentile(sorted: &[Duration], p: usize) -> Duration {
    sorted[(sorted.len() - 1) * p / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_validators_make_blocks_that_a_light_client_accepts() {
    let mut net = Net::new("net-light", 4);
    let start = Instant::now();
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(1).await;
    }
    println!("first block on all four after {:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(3));
    for n in 0..8u64 {
        assert!(
            nodes[(n % 4) as usize]
                .submit(tx("ada", n, &format!("k{n}=v")))
                .outcome
                .ok()
        );
        for node in &nodes {
            node.committed(&format!("k{n}"), "v").await;
        }
    }
    let top = nodes[0].at().min(nodes[3].at()) - 1;
    agree(&nodes, top);
    let log = nodes[0].log.lock().unwrap().clone();
    let options = Options {
        trust_threshold: Default::default(),
        trusting_period: Duration::from_secs(3600),
        clock_drift: Duration::from_secs(10),
    };
    let set = nodes[0]
        .blocks
        .validators(1)
        .unwrap()
        .unwrap()
        .to_tendermint(1);
    for pair in log.windows(2) {
        let (trusted, next) = (&pair[0].0, &pair[1].0);
        let signed = SignedHeader::new(next.block.header.clone(), next.commit.clone()).unwrap();
        let verdict = ProdVerifier::default().verify_update_header(
            UntrustedBlockState {
                signed_header: &signed,
                validators: &set,
                next_validators: Some(&set),
            },
            TrustedBlockState {
                chain_id: &trusted.block.header.chain_id,
                header_time: trusted.block.header.time,
                height: trusted.block.header.height,
                next_validators: &set,
                next_validators_hash: trusted.block.header.next_validators_hash,
            },
            &options,
            tendermint::Time::now(),
        );
        assert_eq!(verdict, Verdict::Success);
    }
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lone_payment_on_an_idle_chain_is_final_at_once() {
    let mut net = Net::new("net-idle", 4);
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(2).await;
    }
    let mut latencies = Vec::new();
    for n in 0..30u64 {
        // let it fall idle: the proof block has passed
        tokio::time::sleep(Duration::from_millis(150)).await;
        let before = nodes[0].at();
        let start = Instant::now();
        assert!(
            nodes[0]
                .submit(tx("ada", n, &format!("k={n}")))
                .outcome
                .ok()
        );
        nodes[0].reach(before + 1).await;
        nodes[0].committed("k", &n.to_string()).await;
        latencies.push(start.elapsed());
    }
    latencies.sort();
    println!(
        "a lone payment: p50 {:?} p95 {:?}",
        percentile(&latencies, 50),
        percentile(&latencies, 95)
    );
    // an idle chain makes a block in five seconds, and a proof block after each payment: little more
    let blocks = nodes[0].at();
    assert!(blocks < 2 + 2 * 30 + 10, "blocks={blocks}");
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocks_follow_each_other_while_there_is_something_to_do() {
    let mut net = Net::new("net-busy", 4);
    net.host = HostConfig {
        idle_millis: 0,
        ..HostConfig::default()
    };
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(3).await;
    }
    let cpu = cpu_seconds();
    let first = nodes[0].at();
    nodes[0].reach(first + 50).await;
    let cpu = cpu_seconds() - cpu;
    let log = nodes[0].log.lock().unwrap().clone();
    let mut gaps: Vec<_> = log.windows(2).map(|w| w[1].1 - w[0].1).collect();
    gaps.sort();
    println!(
        "block interval: p50 {:?} p95 {:?}, {:.1} ms of processor for a block on all four",
        percentile(&gaps, 50),
        percentile(&gaps, 95),
        cpu * 1e3 / 50.0
    );
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_of_many_senders_through_all_doors_are_committed_everywhere() {
    const SENDERS: usize = 100;
    const EACH: u64 = 20;
    let mut net = Net::new("net-load", 4);
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(1).await;
    }
    let start = Instant::now();
    let first = nodes[0].at();
    for n in 0..EACH {
        for sender in 0..SENDERS {
            // each sender has its own door, as a wallet has
            let name = format!("s{sender}");
            let submission = nodes[sender % 4].submit(tx(&name, n, &format!("{name}={n}")));
            assert!(submission.outcome.ok(), "{submission:?}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for node in &nodes {
        for sender in 0..SENDERS {
            node.committed(&format!("s{sender}"), &(EACH - 1).to_string())
                .await;
        }
    }
    let took = start.elapsed();
    let count = SENDERS as u64 * EACH;
    println!(
        "{count} payments in {took:?}: {:.0} a second, {} blocks",
        count as f64 / took.as_secs_f64(),
        nodes[0].at() - first
    );
    for node in &nodes {
        let c = &node.status.gossip;
        println!(
            "  gossip: {} sent, {} admitted, {} known, {} refused, {} over rate",
            c.published.load(Ordering::Relaxed),
            c.admitted.load(Ordering::Relaxed),
            c.known.load(Ordering::Relaxed),
            c.refused.load(Ordering::Relaxed),
            c.over_rate.load(Ordering::Relaxed)
        );
    }
    for node in nodes {
        node.stop().await.unwrap();
    }
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks = |i: usize| -> f64 { fields.get(i).and_then(|f| f.parse().ok()).unwrap_or(0.0) };
    (ticks(11) + ticks(12)) / 100.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validators_that_are_not_all_connected_relay_by_gossip() {
    let mut net = Net::new("net-relay", 4);
    net.relay = Relay::Gossip;
    net.ring = true;
    let mut nodes = net.start_all();
    for n in 0..3u64 {
        nodes[n as usize].reach(1).await;
        assert!(
            nodes[n as usize]
                .submit(tx("ada", n, &format!("k{n}=v")))
                .outcome
                .ok()
        );
        for node in &nodes {
            node.committed(&format!("k{n}"), "v").await;
        }
    }
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_port_says_what_to_do() {
    let mut net = Net::new("net-port", 1);
    let _taken = std::net::TcpListener::bind(("127.0.0.1", net.consensus[0])).unwrap();
    let error = net.start(0).ended().await.unwrap_err().to_string();
    assert!(error.contains("choose a free port"), "{error}");
}
