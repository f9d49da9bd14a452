//! The main job: a local network, a town on it, and what it measured.
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use mycel_client::{Amount, Client, ClientError, Development, Http, SecretKey, Wallet};
use mycel_types::{AccountAddress, GenesisAccount, GenesisWasm};
use tokio::runtime::Handle;

use crate::{
    contracts::{CREDIT, Contracts, Missing},
    cpu,
    figures::{Decimal, Figures, Finality, percentile},
    ledger::Ledger,
    members::Trade,
    network::{CHAIN_ID, Network, NetworkError},
    replay::{Market, ReplayError, replay},
    rows::{self, Payment, RowsError},
    setup::{self, Terms},
    status::StatusLine,
};

/// The development seed of the operator's and the members' keys.
pub const SEED: &str = "town";
/// Gas limit of a payment: about three times what one needs.
const PAYMENT_GAS: u64 = 100_000;
/// Payments a second of a generated town.
const PACE: Duration = Duration::from_millis(50);
/// Payments of a generated town that ends by itself.
const PAYMENTS_TO_EXIT: usize = 500;
/// Decay of a generated town: the contract's default of 0.001 a day.
const RATE_PPB_PER_DAY: u32 = 1_000_000;

/// What the town is like.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Folder of compiled contracts.
    pub contracts: PathBuf,
    /// The network's folder.
    pub dir: PathBuf,
    /// Nodes in processes of their own: the binary to run.
    pub processes: Option<PathBuf>,
    /// How many validators.
    pub validators: usize,
    /// How many members a generated town has.
    pub members: u32,
    /// Seed of the generated payments.
    pub seed: u64,
    /// A file of transfers to replay instead.
    pub data: Option<PathBuf>,
    /// Accounts whose transfers are left out.
    pub skip: BTreeSet<u32>,
    /// At most so many payments.
    pub payments: Option<usize>,
    /// What everyone gets, in credits.
    pub starter: u64,
    /// Everyone's limit, in credits.
    pub limit: u64,
    /// Days of contract time a second; 0 is real time.
    pub days_per_second: u64,
    /// At least so many milliseconds between two payments.
    pub pace_ms: Option<u64>,
    /// Whether to end with figures instead of staying up.
    pub exit: bool,
    /// Further addresses that exist from genesis on.
    pub accounts: Vec<AccountAddress>,
}

/// Why the main job stopped.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A node's answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The payments.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The file of transfers.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A contract was not compiled.
    #[error(transparent)]
    Contract(#[from] Missing),
    /// An amount beyond what the contract takes.
    #[error("{0}")]
    Input(String),
}

/// The town's payments and everyone in them.
struct People {
    payments: Vec<Payment>,
    keys: BTreeMap<u32, SecretKey>,
}

impl Plan {
    fn people(&self) -> Result<People, TownError> {
        let (payments, numbers): (Vec<Payment>, BTreeSet<u32>) = match &self.data {
            Some(path) => {
                let payments = rows::read(path, &self.skip, self.payments.unwrap_or(usize::MAX))?;
                let numbers = payments.iter().flat_map(|p| [p.from, p.to]).collect();
                (payments, numbers)
            }
            None => {
                let count = self.payments.unwrap_or(PAYMENTS_TO_EXIT);
                let payments = Trade::new(self.seed, self.members).take(count).collect();
                (payments, (1..=self.members).collect())
            }
        };
        Ok(People {
            payments,
            keys: numbers.into_iter().map(|n| (n, member(n))).collect(),
        })
    }

    fn terms(&self) -> Result<Terms, TownError> {
        let credits = |what: &str, n: u64| {
            Amount::credits(n).ok_or_else(|| {
                TownError::Input(format!("{what}={n} is above 9223372 credits; choose less"))
            })
        };
        Ok(Terms {
            rate_ppb_per_day: if self.data.is_some() {
                0
            } else {
                RATE_PPB_PER_DAY
            },
            starter: credits("starter", self.starter)?,
            limit: credits("limit", self.limit)?,
        })
    }

    /// A limit that differs from what the contract opens an account with is set by the operator.
    fn own_limit(&self, terms: &Terms) -> Option<Amount> {
        const OPENING: u64 = 1000;
        (self.limit != OPENING).then_some(terms.limit)
    }

    fn time_scale(&self) -> u64 {
        const SECONDS_PER_DAY: u64 = 86_400;
        self.days_per_second.saturating_mul(SECONDS_PER_DAY).max(1)
    }
}

/// The operator's key: it deploys and enrols.
pub fn operator() -> SecretKey {
    SecretKey::for_development(SEED, 0)
}

/// The key of account `n`. Number 0 is the operator's, so an account 0 has the number after the last.
pub fn member(n: u32) -> SecretKey {
    let number = if n == 0 { 1 << 32 } else { u64::from(n) };
    SecretKey::for_development(SEED, number)
}

/// A running town.
pub struct Town {
    plan: Plan,
    network: Network,
    people: People,
    market: Market,
    contract: AccountAddress,
    height: u64,
}

impl Town {
    /// Starts the network, deploys the contract and enrols everyone.
    /// Nodes that live in this process run on `nodes`.
    pub async fn start(plan: Plan, nodes: &Handle) -> Result<Self, TownError> {
        let (people, terms) = (plan.people()?, plan.terms()?);
        let contracts = Contracts::read(&plan.contracts, operator().address())?;
        let genesis_account = |address| GenesisAccount {
            address,
            coins: vec![],
            class: String::new(),
        };
        let accounts = std::iter::once(operator().address())
            .chain(people.keys.values().map(SecretKey::address))
            .chain(plan.accounts.iter().cloned())
            .map(genesis_account)
            .collect();
        let status = StatusLine::open();
        status.say(&format!("starting {} validators", plan.validators));
        let network = Network::start(
            &plan.dir,
            plan.validators,
            accounts,
            setup::params(&contracts, plan.time_scale()),
            GenesisWasm::default(),
            plan.processes.as_deref(),
            nodes,
        )
        .await?;
        let client = Client::http(network.url())?;
        let mut operator = Wallet::at(operator(), CHAIN_ID, 0);
        status.say("deploying the contracts");
        setup::deploy(&client, &mut operator, &contracts, &terms).await?;
        let batches = setup::enrolment(&contracts, &people.keys, plan.own_limit(&terms))?;
        let total = people.keys.len();
        setup::send_all(&client, &mut operator, &batches, |done| {
            let enrolled = (done * mycel_members::msg::MAX_ITEMS).min(total);
            status.say(&format!("enrolled {enrolled} of {total}"));
        })
        .await?;
        let contract = contracts.address(CREDIT).clone();
        let members = people.keys.keys().max().copied().unwrap_or(0);
        let development = Development {
            seed: SEED.into(),
            members,
        };
        network
            .describe(&contract, BTreeMap::new(), development)
            .await?;
        let height = client.status().await?.latest_height;
        let market = Market {
            urls: network.urls().to_vec(),
            chain_id: CHAIN_ID.into(),
            contract: contract.clone(),
            keys: people.keys.clone(),
            sequences: BTreeMap::new(),
            gas_limit: PAYMENT_GAS,
            pace: plan.pace_ms.map(Duration::from_millis),
            patience: Duration::from_secs(5),
        };
        Ok(Self {
            plan,
            network,
            people,
            market,
            contract,
            height,
        })
    }

    /// The running network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Stops the network in order.
    pub async fn stop(self) {
        self.network.stop().await;
    }

    /// Runs the planned payments and measures.
    pub async fn measure(&mut self) -> Result<Figures, TownError> {
        let status = StatusLine::counting(self.people.payments.len());
        let before = (self.network.cpu(), cpu::of_clients());
        let mut ledger = Ledger::default();
        ledger.height = self.height;
        let payments = std::mem::take(&mut self.people.payments);
        replay(&mut self.market, &payments, &mut ledger, |ledger| {
            status.show(ledger, None)
        })
        .await?;
        let after = (self.network.cpu(), cpu::of_clients());
        status.finish();
        self.figures(
            &ledger,
            after.0.saturating_sub(before.0),
            after.1.saturating_sub(before.1),
        )
        .await
    }

    async fn figures(
        &self,
        ledger: &Ledger,
        cpu: Duration,
        client_cpu: Duration,
    ) -> Result<Figures, TownError> {
        let client = Client::http(self.network.url())?;
        let sums = self.sums(&client).await?;
        let (height, app_hash) = self.network.settle().await?;
        let latencies = ledger.sorted_latencies();
        Ok(Figures {
            height,
            members: self.people.keys.len(),
            payments: ledger.committed,
            refused: ledger.refused,
            sum: sums.0,
            commons: sums.1,
            tps: Decimal::ratio(
                ledger.committed as u128 * 1_000_000,
                ledger.span().as_micros().max(1),
            ),
            finality_ms: Finality {
                p50: percentile(&latencies, 50),
                p95: percentile(&latencies, 95),
            },
            cpu_s: Decimal::ratio(cpu.as_millis(), 1000),
            client_cpu_s: Decimal::ratio(client_cpu.as_millis(), 1000),
            state_bytes: self.network.state_bytes(),
            app_hash,
        })
    }

    /// (sum of everything, commons) as the contract's first invariant and its commons query give them.
    async fn sums(&self, client: &Client<Http>) -> Result<(String, String), TownError> {
        let credit = client.credit(self.contract.clone());
        let invariants = credit.invariants().await?.invariants;
        let first = invariants.iter().find(|i| i.id == "CREDIT-1");
        let sum = first.and_then(|i| i.numbers.iter().find(|n| n.name == "sum"));
        let sum = sum.map_or_else(|| "unknown".into(), |n| n.value.clone());
        Ok((sum, credit.commons().await?.commons.to_string()))
    }

    /// Trades at a walking pace until `stop` resolves.
    pub async fn trade(&mut self, stop: impl Future<Output = ()>) -> Result<(), TownError> {
        let status = StatusLine::open();
        self.market.pace.get_or_insert(PACE);
        let mut trade = Trade::new(self.plan.seed, self.plan.members);
        let mut ledger = Ledger::default();
        ledger.height = self.height;
        let trading = async {
            loop {
                let some: Vec<Payment> = trade.by_ref().take(40).collect();
                let client = Client::http(self.network.url())?;
                let (sum, _) = self.sums(&client).await?;
                replay(&mut self.market, &some, &mut ledger, |ledger| {
                    status.show(ledger, Some(&sum));
                })
                .await?;
            }
        };
        tokio::select! {
            outcome = trading => outcome,
            () = stop => Ok(()),
        }
    }
}
