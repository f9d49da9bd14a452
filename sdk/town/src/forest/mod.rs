//! The town's forest, from its founding over some epochs: what monitors read decides what may be taken, what is restored
//! gives rights, what is scarce has a price.
//!
//! Three organisations watch it, each behind a bond, and somebody drawn by lot who takes nothing of it. Foresters hold its
//! shares, of which a tenth stays with the commons. In a good season everybody gets what 100 tonnes yield; somebody
//! restores land. In the next there is a drought: the monitors read less, the cap is cut in that moment, and the auction
//! shows it. [`founding`] makes the forest, [`seasons`] what happens in it, [`auction`] seals and opens orders,
//! [`told`] tells what came of it. All of it plays on any [`crate::civic::Stage`].

pub mod auction;
pub mod founding;
pub mod seasons;
pub mod told;

pub use founding::{Forest, Planned, found, plan, settle};
pub use seasons::season;
pub use told::Forested;

use std::time::Instant;

use mycel_commons::{
    Quantity,
    cap::{self, Rule},
    market, monitors, order, regeneration,
    registry::{
        admission::Policy,
        rules::{MAX_EPOCH_SECONDS, Rules},
    },
    rights,
};
use mycel_kit::{Amount, Seconds};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    civic::{CivicError, Stage},
    contracts::COMMONS,
};

/// What the forest is counted in.
pub const UNIT: &str = "kg";
/// All shares of a commons.
pub const ALL_SHARES: u64 = 100_000_000;
/// What stands in the forest when all is well: a tenth of it may be taken.
pub const STOCK: u64 = 1_000_000;
/// What the monitors read in the drought.
pub const DROUGHT: u64 = 700_000;
/// What a kilogram is worth in a good season, in pico-credits: the hundred tonnes are worth 1,000 credits.
pub const PRICE: u64 = 10_000_000_000;
/// Seconds of a year.
const YEAR: u32 = 365 * 86_400;
/// What was restored.
pub const RESTORED: u64 = 2_000;

/// The rules of the forest: epochs of so many seconds, of which a tenth of the stock may be taken where there is enough.
pub fn rules(epoch_seconds: u64, f_msy_ppm: u32) -> Rules {
    let epoch_seconds = u32::try_from(epoch_seconds).unwrap_or(MAX_EPOCH_SECONDS);
    let part = |n: u32| (epoch_seconds / 20).saturating_mul(n).max(1);
    let units = |n: u64| Quantity::at_most(n.into());
    Rules {
        epoch_seconds,
        enrolment: Policy::Decision {},
        monitors: monitors::Rules {
            window: Seconds(part(16).into()),
            // a stock that falls is read by one after the other: that is no dispute
            spread_ppm: 400_000,
            bond: Amount::credits(10).unwrap_or(Amount::MAX),
            ..monitors::Rules::usual(units(STOCK * 5))
        },
        cap: cap::Rules {
            harvest: Rule::Status {
                f_msy_ppm,
                b_lim: units(STOCK / 5),
                b_trig: units(STOCK * 4 / 5),
            },
            production: None,
            kappa_ppm: 0,
            rise_bps: 2_000,
            grace_seconds: part(6),
            stabiliser: None,
        },
        regeneration: regeneration::Rules {
            attest_seconds: part(10),
            ..Default::default()
        },
        rights: rights::Rules {
            overage_floor: Amount::new(PRICE).unwrap_or(Amount::MAX),
            ..Default::default()
        },
        market: market::Rules {
            shares: false,
            commit_seconds: part(6),
            reveal_seconds: part(5),
            ..Default::default()
        },
        order: order::Rules {
            tolerance_bps: 500,
            notice_seconds: YEAR,
            reduced_seconds: YEAR,
            suspended_seconds: YEAR,
            excluded_seconds: YEAR,
            reduced_bps: 5_000,
            appeal_seconds: 7 * 86_400,
        },
    }
}

/// What the commons contract answers.
pub(crate) async fn ask<A: DeserializeOwned>(
    stage: &impl Stage,
    question: Value,
) -> Result<A, CivicError> {
    stage.ask(COMMONS, &question).await
}

/// A forest in its drought: orders are sealed, nothing is settled yet.
#[derive(Debug)]
pub struct Lived {
    /// The forest.
    pub forest: Forest,
    begun: seasons::Begun,
    start: Instant,
}

/// Plays a forest that was decided, from its first reading over a good season into a drought.
pub async fn live(
    stage: &mut impl Stage,
    planned: Planned,
    mut said: impl FnMut(&str),
) -> Result<Lived, CivicError> {
    let start = Instant::now();
    said("seating monitors that nobody in the forest controls");
    let mut forest = settle(stage, planned).await?;
    said("a good season in the forest: an auction, harvests, and land restored");
    season(stage, &mut forest, STOCK, STOCK, true).await?;
    said("a drought: monitors read less, and the cap is cut at once");
    let begun = seasons::begin(stage, &mut forest, STOCK, DROUGHT, false).await?;
    Ok(Lived {
        forest,
        begun,
        start,
    })
}

/// Plays the drought to its end, and tells what came of it all.
pub async fn outlive(
    stage: &mut impl Stage,
    lived: Lived,
) -> Result<(Forested, Forest), CivicError> {
    let Lived {
        mut forest,
        begun,
        start,
    } = lived;
    seasons::end(stage, &mut forest, begun).await?;
    let mut told = Forested::read(stage, &forest).await?;
    told.ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok((told, forest))
}

#[cfg(test)]
pub(crate) mod tests;
