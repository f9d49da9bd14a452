//! Opening accounts and their standing: the authority's part.

use cosmwasm_std::{Api, DepsMut, Event, Response, Storage};
use mycel_kit::{Amount, Id};

use crate::error::ContractError;
use crate::limit::{FULL_SCALE_BPS, at_most, within_cap};
use crate::msg::{MAX_OPEN, NewAccount};
use crate::parameters;
use crate::pay::shift;
use crate::state::{self, Account, Identity, Kind, Parameters, Starter, Status, Totals};

/// Opens accounts in order, all or none; persons receive the starter grant.
///
/// # Errors
/// Unauthorized, an address or person already known, an unknown sponsor, or a
/// limit that only development may give.
pub fn open(
    deps: DepsMut,
    now: u64,
    sender: &str,
    accounts: Vec<NewAccount>,
) -> Result<Response, ContractError> {
    let parameters = parameters::authorised(deps.storage, sender)?;
    if accounts.len() > MAX_OPEN {
        return Err(ContractError::TooMany {
            what: "accounts",
            count: accounts.len(),
            most: MAX_OPEN,
        });
    }
    let lambda = state::terms().load(deps.storage)?.clock.at(now)?;
    let first = state::account_count().load(deps.storage)?;
    let mut next = first;
    let mut granted = 0i128;
    let mut opened = Totals::default();
    let mut response = Response::new().add_attribute("action", "open_accounts");
    for new in accounts {
        let number = next;
        next = number.checked_add(1).ok_or(ContractError::TooMany {
            what: "accounts in all",
            count: u32::MAX as usize,
            most: u32::MAX as usize,
        })?;
        let (mut account, identity) = prepare(deps.storage, deps.api, &parameters, &new, now)?;
        account.snap = lambda;
        let grant = match (new.kind, parameters.starter) {
            (Kind::Person, Starter::Grant(grant)) => grant,
            _ => Amount::ZERO,
        };
        shift(&mut account, grant.signed(), &mut opened)?;
        granted += grant.signed();

        state::account(number).save(deps.storage, &account);
        state::identity(number).save(deps.storage, &identity);
        state::number_of(&identity.address).save(deps.storage, &number);
        if let Some(person) = identity.person {
            state::number_of_person(person).save(deps.storage, &number);
        }
        response = response.add_event(
            Event::new("open_account")
                .add_attribute("owner", identity.address)
                .add_attribute("number", number.to_string())
                .add_attribute("grant", grant.to_string()),
        );
    }
    state::account_count().save(deps.storage, &next);
    if granted > 0 {
        let genesis = state::genesis().load(deps.storage)?;
        state::genesis().save(deps.storage, &(genesis - granted));
        let key = state::totals(state::shard_of(first));
        let mut totals = key.may_load(deps.storage)?.unwrap_or_default();
        totals.positive += opened.positive;
        key.save(deps.storage, &totals);
    }
    Ok(response.add_attribute("count", next.to_string()))
}

/// Checks one opening against the records and makes its two.
fn prepare(
    storage: &dyn Storage,
    api: &dyn Api,
    parameters: &Parameters,
    new: &NewAccount,
    now: u64,
) -> Result<(Account, Identity), ContractError> {
    let owner = valid(api, &new.owner)?;
    if state::number_of(&owner).exists(storage) {
        return Err(ContractError::AccountExists { address: owner });
    }
    let person = match (new.kind, new.person) {
        (Kind::Mirror, _) => {
            return Err(ContractError::NotYet {
                what: "mirror accounts",
            });
        }
        (Kind::Person, Some(Id(person))) => Some(person),
        (Kind::Person, None) => {
            return Err(ContractError::PersonNumber {
                kind: "person",
                needs: "a number",
            });
        }
        (Kind::Org, Some(_)) => {
            return Err(ContractError::PersonNumber {
                kind: "org",
                needs: "none",
            });
        }
        (Kind::Contract, Some(_)) => {
            return Err(ContractError::PersonNumber {
                kind: "contract",
                needs: "none",
            });
        }
        (Kind::Org | Kind::Contract, None) => None,
    };
    if let Some(person) = person
        && state::number_of_person(person).exists(storage)
    {
        return Err(ContractError::PersonSeen { person });
    }
    let sponsor = match &new.sponsor {
        Some(sponsor) => Some(number(storage, sponsor)?),
        None => None,
    };
    let limit = match (new.limit, new.kind) {
        (Some(limit), _) if parameters.development => limit,
        (Some(_), _) => {
            return Err(ContractError::DevelopmentOnly {
                what: "limit in open_account",
            });
        }
        // A contract owes nothing unless it is given a limit.
        (None, Kind::Contract) => Amount::ZERO,
        (None, _) => parameters.default_limit,
    };
    let account = Account {
        position: 0,
        snap: 0,
        limit,
        scale_bps: FULL_SCALE_BPS,
        kind: new.kind,
        status: Status::Active,
    };
    Ok((
        account,
        Identity {
            address: owner,
            person,
            sponsor,
            opened: now,
        },
    ))
}

/// Sets an account's own limit.
///
/// # Errors
/// Unauthorized, unknown account, above the cap.
pub fn set_limit(
    deps: DepsMut,
    sender: &str,
    owner: &str,
    limit: Amount,
) -> Result<Response, ContractError> {
    let parameters = parameters::authorised(deps.storage, sender)?;
    let limit = within_cap("limit", limit, &parameters)?;
    let key = state::account(number(deps.storage, owner)?);
    let account = Account {
        limit,
        ..key.load(deps.storage)?
    };
    key.save(deps.storage, &account);
    Ok(Response::new()
        .add_attribute("action", "set_limit")
        .add_attribute("owner", owner)
        .add_attribute("limit", limit.to_string()))
}

/// Scales an account's limit; freezes or thaws it.
///
/// # Errors
/// Unauthorized, unknown account, a scale above 10,000.
pub fn set_standing(
    deps: DepsMut,
    sender: &str,
    owner: &str,
    scale_bps: u16,
    frozen: bool,
) -> Result<Response, ContractError> {
    parameters::authorised(deps.storage, sender)?;
    at_most("scale_bps", u32::from(scale_bps), u32::from(FULL_SCALE_BPS))?;
    let key = state::account(number(deps.storage, owner)?);
    let status = if frozen {
        Status::Frozen
    } else {
        Status::Active
    };
    let account = Account {
        scale_bps,
        status,
        ..key.load(deps.storage)?
    };
    key.save(deps.storage, &account);
    Ok(Response::new()
        .add_attribute("action", "set_standing")
        .add_attribute("owner", owner)
        .add_attribute("scale_bps", scale_bps.to_string())
        .add_attribute("frozen", if frozen { "true" } else { "false" }))
}

/// The number of an address that must have an account.
///
/// # Errors
/// [`ContractError::UnknownAccount`].
pub fn number(storage: &dyn Storage, address: &str) -> Result<u32, ContractError> {
    state::number_of(address)
        .may_load(storage)?
        .ok_or_else(|| ContractError::UnknownAccount {
            address: address.to_owned(),
        })
}

/// The address in its normal form.
///
/// # Errors
/// [`ContractError::InvalidAddress`].
pub fn valid(api: &dyn Api, address: &str) -> Result<String, ContractError> {
    api.addr_validate(address)
        .map(String::from)
        .map_err(|_| ContractError::InvalidAddress {
            address: address.to_owned(),
        })
}
