//! A round of a market, as a clearing round: opened, frozen, solved, posted, settled by whoever likes.
use mycel_clearing::msg::{ExecuteMsg, MarketKind, RoundView};
use mycel_kit::{Id, flow};
use mycel_solver::{Method, Problem, method::Options, units, unwatched};

use super::{Certificate, GAS, LONG, Solver, Step, Watch};
use crate::{ClientError, Transport, clearing::MarketGraph};

/// What a market's round did.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketReport {
    /// As it ended.
    pub round: RoundView,
    /// Its graph; none where there was nothing to match.
    pub graph: Option<MarketGraph>,
    /// What was posted.
    pub certificate: Certificate,
    /// In order.
    pub steps: Vec<Step>,
}

impl MarketReport {
    /// Whether the certificate is committed to and others may still commit: run again later.
    pub fn waits(&self) -> bool {
        self.round.stage == "frozen"
    }
}

/// Finds the optimum of a market's graph and its certificate, as the market's kind asks; what the contract would not
/// take as the optimum is not given.
pub fn solve_market(graph: &MarketGraph, threads: usize) -> Result<Certificate, ClientError> {
    let wrong = |e: &dyn std::fmt::Display| ClientError::Violated(format!("the graph: {e}"));
    let nodes = graph.supplies.len();
    let (flow, potentials) = if graph.kind == MarketKind::Stable {
        let flow = units::stable_flow(nodes, &graph.edges);
        let count = u32::try_from(nodes).map_err(|e| wrong(&e))?;
        units::verify_stable(count, &graph.edges, &flow).map_err(|e| wrong(&e))?;
        (flow, vec![0; nodes])
    } else {
        let problem = Problem::new(graph.supplies.clone(), graph.edges.clone());
        let problem = problem.map_err(|e| wrong(&e))?;
        let solution = if graph.kind == MarketKind::Flow {
            let options = Options {
                method: Method::Auto,
                threads,
            };
            mycel_solver::solve(&problem, &options, &unwatched).map_err(|e| wrong(&e))?
        } else {
            units::assignment(&problem).map_err(|e| wrong(&e))?
        };
        let verdict = solution.verify(&problem).map_err(|e| wrong(&e))?;
        verdict.optimal().map_err(|e| wrong(&e))?;
        (solution.flow, solution.potentials)
    };
    let capacities: Vec<i64> = graph.edges.iter().map(|edge| edge.capacity).collect();
    let body = flow::encode(&graph.root, &capacities, &flow, &potentials).map_err(|e| wrong(&e))?;
    Ok(Certificate { flow, body })
}

impl<T: Transport, W: Watch> Solver<'_, T, W> {
    /// Takes the market's round that runs, or opens one, and moves it on as far as it goes now, as
    /// [`Solver::run`] does. `frozen` sees the graph before it is solved.
    pub async fn run_market(
        mut self,
        market: u32,
        frozen: impl FnOnce(&MarketGraph) -> Result<(), ClientError>,
    ) -> Result<MarketReport, ClientError> {
        let clearing = self.client.clearing(self.contract.clone());
        let number = match clearing.market(market).await?.active {
            Some(running) => running,
            None => self.open_market(market).await?,
        };
        self.freeze(number).await?;
        let round = self.round(number).await?;
        let (mut graph, mut certificate) = (None, Certificate::default());
        if round.stage == "frozen" {
            self.watch.say("downloading the graph");
            let start = self.watch.now_ms();
            let found = clearing.market_graph(&round).await?;
            self.took("graph", start, None);
            frozen(&found)?;
            let edges = found.edges.len();
            self.watch.say(&format!("solving: {edges} edges"));
            let start = self.watch.now_ms();
            certificate = solve_market(&found, self.threads)?;
            self.took("solve", start, None);
            graph = Some(found);
            let (post, pages) = match self.own_post(&round, &certificate).await? {
                Some(found) => found,
                None => (self.commit(number, &certificate).await?, 0),
            };
            let parameters = clearing.parameters().await?;
            if !parameters.development && parameters.commit_seconds.0 > LONG && pages == 0 {
                return Ok(self.market_report(round, graph, certificate));
            }
            self.post(number, post, pages, &certificate).await?;
        }
        let round = self.finish(number).await?;
        Ok(self.market_report(round, graph, certificate))
    }

    fn market_report(
        self,
        round: RoundView,
        graph: Option<MarketGraph>,
        certificate: Certificate,
    ) -> MarketReport {
        MarketReport {
            round,
            graph,
            certificate,
            steps: self.steps,
        }
    }

    /// Opens a round of a market; gives its number.
    pub async fn open_market(&mut self, market: u32) -> Result<Id, ClientError> {
        self.watch.say("opening a round of the market");
        let open = ExecuteMsg::OpenAllocation { market };
        let receipt = self.send("open", &open, GAS).await?;
        let number = receipt.attribute("wasm", "round");
        let number = number.and_then(|number| number.parse().ok());
        number
            .map(Id)
            .ok_or_else(|| ClientError::Answer("open_allocation without a number".into()))
    }
}
