//! Ascending lists of person numbers on pages of varints, and sets of bits.

use cosmwasm_std::Storage;
use mycel_kit::flow::varint;
use mycel_kit::key::StateError;

const PAGE_BYTES: usize = 48 << 10;

fn key(tag: u8, page: u32) -> Vec<u8> {
    let mut key = vec![tag];
    key.extend_from_slice(&page.to_be_bytes());
    key
}

fn list_key(tag: u8, round: u64, page: u32) -> Vec<u8> {
    let mut key = vec![tag];
    key.extend_from_slice(&round.to_be_bytes());
    key.extend_from_slice(&page.to_be_bytes());
    key
}

/// Writes an ascending list of a round: differences, the first to 0, as
/// varints; a page ends after a number that passes 48 KiB. An empty list
/// removes what was there.
pub fn save(storage: &mut dyn Storage, tag: u8, round: u64, numbers: &[u32]) {
    let key = |page| list_key(tag, round, page);
    let (mut page, mut bytes, mut before) = (0, Vec::new(), 0);
    for number in numbers {
        varint::put(&mut bytes, u64::from(number - before));
        before = *number;
        if bytes.len() >= PAGE_BYTES {
            storage.set(&key(page), &bytes);
            page += 1;
            bytes.clear();
        }
    }
    if !bytes.is_empty() {
        storage.set(&key(page), &bytes);
        page += 1;
    }
    while storage.get(&key(page)).is_some() {
        storage.remove(&key(page));
        page += 1;
    }
}

/// Reads such a list.
///
/// # Errors
/// Unreadable state.
pub fn load(storage: &dyn Storage, tag: u8, round: u64) -> Result<Vec<u32>, StateError> {
    let (mut numbers, mut before) = (Vec::new(), 0u64);
    for page in 0.. {
        let key = list_key(tag, round, page);
        let Some(bytes) = storage.get(&key) else {
            break;
        };
        let mut at = 0;
        while at < bytes.len() {
            let number = varint::take(&bytes, &mut at)
                .ok()
                .and_then(|more| u32::try_from(before.checked_add(more)?).ok())
                .ok_or_else(|| StateError::Unreadable {
                    key: cosmwasm_std::to_hex(&key),
                })?;
            before = u64::from(number);
            numbers.push(number);
        }
    }
    Ok(numbers)
}

/// Bits of one value.
pub const BITS: u32 = 4_096;

/// Whether a bit is set in a value of a set.
#[must_use]
pub fn bit(bytes: &[u8], index: u32) -> bool {
    bytes
        .get(index as usize / 8)
        .is_some_and(|byte| byte >> (index % 8) & 1 == 1)
}

/// Sets or clears one bit of the set under `tag`.
pub fn set_bit(storage: &mut dyn Storage, tag: u8, number: u32, on: bool) {
    let (key, index) = (key(tag, number / BITS), number % BITS);
    let mut bytes = storage
        .get(&key)
        .unwrap_or_else(|| vec![0; BITS as usize / 8]);
    if let Some(byte) = bytes.get_mut(index as usize / 8) {
        *byte = *byte & !(1 << (index % 8)) | u8::from(on) << (index % 8);
    }
    storage.set(&key, &bytes);
}

/// Reads bits of a set, each value once.
pub struct Set<'a> {
    storage: &'a dyn Storage,
    tag: u8,
    seen: std::collections::BTreeMap<u32, Vec<u8>>,
}

impl<'a> Set<'a> {
    /// The set under `tag`.
    #[must_use]
    pub fn new(storage: &'a dyn Storage, tag: u8) -> Set<'a> {
        Set {
            storage,
            tag,
            seen: std::collections::BTreeMap::new(),
        }
    }

    /// Whether a number is in it.
    pub fn has(&mut self, number: u32) -> bool {
        let (storage, tag, page) = (self.storage, self.tag, number / BITS);
        let bytes = self
            .seen
            .entry(page)
            .or_insert_with(|| storage.get(&key(tag, page)).unwrap_or_default());
        bit(bytes, number % BITS)
    }
}
