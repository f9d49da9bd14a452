//! Recordings: what another VM made of a script of calls, to be compared with this one.
//!
//! A recording holds the inputs as well, so that it can be replayed without the VM that made it.

use std::path::{Path, PathBuf};
use std::process::Command;

use cosmwasm_std::{Coin, MigrateInfo};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::calls::{MockInstance, MockInstanceOptions, mock_instance_with_options};
use super::{mock_env, mock_info};
use crate::call::{Call, CallOutcome, EntryPoint};
use crate::vm::Vm;

/// What a VM made of one contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Name and version of the VM that was recorded.
    pub vm: String,
    /// File name of the contract among that VM's test data, or what `wat` is about.
    pub contract: String,
    /// The contract as text, where it is not one of that VM's test data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wat: Option<String>,
    /// SHA-256 of the Wasm.
    pub wasm_sha256: String,
    /// The scripts.
    pub scripts: Vec<Script>,
}

/// Calls of one contract in one world, each on a fresh instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// What it is about.
    pub name: String,
    /// The contract's bank balance.
    pub balance: Vec<Coin>,
    /// The calls.
    pub steps: Vec<Step>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Name of the entry point.
    pub entry: String,
    /// Who sends the message, where the entry point is told.
    pub sender: String,
    /// With what.
    pub funds: Vec<Coin>,
    /// The message, JSON.
    pub msg: String,
    /// The gas limit.
    pub gas_limit: u64,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// How a call ended, in terms that both VMs share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The class of the outcome.
    pub class: Class,
    /// The contract's result as [`show`] writes it; empty unless `ok`.
    pub result: String,
    /// The VM's words about a failure: for people, never compared.
    pub detail: String,
    /// Gas used.
    pub gas_used: u64,
    /// SHA-256 of the storage after the call, failed or not: nothing is rolled back here.
    pub state_sha256: String,
}

/// Classes of outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The contract returned.
    Ok,
    /// It aborted, or was refused by the host.
    Refused,
    /// Gas ran out.
    OutOfGas,
    /// A Wasm trap.
    Trap,
    /// Anything else: no VM may end like that here.
    Other,
}

impl Ended {
    /// Whether both ended alike: everything but the words.
    pub fn agrees_with(&self, other: &Ended) -> bool {
        (self.class, &self.result, self.gas_used, &self.state_sha256)
            == (
                other.class,
                &other.result,
                other.gas_used,
                &other.state_sha256,
            )
    }
}

/// Text as it is, other bytes in hex.
pub fn show(data: &[u8]) -> String {
    match std::str::from_utf8(data) {
        Ok(text) if !text.contains('\0') => text.to_owned(),
        _ => format!("hex:{}", hex::encode(data)),
    }
}

/// SHA-256 over keys in order and values, each after its length as eight little-endian bytes.
pub fn state_sha256<'a>(entries: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> String {
    let mut hasher = Sha256::new();
    for (key, value) in entries {
        for part in [key, value] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hex::encode(hasher.finalize())
}

/// The JSON arguments of a step: `env`, `info` where there is one, `msg`.
///
/// # Panics
/// If the step names no entry point.
pub fn arguments(step: &Step) -> (EntryPoint, Vec<u8>, Option<Vec<u8>>, Vec<u8>) {
    let json = |value: serde_json::Result<Vec<u8>>| value.expect("mocks are JSON");
    let entry = EntryPoint::from_name(&step.entry).expect("a step names an entry point");
    let info = match entry {
        EntryPoint::Instantiate | EntryPoint::Execute => {
            let info = mock_info(&step.sender, &step.funds);
            Some(json(serde_json::to_vec(&info)))
        }
        EntryPoint::Migrate => {
            let info = MigrateInfo {
                sender: cosmwasm_std::Addr::unchecked(&step.sender),
                old_migrate_version: None,
            };
            Some(json(serde_json::to_vec(&info)))
        }
        _ => None,
    };
    let env = json(serde_json::to_vec(&mock_env()));
    (entry, env, info, step.msg.clone().into_bytes())
}

/// Plays a script on this VM and returns how each step ended.
///
/// # Panics
/// If the contract cannot be loaded.
pub fn replay(vm: &Vm, wasm: &[u8], script: &Script) -> Vec<Ended> {
    let mut contract = mock_instance_with_options(
        wasm,
        MockInstanceOptions {
            contract_balance: Some(&script.balance),
            vm: Some(vm.clone()),
            ..Default::default()
        },
    );
    script
        .steps
        .iter()
        .map(|step| play(&mut contract, step))
        .collect()
}

fn play(contract: &mut MockInstance, step: &Step) -> Ended {
    let (entry, env, info, msg) = arguments(step);
    contract.set_gas_limit(step.gas_limit);
    let outcome = contract.call(Call {
        entry,
        env: &env,
        info: info.as_deref(),
        msg: &msg,
    });
    let detail = match &outcome {
        CallOutcome::Ok(_) => String::new(),
        other => other.to_string(),
    };
    let (class, result) = match &outcome {
        CallOutcome::Ok(data) => (Class::Ok, show(data)),
        CallOutcome::Refused(_) => (Class::Refused, String::new()),
        CallOutcome::OutOfGas => (Class::OutOfGas, String::new()),
        CallOutcome::Trap(_) => (Class::Trap, String::new()),
        _ => (Class::Other, String::new()),
    };
    let storage = &contract.env().storage;
    let state_sha256 = state_sha256(storage.iter().map(|(k, v)| (k.as_slice(), v.as_slice())));
    Ended {
        class,
        result,
        detail,
        gas_used: contract.gas_used(),
        state_sha256,
    }
}

/// The folder of test contracts in the published crate cosmwasm-vm, found through `cargo metadata`: that downloads the
/// crate if need be and builds nothing.
///
/// # Errors
/// Why it was not found and what to do.
pub fn upstream_contracts(oracle_manifest: &Path) -> Result<PathBuf, String> {
    let failed = |why: String| {
        format!(
            "{why}\nthe contracts come with the crate cosmwasm-vm: run `cargo fetch --manifest-path {}` with network, \
             which also brings its lock file up to date, then try again",
            oracle_manifest.display()
        )
    };
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .arg("--manifest-path")
        .arg(oracle_manifest)
        .output()
        .map_err(|e| failed(format!("cargo metadata: {e}")))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(failed(format!("cargo metadata: {why}")));
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|e| failed(format!("cargo metadata: {e}")))?;
    let manifest = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "cosmwasm-vm")
        .and_then(|package| package["manifest_path"].as_str());
    let folder = manifest
        .and_then(|path| Path::new(path).parent())
        .map(|path| path.join("testdata"));
    match folder {
        Some(folder) if folder.is_dir() => Ok(folder),
        _ => Err(failed("cosmwasm-vm is not among the packages".to_owned())),
    }
}
