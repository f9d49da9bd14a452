//! A hostile peer over real TCP, on the channels of consensus. It is a process of its own, so that the memory that is
//! measured is the validators' alone.
mod support;

use std::{
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use borsh::BorshDeserialize;
use bytes::Bytes;
use libp2p::{
    SwarmBuilder,
    futures::StreamExt,
    identify,
    identity::Keypair,
    swarm::{NetworkBehaviour, SwarmEvent},
};
use libp2p_scatter as broadcast;
use mycel_engine::host::{HostConfig, Init, ProposalPart};
use mycel_types::{
    Address,
    header::{PartSet, ValidatorSet, ValueId},
};
use support::{Net, agree, tx};
use tokio::time::Instant;

const TARGET: &str = "MYCEL_HOSTILE_TEST_PORT";
const CHAIN: &str = "hostile";
const ATTACK: Duration = Duration::from_secs(5);

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    broadcast: broadcast::Behaviour,
}

fn channel(what: &str) -> broadcast::Topic {
    broadcast::Topic::new(format!("/mycel/{CHAIN}/{what}").as_bytes())
}

/// The child: sends what no honest node sends, for some seconds; whoever throws it out is dialled again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attacker() {
    let Some(port) = support::told(TARGET) else {
        return;
    };
    let target = support::tcp(port.parse().unwrap());
    let key = Keypair::generate_ed25519();
    let mut swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(
            Default::default(),
            libp2p::noise::Config::new,
            libp2p::yamux::Config::default,
        )
        .unwrap()
        .with_behaviour(|key| Behaviour {
            identify: identify::Behaviour::new(identify::Config::new(
                format!("/mycel/{CHAIN}/consensus/1"),
                key.public(),
            )),
            broadcast: broadcast::Behaviour::new(broadcast::Config::default()),
        })
        .unwrap()
        .with_swarm_config(|c| c.with_idle_connection_timeout(Duration::from_secs(60)))
        .build();
    for what in ["part", "vote", "live", "tips"] {
        swarm.behaviour_mut().broadcast.subscribe(channel(what));
    }
    swarm.dial(target.clone()).unwrap();
    let keys = mycel_engine::development::keys(4);
    let set = keys.iter().map(|k| (k.verification_key().to_bytes(), 10));
    let set = ValidatorSet::new(set).unwrap();
    let mut heard: Vec<Bytes> = Vec::new();
    let mut height = 0;
    let (mut sent, mut thrown_out) = (0u64, 0);
    let mut connected = false;
    let mut tick = tokio::time::interval(Duration::from_millis(2));
    let end = Instant::now() + ATTACK;
    while Instant::now() < end {
        tokio::select! {
            event = swarm.select_next_some() => match event {
                SwarmEvent::ConnectionEstablished { .. } => connected = true,
                SwarmEvent::ConnectionClosed { num_established: 0, .. }
                | SwarmEvent::OutgoingConnectionError { .. } => {
                    thrown_out += u64::from(connected);
                    connected = false;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    let _ = swarm.dial(target.clone());
                }
                SwarmEvent::Behaviour(BehaviourEvent::Broadcast(
                    broadcast::Event::Received(_, topic, bytes),
                )) if topic == channel("part") => {
                    if let Ok(part) = ProposalPart::try_from_slice(&bytes[21..]) {
                        height = part.init.height;
                    }
                    heard.push(bytes);
                    heard.truncate(64);
                }
                _ => {}
            },
            _ = tick.tick(), if connected && height > 0 => {
                for _ in 0..2 {
                    let (what, bytes) = ammunition(sent, height, &set, &heard);
                    swarm.behaviour_mut().broadcast.broadcast(&channel(what), bytes.into());
                    sent += 1;
                }
            }
        }
    }
    println!("ATTACKER sent {sent} messages, was thrown out {thrown_out} times");
    assert!(sent > 200, "sent={sent}");
}

/// What is sent as message `n`, while the proposal of `height` is on its way.
fn ammunition(n: u64, height: u64, set: &ValidatorSet, heard: &[Bytes]) -> (&'static str, Vec<u8>) {
    let next = height + n % 3;
    let round = (n % 12) as u32;
    let proposer = set.proposer(next, round).unwrap().address;
    match n % 10 {
        // as if from the proposer of any round that is taken in, unsigned
        0 | 1 => ("part", forged(next, round, proposer, n, [0; 64])),
        // signed, but not by who it says
        2 => ("part", forged(next, round, proposer, n, [7; 64])),
        // from nobody, and from far away
        3 => ("part", forged(next, 0, Address([9; 20]), n, [1; 64])),
        4 => ("part", forged(u64::MAX, u32::MAX, proposer, n, [1; 64])),
        // honest parts again and again
        5 => ("part", heard[n as usize % heard.len()].to_vec()),
        // longer than anything on this channel, and than anything at all
        6 if n % 100 == 6 => ("part", vec![0xff; 5 << 20]),
        6 => ("part", vec![0xff; 100_000]),
        // nothing that decodes
        7 => ("vote", n.to_le_bytes().repeat(1 + n as usize % 200)),
        8 => ("live", vec![2; n as usize % 4000]),
        _ => ("tips", n.to_be_bytes().repeat(9)),
    }
}

/// A part as the proposer of `height` would send it, but signed by nobody, or by somebody else.
fn forged(height: u64, round: u32, proposer: Address, n: u64, signature: [u8; 64]) -> Vec<u8> {
    let bytes: Vec<u8> = n.to_le_bytes().repeat(20_000);
    let set = PartSet::new(bytes);
    let init = Init {
        height,
        round,
        pol_round: None,
        proposer,
        value: ValueId {
            hash: [n as u8; 32],
            parts: set.total(),
            parts_hash: set.root(),
            time: support::now(),
        },
        size: set.bytes().len() as u32,
    };
    let index = (n % u64::from(set.total())) as u32;
    let (bytes, proof) = set.part(index).unwrap();
    let part = ProposalPart {
        init,
        signature,
        index,
        proof,
        bytes,
    };
    stream(borsh::to_vec(&part).unwrap())
}

/// The envelope of a part on its channel.
fn stream(part: Vec<u8>) -> Vec<u8> {
    let mut bytes = borsh::to_vec(&(b"hostile".to_vec(), 0u64)).unwrap();
    bytes.push(1);
    bytes.extend(part);
    bytes
}

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS"));
    let kib = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsigned_foreign_oversized_and_duplicate_parts_and_rubbish_change_nothing() {
    let mut net = Net::new(CHAIN, 4);
    net.host = HostConfig {
        idle_millis: 100,
        ..HostConfig::default()
    };
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(2).await;
    }
    let before = resident_bytes();
    let start = nodes[0].at();
    let mut attacker = Command::new(std::env::current_exe().unwrap())
        .args(["attacker", "--exact", "--nocapture"])
        .env(TARGET, net.consensus[0].to_string())
        .stdout(Stdio::inherit())
        .spawn()
        .unwrap();
    // meanwhile the chain advances, and payments through the attacked node are final
    let mut payments = 0;
    while attacker.try_wait().unwrap().is_none() {
        let payment = tx("ada", payments, &format!("k={payments}"));
        assert!(nodes[0].submit(payment).outcome.ok());
        for node in &nodes {
            node.committed("k", &payments.to_string()).await;
        }
        payments += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(attacker.wait().unwrap().success());
    let count = |c: &AtomicU64| c.load(Ordering::Relaxed);
    let status = &nodes[0].status;
    let buffered = status.parts_buffered_max.load(Ordering::Relaxed);
    let grown = resident_bytes().saturating_sub(before);
    println!(
        "{} parts came, {} were refused, {} ignored, at most {buffered} bytes buffered, {} MiB more resident, \
         {} blocks, {payments} payments",
        count(&status.parts),
        count(&status.parts_refused),
        count(&status.parts_ignored),
        grown >> 20,
        nodes[0].at() - start
    );
    assert!(count(&status.parts_refused) + count(&status.parts_ignored) > 50);
    // nothing forged was ever kept; honest blocks here have one part
    assert_eq!(buffered, 0);
    assert!(grown < 200 << 20, "grown={grown}");
    assert!(payments >= 5 && nodes[0].at() >= start + 2 * payments);
    let top = nodes.iter().map(|n| n.at()).min().unwrap();
    agree(&nodes, top);
    for node in nodes {
        node.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_validator_that_runs_twice_leaves_evidence_and_the_chain_goes_on() {
    let mut net = Net::new("double", 4);
    net.host = HostConfig {
        idle_millis: 150,
        ..HostConfig::default()
    };
    // a fifth node with the fourth one's key and a memory of its own
    let twin = net.add_twin(3);
    let mut nodes: Vec<_> = (0..4).map(|i| net.start(i)).collect();
    nodes[0].reach(2).await;
    let double = net.start(twin);
    let start = Instant::now();
    loop {
        let seen: u64 = nodes
            .iter()
            .map(|n| n.status.equivocations.load(Ordering::Relaxed))
            .sum();
        if seen > 0 {
            break;
        }
        assert!(start.elapsed() < support::PATIENCE, "nobody saw it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let guilty = Address::of_ed25519(&net.keys[3].verification_key().to_bytes());
    let evidence: Vec<_> = nodes
        .iter()
        .flat_map(|n| n.blocks.evidence(0..=u64::MAX, 100).unwrap())
        .collect();
    assert!(!evidence.is_empty());
    assert!(evidence.iter().all(|e| e.validator == guilty));
    println!(
        "evidence after {:?} at height={}",
        start.elapsed(),
        evidence[0].height
    );
    let at = nodes[0].at();
    nodes[0].reach(at + 5).await;
    agree(&nodes[..3], at);
    let _ = double.stop().await;
    for node in nodes {
        let _ = node.stop().await;
    }
}
