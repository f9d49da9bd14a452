//! What is stored of the register.
//!
//! | key | record | |
//! |---|---|---|
//! | `g` ‖ `n` | [`Totals`] | |
//! | `g` ‖ `e` ‖ entry | [`Entry`] | densely from 1 |
//! | `g` ‖ `r` ‖ entry ‖ report | [`Report`] | densely from 1 |
//! | `g` ‖ `h` ‖ SHA-256 | u64: the entry or the matter whose evidence it is | |
//! | `g` ‖ `a` ‖ person | [`Person`] | |
//! | `g` ‖ `m` ‖ matter | [`Matter`] | cases stay, payments go |
//! | `g` ‖ `c` ‖ sortition's case | u64: the matter | |
//! | `g` ‖ `w` ‖ matter | [`Restoration`] | |
//! | `g` ‖ `o` ‖ due ‖ kind ‖ number | u8 1: not paid | kind: 0 dues, 1 restoration |
//! | `g` ‖ `b` ‖ entry ‖ person | u64: when it reported that it built it | |
//! | `g` ‖ `p` ‖ author ‖ person | u64: when it last counted for a design of that author, or of an organisation that it controlled | |
//! | `g` ‖ `f` ‖ number | [`Fund`] | densely from 1 |
//! | `g` ‖ `v` ‖ person ‖ boundary ‖ technology | u64: until when it asks for no review of it again | one of its was dismissed |
//! | `g` ‖ `t` ‖ boundary ‖ technology | [`Restriction`] | boundary: u64, 0 the whole community |

use mycel_kit::Key;

use super::record::{Debt, Entry, Fund, Matter, Person, Report, Restoration, Restriction, Totals};
use crate::state::two;

fn key<T>(kind: u8, rest: &[u8]) -> Key<T> {
    Key::new(b'g', &[&[kind][..], rest].concat())
}

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    key(b'n', &[])
}

/// An entry.
#[must_use]
pub fn entry(number: u64) -> Key<Entry> {
    key(b'e', &number.to_be_bytes())
}

/// A report of revenue.
#[must_use]
pub fn report(entry: u64, report: u64) -> Key<Report> {
    key(b'r', &two(entry, report))
}

/// Whose evidence it is.
#[must_use]
pub fn evidence(hash: &[u8; 32]) -> Key<u64> {
    key(b'h', hash)
}

/// What a person has here.
#[must_use]
pub fn person(number: u64) -> Key<Person> {
    key(b'a', &number.to_be_bytes())
}

/// A payment or a case.
#[must_use]
pub fn matter(number: u64) -> Key<Matter> {
    key(b'm', &number.to_be_bytes())
}

/// The matter of a case at sortition.
#[must_use]
pub fn matter_of(case: u64) -> Key<u64> {
    key(b'c', &case.to_be_bytes())
}

/// Restoration, by the case that found it owed.
#[must_use]
pub fn restoration(matter: u64) -> Key<Restoration> {
    key(b'w', &matter.to_be_bytes())
}

/// A debt, by when it is due.
#[must_use]
pub fn owed(due: u64, debt: Debt) -> Key<u8> {
    let (kind, number) = match debt {
        Debt::Dues(entry) => (0, entry),
        Debt::Restoration(matter) => (1, matter),
    };
    let mut rest = due.to_be_bytes().to_vec();
    rest.push(kind);
    rest.extend_from_slice(&number.to_be_bytes());
    key(b'o', &rest)
}

/// When a person reported that it built an entry's design.
#[must_use]
pub fn built(entry: u64, person: u64) -> Key<u64> {
    key(b'b', &two(entry, person))
}

/// When a person last counted as builder of an author's designs.
#[must_use]
pub fn pair(author: u64, person: u64) -> Key<u64> {
    key(b'p', &two(author, person))
}

/// A hold of the rewards' pool.
#[must_use]
pub fn fund(number: u64) -> Key<Fund> {
    key(b'f', &number.to_be_bytes())
}

/// How a technology stands inside a boundary; 0 is the whole community.
#[must_use]
pub fn restriction(boundary: u64, technology: &str) -> Key<Restriction> {
    let mut rest = boundary.to_be_bytes().to_vec();
    rest.extend_from_slice(technology.as_bytes());
    key(b't', &rest)
}

/// Until when a person asks for no review of a technology inside a boundary again.
#[must_use]
pub fn dismissed(person: u64, boundary: u64, technology: &str) -> Key<u64> {
    let mut rest = two(person, boundary).to_vec();
    rest.extend_from_slice(technology.as_bytes());
    key(b'v', &rest)
}
