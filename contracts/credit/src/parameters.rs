//! Parameters: who decides them, within which bounds, and what a change does.

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::standard::Bound;
use mycel_kit::{Amount, Seconds};

use crate::accounts::valid;
use crate::decay::{Clock, MAX_RATE_PPB_PER_DAY};
use crate::economy;
use crate::error::ContractError;
use crate::fold::{period_of, terms_at};
use crate::limit::{FULL_SCALE_BPS, at_most, cap, within_cap};
use crate::msg::{
    ClockResponse, FloorView, FloorsResponse, InstantiateMsg, ParameterChanges, ParameterValues,
    ParametersResponse,
};
use crate::peers;
use crate::rules;
use crate::state::{self, Parameters, Starter, Terms};

/// 0.001 a day.
const DEFAULT_RATE_PPB_PER_DAY: u32 = 1_000_000;
/// The starter grant and the opening limit unless told otherwise.
const THOUSAND: Amount = match Amount::credits(1_000) {
    Some(amount) => amount,
    None => Amount::MAX,
};

/// The parameters, if `sender` is the authority.
///
/// # Errors
/// [`ContractError::Unauthorized`].
pub fn authorised(storage: &dyn Storage, sender: &str) -> Result<Parameters, ContractError> {
    let parameters = state::parameters().load(storage)?;
    mycel_kit::roles::only(sender, &parameters.authority)?;
    Ok(parameters)
}

/// The parameters, if `sender` is the authority of a development network: it
/// alone may do `what` without naming class and electorate of a decision.
///
/// # Errors
/// [`ContractError::Unauthorized`], [`ContractError::Undecided`].
pub fn directly(
    storage: &dyn Storage,
    sender: &str,
    what: &'static str,
) -> Result<Parameters, ContractError> {
    let parameters = authorised(storage, sender)?;
    if parameters.development {
        Ok(parameters)
    } else {
        Err(ContractError::Undecided { what })
    }
}

/// Writes the first parameters and starts the clock.
///
/// # Errors
/// An invalid authority, both starters, or a value out of bounds.
pub fn begin(deps: DepsMut, now: u64, msg: InstantiateMsg) -> Result<(), ContractError> {
    let rate = msg.rate_ppb_per_day.unwrap_or(DEFAULT_RATE_PPB_PER_DAY);
    let starter = starter(msg.starter_grant, msg.starter_line)?;
    let name = msg.name.unwrap_or_else(|| "Mycel credit".to_owned());
    let symbol = msg.symbol.unwrap_or_else(|| "CREDIT".to_owned());
    text_within("name", &name, 3, 50)?;
    text_within("symbol", &symbol, 3, 12)?;
    let parameters = Parameters {
        authority: valid(deps.api, &msg.authority)?,
        rate_ppb_per_day: rate,
        starter: starter.unwrap_or(Starter::Grant(THOUSAND)),
        default_limit: msg.default_limit.unwrap_or(THOUSAND),
        development: msg.development,
        name,
        symbol,
    };
    let terms = Terms {
        clock: Clock::start(now, rate),
        starter_line: Amount::ZERO,
        exempt: Amount::ZERO,
        period: period_of(now),
        period_lambda: 0,
        floors: Vec::new(),
    };
    write(deps.storage, &parameters, terms)?;
    economy::begin(deps.storage, now, rate);
    Ok(())
}

/// Changes what is given; the new rate holds from now on.
///
/// # Errors
/// As [`begin`]; nothing is written then.
pub fn change(
    deps: DepsMut,
    now: u64,
    mut parameters: Parameters,
    changes: ParameterChanges,
) -> Result<Response, ContractError> {
    peers::change(deps.storage, deps.api, &changes)?;
    // a period that began under the old rate is noted before the rate changes
    let mut terms = terms_at(deps.storage, now)?;
    if let Some(authority) = changes.authority {
        parameters.authority = valid(deps.api, &authority)?;
    }
    if let Some(rate) = changes.rate_ppb_per_day {
        // Bounds are checked in `write`; lam of any u32 fits.
        terms.clock = terms.clock.change_rate(now, rate)?;
        parameters.rate_ppb_per_day = rate;
    }
    if let Some(starter) = starter(changes.starter_grant, changes.starter_line)? {
        parameters.starter = starter;
    }
    if let Some(limit) = changes.default_limit {
        parameters.default_limit = limit;
    }
    write(deps.storage, &parameters, terms)?;
    if let Some(rate) = changes.rate_ppb_per_day {
        economy::rate_was_set(deps.storage, rate)?;
    }
    if let Some(changes) = &changes.economy {
        economy::change(deps.storage, now, &parameters, changes)?;
    }
    Ok(Response::new()
        .add_attribute("action", "set_parameters")
        .add_attribute("authority", parameters.authority)
        .add_attribute("rate_ppb_per_day", parameters.rate_ppb_per_day.to_string()))
}

/// Checks every bound and writes both records.
fn write(
    storage: &mut dyn Storage,
    parameters: &Parameters,
    terms: Terms,
) -> Result<(), ContractError> {
    at_most(
        "rate_ppb_per_day",
        parameters.rate_ppb_per_day,
        MAX_RATE_PPB_PER_DAY,
    )?;
    within_cap("default_limit", parameters.default_limit, parameters)?;
    let starter_line = match parameters.starter {
        Starter::Grant(grant) => {
            within_cap("starter_grant", grant, parameters)?;
            Amount::ZERO
        }
        Starter::Line(line) => within_cap("starter_line", line, parameters)?,
    };
    state::parameters().save(storage, parameters);
    state::terms().save(
        storage,
        &Terms {
            starter_line,
            ..terms
        },
    );
    Ok(())
}

fn starter(grant: Option<Amount>, line: Option<Amount>) -> Result<Option<Starter>, ContractError> {
    match (grant, line) {
        (Some(_), Some(_)) => Err(ContractError::StarterAmbiguous),
        (Some(grant), None) => Ok(Some(Starter::Grant(grant))),
        (None, Some(line)) => Ok(Some(Starter::Line(line))),
        (None, None) => Ok(None),
    }
}

fn text_within(
    what: &'static str,
    text: &str,
    least: usize,
    most: usize,
) -> Result<(), ContractError> {
    if (least..=most).contains(&text.len()) {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value: format!("{} bytes", text.len()),
        least: least.to_string(),
        most: most.to_string(),
    })
}

/// Answer to `floors`.
///
/// # Errors
/// Only for unreadable state.
pub fn floors(storage: &dyn Storage) -> Result<FloorsResponse, ContractError> {
    let terms = state::terms().load(storage)?;
    let mut from = None;
    let mut floors = Vec::with_capacity(terms.floors.len() + 1);
    for floor in &terms.floors {
        floors.push(FloorView {
            exempt: floor.exempt,
            from,
            until: Some(Seconds(floor.ended)),
            until_lambda: Some(floor.until.into()),
        });
        from = Some(Seconds(floor.ended));
    }
    floors.push(FloorView {
        exempt: terms.exempt,
        from,
        until: None,
        until_lambda: None,
    });
    Ok(FloorsResponse { floors })
}

/// Answer to `parameters`.
///
/// # Errors
/// Only for unreadable state.
pub fn show(storage: &dyn Storage) -> Result<ParametersResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    let clock = state::terms().load(storage)?.clock;
    let peers = peers::load(storage)?;
    let (starter_grant, starter_line) = match parameters.starter {
        Starter::Grant(grant) => (Some(grant), None),
        Starter::Line(line) => (None, Some(line)),
    };
    let cap = cap(&parameters).to_string();
    let bound = |name: &str, most: String| Bound {
        name: name.to_owned(),
        least: "0".to_owned(),
        most,
    };
    Ok(ParametersResponse {
        bounds: vec![
            bound("rate_ppb_per_day", MAX_RATE_PPB_PER_DAY.to_string()),
            bound("starter_grant", cap.clone()),
            bound("starter_line", cap.clone()),
            bound("default_limit", cap.clone()),
            bound("limit", cap),
            bound("scale_bps", FULL_SCALE_BPS.to_string()),
        ]
        .into_iter()
        .chain(rules::bounds(&parameters))
        .collect(),
        parameters: ParameterValues {
            authority: parameters.authority,
            rate_ppb_per_day: parameters.rate_ppb_per_day,
            starter_grant,
            starter_line,
            default_limit: parameters.default_limit,
            development: parameters.development,
            members: peers.members,
            sortition: peers.sortition,
            trust: peers.trust,
            funding: peers.funding,
            holders: peers.holders,
            waterfall: peers.waterfall,
            economy: rules::values(&rules::load(storage)?),
        },
        clock: ClockResponse {
            lambda: clock.lambda.into(),
            since: Seconds(clock.since),
            lam: clock.lam.into(),
        },
    })
}
