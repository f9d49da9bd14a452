//! Regions: how bytes pass between host and contract. A region is three little-endian `u32` in linear memory (offset,
//! capacity, length) that describe a piece of that memory. All of it is the contract's word and checked.

use wasmtime::{AsContextMut, Caller};

use super::gas::charge;
use super::{HostState, MOST_NESTED_CALLS, Stop};

const REGION_BYTES: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    offset: u32,
    capacity: u32,
    length: u32,
}

impl Region {
    fn at(memory: &[u8], pointer: u32) -> Result<Self, Stop> {
        let start = pointer as usize;
        let bytes = memory
            .get(start..start.saturating_add(REGION_BYTES))
            .ok_or_else(|| outside(pointer))?;
        let word = |i: usize| {
            let mut le = [0u8; 4];
            le.copy_from_slice(&bytes[i..i + 4]);
            u32::from_le_bytes(le)
        };
        let region = Region {
            offset: word(0),
            capacity: word(4),
            length: word(8),
        };
        if region.offset == 0 {
            return Err(Stop::refused("region has offset=0"));
        }
        if region.length > region.capacity {
            return Err(Stop::refused(format!(
                "region length={} exceeds capacity={}",
                region.length, region.capacity
            )));
        }
        if region.offset.checked_add(region.capacity).is_none() {
            return Err(Stop::refused(format!(
                "region offset={} capacity={} exceeds the address space",
                region.offset, region.capacity
            )));
        }
        Ok(region)
    }

    fn range(&self, len: usize) -> std::ops::Range<usize> {
        let start = self.offset as usize;
        start..start.saturating_add(len)
    }

    fn beyond(&self, memory: &[u8]) -> Stop {
        Stop::refused(format!(
            "region offset={} length={} capacity={} lies beyond memory={}",
            self.offset,
            self.length,
            self.capacity,
            memory.len()
        ))
    }
}

fn outside(pointer: u32) -> Stop {
    Stop::refused(format!("pointer={pointer} to a region lies beyond memory"))
}

/// Reads a region of at most `most` bytes. Gas first, then the limit, then the copy.
pub(crate) fn read(
    ctx: &mut impl AsContextMut<Data = HostState>,
    pointer: u32,
    most: usize,
) -> Result<Vec<u8>, Stop> {
    let memory = ctx.as_context_mut().data().parts()?.memory;
    let region = Region::at(memory.data(&*ctx), pointer)?;
    let len = region.length as usize;
    let price = ctx.as_context_mut().data().schedule.read_region_cost(len);
    charge(ctx, price)?;
    if len > most {
        return Err(Stop::refused(format!(
            "region length={len} exceeds limit={most}"
        )));
    }
    let memory = memory.data(&*ctx);
    memory
        .get(region.range(len))
        .map(<[u8]>::to_vec)
        .ok_or_else(|| region.beyond(memory))
}

/// As [`read`], but 0 stands for nothing.
pub(super) fn read_optional(
    host: &mut Caller<'_, HostState>,
    pointer: u32,
    most: usize,
) -> Result<Option<Vec<u8>>, Stop> {
    match pointer {
        0 => Ok(None),
        _ => read(host, pointer, most).map(Some),
    }
}

/// Writes into a region that the contract prepared.
pub(super) fn write(
    ctx: &mut impl AsContextMut<Data = HostState>,
    pointer: u32,
    data: &[u8],
) -> Result<(), Stop> {
    let memory = ctx.as_context_mut().data().parts()?.memory;
    let region = Region::at(memory.data(&*ctx), pointer)?;
    let price = ctx
        .as_context_mut()
        .data()
        .schedule
        .write_region
        .cost(data.len() as u64);
    charge(ctx, price)?;
    if data.len() > region.capacity as usize {
        return Err(Stop::refused(format!(
            "region capacity={} is too small for length={}",
            region.capacity,
            data.len()
        )));
    }
    let memory = memory.data_mut(ctx);
    match memory.get_mut(region.range(data.len())) {
        Some(place) => place.copy_from_slice(data),
        None => return Err(region.beyond(memory)),
    }
    let length = pointer as usize + 8;
    memory
        .get_mut(length..length + 4)
        .ok_or_else(|| outside(pointer))?
        .copy_from_slice(&(data.len() as u32).to_le_bytes());
    Ok(())
}

/// Has the contract allocate a region, writes into it and returns the pointer, which the contract then owns.
pub(crate) fn put(
    ctx: &mut impl AsContextMut<Data = HostState>,
    data: &[u8],
) -> wasmtime::Result<u32> {
    let allocate = {
        let mut ctx = ctx.as_context_mut();
        let state = ctx.data_mut();
        if state.nested >= MOST_NESTED_CALLS {
            return Err(Stop::refused("allocate makes the host allocate").into());
        }
        state.nested += 1;
        state.parts()?.allocate.clone()
    };
    let len = u32::try_from(data.len()).map_err(|_| Stop::refused("4 GiB are too much to pass"))?;
    let pointer = allocate.call(ctx.as_context_mut(), len)?;
    ctx.as_context_mut().data_mut().nested -= 1;
    if pointer == 0 {
        return Err(Stop::refused("allocate returned 0").into());
    }
    write(ctx, pointer, data)?;
    Ok(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(words: [u32; 3]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_le_bytes()).collect()
    }

    #[test]
    fn a_region_must_lie_in_memory_and_make_sense() {
        assert!(Region::at(&memory([8, 4, 4]), 0).is_ok());
        for (words, pointer) in [
            ([8, 4, 4], 1),
            ([8, 4, 4], u32::MAX),
            ([0, 4, 4], 0),
            ([8, 4, 5], 0),
            ([8, u32::MAX - 7, 4], 0),
        ] {
            assert!(
                matches!(Region::at(&memory(words), pointer), Err(Stop::Refused(_))),
                "{words:?} at {pointer}"
            );
        }
    }
}
