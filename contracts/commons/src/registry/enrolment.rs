//! Coming into a commons and going out of it.

use mycel_kit::Id;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status as MemberStatus;

use super::dealing::{self, may_act, sender_with};
use super::msg::{Enrol, Recheck, Share};
use super::state::{self, Application, Enrolment, Standing};
use super::{RegistryError, commons, open, rules};
use crate::bounds::{self, MAX_ITEMS};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Shares;
use crate::{monitors, order, rights};

/// Most commons that one person is enrolled in.
pub const MAX_COMMONS: u32 = 50;
/// Most enrolled organisations that one person controls in a commons.
pub const MAX_ORGANISATIONS: u32 = 16;

/// The members of a commons enrol persons and organisations, with shares of the treasury.
///
/// # Errors
/// Who cannot be enrolled; too few shares; a commons that closes.
pub fn enrol(call: &mut Call<'_>, asked: &Enrol) -> Result<(), ContractError> {
    open(call.storage, asked.commons.0)?;
    enrol_all(call, asked.commons.0, &asked.members)
}

/// Enrols a list.
///
/// # Errors
/// As [`enrol`].
pub(super) fn enrol_all(
    call: &mut Call<'_>,
    commons: u64,
    members: &[Share],
) -> Result<(), ContractError> {
    once_each(members)?;
    for one in members {
        let person = one.person.0;
        let behind = call.address_of(person)?;
        may_act(&call.standing(&behind.address)?)?;
        admit(call, commons, person, behind.kind, "decision")?;
        if one.shares > Shares::NONE {
            rights::allot(call, commons, person, one.shares)?;
        }
    }
    Ok(())
}

/// The members of a commons give shares of the treasury to the enrolled.
///
/// # Errors
/// Not enrolled; too few shares; a commons that closes.
pub fn grant_shares(call: &mut Call<'_>, asked: &Enrol) -> Result<(), ContractError> {
    let commons = asked.commons.0;
    open(call.storage, commons)?;
    once_each(&asked.members)?;
    for one in &asked.members {
        let person = one.person.0;
        if !super::is_enrolled(call.storage, commons, person)? {
            return Err(RegistryError::NotEnrolled { commons, person }.into());
        }
        dealing::controllers(call, commons, person)?;
        rights::allot(call, commons, person, one.shares)?;
        call.event(
            "grant_shares",
            &[
                ("commons", &commons),
                ("person", &person),
                ("shares", &one.shares),
            ],
        );
    }
    Ok(())
}

fn once_each(members: &[Share]) -> Result<(), ContractError> {
    bounds::count("members", members.len(), MAX_ITEMS)?;
    let mut seen = std::collections::BTreeSet::new();
    for Share {
        person: Id(person), ..
    } in members
    {
        if !seen.insert(person) {
            return Err(RegistryError::Twice { person: *person }.into());
        }
    }
    Ok(())
}

/// Enrols one.
fn admit(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    kind: Kind,
    by: &'static str,
) -> Result<(), ContractError> {
    let mut record = super::commons(call.storage, commons)?;
    let key = state::enrolment(commons, person);
    let before = key.may_load(call.storage)?;
    if before.as_ref().is_some_and(Enrolment::is_current) {
        return Err(RegistryError::Enrolled { commons, person }.into());
    }
    order::may_return(call.storage, commons, person, call.now)?;
    if monitors::is_monitor(call.storage, commons, person)? {
        return Err(RegistryError::Monitor { commons, person }.into());
    }
    count_in(call, commons, person)?;
    let mut place = before.and_then(|before| before.place);
    if kind == Kind::Person && place.is_none() {
        place = Some(record.places);
        record.places = record.places.saturating_add(1);
    }
    let enrolment = Enrolment {
        kind,
        standing: Standing::Enrolled,
        since: call.now,
        place,
    };
    key.save(call.storage, &enrolment);
    record.enrolled = record.enrolled.saturating_add(1);
    state::commons(commons).save(call.storage, &record);
    keep_say(call, commons, person, &enrolment);
    if kind == Kind::Org {
        for controller in dealing::controllers(call, commons, person)? {
            let all = dealing::organisations(call.storage, commons, controller).len();
            if all > MAX_ORGANISATIONS as usize {
                return Err(RegistryError::TooManyControlled {
                    commons,
                    person: controller,
                    most: MAX_ORGANISATIONS,
                }
                .into());
            }
            if monitors::is_monitor(call.storage, commons, controller)? {
                return Err(RegistryError::Monitor {
                    commons,
                    person: controller,
                }
                .into());
            }
        }
    }
    call.storage
        .remove(state::application(commons, person).bytes());
    call.event(
        "enrolled",
        &[("commons", &commons), ("person", &person), ("by", &by)],
    );
    Ok(())
}

/// A person's commons are few, so that its leaving can look at all.
fn count_in(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    let key = state::enrolments(person);
    let count = key.may_load(call.storage)?.unwrap_or(0);
    if count >= MAX_COMMONS {
        return Err(RegistryError::TooManyOf {
            person,
            most: MAX_COMMONS,
        }
        .into());
    }
    key.save(call.storage, &count.saturating_add(1));
    super::involve(call.storage, commons, person);
    Ok(())
}

/// Persons have a say while they are enrolled; organisations never.
fn keep_say(call: &mut Call<'_>, commons: u64, person: u64, enrolment: &Enrolment) {
    if enrolment.place.is_some() {
        let height = call.env.block.height;
        state::say_after(commons, person, height).save(call.storage, &enrolment.is_current());
    }
}

/// A member of the community asks to be enrolled.
///
/// # Errors
/// The policy is decision; enrolled already; no standing.
pub fn apply(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    open(call.storage, commons)?;
    let sender = sender_with(call, "vote")?;
    let person = sender.person;
    if sender.kind != Kind::Person {
        return Err(RegistryError::PersonsOnly { number: person }.into());
    }
    let policy = rules(call.storage, commons)?.enrolment;
    if call.policies.welcomes(&policy).is_none() {
        return Err(RegistryError::ByDecision { commons }.into());
    }
    if super::is_enrolled(call.storage, commons, person)? {
        return Err(RegistryError::Enrolled { commons, person }.into());
    }
    order::may_return(call.storage, commons, person, call.now)?;
    let application = Application {
        asked: call.now,
        welcomed: vec![],
    };
    state::application(commons, person).save(call.storage, &application);
    super::involve(call.storage, commons, person);
    call.event("apply", &[("commons", &commons), ("person", &person)]);
    Ok(())
}

/// An enrolled person vouches for an applicant; the last one needed enrols it.
/// Only those count who are enrolled then.
///
/// # Errors
/// Not enrolled, suspended, no application, welcomed before; the policy is decision now.
pub fn welcome(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    open(call.storage, commons)?;
    let by = dealing::enrolled_sender(call, commons)?;
    if by.kind != Kind::Person {
        return Err(RegistryError::PersonsOnly { number: by.person }.into());
    }
    order::may_deal(call.storage, commons, by.person, call.now)?;
    let policy = rules(call.storage, commons)?.enrolment;
    let Some(needed) = call.policies.welcomes(&policy) else {
        return Err(RegistryError::ByDecision { commons }.into());
    };
    let key = state::application(commons, person);
    let mut application = key
        .may_load(call.storage)?
        .ok_or(RegistryError::NoApplication { commons, person })?;
    if application.welcomed.contains(&by.person) {
        return Err(RegistryError::Welcomed {
            commons,
            person,
            by: by.person,
        }
        .into());
    }
    application.welcomed.push(by.person);
    let mut counting = vec![];
    for voucher in application.welcomed {
        if super::is_enrolled(call.storage, commons, voucher)? {
            counting.push(voucher);
        }
    }
    application.welcomed = counting;
    call.event(
        "welcome",
        &[
            ("commons", &commons),
            ("person", &person),
            ("by", &by.person),
        ],
    );
    if application.welcomed.len() < usize::from(needed) {
        key.save(call.storage, &application);
        return Ok(());
    }
    let behind = call.address_of(person)?;
    may_act(&call.standing(&behind.address)?)?;
    for voucher in &application.welcomed {
        let key = state::welcomed(commons, *voucher);
        let count = key.may_load(call.storage)?.unwrap_or(0);
        key.save(call.storage, &count.saturating_add(1));
    }
    admit(call, commons, person, behind.kind, "vouching")
}

/// Leaves a commons, or takes an application back.
///
/// # Errors
/// Not enrolled, or something is still held there.
pub fn withdraw(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let record = super::commons(call.storage, commons)?;
    let person = call.standing(&call.sender)?.person.0;
    let application = state::application(commons, person);
    if application.exists(call.storage) {
        call.storage.remove(application.bytes());
        call.event(
            "application_withdrawn",
            &[("commons", &commons), ("person", &person)],
        );
        return Ok(());
    }
    if !super::is_enrolled(call.storage, commons, person)? {
        return Err(RegistryError::NotEnrolled { commons, person }.into());
    }
    if record.status != state::Status::Closed {
        let items = super::show::items_of(call.storage, commons, person)?;
        if !items.is_empty() {
            return Err(RegistryError::StillHeld {
                commons,
                person,
                items: items.join("; "),
            }
            .into());
        }
    }
    finish(call, commons, person, Standing::Withdrawn)
}

/// An enrolment ends.
fn finish(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    standing: Standing,
) -> Result<(), ContractError> {
    let key = state::enrolment(commons, person);
    let mut enrolment = key
        .may_load(call.storage)?
        .ok_or(RegistryError::NotEnrolled { commons, person })?;
    if !enrolment.is_current() {
        return Ok(());
    }
    enrolment.standing = standing;
    enrolment.since = call.now;
    key.save(call.storage, &enrolment);
    let mut record = super::commons(call.storage, commons)?;
    record.enrolled = record.enrolled.saturating_sub(1);
    state::commons(commons).save(call.storage, &record);
    let count = state::enrolments(person);
    let left = count.may_load(call.storage)?.unwrap_or(0);
    count.save(call.storage, &left.saturating_sub(1));
    keep_say(call, commons, person, &enrolment);
    dealing::keep(call.storage, commons, person, &[])?;
    let why = standing.name();
    call.event(
        "enrolment_ended",
        &[("commons", &commons), ("person", &person), ("why", &why)],
    );
    Ok(())
}

/// The ladder's last step: the enrolment ends at once. Shares are sold only
/// once nobody can appeal any more.
///
/// # Errors
/// Not enrolled ever.
pub fn exclude(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    finish(call, commons, person, Standing::Excluded)
}

/// An exclusion was lifted: enrolled as before.
///
/// # Errors
/// Only for unreadable state.
pub fn reinstate(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    let key = state::enrolment(commons, person);
    let Some(mut enrolment) = key.may_load(call.storage)? else {
        return Ok(());
    };
    if enrolment.standing != Standing::Excluded {
        return Ok(());
    }
    enrolment.standing = Standing::Enrolled;
    enrolment.since = call.now;
    key.save(call.storage, &enrolment);
    let mut record = super::commons(call.storage, commons)?;
    record.enrolled = record.enrolled.saturating_add(1);
    state::commons(commons).save(call.storage, &record);
    let count = state::enrolments(person);
    let before = count.may_load(call.storage)?.unwrap_or(0);
    count.save(call.storage, &before.saturating_add(1));
    keep_say(call, commons, person, &enrolment);
    if enrolment.kind == Kind::Org {
        dealing::controllers(call, commons, person)?;
    }
    call.event("reinstated", &[("commons", &commons), ("person", &person)]);
    Ok(())
}

/// Anyone: who left the community is enrolled no more, and shares of who was
/// expelled are sold for it, those too that came back to it later; who controls
/// an organisation is looked at again.
///
/// # Errors
/// Nobody of the list is concerned.
pub fn recheck(call: &mut Call<'_>, asked: &Recheck) -> Result<(), ContractError> {
    let number = asked.commons.0;
    let closed = commons(call.storage, number)?.status == state::Status::Closed;
    bounds::count("persons", asked.persons.len(), MAX_ITEMS)?;
    let mut done = 0u32;
    for Id(person) in &asked.persons {
        let Some(enrolment) = super::enrolment(call.storage, number, *person)? else {
            continue;
        };
        if !enrolment.is_current() {
            if !closed
                && rights::free(call, number, *person)? > 0
                && !order::may_be_reinstated(call.storage, number, *person)?
            {
                rights::sell_all(call, number, *person)?;
                done = done.saturating_add(1);
            }
            continue;
        }
        let behind = call.address_of(*person)?;
        let standing = call.standing(&behind.address)?;
        match standing.status {
            MemberStatus::Active | MemberStatus::Leaving => {
                if enrolment.kind == Kind::Org {
                    let before = state::controllers(number, *person).may_load(call.storage)?;
                    let now = dealing::controllers(call, number, *person)?;
                    done = done.saturating_add(u32::from(before.unwrap_or_default() != now));
                }
            }
            MemberStatus::Left | MemberStatus::Expelled => {
                finish(call, number, *person, Standing::Gone)?;
                if !closed {
                    rights::sell_all(call, number, *person)?;
                }
                done = done.saturating_add(1);
            }
        }
    }
    if done == 0 {
        return Err(ContractError::NothingToDo {
            what: "all of these are members still, and controlled as before, or have nothing that is free"
                .to_owned(),
        });
    }
    call.event("recheck", &[("commons", &number), ("changed", &done)]);
    Ok(())
}
