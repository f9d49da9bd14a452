//! Opening accounts and their standing: what members (the contract) decides.

use cosmwasm_std::{Api, DepsMut, Event, Response, Storage};
use mycel_kit::{Amount, Id};

use crate::error::ContractError;
use crate::fold::{Batch, Entry};
use crate::ledger;
use crate::limit::{FULL_SCALE_BPS, at_most, within_cap};
use crate::msg::{MAX_OPEN, NewAccount};
use crate::parameters;
use crate::peers;
use crate::policies::Policies;
use crate::reopen;
use crate::rules::{self, Rules};
use crate::starter;
use crate::state::{self, Account, Identity, Kind, Parameters, Starter};

/// Opens accounts in order, all or none; persons receive the starter grant. A
/// person who left is opened again, without ([`crate::reopen`]).
///
/// # Errors
/// Unauthorized, an address or person that has an account, an unknown sponsor,
/// or a limit that only development may give.
pub fn open<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    accounts: Vec<NewAccount>,
) -> Result<Response, ContractError> {
    peers::members_or_authority(deps.storage, sender)?;
    let parameters = state::parameters().load(deps.storage)?;
    if accounts.len() > MAX_OPEN {
        return Err(ContractError::TooMany {
            what: "accounts",
            count: accounts.len(),
            most: MAX_OPEN,
        });
    }
    let mut batch = Batch::open(deps.storage, now)?;
    let rules = rules::load(deps.storage)?;
    let mut granted = 0i128;
    let mut response = Response::new().add_attribute("action", "open_accounts");
    for new in accounts {
        let (closed, identity) = prepare(deps.storage, deps.api, &parameters, &new, now)?;
        let (number, grant) = if let Some(number) = closed {
            let storage = &mut *deps.storage;
            reopen::reopen::<P>(
                storage,
                &mut batch,
                &parameters,
                &rules,
                number,
                &identity,
                &new,
            )?;
            (number, Amount::ZERO)
        } else {
            let storage = &mut *deps.storage;
            first::<P>(storage, &mut batch, &parameters, &rules, &identity, &new)?
        };
        if let (Some(sponsor), Kind::Person) = (identity.sponsor, new.kind) {
            let account = batch.account::<P>(deps.storage, sponsor)?;
            account.limit = ledger::invite(deps.storage, &rules, sponsor, account, now)?;
        }
        if !grant.is_zero() {
            batch.shift(number, grant.signed(), Entry::Move)?;
            granted += grant.signed();
        }
        response = response.add_event(
            Event::new("open_account")
                .add_attribute("owner", identity.address)
                .add_attribute("number", number.to_string())
                .add_attribute("grant", grant.to_string())
                .add_attribute("again", if closed.is_some() { "true" } else { "false" }),
        );
    }
    if granted > 0 {
        let genesis = state::genesis().load(deps.storage)?;
        state::genesis().save(deps.storage, &(genesis - granted));
    }
    batch.close(deps.storage)?;
    let count = state::account_count().load(deps.storage)?;
    Ok(response.add_attribute("count", count.to_string()))
}

/// An account that never was, with the starter; answers its number and what of
/// a grant is released.
fn first<P: Policies>(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    parameters: &Parameters,
    rules: &Rules,
    identity: &Identity,
    new: &NewAccount,
) -> Result<(u32, Amount), ContractError> {
    let account = Account::new(new.kind, Amount::ZERO, batch.lambda);
    let number = enter(storage, batch, account, identity)?;
    let line = batch.terms.starter_line;
    batch.get(number)?.limit = ledger::open::<P>(
        storage,
        number,
        new.kind,
        line,
        parameters.default_limit,
        new.limit,
    );
    let grant = match (new.kind, parameters.starter) {
        (Kind::Person, Starter::Grant(grant)) => {
            starter::open(storage, number, grant, &rules.release, batch.now)
        }
        _ => Amount::ZERO,
    };
    Ok((number, grant))
}

/// Writes a new account's identity under the next number.
fn enter(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    account: Account,
    identity: &Identity,
) -> Result<u32, ContractError> {
    let number = state::account_count().load(storage)?;
    let next = number.checked_add(1).ok_or(ContractError::TooMany {
        what: "accounts in all",
        count: u32::MAX as usize,
        most: u32::MAX as usize,
    })?;
    state::account_count().save(storage, &next);
    state::identity(number).save(storage, identity);
    state::number_of(&identity.address).save(storage, &number);
    if let Some(person) = identity.person {
        state::number_of_person(person).save(storage, &number);
    }
    batch.adopt(number, account);
    Ok(number)
}

/// Opens one account that is no person's, without starter.
///
/// # Errors
/// An address that has an account.
pub fn enter_one(
    storage: &mut dyn Storage,
    now: u64,
    owner: &str,
    kind: Kind,
    limit: Amount,
) -> Result<u32, ContractError> {
    if state::number_of(owner).exists(storage) {
        return Err(ContractError::AccountExists {
            address: owner.to_owned(),
        });
    }
    let mut batch = Batch::open(storage, now)?;
    let identity = Identity {
        address: owner.to_owned(),
        person: None,
        sponsor: None,
        opened: now,
    };
    let account = Account::new(kind, limit, batch.lambda);
    let number = enter(storage, &mut batch, account, &identity)?;
    batch.close(storage)?;
    Ok(number)
}

/// Decided: another community's mirror account, from which its adapter alone
/// pays.
///
/// # Errors
/// An address that has an account, or a limit above the cap.
pub fn open_mirror(
    deps: DepsMut,
    now: u64,
    owner: &str,
    limit: Amount,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let limit = within_cap("limit", limit, &parameters)?;
    let owner = valid(deps.api, owner)?;
    let number = enter_one(deps.storage, now, &owner, Kind::Mirror, limit)?;
    Ok(Response::new()
        .add_attribute("action", "open_mirror")
        .add_attribute("owner", owner)
        .add_attribute("number", number.to_string()))
}

/// Checks one opening against the records; answers the closed account that is
/// opened again, if it is one, and whose it will be.
fn prepare(
    storage: &dyn Storage,
    api: &dyn Api,
    parameters: &Parameters,
    new: &NewAccount,
    now: u64,
) -> Result<(Option<u32>, Identity), ContractError> {
    let owner = valid(api, &new.owner)?;
    let person = match (new.kind, new.person) {
        (Kind::Mirror, _) => {
            return Err(ContractError::MirrorElsewhere);
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
    let closed = match person {
        Some(person) => reopen::closed(storage, person, &owner)?,
        None => None,
    };
    if closed.is_none() && state::number_of(&owner).exists(storage) {
        return Err(ContractError::AccountExists { address: owner });
    }
    let sponsor = match &new.sponsor {
        Some(sponsor) => Some(number(storage, sponsor)?),
        None => None,
    };
    if new.limit.is_some() && !parameters.development {
        return Err(ContractError::DevelopmentOnly {
            what: "limit in open_account",
        });
    }
    Ok((
        closed,
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
    now: u64,
    sender: &str,
    owner: &str,
    limit: Amount,
) -> Result<Response, ContractError> {
    let parameters = parameters::authorised(deps.storage, sender)?;
    let limit = within_cap("limit", limit, &parameters)?;
    let number = number(deps.storage, owner)?;
    let key = state::account(number);
    let mut account = key.load(deps.storage)?;
    let rules = rules::load(deps.storage)?;
    account.limit = ledger::set(deps.storage, &rules, number, &account, limit, now)?;
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
    peers::members_or_authority(deps.storage, sender)?;
    at_most("scale_bps", u32::from(scale_bps), u32::from(FULL_SCALE_BPS))?;
    let key = state::account(number(deps.storage, owner)?);
    let account = Account {
        scale_bps,
        frozen,
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
