//! Storage, addresses and queries in memory, priced as cosmwasm-vm's `MockStorage`, `MockApi` and `MockQuerier`.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp, encode};
use bytes::Bytes;
use cosmwasm_std::testing::MockQuerier;
use cosmwasm_std::{Coin, Empty, Querier, QuerierResult, WasmQuery, to_json_vec};
use sha2::{Digest, Sha256};

use crate::environment::{
    AddressOp, CursorId, Direction, Environment, HostFault, Hosted, KeyRange, StateFault,
};

/// The address of the contract in [`mock_env`](super::mock_env).
pub const MOCK_CONTRACT_ADDR: &str =
    "cosmwasm1jpev2csrppg792t22rn8z8uew8h3sjcpglcd0qv9g8gj8ky922tscp8avs";

/// wasmd's gas multiplier, in which its prices of address functions are given.
const MULTIPLIER: u64 = 140_000;
const HUMANIZE: u64 = 4 * MULTIPLIER;
const CANONICALIZE: u64 = 5 * MULTIPLIER;
const SCAN: u64 = 11;
const LAST_ENTRY: u64 = 37;
const QUERY: u64 = 100_000;
const QUERY_RESPONSE_BYTE: u64 = 100;

/// Bech32 addresses with a prefix.
#[derive(Clone, Copy, Debug)]
pub struct MockApi {
    prefix: &'static str,
    failing: Option<&'static str>,
}

impl Default for MockApi {
    fn default() -> Self {
        Self {
            prefix: "cosmwasm",
            failing: None,
        }
    }
}

impl MockApi {
    /// Addresses with another prefix.
    pub fn with_prefix(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// Answers every question with a broken state.
    pub fn new_failing(why: &'static str) -> Self {
        Self {
            failing: Some(why),
            ..Self::default()
        }
    }

    /// The address made of the SHA-256 of `input`.
    ///
    /// # Panics
    /// If the prefix is none.
    pub fn addr_make(&self, input: &str) -> String {
        match self.to_text(&Sha256::digest(input)) {
            Ok(address) => address,
            Err(why) => panic!("address of {input}: {why}"),
        }
    }

    fn to_bytes(self, text: &str) -> Result<Vec<u8>, &'static str> {
        let checked = CheckedHrpstring::new::<Bech32>(text).map_err(|_| "Error decoding bech32")?;
        let prefix = checked.hrp();
        if !prefix
            .as_bytes()
            .eq_ignore_ascii_case(self.prefix.as_bytes())
        {
            return Err("Wrong bech32 prefix");
        }
        let bytes: Vec<u8> = checked.byte_iter().collect();
        Self::valid_length(&bytes)?;
        Ok(bytes)
    }

    fn to_text(self, bytes: &[u8]) -> Result<String, &'static str> {
        Self::valid_length(bytes)?;
        let prefix = Hrp::parse(self.prefix).map_err(|_| "Invalid bech32 prefix")?;
        encode::<Bech32>(prefix, bytes).map_err(|_| "Invalid data to be encoded to bech32")
    }

    fn valid_length(bytes: &[u8]) -> Result<(), &'static str> {
        match bytes.len() {
            1..=255 => Ok(()),
            _ => Err("Invalid canonical address length"),
        }
    }

    fn answer(self, op: AddressOp, bytes: &[u8]) -> (Result<Vec<u8>, &'static str>, u64) {
        let text = std::str::from_utf8(bytes).map_err(|_| "Input is not valid UTF-8");
        match op {
            AddressOp::Canonicalize => (text.and_then(|t| self.to_bytes(t)), CANONICALIZE),
            AddressOp::Humanize => (self.to_text(bytes).map(String::into_bytes), HUMANIZE),
            AddressOp::Validate => match text.and_then(|t| self.to_bytes(t)) {
                Err(why) => (Err(why), CANONICALIZE),
                Ok(canonical) => {
                    let normal = self.to_text(&canonical).and_then(|normal| {
                        if normal.as_bytes() == bytes {
                            Ok(Vec::new())
                        } else {
                            Err("Invalid input: address not normalized")
                        }
                    });
                    (normal, CANONICALIZE + HUMANIZE)
                }
            },
        }
    }
}

type WasmHandler = Arc<dyn Fn(&WasmQuery) -> QuerierResult + Send + Sync>;

/// A contract's world in memory.
#[derive(Clone, Default)]
pub struct MockEnvironment {
    /// What the contract has stored.
    pub storage: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Bank balances that queries see.
    pub balances: BTreeMap<String, Vec<Coin>>,
    /// Addresses.
    pub api: MockApi,
    wasm: Option<WasmHandler>,
    cursors: Vec<std::collections::VecDeque<(Bytes, Bytes)>>,
}

impl MockEnvironment {
    /// A world in which the contract owns `balance`.
    pub fn new(balance: &[Coin]) -> Self {
        let mut env = Self::default();
        env.update_balance(MOCK_CONTRACT_ADDR, balance.to_vec());
        env
    }

    /// Sets the balance of an address.
    pub fn update_balance(&mut self, address: impl Into<String>, balance: Vec<Coin>) {
        self.balances.insert(address.into(), balance);
    }

    /// Answers queries to other contracts.
    pub fn update_wasm(
        &mut self,
        handler: impl Fn(&WasmQuery) -> QuerierResult + Send + Sync + 'static,
    ) {
        self.wasm = Some(Arc::new(handler));
    }

    /// Closes the cursors of the call before: ids count from 1 in every call.
    pub(super) fn close_cursors(&mut self) {
        self.cursors.clear();
    }

    fn querier(&self) -> MockQuerier<Empty> {
        let balances: Vec<(&str, &[Coin])> = self
            .balances
            .iter()
            .map(|(address, coins)| (address.as_str(), coins.as_slice()))
            .collect();
        let mut querier = MockQuerier::new(&balances);
        if let Some(handler) = self.wasm.clone() {
            querier.update_wasm(move |query| handler(query));
        }
        querier
    }
}

impl Environment for MockEnvironment {
    fn get(&mut self, key: &[u8]) -> Hosted<Option<Bytes>> {
        let value = self.storage.get(key).map(|v| Bytes::copy_from_slice(v));
        Hosted::ok(value, key.len() as u64)
    }

    fn set(&mut self, key: &[u8], value: Option<&[u8]>) -> Hosted<()> {
        let length = key.len() + value.map_or(0, <[u8]>::len);
        match value {
            Some(value) => self.storage.insert(key.to_vec(), value.to_vec()),
            None => self.storage.remove(key),
        };
        Hosted::ok((), length as u64)
    }

    fn scan(&mut self, range: KeyRange, direction: Direction) -> Hosted<CursorId> {
        let empty = matches!((&range.start, &range.end), (Some(s), Some(e)) if s > e);
        let bound = |b: &Option<Bytes>, some: fn(Vec<u8>) -> Bound<Vec<u8>>| {
            b.as_ref().map_or(Bound::Unbounded, |b| some(b.to_vec()))
        };
        let mut entries: std::collections::VecDeque<(Bytes, Bytes)> = if empty {
            Default::default()
        } else {
            self.storage
                .range((
                    bound(&range.start, Bound::Included),
                    bound(&range.end, Bound::Excluded),
                ))
                .map(|(k, v)| (Bytes::copy_from_slice(k), Bytes::copy_from_slice(v)))
                .collect()
        };
        if direction == Direction::Descending {
            entries.make_contiguous().reverse();
        }
        self.cursors.push(entries);
        Hosted::ok(CursorId(self.cursors.len() as u32), SCAN)
    }

    fn next(&mut self, cursor: CursorId) -> Hosted<Option<(Bytes, Bytes)>> {
        let at = (cursor.0 as usize).wrapping_sub(1);
        let Some(entries) = self.cursors.get_mut(at) else {
            return Hosted::refused(format!("Iterator with ID {} does not exist", cursor.0), 0);
        };
        match entries.pop_front() {
            Some((key, value)) => {
                let gas = (key.len() + value.len()) as u64;
                Hosted::ok(Some((key, value)), gas)
            }
            None => Hosted::ok(None, LAST_ENTRY),
        }
    }

    fn query(&mut self, request: &[u8], _gas_left: u64) -> Hosted<Bytes> {
        let response = self.querier().raw_query(request);
        match to_json_vec(&response) {
            Ok(json) => {
                let gas = QUERY + QUERY_RESPONSE_BYTE * json.len() as u64;
                Hosted::ok(json.into(), gas)
            }
            Err(error) => Hosted::refused(error.to_string(), QUERY),
        }
    }

    fn address(&mut self, op: AddressOp, bytes: &[u8]) -> Hosted<Bytes> {
        if let Some(why) = self.api.failing {
            return Hosted::fault(StateFault::Corrupt(why.to_owned()), 0);
        }
        let (answer, gas) = self.api.answer(op, bytes);
        Hosted {
            value: answer
                .map(Bytes::from)
                .map_err(|why| HostFault::Contract(why.to_owned())),
            gas,
        }
    }
}
