//! Transactions, decoded strictly in one walk.
//!
//! A transaction is `TxRaw {body, auth info, signatures}`. Signatures cover the raw bytes of body and auth info, so
//! those are kept as they came. Before anything is interpreted, one walk over all bytes refuses whatever two
//! decoders could read differently: unknown fields that are critical (bit 11 of the number unset) at every level,
//! also inside known messages wrapped in `Any`; singular fields that come twice; varints longer than needed; wrong
//! wire types; text that is not UTF-8; nesting deeper than [`MAX_DEPTH`]. `TxRaw` itself, which no signature covers,
//! must have its fields in order and none that is unknown, so that nobody can change a transaction's hash.
//!
//! What a message means is not this module's business: an `Any` of an unknown type is kept as it is.
mod schema;
mod walk;
mod wire;

#[cfg(test)]
mod tests;

use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, SignDoc, TxBody};
use prost::Message;
use sha2::{Digest, Sha256};

use crate::codes::{self, Code};

/// How deep messages may be nested in one another, `TxRaw` being level 1.
pub const MAX_DEPTH: usize = 32;

/// A decoded transaction. Nothing in it is verified but its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Tx {
    /// The body's bytes as they came: what signatures cover.
    pub body_bytes: Vec<u8>,
    /// The auth info's bytes as they came: what signatures cover.
    pub auth_info_bytes: Vec<u8>,
    /// The body.
    pub body: TxBody,
    /// Signers and fee.
    pub auth_info: AuthInfo,
    /// One for each signer.
    pub signatures: Vec<Vec<u8>>,
    /// Whether the body asks for execution without a sequence (`unordered`, or a timeout timestamp).
    pub unordered: bool,
    /// Bytes of the whole transaction.
    pub size: usize,
    /// SHA-256 of the whole transaction: its name everywhere.
    pub hash: [u8; 32],
}

/// Why bytes are no transaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TxError {
    /// More bytes than a transaction may have.
    #[error("tx too large: bytes={bytes} limit={limit}: tx too large")]
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: u64,
    },
    /// The bytes end in the middle of a field.
    #[error("invalid length; unexpected EOF: tx parse error")]
    Truncated,
    /// A varint of more bytes than it needs, or of more than 64 bits.
    #[error("non-minimal varint in {0}: tx parse error")]
    Varint(&'static str),
    /// Groups, reserved wire types or field number 0.
    #[error("invalid field tag in {0}: tx parse error")]
    Tag(&'static str),
    /// A field that this chain does not know and may not ignore.
    #[error(
        "errUnknownField \"{message}\": {{TagNum: {field}, WireType:\"{wire}\"}}: tx parse error"
    )]
    UnknownField {
        /// In which message.
        message: &'static str,
        /// Its number.
        field: u32,
        /// Its wire type.
        wire: &'static str,
    },
    /// A known field in another wire type.
    #[error("errMismatchedWireType \"{message}\": field={field} wire={wire}: tx parse error")]
    WireType {
        /// In which message.
        message: &'static str,
        /// Its number.
        field: u32,
        /// The wire type found.
        wire: &'static str,
    },
    /// A singular field, or a choice, that comes twice.
    #[error("duplicate field \"{message}\": field={field}: tx parse error")]
    Duplicate {
        /// In which message.
        message: &'static str,
        /// Its number.
        field: u32,
    },
    /// `TxRaw` with fields in another order than by number.
    #[error("fields out of order in {0}: tx parse error")]
    Order(&'static str),
    /// Text that is not UTF-8.
    #[error("invalid UTF-8 \"{message}\": field={field}: tx parse error")]
    Text {
        /// In which message.
        message: &'static str,
        /// Its number.
        field: u32,
    },
    /// Nested too deep.
    #[error("nesting above {MAX_DEPTH}: tx parse error")]
    Depth,
    /// What the walk let pass and the decoder did not.
    #[error("{0}: tx parse error")]
    Decode(String),
}

impl TxError {
    /// The code that clients see.
    pub fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => codes::TX_TOO_LARGE,
            _ => codes::TX_DECODE,
        }
    }
}

impl Tx {
    /// Decodes bytes of at most `limit`; the size is looked at first.
    ///
    /// # Errors
    /// The first thing that is wrong; [`TxError::code`] is what clients see.
    pub fn decode(bytes: &[u8], limit: u64) -> Result<Self, TxError> {
        if bytes.len() as u64 > limit {
            return Err(TxError::TooLarge {
                bytes: bytes.len(),
                limit,
            });
        }
        let raw = walk::tx_raw(bytes)?;
        walk::message(&schema::AUTH_INFO, raw.auth_info, 2, walk::Unknown::Refuse)?;
        walk::message(
            &schema::TX_BODY,
            raw.body,
            2,
            walk::Unknown::SkipNonCritical,
        )?;
        let decode = |e: prost::DecodeError| TxError::Decode(e.to_string());
        Ok(Self {
            body: TxBody::decode(raw.body).map_err(decode)?,
            auth_info: AuthInfo::decode(raw.auth_info).map_err(decode)?,
            unordered: walk::is_unordered(raw.body)?,
            body_bytes: raw.body.to_vec(),
            auth_info_bytes: raw.auth_info.to_vec(),
            signatures: raw.signatures.into_iter().map(<[u8]>::to_vec).collect(),
            size: bytes.len(),
            hash: hash(bytes),
        })
    }

    /// What a signer of this transaction signs in `SIGN_MODE_DIRECT`.
    pub fn sign_bytes(&self, chain_id: &str, account_number: u64) -> Vec<u8> {
        sign_bytes(
            &self.body_bytes,
            &self.auth_info_bytes,
            chain_id,
            account_number,
        )
    }
}

/// The bytes that a signer signs in `SIGN_MODE_DIRECT`: the protobuf `SignDoc`.
pub fn sign_bytes(body: &[u8], auth_info: &[u8], chain_id: &str, account_number: u64) -> Vec<u8> {
    SignDoc {
        body_bytes: body.to_vec(),
        auth_info_bytes: auth_info.to_vec(),
        chain_id: chain_id.into(),
        account_number,
    }
    .encode_to_vec()
}

/// A transaction's name: SHA-256 of its bytes.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
