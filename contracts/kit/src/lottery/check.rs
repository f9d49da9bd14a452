//! Panels against size and quotas, and the chances they add up to.

use borsh::{BorshDeserialize, BorshSerialize};

use super::{
    Frame, LotteryError, MAX_ENTRIES, MAX_PANELS, MAX_QUOTAS, Panel,
    level::Fraction,
    pool::{at_most, wrong_count},
};

/// Whether one panel has k seats within every quota; `number` is for the error.
///
/// # Errors
/// Types unknown or out of order, seats of which there are none or too many,
/// the size, the first quota that is not kept.
pub fn check_panel(
    frame: &Frame<'_>,
    number: u32,
    seats: &[(u16, u16)],
) -> Result<(), LotteryError> {
    let pool = frame.pool();
    let mut size = 0u32;
    let mut seated = [0u32; MAX_QUOTAS];
    let mut before = None;
    for &(kind, taken) in seats {
        let malformed = |why| LotteryError::Panel {
            panel: number,
            kind,
            why,
        };
        if before.is_some_and(|before| kind <= before) {
            return Err(malformed("is out of order"));
        }
        before = Some(kind);
        let Some(&count) = pool.counts.get(usize::from(kind)) else {
            return Err(malformed("is unknown"));
        };
        let taken = u32::from(taken);
        if taken == 0 {
            return Err(malformed("has no seat"));
        }
        if taken > count {
            return Err(malformed("has more seats than persons"));
        }
        // at most 2^10 types with 2^16 seats each
        size += taken;
        for &quota in frame.quotas_of(usize::from(kind)) {
            seated[usize::from(quota)] += taken;
        }
    }
    if size != pool.k {
        return Err(LotteryError::Size {
            panel: number,
            seats: size,
            expected: pool.k,
        });
    }
    for (quota, (bounds, &seated)) in pool.quotas.iter().zip(&seated).enumerate() {
        if !(bounds.min..=bounds.max).contains(&seated) {
            return Err(LotteryError::QuotaBroken {
                panel: number,
                quota,
                seated,
                min: bounds.min,
                max: bounds.max,
            });
        }
    }
    Ok(())
}

/// Takes panels one by one; can be stored and gone on with.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tally {
    /// m: how many panels the lottery must have.
    pub m: u32,
    /// How many it has so far, equal ones counted each.
    pub panels: u32,
    /// How many different ones.
    pub different: u32,
    /// Their entries together.
    pub entries: u32,
    /// Σ seats of each type over all panels.
    pub sums: Vec<u64>,
}

impl Tally {
    /// Begins with nothing.
    ///
    /// # Errors
    /// An m that is no power of two or above 2^17.
    pub fn begin(frame: &Frame<'_>, m: u32) -> Result<Tally, LotteryError> {
        at_most("panels", m as usize, 2 * MAX_PANELS as usize)?;
        if !m.is_power_of_two() {
            return Err(wrong_count(
                "panels",
                m as usize,
                m.next_power_of_two() as usize,
            ));
        }
        Ok(Tally {
            m,
            panels: 0,
            different: 0,
            entries: 0,
            sums: vec![0; frame.types()],
        })
    }

    /// Takes a panel.
    ///
    /// # Errors
    /// The panel's first offence, or more panels or entries than there may be.
    /// The tally is then as before.
    pub fn panel(&mut self, frame: &Frame<'_>, panel: &Panel) -> Result<(), LotteryError> {
        if self.sums.len() != frame.types() {
            return Err(wrong_count("types", self.sums.len(), frame.types()));
        }
        let panels = u64::from(self.panels) + u64::from(panel.times);
        if panel.times == 0 || panels > u64::from(self.m) {
            return Err(LotteryError::WrongCount {
                what: "panels",
                count: panels,
                expected: u64::from(self.m),
            });
        }
        let entries = self.entries as usize + panel.seats.len();
        at_most("entries", entries, MAX_ENTRIES as usize)?;
        check_panel(frame, self.different, &panel.seats)?;
        for &(kind, seats) in &panel.seats {
            // Σ over all types ≤ m·k
            self.sums[usize::from(kind)] += u64::from(panel.times) * u64::from(seats);
        }
        self.panels = panels as u32;
        self.different += 1;
        self.entries = entries as u32;
        Ok(())
    }

    /// Every panel is there.
    ///
    /// # Errors
    /// [`LotteryError::WrongCount`].
    pub fn finish(&self) -> Result<(), LotteryError> {
        if self.panels == self.m && self.m > 0 {
            return Ok(());
        }
        Err(LotteryError::WrongCount {
            what: "panels",
            count: u64::from(self.panels),
            expected: u64::from(self.m),
        })
    }

    /// π_t: the chance of everybody of a type.
    #[must_use]
    pub fn chance(&self, frame: &Frame<'_>, kind: usize) -> Option<Fraction> {
        let count = *frame.pool().counts.get(kind)?;
        Some(Fraction {
            numerator: i128::from(*self.sums.get(kind)?),
            denominator: i128::from(self.m) * i128::from(count),
        })
    }
}
