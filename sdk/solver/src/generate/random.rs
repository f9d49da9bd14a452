//! SplitMix64 (Steele, Lea, Flood 2014).

/// Numbers from a seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from `low` to `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(low.abs_diff(high) + 1) as i64
    }

    /// A node of so many.
    pub fn node(&mut self, nodes: usize) -> u32 {
        self.below(nodes as u64) as u32
    }

    /// A random order.
    pub fn permutation(&mut self, nodes: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..nodes as u32).collect();
        for last in (1..nodes).rev() {
            order.swap(last, self.below(last as u64 + 1) as usize);
        }
        order
    }
}
