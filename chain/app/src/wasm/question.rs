//! What contracts may ask and what they are answered, as JSON of cosmwasm-std.
use cosmwasm_std::Binary;
use mycel_types::AccountAddress;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BankQuery {
    Supply { denom: String },
    Balance { address: String, denom: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WasmQuery {
    Smart {
        contract_addr: String,
        msg: Binary,
    },
    Raw {
        contract_addr: String,
        key: Binary,
    },
    ContractInfo {
        contract_addr: String,
    },
    CodeInfo {
        code_id: u64,
    },
    RawRange {
        contract_addr: String,
        start: Option<Binary>,
        end: Option<Binary>,
        limit: u16,
        order: Order,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    Ascending,
    Descending,
}

// Answers are types, not JSON values: contracts see the order of fields, so it is fixed here.

#[derive(Serialize)]
pub(super) struct Amount<'a> {
    pub amount: JsonCoin<'a>,
}

#[derive(Serialize)]
pub(super) struct JsonCoin<'a> {
    pub denom: &'a str,
    pub amount: String,
}

#[derive(Serialize)]
pub(super) struct ContractInfo {
    pub code_id: u64,
    pub creator: AccountAddress,
    pub admin: Option<AccountAddress>,
    pub pinned: bool,
    pub ibc_port: Option<String>,
    pub ibc2_port: Option<String>,
}

#[derive(Serialize)]
pub(super) struct CodeInfo {
    pub code_id: u64,
    pub creator: AccountAddress,
    pub checksum: String,
}

#[derive(Serialize)]
pub(super) struct RawRange {
    pub data: Vec<(Binary, Binary)>,
    pub next_key: Option<Binary>,
}

/// `SystemError` of cosmwasm-std, as far as it happens here.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SystemError {
    InvalidRequest { error: String, request: Binary },
    NoSuchContract { addr: String },
    NoSuchCode { code_id: u64 },
    UnsupportedRequest { kind: String },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SystemResult {
    Ok(Answered),
    #[serde(rename = "error")]
    Err(SystemError),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answered {
    Ok(Binary),
    #[serde(rename = "error")]
    Err(String),
}

pub(super) fn to_json(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).expect("plain data is JSON")
}
