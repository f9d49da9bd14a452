//! A panel drawn by lot: pool, lottery, beacon, seats.
use std::time::Duration;

use mycel_client::ClientError;
use mycel_kit::{
    Id,
    lottery::{Pool, Quota, body},
    peers::sortition::Drawn,
};
use mycel_solver::lottery;
use mycel_sortition::{
    ask::QueryMsg,
    beacon::{BeaconMsg, commit_reveal, show::RoundResponse},
    draws::{
        posts::commitment,
        show::{DrawView, DrawsResponse, PoolResponse, PostsResponse},
    },
    msg::{Attribute, ExecuteMsg},
};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{
    CivicError,
    decision::wait_for_time,
    voices::{Patience, Voices},
};
use crate::{contracts::SORTITION, network::CHAIN_ID};

/// How long a draw may take, from the end of its pool.
const PATIENCE: Duration = Duration::from_secs(240);
/// How many take part in the beacon of a development network.
const REVEALERS: usize = 3;

async fn ask<A: DeserializeOwned>(
    voices: &Voices<'_>,
    question: &QueryMsg,
) -> Result<A, ClientError> {
    let sortition = voices.address(SORTITION);
    voices.client().smart(sortition, question).await
}

/// The draw of a name.
pub async fn find(voices: &Voices<'_>, name: &str) -> Result<DrawView, CivicError> {
    let mut page = Default::default();
    loop {
        let some: DrawsResponse = ask(voices, &QueryMsg::Draws(page)).await?;
        if let Some(found) = some.draws.into_iter().find(|draw| draw.r#ref == name) {
            return Ok(found);
        }
        page.after = some.next;
        if page.after.is_none() {
            return Err(CivicError::Ended {
                what: format!("draw {name}"),
                how: "there is none".into(),
            });
        }
    }
}

/// Members volunteer, each saying a value of every feature.
pub async fn volunteer(
    voices: &mut Voices<'_>,
    draw: Id,
    volunteers: &[(u32, Vec<(&str, &str)>)],
) -> Result<(), CivicError> {
    let attribute = |(feature, value): &(&str, &str)| Attribute {
        feature: (*feature).to_owned(),
        value: (*value).to_owned(),
        salt: None,
    };
    let word = |(account, values): &(u32, Vec<(&str, &str)>)| {
        let attributes = values.iter().map(attribute).collect();
        (*account, ExecuteMsg::Volunteer { draw, attributes })
    };
    let words: Vec<_> = volunteers.iter().map(word).collect();
    voices.say_all(SORTITION, &words).await?;
    Ok(())
}

/// What a solver has under way.
#[derive(Default)]
struct Solver {
    tries: u32,
    pages: Vec<Vec<u8>>,
    post: Option<u32>,
}

/// Takes a draw from the end of its pool to its seats: `solver` finds the lottery and posts it, some members serve the
/// beacon. Gives the persons seated.
pub async fn seat(
    voices: &mut Voices<'_>,
    draw: Id,
    solver: u32,
) -> Result<(DrawView, Vec<Id>), CivicError> {
    let patience = Patience::new(format!("draw {draw}"), PATIENCE);
    let mut work = Solver::default();
    loop {
        let view: DrawView = ask(voices, &QueryMsg::Draw { id: draw }).await?;
        patience.check(|| view.stage.clone())?;
        match view.stage.as_str() {
            "solving" => solve(voices, &view, solver, &mut work).await?,
            "awaiting" => serve_beacon(voices, &view).await?,
            "lapsed" => {
                return Err(CivicError::Ended {
                    what: patience.what().to_owned(),
                    how: format!("lapsed: {}", view.short.unwrap_or_default()),
                });
            }
            "done" => {
                let r#ref = view.r#ref.clone();
                let drawn: Drawn = ask(voices, &QueryMsg::Drawn { r#ref }).await?;
                return Ok((view, drawn.persons));
            }
            _ => {}
        }
        let advance = ExecuteMsg::Advance {
            limit: None,
            draw: Some(draw),
            case: None,
        };
        voices.work(SORTITION, &advance).await?;
        wait_for_time(voices).await?;
    }
}

/// The pool as solvers see it.
fn pool(view: &DrawView, told: &PoolResponse) -> Pool {
    let place = |feature: usize, value: &str| {
        let values = view.features.get(feature).map(|feature| &feature.values);
        let found = values.and_then(|values| values.iter().position(|one| one == value));
        u8::try_from(found.unwrap_or_default()).unwrap_or_default()
    };
    let values = |row: &Vec<String>| {
        let row = row.iter().enumerate();
        row.map(|(feature, value)| place(feature, value)).collect()
    };
    let quota = |quota: &mycel_kit::peers::sortition::Quota| {
        let mut features = view.features.iter();
        let feature = features.position(|one| one.name == quota.feature);
        let feature = feature.unwrap_or_default();
        Quota {
            feature: u8::try_from(feature).unwrap_or_default(),
            value: place(feature, &quota.value),
            min: quota.min.into(),
            max: quota.max.into(),
        }
    };
    Pool {
        k: view.size.into(),
        counts: told.types.iter().map(|row| row.count).collect(),
        values: told.types.iter().map(|row| values(&row.values)).collect(),
        quotas: view.quotas.iter().map(quota).collect(),
    }
}

/// Commits while solvers commit, posts when they post.
async fn solve(
    voices: &mut Voices<'_>,
    view: &DrawView,
    solver: u32,
    work: &mut Solver,
) -> Result<(), CivicError> {
    let Some(terms) = &view.lottery else {
        return Ok(());
    };
    let (draw, now) = (view.draw, voices.now().await?);
    if work.tries != terms.tries {
        let told: PoolResponse = ask(voices, &QueryMsg::Pool { draw }).await?;
        let options = lottery::Options {
            doubled: terms.tries > 1,
        };
        let solved = lottery::solve(
            &pool(view, &told),
            &options,
            &mycel_solver::progress::unwatched,
        )?;
        *work = Solver {
            tries: terms.tries,
            pages: body::encode(&solved.lottery),
            post: None,
        };
    }
    if work.post.is_none() && now < terms.commit_until.0 {
        let address = voices.key(solver)?.address().to_string();
        let hash = commitment(&address, work.pages.iter().map(Vec::as_slice));
        let commit = ExecuteMsg::CommitLottery {
            draw,
            hash: hash.into(),
            pages: u32::try_from(work.pages.len()).unwrap_or(u32::MAX),
        };
        voices.say(solver, SORTITION, &commit).await?;
        work.post = own_post(voices, draw, &hex::encode(hash)).await?;
    }
    let Some(post) = work.post else {
        return Ok(());
    };
    if now >= terms.commit_until.0 && !work.pages.is_empty() {
        for (page, data) in (0..).zip(std::mem::take(&mut work.pages)) {
            let post = ExecuteMsg::PostLottery {
                draw,
                post,
                page,
                data: data.into(),
            };
            voices.say_much(solver, SORTITION, &post).await?;
        }
    }
    Ok(())
}

async fn own_post(voices: &Voices<'_>, draw: Id, hash: &str) -> Result<Option<u32>, ClientError> {
    let mut after = None;
    loop {
        let some: PostsResponse = ask(voices, &QueryMsg::Posts { draw, after }).await?;
        if let Some(post) = some.posts.iter().rev().find(|post| post.hash == hash) {
            return Ok(Some(post.post));
        }
        after = some.next;
        if after.is_none() {
            return Ok(None);
        }
    }
}

/// A few members commit to secrets and reveal them, if the beacon is of that kind and it is time.
async fn serve_beacon(voices: &mut Voices<'_>, view: &DrawView) -> Result<(), CivicError> {
    let Some(round) = view.accepted.as_ref().map(|accepted| accepted.round) else {
        return Ok(());
    };
    let told: RoundResponse = ask(voices, &QueryMsg::Round { round }).await?;
    let (Some(phases), None) = (&told.phases, &told.value) else {
        return Ok(());
    };
    let now = voices.now().await?;
    let mut words = vec![];
    for account in voices.some(REVEALERS) {
        let person = voices.person(account);
        let secret: [u8; 32] = Sha256::digest(format!("secret of {person}, {round}")).into();
        let mine = told.commitments.iter().find(|one| one.person == person);
        let word = match mine {
            None if (phases.commit.0..phases.reveal.0).contains(&now) => BeaconMsg::Commit {
                round,
                hash: hex::encode(commit_reveal::hash(CHAIN_ID, round.0, person.0, &secret)),
            },
            Some(one)
                if one.secret.is_none() && (phases.reveal.0..phases.value.0).contains(&now) =>
            {
                BeaconMsg::Reveal {
                    round,
                    secret: hex::encode(secret),
                }
            }
            _ => continue,
        };
        words.push((account, ExecuteMsg::Beacon(word)));
    }
    // who comes too late is refused; the round has a value without
    if let Err(refused @ ClientError::Refused { .. }) = voices.say_all(SORTITION, &words).await {
        tracing::debug!(%refused, "the beacon went on");
    }
    Ok(())
}
