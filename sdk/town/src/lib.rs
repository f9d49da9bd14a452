//! A town on a local network: the main job, and what whole-system tests drive.
//!
//! [`plan`] says what the town is like. [`network`] makes the nodes' folders and starts them, in this process or each
//! in one of its own. [`setup`] says with what the [`contracts`] begin, [`seed`] makes the genesis that holds them and
//! everyone in them: the assembly is the authority of all from the first block on, and no key ever is. Payments are
//! generated ([`members`]) or read
//! from a file ([`rows`]); [`order`] says which may be in flight together so that every account sees its own in
//! order; [`replay`] signs each with the payer's own key and submits it ([`submit`]), and hears of its commit from
//! the chain's events ([`follow`]). What the members owe each other beside ([`debts`]) becomes [`obligations`], and
//! one round clears them ([`cleared`] tells whom it helped). [`ledger`], [`steps`], [`figures`] and [`cpu`]
//! measure; [`civic`] is what members do together: decisions, panels drawn by lot, juries; [`assembled`] tells what came of
//! one. [`forest`] is a commons over a good season and a drought, [`gates`] what members can prove of their trust, [`round`] a round of funding; [`visitors`]
//! makes the town wait for who types. [`town`] puts it all together. [`sim`] plays a town of agents in virtual time, without a network.
//!
//! Keys are those of [`mycel_client::SecretKey::for_development`]: anybody can compute them.
#![forbid(unsafe_code)]

pub mod assembled;
pub mod civic;
pub mod cleared;
pub mod contracts;
pub mod cpu;
pub mod debts;
pub mod figures;
pub mod follow;
pub mod forest;
pub mod gates;
pub mod ledger;
pub mod members;
pub mod network;
pub mod obligations;
pub mod order;
pub mod plan;
pub mod replay;
pub mod round;
pub mod rows;
pub mod seed;
pub mod setup;
pub mod sim;
pub mod status;
pub mod steps;
pub mod submit;
pub mod town;
pub mod visitors;

pub use figures::Figures;
pub use network::{CHAIN_ID, Network, NetworkError};
pub use plan::Plan;
pub use town::{Town, TownError, operator};
