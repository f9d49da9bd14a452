//! Answers. Nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Order, Storage, to_hex, to_json_binary};
use mycel_bindings::MycelQuery;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::standard::{About, Invariants, Variant};
use mycel_kit::{Id, Seconds};
use serde::Serialize;

use crate::admit;
use crate::ask::{
    ChangeView, CredentialView, CredentialsResponse, EntryView, GuardView, KeyView, KeysResponse,
    ListingView, ListingsResponse, MeasureView, MemberView, MembersResponse, OrgView, PasskeyView,
    QueryMsg, QueueResponse, RecordResponse, RecoveryView, RestingView, SanctionView, ShareView,
    StatusListResponse, UsageView,
};
use crate::cases;
use crate::contract::{STANDARD, VERSION};
use crate::credentials::MAX_RECEIVED;
use crate::did::{self, DidResponse};
use crate::error::ContractError;
use crate::export;
use crate::handles;
use crate::invariants;
use crate::listings::MAX_LISTINGS;
use crate::msg::{AddressRef, ListingKind, MAX_ITEMS, Page, PersonRef};
use crate::parameters;
use crate::records;
use crate::snapshot;
use crate::standing;
use crate::state::{
    self, Credential, Guard, Listing, Progress, Question, Resting, Sanction, StatusBits, Usage,
};

/// Answers one query.
///
/// # Errors
/// An unknown member.
pub fn query(deps: Deps<'_, MycelQuery>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    let chain = &env.block.chain_id;
    match msg {
        QueryMsg::Standing(AddressRef { address }) => json(&standing::standing(storage, &address)?),
        QueryMsg::Eligible {
            address,
            at,
            residency,
        } => json(&snapshot::eligible(storage, &address, at, residency)?),
        QueryMsg::Electors {
            at,
            residency,
            still_at,
            after,
            limit,
        } => json(&snapshot::electors(
            storage, at, residency, still_at, after, limit,
        )?),
        QueryMsg::Count { at } => json(&snapshot::count(storage, at.0)?),
        QueryMsg::Controllers { org } => json(&standing::controllers(storage, &org)?),
        QueryMsg::Related { a, b } => json(&standing::related(storage, a.0, b.0)?),
        QueryMsg::Barred(Page { after, limit }) => json(&standing::barred(storage, after, limit)?),
        QueryMsg::Person(PersonRef { person }) => json(&standing::address_of(storage, person.0)?),
        QueryMsg::Member(PersonRef { person }) => json(&member(storage, person.0)?),
        QueryMsg::Members(Page { after, limit }) => json(&members(storage, after, limit)?),
        QueryMsg::Handle { handle } => json(&member(storage, handles::find(storage, &handle)?)?),
        QueryMsg::Did { did } => {
            let (document, deactivated) = did::resolve(storage, &did, chain)?;
            let document = String::from_utf8(json(&document)?.to_vec())
                .map_err(|error| ContractError::Answer(error.to_string()))?;
            json(&DidResponse {
                document,
                deactivated,
            })
        }
        QueryMsg::Keys(PersonRef { person }) => json(&keys(storage, person.0)?),
        QueryMsg::Guardians(PersonRef { person }) => {
            standing::person(storage, person.0)?;
            let guard = state::guard(person.0).may_load(storage)?;
            json(&guard_view(&guard.unwrap_or_default()))
        }
        QueryMsg::Listings(PersonRef { person }) => json(&listings(storage, person.0)?),
        QueryMsg::Org { org } => json(&org_view(storage, org.0)?),
        QueryMsg::Sanction(PersonRef { person }) => {
            standing::person(storage, person.0)?;
            let sanction = state::sanction(person.0).may_load(storage)?;
            json(&sanction_view(&sanction.unwrap_or_default()))
        }
        QueryMsg::Measure { measure } => json(&measure_view(storage, measure.0)?),
        QueryMsg::Credentials { subject } => {
            let credentials = credentials_about(storage, subject.0, MAX_RECEIVED as usize)
                .into_iter()
                .map(|(issuer, index)| {
                    let kept = state::credential(issuer, index).load(storage)?;
                    Ok(credential_view(issuer, index, &kept))
                })
                .collect::<Result<_, ContractError>>()?;
            json(&CredentialsResponse { credentials })
        }
        QueryMsg::StatusList { issuer } => {
            standing::person(storage, issuer.0)?;
            let StatusBits(bits) = state::status_bits(issuer.0)
                .may_load(storage)?
                .unwrap_or_default();
            json(&StatusListResponse {
                bits: bits.into(),
                issued: usage(storage, issuer.0)?.issued,
            })
        }
        QueryMsg::Queue(Page { after, limit }) => {
            json(&queue(storage, env.block.time.seconds(), after, limit)?)
        }
        QueryMsg::OpenItems { member } => json(&open_items(storage, &member)?),
        QueryMsg::Export { member, after } => {
            let number = known(storage, &member)?;
            json(&export::page(storage, number, after)?)
        }
        QueryMsg::Records { person, after } => json(&records::page(storage, person.0, after)?),
        QueryMsg::Record(PersonRef { person }) => {
            let items = export::items(storage, person.0)?;
            let attested = state::attested(person.0).may_load(storage)?;
            json(&RecordResponse {
                record: to_hex(export::record_hash(chain, person.0, &items)?),
                items: u32::try_from(items.len()).unwrap_or(u32::MAX),
                attested: attested.as_ref().map(|kept| to_hex(kept.record)),
                attested_at: attested.map(|kept| Id(kept.at.height)),
            })
        }
        QueryMsg::About(_) => json(&about(storage)?),
        QueryMsg::Parameters(_) => json(&parameters::show(storage, env.block.time.seconds())?),
        QueryMsg::Invariants(_) => json(&Invariants {
            invariants: invariants::judge(storage)?,
        }),
    }
}

fn json<T: Serialize>(answer: &T) -> Result<Binary, ContractError> {
    to_json_binary(answer).map_err(|error| ContractError::Answer(error.to_string()))
}

/// The number of an address, also of one of the past.
fn known(storage: &dyn Storage, address: &str) -> Result<u64, ContractError> {
    state::held(address)
        .may_load(storage)?
        .map(|held| held.number)
        .ok_or_else(|| ContractError::UnknownMember {
            what: "address",
            id: address.chars().take(128).collect(),
        })
}

fn about(storage: &dyn Storage) -> Result<About, ContractError> {
    let peers = state::peers().load(storage)?;
    let authority = if peers.assembly.is_empty() {
        state::parameters().load(storage)?.authority
    } else {
        peers.assembly
    };
    Ok(About {
        standard: STANDARD.to_owned(),
        version: VERSION.to_owned(),
        variant: Variant::default(),
        authority,
        source: option_env!("MYCEL_SOURCE").map(str::to_owned),
    })
}

fn usage(storage: &dyn Storage, number: u64) -> Result<Usage, ContractError> {
    Ok(state::usage(number).may_load(storage)?.unwrap_or_default())
}

/// All about a number.
///
/// # Errors
/// [`ContractError::UnknownMember`].
pub fn member(storage: &dyn Storage, number: u64) -> Result<MemberView, ContractError> {
    let person = standing::person(storage, number)?;
    let community = state::parameters().load(storage)?.community;
    Ok(MemberView {
        person: Id(number),
        kind: person.kind,
        address: person.address,
        handle: format!("{}@{community}", person.handle),
        status: person.status,
        step: person.step.name().to_owned(),
        sponsor: person.sponsor.map(Id),
        joined: Seconds(person.joined.time),
        joined_height: Id(person.joined.height),
        left: person.ended.map(|moment| Seconds(moment.time)),
        founder: person.founder,
        idc: person.idc.map(to_hex),
        vouched: person.vouched,
        leaves: person.leaves,
    })
}

fn page_size(limit: Option<u32>) -> u64 {
    let most = MAX_ITEMS as u32;
    limit.unwrap_or(most).clamp(1, most).into()
}

fn members(
    storage: &dyn Storage,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<MembersResponse, ContractError> {
    let last = state::totals().load(storage)?.numbers;
    let after = after.map_or(0, |Id(after)| after).min(last);
    let end = after.saturating_add(page_size(limit)).min(last);
    let members = (after + 1..=end)
        .map(|number| member(storage, number))
        .collect::<Result<_, _>>()?;
    Ok(MembersResponse {
        members,
        next: (end < last).then_some(Id(end)),
    })
}

fn keys(storage: &dyn Storage, number: u64) -> Result<KeysResponse, ContractError> {
    standing::person(storage, number)?;
    let keys = state::key_set(number).load(storage)?;
    let mut addresses = Vec::new();
    for address in keys.addresses {
        let roles = state::held(&address).load(storage)?.roles;
        addresses.push(KeyView {
            address,
            roles: standing::role_names(roles),
            agreed: true,
        });
    }
    addresses.extend(keys.asked.into_iter().map(|(address, roles)| KeyView {
        address,
        roles: standing::role_names(roles),
        agreed: false,
    }));
    Ok(KeysResponse {
        addresses,
        passkeys: keys
            .passkeys
            .into_iter()
            .map(|key| PasskeyView {
                label: key.label,
                key: to_hex(key.key),
                roles: standing::role_names(key.roles),
            })
            .collect(),
    })
}

/// Guardians as shown.
#[must_use]
pub fn guard_view(guard: &Guard) -> GuardView {
    GuardView {
        persons: guard.persons.iter().copied().map(Id).collect(),
        threshold: guard.threshold,
        recoveries: guard
            .recoveries
            .iter()
            .map(|recovery| RecoveryView {
                to: recovery.to.clone(),
                approvals: recovery.approvals.iter().copied().map(Id).collect(),
                ready_at: recovery.ready_at.map(Seconds),
            })
            .collect(),
    }
}

/// A sanction as shown.
#[must_use]
pub fn sanction_view(sanction: &Sanction) -> SanctionView {
    SanctionView {
        step: sanction.rung.step.name().to_owned(),
        since: Seconds(sanction.rung.since),
        until: Seconds(sanction.rung.until),
        case: sanction.rung.case.map(Id),
        basis: sanction.basis.iter().copied().map(Id).collect(),
        appealed: sanction.appealed,
        settled_by_person: sanction.settled.0,
        settled_by_accuser: sanction.settled.1,
    }
}

/// Quotas as shown.
#[must_use]
pub fn usage_view(usage: &Usage) -> UsageView {
    UsageView {
        invites: usage.invites,
        epoch: Id(usage.epoch),
        flags: usage.flags.iter().map(|(number, _)| Id(*number)).collect(),
        accusation: usage.accusation.map(Id),
        penalised_until: Seconds(usage.penalised_until),
        orgs: usage.orgs.iter().copied().map(Id).collect(),
        resting: usage.resting.iter().map(resting_view).collect(),
    }
}

fn resting_view(one: &Resting) -> RestingView {
    RestingView {
        to: Id(one.to),
        weight: one.weight,
        until: Seconds(one.until),
    }
}

/// A listing as shown.
#[must_use]
pub fn listing_view(slot: u8, listing: &Listing) -> ListingView {
    ListingView {
        slot,
        kind: match listing.kind {
            0 => ListingKind::Skill,
            1 => ListingKind::Need,
            _ => ListingKind::Offer,
        },
        name: listing.name.clone(),
        detail: listing.detail.clone(),
        quantity: listing.quantity.map(Id),
        unit: listing.unit.clone(),
        tags: listing.tags.clone(),
        until: listing.until.map(Seconds),
    }
}

fn listings(storage: &dyn Storage, number: u64) -> Result<ListingsResponse, ContractError> {
    standing::person(storage, number)?;
    let mut listings = Vec::new();
    for slot in 0..MAX_LISTINGS {
        if let Some(listing) = state::listing(number, slot).may_load(storage)? {
            listings.push(listing_view(slot, &listing));
        }
    }
    Ok(ListingsResponse { listings })
}

/// An organisation as shown.
///
/// # Errors
/// None.
pub fn org_view(storage: &dyn Storage, number: u64) -> Result<OrgView, ContractError> {
    let org = state::org(number)
        .may_load(storage)?
        .ok_or(ContractError::WrongKind {
            needs: "organisation",
        })?;
    Ok(OrgView {
        purpose: org.purpose,
        controllers: share_views(&org.controllers),
        threshold_bps: org.threshold_bps,
        changes: org
            .waiting
            .into_iter()
            .map(|change| ChangeView {
                serial: change.serial,
                by: Id(change.by),
                purpose: change.purpose,
                controllers: share_views(&change.controllers),
                threshold_bps: change.threshold_bps,
                close: change.close,
                approvals: change.approvals.into_iter().map(Id).collect(),
            })
            .collect(),
    })
}

fn share_views(shares: &[(u64, u16)]) -> Vec<ShareView> {
    shares
        .iter()
        .map(|(person, bps)| ShareView {
            person: Id(*person),
            bps: *bps,
        })
        .collect()
}

fn measure_view(storage: &dyn Storage, number: u64) -> Result<MeasureView, ContractError> {
    let measure =
        state::measure(number)
            .may_load(storage)?
            .ok_or_else(|| ContractError::NotFound {
                what: "measure",
                id: number.to_string(),
            })?;
    Ok(MeasureView {
        person: Id(measure.person),
        kind: cases::kind(&measure.question).to_owned(),
        step: match measure.question {
            Question::Sanction { step, .. } => Some(step.name().to_owned()),
            _ => None,
        },
        parties: measure.parties.into_iter().map(Id).collect(),
        reasons: to_hex(measure.reasons),
        deadline: Seconds(measure.deadline),
        case: measure.case.map(Id),
        progress: match measure.progress {
            Progress::Asked => "asked",
            Progress::Open => "open",
            Progress::Used => "used",
            Progress::Lapsed => "lapsed",
        }
        .to_owned(),
    })
}

/// (issuer, index) of credentials about a subject.
#[must_use]
pub fn credentials_about(storage: &dyn Storage, subject: u64, limit: usize) -> Vec<(u64, u32)> {
    let start = [&b"d"[..], &subject.to_be_bytes()].concat();
    let end = [&start[..], &[0xff; 13]].concat();
    storage
        .range_keys(Some(&start), Some(&end), Order::Ascending)
        .take(limit)
        .filter_map(|key| {
            let issuer = key.get(9..17)?.try_into().ok().map(u64::from_be_bytes)?;
            let index = key.get(17..21)?.try_into().ok().map(u32::from_be_bytes)?;
            Some((issuer, index))
        })
        .collect()
}

/// A credential as shown.
#[must_use]
pub fn credential_view(issuer: u64, index: u32, kept: &Credential) -> CredentialView {
    CredentialView {
        issuer: Id(issuer),
        index,
        subject: Id(kept.subject),
        hash: to_hex(kept.hash),
        issued: Seconds(kept.issued),
        expires: kept.expires.map(Seconds),
        revoked: kept.revoked.map(Seconds),
    }
}

fn queue(
    storage: &dyn Storage,
    now: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<QueueResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    let totals = state::totals().load(storage)?;
    let used = admit::epoch_use(storage, parameters.epoch(now), totals.active)?;
    let places = admit::places(&parameters.numbers, used.base);
    let first = after.map_or(0, |Id(after)| after.saturating_add(1));
    let size = usize::try_from(page_size(limit)).unwrap_or(MAX_ITEMS);
    let mut waiting = standing::numbers_from(storage, b'q', first, size + 1);
    let more = waiting.len() > size;
    waiting.truncate(size);
    let mut entries = Vec::with_capacity(waiting.len());
    for place in &waiting {
        let entry = state::entry(*place).load(storage)?;
        entries.push(EntryView {
            place: Id(*place),
            address: entry.address,
            handle: entry.handle,
            sponsor: entry.sponsor.map(Id),
            person: entry.former.map(Id),
            imported: entry.import.is_some(),
            since: Seconds(entry.since),
        });
    }
    Ok(QueueResponse {
        next: if more {
            waiting.last().copied().map(Id)
        } else {
            None
        },
        entries,
        waiting: totals.queue,
        places,
        admitted: used.admitted,
        tree_places: admit::tree_places(places),
    })
}

fn open_items(storage: &dyn Storage, address: &str) -> Result<OpenItems, ContractError> {
    let number = known(storage, address)?;
    let items = crate::leave::own_items(storage, number)?;
    Ok(OpenItems {
        open: u32::try_from(items.len()).unwrap_or(u32::MAX),
        items,
    })
}
