//! Nested commons: what a child may take of its parent's cap.
//!
//! A child's budget is floor(cap · ppm / 10^6); what is left is the parent's
//! own, so budgets and the rest are the cap exactly and rounding stays with the
//! parent. Within its budget a child's rules are its own: no entry lets a
//! parent, or all members, change them.

use cosmwasm_std::{Order, Storage};

use super::msg::AllotBudget;
use super::state::{self, Status};
use super::{RegistryError, commons};
use crate::call::Call;
use crate::cap;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::state::last_number;

/// All of a cap.
pub const PPM: u32 = 1_000_000;
/// Most children of one commons.
pub const MAX_CHILDREN: u32 = 32;
/// How deep commons nest.
pub const MAX_DEPTH: u8 = 4;

/// What children may take of a commons' cap in ppm, by number; closed ones have none.
///
/// # Errors
/// Only for unreadable state.
pub fn budgets(storage: &dyn Storage, parent: u64) -> Result<Vec<(u64, u32)>, ContractError> {
    let (start, end) = (
        state::budget(parent, 0),
        state::budget(parent.saturating_add(1), 0),
    );
    let all = storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending);
    all.map(|(raw, value)| Ok((last_number(&raw), start.decode(&value)?)))
        .collect()
}

/// A child's part of a cap: floor(cap · ppm / 10^6).
#[must_use]
pub fn part(cap: Quantity, ppm: u32) -> Quantity {
    cap.part(ppm.into(), PPM.into())
}

/// What a cap leaves for the parent itself: cap − Σ parts, exactly.
#[must_use]
pub fn own(cap: Quantity, budgets: &[(u64, u32)]) -> Quantity {
    budgets
        .iter()
        .fold(cap, |left, (_, ppm)| left.less(part(cap, *ppm)))
}

/// A parent's own members say what a child may take.
///
/// # Errors
/// No child of it, a closed one, or more than all.
pub fn allot_budget(call: &mut Call<'_>, asked: &AllotBudget) -> Result<(), ContractError> {
    let (parent, child) = (asked.commons.0, asked.child.0);
    let mut record = commons(call.storage, parent)?;
    let below = commons(call.storage, child)?;
    if below.parent != Some(parent) {
        return Err(RegistryError::NoChild { parent, child }.into());
    }
    if below.status == Status::Closed {
        let status = below.status.name();
        return Err(RegistryError::Closed {
            commons: child,
            status,
        }
        .into());
    }
    let key = state::budget(parent, child);
    let before = key.may_load(call.storage)?.unwrap_or(0);
    let others = record.budgets_ppm.saturating_sub(before);
    let sum = others.saturating_add(asked.ppm);
    if sum > PPM {
        return Err(RegistryError::Budgets {
            given: asked.ppm,
            others,
        }
        .into());
    }
    record.budgets_ppm = sum;
    state::commons(parent).save(call.storage, &record);
    key.save(call.storage, &asked.ppm);
    call.event(
        "allot_budget",
        &[("commons", &parent), ("child", &child), ("ppm", &asked.ppm)],
    );
    cap::budget_changed(call, child)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_and_the_parents_own_part_are_the_cap_to_the_unit() {
        let mut random = 11u64;
        let mut below = |bound: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 20) % bound
        };
        for round in 0..2_000 {
            let cap = Quantity::at_most(u128::from(below(u64::MAX >> 1) >> below(62)));
            let mut left = PPM;
            let mut all = vec![];
            for child in 0..below(u64::from(MAX_CHILDREN)) {
                let ppm = below(u64::from(left) + 1) as u32;
                left -= ppm;
                all.push((child, ppm));
            }
            let given: u128 = all.iter().map(|(_, ppm)| part(cap, *ppm).units()).sum();
            let rest = own(cap, &all);
            assert_eq!(given + rest.units(), cap.units(), "round {round}");
        }
    }
}
