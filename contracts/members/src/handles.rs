//! Handles: `ana`, in full `ana@riverside`.
//!
//! A handle is 3 to 24 letters a–z, digits and single hyphens between them;
//! capitals are lowered, anything else is refused, so that no two handles are
//! different bytes of one look in other scripts. What still looks alike in
//! Latin letters is one handle: the **skeleton** drops hyphens and reads 0 as
//! o, 1 as l, 5 as s, rn as m and vv as w, and is what must be unique. A
//! handle that was given up rests before another may take it.

use cosmwasm_std::Storage;

use crate::call::Call;
use crate::error::ContractError;
use crate::state::{self, Handle, Holder};

/// Names that would speak for the whole.
const RESERVED: &[&str] = &[
    "admin",
    "assembly",
    "commons",
    "council",
    "credit",
    "funding",
    "genesis",
    "help",
    "members",
    "moderator",
    "mycel",
    "root",
    "security",
    "sortition",
    "support",
    "system",
    "treasury",
    "trust",
];

/// A handle as it is spelled, from what was given: with or without the
/// community's name.
///
/// # Errors
/// [`ContractError::HandleInvalid`].
pub fn normal(given: &str, community: &str) -> Result<String, ContractError> {
    if given.len() > 64 {
        return Err(ContractError::TooLong {
            what: "handle",
            bytes: given.len(),
            most: 64,
        });
    }
    let lower = given.to_ascii_lowercase();
    let name = match lower.split_once('@') {
        Some((name, place)) if place == community => name,
        Some(_) => return Err(invalid(given, "it is of another community")),
        None => &lower,
    };
    label("handle", name, 3, 24)?;
    let skeleton = skeleton(name);
    if RESERVED.iter().any(|word| self::skeleton(word) == skeleton) {
        return Err(invalid(given, "it is reserved"));
    }
    Ok(name.to_owned())
}

fn invalid(handle: &str, why: &'static str) -> ContractError {
    ContractError::HandleInvalid {
        handle: handle
            .chars()
            .filter(|c| !c.is_control())
            .take(64)
            .collect(),
        why,
    }
}

/// Letters a–z, digits, and single hyphens between them, beginning with a letter.
///
/// # Errors
/// [`ContractError::HandleInvalid`], [`ContractError::TooLong`].
pub fn label(
    what: &'static str,
    name: &str,
    least: usize,
    most: usize,
) -> Result<(), ContractError> {
    if name.len() > most {
        return Err(ContractError::TooLong {
            what,
            bytes: name.len(),
            most,
        });
    }
    if name.len() < least {
        return Err(invalid(name, "it is too short"));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !name.chars().all(|c| plain(c) || c == '-') {
        return Err(invalid(name, "letters a to z, digits and hyphens only"));
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(invalid(name, "it begins with a letter"));
    }
    if name.ends_with('-') || name.contains("--") {
        return Err(invalid(name, "single hyphens between letters only"));
    }
    Ok(())
}

/// What two handles have in common that look alike.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' => 'o',
            '1' => 'l',
            '5' => 's',
            other => other,
        })
        .collect();
    plain.replace("rn", "m").replace("vv", "w")
}

/// Whether two handles are one.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    skeleton(one) == skeleton(other)
}

/// Takes a handle for a holder.
///
/// # Errors
/// [`ContractError::HandleTaken`]: in use or at rest after another's use.
pub fn take(
    call: &mut Call<'_>,
    spelled: &str,
    holder: Holder,
    former: Option<u64>,
) -> Result<(), ContractError> {
    let key = state::handle(&skeleton(spelled));
    if let Some(taken) = key.may_load(call.storage)? {
        let mine = former.is_some_and(|number| taken.holder == Holder::Number(number));
        let free = taken
            .rests_until
            .is_some_and(|until| until <= call.now || mine);
        if !free {
            return Err(ContractError::HandleTaken {
                handle: spelled.to_owned(),
                like: taken.spelled,
            });
        }
    }
    key.save(
        call.storage,
        &Handle {
            holder,
            spelled: spelled.to_owned(),
            rests_until: None,
        },
    );
    call.totals.handles = call.totals.handles.saturating_add(1);
    Ok(())
}

/// The same handle, another holder: an entry became a member.
pub fn pass_on(call: &mut Call<'_>, spelled: &str, holder: Holder) {
    state::handle(&skeleton(spelled)).save(
        call.storage,
        &Handle {
            holder,
            spelled: spelled.to_owned(),
            rests_until: None,
        },
    );
}

/// Gives a handle up: it rests, or is free at once if it was never a member's.
pub fn give_up(call: &mut Call<'_>, spelled: &str, number: Option<u64>) {
    let key = state::handle(&skeleton(spelled));
    call.totals.handles = call.totals.handles.saturating_sub(1);
    match number {
        None => call.storage.remove(key.bytes()),
        Some(number) => {
            let rest = u64::from(call.parameters.numbers.handle_rest_seconds);
            key.save(
                call.storage,
                &Handle {
                    holder: Holder::Number(number),
                    spelled: spelled.to_owned(),
                    rests_until: Some(call.now.saturating_add(rest)),
                },
            );
        }
    }
}

/// A member or organisation takes another handle; the old one rests.
///
/// # Errors
/// Invalid, taken, or too soon after the last change.
pub fn change(call: &mut Call<'_>, given: &str) -> Result<(), ContractError> {
    let mut acting = call.taking_part(state::VOTE)?;
    let spelled = normal(given, &call.parameters.community)?;
    let mut usage = state::usage(acting.number)
        .may_load(call.storage)?
        .unwrap_or_default();
    let pause = u64::from(call.parameters.numbers.handle_change_seconds);
    let from = usage.handle_changed.saturating_add(pause);
    if usage.handle_changed != 0 && call.now < from {
        return Err(ContractError::TooEarly {
            what: "another handle",
            from,
        });
    }
    let former = acting.person.handle.clone();
    if skeleton(&former) != skeleton(&spelled) {
        take(
            call,
            &spelled,
            Holder::Number(acting.number),
            Some(acting.number),
        )?;
        give_up(call, &former, Some(acting.number));
    } else {
        pass_on(call, &spelled, Holder::Number(acting.number));
    }
    usage.handle_changed = call.now;
    state::usage(acting.number).save(call.storage, &usage);
    acting.person.handle.clone_from(&spelled);
    state::person(acting.number).save(call.storage, &acting.person);
    call.event(
        "handle_changed",
        &[
            ("person", &acting.number),
            ("handle", &spelled),
            ("former", &former),
        ],
    );
    Ok(())
}

/// The number behind a handle, however it is written.
///
/// # Errors
/// Not a handle, or nobody's.
pub fn find(storage: &dyn Storage, given: &str) -> Result<u64, ContractError> {
    let community = state::parameters().load(storage)?.community;
    let spelled = normal(given, &community)?;
    match state::handle(&skeleton(&spelled)).may_load(storage)? {
        Some(Handle {
            holder: Holder::Number(number),
            spelled: kept,
            rests_until: None,
        }) if kept == spelled => Ok(number),
        _ => Err(ContractError::UnknownMember {
            what: "handle",
            id: spelled,
        }),
    }
}
