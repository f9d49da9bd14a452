//! What contracts may ask of the chain itself: [`MycelQuery`].
use cosmwasm_std::Uint64;
use mycel_bindings as ask;
use mycel_bindings::MycelQuery;
use mycel_store::{Direction, KeyRange};
use mycel_types::{
    AccountAddress, Params, StoreId, key,
    record::{Account, Allowance, Subscription, Upgrade},
};

use super::{
    proofs,
    querier::{Budget, Miss, address, read},
    question::to_json,
};
use crate::{admit, session::World, state::decode};

/// Answers a question, at the price of the reads that it needs.
pub(super) fn answer(
    world: &mut World,
    query: MycelQuery,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let not_yet = |what: &str| Err(Miss::Error(format!("not yet: {what}")));
    match query {
        MycelQuery::Allowance { address: text } => allowance(world, &address(&text)?, budget),
        MycelQuery::Validators {} => validators(world, budget),
        MycelQuery::Params {} => {
            // those of the block, whatever this block decides about the next one's
            read(world, &key::params(), budget)?;
            Ok(to_json(&params(&world.scene.params)))
        }
        MycelQuery::ContractBytes { contract } => {
            let contract = address(&contract)?;
            read(world, &key::contract_bytes(&contract), budget)?;
            read(world, &key::contract_quota(&contract), budget)?;
            let (used, quota) = world.live_bytes(&contract)?;
            Ok(to_json(&ask::ContractBytesResponse {
                used: used.into(),
                quota: quota.into(),
            }))
        }
        MycelQuery::EndBlock { contract } => {
            let contract = address(&contract)?;
            let found: Option<Subscription> = record(world, &key::subscription(&contract), budget)?;
            let subscribed = found.is_some();
            let known = found.unwrap_or_default();
            Ok(to_json(&ask::EndBlockResponse {
                subscribed,
                failures: known.failures,
                suspended: known.suspended,
            }))
        }
        MycelQuery::Upgrade {} => {
            let plan: Option<Upgrade> = record(world, &key::upgrade(), budget)?;
            Ok(to_json(&ask::UpgradeResponse {
                height: plan.as_ref().map(|p| p.height.into()),
                name: plan.map(|p| p.name),
            }))
        }
        MycelQuery::Beacon { .. } => not_yet("beacon"),
        MycelQuery::VerifyingKey { id } => proofs::verifying_key(world, &id, budget),
        MycelQuery::Groth16Verify {
            vk,
            proof,
            public_inputs,
        } => proofs::groth16(world, &vk, &proof, &public_inputs, budget),
        MycelQuery::Poseidon { batches } => proofs::poseidon(world, &batches, budget),
    }
}

fn record<T: borsh::BorshDeserialize>(
    world: &mut World,
    key: &[u8],
    budget: &mut Budget,
) -> Result<Option<T>, Miss> {
    let found = read(world, key, budget)?;
    Ok(found.map(|bytes| decode(key, &bytes)).transpose()?)
}

fn allowance(
    world: &mut World,
    address: &AccountAddress,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let account: Option<Account> = record(world, &key::account(address), budget)?;
    let exists = account.is_some();
    let allowance: Allowance = account.unwrap_or_default().allowance;
    let (params, now) = (&world.scene.params, world.scene.time);
    let class = admit::class(params, &allowance).filter(|_| exists);
    let level = match class {
        Some(_) => admit::level(params, &allowance, now) / admit::MILLI,
        None => 0,
    };
    Ok(to_json(&ask::AllowanceResponse {
        class: (!allowance.class.is_empty()).then_some(allowance.class),
        level: level.into(),
        capacity: class.map_or(0, |c| c.capacity).into(),
        rate: class.map_or(0, |c| c.rate).into(),
        may_store_code: class.is_some_and(|c| c.may_store_code),
    }))
}

fn validators(world: &mut World, budget: &mut Budget) -> Result<Vec<u8>, Miss> {
    let prices = world.scene.params.gas;
    budget.charge_sdk(prices.read)?;
    let range = KeyRange::prefix(&key::validators());
    let cursor = world.view.scan(StoreId::Mycel, range, Direction::Forward)?;
    let (mut validators, mut total) = (vec![], 0u64);
    loop {
        budget.charge_sdk(prices.next)?;
        let Some((key, value)) = world.view.next(cursor)? else {
            break;
        };
        let bytes = key.len().saturating_add(value.len()) as u64;
        budget.charge_sdk(prices.read_byte.saturating_mul(bytes))?;
        let power: u64 = decode(&key, &value)?;
        total = total.saturating_add(power);
        validators.push(ask::Validator {
            pub_key: key.get(1..).unwrap_or_default().into(),
            power: power.into(),
        });
    }
    world.view.close(cursor);
    Ok(to_json(&ask::ValidatorsResponse {
        validators,
        total_power: total.into(),
    }))
}

/// The parameters in the words of contracts.
fn params(p: &Params) -> ask::Params {
    macro_rules! copy {
        ($type:ident, $from:expr; $($field:ident)+; $($rest:tt)*) => {
            ask::$type { $($field: Uint64::new($from.$field),)+ $($rest)* }
        };
    }
    let gas = copy!(GasPrices, p.gas;
        read read_byte write write_byte delete next tx_byte signature store_code_byte store_code_function instance
        groth16 groth16_input poseidon poseidon_cell;);
    let class = |c: &mycel_types::AllowanceClass| ask::AllowanceClass {
        capacity: c.capacity.into(),
        rate: c.rate.into(),
        may_store_code: c.may_store_code,
    };
    let named = |a: &Option<AccountAddress>| a.as_ref().map(ToString::to_string);
    copy!(Params, p;
        block_max_bytes block_max_gas end_block_gas tx_max_bytes tx_max_gas memo_max_bytes tx_max_signatures
        tx_max_messages wasm_max_bytes events_max_bytes attribute_max_bytes contract_quota_bytes time_scale;
        gas,
        classes: p.classes.iter().map(|(name, c)| (name.clone(), class(c))).collect(),
        default_class: p.default_class.clone(),
        members_authority: named(&p.authorities.members),
        assembly_authority: named(&p.authorities.assembly),
        development: p.development,
    )
}
