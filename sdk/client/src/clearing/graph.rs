//! The frozen graph of a round, downloaded and checked against the root that the round names.
use std::collections::BTreeMap;

use mycel_clearing::{
    graph::{ROW_BYTES, Root},
    msg::{GraphResponse, MarketKind, QueryMsg, RoundView},
};
use mycel_kit::{Id, flow::Edge};

use super::Clearing;
use crate::{ClientError, Transport};

/// An obligation in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub obligation: u64,
    /// Person number of who owes.
    pub debtor: u64,
    /// Person number of whom.
    pub creditor: u64,
    /// Pico-credits.
    pub amount: i64,
    /// Minus its weight.
    pub cost: i64,
}

impl Row {
    fn read(bytes: &[u8]) -> Option<Self> {
        let word =
            |at: usize| -> Option<[u8; 8]> { bytes.get(8 * at..8 * at + 8)?.try_into().ok() };
        Some(Self {
            obligation: u64::from_le_bytes(word(0)?),
            debtor: u64::from_le_bytes(word(1)?),
            creditor: u64::from_le_bytes(word(2)?),
            amount: i64::from_le_bytes(word(3)?),
            cost: i64::from_le_bytes(word(4)?),
        })
    }
}

/// The frozen graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The round.
    pub round: Id,
    /// What names it: certificates are for this root.
    pub root: [u8; 32],
    /// Person numbers, ascending: node k is the k-th.
    pub persons: Vec<u64>,
    /// In the order of a certificate's flows.
    pub rows: Vec<Row>,
}

/// The frozen graph of a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketGraph {
    /// The round.
    pub round: Id,
    /// How the market matches.
    pub kind: MarketKind,
    /// What names it: certificates are for this root.
    pub root: [u8; 32],
    /// What each node sends out, net; node 0 is nobody.
    pub supplies: Vec<i64>,
    /// In the order of a certificate's flows.
    pub edges: Vec<Edge>,
}

impl<T: Transport> Clearing<'_, T> {
    /// Downloads the graph of a frozen round of a market; another graph than the round names is a violation.
    pub async fn market_graph(&self, round: &RoundView) -> Result<MarketGraph, ClientError> {
        let (rows, root, supplies) = self.rows(round).await?;
        let wrong = || ClientError::Answer("a row of the graph names no node".into());
        let edges: Option<Vec<Edge>> = rows
            .iter()
            .map(|row| {
                let node = |node: u64| u32::try_from(node).ok();
                Some(Edge {
                    tail: node(row.debtor)?,
                    head: node(row.creditor)?,
                    capacity: row.amount,
                    cost: row.cost,
                })
            })
            .collect();
        let edges = edges.ok_or_else(wrong)?;
        let root = root.close(size(&supplies), size(&edges), &supplies);
        named(round, root)?;
        Ok(MarketGraph {
            round: round.round,
            kind: round.kind.unwrap_or_default(),
            root,
            supplies,
            edges,
        })
    }

    /// Downloads the graph of a frozen round; another graph than the round names is a violation.
    pub async fn graph(&self, round: &RoundView) -> Result<Graph, ClientError> {
        let (rows, root, _) = self.rows(round).await?;
        let mut persons: Vec<u64> = rows.iter().flat_map(|r| [r.debtor, r.creditor]).collect();
        persons.sort_unstable();
        persons.dedup();
        let root = root.close(size(&persons), size(&rows), &[]);
        named(round, root)?;
        Ok(Graph {
            round: round.round,
            root,
            persons,
            rows,
        })
    }

    /// All rows, the root over their pages, and supplies in a market.
    async fn rows(&self, round: &RoundView) -> Result<(Vec<Row>, Root, Vec<i64>), ClientError> {
        let (mut rows, mut root, mut page) = (vec![], Root::new(round.round.0), None);
        let mut supplies = vec![];
        loop {
            let query = QueryMsg::Graph {
                round: round.round,
                page,
            };
            let answer: GraphResponse = self.ask(&query).await?;
            for bytes in &answer.pages {
                let bytes = bytes.as_slice();
                if !bytes.len().is_multiple_of(ROW_BYTES) {
                    return Err(ClientError::Answer("a page of the graph is cut".into()));
                }
                root.add_page(bytes);
                rows.extend(bytes.chunks_exact(ROW_BYTES).filter_map(Row::read));
            }
            if rows.len() > round.edges as usize {
                return Err(ClientError::Answer("more edges than the round has".into()));
            }
            supplies.extend(answer.supplies.iter().map(|supply| supply.i64()));
            match answer.next {
                Some(next) if page.is_none_or(|last| next > last) => page = Some(next),
                _ => return Ok((rows, root, supplies)),
            }
        }
    }
}

fn size<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

/// The graph is the one that the round names.
fn named(round: &RoundView, root: [u8; 32]) -> Result<(), ClientError> {
    if root.as_slice() == round.root.as_slice() {
        return Ok(());
    }
    Err(ClientError::Violated(format!(
        "the graph of round={} has root={} and not the round's {}",
        round.round.0,
        hex::encode(root),
        round.root
    )))
}

impl Graph {
    /// A graph of nothing.
    pub fn empty(round: Id) -> Self {
        Self {
            round,
            root: [0; 32],
            persons: vec![],
            rows: vec![],
        }
    }

    /// Σ of all amounts.
    pub fn volume(&self) -> i128 {
        self.rows.iter().map(|row| i128::from(row.amount)).sum()
    }

    /// By how much each person owes less, which is by how much it is owed less, when these flows are set off.
    pub fn helped(&self, flow: &[i64]) -> BTreeMap<u64, i128> {
        let mut helped = BTreeMap::new();
        for (row, flow) in self.rows.iter().zip(flow).filter(|(_, flow)| **flow > 0) {
            *helped.entry(row.debtor).or_default() += i128::from(*flow);
        }
        helped
    }
}
