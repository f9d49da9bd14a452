//! The gas meter as the host sees it: the global that `prepare` added.

use wasmtime::{AsContextMut, Val};

use super::{HostState, Stop};

/// Gas left; below zero once it ran out.
pub(crate) fn left(ctx: &mut impl AsContextMut<Data = HostState>) -> Result<i64, Stop> {
    let gas = ctx.as_context_mut().data().parts()?.gas;
    match gas.get(ctx) {
        Val::I64(left) => Ok(left),
        _ => Err(Stop::Machine("gas meter is no i64".into())),
    }
}

/// Takes gas. If there is not enough the meter goes below zero, where the end of the call finds it.
pub(crate) fn charge(
    ctx: &mut impl AsContextMut<Data = HostState>,
    amount: u64,
) -> Result<(), Stop> {
    let left = left(ctx)?;
    let rest = i64::try_from(amount)
        .ok()
        .and_then(|amount| left.checked_sub(amount))
        .unwrap_or(-1);
    let gas = ctx.as_context_mut().data().parts()?.gas;
    gas.set(ctx, Val::I64(rest))
        .map_err(|e| Stop::Machine(format!("gas meter: {e:#}")))?;
    if rest < 0 {
        return Err(Stop::OutOfGas);
    }
    Ok(())
}
