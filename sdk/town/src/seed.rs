//! A town in genesis: the contracts' own code, run natively in a sandbox, makes members and obligations; what it
//! leaves in their stores is what genesis holds.
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use cosmwasm_std::{Addr, DepsMut, Env};
use mycel_bindings::{AllowanceClass, MycelQuery, SudoMsg};
use mycel_clearing::msg::{ExecuteMsg as Clear, SeedMsg};
use mycel_client::{Amount, ClientError, SecretKey, trust::Keyring};
use mycel_credit::msg::ExecuteMsg as Credit;
use mycel_kit::{Id, Seconds};
use mycel_members::msg::{ExecuteMsg as Members, MAX_ITEMS, Seed};
use mycel_sandbox::{Code, CodeError, Native, Refusal, Sandbox};
use mycel_types::{
    AccountAddress, GenesisAccount, GenesisCode, GenesisContract, GenesisEntry, GenesisWasm,
    record::Permission,
};

use crate::{
    contracts::{
        ASSEMBLY, CLEARING, COMMONS, CREDIT, Contracts, FUNDING, MEMBERS, NAMES, SORTITION, TRUST,
        salt,
    },
    debts::Debt,
    gates,
    network::CHAIN_ID,
    setup::{self, Terms, handle},
};

/// When the debts fall due: within the contract's 90 days.
const TERM: u64 = 60 * 86_400;

/// Why a genesis cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A contract refused something.
    #[error("genesis: {0}")]
    Refused(#[from] Refusal),
    /// A contract that cannot be run.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A message that is none.
    #[error(transparent)]
    Message(#[from] ClientError),
    /// A debt beyond what the contract takes.
    #[error(
        "genesis: debt of {debtor} to {creditor}: amount={amount} is no amount; choose less than 9223372"
    )]
    Amount {
        /// Who owes.
        debtor: u32,
        /// Whom.
        creditor: u32,
        /// Pico-credits.
        amount: u64,
    },
}

/// How contracts run in a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As functions.
    Native,
    /// As Wasm in the node's virtual machine.
    Compiled,
}

fn addr(contracts: &Contracts, name: &str) -> Addr {
    Addr::unchecked(contracts.address(name).to_string())
}

/// A sandbox with the town's contracts, each knowing its peers, and nobody in it.
pub fn sandbox(
    contracts: &Contracts,
    terms: &Terms,
    time_scale: u64,
    now: u64,
    way: Way,
) -> Result<Sandbox, SeedError> {
    let mut sandbox = Sandbox::new(now);
    founded(
        &mut sandbox,
        contracts,
        terms,
        time_scale,
        way_of(contracts, way),
    )?;
    Ok(sandbox)
}

/// As [`sandbox`], on a chain of this name: proofs are bound to it.
pub fn sandbox_on(
    chain_id: &str,
    contracts: &Contracts,
    terms: &Terms,
    now: u64,
) -> Result<Sandbox, SeedError> {
    let mut sandbox = Sandbox::new(now);
    sandbox.set_chain_id(chain_id);
    founded(
        &mut sandbox,
        contracts,
        terms,
        1,
        way_of(contracts, Way::Native),
    )?;
    Ok(sandbox)
}

fn way_of(contracts: &Contracts, way: Way) -> impl Fn(&str) -> Result<Code, SeedError> {
    move |name| match way {
        Way::Native => Ok(native(name)),
        Way::Compiled => Ok(Code::compiled(contracts.wasm(name))?),
    }
}

/// As [`sandbox`], with code of one's own: variants of contracts.
pub fn sandbox_of(
    contracts: &Contracts,
    terms: &Terms,
    time_scale: u64,
    now: u64,
    code: impl Fn(&str) -> Result<Code, SeedError>,
) -> Result<Sandbox, SeedError> {
    let mut sandbox = Sandbox::new(now);
    founded(&mut sandbox, contracts, terms, time_scale, code)?;
    Ok(sandbox)
}

fn founded(
    sandbox: &mut Sandbox,
    contracts: &Contracts,
    terms: &Terms,
    time_scale: u64,
    code: impl Fn(&str) -> Result<Code, SeedError>,
) -> Result<(), SeedError> {
    for (name, class) in setup::params(contracts, terms, 1).classes {
        let class = AllowanceClass {
            capacity: class.capacity.into(),
            rate: class.rate.into(),
            may_store_code: class.may_store_code,
        };
        sandbox.add_class(&name, class);
    }
    let (members, assembly) = (addr(contracts, MEMBERS), addr(contracts, ASSEMBLY));
    sandbox.set_authorities(Some(&members), Some(&assembly));
    let beginnings = setup::beginnings(contracts, terms, time_scale)?;
    let creator = Addr::unchecked(contracts.creator().to_string());
    for key in setup::verifying_keys(terms) {
        sandbox.register_verifying_key(&key.id, &key.vk.0, None, key.development)?;
    }
    for name in NAMES {
        let code = sandbox.store(code(name)?.with_checksum(contracts.checksum(name)));
        if let Some(beginning) = beginnings.get(name) {
            sandbox.instantiate2(&creator, code, name, beginning)?;
        }
    }
    Ok(())
}

/// Makes founders of everybody. What only the authority may say, is said in the assembly's name: before the chain
/// begins there is nobody else to say it.
pub fn enrol(
    sandbox: &mut Sandbox,
    contracts: &Contracts,
    keys: &BTreeMap<u32, SecretKey>,
    limit: Option<Amount>,
) -> Result<(), SeedError> {
    let assembly = addr(contracts, ASSEMBLY);
    let (chain_id, trust) = (sandbox.chain_id(), contracts.address(TRUST).to_string());
    let identity = |key: &SecretKey| {
        let idc = Keyring::new(key, &chain_id, &trust).identity(0).idc();
        hex::encode(mycel_client::trust::element(&idc))
    };
    let all: Vec<Seed> = keys
        .iter()
        .map(|(n, key)| Seed {
            address: key.address().to_string(),
            handle: handle(*n),
            idc: Some(identity(key)),
        })
        .collect();
    // each is a leaf of trust's tree as well, twenty hashes and more: few at a time
    for some in all.chunks(MAX_ITEMS / 10) {
        let seed = Members::Seed {
            members: some.to_vec(),
        };
        sandbox.execute(&assembly, &addr(contracts, MEMBERS), &seed)?;
    }
    gates::open(sandbox, contracts)?;
    for seed in limit.iter().flat_map(|_| &all) {
        let set = Credit::SetLimit {
            owner: seed.address.clone(),
            limit: limit.unwrap_or_default(),
        };
        sandbox.execute(&assembly, &addr(contracts, CREDIT), &set)?;
    }
    Ok(())
}

/// What stands in a town's genesis.
pub struct Founding<'a> {
    /// The terms.
    pub terms: &'a Terms,
    /// How many times faster contracts see time pass.
    pub time_scale: u64,
    /// Everyone's key, by account number; person numbers follow this order from 1.
    pub keys: &'a BTreeMap<u32, SecretKey>,
    /// A limit of everyone's own.
    pub limit: Option<Amount>,
    /// Obligations, confirmed and tendered.
    pub debts: &'a [Debt],
    /// Further accounts.
    pub others: &'a [AccountAddress],
}

/// The contracts with everyone enrolled and every debt confirmed and tendered; and the accounts.
pub fn genesis(
    contracts: &Contracts,
    founding: &Founding<'_>,
) -> Result<(GenesisWasm, Vec<GenesisAccount>), SeedError> {
    genesis_at(contracts, founding, now())
}

/// As [`genesis`], of a town that was founded at another time, in seconds since 1970: before its chain begins.
pub fn genesis_at(
    contracts: &Contracts,
    founding: &Founding<'_>,
    now: u64,
) -> Result<(GenesisWasm, Vec<GenesisAccount>), SeedError> {
    let (terms, time_scale) = (founding.terms, founding.time_scale);
    let mut sandbox = Sandbox::new(now);
    // proofs are bound to the chain that they are made for
    sandbox.set_chain_id(CHAIN_ID);
    let code = way_of(contracts, Way::Native);
    founded(&mut sandbox, contracts, terms, time_scale, code)?;
    sandbox.set_gas_limit(u64::MAX);
    enrol(&mut sandbox, contracts, founding.keys, founding.limit)?;
    owe(&mut sandbox, contracts, founding, now)?;
    let accounts = accounts(&sandbox, founding);
    let beginnings = setup::beginnings(contracts, terms, time_scale)?;
    let mut state = sandbox.state();
    let there = |(name, _): &(&str, u64)| beginnings.contains_key(name);
    let made = NAMES
        .into_iter()
        .zip(1..)
        .filter(there)
        .map(|(name, code_id)| {
            let entries = state.remove(&addr(contracts, name)).unwrap_or_default();
            let entry = |(key, value): (Vec<u8>, Vec<u8>)| GenesisEntry {
                key: key.into(),
                value: value.into(),
            };
            GenesisContract {
                address: contracts.address(name).clone(),
                code_id,
                creator: contracts.creator().clone(),
                salt: salt(name).into(),
                label: name.into(),
                admin: Some(contracts.address(ASSEMBLY).clone()),
                msg: beginnings[name].clone(),
                state: entries.into_iter().map(entry).collect(),
            }
        });
    let code = |name| GenesisCode {
        wasm: contracts.wasm(name).to_vec().into(),
        creator: contracts.creator().clone(),
        permission: Permission::Everybody,
    };
    let wasm = GenesisWasm {
        codes: NAMES.into_iter().map(code).collect(),
        contracts: made.collect(),
        end_block: setup::END_BLOCK
            .into_iter()
            .filter(|name| beginnings.contains_key(name))
            .map(|name| contracts.address(name).clone())
            .collect(),
    };
    Ok((wasm, accounts))
}

fn owe(
    sandbox: &mut Sandbox,
    contracts: &Contracts,
    founding: &Founding<'_>,
    now: u64,
) -> Result<(), SeedError> {
    let persons: BTreeMap<u32, u64> = founding.keys.keys().copied().zip(1..).collect();
    let number = |account: &u32| Id(persons.get(account).copied().unwrap_or(0));
    let mut seeds = Vec::with_capacity(founding.debts.len());
    for debt in founding.debts {
        seeds.push(SeedMsg {
            debtor: number(&debt.debtor),
            creditor: number(&debt.creditor),
            amount: Amount::new(debt.amount).ok_or(SeedError::Amount {
                debtor: debt.debtor,
                creditor: debt.creditor,
                amount: debt.amount,
            })?,
            due: Seconds(now.saturating_add(TERM)),
            priority: 0,
            tendered: true,
        });
    }
    for some in seeds.chunks(mycel_clearing::seed::MAX_SEED) {
        let seed = Clear::Seed {
            obligations: some.to_vec(),
        };
        let clearing = addr(contracts, CLEARING);
        sandbox.execute(&addr(contracts, ASSEMBLY), &clearing, &seed)?;
    }
    Ok(())
}

/// Everyone's account with the class that the members contract gave it, and further ones.
fn accounts(sandbox: &Sandbox, founding: &Founding<'_>) -> Vec<GenesisAccount> {
    let classes = sandbox.allowance_classes();
    let members = founding.keys.values().map(SecretKey::address);
    let mut known = BTreeSet::new();
    members
        .chain(founding.others.iter().cloned())
        .filter(|address| known.insert(address.clone()))
        .map(|address| GenesisAccount {
            class: classes
                .get(&Addr::unchecked(address.to_string()))
                .cloned()
                .unwrap_or_default(),
            address,
            coins: vec![],
        })
        .collect()
}

/// A contract as functions.
/// A contract of this name as functions.
pub fn native(name: &str) -> Code {
    let native = match name {
        ASSEMBLY => {
            use mycel_assembly::{
                contract::{end_block, execute, instantiate, reply},
                query::query,
            };
            let sudo = |deps: DepsMut<'_, MycelQuery>, env: Env, SudoMsg::EndBlock {}: SudoMsg| {
                end_block(deps, env)
            };
            Native::new(instantiate, execute, query)
                .with_reply(reply)
                .with_sudo(sudo)
        }
        SORTITION => {
            use mycel_sortition::{
                contract::{end_block, execute, instantiate},
                query::query,
            };
            let sudo = |deps: DepsMut<'_, MycelQuery>, env: Env, SudoMsg::EndBlock {}: SudoMsg| {
                end_block(deps, env)
            };
            Native::new(instantiate, execute, query).with_sudo(sudo)
        }
        MEMBERS => {
            use mycel_members::{
                contract::{end_block, execute, instantiate, reply},
                query::query,
            };
            let sudo = |deps: DepsMut<'_, MycelQuery>, env: Env, SudoMsg::EndBlock {}: SudoMsg| {
                end_block(deps, env)
            };
            Native::new(instantiate, execute, query)
                .with_reply(reply)
                .with_sudo(sudo)
        }
        CREDIT => {
            use mycel_credit::{contract, policies::Standard, query};
            Native::new(
                contract::instantiate::<Standard>,
                contract::execute::<Standard>,
                query::query::<Standard>,
            )
            .with_sudo(contract::sudo::<Standard>)
        }
        COMMONS => {
            use mycel_commons::{
                contract::{end_block, execute, instantiate, reply},
                query::query,
            };
            let sudo = |deps: DepsMut<'_, MycelQuery>, env: Env, SudoMsg::EndBlock {}: SudoMsg| {
                end_block(deps, env)
            };
            Native::new(instantiate, execute, query)
                .with_reply(reply)
                .with_sudo(sudo)
        }
        FUNDING => {
            use mycel_funding::{
                contract::{end_block, execute, instantiate, reply},
                query::query,
            };
            let sudo = |deps: DepsMut<'_, MycelQuery>, env: Env, SudoMsg::EndBlock {}: SudoMsg| {
                end_block(deps, env)
            };
            Native::new(instantiate, execute, query)
                .with_reply(reply)
                .with_sudo(sudo)
        }
        TRUST => {
            use mycel_trust::{
                contract::{end_block, execute, instantiate},
                deals::dispute::opened as reply,
                query::query,
            };
            let sudo = |deps: DepsMut<'_, MycelQuery>, env: Env, SudoMsg::EndBlock {}: SudoMsg| {
                end_block(deps, env)
            };
            Native::new(instantiate, execute, query)
                .with_reply(reply)
                .with_sudo(sudo)
        }
        _ => {
            use mycel_clearing::{
                contract::{execute, instantiate},
                query::query,
            };
            Native::new(instantiate, execute, query)
        }
    };
    Code::native(native)
}

/// Unix seconds: a genesis begins a moment later.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mycel_kit::standard::About;
    use serde_json::{Value, json};

    /// A town of five, natively: the sandbox after genesis.
    fn town(terms: &Terms) -> (Contracts, Sandbox) {
        let contracts = Contracts::read_or_native(None).unwrap();
        let mut sandbox = sandbox(&contracts, terms, 1, now(), Way::Native).unwrap();
        let keys = (1..=5).map(|n| (n, crate::town::member(n))).collect();
        enrol(&mut sandbox, &contracts, &keys, None).unwrap();
        (contracts, sandbox)
    }

    #[test]
    fn an_earnest_town_begins_with_its_founders_long_phases_and_a_beacon_that_nobody_foresees() {
        let terms = Terms {
            development: false,
            ..Terms::default()
        };
        let (contracts, mut sandbox) = town(&terms);
        let ask = |sandbox: &Sandbox, name: &str| -> Value {
            let asked = json!({"parameters": {}});
            sandbox.query(&addr(&contracts, name), &asked).unwrap()
        };
        // there is no trust without a ceremony
        for name in NAMES.into_iter().filter(|name| *name != TRUST) {
            let told: About = sandbox
                .query(&addr(&contracts, name), &json!({"about": {}}))
                .unwrap();
            assert_eq!(told.authority, contracts.address(ASSEMBLY).to_string());
            let parameters = ask(&sandbox, name).to_string();
            assert!(parameters.contains("\"development\":false"), "{parameters}");
        }
        let assembly = ask(&sandbox, ASSEMBLY);
        assert_eq!(
            assembly["numbers"]["constitutional_timelock_seconds"],
            14 * 86_400
        );
        let sortition = ask(&sandbox, SORTITION);
        assert_eq!(sortition["numbers"]["jury_cap"], 101);
        assert_eq!(sortition["beacon"]["drand"]["period_seconds"], 3);
        // founders pay at once, and nobody is made one when the chain has begun, not even in the assembly's name
        let (ana, ben) = (crate::town::member(1), crate::town::member(2));
        let (ana, ben) = (ana.address().to_string(), ben.address().to_string());
        let credit = addr(&contracts, CREDIT);
        let pay = json!({"pay": {"to": ben, "amount": "1000000000000"}});
        sandbox
            .execute(&Addr::unchecked(ana), &credit, &pay)
            .unwrap();
        sandbox.end_block();
        let seed = json!({"seed": {"members": []}});
        let (assembly, members) = (addr(&contracts, ASSEMBLY), addr(&contracts, MEMBERS));
        let refused = sandbox.execute(&assembly, &members, &seed).unwrap_err();
        assert!(
            refused.text.contains("development only"),
            "{}",
            refused.text
        );
    }

    #[test]
    fn genesis_holds_every_account_with_the_class_that_members_gave_it() {
        let contracts = Contracts::read_or_native(None).unwrap();
        let keys: BTreeMap<_, _> = (1..=3).map(|n| (n, crate::town::member(n))).collect();
        let founding = Founding {
            terms: &Terms::default(),
            time_scale: 1,
            keys: &keys,
            limit: None,
            debts: &[],
            others: &[crate::town::operator().address(), keys[&1].address()],
        };
        let (wasm, accounts) = genesis(&contracts, &founding).unwrap();
        let classes: Vec<_> = accounts
            .iter()
            .map(|account| account.class.as_str())
            .collect();
        assert_eq!(classes, ["member", "member", "member", ""]);
        let assembly = Some(contracts.address(ASSEMBLY).clone());
        assert!(
            wasm.contracts
                .iter()
                .all(|contract| contract.admin == assembly)
        );
        assert_eq!(wasm.end_block.len(), 7);
    }
}
