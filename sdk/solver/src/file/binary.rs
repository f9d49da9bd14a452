//! Instances and certificates in borsh, after four letters that say what it is.
//!
//! ```text
//! "MYI1" supplies: Vec<i64>, edges: Vec<(tail u32, head u32, capacity i64, cost i64)>
//! "MYC1" flow: Vec<i64>, potentials: Vec<i64>
//! ```
//! The compact form that the clearing contract takes is the kit's (`mycel_kit::flow::body`).
use borsh::{BorshDeserialize, BorshSerialize, from_slice, to_vec};
use mycel_kit::flow::Edge;

use super::FileError;
use crate::{Problem, Solution};

const INSTANCE: &[u8; 4] = b"MYI1";
const CERTIFICATE: &[u8; 4] = b"MYC1";

#[derive(BorshSerialize, BorshDeserialize)]
struct Instance {
    supplies: Vec<i64>,
    edges: Vec<(u32, u32, i64, i64)>,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Certificate {
    flow: Vec<i64>,
    potentials: Vec<i64>,
}

/// Whether a file begins as an instance.
pub fn is_instance(bytes: &[u8]) -> bool {
    bytes.starts_with(INSTANCE)
}

/// Writes an instance.
pub fn write(problem: &Problem) -> Vec<u8> {
    marked(
        INSTANCE,
        &Instance {
            supplies: problem.supplies().to_vec(),
            edges: problem
                .edges()
                .iter()
                .map(|e| (e.tail, e.head, e.capacity, e.cost))
                .collect(),
        },
    )
}

/// Reads an instance.
///
/// # Errors
/// What is wrong with the form, or with the instance.
pub fn read(bytes: &[u8]) -> Result<Problem, FileError> {
    let Instance { supplies, edges } = unmarked(INSTANCE, bytes)?;
    let edges = edges.into_iter().map(|(tail, head, capacity, cost)| Edge {
        tail,
        head,
        capacity,
        cost,
    });
    Ok(Problem::new(supplies, edges.collect())?)
}

/// Writes a certificate.
pub fn write_certificate(solution: &Solution) -> Vec<u8> {
    marked(
        CERTIFICATE,
        &Certificate {
            flow: solution.flow.clone(),
            potentials: solution.potentials.clone(),
        },
    )
}

/// Reads a certificate. Whether it proves anything, [`Solution::verify`] says.
///
/// # Errors
/// What is wrong with the form.
pub fn read_certificate(bytes: &[u8]) -> Result<Solution, FileError> {
    let Certificate { flow, potentials } = unmarked(CERTIFICATE, bytes)?;
    Ok(Solution { flow, potentials })
}

fn marked(mark: &[u8; 4], content: &impl BorshSerialize) -> Vec<u8> {
    let mut bytes = mark.to_vec();
    bytes.extend(to_vec(content).expect("writing to memory cannot fail"));
    bytes
}

fn unmarked<T: BorshDeserialize>(mark: &[u8; 4], bytes: &[u8]) -> Result<T, FileError> {
    let name = String::from_utf8_lossy(mark);
    let content = bytes
        .strip_prefix(mark)
        .ok_or_else(|| FileError::Whole(format!("the file does not begin with {name}")))?;
    // borsh allocates as it reads, never more than a few times what is there
    from_slice(content).map_err(|e| FileError::Whole(format!("{name}: {e}")))
}
