//! Draws of panels from pools of volunteers.
//!
//! | stage | what `advance` does | ends |
//! |---|---|---|
//! | open | nothing: volunteers come and go | `until`, and each quota can be met |
//! | freezing | leaves out who may not deal or must rest, makes the root | all seen |
//! | solving | verifies posted lotteries, one after another | `deadline` and none left; lapses after the second empty try |
//! | awaiting | removes what was posted, asks the beacon, finds the panel drawn | the panel is found; lapses at `until` if the round's value is not known |
//! | seating | gives seats, asks members about each person | all given |
//! | seated | nothing: who does not want a seat declines | `decline_until` |
//! | done, lapsed | | |
//!
//! # Map
//! [`state`] · [`error`] · [`open`] what is asked for · [`pool`] volunteers ·
//! [`credentials`] · [`freeze`] · [`posts`] what solvers bring · [`verify`] ·
//! [`seats`] who sits · [`sat`] nobody too often · [`show`], [`views`] answers ·
//! [`invariants`].

pub mod credentials;
pub mod error;
pub mod freeze;
pub mod identity;
pub mod invariants;
pub mod open;
pub mod pool;
pub mod posts;
pub mod sat;
pub mod seats;
pub mod show;
pub mod state;
pub mod verify;
pub mod views;

use cosmwasm_std::Storage;
use mycel_kit::Id;
use mycel_kit::peers::sortition::Drawn;

pub use error::DrawError;
use state::{Draw, Stage};

use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// One step of a draw, of at most about `left` units of work. Whatever it asks
/// of members it asks before it writes.
///
/// # Errors
/// There is no such draw; a peer does not answer.
pub fn work(call: &mut Call<'_>, number: u64, left: u32) -> Result<Worked, ContractError> {
    let (terms, mut draw) = state::load(call.storage, number)?;
    let worked = match draw.stage {
        Stage::Open => freeze::begin(call, number, &terms, &mut draw)?,
        Stage::Barring { after } => freeze::bar(call, number, &mut draw, after, left)?,
        Stage::Freezing { raw, kind, page } => {
            freeze::page(call, number, &terms, &mut draw, (raw, kind, page), left)?
        }
        Stage::Solving => verify::step(call, number, &mut draw, left)?,
        Stage::Closing { post, then } => posts::close(call, number, &mut draw, (post, then), left)?,
        Stage::Awaiting => seats::await_beacon(call, number, &mut draw)?,
        Stage::Finding {
            page,
            place,
            before,
        } => seats::find(call, number, &mut draw, (page, place, before))?,
        Stage::Seating => seats::give(call, number, &mut draw, left)?,
        Stage::Seated => seats::finish(call, number, &mut draw)?,
        Stage::Done | Stage::Lapsed => Worked {
            units: 0,
            next: None,
        },
    };
    if worked.units > 0 {
        state::draw(number).save(call.storage, &draw);
    }
    Ok(worked)
}

/// Solvers begin, or begin again: m doubles once.
fn solve(call: &mut Call<'_>, number: u64, draw: &mut Draw) {
    let numbers = &call.parameters.numbers;
    draw.tries = draw.tries.saturating_add(1);
    if draw.tries == 2 {
        draw.panels *= 2; // at most 2^17
    }
    draw.commit_until = call.now.saturating_add(numbers.commit_seconds.into());
    draw.deadline = draw
        .commit_until
        .saturating_add(numbers.post_seconds.into());
    draw.first = draw.posts;
    draw.stage = Stage::Solving;
    call.event(
        "solving",
        &[
            ("draw", &number),
            ("panels", &draw.panels),
            ("commit_until", &draw.commit_until),
            ("deadline", &draw.deadline),
        ],
    );
}

/// What comes after a draw that ends without a panel. A client's matter goes on
/// by itself: nobody else may open a draw under its name.
fn after_a_lapse(
    call: &Call<'_>,
    number: u64,
    by_decision: &'static str,
) -> Result<&'static str, ContractError> {
    let terms = state::terms(number).load(call.storage)?;
    let clients = &call.parameters.clients;
    Ok(match clients.iter().any(|one| one.name == terms.client) {
        true => "the proposal goes on without a panel",
        false => by_decision,
    })
}

/// Ends without a panel.
fn lapse(call: &mut Call<'_>, number: u64, draw: &mut Draw) -> Result<(), ContractError> {
    draw.stage = Stage::Lapsed;
    draw.ended = call.now;
    let mut totals = state::load_totals(call.storage)?;
    totals.lapsed += 1;
    state::totals().save(call.storage, &totals);
    call.event("draw_lapsed", &[("draw", &number), ("why", &draw.short)]);
    Ok(())
}

/// Who was drawn under a name that is a draw's: all who sit once the panel
/// stands; nobody, but done, if it lapsed.
///
/// # Errors
/// Only for unreadable state.
pub fn drawn(storage: &dyn Storage, reference: &str) -> Result<Option<Drawn>, ContractError> {
    let Some(number) = state::reference(reference).may_load(storage)? else {
        return Ok(None);
    };
    let draw = state::draw(number).load(storage)?;
    let persons = if draw.stage == Stage::Done {
        let panel = seats::panel(number).load(storage)?;
        let seated = panel.seats.into_iter().filter(|seat| seat.person > 0);
        seated.map(|seat| Id(seat.person.into())).collect()
    } else {
        Vec::new()
    };
    Ok(Some(Drawn {
        persons,
        done: matches!(draw.stage, Stage::Done | Stage::Lapsed),
    }))
}
