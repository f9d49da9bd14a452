//! The contract's interface as JSON Schema, for tools that generate from it.

use crate::ask::QueryMsg;
use crate::msg::{ExecuteMsg, InstantiateMsg};

/// The whole interface, one JSON document.
///
/// # Errors
/// What the schema library says; none for these types.
pub fn schema() -> Result<String, String> {
    cosmwasm_schema::generate_api! {
        instantiate: InstantiateMsg,
        execute: ExecuteMsg,
        query: QueryMsg,
    }
    .render()
    .to_string()
    .map_err(|error| error.to_string())
}
