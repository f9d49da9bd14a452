//! Transactions: built, signed (SIGN_MODE_DIRECT), hashed.
use cosmos_sdk_proto::cosmos::{
    crypto::secp256k1::PubKey,
    tx::{
        signing::v1beta1::SignMode,
        v1beta1::{
            AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw,
            mode_info::{Single, Sum},
        },
    },
};
use mycel_types::AccountAddress;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::{SecretKey, message::Any};

/// The type of a single key.
const PUBLIC_KEY: &str = "/cosmos.crypto.secp256k1.PubKey";

/// A transaction that nobody has signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsigned {
    messages: Vec<Any>,
    memo: String,
    timeout_height: u64,
    gas_limit: u64,
    granter: Option<AccountAddress>,
}

impl Unsigned {
    /// A transaction of these messages, which happen all or not at all. No memo, no timeout, gas limit 0.
    pub fn new(messages: Vec<Any>) -> Self {
        Self {
            messages,
            memo: String::new(),
            timeout_height: 0,
            gas_limit: 0,
            granter: None,
        }
    }

    /// Public text, at most 256 bytes.
    #[must_use]
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = memo.into();
        self
    }

    /// Void above this height.
    #[must_use]
    pub fn timeout_height(mut self, height: u64) -> Self {
        self.timeout_height = height;
        self
    }

    /// How much SDK gas it may use; that much of the allowance is reserved.
    #[must_use]
    pub fn gas_limit(mut self, gas: u64) -> Self {
        self.gas_limit = gas;
        self
    }

    /// Whose allowance covers it instead of the signer's, by an earlier grant.
    #[must_use]
    pub fn granter(mut self, granter: AccountAddress) -> Self {
        self.granter = Some(granter);
        self
    }

    fn body(&self) -> Vec<u8> {
        TxBody {
            messages: self.messages.clone(),
            memo: self.memo.clone(),
            timeout_height: self.timeout_height,
            extension_options: vec![],
            non_critical_extension_options: vec![],
        }
        .encode_to_vec()
    }

    fn auth_info(&self, public_key: &[u8; 33], sequence: u64) -> Vec<u8> {
        let key = PubKey {
            key: public_key.to_vec(),
        };
        AuthInfo {
            signer_infos: vec![SignerInfo {
                public_key: Some(Any {
                    type_url: PUBLIC_KEY.into(),
                    value: key.encode_to_vec(),
                }),
                mode_info: Some(ModeInfo {
                    sum: Some(Sum::Single(Single {
                        mode: SignMode::Direct.into(),
                    })),
                }),
                sequence,
            }],
            fee: Some(Fee {
                amount: vec![],
                gas_limit: self.gas_limit,
                payer: String::new(),
                granter: self
                    .granter
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            }),
            ..AuthInfo::default()
        }
        .encode_to_vec()
    }

    /// Signs for the key's own account.
    pub fn sign(&self, key: &SecretKey, chain_id: &str, sequence: u64) -> SignedTx {
        let account_number = key.address().account_number();
        self.sign_numbered(key, chain_id, account_number, sequence)
    }

    /// Signs with a given account number, for chains that count their accounts.
    pub fn sign_numbered(
        &self,
        key: &SecretKey,
        chain_id: &str,
        account_number: u64,
        sequence: u64,
    ) -> SignedTx {
        let (body_bytes, auth_info_bytes) =
            (self.body(), self.auth_info(&key.public_key(), sequence));
        let doc = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: chain_id.into(),
            account_number,
        };
        SignedTx::new(
            TxRaw {
                body_bytes,
                auth_info_bytes,
                signatures: vec![key.sign(&doc.encode_to_vec()).to_vec()],
            }
            .encode_to_vec(),
        )
    }

    /// The bytes for a simulation: everything but a signature, of which one empty one is there.
    pub fn to_simulate(&self, public_key: &[u8; 33], sequence: u64) -> Vec<u8> {
        TxRaw {
            body_bytes: self.body(),
            auth_info_bytes: self.auth_info(public_key, sequence),
            signatures: vec![vec![]],
        }
        .encode_to_vec()
    }
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTx {
    bytes: Vec<u8>,
    hash: [u8; 32],
}

impl SignedTx {
    /// From the bytes of a `TxRaw`, as another tool made them.
    pub fn new(bytes: Vec<u8>) -> Self {
        let hash = Sha256::digest(&bytes).into();
        Self { bytes, hash }
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the bytes.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Whose first signature it needs, and the sequence that it names; `None` of bytes that are no transaction of a
    /// single secp256k1 key.
    pub fn signer(&self) -> Option<(AccountAddress, u64)> {
        let raw = TxRaw::decode(self.bytes.as_slice()).ok()?;
        let auth = AuthInfo::decode(raw.auth_info_bytes.as_slice()).ok()?;
        let signer = auth.signer_infos.into_iter().next()?;
        let key = signer.public_key?;
        if key.type_url != PUBLIC_KEY {
            return None;
        }
        let key = PubKey::decode(key.value.as_slice()).ok()?;
        let key: [u8; 33] = key.key.try_into().ok()?;
        Some((AccountAddress::of_secp256k1(&key), signer.sequence))
    }

    /// The hash as people and nodes write it: upper-case hex.
    pub fn hash_text(&self) -> String {
        hex::encode_upper(self.hash)
    }
}
