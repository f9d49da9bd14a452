//! Pairwise bounding, row by row: contributor i against all j > i, each
//! unordered pair once, the work bounded by steps, a cursor (i, j), no matrix.
//!
//! For a pair, k = Σ over all projects of s_i·s_j (Q64, below 2^135) and the
//! coefficient M/(M + k) is kept as a mantissa q of 63 or 64 bits and a shift,
//! so that one division a pair is enough and every step fits 128 bits:
//!
//! ```text
//! d  = M·2^64 + k                     exact in 256 bits, at least 2^64
//! d' = ⌈d / 2^a⌉ in 2^63 … 2^64       relative error < 2^-63, upwards
//! q  = ⌊M·2^z·2^64 / d'⌋              M·2^z in 2^62 … 2^63, so q ≥ 2^62: error < 2^-62, downwards
//! M/(M + k) ≈ q · 2^-(a + z)          never above, below by less than 2^-61 of itself
//! ```
//! A term is ⌊s_i·s_j·q / 2^(a+z)⌋: at most 1 (2^-64 pico-credit) below that.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::wide::{U256, mul};

/// Steps that looking at one gift of the other contributor counts.
pub const LOOK: u64 = 1;
/// Steps that a pair counts that has a project in common: a division.
pub const PAIR: u64 = 48;
/// Steps that each project counts that a pair has in common.
pub const TERM: u64 = 8;

/// What one contributor gave: (place of the project, root), each project once.
pub type Gifts = [(u16, u64)];

/// Contributors and their gifts side by side in memory.
#[derive(Clone, Debug, Default)]
pub struct Table {
    ends: Vec<usize>,
    gifts: Vec<(u16, u64)>,
}

impl Table {
    /// Adds a contributor, with the gifts that earn match.
    pub fn push(&mut self, gifts: impl IntoIterator<Item = (u16, u64)>) {
        self.gifts.extend(gifts);
        self.ends.push(self.gifts.len());
    }

    /// How many contributors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The gifts of one; none beyond the last.
    #[must_use]
    pub fn gifts(&self, contributor: usize) -> &Gifts {
        let Some(&end) = self.ends.get(contributor) else {
            return &[];
        };
        let start = match contributor {
            0 => 0,
            _ => self.ends[contributor - 1],
        };
        &self.gifts[start..end]
    }

    /// All pairs from a place on, as far as `steps` reach; `steps` is what is
    /// left of them. Whether all pairs are done.
    ///
    /// A pair that `steps` no longer cover is left for the next time, but for
    /// the first, so that any number of steps moves the place.
    pub fn advance(
        &self,
        m: u64,
        place: &mut Place,
        weights: &mut [U256],
        steps: &mut u64,
    ) -> bool {
        let count = self.len() as u64; // far below 2^64
        let mut first = true;
        while place.i + 1 < count {
            if !first && *steps == 0 {
                return false;
            }
            if place.j <= place.i {
                place.j = place.i + 1;
            }
            let own = Row::new(self.gifts(place.i as usize), weights.len());
            while place.j < count {
                let before = *steps;
                let others = self.gifts(place.j as usize);
                if !own.meet(m, others, weights, steps, first) {
                    *steps = before;
                    return false;
                }
                first = false;
                place.j += 1;
            }
            place.i += 1;
            place.j = place.i + 1;
        }
        true
    }
}

/// The next pair: contributor i with contributor j > i.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Place {
    /// The row.
    pub i: u64,
    /// Within the row; at most i: the row's first.
    pub j: u64,
}

/// One contributor's gifts by project, ready to meet others'.
#[derive(Clone, Debug)]
pub struct Row {
    own: Vec<u64>,
}

impl Row {
    /// Of these gifts, among so many projects.
    #[must_use]
    pub fn new(gifts: &Gifts, projects: usize) -> Row {
        let mut own = vec![0; projects];
        for &(project, root) in gifts {
            if let Some(place) = own.get_mut(usize::from(project)) {
                *place = root;
            }
        }
        Row { own }
    }

    fn product(&self, project: u16, root: u64) -> u128 {
        let own = self.own.get(usize::from(project)).copied().unwrap_or(0);
        u128::from(own) * u128::from(root)
    }

    /// Adds what the pair with another contributor is worth to each project.
    /// False, and nothing added, if `steps` do not reach; `always` adds
    /// nevertheless and takes what there is.
    pub fn meet(
        &self,
        m: u64,
        others: &Gifts,
        weights: &mut [U256],
        steps: &mut u64,
        always: bool,
    ) -> bool {
        let mut k = U256::ZERO;
        let mut common = 0;
        for &(project, root) in others {
            let product = self.product(project, root);
            if product != 0 {
                k += U256::from(product);
                common += 1;
            }
        }
        let mut needs = LOOK * (others.len() as u64 + 1);
        if common > 0 {
            needs += PAIR + TERM * common;
        }
        if *steps < needs && !always {
            return false;
        }
        *steps = steps.saturating_sub(needs);
        if common > 0 {
            let coefficient = Coefficient::new(m, k);
            for &(project, root) in others {
                let product = self.product(project, root);
                if product != 0 {
                    let term = coefficient.of(product);
                    if let Some(weight) = weights.get_mut(usize::from(project)) {
                        *weight = weight.saturating_add(U256::from(term));
                    }
                }
            }
        }
        true
    }
}

/// A whole row in one call: a contributor against others, all of them. For
/// callers that hold others elsewhere than in a [`Table`].
pub fn row<'a>(
    m: u64,
    own: &Gifts,
    others: impl IntoIterator<Item = &'a Gifts>,
    weights: &mut [U256],
) {
    let own = Row::new(own, weights.len());
    for gifts in others {
        own.meet(m, gifts, weights, &mut 0, true);
    }
}

/// M/(M + k) as q · 2^-shift, from below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coefficient {
    q: u128,
    shift: u32,
}

impl Coefficient {
    /// Of M in pico-credits (0 counts as 1, 2^63 − 1 the most) and k in Q64.
    #[must_use]
    pub fn new(m: u64, k: U256) -> Coefficient {
        let m = m.clamp(1, (1 << 63) - 1);
        let d = (U256::from(m) << 64usize).saturating_add(k);
        let a = d.bit_len() - 64; // d ≥ 2^64
        let rounded = (d >> a) << a != d;
        let [low, ..] = *(d >> a).as_limbs();
        let d = u128::from(low) + u128::from(rounded);
        let z = m.leading_zeros() - 1;
        let q = (u128::from(m << z) << 64) / d;
        // at most 256 − 64 and 62
        let shift = u32::try_from(a).unwrap_or(u32::MAX).saturating_add(z);
        Coefficient { q, shift }
    }

    /// ⌊product · q / 2^shift⌋; never above the product.
    #[must_use]
    pub fn of(self, product: u128) -> u128 {
        let exact = mul(product, self.q) >> self.shift as usize;
        let [l0, l1, ..] = *exact.as_limbs();
        u128::from(l0) | u128::from(l1) << 64
    }
}
