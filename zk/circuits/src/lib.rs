//! The circuits attest, fold, show and member.
//!
//! A circuit states what its public inputs have to do with one another, for
//! secrets that only the prover knows. Each is a page: [`attest`] (a rating is
//! well made and sealed for this deal), [`fold`] (entries were added to the
//! sums, all of them, in their order), [`show`] (the sums over *everything*
//! received meet thresholds), [`member`] (somebody on the roll, once).
//!
//! # Model
//! A circuit writes on a [`Sheet`]: public inputs, then witnesses of the
//! prover's choice, and rows `a · b = c` of linear combinations ([`Wire`]) that
//! bind them. Rows are written in named **groups**; the head of a circuit's
//! page says what each forbids, and for each the tests have an attack that
//! breaks rows of this group alone: without the group it would succeed.
//!
//! # Invariants
//! 1. The shape never depends on values: rows and variables of a blank instance
//!    are those of every instance.
//! 2. Every public input is bound: changed alone, some row breaks.
//! 3. Every packed number is opened to parts of as many bits as it was packed of.
//! 4. Given what [`Circuit::check`] accepts, every row holds; what it refuses,
//!    it refuses with a reason, before any proof is begun.
//!
//! # Map
//! [`circuit`] the trait and shapes · [`sheet`], [`wire`] · [`gadgets`] ·
//! [`kind`] circuits by name · [`refusal`] · [`r1cs`], [`wtns`] files that
//! circom's tools read · [`example`] random valid instances · [`instance`] JSON.
//!
//! ```
//! use mycel_circuits::{Circuit, Member};
//! let member = Member::example(7);
//! let values = member.assignment().expect("an example is valid");
//! assert!(Member::compile().broken(&values).is_empty());
//! assert_eq!(values[1..7], member.publics());
//! ```
#![forbid(unsafe_code)]

pub mod attest;
pub mod circuit;
pub mod example;
pub mod fold;
pub mod gadgets;
pub mod instance;
pub mod kind;
pub mod member;
pub mod r1cs;
pub mod refusal;
mod section;
pub mod sheet;
pub mod show;
pub mod wire;
pub mod wtns;

pub use attest::Attest;
pub use circuit::{Circuit, Compiled, Matrix};
pub use fold::Fold;
pub use instance::{Instance, InstanceError};
pub use kind::Kind;
pub use member::Member;
pub use refusal::Refusal;
pub use sheet::{Section, Sheet};
pub use show::Show;
pub use wire::Wire;
