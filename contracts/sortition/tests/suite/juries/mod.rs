//! Cases and juries over the real members contract. [`world`] is the
//! community; every other module is a subject.

mod absence;
mod appeals;
mod clients;
mod drawing;
mod property;
mod strikes;
mod votes;
mod wasm;
pub mod world;
