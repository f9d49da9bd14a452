//! Proofs that tests make, kept for a judge from outside: `cargo xtask peers snarkjs` names a folder in the variable
//! [`FOLDER`], runs the tests, and has snarkjs verify everything that they left there. Where it is unset nothing is kept.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use mycel_verifier::{Fr, Proof, VerifyingKey, snarkjs};
use serde_json::{Value, json};

/// The variable that names the folder.
pub const FOLDER: &str = "MYCEL_PROOFS";

/// Keeps a proof that holds of a circuit, its public inputs and its key: `CIRCUIT/HASH.json` beside `keys/DIGEST.json`.
/// The circuit goes by its name, or by that of a key of its, which ends in it.
///
/// # Panics
/// The folder is named and cannot be written to: a proof that nobody judges would be a hole.
pub fn keep(circuit: &str, key: &VerifyingKey, publics: &[Fr], proof: &Proof) {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let circuit = circuit.rsplit('/').next().unwrap_or(circuit);
    let digest = hex::encode(key.digest());
    put(&folder.join("keys"), &digest, &snarkjs::key_json(key));
    let proven = json!({
        "key": digest,
        "public": snarkjs::public_json(publics),
        "proof": snarkjs::proof_json(proof),
    });
    let hash = blake3::hash(proven.to_string().as_bytes()).to_hex();
    put(&folder.join(circuit), hash.as_str(), &proven);
}

/// Keeps the proof in a file for third parties, or in any other that has its three parts as snarkjs reads them.
///
/// # Panics
/// It has not these parts, or as [`keep`].
pub fn keep_file(circuit: &str, file: &Value) {
    let key = snarkjs::key_from(&file["verification_key"]).expect("a key");
    let publics = snarkjs::public_from(&file["public"]).expect("public inputs");
    let proof = snarkjs::proof_from(&file["proof"]).expect("a proof");
    keep(circuit, &key, &publics, &proof);
}

/// Writes a file whole or not at all: tests on other threads and in other processes keep the same.
fn put(folder: &Path, name: &str, value: &Value) {
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(format!("{name}.json"));
    if path.exists() {
        return;
    }
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = folder.join(format!("{name}.{}.{number}.new", process::id()));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&draft, value.to_string()))
        .and_then(|()| fs::rename(&draft, &path))
        .unwrap_or_else(|why| panic!("{}: {why}", path.display()));
}
