//! Gas: one meter for each transaction, in SDK gas; contracts count in VM gas.
use crate::error::OutOfGas;

/// VM gas in one SDK gas.
pub(crate) const VM_GAS: u64 = 140_000;

/// VM gas for an amount of SDK gas; saturates, which no limit can pay.
pub(crate) fn to_vm(gas: u64) -> u64 {
    gas.saturating_mul(VM_GAS)
}

/// SDK gas for an amount of VM gas, rounded up: no work is free.
pub(crate) fn from_vm(gas: u64) -> u64 {
    gas.div_ceil(VM_GAS)
}

/// Counts gas against a limit. `used` never exceeds `limit`.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    limit: u64,
    used: u64,
}

/// A limit that was narrowed by [`Meter::narrow`] and must be put back.
#[must_use]
pub(crate) struct Outer(u64);

impl Meter {
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit, used: 0 }
    }

    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    pub(crate) fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Takes `amount` for `location`.
    pub(crate) fn charge(&mut self, amount: u64, location: &'static str) -> Result<(), OutOfGas> {
        let used = self.used.saturating_add(amount);
        if used > self.limit {
            self.used = self.limit;
            return Err(OutOfGas {
                location,
                wanted: self.limit,
                used,
            });
        }
        self.used = used;
        Ok(())
    }

    /// Lets at most `amount` more be used until [`Meter::widen`]; `None` if that is no narrower than what is left.
    pub(crate) fn narrow(&mut self, amount: u64) -> Option<Outer> {
        if amount >= self.left() {
            return None;
        }
        let outer = Outer(self.limit);
        self.limit = self.used.saturating_add(amount);
        Some(outer)
    }

    /// Puts the limit back.
    pub(crate) fn widen(&mut self, outer: Outer) {
        self.limit = outer.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_never_counts_above_its_limit() {
        let mut meter = Meter::new(100);
        meter.charge(60, "a").unwrap();
        let out = meter.charge(50, "b").unwrap_err();
        assert_eq!((out.wanted, out.used, out.location), (100, 110, "b"));
        assert_eq!((meter.used(), meter.left()), (100, 0));
    }

    #[test]
    fn a_narrowed_limit_leaves_the_rest_to_the_outer_one() {
        let mut meter = Meter::new(100);
        assert!(meter.narrow(100).is_none());
        let outer = meter.narrow(30).unwrap();
        assert!(meter.charge(31, "x").is_err());
        meter.widen(outer);
        assert_eq!((meter.used(), meter.left()), (30, 70));
    }

    #[test]
    fn vm_gas_is_rounded_up() {
        assert_eq!(from_vm(1), 1);
        assert_eq!(from_vm(VM_GAS), 1);
        assert_eq!(to_vm(u64::MAX), u64::MAX);
    }
}
