//! The gas schedule: data with a hash, so that a chain can agree on it and a cache can be keyed by it.

/// `base + per_item * n`, the price of something that grows with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linear {
    /// The flat part.
    pub base: u64,
    /// The price of each item.
    pub per_item: u64,
}

impl Linear {
    /// The price of `items`; saturates, which no gas limit can pay.
    pub const fn cost(&self, items: u64) -> u64 {
        self.base
            .saturating_add(self.per_item.saturating_mul(items))
    }
}

macro_rules! schedule {
    ($($(#[$doc:meta])* $field:ident: $ty:tt = $value:expr,)+) => {
        /// Every price of the runtime, in gas; 10^12 gas is one second of the reference machine.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Schedule { $($(#[$doc])* pub $field: $ty,)+ }

        impl Schedule {
            /// Schedule 1: equal to cosmwasm-vm 3.0 to the unit for whatever cosmwasm-vm runs.
            pub const ONE: Schedule = Schedule { $($field: $value,)+ };

            /// BLAKE3 of the fields in order of declaration, each number as eight little-endian bytes.
            pub fn hash(&self) -> [u8; 32] {
                let mut hasher = blake3::Hasher::new();
                $(schedule!(@feed hasher, self.$field, $ty);)+
                *hasher.finalize().as_bytes()
            }
        }
    };
    (@feed $hasher:ident, $value:expr, u64) => { $hasher.update(&$value.to_le_bytes()); };
    (@feed $hasher:ident, $value:expr, Linear) => {
        $hasher.update(&$value.base.to_le_bytes());
        $hasher.update(&$value.per_item.to_le_bytes());
    };
}

const fn linear(base: u64, per_item: u64) -> Linear {
    Linear { base, per_item }
}

const MICROSECOND: u64 = 1_000_000;

schedule! {
    /// Number of the schedule.
    version: u64 = 1,
    /// A Wasm operator that neither branches nor is a branch target.
    operator: u64 = 115,
    /// A Wasm operator that ends a basic block: loop, end, if, else, br, br_if, br_table, call, call_indirect, return.
    control: u64 = 1_610,
    /// Locals of a function that cost nothing.
    free_locals: u64 = 29,
    /// Each further local, on entry.
    local: u64 = 115,
    /// Each byte of `memory.copy` and `memory.fill`, charged before they run. cosmwasm-vm knows neither.
    bulk_byte: u64 = 115,
    /// Any host function.
    host_call: u64 = 18_000,
    /// Reading a region of at most 8 MB.
    read_region: Linear = linear(200_000, 115),
    /// Reading a larger one.
    read_large_region: Linear = linear(0, 520),
    /// Writing a region.
    write_region: Linear = linear(230_000, 570),
    /// Checking that bytes are UTF-8.
    utf8: Linear = linear(28_700, 1_400),
    /// `secp256k1_verify`.
    secp256k1_verify: u64 = 96 * MICROSECOND,
    /// `secp256k1_recover_pubkey`.
    secp256k1_recover: u64 = 194 * MICROSECOND,
    /// `secp256r1_verify`.
    secp256r1_verify: u64 = 279 * MICROSECOND,
    /// `secp256r1_recover_pubkey`.
    secp256r1_recover: u64 = 592 * MICROSECOND,
    /// `ed25519_verify`.
    ed25519_verify: u64 = 35 * MICROSECOND,
    /// `ed25519_batch_verify`, per signature.
    ed25519_batch: Linear = linear(24 * MICROSECOND, 21 * MICROSECOND),
    /// `ed25519_batch_verify` with a single public key, per signature.
    ed25519_batch_one_key: Linear = linear(36 * MICROSECOND, 10 * MICROSECOND),
    /// `bls12_381_aggregate_g1`, per point.
    bls_aggregate_g1: Linear = linear(68 * MICROSECOND, 12 * MICROSECOND),
    /// `bls12_381_aggregate_g2`, per point.
    bls_aggregate_g2: Linear = linear(207 * MICROSECOND / 2, 49 * MICROSECOND / 2),
    /// `bls12_381_hash_to_g1`.
    bls_hash_to_g1: u64 = 563 * MICROSECOND,
    /// `bls12_381_hash_to_g2`.
    bls_hash_to_g2: u64 = 871 * MICROSECOND,
    /// `bls12_381_pairing_equality`, per pairing.
    bls_pairing: Linear = linear(2_112 * MICROSECOND, 163 * MICROSECOND),
    /// Storing code: each byte of Wasm, at the worst that compiling one costs.
    store_byte: u64 = MICROSECOND,
    /// Storing code: each function.
    store_function: u64 = 10 * MICROSECOND,
}

impl Schedule {
    /// The length from which a region is a large one.
    pub const LARGE_REGION: usize = 8_000_000;

    /// The price of reading a region.
    pub const fn read_region_cost(&self, len: usize) -> u64 {
        if len <= Self::LARGE_REGION {
            self.read_region.cost(len as u64)
        } else {
            self.read_large_region.cost(len as u64)
        }
    }

    /// The price of storing a Wasm, charged before it is checked: `functions` is not known then, so charge
    /// `store_cost(len, 0)` first and the rest after `check`.
    pub const fn store_cost(&self, bytes: usize, functions: u32) -> u64 {
        self.store_byte
            .saturating_mul(bytes as u64)
            .saturating_add(self.store_function.saturating_mul(functions as u64))
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self::ONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_schedule_one_is_pinned() {
        assert_eq!(
            hex::encode(Schedule::ONE.hash()),
            "ca1c37d44bc27090290be645f0ad8613c2863797a372bad005cd14fdea98d7c5"
        );
    }

    #[test]
    fn prices_saturate_instead_of_wrapping() {
        assert_eq!(linear(1, 2).cost(u64::MAX), u64::MAX);
        assert_eq!(Schedule::ONE.store_cost(usize::MAX, u32::MAX), u64::MAX);
    }

    #[test]
    fn reading_more_than_8_mb_is_priced_by_the_byte_alone() {
        assert_eq!(Schedule::ONE.read_region_cost(8_000_000), 920_200_000);
        assert_eq!(Schedule::ONE.read_region_cost(8_000_001), 4_160_000_520);
    }
}
