//! `mycel zk`: the circuits behind trust, their keys, and the ceremonies that make keys.
mod ceremony;
mod circuits;
mod example;
pub mod keys;

use clap::ValueEnum;
use mycel_circuits::Kind;

use crate::{exit::Failure, session::Session};

/// Arguments of `mycel zk`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Lists the circuits: what each proves, its size, its public inputs
    Circuits(circuits::Cmd),
    /// Lists the keys that proofs are made with here, and compares them with the chain's
    Keys(keys::Cmd),
    /// Makes a proof of a random valid instance, with development keys, as snarkjs reads it
    Example(example::Cmd),
    /// Makes a key that nobody alone could forge with, step by step, each step a file
    Ceremony(ceremony::Cmd),
}

/// A circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// A sealed rating is a rating
    Attest,
    /// A state takes in the next entries
    Fold,
    /// A whole history meets thresholds
    Show,
    /// Somebody on the roll
    Member,
}

impl Which {
    /// All.
    pub const ALL: [Self; 4] = [Self::Attest, Self::Fold, Self::Show, Self::Member];

    /// Its name.
    pub fn name(self) -> &'static str {
        self.kind().name()
    }

    /// As the circuits' crate has it.
    pub fn kind(self) -> Kind {
        match self {
            Self::Attest => Kind::Attest,
            Self::Fold => Kind::Fold,
            Self::Show => Kind::Show,
            Self::Member => Kind::Member,
        }
    }
}

/// Does something with a circuit's type.
macro_rules! with_circuit {
    ($which:expr, $circuit:ident => $body:expr) => {
        match $which {
            $crate::zk::Which::Attest => {
                type $circuit = mycel_circuits::Attest;
                $body
            }
            $crate::zk::Which::Fold => {
                type $circuit = mycel_circuits::Fold;
                $body
            }
            $crate::zk::Which::Show => {
                type $circuit = mycel_circuits::Show;
                $body
            }
            $crate::zk::Which::Member => {
                type $circuit = mycel_circuits::Member;
                $body
            }
        }
    };
}
pub(crate) use with_circuit;

/// Runs one verb.
pub fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    match cmd.verb {
        Verb::Circuits(cmd) => circuits::run(&cmd, session),
        Verb::Keys(cmd) => keys::run(&cmd, session),
        Verb::Example(cmd) => example::run(&cmd, session),
        Verb::Ceremony(cmd) => ceremony::run(&cmd, session),
    }
}
