//! The frozen graph of a round, downloaded and checked against the root that the round names.
use std::collections::BTreeMap;

use mycel_clearing::{
    graph::{ROW_BYTES, Root},
    msg::{GraphResponse, QueryMsg, RoundView},
};
use mycel_kit::Id;

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

impl<T: Transport> Clearing<'_, T> {
    /// Downloads the graph of a frozen round; another graph than the round names is a violation.
    pub async fn graph(&self, round: &RoundView) -> Result<Graph, ClientError> {
        let (mut rows, mut root, mut page) = (vec![], Root::new(round.round.0), None);
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
            match answer.next {
                Some(next) if page.is_none_or(|last| next > last) => page = Some(next),
                _ => break,
            }
        }
        let mut persons: Vec<u64> = rows.iter().flat_map(|r| [r.debtor, r.creditor]).collect();
        persons.sort_unstable();
        persons.dedup();
        let edges = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let nodes = u32::try_from(persons.len()).unwrap_or(u32::MAX);
        let root = root.close(nodes, edges, &[]);
        if root.as_slice() != round.root.as_slice() {
            return Err(ClientError::Violated(format!(
                "the graph of round={} has root={} and not the round's {}",
                round.round.0,
                hex::encode(root),
                round.root
            )));
        }
        Ok(Graph {
            round: round.round,
            root,
            persons,
            rows,
        })
    }
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
