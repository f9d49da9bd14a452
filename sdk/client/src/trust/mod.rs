//! A member's trust: ratings that only two can read, sums that only one can open, proofs that say no more than they must.
//!
//! # The model
//! Whoever has the account's secret key has everything: the [`Keyring`] derives identities, viewing keys, blindings and
//! the times at which the wallet does things. The chain has a sealed [`Mailbox`] for each member; [`opening`] gives what
//! it adds up to (from the wallet's own file, the encrypted backup on the chain, or the entries themselves), [`folding`]
//! the next step of adding up, [`Showing`] a proof that thresholds are met, checked before it is made.
//!
//! ```text
//! key ─▶ Keyring ─▶ deals' keys ─▶ entries opened ─▶ folding ─▶ state ─▶ Showing ─▶ proof ─▶ relay, or a file
//!                                 chain: mailbox, leaves, root proven by a header ──┘
//! ```
//!
//! # Habits
//! * An own copy of all leaves, whose root must be the chain's: nobody is asked for one path.
//! * Folds happen once a day, at a moment that only the key knows; anonymous proofs rest one to six hours after one.
//! * Anonymous proofs travel through relays, and the wallet counts who else could have made them ([`Crowd`]).
//!
//! # Map
//! [`keyring`] · [`mailbox`] seals opened · [`own`] the file, openings, folds · [`seen`] one's own mailbox, kept · [`promise`]
//! ratings found by their hash · [`showing`] what a proof says and why it can · [`habits`] · [`chain`] what the node says ·
//! [`proven`] what a header proves of it · [`bundle`] proofs for third parties, verified without a node · `proving`
//! (feature `prove`) · `relay` (feature `http`) · [`error`].
pub mod bundle;
pub mod chain;
pub mod error;
pub mod habits;
pub mod keyring;
pub mod mailbox;
pub mod own;
pub mod promise;
pub mod proven;
#[cfg(feature = "prove")]
pub mod proving;
#[cfg(feature = "http")]
pub mod relay;
pub mod seen;
pub mod showing;

pub use bundle::Bundle;
pub use error::TrustError;
pub use habits::Crowd;
pub use keyring::Keyring;
pub use mailbox::{DealSeal, Mailbox, Received};
pub use mycel_mailbox::element;
pub use own::{Folding, Found, Own, Pending, folding, opening};
pub use promise::Promise;
pub use seen::Seen;
pub use showing::{Purpose, Showing};

#[cfg(test)]
mod tests;
