//! Validators over virtual channels, and a stand-in for the consensus engine: a round decides if more than two
//! thirds hold the proposal and find it valid.
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ed25519_consensus::SigningKey;
use mycel_types::{
    Address, Genesis, Time,
    header::{VoteKind, vote_sign_bytes},
};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use crate::{
    blocks::Blocks,
    crash::{CrashPoint, CrashPoints},
    development,
    host::{
        Certificate, Finished, Host, HostConfig, HostEffect, HostInput, HostParts, ProposalPart,
        Proposed, SyncOutcome,
    },
    mempool::{Mempool, MempoolConfig},
    mock::{Disk, Mock},
    sign::{FileSigner, SharedSigner},
};

pub const GENESIS: Time = Time(1_700_000_000_000);

/// What survives a crash, and how to start again.
pub struct Node {
    pub key: SigningKey,
    pub disk: Disk,
    pub blocks: Arc<Blocks>,
    pub pool: Arc<Mempool>,
    pub host: Option<Host>,
    pub signer: SharedSigner,
    _dir: tempfile::TempDir,
    genesis: Genesis,
    /// The crash point (its place in [`CrashPoint::ALL`]) and height at which the node dies next; `u64::MAX` is never.
    deadly: Arc<(AtomicU64, AtomicU64)>,
    pub twisted: bool,
}

impl Node {
    pub fn address(&self) -> Address {
        Address::of_ed25519(&self.key.verification_key().to_bytes())
    }

    pub fn start(&mut self) {
        let app = Arc::new(if self.twisted {
            Mock::twisted(self.disk.clone())
        } else {
            Mock::new(self.disk.clone())
        });
        self.pool = Arc::new(Mempool::new(app.clone(), MempoolConfig::default(), 0));
        let deadly = self.deadly.clone();
        let crash = CrashPoints::call(move |point, height| {
            let here = CrashPoint::ALL.iter().position(|p| *p == point).unwrap() as u64;
            if deadly.0.load(Ordering::SeqCst) == here && height >= deadly.1.load(Ordering::SeqCst)
            {
                deadly.0.store(u64::MAX, Ordering::SeqCst);
                panic!("killed at {point}");
            }
        });
        let parts = HostParts {
            config: HostConfig::default(),
            app,
            blocks: self.blocks.clone(),
            pool: self.pool.clone(),
            signer: Some(self.signer.clone()),
            crash,
        };
        self.host = Some(Host::new(parts, &self.genesis).unwrap());
    }

    pub fn kill_at(&self, point: CrashPoint, height: u64) {
        let place = CrashPoint::ALL.iter().position(|p| *p == point).unwrap() as u64;
        self.deadly.1.store(height, Ordering::SeqCst);
        self.deadly.0.store(place, Ordering::SeqCst);
    }

    pub fn app(&self) -> Mock {
        Mock::new(self.disk.clone())
    }

    pub fn host(&mut self) -> &mut Host {
        self.host.as_mut().unwrap()
    }

    /// A step; `None` if the node died in it, or is dead.
    pub fn step(&mut self, now: Time, input: HostInput) -> Option<Vec<HostEffect>> {
        let host = self.host.as_mut()?;
        let result = catch_unwind(AssertUnwindSafe(|| host.step(now, input)));
        if result.is_err() {
            self.host = None;
        }
        result.ok()
    }

    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    pub fn height(&self) -> u64 {
        self.host.as_ref().map_or(0, |h| h.base().height)
    }
}

pub struct Net {
    pub nodes: Vec<Node>,
    pub now: Time,
    pub rng: ChaCha8Rng,
    /// Parts lost, of a hundred.
    pub loss: u32,
    /// Whether parts come twice and in any order.
    pub shuffle: bool,
    pub finished: BTreeMap<u64, Arc<Finished>>,
    pub crashes: usize,
}

pub fn parts(effects: &[HostEffect]) -> Vec<ProposalPart> {
    effects
        .iter()
        .filter_map(|e| match e {
            HostEffect::Publish(part) => Some((**part).clone()),
            _ => None,
        })
        .collect()
}

impl Net {
    pub fn new(n: usize, seed: u64) -> Self {
        let keys = development::keys(n);
        let genesis = development::genesis("net-1".parse().unwrap(), GENESIS, &keys, vec![]);
        let nodes = keys
            .into_iter()
            .map(|key| {
                let dir = tempfile::tempdir().unwrap();
                let signer = FileSigner::open(dir.path().join("sign"), key.clone()).unwrap();
                let disk = Disk::default();
                let app = Arc::new(Mock::new(disk.clone()));
                let mut node = Node {
                    key,
                    disk,
                    blocks: Arc::new(Blocks::in_memory().unwrap()),
                    pool: Arc::new(Mempool::new(app, MempoolConfig::default(), 0)),
                    host: None,
                    signer: SharedSigner::new(signer),
                    _dir: dir,
                    genesis: genesis.clone(),
                    deadly: Arc::new((AtomicU64::new(u64::MAX), AtomicU64::new(0))),
                    twisted: false,
                };
                node.start();
                node
            })
            .collect();
        Self {
            nodes,
            now: GENESIS.plus_millis(10),
            rng: ChaCha8Rng::seed_from_u64(seed),
            loss: 0,
            shuffle: false,
            finished: BTreeMap::new(),
            crashes: 0,
        }
    }

    pub fn proposer(&mut self, round: u32) -> usize {
        let best = self.nodes.iter().max_by_key(|n| n.height()).unwrap();
        let base = best.host.as_ref().unwrap().base();
        let address = base
            .validators
            .proposer(base.height, round)
            .unwrap()
            .address;
        self.index_of(address)
    }

    pub fn index_of(&self, address: Address) -> usize {
        self.nodes
            .iter()
            .position(|n| n.address() == address)
            .unwrap()
    }

    pub fn certificate(
        &self,
        height: u64,
        round: u32,
        value: Proposed,
        by: &[usize],
    ) -> Certificate {
        let bytes = vote_sign_bytes(
            "net-1",
            VoteKind::Precommit,
            height,
            round,
            Some(&value.value),
        );
        Certificate {
            height,
            round,
            value: value.value,
            signatures: by
                .iter()
                .map(|i| {
                    let node = &self.nodes[*i];
                    (node.address(), node.key.sign(&bytes).to_bytes())
                })
                .collect(),
        }
    }

    /// The network's way from one node to another: loses, repeats and mixes.
    fn carry(&mut self, parts: &[ProposalPart]) -> Vec<ProposalPart> {
        let mut arrived = vec![];
        for part in parts {
            if self.rng.next_u32() % 100 >= self.loss {
                arrived.push(part.clone());
                if self.shuffle && self.rng.next_u32().is_multiple_of(4) {
                    arrived.push(part.clone());
                }
            }
        }
        if self.shuffle {
            for i in (1..arrived.len()).rev() {
                arrived.swap(i, self.rng.next_u32() as usize % (i + 1));
            }
        }
        arrived
    }

    /// Starts dead nodes again.
    pub fn revive(&mut self) {
        for node in &mut self.nodes {
            if node.host.is_none() {
                node.start();
                self.crashes += 1;
            }
        }
    }

    /// Gives a node the decided blocks of another until both stand at the same height.
    pub fn sync(&mut self, to: usize, from: usize) {
        loop {
            let height = self.nodes[to].height();
            let Some(effects) = self.nodes[from].step(
                self.now,
                HostInput::GetDecided {
                    from: height,
                    to: height,
                },
            ) else {
                return;
            };
            let [HostEffect::DecidedValues(values)] = effects.as_slice() else {
                panic!("{effects:?}")
            };
            let Some(value) = values.first() else { return };
            let synced = HostInput::Synced {
                height,
                round: value.certificate.round,
                proposer: self.nodes[from].address(),
                bytes: value.bytes.clone(),
            };
            let Some(effects) = self.nodes[to].step(self.now, synced) else {
                return;
            };
            assert!(
                matches!(
                    effects[0],
                    HostEffect::Synced(SyncOutcome::Value(p)) if p.value == value.certificate.value
                ),
                "{effects:?}"
            );
            let decided = HostInput::Decided(value.certificate.clone());
            let Some(effects) = self.nodes[to].step(self.now, decided) else {
                return;
            };
            assert!(
                matches!(effects[0], HostEffect::Committed(_)),
                "{effects:?}"
            );
        }
    }

    /// One round of the highest height. Gives whether it decided.
    pub fn round(&mut self, round: u32) -> bool {
        self.now = self.now.plus_millis(50);
        let height = self.nodes.iter().map(Node::height).max().unwrap();
        let n = self.nodes.len();
        let mut holds: Vec<Option<Proposed>> = vec![None; n];
        for (node, held) in self.nodes.iter_mut().zip(&mut holds) {
            if node.height() != height {
                continue;
            }
            let started = HostInput::StartedRound { height, round };
            if let Some(effects) = node.step(self.now, started)
                && let HostEffect::Undecided(values) = &effects[0]
            {
                *held = values.iter().find(|p| p.round == round).copied();
            }
        }
        let proposer = self.proposer(round);
        if let Some(effects) =
            self.nodes[proposer].step(self.now, HostInput::GetValue { height, round })
        {
            let HostEffect::Propose { value, .. } = effects[0] else {
                panic!("{effects:?}")
            };
            holds[proposer] = Some(Proposed {
                height,
                round,
                pol_round: None,
                proposer: self.nodes[proposer].address(),
                value,
                valid: true,
            });
            let sent = parts(&effects);
            for i in (0..n).filter(|i| *i != proposer) {
                for part in self.carry(&sent) {
                    let Some(effects) =
                        self.nodes[i].step(self.now, HostInput::Part(Box::new(part)))
                    else {
                        break;
                    };
                    if let HostEffect::Received(Some(value)) = effects[0] {
                        holds[i] = Some(value);
                    }
                    if effects.iter().any(|e| matches!(e, HostEffect::Work)) {
                        self.nodes[i].step(self.now, HostInput::Work);
                    }
                }
            }
        }
        let Some(value) = holds[proposer] else {
            return false;
        };
        let voters: Vec<usize> = (0..n)
            .filter(|i| self.nodes[*i].host.is_some())
            .filter(|i| holds[*i].is_some_and(|p| p.valid && p.value == value.value))
            .collect();
        if voters.len() * 3 <= n * 2 {
            return false;
        }
        let certificate = self.certificate(height, round, value, &voters);
        for i in voters {
            let decided = HostInput::Decided(certificate.clone());
            if let Some(effects) = self.nodes[i].step(self.now, decided) {
                let HostEffect::Committed(finished) = &effects[0] else {
                    panic!("{effects:?}")
                };
                self.finished.insert(height, finished.clone());
                self.nodes[i].step(self.now, HostInput::Finalized { height });
            }
        }
        true
    }

    /// Decides one height, in as many rounds as it takes, and brings everyone there.
    pub fn height(&mut self) {
        for round in 0..40 {
            let decided = self.round(round);
            self.revive();
            let best = (0..self.nodes.len())
                .max_by_key(|i| self.nodes[*i].height())
                .unwrap();
            for i in 0..self.nodes.len() {
                if self.nodes[i].height() < self.nodes[best].height() {
                    self.sync(i, best);
                }
            }
            self.revive();
            if decided {
                return;
            }
        }
        panic!("no decision in 40 rounds");
    }

    pub fn submit(&mut self, tx: &str) {
        for node in &self.nodes {
            node.pool.submit(tx.as_bytes().to_vec().into());
        }
    }

    /// Everyone has the same blocks, states and index.
    pub fn agree(&mut self) {
        let best = (0..self.nodes.len())
            .max_by_key(|i| self.nodes[*i].height())
            .unwrap();
        for i in 0..self.nodes.len() {
            self.sync(i, best);
        }
        let first = self.nodes[0].host().base().clone();
        for node in &mut self.nodes {
            let base = node.host().base();
            assert_eq!(base.app_hash, first.app_hash);
            assert_eq!(base.height, first.height);
            assert_eq!(
                base.last.as_ref().map(|l| l.value),
                first.last.as_ref().map(|l| l.value)
            );
            assert_eq!(node.blocks.indexed().unwrap(), node.blocks.tip().unwrap());
        }
    }
}

#[test]
fn four_validators_agree_over_channels_that_lose_repeat_and_mix() {
    for seed in 0..6 {
        println!("seed={seed}");
        let mut net = Net::new(4, seed);
        net.loss = if seed == 0 { 0 } else { 15 };
        net.shuffle = seed > 0;
        for i in 0..12 {
            // some blocks have several parts
            let long = "x".repeat(if i % 3 == 0 { 90_000 } else { 10 });
            net.submit(&format!("ada:{i}:k{i}={long}"));
            net.height();
        }
        net.agree();
        for i in 0..12 {
            if net.nodes[0].app().value(&format!("k{i}")).is_none() {
                net.height();
            }
        }
        let app = net.nodes[0].app();
        assert!((0..12).all(|i| app.value(&format!("k{i}")).is_some()));
    }
}
