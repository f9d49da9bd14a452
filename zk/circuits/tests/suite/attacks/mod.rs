//! Attacks, each a named test. One that returns `Caught` broke rows of one
//! group alone, and stands in the table of `mutants`.

pub mod attest;
pub mod fold;
pub mod fold_witness;
pub mod member;
pub mod show;
pub mod show_score;
pub mod show_witness;
