//! Contracts, as wasmd's `cosmwasm.wasm.v1` knows them.
//!
//! A message goes to its contract ([`call`]), the contract's answer gives events ([`events`]) and submessages
//! ([`submessage`]), each of which is again a message. What a contract reaches from inside is its [`environment`];
//! what it may ask is [`querier`]'s.
mod call;
mod code;
mod custom;
mod environment;
mod events;
mod instance;
mod proofs;
mod querier;
mod question;
mod response;
mod sections;
mod smart;
mod submessage;

pub(crate) use call::load_wasm;
pub(crate) use code::store as store_code;
pub(crate) use instance::{MARKER, execute, exports, instantiate, migrate, sudo, update_admin};
pub(crate) use smart::smart_query;
pub(crate) use submessage::MAX_DEPTH;
