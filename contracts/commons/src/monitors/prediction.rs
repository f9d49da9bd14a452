//! What the stock can be at most: what was relied on when the last epoch
//! opened, grown without any catch by the commons' own production model, and a
//! measuring error of as much as readings may lie apart. A value beyond that is
//! disputed; without a model, or before the first epoch, nothing is.
//!
//! Where a jury let readings stand since then (or in the same second), their
//! value is relied on as well: one monitor that reads nothing at an opening makes
//! no rise of all that others read later.

use cosmwasm_std::Storage;

use super::rules::Rules;
use super::state::Watch;
use super::value::PPM;
use crate::cap::{self, Basis, Epoch, Production};
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;

/// Most epochs over which a stock is grown: one that nobody read for longer is
/// not taken to have grown further.
const MOST_STEPS: u64 = 8;

/// How many epochs of growth lie between a time and now, begun ones whole.
fn steps(epoch: &Epoch, since: u64, now: u64) -> u64 {
    let length = epoch.closes.saturating_sub(epoch.opens).max(1);
    let passed = now.saturating_sub(since);
    (passed / length).saturating_add(1).min(MOST_STEPS)
}

/// The most that can be there after so many epochs without a catch.
fn most(model: &impl Production, stock: Quantity, steps: u64, margin_ppm: u32) -> Quantity {
    let mut grown = stock;
    for _ in 0..steps {
        grown = grown.max(model.next(grown, Quantity::ZERO));
    }
    let margin = grown.units() * u128::from(margin_ppm) / PPM;
    Quantity::at_most(grown.units().saturating_add(margin))
}

/// What the stock of a commons can be at most now; `None`: nothing can tell.
///
/// # Errors
/// Only for unreadable state.
pub fn prediction(
    storage: &dyn Storage,
    commons: u64,
    watch: &Watch,
    rules: &Rules,
    now: u64,
) -> Result<Option<Quantity>, ContractError> {
    let Some(model) = registry::rules(storage, commons)?.cap.production else {
        return Ok(None);
    };
    let Some(epoch) = cap::state::last_epoch(storage, commons)? else {
        return Ok(None);
    };
    // what a majority said while it was disputed is no ground to stand on
    let stock = match epoch.basis {
        Basis::Fresh => epoch.stock.max(epoch.median),
        Basis::Disputed | Basis::Stale => epoch.stock,
    };
    let grown = |stock, since| {
        let steps = steps(&epoch, since, now);
        most(&model, stock, steps, rules.spread_ppm)
    };
    let ground = grown(stock, epoch.opens);
    let stood = watch.stood.filter(|stood| stood.at >= epoch.opens);
    let stood = stood.map(|stood| grown(stood.quantity, stood.at));
    Ok(Some(stood.map_or(ground, |stood| stood.max(ground))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cap::production::Schaefer;

    #[test]
    fn a_stock_grows_by_the_model_and_a_measuring_error() {
        let units = Quantity::at_most;
        let forest = Schaefer {
            r_ppm: 400_000,
            capacity: units(1_000),
        };
        let most = |stock, steps, margin| super::most(&forest, units(stock), steps, margin).units();
        assert_eq!(most(500, 1, 0), 600);
        assert_eq!(most(500, 1, 100_000), 660);
        assert_eq!(most(500, 2, 0), 696);
        // a full forest does not shrink the bound
        assert_eq!(most(1_200, 3, 0), 1_200);
        assert_eq!(most(1_000, 8, 100_000), 1_100);
        assert_eq!(
            super::most(&forest, Quantity::MAX, 1, 1_000_000),
            Quantity::MAX
        );
    }
}
