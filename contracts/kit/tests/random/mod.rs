//! Reproducible numbers for tests.
#![allow(dead_code, reason = "each test file uses its part")]

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn wide(&mut self) -> u128 {
        (u128::from(self.next()) << 64) | u128::from(self.next())
    }

    /// Any number of bits up to `bits`, small as often as large.
    pub fn sized(&mut self, bits: u64) -> u128 {
        let keep = 1 + self.below(bits);
        self.wide() >> (128 - keep)
    }
}

/// Cases to run: `MYCEL_CASES`, or `default`.
#[allow(
    clippy::disallowed_methods,
    reason = "tests may be told how much to do"
)]
pub fn cases(default: u64) -> u64 {
    let told = std::env::var("MYCEL_CASES").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(default)
}
