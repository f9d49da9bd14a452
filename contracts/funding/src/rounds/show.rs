//! Views of rounds, paged.

use cosmwasm_std::{Deps, HexBinary, Order, Storage, Uint128};
use mycel_bindings::MycelQuery;
use mycel_kit::apportion::MAX_TOTAL;
use mycel_kit::wide::U256;
use mycel_kit::{Amount, Id, Seconds};

use super::ask::{
    ContributionsResponse, DivisionView, FlowView, GiftView, PartView, PayoutView, ProjectView,
    ProjectsResponse, ResultsResponse, RoundResponse, RoundView, RoundsResponse, SponsorView,
};
use super::msg::IdentityInput;
use super::record::{Course, Flow, Identity, Part, Round, Sponsor, Status};
use super::weigh::giver_and_project;
use super::{course_of, project, projects, round, state};
use crate::error::ContractError;
use crate::policies::Policies;
use crate::{holds, state as shared};

/// Most items of a page, and the default.
pub const PAGE: u32 = 50;

fn size(limit: Option<u32>) -> usize {
    limit.unwrap_or(PAGE).clamp(1, PAGE) as usize
}

/// An amount that is stored: at most 2^63 − 1.
pub(super) fn amount(pico: u64) -> Amount {
    Amount::new(pico).unwrap_or(Amount::MAX)
}

fn flow(flow: &Flow) -> FlowView {
    FlowView {
        came: flow.came.into(),
        open: flow.open.into(),
        paid: flow.paid.into(),
        back: flow.back.into(),
        decayed: flow.decayed.into(),
        expired: flow.expired.into(),
    }
}

fn view(number: u64, round: Round, course: &Course) -> RoundView {
    RoundView {
        round: Id(number),
        title: round.title,
        opener: (round.opener != 0).then_some(Id(round.opener)),
        identity: match round.identity {
            Identity::Addresses => IdentityInput::Addresses {},
            Identity::Proofs(gate) => IdentityInput::Proofs { gate: Id(gate) },
        },
        rule: round.rule,
        saturation: round.saturation,
        cap_bps: round.cap_bps,
        admission: round.admission,
        opened: Seconds(round.opened),
        begins: Seconds(round.begins),
        ends: Seconds(round.ends),
        min_pool: amount(round.min_pool),
        max_projects: round.max_projects,
        stage: course.stage.name().to_owned(),
        projects: course.projects,
        admitted: course.admitted,
        gifts: course.gifts,
        given: flow(&course.given),
        pool: flow(&course.pool),
    }
}

/// Rounds by number.
///
/// # Errors
/// Only for unreadable state.
pub fn rounds(
    storage: &dyn Storage,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<RoundsResponse, ContractError> {
    let last = state::totals()
        .may_load(storage)?
        .unwrap_or_default()
        .rounds;
    let from = after.map_or(0, |Id(after)| after).min(last);
    let end = from.saturating_add(size(limit) as u64).min(last);
    let mut rounds = vec![];
    for number in from + 1..=end {
        let course = course_of(storage, number)?;
        rounds.push(view(number, round(storage, number)?, &course));
    }
    Ok(RoundsResponse {
        rounds,
        next: (end < last).then_some(Id(end)),
    })
}

/// A sponsor, with what credit says is left.
///
/// # Errors
/// No credit.
pub(super) fn sponsor(
    deps: Deps<'_, MycelQuery>,
    credit: &str,
    one: &Sponsor,
) -> Result<SponsorView, ContractError> {
    let left = match one.settled {
        true => None,
        false => holds::find(deps.querier, credit, one.hold)?,
    };
    Ok(SponsorView {
        hold: Id(one.hold),
        person: (one.person != 0).then_some(Id(one.person)),
        amount: amount(one.amount),
        left: left.map_or(Amount::ZERO, |hold| hold.amount),
    })
}

/// One round: its pool as it is now, and how that would be divided.
///
/// # Errors
/// No such round; no credit.
pub fn one(
    policies: &dyn Policies,
    deps: Deps<'_, MycelQuery>,
    number: u64,
) -> Result<RoundResponse, ContractError> {
    let storage = deps.storage;
    let found = round(storage, number)?;
    let course = course_of(storage, number)?;
    let credit = shared::parameters().load(storage)?.credit;
    let mut sponsors = vec![];
    for one in state::sponsors(number)
        .may_load(storage)?
        .unwrap_or_default()
    {
        sponsors.push(sponsor(deps, &credit, &one)?);
    }
    let pool: u128 = sponsors.iter().map(|one| u128::from(one.left.pico())).sum();
    let division = match () {
        () if course.stage.cancelled() => None,
        () if course.stage.paying() => Some(DivisionView {
            pool: course.gathered.into(),
            parts: parts(&state::parts(number).load(storage)?),
            returned: course.returned.into(),
            preview: false,
        }),
        () => preview(policies, storage, number, &found, pool)?,
    };
    Ok(RoundResponse {
        sponsors,
        division,
        m: (course.m != 0).then(|| amount(course.m)),
        round: view(number, found, &course),
    })
}

fn parts(parts: &[Part]) -> Vec<PartView> {
    parts
        .iter()
        .filter(|part| part.matching > 0)
        .map(|part| PartView {
            project: Id(part.project.into()),
            matching: part.matching.into(),
        })
        .collect()
}

/// How the pool would be divided if contributions ended now, for rules that
/// need the kept sums only.
fn preview(
    policies: &dyn Policies,
    storage: &dyn Storage,
    number: u64,
    found: &Round,
    pool: u128,
) -> Result<Option<DivisionView>, ContractError> {
    let rule = policies.rule(&found.rule, 1);
    if rule.pairwise().is_some() {
        return Ok(None);
    }
    let mut divided: Vec<Part> = vec![];
    let mut weights: Vec<U256> = vec![];
    for place in projects::admitted(storage, number)? {
        let tally = state::tally(number, place).may_load(storage)?;
        weights.push(rule.weight(&tally.unwrap_or_default().sums));
        divided.push(Part {
            project: place,
            matching: 0,
        });
    }
    let pool = pool.min(MAX_TOTAL);
    let allocation = rule
        .allocate(pool, &weights, found.cap_bps.into(), found.saturation)
        .map_err(|_| ContractError::Overflow { what: "weights" })?;
    for (part, matching) in divided.iter_mut().zip(allocation.parts) {
        part.matching = matching;
    }
    Ok(Some(DivisionView {
        pool: pool.into(),
        parts: parts(&divided),
        returned: allocation.returned.into(),
        preview: true,
    }))
}

/// What each project gets of the pool, from when that is divided.
fn divided(
    storage: &dyn Storage,
    number: u64,
    course: &Course,
) -> Result<Vec<Part>, ContractError> {
    Ok(match course.stage.paying() {
        true => state::parts(number).load(storage)?,
        false => vec![],
    })
}

fn gets(parts: &[Part], place: u16) -> Uint128 {
    let found = parts.binary_search_by_key(&place, |part| part.project);
    found.map_or(0, |at| parts[at].matching).into()
}

fn project_view(
    storage: &dyn Storage,
    number: u64,
    place: u16,
    parts: &[Part],
) -> Result<ProjectView, ContractError> {
    let one = project(storage, number, place.into())?;
    let tally = state::tally(number, place)
        .may_load(storage)?
        .unwrap_or_default();
    Ok(ProjectView {
        project: Id(place.into()),
        title: one.title,
        text_hash: HexBinary::from(one.text_hash),
        submitter: Id(one.submitter),
        payee: Id(one.payee),
        controllers: one.controllers.into_iter().map(Id).collect(),
        status: one.status.name().to_owned(),
        supporters: one.supporters,
        givers: tally.givers,
        matched: tally.matched.into(),
        unmatched: tally.unmatched.into(),
        matching: gets(parts, place),
    })
}

/// A page of numbers from 1 to `last`: those on it, and the mark of the next.
fn page(after: Option<Id>, limit: Option<u32>, last: u16) -> (Vec<u16>, Option<Id>) {
    let from = after.map_or(0, |Id(after)| u16::try_from(after).unwrap_or(u16::MAX));
    let end = from.saturating_add(size(limit) as u16).min(last); // at most 50
    let next = (end < last).then_some(Id(end.into()));
    ((from.min(last)..end).map(|place| place + 1).collect(), next)
}

/// Projects by number, with their sums.
///
/// # Errors
/// No such round.
pub fn projects(
    storage: &dyn Storage,
    number: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<ProjectsResponse, ContractError> {
    let course = course_of(storage, number)?;
    let (places, next) = page(after, limit, course.projects);
    let parts = divided(storage, number, &course)?;
    let mut projects = vec![];
    for place in places {
        projects.push(project_view(storage, number, place, &parts)?);
    }
    Ok(ProjectsResponse { projects, next })
}

/// What a person gave in a round, by project.
///
/// # Errors
/// No such round.
pub fn contributions(
    storage: &dyn Storage,
    number: u64,
    person: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<ContributionsResponse, ContractError> {
    course_of(storage, number)?;
    let giver = state::part(person, number).may_load(storage)?.unwrap_or(0);
    let after = after.map_or(0, |Id(after)| u16::try_from(after).unwrap_or(u16::MAX));
    let mut gifts = gifts(storage, number, giver, after, size(limit) + 1)?;
    let more = gifts.len() > size(limit);
    gifts.truncate(size(limit));
    Ok(ContributionsResponse {
        next: gifts.last().filter(|_| more).map(|gift| gift.project),
        gifts,
    })
}

/// What a giver gave in a round to projects after `after`.
pub(super) fn gifts(
    storage: &dyn Storage,
    number: u64,
    giver: u64,
    after: u16,
    most: usize,
) -> Result<Vec<GiftView>, ContractError> {
    let mut gifts = vec![];
    if giver == 0 {
        return Ok(gifts);
    }
    let start = state::gift(number, giver, after.saturating_add(1));
    let end = state::head(
        b'g',
        &[
            &number.to_be_bytes(),
            &giver.saturating_add(1).to_be_bytes(),
        ],
    );
    let range = storage.range(Some(start.bytes()), Some(&end), Order::Ascending);
    for (raw, value) in range.take(most) {
        let (_, project) = giver_and_project(&raw)?;
        let gift = state::gift(number, giver, project).decode(&value)?;
        gifts.push(GiftView {
            round: Id(number),
            project: Id(project.into()),
            amount: amount(gift.amount),
            matched: gift.matched,
        });
    }
    Ok(gifts)
}

/// What admitted projects were paid, by number.
///
/// # Errors
/// No such round.
pub fn results(
    storage: &dyn Storage,
    number: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<ResultsResponse, ContractError> {
    let course = course_of(storage, number)?;
    let (places, next) = page(after, limit, course.projects);
    let parts = divided(storage, number, &course)?;
    let mut payouts = vec![];
    for place in places {
        let one = project(storage, number, place.into())?;
        if one.status != Status::Admitted {
            continue;
        }
        payouts.push(PayoutView {
            project: Id(place.into()),
            payee: Id(one.payee),
            matching: gets(&parts, place),
            matching_paid: one.matched.into(),
            direct_paid: one.direct.into(),
        });
    }
    Ok(ResultsResponse {
        stage: course.stage.name().to_owned(),
        pool: course.gathered.into(),
        matching: course.matching.into(),
        returned: course.returned.into(),
        payouts,
        next,
    })
}
