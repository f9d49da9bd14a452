//! Gas as the chain charges it: one meter a message, in SDK gas. Work of
//! compiled contracts is charged, native work is free.

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

/// The gas is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfGas;

/// Counts gas against a limit; `used` never exceeds `limit`.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    limit: u64,
    used: u64,
}

/// A limit that was narrowed and must be put back.
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

    pub(crate) fn charge(&mut self, amount: u64) -> Result<(), OutOfGas> {
        let used = self.used.saturating_add(amount);
        if used > self.limit {
            self.used = self.limit;
            return Err(OutOfGas);
        }
        self.used = used;
        Ok(())
    }

    /// Everything is used.
    pub(crate) fn exhaust(&mut self) {
        self.used = self.limit;
    }

    /// Lets at most `amount` more be used until [`Meter::widen`]; `None` if
    /// that is no narrower than what is left.
    pub(crate) fn narrow(&mut self, amount: u64) -> Option<Outer> {
        if amount >= self.left() {
            return None;
        }
        let outer = Outer(self.limit);
        self.limit = self.used.saturating_add(amount);
        Some(outer)
    }

    pub(crate) fn widen(&mut self, outer: Outer) {
        self.limit = outer.0;
    }
}
