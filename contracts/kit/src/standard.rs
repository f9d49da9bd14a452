//! The interface that every contract has beside its own messages: what it is,
//! its parameters with their bounds, its invariants with their numbers, and a
//! member's export.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;

/// Answer to `{"about":{}}`.
#[cw_serde]
pub struct About {
    /// The standard this contract keeps, e.g. `mycel-credit`.
    pub standard: String,
    /// Version of the standard.
    pub version: String,
    /// What differs from the standard.
    pub variant: Variant,
    /// Who may change parameters.
    pub authority: String,
    /// Where the source is.
    pub source: Option<String>,
}

/// What a variant changes of its standard.
#[cw_serde]
#[derive(Default)]
pub struct Variant {
    /// The variant's name; the standard itself has none.
    pub name: Option<String>,
    /// Policies that replace the standard's, e.g. `limit`.
    pub policies: Vec<String>,
}

/// The range that no authority can leave.
#[cw_serde]
pub struct Bound {
    /// Name of the parameter.
    pub name: String,
    /// Least value.
    pub least: String,
    /// Greatest value.
    pub most: String,
}

/// One invariant as it stands, answer item of `{"invariants":{}}`.
#[cw_serde]
pub struct Invariant {
    /// Stable name, e.g. `CREDIT-1`.
    pub id: String,
    /// What it promises.
    pub sentence: String,
    /// Whether it holds now.
    pub holds: bool,
    /// The numbers it was judged by.
    pub numbers: Vec<Number>,
}

/// A named number.
#[cw_serde]
pub struct Number {
    /// Its name.
    pub name: String,
    /// Its value, an exact decimal integer.
    pub value: String,
}

impl Number {
    /// A number under a name.
    pub fn new(name: &str, value: impl ToString) -> Self {
        Number {
            name: name.to_owned(),
            value: value.to_string(),
        }
    }
}

/// Answer to `{"invariants":{}}`.
#[cw_serde]
pub struct Invariants {
    /// Each invariant that state can show.
    pub invariants: Vec<Invariant>,
}

/// Writes what explorers and `migrate` read to know a contract: the CW2
/// convention, JSON under the raw key `contract_info`.
pub fn write_contract_info(storage: &mut dyn Storage, contract: &str, version: &str) {
    // Both come from the contract's own constants: no character needs escaping.
    let info = format!(r#"{{"contract":"{contract}","version":"{version}"}}"#);
    storage.set(b"contract_info", info.as_bytes());
}
