//! `db_*`: the contract's own storage.

use super::gas::charge;
use super::region::{put, read as read_region, read_optional};
use super::{Host, HostState, Stop};
use crate::environment::{CursorId, Direction, Hosted, KeyRange};

const KI: usize = 1024;
const MOST_KEY: usize = 64 * KI;
const MOST_VALUE: usize = 128 * KI;

/// Charges what the environment asks, then gives its answer. A fault of the state comes first: its gas means nothing.
pub(super) fn settle<T>(host: &mut Host<'_>, answer: Hosted<T>) -> Result<T, Stop> {
    if let Err(crate::HostFault::State(fault)) = answer.value {
        return Err(Stop::State(fault));
    }
    charge(host, answer.gas)?;
    Ok(answer.value?)
}

fn writable(state: &HostState) -> Result<(), Stop> {
    if state.read_only {
        return Err(Stop::refused("a query must not write to storage"));
    }
    Ok(())
}

pub(super) fn read(host: &mut Host<'_>, key: u32) -> wasmtime::Result<u32> {
    let key = read_region(host, key, MOST_KEY)?;
    let answer = host.data_mut().env.get(&key);
    match settle(host, answer)? {
        Some(value) => put(host, &value),
        None => Ok(0),
    }
}

pub(super) fn write(host: &mut Host<'_>, key: u32, value: u32) -> wasmtime::Result<()> {
    writable(host.data())?;
    let key = read_region(host, key, MOST_KEY)?;
    let value = read_region(host, value, MOST_VALUE)?;
    let answer = host.data_mut().env.set(&key, Some(&value));
    Ok(settle(host, answer)?)
}

pub(super) fn remove(host: &mut Host<'_>, key: u32) -> wasmtime::Result<()> {
    writable(host.data())?;
    let key = read_region(host, key, MOST_KEY)?;
    let answer = host.data_mut().env.set(&key, None);
    Ok(settle(host, answer)?)
}

pub(super) fn scan(host: &mut Host<'_>, start: u32, end: u32, order: u32) -> wasmtime::Result<u32> {
    let start = read_optional(host, start, MOST_KEY)?;
    let end = read_optional(host, end, MOST_KEY)?;
    let direction = match order {
        1 => Direction::Ascending,
        2 => Direction::Descending,
        other => return Err(Stop::refused(format!("order={} is unknown", other as i32)).into()),
    };
    let range = KeyRange {
        start: start.map(Into::into),
        end: end.map(Into::into),
    };
    let answer = host.data_mut().env.scan(range, direction);
    Ok(settle(host, answer)?.0)
}

fn step(host: &mut Host<'_>, cursor: u32) -> Result<Option<(bytes::Bytes, bytes::Bytes)>, Stop> {
    let answer = host.data_mut().env.next(CursorId(cursor));
    settle(host, answer)
}

/// Key and value in one region; an empty key says that there is no more.
pub(super) fn next(host: &mut Host<'_>, cursor: u32) -> wasmtime::Result<u32> {
    let (key, value) = step(host, cursor)?.unwrap_or_default();
    let mut sections = Vec::with_capacity(key.len() + value.len() + 8);
    for section in [key, value] {
        sections.extend_from_slice(&section);
        sections.extend_from_slice(&(section.len() as u32).to_be_bytes());
    }
    put(host, &sections)
}

pub(super) fn next_key(host: &mut Host<'_>, cursor: u32) -> wasmtime::Result<u32> {
    match step(host, cursor)? {
        Some((key, _)) => put(host, &key),
        None => Ok(0),
    }
}

pub(super) fn next_value(host: &mut Host<'_>, cursor: u32) -> wasmtime::Result<u32> {
    match step(host, cursor)? {
        Some((_, value)) => put(host, &value),
        None => Ok(0),
    }
}
