//! `addr_*`: texts and bytes of addresses. Errors that the environment finds are answered as text, they end nothing.

use super::gas::charge;
use super::region::{put, read, write};
use super::{Host, Stop};
use crate::environment::{AddressOp, HostFault};

const MOST_TEXT: usize = 256;
const MOST_BYTES: usize = 64;

/// Reads an address in text form, or the error text for the contract.
fn text(host: &mut Host<'_>, source: u32) -> Result<Result<Vec<u8>, &'static str>, Stop> {
    let source = read(host, source, MOST_TEXT)?;
    if source.is_empty() {
        return Ok(Err("Input is empty"));
    }
    let price = host.data().schedule.utf8.cost(source.len() as u64);
    charge(host, price)?;
    if std::str::from_utf8(&source).is_err() {
        return Ok(Err("Input is not valid UTF-8"));
    }
    Ok(Ok(source))
}

/// Asks the environment; `Err` inside is the text for the contract.
fn ask(
    host: &mut Host<'_>,
    op: AddressOp,
    bytes: &[u8],
) -> Result<Result<bytes::Bytes, String>, Stop> {
    let answer = host.data_mut().env.address(op, bytes);
    if let Err(HostFault::State(fault)) = answer.value {
        return Err(Stop::State(fault));
    }
    charge(host, answer.gas)?;
    Ok(answer.value.map_err(|fault| fault.to_string()))
}

pub(super) fn validate(host: &mut Host<'_>, source: u32) -> wasmtime::Result<u32> {
    let source = match text(host, source)? {
        Ok(source) => source,
        Err(why) => return put(host, why.as_bytes()),
    };
    match ask(host, AddressOp::Validate, &source)? {
        Ok(_) => Ok(0),
        Err(why) => put(host, why.as_bytes()),
    }
}

pub(super) fn canonicalize(
    host: &mut Host<'_>,
    source: u32,
    destination: u32,
) -> wasmtime::Result<u32> {
    let source = match text(host, source)? {
        Ok(source) => source,
        Err(why) => return put(host, why.as_bytes()),
    };
    answer(host, AddressOp::Canonicalize, &source, destination)
}

pub(super) fn humanize(
    host: &mut Host<'_>,
    source: u32,
    destination: u32,
) -> wasmtime::Result<u32> {
    let source = read(host, source, MOST_BYTES)?;
    answer(host, AddressOp::Humanize, &source, destination)
}

fn answer(
    host: &mut Host<'_>,
    op: AddressOp,
    source: &[u8],
    destination: u32,
) -> wasmtime::Result<u32> {
    match ask(host, op, source)? {
        Ok(bytes) => {
            write(host, destination, &bytes)?;
            Ok(0)
        }
        Err(why) => put(host, why.as_bytes()),
    }
}
