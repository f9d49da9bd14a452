//! A stable matching, checked pair by pair: streaming, resumable, and with a
//! bound on how much better the right side could fare.
//!
//! # The model
//! A *pair* is two that accept each other, with the rank that each gives the
//! other, from 1 for the dearest; a node gives no rank twice. All pairs are
//! streamed twice in the same order: the first pass takes who is together
//! (nobody twice; whoever is together accepts, because only such are pairs),
//! the second refuses the first pair that blocks.
//!
//! # How good it is
//! All stable matchings match the same nodes (Roth 1986), and one of them is
//! the best for every right node at once (Gale and Shapley 1962): its sum of
//! ranks is the least, and no other's is the same. Whether a matching is that
//! one takes one look more. For a left node `p` let `s(p)` be the next one
//! down its list who would rather have `p`, and the *successor* of `p` whoever
//! `s(p)` is with. In a stable matching, a cycle of successors is a rotation:
//! give each of its `p` its `s(p)` and the matching is stable again, better
//! for each of those right nodes. Conversely, where a better one exists, the
//! successors of all that change lie among those that change, so that there
//! is a cycle (Irving and Leather 1986). No cycle: nothing is better. Else
//! only right nodes whose partner leads into a cycle can gain, each at most
//! down to rank 1: [`Verdict::gap`].

use borsh::{BorshDeserialize, BorshSerialize};

use super::MatchingError;
use crate::flow::{Edge, MAX_EDGES, MAX_NODES};

/// Two that accept each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// One side: places.
    pub left: u32,
    /// The other: applicants.
    pub right: u32,
    /// Which the right one is to the left one, from 1.
    pub left_rank: u16,
    /// Which the left one is to the right one, from 1.
    pub right_rank: u16,
}

/// What a left rank counts in the cost of a pair's edge.
const LEFT: i64 = 64;

impl Pair {
    /// As an edge of a graph that nothing flows over: from left to right, of
    /// capacity 1, its cost 64 · left rank + right rank. Ranks stay below 64.
    #[must_use]
    pub fn edge(self) -> Edge {
        Edge {
            tail: self.left,
            head: self.right,
            capacity: 1,
            cost: LEFT * i64::from(self.left_rank) + i64::from(self.right_rank),
        }
    }

    /// The pair that an edge stands for; a rank that is none is 0, which no
    /// check takes.
    #[must_use]
    pub fn from_edge(edge: Edge) -> Pair {
        let rank = |rank: i64| u16::try_from(rank).unwrap_or(0);
        Pair {
            left: edge.tail,
            right: edge.head,
            left_rank: rank(edge.cost / LEFT),
            right_rank: rank(edge.cost % LEFT),
        }
    }
}

/// Whom a node is with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Held {
    /// Its rank; 0 for nobody.
    rank: u16,
    with: u32,
    /// A left node's s(p) and its rank; 0 for nobody.
    next_rank: u16,
    next: u32,
}

/// What a stable matching is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verdict {
    /// How many pairs are together.
    pub matched: u32,
    /// Σ of the ranks that right nodes give whom they are with.
    pub ranks: u64,
    /// No stable matching's ranks are less than `ranks − gap`; 0 iff this one
    /// is the best for every right node.
    pub gap: u64,
}

/// How far a check is: all of its state, so that it may stop after any pair
/// and go on in another transaction.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Progress {
    pairs: u32,
    next: u32,
    held: Vec<Held>,
    matched: u32,
    ranks: u64,
}

impl Progress {
    /// Begins a check of an instance of that size.
    ///
    /// # Errors
    /// More nodes or pairs than 2^20.
    pub fn begin(nodes: u32, pairs: u32) -> Result<Progress, MatchingError> {
        for (what, count, most) in [("nodes", nodes, MAX_NODES), ("pairs", pairs, MAX_EDGES)] {
            if count > most {
                return Err(MatchingError::WrongCount {
                    what,
                    count: count as usize,
                    expected: most as usize,
                });
            }
        }
        Ok(Progress {
            pairs,
            next: 0,
            held: vec![Held::default(); nodes as usize],
            matched: 0,
            ranks: 0,
        })
    }

    /// Which pair comes next, in whichever pass.
    #[must_use]
    pub fn next(&self) -> u32 {
        if self.is_second() {
            self.next - self.pairs
        } else {
            self.next
        }
    }

    /// Whether every pair has been seen once: the second pass has begun, or
    /// is all that is left.
    #[must_use]
    pub fn is_second(&self) -> bool {
        self.next >= self.pairs
    }

    /// Takes the next pair. Whether it is together counts in the first pass.
    ///
    /// # Errors
    /// The pair's first offence. The check is then of no more use.
    pub fn pair(&mut self, pair: Pair, together: bool) -> Result<(), MatchingError> {
        if self.next >= 2 * self.pairs {
            return Err(MatchingError::WrongCount {
                what: "pairs",
                count: self.next as usize + 1,
                expected: 2 * self.pairs as usize,
            });
        }
        let (left, right) = (self.held(pair.left)?, self.held(pair.right)?);
        if pair.left == pair.right || pair.left_rank == 0 || pair.right_rank == 0 {
            return Err(MatchingError::NoPair { pair: self.next() });
        }
        if !self.is_second() {
            if together {
                self.join(pair, left, right)?;
            }
        } else if left.rank == 0 || left.with != pair.right {
            let dearer = |mine: Held, rank| mine.rank == 0 || rank < mine.rank;
            match (dearer(left, pair.left_rank), dearer(right, pair.right_rank)) {
                (true, true) => {
                    return Err(MatchingError::Blocking {
                        left: pair.left,
                        right: pair.right,
                    });
                }
                (false, true) if left.next_rank == 0 || pair.left_rank < left.next_rank => {
                    let place = &mut self.held[pair.left as usize];
                    (place.next, place.next_rank) = (pair.right, pair.left_rank);
                }
                _ => {}
            }
        }
        self.next += 1;
        Ok(())
    }

    fn held(&self, node: u32) -> Result<Held, MatchingError> {
        let found = self.held.get(node as usize).copied();
        found.ok_or(MatchingError::UnknownNode {
            pair: self.next(),
            node,
            nodes: self.held.len(),
        })
    }

    fn join(&mut self, pair: Pair, left: Held, right: Held) -> Result<(), MatchingError> {
        if left.rank != 0 {
            return Err(MatchingError::LeftTwice { left: pair.left });
        }
        if right.rank != 0 {
            return Err(MatchingError::MatchedTwice { right: pair.right });
        }
        let together = |rank, with| Held {
            rank,
            with,
            ..Held::default()
        };
        self.held[pair.left as usize] = together(pair.left_rank, pair.right);
        self.held[pair.right as usize] = together(pair.right_rank, pair.left);
        self.matched += 1;
        self.ranks += u64::from(pair.right_rank);
        Ok(())
    }

    /// Ends the check: every pair taken twice.
    ///
    /// # Errors
    /// [`MatchingError::WrongCount`].
    pub fn finish(&self) -> Result<Verdict, MatchingError> {
        if self.next != 2 * self.pairs {
            return Err(MatchingError::WrongCount {
                what: "pairs",
                count: self.next as usize,
                expected: 2 * self.pairs as usize,
            });
        }
        Ok(Verdict {
            matched: self.matched,
            ranks: self.ranks,
            gap: self.gap(),
        })
    }

    /// Whoever `s(p)` is with.
    fn successor(&self, left: u32) -> Option<u32> {
        let place = self.held[left as usize];
        let candidate = self.held[place.next as usize];
        (place.next_rank > 0 && candidate.rank > 0).then_some(candidate.with)
    }

    fn gap(&self) -> u64 {
        #[derive(Clone, Copy, PartialEq)]
        enum Leads {
            Unknown,
            OnPath,
            ToAnEnd,
            IntoACycle,
        }
        let mut leads = vec![Leads::Unknown; self.held.len()];
        let (mut path, mut gap) = (Vec::new(), 0);
        for start in 0..self.held.len() as u32 {
            let mut at = Some(start);
            let end = loop {
                let Some(node) = at else {
                    break Leads::ToAnEnd;
                };
                match leads[node as usize] {
                    Leads::Unknown => {
                        leads[node as usize] = Leads::OnPath;
                        path.push(node);
                        at = self.successor(node);
                    }
                    Leads::OnPath => break Leads::IntoACycle,
                    known => break known,
                }
            };
            for node in path.drain(..) {
                leads[node as usize] = end;
                if end == Leads::IntoACycle {
                    let applicant = self.held[self.held[node as usize].with as usize];
                    gap += u64::from(applicant.rank.saturating_sub(1));
                }
            }
        }
        gap
    }
}
