//! What members do together over the node's own doors: decisions of the assembly, panels drawn by lot, juries.
//!
//! [`voices`] speaks for members with their own keys; [`decision`] takes a proposal from draft to execution, [`panel`] a
//! draw from its pool to its seats, with the lottery solved and posted and the beacon served, [`jury`] a case to its
//! verdict. A [`Stage`] is where a longer story is played: a network, or a sandbox for [`Rehearsal`]. Each goes on from wherever the chain is, so that what is late or was done by others already does not matter.
pub mod decision;
pub mod jury;
pub mod panel;
pub mod rehearsal;
pub mod stage;
pub mod voices;

pub use rehearsal::Rehearsal;
pub use stage::Stage;
pub use voices::Voices;

use mycel_client::ClientError;

/// Why something done together did not come about.
#[derive(Debug, thiserror::Error)]
pub enum CivicError {
    /// A node, or the chain.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No lottery for a pool.
    #[error(transparent)]
    Lottery(#[from] mycel_solver::lottery::LotteryError),
    /// It ended otherwise.
    #[error("{what}: {how}")]
    Ended {
        /// What was done.
        what: String,
        /// How it ended.
        how: String,
    },
    /// It does not end.
    #[error("{what}: nothing came of it within {seconds} s; it is at {at}")]
    Late {
        /// What was done.
        what: String,
        /// How long.
        seconds: u64,
        /// Where it is.
        at: String,
    },
}
