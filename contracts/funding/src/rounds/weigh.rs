//! What each project weighs: the pool is gathered, contributions are packed by
//! giver for a rule that meets pairs, pairs are weighed row by row, and the
//! pool is divided.
//!
//! # Pages
//! `count u16 ‖ count × (place u16 ‖ amount u64)`, big-endian, a giver after
//! the other by ascending number; `place` is the project's among the admitted.
//! Only what earns match is packed. A page ends with a giver, at most 64 KiB.

use cosmwasm_std::Order;
use mycel_kit::apportion::apportion;
use mycel_kit::median::{Even, median};
use mycel_kit::wide::U256;

use super::course::go_on;
use super::record::{Course, Part, Round, Stage};
use super::state;
use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;
use crate::rules::{Table, Wide, root};

/// A page is closed by the first giver that ends beyond this.
const PAGE_BYTES: usize = 6 << 10;
/// … or after so many contributions were looked at.
const PAGE_LOOKS: u32 = 700;
/// Units of packing a page.
pub const PACK: u32 = 30;
/// Units of reading a page.
const READ: u32 = 2;
/// Steps of pairs in a unit.
pub const STEPS: u64 = 40_000;

/// The pool is what its holds have left now.
pub(super) fn gather(
    call: &mut Call<'_>,
    number: u64,
    found: &Round,
    mut course: Course,
    units: u32,
) -> Result<Worked, ContractError> {
    let key = state::sponsors(number);
    let mut sponsors = key.may_load(call.storage)?.unwrap_or_default();
    let needs = 1 + sponsors.len() as u32; // at most 20
    if units < needs {
        return Ok(Worked::Needs(needs));
    }
    course.gathered = 0;
    for sponsor in &mut sponsors {
        sponsor.left = call
            .hold(sponsor.hold)?
            .map_or(0, |hold| hold.amount.pico());
        course.gathered += u128::from(sponsor.left);
    }
    key.save(call.storage, &sponsors);
    let rule = call.policies.rule(&found.rule, 1);
    course.stage = match rule.pairwise() {
        Some(_) => Stage::Packing(None),
        None => Stage::Dividing,
    };
    call.event(
        "gathered",
        &[("round", &number), ("pool", &course.gathered)],
    );
    Ok(go_on(call, number, &course, needs))
}

/// A page of contributions by giver.
pub(super) fn pack(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
    after: Option<(u64, u16)>,
    units: u32,
) -> Result<Worked, ContractError> {
    if units < PACK {
        return Ok(Worked::Needs(PACK));
    }
    let parts = state::parts(number).load(call.storage)?;
    let place_of = |project: u16| parts.binary_search_by_key(&project, |part| part.project);
    let start = match after {
        None => state::head(b'g', &[&number.to_be_bytes()]),
        Some((giver, project)) => {
            let mut last = state::gift(number, giver, project).bytes().to_vec();
            last.push(0);
            last
        }
    };
    let end = state::head(b'g', &[&number.saturating_add(1).to_be_bytes()]);
    let mut page: Vec<u8> = vec![];
    let mut own: Vec<u8> = vec![];
    let mut last = after;
    let mut giver = None;
    let mut all = true;
    let gifts = call
        .storage
        .range(Some(&start), Some(&end), Order::Ascending);
    for (looked, (raw, value)) in (0u32..).zip(gifts) {
        let (one, project) = giver_and_project(&raw)?;
        if giver != Some(one) {
            close(&mut page, &mut own);
            if page.len() >= PAGE_BYTES || looked >= PAGE_LOOKS {
                all = false;
                break;
            }
            giver = Some(one);
        }
        let gift = state::gift(number, one, project).decode(&value)?;
        if let (true, Ok(place)) = (gift.matched, place_of(project)) {
            own.extend_from_slice(&(place as u16).to_be_bytes()); // below 2^16 projects
            own.extend_from_slice(&gift.amount.to_be_bytes());
        }
        last = Some((one, project));
    }
    close(&mut page, &mut own);
    if !page.is_empty() {
        call.storage
            .set(state::page(number, course.pages).bytes(), &page);
        course.pages += 1;
    }
    course.stage = match all {
        true => Stage::Weighing,
        false => Stage::Packing(last),
    };
    Ok(go_on(call, number, &course, PACK))
}

/// A giver is complete.
fn close(page: &mut Vec<u8>, own: &mut Vec<u8>) {
    if !own.is_empty() {
        let count = (own.len() / 10) as u16; // a project each
        page.extend_from_slice(&count.to_be_bytes());
        page.append(own);
    }
}

fn unreadable(raw: &[u8]) -> ContractError {
    ContractError::State(mycel_kit::key::StateError::Unreadable {
        key: cosmwasm_std::to_hex(raw),
    })
}

/// `rg` ‖ round ‖ giver ‖ project.
pub(super) fn giver_and_project(raw: &[u8]) -> Result<(u64, u16), ContractError> {
    let numbers = || {
        let giver = raw.get(10..18)?.try_into().ok()?;
        let project = raw.get(18..20)?.try_into().ok()?;
        Some((u64::from_be_bytes(giver), u16::from_be_bytes(project)))
    };
    numbers().ok_or_else(|| unreadable(raw))
}

/// Everybody's gifts in memory, and each giver's own median: who gives dust to
/// many projects has one voice in the round's median, as everybody.
fn table(call: &Call<'_>, number: u64, pages: u32) -> Result<(Table, Vec<u64>), ContractError> {
    let mut table = Table::default();
    let mut amounts = vec![];
    for page in 0..pages {
        let key = state::page(number, page);
        let bytes = call
            .storage
            .get(key.bytes())
            .ok_or_else(|| unreadable(key.bytes()))?;
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (count, after) = rest
                .split_first_chunk::<2>()
                .ok_or_else(|| unreadable(key.bytes()))?;
            let bytes = usize::from(u16::from_be_bytes(*count)) * 10;
            let (gifts, after) = after
                .split_at_checked(bytes)
                .ok_or_else(|| unreadable(key.bytes()))?;
            let (gifts, _) = gifts.as_chunks::<10>();
            let mut own = Vec::with_capacity(gifts.len());
            table.push(gifts.iter().map(|gift| {
                let place = u16::from_be_bytes([gift[0], gift[1]]);
                let [_, _, amount @ ..] = *gift;
                let amount = u64::from_be_bytes(amount);
                own.push(amount);
                // an amount has 63 bits, so its root has 64
                (
                    place,
                    u64::try_from(root(amount.into())).unwrap_or(u64::MAX),
                )
            }));
            amounts.extend(median(&own, Even::Lower));
            rest = after;
        }
    }
    Ok((table, amounts))
}

/// Pairs, as many as there are units for.
pub(super) fn weigh(
    call: &mut Call<'_>,
    number: u64,
    found: &Round,
    mut course: Course,
    units: u32,
) -> Result<Worked, ContractError> {
    let parts = state::parts(number).load(call.storage)?.len();
    let fixed = 2 + course.pages * READ + parts as u32 / 8; // at most 200 projects
    if units <= fixed {
        return Ok(Worked::Needs(fixed + 1));
    }
    let (table, amounts) = table(call, number, course.pages)?;
    if course.m == 0 {
        // of an even count the lower: a smaller bound matches less
        let middle = median(&amounts, Even::Lower).unwrap_or(0).max(1);
        let rule = call.policies.rule(&found.rule, middle);
        course.m = rule.pairwise().unwrap_or(middle).max(1);
    }
    let key = state::weighing(number);
    let mut weighing = key.may_load(call.storage)?.unwrap_or_default();
    let mut weights: Vec<U256> = match weighing.weights.is_empty() {
        true => vec![U256::ZERO; parts],
        false => weighing.weights.into_iter().map(Wide::number).collect(),
    };
    let given = u64::from(units - fixed) * STEPS;
    let mut steps = given;
    let done = table.advance(course.m, &mut weighing.place, &mut weights, &mut steps);
    weighing.weights = weights.into_iter().map(Wide::from).collect();
    key.save(call.storage, &weighing);
    if done {
        course.stage = Stage::Dividing;
    }
    let used = fixed + u32::try_from((given - steps).div_ceil(STEPS)).unwrap_or(units);
    Ok(go_on(call, number, &course, used.min(units)))
}

/// The pool is divided by the weights, and each sponsor's hold bears its share.
pub(super) fn divide(
    call: &mut Call<'_>,
    number: u64,
    found: &Round,
    mut course: Course,
    units: u32,
) -> Result<Worked, ContractError> {
    let key = state::parts(number);
    let mut parts: Vec<Part> = key.load(call.storage)?;
    let needs = 5 + parts.len() as u32 / 8; // at most 200 projects
    if units < needs {
        return Ok(Worked::Needs(needs));
    }
    let rule = call.policies.rule(&found.rule, course.m);
    let weights: Vec<U256> = match rule.pairwise() {
        Some(_) => {
            let kept = state::weighing(number).may_load(call.storage)?;
            let mut weights: Vec<U256> = kept
                .unwrap_or_default()
                .weights
                .into_iter()
                .map(Wide::number)
                .collect();
            weights.resize(parts.len(), U256::ZERO);
            weights
        }
        None => {
            let mut weights = Vec::with_capacity(parts.len());
            for part in &parts {
                let tally = state::tally(number, part.project).may_load(call.storage)?;
                weights.push(rule.weight(&tally.unwrap_or_default().sums));
            }
            weights
        }
    };
    let divided = rule
        .allocate(
            course.gathered,
            &weights,
            found.cap_bps.into(),
            found.saturation,
        )
        .map_err(|_| ContractError::Overflow { what: "weights" })?;
    for (part, matching) in parts.iter_mut().zip(&divided.parts) {
        part.matching = *matching;
    }
    key.save(call.storage, &parts);
    course.matching = divided.parts.iter().sum();
    course.returned = divided.returned;
    course.unmatched = course.matching;

    let key = state::sponsors(number);
    let mut sponsors = key.may_load(call.storage)?.unwrap_or_default();
    let left: Vec<u64> = sponsors.iter().map(|sponsor| sponsor.left).collect();
    let quotas =
        apportion(course.matching, &left).map_err(|_| ContractError::Overflow { what: "pool" })?;
    for (sponsor, quota) in sponsors.iter_mut().zip(quotas) {
        // a part of what is left
        sponsor.quota = u64::try_from(quota).unwrap_or(u64::MAX).min(sponsor.left);
    }
    key.save(call.storage, &sponsors);
    let mut totals = state::totals().load(call.storage)?;
    totals.gathered += course.gathered;
    totals.matching += course.matching;
    totals.returned += course.returned;
    state::totals().save(call.storage, &totals);
    course.stage = Stage::Matching(0);
    call.event(
        "divided",
        &[
            ("round", &number),
            ("pool", &course.gathered),
            ("matching", &course.matching),
            ("returned", &course.returned),
        ],
    );
    Ok(go_on(call, number, &course, needs))
}
