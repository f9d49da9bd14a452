//! What solvers bring: first a hash, then, when nobody can commit any more,
//! the lottery it stands for, page by page ([`mycel_kit::lottery::body`]).
//!
//! ```text
//! c0 = 32 zeros, c' = SHA-256(c ‖ SHA-256(page)) for each page
//! hash = SHA-256(sender's address ‖ 0 ‖ c)
//! ```
//! Whoever copies another's lottery cannot have committed to it, and another's
//! commitment is worthless under one's own address. Persons commit, each to one
//! lottery a try whatever keys they have, and may change their mind while it is
//! time; strangers give theirs to a member. Places are not counted: were there
//! so many, whoever fills them first would decide which lotteries exist. There
//! are never more than persons.
//!
//! What N posts cost: who posts pays for each page, about a million of gas for
//! 32 KiB; who verifies reads it once, at a third of that, in pieces of any
//! size ([`verify`](super::verify)): a page that does not hold ends its lottery,
//! pages never posted cost nothing, pairs are summed up only of what may still
//! win. So N useless lotteries delay the acceptance, each by less than it cost,
//! and change nothing of which lottery it is.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{HexBinary, Storage};
use mycel_kit::lottery::body::MAX_PAGE;
use mycel_kit::{Id, Key, roles};
use sha2::{Digest, Sha256};

use super::error::DrawError;
use super::state::{self, Draw, Stage, Then, under, under_two};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::state::Task;

/// Most pages of a lottery: 2^19 entries and 64 levels have fewer.
pub const MAX_PAGES: u32 = 96;

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Fate {
    /// Committed; the lottery is not here yet, or not whole.
    Awaited,
    /// Waits to be verified.
    Complete,
    /// Refused, and why.
    Refused(String),
    /// The best.
    Best,
    /// Was the best until a better one came, or never was.
    Surpassed,
}

/// A solver's post.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Post {
    /// The address.
    pub solver: String,
    /// Whose it is.
    pub person: u64,
    /// What it committed to.
    pub hash: [u8; 32],
    /// Pages of the lottery.
    pub pages: u32,
    /// Pages that are here.
    pub here: u32,
    /// c over the pages received.
    pub chain: [u8; 32],
    /// What became of it.
    pub fate: Fate,
}

impl Post {
    /// A commitment to a lottery of so many pages.
    #[must_use]
    pub fn awaited(solver: &str, person: u64, hash: [u8; 32], pages: u32) -> Post {
        Post {
            solver: solver.to_owned(),
            person,
            hash,
            pages,
            here: 0,
            chain: [0; 32],
            fate: Fate::Awaited,
        }
    }
}

/// A post.
#[must_use]
pub fn post(draw: u64, number: u32) -> Key<Post> {
    Key::new(b'n', &under(draw, &number.to_be_bytes()))
}

/// The n-th complete post.
#[must_use]
pub fn ready(draw: u64, n: u32) -> Key<u32> {
    Key::new(b'q', &under(draw, &n.to_be_bytes()))
}

/// A person's post in this try.
fn post_of(draw: u64, person: u64) -> Key<u32> {
    Key::new(b'r', &under(draw, &person.to_be_bytes()))
}

fn page_key(draw: u64, number: u32, page: u32) -> Vec<u8> {
    let mut key = vec![b'o'];
    key.extend_from_slice(&under_two(draw, number, page));
    key
}

/// c after one more page.
#[must_use]
pub fn chained(chain: &[u8; 32], page: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(chain);
    hash.update(Sha256::digest(page));
    hash.finalize().into()
}

/// What a solver commits to.
#[must_use]
pub fn commitment<'a>(solver: &str, pages: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let chain = pages
        .into_iter()
        .fold([0; 32], |chain, page| chained(&chain, page));
    sealed(solver, &chain)
}

fn sealed(solver: &str, chain: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(solver.as_bytes());
    hash.update([0]);
    hash.update(chain);
    hash.finalize().into()
}

/// A person commits, or commits to another lottery instead, in the place that
/// it has.
///
/// # Errors
/// Not a person with a say, not the time, too many, out of bounds.
pub fn commit(
    call: &mut Call<'_>,
    Id(number): Id,
    hash: &HexBinary,
    pages: u32,
) -> Result<(), ContractError> {
    let mut draw = solving(call.storage, number)?;
    if call.now >= draw.commit_until {
        return Err(DrawError::Time {
            now: call.now,
            from: 0,
            until: draw.commit_until,
        }
        .into());
    }
    let hash = hash.as_slice().try_into().map_err(|_| DrawError::Post {
        why: "a hash has 32 bytes".to_owned(),
    })?;
    crate::bounds::within("pages", pages.into(), 1, MAX_PAGES.into())?;
    let person = call.person()?;
    let key = post_of(number, person);
    let place = match key.may_load(call.storage)? {
        Some(place) => place,
        None => {
            let place = draw.posts;
            draw.posts = place.checked_add(1).ok_or_else(|| DrawError::Post {
                why: "numbers of posts are used up".to_owned(),
            })?;
            place
        }
    };
    key.save(call.storage, &place);
    state::draw(number).save(call.storage, &draw);
    let new = Post::awaited(&call.sender, person, hash, pages);
    post(number, place).save(call.storage, &new);
    call.event("lottery_committed", &[("draw", &number), ("post", &place)]);
    Ok(())
}

/// A solver brings the next page of what it committed to.
///
/// # Errors
/// Not the time, not its post, not the next page, another lottery.
pub fn bring(
    call: &mut Call<'_>,
    Id(number): Id,
    place: u32,
    page: u32,
    data: &[u8],
) -> Result<(), ContractError> {
    let mut draw = solving(call.storage, number)?;
    if !(draw.commit_until..draw.deadline).contains(&call.now) {
        return Err(DrawError::Time {
            now: call.now,
            from: draw.commit_until,
            until: draw.deadline,
        }
        .into());
    }
    let mut mine = load(call.storage, number, place)?;
    roles::only(&call.sender, &mine.solver)?;
    if mine.fate != Fate::Awaited
        || place < draw.first
        || page != mine.here
        || !(1..=MAX_PAGE).contains(&data.len())
    {
        return Err(DrawError::Post {
            why: format!(
                "page={page} bytes={} expected page={} of {} bytes=1..={MAX_PAGE}",
                data.len(),
                mine.here,
                mine.pages
            ),
        }
        .into());
    }
    call.storage.set(&page_key(number, place, page), data);
    mine.here += 1;
    mine.chain = chained(&mine.chain, data);
    let complete = mine.here == mine.pages;
    if complete {
        if sealed(&call.sender, &mine.chain) != mine.hash {
            return Err(DrawError::HashMismatch.into());
        }
        mine.fate = Fate::Complete;
        ready(number, draw.complete).save(call.storage, &place);
        draw.complete += 1;
        state::draw(number).save(call.storage, &draw);
        agenda::set(call, Task::Draw(number), Some(call.now))?;
    }
    post(number, place).save(call.storage, &mine);
    call.event(
        "lottery_posted",
        &[
            ("draw", &number),
            ("post", &place),
            ("page", &page),
            ("complete", &complete),
        ],
    );
    Ok(())
}

fn solving(storage: &dyn Storage, number: u64) -> Result<Draw, ContractError> {
    let (_, draw) = state::load(storage, number)?;
    if draw.stage == Stage::Solving {
        return Ok(draw);
    }
    Err(DrawError::Stage {
        draw: number,
        stage: draw.stage.name(),
        needs: "solving",
    }
    .into())
}

/// A post by its number.
///
/// # Errors
/// There is none.
pub fn load(storage: &dyn Storage, draw: u64, number: u32) -> Result<Post, ContractError> {
    Ok(post(draw, number)
        .may_load(storage)?
        .ok_or(DrawError::UnknownPost { draw, post: number })?)
}

/// A page of a post; nothing where there is none.
#[must_use]
pub fn page(storage: &dyn Storage, draw: u64, number: u32, page: u32) -> Vec<u8> {
    storage
        .get(&page_key(draw, number, page))
        .unwrap_or_default()
}

/// Removes a lottery's pages and says what became of the post.
pub fn put_away(storage: &mut dyn Storage, draw: u64, number: u32, mut mine: Post, fate: Fate) {
    for page in 0..mine.here {
        storage.remove(&page_key(draw, number, page));
    }
    mine.here = 0;
    mine.fate = fate;
    post(draw, number).save(storage, &mine);
}

/// Removes what solvers posted in this try, but the best.
///
/// # Errors
/// Unreadable state.
pub fn close(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
    (mut place, then): (u32, Then),
    left: u32,
) -> Result<Worked, ContractError> {
    let mut units = 0;
    while place < draw.posts && units < left {
        let mine = load(call.storage, number, place)?;
        call.storage.remove(post_of(number, mine.person).bytes());
        units += 1 + mine.here / 4;
        if mine.fate == Fate::Awaited {
            put_away(call.storage, number, place, mine, Fate::Surpassed);
            call.storage.remove(post(number, place).bytes());
        }
        place += 1;
    }
    if place < draw.posts {
        draw.stage = Stage::Closing { post: place, then };
        return Ok(Worked {
            units,
            next: Some(call.now),
        });
    }
    let next = match then {
        Then::Await => {
            draw.stage = Stage::Awaiting;
            Some(draw.round_time)
        }
        Then::Solve => {
            super::solve(call, number, draw);
            Some(draw.deadline)
        }
        Then::Lapse => {
            super::lapse(call, number, draw)?;
            None
        }
    };
    Ok(Worked {
        units: units.max(1),
        next,
    })
}
