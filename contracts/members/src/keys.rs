//! A person's keys: addresses and passkeys with the roles pay, vote, recover.
//! The first address owns the account.
//!
//! An address belongs to a person only if both say so, and for ever to one
//! person: what was ever someone's never becomes another's. They stay the
//! person's after leaving, so that the same person can come back.

use mycel_kit::Id;
use mycel_kit::peers::credit::Kind;

use crate::bounds;
use crate::call::{Acting, Call};
use crate::error::ContractError;
use crate::join;
use crate::msg::PasskeyInput;
use crate::standing;
use crate::state::{self, ALL_ROLES, Held, KeySet, PAY, Passkey, RECOVER, VOTE};
use crate::tell;

/// Most addresses of a person, asked ones included.
pub const MAX_ADDRESSES: usize = 8;
/// Most passkeys.
pub const MAX_PASSKEYS: usize = 8;

/// Bits of roles, from their names.
///
/// # Errors
/// None, or one that is not a role.
pub fn roles(names: &[String]) -> Result<u8, ContractError> {
    bounds::count("roles", names.len(), 3)?;
    let mut bits = 0;
    for name in names {
        bits |= match name.as_str() {
            "pay" => PAY,
            "vote" => VOTE,
            "recover" => RECOVER,
            _ => {
                return Err(ContractError::NotFound {
                    what: "role",
                    id: name.chars().take(16).collect(),
                });
            }
        };
    }
    if bits == 0 {
        return Err(ContractError::RoleMissing { needs: "any" });
    }
    Ok(bits)
}

/// Checked passkeys.
///
/// # Errors
/// Too many, a label too long, or no compressed secp256r1 key.
pub fn passkeys(inputs: &[PasskeyInput]) -> Result<Vec<Passkey>, ContractError> {
    bounds::count("passkeys", inputs.len(), MAX_PASSKEYS)?;
    let mut keys: Vec<Passkey> = Vec::with_capacity(inputs.len());
    for input in inputs {
        bounds::text("label", &input.label, 32)?;
        let key = bounds::hex::<33>("key", &input.key)?;
        if key[0] != 2 && key[0] != 3 {
            return Err(ContractError::WrongKind {
                needs: "compressed secp256r1 key",
            });
        }
        if keys.iter().any(|known| known.key == key) {
            return Err(ContractError::Already {
                what: "passkey known",
            });
        }
        keys.push(Passkey {
            label: input.label.clone(),
            key,
            roles: roles(&input.roles)?,
        });
    }
    Ok(keys)
}

/// The sender's keys; changes need the role recover.
fn own(call: &Call<'_>) -> Result<(Acting, KeySet), ContractError> {
    let acting = call.owner(RECOVER)?;
    let keys = state::key_set(acting.number).load(call.storage)?;
    Ok((acting, keys))
}

/// Asks another address to belong to the sender's person.
///
/// # Errors
/// Known, or too many.
pub fn add(call: &mut Call<'_>, address: &str, names: &[String]) -> Result<(), ContractError> {
    let (acting, mut keys) = own(call)?;
    let roles = roles(names)?;
    let address = join::unknown(call, address)?;
    keys.asked.retain(|(asked, _)| *asked != address);
    bounds::count(
        "addresses",
        keys.addresses.len() + keys.asked.len() + 1,
        MAX_ADDRESSES,
    )?;
    keys.asked.push((address.clone(), roles));
    state::key_set(acting.number).save(call.storage, &keys);
    call.event(
        "key_asked",
        &[("person", &acting.number), ("address", &address)],
    );
    Ok(())
}

/// The sender agrees to belong to a person that asked it.
///
/// # Errors
/// It was not asked, or is known by now.
pub fn accept(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let address = join::unknown(call, &sender)?;
    standing::person(call.storage, number)?;
    let mut keys = state::key_set(number).load(call.storage)?;
    let Some(at) = keys.asked.iter().position(|(asked, _)| *asked == address) else {
        return Err(ContractError::NotFound {
            what: "request to",
            id: address,
        });
    };
    let (_, roles) = keys.asked.remove(at);
    keys.addresses.push(address.clone());
    state::key_set(number).save(call.storage, &keys);
    state::held(&address).save(call.storage, &Held { number, roles });
    call.event("key_added", &[("person", &number), ("address", &address)]);
    Ok(())
}

/// Takes an address out: it stays an address of the past. The account's own
/// address leaves by `rotate` only.
///
/// # Errors
/// The account's address, or none of the person's.
pub fn remove(call: &mut Call<'_>, address: &str) -> Result<(), ContractError> {
    let (acting, mut keys) = own(call)?;
    if address == acting.person.address {
        return Err(ContractError::Already {
            what: "address owns the account; use rotate",
        });
    }
    if keys.asked.iter().any(|(asked, _)| asked == address) {
        keys.asked.retain(|(asked, _)| asked != address);
    } else if keys.addresses.iter().any(|known| known == address) {
        keys.addresses.retain(|known| known != address);
        retire(call, acting.number, address);
    } else {
        return Err(ContractError::NotFound {
            what: "address",
            id: address.chars().take(128).collect(),
        });
    }
    state::key_set(acting.number).save(call.storage, &keys);
    call.event(
        "key_removed",
        &[("person", &acting.number), ("address", &address)],
    );
    Ok(())
}

fn retire(call: &mut Call<'_>, number: u64, address: &str) {
    state::held(address).save(call.storage, &Held { number, roles: 0 });
}

/// Sets the roles of one of the person's addresses. The account's keeps them all.
///
/// # Errors
/// The account's address, or none of the person's.
pub fn set_roles(
    call: &mut Call<'_>,
    address: &str,
    names: &[String],
) -> Result<(), ContractError> {
    let (acting, keys) = own(call)?;
    let roles = roles(names)?;
    if address == acting.person.address {
        return Err(ContractError::Already {
            what: "address owns the account and has all roles",
        });
    }
    if !keys.addresses.iter().any(|known| known == address) {
        return Err(ContractError::NotFound {
            what: "address",
            id: address.chars().take(128).collect(),
        });
    }
    let number = acting.number;
    state::held(address).save(call.storage, &Held { number, roles });
    call.event(
        "key_roles",
        &[
            ("person", &number),
            ("address", &address),
            ("roles", &standing::role_names(roles).join(" ")),
        ],
    );
    Ok(())
}

/// Sets all passkeys.
///
/// # Errors
/// As [`passkeys`].
pub fn set_passkeys(call: &mut Call<'_>, inputs: &[PasskeyInput]) -> Result<(), ContractError> {
    let (acting, mut keys) = own(call)?;
    keys.passkeys = passkeys(inputs)?;
    state::key_set(acting.number).save(call.storage, &keys);
    call.event(
        "passkeys_set",
        &[("person", &acting.number), ("count", &inputs.len())],
    );
    Ok(())
}

/// The account moves to another address of the same person.
///
/// # Errors
/// Not an address of the person, or a contract's.
pub fn rotate(call: &mut Call<'_>, to: &str) -> Result<(), ContractError> {
    let (acting, keys) = own(call)?;
    if to == acting.person.address || !keys.addresses.iter().any(|known| known == to) {
        return Err(ContractError::NotFound {
            what: "another address of this person",
            id: to.chars().take(128).collect(),
        });
    }
    if acting.person.kind == Kind::Person {
        call.can_sign(to)?;
    }
    let rest = keys
        .addresses
        .into_iter()
        .filter(|known| *known != acting.person.address && known != to)
        .collect();
    move_to(call, acting, to, rest, keys.passkeys, keys.asked)
}

/// The account answers to `to`, with all roles; `rest` stay, the former
/// address becomes one of the past.
///
/// # Errors
/// Only for unreadable state.
pub fn move_to(
    call: &mut Call<'_>,
    acting: Acting,
    to: &str,
    rest: Vec<String>,
    passkeys: Vec<Passkey>,
    asked: Vec<(String, u8)>,
) -> Result<(), ContractError> {
    let Acting { number, mut person } = acting;
    let from = std::mem::replace(&mut person.address, to.to_owned());
    let mut addresses = vec![to.to_owned()];
    addresses.extend(rest);
    state::key_set(number).save(
        call.storage,
        &KeySet {
            addresses,
            asked,
            passkeys,
        },
    );
    retire(call, number, &from);
    state::held(to).save(
        call.storage,
        &Held {
            number,
            roles: ALL_ROLES,
        },
    );
    tell::rotated(call, &mut person, &from);
    state::person(number).save(call.storage, &person);
    call.event(
        "rotated",
        &[("person", &number), ("from", &from), ("to", &to)],
    );
    Ok(())
}

/// All keys of a person but the account's address become keys of the past.
///
/// # Errors
/// Only for unreadable state.
pub fn retire_others(call: &mut Call<'_>, number: u64, except: &str) -> Result<(), ContractError> {
    let keys = state::key_set(number).load(call.storage)?;
    for address in keys.addresses.iter().filter(|known| *known != except) {
        retire(call, number, address);
    }
    Ok(())
}

/// The person behind an id, where a message names one by number.
#[must_use]
pub fn number(Id(number): Id) -> u64 {
    number
}
