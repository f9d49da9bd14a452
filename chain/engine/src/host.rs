//! Under construction.
mod message;
mod part;
mod recover;
pub use message::{
    Certificate, DecidedValue, Finished, HostEffect, HostInput, Init, PartRefusal, ProposalPart,
    Proposed, SyncOutcome,
};
pub use recover::genesis_base;
