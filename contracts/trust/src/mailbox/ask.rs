//! Answers about mailboxes.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary, Storage};
use mycel_kit::{Id, Seconds};

use super::state::{self, Kept, Mailbox};
use super::{append, enrolled, totals};
use crate::element::hex;
use crate::error::ContractError;
use crate::times::Clock;
use crate::tree;

/// Most entries in an answer, and the default.
pub const MAX_ENTRIES: u32 = 50;

/// Answer to `mailbox`.
#[cw_serde]
pub struct MailboxResponse {
    /// The person.
    pub person: Id,
    /// Its place in the tree.
    pub index: u32,
    /// The leaf as it is in the tree.
    pub leaf: HexBinary,
    /// The identity commitment; zero while there is none.
    pub idc: HexBinary,
    /// C.
    pub state: HexBinary,
    /// F.
    pub folded_head: HexBinary,
    /// H.
    pub head: HexBinary,
    /// Entries ever received.
    pub entries: u32,
    /// Of these, folded.
    pub folded: u32,
    /// Of these, not kept any more.
    pub cleaned: u32,
    /// Folds since the last reset.
    pub folds: u32,
    /// The period of joining.
    pub joined: u32,
    /// The day on which the identity was set.
    pub keyed: u32,
    /// Weight of vouches.
    pub vouch: u8,
    /// joined + 2^24·keyed + 2^48·vouch.
    pub attr: Id,
    /// Whether its leaf counts.
    pub live: bool,
    /// The period of the last reset.
    pub reset: Option<u32>,
    /// The sealed opening of C, as the last fold left it.
    pub backup: Binary,
}

/// An entry.
#[cw_serde]
pub struct EntryView {
    /// Its number in the mailbox, from 0.
    pub number: u32,
    /// The commitment.
    pub c: HexBinary,
    /// The rating, sealed for the two partners.
    pub ct: HexBinary,
    /// The deal.
    pub deal: HexBinary,
    /// 0: a's rating of b; 1: b's of a.
    pub dir: u8,
    /// In which period it was appended.
    pub period: u32,
    /// The head after it.
    pub head: HexBinary,
}

/// Answer to `entries`.
#[cw_serde]
pub struct EntriesResponse {
    /// Entries, by number.
    pub entries: Vec<EntryView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// Answer to `status`.
#[cw_serde]
pub struct StatusResponse {
    /// The slot now.
    pub slot: Id,
    /// The day now.
    pub day: u32,
    /// The period now.
    pub period: u32,
    /// When the next period begins.
    pub period_ends: Seconds,
    /// The root now.
    pub root: HexBinary,
    /// Mailboxes.
    pub mailboxes: u32,
    /// Of these, with a leaf that counts.
    pub leaves: u32,
    /// Ratings that wait to be appended.
    pub waiting: Id,
    /// Since when a rating is due that should be appended first: nothing can be
    /// shown; `advance`.
    pub late: Option<Seconds>,
    /// The mailbox that was asked for.
    pub mailbox: Option<MailboxResponse>,
}

/// Time, roll and what waits.
///
/// # Errors
/// Nobody enrolled of that number.
pub fn status(
    storage: &dyn Storage,
    clock: &Clock,
    now: u64,
    person: Option<u64>,
) -> Result<StatusResponse, ContractError> {
    let totals = totals(storage)?;
    let period = clock.period_of(now);
    Ok(StatusResponse {
        slot: Id(clock.slot_of(now)),
        day: clock.day_of(now),
        period,
        period_ends: Seconds(clock.period_start(period.saturating_add(1))),
        root: hex(&tree::state::top().load(storage)?.root),
        mailboxes: totals.mailboxes,
        leaves: totals.leaves,
        waiting: Id(totals.waiting),
        late: append::late_at(storage, now, clock.times.slot)?.map(Seconds),
        mailbox: person.map(|person| one(storage, person)).transpose()?,
    })
}

/// A person's mailbox.
///
/// # Errors
/// Nobody enrolled.
pub fn one(storage: &dyn Storage, person: u64) -> Result<MailboxResponse, ContractError> {
    view(storage, &enrolled(storage, person)?)
}

/// A mailbox on the wire.
///
/// # Errors
/// Only for unreadable state.
pub fn view(storage: &dyn Storage, one: &Mailbox) -> Result<MailboxResponse, ContractError> {
    Ok(MailboxResponse {
        person: Id(one.person),
        index: one.index,
        leaf: hex(&tree::state::load(storage, 0, one.index)?),
        idc: hex(&one.idc),
        state: hex(&one.state),
        folded_head: hex(&one.folded_head),
        head: hex(&one.head),
        entries: one.entries,
        folded: one.folded,
        cleaned: one.cleaned,
        folds: one.folds,
        joined: one.joined,
        keyed: one.keyed,
        vouch: one.vouch,
        attr: Id(one.attr()),
        live: one.counts(),
        reset: one.reset,
        backup: storage
            .get(&state::backup(one.person))
            .unwrap_or_default()
            .into(),
    })
}

/// Entries that are kept, above a number.
///
/// # Errors
/// Nobody enrolled.
pub fn entries(
    storage: &dyn Storage,
    person: u64,
    after: Option<u32>,
    limit: Option<u32>,
) -> Result<EntriesResponse, ContractError> {
    let mailbox = enrolled(storage, person)?;
    let limit = limit.unwrap_or(MAX_ENTRIES).clamp(1, MAX_ENTRIES);
    let first = after
        .map_or(0, |after| after.saturating_add(1))
        .max(mailbox.cleaned);
    let end = first.saturating_add(limit).min(mailbox.entries);
    let mut entries = vec![];
    for number in first..end {
        let Kept {
            entry,
            period,
            head,
        } = state::entry(person, number).load(storage)?;
        entries.push(EntryView {
            number,
            c: hex(&entry.c),
            ct: hex(&entry.ct),
            deal: hex(&entry.deal),
            dir: entry.dir,
            period,
            head: hex(&head),
        });
    }
    let next = entries
        .last()
        .map(|last| last.number)
        .filter(|last| last.saturating_add(1) < mailbox.entries);
    Ok(EntriesResponse { entries, next })
}
