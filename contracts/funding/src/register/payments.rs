//! Holds that pay dues or restoration: noted when placed, taken when their turn
//! comes, to credit's own address, which stands for the commons. More than is
//! owed goes back.

use mycel_kit::peers::credit::Resolution;
use mycel_kit::{Amount, Id};

use super::record::{Debt, Matter, Payment};
use super::{RegisterError, dues, entry, matter, restoration, state};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::state::Task;

/// Units of work that taking a payment counts.
pub const UNITS: u32 = 4;

/// What is owed of a debt.
///
/// # Errors
/// There is no such debt.
pub fn owed(call: &Call<'_>, debt: Debt) -> Result<u128, ContractError> {
    match debt {
        Debt::Dues(number) => Ok(entry(call.storage, number)?.owes()),
        Debt::Restoration(number) => {
            let found = state::restoration(number).may_load(call.storage)?;
            let found = found.ok_or(RegisterError::UnknownMatter { matter: number })?;
            Ok((found.amount - found.paid).into())
        }
    }
}

/// A hold that pays a debt; whoever wants may pay.
///
/// # Errors
/// Nothing is owed.
pub fn receive(call: &mut Call<'_>, hold: u64, debt: Debt) -> Result<(), ContractError> {
    if owed(call, debt)? == 0 {
        let (what, number) = debt.parts();
        return Err(RegisterError::NothingOwed { what, number }.into());
    }
    let number = matter(call, &Matter::Payment(Payment { hold, debt }))?;
    agenda::set(call, Task::Register(number), Some(call.now))?;
    let (what, of) = debt.parts();
    call.event(
        "payment",
        &[("matter", &number), ("hold", &hold), (what, &of)],
    );
    Ok(())
}

/// Takes a payment: at most what is owed, the rest goes back. A hold that is
/// gone pays nothing.
///
/// # Errors
/// No credit; unreadable state.
pub fn work(
    call: &mut Call<'_>,
    number: u64,
    payment: &Payment,
    left: u32,
) -> Result<Worked, ContractError> {
    if left < UNITS {
        return Ok(Worked::Needs(UNITS));
    }
    let given = call.hold(payment.hold)?.map(|hold| hold.amount.pico());
    state_drop(call, number);
    let owes = owed(call, payment.debt)?;
    let taken = u64::try_from(owes)
        .unwrap_or(u64::MAX)
        .min(given.unwrap_or(0));
    let mut items = vec![];
    if taken > 0 {
        items.push(Resolution::Capture {
            hold: Id(payment.hold),
            amount: Amount::new(taken).unwrap_or(Amount::MAX),
            to: call.parameters.credit.clone(),
        });
        match payment.debt {
            Debt::Dues(of) => {
                let found = entry(call.storage, of)?;
                dues::paid(call, of, found, taken)?;
            }
            Debt::Restoration(of) => restoration::paid(call, of, taken)?,
        }
    }
    if given.is_some_and(|given| given > taken) {
        items.push(Resolution::Release {
            hold: Id(payment.hold),
        });
    }
    call.resolve(&items);
    let (what, of) = payment.debt.parts();
    call.event(
        "paid",
        &[
            ("matter", &number),
            (what, &of),
            ("amount", &taken),
            ("owes", &(owes - u128::from(taken))),
        ],
    );
    Ok(Worked::Done {
        units: UNITS,
        next: None,
    })
}

fn state_drop(call: &mut Call<'_>, number: u64) {
    let key = state::matter(number);
    call.storage.remove(key.bytes());
}
