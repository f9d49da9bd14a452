//! The CosmWasm ABI as types: the functions of `env` and the exports that the host calls.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{FuncType, ValType};

use crate::error::CheckError;

const I32: ValType = ValType::I32;

/// Name, parameters (all i32) and result of the 24 functions of `env`.
pub(crate) const IMPORTS: &[(&str, usize, Option<ValType>)] = &[
    ("abort", 1, None),
    ("addr_canonicalize", 2, Some(I32)),
    ("addr_humanize", 2, Some(I32)),
    ("addr_validate", 1, Some(I32)),
    ("bls12_381_aggregate_g1", 2, Some(I32)),
    ("bls12_381_aggregate_g2", 2, Some(I32)),
    ("bls12_381_hash_to_g1", 4, Some(I32)),
    ("bls12_381_hash_to_g2", 4, Some(I32)),
    ("bls12_381_pairing_equality", 4, Some(I32)),
    ("db_next", 1, Some(I32)),
    ("db_next_key", 1, Some(I32)),
    ("db_next_value", 1, Some(I32)),
    ("db_read", 1, Some(I32)),
    ("db_remove", 1, None),
    ("db_scan", 3, Some(I32)),
    ("db_write", 2, None),
    ("debug", 1, None),
    ("ed25519_batch_verify", 3, Some(I32)),
    ("ed25519_verify", 3, Some(I32)),
    ("query_chain", 1, Some(I32)),
    ("secp256k1_recover_pubkey", 3, Some(ValType::I64)),
    ("secp256k1_verify", 3, Some(I32)),
    ("secp256r1_recover_pubkey", 3, Some(ValType::I64)),
    ("secp256r1_verify", 3, Some(I32)),
];

/// Export, parameters (all i32) and result of what the host calls besides entry points.
const EXPORTS: &[(&str, usize, Option<ValType>)] =
    &[("allocate", 1, Some(I32)), ("deallocate", 1, None)];

const INTERFACE_PREFIX: &str = "interface_version_";
const INTERFACE: &str = "interface_version_8";
const REQUIRES_PREFIX: &str = "requires_";

pub(super) fn check_import(module: &str, name: &str, ty: &FuncType) -> Result<(), CheckError> {
    let known = IMPORTS.iter().find(|(known, ..)| *known == name);
    let (Some((_, params, result)), "env") = (known, module) else {
        return Err(not_offered(module, name));
    };
    if has_type(ty, *params, *result) {
        return Ok(());
    }
    Err(CheckError::ImportType {
        name: name.to_owned(),
        found: show(ty.params(), ty.results()),
        expected: show(&vec![I32; *params], result.as_slice()),
    })
}

pub(super) fn not_offered(module: &str, name: &str) -> CheckError {
    CheckError::Import {
        module: module.to_owned(),
        name: name.to_owned(),
        hint: if module.starts_with("__wb") {
            ": a dependency pulls in wasm-bindgen; find it with `cargo tree -i wasm-bindgen`"
        } else {
            ""
        },
    }
}

pub(super) fn check_exports(
    functions: &BTreeMap<&str, &FuncType>,
    exports_memory: bool,
) -> Result<(), CheckError> {
    let versions: Vec<&str> = functions
        .keys()
        .copied()
        .filter(|name| name.starts_with(INTERFACE_PREFIX))
        .collect();
    if versions != [INTERFACE] {
        return Err(export_error(
            INTERFACE,
            match versions.as_slice() {
                [] => "is missing: not a CosmWasm contract".to_owned(),
                others => format!("must be the only interface, found {}", others.join(", ")),
            },
        ));
    }
    for (name, params, result) in EXPORTS {
        match functions.get(name) {
            None => return Err(export_error(name, "is missing")),
            Some(ty) if !has_type(ty, *params, *result) => {
                return Err(export_error(
                    name,
                    format!(
                        "has type {}, must be {}",
                        show(ty.params(), ty.results()),
                        show(&vec![I32; *params], result.as_slice())
                    ),
                ));
            }
            Some(_) => {}
        }
    }
    if !exports_memory {
        return Err(export_error("memory", "is missing or no memory"));
    }
    Ok(())
}

pub(super) fn required_capabilities(functions: &BTreeMap<&str, &FuncType>) -> BTreeSet<String> {
    functions
        .keys()
        .filter_map(|name| name.strip_prefix(REQUIRES_PREFIX))
        .filter(|capability| !capability.is_empty())
        .map(str::to_owned)
        .collect()
}

fn has_type(ty: &FuncType, params: usize, result: Option<ValType>) -> bool {
    ty.params().len() == params
        && ty.params().iter().all(|p| *p == I32)
        && ty.results() == result.as_slice()
}

fn export_error(name: &str, problem: impl Into<String>) -> CheckError {
    CheckError::Export {
        name: name.to_owned(),
        problem: problem.into(),
    }
}

fn show(params: &[ValType], results: &[ValType]) -> String {
    let list = |types: &[ValType]| {
        let names: Vec<String> = types.iter().map(ValType::to_string).collect();
        names.join(", ")
    };
    format!("({}) -> ({})", list(params), list(results))
}
