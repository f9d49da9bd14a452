//! Codes and contracts that stand in genesis, with every counter and index as if they had been stored and instantiated.
use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use mycel_runtime::{Analysis, CodeId, EntryPoint, Vm};
use mycel_store::Delta;
use mycel_types::{
    AccountAddress, GenesisCode, GenesisContract, GenesisWasm, Halt, Params, StoreId, key,
    record::{Code, Contract, HistoryEntry, Operation, Subscription},
};

use super::wrong;
use crate::{authority::MOST_SUBSCRIPTIONS, state::encode, wasm::MARKER};

/// What contracts may write by themselves.
const KEY_MAX: usize = 64 << 10;
const VALUE_MAX: usize = 128 << 10;

/// A stored code of genesis.
struct Known {
    checksum: [u8; 32],
    analysis: Analysis,
}

/// Writes what genesis says about contracts; `height` is the one before the first block.
pub(super) fn write(
    wasm: &GenesisWasm,
    params: &Params,
    vm: &Vm,
    height: u64,
    delta: &mut Delta,
) -> Result<(), Halt> {
    if wasm.is_empty() {
        return Ok(());
    }
    let mut codes = Vec::with_capacity(wasm.codes.len());
    for (code, id) in wasm.codes.iter().zip(1..) {
        codes.push(store(code, id, params, vm, delta)?);
    }
    if !codes.is_empty() {
        put(delta, key::counter("code"), encode(&(codes.len() as u64)));
    }
    let mut contracts = BTreeMap::new();
    for (contract, instance) in wasm.contracts.iter().zip(1..) {
        let code = usize::try_from(contract.code_id)
            .ok()
            .and_then(|id| codes.get(id.checked_sub(1)?))
            .ok_or_else(|| {
                wrong(format_args!(
                    "contract {} has unknown code_id={}, codes are numbered from 1",
                    contract.address, contract.code_id
                ))
            })?;
        if contracts.insert(&contract.address, code).is_some() {
            return Err(wrong(format_args!(
                "contract {} comes twice",
                contract.address
            )));
        }
        instantiate(contract, code, instance, params, height, delta)?;
    }
    if !contracts.is_empty() {
        put(
            delta,
            key::counter("contract"),
            encode(&(contracts.len() as u64)),
        );
    }
    subscribe(&wasm.end_block, &contracts, params, delta)
}

fn put(delta: &mut Delta, key: Vec<u8>, value: Bytes) {
    delta.set(StoreId::Mycel, key, Some(value));
}

fn store(
    code: &GenesisCode,
    id: u64,
    params: &Params,
    vm: &Vm,
    delta: &mut Delta,
) -> Result<Known, Halt> {
    let wasm = &code.wasm.0;
    let limit = params.wasm_max_bytes;
    if wasm.len() as u64 > limit {
        return Err(wrong(format_args!(
            "code {id}: bytes={} limit={limit}",
            wasm.len()
        )));
    }
    let analysis = vm
        .check(wasm)
        .map_err(|why| wrong(format_args!("code {id}: {why}")))?;
    let checksum = CodeId::of(wasm).0;
    let record = Code {
        checksum,
        creator: code.creator.clone(),
        permission: code.permission.clone(),
        pinned: false,
    };
    put(delta, key::wasm(&checksum), wasm.clone());
    put(delta, key::code(id), encode(&record));
    Ok(Known { checksum, analysis })
}

fn instantiate(
    contract: &GenesisContract,
    code: &Known,
    instance: u64,
    params: &Params,
    height: u64,
    delta: &mut Delta,
) -> Result<(), Halt> {
    let address = &contract.address;
    let refuse =
        |what: &dyn std::fmt::Display| Err(wrong(format_args!("contract {address}: {what}")));
    if contract.salt.0.is_empty() || contract.salt.0.len() > 64 {
        return refuse(&"a salt has 1 to 64 bytes");
    }
    if contract.label.is_empty() || contract.label.len() > 128 {
        return refuse(&"a label has 1 to 128 bytes");
    }
    let derived =
        AccountAddress::instantiate2(&code.checksum, &contract.creator, &contract.salt.0, b"");
    if derived != *address {
        return refuse(&format_args!(
            "its code, creator and salt make {derived}: write that address, or what makes this one"
        ));
    }
    let place = (height, instance.saturating_sub(1));
    let record = Contract {
        code_id: contract.code_id,
        creator: contract.creator.clone(),
        admin: contract.admin.clone(),
        label: contract.label.clone(),
        created: place,
        instance,
    };
    let entry = HistoryEntry {
        operation: Operation::Genesis,
        code_id: contract.code_id,
        updated: place,
        msg: contract.msg.to_string().into_bytes(),
    };
    put(delta, key::contract(address), encode(&record));
    put(delta, key::contract_history(address, 0), encode(&entry));
    let by_code = key::contract_by_code(contract.code_id, height, instance, address);
    put(delta, by_code, MARKER.into());
    let by_creator = key::contract_by_creator(&contract.creator, height, instance, address);
    put(delta, by_creator, MARKER.into());

    let (mut live, mut seen) = (0u64, BTreeSet::new());
    for entry in &contract.state {
        let (key, value) = (&entry.key.0, &entry.value.0);
        let shown = || hex::encode(&key[..key.len().min(64)]);
        if value.is_empty() || value.len() > VALUE_MAX || key.len() > KEY_MAX {
            return refuse(&format_args!(
                "entry key={} bytes={}: a key has at most {KEY_MAX} bytes, a value 1 to {VALUE_MAX}",
                shown(),
                value.len()
            ));
        }
        if !seen.insert(key) {
            return refuse(&format_args!("entry key={} comes twice", shown()));
        }
        live = live.saturating_add((key.len() as u64).saturating_add(value.len() as u64));
        put(delta, key::contract_data(address, key), value.clone());
    }
    if live > params.contract_quota_bytes {
        return refuse(&format_args!(
            "state of bytes={live} is above contract_quota_bytes={}",
            params.contract_quota_bytes
        ));
    }
    if live > 0 {
        put(delta, key::contract_bytes(address), encode(&live));
    }
    Ok(())
}

fn subscribe(
    subscribers: &[AccountAddress],
    contracts: &BTreeMap<&AccountAddress, &Known>,
    params: &Params,
    delta: &mut Delta,
) -> Result<(), Halt> {
    let distinct: BTreeSet<_> = subscribers.iter().collect();
    if distinct.len() < subscribers.len() || distinct.len() > MOST_SUBSCRIPTIONS {
        return Err(wrong(format_args!(
            "end_block: each contract once, and {MOST_SUBSCRIPTIONS} at most"
        )));
    }
    for contract in &distinct {
        let sudo = contracts
            .get(contract)
            .is_some_and(|code| code.analysis.entry_points.contains(&EntryPoint::Sudo));
        if !sudo {
            return Err(wrong(format_args!(
                "end_block: {contract} is no contract of genesis with an entry point sudo"
            )));
        }
        put(
            delta,
            key::subscription(contract),
            encode(&Subscription::default()),
        );
    }
    let room = params.block_max_gas.saturating_sub(params.end_block_gas);
    if !distinct.is_empty() && params.tx_max_gas > room {
        return Err(wrong(
            "end_block: block_max_gas must hold tx_max_gas and end_block_gas together",
        ));
    }
    Ok(())
}
