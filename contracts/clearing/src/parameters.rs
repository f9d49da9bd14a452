//! Parameters and the bounds that no authority can leave.

use cosmwasm_std::{Api, Response, Storage};
use mycel_kit::Seconds;
use mycel_kit::standard::Bound;

use crate::error::ContractError;
use crate::msg::{InstantiateMsg, ParameterChanges, ParametersResponse};
use crate::obligations::MAX_TERM;
use crate::state::{self, PRIORITIES, Parameters};

const DAY: u64 = 86_400;
/// Greatest weight of a unit.
pub const MAX_WEIGHT: u32 = 1 << 20;

/// The parameters of a contract that begins.
///
/// # Errors
/// Out of bounds.
pub fn begin(
    storage: &mut dyn Storage,
    api: &dyn Api,
    msg: InstantiateMsg,
) -> Result<(), ContractError> {
    let parameters = Parameters {
        authority: msg.authority,
        members: msg.members.unwrap_or_default(),
        credit: msg.credit.unwrap_or_default(),
        sortition: msg.sortition.unwrap_or_default(),
        development: msg.development,
        open_seconds: DAY,
        commit_seconds: 3_600,
        solve_seconds: DAY,
        horizon_seconds: MAX_TERM,
        pause_seconds: 5 * DAY,
        weights: [1; PRIORITIES],
    };
    apply(storage, api, parameters, msg.parameters)?;
    Ok(())
}

/// Changes parameters.
///
/// # Errors
/// Out of bounds.
pub fn change(
    storage: &mut dyn Storage,
    api: &dyn Api,
    changes: ParameterChanges,
) -> Result<Response, ContractError> {
    let before = state::parameters().load(storage)?;
    let now = apply(storage, api, before, changes)?;
    Ok(Response::new()
        .add_attribute("action", "set_parameters")
        .add_attribute("authority", now.authority))
}

fn apply(
    storage: &mut dyn Storage,
    api: &dyn Api,
    mut parameters: Parameters,
    changes: ParameterChanges,
) -> Result<Parameters, ContractError> {
    let set = |place: &mut String, change: Option<String>| {
        if let Some(value) = change {
            *place = value;
        }
    };
    set(&mut parameters.authority, changes.authority);
    set(&mut parameters.members, changes.members);
    set(&mut parameters.credit, changes.credit);
    set(&mut parameters.sortition, changes.sortition);
    for (place, change) in [
        (&mut parameters.open_seconds, changes.open_seconds),
        (&mut parameters.commit_seconds, changes.commit_seconds),
        (&mut parameters.solve_seconds, changes.solve_seconds),
        (&mut parameters.horizon_seconds, changes.horizon_seconds),
        (&mut parameters.pause_seconds, changes.pause_seconds),
    ] {
        if let Some(Seconds(value)) = change {
            *place = value;
        }
    }
    if let Some(weights) = changes.weights {
        let count = weights.len();
        parameters.weights = weights.try_into().map_err(|_| ContractError::TooMany {
            what: "weights",
            count,
            most: PRIORITIES,
        })?;
    }
    check(api, &parameters)?;
    state::parameters().save(storage, &parameters);
    Ok(parameters)
}

fn bounds() -> [(&'static str, u64, u64); 6] {
    [
        ("open_seconds", 0, 30 * DAY),
        ("commit_seconds", 1, 7 * DAY),
        ("solve_seconds", 2, 30 * DAY),
        ("horizon_seconds", DAY, MAX_TERM),
        ("pause_seconds", 0, 30 * DAY),
        ("weight", 1, MAX_WEIGHT as u64),
    ]
}

fn check(api: &dyn Api, parameters: &Parameters) -> Result<(), ContractError> {
    let out = |what, value: u64, least: u64, most: u64| ContractError::OutOfBounds {
        what,
        value: value.to_string(),
        least: least.to_string(),
        most: most.to_string(),
    };
    let values = [
        parameters.open_seconds,
        parameters.commit_seconds,
        parameters.solve_seconds,
        parameters.horizon_seconds,
        parameters.pause_seconds,
    ];
    for ((what, least, most), value) in bounds().into_iter().zip(values) {
        if !(least..=most).contains(&value) {
            return Err(out(what, value, least, most));
        }
    }
    if parameters.solve_seconds <= parameters.commit_seconds {
        let (value, least) = (parameters.solve_seconds, parameters.commit_seconds + 1);
        return Err(out("solve_seconds", value, least, 30 * DAY));
    }
    for weight in parameters.weights {
        if !(1..=MAX_WEIGHT).contains(&weight) {
            return Err(out("weight", weight.into(), 1, MAX_WEIGHT.into()));
        }
    }
    for (address, may_be_empty) in [
        (&parameters.authority, false),
        (&parameters.members, true),
        (&parameters.credit, true),
        (&parameters.sortition, true),
    ] {
        if !(may_be_empty && address.is_empty()) {
            api.addr_validate(address)
                .map_err(|_| ContractError::OutOfBounds {
                    what: "address",
                    value: address.clone(),
                    least: "a valid address".to_owned(),
                    most: "a valid address".to_owned(),
                })?;
        }
    }
    Ok(())
}

/// Answer to `parameters`.
///
/// # Errors
/// Only for unreadable state.
pub fn show(storage: &dyn Storage) -> Result<ParametersResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    Ok(ParametersResponse {
        authority: parameters.authority,
        members: parameters.members,
        credit: parameters.credit,
        sortition: parameters.sortition,
        development: parameters.development,
        open_seconds: Seconds(parameters.open_seconds),
        commit_seconds: Seconds(parameters.commit_seconds),
        solve_seconds: Seconds(parameters.solve_seconds),
        horizon_seconds: Seconds(parameters.horizon_seconds),
        pause_seconds: Seconds(parameters.pause_seconds),
        weights: parameters.weights.to_vec(),
        bounds: bounds()
            .into_iter()
            .map(|(name, least, most)| Bound {
                name: name.to_owned(),
                least: least.to_string(),
                most: most.to_string(),
            })
            .collect(),
    })
}
