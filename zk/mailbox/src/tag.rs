//! Hashing into the field with a tag, outside circuits.
//!
//! `F(tag, parts…)` is BLAKE3's `derive_key` under one context string over the
//! tag and the parts, each after its length as eight bytes little-endian, read
//! big-endian with the four highest bits cleared. So it is below the field's
//! order, no two lists of parts give the same bytes, and a value made for one
//! purpose never serves another.

/// A field element: 32 bytes, big-endian, below the order of BN254's scalars.
pub type Element = [u8; 32];

/// BLAKE3's context of every hash into the field.
pub const CONTEXT: &str = "mycel 2026-11-22 hash to field v1";

/// Selectors: `sel(i) = 2^32 + i` is the last input of every hash of three
/// inputs except heads, whose last input is a period below 2^24.
pub mod selector {
    /// 2^32.
    pub const BASE: u64 = 1 << 32;
    /// A deal's key, committed to.
    pub const KEY: u64 = 0;
    /// What a rating is masked with: this plus the direction.
    pub const PAD: u64 = 1;
    /// A rating's blinding: this plus the direction.
    pub const RHO: u64 = 3;
    /// An identity's commitment.
    pub const IDENTITY: u64 = 5;
    /// A nullifier.
    pub const NULLIFIER: u64 = 6;
    /// The head of an empty mailbox.
    pub const HEAD: u64 = 7;
    /// A state's blinding.
    pub const BLINDING: u64 = 8;
}

/// A selector as a field element.
#[must_use]
pub fn sel(number: u64) -> Element {
    small(selector::BASE + number)
}

/// A number as a field element.
#[must_use]
pub fn small(number: u64) -> Element {
    let mut element = [0; 32];
    element[24..].copy_from_slice(&number.to_be_bytes());
    element
}

/// F(tag, parts…).
#[must_use]
pub fn hash(tag: &str, parts: &[&[u8]]) -> Element {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    for part in std::iter::once(&tag.as_bytes()).chain(parts) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut element: Element = hasher.finalize().into();
    element[0] &= 0x0f;
    element
}

/// One contract on one chain: what keeps its proofs from counting elsewhere.
#[must_use]
pub fn instance(chain_id: &str, contract: &str) -> Element {
    hash(
        "mycel/trust/inst",
        &[chain_id.as_bytes(), contract.as_bytes()],
    )
}

/// A deal's number in the field: `a` and `b` are persons, `nonce` is a's choice.
#[must_use]
pub fn deal(instance: &Element, a: u64, b: u64, nonce: &[u8; 32]) -> Element {
    hash(
        "deal",
        &[instance, &a.to_be_bytes(), &b.to_be_bytes(), nonce],
    )
}

/// Where a nullifier counts: a gate of a consumer, for one term.
#[must_use]
pub fn scope(instance: &Element, consumer: &str, gate: u64, term: &str) -> Element {
    hash(
        "scope",
        &[
            instance,
            consumer.as_bytes(),
            &gate.to_be_bytes(),
            term.as_bytes(),
        ],
    )
}

/// What a proof was made for: the scope's parts and the action's bytes.
#[must_use]
pub fn signal(instance: &Element, consumer: &str, gate: u64, term: &str, action: &[u8]) -> Element {
    hash(
        "signal",
        &[
            instance,
            consumer.as_bytes(),
            &gate.to_be_bytes(),
            term.as_bytes(),
            action,
        ],
    )
}

/// Where a nullifier counts that a third party asked for, off the chain.
#[must_use]
pub fn offchain(verifier: &str, challenge: &[u8]) -> Element {
    hash("offchain", &[verifier.as_bytes(), challenge])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_below_2_to_the_252_and_differ_by_tag_part_and_length() {
        let base = hash("a", &[b"bc"]);
        assert!(base[0] < 16);
        for other in [
            hash("b", &[b"bc"]),
            hash("ab", &[b"c"]),
            hash("a", &[b"b", b"c"]),
            hash("a", &[b"bc", b""]),
            hash("a", &[]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn selectors_lie_above_every_period() {
        assert_eq!(sel(5), small((1 << 32) + 5));
        const { assert!(selector::BASE > 1 << 24) };
    }
}
