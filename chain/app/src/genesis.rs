//! The first state: parameters, accounts, coins, validators, contracts, verifying keys.
mod contracts;
mod keys;

use mycel_runtime::Vm;
use mycel_store::Delta;
use mycel_types::{
    AppGenesis, Genesis, Halt, Outcome, Params, StoreId, Time, ValidatorUpdate, genesis, key,
    record::{Account, Allowance, Chain, Tip},
};
use std::collections::BTreeMap;

use crate::{admit::level, bank::coins, state::encode};

/// The version of the gas schedule and of the Wasm preparation pass that a chain begins with.
const VERSION: u32 = 1;

/// What genesis writes, and what it tells the engine; the app hash is not known here.
pub(crate) struct First {
    pub initial_height: u64,
    pub delta: Delta,
    pub validators: Vec<ValidatorUpdate>,
    pub params: Params,
}

fn wrong(what: impl std::fmt::Display) -> Halt {
    Halt::Genesis(format!("genesis: {what}"))
}

/// Reads a genesis document.
pub(crate) fn read(doc: &Genesis, vm: &Vm) -> Result<First, Halt> {
    let AppGenesis {
        params,
        accounts,
        wasm,
        verifying_keys,
    } = &doc.app_state;
    params.validate().map_err(wrong)?;
    let initial_height = u64::try_from(doc.initial_height)
        .ok()
        .filter(|h| *h > 0)
        .ok_or_else(|| wrong("initial_height must be at least 1"))?;
    let time = Time::try_from(doc.genesis_time).map_err(wrong)?;
    let mut delta = Delta::new();
    let mut put = |key: Vec<u8>, value| delta.set(StoreId::Mycel, key, Some(value));

    let chain = Chain {
        id: doc.chain_id.to_string(),
        initial_height,
        genesis_ms: time.millis(),
        genesis_hash: genesis::hash(doc),
        gas_schedule: VERSION,
        prepare_version: VERSION,
    };
    put(key::chain(), encode(&chain));
    put(key::params(), encode(params));
    let tip = Tip {
        height: initial_height.saturating_sub(1),
        time_ms: time.millis(),
    };
    put(key::tip(), encode(&tip));

    let mut supply: BTreeMap<&str, u128> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for account in accounts {
        let address = &account.address;
        if !seen.insert(address) {
            return Err(wrong(format_args!("account {address} comes twice")));
        }
        if !account.class.is_empty() && !params.classes.contains_key(&account.class) {
            return Err(wrong(format_args!(
                "account {address} has unknown class={}",
                account.class
            )));
        }
        let mut allowance = Allowance {
            level: u64::MAX,
            at_ms: time.millis(),
            class: account.class.clone(),
        };
        // full
        allowance.level = level(params, &allowance, time);
        let record = Account {
            allowance,
            ..Default::default()
        };
        put(key::account(address), encode(&record));
        let mut denoms = std::collections::BTreeSet::new();
        for (denom, amount) in &account.coins {
            if !coins::is_denom(denom) || *amount == 0 || !denoms.insert(denom) {
                return Err(wrong(format_args!(
                    "account {address} has invalid coins {amount}{denom}"
                )));
            }
            put(key::balance(address, denom), encode(&u128::from(*amount)));
            let sum = supply.entry(denom).or_default();
            *sum = sum
                .checked_add(u128::from(*amount))
                .ok_or_else(|| wrong(format_args!("supply of {denom} overflows")))?;
        }
    }
    for (denom, sum) in supply {
        put(key::supply(denom), encode(&sum));
    }

    let mut validators = Vec::with_capacity(doc.validators.len());
    for info in &doc.validators {
        let key: [u8; 32] = info
            .pub_key
            .ed25519()
            .and_then(|key| key.as_bytes().try_into().ok())
            .ok_or_else(|| wrong("validator keys must be ed25519"))?;
        let power = info.power.value();
        if power == 0 || validators.iter().any(|v: &ValidatorUpdate| v.key == key) {
            return Err(wrong(format_args!(
                "validator {} has no power or comes twice",
                hex::encode(key)
            )));
        }
        put(key::validator(&key), encode(&power));
        validators.push(ValidatorUpdate { key, power });
    }
    if validators.is_empty() {
        return Err(wrong("no validators"));
    }
    let before = initial_height.saturating_sub(1);
    contracts::write(wasm, params, vm, before, &mut delta)?;
    keys::write(verifying_keys, params, &mut delta)?;
    Ok(First {
        initial_height,
        delta,
        validators,
        params: params.clone(),
    })
}

impl First {
    /// What the engine is told, once the root is known.
    pub(crate) fn outcome(self, app_hash: mycel_types::AppHash) -> Outcome {
        Outcome {
            app_hash,
            results: vec![],
            events: vec![],
            validators: self.validators,
            params: Some(self.params),
        }
    }
}
