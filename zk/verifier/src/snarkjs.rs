//! JSON as snarkjs writes and reads it: curve `bn128`, numbers as decimal
//! strings, points with a third coordinate of 1.
use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr as _;
use ark_ff::{BigInt, PrimeField};
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::{
    field,
    key::{KeyError, MOST_INPUTS, VerifyingKey},
    proof::{Proof, ProofError},
};

/// Digits of a number below 2²⁵⁶ at most.
const MOST_DIGITS: usize = 78;

/// Why JSON is not what snarkjs would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// A field is absent or of another form.
    Form {
        /// Where.
        field: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// The points are none of a proof.
    Proof(ProofError),
    /// The points are none of a key.
    Key(KeyError),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { field, expected } => write!(f, "field={field}: expected {expected}"),
            Self::Proof(why) => why.fmt(f),
            Self::Key(why) => why.fmt(f),
        }
    }
}

impl core::error::Error for JsonError {}

fn form(field: &str, expected: &'static str) -> JsonError {
    JsonError::Form {
        field: field.to_string(),
        expected,
    }
}

/// `proof.json`.
#[must_use]
pub fn proof_json(proof: &Proof) -> Value {
    json!({
        "pi_a": g1_json(&proof.a),
        "pi_b": g2_json(&proof.b),
        "pi_c": g1_json(&proof.c),
        "protocol": "groth16",
        "curve": "bn128",
    })
}

/// Reads `proof.json`, checked as bytes are.
///
/// # Errors
/// If it is none.
pub fn proof_from(json: &Value) -> Result<Proof, JsonError> {
    header(json)?;
    let a = g1_from("pi_a", &json["pi_a"])?;
    let b = g2_from("pi_b", &json["pi_b"])?;
    let c = g1_from("pi_c", &json["pi_c"])?;
    Proof::new(a, b, c).map_err(JsonError::Proof)
}

/// `public.json`.
#[must_use]
pub fn public_json(inputs: &[Fr]) -> Value {
    inputs.iter().map(decimal).collect()
}

/// Reads `public.json`: canonical numbers, at most as many as a key may have.
///
/// # Errors
/// If it is none.
pub fn public_from(json: &Value) -> Result<Vec<Fr>, JsonError> {
    let list = json.as_array().filter(|list| list.len() <= MOST_INPUTS);
    let list = list.ok_or_else(|| form("public", "a list of at most 32 numbers"))?;
    list.iter().map(|v| number("public", v)).collect()
}

/// `verification_key.json`.
#[must_use]
pub fn key_json(key: &VerifyingKey) -> Value {
    json!({
        "protocol": "groth16",
        "curve": "bn128",
        "nPublic": key.inputs(),
        "vk_alpha_1": g1_json(key.alpha()),
        "vk_beta_2": g2_json(key.beta()),
        "vk_gamma_2": g2_json(key.gamma()),
        "vk_delta_2": g2_json(key.delta()),
        "IC": key.ic().iter().map(g1_json).collect::<Vec<_>>(),
    })
}

/// Reads `verification_key.json`, checked as bytes are. Whatever else snarkjs wrote into it follows from these points
/// and is not read.
///
/// # Errors
/// If it is none.
pub fn key_from(json: &Value) -> Result<VerifyingKey, JsonError> {
    header(json)?;
    let expected = "a list of one point more than nPublic, 33 at most";
    let list = json["IC"]
        .as_array()
        .filter(|list| list.len() <= MOST_INPUTS + 1);
    let list = list.ok_or_else(|| form("IC", expected))?;
    if json["nPublic"].as_u64() != Some((list.len() as u64).wrapping_sub(1)) {
        return Err(form("nPublic", "one less than points in IC"));
    }
    let ic = list
        .iter()
        .map(|v| g1_from("IC", v))
        .collect::<Result<_, _>>()?;
    VerifyingKey::new(
        g1_from("vk_alpha_1", &json["vk_alpha_1"])?,
        g2_from("vk_beta_2", &json["vk_beta_2"])?,
        g2_from("vk_gamma_2", &json["vk_gamma_2"])?,
        g2_from("vk_delta_2", &json["vk_delta_2"])?,
        ic,
    )
    .map_err(JsonError::Key)
}

fn header(json: &Value) -> Result<(), JsonError> {
    if json["protocol"] != "groth16" {
        return Err(form("protocol", "groth16"));
    }
    if json["curve"] != "bn128" {
        return Err(form("curve", "bn128"));
    }
    Ok(())
}

fn decimal<F: PrimeField<BigInt = BigInt<4>>>(element: &F) -> Value {
    Value::String(BigUint::from_bytes_be(&field::write(element)).to_string())
}

fn g1_json(point: &G1Affine) -> Value {
    match point.xy() {
        Some((x, y)) => json!([decimal(&x), decimal(&y), "1"]),
        None => json!(["0", "1", "0"]),
    }
}

fn g2_json(point: &G2Affine) -> Value {
    match point.xy() {
        Some((x, y)) => json!([
            [decimal(&x.c0), decimal(&x.c1)],
            [decimal(&y.c0), decimal(&y.c1)],
            ["1", "0"]
        ]),
        None => json!([["0", "0"], ["1", "0"], ["0", "0"]]),
    }
}

fn number<F: PrimeField<BigInt = BigInt<4>>>(name: &str, json: &Value) -> Result<F, JsonError> {
    let wrong = || form(name, "a decimal string below the field's order");
    // before anything is reckoned: the time that takes grows with the square of the digits
    let text = json.as_str().filter(|text| text.len() <= MOST_DIGITS);
    let text = text.ok_or_else(wrong)?;
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let canonical = text == "0" || !text.starts_with('0');
    let parsed = (digits && canonical).then(|| BigUint::parse_bytes(text.as_bytes(), 10));
    let bytes = parsed.flatten().ok_or_else(wrong)?.to_bytes_be();
    let start = 32usize.checked_sub(bytes.len()).ok_or_else(wrong)?;
    let mut padded = [0; 32];
    padded[start..].copy_from_slice(&bytes);
    field::read(&padded).ok_or_else(wrong)
}

fn list<'a, const N: usize>(name: &str, json: &'a Value) -> Result<&'a [Value; N], JsonError> {
    let list = json.as_array().and_then(|l| l[..].try_into().ok());
    list.ok_or_else(|| form(name, "a point of affine coordinates"))
}

fn g1_from(name: &str, json: &Value) -> Result<G1Affine, JsonError> {
    let [x, y, one] = list(name, json)?;
    if one != "1" {
        return Err(form(name, "a third coordinate of \"1\""));
    }
    Ok(G1Affine::new_unchecked(number(name, x)?, number(name, y)?))
}

fn g2_from(name: &str, json: &Value) -> Result<G2Affine, JsonError> {
    let [x, y, one] = list(name, json)?;
    if *one != json!(["1", "0"]) {
        return Err(form(name, "a third coordinate of [\"1\",\"0\"]"));
    }
    let pair = |json: &Value| -> Result<Fq2, JsonError> {
        let [c0, c1] = list(name, json)?;
        Ok(Fq2::new(number::<Fq>(name, c0)?, number::<Fq>(name, c1)?))
    };
    Ok(G2Affine::new_unchecked(pair(x)?, pair(y)?))
}
