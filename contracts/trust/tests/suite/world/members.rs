//! A stand-in for members: who has which address, and what it tells trust.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, Storage, from_json,
    to_json_binary,
};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::{MembersQuery, PersonAddress, Standing, Status};
use mycel_kit::peers::must;
use mycel_kit::peers::trust::TrustMsg;
use mycel_kit::{Id, Seconds};
use mycel_sandbox::Native;

/// What it does: anyone says, so that tests can.
#[cw_serde]
pub enum Say {
    /// An address is a person's.
    Know { address: String, person: Id },
    /// An address is a person's and has these roles alone.
    Holds {
        address: String,
        person: Id,
        roles: Vec<String>,
    },
    /// The person is suspended, or not.
    Suspend { person: Id, suspended: bool },
    /// Trust is told.
    Tell { trust: String, told: TrustMsg },
    /// Trust is told that a person may reset.
    Approve { trust: String, person: Id },
}

#[cw_serde]
enum Approval {
    ApproveReset { person: Id },
}

/// The contract.
pub fn native() -> Native {
    Native::new(begin, execute, query)
}

fn begin(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> Result<Response, StdError> {
    Ok(Response::new())
}

fn by_address(address: &str) -> Vec<u8> {
    [b"a", address.as_bytes()].concat()
}

fn held(address: &str) -> Vec<u8> {
    [b"o", address.as_bytes()].concat()
}

fn by_person(person: u64) -> Vec<u8> {
    [b"p", &person.to_be_bytes()[..]].concat()
}

fn suspended(person: u64) -> Vec<u8> {
    [b"s", &person.to_be_bytes()[..]].concat()
}

fn execute(deps: DepsMut, _: Env, _: MessageInfo, said: Say) -> Result<Response, StdError> {
    let told = match said {
        Say::Know { address, person } => {
            deps.storage
                .set(&by_address(&address), &person.0.to_be_bytes());
            deps.storage.set(&by_person(person.0), address.as_bytes());
            None
        }
        Say::Holds {
            address,
            person,
            roles,
        } => {
            deps.storage
                .set(&by_address(&address), &person.0.to_be_bytes());
            deps.storage.set(&held(&address), &to_json_binary(&roles)?);
            None
        }
        Say::Suspend {
            person,
            suspended: true,
        } => {
            deps.storage.set(&suspended(person.0), b"1");
            None
        }
        Say::Suspend { person, .. } => {
            deps.storage.remove(&suspended(person.0));
            None
        }
        Say::Tell { trust, told } => must(&trust, &told),
        Say::Approve { trust, person } => must(&trust, &Approval::ApproveReset { person }),
    };
    Ok(told.map_or_else(Response::new, |told| Response::new().add_submessage(told)))
}

fn standing(storage: &dyn Storage, address: &str) -> Result<Standing, StdError> {
    let number = storage.get(&by_address(address));
    let number = number.and_then(|bytes| bytes.try_into().ok());
    let person = number
        .map(u64::from_be_bytes)
        .ok_or_else(|| StdError::msg(format!("not a member: {address}")))?;
    let step = match storage.get(&suspended(person)) {
        Some(_) => "suspended",
        None => "none",
    };
    Ok(Standing {
        person: Id(person),
        status: Status::Active,
        step: step.to_owned(),
        since: Seconds(0),
        kind: Kind::Person,
        roles: match storage.get(&held(address)) {
            Some(roles) => from_json(roles)?,
            None => ["pay", "vote", "recover"].map(str::to_owned).to_vec(),
        },
    })
}

fn query(deps: Deps, _: Env, asked: MembersQuery) -> Result<Binary, StdError> {
    match asked {
        MembersQuery::Standing { address } => to_json_binary(&standing(deps.storage, &address)?),
        MembersQuery::Person { person } => {
            let address = deps.storage.get(&by_person(person.0));
            let address = address.and_then(|bytes| String::from_utf8(bytes).ok());
            to_json_binary(&PersonAddress {
                address: address.ok_or_else(|| StdError::msg("no such person"))?,
                kind: Kind::Person,
            })
        }
        _ => Err(StdError::msg("not asked in these tests")),
    }
}
