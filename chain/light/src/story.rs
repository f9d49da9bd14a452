//! What a key and its value say, in words that depend on nothing else.
use borsh::BorshDeserialize;
use mycel_types::{
    AccountAddress, Params, StoreId,
    key::{self, tag},
    record::{Account, Chain, Code, Contract},
};

/// One sentence about an entry of the state, derived from its bytes alone.
///
/// Records of the chain's own tables are decoded. Contract data is named by contract and key; what it means is the
/// contract's affair. Never fails: what cannot be read is shown as it is.
pub fn story(store: StoreId, key: &[u8], value: Option<&[u8]>) -> String {
    let subject = match store {
        StoreId::Ibc if key == key::IBC_SENTINEL => "sentinel of the ibc store".into(),
        StoreId::Ibc => format!("ibc entry {}", hex::encode(key)),
        StoreId::Mycel => subject(key),
    };
    let Some(value) = value else {
        return format!("{subject}: absent");
    };
    let content = match store {
        StoreId::Mycel => content(key, value),
        StoreId::Ibc => None,
    };
    match content {
        Some(content) => format!("{subject}: {content}"),
        None => format!("{subject}: bytes={} {}", value.len(), shortened(value)),
    }
}

/// What a key of the `mycel` store is about.
fn subject(key: &[u8]) -> String {
    let unknown = || format!("entry {}", hex::encode(key));
    let Some((&table, rest)) = key.split_first() else {
        return "entry with an empty key".into();
    };
    let number = || <[u8; 8]>::try_from(rest).map(u64::from_be_bytes).ok();
    let text = || std::str::from_utf8(rest).ok().filter(|t| plain(t));
    match table {
        tag::ACCOUNT => owned(rest, "account", false),
        tag::BALANCE => owned(rest, "balance of", true),
        tag::CONTRACT => owned(rest, "contract", false),
        tag::CONTRACT_BYTES => owned(rest, "live bytes of contract", false),
        tag::SUBSCRIPTION => owned(rest, "end-of-block subscription of", false),
        tag::CONTRACT_DATA => rest.split_at_checked(32).and_then(|(contract, entry)| {
            let contract = AccountAddress::new(contract).ok()?;
            Some(format!("data of contract {contract} at {}", named(entry)))
        }),
        tag::CODE => number().map(|id| format!("code {id}")),
        tag::EVENTS => number().map(|height| format!("root of the events of block {height}")),
        tag::WASM => (rest.len() == 32).then(|| format!("wasm {}", hex::encode(rest))),
        tag::COUNTER => text().map(|name| format!("counter {name}")),
        tag::SUPPLY => text().map(|denom| format!("supply of {denom}")),
        tag::VALIDATOR => (rest.len() == 32).then(|| format!("validator {}", hex::encode(rest))),
        tag::PARAMS => rest.is_empty().then(|| "parameters".into()),
        tag::CHAIN => rest.is_empty().then(|| "chain".into()),
        _ => None,
    }
    .unwrap_or_else(unknown)
}

/// What a value of the chain's own tables says.
fn content(key: &[u8], value: &[u8]) -> Option<String> {
    match *key.first()? {
        tag::ACCOUNT => read::<Account>(value).map(|a| {
            format!(
                "sequence={} allowance_milli_gas={} at_ms={} class={:?} key={}",
                a.sequence,
                a.allowance.level,
                a.allowance.at_ms,
                a.allowance.class,
                a.key.map_or("none yet".into(), |(_, key)| hex::encode(key)),
            )
        }),
        tag::BALANCE | tag::SUPPLY => read::<u128>(value).map(|n| n.to_string()),
        tag::COUNTER | tag::CONTRACT_BYTES | tag::VALIDATOR => {
            read::<u64>(value).map(|n| n.to_string())
        }
        tag::CODE => read::<Code>(value).map(|c| {
            format!(
                "checksum={} creator={} permission={:?} pinned={}",
                hex::encode(c.checksum),
                c.creator,
                c.permission,
                c.pinned
            )
        }),
        tag::CONTRACT => read::<Contract>(value).map(|c| {
            format!(
                "code={} creator={} admin={} label={:?} created={}/{} instance={}",
                c.code_id,
                c.creator,
                c.admin.map_or("none".into(), |a| a.to_string()),
                c.label,
                c.created.0,
                c.created.1,
                c.instance
            )
        }),
        tag::CHAIN => read::<Chain>(value).map(|c| {
            format!(
                "id={:?} initial_height={} genesis_ms={} genesis_hash={}",
                c.id,
                c.initial_height,
                c.genesis_ms,
                hex::encode(c.genesis_hash)
            )
        }),
        tag::PARAMS => {
            let params = read::<Params>(value)?;
            serde_json::to_string(&params).ok()
        }
        _ => None,
    }
}

fn read<T: BorshDeserialize>(value: &[u8]) -> Option<T> {
    T::try_from_slice(value).ok()
}

/// `what address [suffix]` of a key part that begins with a length-prefixed address.
fn owned(rest: &[u8], what: &str, suffix: bool) -> Option<String> {
    let (&length, rest) = rest.split_first()?;
    let (address, rest) = rest.split_at_checked(usize::from(length))?;
    let address = AccountAddress::new(address).ok()?;
    match (suffix, std::str::from_utf8(rest).ok()) {
        (true, Some(text)) if plain(text) => Some(format!("{what} {address} in {text}")),
        (false, Some("")) => Some(format!("{what} {address}")),
        _ => None,
    }
}

/// A contract's key, as text where it is text.
fn named(entry: &[u8]) -> String {
    match std::str::from_utf8(entry) {
        Ok(text) if plain(text) => format!("{text:?} ({})", hex::encode(entry)),
        _ => hex::encode(entry),
    }
}

fn plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

/// At most 64 bytes in hex.
fn shortened(value: &[u8]) -> String {
    match value.get(..64) {
        Some(head) if value.len() > 64 => format!("{}…", hex::encode(head)),
        _ => hex::encode(value),
    }
}
