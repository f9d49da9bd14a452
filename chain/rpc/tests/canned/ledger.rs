//! The toy state: sequences of accounts, one code, and one contract that keeps mutual credit in a map.
use std::collections::BTreeMap;

use cosmos_sdk_proto::{
    Any,
    cosmos::{
        base::abci::v1beta1::TxMsgData,
        crypto::secp256k1::PubKey,
        tx::v1beta1::{AuthInfo, TxBody, TxRaw},
    },
    cosmwasm::wasm::v1::{
        MsgExecuteContract, MsgInstantiateContractResponse, MsgStoreCode, MsgStoreCodeResponse,
    },
};
use mycel_types::{AccountAddress, CheckOutcome, Code, Event, TxResult, codes};
use prost::Message;
use serde_json::Value;
use sha2::{Digest, Sha256};

#[derive(Clone, Default)]
pub struct Ledger {
    pub sequences: BTreeMap<AccountAddress, u64>,
    pub codes: u64,
    pub members: Vec<(String, i128)>,
}

pub struct Decoded {
    pub body: TxBody,
    pub sender: AccountAddress,
    pub sequence: u64,
    pub gas: u64,
}

pub fn decode(tx: &[u8]) -> Option<Decoded> {
    let raw = TxRaw::decode(tx).ok()?;
    let auth = AuthInfo::decode(&*raw.auth_info_bytes).ok()?;
    let signer = auth.signer_infos.first()?;
    let key = PubKey::decode(&*signer.public_key.as_ref()?.value).ok()?;
    Some(Decoded {
        body: TxBody::decode(&*raw.body_bytes).ok()?,
        sender: AccountAddress::of_secp256k1(&key.key.try_into().ok()?),
        sequence: signer.sequence,
        gas: auth.fee?.gas_limit,
    })
}

/// The contract's address: the only one there is.
pub fn contract() -> AccountAddress {
    AccountAddress::new([7; 32]).unwrap()
}

impl Ledger {
    pub fn check(&self, tx: &[u8]) -> CheckOutcome {
        let refuse = |code: Code, log: String| CheckOutcome {
            code: code.code,
            codespace: code.codespace.into(),
            log,
            ..CheckOutcome::default()
        };
        if tx.starts_with(b"any") {
            return CheckOutcome::default(); // tests need no signatures
        }
        let Some(decoded) = decode(tx) else {
            return refuse(codes::TX_DECODE, "tx parse error".into());
        };
        let expected = self.sequences.get(&decoded.sender).copied().unwrap_or(0);
        if decoded.sequence != expected {
            let got = decoded.sequence;
            let log = format!(
                "account sequence mismatch, expected {expected}, got {got}: incorrect account sequence"
            );
            return refuse(codes::WRONG_SEQUENCE, log);
        }
        CheckOutcome {
            gas_wanted: decoded.gas,
            gas_used: 40_000,
            ..CheckOutcome::default()
        }
    }

    pub fn deliver(&mut self, tx: &[u8]) -> TxResult {
        let mut events = vec![Event::new("tx", [("fee", ""), ("fee_payer", "somebody")])];
        let Some(decoded) = decode(tx) else {
            if tx.starts_with(b"fail") {
                return TxResult::failed(codes::OUT_OF_GAS, "out of gas", 100, 101);
            }
            events.push(Event::new(
                "transfer",
                [("amount", format!("{}credit", tx.len()))],
            ));
            let mut data = TxMsgData::default();
            data.msg_responses.push(Any::default());
            return result(events, data, 100);
        };
        *self.sequences.entry(decoded.sender.clone()).or_default() += 1;
        let before = self.clone();
        let mut data = TxMsgData::default();
        for message in &decoded.body.messages {
            match self.message(message) {
                Ok((event, response)) => {
                    events.push(event);
                    data.msg_responses.push(response);
                }
                Err(log) => {
                    *self = before;
                    return TxResult::failed(codes::wasm::EXECUTE_FAILED, log, decoded.gas, 90_000);
                }
            }
        }
        result(events, data, decoded.gas)
    }

    pub fn message(&mut self, message: &Any) -> Result<(Event, Any), String> {
        let response = |value: Vec<u8>| Any {
            type_url: format!("{}Response", message.type_url),
            value,
        };
        let address = contract().to_string();
        match message.type_url.rsplit('.').next() {
            Some("MsgStoreCode") => {
                let code = MsgStoreCode::decode(&*message.value).map_err(|e| e.to_string())?;
                self.codes += 1;
                let checksum = Sha256::digest(&code.wasm_byte_code).to_vec();
                let pairs = [
                    ("code_checksum", hex::encode(&checksum)),
                    ("code_id", self.codes.to_string()),
                ];
                let code_id = self.codes;
                let answer = MsgStoreCodeResponse { code_id, checksum };
                Ok((
                    Event::new("store_code", pairs),
                    response(answer.encode_to_vec()),
                ))
            }
            Some("MsgInstantiateContract") => {
                let pairs = [
                    ("_contract_address", address.clone()),
                    ("code_id", "1".into()),
                ];
                let data = vec![];
                let answer = MsgInstantiateContractResponse { address, data };
                Ok((
                    Event::new("instantiate", pairs),
                    response(answer.encode_to_vec()),
                ))
            }
            Some("MsgExecuteContract") => {
                let call =
                    MsgExecuteContract::decode(&*message.value).map_err(|e| e.to_string())?;
                let msg: Value = serde_json::from_slice(&call.msg).map_err(|e| e.to_string())?;
                self.execute(&call.sender, &msg)?;
                let action = msg.as_object().and_then(|o| o.keys().next()).cloned();
                let pairs = [
                    ("_contract_address", address),
                    ("action", action.unwrap_or_default()),
                ];
                Ok((Event::new("wasm", pairs), response(vec![])))
            }
            other => Err(format!("not yet: {other:?}")),
        }
    }

    fn execute(&mut self, sender: &str, msg: &Value) -> Result<(), String> {
        if let Some(list) = msg["open_accounts"]["accounts"].as_array() {
            for account in list {
                let owner = account["owner"].as_str().ok_or("no owner")?;
                self.members.push((owner.into(), 0));
            }
            return Ok(());
        }
        let pay = &msg["pay"];
        let amount: i128 = pay["amount"]
            .as_str()
            .and_then(|a| a.parse().ok())
            .ok_or("no amount")?;
        if self.position(sender)? - amount < -1_000_000_000_000_000 {
            return Err("limit exceeded".into());
        }
        let to = pay["to"].as_str().ok_or("no payee")?;
        self.position(to)?;
        for (owner, position) in &mut self.members {
            *position += if owner == to { amount } else { 0 };
            *position -= if owner == sender { amount } else { 0 };
        }
        Ok(())
    }

    pub fn position(&self, member: &str) -> Result<i128, String> {
        let found = self.members.iter().find(|(owner, _)| owner == member);
        found
            .map(|(_, p)| *p)
            .ok_or_else(|| format!("no account: {member}"))
    }
}

fn result(events: Vec<Event>, data: TxMsgData, gas_wanted: u64) -> TxResult {
    TxResult {
        code: 0,
        codespace: String::new(),
        data: data.encode_to_vec().into(),
        log: String::new(),
        gas_wanted,
        gas_used: 90_000,
        events,
    }
}
