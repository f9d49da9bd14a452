//! The funding contract among real members and credit.

mod exploits;
mod giving;
mod projects;
mod rounds;
mod rules;
mod views;
mod world;
