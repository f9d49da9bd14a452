//! What solvers bring: first a hash, then, when nobody can commit any more,
//! the certificate it stands for, 64 KiB a message.
//!
//! The hash is SHA-256(sender's address ‖ 0 ‖ SHA-256(certificate)): whoever
//! copies another's certificate cannot have committed to it, and another's
//! commitment is worthless under one's own address. A person has three posts
//! a round. Strangers have three each and eight together, so that they cannot
//! fill the contract; members need no place among those.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{DepsMut, HexBinary, Response, Storage};
use mycel_kit::{Id, Key};
use sha2::{Digest, Sha256};

use crate::error::ContractError;
use crate::people;
use crate::round::{self, Kind, Round, Stage};
use crate::state;

/// Most posts of one solver in one round.
pub const MAX_POSTS: u8 = 3;
/// Most posts of all strangers together.
pub const MAX_GUESTS: u32 = 8;
/// Bytes of each page but the last.
pub const PAGE_BYTES: usize = 64 << 10;
/// A certificate is never larger.
pub const MAX_BODY: u32 = 4 << 20;

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Fate {
    /// Committed; the certificate is not here yet, or not whole.
    Awaited,
    /// Waits to be verified.
    Complete,
    /// Refused, and why.
    Refused(String),
    /// Became the best.
    Best,
    /// Was the best until a better one came.
    Surpassed,
}

/// A solver's post.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Post {
    /// The address.
    pub solver: String,
    /// What it committed to.
    pub hash: [u8; 32],
    /// Length of the certificate.
    pub bytes: u32,
    /// Pages received.
    pub pages: u32,
    /// What became of it.
    pub fate: Fate,
}

/// A post.
#[must_use]
pub fn post(round: u64, number: u32) -> Key<Post> {
    Key::new(b's', &under(round, &number.to_be_bytes()))
}

/// The n-th complete post.
#[must_use]
pub fn ready(round: u64, n: u32) -> Key<u32> {
    Key::new(b'q', &under(round, &n.to_be_bytes()))
}

fn posts_of(round: u64, solver: &str) -> Key<u8> {
    Key::new(b'k', &under(round, solver.as_bytes()))
}

fn page_key(round: u64, number: u32, page: u32) -> Vec<u8> {
    let mut key = vec![b'y'];
    key.extend_from_slice(&round.to_be_bytes());
    key.extend_from_slice(&number.to_be_bytes());
    key.extend_from_slice(&page.to_be_bytes());
    key
}

fn under(round: u64, rest: &[u8]) -> Vec<u8> {
    let mut bytes = round.to_be_bytes().to_vec();
    bytes.extend_from_slice(rest);
    bytes
}

/// What a solver commits to.
#[must_use]
pub fn commitment(solver: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(solver.as_bytes());
    hash.update([0]);
    hash.update(Sha256::digest(body));
    hash.finalize().into()
}

/// A solver commits.
///
/// # Errors
/// Not the time, too many, out of bounds.
pub fn commit(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(number): Id,
    hash: &HexBinary,
    bytes: u32,
) -> Result<Response, ContractError> {
    let mut current = frozen(deps.storage, number)?;
    if now >= current.commit_until {
        return Err(ContractError::TooLate {
            now,
            until: current.commit_until,
        });
    }
    let hash = hash.as_slice().try_into().map_err(|_| {
        let why = "a hash has 32 bytes".to_owned();
        ContractError::PostPage { why }
    })?;
    let most = longest(&current);
    if !(1..=most).contains(&bytes) {
        return Err(ContractError::OutOfBounds {
            what: "bytes",
            value: bytes.to_string(),
            least: "1".to_owned(),
            most: most.to_string(),
        });
    }
    let key = posts_of(number, sender);
    let mine = key.may_load(deps.storage)?.unwrap_or(0);
    let too_many = |most| ContractError::TooManyPosts {
        solver: sender.to_owned(),
        most,
    };
    if mine >= MAX_POSTS {
        return Err(too_many(u32::from(MAX_POSTS)));
    }
    let parameters = state::parameters().load(deps.storage)?;
    if people::dealer(deps.querier, &parameters, sender).is_err() {
        if current.guests >= MAX_GUESTS {
            return Err(too_many(MAX_GUESTS));
        }
        current.guests += 1;
    }
    key.save(deps.storage, &(mine + 1));
    let place = current.posts;
    current.posts += 1;
    round::round(number).save(deps.storage, &current);
    post(number, place).save(
        deps.storage,
        &Post {
            solver: sender.to_owned(),
            hash,
            bytes,
            pages: 0,
            fate: Fate::Awaited,
        },
    );
    Ok(Response::new()
        .add_attribute("action", "commit")
        .add_attribute("round", number.to_string())
        .add_attribute("post", place.to_string()))
}

/// A solver brings the next page of what it committed to.
///
/// # Errors
/// Not the time, not its post, not the next page, another certificate.
pub fn bring(
    deps: DepsMut,
    now: u64,
    sender: &str,
    Id(number): Id,
    place: u32,
    page: u32,
    data: &[u8],
) -> Result<Response, ContractError> {
    let mut current = frozen(deps.storage, number)?;
    if now < current.commit_until {
        return Err(ContractError::TooEarly {
            now,
            from: current.commit_until,
        });
    }
    if now >= current.deadline {
        return Err(ContractError::TooLate {
            now,
            until: current.deadline,
        });
    }
    let mut mine = load(deps.storage, number, place)?;
    mycel_kit::roles::only(sender, &mine.solver)?;
    let whole = mine.bytes as usize;
    let expected = whole
        .saturating_sub(mine.pages as usize * PAGE_BYTES)
        .min(PAGE_BYTES);
    if mine.fate != Fate::Awaited || page != mine.pages || data.len() != expected {
        return Err(ContractError::PostPage {
            why: format!(
                "page={page} bytes={} expected page={} bytes={expected}",
                data.len(),
                mine.pages
            ),
        });
    }
    deps.storage.set(&page_key(number, place, page), data);
    mine.pages += 1;
    let complete = mine.pages as usize * PAGE_BYTES >= whole;
    if complete {
        let body = body(deps.storage, number, place, &mine);
        if commitment(sender, &body) != mine.hash {
            return Err(ContractError::HashMismatch);
        }
        mine.fate = Fate::Complete;
        ready(number, current.complete).save(deps.storage, &place);
        current.complete += 1;
        round::round(number).save(deps.storage, &current);
    }
    post(number, place).save(deps.storage, &mine);
    Ok(Response::new()
        .add_attribute("action", "post")
        .add_attribute("round", number.to_string())
        .add_attribute("post", place.to_string())
        .add_attribute("complete", complete.to_string()))
}

fn frozen(storage: &dyn Storage, number: u64) -> Result<Round, ContractError> {
    let current = round::load(storage, Id(number))?;
    if current.stage == Stage::Frozen {
        return Ok(current);
    }
    Err(ContractError::WrongStage {
        round: number,
        stage: current.stage.name(),
        needs: "frozen",
    })
}

/// More no certificate of this graph can have: 36 bytes and four counts, two
/// bits and ten bytes an edge, seven bytes a potential.
fn longest(current: &Round) -> u32 {
    let (nodes, edges) = (u64::from(current.nodes), u64::from(current.edges));
    let bytes = 80 + edges.div_ceil(4) + 10 * edges + 7 * nodes;
    u32::try_from(bytes).unwrap_or(MAX_BODY).min(MAX_BODY)
}

/// A post by its number.
///
/// # Errors
/// There is none.
pub fn load(storage: &dyn Storage, round: u64, number: u32) -> Result<Post, ContractError> {
    post(round, number)
        .may_load(storage)?
        .ok_or(ContractError::UnknownPost {
            round,
            post: number,
        })
}

/// The certificate's bytes, as far as they are here.
#[must_use]
pub fn body(storage: &dyn Storage, round: u64, number: u32, mine: &Post) -> Vec<u8> {
    let mut body = Vec::with_capacity(mine.bytes as usize);
    for page in 0..mine.pages {
        body.extend(
            storage
                .get(&page_key(round, number, page))
                .unwrap_or_default(),
        );
    }
    body
}

/// Removes a certificate's pages and says what became of the post.
pub fn put_away(storage: &mut dyn Storage, round: u64, number: u32, mut mine: Post, fate: Fate) {
    for page in 0..mine.pages {
        storage.remove(&page_key(round, number, page));
    }
    mine.pages = 0;
    mine.fate = fate;
    post(round, number).save(storage, &mine);
}

/// Removes the best certificate of a round that is done.
///
/// # Errors
/// Unreadable state.
pub fn forget_best(storage: &mut dyn Storage, number: u64) -> Result<(), ContractError> {
    let current = round::load(storage, Id(number))?;
    if let Some(best) = current.best {
        let mine = load(storage, number, best.post)?;
        if mine.pages > 0 {
            put_away(storage, number, best.post, mine, Fate::Surpassed);
        }
        storage.remove(post(number, best.post).bytes());
    }
    Ok(())
}

/// Removes what solvers posted but the best; then the round is done.
///
/// # Errors
/// Unreadable state.
pub fn close(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
    first: u32,
    left: u32,
) -> Result<u32, ContractError> {
    let end = current.posts.min(first.saturating_add(left / 8 + 1));
    for place in first..end {
        let mine = load(storage, number, place)?;
        storage.remove(posts_of(number, &mine.solver).bytes());
        if current.best.is_some_and(|best| best.post == place) {
            continue;
        }
        put_away(storage, number, place, mine, Fate::Surpassed);
        storage.remove(post(number, place).bytes());
    }
    for n in first..end.min(current.complete) {
        storage.remove(ready(number, n).bytes());
    }
    if end < current.posts {
        current.stage = Stage::Closing { post: end };
    } else {
        current.stage = Stage::Done;
        current.ended = now;
        match current.kind {
            Kind::Clearing => {
                storage.remove(state::active_round().bytes());
                round::last_round().save(storage, &number);
            }
            Kind::Allocation { market, .. } => {
                crate::allocation::market::round_done(storage, number, market)?;
            }
        }
    }
    Ok(8 * (end - first))
}
