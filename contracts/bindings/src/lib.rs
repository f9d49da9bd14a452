//! What contracts may say to the chain and ask of it.
//!
//! A contract that uses these types answers `Response<MycelMsg>` and asks through `Deps<MycelQuery>`; its Wasm then
//! exports `requires_mycel`, and only a chain that offers the capability `mycel` stores it.
//!
//! ```
//! use cosmwasm_std::{CosmosMsg, Response};
//! use mycel_bindings::MycelMsg;
//!
//! let member = "mycel1…".to_string();
//! let response = Response::<MycelMsg>::new()
//!     .add_message(MycelMsg::SetAllowanceClass { address: member, class: Some("member".into()) });
//! assert!(matches!(response.messages[0].msg, CosmosMsg::Custom(_)));
//! ```
//!
//! # Rules
//! * Every message but [`MycelMsg::Publish`] needs an authority, an address that the chain's parameters name; anybody
//!   else gets `unauthorized` (codespace `sdk`, code 4). [`MycelMsg::SetAllowanceClass`] is for `authorities.members`,
//!   all others are for `authorities.assembly`.
//! * A message is a submessage as any other: it happens wholly or not at all, with what its sender wrote.
//! * Parts that the chain does not have yet answer `not yet: <what>`.
//! * Messages and queries refuse unknown fields; answers may gain fields, so readers ignore what they do not know.
//! * Numbers of 64 bits are strings in JSON, names are snake_case, bytes are base64.
//!
//! # Map
//! `msg`: messages. `query`: questions and answers. `params`: the chain's parameters and changes of them. `sudo`: what
//! the chain says to contracts. `requires`: the capability.
#![deny(unsafe_code)]

mod msg;
mod params;
mod query;
#[cfg(target_arch = "wasm32")]
mod requires;
mod sudo;

pub use msg::{MycelMsg, ValidatorUpdate};
pub use params::{AllowanceClass, ClassChange, GasPriceChanges, GasPrices, ParamChanges, Params};
pub use query::{
    AllowanceResponse, BeaconResponse, ContractBytesResponse, EndBlockResponse,
    Groth16VerifyResponse, MycelQuery, PoseidonResponse, UpgradeResponse, Validator,
    ValidatorsResponse, VerifyingKeyResponse,
};
pub use sudo::SudoMsg;

/// The capability that a chain offers to contracts with these types.
pub const CAPABILITY: &str = "mycel";
