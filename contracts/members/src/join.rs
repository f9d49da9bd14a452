//! Joining: an invitation by a sponsor in good standing, or the assembly's
//! admission; then the invited accepts with handle, keys and identity
//! commitment and takes a place in the queue. Who left joins again so, as the
//! same person ([`crate::returning`]).

use mycel_kit::Id;
use mycel_kit::peers::credit::CreditQuery;
use mycel_kit::peers::pull;

use crate::admit;
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::handles;
use crate::keys;
use crate::msg::PasskeyInput;
use crate::returning;
use crate::standing;
use crate::state::{self, Entry, Holder, Import, Invite};

/// Invites an address.
///
/// # Errors
/// A sender that may not sponsor, a used-up quota, an address of somebody who is
/// here or may not come back yet.
pub fn invite(call: &mut Call<'_>, address: &str) -> Result<(), ContractError> {
    let acting = call.member(state::VOTE)?;
    let numbers = call.parameters.numbers;
    if !standing::may_sponsor(&acting.person, call.now, numbers.sponsor_residency) {
        return Err(if acting.person.step > mycel_kit::ladder::Step::None {
            crate::call::refused(acting.number, &acting.person)
        } else {
            ContractError::TooEarly {
                what: "sponsoring",
                from: acting
                    .person
                    .joined
                    .time
                    .saturating_add(numbers.sponsor_residency.into()),
            }
        });
    }
    let epoch = call.epoch();
    let mut usage = state::usage(acting.number)
        .may_load(call.storage)?
        .unwrap_or_default();
    if usage.penalised_until > call.now {
        return Err(ContractError::Penalised {
            until: usage.penalised_until,
        });
    }
    if usage.epoch != epoch {
        usage.epoch = epoch;
        usage.invites = 0;
    }
    if usage.invites >= numbers.invites_per_epoch {
        return Err(ContractError::QuotaUsed {
            what: "invitations of this epoch",
            used: usage.invites.into(),
            most: numbers.invites_per_epoch.into(),
        });
    }
    let address = entrant(call, address)?.0;
    usage.invites += 1;
    state::usage(acting.number).save(call.storage, &usage);
    write(call, Some(acting.number), &address);
    Ok(())
}

/// The assembly's own invitation.
///
/// # Errors
/// An invalid address, or as [`invite`].
pub fn admit_by_decision(call: &mut Call<'_>, address: &str) -> Result<(), ContractError> {
    let address = entrant(call, address)?.0;
    write(call, None, &address);
    Ok(())
}

fn write(call: &mut Call<'_>, sponsor: Option<u64>, address: &str) {
    let until = call
        .now
        .saturating_add(call.parameters.numbers.invite_seconds.into());
    state::invite(sponsor.unwrap_or(0), address).save(call.storage, &Invite { until });
    call.event(
        "invite",
        &[
            ("sponsor", &sponsor.unwrap_or(0)),
            ("address", &address),
            ("until", &until),
        ],
    );
}

/// An address that nobody here has had, in its normal form.
///
/// # Errors
/// Invalid or taken.
pub fn unknown(call: &Call<'_>, address: &str) -> Result<String, ContractError> {
    let address = call.valid(address)?;
    if state::held(&address).exists(call.storage) || state::waiting(&address).exists(call.storage) {
        return Err(ContractError::AddressTaken { address });
    }
    Ok(address)
}

/// An address that may join, in its normal form, and who comes back with it: one
/// that nobody here has had, or one with the role recover of a person who left.
///
/// # Errors
/// Invalid, a contract's, taken, or of one who may not come back yet.
pub fn entrant(call: &mut Call<'_>, address: &str) -> Result<(String, Option<u64>), ContractError> {
    let address = call.valid(address)?;
    call.can_sign(&address)?;
    if state::waiting(&address).exists(call.storage) {
        return Err(ContractError::AddressTaken { address });
    }
    let Some(held) = state::held(&address).may_load(call.storage)? else {
        return Ok((address, None));
    };
    if !returning::is_former(call.storage, held)? {
        return Err(
            returning::still_here(call, held)?.unwrap_or(ContractError::AddressTaken { address })
        );
    }
    returning::may_join(call, held.number)?;
    Ok((address, Some(held.number)))
}

/// An invitation is accepted: the sender takes a place in the queue, and is
/// enrolled at once when all before it were served and places are open.
///
/// # Errors
/// No invitation or one that ran out, a sponsor without standing, a handle or
/// identity that is taken, an address with an account already.
pub fn accept(
    call: &mut Call<'_>,
    sponsor: Option<Id>,
    handle: &str,
    idc: &str,
    passkeys: &[PasskeyInput],
) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let key = state::invite(sponsor.map_or(0, |Id(number)| number), &sender);
    let invite = key
        .may_load(call.storage)?
        .ok_or_else(|| ContractError::NoInvitation {
            address: sender.clone(),
        })?;
    if invite.until <= call.now {
        return Err(ContractError::OutOfTime {
            what: "invitation",
            until: invite.until,
        });
    }
    let sponsor = sponsor.map(|Id(number)| number);
    if let Some(number) = sponsor {
        let person = standing::person(call.storage, number)?;
        if !standing::may_sponsor(&person, call.now, 0) {
            return Err(crate::call::refused(number, &person));
        }
    }
    call.storage.remove(key.bytes());
    queue(call, handle, idc, passkeys, sponsor, None)
}

/// The sender takes a place in the queue.
///
/// # Errors
/// A handle or identity that is taken, an address with an account already.
pub fn queue(
    call: &mut Call<'_>,
    handle: &str,
    idc: &str,
    passkeys: &[PasskeyInput],
    sponsor: Option<u64>,
    import: Option<Import>,
) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let (address, former) = entrant(call, &sender)?;
    let handle = handles::normal(handle, &call.parameters.community)?;
    let idc = bounds::identity(idc)?;
    let passkeys = keys::passkeys(passkeys)?;
    returning::own_identity(call.storage, former, &idc)?;
    let known = match former {
        Some(number) => standing::person(call.storage, number)?.address == address,
        None => false,
    };
    if !known {
        no_account(call, &address)?;
    }

    let place = call.totals.queue_next;
    handles::take(call, &handle, Holder::Waiting(place), former)?;
    let bound = state::identity(&idc);
    if !bound.exists(call.storage) {
        bound.save(call.storage, &0);
    }
    if let Some(number) = former {
        state::returning(number).save(call.storage, &place);
    }
    state::waiting(&address).save(call.storage, &place);
    state::entry(place).save(
        call.storage,
        &Entry {
            address: address.clone(),
            handle: handle.clone(),
            idc,
            sponsor,
            former,
            import,
            passkeys,
            since: call.now,
        },
    );
    call.totals.queue_next = place.saturating_add(1);
    call.totals.queue = call.totals.queue.saturating_add(1);
    call.event(
        "queued",
        &[
            ("place", &place),
            ("address", &address),
            ("handle", &handle),
            ("sponsor", &sponsor.unwrap_or(0)),
            ("person", &former.unwrap_or(0)),
        ],
    );
    admit::admit_if_next(call, place)
}

/// An address that has an account cannot be enrolled later: it would block the queue.
fn no_account(call: &Call<'_>, address: &str) -> Result<(), ContractError> {
    if call.peers.credit.is_empty() {
        return Ok(());
    }
    let question = CreditQuery::Position {
        member: address.to_owned(),
        at: None,
    };
    match pull::<mycel_kit::peers::credit::Position, _>(
        call.querier,
        "credit",
        &call.peers.credit,
        &question,
    ) {
        Ok(_) => Err(ContractError::AddressTaken {
            address: address.to_owned(),
        }),
        Err(_) => Ok(()),
    }
}

/// Who waits gives the place up.
///
/// # Errors
/// Not in the queue.
pub fn withdraw(call: &mut Call<'_>) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let place = state::waiting(&sender)
        .may_load(call.storage)?
        .ok_or(ContractError::NotFound {
            what: "queue entry",
            id: sender,
        })?;
    drop_entry(call, place)
}

/// Removes an entry. Its handle and identity are free again.
///
/// # Errors
/// No such entry.
pub fn drop_entry(call: &mut Call<'_>, place: u64) -> Result<(), ContractError> {
    let key = state::entry(place);
    let entry = key
        .may_load(call.storage)?
        .ok_or_else(|| ContractError::NotFound {
            what: "queue entry",
            id: place.to_string(),
        })?;
    call.storage.remove(key.bytes());
    call.storage.remove(state::waiting(&entry.address).bytes());
    // what was bound to a person before stays so
    let bound = state::identity(&entry.idc);
    if bound.may_load(call.storage)? == Some(0) {
        call.storage.remove(bound.bytes());
    }
    if let Some(import) = entry.import {
        call.storage.remove(state::imported(&import.record).bytes());
        if let Some(idc) = import.idc {
            call.storage.remove(state::identity(&idc).bytes());
        }
    }
    let mut rests = None;
    if let Some(number) = entry.former {
        call.storage.remove(state::returning(number).bytes());
        let former = standing::person(call.storage, number)?.handle;
        rests = handles::alike(&former, &entry.handle).then_some(number);
    }
    handles::give_up(call, &entry.handle, rests);
    call.totals.queue = call.totals.queue.saturating_sub(1);
    call.event(
        "unqueued",
        &[("place", &place), ("address", &entry.address)],
    );
    Ok(())
}
