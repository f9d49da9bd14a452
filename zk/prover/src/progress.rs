//! Telling how far it is, and being told to stop.
use std::ops::ControlFlow;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A key is read; counted in bytes, of a total of 0 if it comes from a stream of unknown size.
    Reading,
    /// Whether the inputs are consistent.
    Checking,
    /// The witness.
    Witness,
    /// The quotient polynomial.
    Quotient,
    /// The proof's points, one sum after the other.
    Sums,
    /// The finished proof.
    Verifying,
}

/// Told about each step; answers whether to go on.
pub trait Progress {
    /// `done` of `total` in this stage.
    fn at(&self, stage: Stage, done: u64, total: u64) -> ControlFlow<()>;
}

/// Goes on and tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn at(&self, _: Stage, _: u64, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<F: Fn(Stage, u64, u64) -> ControlFlow<()>> Progress for F {
    fn at(&self, stage: Stage, done: u64, total: u64) -> ControlFlow<()> {
        self(stage, done, total)
    }
}
