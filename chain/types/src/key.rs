//! The state's key layout: public API, because proofs and audits name keys.
//!
//! A key is a one-byte table tag, then its parts. Addresses of 20 or 32 bytes are prefixed with their length in
//! one byte, except in contract data, which is laid out as wasmd does: `0x03 ‖ address32 ‖ key`. Numbers are
//! big-endian so that scans run in numeric order.
use crate::AccountAddress;

/// The two authenticated stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StoreId {
    /// What counterparties of IBC verify.
    Ibc,
    /// Everything else.
    Mycel,
}

impl StoreId {
    /// All stores, in the order of their names: the order of the app hash's leaves.
    pub const ALL: [Self; 2] = [Self::Ibc, Self::Mycel];

    /// The store's name in the app hash and in proofs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ibc => "ibc",
            Self::Mycel => "mycel",
        }
    }
}

/// Table tags of the `mycel` store.
pub mod tag {
    /// [`super::account`] → [`crate::record::Account`].
    pub const ACCOUNT: u8 = 0x01;
    /// [`super::balance`] → u128 little-endian borsh.
    pub const BALANCE: u8 = 0x02;
    /// [`super::contract_data`] → the contract's own bytes.
    pub const CONTRACT_DATA: u8 = 0x03;
    /// [`super::code`] → [`crate::record::Code`].
    pub const CODE: u8 = 0x04;
    /// [`super::contract`] → [`crate::record::Contract`].
    pub const CONTRACT: u8 = 0x05;
    /// [`super::contract_history`] → [`crate::record::HistoryEntry`].
    pub const CONTRACT_HISTORY: u8 = 0x06;
    /// [`super::wasm`] → the uncompressed Wasm.
    pub const WASM: u8 = 0x07;
    /// [`super::counter`] → u64 borsh.
    pub const COUNTER: u8 = 0x08;
    /// [`super::grant`] → [`crate::record::Grant`].
    pub const GRANT: u8 = 0x09;
    /// [`super::events_root`] → 32 bytes.
    pub const EVENTS: u8 = 0x0a;
    /// [`super::params`] → [`crate::Params`].
    pub const PARAMS: u8 = 0x0b;
    /// [`super::contract_by_code`] → empty marker `[1]`.
    pub const CONTRACT_BY_CODE: u8 = 0x0c;
    /// [`super::contract_by_creator`] → empty marker `[1]`.
    pub const CONTRACT_BY_CREATOR: u8 = 0x0d;
    /// [`super::contract_bytes`] → u64 borsh: live bytes of a contract's data.
    pub const CONTRACT_BYTES: u8 = 0x0e;
    /// [`super::subscription`] → [`crate::record::Subscription`]: end-of-block subscribers.
    pub const SUBSCRIPTION: u8 = 0x0f;
    /// [`super::validator`] → u64 borsh: power of a consensus key.
    pub const VALIDATOR: u8 = 0x10;
    /// [`super::chain`] → [`crate::record::Chain`]: name, start, versions.
    pub const CHAIN: u8 = 0x11;
    /// [`super::supply`] → u128 borsh: the sum of a denomination's balances.
    pub const SUPPLY: u8 = 0x12;
    /// [`super::tip`] → [`crate::record::Tip`]: the block that made this state.
    pub const TIP: u8 = 0x13;
    /// [`super::end_block_cursor`] → the address of the subscriber that the next block calls first.
    pub const END_BLOCK_CURSOR: u8 = 0x14;
    /// [`super::contract_quota`] → u64 borsh: live bytes that a contract may keep, where that is decided.
    pub const CONTRACT_QUOTA: u8 = 0x15;
    /// [`super::upgrade`] → [`crate::record::Upgrade`]: the planned one.
    pub const UPGRADE: u8 = 0x16;
    /// [`super::validator_changes`] → [`crate::record::ValidatorChanges`]: what changed within a day.
    pub const VALIDATOR_CHANGES: u8 = 0x17;
    /// [`super::verifying_key`] → [`crate::record::VerifyingKey`].
    pub const VERIFYING_KEY: u8 = 0x18;
    /// [`super::verifying_key_points`] → a verifying key's bytes.
    pub const VERIFYING_KEY_POINTS: u8 = 0x19;
}

fn addressed(table: u8, address: &AccountAddress) -> Vec<u8> {
    let bytes = address.as_bytes();
    let mut key = Vec::with_capacity(bytes.len().saturating_add(34));
    key.push(table);
    // an address has 20 or 32 bytes
    key.push(bytes.len() as u8);
    key.extend_from_slice(bytes);
    key
}

fn numbered(table: u8, number: u64) -> Vec<u8> {
    let mut key = vec![table];
    key.extend_from_slice(&number.to_be_bytes());
    key
}

fn named(table: u8, name: &[u8]) -> Vec<u8> {
    let mut key = vec![table];
    key.extend_from_slice(name);
    key
}

/// An account's record.
pub fn account(address: &AccountAddress) -> Vec<u8> {
    addressed(tag::ACCOUNT, address)
}

/// A balance in one denomination.
pub fn balance(address: &AccountAddress, denom: &str) -> Vec<u8> {
    let mut key = addressed(tag::BALANCE, address);
    key.extend_from_slice(denom.as_bytes());
    key
}

/// What every key of one contract's data begins with. Contract addresses have 32 bytes.
pub fn contract_prefix(contract: &AccountAddress) -> Vec<u8> {
    named(tag::CONTRACT_DATA, contract.as_bytes())
}

/// One entry of a contract's data.
pub fn contract_data(contract: &AccountAddress, key: &[u8]) -> Vec<u8> {
    let mut full = contract_prefix(contract);
    full.extend_from_slice(key);
    full
}

/// A stored code's record.
pub fn code(id: u64) -> Vec<u8> {
    numbered(tag::CODE, id)
}

/// A contract's record.
pub fn contract(address: &AccountAddress) -> Vec<u8> {
    addressed(tag::CONTRACT, address)
}

/// Entry `index` of a contract's code history, from 0.
pub fn contract_history(address: &AccountAddress, index: u64) -> Vec<u8> {
    let mut key = addressed(tag::CONTRACT_HISTORY, address);
    key.extend_from_slice(&index.to_be_bytes());
    key
}

/// A Wasm blob by its SHA-256.
pub fn wasm(checksum: &[u8; 32]) -> Vec<u8> {
    named(tag::WASM, checksum)
}

/// A named counter: `code` (last code id) or `contract` (last instance id).
pub fn counter(name: &str) -> Vec<u8> {
    named(tag::COUNTER, name.as_bytes())
}

/// The grant of a gas allowance from one account to another.
pub fn grant(granter: &AccountAddress, grantee: &AccountAddress) -> Vec<u8> {
    let mut key = addressed(tag::GRANT, granter);
    key.push(grantee.as_bytes().len() as u8);
    key.extend_from_slice(grantee.as_bytes());
    key
}

/// The merkle root of a block's events.
pub fn events_root(height: u64) -> Vec<u8> {
    numbered(tag::EVENTS, height)
}

/// The parameters in force.
pub fn params() -> Vec<u8> {
    vec![tag::PARAMS]
}

/// Index: contracts of a code, in order of creation.
pub fn contract_by_code(
    code: u64,
    height: u64,
    instance: u64,
    contract: &AccountAddress,
) -> Vec<u8> {
    let mut key = numbered(tag::CONTRACT_BY_CODE, code);
    key.extend_from_slice(&height.to_be_bytes());
    key.extend_from_slice(&instance.to_be_bytes());
    key.extend_from_slice(contract.as_bytes());
    key
}

/// Index: contracts of a creator, in order of creation.
pub fn contract_by_creator(
    creator: &AccountAddress,
    height: u64,
    instance: u64,
    contract: &AccountAddress,
) -> Vec<u8> {
    let mut key = addressed(tag::CONTRACT_BY_CREATOR, creator);
    key.extend_from_slice(&height.to_be_bytes());
    key.extend_from_slice(&instance.to_be_bytes());
    key.extend_from_slice(contract.as_bytes());
    key
}

/// How many live bytes a contract's data has.
pub fn contract_bytes(contract: &AccountAddress) -> Vec<u8> {
    addressed(tag::CONTRACT_BYTES, contract)
}

/// An end-of-block subscription.
pub fn subscription(contract: &AccountAddress) -> Vec<u8> {
    addressed(tag::SUBSCRIPTION, contract)
}

/// What every subscription's key begins with.
pub fn subscriptions() -> Vec<u8> {
    vec![tag::SUBSCRIPTION]
}

/// Where the end-of-block calls go on.
pub fn end_block_cursor() -> Vec<u8> {
    vec![tag::END_BLOCK_CURSOR]
}

/// How many live bytes a contract may keep.
pub fn contract_quota(contract: &AccountAddress) -> Vec<u8> {
    addressed(tag::CONTRACT_QUOTA, contract)
}

/// The planned upgrade.
pub fn upgrade() -> Vec<u8> {
    vec![tag::UPGRADE]
}

/// How much of the validators' power changed lately.
pub fn validator_changes() -> Vec<u8> {
    vec![tag::VALIDATOR_CHANGES]
}

/// What every validator's key begins with.
pub fn validators() -> Vec<u8> {
    vec![tag::VALIDATOR]
}

/// A validator's power, by consensus key.
pub fn validator(key: &[u8; 32]) -> Vec<u8> {
    named(tag::VALIDATOR, key)
}

/// The chain's own record.
pub fn chain() -> Vec<u8> {
    vec![tag::CHAIN]
}

/// The block that made this state.
pub fn tip() -> Vec<u8> {
    vec![tag::TIP]
}

/// The sum of all balances of a denomination.
pub fn supply(denom: &str) -> Vec<u8> {
    named(tag::SUPPLY, denom.as_bytes())
}

/// A registered verifying key.
pub fn verifying_key(id: &str) -> Vec<u8> {
    named(tag::VERIFYING_KEY, id.as_bytes())
}

/// A verifying key's bytes, by their BLAKE3.
pub fn verifying_key_points(digest: &[u8; 32]) -> Vec<u8> {
    named(tag::VERIFYING_KEY_POINTS, digest)
}

/// What a contract published, in the store `ibc`: `published/<contract>/<key>`.
pub fn published(contract: &AccountAddress, key: &[u8]) -> Vec<u8> {
    let mut full = format!("published/{contract}/").into_bytes();
    full.extend_from_slice(key);
    full
}

/// The key that the `ibc` store holds from genesis on, because an empty tree has no non-existence proof.
pub const IBC_SENTINEL: &[u8] = b"mycel/sentinel";
