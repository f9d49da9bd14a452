//! The main job: a local network, a town on it, and what it measured.
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use mycel_client::{
    Client, ClientError, Development, Http, SecretKey, Wallet,
    clearing::{Solver, Step, Watch},
};
use tokio::runtime::Handle;

use crate::{
    assembled::{self, Assembled},
    civic::{CivicError, Voices},
    cleared::Cleared,
    contracts::{CLEARING, CREDIT, Contracts, Missing, TRUST},
    cpu,
    figures::{Decimal, Figures, Finality, percentile},
    forest::{self, Forest, Forested, Planned},
    ledger::Ledger,
    members::Trade,
    network::{Beginning, CHAIN_ID, Network, NetworkError},
    obligations,
    plan::{People, Plan},
    replay::{Market, ReplayError, replay},
    round::{self, Funded},
    rows::{Payment, RowsError},
    seed::{self, Founding, SeedError},
    setup,
    status::StatusLine,
    steps::{Spent, Steps},
    visitors,
};

/// The development seed of the operator's and the members' keys.
pub const SEED: &str = "town";
/// Gas limit of a payment: about three times what one needs.
const PAYMENT_GAS: u64 = 100_000;
/// How long the block after the last one may take.
const PROOF: Duration = Duration::from_secs(30);
/// Payments a second of a generated town.
const PACE: Duration = Duration::from_millis(50);
/// Fewer members neither live of a forest nor give to projects.
const SHARING: usize = 24;
/// Organisations that watch the forest …
const WATCHING: u32 = 3;
/// … whose accounts have numbers above all members'.
const ORGANISATIONS: u32 = 4_000_000_000;
/// Numbers of relays' keys, above all accounts'.
const RELAYS: u64 = 1 << 33;
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
    /// What was to stand in genesis.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// What members do together.
    #[error(transparent)]
    Civic(#[from] CivicError),
    /// An amount beyond what the contract takes.
    #[error("{0}")]
    Input(String),
}

/// Accounts of the organisations that watch.
fn watching() -> impl Iterator<Item = u32> {
    (0..WATCHING).map(|n| ORGANISATIONS + n)
}

/// The operator's key: of an ordinary account that solves and deploys variants, belongs to nobody in the town and has no
/// power over it.
pub fn operator() -> SecretKey {
    SecretKey::for_development(SEED, 0)
}

/// The key of account `n`. Number 0 is the operator's, so an account 0 has the number after the last.
pub fn member(n: u32) -> SecretKey {
    let number = if n == 0 { 1 << 32 } else { u64::from(n) };
    SecretKey::for_development(SEED, number)
}

/// The key with which validator `n` sends strangers' proofs.
pub fn relay(n: usize) -> SecretKey {
    SecretKey::for_development(SEED, RELAYS + n as u64)
}

/// A running town.
pub struct Town {
    plan: Plan,
    network: Network,
    people: People,
    contracts: Contracts,
    operator: Wallet,
    market: Market,
    height: u64,
    setup: Vec<Step>,
    /// What the assembly decided about a forest.
    forest: Option<Planned>,
    /// The forest that visitors find.
    kept: Option<Forest>,
}

impl Town {
    /// Makes a genesis that holds the contracts and everyone in them, and starts the network. Nodes that live in this
    /// process run on `nodes`.
    pub async fn start(plan: Plan, nodes: &Handle) -> Result<Self, TownError> {
        let people = plan.people()?;
        let terms = plan.terms(people.debts.len())?;
        let contracts = Contracts::read(&plan.contracts)?;
        let params = setup::params(&contracts, &terms, plan.time_scale());
        let status = StatusLine::open();
        let mut steps = Steps::begin();
        status.say(&format!(
            "building genesis: {} members, {} obligations",
            people.keys.len(),
            plan.debts.as_ref().map_or(0, |_| people.debts.len())
        ));
        let mut others = vec![operator().address()];
        others.extend(plan.accounts.iter().cloned());
        let relays: Vec<SecretKey> = (0..plan.validators).map(relay).collect();
        others.extend(relays.iter().map(SecretKey::address));
        if plan.shares {
            others.extend(watching().map(|n| member(n).address()));
        }
        let founding = Founding {
            terms: &terms,
            time_scale: plan.time_scale(),
            keys: &people.keys,
            limit: plan.own_limit(&terms),
            debts: plan.debts.as_ref().map_or(&[], |_| &people.debts),
            others: &others,
        };
        let (wasm, accounts) = seed::genesis(&contracts, &founding)?;
        steps.took("genesis", Spent::default());
        status.say(&format!("starting {} validators", plan.validators));
        let network = Network::start(
            &plan.dir,
            plan.validators,
            Beginning {
                accounts,
                params,
                wasm,
                verifying_keys: setup::verifying_keys(&terms),
                relay: (contracts.address(TRUST).clone(), relays),
            },
            plan.processes.as_deref(),
            nodes,
        )
        .await?;
        steps.took("start", Spent::default());
        let client = Client::http(network.url())?;
        let height = client.status().await?.latest_height;
        let market = Market {
            urls: network.urls().to_vec(),
            chain_id: CHAIN_ID.into(),
            contract: contracts.address(CREDIT).clone(),
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
            contracts,
            operator: Wallet::at(operator(), CHAIN_ID, 0),
            market,
            height,
            setup: steps.all(),
            forest: None,
            kept: None,
        })
    }

    /// Writes `network.json`: from here on other commands find the town, and can prove all that happened so far.
    pub async fn describe(&self) -> Result<(), TownError> {
        // a state is proven by the header after it
        self.network.await_height(self.height + 1, PROOF).await?;
        let development = Development {
            seed: SEED.into(),
            members: self.people.keys.keys().max().copied().unwrap_or(0),
        };
        let (contract, others) = (self.contracts.address(CREDIT), self.contracts.others());
        Ok(self.network.describe(contract, others, development).await?)
    }

    /// Whether there is anything to clear.
    pub fn owes(&self) -> bool {
        !self.people.debts.is_empty()
    }

    /// The town's debts become obligations, unless genesis has them, and one round clears what it can.
    pub async fn clear(&mut self) -> Result<Cleared, TownError> {
        let status = StatusLine::open();
        let client = Client::http(self.network.url())?;
        let confirmed = if self.plan.debts.is_none() {
            status.say("proposing and confirming obligations");
            Some(
                obligations::confirm(
                    &client,
                    &self.contracts,
                    &self.people,
                    &mut self.market.sequences,
                )
                .await?,
            )
        } else {
            None
        };
        let mut watch = Watched(&status, Instant::now());
        let contract = self.contracts.address(CLEARING).clone();
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let report = Solver::new(&client, contract, &mut self.operator, &mut watch)
            .threads(threads)
            .run()
            .await?;
        self.height = client.status().await?.latest_height;
        Ok(Cleared::new(report, confirmed, &self.people))
    }

    /// Whether an assembly is drawn.
    pub fn assembles(&self) -> bool {
        assembled::seats(self.people.keys.len(), self.plan.seats) > 0
    }

    /// Everybody's key, with those of organisations that watch.
    fn voices_of(&self) -> BTreeMap<u32, SecretKey> {
        let mut keys = self.people.keys.clone();
        if self.shares() {
            keys.extend(watching().map(|n| (n, member(n))));
        }
        keys
    }

    /// Draws an assembly by lot, which recommends, and has the town decide and carry out one proposal; a forest is
    /// founded by it, if members are to live of one.
    pub async fn assemble(&mut self) -> Result<Assembled, TownError> {
        let status = StatusLine::open();
        let client = Client::http(self.network.url())?;
        let members: Vec<u32> = self.people.keys.keys().copied().collect();
        let (keys, shares, step) = (self.voices_of(), self.shares(), self.step());
        let sequences = &mut self.market.sequences;
        let mut voices = Voices::new(&client, &self.contracts, &keys, sequences);
        let seats = assembled::seats(members.len(), self.plan.seats);
        let told = |what: &str| status.say(what);
        let scale = self.plan.time_scale();
        let (mut also, mut more) = ("", vec![]);
        if shares {
            also = ", and the town has a forest";
            told("founding organisations that watch a forest");
            let organisations: Vec<u32> = watching().collect();
            let planned = forest::plan(&mut voices, &members, &organisations, step).await?;
            more.clone_from(&planned.actions);
            self.forest = Some(planned);
        } else if !self.plan.exit {
            also = ", and votes last minutes";
            more = visitors::numbers(scale);
        }
        let done = assembled::assemble(&mut voices, &members, seats, setup::GAS, also, &more, told)
            .await?;
        self.height = client.status().await?.latest_height;
        Ok(done)
    }

    /// A step on the contracts' clock.
    fn step(&self) -> u64 {
        setup::STEP_SECONDS.saturating_mul(self.plan.time_scale())
    }

    /// Whether members live of a forest, which the assembly decided, and have a round of funding.
    pub fn shares(&self) -> bool {
        self.assembles() && self.people.keys.len() >= SHARING && self.plan.shares
    }

    /// Lives of the forest for a good season and a drought; then has a round of funding. A town that stays up decides
    /// meanwhile that votes and seasons last as long as visitors need, and opens a round for their gifts.
    pub async fn share(&mut self) -> Result<Option<(Forested, Funded)>, TownError> {
        let Some(planned) = self.forest.take() else {
            return Ok(None);
        };
        let status = StatusLine::open();
        let client = Client::http(self.network.url())?;
        let members: Vec<u32> = self.people.keys.keys().copied().collect();
        let (keys, step) = (self.voices_of(), self.step());
        let sequences = &mut self.market.sequences;
        let mut voices = Voices::new(&client, &self.contracts, &keys, sequences);
        let told = |what: &str| status.say(what);
        let lived = forest::live(&mut voices, planned, told).await?;
        if self.plan.exit {
            let (forested, _) = forest::outlive(&mut voices, lived).await?;
            let funded = round::hold(&mut voices, &members, step, told).await?;
            self.height = client.status().await?.latest_height;
            return Ok(Some((forested, funded)));
        }
        let scale = self.plan.time_scale();
        let proposed = visitors::propose(&mut voices, &lived.forest, &members, scale).await?;
        visitors::vote(&mut voices, &lived.forest, &members, proposed).await?;
        let (forested, mut forest) = forest::outlive(&mut voices, lived).await?;
        visitors::carry_out(&mut voices, proposed).await?;
        told("opening rounds of funding");
        let first = round::open(&mut voices, &members, step, &round::FIRST).await?;
        let second = round::open(&mut voices, &members, step, &round::SECOND).await?;
        // it is as dry as before; a sudden rise would be a dispute
        forest::seasons::dusk(&mut voices, &mut forest, forest::DROUGHT).await?;
        let funded = round::finish(&mut voices, &first, told).await?;
        round::give(&mut voices, &second).await?;
        let over = forested.seasons.last().map_or(0, |season| season.epoch);
        forest::seasons::opened(&mut voices, &forest, over).await?;
        self.kept = Some(forest);
        self.height = client.status().await?.latest_height;
        Ok(Some((forested, funded)))
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
        let cpu = (
            after.0.saturating_sub(before.0),
            after.1.saturating_sub(before.1),
        );
        let clearing = if self.owes() {
            Some(self.clear().await?)
        } else {
            None
        };
        let assembly = if self.assembles() {
            Some(self.assemble().await?)
        } else {
            None
        };
        let shared = self.share().await?;
        self.figures(&ledger, cpu, clearing, assembly, shared).await
    }

    async fn figures(
        &self,
        ledger: &Ledger,
        cpu: (Duration, Duration),
        clearing: Option<Cleared>,
        assembly: Option<Assembled>,
        shared: Option<(Forested, Funded)>,
    ) -> Result<Figures, TownError> {
        let client = Client::http(self.network.url())?;
        let sums = self.sums(&client).await?;
        let (height, app_hash) = self.network.settle().await?;
        let latencies = ledger.sorted_latencies();
        let (forest, funding) = shared.unzip();
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
            cpu_s: Decimal::ratio(cpu.0.as_millis(), 1000),
            client_cpu_s: Decimal::ratio(cpu.1.as_millis(), 1000),
            state_bytes: self.network.state_bytes(),
            app_hash,
            agreeing: self.network.urls().len(),
            setup: self.setup.clone(),
            clearing,
            assembly,
            forest,
            funding,
        })
    }

    /// (sum of everything, commons) as the contract's first invariant and its commons query give them.
    async fn sums(&self, client: &Client<Http>) -> Result<(String, String), TownError> {
        let credit = client.credit(self.contracts.address(CREDIT).clone());
        let invariants = credit.invariants().await?.invariants;
        let first = invariants.iter().find(|i| i.id == "CREDIT-1");
        let sum = first.and_then(|i| i.numbers.iter().find(|n| n.name == "sum"));
        let sum = sum.map_or_else(|| "unknown".into(), |n| n.value.clone());
        Ok((sum, credit.commons().await?.commons.to_string()))
    }

    /// Trades at a walking pace until `stop` resolves.
    pub async fn trade(&mut self, stop: impl Future<Output = ()>) -> Result<(), TownError> {
        if self.plan.debts.is_some() {
            stop.await;
            return Ok(());
        }
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
                self.keep(&client).await;
            }
        };
        tokio::select! {
            outcome = trading => outcome,
            () = stop => Ok(()),
        }
    }
}

impl Town {
    /// Monitors read in time for the forest's next season. Where they cannot now, as when a visitor speaks with their
    /// keys, they try again.
    async fn keep(&mut self, client: &Client<Http>) {
        let keys = self.voices_of();
        let Some(forest) = &mut self.kept else {
            return;
        };
        let sequences = &mut self.market.sequences;
        let mut voices = Voices::new(client, &self.contracts, &keys, sequences);
        let _ = forest::seasons::keep(&mut voices, forest, forest::DROUGHT).await;
    }
}

/// A solver's words on the status line.
struct Watched<'a>(&'a StatusLine, Instant);

impl Watch for Watched<'_> {
    fn say(&mut self, what: &str) {
        self.0.say(what);
    }
    fn now_ms(&self) -> u64 {
        u64::try_from(self.1.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
