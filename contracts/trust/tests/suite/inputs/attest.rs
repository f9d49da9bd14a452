//! attest: whoever rates wishes that the rated cannot open it, that it weighs
//! more, or to give again what was given elsewhere. Each proof holds by itself.

use cosmwasm_std::HexBinary;
use mycel_circuits::{Attest, Kind};
use mycel_mailbox::{DealKey, Direction, element, tag};
use serde_json::json;

use super::ATTEST;
use super::proving::{Made, differs, made};
use super::story::world;
use crate::deals::ground::{SealedRating, Town, rating};

const SMALL: u16 = 1;

/// A deal of 1 and 2 under the key, whatever it is, that 1 says when it offers.
fn dealt(town: &Town, key: &DealKey) -> (Town, u64) {
    let mut town = town.clone();
    let mut offer = town.offer_msg(1, 2, 1, None);
    offer["open_deal"]["k"] = json!(HexBinary::from(element(&key.k())));
    let receipt = town.ok(1, &offer);
    let deal = receipt.attribute("deal").expect("a number");
    let deal: u64 = deal.parse().expect("a number");
    town.accept(2, deal);
    assert_eq!(town.seen(deal).weight, SMALL);
    (town, deal)
}

fn sealed(key: &DealKey, dir: Direction, weight: u16) -> Made {
    let attest = Attest::new(key, dir, rating(false, weight)).expect("a rating");
    made(Kind::Attest, &attest)
}

/// 1 promises and opens, as its rating of 2, these c and ct with that proof.
fn told(town: &mut Town, deal: u64, ct: [u8; 32], c: [u8; 32]) -> SealedRating {
    let one = SealedRating {
        deal,
        dir: 0,
        c,
        ct,
        rho: [0; 32],
        packed: [0; 32],
        salt: [3; 32],
        inputs: [[0; 32]; 6],
    };
    town.ok(1, &one.commit());
    let other = HexBinary::from([9; 32]);
    let promise = json!({"commit_rating": {"deal": deal.to_string(), "hash": other}});
    town.ok(2, &promise);
    one
}

#[test]
fn a_real_attest_proof_of_another_value_of_any_public_input_is_refused() {
    let town = Town::of(world(), 3);
    let own = town.deal_key(1, 2, 1);
    let elsewhere = DealKey::new([7; 32], &town.element(1, 3, 7)).expect("a secret");
    let stranger = DealKey::new([8; 32], &town.element(1, 2, 1)).expect("a secret");
    let honest = sealed(&own, Direction::AtoB, SMALL);
    for name in ATTEST {
        // the key that was said when it was offered, and the proof
        let (said, proof) = match name {
            "K" => (&own, sealed(&stranger, Direction::AtoB, SMALL)),
            "deal" => (&elsewhere, sealed(&elsewhere, Direction::AtoB, SMALL)),
            "dir" => (&own, sealed(&own, Direction::BtoA, SMALL)),
            "w" => (&own, sealed(&own, Direction::AtoB, u16::MAX)),
            _ => (&own, sealed(&own, Direction::AtoB, SMALL)),
        };
        let (mut town, deal) = dealt(&town, said);
        let (mut ct, mut c) = (proof.publics[4], proof.publics[5]);
        match name {
            "ct" => ct = tag::small(5),
            "c" => c = tag::small(5),
            _ => {}
        }
        let built = [
            element(&said.k()),
            town.element(1, 2, 1),
            tag::small(0),
            tag::small(SMALL.into()),
            ct,
            c,
        ];
        differs(&proof.publics, &built, &ATTEST, name);
        let one = told(&mut town, deal, ct, c);
        let msg = one.open_with(&proof.proof);
        town.no(1, &msg, "proof refused: circuit=attest");
    }
    let (mut town, deal) = dealt(&town, &own);
    let one = told(&mut town, deal, honest.publics[4], honest.publics[5]);
    town.ok(1, &one.open_with(&honest.proof));
    town.check();
}
