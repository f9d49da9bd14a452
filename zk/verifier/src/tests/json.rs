//! snarkjs' JSON both ways.
use serde_json::json;

use super::honest;
use crate::{
    Fr,
    snarkjs::{key_from, key_json, proof_from, proof_json, public_from, public_json},
};

#[test]
fn json_of_snarkjs_goes_both_ways() {
    let (_, key, publics, proof) = honest(3, 2);
    assert_eq!(proof_from(&proof_json(&proof)), Ok(proof));
    assert_eq!(public_from(&public_json(&publics)), Ok(publics));
    assert_eq!(key_from(&key_json(key.key())).as_ref(), Ok(key.key()));
    assert_eq!(public_json(&[Fr::from(12u64)]), json!(["12"]));
    let written = proof_json(&proof);
    assert_eq!(written["curve"], "bn128");
    assert_eq!(written["pi_a"][2], "1");
    assert_eq!(written["pi_b"][2], json!(["1", "0"]));
}

#[test]
fn json_that_snarkjs_would_not_write_is_refused() {
    let (_, key, _, proof) = honest(3, 2);
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    for bad in [order, "-1", "+1", "01", "0x1", "", " 1", "1e3"] {
        assert!(public_from(&json!([bad])).is_err(), "{bad}");
    }
    let mut most = alloc::string::String::from("9");
    for _ in 0..5 {
        assert!(public_from(&json!([most])).is_err() || most.len() < 77);
        most.push_str(&most.clone());
    }
    assert!(public_from(&json!([1])).is_err());
    assert!(public_from(&json!(alloc::vec!["1"; 33])).is_err());
    for field in ["pi_a", "pi_b", "pi_c", "protocol", "curve"] {
        let mut other = proof_json(&proof);
        other.as_object_mut().unwrap().remove(field);
        assert!(proof_from(&other).is_err(), "{field}");
    }
    let mut at_infinity = proof_json(&proof);
    at_infinity["pi_a"] = json!(["0", "1", "0"]);
    assert!(proof_from(&at_infinity).is_err());
    let mut zero = proof_json(&proof);
    zero["pi_c"] = json!(["0", "0", "1"]);
    assert!(proof_from(&zero).is_err());
    let mut miscounted = key_json(key.key());
    miscounted["nPublic"] = json!(2);
    assert!(key_from(&miscounted).is_err());
    let mut without = key_json(key.key());
    without["IC"] = json!([]);
    assert!(key_from(&without).is_err());
    let mut forgeable = key_json(key.key());
    forgeable["vk_delta_2"] = forgeable["vk_gamma_2"].clone();
    assert!(key_from(&forgeable).is_err());
}

#[test]
fn a_number_of_a_million_digits_is_refused_before_it_is_reckoned() {
    let began = std::time::Instant::now();
    let long = "7".repeat(8_000_000);
    assert!(public_from(&json!([long])).is_err());
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
}
