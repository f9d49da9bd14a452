//! The relay's transactions: one message, signed with one key (`SIGN_MODE_DIRECT`).
use cosmos_sdk_proto::{
    Any,
    cosmos::{
        crypto::secp256k1::PubKey,
        tx::{
            signing::v1beta1::SignMode,
            v1beta1::{
                AuthInfo, Fee, ModeInfo, SignerInfo, TxBody, TxRaw,
                mode_info::{Single, Sum},
            },
        },
    },
};
use k256::ecdsa::{Signature, signature::Signer as _};
use mycel_types::{AccountAddress, tx::sign_bytes};
use prost::Message;

use super::key::RelayKey;

/// What a transaction is to carry.
pub struct Draft {
    /// The message.
    pub message: Any,
    /// How much gas it may use.
    pub gas_limit: u64,
}

/// The relay's key on its chain.
pub struct Signer {
    key: RelayKey,
    account: AccountAddress,
    chain_id: String,
}

impl Signer {
    /// A key on a chain.
    pub fn new(key: RelayKey, chain_id: &str) -> Self {
        Self {
            account: AccountAddress::of_secp256k1(&key.public()),
            key,
            chain_id: chain_id.into(),
        }
    }

    /// Who signs.
    pub fn account(&self) -> &AccountAddress {
        &self.account
    }

    fn parts(&self, draft: &Draft, sequence: u64) -> TxRaw {
        let body = TxBody {
            messages: vec![draft.message.clone()],
            ..Default::default()
        };
        let key = PubKey {
            key: self.key.public().to_vec(),
        };
        let auth = AuthInfo {
            signer_infos: vec![SignerInfo {
                public_key: Some(Any {
                    type_url: "/cosmos.crypto.secp256k1.PubKey".into(),
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
                gas_limit: draft.gas_limit,
                ..Default::default()
            }),
            ..Default::default()
        };
        TxRaw {
            body_bytes: body.encode_to_vec(),
            auth_info_bytes: auth.encode_to_vec(),
            signatures: vec![vec![]],
        }
    }

    /// The bytes for a simulation: with an empty signature.
    pub fn unsigned(&self, draft: &Draft, sequence: u64) -> Vec<u8> {
        self.parts(draft, sequence).encode_to_vec()
    }

    /// The bytes for the pool.
    pub fn sign(&self, draft: &Draft, sequence: u64) -> Vec<u8> {
        let mut raw = self.parts(draft, sequence);
        let number = self.account.account_number();
        let doc = sign_bytes(
            &raw.body_bytes,
            &raw.auth_info_bytes,
            &self.chain_id,
            number,
        );
        let signature: Signature = self.key.0.sign(&doc);
        let signature = signature.normalize_s().unwrap_or(signature);
        raw.signatures = vec![signature.to_bytes().to_vec()];
        raw.encode_to_vec()
    }
}
