//! A host of a few lines, to measure Malachite and the network alone.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use mycel_engine::{
    CrashPoints,
    host::{HostEffect, HostInput, Init, ProposalPart, Proposed},
    sign::{FileSigner, SharedSigner, SignPoint, Signer as _, Step},
};
use mycel_types::{Address, Params, Time, header::*};
use tokio::{
    sync::watch,
    time::Instant,
};

use crate::{
    adapter::{Adapter, Bell, Gather, Outlets, Steps, now},
    context::Chain,
    launch::launch,
    settings::{Config, Relay},
};

struct Mini {
    base: Base,
    me: Address,
    signer: SharedSigner,
    txs: usize,
    idle: Arc<std::sync::atomic::AtomicBool>,
    seen: BTreeMap<ValueId, (tendermint::Block, Proposed)>,
    parts: BTreeMap<(u64, u32), BTreeMap<u32, Bytes>>,
    log: Arc<Mutex<Vec<Instant>>>,
    waiting: bool,
}

impl Mini {
    fn start(&self) -> HostEffect {
        HostEffect::Start {
            height: self.base.height,
            validators: Arc::new(self.base.validators.clone()),
        }
    }
}

impl Steps for Mini {
    fn step(&mut self, now: Time, input: HostInput) -> Vec<HostEffect> {
        match input {
            HostInput::Ready => vec![self.start()],
            HostInput::StartedRound { height, .. } => vec![HostEffect::Undecided(
                self.seen
                    .values()
                    .filter(|(_, p)| p.height == height)
                    .map(|(_, p)| *p)
                    .collect(),
            )],
            HostInput::GetValue { height, round } => {
                let time = now.max(self.base.last_time.plus_millis(1));
                let txs = (0..self.txs)
                    .map(|n| Bytes::from(format!("{height} {n} {:0>230}", n).into_bytes()))
                    .collect();
                let block = self.base.block(time, self.me, txs).unwrap();
                let set = PartSet::new(encode_block(&block));
                let value = value_id(&block, &set).unwrap();
                let init = Init {
                    height,
                    round,
                    pol_round: None,
                    proposer: self.me,
                    value,
                    size: set.bytes().len() as u32,
                };
                let at = SignPoint { height, round, step: Step::Init };
                let signature = self
                    .signer
                    .sign(at, &init.sign_bytes(self.base.chain_id.as_str()))
                    .unwrap();
                let proposed = Proposed {
                    height,
                    round,
                    pol_round: None,
                    proposer: self.me,
                    value,
                    valid: true,
                };
                self.seen.insert(value, (block, proposed));
                let mut out = vec![HostEffect::Propose { height, round, value }];
                for index in 0..set.total() {
                    let (bytes, proof) = set.part(index).unwrap();
                    out.push(HostEffect::Publish(Box::new(ProposalPart {
                        init,
                        signature,
                        index,
                        proof,
                        bytes,
                    })));
                }
                out
            }
            HostInput::Part(part) => {
                let i = part.init;
                let mut out = vec![];
                if self.waiting && i.height == self.base.height {
                    self.waiting = false;
                    out.push(self.start());
                }
                assert!(part.is_proven());
                let all = self.parts.entry((i.height, i.round)).or_default();
                all.insert(part.index, part.bytes);
                let value = (all.len() == i.value.parts as usize).then(|| {
                    let bytes: Vec<u8> = all.values().flat_map(|b| b.to_vec()).collect();
                    let proposed = Proposed {
                        height: i.height,
                        round: i.round,
                        pol_round: i.pol_round,
                        proposer: i.proposer,
                        value: i.value,
                        valid: true,
                    };
                    self.seen
                        .insert(i.value, (decode_block(&bytes).unwrap(), proposed));
                    proposed
                });
                out.push(HostEffect::Received(value));
                out
            }
            HostInput::Decided(c) => {
                let commit =
                    commit(c.height, c.round, &c.value, &self.base.validators, &c.signatures)
                        .unwrap();
                let outcome = mycel_types::Outcome {
                    app_hash: Default::default(),
                    results: vec![],
                    events: vec![],
                    validators: vec![],
                    params: None,
                };
                let block = self.seen[&c.value].0.clone();
                self.base = self.base.advance(c.value, commit.clone(), &outcome).unwrap();
                self.log.lock().unwrap().push(Instant::now());
                self.seen.retain(|_, (_, p)| p.height > c.height);
                self.parts.retain(|(h, _), _| *h > c.height);
                vec![HostEffect::Committed(Arc::new(mycel_engine::host::Finished {
                    value: c.value,
                    bytes: 0,
                    block,
                    commit,
                    outcome,
                }))]
            }
            HostInput::Finalized { .. } => {
                if self.idle.load(std::sync::atomic::Ordering::Relaxed)
                    && self.parts.is_empty()
                {
                    self.waiting = true;
                    return vec![];
                }
                vec![self.start()]
            }
            HostInput::Wake => {
                if self.waiting {
                    self.waiting = false;
                    return vec![self.start()];
                }
                vec![]
            }
            HostInput::HistoryMin => vec![HostEffect::HistoryMin(1)],
            HostInput::GetDecided { .. } => vec![HostEffect::DecidedValues(vec![])],
            HostInput::Synced { .. } => vec![HostEffect::Synced(
                mycel_engine::host::SyncOutcome::NotNow,
            )],
            _ => vec![],
        }
    }
}

fn free_ports(n: usize) -> Vec<u16> {
    let held: Vec<_> = (0..n)
        .map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    held.iter().map(|l| l.local_addr().unwrap().port()).collect()
}

async fn network(relay: Relay, txs: usize, heights: usize) {
    let keys = mycel_engine::development::keys(4);
    let set = ValidatorSet::new(keys.iter().map(|k| (k.verification_key().to_bytes(), 10))).unwrap();
    let base = Base {
        chain_id: "mini-1".parse().unwrap(),
        height: 1,
        last: None,
        last_time: Time(1_700_000_000_000),
        validators: set.clone(),
        next_validators: set,
        params: Params::development(),
        app_hash: Default::default(),
        last_results_hash: results_hash(&[]),
    };
    let dir = tempfile::tempdir().unwrap();
    let ports = free_ports(4);
    let addresses: Vec<libp2p::Multiaddr> = ports
        .iter()
        .map(|p| format!("/ip4/127.0.0.1/tcp/{p}").parse().unwrap())
        .collect();
    let (stop_tx, stop) = watch::channel(false);
    let idle = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut logs = vec![];
    let mut bells = vec![];
    let mut all = vec![];
    let mut actors = vec![];
    let t0 = Instant::now();
    for (i, key) in keys.iter().enumerate() {
        let home = dir.path().join(i.to_string());
        std::fs::create_dir_all(&home).unwrap();
        let signer = SharedSigner::new(FileSigner::open(home.join("sign"), key.clone()).unwrap());
        let gossip = crate::gossip::Config::new("mini-1", [i as u8; 32], addresses[i].clone());
        let mut config = Config::new(
            format!("mini-{relay:?}-{txs}-{i}"),
            &home,
            [i as u8 + 100; 32],
            addresses[i].clone(),
            gossip,
        );
        config.relay = relay;
        config.peers = addresses
            .iter()
            .enumerate()
            .filter(|(j, _)| *j != i)
            .map(|(_, a)| a.clone())
            .collect();
        let (channels, a) = launch(&config, Chain::new("mini-1"), signer.clone(), CrashPoints::none())
            .await
            .unwrap();
        actors.push(a);
        let log = Arc::new(Mutex::new(vec![]));
        logs.push(log.clone());
        let bell = Bell::default();
        bells.push(bell.clone());
        let adapter = Adapter {
            host: Mini {
                base: base.clone(),
                me: signer.address(),
                signer,
                txs,
                idle: idle.clone(),
                seen: BTreeMap::new(),
                parts: BTreeMap::new(),
                log,
                waiting: false,
            },
            channels,
            bell,
            stop: stop.clone(),
            timeouts: config.timeouts,
            gather: Gather { limit: config.gather, others: 2 },
            outlets: Outlets {
                finished: Box::new(|_| {}),
                height: watch::channel(0).0,
            },
        };
        let handle = tokio::runtime::Handle::current();
        all.push(std::thread::spawn(move || handle.block_on(adapter.run())));
    }
    let up = t0.elapsed();
    let cpu0 = cpu();
    let count = |l: &Arc<Mutex<Vec<Instant>>>| l.lock().unwrap().len();
    while logs.iter().any(|l| count(l) < heights) && t0.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let c1 = cpu();
    let log = logs[0].lock().unwrap().clone();
    let first = log[0] - t0;
    let mut gaps: Vec<f64> = log.windows(2).map(|w| (w[1] - w[0]).as_secs_f64() * 1e3).collect();
    gaps.sort_by(f64::total_cmp);
    println!(
        "{relay:?} txs={txs}: up {up:?} first {first:?}, gap p50 {:.1} p95 {:.1} ms, cpu/block {:.1} ms",
        gaps[gaps.len() / 2],
        gaps[gaps.len() * 95 / 100],
        (c1 - cpu0) * 1e3 / log.len() as f64
    );
    // idle, then ring one bell
    idle.store(true, std::sync::atomic::Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut lat = vec![];
    for k in 0..30 {
        let before: Vec<usize> = logs.iter().map(count).collect();
        let start = Instant::now();
        if k % 2 == 0 {
            bells.iter().for_each(Bell::ring);
        } else {
            // as when a payment reaches one node first
            for b in &bells { b.ring(); tokio::time::sleep(Duration::from_millis(1)).await; }
        }
        while logs.iter().zip(&before).any(|(l, b)| count(l) <= *b) {
            if start.elapsed() > Duration::from_secs(5) { println!("stuck"); break; }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        lat.push(start.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    lat.sort_by(f64::total_cmp);
    println!("   idle latency to all four: p50 {:.1} p95 {:.1}", lat[15], lat[28]);
    stop_tx.send(true).unwrap();
    for t in all {
        t.join().unwrap().unwrap();
    }
    let t = Instant::now();
    for a in actors {
        a.stop().await;
    }
    println!("   stopped in {:?}", t.elapsed());
    let _ = now();
}

fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measure() {
    for txs in [0, 1000] {
        for relay in [Relay::Direct, Relay::Gossip] {
            network(relay, txs, 60).await;
        }
    }
}
