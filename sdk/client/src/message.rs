//! What a transaction may do: messages as protobuf `Any`.
use cosmos_sdk_proto::{
    cosmos::{
        bank::v1beta1::MsgSend,
        base::v1beta1::Coin,
        feegrant::v1beta1::{BasicAllowance, MsgGrantAllowance},
    },
    cosmwasm::wasm::v1::{
        MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
        MsgStoreCode,
    },
};
use mycel_types::AccountAddress;
use prost::Message;
use serde::Serialize;

use crate::ClientError;

pub use cosmos_sdk_proto::Any;

fn any(url: &str, message: &impl Message) -> Any {
    Any {
        type_url: url.into(),
        value: message.encode_to_vec(),
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, ClientError> {
    serde_json::to_vec(value).map_err(|e| ClientError::Input(format!("message is no JSON: {e}")))
}

/// Stores a contract's Wasm; everybody may instantiate it. Plain Wasm travels gzipped: a transaction is shorter than
/// a code may be.
pub fn store_code(sender: &AccountAddress, wasm: Vec<u8>) -> Any {
    let wasm = if wasm.starts_with(b"\0asm") {
        gzipped(&wasm).unwrap_or(wasm)
    } else {
        wasm
    };
    any(
        "/cosmwasm.wasm.v1.MsgStoreCode",
        &MsgStoreCode {
            sender: sender.to_string(),
            wasm_byte_code: wasm,
            instantiate_permission: None,
        },
    )
}

fn gzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).ok()?;
    packer.finish().ok()
}

/// Creates a contract of a stored code.
pub fn instantiate(
    sender: &AccountAddress,
    code_id: u64,
    label: &str,
    admin: Option<&AccountAddress>,
    msg: &impl Serialize,
) -> Result<Any, ClientError> {
    Ok(any(
        "/cosmwasm.wasm.v1.MsgInstantiateContract",
        &MsgInstantiateContract {
            sender: sender.to_string(),
            admin: admin.map(ToString::to_string).unwrap_or_default(),
            code_id,
            label: label.into(),
            msg: json(msg)?,
            funds: vec![],
        },
    ))
}

/// Creates a contract whose address follows from code, creator and salt.
pub fn instantiate2(
    sender: &AccountAddress,
    code_id: u64,
    label: &str,
    admin: Option<&AccountAddress>,
    salt: &[u8],
    msg: &impl Serialize,
) -> Result<Any, ClientError> {
    Ok(any(
        "/cosmwasm.wasm.v1.MsgInstantiateContract2",
        &MsgInstantiateContract2 {
            sender: sender.to_string(),
            admin: admin.map(ToString::to_string).unwrap_or_default(),
            code_id,
            label: label.into(),
            msg: json(msg)?,
            funds: vec![],
            salt: salt.to_vec(),
            fix_msg: false,
        },
    ))
}

/// Calls a contract.
pub fn execute(
    sender: &AccountAddress,
    contract: &AccountAddress,
    msg: &impl Serialize,
) -> Result<Any, ClientError> {
    Ok(any(
        "/cosmwasm.wasm.v1.MsgExecuteContract",
        &MsgExecuteContract {
            sender: sender.to_string(),
            contract: contract.to_string(),
            msg: json(msg)?,
            funds: vec![],
        },
    ))
}

/// Moves a contract to another code; only its admin may.
pub fn migrate(
    sender: &AccountAddress,
    contract: &AccountAddress,
    code_id: u64,
    msg: &impl Serialize,
) -> Result<Any, ClientError> {
    Ok(any(
        "/cosmwasm.wasm.v1.MsgMigrateContract",
        &MsgMigrateContract {
            sender: sender.to_string(),
            contract: contract.to_string(),
            code_id,
            msg: json(msg)?,
        },
    ))
}

/// Lends gas of one's allowance to somebody, who then comes into being on the chain if need be.
pub fn grant_gas(from: &AccountAddress, to: &AccountAddress, gas: u64) -> Any {
    let allowance = any(
        "/cosmos.feegrant.v1beta1.BasicAllowance",
        &BasicAllowance {
            spend_limit: vec![Coin {
                denom: "gas".into(),
                amount: gas.to_string(),
            }],
            expiration: None,
        },
    );
    any(
        "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
        &MsgGrantAllowance {
            granter: from.to_string(),
            grantee: to.to_string(),
            allowance: Some(allowance),
        },
    )
}

/// Sends coins of the bank (not credits: those are a contract's).
pub fn send(from: &AccountAddress, to: &AccountAddress, denom: &str, amount: u128) -> Any {
    any(
        "/cosmos.bank.v1beta1.MsgSend",
        &MsgSend {
            from_address: from.to_string(),
            to_address: to.to_string(),
            amount: vec![Coin {
                denom: denom.into(),
                amount: amount.to_string(),
            }],
        },
    )
}
