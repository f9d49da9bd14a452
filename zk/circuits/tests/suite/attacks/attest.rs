//! attest, under attack.

use ark_bn254::Fr;
use mycel_circuits::Attest;
use mycel_mailbox::hash::{p2, p3};
use mycel_mailbox::tag::selector;

use crate::cheat::{Caught, Cheat, refused};
use crate::story::{attest, deal};

/// One for each group that this file has an attack on.
pub const CAUGHT: &[fn() -> Caught] = &[
    direction_2_takes_the_blinding_of_0_as_its_mask_and_is_refused,
    a_weight_above_16_bits_would_spill_into_eco,
    another_deals_key_is_refused,
    eco_1001_is_refused,
    a_ciphertext_that_decrypts_to_another_rating_is_refused,
    a_blinding_that_the_owner_cannot_derive_is_refused,
    an_entry_of_another_rating_than_the_ciphertexts_is_refused,
];

const WEIGHT: usize = 4;
const CT: usize = 5;
const C: usize = 6;

/// ct and c of a packed number, for any direction.
fn sealed(direction: u64, packed: impl Into<Fr>) -> [Fr; 2] {
    let (deal, packed) = (deal(), packed.into());
    let part = |number| p3(deal.key, deal.deal, number + direction);
    [
        packed + part(selector::PAD),
        p2(packed, part(selector::RHO)),
    ]
}

fn resealed(mut attest: Attest) -> Attest {
    [attest.ct, attest.c] = sealed(attest.direction.into(), attest.rating.packed());
    attest
}

#[test]
fn direction_2_takes_the_blinding_of_0_as_its_mask_and_is_refused() -> Caught {
    let mut attest = attest();
    attest.direction = 2;
    refused(resealed(attest), "dir=2", "direction")
}

#[test]
fn a_weight_above_16_bits_would_spill_into_eco() -> Caught {
    let mut cheat = Cheat::with(attest());
    let mut rating = cheat.circuit.rating;
    rating.weight = 0;
    let weight = 1 << 16;
    let [ct, c] = sealed(0, rating.packed() + 2 * weight);
    cheat.set(WEIGHT, weight);
    cheat.set(CT, ct);
    cheat.set(C, c);
    cheat.caught_by("weight")
}

#[test]
fn another_deals_key_is_refused() -> Caught {
    let mut attest = attest();
    attest.k += Fr::from(1u64);
    refused(attest, "k given=", "key")
}

#[test]
fn eco_1001_is_refused() -> Caught {
    let mut attest = attest();
    attest.rating.eco = 1001;
    refused(resealed(attest), "eco=1001 most=1000", "rating")
}

#[test]
fn reciprocity_1001_is_refused() -> Caught {
    let mut attest = attest();
    attest.rating.reciprocity = 1001;
    refused(resealed(attest), "reciprocity=1001 most=1000", "rating")
}

#[test]
fn an_outcome_of_two_would_be_a_weight_more() -> Caught {
    let mut cheat = Cheat::with(attest());
    let outcome = cheat.variable("rating", 0, 0);
    let [ct, c] = sealed(0, cheat.circuit.rating.packed() + 1);
    cheat.set(outcome, 2u64);
    cheat.set(CT, ct);
    cheat.set(C, c);
    cheat.caught_by("rating")
}

#[test]
fn another_weight_than_the_deals_is_refused() -> Caught {
    let mut attest = attest();
    attest.weight = 60;
    let mut rating = attest.rating;
    rating.weight = 50;
    [attest.ct, attest.c] = sealed(0, rating.packed());
    let refusal = mycel_circuits::Circuit::check(&attest)
        .expect_err("refused")
        .to_string();
    assert!(refusal.contains("weight given=50 computed=60"), "{refusal}");
    let mut cheat = Cheat::with(attest);
    // the ciphertext of the greater weight, the entry of the smaller
    rating.weight = 60;
    cheat.set(CT, sealed(0, rating.packed())[0]);
    cheat.caught_by("commitment")
}

#[test]
fn a_ciphertext_that_decrypts_to_another_rating_is_refused() -> Caught {
    let mut attest = attest();
    attest.ct += Fr::from(1u64);
    refused(attest, "ct given=", "mask")
}

#[test]
fn the_other_directions_mask_is_refused() -> Caught {
    let mut attest = attest();
    attest.ct = sealed(1, attest.rating.packed())[0];
    refused(attest, "ct given=", "mask")
}

#[test]
fn a_blinding_that_the_owner_cannot_derive_is_refused() -> Caught {
    let mut cheat = Cheat::with(attest());
    let (deal, chosen) = (deal(), Fr::from(5u64));
    let last = cheat.last("blinding", 0);
    cheat.hash_to(last, 3, p3(deal.key, deal.deal, selector::RHO), chosen);
    cheat.set(C, p2(cheat.circuit.rating.packed().into(), chosen));
    cheat.caught_by("blinding")
}

#[test]
fn an_entry_of_another_rating_than_the_ciphertexts_is_refused() -> Caught {
    let mut attest = attest();
    let mut flipped = attest.rating;
    flipped.outcome = false;
    attest.c = sealed(0, flipped.packed())[1];
    refused(attest, "c given=", "commitment")
}

#[test]
fn the_key_of_another_deal_between_the_same_two_is_refused() {
    let mut attest = attest();
    attest.deal += Fr::from(1u64);
    let broken = Cheat::with(attest).broken();
    assert_eq!(
        broken.into_iter().collect::<Vec<_>>(),
        ["commitment", "key", "mask"]
    );
}
