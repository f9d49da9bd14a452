//! Many proofs: the verdicts of one by one.
use alloc::vec::Vec;
use std::{env, println};

use super::honest;
use crate::{
    Fr, Proof, batch,
    batch::Item,
    testing::{Trapdoor, scalar},
    verdicts, verify,
};
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr as _;

fn items(secret: &Trapdoor, inputs: u64, count: u64) -> Vec<Item> {
    let one = |n: u64| {
        let publics: Vec<Fr> = (0..inputs).map(|i| scalar(n, 100 + i)).collect();
        let proof = secret.prove(&publics, n);
        (publics, proof)
    };
    (0..count).map(one).collect()
}

#[test]
fn a_batch_of_good_proofs_holds_and_an_empty_one_too() {
    let (secret, key, ..) = honest(3, 1);
    for count in [0, 1, 2, 5, 16] {
        let items = items(&secret, 3, count);
        assert!(batch(&key, &items));
        assert!(verdicts(&key, &items).iter().all(|v| *v));
    }
}

#[test]
fn a_batch_names_the_bad_proof() {
    let (secret, key, ..) = honest(3, 1);
    let good = items(&secret, 3, 16);
    for bad in [0, 7, 15] {
        let mut items = good.clone();
        items[bad].0[1] += Fr::from(1u64);
        assert!(!batch(&key, &items));
        let named: Vec<usize> = verdicts(&key, &items)
            .into_iter()
            .enumerate()
            .filter_map(|(i, v)| (!v).then_some(i))
            .collect();
        assert_eq!(named, [bad]);
    }
}

/// Errors that cancel when they are only added up: +D in one proof's C, −D in another's.
#[test]
fn errors_that_cancel_in_a_sum_do_not_cancel_in_a_batch() {
    let (secret, key, ..) = honest(2, 1);
    let mut items = items(&secret, 2, 4);
    let by = G1Affine::generator();
    items[0].1.c = (items[0].1.c + by).into();
    items[1].1.c = (items[1].1.c + -by).into();
    assert!(!batch(&key, &items));
    assert_eq!(verdicts(&key, &items), [false, false, true, true]);
}

#[test]
fn a_batch_counts_inputs_and_refuses_infinity() {
    let (secret, key, ..) = honest(2, 1);
    let good = items(&secret, 2, 4);
    let (a, b) = (G1Affine::identity(), G2Affine::identity());
    let spoilt: [fn(&mut Item, G1Affine, G2Affine); 5] = [
        |item, _, _| item.0.push(Fr::from(1u64)),
        |item, _, _| item.0.truncate(1),
        |item, a, _| item.1.a = a,
        |item, _, b| item.1.b = b,
        |item, a, b| item.1 = Proof { a, b, c: a },
    ];
    for spoil in spoilt {
        let mut items = good.clone();
        spoil(&mut items[2], a, b);
        assert!(!batch(&key, &items));
        assert_eq!(verdicts(&key, &items), [true, true, false, true]);
    }
}

#[test]
fn a_batch_gives_the_verdicts_of_one_by_one_on_random_mixes() {
    let mixes: u64 = env::var("MYCEL_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(200);
    let mixes = mixes.min(2_000);
    let seed: u64 = env::var("MYCEL_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_261_122);
    println!("seed={seed} mixes={mixes}");
    let (secret, key, ..) = honest(2, 1);
    let pool = items(&secret, 2, 24);
    let mut drawn = 0;
    let mut draw = |below: u64| {
        drawn += 1;
        let bytes = crate::field::encode(&scalar(seed, drawn));
        u64::from_be_bytes(bytes[24..].try_into().unwrap()) % below
    };
    for mix in 0..mixes {
        let count = draw(9);
        let share = draw(4);
        let items: Vec<Item> = (0..count)
            .map(|_| {
                let mut item = pool[draw(24) as usize].clone();
                if draw(4) < share {
                    match draw(4) {
                        0 => item.0[draw(2) as usize] += Fr::from(1u64),
                        1 => item.0.push(Fr::from(0u64)),
                        2 => item.1.a = -item.1.a,
                        _ => item.1 = pool[draw(24) as usize].1,
                    }
                }
                item
            })
            .collect();
        let singly: Vec<bool> = items.iter().map(|(x, p)| verify(&key, x, p)).collect();
        assert_eq!(verdicts(&key, &items), singly, "seed={seed} mix={mix}");
        assert_eq!(
            batch(&key, &items),
            singly.iter().all(|v| *v),
            "seed={seed} mix={mix}"
        );
    }
}
