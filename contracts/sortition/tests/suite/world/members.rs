//! Members as far as sortition asks it: who stands where, who may not deal, who
//! is related, which credentials there are. It keeps what tests tell it.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Binary, Deps, DepsMut, Env, MessageInfo, Order, Response, StdError, Storage, from_json,
    to_json_binary, to_json_vec,
};
use mycel_kit::peers::members::{
    Barred, Elector, Electors, PersonAddress, Related, Standing, Status,
};
use mycel_kit::{Id, Seconds};
use mycel_sandbox::Native;
use serde_json::{Value, json};

#[cw_serde]
pub struct Begin {}

/// What tests tell.
#[cw_serde]
pub enum Told {
    /// Somebody.
    Set {
        /// The address.
        address: String,
        /// What members would answer.
        standing: Standing,
    },
    /// Two are related.
    Relate {
        /// One.
        a: Id,
        /// The other.
        b: Id,
    },
    /// A credential.
    Credential {
        /// About whom.
        subject: Id,
        /// As members shows it.
        credential: Credential,
    },
}

/// As members shows it.
#[cw_serde]
pub struct Credential {
    pub issuer: Id,
    pub index: u32,
    pub hash: String,
    pub issued: Seconds,
    pub expires: Option<Seconds>,
    pub revoked: Option<Seconds>,
}

/// What sortition asks.
#[cw_serde]
pub enum Ask {
    Standing {
        address: String,
    },
    Barred {
        after: Option<Id>,
        limit: Option<u32>,
    },
    Related {
        a: Id,
        b: Id,
    },
    Electors {
        at: Id,
        residency: Seconds,
        still_at: Option<Id>,
        after: Option<Id>,
        limit: Option<u32>,
    },
    Count {
        at: Id,
    },
    Person {
        person: Id,
    },
    Credentials {
        subject: Id,
    },
}

fn put(storage: &mut dyn Storage, key: &[u8], value: &impl serde::Serialize) {
    storage.set(key, &to_json_vec(value).expect("JSON"));
}

fn numbered(tag: u8, number: u64) -> Vec<u8> {
    [&[tag][..], &number.to_be_bytes()].concat()
}

fn pair(a: u64, b: u64) -> Vec<u8> {
    [numbered(b'r', a.min(b)), a.max(b).to_be_bytes().to_vec()].concat()
}

/// The heights after whose blocks a person had a say or had none, ascending.
fn says(storage: &dyn Storage, number: u64) -> Result<Vec<(u64, bool)>, StdError> {
    let kept = storage.get(&numbered(b'h', number));
    kept.map_or(Ok(Vec::new()), from_json)
}

/// A person number in a key.
fn number_of(key: &[u8]) -> u64 {
    u64::from_be_bytes(key[1..9].try_into().expect("a number"))
}

fn execute(deps: DepsMut<'_>, env: Env, _: MessageInfo, msg: Told) -> Result<Response, StdError> {
    match msg {
        Told::Set { address, standing } => {
            let number = standing.person.0;
            if standing.may_deal() {
                deps.storage.remove(&numbered(b'b', number));
            } else {
                deps.storage.set(&numbered(b'b', number), &[1]);
            }
            let mut says = says(deps.storage, number)?;
            says.push((env.block.height, standing.may_deal()));
            put(deps.storage, &numbered(b'h', number), &says);
            put(deps.storage, &numbered(b'p', number), &address);
            put(deps.storage, format!("s{address}").as_bytes(), &standing);
        }
        Told::Relate { a, b } => deps.storage.set(&pair(a.0, b.0), &[1]),
        Told::Credential {
            subject,
            credential,
        } => {
            let key = numbered(b'c', subject.0);
            let mut all: Vec<Credential> = match deps.storage.get(&key) {
                Some(bytes) => from_json(bytes)?,
                None => Vec::new(),
            };
            all.retain(|one| (one.issuer, one.index) != (credential.issuer, credential.index));
            all.push(credential);
            put(deps.storage, &key, &all);
        }
    }
    Ok(Response::new())
}

fn query(deps: Deps<'_>, _: Env, msg: Ask) -> Result<Binary, StdError> {
    let refused = |what: &str| StdError::msg(format!("unknown member: {what}"));
    let answer: Value = match msg {
        Ask::Standing { address } => {
            let bytes = deps.storage.get(format!("s{address}").as_bytes());
            from_json(bytes.ok_or_else(|| refused(&address))?)?
        }
        Ask::Barred { after, limit } => {
            let first = numbered(b'b', after.map_or(0, |Id(after)| after.saturating_add(1)));
            let limit = limit.unwrap_or(1_000) as usize;
            let keys = deps
                .storage
                .range_keys(Some(&first), Some(b"c"), Order::Ascending);
            let mut persons: Vec<Id> = keys
                .take(limit + 1)
                .map(|key| Id(number_of(&key)))
                .collect();
            let more = persons.len() > limit;
            persons.truncate(limit);
            let next = persons.last().copied().filter(|_| more);
            return to_json_binary(&Barred { persons, next });
        }
        Ask::Related { a, b } => {
            return to_json_binary(&Related {
                sponsor: deps.storage.get(&pair(a.0, b.0)).is_some(),
                org: false,
                vouch: false,
            });
        }
        Ask::Electors {
            at, after, limit, ..
        } => {
            let mut all = deps
                .storage
                .range_keys(Some(b"p"), Some(b"q"), Order::Descending);
            let last = all.next().map_or(0, |key| number_of(&key));
            let after = after.map_or(0, |Id(after)| after);
            let end = (after + u64::from(limit.unwrap_or(200))).min(last);
            let mut electors = Vec::new();
            for number in after + 1..=end {
                let says = says(deps.storage, number)?;
                let then = says.iter().rev().find(|(height, _)| *height < at.0);
                if then.is_some_and(|(_, say)| *say) {
                    electors.push(Elector {
                        person: Id(number),
                        still: true,
                    });
                }
            }
            return to_json_binary(&Electors {
                electors,
                next: (end < last).then_some(Id(end)),
            });
        }
        Ask::Count { .. } => {
            let all = deps
                .storage
                .range_keys(Some(b"p"), Some(b"q"), Order::Ascending);
            let persons = all.count() as u64;
            json!({"count": persons, "numbers": persons.to_string()})
        }
        Ask::Person { person } => {
            let bytes = deps.storage.get(&numbered(b'p', person.0));
            return to_json_binary(&PersonAddress {
                address: from_json(bytes.ok_or_else(|| refused("number"))?)?,
                kind: mycel_kit::peers::credit::Kind::Person,
            });
        }
        Ask::Credentials { subject } => {
            let bytes = deps.storage.get(&numbered(b'c', subject.0));
            let all: Vec<Credential> = bytes.map_or(Ok(Vec::new()), from_json)?;
            json!({"credentials": all})
        }
    };
    to_json_binary(&answer)
}

/// The double.
pub fn members() -> Native {
    Native::new(
        |_: DepsMut<'_>, _: Env, _: MessageInfo, _: Begin| {
            Ok::<_, StdError>(Response::<cosmwasm_std::Empty>::new())
        },
        execute,
        query,
    )
}

/// The standing of an ordinary member.
pub fn ordinary(person: u64) -> Standing {
    Standing {
        person: Id(person),
        status: Status::Active,
        step: "none".into(),
        since: Seconds(1),
        kind: mycel_kit::peers::credit::Kind::Person,
        roles: vec!["pay".into(), "vote".into()],
    }
}
