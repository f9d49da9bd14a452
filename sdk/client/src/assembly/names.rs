//! Names for addresses and numbers: contracts by the network's names, members by their handles.
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde_json::Value;

use crate::{Client, Network, Transport, network::MEMBERS};

/// Most addresses that one action's words look up: an action may name more, those stay addresses.
const MOST: usize = 64;

/// Looks names up, each once.
#[derive(Debug)]
pub struct Names<'a, T> {
    client: &'a Client<T>,
    network: Option<&'a Network>,
    members: Option<AccountAddress>,
    known: Mutex<BTreeMap<String, String>>,
}

impl<'a, T: Transport> Names<'a, T> {
    /// Names of a network; without one addresses stay addresses.
    pub fn new(client: &'a Client<T>, network: Option<&'a Network>) -> Self {
        Self {
            client,
            network,
            members: network.and_then(|n| n.contract(MEMBERS)).cloned(),
            known: Mutex::default(),
        }
    }

    /// The network's contract of this name, if it has one.
    pub fn contract(&self, name: &str) -> Option<&AccountAddress> {
        self.network?.contract(name)
    }

    /// The name behind an address: a contract's, a member's handle, else the address itself.
    pub async fn address(&self, text: &str) -> String {
        if let Some(known) = self.known().get(text) {
            return known.clone();
        }
        let name = self.look_up(text).await.unwrap_or_else(|| text.to_owned());
        self.known().insert(text.to_owned(), name.clone());
        name
    }

    async fn look_up(&self, text: &str) -> Option<String> {
        let address: AccountAddress = text.parse().ok()?;
        if let Some(name) = self.network.and_then(|n| n.name_of(&address)) {
            return Some(name.to_owned());
        }
        let members = self.client.members(self.members.clone()?);
        let person = members.standing(&address).await.ok()?.person;
        Some(members.member(person).await.ok()?.handle)
    }

    /// The handle of a person, else `person 7`.
    pub async fn person(&self, person: Id) -> String {
        let key = format!("person {}", person.0);
        if let Some(known) = self.known().get(&key) {
            return known.clone();
        }
        let found = match self.members.clone() {
            Some(members) => self.client.members(members).member(person).await.ok(),
            None => None,
        };
        let name = found.map_or_else(|| key.clone(), |member| member.handle);
        self.known().insert(key, name.clone());
        name
    }

    /// Names of all addresses that stand anywhere in some JSON.
    pub async fn within(&self, values: &[&Value]) -> BTreeMap<String, String> {
        let mut found = vec![];
        for value in values {
            addresses(value, &mut found);
        }
        let mut names = BTreeMap::new();
        for address in found.into_iter().take(MOST) {
            let name = self.address(&address).await;
            names.insert(address, name);
        }
        names
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn addresses(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.parse::<AccountAddress>().is_ok() => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| addresses(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| addresses(field, found)),
        _ => {}
    }
}
