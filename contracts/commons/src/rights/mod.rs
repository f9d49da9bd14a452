//! Shares, and what they yield: entitlements that are harvested, retired,
//! banked, borrowed, leased and handed on.
//!
//! # The model
//! 10^8 shares are for good. In each epoch they yield floor(shares · TAC /
//! 10^8) units, and nobody's record is written when it opens: whoever is
//! **touched** for the first time is given what its shares yield ([`ledger`]),
//! and a cut of the epoch reaches each account when it is touched next
//! ([`cut`]). Both give what they would have given at once. What nobody asks
//! for, what is not used and what is not set aside lapses with the epoch.
//!
//! Person 0 is the commons: shares that nobody has, what they yield, what
//! sanctions withhold, what auctions forfeit and what rounding leaves are its
//! reserve.
//!
//! # Invariants
//! 1. Shares add up to 10^8.
//! 2. TAC · 10^8 = granted · 10^8 + dust + U · TAC, with U the shares that
//!    nobody asked for yet.
//! 3. granted + carried + minted = on accounts + reserve + harvested + retired
//!    + cancelled + repaid + cut.
//! 4. What was harvested within entitlements and retired, and all that may
//!    still be used, is at most what the epoch may yield.
//! 5. Harvest is never more than entitlement and recorded overage.
//! 6. Nothing comes in above the concentration cap.
//!
//! # Map
//! Pure: [`entitlement`], [`cut`], [`deemed`] (the price of overage),
//! [`warning`]. Kept: [`rules`], [`record`], [`state`], [`season`], [`ledger`].
//! Done: [`shares`], [`lease`], [`bank`], [`uses`], [`overage`], [`escrow`] (the
//! market's), [`concentration`], [`baskets`]. Asked: [`ask`], [`shown`]. [`msg`], [`error`],
//! [`invariants`].

pub mod ask;
pub mod bank;
pub mod baskets;
pub mod concentration;
pub mod cut;
pub mod deemed;
pub mod entitlement;
pub mod error;
pub mod escrow;
pub mod invariants;
pub mod lease;
pub mod ledger;
pub mod msg;
pub mod overage;
pub mod record;
pub mod rules;
pub mod season;
pub mod shares;
pub mod shown;
pub mod state;
pub mod uses;
pub mod warning;

use cosmwasm_std::Storage;

pub use error::RightsError;
pub use escrow::{escrowed, give, reserve, take, take_by_force, unreserve};
pub use record::{Good, Sums};
pub use rules::Rules;
pub use shares::{allot, free, restore, sell_all};
pub use shown::{Benefit, benefit, export, open_items, repaid};

pub use concentration::room;
pub use overage::pay as pay_overage;
pub use uses::unreported;

use crate::agenda::{Task, Worked};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;
use ledger::Ledger;
use mycel_kit::Id;

/// Whether an epoch is open.
///
/// # Errors
/// Only for unreadable state.
pub fn is_open(call: &Call<'_>, commons: u64) -> Result<bool, ContractError> {
    let season = season::current(call.storage, commons)?;
    Ok(season.is_some_and(|season| season.open))
}

/// Brings a person's account of the latest epoch up to date.
///
/// # Errors
/// Only for unreadable state.
pub fn touch(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, person)?;
    ledger.save(call.storage);
    Ok(())
}

/// Anyone brings accounts of the latest epoch up to date.
///
/// # Errors
/// More than 50; no such commons.
pub fn bring_up(call: &mut Call<'_>, commons: u64, persons: &[Id]) -> Result<(), ContractError> {
    bounds::count("persons", persons.len(), bounds::MAX_ITEMS)?;
    registry::commons(call.storage, commons)?;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.season.as_ref().map_or(0, |season| season.number);
    for Id(person) in persons {
        // whoever was never given anything has no account to bring up
        if state::holding(commons, *person).exists(call.storage)
            || state::account(commons, epoch, *person).exists(call.storage)
        {
            ledger.touch(call.storage, *person)?;
        }
    }
    ledger.save(call.storage);
    Ok(())
}

/// New units for what a person restored; the cap has room for them.
///
/// # Errors
/// No epoch is open.
pub fn mint(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    quantity: Quantity,
) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.opened()?;
    ledger.touch(call.storage, person)?;
    ledger.mint(person, quantity.units())?;
    ledger.save(call.storage);
    Ok(())
}

/// The sums of an epoch, its cuts taken into account.
///
/// # Errors
/// Only for unreadable state.
pub fn sums(storage: &dyn Storage, commons: u64, epoch: u64) -> Result<Sums, ContractError> {
    let kept = state::sums(commons, epoch).may_load(storage)?;
    let Some(season) = season::numbered(storage, commons, epoch)? else {
        return Ok(kept.unwrap_or_default());
    };
    let mut sums = kept.unwrap_or_else(|| Sums::opened(season.tac, season.carried));
    ledger::cut_sums(&mut sums, &season);
    Ok(sums)
}

/// An epoch opened: what baskets hold has its room in it.
///
/// # Errors
/// Only for unreadable state.
pub fn epoch_opened(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    baskets::epoch_opened(call, commons)
}

/// What is due of this part: an excess that is sold.
///
/// # Errors
/// As the task says.
pub fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    match task.kind {
        concentration::EXCESS => concentration::due(call, task, units),
        _ => Ok(Worked::Done),
    }
}

/// A commons was founded: all shares are the treasury's.
///
/// # Errors
/// None.
pub fn found(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    shares::found(call, commons);
    Ok(())
}
