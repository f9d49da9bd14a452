//! What a wallet, a script and an auditor need of a Mycel chain: keys, transactions, typed queries, proof checking.
//!
//! # The model
//! A [`Client`] speaks CometBFT's JSON-RPC through a [`Transport`]; nothing in it trusts the node. A plain query
//! returns what the node says. A verified read goes through a [`Snapshot`]: one state of the chain whose app hash
//! is signed by validators that the caller trusts, from which every value comes with a proof.
//!
//! ```text
//! SecretKey ── sign ──▶ SignedTx ── broadcast ──▶ Receipt          Trust ──▶ Snapshot ──▶ value, or a bundle
//! ```
//! There are no fees: a transaction names a gas limit, and the signer's allowance (or a granter's) covers it. The
//! account number that Cosmos signatures contain is a function of the address here, so only the sequence must be
//! known; a [`Wallet`] tracks it and asks again when the node contradicts.
//!
//! # Limits of the promise
//! * The core needs no threads, clock or sockets and compiles for `wasm32-unknown-unknown`; the feature `http`
//!   (on by default) adds [`Http`] and [`Socket`] on tokio.
//! * Answers are bounded before they are parsed; no answer of a node panics.
//! * Amounts are pico-credits in code ([`Amount`]) and credits in text ([`amount`]).
//!
//! # Map
//! [`keys`] · [`message`] what a transaction may do · [`tx`] building and signing · [`transport`] the JSON-RPC
//! frame · [`answer`] shapes of answers · [`client`] one method a call · [`submit`] gas, sequence, waiting ·
//! [`state`] verified reads and bundles · [`credit`] positions, payments, the books · [`members`] who belongs · [`clearing`] obligations and
//! rounds · [`funding`] public goods, what a round would pay · [`assembly`] who decides, and what that would change in words · [`commons`] harvest rights · [`trust`] proofs of what one's history amounts to · [`clock`] contracts' time · [`network`] what
//! `network.json` says · [`amount`] · [`error`] · `http`, `socket` (feature `http`).
//!
//! # Example
//! ```
//! use mycel_client::{SecretKey, Unsigned, message};
//! let key = SecretKey::from_mnemonic(
//!     "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about", 0)?;
//! let to = SecretKey::for_development("riverside", 7).address();
//! let pay = message::execute(&key.address(), &to, &serde_json::json!({"about": {}}))?;
//! let tx = Unsigned::new(vec![pay]).gas_limit(300_000).sign(&key, "riverside-1", 0);
//! assert_eq!(tx.hash_text().len(), 64);
//! # Ok::<(), mycel_client::ClientError>(())
//! ```
#![forbid(unsafe_code)]

pub mod amount;
pub mod answer;
pub mod assembly;
pub mod clearing;
pub mod client;
pub mod clock;
pub mod commons;
pub mod credit;
pub mod error;
pub mod funding;
#[cfg(feature = "http")]
pub mod http;
pub mod keys;
pub mod members;
pub mod message;
pub mod network;
#[cfg(feature = "http")]
pub mod socket;
pub mod sortition;
pub mod state;
pub mod submit;
pub mod transport;
pub mod trust;
pub mod tx;

pub use client::Client;
pub use error::ClientError;
#[cfg(feature = "http")]
pub use http::Http;
pub use keys::SecretKey;
pub use mycel_kit::{Amount, Credits};
pub use mycel_light::Trust;
pub use network::{Development, Network};
#[cfg(feature = "http")]
pub use socket::Socket;
pub use state::Snapshot;
pub use submit::{Receipt, Wallet};
pub use transport::Transport;
pub use tx::{SignedTx, Unsigned};
