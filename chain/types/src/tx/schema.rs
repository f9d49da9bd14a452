//! Which fields the messages of a transaction have. Names are those that Cosmos clients see in errors.

/// A message type.
pub(super) struct Message {
    pub name: &'static str,
    pub fields: &'static [Field],
    /// Whether the fields exclude each other (`oneof`).
    pub choice: bool,
}

/// A field of a message type.
pub(super) struct Field {
    pub number: u32,
    pub kind: Kind,
    pub repeated: bool,
}

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Varint,
    Bytes,
    Text,
    Message(&'static Message),
    Any,
}

impl Message {
    /// The field of that number with its index.
    pub(super) fn field(&self, number: u32) -> Option<(usize, &Field)> {
        self.fields
            .iter()
            .enumerate()
            .find(|(_, f)| f.number == number)
    }
}

const fn one(number: u32, kind: Kind) -> Field {
    Field {
        number,
        kind,
        repeated: false,
    }
}

const fn many(number: u32, kind: Kind) -> Field {
    Field {
        number,
        kind,
        repeated: true,
    }
}

macro_rules! schema {
    ($($id:ident = $name:literal { $($field:expr),* $(,)? })*) => {
        $(pub(super) static $id: Message =
            Message { name: $name, fields: &[$($field),*], choice: false };)*
    };
}

/// `TxBody.unordered`.
pub(super) const UNORDERED: u32 = 4;
/// `TxBody.timeout_timestamp`.
pub(super) const TIMEOUT_TIMESTAMP: u32 = 5;

use Kind::{Any, Bytes, Message as Of, Text, Varint};

schema! {
    TX_RAW = "*tx.TxRaw" { one(1, Bytes), one(2, Bytes), many(3, Bytes) }
    TX_BODY = "*tx.TxBody" {
        many(1, Any), one(2, Text), one(3, Varint), one(UNORDERED, Varint), one(TIMEOUT_TIMESTAMP, Of(&TIMESTAMP)),
        many(1023, Any), many(2047, Any),
    }
    AUTH_INFO = "*tx.AuthInfo" { many(1, Of(&SIGNER_INFO)), one(2, Of(&FEE)), one(3, Of(&TIP)) }
    SIGNER_INFO = "*tx.SignerInfo" { one(1, Any), one(2, Of(&MODE_INFO)), one(3, Varint) }
    MODE_SINGLE = "*tx.ModeInfo_Single" { one(1, Varint) }
    MODE_MULTI = "*tx.ModeInfo_Multi" { one(1, Of(&BIT_ARRAY)), many(2, Of(&MODE_INFO)) }
    BIT_ARRAY = "*types.CompactBitArray" { one(1, Varint), one(2, Bytes) }
    FEE = "*tx.Fee" { many(1, Of(&COIN)), one(2, Varint), one(3, Text), one(4, Text) }
    TIP = "*tx.Tip" { many(1, Of(&COIN)), one(2, Text) }
    COIN = "*types.Coin" { one(1, Text), one(2, Text) }
    ANY = "*types.Any" { one(1, Text), one(2, Bytes) }
    TIMESTAMP = "*types.Timestamp" { one(1, Varint), one(2, Varint) }

    KEY = "*crypto.PubKey" { one(1, Bytes) }
    MULTISIG_KEY = "*multisig.LegacyAminoPubKey" { one(1, Varint), many(2, Any) }

    SEND = "*types.MsgSend" { one(1, Text), one(2, Text), many(3, Of(&COIN)) }
    MULTI_SEND = "*types.MsgMultiSend" { many(1, Of(&TRANSFER)), many(2, Of(&TRANSFER)) }
    TRANSFER = "*types.Transfer" { one(1, Text), many(2, Of(&COIN)) }

    GRANT = "*feegrant.MsgGrantAllowance" { one(1, Text), one(2, Text), one(3, Any) }
    REVOKE = "*feegrant.MsgRevokeAllowance" { one(1, Text), one(2, Text) }
    BASIC_ALLOWANCE = "*feegrant.BasicAllowance" { many(1, Of(&COIN)), one(2, Of(&TIMESTAMP)) }

    STORE_CODE = "*types.MsgStoreCode" { one(1, Text), one(2, Bytes), one(5, Of(&ACCESS)) }
    ACCESS = "*types.AccessConfig" { one(1, Varint), many(3, Text) }
    INSTANTIATE = "*types.MsgInstantiateContract" {
        one(1, Text), one(2, Text), one(3, Varint), one(4, Text), one(5, Bytes), many(6, Of(&COIN)),
    }
    INSTANTIATE2 = "*types.MsgInstantiateContract2" {
        one(1, Text), one(2, Text), one(3, Varint), one(4, Text), one(5, Bytes), many(6, Of(&COIN)), one(7, Bytes),
        one(8, Varint),
    }
    EXECUTE = "*types.MsgExecuteContract" { one(1, Text), one(2, Text), one(3, Bytes), many(5, Of(&COIN)) }
    MIGRATE = "*types.MsgMigrateContract" { one(1, Text), one(2, Text), one(3, Varint), one(4, Bytes) }
    UPDATE_ADMIN = "*types.MsgUpdateAdmin" { one(1, Text), one(2, Text), one(3, Text) }
    CLEAR_ADMIN = "*types.MsgClearAdmin" { one(1, Text), one(3, Text) }
}

pub(super) static MODE_INFO: Message = Message {
    name: "*tx.ModeInfo",
    fields: &[one(1, Of(&MODE_SINGLE)), one(2, Of(&MODE_MULTI))],
    choice: true,
};

/// The types whose content is walked where an `Any` wraps them.
pub(super) fn known(type_url: &str) -> Option<&'static Message> {
    Some(match type_url {
        "/cosmos.bank.v1beta1.MsgSend" => &SEND,
        "/cosmos.bank.v1beta1.MsgMultiSend" => &MULTI_SEND,
        "/cosmos.feegrant.v1beta1.MsgGrantAllowance" => &GRANT,
        "/cosmos.feegrant.v1beta1.MsgRevokeAllowance" => &REVOKE,
        "/cosmos.feegrant.v1beta1.BasicAllowance" => &BASIC_ALLOWANCE,
        "/cosmwasm.wasm.v1.MsgStoreCode" => &STORE_CODE,
        "/cosmwasm.wasm.v1.MsgInstantiateContract" => &INSTANTIATE,
        "/cosmwasm.wasm.v1.MsgInstantiateContract2" => &INSTANTIATE2,
        "/cosmwasm.wasm.v1.MsgExecuteContract" => &EXECUTE,
        "/cosmwasm.wasm.v1.MsgMigrateContract" => &MIGRATE,
        "/cosmwasm.wasm.v1.MsgUpdateAdmin" => &UPDATE_ADMIN,
        "/cosmwasm.wasm.v1.MsgClearAdmin" => &CLEAR_ADMIN,
        "/cosmos.crypto.secp256k1.PubKey"
        | "/cosmos.crypto.secp256r1.PubKey"
        | "/cosmos.crypto.ed25519.PubKey" => &KEY,
        "/cosmos.crypto.multisig.LegacyAminoPubKey" => &MULTISIG_KEY,
        _ => return None,
    })
}
