//! Enrolment: number, keys, handle, account, commitment and class in one
//! transaction. Whatever any of them refuses undoes all.

use mycel_kit::ladder::Step;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;

use crate::agenda;
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::handles;
use crate::join;
use crate::msg::Seed;
use crate::snapshot;
use crate::state::{self, ALL_ROLES, Held, Holder, KeySet, Passkey, Person, Task, Told};
use crate::tell;

/// Who comes in.
pub struct Entrant {
    /// The address.
    pub address: String,
    /// The handle, which it holds already.
    pub handle: String,
    /// The identity commitment.
    pub idc: Option<[u8; 32]>,
    /// Who sponsors.
    pub sponsor: Option<u64>,
    /// Passkeys to begin with.
    pub passkeys: Vec<Passkey>,
    /// There from the beginning.
    pub founder: bool,
}

/// Makes a person; returns its number.
///
/// # Errors
/// Only for unreadable state; peers may refuse later and undo all.
pub fn enrol_person(call: &mut Call<'_>, entrant: Entrant) -> Result<u64, ContractError> {
    let founder = entrant.founder;
    let idc = entrant.idc;
    let number = enrol(call, entrant, Kind::Person)?;
    if let Some(idc) = idc {
        state::identity(&idc).save(call.storage, &number);
    }
    if !founder {
        // looked at in a later block, whose time nobody who joins can know
        agenda::at(call, call.now.saturating_add(1), Task::Recheck(number));
    }
    Ok(number)
}

/// Makes an organisation; returns its number.
///
/// # Errors
/// As [`enrol_person`].
pub fn enrol_org(
    call: &mut Call<'_>,
    address: &str,
    handle: &str,
    sponsor: u64,
) -> Result<u64, ContractError> {
    let entrant = Entrant {
        address: address.to_owned(),
        handle: handle.to_owned(),
        idc: None,
        sponsor: Some(sponsor),
        passkeys: vec![],
        founder: false,
    };
    enrol(call, entrant, Kind::Org)
}

fn enrol(call: &mut Call<'_>, entrant: Entrant, kind: Kind) -> Result<u64, ContractError> {
    let number = call.totals.numbers.saturating_add(1);
    call.totals.numbers = number;
    let place = (kind == Kind::Person).then_some(call.totals.persons);
    let mut person = Person {
        address: entrant.address.clone(),
        kind,
        status: Status::Active,
        step: Step::None,
        place,
        sponsor: entrant.sponsor,
        joined: call.moment(),
        ended: None,
        founder: entrant.founder,
        idc: entrant.idc,
        handle: entrant.handle,
        told: Told::default(),
        vouched: 0,
        vouchers: 0,
        leaves: false,
    };
    handles::pass_on(call, &person.handle, Holder::Number(number));
    state::held(&person.address).save(
        call.storage,
        &Held {
            number,
            roles: ALL_ROLES,
        },
    );
    state::key_set(number).save(
        call.storage,
        &KeySet {
            addresses: vec![person.address.clone()],
            asked: vec![],
            passkeys: entrant.passkeys,
        },
    );
    if kind == Kind::Person {
        call.totals.persons = call.totals.persons.saturating_add(1);
        call.totals.active = call.totals.active.saturating_add(1);
    } else {
        call.totals.orgs = call.totals.orgs.saturating_add(1);
    }
    call.totals.unclassed = call.totals.unclassed.saturating_add(1);
    tell::enrolled(call, number, &mut person)?;
    snapshot::keep_say(call, number, false, &person);
    state::person(number).save(call.storage, &person);
    call.event(
        "enrolled",
        &[
            ("person", &number),
            ("kind", &if place.is_some() { "person" } else { "org" }),
            ("address", &person.address),
            ("handle", &person.handle),
            ("sponsor", &person.sponsor.unwrap_or(0)),
        ],
    );
    Ok(number)
}

/// Makes founders: in the block in which the contract begins, which genesis is
/// made in; on development networks later too.
///
/// # Errors
/// Too late, more than 50, or what joining refuses.
pub fn seed(call: &mut Call<'_>, seeds: &[Seed]) -> Result<(), ContractError> {
    let begins = snapshot::is_first_block(call.storage, call.env.block.height);
    if !call.parameters.development && !begins {
        return Err(ContractError::DevelopmentOnly {
            what: "seed after the block in which the contract began",
        });
    }
    mycel_kit::roles::only(&call.sender, call.authority())?;
    bounds::count("members", seeds.len(), crate::msg::MAX_ITEMS)?;
    for seed in seeds {
        let address = join::unknown(call, &seed.address)?;
        call.can_sign(&address)?;
        let handle = handles::normal(&seed.handle, &call.parameters.community)?;
        let idc = seed.idc.as_deref().map(bounds::identity).transpose()?;
        if let Some(idc) = idc
            && state::identity(&idc).exists(call.storage)
        {
            return Err(ContractError::IdentitySeen);
        }
        let number = call.totals.numbers.saturating_add(1);
        handles::take(call, &handle, Holder::Number(number), None)?;
        enrol_person(
            call,
            Entrant {
                address,
                handle,
                idc,
                sponsor: None,
                passkeys: vec![],
                founder: true,
            },
        )?;
    }
    Ok(())
}

/// A person that came without an identity commitment gives one, once.
///
/// # Errors
/// It has one, or the commitment is another's.
pub fn set_identity(call: &mut Call<'_>, idc: &str) -> Result<(), ContractError> {
    let mut acting = call.member(state::RECOVER)?;
    if acting.person.idc.is_some() {
        return Err(ContractError::Already {
            what: "identity commitment given",
        });
    }
    let idc = bounds::identity(idc)?;
    if state::identity(&idc).exists(call.storage) {
        return Err(ContractError::IdentitySeen);
    }
    state::identity(&idc).save(call.storage, &acting.number);
    acting.person.idc = Some(idc);
    tell::catch_up(call, acting.number, &mut acting.person)?;
    state::person(acting.number).save(call.storage, &acting.person);
    call.event("identity_set", &[("person", &acting.number)]);
    Ok(())
}
