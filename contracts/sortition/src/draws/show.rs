//! Answers about draws: all that a replay needs, from the ledger alone.

use cosmwasm_std::{Order, Storage, to_hex};
use mycel_kit::lottery::Fraction;
use mycel_kit::{Id, Key, Seconds};

use super::error::DrawError;
use super::pool::{self, PER_PAGE};
use super::posts::{self, Fate, Post};
use super::sat::{self, Sat};
use super::seats;
use super::state::{self, Draw, Terms};
use super::verify;
pub use super::views::*;
use crate::error::ContractError;
use crate::parameters::Numbers;

/// Most items of a page.
pub const PAGE: u32 = 50;
/// Most rows of `volunteers`.
pub const ROWS: u32 = 1_024;

fn some(time: u64) -> Option<Seconds> {
    (time > 0).then_some(Seconds(time))
}

fn ratio(fraction: Fraction) -> Ratio {
    Ratio {
        numerator: fraction.numerator.to_string(),
        denominator: fraction.denominator.to_string(),
    }
}

fn view(number: u64, terms: &Terms, draw: &Draw) -> DrawView {
    let lottery = (draw.panels > 0).then(|| LotteryView {
        frozen: Seconds(draw.frozen),
        height: Id(draw.height),
        root: to_hex(draw.root),
        panels: draw.panels,
        tolerance: verify::tolerance(draw).panels(),
        tries: draw.tries,
        commit_until: Seconds(draw.commit_until),
        deadline: Seconds(draw.deadline),
        posts: draw.posts,
        best: draw.best.as_ref().map(|best| BestView {
            post: best.post,
            settled: best.rank.settled,
            pair_term: best.rank.pair_term.to_string(),
            least: ratio(best.least),
            bound: ratio(best.bound),
        }),
    });
    let accepted = (draw.accepted > 0).then(|| AcceptedView {
        at: Seconds(draw.accepted),
        round: Id(draw.round),
        round_time: Seconds(draw.round_time),
        until: Seconds(draw.round_until),
        value: draw.value.map(to_hex),
        index: draw.value.map(|_| draw.index),
    });
    DrawView {
        draw: Id(number),
        r#ref: terms.reference.clone(),
        client: terms.client.clone(),
        stage: draw.stage.name().to_owned(),
        size: terms.size,
        features: terms.features(),
        quotas: terms.quotas(),
        opened: Seconds(terms.opened),
        until: Seconds(terms.until),
        give_up: Seconds(terms.give_up),
        gate: terms.gate.map(Id),
        persons: draw.persons,
        left_out: draw.left_out,
        short: (!draw.short.is_empty()).then(|| draw.short.clone()),
        lottery,
        accepted,
        decline_until: some(draw.decline_until),
        ended: some(draw.ended),
    }
}

/// Answer to `draw`.
///
/// # Errors
/// There is none.
pub fn draw(storage: &dyn Storage, number: u64) -> Result<DrawView, ContractError> {
    let (terms, draw) = state::load(storage, number)?;
    Ok(view(number, &terms, &draw))
}

/// Answer to `draws`.
///
/// # Errors
/// Only for unreadable state.
pub fn draws(
    storage: &dyn Storage,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<DrawsResponse, ContractError> {
    let count = state::load_totals(storage)?.draws;
    let first = after.map_or(1, |Id(after)| after.saturating_add(1)).max(1);
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE);
    let last = first.saturating_add(u64::from(limit) - 1).min(count);
    let draws = (first..=last)
        .map(|number| draw(storage, number))
        .collect::<Result<_, _>>()?;
    Ok(DrawsResponse {
        draws,
        next: (last < count && first <= last).then_some(Id(last)),
    })
}

fn names(terms: &Terms, values: &[u8]) -> Vec<String> {
    (0u8..)
        .zip(values)
        .map(|(feature, value)| terms.named(feature, *value).1.to_owned())
        .collect()
}

/// Answer to `pool`.
///
/// # Errors
/// There is no such draw.
pub fn pool(storage: &dyn Storage, number: u64) -> Result<PoolResponse, ContractError> {
    let (terms, draw) = state::load(storage, number)?;
    let frozen = pool::frozen(storage, number, &terms)?.pool;
    let sums = state::sums(number).may_load(storage)?.unwrap_or_default();
    let types = frozen.counts.iter().zip(&frozen.values).enumerate();
    Ok(PoolResponse {
        types: types
            .map(|(kind, (count, values))| TypeView {
                values: names(&terms, values),
                count: *count,
                seats: sums.get(kind).copied().map(Id),
            })
            .collect(),
        frozen: draw.panels > 0,
        panels: if sums.is_empty() { 0 } else { draw.panels },
    })
}

/// Answer to `volunteers`: `after` is type · 2^32 + place of the last row seen.
///
/// # Errors
/// There is no such draw.
pub fn volunteers(
    storage: &dyn Storage,
    number: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<VolunteersResponse, ContractError> {
    let (terms, _) = state::load(storage, number)?;
    let frozen = pool::frozen(storage, number, &terms)?;
    let limit = limit.unwrap_or(ROWS).clamp(1, ROWS) as usize;
    let from = after.map_or(0, |Id(after)| after.saturating_add(1));
    // the halves of a u64
    let (mut kind, mut index) = ((from >> 32) as u32, from as u32);
    let mut rows: Vec<Row> = Vec::new();
    let mut kinds = frozen.raw.iter().zip(&frozen.pool.counts).enumerate();
    let mut more = false;
    'all: for (place, (raw, count)) in kinds.by_ref().skip(kind as usize) {
        kind = place as u32;
        while index < *count {
            let page = state::members(number, *raw, index / PER_PAGE).load(storage)?;
            for person in page.iter().skip((index % PER_PAGE) as usize) {
                if rows.len() >= limit {
                    more = true;
                    break 'all;
                }
                rows.push(Row {
                    r#type: u16::try_from(kind).unwrap_or(u16::MAX),
                    index,
                    person: Id(u64::from(*person)),
                });
                index += 1;
            }
        }
        index = 0;
    }
    let last = rows.last();
    let next = last.map(|row| Id(u64::from(row.r#type) << 32 | u64::from(row.index)));
    Ok(VolunteersResponse {
        next: next.filter(|_| more),
        rows,
    })
}

/// Answer to `volunteer`.
///
/// # Errors
/// There is no such draw.
pub fn volunteer(
    storage: &dyn Storage,
    numbers: &Numbers,
    now: u64,
    number: u64,
    person: u64,
) -> Result<VolunteerResponse, ContractError> {
    let (terms, _) = state::load(storage, number)?;
    let Ok(person) = u32::try_from(person) else {
        return Ok(VolunteerResponse {
            values: None,
            run: 0,
            rests_until: None,
        });
    };
    let values = match state::entry(person, number).may_load(storage)? {
        Some(entry) => {
            let kind = state::kind(number, entry.raw).load(storage)?;
            Some(names(&terms, &kind.values))
        }
        None => None,
    };
    let sat: Sat = sat::sat(person).may_load(storage)?.unwrap_or_default();
    let (rest, most) = (numbers.rest_seconds, numbers.in_a_row);
    let run = sat.run(rest, now);
    let last = sat.terms.last().map_or(0, |last| last.at);
    Ok(VolunteerResponse {
        values,
        run,
        rests_until: (run >= most).then_some(Seconds(last.saturating_add(rest.into()))),
    })
}

fn post_view(number: u32, post: &Post) -> PostView {
    let (fate, why) = match &post.fate {
        Fate::Awaited => ("awaited", None),
        Fate::Complete => ("complete", None),
        Fate::Refused(why) => ("refused", Some(why.clone())),
        Fate::Best => ("best", None),
        Fate::Surpassed => ("surpassed", None),
    };
    PostView {
        post: number,
        solver: post.solver.clone(),
        person: Id(post.person),
        hash: to_hex(post.hash),
        pages: post.pages,
        here: post.here,
        fate: fate.to_owned(),
        why,
    }
}

/// Answer to `posts`.
///
/// # Errors
/// Only for unreadable state.
pub fn posts(
    storage: &dyn Storage,
    number: u64,
    after: Option<u32>,
) -> Result<PostsResponse, ContractError> {
    let from = after.map_or(0, |after| after.saturating_add(1));
    let first = posts::post(number, from);
    let end = [&b"n"[..], &number.to_be_bytes(), &[0xff; 5]].concat();
    let mut found = Vec::new();
    let range = storage.range(Some(first.bytes()), Some(&end), Order::Ascending);
    for (key, value) in range.take(PAGE as usize + 1) {
        let place = key.get(9..13).and_then(|four| four.try_into().ok());
        let post = Key::<Post>::new(b'n', &key[1..]).decode(&value)?;
        found.push(post_view(place.map_or(0, u32::from_be_bytes), &post));
    }
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    Ok(PostsResponse {
        next: found.last().map(|post| post.post).filter(|_| more),
        posts: found,
    })
}

/// Answer to `lottery`: a page of the best, or of a named post.
///
/// # Errors
/// There is none, or no such page.
pub fn lottery(
    storage: &dyn Storage,
    number: u64,
    post: Option<u32>,
    page: u32,
) -> Result<LotteryResponse, ContractError> {
    let (_, draw) = state::load(storage, number)?;
    let best = draw.best.as_ref().map(|best| best.post);
    let none = DrawError::UnknownPost {
        draw: number,
        post: post.unwrap_or(0),
    };
    let post = post.or(best).ok_or(none)?;
    let mine = posts::load(storage, number, post)?;
    if page >= mine.here {
        return Err(DrawError::UnknownPost { draw: number, post }.into());
    }
    Ok(LotteryResponse {
        post,
        pages: mine.pages,
        data: posts::page(storage, number, post, page).into(),
    })
}

/// Answer to `seats`.
///
/// # Errors
/// No panel is drawn yet.
pub fn seats(storage: &dyn Storage, number: u64) -> Result<SeatsResponse, ContractError> {
    let (_, draw) = state::load(storage, number)?;
    let panel = seats::panel(number)
        .may_load(storage)?
        .ok_or(DrawError::Stage {
            draw: number,
            stage: draw.stage.name(),
            needs: "a panel that is drawn",
        })?;
    let seats = (0u16..).zip(&panel.seats);
    Ok(SeatsResponse {
        panel: panel.number,
        seats: seats
            .map(|(place, seat)| SeatView {
                r#type: seat.kind,
                index: seat.index,
                person: (seat.person > 0).then_some(Id(seat.person.into())),
                pending: panel.pending.contains(&place),
            })
            .collect(),
    })
}

/// Answer to `passed`.
///
/// # Errors
/// There is no such draw.
pub fn passed(
    storage: &dyn Storage,
    number: u64,
    after: Option<u32>,
) -> Result<PassedResponse, ContractError> {
    let (_, draw) = state::load(storage, number)?;
    let first = after.map_or(0, |after| after.saturating_add(1));
    let end = first.saturating_add(PAGE).min(draw.passed);
    let passed = (first..end)
        .map(|n| {
            let one = seats::passed(number, n).load(storage)?;
            Ok(PassedView {
                n,
                seat: one.seat,
                r#type: one.drawn.kind,
                index: one.drawn.index,
                person: Id(one.drawn.person.into()),
                why: one.why.name().to_owned(),
                at: Seconds(one.at),
            })
        })
        .collect::<Result<_, ContractError>>()?;
    Ok(PassedResponse {
        passed,
        next: (end < draw.passed && end > 0).then(|| end - 1),
    })
}

/// What draws hold about a person: pools after this draw, at most 50, and in
/// the end the terms.
///
/// # Errors
/// Only for unreadable state.
pub fn records(
    storage: &dyn Storage,
    person: u64,
    after: Option<Id>,
) -> Result<(Vec<DrawRecord>, Option<Id>), ContractError> {
    let Ok(person) = u32::try_from(person) else {
        return Ok((Vec::new(), None));
    };
    let from = after.map_or(0, |Id(after)| after.saturating_add(1));
    let first = state::entry(person, from);
    let mut end = state::entry(person, u64::MAX).bytes().to_vec();
    end.push(0);
    let range = storage.range(Some(first.bytes()), Some(&end), Order::Ascending);
    let mut records = Vec::new();
    let (mut last, mut more) = (None, false);
    for (key, value) in range.take(PAGE as usize + 1) {
        if records.len() >= PAGE as usize {
            more = true;
            break;
        }
        let number = key.get(5..13).and_then(|eight| eight.try_into().ok());
        let number = number.map_or(0, u64::from_be_bytes);
        let entry: state::Entry = Key::new(b'h', &key[1..]).decode(&value)?;
        let terms = state::terms(number).load(storage)?;
        let kind = state::kind(number, entry.raw).load(storage)?;
        records.push(DrawRecord::Volunteer {
            draw: Id(number),
            values: names(&terms, &kind.values),
            r#ref: terms.reference,
        });
        last = Some(Id(number));
    }
    if more {
        return Ok((records, last));
    }
    let sat = sat::sat(person).may_load(storage)?.unwrap_or_default();
    records.extend(sat.terms.into_iter().map(|term| DrawRecord::Sat {
        draw: Id(term.draw),
        at: Seconds(term.at),
        run: term.run,
    }));
    Ok((records, None))
}
