//! The other contracts that the parameters name, and who may call what.

use cosmwasm_std::{Api, Storage};
use mycel_kit::roles::{self, Class, Electorate, Needs, NotDecided, Unauthorized};
use mycel_kit::{Amount, Seconds};

use crate::accounts::valid;
use crate::error::ContractError;
use crate::limit::at_most;
use crate::msg::{Action, Holder, MAX_HOLDERS, ParameterChanges, WaterfallTerms};
use crate::state::{self, Peers};

/// Longest age of a hold that a holder may be given: two years.
const MAX_AGE: u64 = 2 * 365 * 86_400;
/// An epoch of the waterfall: a day to a year.
const EPOCH: (u64, u64) = (86_400, 365 * 86_400);
/// Losses take a third of an epoch's commons at most.
pub const MAX_LOSSES_PPM: u32 = 333_333;
/// The genesis account gets a sixth at most.
pub const MAX_GENESIS_PPM: u32 = 166_666;
/// The whole.
pub const PPM: u32 = 1_000_000;

/// The waterfall unless told otherwise: losses a third, genesis a sixth,
/// services and projects the half, dividend above 10,000 credits.
const WATERFALL: WaterfallTerms = WaterfallTerms {
    epoch: Seconds(30 * 86_400),
    losses_ppm: MAX_LOSSES_PPM,
    genesis_ppm: MAX_GENESIS_PPM,
    services_ppm: 500_000,
    reserve: match Amount::credits(10_000) {
        Some(reserve) => reserve,
        None => Amount::MAX,
    },
};

impl Default for Peers {
    fn default() -> Peers {
        Peers {
            members: String::new(),
            sortition: String::new(),
            trust: String::new(),
            funding: String::new(),
            holders: Vec::new(),
            waterfall: WATERFALL,
        }
    }
}

impl Peers {
    /// The longest age of a hold for this holder, if it may hold at all.
    #[must_use]
    pub fn max_age(&self, holder: &str) -> Option<u64> {
        let found = self.holders.iter().find(|named| named.address == holder);
        found.map(|named| named.max_age.0)
    }
}

/// The peers.
///
/// # Errors
/// Only for unreadable state.
pub fn load(storage: &dyn Storage) -> Result<Peers, ContractError> {
    Ok(state::peers().may_load(storage)?.unwrap_or_default())
}

/// Only the members contract, or the authority while there is none.
///
/// # Errors
/// [`ContractError::Unauthorized`].
pub fn members_or_authority(storage: &dyn Storage, sender: &str) -> Result<(), ContractError> {
    let peers = load(storage)?;
    if peers.members.is_empty() {
        let parameters = state::parameters().load(storage)?;
        roles::only(sender, &parameters.authority)?;
    } else {
        roles::peer(sender, &peers.members, "members")?;
    }
    Ok(())
}

/// Changes the peers that are given; answers whether any is.
///
/// # Errors
/// An invalid address, too many holders, a share or an age out of bounds;
/// nothing is written then.
pub fn change(
    storage: &mut dyn Storage,
    api: &dyn Api,
    changes: &ParameterChanges,
) -> Result<(), ContractError> {
    let mut peers = load(storage)?;
    for (place, given) in [
        (&mut peers.members, &changes.members),
        (&mut peers.sortition, &changes.sortition),
        (&mut peers.trust, &changes.trust),
        (&mut peers.funding, &changes.funding),
    ] {
        match given.as_deref() {
            Some("") => place.clear(),
            Some(address) => *place = valid(api, address)?,
            None => {}
        }
    }
    if let Some(holders) = &changes.holders {
        peers.holders = checked_holders(api, holders)?;
    }
    if let Some(terms) = changes.waterfall {
        peers.waterfall = checked_waterfall(terms)?;
    }
    state::peers().save(storage, &peers);
    Ok(())
}

fn checked_holders(api: &dyn Api, holders: &[Holder]) -> Result<Vec<Holder>, ContractError> {
    if holders.len() > MAX_HOLDERS {
        return Err(ContractError::TooMany {
            what: "holders",
            count: holders.len(),
            most: MAX_HOLDERS,
        });
    }
    let mut named: Vec<Holder> = Vec::with_capacity(holders.len());
    for holder in holders {
        within("max_age", holder.max_age.0, 1, MAX_AGE)?;
        let address = valid(api, &holder.address)?;
        if named.iter().any(|other| other.address == address) {
            return Err(ContractError::AccountExists { address });
        }
        named.push(Holder {
            address,
            max_age: holder.max_age,
        });
    }
    Ok(named)
}

fn checked_waterfall(terms: WaterfallTerms) -> Result<WaterfallTerms, ContractError> {
    within("epoch", terms.epoch.0, EPOCH.0, EPOCH.1)?;
    at_most("losses_ppm", terms.losses_ppm, MAX_LOSSES_PPM)?;
    at_most("genesis_ppm", terms.genesis_ppm, MAX_GENESIS_PPM)?;
    at_most(
        "services_ppm",
        terms.services_ppm,
        PPM - terms.losses_ppm - terms.genesis_ppm,
    )?;
    Ok(terms)
}

fn within(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), ContractError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value: value.to_string(),
        least: least.to_string(),
        most: most.to_string(),
    })
}

/// What each action needs: its least class; the electorate is all members.
#[must_use]
pub const fn needs(action: &Action) -> Needs {
    Needs::all(match action {
        Action::SetParameters(_) | Action::OpenMirror { .. } => Class::Constitutional,
        Action::Pause(_) => Class::Urgent,
        Action::SpendCommons { .. } => Class::Spending,
        Action::WriteOff { .. } | Action::SetLimit { .. } => Class::Ordinary,
    })
}

/// Whether a decision carries an action.
///
/// # Errors
/// Unauthorized, another electorate, or too low a class.
pub fn decided(
    sender: &str,
    authority: &str,
    electorate: &Electorate,
    class: Class,
    action: &Action,
) -> Result<(), ContractError> {
    roles::decided(sender, authority, electorate, class, &needs(action)).map_err(|why| match why {
        NotDecided::Unauthorized(Unauthorized { sender, needs }) => {
            Unauthorized { sender, needs }.into()
        }
        NotDecided::Elsewhere { .. } => ContractError::DecisionElsewhere,
        NotDecided::Insufficient { class, needs } => {
            ContractError::DecisionInsufficient { class, needs }
        }
    })
}
