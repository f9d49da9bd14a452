//! What the chain itself says to a contract, through its entry point `sudo`.
use cosmwasm_schema::cw_serde;

/// The message of `sudo`. Only the chain can send it.
#[cw_serde]
pub enum SudoMsg {
    /// A block ends, and the contract is subscribed: a bounded piece of work, to be done in a share of the gas of all
    /// subscribers. It may come later than with every block, so what it does must be possible with an `advance` too.
    EndBlock {},
}
