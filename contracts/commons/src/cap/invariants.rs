//! What must always hold of this part.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::standard::{Invariant, Number};

use super::plan::budget;
use super::record::{Basis, Epoch, MAX_CUTS, Reserve, Totals};
use super::state::{self, TAG};
use crate::error::ContractError;
use crate::registry;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let sums = state::totals().may_load(storage)?.unwrap_or_default();
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    let issued = sums.tac + sums.regenerated + sums.banked + sums.budgets;
    Ok(vec![
        entry(
            "CAP-1",
            "what is issued and what is kept back is what was capped and released, never more than nature allows",
            sums.caps + sums.released == issued + sums.withheld && issued <= sums.most,
            vec![
                Number::new("caps", sums.caps),
                Number::new("released", sums.released),
                Number::new("shares", sums.tac),
                Number::new("regenerated", sums.regenerated),
                Number::new("banked", sums.banked),
                Number::new("budgets", sums.budgets),
                Number::new("withheld", sums.withheld),
                Number::new("most", sums.most),
            ],
        ),
        entry(
            "CAP-2",
            "a cap that no fresh or disputed value supports is below the one before",
            sums.tightened == sums.stale && sums.stale <= sums.epochs,
            vec![
                Number::new("epochs", sums.epochs),
                Number::new("stale", sums.stale),
                Number::new("tightened", sums.tightened),
            ],
        ),
        entry(
            "CAP-3",
            "caps of children are within their budgets",
            sums.children <= sums.allotted,
            vec![
                Number::new("caps", sums.children),
                Number::new("budgets", sums.allotted),
            ],
        ),
        entry(
            "CAP-4",
            "reserves are what was kept back, less what was released or became invalid",
            sums.withheld == sums.released + sums.invalid + sums.reserves,
            vec![
                Number::new("withheld", sums.withheld),
                Number::new("released", sums.released),
                Number::new("invalid", sums.invalid),
                Number::new("reserves", sums.reserves),
            ],
        ),
    ])
}

/// The records of a kind, with the numbers of their keys.
fn each<T: borsh::BorshDeserialize>(
    storage: &dyn Storage,
    kind: u8,
    mut see: impl FnMut(&[u8], T) -> Result<(), String>,
) -> Result<(), String> {
    let (start, end) = ([TAG, kind], [TAG, kind + 1]);
    for (raw, value) in storage.range(Some(&start), Some(&end), Order::Ascending) {
        let record = Key::new(TAG, &raw[1..])
            .decode(&value)
            .map_err(|why| why.to_string())?;
        see(&raw[2..], record)?;
    }
    Ok(())
}

/// The sums, from every raw record; and what only records can show: epochs are
/// dense and follow each other, each is within what nature allows and adds up,
/// cuts are few and each below the one before, children are within budgets.
/// For tests and auditors. `settled`: no task is left to do, so that cuts have
/// reached all children.
///
/// # Errors
/// Unreadable state, or a sentence that says what does not hold.
pub fn recompute(storage: &dyn Storage, settled: bool) -> Result<Totals, String> {
    let kept = state::totals()
        .may_load(storage)
        .map_err(|e| e.to_string())?
        .unwrap_or_default();
    let mut sums = Totals {
        cuts: kept.cuts,
        allotted: kept.allotted,
        ..Totals::default()
    };
    let mut before: Option<Epoch> = None;
    each::<Epoch>(storage, 2, |_, epoch| {
        let previous = before
            .take()
            .filter(|previous| previous.commons == epoch.commons);
        follows(previous.as_ref(), &epoch)?;
        let wrong = |what: &str| Err(format!("{} {}: {what}", epoch.commons, epoch.number));
        let issued = epoch.issued() + epoch.budgets.units();
        if issued > epoch.most.units() || epoch.opened > epoch.most {
            return wrong("more was issued than nature allows");
        }
        if epoch.opened.units() + epoch.released.units() != issued + epoch.withheld.units() {
            return wrong("the cap is not what became of it");
        }
        if epoch.cap > epoch.base || epoch.cap > epoch.opened || epoch.own.units() > epoch.issued()
        {
            return wrong("something raised it");
        }
        if epoch.cuts.len() > MAX_CUTS || epoch.cuts.iter().any(|cut| cut.num > cut.den) {
            return wrong("cuts are too many, or none");
        }
        sums.epochs += 1;
        sums.closed += u64::from(!epoch.is_open());
        if epoch.basis == Basis::Stale {
            sums.stale += 1;
            let tightens =
                previous.is_some_and(|last| epoch.opened < last.cap || epoch.opened.is_zero());
            sums.tightened += u64::from(tightens);
        }
        sums.most += epoch.most.units();
        sums.caps += epoch.opened.units();
        sums.tac += epoch.tac.units();
        sums.regenerated += epoch.regenerated.units();
        sums.banked += epoch.banked_in.units();
        sums.budgets += epoch.budgets.units();
        sums.withheld += epoch.withheld.units();
        sums.released += epoch.released.units();
        if epoch.parent_epoch > 0 {
            sums.children += epoch.opened.units();
        }
        if settled && epoch.parent_epoch > 0 && epoch.is_open() {
            within_budget(storage, &epoch)?;
        }
        before = Some(epoch);
        Ok(())
    })?;
    each::<Reserve>(storage, 3, |_, reserve| {
        sums.reserves += reserve.units;
        sums.invalid += reserve.invalid;
        if reserve.withheld != reserve.released + reserve.invalid + reserve.units {
            return Err("a reserve does not add up".to_owned());
        }
        Ok(())
    })?;
    Ok(sums)
}

fn follows(previous: Option<&Epoch>, epoch: &Epoch) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{} {}: {what}", epoch.commons, epoch.number));
    let Some(previous) = previous else {
        if epoch.number != 1 || epoch.basis == Basis::Stale {
            return wrong("is no first epoch");
        }
        return Ok(());
    };
    if epoch.number != previous.number + 1 {
        return wrong("numbers are not dense");
    }
    if previous.is_open() || epoch.opens < previous.closes || epoch.closes <= epoch.opens {
        return wrong("two epochs are open at once");
    }
    Ok(())
}

fn within_budget(storage: &dyn Storage, epoch: &Epoch) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{} {}: {what}", epoch.commons, epoch.number));
    let commons = registry::commons(storage, epoch.commons).map_err(|e| e.to_string())?;
    let Some(parent) = commons.parent else {
        return wrong("has a budget and no parent");
    };
    let above = state::epoch(parent, epoch.parent_epoch)
        .load(storage)
        .map_err(|e| e.to_string())?;
    let allotted = state::allotment(epoch.commons)
        .load(storage)
        .map_err(|e| e.to_string())?;
    if allotted.epoch == above.number && epoch.cap > budget(above.cap, allotted.ppm) {
        return wrong("its cap is above its budget");
    }
    Ok(())
}
