//! What contracts answer, as JSON of cosmwasm-std; read leniently where later versions add to it.
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmwasm_std::Binary;
use serde::{Deserialize, Serialize};

/// The answer of an entry point.
#[derive(Deserialize)]
pub(super) enum ContractResult<T> {
    #[serde(rename = "ok")]
    Ok(T),
    #[serde(rename = "error")]
    Err(String),
}

/// What a call that changes state gives.
#[derive(Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    pub messages: Vec<SubMsg>,
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    #[serde(default)]
    pub events: Vec<Event>,
    #[serde(default)]
    pub data: Option<Binary>,
}

/// A message that a contract sends.
#[derive(Deserialize)]
pub(super) struct SubMsg {
    #[serde(default)]
    pub id: u64,
    #[serde(default)]
    pub payload: Binary,
    pub msg: serde_json::Value,
    #[serde(default)]
    pub gas_limit: Option<u64>,
    pub reply_on: ReplyOn,
}

/// When its sender wants to hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplyOn {
    Always,
    Error,
    Success,
    Never,
}

#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Attribute {
    pub key: String,
    pub value: String,
}

#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Event {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub attributes: Vec<Attribute>,
}

/// Tells a contract what became of its submessage.
#[derive(Serialize)]
pub(super) struct Reply<'a> {
    pub id: u64,
    pub payload: &'a Binary,
    pub gas_used: u64,
    pub result: SubMsgResult,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SubMsgResult {
    Ok(SubMsgResponse),
    #[serde(rename = "error")]
    Err(String),
}

#[derive(Serialize)]
pub(super) struct SubMsgResponse {
    pub events: Vec<Event>,
    pub data: Option<Binary>,
    pub msg_responses: Vec<MsgResponse>,
}

#[derive(Serialize)]
pub(super) struct MsgResponse {
    pub type_url: String,
    pub value: Binary,
}

/// The messages that contracts may send and this chain runs.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BankMsg {
    Send {
        to_address: String,
        amount: Vec<JsonCoin>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WasmMsg {
    Execute {
        contract_addr: String,
        msg: Binary,
        #[serde(default)]
        funds: Vec<JsonCoin>,
    },
    Instantiate {
        admin: Option<String>,
        code_id: u64,
        msg: Binary,
        #[serde(default)]
        funds: Vec<JsonCoin>,
        label: String,
    },
    Instantiate2 {
        admin: Option<String>,
        code_id: u64,
        label: String,
        msg: Binary,
        #[serde(default)]
        funds: Vec<JsonCoin>,
        salt: Binary,
    },
    Migrate {
        contract_addr: String,
        new_code_id: u64,
        msg: Binary,
    },
    UpdateAdmin {
        contract_addr: String,
        admin: String,
    },
    ClearAdmin {
        contract_addr: String,
    },
}

#[derive(Deserialize)]
pub(super) struct JsonCoin {
    pub denom: String,
    pub amount: String,
}

impl From<JsonCoin> for Coin {
    fn from(coin: JsonCoin) -> Self {
        Self {
            denom: coin.denom,
            amount: coin.amount,
        }
    }
}
