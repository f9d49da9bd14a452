//! A round from its opening to its end: whoever likes advances it, solves it and posts the certificate.
mod market;

use mycel_clearing::{
    msg::{ExecuteMsg, RoundView},
    posts::{PAGE_BYTES, commitment},
};
use mycel_kit::{Id, flow};
use mycel_solver::{Edge, Method, clear, method::Options, unwatched};
use mycel_types::{AccountAddress, codes};

use super::{
    Graph,
    waiting::{PAUSE_MS, Waiting},
};
use crate::{Client, ClientError, Receipt, Transport, Unsigned, Wallet, message, submit::WAIT_MS};

pub use market::{MarketReport, solve_market};

/// Gas limit of each transaction of a round: the most that one may name.
const GAS: u64 = 20_000_000;
/// Work of one `advance`, to begin with: the most that the contract does.
const WORK: u32 = 1 << 17;
/// A round that needs more transactions than this is stuck.
const MOST_STEPS: u32 = 10_000;
/// Posts that are searched for one's own.
const MOST_POSTS: u32 = 1_000;
/// Nobody waits longer than this for the time in which others commit, in seconds.
const LONG: u64 = 120;

/// A certificate of a graph's optimum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// What is set off of each obligation, in the graph's order.
    pub flow: Vec<i64>,
    /// As it is posted.
    pub body: Vec<u8>,
}

impl Certificate {
    /// Σ set off.
    pub fn cleared(&self) -> i128 {
        self.flow.iter().map(|flow| i128::from(*flow)).sum()
    }
}

/// Finds the optimum of a graph and its certificate. Amounts are divided by what they have in common, so that their
/// sums stay small.
pub fn solve(graph: &Graph, threads: usize) -> Result<Certificate, ClientError> {
    let wrong = |e: &dyn std::fmt::Display| ClientError::Violated(format!("the graph: {e}"));
    let unit = graph.rows.iter().fold(0u64, |unit, row| {
        greatest_divisor(unit, row.amount.unsigned_abs())
    });
    let unit = i64::try_from(unit.max(1)).map_err(|e| wrong(&e))?;
    let node = |person: u64| -> Result<u32, ClientError> {
        let place = graph.persons.binary_search(&person);
        let place = place.map_err(|_| wrong(&format_args!("person={person} is no node")))?;
        u32::try_from(place).map_err(|e| wrong(&e))
    };
    let mut edges = Vec::with_capacity(graph.rows.len());
    for row in &graph.rows {
        edges.push(Edge {
            tail: node(row.debtor)?,
            head: node(row.creditor)?,
            capacity: row.amount / unit,
            cost: row.cost,
        });
    }
    let options = Options {
        method: Method::Auto,
        threads,
    };
    let solution =
        clear(graph.persons.len(), &edges, &options, &unwatched).map_err(|e| wrong(&e))?;
    let flow: Vec<i64> = solution.flow.iter().map(|flow| flow * unit).collect();
    let amounts: Vec<i64> = graph.rows.iter().map(|row| row.amount).collect();
    let body =
        flow::encode(&graph.root, &amounts, &flow, &solution.potentials).map_err(|e| wrong(&e))?;
    Ok(Certificate { flow, body })
}

fn greatest_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// What a step of a round took.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// `open`, `freeze`, `graph`, `solve`, `commit`, `wait`, `post`, `verify`, `settle`, `close`.
    pub name: &'static str,
    /// Transactions in blocks.
    pub transactions: u32,
    /// SDK gas that they used; tries that came too early are not counted.
    pub gas: u64,
    /// Milliseconds.
    pub ms: u64,
}

/// What a round did.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// As it ended.
    pub round: RoundView,
    /// Its graph.
    pub graph: Graph,
    /// What was posted; empty where there was nothing to clear.
    pub certificate: Certificate,
    /// In order.
    pub steps: Vec<Step>,
}

impl Report {
    /// Whether the certificate is committed to and others may still commit: run again later.
    pub fn waits(&self) -> bool {
        self.round.stage == "frozen"
    }
}

/// What a solver tells and asks while it works.
pub trait Watch {
    /// Says what is being done.
    fn say(&mut self, what: &str);
    /// A clock in milliseconds, from anywhere.
    fn now_ms(&self) -> u64;
}

/// Somebody who moves a round on.
pub struct Solver<'a, T, W> {
    client: &'a Client<T>,
    contract: AccountAddress,
    wallet: &'a mut Wallet,
    watch: &'a mut W,
    steps: Vec<Step>,
    threads: usize,
}

impl<'a, T: Transport, W: Watch> Solver<'a, T, W> {
    /// Somebody with a wallet.
    pub fn new(
        client: &'a Client<T>,
        contract: AccountAddress,
        wallet: &'a mut Wallet,
        watch: &'a mut W,
    ) -> Self {
        Self {
            client,
            contract,
            wallet,
            watch,
            steps: vec![],
            threads: 1,
        }
    }

    /// How many threads may solve.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Takes the round that runs, or opens one, and moves it on as far as it goes now: to its end, or, where others
    /// may still commit for long, to the commitment ([`Report::waits`]).
    pub async fn run(mut self) -> Result<Report, ClientError> {
        let clearing = self.client.clearing(self.contract.clone());
        let number = match clearing.round(None).await {
            Ok(round) if round.stage != "done" => round.round,
            Ok(_) | Err(ClientError::Query { .. }) => self.open().await?,
            Err(error) => return Err(error),
        };
        self.freeze(number).await?;
        let round = self.round(number).await?;
        let (mut graph, mut certificate) = (Graph::empty(number), Certificate::default());
        if round.stage == "frozen" {
            (graph, certificate) = self.certificate(&round).await?;
            let (post, pages) = match self.own_post(&round, &certificate).await? {
                Some(found) => found,
                None => (self.commit(number, &certificate).await?, 0),
            };
            let parameters = clearing.parameters().await?;
            // clocks of development networks may run fast: there it is worth waiting
            if !parameters.development && parameters.commit_seconds.0 > LONG && pages == 0 {
                return Ok(self.report(round, graph, certificate));
            }
            self.post(number, post, pages, &certificate).await?;
        }
        let round = self.finish(number).await?;
        Ok(self.report(round, graph, certificate))
    }

    fn report(self, round: RoundView, graph: Graph, certificate: Certificate) -> Report {
        Report {
            round,
            graph,
            certificate,
            steps: self.steps,
        }
    }

    /// The post that this solver committed to this certificate, and how many of its pages are there.
    async fn own_post(
        &self,
        round: &RoundView,
        certificate: &Certificate,
    ) -> Result<Option<(u32, u32)>, ClientError> {
        let own = self.wallet.address().to_string();
        let hash = commitment(&own, &certificate.body);
        let clearing = self.client.clearing(self.contract.clone());
        for place in 0..round.posts.min(MOST_POSTS) {
            let post = clearing.post(round.round, place).await?;
            if post.solver == own && post.hash.as_slice() == hash && post.fate == "awaited" {
                return Ok(Some((place, post.pages)));
            }
        }
        Ok(None)
    }

    /// Opens a round; gives its number.
    pub async fn open(&mut self) -> Result<Id, ClientError> {
        self.watch.say("opening a clearing round");
        let receipt = self.send("open", &ExecuteMsg::OpenRound {}, GAS).await?;
        receipt
            .attribute("wasm", "round")
            .and_then(|number| number.parse().ok())
            .map(Id)
            .ok_or_else(|| ClientError::Answer("open_round without a number".into()))
    }

    /// Fixes the graph.
    pub async fn freeze(&mut self, round: Id) -> Result<(), ClientError> {
        self.watch.say("fixing the graph of obligations");
        self.advance(round, |stage| {
            matches!(stage, "open" | "barring" | "freezing")
        })
        .await
    }

    /// Downloads the graph and solves it.
    pub async fn certificate(
        &mut self,
        round: &RoundView,
    ) -> Result<(Graph, Certificate), ClientError> {
        self.watch.say("downloading the graph");
        let start = self.watch.now_ms();
        let graph = self
            .client
            .clearing(self.contract.clone())
            .graph(round)
            .await?;
        self.took("graph", start, None);
        self.watch.say(&format!(
            "solving: {} obligations among {} members",
            graph.rows.len(),
            graph.persons.len()
        ));
        let start = self.watch.now_ms();
        let certificate = solve(&graph, self.threads)?;
        self.took("solve", start, None);
        Ok((graph, certificate))
    }

    /// Commits to a certificate; gives the number of the post.
    pub async fn commit(
        &mut self,
        round: Id,
        certificate: &Certificate,
    ) -> Result<u32, ClientError> {
        self.watch.say("committing to the certificate");
        let hash = commitment(&self.wallet.address().to_string(), &certificate.body);
        let commit = ExecuteMsg::Commit {
            round,
            hash: hash.as_slice().into(),
            bytes: u32::try_from(certificate.body.len()).unwrap_or(u32::MAX),
        };
        let receipt = self.send("commit", &commit, GAS).await?;
        receipt
            .attribute("wasm", "post")
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| ClientError::Answer("commit without a number".into()))
    }

    /// Brings a certificate, from the page `first` on, as soon as nobody can commit any more.
    pub async fn post(
        &mut self,
        round: Id,
        post: u32,
        first: u32,
        certificate: &Certificate,
    ) -> Result<(), ClientError> {
        let pages = certificate.body.chunks(PAGE_BYTES);
        let total = pages.len();
        let mut waiting = Waiting::default();
        for (page, data) in (0u32..).zip(pages).skip(first as usize) {
            self.watch.say(&format!(
                "posting the certificate, page {} of {total}",
                page + 1
            ));
            let message = ExecuteMsg::Post {
                round,
                post,
                page,
                data: data.into(),
            };
            loop {
                let start = self.watch.now_ms();
                match self.send("post", &message, GAS).await {
                    Err(error) if told(&error, "round too early") => {
                        let pause = waiting.pause(&error, self.watch.now_ms());
                        self.client.transport().sleep(pause).await;
                        self.took("wait", start, None);
                    }
                    other => break other.map(drop)?,
                }
            }
        }
        Ok(())
    }

    /// Advances until the round is done: verifies, settles, cleans up.
    pub async fn finish(&mut self, round: Id) -> Result<RoundView, ClientError> {
        self.watch.say("verifying and settling on chain");
        self.advance(round, |stage| stage != "done").await?;
        self.round(round).await
    }

    async fn round(&self, number: Id) -> Result<RoundView, ClientError> {
        let clearing = self.client.clearing(self.contract.clone());
        clearing.round(Some(number)).await
    }

    /// Advances while the round's stage is such.
    async fn advance(
        &mut self,
        round: Id,
        still: impl Fn(&str) -> bool,
    ) -> Result<(), ClientError> {
        let mut stage = self.round(round).await?.stage;
        let mut work = WORK;
        for _ in 0..MOST_STEPS {
            if !still(&stage) {
                return Ok(());
            }
            let name = match stage.as_str() {
                "frozen" => "verify",
                "settling" => "settle",
                "closing" => "close",
                _ => "freeze",
            };
            let advance = ExecuteMsg::Advance {
                round,
                limit: Some(work),
            };
            match self.send(name, &advance, GAS).await {
                Ok(receipt) => {
                    let told = receipt.attribute("wasm", "stage").map(str::to_owned);
                    stage = told.unwrap_or(stage);
                }
                Err(error) if out_of_gas(&error) && work > 1024 => work /= 2,
                // at the deadline, or while it takes tenders
                Err(error) if told(&error, "nothing to do") => {
                    self.client.transport().sleep(PAUSE_MS).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(ClientError::Answer(format!(
            "round={} stays {stage} after {MOST_STEPS} steps",
            round.0
        )))
    }

    async fn send(
        &mut self,
        name: &'static str,
        body: &ExecuteMsg,
        gas: u64,
    ) -> Result<Receipt, ClientError> {
        let start = self.watch.now_ms();
        let sender = self.wallet.address();
        let execute = message::execute(&sender, &self.contract, body)?;
        let tx = Unsigned::new(vec![execute]).gas_limit(gas);
        let signed = self.client.broadcast_unsigned(self.wallet, &tx).await?;
        let receipt = self.client.wait(&signed, WAIT_MS).await?;
        self.took(name, start, Some(&receipt));
        Ok(receipt)
    }

    fn took(&mut self, name: &'static str, start: u64, receipt: Option<&Receipt>) {
        let ms = self.watch.now_ms().saturating_sub(start);
        let (transactions, gas) = receipt.map_or((0, 0), |receipt| (1, receipt.gas_used));
        match self.steps.last_mut().filter(|step| step.name == name) {
            Some(step) => {
                step.transactions += transactions;
                step.gas += gas;
                step.ms += ms;
            }
            None => self.steps.push(Step {
                name,
                transactions,
                gas,
                ms,
            }),
        }
    }
}

/// Whether a contract refused with this phrase.
fn told(error: &ClientError, phrase: &str) -> bool {
    matches!(error, ClientError::Refused { log, .. } if log.contains(phrase))
}

fn out_of_gas(error: &ClientError) -> bool {
    let known = codes::OUT_OF_GAS;
    matches!(error, ClientError::Refused { codespace, code, .. }
        if *code == known.code && codespace == known.codespace)
}
