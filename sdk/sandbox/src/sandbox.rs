//! The door: a sandbox, its clock and what can be done in it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cosmwasm_std::{Addr, Binary, BlockInfo, Event, Storage, Timestamp};
use mycel_bindings::AllowanceClass;
use mycel_types::{AccountAddress, GasPrices, Params, codes, codes::wasm};
use mycel_verifier::{Fr, Proof, VerifyingKey};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::address;
use crate::call;
use crate::code::Code;
use crate::error::{Failure, Refusal, Run};
use crate::faults::Fault;
use crate::gas::Meter;
use crate::message::{self, Done, Making};
use crate::proofs::{self, Verifier};
use crate::query;
use crate::storage::ContractStorage;
use crate::world::{Stage, Subscription, World};

/// SDK gas of a message until [`Sandbox::set_gas_limit`] says otherwise: the
/// most that a transaction may have.
pub const GAS_LIMIT: u64 = 20_000_000;
/// A subscriber is suspended after so many failures in a row.
const FAILURES: u32 = 3;

/// What a message left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Events by wasmd's names, in order, each naming its contract first.
    pub events: Vec<Event>,
    /// The contract's data.
    pub data: Option<Binary>,
    /// SDK gas as the chain would charge it, without a transaction's own bytes
    /// and signatures. Only compiled contracts use gas.
    pub gas: u64,
}

impl Receipt {
    /// The first value of an attribute of contracts' own events.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&str> {
        let own = |event: &&Event| event.ty.starts_with("wasm");
        let attributes = self.events.iter().filter(own).flat_map(|e| &e.attributes);
        attributes
            .into_iter()
            .find(|attribute| attribute.key == key)
            .map(|attribute| attribute.value.as_str())
    }
}

/// Contracts, people and a clock.
pub struct Sandbox {
    stage: Stage,
    gas_limit: u64,
    end_block_gas: u64,
}

impl Clone for Sandbox {
    /// Another sandbox, equal now and independent from here on.
    fn clone(&self) -> Self {
        Sandbox {
            stage: Stage::new(Box::new(self.stage.with(|world| world.clone()))),
            gas_limit: self.gas_limit,
            end_block_gas: self.end_block_gas,
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stage.with(|world| {
            let contracts: Vec<_> = world.contracts.iter().map(|c| &c.address).collect();
            f.debug_struct("Sandbox")
                .field("height", &world.block.height)
                .field("time", &world.block.time)
                .field("contracts", &contracts)
                .finish_non_exhaustive()
        })
    }
}

impl Sandbox {
    /// An empty sandbox at height 1.
    #[must_use]
    pub fn new(unix_seconds: u64) -> Sandbox {
        let world = World::new(BlockInfo {
            height: 1,
            time: Timestamp::from_seconds(unix_seconds),
            chain_id: "mycel-sandbox".into(),
        });
        Sandbox {
            stage: Stage::new(Box::new(world)),
            gas_limit: GAS_LIMIT,
            end_block_gas: Params::default().end_block_gas,
        }
    }

    /// The chain's name, as contracts see it.
    #[must_use]
    pub fn chain_id(&self) -> String {
        self.stage.with(|world| world.block.chain_id.clone())
    }

    /// Names the chain, before anything is on it.
    pub fn set_chain_id(&mut self, chain_id: &str) {
        self.stage
            .with(|world| world.block.chain_id = chain_id.to_owned());
    }

    // ---- time

    /// Unix seconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.stage.with(|world| world.block.time.seconds())
    }

    /// The block's height.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.stage.with(|world| world.block.height)
    }

    /// Time passes. The block stays the same: see [`Sandbox::end_block`].
    pub fn advance_time(&mut self, seconds: u64) {
        self.advance_nanos(seconds.saturating_mul(1_000_000_000));
    }

    /// As [`Sandbox::advance_time`], in nanoseconds. Time ends with 64 bits of
    /// them, in the year 2554.
    pub fn advance_nanos(&mut self, nanos: u64) {
        self.stage.with(|world| {
            let now = world.block.time.nanos().saturating_add(nanos);
            world.block.time = Timestamp::from_nanos(now);
        });
    }

    /// The block ends: subscribers that are not suspended get
    /// `sudo {"end_block":{}}` in order of address, at most 2,000,000 SDK gas
    /// together unless [`Sandbox::set_end_block_gas`] said otherwise; whoever fails three times in a row is suspended. Then the next
    /// block begins, at the same time.
    pub fn end_block(&mut self) -> Vec<(Addr, Result<Receipt, Refusal>)> {
        let due: Vec<(String, Subscription)> = self.stage.with(|world| {
            world.tx = None;
            let subscriptions = world.chain.subscriptions.iter();
            subscriptions
                .filter(|(_, s)| !s.suspended)
                .map(|(address, s)| (address.clone(), s.clone()))
                .collect()
        });
        let mut left = self.end_block_gas;
        let mut ended = vec![];
        for (address, mut subscription) in due {
            let result = self.run(left, |stage| {
                message::sudo(stage, &address, br#"{"end_block":{}}"#)
            });
            let gas = match &result {
                Ok(receipt) => {
                    subscription.failures = 0;
                    receipt.gas
                }
                Err(refusal) => {
                    subscription.failures += 1;
                    subscription.suspended = subscription.failures >= FAILURES;
                    refusal.gas
                }
            };
            left = left.saturating_sub(gas);
            self.stage.with(|world| {
                // unless it has unsubscribed
                if world.chain.subscriptions.contains_key(&address) {
                    world.set_subscription(&address, Some(subscription));
                }
                world.settle();
            });
            ended.push((Addr::unchecked(address), result));
        }
        self.stage.with(|world| world.block.height += 1);
        ended
    }

    // ---- codes and contracts

    /// Stores a code; gives its id.
    pub fn store(&mut self, code: Code) -> u64 {
        self.stage.with(|world| {
            world.codes.push(Arc::new(code));
            world.codes.len() as u64
        })
    }

    /// The address at which `creator` would make a contract of `code` under
    /// the salt `mycel/<name>`, so that contracts can name each other before
    /// they exist.
    ///
    /// # Errors
    /// No such code, or `creator` is no address.
    pub fn predict(&self, creator: &Addr, code: u64, name: &str) -> Result<Addr, Refusal> {
        let found = self.stage.with(|world| message::code(world, code));
        let checksum = found.map_err(|why| why.refusal(0))?.checksum;
        let creator: AccountAddress = creator.as_str().parse().map_err(|why| {
            let why = format_args!("{why}");
            Failure::new(mycel_types::codes::INVALID_ADDRESS, why).refusal(0)
        })?;
        let address = AccountAddress::instantiate2(&checksum, &creator, &address::salt(name), &[]);
        Ok(Addr::unchecked(address.to_string()))
    }

    /// Makes a contract under the salt `mycel/<name>`; `creator` is its admin.
    ///
    /// # Errors
    /// Whatever refused it; nothing is left.
    pub fn instantiate2(
        &mut self,
        creator: &Addr,
        code: u64,
        name: &str,
        msg: &impl Serialize,
    ) -> Result<Addr, Refusal> {
        let salt = address::salt(name);
        self.make(creator, code, name, msg, Some(&salt))
    }

    /// Makes a contract at the next address in turn; `creator` is its admin.
    ///
    /// # Errors
    /// Whatever refused it; nothing is left.
    pub fn instantiate(
        &mut self,
        creator: &Addr,
        code: u64,
        label: &str,
        msg: &impl Serialize,
    ) -> Result<Addr, Refusal> {
        self.make(creator, code, label, msg, None)
    }

    fn make(
        &mut self,
        creator: &Addr,
        code: u64,
        label: &str,
        msg: &impl Serialize,
        salt: Option<&[u8]>,
    ) -> Result<Addr, Refusal> {
        let msg = call::json(msg);
        let making = Making {
            sender: creator.as_str(),
            admin: Some(creator.to_string()),
            code,
            label,
            msg: &msg,
            salt,
        };
        let mut made = None;
        self.transaction(|stage| {
            let (address, done) = message::instantiate(stage, &making)?;
            made = Some(address);
            Ok(done)
        })?;
        Ok(made.expect("no refusal, so it was made"))
    }

    /// Moves a contract to another code, by its admin.
    ///
    /// # Errors
    /// Whatever refused it; nothing is left.
    pub fn migrate(
        &mut self,
        sender: &Addr,
        contract: &Addr,
        code: u64,
        msg: &impl Serialize,
    ) -> Result<Receipt, Refusal> {
        let msg = call::json(msg);
        self.transaction(|stage| {
            message::migrate(stage, sender.as_str(), contract.as_str(), code, &msg)
        })
    }

    // ---- messages

    /// A message of `sender` to a contract, with all that follows from it:
    /// wholly or not at all.
    ///
    /// # Errors
    /// Whatever refused it; nothing is left.
    pub fn execute(
        &mut self,
        sender: &Addr,
        contract: &Addr,
        msg: &impl Serialize,
    ) -> Result<Receipt, Refusal> {
        self.execute_raw(sender, contract, &call::json(msg))
    }

    /// As [`Sandbox::execute`], with the message's JSON as it is.
    ///
    /// # Errors
    /// Whatever refused it; nothing is left.
    pub fn execute_raw(
        &mut self,
        sender: &Addr,
        contract: &Addr,
        msg: &[u8],
    ) -> Result<Receipt, Refusal> {
        self.transaction(|stage| message::execute(stage, sender.as_str(), contract.as_str(), msg))
    }

    /// What only the chain can say to a contract.
    ///
    /// # Errors
    /// Whatever refused it; nothing is left.
    pub fn sudo(&mut self, contract: &Addr, msg: &impl Serialize) -> Result<Receipt, Refusal> {
        let msg = call::json(msg);
        self.transaction(|stage| message::sudo(stage, contract.as_str(), &msg))
    }

    fn transaction(&mut self, work: impl FnOnce(&Stage) -> Run<Done>) -> Result<Receipt, Refusal> {
        self.stage.with(|world| {
            world.tx = Some(world.tx.map_or(0, |last| last.wrapping_add(1)));
        });
        self.run(self.gas_limit, work)
    }

    fn run(
        &mut self,
        gas_limit: u64,
        work: impl FnOnce(&Stage) -> Run<Done>,
    ) -> Result<Receipt, Refusal> {
        let begin = self.stage.with(|world| {
            world.meter = Meter::new(gas_limit);
            world.events.clear();
            world.emitted = 0;
            world.depth = 1;
            world.exhausted = false;
            world.mark()
        });
        let ran = work(&self.stage);
        self.stage.with(|world| {
            world.faults.forget_plan();
            let gas = world.meter.used();
            match ran {
                Ok(done) => {
                    world.settle();
                    Ok(Receipt {
                        events: std::mem::take(&mut world.events),
                        data: done.data.map(Binary::from),
                        gas,
                    })
                }
                Err(abort) => {
                    world.revert(begin);
                    world.settle();
                    Err(abort.failure().refusal(gas))
                }
            }
        })
    }

    // ---- questions

    /// Asks a contract.
    ///
    /// # Errors
    /// It refused, or its answer is not a `T`.
    pub fn query<T: DeserializeOwned>(
        &self,
        contract: &Addr,
        msg: &impl Serialize,
    ) -> Result<T, Refusal> {
        let answer = self.query_raw(contract, &call::json(msg))?;
        cosmwasm_std::from_json(&answer)
            .map_err(|why| Failure::new(wasm::QUERY_FAILED, why).refusal(0))
    }

    /// Asks a contract in JSON; gives its answer's bytes.
    ///
    /// # Errors
    /// It refused.
    pub fn query_raw(&self, contract: &Addr, msg: &[u8]) -> Result<Vec<u8>, Refusal> {
        let number = self.number(contract)?;
        let (answer, gas) = query::outside(&self.stage, number, msg);
        answer.map_err(|why| why.refusal(gas))
    }

    /// What a query costs in SDK gas; 0 of a native contract.
    ///
    /// # Errors
    /// It refused.
    pub fn query_gas(&self, contract: &Addr, msg: &impl Serialize) -> Result<u64, Refusal> {
        let number = self.number(contract)?;
        let (answer, gas) = query::outside(&self.stage, number, &call::json(msg));
        answer.map(|_| gas).map_err(|why| why.refusal(gas))
    }

    fn number(&self, contract: &Addr) -> Result<usize, Refusal> {
        let number = self
            .stage
            .with(|world| world.by_address.get(contract.as_str()).copied());
        number.ok_or_else(|| {
            let why = format_args!("address {contract}");
            Failure::new(wasm::NO_SUCH_CONTRACT, why).refusal(0)
        })
    }

    // ---- the chain's own records

    /// Names who may set allowance classes (`members`) and who may do what the
    /// assembly may.
    pub fn set_authorities(&mut self, members: Option<&Addr>, assembly: Option<&Addr>) {
        self.stage.with(|world| {
            world.chain.members = members.map(Addr::to_string);
            world.chain.assembly = assembly.map(Addr::to_string);
        });
    }

    /// Whether contracts are told that this is a development network; it is
    /// one until this says otherwise.
    pub fn set_development(&mut self, development: bool) {
        self.stage
            .with(|world| world.chain.development = development);
    }

    /// Makes an allowance class known. As soon as there is one, only known
    /// names are classes; until then every name is.
    pub fn add_class(&mut self, name: &str, class: AllowanceClass) {
        self.stage.with(|world| {
            world.chain.known_classes.insert(name.to_owned(), class);
        });
    }

    /// The allowance class that an address was given.
    #[must_use]
    pub fn allowance_class(&self, address: &Addr) -> Option<String> {
        self.stage
            .with(|world| world.chain.classes.get(address.as_str()).cloned())
    }

    /// Every address with an allowance class.
    #[must_use]
    pub fn allowance_classes(&self) -> BTreeMap<Addr, String> {
        self.stage.with(|world| {
            let classes = world.chain.classes.iter();
            classes
                .map(|(address, class)| (Addr::unchecked(address), class.clone()))
                .collect()
        })
    }

    /// Subscribes a contract to the end of every block, as genesis may.
    ///
    /// # Errors
    /// No such contract.
    pub fn subscribe_end_block(&mut self, contract: &Addr) -> Result<(), Refusal> {
        self.number(contract)?;
        self.stage.with(|world| {
            world.set_subscription(contract.as_str(), Some(Subscription::default()));
            world.settle();
        });
        Ok(())
    }

    // ---- proofs

    /// Who judges proofs from now on: the chain's verifier until this says
    /// otherwise.
    pub fn set_verifier(&mut self, verifier: Verifier) {
        self.stage.with(|world| world.chain.verifier = verifier);
    }

    /// Tells of each proof that holds before the chain's verifier from now on: its key's name, the key, the public
    /// inputs, the proof. For whoever has others judge it, too.
    pub fn watch_proofs(
        &mut self,
        told: impl Fn(&str, &VerifyingKey, &[Fr], &Proof) + Send + Sync + 'static,
    ) {
        self.stage
            .with(|world| world.chain.watcher = Some(Arc::new(told)));
    }

    /// Registers a verifying key as genesis may; gives its digest.
    ///
    /// # Errors
    /// The name is taken or odd, the bytes are no key, the ceremony's hash has
    /// not 32 bytes, or a key for development is none for this network.
    pub fn register_verifying_key(
        &mut self,
        id: &str,
        vk: &[u8],
        ceremony: Option<&[u8]>,
        development: bool,
    ) -> Result<[u8; 32], Refusal> {
        self.stage.with(|world| {
            let key = proofs::key(world, id, vk, ceremony, development, None)
                .map_err(|why| Failure::new(codes::INVALID_REQUEST, why).refusal(0))?;
            let digest = *key.digest();
            world.set_verifying_key(id, key);
            world.settle();
            Ok(digest)
        })
    }

    /// Registers a key of so many inputs for [`Verifier::Mock`]: a real one for
    /// development, whose name is its seed; gives its digest.
    ///
    /// # Errors
    /// The name is taken or odd, or a key cannot have so many inputs.
    pub fn register_mock_key(&mut self, id: &str, inputs: usize) -> Result<[u8; 32], Refusal> {
        let vk = proofs::mock_key(id, inputs)
            .map_err(|why| Failure::new(codes::INVALID_REQUEST, why).refusal(0))?;
        self.register_verifying_key(id, &vk, None, true)
    }

    /// What a contract shows to other chains under a key.
    #[must_use]
    pub fn published(&self, contract: &Addr, key: &[u8]) -> Option<Vec<u8>> {
        let at = (contract.to_string(), key.to_vec());
        self.stage
            .with(|world| world.chain.published.get(&at).cloned())
    }

    // ---- gas

    /// SDK gas of each message from now on.
    pub fn set_gas_limit(&mut self, gas: u64) {
        self.gas_limit = gas;
    }

    /// SDK gas of all subscribers together at each end of a block from now on.
    pub fn set_end_block_gas(&mut self, gas: u64) {
        self.end_block_gas = gas;
    }

    /// The chain's prices from now on.
    pub fn set_gas_prices(&mut self, prices: GasPrices) {
        self.stage.with(|world| world.prices = prices);
    }

    // ---- failures on purpose

    /// In the next message this step fails as if the callee had refused.
    pub fn fail_next(&mut self, fault: Fault) {
        self.stage.with(|world| world.faults.plan(fault));
    }

    /// From now on each step (call, submessage, reply, question, message to
    /// the chain) fails with probability 1 in `one_in`, half of them after the
    /// work is done; 0 ends it.
    pub fn fail_randomly(&mut self, seed: u64, one_in: u32) {
        self.stage
            .with(|world| world.faults.set_random(seed, one_in));
    }

    /// How many steps have failed on purpose so far.
    #[must_use]
    pub fn failures_injected(&self) -> u64 {
        self.stage.with(|world| world.faults.struck)
    }

    // ---- state

    /// All contracts in the order of their making.
    #[must_use]
    pub fn contracts(&self) -> Vec<Addr> {
        self.stage.with(|world| {
            let contracts = world.contracts.iter();
            contracts.map(|c| Addr::unchecked(&c.address)).collect()
        })
    }

    /// A raw value of a contract's.
    #[must_use]
    pub fn raw(&self, contract: &Addr, key: &[u8]) -> Option<Vec<u8>> {
        self.stage.with(|world| {
            let number = *world.by_address.get(contract.as_str())?;
            world.get(number, key).cloned()
        })
    }

    /// Reads a contract's storage as the contract itself would.
    ///
    /// # Errors
    /// No such contract.
    pub fn read<T>(
        &self,
        contract: &Addr,
        read: impl FnOnce(&dyn Storage) -> T,
    ) -> Result<T, Refusal> {
        let storage = ContractStorage {
            stage: &self.stage,
            contract: self.number(contract)?,
            writable: false,
        };
        Ok(read(&storage))
    }

    /// Everything that contracts keep, by address and key.
    #[must_use]
    pub fn state(&self) -> BTreeMap<Addr, BTreeMap<Vec<u8>, Vec<u8>>> {
        self.stage.with(|world| {
            let contracts = world.contracts.iter();
            contracts
                .map(|c| (Addr::unchecked(&c.address), c.entries.clone()))
                .collect()
        })
    }

    /// SHA-256 over [`Sandbox::state`], allowance classes, subscriptions,
    /// verifying keys and what was published: equal exactly if they are.
    #[must_use]
    pub fn state_hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        self.stage.with(|world| {
            for (address, number) in &world.by_address {
                let entries = &world.contracts[*number].entries;
                part(address.as_bytes());
                part(&(entries.len() as u64).to_be_bytes());
                for (key, value) in entries {
                    part(key);
                    part(value);
                }
            }
            part(b"classes");
            for (address, class) in &world.chain.classes {
                part(address.as_bytes());
                part(class.as_bytes());
            }
            part(b"subscriptions");
            for (address, subscription) in &world.chain.subscriptions {
                part(address.as_bytes());
                part(&subscription.failures.to_be_bytes());
                part(&[u8::from(subscription.suspended)]);
            }
            if !world.chain.keys.is_empty() || !world.chain.published.is_empty() {
                part(b"keys");
                for (id, key) in &world.chain.keys {
                    part(id.as_bytes());
                    part(key.digest());
                }
                part(b"published");
                for ((contract, key), value) in &world.chain.published {
                    part(contract.as_bytes());
                    part(key);
                    part(value);
                }
            }
        });
        hasher.finalize().into()
    }
}
