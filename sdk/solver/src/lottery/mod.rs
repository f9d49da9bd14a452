//! Lotteries among volunteers whose chances are as equal as quotas allow (leximin), with the proof that contracts check.
//!
//! # The method
//! Volunteers with the same features are one type, and persons of a type have the same chance in the best lottery. So
//! chances are a point of the *quota polytope* (`Σ n_t·p_t = k`, each quota's sum within its bounds, `0 ≤ p ≤ 1`), and
//! level after level a linear program raises the least chance of those not yet settled (`leximin`). Its prices become
//! integers that prove the level exactly (`dual`). Chances become whole seats over m panels (`round`), seats become
//! panels within the quotas (`fill`, `settle`, `table`), and panels are mixed until no two volunteers can count on meeting
//! (`mix`). What comes out has passed `mycel_kit::lottery::verify`, the check that contracts make.
//!
//! Quotas over one or two features always come apart into panels. Over three and more a point of the quota polytope
//! may be no mixture of panels: then sums come as near as panels can, and [`Solved::bound`] against
//! [`Solved::least`] tells how near, proven. Where no chance is possible at all, [`Clash`] names the quotas that
//! cannot be kept together and the nearest ones that can.
//!
//! The same pool gives the same bytes. Programs are solved in floats; nothing of them is believed that is not checked.
//!
//! # Map
//! [`file`] the forms of files · [`csv`] tables · `program` Clarabel · `clash` what is impossible.
pub mod csv;
pub mod file;

#[cfg(not(target_family = "wasm"))]
mod clash;
#[cfg(not(target_family = "wasm"))]
mod dual;
#[cfg(not(target_family = "wasm"))]
mod fill;
#[cfg(not(target_family = "wasm"))]
mod leximin;
#[cfg(not(target_family = "wasm"))]
mod mix;
#[cfg(not(target_family = "wasm"))]
mod program;
#[cfg(not(target_family = "wasm"))]
mod round;
#[cfg(not(target_family = "wasm"))]
mod settle;
#[cfg(not(target_family = "wasm"))]
mod solve;
#[cfg(not(target_family = "wasm"))]
mod table;

#[cfg(not(target_family = "wasm"))]
pub use clash::{Bound, Clash, clash};
#[cfg(not(target_family = "wasm"))]
pub use solve::{Options, Solved, solve};

/// Why there is no lottery.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LotteryError {
    /// The pool's form, or numbers that cannot meet.
    #[error(transparent)]
    Pool(#[from] mycel_kit::lottery::LotteryError),
    /// Quotas that nobody can keep together.
    #[error("quotas that cannot be kept together; ask for the clash and relax one")]
    NoChances,
    /// Fractions of persons would fit, whole ones were not found to.
    #[error(
        "no panel was found that keeps every quota, though fractions of persons would; widen a quota by one"
    )]
    NoPanel,
}
