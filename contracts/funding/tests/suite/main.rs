//! The funding contract among real members and credit.

mod commonwealth;
mod dividend;
mod exploits;
mod giving;
mod large;
mod layout;
mod limits;
mod projects;
mod property;
mod register;
mod rounds;
mod rules;
mod variants;
mod views;
mod wasm;
mod world;
