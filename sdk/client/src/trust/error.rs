//! Why trust did not work, each with what to do next.
use crate::ClientError;

/// Why something about trust did not work.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The chain, or a node.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Arithmetic of mailboxes.
    #[error(transparent)]
    Mailbox(#[from] mycel_mailbox::MailboxError),
    /// The commitment on the chain is no identity of this key.
    #[error(
        "the chain knows another identity of this member than this key's; use the key it joined with; if that is lost or was rotated away, members decide on a reset: `mycel vote propose decide trust '{{\"approve_reset\":{{\"person\":\"N\"}}}}' --from SOMEBODY`, then `mycel trust rekey --reset --from NAME`"
    )]
    Foreign,
    /// What a partner sealed cannot be opened.
    #[error("deal={deal}: {why}")]
    Sealed {
        /// The deal, hexadecimal.
        deal: String,
        /// What does not fit.
        why: String,
    },
    /// The opening of one's own state is not here.
    #[error(
        "what this mailbox adds up to cannot be opened: {why}; try `mycel trust recover --from NAME`, and if that fails members decide on a reset: `mycel vote propose decide trust '{{\"approve_reset\":{{\"person\":\"N\"}}}}' --from SOMEBODY`, then `mycel trust rekey --reset --from NAME`"
    )]
    Lost {
        /// What was tried.
        why: String,
    },
    /// The node's leaves do not give the root that it must have.
    #[error(
        "the leaves that the node gave have another root than {root}: proven={proven}; ask another node with `--node URL`"
    )]
    Root {
        /// What was expected.
        root: String,
        /// Whether that one is proven.
        proven: bool,
    },
    /// More entries wait than a proof can take along.
    #[error(
        "{waiting} entries wait and a proof takes {most} along; fold first: `mycel trust fold --from NAME`"
    )]
    Unfolded {
        /// How many.
        waiting: u64,
        /// How many it takes.
        most: u64,
    },
    /// Nothing to fold.
    #[error("nothing waits to be folded")]
    Nothing,
    /// The thresholds are not met, or something else that a proof would have to claim is not so.
    #[error("this cannot be proven: {0}")]
    Below(String),
    /// A proof was not made.
    #[error("no proof: {0}")]
    Prover(String),
    /// A file that is not what it should be.
    #[error("invalid file: {0}")]
    File(String),
    /// A bundle that does not hold.
    #[error("does not hold: {0}")]
    Violated(String),
    /// No relay took it.
    #[error("no relay took the proof: {0}; name others with `--relay URL`")]
    Relay(String),
}
