//! A hostile peer over real TCP, on the channels of consensus.
mod support;

use std::{
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bytes::Bytes;
use libp2p::{
    Multiaddr, SwarmBuilder,
    futures::StreamExt,
    identify,
    identity::Keypair,
    swarm::{NetworkBehaviour, SwarmEvent},
};
use libp2p_scatter as broadcast;
use mycel_engine::host::{HostConfig, Init, ProposalPart};
use mycel_types::{
    Address,
    header::{PartSet, ValueId},
};
use support::{Net, agree, tx};
use tokio::time::Instant;

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    broadcast: broadcast::Behaviour,
}

/// What the peer sends: a channel and bytes.
type Ammunition = Box<dyn FnMut(u64, &[Bytes]) -> (&'static str, Vec<u8>) + Send>;

struct Attack {
    chain: String,
    target: Multiaddr,
    ammunition: Ammunition,
    stop: Arc<AtomicBool>,
}

impl Attack {
    fn channel(&self, what: &str) -> broadcast::Topic {
        broadcast::Topic::new(format!("/mycel/{}/{what}/1", self.chain).as_bytes())
    }

    /// Sends until told to stop; whoever throws it out is dialled again. Gives how much was sent.
    async fn run(mut self) -> u64 {
        let key = Keypair::generate_ed25519();
        let protocol = format!("/mycel/{}/consensus/1", self.chain);
        let mut swarm = SwarmBuilder::with_existing_identity(key)
            .with_tokio()
            .with_tcp(
                Default::default(),
                libp2p::noise::Config::new,
                libp2p::yamux::Config::default,
            )
            .unwrap()
            .with_behaviour(|key| Behaviour {
                identify: identify::Behaviour::new(identify::Config::new(protocol, key.public())),
                broadcast: broadcast::Behaviour::new(broadcast::Config {
                    max_buf_size: 8 << 20,
                }),
            })
            .unwrap()
            .with_swarm_config(|c| c.with_idle_connection_timeout(Duration::from_secs(60)))
            .build();
        for what in ["part", "vote", "liveness", "status"] {
            let topic = self.channel(what);
            swarm.behaviour_mut().broadcast.subscribe(topic);
        }
        swarm.dial(self.target.clone()).unwrap();
        let part_topic = self.channel("part");
        let mut heard: Vec<Bytes> = Vec::new();
        let mut sent = 0;
        let mut connected = false;
        let mut tick = tokio::time::interval(Duration::from_millis(2));
        while !self.stop.load(Ordering::Relaxed) {
            tokio::select! {
                event = swarm.select_next_some() => match event {
                    SwarmEvent::ConnectionEstablished { .. } => connected = true,
                    SwarmEvent::ConnectionClosed { num_established: 0, .. }
                    | SwarmEvent::OutgoingConnectionError { .. } => {
                        connected = false;
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        let _ = swarm.dial(self.target.clone());
                    }
                    SwarmEvent::Behaviour(BehaviourEvent::Broadcast(
                        broadcast::Event::Received(_, topic, bytes),
                    )) if topic == part_topic && heard.len() < 64 => heard.push(bytes),
                    _ => {}
                },
                _ = tick.tick(), if connected => {
                    for _ in 0..4 {
                        let (what, bytes) = (self.ammunition)(sent, &heard);
                        let topic = self.channel(what);
                        swarm.behaviour_mut().broadcast.broadcast(&topic, bytes.into());
                        sent += 1;
                    }
                }
            }
        }
        sent
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
    let mut net = Net::new("hostile", 4);
    net.host = HostConfig {
        idle_millis: 100,
        ..HostConfig::default()
    };
    let mut nodes = net.start_all();
    for node in &mut nodes {
        node.reach(2).await;
    }
    let before = resident_bytes();
    let set = nodes[0].blocks.validators(1).unwrap().unwrap();
    let members: Vec<Address> = set.iter().map(|v| v.address).collect();
    let height = nodes[0].height.clone();
    let ammunition: Ammunition = Box::new(move |n, heard| {
        let next = *height.borrow() + 1 + n % 2;
        let who = members[(n % 4) as usize];
        match n % 10 {
            // as if from a proposer, unsigned, at every round that is taken in
            0 | 1 => ("part", forged(next, (n % 12) as u32, who, n, [0; 64])),
            // signed, but not by who it says
            2 => ("part", forged(next, 0, who, n, [7; 64])),
            // from nobody, and from far away
            3 => ("part", forged(next, 0, Address([9; 20]), n, [1; 64])),
            4 => ("part", forged(u64::MAX, u32::MAX, who, n, [1; 64])),
            // honest parts again and again
            5 => (
                "part",
                heard
                    .get(n as usize % heard.len().max(1))
                    .map_or(vec![1], |b| b.to_vec()),
            ),
            // longer than anything on this channel
            6 if n % 100 == 6 => ("part", vec![0xff; 3 << 20]),
            6 => ("part", vec![0xff; 100_000]),
            // nothing that decodes
            7 => ("vote", n.to_le_bytes().repeat(1 + n as usize % 200)),
            8 => ("liveness", vec![2; n as usize % 4000]),
            _ => ("status", n.to_be_bytes().repeat(9)),
        }
    });
    let stop = Arc::new(AtomicBool::new(false));
    let attack = Attack {
        chain: net.chain.clone(),
        target: support::tcp(net.consensus[0]),
        ammunition,
        stop: stop.clone(),
    };
    let attack = tokio::spawn(attack.run());
    let start = nodes[0].at();
    let begin = Instant::now();
    // the chain advances meanwhile, and payments through the attacked node are final
    for n in 0..12u64 {
        assert!(
            nodes[0]
                .submit(tx("ada", n, &format!("k={n}")))
                .outcome
                .ok()
        );
        for node in &nodes {
            node.committed("k", &n.to_string()).await;
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    let took = begin.elapsed();
    stop.store(true, Ordering::Relaxed);
    let sent = attack.await.unwrap();
    let status = &nodes[0].status;
    let count = |c: &std::sync::atomic::AtomicU64| c.load(Ordering::Relaxed);
    let buffered = status.parts_buffered_max.load(Ordering::Relaxed);
    let grown = resident_bytes().saturating_sub(before);
    println!(
        "{sent} messages in {took:?}: {} parts came, {} refused, {} ignored, at most {buffered} bytes buffered, \
         {} MiB more resident, {} blocks",
        count(&status.parts),
        count(&status.parts_refused),
        count(&status.parts_ignored),
        grown >> 20,
        nodes[0].at() - start
    );
    assert!(sent > 300, "sent={sent}");
    assert!(count(&status.parts_refused) + count(&status.parts_ignored) > 50);
    // only honest blocks were ever buffered, and these are small
    assert!(buffered < 1 << 20, "buffered={buffered}");
    assert!(grown < 300 << 20, "grown={grown}");
    assert!(nodes[0].at() >= start + 12);
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
        idle_millis: 30,
        ..HostConfig::default()
    };
    // a fifth node with the fourth one's key and a memory of its own
    let twin = net.add_twin(3);
    let mut nodes: Vec<_> = (0..4).map(|i| net.start(i)).collect();
    nodes[0].reach(2).await;
    let double = net.start(twin);
    let start = Instant::now();
    loop {
        let seen: u64 = nodes[..3]
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
    let evidence: Vec<_> = nodes[..3]
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
