//! A town in genesis: the contracts' own code, run natively in a sandbox, makes members and obligations; what it
//! leaves in their stores is what genesis holds.
use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo};
use mycel_bindings::{AllowanceClass, MycelQuery};
use mycel_clearing::msg::{ExecuteMsg as Clear, SeedMsg};
use mycel_client::{Amount, ClientError, SecretKey};
use mycel_kit::{Id, Seconds};
use mycel_sandbox::{Code, CodeError, Native, Refusal, Sandbox};
use mycel_types::{GenesisCode, GenesisContract, GenesisEntry, GenesisWasm, record::Permission};

use crate::{
    contracts::{CLEARING, CREDIT, Contracts, MEMBERS, NAMES, STANDIN, salt},
    plan::{People, Plan},
    setup::{self, Terms},
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

/// A sandbox with the town's contracts, each knowing its peers, and nobody in it.
pub fn sandbox(
    contracts: &Contracts,
    terms: &Terms,
    time_scale: u64,
    now: u64,
    way: Way,
) -> Result<Sandbox, SeedError> {
    let mut sandbox = Sandbox::new(now);
    let addr = |name: &str| Addr::unchecked(contracts.address(name).to_string());
    let operator = Addr::unchecked(contracts.creator().to_string());
    for (name, class) in setup::params(contracts, 1).classes {
        let class = AllowanceClass {
            capacity: class.capacity.into(),
            rate: class.rate.into(),
            may_store_code: class.may_store_code,
        };
        sandbox.add_class(&name, class);
    }
    sandbox.set_authorities(Some(&addr(MEMBERS)), Some(&addr(STANDIN)));
    let beginnings = setup::beginnings(contracts, terms, time_scale)?;
    for name in NAMES {
        let code = match way {
            Way::Native => native(name).with_checksum(contracts.checksum(name)),
            Way::Compiled => Code::compiled(contracts.wasm(name))?,
        };
        let code = sandbox.store(code);
        sandbox.instantiate2(&operator, code, name, &beginnings[name])?;
    }
    Ok(sandbox)
}

/// Makes founders of everybody, through the members contract.
pub fn enrol(
    sandbox: &mut Sandbox,
    contracts: &Contracts,
    keys: &BTreeMap<u32, SecretKey>,
    limit: Option<Amount>,
) -> Result<(), SeedError> {
    let operator = Addr::unchecked(contracts.creator().to_string());
    for (to, word) in setup::enrolment(contracts, keys, limit)?
        .into_iter()
        .flatten()
    {
        let to = Addr::unchecked(contracts.address(to).to_string());
        sandbox.execute(&operator, &to, &word)?;
    }
    Ok(())
}

/// The contracts with everyone enrolled and every debt confirmed and tendered.
pub fn genesis(
    contracts: &Contracts,
    terms: &Terms,
    plan: &Plan,
    people: &People,
) -> Result<GenesisWasm, SeedError> {
    let now = now();
    let addr = |name: &str| Addr::unchecked(contracts.address(name).to_string());
    let operator = Addr::unchecked(contracts.creator().to_string());
    let mut sandbox = sandbox(contracts, terms, plan.time_scale(), now, Way::Native)?;
    sandbox.set_gas_limit(u64::MAX);
    enrol(&mut sandbox, contracts, &people.keys, plan.own_limit(terms))?;
    let beginnings = setup::beginnings(contracts, terms, plan.time_scale())?;
    let persons = people.persons();
    let number = |account: &u32| Id(persons.get(account).copied().unwrap_or(0));
    let mut seeds = Vec::with_capacity(people.debts.len());
    for debt in &people.debts {
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
        let (to, word) = setup::forward(contracts, CLEARING, &seed)?;
        sandbox.execute(&operator, &addr(to), &word)?;
    }
    let mut state = sandbox.state();
    let made = NAMES.into_iter().zip(1..).map(|(name, code_id)| {
        let entries = state.remove(&addr(name)).unwrap_or_default();
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
            admin: None,
            msg: beginnings[name].clone(),
            state: entries.into_iter().map(entry).collect(),
        }
    });
    let code = |name| GenesisCode {
        wasm: contracts.wasm(name).to_vec().into(),
        creator: contracts.creator().clone(),
        permission: Permission::Everybody,
    };
    Ok(GenesisWasm {
        codes: NAMES.into_iter().map(code).collect(),
        contracts: made.collect(),
        end_block: setup::END_BLOCK
            .into_iter()
            .map(|name| contracts.address(name).clone())
            .collect(),
    })
}

/// A contract as functions.
fn native(name: &str) -> Code {
    let native = match name {
        STANDIN => {
            use mycel_double::contract::{execute, instantiate, query};
            Native::new(
                |deps: DepsMut<'_, MycelQuery>, _: Env, info: MessageInfo, msg| {
                    instantiate(deps, info, msg)
                },
                execute,
                query,
            )
        }
        MEMBERS => {
            use mycel_bindings::SudoMsg;
            use mycel_members::contract::end_block;
            use mycel_members::{
                contract::{execute, instantiate},
                query::query,
            };
            let sudo = |deps: DepsMut<'_, MycelQuery>, env: Env, SudoMsg::EndBlock {}: SudoMsg| {
                end_block(deps, env)
            };
            Native::new(instantiate, execute, query).with_sudo(sudo)
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
