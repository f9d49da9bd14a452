//! Lotteries among volunteers: panels that keep quotas, and the proof that
//! chances are as equal as the quotas allow.
//!
//! # The model
//! Volunteers with the same features are one *type* t with `n_t` persons. A
//! lottery is a list of m panels (`m` = 2^b, equal ones counted together),
//! each of which seats `a_t ≤ n_t` of every type, k in all, within each quota.
//! One panel is drawn, then persons within each type: with `S_t = Σ a_t` over
//! all panels everybody of type t has the chance `π_t = S_t / (m·n_t)`.
//!
//! *Levels* prove that the chances are the leximin ones, to within ε = 2/m. A
//! level has weights `y ≥ 0` and multipliers μ (free), `u, l, s ≥ 0` with
//! `μ + Σ_{f∋t}(u_f − l_f) + s_t ≥ y_t` for each type. Every panel within the
//! quotas then has `Σ y_t·a_t ≤ B = k·μ + Σ_f(max_f·u_f − min_f·l_f) + Σ n_t·s_t`,
//! whoever drew it up, so `Σ n_t·y_t·π_t ≤ B` for every lottery. If types that
//! earlier levels settled keep their chances (they take `W = Σ n_t·y_t·π_t` of
//! B), the least chance of the others is at most `(B − W) / Σ n_t·y_t`. A level
//! holds iff the least chance is within ε of that bound and no one who is more
//! than ε above it has a weight, those settled before apart. It *settles* each
//! type with a weight whose chance can only grow by more than ε where someone
//! else of this level or before loses: `B − Σ n·y·π ≤ ε·n_t·y_t`.
//!
//! Among lotteries whose first level holds, the one that settles more persons
//! is better, then the one with the smaller *pair term*: the sum over all pairs
//! of persons of the square of how many panels are expected to seat both
//! (`P_st = Σ a_s·a_t` over the pairs of two types, in 1/2^16). Friends who
//! would rather sit together lose by it to those who mix.
//!
//! # Bounds
//! See the constants; `|μ|, u, l, s, y, d ≤ 2^60`. Then |B| < 2^82, what is
//! compared < 2^121, the pair term < 2^107: everything fits 128 bits.
//!
//! # Map
//! [`pool`] volunteers and quotas, the count test · [`check`](mod@check) panels and chances,
//! streaming · [`level`] certificates · [`pairs`] the pair term · [`body`] the
//! pages in which lotteries travel · [`verify`](mod@verify) all of it, and the ranking.
//!
//! # Example
//! ```
//! use mycel_kit::lottery::{Level, Lottery, Panel, Pool, Quota, Tolerance, panels_for, verify};
//! // Two women and six men, of whom one each is seated.
//! let quota = |value| Quota { feature: 0, value, min: 1, max: 1 };
//! let pool = Pool { k: 2, counts: vec![2, 6], values: vec![vec![0], vec![1]], quotas: vec![quota(0), quota(1)] };
//! let m = panels_for(8, 2)?;
//! let panels = vec![Panel { times: m, seats: vec![(0, 1), (1, 1)] }];
//! // One seat for six men: 1/6 each, and no lottery gives all of them more.
//! let level = |y: [u64; 2], u: [u64; 2], d| Level { y: y.into(), s: vec![0; 2], mu: 0, u: u.into(), l: vec![0; 2], d };
//! let levels = vec![level([0, 1], [0, 1], 6), level([1, 0], [1, 0], 2)];
//! let verdict = verify(&pool, &Lottery { panels, levels }, m, Tolerance::Close)?;
//! assert_eq!((verdict.least.numerator * 6, verdict.rank.settled), (verdict.least.denominator, 8));
//! # Ok::<(), mycel_kit::lottery::LotteryError>(())
//! ```

pub mod body;
pub mod check;
pub mod error;
pub mod level;
pub mod pairs;
pub mod pool;
pub mod verify;

pub use body::{Page, encode, read_page};
pub use check::{Tally, check_panel};
pub use error::LotteryError;
pub use level::{Fraction, Held, Level, Standing, Tolerance, check_level};
pub use pairs::{PairStripe, pair_term};
pub use pool::{Frame, Pool, Quota, count_test, panels_for};
pub use verify::{Rank, Verdict, rank, verify};

use borsh::{BorshDeserialize, BorshSerialize};

/// Most types of volunteers.
pub const MAX_TYPES: usize = 1 << 10;
/// Most features.
pub const MAX_FEATURES: usize = 16;
/// Most quotas.
pub const MAX_QUOTAS: usize = 64;
/// Most seats of a panel.
pub const MAX_SEATS: u32 = 1_000;
/// Most volunteers.
pub const MAX_PERSONS: u32 = 1 << 20;
/// Most panels of a lottery, before they are doubled.
pub const MAX_PANELS: u32 = 1 << 16;
/// Most levels.
pub const MAX_LEVELS: usize = 64;
/// Most entries (type, seats) of all different panels together.
pub const MAX_ENTRIES: u32 = 1 << 19;
/// Greatest magnitude of a multiplier or weight.
pub const MAX_DUAL: u64 = 1 << 60;

/// A panel by types, and how many of the m panels are like it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Panel {
    /// How often it is in the lottery, ≥ 1.
    pub times: u32,
    /// (type, seats) in ascending order of types, seats ≥ 1.
    pub seats: Vec<(u16, u16)>,
}

/// What a solver hands in.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Lottery {
    /// All panels; their order decides which one an index draws.
    pub panels: Vec<Panel>,
    /// The certificate, the lowest chances first.
    pub levels: Vec<Level>,
}

impl Lottery {
    /// The panel that an index below m draws.
    #[must_use]
    pub fn drawn(&self, index: u32) -> Option<&Panel> {
        let mut left = u64::from(index);
        self.panels.iter().find(|panel| {
            let here = left < u64::from(panel.times);
            left = left.saturating_sub(u64::from(panel.times));
            here
        })
    }
}
