//! Sanctions: accusations, overuse, appeals, mediation.

mod accusing;
mod appealing;
mod climbing;
pub mod ground;
mod hostile;
