//! Members and sortition as tables.

use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{
    ContractResult, Empty, Querier, QuerierResult, QueryRequest, SystemError, SystemResult,
    WasmQuery, from_json, to_json_binary,
};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::{Barred, MembersQuery, PersonAddress, Standing, Status};
use mycel_kit::peers::sortition::{Case, SortitionQuery};
use mycel_kit::{Id, Seconds};

#[derive(Clone)]
pub struct Peers {
    pub members: String,
    pub sortition: String,
    /// Address → person, and the sanction in force.
    pub people: BTreeMap<String, (u64, String)>,
    pub addresses: BTreeMap<u64, String>,
    /// Keys that may vote and not pay → person.
    pub voting: BTreeMap<String, u64>,
    /// Who has left.
    pub left: BTreeSet<u64>,
    pub cases: BTreeMap<u64, Case>,
    /// How many persons `barred` answers at a time.
    pub barred_page: usize,
    /// Whether anybody answers at all.
    pub silent: bool,
}

impl Peers {
    pub fn new(address: impl Fn(&str) -> String) -> Peers {
        Peers {
            members: address("members"),
            sortition: address("sortition"),
            people: BTreeMap::new(),
            addresses: BTreeMap::new(),
            voting: BTreeMap::new(),
            left: BTreeSet::new(),
            cases: BTreeMap::new(),
            barred_page: 1_000,
            silent: false,
        }
    }

    pub fn enrol(&mut self, person: u64, address: String) {
        self.people.insert(address.clone(), (person, "none".into()));
        self.addresses.insert(person, address);
    }

    pub fn sanction(&mut self, person: u64, step: &str) {
        let address = &self.addresses[&person];
        self.people.insert(address.clone(), (person, step.into()));
    }

    /// The person's address changes; the person stays.
    pub fn rotate(&mut self, person: u64, address: String) {
        let before = self.addresses.insert(person, address.clone());
        let known = self.people.remove(&before.expect("enrolled"));
        self.people.insert(address, known.expect("enrolled"));
    }

    fn member(&self, query: &MembersQuery) -> Result<Vec<u8>, String> {
        let json = |answer: Result<cosmwasm_std::Binary, _>| {
            answer
                .map(|binary| binary.to_vec())
                .map_err(|error: cosmwasm_std::StdError| error.to_string())
        };
        match query {
            MembersQuery::Standing { address } => {
                let main = self
                    .voting
                    .get(address)
                    .map_or(address, |n| &self.addresses[n]);
                let (person, step) = self.people.get(main).ok_or("no member")?;
                let mut roles = vec!["pay".into(), "vote".into()];
                if main != address {
                    roles.remove(0);
                }
                json(to_json_binary(&Standing {
                    person: Id(*person),
                    status: match self.left.contains(person) {
                        true => Status::Left,
                        false => Status::Active,
                    },
                    step: step.clone(),
                    since: Seconds(0),
                    kind: Kind::Person,
                    roles,
                }))
            }
            MembersQuery::Person { person } => json(to_json_binary(&PersonAddress {
                address: self.addresses.get(&person.0).ok_or("nobody")?.clone(),
                kind: Kind::Person,
            })),
            MembersQuery::Barred { after, .. } => {
                let mut barred: Vec<Id> = self
                    .people
                    .values()
                    .filter(|(person, step)| {
                        (step == "suspended" || self.left.contains(person))
                            && after.is_none_or(|after| after.0 < *person)
                    })
                    .map(|(person, _)| Id(*person))
                    .collect();
                barred.sort_unstable();
                let more = barred.len() > self.barred_page;
                barred.truncate(self.barred_page);
                let next = barred.last().copied().filter(|_| more);
                json(to_json_binary(&Barred {
                    persons: barred,
                    next,
                }))
            }
            _ => Err("not asked here".into()),
        }
    }

    pub fn answer(&self, query: &WasmQuery) -> QuerierResult {
        let WasmQuery::Smart { contract_addr, msg } = query else {
            return SystemResult::Err(SystemError::Unknown {});
        };
        let answer = if self.silent {
            Err("silence".to_owned())
        } else if *contract_addr == self.members {
            from_json(msg)
                .map_err(|error| error.to_string())
                .and_then(|query| self.member(&query))
        } else if *contract_addr == self.sortition {
            from_json(msg)
                .map_err(|error| error.to_string())
                .and_then(|query: SortitionQuery| match query {
                    SortitionQuery::Case { id } => {
                        let case = self.cases.get(&id.0).ok_or("no case")?;
                        Ok(to_json_binary(case).expect("JSON").to_vec())
                    }
                    _ => Err("not asked here".into()),
                })
        } else {
            return SystemResult::Err(SystemError::NoSuchContract {
                addr: contract_addr.clone(),
            });
        };
        SystemResult::Ok(match answer {
            Ok(bytes) => ContractResult::Ok(bytes.into()),
            Err(why) => ContractResult::Err(why),
        })
    }
}

impl Querier for Peers {
    fn raw_query(&self, request: &[u8]) -> QuerierResult {
        match from_json::<QueryRequest<Empty>>(request) {
            Ok(QueryRequest::Wasm(query)) => self.answer(&query),
            _ => SystemResult::Err(SystemError::Unknown {}),
        }
    }
}
