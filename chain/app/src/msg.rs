//! The messages that this chain runs, read from their protobuf form with all that is checked without state.
use cosmos_sdk_proto::{
    Any,
    cosmos::{bank::v1beta1 as bank, feegrant::v1beta1 as feegrant},
    cosmwasm::wasm::v1 as wasm,
};
use mycel_bindings::MycelMsg;
use mycel_types::{
    AccountAddress, codes,
    codes::wasm as wasm_codes,
    record::{Grant, Permission},
};

use crate::{
    bank::coins::{self, Coins, Sum},
    error::Failure,
};

/// The denomination in which gas grants are counted.
pub(crate) const GAS_DENOM: &str = "gas";

const LABEL_MAX: usize = 128;
const SALT_MAX: usize = 64;

/// A message whose form is right.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Msg {
    Send {
        from: AccountAddress,
        to: AccountAddress,
        coins: Coins,
    },
    MultiSend {
        from: AccountAddress,
        coins: Coins,
        outputs: Vec<(AccountAddress, Coins)>,
    },
    Grant {
        granter: AccountAddress,
        grantee: AccountAddress,
        grant: Grant,
    },
    Revoke {
        granter: AccountAddress,
        grantee: AccountAddress,
    },
    StoreCode {
        sender: AccountAddress,
        wasm: Vec<u8>,
        permission: Permission,
    },
    Instantiate(Instantiate),
    Execute(Execute),
    Migrate(Migrate),
    /// With `None` the admin is cleared.
    UpdateAdmin {
        sender: AccountAddress,
        contract: AccountAddress,
        admin: Option<AccountAddress>,
    },
    /// To the chain itself; only contracts send it.
    Mycel {
        sender: AccountAddress,
        msg: Box<MycelMsg>,
    },
}

/// Creation of a contract.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Instantiate {
    pub sender: AccountAddress,
    pub admin: Option<AccountAddress>,
    pub code_id: u64,
    pub label: String,
    pub msg: Vec<u8>,
    pub funds: Coins,
    /// With a salt the address is known beforehand; `fix_msg` makes the message part of it.
    pub salt: Option<Salt>,
}

/// What makes an address predictable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Salt {
    pub salt: Vec<u8>,
    pub fix_msg: bool,
}

/// A call of a contract.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Execute {
    pub sender: AccountAddress,
    pub contract: AccountAddress,
    pub msg: Vec<u8>,
    pub funds: Coins,
}

/// A contract's move to another code.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Migrate {
    pub sender: AccountAddress,
    pub contract: AccountAddress,
    pub code_id: u64,
    pub msg: Vec<u8>,
}

impl Msg {
    /// Reads a message; an unknown type, a part that is not built and a wrong form have their codes.
    pub(crate) fn read(any: &Any) -> Result<Self, Failure> {
        let bytes = &any.value[..];
        match any.type_url.as_str() {
            "/cosmos.bank.v1beta1.MsgSend" => send(proto(bytes)?),
            "/cosmos.bank.v1beta1.MsgMultiSend" => multi_send(proto(bytes)?),
            "/cosmos.feegrant.v1beta1.MsgGrantAllowance" => grant(proto(bytes)?),
            "/cosmos.feegrant.v1beta1.MsgRevokeAllowance" => {
                let m: feegrant::MsgRevokeAllowance = proto(bytes)?;
                let (granter, grantee) = pair(&m.granter, &m.grantee)?;
                Ok(Self::Revoke { granter, grantee })
            }
            "/cosmwasm.wasm.v1.MsgStoreCode" => store_code(proto(bytes)?),
            "/cosmwasm.wasm.v1.MsgInstantiateContract" => {
                let m: wasm::MsgInstantiateContract = proto(bytes)?;
                let parts = (m.sender, m.admin, m.code_id, m.label, m.msg);
                instantiate(parts, &m.funds, None)
            }
            "/cosmwasm.wasm.v1.MsgInstantiateContract2" => {
                let m: wasm::MsgInstantiateContract2 = proto(bytes)?;
                let parts = (m.sender, m.admin, m.code_id, m.label, m.msg);
                let salt = Salt {
                    salt: m.salt,
                    fix_msg: m.fix_msg,
                };
                instantiate(parts, &m.funds, Some(salt))
            }
            "/cosmwasm.wasm.v1.MsgExecuteContract" => {
                let m: wasm::MsgExecuteContract = proto(bytes)?;
                let sender = address("sender", &m.sender)?;
                let contract = address("contract", &m.contract)?;
                let funds = Coins::read(&m.funds)?;
                json(&m.msg)?;
                Ok(Self::Execute(Execute {
                    sender,
                    contract,
                    msg: m.msg,
                    funds,
                }))
            }
            "/cosmwasm.wasm.v1.MsgMigrateContract" => {
                let m: wasm::MsgMigrateContract = proto(bytes)?;
                let sender = address("sender", &m.sender)?;
                let contract = address("contract", &m.contract)?;
                code_id(m.code_id)?;
                json(&m.msg)?;
                Ok(Self::Migrate(Migrate {
                    sender,
                    contract,
                    code_id: m.code_id,
                    msg: m.msg,
                }))
            }
            "/cosmwasm.wasm.v1.MsgUpdateAdmin" => {
                let m: wasm::MsgUpdateAdmin = proto(bytes)?;
                let sender = address("sender", &m.sender)?;
                let contract = address("contract", &m.contract)?;
                let admin = Some(address("new admin", &m.new_admin)?);
                if admin.as_ref() == Some(&sender) {
                    return Err(Failure::new(
                        wasm_codes::INVALID,
                        "new admin is the same as the old",
                    ));
                }
                Ok(Self::UpdateAdmin {
                    sender,
                    contract,
                    admin,
                })
            }
            "/cosmwasm.wasm.v1.MsgClearAdmin" => {
                let m: wasm::MsgClearAdmin = proto(bytes)?;
                Ok(Self::UpdateAdmin {
                    sender: address("sender", &m.sender)?,
                    contract: address("contract", &m.contract)?,
                    admin: None,
                })
            }
            other => Err(match LATER.iter().find(|later| other.ends_with(**later)) {
                Some(later) if other.starts_with('/') => Failure::not_yet(&later[1..]),
                _ => unknown_type(other),
            }),
        }
    }

    /// Who must sign.
    pub(crate) fn signer(&self) -> &AccountAddress {
        match self {
            Self::Send { from, .. } | Self::MultiSend { from, .. } => from,
            Self::Grant { granter, .. } | Self::Revoke { granter, .. } => granter,
            Self::StoreCode { sender, .. } | Self::UpdateAdmin { sender, .. } => sender,
            Self::Instantiate(m) => &m.sender,
            Self::Execute(m) => &m.sender,
            Self::Migrate(m) => &m.sender,
            Self::Mycel { sender, .. } => sender,
        }
    }

    /// The type as clients write it.
    pub(crate) fn type_url(&self) -> &'static str {
        match self {
            Self::Send { .. } => "/cosmos.bank.v1beta1.MsgSend",
            Self::MultiSend { .. } => "/cosmos.bank.v1beta1.MsgMultiSend",
            Self::Grant { .. } => "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
            Self::Revoke { .. } => "/cosmos.feegrant.v1beta1.MsgRevokeAllowance",
            Self::StoreCode { .. } => "/cosmwasm.wasm.v1.MsgStoreCode",
            Self::Instantiate(m) if m.salt.is_some() => "/cosmwasm.wasm.v1.MsgInstantiateContract2",
            Self::Instantiate(_) => "/cosmwasm.wasm.v1.MsgInstantiateContract",
            Self::Execute(_) => "/cosmwasm.wasm.v1.MsgExecuteContract",
            Self::Migrate(_) => "/cosmwasm.wasm.v1.MsgMigrateContract",
            Self::UpdateAdmin { admin: Some(_), .. } => "/cosmwasm.wasm.v1.MsgUpdateAdmin",
            Self::UpdateAdmin { admin: None, .. } => "/cosmwasm.wasm.v1.MsgClearAdmin",
            Self::Mycel { .. } => "/mycel.v1.Msg",
        }
    }

    /// The module's name in the `message` event.
    pub(crate) fn module(&self) -> &'static str {
        match self {
            Self::Send { .. } | Self::MultiSend { .. } => "bank",
            Self::Grant { .. } | Self::Revoke { .. } => "feegrant",
            Self::Mycel { .. } => "mycel",
            _ => "wasm",
        }
    }
}

/// Messages of wasmd that a later version runs.
const LATER: &[&str] = &[
    ".MsgSudoContract",
    ".MsgPinCodes",
    ".MsgUnpinCodes",
    ".MsgUpdateInstantiateConfig",
    ".MsgUpdateContractLabel",
    ".MsgStoreAndInstantiateContract",
    ".MsgStoreAndMigrateContract",
    ".MsgAddCodeUploadParamsAddresses",
    ".MsgRemoveCodeUploadParamsAddresses",
];

fn unknown_type(url: &str) -> Failure {
    let shown: String = url.chars().take(200).collect();
    Failure::new(
        codes::UNKNOWN_REQUEST,
        format_args!("unable to resolve type URL {shown}"),
    )
}

/// The walk has passed these bytes already, so this fails only where the decoder is stricter.
fn proto<M: prost::Message + Default>(bytes: &[u8]) -> Result<M, Failure> {
    M::decode(bytes).map_err(|e| Failure::new(codes::TX_DECODE, e))
}

fn send(m: bank::MsgSend) -> Result<Msg, Failure> {
    let from = address("from", &m.from_address)?;
    let to = address("to", &m.to_address)?;
    let coins = Coins::read(&m.amount)?;
    if coins.is_empty() {
        return Err(Failure::bare(codes::INVALID_COINS));
    }
    Ok(Msg::Send { from, to, coins })
}

fn multi_send(m: bank::MsgMultiSend) -> Result<Msg, Failure> {
    let [input] = &m.inputs[..] else {
        return Err(Failure::new(
            codes::INVALID_REQUEST,
            "multiple senders not allowed",
        ));
    };
    let from = address("input", &input.address)?;
    let coins = Coins::read(&input.coins)?;
    let mut sum = Sum::default();
    let mut outputs = Vec::with_capacity(m.outputs.len());
    for output in &m.outputs {
        let to = address("output", &output.address)?;
        let part = Coins::read(&output.coins)?;
        if part.is_empty() || sum.add(&part).is_none() {
            return Err(Failure::new(codes::INVALID_COINS, &part));
        }
        outputs.push((to, part));
    }
    if outputs.is_empty() || !sum.is(&coins) {
        return Err(Failure::new(
            codes::INVALID_REQUEST,
            "sum inputs != sum outputs",
        ));
    }
    Ok(Msg::MultiSend {
        from,
        coins,
        outputs,
    })
}

fn grant(m: feegrant::MsgGrantAllowance) -> Result<Msg, Failure> {
    let (granter, grantee) = pair(&m.granter, &m.grantee)?;
    let invalid = |what: &str| Failure::new(codes::INVALID_REQUEST, what);
    if granter == grantee {
        return Err(invalid("cannot self-grant fee authorization"));
    }
    let any = m.allowance.ok_or_else(|| invalid("allowance is empty"))?;
    let basic: feegrant::BasicAllowance = match any.type_url.as_str() {
        "/cosmos.feegrant.v1beta1.BasicAllowance" => proto(&any.value)?,
        "/cosmos.feegrant.v1beta1.PeriodicAllowance" => {
            return Err(Failure::not_yet("PeriodicAllowance"));
        }
        "/cosmos.feegrant.v1beta1.AllowedMsgAllowance" => {
            return Err(Failure::not_yet("AllowedMsgAllowance"));
        }
        other => return Err(unknown_type(other)),
    };
    let gas_left = match &basic.spend_limit[..] {
        [] => None,
        [one] if one.denom == GAS_DENOM => {
            let amount = coins::amount(&one.amount).and_then(|a| u64::try_from(a).ok());
            let amount = amount.filter(|a| *a > 0);
            Some(amount.ok_or_else(|| Failure::new(codes::INVALID_COINS, "spend limit"))?)
        }
        _ => {
            return Err(Failure::new(
                codes::INVALID_COINS,
                format_args!("spend limit: a grant is counted in {GAS_DENOM} only"),
            ));
        }
    };
    let expires_ms = match basic.expiration {
        None => None,
        Some(at) => {
            let nanos = u64::try_from(at.nanos).ok().filter(|n| *n < 1_000_000_000);
            let ms = u64::try_from(at.seconds)
                .ok()
                .and_then(|s| s.checked_mul(1000))
                .zip(nanos)
                .and_then(|(ms, n)| ms.checked_add(n / 1_000_000));
            Some(ms.ok_or_else(|| invalid("expiration is no time"))?)
        }
    };
    Ok(Msg::Grant {
        granter,
        grantee,
        grant: Grant {
            gas_left,
            expires_ms,
        },
    })
}

fn store_code(m: wasm::MsgStoreCode) -> Result<Msg, Failure> {
    let sender = address("sender", &m.sender)?;
    if m.wasm_byte_code.is_empty() {
        return Err(Failure::new(wasm_codes::EMPTY, "code bytes"));
    }
    let permission = match m.instantiate_permission {
        None => Permission::Everybody,
        Some(access) => permission(&access)?,
    };
    Ok(Msg::StoreCode {
        sender,
        wasm: m.wasm_byte_code,
        permission,
    })
}

fn permission(access: &wasm::AccessConfig) -> Result<Permission, Failure> {
    use wasm::AccessType;
    let invalid = |what: &str| Failure::new(wasm_codes::INVALID, what);
    match AccessType::try_from(access.permission) {
        Ok(AccessType::Nobody) if access.addresses.is_empty() => Ok(Permission::Nobody),
        Ok(AccessType::Everybody) if access.addresses.is_empty() => Ok(Permission::Everybody),
        Ok(AccessType::AnyOfAddresses) => {
            if access.addresses.is_empty() || access.addresses.len() > 50 {
                return Err(invalid("instantiate permission: 1 to 50 addresses"));
            }
            let mut list = Vec::with_capacity(access.addresses.len());
            for text in &access.addresses {
                list.push(address("instantiate permission", text)?);
            }
            list.sort();
            list.dedup();
            if list.len() != access.addresses.len() {
                return Err(invalid("instantiate permission: duplicate address"));
            }
            Ok(Permission::AnyOf(list))
        }
        _ => Err(invalid("instantiate permission")),
    }
}

type InstantiateParts = (String, String, u64, String, Vec<u8>);

fn instantiate(
    (sender, admin, code, label, msg): InstantiateParts,
    funds: &[cosmos_sdk_proto::cosmos::base::v1beta1::Coin],
    salt: Option<Salt>,
) -> Result<Msg, Failure> {
    let sender = address("sender", &sender)?;
    let admin = match admin.as_str() {
        "" => None,
        text => Some(address("admin", text)?),
    };
    let instantiate = Instantiate {
        sender,
        admin,
        code_id: code,
        label,
        msg,
        funds: Coins::read(funds)?,
        salt,
    };
    instantiate.validate()?;
    Ok(Msg::Instantiate(instantiate))
}

impl Instantiate {
    /// What holds for those of members and of contracts alike.
    pub(crate) fn validate(&self) -> Result<(), Failure> {
        code_id(self.code_id)?;
        if self.label.is_empty() {
            return Err(Failure::new(wasm_codes::EMPTY, "label is required"));
        }
        if self.label.trim() != self.label {
            return Err(Failure::new(
                wasm_codes::INVALID,
                "label must not start or end with whitespace",
            ));
        }
        if self.label.len() > LABEL_MAX {
            return Err(Failure::new(
                wasm_codes::LIMIT,
                format_args!("label cannot be longer than {LABEL_MAX} characters"),
            ));
        }
        match self.salt.as_ref().map(|s| s.salt.len()) {
            Some(0) => return Err(Failure::new(wasm_codes::EMPTY, "salt is required")),
            Some(n) if n > SALT_MAX => {
                return Err(Failure::new(
                    wasm_codes::LIMIT,
                    format_args!("salt cannot be longer than {SALT_MAX} characters"),
                ));
            }
            _ => {}
        }
        json(&self.msg)
    }
}

/// A contract's message must be JSON.
pub(crate) fn json(msg: &[u8]) -> Result<(), Failure> {
    serde_json::from_slice::<serde::de::IgnoredAny>(msg)
        .map(|_| ())
        .map_err(|_| Failure::new(wasm_codes::INVALID, "payload msg"))
}

pub(crate) fn code_id(id: u64) -> Result<(), Failure> {
    if id == 0 {
        return Err(Failure::new(wasm_codes::EMPTY, "code id is required"));
    }
    Ok(())
}

/// Reads an address and says which one is wrong.
pub(crate) fn address(what: &str, text: &str) -> Result<AccountAddress, Failure> {
    text.parse()
        .map_err(|e| Failure::new(codes::INVALID_ADDRESS, format_args!("{what}: {e}")))
}

fn pair(granter: &str, grantee: &str) -> Result<(AccountAddress, AccountAddress), Failure> {
    Ok((address("granter", granter)?, address("grantee", grantee)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::coins::coin;
    use prost::Message as _;

    /// They are summed before any gas is paid: a sorted list that grows in place takes seconds here.
    #[test]
    fn coins_of_many_denominations_are_summed_in_time() {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let mut denoms = vec![];
        for a in LETTERS {
            for b in LETTERS {
                for c in LETTERS.iter().take(30) {
                    denoms.push(String::from_utf8(vec![*a, *b, *c]).unwrap());
                }
            }
        }
        denoms.sort();
        let address = AccountAddress::new(vec![7; 20]).unwrap().to_string();
        let (low, high) = denoms.split_at(denoms.len() / 2);
        let outputs = [high, low].map(|part| bank::Output {
            address: address.clone(),
            coins: part.iter().map(|d| coin(d, 1)).collect(),
        });
        let mut message = bank::MsgMultiSend {
            inputs: vec![bank::Input {
                address,
                coins: denoms.iter().map(|d| coin(d, 1)).collect(),
            }],
            outputs: outputs.into(),
        };
        let read = |message: &bank::MsgMultiSend| {
            Msg::read(&Any {
                type_url: "/cosmos.bank.v1beta1.MsgMultiSend".into(),
                value: message.encode_to_vec(),
            })
        };
        assert!(read(&message).is_ok());
        message.outputs[1].coins.pop();
        assert_eq!(read(&message).unwrap_err().code, codes::INVALID_REQUEST);
    }
}
