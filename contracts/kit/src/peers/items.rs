//! What a member still has open with a contract: asked of every peer before
//! an account is closed.

use cosmwasm_schema::cw_serde;

/// Asked of any contract that may hold something of a member.
#[cw_serde]
pub enum ItemsQuery {
    /// How much is open.
    OpenItems {
        /// The member's address.
        member: String,
    },
}

/// Answer to `open_items`.
#[cw_serde]
pub struct OpenItems {
    /// 0: nothing keeps the member here.
    pub open: u32,
    /// What it is, a short sentence each, at most 10.
    pub items: Vec<String>,
}
