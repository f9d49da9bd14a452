//! What can go wrong in a ceremony.
use std::path::PathBuf;

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// Reading or writing failed.
    #[error("path={path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is not what it should be.
    #[error("not a {file} that this ceremony reads: {why}")]
    Format {
        /// `r1cs`, `ptau`, `zkey` or `ceremony.json`.
        file: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The header or a point of a key.
    #[error(transparent)]
    Key(#[from] mycel_prover::KeyError),
    /// The circuit does not fit.
    #[error(
        "the circuit has rows={rows}, these powers of tau reach {reach}: take a file of power {power} or more"
    )]
    Powers {
        /// Rows, public inputs included.
        rows: u64,
        /// Rows that the powers allow.
        reach: u64,
        /// The power that is needed.
        power: u32,
    },
    /// Powers of tau that are not powers of one τ.
    #[error("the powers of tau are inconsistent in {0}: fetch the file again, compare its digest")]
    Tau(&'static str),
    /// A chain or key that does not hold.
    #[error("the ceremony does not hold: {0}")]
    Flaw(#[from] Flaw),
    /// A beacon that snarkjs would not take either.
    #[error("beacon: {0}")]
    Beacon(&'static str),
    /// A step out of order.
    #[error("{0}")]
    Order(String),
}

/// What does not hold, for whoever looks for the culprit. Contributions are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The transcript is not the hash of what came before: one was dropped, changed, or put elsewhere.
    #[error(
        "contribution={0} does not follow from those before it: one was dropped, changed or moved"
    )]
    Transcript(usize),
    /// A point at infinity or outside its group.
    #[error("contribution={0} has a point at infinity or outside its group")]
    Point(usize),
    /// The contributor's two public keys are not of one secret.
    #[error("contribution={0} shows no knowledge of its secret")]
    Knowledge(usize),
    /// δ after it is not δ before it times its secret.
    #[error("contribution={0} says another δ than its secret makes")]
    Delta(usize),
    /// A beacon whose secret is not the one that follows from the beacon.
    #[error("contribution={0} is not what its beacon gives")]
    Beacon(usize),
    /// The key is of another circuit, or of other powers of tau.
    #[error("the key is not this circuit's over these powers of tau: {0} differs")]
    Circuit(&'static str),
    /// The key's δ is not the last contribution's.
    #[error("the key's {0} is not the last contribution's: the last one was dropped or δ changed")]
    FinalDelta(&'static str),
    /// A section that no contribution changes was changed.
    #[error("section {0} was changed")]
    Section(&'static str),
    /// A section is not the circuit's divided by δ.
    #[error("section {0} is not the circuit's divided by δ: points were changed")]
    Query(&'static str),
}

pub(crate) fn format(file: &'static str, why: impl Into<String>) -> CeremonyError {
    CeremonyError::Format {
        file,
        why: why.into(),
    }
}

pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> CeremonyError {
    let path = path.to_owned();
    move |source| CeremonyError::Io { path, source }
}
