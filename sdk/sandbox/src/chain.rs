//! What the chain itself does when a contract asks it to: allowance classes
//! and end-of-block subscriptions, entries for other chains, verifying keys and
//! proofs. The rest is `not yet`.

use cosmwasm_std::{SystemError, Uint64};
use mycel_bindings::{
    AllowanceClass, AllowanceResponse, ContractBytesResponse, EndBlockResponse, MycelMsg,
    MycelQuery,
};
use mycel_types::{AccountAddress, Params, codes, codes::wasm};

use crate::call::json;
use crate::error::{Failure, Run};
use crate::proofs;
use crate::query::{Budget, Miss};
use crate::world::{Subscription, World};

/// Carries out a contract's message; gives its answer's type.
pub(crate) fn execute(world: &mut World, sender: &str, message: &[u8]) -> Run<&'static str> {
    let message: MycelMsg = serde_json::from_slice(message)
        .map_err(|why| Failure::new(wasm::INVALID_MSG, format_args!("{why}")))?;
    let answer = answer_type(&message);
    run(world, sender, message).map(|()| answer)
}

fn answer_type(message: &MycelMsg) -> &'static str {
    macro_rules! named {
        ($($variant:ident)+) => {
            match message { $(MycelMsg::$variant { .. } => {
                concat!("/mycel.v1.Msg", stringify!($variant), "Response")
            })+ }
        };
    }
    named! {
        SetAllowanceClass UpdateValidators SetParams SetContractQuota ScheduleUpgrade CancelUpgrade
        RegisterVk Publish SubscribeEndBlock UnsubscribeEndBlock ResumeEndBlock
    }
}

fn run(world: &mut World, sender: &str, message: MycelMsg) -> Run<()> {
    match message {
        MycelMsg::SetAllowanceClass { address, class } => {
            authorised(
                sender,
                world.chain.members.as_deref(),
                "authorities.members",
            )?;
            if account(&address)?.as_bytes().len() != 20 {
                let why = format_args!(
                    "{address} is a contract's: it signs no transactions and needs no allowance"
                );
                return Err(Failure::new(codes::INVALID_ADDRESS, why).into());
            }
            let known = &world.chain.known_classes;
            if let Some(class) = &class
                && !known.is_empty()
                && !known.contains_key(class)
            {
                let names: Vec<_> = known.keys().map(String::as_str).collect();
                return Err(Failure::new(
                    codes::INVALID_REQUEST,
                    format_args!("no such class: class={class} classes={}", names.join(",")),
                )
                .into());
            }
            world.set_class(&address, class);
            Ok(())
        }
        MycelMsg::SubscribeEndBlock { contract } => {
            assembly(world, sender)?;
            exists(world, &contract)?;
            if world.chain.subscriptions.contains_key(&contract) {
                return Ok(());
            }
            world.set_subscription(&contract, Some(Subscription::default()));
            Ok(())
        }
        MycelMsg::UnsubscribeEndBlock { contract } => {
            assembly(world, sender)?;
            world.set_subscription(&contract, None);
            Ok(())
        }
        MycelMsg::ResumeEndBlock { contract } => {
            assembly(world, sender)?;
            if !world.chain.subscriptions.contains_key(&contract) {
                let why = format_args!("not subscribed: contract={contract}");
                return Err(Failure::new(codes::INVALID_REQUEST, why).into());
            }
            world.set_subscription(&contract, Some(Subscription::default()));
            Ok(())
        }
        MycelMsg::UpdateValidators { .. } => not_yet("update_validators in a sandbox"),
        MycelMsg::SetParams { .. } => not_yet("set_params in a sandbox"),
        MycelMsg::SetContractQuota { .. } => not_yet("set_contract_quota in a sandbox"),
        MycelMsg::ScheduleUpgrade { .. } => not_yet("schedule_upgrade in a sandbox"),
        MycelMsg::CancelUpgrade {} => not_yet("cancel_upgrade in a sandbox"),
        MycelMsg::RegisterVk {
            id,
            vk,
            ceremony,
            development,
        } => {
            assembly(world, sender)?;
            let ceremony = ceremony.as_deref();
            let key = proofs::key(world, &id, &vk, ceremony, development, Some(sender));
            let key = key.map_err(|why| Failure::new(codes::INVALID_REQUEST, why))?;
            world.set_verifying_key(&id, key);
            Ok(())
        }
        MycelMsg::Publish { key, value } => publish(world, sender, &key, &value),
    }
}

/// Keeps an entry for other chains. Work of native contracts is free.
fn publish(world: &mut World, sender: &str, key: &[u8], value: &[u8]) -> Run<()> {
    const KEY: usize = 64;
    const VALUE: usize = 256;
    exists(world, sender)?;
    if key.is_empty() || key.len() > KEY || value.len() > VALUE {
        let why = format_args!(
            "publish: key bytes={} value bytes={}: a key has 1 to {KEY} bytes, a value at most {VALUE}",
            key.len(),
            value.len()
        );
        return Err(Failure::new(codes::INVALID_REQUEST, why).into());
    }
    if world.is_compiled(sender) {
        let prices = world.prices;
        let full = "published//".len() + sender.len() + key.len();
        let gas = match value {
            [] => prices.delete,
            value => prices.write + prices.write_byte * (full + value.len()) as u64,
        };
        world.meter.charge(gas)?;
    }
    let value = (!value.is_empty()).then(|| value.to_vec());
    world.set_published(sender, key, value);
    Ok(())
}

fn not_yet<T>(what: &str) -> Run<T> {
    Err(Failure::not_yet(what).into())
}

fn assembly(world: &World, sender: &str) -> Result<(), Failure> {
    authorised(
        sender,
        world.chain.assembly.as_deref(),
        "authorities.assembly",
    )
}

fn authorised(sender: &str, authority: Option<&str>, name: &str) -> Result<(), Failure> {
    match authority {
        Some(authority) if authority == sender => Ok(()),
        Some(_) => Err(Failure::new(
            codes::UNAUTHORIZED,
            format_args!("sender={sender} needs={name}"),
        )),
        None => Err(Failure::new(
            codes::UNAUTHORIZED,
            format_args!("{name} is not set: name it with Sandbox::set_authorities"),
        )),
    }
}

fn account(address: &str) -> Result<AccountAddress, Failure> {
    address
        .parse()
        .map_err(|why| Failure::new(codes::INVALID_ADDRESS, format_args!("{why}")))
}

fn exists(world: &World, contract: &str) -> Result<(), Failure> {
    match world.by_address.contains_key(contract) {
        true => Ok(()),
        false => Err(Failure::new(
            wasm::NO_SUCH_CONTRACT,
            format_args!("address {contract}"),
        )),
    }
}

/// Answers a contract's question.
pub(crate) fn answer(
    world: &World,
    question: serde_json::Value,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let kind = match &question {
        serde_json::Value::Object(fields) => fields.keys().next().cloned(),
        _ => None,
    };
    let question: MycelQuery = serde_json::from_value(question).map_err(|why| {
        Miss::System(SystemError::UnsupportedRequest {
            kind: format!("custom: {why}"),
        })
    })?;
    match question {
        MycelQuery::Allowance { address } => {
            account(&address).map_err(|why| Miss::Error(why.log))?;
            Ok(json(&allowance(world, &address)))
        }
        MycelQuery::ContractBytes { contract } => {
            let number = world.by_address.get(&contract);
            let number = number.ok_or(Miss::System(SystemError::NoSuchContract {
                addr: contract.clone(),
            }))?;
            Ok(json(&ContractBytesResponse {
                used: Uint64::new(world.contracts[*number].bytes),
                quota: Uint64::new(Params::default().contract_quota_bytes),
            }))
        }
        MycelQuery::EndBlock { contract } => {
            let subscription = world.chain.subscriptions.get(&contract);
            Ok(json(&EndBlockResponse {
                subscribed: subscription.is_some(),
                failures: subscription.map_or(0, |s| s.failures),
                suspended: subscription.is_some_and(|s| s.suspended),
            }))
        }
        MycelQuery::Params {} => Ok(json(&params(world))),
        MycelQuery::VerifyingKey { id } => proofs::verifying_key(world, &id, budget),
        MycelQuery::Groth16Verify {
            vk,
            proof,
            public_inputs,
        } => proofs::groth16(world, &vk, &proof, &public_inputs, budget),
        MycelQuery::Poseidon { batches } => proofs::poseidon(world, &batches, budget),
        _ => Err(Miss::Error(format!(
            "not yet: {} in a sandbox",
            kind.unwrap_or_default()
        ))),
    }
}

/// The chain's defaults, with what a sandbox knows of its own.
fn params(world: &World) -> mycel_bindings::Params {
    let p = Params::default();
    let prices = &world.prices;
    macro_rules! copy {
        ($type:ident, $from:expr; $($field:ident)+; $($rest:tt)*) => {
            mycel_bindings::$type { $($field: Uint64::new($from.$field),)+ $($rest)* }
        };
    }
    let gas = copy!(GasPrices, prices;
        read read_byte write write_byte delete next tx_byte signature store_code_byte
        store_code_function instance groth16 groth16_input poseidon poseidon_cell;);
    copy!(Params, p;
        block_max_bytes block_max_gas end_block_gas tx_max_bytes tx_max_gas memo_max_bytes
        tx_max_signatures tx_max_messages wasm_max_bytes events_max_bytes attribute_max_bytes
        contract_quota_bytes time_scale;
        gas,
        classes: world.chain.known_classes.clone(),
        default_class: String::new(),
        members_authority: world.chain.members.clone(),
        assembly_authority: world.chain.assembly.clone(),
        development: world.chain.development,
    )
}

/// Nothing in a sandbox uses allowances up: they are always full.
fn allowance(world: &World, address: &str) -> AllowanceResponse {
    let class = world.chain.classes.get(address);
    let known = class.and_then(|class| world.chain.known_classes.get(class));
    let AllowanceClass {
        capacity,
        rate,
        may_store_code,
    } = known.cloned().unwrap_or(AllowanceClass {
        capacity: Uint64::zero(),
        rate: Uint64::zero(),
        may_store_code: false,
    });
    AllowanceResponse {
        class: class.cloned(),
        level: capacity,
        capacity,
        rate,
        may_store_code,
    }
}
