//! Reproducible numbers.

/// splitmix64.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// 64 bits.
    #[allow(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// One time in `n`.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// At most `bits` bits, few as often as many.
    pub fn sized(&mut self, bits: u64) -> u64 {
        let keep = 1 + self.below(bits);
        self.next() >> (64 - keep)
    }
}

/// The first seed: `MYCEL_SEED`, or 0.
#[must_use]
pub fn first_seed() -> u64 {
    let told = std::env::var("MYCEL_SEED").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// How many cases to run: `MYCEL_CASES`, or `default`.
#[must_use]
pub fn cases(default: u64) -> u64 {
    let told = std::env::var("MYCEL_CASES").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(default)
}
