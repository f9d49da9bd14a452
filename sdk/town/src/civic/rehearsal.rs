//! A story in a sandbox: everybody decides alike, and time passes as fast as it is looked at.
use std::collections::BTreeMap;

use cosmwasm_std::Addr;
use mycel_client::{ClientError, SecretKey};
use mycel_kit::{
    Id,
    roles::{Class, Electorate},
};
use mycel_sandbox::Sandbox;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    CivicError,
    stage::{Said, Stage},
};
use crate::{
    contracts::{ASSEMBLY, Contracts, SORTITION},
    sim::jury,
};

/// A sandbox in which everybody decides alike.
pub struct Rehearsal<'a> {
    /// The contracts at work.
    pub sandbox: Sandbox,
    contracts: &'a Contracts,
    keys: &'a BTreeMap<u32, SecretKey>,
    /// The chain's name.
    chain: String,
}

impl<'a> Rehearsal<'a> {
    /// A sandbox with contracts, whose members have these keys; person numbers follow their order from 1.
    pub fn new(
        sandbox: Sandbox,
        contracts: &'a Contracts,
        keys: &'a BTreeMap<u32, SecretKey>,
        chain: impl Into<String>,
    ) -> Self {
        Self {
            sandbox,
            contracts,
            keys,
            chain: chain.into(),
        }
    }

    fn addr(&self, contract: &str) -> Addr {
        Addr::unchecked(self.contracts.address(contract).to_string())
    }
}

fn refused(refusal: mycel_sandbox::Refusal) -> CivicError {
    CivicError::Client(ClientError::Refused {
        codespace: "wasm".into(),
        code: 5,
        log: refusal.text,
        hash: String::new(),
    })
}

impl Stage for Rehearsal<'_> {
    async fn say(
        &mut self,
        account: u32,
        contract: &str,
        word: &Value,
    ) -> Result<Said, CivicError> {
        let sender = Addr::unchecked(self.address(account)?);
        let contract = self.addr(contract);
        let receipt = self.sandbox.execute(&sender, &contract, word);
        let events = receipt.map_err(refused)?.events.into_iter();
        let attributes = events.flat_map(|event| event.attributes);
        Ok(Said::new(attributes.map(|one| (one.key, one.value))))
    }

    async fn say_all(&mut self, contract: &str, words: &[(u32, Value)]) -> Result<(), CivicError> {
        for (account, word) in words {
            self.say(*account, contract, word).await?;
        }
        Ok(())
    }

    async fn work(&mut self, contract: &str, word: &Value) -> Result<(), CivicError> {
        let anyone = self.keys.keys().next_back().copied().unwrap_or(0);
        match self.say(anyone, contract, word).await {
            Ok(_) | Err(CivicError::Client(ClientError::Refused { .. })) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn ask<A: DeserializeOwned>(
        &self,
        contract: &str,
        question: &Value,
    ) -> Result<A, CivicError> {
        let answer = self.sandbox.query(&self.addr(contract), question);
        answer.map_err(refused)
    }

    async fn decide(
        &mut self,
        electorate: Electorate,
        class: Class,
        _: &str,
        actions: &[(&str, Value)],
        _: &[u32],
    ) -> Result<(), CivicError> {
        for (contract, action) in actions {
            let decided = json!({"decided": {"proposal": "1", "electorate": electorate,
                "class": class, "action": action}});
            let (assembly, contract) = (self.addr(ASSEMBLY), self.addr(contract));
            let told = self.sandbox.execute(&assembly, &contract, &decided);
            told.map_err(refused)?;
        }
        Ok(())
    }

    async fn judge(&mut self, case: u64, outcome: &str) -> Result<(), CivicError> {
        let (sortition, keys) = (self.addr(SORTITION), self.keys);
        let address = |Id(person): Id| {
            let place = usize::try_from(person).unwrap_or(0).saturating_sub(1);
            let key = keys.values().nth(place);
            Addr::unchecked(key.map_or_else(String::new, |key| key.address().to_string()))
        };
        let judged = jury::judge(&mut self.sandbox, &sortition, Id(case), outcome, address);
        judged.map_err(refused)
    }

    async fn now(&self) -> Result<u64, CivicError> {
        Ok(self.sandbox.now())
    }

    async fn pass(&mut self, until: u64) -> Result<(), CivicError> {
        let left = until.saturating_sub(self.sandbox.now());
        self.sandbox.advance_time(left.clamp(1, 5));
        for (_, ended) in self.sandbox.end_block() {
            ended.map_err(refused)?;
        }
        Ok(())
    }

    fn person(&self, account: u32) -> Id {
        let place = self.keys.keys().position(|n| *n == account);
        Id(place.map_or(0, |place| place as u64 + 1))
    }

    fn account(&self, Id(person): Id) -> Option<u32> {
        let place = usize::try_from(person.checked_sub(1)?).ok()?;
        self.keys.keys().nth(place).copied()
    }

    fn address(&self, account: u32) -> Result<String, CivicError> {
        let nobody = || ClientError::Input(format!("account={account} is not enrolled"));
        let key = self.keys.get(&account).ok_or_else(nobody)?;
        Ok(key.address().to_string())
    }

    fn contract(&self, name: &str) -> String {
        self.contracts.address(name).to_string()
    }

    fn chain(&self) -> &str {
        &self.chain
    }
}
