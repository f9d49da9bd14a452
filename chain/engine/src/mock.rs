//! A tiny application in memory, for tests of engines.
//!
//! A transaction is text: `sender:sequence:action` or `sender:sequence:action:timeout`. The actions are `key=value`
//! (an event `set.key`), `power HEXKEY N` (a validator's new power), `fail` and `gas N` (a gas limit). What is
//! committed lives in a [`Disk`] that outlasts the application, so that tests can kill and restart it.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use borsh::BorshSerialize;
use bytes::Bytes;
use mycel_types::{
    AccountAddress, Address, AppHash, Application, BlockInput, Cancel, CheckOutcome, Code,
    Committed, Draft, Event, Executed, Genesis, Halt, Info, Limits, Outcome, Parent, QueryAt,
    QueryOutcome, RejectReason, Reservations, SnapshotMeta, Snapshots, TxResult, ValidatorUpdate,
    Verdict, codes,
};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize)]
struct State {
    height: u64,
    sequences: BTreeMap<String, u64>,
    values: BTreeMap<String, String>,
}

impl State {
    fn root(&self) -> AppHash {
        let bytes = borsh::to_vec(self).expect("writing to memory cannot fail");
        AppHash(Sha256::digest(bytes).into())
    }
}

#[derive(Default)]
struct Durable {
    genesis: Option<([u8; 32], String, Outcome)>,
    states: BTreeMap<u64, (State, Outcome)>,
    executions: u64,
}

/// What survives the application.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<Durable>>);

impl Disk {
    fn lock(&self) -> MutexGuard<'_, Durable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many blocks were executed, committed or not.
    pub fn executions(&self) -> u64 {
        self.lock().executions
    }

    /// Forgets every height above `height`, as a disk that was restored from a backup.
    pub fn rewind(&self, height: u64) {
        self.lock().states.retain(|h, _| *h <= height);
    }
}

/// The application.
#[derive(Clone, Default)]
pub struct Mock {
    disk: Disk,
    /// Changes every root: an application with a bug.
    twisted: bool,
}

struct Tx<'a> {
    sender: &'a str,
    sequence: u64,
    action: &'a str,
    timeout: u64,
}

/// The account of a sender's name.
pub fn account(name: &str) -> AccountAddress {
    AccountAddress::new(Sha256::digest(name)[..20].to_vec()).expect("20 bytes")
}

fn parse(tx: &[u8]) -> Option<Tx<'_>> {
    let mut fields = std::str::from_utf8(tx).ok()?.split(':');
    Some(Tx {
        sender: fields.next()?,
        sequence: fields.next()?.parse().ok()?,
        action: fields.next()?,
        timeout: fields.next().map_or(Some(0), |t| t.parse().ok())?,
    })
}

fn gas_of(action: &str) -> u64 {
    let asked = action.strip_prefix("gas ").and_then(|n| n.parse().ok());
    asked.unwrap_or(100)
}

fn power_of(action: &str) -> Option<ValidatorUpdate> {
    let (key, power) = action.strip_prefix("power ")?.split_once(' ')?;
    Some(ValidatorUpdate {
        key: hex::decode(key).ok()?.try_into().ok()?,
        power: power.parse().ok()?,
    })
}

impl Mock {
    /// The most gas that a sender may have reserved.
    pub const ALLOWANCE: u64 = 10_000;

    /// An application on what `disk` holds.
    pub fn new(disk: Disk) -> Self {
        Self {
            disk,
            twisted: false,
        }
    }

    /// An application that computes other roots than everyone else.
    pub fn twisted(disk: Disk) -> Self {
        Self {
            disk,
            twisted: true,
        }
    }

    /// A committed value.
    pub fn value(&self, key: &str) -> Option<String> {
        let disk = self.disk.lock();
        let (state, _) = disk.states.last_key_value()?.1;
        state.values.get(key).cloned()
    }

    fn state(&self, parent: &Parent) -> Option<State> {
        match parent {
            Parent::Committed(height) => Some(self.disk.lock().states.get(height)?.0.clone()),
            Parent::Executed(done) => Some((*done.handle::<State>()?).clone()),
        }
    }

    fn admit(state: &State, held: &Reservations, tx: &[u8]) -> CheckOutcome {
        let refuse = |code: Code, log: &str| CheckOutcome {
            code: code.code,
            codespace: code.codespace.into(),
            log: log.into(),
            ..CheckOutcome::default()
        };
        let Some(Tx {
            sender,
            sequence,
            action,
            timeout,
        }) = parse(tx)
        else {
            return refuse(codes::TX_DECODE, "no transaction");
        };
        let address = account(sender);
        let held = held.0.get(&address).copied().unwrap_or_default();
        let expected = state.sequences.get(sender).copied().unwrap_or(0) + held.transactions;
        let outcome = |outcome: CheckOutcome| CheckOutcome {
            gas_wanted: gas_of(action),
            sender: Some(address.clone()),
            sequence,
            signers: vec![(address.clone(), sequence)],
            payer: Some(address.clone()),
            timeout_height: timeout,
            ..outcome
        };
        if timeout != 0 && timeout <= state.height {
            return outcome(refuse(codes::TX_TIMEOUT_HEIGHT, "too late"));
        }
        if sequence != expected {
            return outcome(CheckOutcome {
                expected_sequence: Some(expected),
                ..refuse(codes::WRONG_SEQUENCE, "wrong sequence")
            });
        }
        if held.gas + gas_of(action) > Self::ALLOWANCE {
            return outcome(refuse(codes::mycel::ALLOWANCE, "too much gas"));
        }
        outcome(CheckOutcome::default())
    }

    fn run(state: &mut State, tx: &[u8], outcome: &mut Outcome) {
        let check = Self::admit(state, &Reservations::default(), tx);
        if !check.ok() {
            outcome.results.push(TxResult {
                code: check.code,
                codespace: check.codespace,
                data: Bytes::new(),
                log: check.log,
                gas_wanted: 0,
                gas_used: 0,
                events: vec![],
            });
            return;
        }
        let Some(Tx { sender, action, .. }) = parse(tx) else {
            return;
        };
        *state.sequences.entry(sender.into()).or_default() += 1;
        if action == "fail" {
            let failed = TxResult::failed(codes::UNAUTHORIZED, "asked to fail", 100, 10);
            outcome.results.push(failed);
            return;
        }
        if let Some((key, value)) = action.split_once('=') {
            state.values.insert(key.into(), value.into());
        }
        outcome.validators.extend(power_of(action));
        outcome.results.push(TxResult {
            code: 0,
            codespace: String::new(),
            data: Bytes::new(),
            log: String::new(),
            gas_wanted: gas_of(action),
            gas_used: 42,
            events: vec![
                Event::new("message", [("sender", sender)]),
                Event::new("set", action.split_once('=')),
            ],
        });
    }
}

impl Application for Mock {
    fn info(&self) -> Info {
        let disk = self.disk.lock();
        Info {
            chain_id: disk.genesis.as_ref().map(|g| g.1.clone()),
            genesis_hash: disk.genesis.as_ref().map(|g| g.0),
            height: disk.states.keys().next_back().copied(),
            app_hash: disk
                .states
                .values()
                .next_back()
                .map(|(_, o)| o.app_hash)
                .unwrap_or_default(),
        }
    }

    fn init_chain(&self, genesis: &Genesis) -> Result<Outcome, Halt> {
        let mut disk = self.disk.lock();
        let hash = mycel_types::genesis::hash(genesis);
        if let Some((known, _, outcome)) = &disk.genesis {
            return if *known == hash {
                Ok(outcome.clone())
            } else {
                Err(Halt::Genesis("another genesis".into()))
            };
        }
        let state = State {
            height: u64::try_from(genesis.initial_height - 1).unwrap_or(0),
            ..State::default()
        };
        let outcome = Outcome {
            app_hash: state.root(),
            results: vec![],
            events: vec![],
            validators: genesis
                .validators
                .iter()
                .filter_map(|v| {
                    Some(ValidatorUpdate {
                        key: v.pub_key.to_bytes().try_into().ok()?,
                        power: v.power(),
                    })
                })
                .collect(),
            params: Some(genesis.app_state.params.clone()),
        };
        disk.genesis = Some((hash, genesis.chain_id.to_string(), outcome.clone()));
        disk.states.insert(state.height, (state, outcome.clone()));
        Ok(outcome)
    }

    fn check(&self, tx: &[u8], held: &Reservations) -> CheckOutcome {
        let disk = self.disk.lock();
        match disk.states.last_key_value() {
            Some((_, (state, _))) => Self::admit(state, held, tx),
            None => CheckOutcome {
                code: 1,
                ..CheckOutcome::default()
            },
        }
    }

    fn prepare(
        &self,
        parent: &Parent,
        draft: Draft,
        pool: &mut dyn Iterator<Item = Bytes>,
    ) -> Vec<Bytes> {
        let Some(mut state) = self.state(parent) else {
            return vec![];
        };
        let mut left = draft.max_bytes;
        let mut chosen = vec![];
        let mut unused = Outcome {
            app_hash: AppHash::default(),
            results: vec![],
            events: vec![],
            validators: vec![],
            params: None,
        };
        for tx in pool {
            let size = tx.len() as u64 + 8;
            if size <= left && Self::admit(&state, &Reservations::default(), &tx).ok() {
                Self::run(&mut state, &tx, &mut unused);
                left -= size;
                chosen.push(tx);
            }
        }
        chosen
    }

    fn validate(&self, parent: &Parent, input: &BlockInput) -> Verdict {
        let Some(mut state) = self.state(parent) else {
            return Verdict::Reject(RejectReason::Parent("unknown".into()));
        };
        let mut unused = Outcome {
            app_hash: AppHash::default(),
            results: vec![],
            events: vec![],
            validators: vec![],
            params: None,
        };
        for (index, tx) in input.txs.iter().enumerate() {
            let check = Self::admit(&state, &Reservations::default(), tx);
            if !check.ok() {
                return Verdict::Reject(RejectReason::Inadmissible {
                    index,
                    code: check.code,
                    codespace: check.codespace,
                    log: check.log,
                });
            }
            Self::run(&mut state, tx, &mut unused);
        }
        Verdict::Accept
    }

    fn extend_vote(&self, _: &Parent, _: &BlockInput) -> Bytes {
        Bytes::new()
    }

    fn verify_extension(&self, _: u64, _: &Address, extension: &[u8]) -> Verdict {
        if extension.is_empty() {
            Verdict::Accept
        } else {
            Verdict::Reject(RejectReason::Extension("not empty".into()))
        }
    }

    fn execute(
        &self,
        parent: &Parent,
        input: &BlockInput,
        stop: &Cancel,
    ) -> Result<Arc<Executed>, Halt> {
        let mut state = self
            .state(parent)
            .ok_or_else(|| Halt::Store("unknown parent".into()))?;
        self.disk.lock().executions += 1;
        let mut outcome = Outcome {
            app_hash: AppHash::default(),
            results: vec![],
            events: vec![],
            validators: vec![],
            params: None,
        };
        for tx in input.txs.iter() {
            if stop.is_cancelled() {
                return Err(Halt::Cancelled);
            }
            Self::run(&mut state, tx, &mut outcome);
        }
        state.height = input.height;
        if self.twisted {
            state
                .values
                .insert("twist".into(), input.height.to_string());
        }
        outcome.app_hash = state.root();
        Ok(Arc::new(Executed::new(
            input.id(),
            input.height,
            outcome,
            Arc::new(state),
        )))
    }

    fn commit(&self, done: &Arc<Executed>) -> Result<Committed, Halt> {
        let state = done
            .handle::<State>()
            .ok_or_else(|| Halt::Store("foreign handle".into()))?;
        let mut disk = self.disk.lock();
        let tip = disk.states.keys().next_back().copied().unwrap_or(0);
        if tip + 1 != done.height {
            return Err(Halt::Store(format!("tip={tip} commit={}", done.height)));
        }
        disk.states
            .insert(done.height, ((*state).clone(), done.outcome.clone()));
        Ok(Committed {
            height: done.height,
            app_hash: done.outcome.app_hash,
            retain_height: 0,
        })
    }

    fn query(&self, _: &str, request: &[u8], _: QueryAt, _: &Limits) -> QueryOutcome {
        let key = String::from_utf8_lossy(request).into_owned();
        QueryOutcome {
            value: self.value(&key).unwrap_or_default().into(),
            ..QueryOutcome::default()
        }
    }

    fn outcome(&self, height: u64) -> Option<Outcome> {
        Some(self.disk.lock().states.get(&height)?.1.clone())
    }

    fn snapshots(&self) -> &dyn Snapshots {
        self
    }
}

impl Snapshots for Mock {
    fn list(&self) -> Vec<SnapshotMeta> {
        vec![]
    }
    fn chunk(&self, _: u64, _: u32) -> Option<Bytes> {
        None
    }
}
