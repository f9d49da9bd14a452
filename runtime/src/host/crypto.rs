//! Signatures and pairings through `cosmwasm-crypto`. Every function answers 0 for yes and 1 for no; any other number is
//! the code of what is wrong with the input.

use cosmwasm_crypto::{
    CryptoError, ECDSA_PUBKEY_MAX_LEN, ECDSA_SIGNATURE_LEN, EDDSA_PUBKEY_LEN, HashFunction,
    MESSAGE_HASH_MAX_LEN,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::gas::charge;
use super::region::{put, read, write};
use super::{Host, Stop};

const KI: usize = 1024;
const MI: usize = 1024 * KI;
const ED25519_MESSAGE: usize = 128 * KI;
const ED25519_SIGNATURE: usize = 64;
const ED25519_BATCH: usize = 256;
const G1_BYTES: usize = 48;
const G2_BYTES: usize = 96;
const BLS_POINTS: usize = 2 * MI;
const BLS_MESSAGE: usize = 5 * MI;
const BLS_DOMAIN: usize = 5 * KI;

fn verdict(result: Result<bool, CryptoError>) -> u32 {
    match result {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(error) => error.code(),
    }
}

type Verify = fn(&[u8], &[u8], &[u8]) -> Result<bool, CryptoError>;
type Recover = fn(&[u8], &[u8], u8) -> Result<Vec<u8>, CryptoError>;

fn ecdsa_verify(
    host: &mut Host<'_>,
    [hash, signature, key]: [u32; 3],
    price: u64,
    verify: Verify,
) -> wasmtime::Result<u32> {
    let hash = read(host, hash, MESSAGE_HASH_MAX_LEN)?;
    let signature = read(host, signature, ECDSA_SIGNATURE_LEN)?;
    let key = read(host, key, ECDSA_PUBKEY_MAX_LEN)?;
    charge(host, price)?;
    Ok(verdict(verify(&hash, &signature, &key)))
}

/// The low half of the result points to the key, the high half is the error code.
fn ecdsa_recover(
    host: &mut Host<'_>,
    [hash, signature, param]: [u32; 3],
    price: u64,
    recover: Recover,
) -> wasmtime::Result<u64> {
    let hash = read(host, hash, MESSAGE_HASH_MAX_LEN)?;
    let signature = read(host, signature, ECDSA_SIGNATURE_LEN)?;
    let error = |e: CryptoError| Ok((e.code() as u64) << 32);
    let Ok(param) = u8::try_from(param) else {
        return error(CryptoError::invalid_recovery_param());
    };
    charge(host, price)?;
    match recover(&hash, &signature, param) {
        Ok(key) => Ok(put(host, &key)? as u64),
        Err(e) => error(e),
    }
}

pub(super) fn secp256k1_verify(
    host: &mut Host<'_>,
    hash: u32,
    signature: u32,
    key: u32,
) -> wasmtime::Result<u32> {
    let price = host.data().schedule.secp256k1_verify;
    ecdsa_verify(
        host,
        [hash, signature, key],
        price,
        cosmwasm_crypto::secp256k1_verify,
    )
}

pub(super) fn secp256k1_recover(
    host: &mut Host<'_>,
    hash: u32,
    signature: u32,
    param: u32,
) -> wasmtime::Result<u64> {
    let price = host.data().schedule.secp256k1_recover;
    ecdsa_recover(
        host,
        [hash, signature, param],
        price,
        cosmwasm_crypto::secp256k1_recover_pubkey,
    )
}

pub(super) fn secp256r1_verify(
    host: &mut Host<'_>,
    hash: u32,
    signature: u32,
    key: u32,
) -> wasmtime::Result<u32> {
    let price = host.data().schedule.secp256r1_verify;
    ecdsa_verify(
        host,
        [hash, signature, key],
        price,
        cosmwasm_crypto::secp256r1_verify,
    )
}

pub(super) fn secp256r1_recover(
    host: &mut Host<'_>,
    hash: u32,
    signature: u32,
    param: u32,
) -> wasmtime::Result<u64> {
    let price = host.data().schedule.secp256r1_recover;
    ecdsa_recover(
        host,
        [hash, signature, param],
        price,
        cosmwasm_crypto::secp256r1_recover_pubkey,
    )
}

pub(super) fn ed25519_verify(
    host: &mut Host<'_>,
    message: u32,
    signature: u32,
    key: u32,
) -> wasmtime::Result<u32> {
    let message = read(host, message, ED25519_MESSAGE)?;
    let signature = read(host, signature, ED25519_SIGNATURE)?;
    let key = read(host, key, EDDSA_PUBKEY_LEN)?;
    let price = host.data().schedule.ed25519_verify;
    charge(host, price)?;
    Ok(verdict(cosmwasm_crypto::ed25519_verify(
        &message, &signature, &key,
    )))
}

pub(super) fn ed25519_batch_verify(
    host: &mut Host<'_>,
    messages: u32,
    signatures: u32,
    keys: u32,
) -> wasmtime::Result<u32> {
    let messages = read(host, messages, (ED25519_MESSAGE + 4) * ED25519_BATCH)?;
    let signatures = read(host, signatures, (ED25519_SIGNATURE + 4) * ED25519_BATCH)?;
    let keys = read(host, keys, (EDDSA_PUBKEY_LEN + 4) * ED25519_BATCH)?;
    // The coefficients of the batch have to be unpredictable to whoever made the signatures, and the same on every
    // node: they are drawn from a hash of all the input.
    let mut seed = blake3::Hasher::new_derive_key("mycel ed25519 batch verification 1");
    for part in [&messages, &signatures, &keys] {
        seed.update(&(part.len() as u64).to_le_bytes());
        seed.update(part);
    }
    let mut rng = ChaCha20Rng::from_seed(*seed.finalize().as_bytes());
    let (messages, signatures, keys) = (
        sections(&messages)?,
        sections(&signatures)?,
        sections(&keys)?,
    );
    let schedule = &host.data().schedule;
    let price = if keys.len() == 1 {
        schedule.ed25519_batch_one_key
    } else {
        schedule.ed25519_batch
    };
    let price = price.cost(signatures.len() as u64);
    charge(host, price)?;
    Ok(verdict(cosmwasm_crypto::ed25519_batch_verify(
        &mut rng,
        &messages,
        &signatures,
        &keys,
    )))
}

/// Splits `section || length` pairs, lengths big-endian, read from the end.
fn sections(data: &[u8]) -> Result<Vec<&[u8]>, Stop> {
    let mut found = Vec::new();
    let mut rest = data;
    while let Some((before, length)) = rest.split_last_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let start = before
            .len()
            .checked_sub(length)
            .ok_or_else(|| Stop::refused("section is longer than its data"))?;
        let (earlier, section) = before.split_at(start);
        found.push(section);
        rest = earlier;
    }
    if !rest.is_empty() {
        return Err(Stop::refused("data outside of any section"));
    }
    found.reverse();
    Ok(found)
}

pub(super) fn bls_aggregate_g1(
    host: &mut Host<'_>,
    points: u32,
    out: u32,
) -> wasmtime::Result<u32> {
    let points = read(host, points, BLS_POINTS)?;
    let price = host.data().schedule.bls_aggregate_g1;
    charge(host, price.cost((points.len() / G1_BYTES) as u64))?;
    match cosmwasm_crypto::bls12_381_aggregate_g1(&points) {
        Ok(point) => write(host, out, &point).map(|()| 0).map_err(Into::into),
        Err(error) => Ok(error.code()),
    }
}

pub(super) fn bls_aggregate_g2(
    host: &mut Host<'_>,
    points: u32,
    out: u32,
) -> wasmtime::Result<u32> {
    let points = read(host, points, BLS_POINTS)?;
    let price = host.data().schedule.bls_aggregate_g2;
    charge(host, price.cost((points.len() / G2_BYTES) as u64))?;
    match cosmwasm_crypto::bls12_381_aggregate_g2(&points) {
        Ok(point) => write(host, out, &point).map(|()| 0).map_err(Into::into),
        Err(error) => Ok(error.code()),
    }
}

pub(super) fn bls_pairing_equality(
    host: &mut Host<'_>,
    ps: u32,
    qs: u32,
    r: u32,
    s: u32,
) -> wasmtime::Result<u32> {
    let ps = read(host, ps, BLS_POINTS)?;
    let qs = read(host, qs, BLS_POINTS)?;
    let r = read(host, r, G1_BYTES)?;
    let s = read(host, s, G2_BYTES)?;
    let price = host.data().schedule.bls_pairing;
    charge(host, price.cost((ps.len() / G1_BYTES) as u64 + 1))?;
    Ok(verdict(cosmwasm_crypto::bls12_381_pairing_equality(
        &ps, &qs, &r, &s,
    )))
}

pub(super) fn bls_hash_to_g1(
    host: &mut Host<'_>,
    function: u32,
    message: u32,
    domain: u32,
    out: u32,
) -> wasmtime::Result<u32> {
    let price = host.data().schedule.bls_hash_to_g1;
    hash_to_curve(host, [function, message, domain, out], price, |f, m, d| {
        cosmwasm_crypto::bls12_381_hash_to_g1(f, m, d).to_vec()
    })
}

pub(super) fn bls_hash_to_g2(
    host: &mut Host<'_>,
    function: u32,
    message: u32,
    domain: u32,
    out: u32,
) -> wasmtime::Result<u32> {
    let price = host.data().schedule.bls_hash_to_g2;
    hash_to_curve(host, [function, message, domain, out], price, |f, m, d| {
        cosmwasm_crypto::bls12_381_hash_to_g2(f, m, d).to_vec()
    })
}

fn hash_to_curve(
    host: &mut Host<'_>,
    [function, message, domain, out]: [u32; 4],
    price: u64,
    hash: fn(HashFunction, &[u8], &[u8]) -> Vec<u8>,
) -> wasmtime::Result<u32> {
    let message = read(host, message, BLS_MESSAGE)?;
    let domain = read(host, domain, BLS_DOMAIN)?;
    charge(host, price)?;
    let function = match HashFunction::from_u32(function) {
        Ok(function) => function,
        Err(error) => return Ok(error.code()),
    };
    write(host, out, &hash(function, &message, &domain))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_read_from_the_end() {
        assert_eq!(sections(b"").ok(), Some(vec![]));
        assert_eq!(
            sections(b"ab\0\0\0\x02\0\0\0\0c\0\0\0\x01").ok(),
            Some(vec![&b"ab"[..], b"", b"c"])
        );
        assert!(sections(b"ab\0\0\0\x03").is_err());
        assert!(sections(b"xab\0\0\0\x02").is_err());
    }

    #[test]
    fn hashing_to_a_curve_takes_any_message_and_domain() {
        for (message, domain) in [(0, 0), (0, 1), (1, 255), (3, 256), (70_000, 5_120)] {
            let (message, domain) = (vec![1; message], vec![2; domain]);
            cosmwasm_crypto::bls12_381_hash_to_g1(HashFunction::Sha256, &message, &domain);
            cosmwasm_crypto::bls12_381_hash_to_g2(HashFunction::Sha256, &message, &domain);
        }
    }
}
