//! What can go wrong with keys and proofs.
use mycel_circuits::Refusal;

/// A file that is not the key it should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Reading failed or the file ends early.
    #[error("reading the key failed at byte={at}: {source}")]
    Io {
        /// How far it had been read.
        at: u64,
        /// Why.
        source: std::io::Error,
    },
    /// Not a Groth16 `.zkey` over BN254.
    #[error("not a groth16 zkey over bn254: {0}")]
    Format(&'static str),
    /// A section's size does not follow from the header.
    #[error("section={section} has size={size}, the header asks for {expected}")]
    Size {
        /// Its number.
        section: u32,
        /// What the file says.
        size: u64,
        /// What it should say.
        expected: u64,
    },
    /// More than this prover is made for.
    #[error("{what}={value} is above the limit {limit}")]
    Limit {
        /// What is too much.
        what: &'static str,
        /// How much.
        value: u64,
        /// The limit.
        limit: u64,
    },
    /// Bytes that are no point of the curve.
    #[error("section={section} point={index} is not on the curve or not canonical")]
    Point {
        /// The section's number.
        section: u32,
        /// Which of its points.
        index: usize,
    },
    /// Another file than was asked for.
    #[error(
        "the key's digest is {found}, expected {expected}: the file is damaged or another \
         circuit's; fetch it again"
    )]
    Digest {
        /// The file's.
        found: String,
        /// The one asked for.
        expected: String,
    },
    /// The verifying key in the file is unusable.
    #[error("the verifying key in the file is refused: {0}")]
    Verifying(String),
    /// Stopped by the caller.
    #[error("cancelled")]
    Cancelled,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// What should be shown is not so, or does not fit together.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The key is another circuit's.
    #[error(
        "the key is for variables={key} publics={key_publics}, the circuit has \
         variables={circuit} publics={circuit_publics}: use the key of this circuit"
    )]
    Shape {
        /// The key's variables.
        key: usize,
        /// The circuit's variables.
        circuit: usize,
        /// The key's public inputs.
        key_publics: usize,
        /// The circuit's public inputs.
        circuit_publics: usize,
    },
    /// The finished proof does not verify, so it is not given out.
    #[error(
        "the proof does not verify: the key is not this circuit's, or the witness is inconsistent"
    )]
    Unverified,
    /// Stopped by the caller.
    #[error("cancelled")]
    Cancelled,
}
