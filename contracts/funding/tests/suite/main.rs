//! The funding contract among real members and credit.

mod commonwealth;
mod dividend;
mod exploits;
mod giving;
mod large;
mod layout;
mod projects;
mod property;
mod register;
mod rounds;
mod rules;
mod views;
mod wasm;
mod world;
