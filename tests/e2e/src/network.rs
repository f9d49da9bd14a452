//! Four validators in processes of their own, which a test kills and starts again.
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, SystemTime},
};

use mycel_client::{Amount, Client, Http, SecretKey};
use mycel_node::{Home, NodeConfig, Process, Testnet};
use mycel_town::{
    CHAIN_ID,
    contracts::{CREDIT, Contracts},
    network, operator,
    replay::Market,
    seed::{self, Founding},
    setup::{self, Terms},
    town::{member, relay},
};
use mycel_types::AccountAddress;

const VALIDATORS: usize = 4;

/// A network whose processes a test holds one by one.
pub struct Cluster {
    homes: Vec<Home>,
    processes: Vec<Option<Process>>,
    urls: Vec<String>,
    contracts: Contracts,
    keys: BTreeMap<u32, SecretKey>,
}

impl Cluster {
    /// Makes the folders of four validators, with a town in genesis: members 1 to `members`, who start with nothing and
    /// may fall to `limit` credits below zero.
    pub fn new(dir: &Path, members: u32, limit: u64) -> Self {
        let limit = Amount::credits(limit).unwrap();
        let terms = Terms {
            rate_ppb_per_day: 0,
            starter: Amount::ZERO,
            limit,
            ..Terms::default()
        };
        Self::founded(dir, members, &terms, 0)
    }

    /// The same with other terms, of a town that was founded so many seconds before its chain begins.
    pub fn founded(dir: &Path, members: u32, terms: &Terms, ago: u64) -> Self {
        let contracts = town_contracts();
        let keys = (1..=members).map(|n| (n, member(n))).collect();
        let relays = (0..VALIDATORS).map(|i| relay(i).address());
        let others: Vec<_> = relays.chain([operator().address()]).collect();
        let founding = Founding {
            terms,
            time_scale: 1,
            keys: &keys,
            limit: Some(terms.limit),
            debts: &[],
            others: &others,
        };
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = since.unwrap().as_secs() - ago;
        let (wasm, accounts) = seed::genesis_at(&contracts, &founding, now).unwrap();
        let homes = Testnet {
            dir: dir.into(),
            chain_id: CHAIN_ID.into(),
            validators: VALIDATORS,
            accounts,
            params: setup::params(&contracts, terms, 1),
            wasm,
            verifying_keys: setup::verifying_keys(terms),
            idle_ms: 1000,
        }
        .create()
        .unwrap();
        let url = |home| format!("http://{}", NodeConfig::read(home).unwrap().rpc.listen);
        Self {
            urls: homes.iter().map(url).collect(),
            processes: homes.iter().map(|_| None).collect(),
            homes,
            contracts,
            keys,
        }
    }

    /// Lets some nodes send shows of strangers to this contract, from when they are started. Everybody here asks from
    /// one network address, so more of one address is allowed than usual.
    pub fn relays(&self, nodes: &[usize], contract: &AccountAddress) {
        for i in nodes {
            network::relay(&self.homes[*i], contract, &relay(*i)).unwrap();
            let mut config = NodeConfig::read(&self.homes[*i]).unwrap();
            let section = config.relay.as_mut().expect("it was written");
            section.per_address = section.per_minute;
            config.write(&self.homes[*i]).unwrap();
        }
    }

    /// The nodes' folders.
    pub fn homes(&self) -> &[Home] {
        &self.homes
    }

    /// The nodes' RPC.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }

    /// A client of node `i`.
    pub fn client(&self, i: usize) -> Client<Http> {
        Client::http(&self.urls[i]).unwrap()
    }

    /// Starts node `i`, with a crash point if one is named.
    pub fn start(&mut self, i: usize, crash_at: Option<&str>) {
        let env: Vec<(&str, &str)> = crash_at
            .map(|at| ("MYCEL_CRASH_AT", at))
            .into_iter()
            .collect();
        let process = Process::start(&crate::binary(), &self.homes[i], &env).unwrap();
        self.processes[i] = Some(process);
    }

    /// Starts all nodes that do not run.
    pub fn start_all(&mut self) {
        for i in 0..self.homes.len() {
            if self.processes[i].is_none() {
                self.start(i, None);
            }
        }
    }

    /// Kills node `i` with SIGKILL.
    pub fn kill(&mut self, i: usize) {
        self.processes[i].take().expect("it runs").kill();
    }

    /// Waits until node `i` ends by itself, and forgets it.
    pub fn await_end(&mut self, i: usize, patience: Duration) {
        let mut process = self.processes[i].take().expect("it runs");
        assert!(
            process.ended_within(patience),
            "node {i} goes on; its log: {}",
            self.log(i)
        );
    }

    /// The end of node `i`'s log.
    pub fn log(&self, i: usize) -> String {
        let log = std::fs::read_to_string(self.homes[i].data().join("log")).unwrap_or_default();
        log.lines().rev().take(15).collect::<Vec<_>>().join("\n")
    }

    /// Waits until every node that runs has passed `height`.
    pub async fn await_height(&self, height: u64) {
        for i in (0..self.homes.len()).filter(|i| self.processes[*i].is_some()) {
            self.await_height_of(i, height).await;
        }
    }

    /// Waits until node `i` has passed `height`.
    pub async fn await_height_of(&self, i: usize, height: u64) {
        let client = self.client(i);
        for _ in 0..3000 {
            if client
                .status()
                .await
                .is_ok_and(|s| s.latest_height >= height)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!(
            "node {i} does not reach height {height}; its log: {}",
            self.log(i)
        );
    }

    /// The town's contracts.
    pub fn contracts(&self) -> &Contracts {
        &self.contracts
    }

    /// Where the members pay each other.
    pub fn market(&self) -> Market {
        Market {
            urls: self.urls.clone(),
            chain_id: CHAIN_ID.into(),
            contract: self.contracts.address(CREDIT).clone(),
            keys: self.keys.clone(),
            sequences: BTreeMap::new(),
            gas_limit: 100_000,
            pace: None,
            patience: Duration::from_secs(1),
        }
    }

    /// What node `i` says a member's position is.
    pub async fn position(&self, i: usize, contract: &AccountAddress, account: u32) -> i128 {
        let client = self.client(i);
        let credit = client.credit(contract.clone());
        let position = credit.position(&member(account).address()).await.unwrap();
        position.position.i128()
    }

    /// The app hash in header `height` of node `i`.
    pub async fn app_hash(&self, i: usize, height: u64) -> String {
        let block = self.client(i).light_block(Some(height)).await.unwrap();
        block.header.app_hash.to_string()
    }
}

/// The town's contracts, as genesis has them.
fn town_contracts() -> Contracts {
    Contracts::read(&crate::contracts()).unwrap()
}
