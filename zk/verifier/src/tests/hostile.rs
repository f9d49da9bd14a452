//! Malformed proofs, keys, inputs and JSON: refused, without a panic, in bounded time.
use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use std::{
    env, println,
    time::{Duration, Instant},
};

use ark_bn254::Fq;
use ark_ff::{BigInteger as _, PrimeField as _};

use super::honest;
use crate::{
    Fr, PreparedKey, Proof, VerifyingKey,
    batch::{self, Item},
    snarkjs, verdicts, verify,
};

fn told(name: &str, usual: u64) -> u64 {
    let text = env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A reproducible stream of numbers (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.next() as u8).collect()
    }
}

/// Changes bytes in one of the ways in which they go wrong; now and then not at all.
fn spoil(random: &mut Random, bytes: &mut Vec<u8>, coordinates_from: usize) {
    let parts = bytes.len().saturating_sub(coordinates_from) / 32;
    let at = |random: &mut Random| coordinates_from + 32 * random.below(parts.max(1));
    match random.below(13) {
        0 if !bytes.is_empty() => {
            let bit = random.below(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        1 => {
            let length = random.below(2 * bytes.len() + 2);
            bytes.resize(length, random.next() as u8);
        }
        2 => *bytes = random.bytes(bytes.len()),
        3 => {
            let length = random.below(4096);
            *bytes = random.bytes(length);
        }
        // a coordinate, or some of them: zero, all ones, the order, the same number once more with the order on top
        4 => bytes[at(random)..][..32].fill(0),
        5 => bytes[at(random)..][..32].fill(255),
        6 => bytes[at(random)..][..32].copy_from_slice(&Fq::MODULUS.to_bytes_be()),
        7 => {
            let at = at(random);
            let mut carry = 0u16;
            for (byte, more) in bytes[at..at + 32]
                .iter_mut()
                .zip(Fq::MODULUS.to_bytes_be())
                .rev()
            {
                let sum = u16::from(*byte) + u16::from(more) + carry;
                (*byte, carry) = (sum as u8, sum >> 8);
            }
        }
        // one coordinate in another's place
        8 => {
            let (from, to) = (at(random), at(random));
            bytes.copy_within(from..from + 32, to);
        }
        9 => {
            let (from, to) = (at(random), at(random));
            for i in 0..32 {
                bytes.swap(from + i, to + i);
            }
        }
        // a whole point in another's place, or the opposite one
        10 if parts >= 2 => {
            let (from, to) = (at(random), at(random));
            let length = 64.min(bytes.len() - from.max(to));
            bytes.copy_within(from..from + length, to);
        }
        11 => {
            let at = at(random);
            let mut borrow = 0i16;
            for (byte, order) in bytes[at..at + 32]
                .iter_mut()
                .zip(Fq::MODULUS.to_bytes_be())
                .rev()
            {
                let rest = i16::from(order) - i16::from(*byte) - borrow;
                borrow = i16::from(rest < 0);
                *byte = rest.rem_euclid(256) as u8;
            }
        }
        _ => {}
    }
}

struct Slowest(Duration);

impl Slowest {
    fn of<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let done = work();
        self.0 = self.0.max(begin.elapsed());
        done
    }
}

fn judge(key: &PreparedKey, inputs: &[Vec<u8>], proof: &[u8]) -> bool {
    // as the chain does: how many there are is asked before anything is read
    inputs.len() == key.inputs()
        && batch::read(inputs.iter().map(|i| &i[..]), proof)
            .is_some_and(|(inputs, proof)| verify(key, &inputs, &proof))
}

#[test]
fn malformed_proofs_keys_and_inputs_are_refused_in_bounded_time() {
    let cases = told("MYCEL_CASES", 1_000);
    let seed = told("MYCEL_SEED", 20_261_122);
    println!("seed={seed} cases={cases}");
    let (_, key, publics, proof) = honest(3, 11);
    let good: Vec<Vec<u8>> = publics
        .iter()
        .map(|x| crate::field::encode(x).to_vec())
        .collect();
    let good_proof = proof.encode().to_vec();
    let good_key = key.key().encode();
    let mut random = Random(seed);
    let mut slowest = Slowest(Duration::ZERO);
    let (mut held, mut read, mut keys, mut foreign) = (0u64, 0u64, 0u64, Vec::<Item>::new());
    // of each kind so many
    for (case, kind) in (0..cases).flat_map(|case| [0, 1, 2].map(|kind| (case, kind))) {
        match kind {
            0 => {
                let mut bytes = good_proof.clone();
                spoil(&mut random, &mut bytes, 0);
                let same = bytes == good_proof;
                let holds = slowest.of(|| judge(&key, &good, &bytes));
                assert_eq!(holds, same, "seed={seed} case={case} proof={bytes:x?}");
                held += u64::from(holds);
                if let Ok(other) = Proof::decode(&bytes) {
                    // one way to write each
                    assert_eq!(other.encode()[..], bytes);
                    read += 1;
                    if !same && foreign.len() < 64 {
                        foreign.push((publics.clone(), other));
                    }
                }
            }
            1 => {
                let mut inputs = good.clone();
                match random.below(4) {
                    0 => inputs.truncate(random.below(3)),
                    1 => inputs.extend((0..1 + random.below(40)).map(|_| Vec::from([0; 32]))),
                    _ => {
                        let which = random.below(3);
                        spoil(&mut random, &mut inputs[which], 0);
                    }
                }
                let holds = slowest.of(|| judge(&key, &inputs, &good_proof));
                assert_eq!(holds, inputs == good, "seed={seed} case={case} {inputs:x?}");
            }
            _ => {
                let mut bytes = good_key.clone();
                spoil(&mut random, &mut bytes, 3);
                let Ok(other) = slowest.of(|| VerifyingKey::decode(&bytes)) else {
                    continue;
                };
                assert_eq!(other.encode(), bytes);
                let other = slowest.of(|| PreparedKey::new(&other));
                let holds = verify(&other, &publics, &proof);
                // a key in which inputs changed places holds for none of these
                assert_eq!(
                    holds,
                    bytes == good_key,
                    "seed={seed} case={case} key={bytes:x?}"
                );
                keys += 1;
            }
        }
    }
    println!(
        "each={cases} held={held} read={read} keys={keys} slowest={:?}",
        slowest.0
    );
    assert!(held > 0 && read > held && keys > 0, "the cases show little");
    assert!(slowest.0 < Duration::from_secs(2), "{:?}", slowest.0);
    // what was read and does not hold does not hold in a batch either
    foreign.push((publics, proof));
    let verdicts = verdicts(&key, &foreign);
    let (last, others) = verdicts.split_last().unwrap();
    assert!(*last && others.iter().all(|v| !v));
}

#[test]
fn malformed_json_is_refused_without_a_panic() {
    let cases = told("MYCEL_CASES", 1_000);
    let seed = told("MYCEL_SEED", 20_261_122);
    println!("seed={seed} cases={cases}");
    let (_, key, publics, proof) = honest(2, 11);
    let texts: [String; 3] = [
        snarkjs::proof_json(&proof).to_string(),
        snarkjs::key_json(key.key()).to_string(),
        snarkjs::public_json(&publics).to_string(),
    ];
    let mut random = Random(seed);
    let mut refused = 0;
    for (case, which) in (0..cases).flat_map(|case| [0, 1, 2].map(|which| (case, which))) {
        let mut bytes = texts[which].clone().into_bytes();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => bytes[at] = b"0123456789\",[]{}-e.n"[random.below(20)],
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"0123456789\",[]"[random.below(14)]),
                _ => {
                    let end = (at + 1 + random.below(60)).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
            }
        }
        let Ok(json) = serde_json::from_slice(&bytes) else {
            refused += 1;
            continue;
        };
        let same = match which {
            0 => snarkjs::proof_from(&json).map(|p| p == proof || !verify(&key, &publics, &p)),
            1 => snarkjs::key_from(&json)
                .map(|k| &k == key.key() || k.inputs() != 2 || !holds(&k, &publics, &proof)),
            _ => snarkjs::public_from(&json).map(|p| p == publics || !verify(&key, &p, &proof)),
        };
        match same {
            Ok(same) => assert!(same, "seed={seed} case={case}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > cases, "the cases show little: refused={refused}");
}

fn holds(key: &VerifyingKey, publics: &[Fr], proof: &Proof) -> bool {
    verify(&PreparedKey::new(key), publics, proof)
}
