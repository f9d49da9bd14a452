//! From messages to a committed transaction: gas, sequence, broadcast, waiting.
use mycel_types::AccountAddress;

use crate::{
    Client, ClientError, SecretKey, SignedTx, Transport, Unsigned,
    answer::{Delivered, Event, Found},
    message::Any,
};

/// How long a transaction is waited for.
pub const WAIT_MS: u64 = 30_000;
/// The longest pause between two looks.
const SLOW_MS: u64 = 500;
/// The gas limit of a simulation, and of an estimate: the most that a transaction may name by default.
const SIMULATION_GAS: u64 = 20_000_000;
/// How often a transaction is signed anew with the sequence that the node expects.
const SEQUENCE_ATTEMPTS: u32 = 8;

/// A key on a chain, with the sequence its next transaction needs.
#[derive(Clone, Debug)]
pub struct Wallet {
    key: SecretKey,
    chain_id: String,
    sequence: Option<u64>,
}

impl Wallet {
    /// A wallet that will ask the node for its sequence.
    pub fn new(key: SecretKey, chain_id: impl Into<String>) -> Self {
        Self {
            key,
            chain_id: chain_id.into(),
            sequence: None,
        }
    }

    /// A wallet that knows its next sequence.
    pub fn at(key: SecretKey, chain_id: impl Into<String>, sequence: u64) -> Self {
        Self {
            sequence: Some(sequence),
            ..Self::new(key, chain_id)
        }
    }

    /// Whose it is.
    pub fn address(&self) -> AccountAddress {
        self.key.address()
    }

    /// What its next signature names as sequence, if it knows.
    pub fn sequence(&self) -> Option<u64> {
        self.sequence
    }

    /// The chain's name.
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// The key.
    pub fn key(&self) -> &SecretKey {
        &self.key
    }

    /// Signs with the next sequence and counts on. The sequence is 0 if nothing else is known.
    pub fn sign(&mut self, tx: &Unsigned) -> SignedTx {
        let sequence = self.sequence.unwrap_or(0);
        self.sequence = Some(sequence.saturating_add(1));
        tx.sign(&self.key, &self.chain_id, sequence)
    }
}

/// A transaction that stands in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its hash, upper-case hex.
    pub hash: String,
    /// The block.
    pub height: u64,
    /// SDK gas used.
    pub gas_used: u64,
    /// SDK gas that was reserved.
    pub gas_wanted: u64,
    /// Protobuf `TxMsgData`.
    pub data: Vec<u8>,
    /// What it emitted.
    pub events: Vec<Event>,
}

impl Receipt {
    /// The first attribute `key` of an event of this kind.
    pub fn attribute(&self, kind: &str, key: &str) -> Option<&str> {
        self.events
            .iter()
            .filter(|e| e.kind == kind)
            .find_map(|e| e.get(key))
    }
}

impl TryFrom<Found> for Receipt {
    type Error = ClientError;
    fn try_from(found: Found) -> Result<Self, ClientError> {
        let Delivered {
            code,
            codespace,
            log,
            data,
            gas_wanted,
            gas_used,
            events,
        } = found.tx_result;
        if code != 0 {
            return Err(ClientError::refused(codespace, code, log, found.hash));
        }
        Ok(Self {
            hash: found.hash,
            height: found.height,
            gas_used,
            gas_wanted,
            data,
            events,
        })
    }
}

impl<T: Transport> Client<T> {
    /// The gas limit that these messages need: simulated on the committed state, and 30 % more as far as the chain
    /// allows.
    pub async fn estimate(&self, wallet: &mut Wallet, tx: &Unsigned) -> Result<u64, ClientError> {
        let mut attempts = 0;
        let used = loop {
            let account = self.account(&wallet.address()).await?;
            let sequence = account.map_or(0, |account| account.sequence);
            // what this wallet has under way counts too
            wallet.sequence = Some(wallet.sequence.unwrap_or(0).max(sequence));
            let bytes = tx
                .clone()
                .gas_limit(SIMULATION_GAS)
                .to_simulate(&wallet.key.public_key(), sequence);
            match self.simulate(&bytes).await {
                Ok(simulated) => break simulated.gas_used,
                // the same key has spoken from elsewhere since it was asked for
                Err(error)
                    if error.expected_sequence().is_some() && attempts < SEQUENCE_ATTEMPTS =>
                {
                    attempts += 1;
                }
                Err(error) => return Err(error),
            }
        };
        let with_room = used.saturating_mul(13).div_ceil(10);
        Ok(with_room.min(SIMULATION_GAS).max(used))
    }

    /// Estimates, signs and broadcasts; does not wait. If the node expects another sequence, because the same key
    /// pays from elsewhere too, that one is used.
    pub async fn broadcast_messages(
        &self,
        wallet: &mut Wallet,
        messages: Vec<Any>,
        memo: &str,
    ) -> Result<SignedTx, ClientError> {
        let tx = Unsigned::new(messages).memo(memo);
        let gas = self.estimate(wallet, &tx).await?;
        self.broadcast_unsigned(wallet, &tx.gas_limit(gas)).await
    }

    /// Signs with the gas limit that it names and broadcasts; does not wait. Asks for the sequence if the wallet does
    /// not know it.
    pub async fn broadcast_unsigned(
        &self,
        wallet: &mut Wallet,
        tx: &Unsigned,
    ) -> Result<SignedTx, ClientError> {
        if wallet.sequence.is_none() {
            let account = self.account(&wallet.address()).await?;
            wallet.sequence = Some(account.map_or(0, |account| account.sequence));
        }
        let mut attempts = 0;
        loop {
            let before = wallet.sequence;
            let signed = wallet.sign(tx);
            let error = match self.broadcast(&signed).await {
                Ok(()) => return Ok(signed),
                Err(error) => error,
            };
            // nothing was taken up, so nothing was counted
            wallet.sequence = before;
            attempts += 1;
            match error.expected_sequence() {
                Some(Some(expected)) if attempts < SEQUENCE_ATTEMPTS => {
                    wallet.sequence = Some(expected);
                }
                _ => return Err(error),
            }
        }
    }

    /// Estimates, signs, broadcasts and waits until the transaction stands in a block and has succeeded.
    pub async fn submit(
        &self,
        wallet: &mut Wallet,
        messages: Vec<Any>,
        memo: &str,
    ) -> Result<Receipt, ClientError> {
        let signed = self.broadcast_messages(wallet, messages, memo).await?;
        self.wait(&signed, WAIT_MS).await
    }

    /// As [`Self::submit`], with what else the transaction says.
    pub async fn submit_unsigned(
        &self,
        wallet: &mut Wallet,
        tx: &Unsigned,
    ) -> Result<Receipt, ClientError> {
        let gas = self.estimate(wallet, tx).await?;
        let tx = tx.clone().gas_limit(gas);
        let signed = self.broadcast_unsigned(wallet, &tx).await?;
        self.wait(&signed, WAIT_MS).await
    }

    /// Polls until the transaction stands in a block; a transaction that failed there is an error. So is one whose
    /// sequence has been used while it is found in no block, two blocks later: another one took its place.
    pub async fn wait(&self, tx: &SignedTx, limit_ms: u64) -> Result<Receipt, ClientError> {
        let mut waited = 0;
        let mut pause = 20;
        let signer = tx.signer();
        // the height at which its sequence was seen to be used
        let mut passed = None;
        loop {
            let displaced = match &signer {
                Some((signer, sequence)) if pause >= SLOW_MS => {
                    self.passed(signer, *sequence, &mut passed).await?
                }
                _ => false,
            };
            if let Some(found) = self.tx(&tx.hash()).await? {
                return found.try_into();
            }
            if displaced {
                let hash = tx.hash_text();
                return Err(ClientError::Displaced { hash });
            }
            if waited >= limit_ms {
                return Err(ClientError::Pending {
                    hash: tx.hash_text(),
                    waited_ms: waited,
                });
            }
            self.transport().sleep(pause).await;
            waited = waited.saturating_add(pause);
            pause = (pause * 3 / 2).min(SLOW_MS);
        }
    }

    /// Polls until somebody's transaction of this hash stands in a block; one that failed there is an error.
    pub async fn wait_for(&self, hash: &[u8; 32], limit_ms: u64) -> Result<Receipt, ClientError> {
        let (mut waited, mut pause) = (0, 20);
        loop {
            if let Some(found) = self.tx(hash).await? {
                return found.try_into();
            }
            if waited >= limit_ms {
                return Err(ClientError::Pending {
                    hash: hex::encode_upper(hash),
                    waited_ms: waited,
                });
            }
            self.transport().sleep(pause).await;
            waited = waited.saturating_add(pause);
            pause = (pause * 3 / 2).min(SLOW_MS);
        }
    }

    /// Whether a sequence was seen to be used two blocks ago.
    async fn passed(
        &self,
        signer: &AccountAddress,
        sequence: u64,
        since: &mut Option<u64>,
    ) -> Result<bool, ClientError> {
        if let Some(height) = *since {
            return Ok(self.status().await?.latest_height >= height.saturating_add(2));
        }
        let account = self.account(signer).await?;
        if account.is_some_and(|account| account.sequence > sequence) {
            *since = Some(self.status().await?.latest_height);
        }
        Ok(false)
    }
}
