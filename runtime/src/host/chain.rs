//! `query_chain`, `debug` and `abort`.

use super::gas::{charge, left};
use super::region::{put, read};
use super::storage::settle;
use super::{Host, Stop};

const MOST_REQUEST: usize = 64 << 10;
const MOST_MESSAGE: usize = 2 << 20;

pub(super) fn query(host: &mut Host<'_>, request: u32) -> wasmtime::Result<u32> {
    let request = read(host, request, MOST_REQUEST)?;
    let gas_left = left(host)?.max(0) as u64;
    let answer = host.data_mut().env.query(&request, gas_left);
    let response = settle(host, answer)?;
    put(host, &response)
}

pub(super) fn debug(host: &mut Host<'_>, message: u32) -> wasmtime::Result<()> {
    let message = read(host, message, MOST_MESSAGE)?;
    if let Some(hook) = &host.data().debug {
        hook(&String::from_utf8_lossy(&message));
    }
    Ok(())
}

pub(super) fn abort(host: &mut Host<'_>, message: u32) -> wasmtime::Result<()> {
    let message = read(host, message, MOST_MESSAGE)?;
    let price = host.data().schedule.utf8.cost(message.len() as u64);
    charge(host, price)?;
    let message = String::from_utf8_lossy(&message);
    Err(Stop::refused(format!("aborted: {message}")).into())
}
