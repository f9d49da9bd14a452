//! Leaving, and debts that are left behind.
//!
//! An account closes at position 0 with nothing open; what it was asked for is
//! declined then. What is positive goes to a member, a mirror account or the
//! commons, also when expulsion stops payments, not while a suspension does. What
//! is negative is repaid,
//! taken over by another within own headroom, or repaid by a plan of at most
//! 24 months in state `leaving`, then comes default ([`crate::write_off`]).
//! Who comes back is opened again by [`crate::reopen`].

use cosmwasm_std::{DepsMut, Response};
use mycel_kit::Amount;

use crate::accounts::number;
use crate::error::ContractError;
use crate::fold::{Batch, Entry};
use crate::msg::MAX_PLAN_MONTHS;
use crate::pay::{may_pay, may_receive, within_limit};
use crate::peers;
use crate::policies::Policies;
use crate::reopen;
use crate::requests;
use crate::starter;
use crate::state::{self, Plan, Status};

/// Seconds of a month of a plan.
const MONTH: u64 = 30 * 86_400;

/// The sender asks another member to take over debt; 0 takes the question back.
///
/// # Errors
/// Unknown or closed accounts, or oneself.
pub fn ask_assume(
    deps: DepsMut,
    sender: &str,
    by: &str,
    amount: Amount,
) -> Result<Response, ContractError> {
    let storage = deps.storage;
    let (from, to) = (number(storage, sender)?, number(storage, by)?);
    if from == to {
        return Err(ContractError::SelfPayment {
            address: by.to_owned(),
        });
    }
    may_receive(&state::account(from).load(storage)?, sender)?;
    let key = state::assumable(from, to);
    if amount.is_zero() {
        storage.remove(key.bytes());
    } else {
        key.save(storage, &amount);
    }
    Ok(Response::new()
        .add_attribute("action", "ask_assume")
        .add_attribute("from", sender)
        .add_attribute("by", by)
        .add_attribute("amount", amount.to_string()))
}

/// The sender takes over debt of one who has asked, within own headroom.
///
/// # Errors
/// Not asked for, more than is owed, or as for a payment.
pub fn assume<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    from: &str,
    amount: Amount,
) -> Result<Response, ContractError> {
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let storage = deps.storage;
    let (by, debtor) = (number(storage, sender)?, number(storage, from)?);
    let key = state::assumable(debtor, by);
    let asked = key.may_load(storage)?.unwrap_or(Amount::ZERO);
    if asked < amount {
        return Err(ContractError::NothingAsked {
            from: from.to_owned(),
        });
    }
    let mut batch = Batch::open(storage, now)?;
    let debt = -batch.account::<P>(storage, debtor)?.position;
    if debt < amount.signed() {
        return Err(ContractError::DebtExceeded {
            debt: debt.max(0),
            amount: amount.signed(),
        });
    }
    let terms = batch.terms.clone();
    let account = batch.account::<P>(storage, by)?;
    may_pay(account, sender)?;
    within_limit::<P>(account, amount, &terms, now)?;
    batch.shift(by, -amount.signed(), Entry::Move)?;
    batch.shift(debtor, amount.signed(), Entry::Move)?;
    batch.close(storage)?;
    match Amount::new(asked.pico() - amount.pico()) {
        Some(left) if !left.is_zero() => key.save(storage, &left),
        _ => storage.remove(key.bytes()),
    }
    Ok(Response::new()
        .add_attribute("action", "assume_debt")
        .add_attribute("from", from)
        .add_attribute("by", sender)
        .add_attribute("amount", amount.to_string()))
}

/// The sender gives the whole positive position away.
///
/// # Errors
/// Nothing to give, a closed account, a frozen one of a person who is not
/// expelled or does not leave, an unknown or closed receiver.
pub fn close_to<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    to: Option<&str>,
) -> Result<Response, ContractError> {
    let storage = deps.storage;
    let from = number(storage, sender)?;
    let mut batch = Batch::open(storage, now)?;
    let account = batch.account::<P>(storage, from)?;
    may_receive(account, sender)?;
    // who is expelled may give to anyone and go; who is only suspended may not empty the account
    let expelled = account.scale_bps == 0 && account.status != Status::Active;
    if account.frozen && !expelled {
        return Err(ContractError::Frozen {
            address: sender.to_owned(),
        });
    }
    let amount = account.position;
    if amount <= 0 {
        return Err(ContractError::NothingDue { what: "position" });
    }
    batch.shift(from, -amount, Entry::Move)?;
    if let Some(to) = to {
        let number = number(storage, to)?;
        if number == from {
            return Err(ContractError::SelfPayment {
                address: to.to_owned(),
            });
        }
        may_receive(batch.account::<P>(storage, number)?, to)?;
        batch.shift(number, amount, Entry::Move)?;
    } else {
        batch.totals.commons += amount;
    }
    batch.close(storage)?;
    Ok(Response::new()
        .add_attribute("action", "close_to")
        .add_attribute("from", sender)
        .add_attribute("to", to.unwrap_or("commons"))
        .add_attribute("amount", amount.to_string()))
}

/// members: a person leaves. From now on the account receives and repays; a
/// debt is due in a month unless a plan says otherwise.
///
/// # Errors
/// Unauthorized, unknown or closed.
pub fn set_leaving<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    owner: &str,
) -> Result<Response, ContractError> {
    peers::members_or_authority(deps.storage, sender)?;
    let storage = deps.storage;
    let member = number(storage, owner)?;
    let mut batch = Batch::open(storage, now)?;
    let account = batch.account::<P>(storage, member)?;
    may_receive(account, owner)?;
    if account.status == Status::Active {
        account.status = Status::Leaving;
        let plan = Plan {
            debt: (-account.position).max(0),
            since: now,
            months: 1,
        };
        state::plan(member).save(storage, &plan);
        // what of the starter is not released goes back to where it came from
        starter::forfeit(storage, member)?;
    }
    batch.close(storage)?;
    Ok(Response::new()
        .add_attribute("action", "set_leaving")
        .add_attribute("owner", owner))
}

/// A leaving member's plan: equal parts over 1 to 24 months from the day of
/// leaving.
///
/// # Errors
/// Not leaving, or too long.
pub fn plan(deps: DepsMut, sender: &str, months: u8) -> Result<Response, ContractError> {
    let member = number(deps.storage, sender)?;
    let account = state::account(member).load(deps.storage)?;
    if account.status != Status::Leaving {
        return Err(ContractError::NotLeaving {
            address: sender.to_owned(),
        });
    }
    if !(1..=MAX_PLAN_MONTHS).contains(&months) {
        return Err(ContractError::OutOfBounds {
            what: "months",
            value: months.to_string(),
            least: "1".to_owned(),
            most: MAX_PLAN_MONTHS.to_string(),
        });
    }
    let key = state::plan(member);
    let plan = Plan {
        months,
        ..key.load(deps.storage)?
    };
    key.save(deps.storage, &plan);
    Ok(Response::new()
        .add_attribute("action", "plan_repayment")
        .add_attribute("owner", sender)
        .add_attribute("debt", plan.debt.to_string())
        .add_attribute("months", months.to_string()))
}

impl Plan {
    /// What of the debt may still be open: equal parts, each due at its
    /// month's end, rounded up for the debtor.
    #[must_use]
    pub fn allowed(&self, now: u64) -> i128 {
        let passed = now.saturating_sub(self.since) / MONTH;
        let left = u64::from(self.months).saturating_sub(passed);
        let parts = i128::from(self.months.max(1));
        (self.debt * i128::from(left) + parts - 1) / parts
    }
}

/// Anyone: a leaving member behind the plan is in default.
///
/// # Errors
/// Not leaving, or not behind.
pub fn advance<P: Policies>(
    deps: DepsMut,
    now: u64,
    owner: &str,
) -> Result<Response, ContractError> {
    let storage = deps.storage;
    let member = number(storage, owner)?;
    let mut batch = Batch::open(storage, now)?;
    let account = batch.account::<P>(storage, member)?;
    if account.status != Status::Leaving {
        return Err(ContractError::NotLeaving {
            address: owner.to_owned(),
        });
    }
    let plan = state::plan(member).load(storage)?;
    if -account.position <= plan.allowed(now) {
        return Err(ContractError::NotInDefault {
            address: owner.to_owned(),
        });
    }
    account.status = Status::Defaulted;
    let debt = -account.position;
    batch.close(storage)?;
    Ok(Response::new()
        .add_attribute("action", "default")
        .add_attribute("owner", owner)
        .add_attribute("debt", debt.to_string()))
}

/// members: closes an account with position 0 and nothing open; what it was
/// is remembered for when the person comes back.
///
/// # Errors
/// Unauthorized, a position, or open items.
pub fn close<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &str,
    owner: &str,
) -> Result<Response, ContractError> {
    peers::members_or_authority(deps.storage, sender)?;
    let storage = deps.storage;
    let member = number(storage, owner)?;
    let open = crate::items::open(storage, member, now)?.open;
    if open > 0 {
        return Err(ContractError::OpenItems { open });
    }
    let mut batch = Batch::open(storage, now)?;
    let account = batch.account::<P>(storage, member)?;
    may_receive(account, owner)?;
    if account.position != 0 {
        return Err(ContractError::PositionNotZero {
            position: account.position,
        });
    }
    let status = std::mem::replace(&mut account.status, Status::Closed);
    account.limit = Amount::ZERO;
    account.raised = None;
    batch.close(storage)?;
    let declined = requests::forget(storage, member)?;
    reopen::remember(storage, member, status, now)?;
    storage.remove(state::plan(member).bytes());
    starter::forfeit(storage, member)?;
    Ok(Response::new()
        .add_attribute("action", "close_account")
        .add_attribute("owner", owner)
        .add_attribute("declined", declined.to_string())
        .add_attribute("number", member.to_string()))
}

/// members: the account answers to another address; the old one has nothing
/// any more.
///
/// # Errors
/// Unauthorized, unknown, or an address that has or had an account.
pub fn rotate(
    deps: DepsMut,
    sender: &str,
    from: &str,
    to: &str,
) -> Result<Response, ContractError> {
    peers::members_or_authority(deps.storage, sender)?;
    let to = crate::accounts::valid(deps.api, to)?;
    let storage = deps.storage;
    let member = number(storage, from)?;
    if state::number_of(&to).exists(storage) {
        return Err(ContractError::AccountExists { address: to });
    }
    let key = state::identity(member);
    let mut identity = key.load(storage)?;
    storage.remove(state::number_of(from).bytes());
    state::number_of(&to).save(storage, &member);
    identity.address.clone_from(&to);
    key.save(storage, &identity);
    Ok(Response::new()
        .add_attribute("action", "rotate")
        .add_attribute("from", from)
        .add_attribute("to", to))
}
