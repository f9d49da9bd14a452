//! Verifiable credentials, by hash: the text stays with issuer and subject, the
//! chain says who issued it, about whom, when, and whether it was revoked.
//! Each issuer has a status list, one bit for each of its credentials.

use mycel_kit::{Id, Seconds};

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::standing;
use crate::state::{self, Credential, StatusBits};

/// Most credentials of an issuer.
pub const MAX_ISSUED: u32 = 500;
/// Most credentials about a subject.
pub const MAX_RECEIVED: u32 = 100;

/// Issues one.
///
/// # Errors
/// Quotas, an unknown subject, a hash that is none, a time that has passed.
pub fn issue(
    call: &mut Call<'_>,
    subject: u64,
    hash: &str,
    expires: Option<Seconds>,
) -> Result<(), ContractError> {
    let acting = call.taking_part(state::VOTE)?;
    let hash = bounds::hex::<32>("hash", hash)?;
    let about = standing::person(call.storage, subject)?;
    if about.status == mycel_kit::peers::members::Status::Left {
        return Err(crate::call::refused(subject, &about));
    }
    if let Some(Seconds(until)) = expires
        && until <= call.now
    {
        return Err(ContractError::OutOfTime {
            what: "credential",
            until,
        });
    }
    let mut issuing = state::usage(acting.number)
        .may_load(call.storage)?
        .unwrap_or_default();
    quota("credentials issued", issuing.issued, MAX_ISSUED)?;
    let index = issuing.issued;
    issuing.issued = index.saturating_add(1);
    state::usage(acting.number).save(call.storage, &issuing);
    let mut receiving = state::usage(subject)
        .may_load(call.storage)?
        .unwrap_or_default();
    quota("credentials received", receiving.received, MAX_RECEIVED)?;
    receiving.received = receiving.received.saturating_add(1);
    state::usage(subject).save(call.storage, &receiving);

    state::credential(acting.number, index).save(
        call.storage,
        &Credential {
            subject,
            hash,
            issued: call.now,
            expires: expires.map(|Seconds(until)| until),
            revoked: None,
        },
    );
    state::about(subject, acting.number, index).save(call.storage, &1);
    call.event(
        "credential_issued",
        &[
            ("issuer", &acting.number),
            ("index", &index),
            ("subject", &subject),
        ],
    );
    Ok(())
}

fn quota(what: &'static str, used: u32, most: u32) -> Result<(), ContractError> {
    if used < most {
        return Ok(());
    }
    Err(ContractError::QuotaUsed {
        what,
        used: used.into(),
        most: most.into(),
    })
}

/// Revokes one, for ever.
///
/// # Errors
/// Not the sender's, or revoked before.
pub fn revoke(call: &mut Call<'_>, index: u32) -> Result<(), ContractError> {
    let acting = call.acting(state::VOTE)?;
    let key = state::credential(acting.number, index);
    let mut credential = key
        .may_load(call.storage)?
        .ok_or_else(|| ContractError::NotFound {
            what: "credential",
            id: index.to_string(),
        })?;
    if credential.revoked.is_some() {
        return Err(ContractError::Already {
            what: "credential revoked",
        });
    }
    credential.revoked = Some(call.now);
    key.save(call.storage, &credential);
    let bits = state::status_bits(acting.number);
    let StatusBits(mut bytes) = bits.may_load(call.storage)?.unwrap_or_default();
    let at = index as usize / 8;
    if bytes.len() <= at {
        bytes.resize(at + 1, 0);
    }
    bytes[at] |= 0x80 >> (index % 8);
    bits.save(call.storage, &StatusBits(bytes));
    call.event(
        "credential_revoked",
        &[("issuer", &acting.number), ("index", &index)],
    );
    Ok(())
}

/// The subject does not want to be spoken of so: its record of the credential
/// goes, and makes room for others. The issuer's stays.
///
/// # Errors
/// Not about the sender.
pub fn disown(call: &mut Call<'_>, issuer: Id, index: u32) -> Result<(), ContractError> {
    let acting = call.acting(state::VOTE | state::RECOVER)?;
    let key = state::about(acting.number, issuer.0, index);
    if !key.exists(call.storage) {
        return Err(ContractError::NotFound {
            what: "credential about the sender",
            id: index.to_string(),
        });
    }
    call.storage.remove(key.bytes());
    let mut usage = state::usage(acting.number).load(call.storage)?;
    usage.received = usage.received.saturating_sub(1);
    state::usage(acting.number).save(call.storage, &usage);
    call.event(
        "credential_disowned",
        &[
            ("issuer", &issuer),
            ("index", &index),
            ("subject", &acting.number),
        ],
    );
    Ok(())
}
