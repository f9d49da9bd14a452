//! A memory of transactions that were read and whose signatures are good, so that a transaction which was checked for
//! the pool is neither decoded nor verified again when it comes in a proposal and in a block. It only saves work: an
//! entry says what reading the same bytes under the same parameters would say.
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use mycel_types::{Params, tx};

use super::{
    request::{Mode, Request},
    signature::Keys,
};
use crate::{error::Failure, tip::State};

/// A transaction as far as it can be judged without the transactions before it.
#[derive(Clone)]
pub(crate) struct Judged {
    pub request: Arc<Request>,
    /// The verdict on the signatures; `None` if a key was left out and has to be looked up.
    pub good: Option<Result<(), Failure>>,
}

/// Reads and verifies, or remembers.
pub(crate) struct Judge {
    pub keys: Keys,
    limit: usize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Under which parameters, and what came out.
    requests: BTreeMap<[u8; 32], (Arc<Params>, Arc<Request>)>,
    /// In the order of arrival, with their bytes.
    order: VecDeque<([u8; 32], usize)>,
    bytes: usize,
}

impl Judge {
    /// Keeps about `limit` bytes of transactions.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            keys: Keys::new(),
            limit,
            seen: Mutex::default(),
        }
    }

    /// Reads a transaction, unless that was done before. Says nothing of signatures if they are not known to be good.
    pub(crate) fn read(&self, bytes: &[u8], state: &State) -> Result<Judged, Failure> {
        // an oversized one is not even hashed
        if bytes.len() as u64 <= state.params.tx_max_bytes
            && let Some(request) = self.recall(&tx::hash(bytes), &state.params)
        {
            return Ok(Judged {
                request,
                good: Some(Ok(())),
            });
        }
        Ok(Judged {
            request: Arc::new(Request::read(bytes, &state.params, Mode::Signed)?),
            good: None,
        })
    }

    /// Reads a transaction and judges its signatures, unless that needs a key that was left out.
    pub(crate) fn judge(&self, bytes: &[u8], state: &State) -> Result<Judged, Failure> {
        let mut judged = self.read(bytes, state)?;
        if judged.good.is_none() && judged.request.brings_keys() {
            let verdict = self.keys.verify(&judged.request, &state.chain.id, |_| None);
            if verdict.is_ok() {
                self.remember(&judged.request, state, bytes.len());
            }
            judged.good = Some(verdict);
        }
        Ok(judged)
    }

    /// Keeps a transaction whose signatures are good. One that leaves out a key is not kept: its verdict hangs on state.
    pub(crate) fn remember(&self, request: &Arc<Request>, state: &State, bytes: usize) {
        if !request.brings_keys() || bytes > self.limit / 8 {
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = (state.params.clone(), request.clone());
        if seen.requests.insert(request.hash, entry).is_none() {
            seen.order.push_back((request.hash, bytes));
            seen.bytes = seen.bytes.saturating_add(bytes);
        }
        while seen.bytes > self.limit {
            let Some((oldest, bytes)) = seen.order.pop_front() else {
                break;
            };
            seen.requests.remove(&oldest);
            seen.bytes = seen.bytes.saturating_sub(bytes);
        }
    }

    fn recall(&self, hash: &[u8; 32], params: &Arc<Params>) -> Option<Arc<Request>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (under, request) = seen.requests.get(hash)?;
        (Arc::ptr_eq(under, params) || **under == **params).then(|| request.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{App, AppConfig};
    use cosmos_sdk_proto::{
        Any,
        cosmos::{
            bank::v1beta1::MsgSend,
            base::v1beta1::Coin,
            crypto::secp256k1::PubKey,
            tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignerInfo, TxBody, TxRaw, mode_info},
        },
    };
    use k256::ecdsa::{Signature, SigningKey, signature::Signer as _};
    use mycel_engine::development;
    use mycel_store::{Config, RedbStore};
    use mycel_types::{AccountAddress, Application as _, Time};
    use prost::Message as _;

    fn state() -> State {
        let store = Arc::new(RedbStore::in_memory(Config::default()).unwrap());
        let app = App::new(store, AppConfig::default()).unwrap();
        let keys = development::keys(1);
        let id = "town-1".parse().unwrap();
        app.init_chain(&development::genesis(id, Time(1000), &keys, vec![]))
            .unwrap();
        app.tip().unwrap()
    }

    fn transaction(sequence: u64, with_key: bool) -> Vec<u8> {
        let secret = SigningKey::from_slice(&[1; 32]).unwrap();
        let point = secret.verifying_key().to_encoded_point(true);
        let address = AccountAddress::of_secp256k1(&point.as_bytes().try_into().unwrap());
        let send = MsgSend {
            from_address: address.to_string(),
            to_address: address.to_string(),
            amount: vec![Coin {
                denom: "ucredit".into(),
                amount: "1".into(),
            }],
        };
        let body = TxBody {
            messages: vec![Any {
                type_url: "/cosmos.bank.v1beta1.MsgSend".into(),
                value: send.encode_to_vec(),
            }],
            ..Default::default()
        }
        .encode_to_vec();
        let key = PubKey {
            key: point.as_bytes().to_vec(),
        };
        let auth = AuthInfo {
            signer_infos: vec![SignerInfo {
                public_key: with_key.then(|| Any {
                    type_url: "/cosmos.crypto.secp256k1.PubKey".into(),
                    value: key.encode_to_vec(),
                }),
                mode_info: Some(ModeInfo {
                    sum: Some(mode_info::Sum::Single(mode_info::Single { mode: 1 })),
                }),
                sequence,
            }],
            fee: Some(Fee {
                gas_limit: 100_000,
                ..Default::default()
            }),
            ..Default::default()
        }
        .encode_to_vec();
        let bytes = tx::sign_bytes(&body, &auth, "town-1", address.account_number());
        let signature: Signature = secret.sign(&bytes);
        TxRaw {
            body_bytes: body,
            auth_info_bytes: auth,
            signatures: vec![signature.to_bytes().to_vec()],
        }
        .encode_to_vec()
    }

    #[test]
    fn good_transactions_are_remembered_within_bounds_and_only_under_their_parameters() {
        let state = state();
        let bytes = transaction(0, true);
        let judge = Judge::new(bytes.len() * 10);
        assert!(judge.read(&bytes, &state).unwrap().good.is_none());
        assert_eq!(judge.judge(&bytes, &state).unwrap().good, Some(Ok(())));
        assert_eq!(judge.read(&bytes, &state).unwrap().good, Some(Ok(())));
        let mut other = state.clone();
        let mut params = (*state.params).clone();
        params.tx_max_gas = 1;
        other.params = Arc::new(params);
        assert!(judge.read(&bytes, &other).is_err(), "read anew");
        for sequence in 1..40 {
            let good = judge.judge(&transaction(sequence, true), &state);
            assert_eq!(good.unwrap().good, Some(Ok(())));
        }
        assert!(
            judge.read(&bytes, &state).unwrap().good.is_none(),
            "forgotten"
        );
        assert!(judge.seen.lock().unwrap().requests.len() <= 10);
    }

    #[test]
    fn bad_signatures_and_keys_left_out_are_not_remembered() {
        let state = state();
        let judge = Judge::new(1 << 20);
        let mut bad = transaction(0, true);
        let last = bad.len() - 1;
        bad[last] ^= 1;
        for _ in 0..2 {
            assert!(matches!(
                judge.judge(&bad, &state).unwrap().good,
                Some(Err(_))
            ));
            assert!(
                judge
                    .judge(&transaction(0, false), &state)
                    .unwrap()
                    .good
                    .is_none()
            );
        }
        assert!(judge.seen.lock().unwrap().requests.is_empty());
    }
}
