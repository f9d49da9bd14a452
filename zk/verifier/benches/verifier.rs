//! What a validator needs for proofs and hashes: JSON lines, milliseconds of CPU on one core, the least of some rounds.
//! The gas of `groth16_verify` and `poseidon` follows from them: see the last lines.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures time and writes figures"
)]
use std::{hint::black_box, time::Instant};

use mycel_verifier::{
    Fr, Proof, VerifyingKey, batch, poseidon, testing::Trapdoor, verdicts, verify,
};

/// CosmWasm counts 1,000,000 VM gas in a microsecond; 140,000 of them are one SDK gas.
const GAS_IN_A_MILLISECOND: f64 = 1e9 / 140_000.0;

/// Milliseconds that this thread has worked, or that have passed where the system does not say.
fn cpu(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64() * 1e3, |n| n / 1e6)
}

/// The system counts a thread's work every few milliseconds: a round is so long that this does not matter.
const ROUND: f64 = 150.0;

/// Milliseconds for each of `each` pieces of work.
fn least<T>(rounds: usize, each: usize, mut work: impl FnMut() -> T) -> f64 {
    let since = Instant::now();
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let (begin, mut times) = (cpu(since), 0);
        let took = loop {
            black_box(work());
            times += 1;
            let took = cpu(since) - begin;
            if took >= ROUND {
                break took;
            }
        };
        best = best.min(took / (each * times) as f64);
    }
    best
}

fn line(case: &str, ours: f64, unit: &str) {
    println!(
        "{{\"bench\":\"zk\",\"case\":\"{case}\",\"ours\":{ours:.4},\"peer\":null,\"ratio\":null,\"unit\":\"{unit}\"}}"
    );
}

fn main() {
    let mut one = vec![];
    for count in [1, 12, 32] {
        let secret = Trapdoor::new(1, count);
        let key = secret.prepared();
        let inputs: Vec<Fr> = (0..count as u64).map(|i| -Fr::from(i + 2)).collect();
        let proof = secret.prove(&inputs, 1);
        let bytes = proof.encode();
        let ms = least(15, 4, || {
            for _ in 0..4 {
                let read = Proof::decode(&bytes).expect("a proof");
                assert!(verify(&key, &inputs, &read));
            }
        });
        line(&format!("read and verify, {count} inputs"), ms, "ms");
        one.push(ms);
    }
    let secret = Trapdoor::new(1, 12);
    let key = secret.prepared();
    let items: Vec<batch::Item> = (0..256)
        .map(|n| {
            let inputs: Vec<Fr> = (0..12).map(|i| -Fr::from(n * 12 + i)).collect();
            let proof = secret.prove(&inputs, n);
            (inputs, proof)
        })
        .collect();
    for n in [4, 16, 128, 256] {
        let ms = least(7, n, || assert!(batch(&key, &items[..n])));
        line(&format!("batch of {n}, 12 inputs, each"), ms, "ms");
    }
    let encoded: Vec<_> = items.iter().map(|(_, proof)| proof.encode()).collect();
    let ms = least(7, encoded.len(), || {
        encoded
            .iter()
            .filter(|b| Proof::decode(&b[..]).is_ok())
            .count()
    });
    line("read a proof", ms, "ms");
    for bad in [1, 128] {
        let mut items = items[..128].to_vec();
        for (inputs, _) in items.iter_mut().take(bad) {
            inputs[0] += Fr::from(1u64);
        }
        let ms = least(3, 128, || {
            assert_eq!(verdicts(&key, &items).iter().filter(|v| !**v).count(), bad);
        });
        line(
            &format!("verdicts on 128 of which {bad} fail, each"),
            ms,
            "ms",
        );
    }
    let bytes = key.key().encode();
    let ms = least(7, 1, || VerifyingKey::decode(&bytes).expect("a key"));
    line("read a key of 12 inputs", ms, "ms");

    let hashes: Vec<(f64, f64)> = (1..=poseidon::MOST_INPUTS)
        .map(|count| {
            let inputs: Vec<Fr> = (0..count as u64).map(|i| -Fr::from(i + 1)).collect();
            let ms = least(9, 50, || {
                for _ in 0..50 {
                    black_box(poseidon::hash(&inputs).expect("1 to 12 inputs"));
                }
            });
            line(&format!("poseidon of {count}"), ms * 1e3, "us");
            (((count + 1) * (count + 1)) as f64, ms)
        })
        .collect();
    let each = (one[2] - one[0]) / 31.0;
    line(
        "fitted gas, groth16",
        (one[0] - each) * GAS_IN_A_MILLISECOND,
        "gas",
    );
    line(
        "fitted gas, groth16_input",
        each * GAS_IN_A_MILLISECOND,
        "gas",
    );
    let n = hashes.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| hashes.iter().map(of).sum::<f64>() / n;
    let (cells, ms) = (mean(|h| h.0), mean(|h| h.1));
    let slope = hashes
        .iter()
        .map(|h| (h.0 - cells) * (h.1 - ms))
        .sum::<f64>()
        / hashes.iter().map(|h| (h.0 - cells).powi(2)).sum::<f64>();
    line(
        "fitted gas, poseidon",
        (ms - slope * cells) * GAS_IN_A_MILLISECOND,
        "gas",
    );
    line(
        "fitted gas, poseidon_cell",
        slope * GAS_IN_A_MILLISECOND,
        "gas",
    );
}
