//! Answers. Nothing is written.

use cosmwasm_std::{Binary, Deps, Env, Storage, to_json_binary};
use mycel_bindings::MycelQuery;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::standard::{About, Invariants, Variant};
use serde::Serialize;

use crate::ask::QueryMsg;
use crate::contract::{STANDARD, VERSION};
use crate::error::ContractError;
use crate::{deals, export, gates, invariants, keys, mailbox, parameters, state, tree};

/// Most open items that are told in words.
const ITEMS: usize = 10;

/// Answers one query.
///
/// # Errors
/// Nothing of that number or name.
pub fn query(deps: Deps<'_, MycelQuery>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let storage = deps.storage;
    let now = env.block.time.seconds();
    let clock = || -> Result<_, ContractError> { Ok(state::fixed().load(storage)?.clock) };
    match msg {
        // ---- tree
        QueryMsg::Leaves { after, limit } => json(&tree::ask::leaves(storage, after, limit)?),
        QueryMsg::Path { index } => json(&tree::ask::path(deps, index)?),
        QueryMsg::Root { slot } => {
            let slot = slot.map(|slot| slot.0);
            json(&tree::ask::root(storage, &clock()?, now, slot)?)
        }
        QueryMsg::Checkpoints(_) => json(&tree::ask::checkpoints(storage, &clock()?)?),

        // ---- mailbox
        QueryMsg::Status { person } => {
            let person = person.map(|person| person.0);
            json(&mailbox::ask::status(storage, &clock()?, now, person)?)
        }
        QueryMsg::Mailbox { person } => json(&mailbox::ask::one(storage, person.0)?),
        QueryMsg::Entries {
            person,
            after,
            limit,
        } => json(&mailbox::ask::entries(storage, person.0, after, limit)?),

        // ---- keys
        QueryMsg::Identity { person } => json(&keys::ask::identity(storage, person.0)?),
        QueryMsg::ViewingKey { person, version } => {
            json(&keys::ask::viewing(storage, person.0, version)?)
        }

        // ---- deals
        QueryMsg::Deal { deal } => json(&deals::show::one(storage, deal.0)?),
        QueryMsg::Deals {
            person,
            after,
            limit,
        } => json(&deals::show::of(storage, person.0, after, limit)?),
        QueryMsg::Room { a, b } => json(&deals::show::room(storage, now, a.0, b.0)?),

        // ---- gates
        QueryMsg::Gate { gate } => json(&gates::view::one(storage, now, gate.0)?),
        QueryMsg::Gates { after, limit } => json(&gates::view::all(storage, now, after, limit)?),
        QueryMsg::Eligible {
            gate,
            term,
            after,
            limit,
        } => {
            let term = term.map(|term| term.0);
            json(&gates::eligible::page(
                deps, now, gate.0, term, after, limit,
            )?)
        }
        QueryMsg::Nullifier { scope, nf } => json(&gates::view::nullifier(storage, &scope, &nf)?),
        QueryMsg::Pseudonym { address } => json(&gates::view::pseudonym(storage, &address)?),

        // ---- the standard interface
        QueryMsg::OpenItems { member } => json(&open_items(deps, &member)?),
        QueryMsg::Export { member, after } => json(&export::page(deps, &member, after.as_deref())?),
        QueryMsg::About(_) => json(&about(storage)?),
        QueryMsg::Parameters(_) => json(&parameters::show(storage)?),
        QueryMsg::Invariants(_) => json(&Invariants {
            invariants: invariants::judge(storage)?,
        }),
    }
}

fn json<T: Serialize>(answer: &T) -> Result<Binary, ContractError> {
    to_json_binary(answer).map_err(|error| ContractError::Answer(error.to_string()))
}

/// The person of an address; members refuses one that it does not know.
///
/// # Errors
/// No members, or no member's address.
pub fn person(deps: Deps<'_, MycelQuery>, member: &str) -> Result<u64, ContractError> {
    let members = state::parameters().load(deps.storage)?.members;
    let question = MembersQuery::Standing {
        address: member.to_owned(),
    };
    let standing: Standing = pull(deps.querier, "members", &members, &question)?;
    Ok(standing.person.0)
}

/// What keeps an address from leaving: each part tells how much and what. A
/// mailbox keeps nobody: it goes on without its owner.
fn open_items(deps: Deps<'_, MycelQuery>, member: &str) -> Result<OpenItems, ContractError> {
    let person = person(deps, member)?;
    let mut open = 0u32;
    let mut items: Vec<String> = vec![];
    // ---- deals
    let deals = deals::show::open_items(deps.storage, person)?;
    if deals > 0 {
        open = open.saturating_add(deals);
        items.push(format!("deals that have not ended: {deals}"));
    }

    items.truncate(ITEMS);
    Ok(OpenItems { open, items })
}

fn about(storage: &dyn Storage) -> Result<About, ContractError> {
    Ok(About {
        standard: STANDARD.to_owned(),
        version: VERSION.to_owned(),
        variant: Variant::default(),
        authority: state::parameters().load(storage)?.authority,
        source: None,
    })
}
