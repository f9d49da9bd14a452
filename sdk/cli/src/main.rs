//! The one binary: node, member's wallet, developer's and auditor's tools.
//!
//! # Manners
//! * stdout is the result and nothing else; prose, progress, questions and errors go to stderr.
//! * Exit codes: 0 done or holds · 1 refused by the chain, or not built yet · 2 usage · 3 unreachable ·
//!   4 verification failed · 5 cannot be verified · 10 upgrade needed.
//! * An error ends with the next step.
//! * A name is a local key, a member of the development town, or an address. Amounts are credits.
//!
//! # Map
//! One folder a noun, each with `Cmd` (arguments) and `run`: [`up`], [`node`], [`keys`], [`member`], [`pay`],
//! [`request`], [`position`], [`history`], [`statement`], [`clear`], [`commons`], [`vote`], [`fund`], [`draw`], [`trust`], [`zk`], [`contract`], [`audit`], [`solve`]. [`args`] is the whole command line, [`later`] what is not
//! built yet, [`session`] what a command finds in the home directory, [`output`] the two ways a result is shown,
//! [`exit`] how errors become codes, [`advice`] the next step after a refusal.
#![forbid(unsafe_code)]

mod advice;
mod args;
mod audit;
mod chart;
mod clear;
mod commons;
mod contract;
mod draw;
mod exit;
mod fund;
mod history;
mod keys;
mod later;
mod member;
mod node;
mod output;
mod pay;
mod position;
mod request;
mod session;
mod solve;
mod statement;
mod trust;
#[cfg(feature = "node")]
mod up;
mod vote;
mod zk;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(stop) => return stop.finish(),
    };
    match args.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit().into()
        }
    }
}
