//! The compact form of a certificate: two bits an edge, then numbers only
//! where an edge is neither empty nor full.
//!
//! ```text
//! "MYF1"                       4 bytes
//! root                         32 bytes: the instance it is for
//! nodes, edges, interior, unit varints; interior = edges in state 2, unit ≥ 1
//! states                       ⌈edges / 4⌉ bytes, edge 0 in the lowest two bits:
//!                              0 empty, 1 full, 2 interior; unused bits are 0
//! flows                        interior varints: flow / unit, 0 < flow < capacity
//! 0 or 1                       potentials as they are, or as differences to the node before
//! potentials                   nodes varints, zigzag
//! ```
//!
//! Varints have one form for each number ([`varint`]), and nothing may follow.
//! Counts are checked against their bounds and the length before anything is
//! allocated. Two bodies may mean the same certificate (another unit, the
//! other form of potentials); none means two.

use super::check::{at_most, in_range, wrong_count};
use super::varint::{put, take, unzigzag, zigzag};
use super::{FlowError, MAX_EDGES, MAX_NODES, MAX_POTENTIAL, varint};

const MAGIC: &[u8; 4] = b"MYF1";
const EMPTY: u8 = 0;
const FULL: u8 = 1;
const INTERIOR: u8 = 2;

/// Writes a certificate: `capacity` and `flow` have one entry an edge.
///
/// # Errors
/// Counts or values out of bounds: what could not be read again.
pub fn encode(
    root: &[u8; 32],
    capacity: &[i64],
    flow: &[i64],
    potentials: &[i64],
) -> Result<Vec<u8>, FlowError> {
    let size = |items: &[i64]| u32::try_from(items.len()).unwrap_or(u32::MAX);
    let (nodes, edges) = (size(potentials), size(capacity));
    at_most("nodes", nodes, MAX_NODES)?;
    at_most("edges", edges, MAX_EDGES)?;
    if flow.len() != capacity.len() {
        return Err(wrong_count("flows", flow.len() as u64, edges));
    }
    in_range(potentials)?;
    let mut states = vec![0u8; capacity.len().div_ceil(4)];
    let mut interior = Vec::new();
    for (edge, (&flow, &capacity)) in flow.iter().zip(capacity).enumerate() {
        if !(0..=capacity).contains(&flow) {
            let edge = edge as u32;
            return Err(FlowError::Flow {
                edge,
                flow,
                capacity,
            });
        }
        let state = if flow == 0 {
            EMPTY
        } else if flow == capacity {
            FULL
        } else {
            interior.push(flow as u64);
            INTERIOR
        };
        states[edge / 4] |= state << (edge % 4 * 2);
    }
    let unit = interior
        .iter()
        .fold(0, |unit, flow| greatest_divisor(unit, *flow))
        .max(1);
    let mut bytes = Vec::with_capacity(64 + states.len() + 4 * interior.len() + 2 * nodes as usize);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(root);
    put(&mut bytes, u64::from(nodes));
    put(&mut bytes, u64::from(edges));
    put(&mut bytes, interior.len() as u64);
    put(&mut bytes, unit);
    bytes.extend_from_slice(&states);
    for flow in interior {
        put(&mut bytes, flow / unit);
    }
    let absolute = signed(potentials.iter().copied());
    let before = std::iter::once(0).chain(potentials.iter().copied());
    let differences = signed(
        potentials
            .iter()
            .zip(before)
            .map(|(now, before)| now - before),
    );
    if differences.len() < absolute.len() {
        bytes.push(1);
        bytes.extend_from_slice(&differences);
    } else {
        bytes.push(0);
        bytes.extend_from_slice(&absolute);
    }
    Ok(bytes)
}

fn signed(values: impl Iterator<Item = i64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    values.for_each(|value| put(&mut bytes, zigzag(value)));
    bytes
}

fn greatest_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A body whose form is right from the first byte to the last. Whether its
/// flow is feasible is [`Progress`](super::Progress)'s question.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// The instance it was solved for.
    pub root: [u8; 32],
    /// How many nodes it has potentials for.
    pub nodes: u32,
    /// How many edges it has flows for.
    pub edges: u32,
    unit: u64,
    bytes: &'a [u8],
    states: usize,
    flows: usize,
    potentials: usize,
}

impl<'a> Body<'a> {
    /// Reads the frame: header, states, and that flows and potentials are
    /// well-formed numbers in range to the very last byte.
    ///
    /// # Errors
    /// The first offence.
    pub fn read(bytes: &'a [u8]) -> Result<Body<'a>, FlowError> {
        let short = FlowError::Short { at: bytes.len() };
        let Some((head, _)) = bytes.split_at_checked(36) else {
            return Err(short);
        };
        let (magic, root) = head.split_at(4);
        if magic != MAGIC {
            return Err(FlowError::Malformed {
                at: 0,
                why: "no certificate",
            });
        }
        let mut at = 36;
        let nodes = count(bytes, &mut at, "nodes", MAX_NODES)?;
        let edges = count(bytes, &mut at, "edges", MAX_EDGES)?;
        let interior = count(bytes, &mut at, "interior", edges)?;
        let unit_at = at;
        let unit = take(bytes, &mut at)?;
        if unit == 0 || (interior == 0 && unit != 1) {
            return Err(FlowError::Malformed {
                at: unit_at,
                why: "unit",
            });
        }
        let states = at;
        let flows = states + (edges as usize).div_ceil(4);
        // each number takes a byte or more
        if bytes.len() < flows + interior as usize + 1 + nodes as usize {
            return Err(short);
        }
        if count_interior(&bytes[states..flows], states, edges)? != interior {
            return Err(wrong_count("interior", u64::from(interior), edges));
        }
        at = flows;
        for _ in 0..interior {
            let start = at;
            let value = take(bytes, &mut at)?;
            let fits = value
                .checked_mul(unit)
                .is_some_and(|f| f <= i64::MAX as u64);
            if value == 0 || !fits {
                return Err(FlowError::Malformed {
                    at: start,
                    why: "interior flow",
                });
            }
        }
        let potentials = at;
        let body = Body {
            root: root.try_into().expect("split at 4 of 36"),
            nodes,
            edges,
            unit,
            bytes,
            states,
            flows,
            potentials,
        };
        let end = body.walk_potentials(|_| ())?;
        if end != bytes.len() {
            return Err(FlowError::Long {
                bytes: bytes.len(),
                expected: end,
            });
        }
        Ok(body)
    }

    /// The potentials, all within ±2^40.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "it cannot panic: see the expect")]
    pub fn potentials(&self) -> Vec<i64> {
        let mut potentials = Vec::with_capacity(self.nodes as usize);
        self.walk_potentials(|value| potentials.push(value))
            .expect("read them before");
        potentials
    }

    fn walk_potentials(&self, mut each: impl FnMut(i64)) -> Result<usize, FlowError> {
        let mut at = self.potentials;
        let differences = match self.bytes.get(at) {
            Some(form @ 0..=1) => *form == 1,
            Some(_) => {
                return Err(FlowError::Malformed {
                    at,
                    why: "form of potentials",
                });
            }
            None => return Err(FlowError::Short { at }),
        };
        at += 1;
        let mut before = 0i64;
        for node in 0..self.nodes {
            let value = unzigzag(take(self.bytes, &mut at)?);
            let potential = if differences {
                before.checked_add(value)
            } else {
                Some(value)
            };
            before = potential
                .filter(|value| (-MAX_POTENTIAL..=MAX_POTENTIAL).contains(value))
                .ok_or(FlowError::Potential { node })?;
            each(before);
        }
        Ok(at)
    }

    /// The flows from the first edge on.
    #[must_use]
    pub fn flows(&self) -> Flows<'a> {
        self.flows_from(0, self.flows)
    }

    /// The flows from edge `edge` on: `at` is what [`Flows::at`] said there.
    #[must_use]
    pub fn flows_from(&self, edge: u32, at: usize) -> Flows<'a> {
        Flows {
            body: *self,
            edge,
            at: at.clamp(self.flows, self.potentials),
        }
    }
}

/// Reads flows in the order of edges; each needs its edge's capacity.
#[derive(Clone, Copy, Debug)]
pub struct Flows<'a> {
    body: Body<'a>,
    edge: u32,
    at: usize,
}

impl Flows<'_> {
    /// Where in the body the next interior flow lies: with the edge's number
    /// all that is needed to go on later.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next edge's flow.
    ///
    /// # Errors
    /// No such edge, or an interior flow that is not below the capacity.
    pub fn next(&mut self, capacity: i64) -> Result<i64, FlowError> {
        let (body, edge) = (&self.body, self.edge);
        if edge >= body.edges {
            return Err(wrong_count("flows", u64::from(edge) + 1, body.edges));
        }
        let byte = body.bytes[body.states + edge as usize / 4];
        let flow = match byte >> (edge % 4 * 2) & 3 {
            EMPTY => 0,
            FULL => capacity,
            _ => {
                let flow = take(body.bytes, &mut self.at)?.saturating_mul(body.unit);
                match i64::try_from(flow) {
                    Ok(flow) if flow < capacity => flow,
                    _ => {
                        return Err(FlowError::Flow {
                            edge,
                            flow: i64::try_from(flow).unwrap_or(i64::MAX),
                            capacity,
                        });
                    }
                }
            }
        };
        self.edge += 1;
        Ok(flow)
    }
}

fn count(bytes: &[u8], at: &mut usize, what: &'static str, most: u32) -> Result<u32, FlowError> {
    let count = varint::take(bytes, at)?;
    u32::try_from(count)
        .ok()
        .filter(|count| *count <= most)
        .ok_or(FlowError::TooMany {
            what,
            count,
            most: u64::from(most),
        })
}

/// How many edges are interior; no edge has the state 3, no bit is left over.
fn count_interior(states: &[u8], at: usize, edges: u32) -> Result<u32, FlowError> {
    let mut interior = 0;
    for (offset, byte) in states.iter().enumerate() {
        let malformed = |why| FlowError::Malformed {
            at: at + offset,
            why,
        };
        if byte & (byte >> 1) & 0x55 != 0 {
            return Err(malformed("no such state of an edge"));
        }
        interior += (byte & 0xaa).count_ones();
        let used = (edges as usize - 4 * offset).min(4) * 2;
        if u32::from(*byte) >> used != 0 {
            return Err(malformed("bits after the last edge"));
        }
    }
    Ok(interior)
}
