//! What a transaction asks for, as far as it can be known without state.
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use cosmos_sdk_proto::{
    Any,
    cosmos::tx::{
        signing::v1beta1::SignMode,
        v1beta1::{SignerInfo, mode_info::Sum},
    },
};
use mycel_types::{AccountAddress, Event, Params, codes, tx::Tx};

use super::signature::PublicKey;
use crate::{bank::coins, error::Failure, msg};
use crate::{error::OutOfGas, msg::Msg};

/// How strictly to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As in a block.
    Signed,
    /// As `simulate` sends it: signatures may be empty, mode and gas limit are ignored.
    Simulated,
}

/// A transaction with all that state has no say in checked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub hash: [u8; 32],
    pub messages: Vec<Msg>,
    pub signers: Vec<Signer>,
    /// `fee.payer`, or the first signer.
    pub payer: AccountAddress,
    pub granter: Option<AccountAddress>,
    pub gas_limit: u64,
    /// What size and signatures cost.
    pub base_gas: u64,
    pub timeout_height: u64,
    fee: String,
    body_bytes: Vec<u8>,
    auth_info_bytes: Vec<u8>,
}

/// One signer with what it signed with.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub address: AccountAddress,
    /// Left out if the account's key is known already.
    pub key: Option<PublicKey>,
    pub sequence: u64,
    pub signature: Vec<u8>,
}

impl Request {
    /// Reads and checks a transaction's bytes.
    pub(crate) fn read(bytes: &[u8], params: &Params, mode: Mode) -> Result<Self, Failure> {
        let tx = Tx::decode(bytes, params.tx_max_bytes).map_err(|e| Failure {
            code: e.code(),
            log: e.to_string(),
            told: false,
        })?;
        let invalid = |what: String| Failure::new(codes::INVALID_REQUEST, what);
        let count = tx.body.messages.len();
        if count == 0 {
            return Err(invalid("must contain at least one message".into()));
        }
        if count as u64 > params.tx_max_messages {
            return Err(invalid(format!(
                "messages={count} is above limit={}",
                params.tx_max_messages
            )));
        }
        check_body(&tx, params)?;
        let messages = tx
            .body
            .messages
            .iter()
            .map(Msg::read)
            .collect::<Result<Vec<_>, _>>()?;
        let fee = read_fee(&tx, params, mode)?;
        let mut addresses: Vec<AccountAddress> = vec![];
        for address in messages.iter().map(Msg::signer).chain(&fee.payer) {
            if !addresses.contains(address) {
                addresses.push(address.clone());
            }
        }
        let payer = match fee.payer.or_else(|| addresses.first().cloned()) {
            Some(payer) => payer,
            None => return Err(invalid("no signer".into())),
        };
        let signers = read_signers(addresses, &tx, params, mode)?;
        let base_gas = params
            .gas
            .tx_byte
            .saturating_mul(tx.size as u64)
            .saturating_add(params.gas.signature.saturating_mul(signers.len() as u64));
        if mode == Mode::Signed && base_gas > fee.gas_limit {
            return Err(OutOfGas {
                location: "txSize",
                wanted: fee.gas_limit,
                used: base_gas,
            }
            .into());
        }
        Ok(Self {
            hash: tx.hash,
            messages,
            signers,
            granter: fee.granter.filter(|granter| *granter != payer),
            payer,
            gas_limit: fee.gas_limit,
            base_gas,
            timeout_height: tx.body.timeout_height,
            fee: fee.text,
            body_bytes: tx.body_bytes,
            auth_info_bytes: tx.auth_info_bytes,
        })
    }

    /// Whose allowance pays.
    pub(crate) fn paying(&self) -> &AccountAddress {
        self.granter.as_ref().unwrap_or(&self.payer)
    }

    /// Whether every signer sends its key along.
    pub(crate) fn brings_keys(&self) -> bool {
        self.signers.iter().all(|s| s.key.is_some())
    }

    /// What a signer has signed.
    pub(crate) fn sign_bytes(&self, chain_id: &str, signer: &AccountAddress) -> Vec<u8> {
        mycel_types::tx::sign_bytes(
            &self.body_bytes,
            &self.auth_info_bytes,
            chain_id,
            signer.account_number(),
        )
    }

    /// What admission emits: kept even if execution fails.
    pub(crate) fn events(&self) -> Vec<Event> {
        let fee = [
            ("fee", self.fee.clone()),
            ("fee_payer", self.paying().to_string()),
        ];
        let mut events = vec![Event::new("tx", fee)];
        events.extend(self.signers.iter().map(|s| {
            let value = format!("{}/{}", s.address, s.sequence);
            Event::new("tx", [("acc_seq", value)])
        }));
        events.extend(self.signers.iter().map(|s| {
            let value = BASE64.encode(&s.signature);
            Event::new("tx", [("signature", value)])
        }));
        events
    }
}

fn check_body(tx: &Tx, params: &Params) -> Result<(), Failure> {
    if !tx.body.extension_options.is_empty() {
        return Err(Failure::bare(codes::UNKNOWN_EXTENSION));
    }
    if tx.unordered {
        return Err(Failure::not_yet("unordered transactions"));
    }
    let memo = tx.body.memo.len() as u64;
    if memo > params.memo_max_bytes {
        return Err(Failure::new(
            codes::MEMO_TOO_LARGE,
            format_args!(
                "maximum number of characters is {} but received {memo} characters",
                params.memo_max_bytes
            ),
        ));
    }
    Ok(())
}

struct Fee {
    gas_limit: u64,
    payer: Option<AccountAddress>,
    granter: Option<AccountAddress>,
    text: String,
}

fn read_fee(tx: &Tx, params: &Params, mode: Mode) -> Result<Fee, Failure> {
    let given = match (&tx.auth_info.fee, mode) {
        (Some(fee), _) => fee.clone(),
        (None, Mode::Simulated) => Default::default(),
        (None, Mode::Signed) => {
            return Err(Failure::new(codes::INVALID_REQUEST, "fee is missing"));
        }
    };
    let zero = given
        .amount
        .iter()
        .all(|c| coins::amount(&c.amount) == Some(0));
    if !zero || given.amount.len() > 8 {
        return Err(Failure::new(
            codes::INSUFFICIENT_FEE,
            format_args!(
                "fee={}: this chain takes no coins for gas, leave the fee empty or zero",
                coins::text_of(&given.amount)
            ),
        ));
    }
    if mode == Mode::Signed && given.gas_limit > params.tx_max_gas {
        return Err(Failure::new(
            codes::INVALID_GAS_LIMIT,
            format_args!(
                "gas_limit={} is above limit={}",
                given.gas_limit, params.tx_max_gas
            ),
        ));
    }
    let optional = |what, text: &str| match text {
        "" => Ok(None),
        text => msg::address(what, text).map(Some),
    };
    Ok(Fee {
        gas_limit: given.gas_limit,
        payer: optional("fee payer", &given.payer)?,
        granter: optional("fee granter", &given.granter)?,
        text: coins::text_of(&given.amount),
    })
}

fn read_signers(
    addresses: Vec<AccountAddress>,
    tx: &Tx,
    params: &Params,
    mode: Mode,
) -> Result<Vec<Signer>, Failure> {
    let infos = &tx.auth_info.signer_infos;
    if tx.signatures.is_empty() {
        return Err(Failure::bare(codes::NO_SIGNATURES));
    }
    let limit = params.tx_max_signatures;
    if infos.len() as u64 > limit || tx.signatures.len() as u64 > limit {
        return Err(Failure::new(
            codes::TOO_MANY_SIGNATURES,
            format_args!("signatures: {}, limit: {limit}", infos.len()),
        ));
    }
    let expected = addresses.len();
    for found in [tx.signatures.len(), infos.len()] {
        if found != expected {
            return Err(Failure::new(
                codes::UNAUTHORIZED,
                format_args!("invalid number of signer;  expected: {expected}, got {found}"),
            ));
        }
    }
    let mut signers = Vec::with_capacity(expected);
    for (index, address) in addresses.into_iter().enumerate() {
        let info = &infos[index];
        let key = read_key(info, &address, index)?;
        if mode == Mode::Signed {
            check_mode(info)?;
        }
        signers.push(Signer {
            address,
            key,
            sequence: info.sequence,
            signature: tx.signatures[index].clone(),
        });
    }
    Ok(signers)
}

fn read_key(
    info: &SignerInfo,
    address: &AccountAddress,
    index: usize,
) -> Result<Option<PublicKey>, Failure> {
    let Some(any) = &info.public_key else {
        return Ok(None);
    };
    let key = PublicKey::read(any)?;
    if key.address() != *address {
        return Err(Failure::new(
            codes::INVALID_PUBKEY,
            format_args!(
                "pubKey does not match signer address {address} with signer index: {index}"
            ),
        ));
    }
    Ok(Some(key))
}

fn check_mode(info: &SignerInfo) -> Result<(), Failure> {
    match info.mode_info.as_ref().and_then(|m| m.sum.as_ref()) {
        Some(Sum::Single(single)) => match SignMode::try_from(single.mode) {
            Ok(SignMode::Direct) => Ok(()),
            Ok(SignMode::Unspecified) | Err(_) => Err(Failure::new(
                codes::UNAUTHORIZED,
                format_args!("sign mode={} is none", single.mode),
            )),
            Ok(other) => Err(Failure::not_yet(other.as_str_name())),
        },
        Some(Sum::Multi(_)) => Err(Failure::not_yet("multisig")),
        None => Err(Failure::new(codes::UNAUTHORIZED, "mode info is missing")),
    }
}

/// The `Any` of a secp256k1 key, as accounts keep it.
pub(crate) fn key_any(key: &PublicKey) -> Any {
    Any {
        type_url: PublicKey::TYPE_URL.into(),
        value: key.to_proto(),
    }
}
