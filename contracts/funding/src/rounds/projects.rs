//! Projects: submitted by who will be paid, admitted by members who support
//! them or by a decision.
//!
//! Where members admit, a project with support enough takes one of the places;
//! once these are all taken, more support displaces the project with the least,
//! so that places cannot be filled with what nobody wants. A place that is free
//! again goes to the waiting project with the most support, so that nobody takes
//! one away by displacing others and leaving.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Id;
use mycel_kit::peers::credit::{CreditQuery, Kind, Position};
use mycel_kit::peers::pull;
use mycel_kit::roles::Unauthorized;

use super::error::RoundError;
use super::msg::{Admission, ProjectInput, ProjectSubmitted};
use super::open::MAX_TITLE;
use super::record::{Course, Project, Round, Stage, Status, Tally};
use super::{control, course_of, project, round, state};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// Times that a person submits one payee to a round: numbers of projects are
/// counted, and cannot be used up. Taking back what another submitted counts for
/// whoever does it instead, so that none who controls an organisation uses up
/// what others may.
pub const MAX_TIMES: u8 = 3;

const fn refused(why: &'static str) -> RoundError {
    RoundError::Project { why }
}

/// Whether sponsors and projects still come.
fn before_begin(
    call: &Call<'_>,
    number: u64,
    found: &Round,
    course: &Course,
) -> Result<(), RoundError> {
    if course.stage == Stage::Open && call.now < found.begins {
        return Ok(());
    }
    Err(RoundError::Stage {
        round: number,
        stage: course.stage.name(),
        needs: "open, before its contributions begin",
    })
}

/// A member submits a project for itself or for an organisation that it
/// controls: nobody is named without knowing. One a submitter and one a payee; what
/// was submitted for an organisation does not count once its submitter lost control
/// of it.
///
/// # Errors
/// Too late, a stranger, another's payee, a payee that may not deal or has no
/// account, a second project.
pub fn submit(call: &mut Call<'_>, input: &ProjectInput) -> Result<(), ContractError> {
    let number = input.round.0;
    let found = round(call.storage, number)?;
    let mut course = course_of(call.storage, number)?;
    before_begin(call, number, &found, &course)?;
    bounds::named("title", &input.title, MAX_TITLE)?;
    let text_hash = <[u8; 32]>::try_from(input.text_hash.as_slice())
        .map_err(|_| ContractError::NotHex { what: "text_hash" })?;
    let sender = call.sender.clone();
    let submitter = call.dealer(&sender)?.person.0;
    let address = call.valid(&input.payee)?;
    let payee = call.dealer(&address)?;
    let org = match payee.kind {
        Kind::Person => false,
        Kind::Org => true,
        _ => return Err(refused("the payee is neither a person nor an organisation").into()),
    };
    let controllers = match org {
        true => control::controllers(call, &address)?,
        false => vec![payee.person.0],
    };
    let payee = payee.person.0;
    if submitter != payee && !controllers.contains(&submitter) {
        return Err(refused("the payee is neither its submitter nor controlled by it").into());
    }
    // its account exists, so that no capture can fail on it
    let account = CreditQuery::Position {
        member: address,
        at: None,
    };
    let _: Position = pull(call.querier, "credit", &call.parameters.credit, &account)?;
    let before = match state::of_payee(number, payee).may_load(call.storage)? {
        Some(project) => Some(project),
        None => own(call, number, submitter)?,
    };
    if let Some(project) = before {
        return Err(RoundError::Submitted { project }.into());
    }
    count(call, number, payee, submitter)?;
    course.projects = course
        .projects
        .checked_add(1)
        .ok_or(ContractError::Overflow { what: "projects" })?;
    let place = course.projects;
    state::of_submitter(number, submitter).save(call.storage, &place);
    state::of_payee(number, payee).save(call.storage, &place);
    let mut tally = Tally::default();
    for &person in controllers.iter().chain([&payee]) {
        control::bar(call, number, place, person, &found, &mut tally)?;
    }
    let mut new = Project {
        submitter,
        payee,
        org,
        title: input.title.clone(),
        text_hash,
        status: Status::Waiting,
        supporters: 0,
        controllers,
        matching: 0,
        matched: 0,
        direct: 0,
    };
    owed(call, payee, 1)?;
    for person in [submitter, payee] {
        super::mention(call.storage, person, number);
    }
    call.event(
        "submit",
        &[("round", &number), ("project", &place), ("payee", &payee)],
    );
    if found.admission == Admission::Members && call.parameters.numbers.project_supporters == 0 {
        match course.admitted < found.max_projects {
            true => admit(call, number, place, &mut new, &mut course)?,
            false => waiting(number, place, 0).save(call.storage, &1),
        }
    }
    state::project(number, place).save(call.storage, &new);
    state::course(number).save(call.storage, &course);
    call.answer(&ProjectSubmitted {
        project: Id(place.into()),
    })
}

/// The project that a person submitted, while its payee is the person or is
/// controlled by it: who lost control of an organisation may submit anew.
fn own(call: &Call<'_>, number: u64, submitter: u64) -> Result<Option<u16>, ContractError> {
    let Some(place) = state::of_submitter(number, submitter).may_load(call.storage)? else {
        return Ok(None);
    };
    let before = state::project(number, place).load(call.storage)?;
    if before.org {
        let address = control::address(call, before.payee)?;
        if !control::controllers(call, &address)?.contains(&submitter) {
            return Ok(None);
        }
    }
    Ok(Some(place))
}

/// A person submits a payee, or takes back what another submitted.
fn count(call: &mut Call<'_>, number: u64, payee: u64, person: u64) -> Result<(), ContractError> {
    let times = state::times(number, payee, person);
    let submitted = times.may_load(call.storage)?.unwrap_or(0);
    if submitted >= MAX_TIMES {
        return Err(RoundError::Often {
            payee,
            submitted,
            most: MAX_TIMES,
        }
        .into());
    }
    times.save(call.storage, &(submitted + 1));
    Ok(())
}

/// A payee has a project more, or one fewer, that would be paid to it.
///
/// # Errors
/// Only for unreadable state.
pub fn owed(call: &mut Call<'_>, payee: u64, more: i32) -> Result<(), ContractError> {
    let key = state::stake(payee);
    let mut stake = key.may_load(call.storage)?.unwrap_or_default();
    stake.projects = stake.projects.saturating_add_signed(more);
    key.save(call.storage, &stake);
    Ok(())
}

fn admit(
    call: &mut Call<'_>,
    number: u64,
    place: u16,
    project: &mut Project,
    course: &mut Course,
) -> Result<(), ContractError> {
    project.status = Status::Admitted;
    course.admitted += 1;
    state::rank(number, project.supporters, place).save(call.storage, &1);
    call.event("admit", &[("round", &number), ("project", &place)]);
    Ok(())
}

/// The admitted projects, ascending: at most as many as a round has places.
///
/// # Errors
/// Only for unreadable state.
pub fn admitted(storage: &dyn Storage, number: u64) -> Result<Vec<u16>, ContractError> {
    let start = state::head(b'k', &[&number.to_be_bytes()]);
    let end = state::head(b'k', &[&number.saturating_add(1).to_be_bytes()]);
    let mut places: Vec<u16> = storage
        .range_keys(Some(&start), Some(&end), Order::Ascending)
        // `rk` ‖ round ‖ supporters ‖ project
        .filter_map(|raw| Some(u16::from_be_bytes(raw.get(14..16)?.try_into().ok()?)))
        .collect();
    places.sort_unstable();
    Ok(places)
}

/// A member supports a project.
///
/// # Errors
/// Too late, another way of admission, twice, no person that takes part.
pub fn support(call: &mut Call<'_>, number: u64, which: u64) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    let mut course = course_of(call.storage, number)?;
    before_begin(call, number, &found, &course)?;
    if found.admission != Admission::Members {
        return Err(refused("a decision admits the projects of this round").into());
    }
    let mut chosen = project(call.storage, number, which)?;
    let place = u16::try_from(which).map_err(|_| ContractError::Overflow { what: "project" })?;
    if chosen.status == Status::Withdrawn {
        return Err(refused("it was taken back").into());
    }
    let sender = call.sender.clone();
    let standing = call.dealer(&sender)?;
    let person = standing.person.0;
    if standing.kind != Kind::Person {
        return Err(Unauthorized::new(&sender, "a person").into());
    }
    if person == chosen.submitter || chosen.controllers.contains(&person) {
        return Err(refused("who submits or controls a project does not support it").into());
    }
    let key = state::support(number, person, place);
    if key.exists(call.storage) {
        return Err(RoundError::Supported { project: which }.into());
    }
    key.save(call.storage, &1);
    super::mention(call.storage, person, number);
    if chosen.status == Status::Admitted {
        call.storage
            .remove(state::rank(number, chosen.supporters, place).bytes());
        chosen.supporters += 1;
        state::rank(number, chosen.supporters, place).save(call.storage, &1);
    } else {
        let before = waiting(number, place, chosen.supporters);
        call.storage.remove(before.bytes());
        chosen.supporters += 1;
        let enough = chosen.supporters >= call.parameters.numbers.project_supporters;
        if enough && course.admitted >= found.max_projects {
            displace(call, number, chosen.supporters, &mut course)?;
        }
        if enough && course.admitted < found.max_projects {
            admit(call, number, place, &mut chosen, &mut course)?;
        } else if enough {
            waiting(number, place, chosen.supporters).save(call.storage, &1);
        }
    }
    state::project(number, place).save(call.storage, &chosen);
    state::course(number).save(call.storage, &course);
    call.event(
        "support",
        &[
            ("round", &number),
            ("project", &place),
            ("supporters", &chosen.supporters),
        ],
    );
    Ok(())
}

/// That a project waits for a place with support enough.
fn waiting(number: u64, place: u16, supporters: u32) -> mycel_kit::Key<u8> {
    state::next(number, supporters, u16::MAX - place)
}

/// A place is free: the waiting project with the most support takes it; of equal
/// ones the first submitted.
fn fill(call: &mut Call<'_>, number: u64, course: &mut Course) -> Result<(), ContractError> {
    let start = state::head(b'z', &[&number.to_be_bytes()]);
    let end = state::head(b'z', &[&number.saturating_add(1).to_be_bytes()]);
    let last = call
        .storage
        .range_keys(Some(&start), Some(&end), Order::Descending)
        .next();
    let Some(raw) = last else { return Ok(()) };
    // `rz` ‖ round ‖ supporters ‖ 2^16 − 1 − project
    let place = match raw.get(14..16) {
        Some(&[high, low]) => u16::MAX - u16::from_be_bytes([high, low]),
        _ => return Ok(()),
    };
    call.storage.remove(&raw);
    let key = state::project(number, place);
    let mut next = key.load(call.storage)?;
    admit(call, number, place, &mut next, course)?;
    key.save(call.storage, &next);
    Ok(())
}

/// The admitted project with the least support waits again if it has less than
/// `supporters`; of equal ones the last submitted.
fn displace(
    call: &mut Call<'_>,
    number: u64,
    supporters: u32,
    course: &mut Course,
) -> Result<(), ContractError> {
    let start = state::head(b'k', &[&number.to_be_bytes()]);
    let end = state::head(b'k', &[&number.to_be_bytes(), &supporters.to_be_bytes()]);
    let range = call
        .storage
        .range_keys(Some(&start), Some(&end), Order::Ascending);
    let mut least: Option<Vec<u8>> = None;
    for raw in range {
        // `rk` ‖ round ‖ supporters ‖ project: at most 200 of them
        let same = least
            .as_ref()
            .is_none_or(|first| first.get(10..14) == raw.get(10..14));
        if !same {
            break;
        }
        least = Some(raw);
    }
    let Some(raw) = least else { return Ok(()) };
    let place = match raw.get(14..16) {
        Some(&[high, low]) => u16::from_be_bytes([high, low]),
        _ => return Ok(()),
    };
    call.storage.remove(&raw);
    let key = state::project(number, place);
    let mut gone = key.load(call.storage)?;
    gone.status = Status::Waiting;
    waiting(number, place, gone.supporters).save(call.storage, &1);
    key.save(call.storage, &gone);
    course.admitted -= 1;
    call.event("displaced", &[("round", &number), ("project", &place)]);
    Ok(())
}

/// A decision admits a project.
///
/// # Errors
/// Another way of admission, too late, no place.
pub fn admit_decided(call: &mut Call<'_>, number: u64, which: u64) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    let mut course = super::give::up_to_now(call, number, found.begins)?;
    if found.admission != Admission::Decided {
        return Err(refused("members admit the projects of this round").into());
    }
    if !matches!(course.stage, Stage::Open | Stage::Giving) || call.now >= found.ends {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "open or giving, before its end",
        }
        .into());
    }
    let mut chosen = project(call.storage, number, which)?;
    let place = u16::try_from(which).map_err(|_| ContractError::Overflow { what: "project" })?;
    if chosen.status != Status::Waiting {
        return Err(refused("it does not wait to be admitted").into());
    }
    if course.admitted >= found.max_projects {
        return Err(RoundError::Full {
            admitted: course.admitted,
            most: found.max_projects,
            next: "admit it when another is taken back",
        }
        .into());
    }
    admit(call, number, place, &mut chosen, &mut course)?;
    state::project(number, place).save(call.storage, &chosen);
    state::course(number).save(call.storage, &course);
    Ok(())
}

/// Whoever is paid or controls the payee takes a project back: what was given to
/// it goes back when the round ends.
///
/// # Errors
/// Others, too often of what others submitted, or too late.
pub fn withdraw(call: &mut Call<'_>, number: u64, which: u64) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    let mut course = super::give::up_to_now(call, number, found.begins)?;
    if !matches!(course.stage, Stage::Open | Stage::Giving) || call.now >= found.ends {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "open or giving, before its end",
        }
        .into());
    }
    let mut chosen = project(call.storage, number, which)?;
    let place = u16::try_from(which).map_err(|_| ContractError::Overflow { what: "project" })?;
    if chosen.status == Status::Withdrawn {
        return Err(refused("it was taken back already").into());
    }
    let sender = call.sender.clone();
    let person = call.standing(&sender)?.person.0;
    let may = person == chosen.payee
        || match chosen.org {
            true => control::controllers(call, &control::address(call, chosen.payee)?)?
                .contains(&person),
            false => false,
        };
    if !may {
        return Err(Unauthorized::new(&sender, "the payee, or who controls it").into());
    }
    if person != chosen.payee && person != chosen.submitter {
        count(call, number, chosen.payee, person)?;
        let times = state::times(number, chosen.payee, chosen.submitter);
        let submitted = times.may_load(call.storage)?.unwrap_or(0);
        times.save(call.storage, &submitted.saturating_sub(1));
    }
    if chosen.status == Status::Admitted {
        course.admitted -= 1;
        call.storage
            .remove(state::rank(number, chosen.supporters, place).bytes());
        fill(call, number, &mut course)?;
    } else {
        let waits = waiting(number, place, chosen.supporters);
        call.storage.remove(waits.bytes());
    }
    chosen.status = Status::Withdrawn;
    state::project(number, place).save(call.storage, &chosen);
    state::course(number).save(call.storage, &course);
    // who lost control of the payee may have submitted another project since
    let submitted = state::of_submitter(number, chosen.submitter);
    if submitted.may_load(call.storage)? == Some(place) {
        call.storage.remove(submitted.bytes());
    }
    call.storage
        .remove(state::of_payee(number, chosen.payee).bytes());
    owed(call, chosen.payee, -1)?;
    call.event(
        "withdraw_project",
        &[("round", &number), ("project", &place)],
    );
    Ok(())
}

/// Anyone: notes who controls a project's payee now.
///
/// # Errors
/// The round is over, or members does not answer.
pub fn recheck(call: &mut Call<'_>, number: u64, which: u64) -> Result<(), ContractError> {
    let course = course_of(call.storage, number)?;
    if !matches!(course.stage, Stage::Open | Stage::Giving) {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "open or giving",
        }
        .into());
    }
    let mut chosen = project(call.storage, number, which)?;
    let place = u16::try_from(which).map_err(|_| ContractError::Overflow { what: "project" })?;
    let mut tally = state::tally(number, place)
        .may_load(call.storage)?
        .unwrap_or_default();
    if control::note(call, number, place, &mut chosen, &mut tally)? {
        state::project(number, place).save(call.storage, &chosen);
        state::tally(number, place).save(call.storage, &tally);
    }
    call.event("recheck", &[("round", &number), ("project", &place)]);
    Ok(())
}
