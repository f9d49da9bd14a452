//! The census: once a window has closed, its volume is added up, piece by
//! piece, and every account's limit takes its monthly step.
//!
//! volume = Σ min(spent, 2 · median of spent) over the accounts that have
//! spent at all, so that nobody moves the need by more than two ordinary
//! members do. The median is exact (of an even number the lower), though no
//! single message may walk all accounts:
//!
//! 1. **fold** walks the accounts by number, so that nothing of the closed
//!    window waits in any of them;
//! 2. **gather** walks them again: the limit's step, and what was spent goes
//!    into pages;
//! 3. **select** walks the pages eight times and fixes the median byte by
//!    byte from the highest: 256 counters say in which byte's range the
//!    wanted rank lies;
//! 4. **sum** walks the pages once more.
//!
//! Each call does at most about so many units of work (1,000 gas each) and
//! continues where the last one stopped. A census that does not end before
//! the next window closes is dropped: the last volume stays in force. The
//! window that the contract began in is not whole and no measure of trade.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::Key;

use crate::error::ContractError;
use crate::fold::{Batch, period_of};
use crate::ledger;
use crate::policies::Policies;
use crate::rules::Rules;
use crate::state::{self, Kind, Status};
use crate::volume::{activity_in, count_aside};

/// Most values of a page, hence most accounts gathered into one.
pub const PAGE: u32 = 32;
/// Work in units of about 1,000 gas: an account, a payment that it made, a
/// page.
const ACCOUNT_COST: u32 = 12;
const FLOW_COST: u32 = 18;
const PAGE_COST: u32 = 4;
/// By how many medians one payer counts at most.
const MEDIANS: u64 = 2;
/// The highest of the eight bytes of an amount.
const TOP_BYTE: u8 = 7;

/// Where a census is. Stored between calls.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Phase {
    /// Nothing to do until another window closes.
    Done,
    /// Walking the accounts for what waits in them.
    Fold {
        /// The next account.
        next: u32,
    },
    /// Walking the accounts for what they did.
    Gather {
        /// The next account.
        next: u32,
    },
    /// Fixing the median.
    Select {
        /// The next page.
        next: u32,
        /// The median's higher bytes.
        prefix: u64,
        /// The byte being fixed, 7 the highest.
        byte: u8,
        /// The wanted place among the values with this prefix.
        rank: u32,
        /// How many values with this prefix have each value of the byte.
        counts: Vec<u32>,
    },
    /// Adding up.
    Sum {
        /// The next page.
        next: u32,
        /// What one payer counts at most.
        cap: u64,
        /// The sum so far.
        volume: u128,
    },
}

/// A census and its last result.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Census {
    /// The window that the contract began in: not whole, so not a measure.
    pub born: u16,
    /// The closed window that is or was counted.
    pub window: u16,
    /// How far it is.
    pub phase: Phase,
    /// Pages written.
    pub pages: u32,
    /// Values in them.
    pub payers: u32,
    /// Persons met while gathering.
    pub persons: u32,
    /// The last finished result.
    pub result: Measure,
}

/// What a finished census says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Measure {
    /// The window; 0 before the first.
    pub window: u16,
    /// Σ min(spent, 2 · median).
    pub volume: u128,
    /// The median of those who spent.
    pub median: u64,
    /// How many spent.
    pub payers: u32,
    /// How many persons there were.
    pub persons: u32,
}

/// The census.
#[must_use]
pub fn census() -> Key<Census> {
    Key::new(b'y', &[])
}

/// A page of what was spent.
#[must_use]
pub fn page(number: u32) -> Key<Vec<u64>> {
    Key::new(b'z', &number.to_be_bytes())
}

impl Census {
    /// One that has nothing to do before the window of `now` closes.
    #[must_use]
    pub fn begin(now: u64) -> Census {
        Census {
            born: period_of(now),
            window: period_of(now).saturating_sub(1),
            phase: Phase::Done,
            pages: 0,
            payers: 0,
            persons: 0,
            result: Measure::default(),
        }
    }

    /// Does at most about `limit` units of work, and at least one account or
    /// page if the limit is not 0; answers how many.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn advance<P: Policies>(
        &mut self,
        storage: &mut dyn Storage,
        now: u64,
        rules: &Rules,
        limit: u32,
    ) -> Result<u32, ContractError> {
        let closed = period_of(now).saturating_sub(1);
        if self.window < closed {
            *self = Census {
                born: self.born,
                window: closed,
                phase: Phase::Fold { next: 0 },
                pages: 0,
                payers: 0,
                persons: 0,
                result: self.result,
            };
        }
        let mut left = limit;
        while left > 0 {
            match self.step::<P>(storage, now, rules, left)? {
                0 => break,
                done => left = left.saturating_sub(done),
            }
        }
        Ok(limit - left)
    }

    /// At most a page of work: 0 when there is none.
    #[inline(never)] // engines bound the locals of one function
    fn step<P: Policies>(
        &mut self,
        storage: &mut dyn Storage,
        now: u64,
        rules: &Rules,
        left: u32,
    ) -> Result<u32, ContractError> {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Done => Ok(0),
            Phase::Fold { next } => self.fold::<P>(storage, now, next, left),
            Phase::Gather { next } => self.gather::<P>(storage, now, rules, next, left),
            Phase::Select {
                next,
                prefix,
                byte,
                rank,
                mut counts,
            } => {
                let shift = 8 * u32::from(byte);
                for value in page(next).load(storage)? {
                    if value.checked_shr(shift + 8).unwrap_or(0) == prefix {
                        counts[usize::from((value >> shift) as u8)] += 1;
                    }
                }
                self.phase = if next + 1 < self.pages {
                    Phase::Select {
                        next: next + 1,
                        prefix,
                        byte,
                        rank,
                        counts,
                    }
                } else {
                    self.selected(prefix, byte, rank, &counts)
                };
                Ok(PAGE_COST)
            }
            Phase::Sum {
                next,
                cap,
                mut volume,
            } => {
                let key = page(next);
                let values = key.load(storage)?;
                volume += values
                    .into_iter()
                    .map(|v| u128::from(v.min(cap)))
                    .sum::<u128>();
                storage.remove(key.bytes());
                if next + 1 < self.pages {
                    self.phase = Phase::Sum {
                        next: next + 1,
                        cap,
                        volume,
                    };
                } else {
                    self.finish(volume, cap / MEDIANS);
                }
                Ok(PAGE_COST)
            }
        }
    }

    fn fold<P: Policies>(
        &mut self,
        storage: &mut dyn Storage,
        now: u64,
        first: u32,
        left: u32,
    ) -> Result<u32, ContractError> {
        let count = state::account_count().load(storage)?;
        let mut batch = Batch::open(storage, now)?;
        let (mut end, mut cost) = (first, 0);
        while end < count && end - first < PAGE && (cost < left || end == first) {
            let waiting = state::account(end).load(storage)?.pending.flows.len();
            batch.account::<P>(storage, end)?;
            let flows = waiting + count_aside(storage, end, self.window)?;
            cost += ACCOUNT_COST + FLOW_COST * u32::try_from(flows).unwrap_or(PAGE);
            end += 1;
        }
        batch.close(storage)?;
        self.phase = if end < count {
            Phase::Fold { next: end }
        } else {
            Phase::Gather { next: 0 }
        };
        Ok(cost.max(1))
    }

    fn gather<P: Policies>(
        &mut self,
        storage: &mut dyn Storage,
        now: u64,
        rules: &Rules,
        first: u32,
        left: u32,
    ) -> Result<u32, ContractError> {
        let count = state::account_count().load(storage)?;
        let accounts = (left / ACCOUNT_COST).clamp(1, PAGE);
        let end = first.saturating_add(accounts).min(count);
        let line = state::terms().load(storage)?.starter_line;
        let mut spent = Vec::new();
        for number in first..end {
            let key = state::account(number);
            let mut account = key.load(storage)?;
            let activity = activity_in(storage, number, self.window)?;
            if activity.spent > 0 {
                spent.push(activity.spent);
            }
            let present = account.status != Status::Closed;
            self.persons += u32::from(present && account.kind == Kind::Person);
            if present
                && let Some(limit) =
                    ledger::month::<P>(storage, rules, line, number, &account, activity, now)?
                && limit != account.limit
            {
                account.limit = limit;
                key.save(storage, &account);
            }
        }
        if !spent.is_empty() {
            page(self.pages).save(storage, &spent);
            self.pages += 1;
            self.payers += u32::try_from(spent.len()).unwrap_or(PAGE);
        }
        if end < count {
            self.phase = Phase::Gather { next: end };
        } else if self.payers == 0 {
            self.finish(0, 0);
        } else {
            self.phase = Phase::Select {
                next: 0,
                prefix: 0,
                byte: TOP_BYTE,
                rank: (self.payers - 1) / 2,
                counts: vec![0; 256],
            };
        }
        Ok((ACCOUNT_COST * (end - first)).max(1))
    }

    /// All pages were read: the byte is the one within whose count the rank
    /// falls.
    fn selected(&self, prefix: u64, byte: u8, mut rank: u32, counts: &[u32]) -> Phase {
        let mut value = 0u64;
        for &count in counts {
            if rank < count {
                break;
            }
            rank -= count;
            value += 1;
        }
        let prefix = prefix << 8 | value.min(255);
        match byte.checked_sub(1) {
            Some(byte) => Phase::Select {
                next: 0,
                prefix,
                byte,
                rank,
                counts: vec![0; 256],
            },
            None => Phase::Sum {
                next: 0,
                cap: prefix.saturating_mul(MEDIANS),
                volume: 0,
            },
        }
    }

    fn finish(&mut self, volume: u128, median: u64) {
        self.phase = Phase::Done;
        if self.window == self.born {
            return;
        }
        self.result = Measure {
            window: self.window,
            volume,
            median,
            payers: self.payers,
            persons: self.persons,
        };
    }
}
