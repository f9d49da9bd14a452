//! Instances as JSON: what a page, a phone or another program asks a proof of.
//!
//! An object with the circuit's name and each field of its struct, under the
//! field's own name; what is a struct there is an object here, arrays and lists
//! are lists. `mycel zk example` writes one for each circuit.
//!
//! | here | there |
//! |---|---|
//! | [`Fr`] | text: decimal, as snarkjs has it, or `0x` and 64 hexadecimal digits; below the field's order |
//! | a number | a whole number, or the same in text: beyond 2^53 JavaScript's own are not exact; periods, days and places in the tree are below 2^24 |
//! | `bool` | `true` or `false` |
//!
//! Nothing has a default, and nothing unknown is passed over: a field that is
//! misspelt must not become a proof of something else. Refusals name the field,
//! `tail[3].rho`, and repeat no value, which may be a secret, but the circuit's
//! name.
//!
//! An [`Instance`] is erased from memory when dropped, and so is what was read
//! on the way to it, unless the text is no JSON; the text itself is its owner's
//! to erase.
use ark_bn254::Fr;
use serde_json::Value;

use crate::circuit::Circuit;
use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::{Attest, Fold, Member, Show};

mod form;
mod number;

use form::{Form, Place};

/// Bytes of an instance's text at most; the longest that is written has some five thousand.
pub const MOST_BYTES: usize = 1 << 16;

/// A circuit's inputs, of whichever circuit.
pub enum Instance {
    /// A rating is well made.
    Attest(Box<Attest>),
    /// Entries were added to the sums.
    Fold(Box<Fold>),
    /// The sums meet thresholds.
    Show(Box<Show>),
    /// Somebody on the roll.
    Member(Box<Member>),
}

/// Why a text is no instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    /// More than any instance has.
    #[error("instance: bytes={bytes} most={MOST_BYTES}; give one instance alone")]
    Long {
        /// How many there are.
        bytes: usize,
    },
    /// Not JSON at all.
    #[error("instance: no JSON: {why}; write it as `mycel zk example` writes instance.json")]
    Text {
        /// What the parser says.
        why: String,
    },
    /// A field that is not there.
    #[error("instance: {field} is missing; write {expected}")]
    Missing {
        /// Which.
        field: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// A field that holds something else.
    #[error("instance: {field} is not what belongs there; write {expected}")]
    Value {
        /// Which.
        field: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// A field that the circuit does not have.
    #[error("instance: {field} is unknown; take it out, or write one of {known}")]
    Unknown {
        /// Which.
        field: String,
        /// Those that there are.
        known: String,
    },
    /// Another name than the four.
    #[error("instance: {0}")]
    Circuit(Refusal),
}

/// Does the same with whichever circuit's struct.
macro_rules! each {
    ($instance:expr, $inputs:ident => $body:expr) => {
        match $instance {
            Instance::Attest($inputs) => $body,
            Instance::Fold($inputs) => $body,
            Instance::Show($inputs) => $body,
            Instance::Member($inputs) => $body,
        }
    };
}

impl Instance {
    /// A valid instance; the same seed gives the same.
    #[must_use]
    pub fn example(kind: Kind, seed: u64) -> Self {
        match kind {
            Kind::Attest => Self::Attest(Box::new(Attest::example(seed))),
            Kind::Fold => Self::Fold(Box::new(Fold::example(seed))),
            Kind::Show => Self::Show(Box::new(Show::example(seed))),
            Kind::Member => Self::Member(Box::new(Member::example(seed))),
        }
    }

    fn blank(kind: Kind) -> Self {
        match kind {
            Kind::Attest => Self::Attest(Box::new(Attest::blank())),
            Kind::Fold => Self::Fold(Box::new(Fold::blank())),
            Kind::Show => Self::Show(Box::new(Show::blank())),
            Kind::Member => Self::Member(Box::new(Member::blank())),
        }
    }

    /// Which circuit's.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Attest(_) => Kind::Attest,
            Self::Fold(_) => Kind::Fold,
            Self::Show(_) => Kind::Show,
            Self::Member(_) => Kind::Member,
        }
    }

    /// Its public inputs.
    #[must_use]
    pub fn publics(&self) -> Vec<Fr> {
        each!(self, inputs => inputs.publics())
    }

    /// Reads JSON. Whether the inputs fit together is [`Circuit::check`]'s to say.
    ///
    /// # Errors
    /// If it is no instance, with the field and what belongs there.
    pub fn read(text: &[u8]) -> Result<Self, InstanceError> {
        if text.len() > MOST_BYTES {
            return Err(InstanceError::Long { bytes: text.len() });
        }
        let json: Value =
            serde_json::from_slice(text).map_err(|e| InstanceError::Text { why: e.to_string() })?;
        let json = form::Erased(json);
        let name = Place::top().field("circuit").text(json.0.get("circuit"))?;
        let kind = name.parse().map_err(InstanceError::Circuit)?;
        let mut instance = Self::blank(kind);
        each!(&mut instance, inputs => inputs.read(&Place::top(), Some(&json.0)))?;
        Ok(instance)
    }

    /// As JSON, which reads back as the same.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut json = each!(self, inputs => inputs.json());
        json["circuit"] = self.kind().name().into();
        json
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        each!(self, inputs => inputs.erase());
    }
}

impl std::fmt::Debug for Instance {
    /// Says nothing of its secrets, wherever it is written to.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Instance({}, secret)", self.kind())
    }
}
