//! A little chain for tests: real headers, real signatures, a real store in memory, no network.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use ed25519_consensus::SigningKey;
use mycel_light::{Bundle, LightBlock, Trust, Validator, Validators};
use mycel_store::{Config, Delta, RedbStore, Snapshot, Store};
use mycel_types::{
    Address, Outcome, Params, StoreId, Time, ValidatorUpdate,
    header::{
        Base, PartSet, ValidatorSet, VoteKind, commit, encode_block, value_id, vote_sign_bytes,
    },
    key,
};

pub const CHAIN: &str = "mock-1";

/// A chain that grows by one block a call.
pub struct MockChain {
    store: RedbStore,
    base: Base,
    keys: BTreeMap<Address, SigningKey>,
    /// Who does not sign.
    pub silent: Vec<Address>,
    /// `blocks[h - 1]` is block h.
    pub blocks: Vec<LightBlock>,
    /// `states[h]` is the state after block h; the first is genesis.
    pub states: Vec<Snapshot>,
}

pub fn signing_key(number: u8) -> SigningKey {
    SigningKey::from([number; 32])
}

pub fn public_key(number: u8) -> [u8; 32] {
    signing_key(number).verification_key().to_bytes()
}

pub fn update(number: u8, power: u64) -> ValidatorUpdate {
    ValidatorUpdate {
        key: public_key(number),
        power,
    }
}

pub fn write(entries: &[(StoreId, &[u8], &[u8])]) -> Delta {
    let mut delta = Delta::new();
    for (store, key, value) in entries {
        delta.set(
            *store,
            Bytes::copy_from_slice(key),
            Some(Bytes::copy_from_slice(value)),
        );
    }
    delta
}

impl MockChain {
    /// Four validators of power 10 and a sentinel in the `ibc` store.
    pub fn new() -> Self {
        Self::with(&[(1, 10), (2, 10), (3, 10), (4, 10)])
    }

    /// These validators: (number of the key, power).
    pub fn with(validators: &[(u8, u64)]) -> Self {
        let store = RedbStore::in_memory(Config::default()).expect("memory is there");
        let delta = write(&[
            (StoreId::Ibc, key::IBC_SENTINEL, &[1]),
            (StoreId::Mycel, b"\x08code", &1u64.to_le_bytes()),
        ]);
        let staged = store
            .root(&store.genesis(1), Arc::new(delta))
            .expect("genesis is stored");
        let outcome = Outcome {
            app_hash: staged.app_hash(),
            results: vec![],
            events: vec![],
            validators: validators.iter().map(|(n, p)| update(*n, *p)).collect(),
            params: None,
        };
        let base = Base::genesis(
            CHAIN.parse().expect("a chain id"),
            1,
            Time(1_700_000_000_000),
            Params::development(),
            &outcome,
        )
        .expect("a genesis");
        let keys = (0..=u8::MAX)
            .map(|n| (Address::of_ed25519(&public_key(n)), signing_key(n)))
            .collect();
        Self {
            states: vec![staged.snapshot().clone()],
            store,
            base,
            keys,
            silent: vec![],
            blocks: vec![],
        }
    }

    /// Adds a block that leaves these changes and asks for these validators from two blocks later on.
    pub fn grow(&mut self, delta: Delta, validators: Vec<ValidatorUpdate>) -> u64 {
        let height = self.base.height;
        let parent = self.states.last().expect("genesis is there");
        let staged = self
            .store
            .root(parent, Arc::new(delta))
            .expect("the state is stored");
        let proposer = self.base.validators.at(0).expect("somebody").address;
        let time = self.base.last_time.plus_millis(1234);
        let block = self
            .base
            .block(
                time,
                proposer,
                vec![Bytes::from(height.to_be_bytes().to_vec())],
            )
            .expect("a block");
        let parts = PartSet::new(encode_block(&block));
        let value = value_id(&block, &parts).expect("a value");
        let bytes = vote_sign_bytes(CHAIN, VoteKind::Precommit, height, 0, Some(&value));
        let signatures: Vec<_> = self
            .base
            .validators
            .iter()
            .filter(|v| !self.silent.contains(&v.address))
            .map(|v| (v.address, self.keys[&v.address].sign(&bytes).to_bytes()))
            .collect();
        let commit =
            commit(height, 0, &value, &self.base.validators, &signatures).expect("a commit");
        let set = |set: &ValidatorSet| {
            let members = set.iter().map(|v| Validator {
                key: v.key,
                power: v.power,
            });
            Validators::new(members.collect()).expect("a set")
        };
        self.blocks.push(LightBlock {
            header: block.header.clone(),
            commit: commit.clone(),
            validators: set(&self.base.validators),
            next_validators: Some(set(&self.base.next_validators)),
        });
        let outcome = Outcome {
            app_hash: staged.app_hash(),
            results: vec![],
            events: vec![],
            validators,
            params: None,
        };
        self.states.push(staged.snapshot().clone());
        self.base = self
            .base
            .advance(value, commit, &outcome)
            .expect("the next height");
        height
    }

    /// Adds empty blocks up to and including this height.
    pub fn grow_to(&mut self, height: u64) {
        while self.height() < height {
            self.grow(Delta::new(), vec![]);
        }
    }

    pub fn height(&self) -> u64 {
        self.blocks.len() as u64
    }

    /// Block h with its next set.
    pub fn block(&self, height: u64) -> &LightBlock {
        &self.blocks[height as usize - 1]
    }

    /// Block h as it stands at the end of a bundle.
    pub fn last(&self, height: u64) -> LightBlock {
        LightBlock {
            next_validators: None,
            ..self.block(height).clone()
        }
    }

    pub fn trust_validators(&self, height: u64) -> Trust {
        Trust::Validators(self.block(height).validators.hash())
    }

    pub fn trust_block(&self, height: u64) -> Trust {
        Trust::Block {
            height,
            hash: self.block(height).hash(),
        }
    }

    /// A bundle of the state after block `height` (block height + 1 must exist), with a path through these blocks.
    pub fn bundle(&self, store: StoreId, key: &[u8], height: u64, path: &[u64]) -> Bundle {
        let state = &self.states[height as usize];
        let value = state.get(store, key).expect("state is readable");
        Bundle::new(
            store,
            key.to_vec(),
            value.map(Vec::from),
            state.prove(store, key).expect("state is provable"),
            path.iter().map(|h| self.block(*h).clone()).collect(),
            self.last(height + 1),
        )
    }
}
