//! The frozen graph, as a check reads it and as a solver downloads it.
//!
//! A **row** is 40 bytes, integers little-endian: number u64 (of the
//! obligation or arc), tail u64, head u64, capacity u64, cost i64. In clearing
//! tail and head are person numbers (debtor and creditor), cost is −weight,
//! and node `k` of a certificate is the k-th person that occurs, ascending. In
//! a market they are nodes already; where each has one unit, every capacity is
//! 1, and a stable matching's cost says both ranks
//! ([`mycel_kit::flow::matching::Pair::edge`]).
//!
//! The **root**, with SHA-256:
//! ```text
//! r0 = H("mycel/clearing/graph/1" ‖ round u64)
//! r' = H(r ‖ H(rows of a page))      for each page that has rows, in order
//! root = H(r ‖ nodes u32 ‖ edges u32 ‖ supplies, i64 a node, in a market)
//! ```
//! Whoever has the rows, page by page as `graph` gives them, can compute it.

use cosmwasm_std::Storage;
use mycel_kit::flow::Edge;
use sha2::{Digest, Sha256};

use crate::allocation;
use crate::book::{self, PER_PAGE};
use crate::error::ContractError;
use crate::freeze::{self, GROUP};
use crate::obligations::weight;
use crate::round::{Kind, Round};

/// Bytes of a row.
pub const ROW_BYTES: usize = 40;

/// The root as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root(pub [u8; 32]);

impl Root {
    /// The root of no page yet.
    #[must_use]
    pub fn new(round: u64) -> Root {
        let mut hash = Sha256::new();
        hash.update(b"mycel/clearing/graph/1");
        hash.update(round.to_le_bytes());
        Root(hash.finalize().into())
    }

    /// Takes a page's rows; a page of none changes nothing.
    pub fn add_page(&mut self, rows: &[u8]) {
        if rows.is_empty() {
            return;
        }
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(Sha256::digest(rows));
        self.0 = hash.finalize().into();
    }

    /// The root of the whole graph.
    #[must_use]
    pub fn close(self, nodes: u32, edges: u32, supplies: &[i64]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(nodes.to_le_bytes());
        hash.update(edges.to_le_bytes());
        for supply in supplies {
            hash.update(supply.to_le_bytes());
        }
        hash.finalize().into()
    }
}

/// Appends a row.
pub fn write_row(rows: &mut Vec<u8>, number: u64, tail: u64, head: u64, capacity: u64, cost: i64) {
    for word in [number, tail, head, capacity, cost as u64] {
        rows.extend_from_slice(&word.to_le_bytes());
    }
}

/// An edge of the frozen graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Of the obligation, or of the arc.
    pub number: u32,
    /// Its place among the page's entries.
    pub at: usize,
    /// The edge, between nodes by index.
    pub edge: Edge,
}

/// What both kinds of graph are read through.
pub struct Graph {
    kind: Kind,
    end: u32,
    weights: [u32; crate::state::PRIORITIES],
    round: u64,
    /// Clearing: the persons, ascending.
    nodes: Vec<u32>,
    /// Market: what each node sends out, net.
    supplies: Vec<i64>,
}

impl Graph {
    /// Opens the graph of a round whose freeze is over.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn open(
        storage: &dyn Storage,
        number: u64,
        current: &Round,
    ) -> Result<Graph, ContractError> {
        let (nodes, supplies) = match current.kind {
            Kind::Clearing => (crate::round::nodes(storage, number)?, Vec::new()),
            Kind::Allocation { .. } => (Vec::new(), allocation::freeze::supplies(storage, number)?),
        };
        Ok(Graph {
            kind: current.kind,
            end: match current.kind {
                Kind::Clearing => current.end.div_ceil(PER_PAGE),
                Kind::Allocation { .. } => current.edges.div_ceil(PER_PAGE),
            },
            weights: current.weights,
            round: number,
            nodes,
            supplies,
        })
    }

    /// One after the last page.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.end
    }

    /// What leaves a node minus what enters it, in every feasible flow.
    #[must_use]
    pub fn supply(&self, node: u32) -> i64 {
        self.supplies.get(node as usize).copied().unwrap_or(0)
    }

    /// Walks the pages from `first` on, as [`book::walk`]: each page's rows,
    /// and what the page holds in all.
    ///
    /// # Errors
    /// Unreadable state, or what `each` says.
    pub fn walk(
        &self,
        storage: &dyn Storage,
        first: u32,
        mut each: impl FnMut(u32, &[Row], &book::Page) -> Result<bool, ContractError>,
    ) -> Result<u32, ContractError> {
        let mut rows = Vec::with_capacity(PER_PAGE as usize);
        if let Kind::Allocation { .. } = self.kind {
            let nothing = book::Page::default();
            for page in first..self.end {
                allocation::freeze::arcs(storage, self.round, page, &mut rows)?;
                if !each(page, &rows, &nothing)? {
                    return Ok(page + 1);
                }
            }
            return Ok(self.end.max(first));
        }
        let mut group = (u32::MAX, Vec::new());
        let mut debtor = (u32::MAX, u32::MAX);
        book::walk(storage, first, self.end, |number, page| {
            if group.0 != number / GROUP {
                group = (number / GROUP, freeze::group(storage, number / GROUP));
            }
            rows.clear();
            for (at, (entry, amount)) in page.entries.iter().zip(&page.amounts).enumerate() {
                if !freeze::is_frozen(&group.1, number, entry.place) {
                    continue;
                }
                if debtor.0 != entry.debtor || debtor.1 == u32::MAX {
                    debtor = (entry.debtor, self.index(entry.debtor));
                }
                rows.push(Row {
                    number: number * PER_PAGE + u32::from(entry.place),
                    at,
                    edge: Edge {
                        tail: debtor.1,
                        head: self.index(entry.creditor),
                        // at most 2^63 − 1
                        capacity: book::owed(*amount) as i64,
                        cost: -weight(&self.weights, *entry),
                    },
                });
            }
            each(number, &rows, page)
        })
    }

    /// The node of a person; one that is none is refused by the check.
    fn index(&self, person: u32) -> u32 {
        self.nodes
            .binary_search(&person)
            .map_or(u32::MAX, |index| index as u32)
    }

    /// What a node is called in rows: the person, or the node itself.
    #[must_use]
    pub fn label(&self, node: u32) -> u64 {
        match self.kind {
            Kind::Clearing => self.nodes.get(node as usize).copied().map_or(0, u64::from),
            Kind::Allocation { .. } => u64::from(node),
        }
    }

    /// The root, computed again from what is stored.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn root(&self, storage: &dyn Storage, current: &Round) -> Result<[u8; 32], ContractError> {
        let mut root = Root::new(self.round);
        let mut bytes = Vec::new();
        self.walk(storage, 0, |_, rows, _| {
            bytes.clear();
            for row in rows {
                self.write(&mut bytes, row);
            }
            root.add_page(&bytes);
            Ok(true)
        })?;
        Ok(root.close(current.nodes, current.edges, &self.supplies))
    }

    /// Appends a row as it is hashed and downloaded.
    pub fn write(&self, bytes: &mut Vec<u8>, row: &Row) {
        write_row(
            bytes,
            u64::from(row.number),
            self.label(row.edge.tail),
            self.label(row.edge.head),
            row.edge.capacity as u64,
            row.edge.cost,
        );
    }
}
