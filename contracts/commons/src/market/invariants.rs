//! What must always hold of the market.

use cosmwasm_std::{Order as Way, Storage};
use mycel_kit::standard::{Invariant, Number};

use super::order::Side;
use super::record::Sums;
use super::state;
use crate::error::ContractError;
use crate::registry;
use crate::rights::{self, Good};
use crate::state::last_number;

/// Most commons that [`judge`] looks at.
const MAX_JUDGED: u64 = 200;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let founded = registry::state::founded().may_load(storage)?.unwrap_or(0);
    let (mut orders, mut escrow) = (0u128, 0u128);
    let (mut bought, mut sold) = (0u128, 0u128);
    for commons in 1..=founded.min(MAX_JUDGED) {
        let sums = state::sums(commons).may_load(storage)?.unwrap_or_default();
        orders += sums.shares;
        let book = rights::state::book(commons).may_load(storage)?;
        escrow += u128::from(book.unwrap_or_default().escrow);
        bought += sums.bought;
        sold += sums.sold;
    }
    Ok(vec![
        Invariant {
            id: "MARKET-1".to_owned(),
            sentence: "shares in escrow are those of open orders and of forced sales that wait"
                .to_owned(),
            holds: orders == escrow,
            numbers: vec![Number::new("escrow", escrow), Number::new("orders", orders)],
        },
        Invariant {
            id: "MARKET-2".to_owned(),
            sentence: "what was bought was sold".to_owned(),
            holds: bought == sold,
            numbers: vec![Number::new("bought", bought), Number::new("sold", sold)],
        },
    ])
}

/// What the raw records of a commons say, for tests and auditors, as it walks
/// all: the sums that must be kept, the holds of open orders to buy, and who has
/// open orders to sell entitlement with what is in escrow at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recount {
    /// The sums.
    pub sums: Sums,
    /// Holds.
    pub holds: Vec<u64>,
    /// (person, epoch, units put into escrow before cuts).
    pub sellers: Vec<(u64, u64, u128)>,
    /// Open orders by person.
    pub open: std::collections::BTreeMap<u64, u32>,
}

/// Walks all.
///
/// # Errors
/// Only for unreadable state.
pub fn recount(storage: &dyn Storage, commons: u64) -> Result<Recount, ContractError> {
    let mut all = Recount::default();
    let last = state::auctions().may_load(storage)?.unwrap_or(0);
    for number in 1..=last {
        let auction = state::known(storage, number)?;
        if auction.commons != commons {
            continue;
        }
        let (mut bought, mut sold) = (0u128, 0u128);
        for side in [Side::Buy, Side::Sell] {
            for place in 1..=auction.count(side).orders {
                let order = state::order(number, side, place).load(storage)?;
                let size = u128::from(order.size);
                match side {
                    Side::Buy => {
                        bought += order.units;
                        all.sums.paid += u128::from(order.paid);
                    }
                    Side::Sell => sold += order.units,
                }
                if order.done {
                    continue;
                }
                *all.open.entry(order.person).or_default() += 1;
                match (side, auction.good) {
                    (Side::Buy, _) => {
                        all.sums.buys += 1;
                        all.sums.held += size;
                        all.holds.push(order.hold);
                    }
                    (Side::Sell, good) => {
                        all.sums.sells += 1;
                        // what was sold already is not in escrow any more
                        let left = size - order.units;
                        match good {
                            Good::Entitlement => {
                                all.sums.entitlement += size;
                                all.sellers.push((order.person, auction.epoch, left));
                            }
                            Good::Shares => all.sums.shares += left,
                        }
                    }
                }
            }
        }
        all.sums.bought += bought;
        all.sums.sold += sold;
    }
    let (start, end) = (
        state::forced(commons, 0),
        state::forced(commons.saturating_add(1), 0),
    );
    for (raw, value) in storage.range(Some(start.bytes()), Some(end.bytes()), Way::Ascending) {
        let shares = u128::from(start.decode(&value)?);
        all.sums.shares += shares;
        all.sums.waiting += shares;
        *all.open.entry(last_number(&raw)).or_default() += 0;
    }
    all.open.retain(|_, count| *count > 0);
    Ok(all)
}
