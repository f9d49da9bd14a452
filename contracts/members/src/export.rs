//! All that this contract holds of a member, and a hash over it that another
//! community can check.
//!
//! The record hash is a chain over the items in their order:
//! `h0 = SHA-256("mycel/members/record/v1" ‖ chain id ‖ 0 ‖ number)`,
//! `h(i+1) = SHA-256(h(i) ‖ JSON of item i)`, numbers big-endian. `attest`
//! writes it into the state ([`crate::state::Attested`]), where a state proof
//! reaches it; leaving writes it, too.

use cosmwasm_std::{Storage, to_hex, to_json_vec};
use mycel_kit::peers::credit::Kind;
use mycel_kit::{Id, Seconds};
use sha2::{Digest, Sha256};

use crate::ask::{
    CredentialView, ExportItem, ExportResponse, KeyView, PasskeyView, StayView, VouchView,
};
use crate::call::Call;
use crate::credentials::MAX_RECEIVED;
use crate::error::ContractError;
use crate::query;
use crate::returning;
use crate::standing;
use crate::state::{self, Attested, RECOVER, VOTE};
use crate::vouch;

/// Items on a page.
pub const PAGE: usize = 50;

/// Every item of a member, in order.
///
/// # Errors
/// [`ContractError::UnknownMember`].
pub fn items(storage: &dyn Storage, number: u64) -> Result<Vec<ExportItem>, ContractError> {
    let person = standing::person(storage, number)?;
    let mut items = vec![ExportItem::Member(query::member(storage, number)?)];
    for stay in returning::stays(storage, number) {
        let stay = stay?;
        items.push(ExportItem::Stay(StayView {
            joined: Seconds(stay.joined.time),
            left: Seconds(stay.ended.time),
            sponsor: stay.sponsor.map(Id),
            founder: stay.founder,
        }));
    }
    let keys = state::key_set(number)
        .may_load(storage)?
        .unwrap_or_default();
    for address in keys.addresses {
        let roles = state::held(&address).load(storage)?.roles;
        items.push(ExportItem::Key(KeyView {
            address,
            roles: standing::role_names(roles),
            agreed: true,
        }));
    }
    for (address, roles) in keys.asked {
        items.push(ExportItem::Key(KeyView {
            address,
            roles: standing::role_names(roles),
            agreed: false,
        }));
    }
    for key in keys.passkeys {
        items.push(ExportItem::Passkey(PasskeyView {
            label: key.label,
            key: to_hex(key.key),
            roles: standing::role_names(key.roles),
        }));
    }
    if let Some(guard) = state::guard(number).may_load(storage)? {
        items.push(ExportItem::Guardians(query::guard_view(&guard)));
    }
    if let Some(sanction) = state::sanction(number).may_load(storage)? {
        items.push(ExportItem::Sanction(query::sanction_view(&sanction)));
    }
    for flag in state::flags(number).may_load(storage)?.unwrap_or_default() {
        items.push(ExportItem::FlagReceived {
            by: Id(flag.by),
            reasons: to_hex(flag.reasons),
            until: Seconds(flag.until),
        });
    }
    let usage = state::usage(number).may_load(storage)?.unwrap_or_default();
    items.push(ExportItem::Usage(query::usage_view(&usage)));
    for slot in 0..crate::listings::MAX_LISTINGS {
        if let Some(listing) = state::listing(number, slot).may_load(storage)? {
            items.push(ExportItem::Listing(query::listing_view(slot, &listing)));
        }
    }
    for to in usage.vouches {
        items.push(ExportItem::VouchGiven(vouch_view(storage, to, number)?));
    }
    for from in vouch::givers(storage, number) {
        items.push(ExportItem::VouchReceived(vouch_view(
            storage, number, from,
        )?));
    }
    for (issuer, index) in query::credentials_about(storage, number, MAX_RECEIVED as usize) {
        items.push(ExportItem::CredentialReceived(credential(
            storage, issuer, index,
        )?));
    }
    for index in 0..usage.issued {
        items.push(ExportItem::CredentialIssued(credential(
            storage, number, index,
        )?));
    }
    if person.kind == Kind::Org {
        items.push(ExportItem::Organisation(query::org_view(storage, number)?));
    }
    Ok(items)
}

fn vouch_view(storage: &dyn Storage, to: u64, from: u64) -> Result<VouchView, ContractError> {
    let vouch = state::vouch(to, from).load(storage)?;
    Ok(VouchView {
        to: Id(to),
        from: Id(from),
        weight: vouch.weight,
        since: Seconds(vouch.since),
        until: Seconds(vouch.until),
    })
}

fn credential(
    storage: &dyn Storage,
    issuer: u64,
    index: u32,
) -> Result<CredentialView, ContractError> {
    let kept = state::credential(issuer, index).load(storage)?;
    Ok(query::credential_view(issuer, index, &kept))
}

/// Answer to `export`.
///
/// # Errors
/// [`ContractError::UnknownMember`].
pub fn page(
    storage: &dyn Storage,
    number: u64,
    after: Option<Id>,
) -> Result<ExportResponse, ContractError> {
    let items = items(storage, number)?;
    let total = items.len();
    let first = after.map_or(0, |Id(after)| {
        usize::try_from(after.saturating_add(1)).unwrap_or(usize::MAX)
    });
    let page: Vec<ExportItem> = items.into_iter().skip(first).take(PAGE).collect();
    let end = first.saturating_add(page.len());
    Ok(ExportResponse {
        next: (!page.is_empty() && end < total).then(|| Id(end as u64 - 1)),
        items: page,
        total: u32::try_from(total).unwrap_or(u32::MAX),
    })
}

/// The chain of hashes over items; what a reader of an export computes, too.
///
/// # Errors
/// Only if an item cannot be written as JSON.
pub fn record_hash(
    chain_id: &str,
    number: u64,
    items: &[ExportItem],
) -> Result<[u8; 32], ContractError> {
    let mut start = Sha256::new();
    start.update(b"mycel/members/record/v1");
    start.update(chain_id.as_bytes());
    start.update([0]);
    start.update(number.to_be_bytes());
    let mut hash: [u8; 32] = start.finalize().into();
    for item in items {
        let json = to_json_vec(item).map_err(|error| ContractError::Answer(error.to_string()))?;
        let mut next = Sha256::new();
        next.update(hash);
        next.update(&json);
        hash = next.finalize().into();
    }
    Ok(hash)
}

/// Writes the sender's record hash, for a proof.
///
/// # Errors
/// A stranger.
pub fn attest(call: &mut Call<'_>) -> Result<(), ContractError> {
    let acting = call.acting(VOTE | RECOVER)?;
    write(call, acting.number)
}

/// Writes a member's record hash.
///
/// # Errors
/// Only for unreadable state.
pub fn write(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let person = standing::person(call.storage, number)?;
    let items = items(call.storage, number)?;
    let record = record_hash(&call.env.block.chain_id, number, &items)?;
    let attested = Attested {
        number,
        address: person.address,
        handle: person.handle,
        idc: person.idc,
        status: person.status,
        step: person.step,
        joined: person.joined.time,
        items: u32::try_from(items.len()).unwrap_or(u32::MAX),
        record,
        at: call.moment(),
    };
    state::attested(number).save(call.storage, &attested);
    call.event(
        "attested",
        &[
            ("person", &number),
            ("items", &attested.items),
            ("record", &to_hex(record)),
        ],
    );
    Ok(())
}
