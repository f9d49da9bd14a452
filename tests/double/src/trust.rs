//! As trust: a contract of its own, told by the key which gates there are and
//! what was shown there. It keeps what members tells it, spends nullifiers and
//! tells consumers in trust's shape; it has no proof and checks none.
//!
//! | key | record |
//! |---|---|
//! | `p` | the key's address |
//! | `g` ‖ gate | JSON of [`Gate`] |
//! | `i` ‖ person | [`Leaf`] |
//! | `s` ‖ gate ‖ nullifier ‖ term | mark: spent |
//!
//! Numbers: u64 big-endian. Values but gates are borsh.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Binary, CosmosMsg, Deps, DepsMut, Env, Event, HexBinary, MessageInfo, Response, SubMsg,
    WasmMsg, from_json, to_hex, to_json_binary, to_json_vec,
};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::trust::{ConsumerQuery, Gate, GateTerm, Identity, Term};
use mycel_kit::{Id, Key, roles};

use crate::authority::valid;
use crate::error::ContractError;

/// How it begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who says what was shown.
    pub key: String,
}

/// What it does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// members: a person's identity commitment.
    Enrol {
        /// The person.
        person: Id,
        /// The commitment, in hexadecimal.
        idc: String,
    },
    /// members: a person left.
    Retire {
        /// The person.
        person: Id,
    },
    /// members: a person's leaf.
    SetLeaf {
        /// The person.
        person: Id,
        /// Whether it counts.
        live: bool,
        /// Weight of vouches.
        vouch: u32,
    },
    /// The key: a gate is as this from now on.
    SetGate(Gate),
    /// The key: a person has another commitment.
    Rekey {
        /// The person.
        person: Id,
        /// The commitment.
        idc: HexBinary,
    },
    /// The key: a proof was shown at a gate.
    Show {
        /// The gate, which names the consumer.
        gate: Id,
        /// The term.
        term: String,
        /// The nullifier.
        nf: HexBinary,
        /// Whose proof it is; zeros: nobody's.
        subject: HexBinary,
        /// The consumer's action, as JSON.
        action: Binary,
    },
}

/// What can be asked.
#[cw_serde]
pub enum QueryMsg {
    /// A gate.
    Gate {
        /// Its number.
        gate: Id,
    },
    /// A person's commitment now.
    Identity {
        /// The person.
        person: Id,
    },
    /// Nothing of a member is open.
    OpenItems {
        /// The address.
        member: String,
    },
    /// What members told of a person.
    Leaf {
        /// The person.
        person: Id,
    },
}

/// What members told of a person.
#[cw_serde]
#[derive(Default, BorshSerialize, BorshDeserialize)]
pub struct Leaf {
    /// The commitment, in hexadecimal.
    pub idc: String,
    /// Whether the leaf counts.
    pub live: bool,
    /// Weight of vouches.
    pub vouch: u32,
    /// How often members told anything.
    pub told: u32,
}

fn key() -> Key<String> {
    Key::new(b'p', &[])
}

fn leaf(person: u64) -> Key<Leaf> {
    Key::new(b'i', &person.to_be_bytes())
}

fn gate_key(gate: u64) -> Vec<u8> {
    [&b"g"[..], &gate.to_be_bytes()].concat()
}

/// Begins.
///
/// # Errors
/// An invalid address.
pub fn instantiate(
    deps: DepsMut<'_, MycelQuery>,
    _env: Env,
    _info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    let address = valid(&deps, &msg.key)?;
    key().save(deps.storage, &address);
    Ok(Response::new())
}

/// Executes one message.
///
/// # Errors
/// Not the key, an unknown gate, a nullifier that is spent.
pub fn execute(
    deps: DepsMut<'_, MycelQuery>,
    _env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response<MycelMsg>, ContractError> {
    let tell = |deps: DepsMut<'_, MycelQuery>, person: Id, change: &dyn Fn(&mut Leaf)| {
        let key = leaf(person.0);
        let mut known = key.may_load(deps.storage)?.unwrap_or_default();
        change(&mut known);
        known.told += 1;
        key.save(deps.storage, &known);
        Ok(Response::new())
    };
    match msg {
        // whoever members is in a suite
        ExecuteMsg::Enrol { person, idc } => tell(deps, person, &|known| {
            known.idc.clone_from(&idc);
            known.live = true;
        }),
        ExecuteMsg::Retire { person } => tell(deps, person, &|known| known.live = false),
        ExecuteMsg::SetLeaf {
            person,
            live,
            vouch,
        } => tell(deps, person, &|known| {
            (known.live, known.vouch) = (live, vouch);
        }),
        ExecuteMsg::SetGate(gate) => {
            roles::only(info.sender.as_str(), &key().load(deps.storage)?)?;
            let json =
                to_json_vec(&gate).map_err(|error| ContractError::Answer(error.to_string()))?;
            deps.storage.set(&gate_key(gate.gate.0), &json);
            Ok(Response::new())
        }
        ExecuteMsg::Rekey { person, idc } => {
            roles::only(info.sender.as_str(), &key().load(deps.storage)?)?;
            tell(deps, person, &|known| known.idc = to_hex(&idc))
        }
        ExecuteMsg::Show {
            gate,
            term,
            nf,
            subject,
            action,
        } => {
            roles::only(info.sender.as_str(), &key().load(deps.storage)?)?;
            show(deps, gate, &term, &nf, &subject, &action)
        }
    }
}

fn show(
    deps: DepsMut<'_, MycelQuery>,
    gate: Id,
    term: &str,
    nf: &HexBinary,
    subject: &HexBinary,
    action: &Binary,
) -> Result<Response<MycelMsg>, ContractError> {
    let found = load(deps.storage.get(&gate_key(gate.0)), gate)?;
    if matches!(found.term, Term::Action {}) {
        let question = ConsumerQuery::GateTerm {
            gate,
            term: term.to_owned(),
        };
        let _: GateTerm =
            mycel_kit::peers::pull(deps.querier, "consumer", &found.consumer, &question)?;
    }
    let spent = [&b"s"[..], &gate.0.to_be_bytes(), nf, term.as_bytes()].concat();
    if deps.storage.get(&spent).is_some() {
        return Err(ContractError::Spent { nf: nf.to_hex() });
    }
    deps.storage.set(&spent, &[1]);
    let action = std::str::from_utf8(action).map_err(|_| ContractError::NotJson)?;
    let quoted = |text: &str| {
        to_json_vec(&text)
            .map(|json| String::from_utf8_lossy(&json).into_owned())
            .map_err(|error| ContractError::Answer(error.to_string()))
    };
    let msg = format!(
        r#"{{"shown":{{"gate":"{}","term":{},"nf":"{}","subject":"{}","action":{action}}}}}"#,
        gate.0,
        quoted(term)?,
        nf.to_hex(),
        subject.to_hex(),
    );
    Ok(Response::new()
        .add_event(Event::new("show").add_attribute("gate", gate.0.to_string()))
        .add_submessage(SubMsg::new(CosmosMsg::Wasm(WasmMsg::Execute {
            contract_addr: found.consumer,
            msg: msg.into_bytes().into(),
            funds: vec![],
        }))))
}

fn load(stored: Option<Vec<u8>>, gate: Id) -> Result<Gate, ContractError> {
    let json = stored.ok_or(ContractError::UnknownGate { gate: gate.0 })?;
    from_json(json).map_err(|error| ContractError::Answer(error.to_string()))
}

/// Answers one query.
///
/// # Errors
/// An unknown gate or person.
pub fn query(
    deps: Deps<'_, MycelQuery>,
    _env: Env,
    msg: QueryMsg,
) -> Result<Binary, ContractError> {
    let answer = match msg {
        QueryMsg::Gate { gate } => {
            to_json_binary(&load(deps.storage.get(&gate_key(gate.0)), gate)?)
        }
        QueryMsg::Identity { person } => {
            let known = leaf(person.0).load(deps.storage)?;
            let idc = HexBinary::from_hex(&known.idc).map_err(|_| ContractError::NotJson)?;
            to_json_binary(&Identity {
                idc,
                live: known.live,
            })
        }
        QueryMsg::OpenItems { .. } => to_json_binary(&OpenItems {
            open: 0,
            items: vec![],
        }),
        QueryMsg::Leaf { person } => {
            to_json_binary(&leaf(person.0).may_load(deps.storage)?.unwrap_or_default())
        }
    };
    answer.map_err(|error| ContractError::Answer(error.to_string()))
}
