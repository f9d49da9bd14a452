//! What crosses between trust and its peers: members tell it who there is,
//! it tells the consumer of a gate what was shown there, and both ask.
//!
//! A consumer accepts [`ConsumerMsg::Shown`] from trust alone. Trust has then
//! verified the proof and spent (scope, nullifier); if the consumer refuses, all
//! of it is undone. The action is what the prover signed, so it names whom it is
//! for; nothing else about the message may decide that.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;

use crate::{Id, Seconds};

/// Messages of members.
#[cw_serde]
pub enum TrustMsg {
    /// A new person's identity commitment.
    Enrol {
        /// The person.
        person: Id,
        /// The commitment, 32 bytes in hexadecimal.
        idc: String,
    },
    /// A person left; `set_leaf` tells when it is back.
    Retire {
        /// The person.
        person: Id,
    },
    /// A person's standing or vouches changed.
    SetLeaf {
        /// The person.
        person: Id,
        /// Whether the leaf counts.
        live: bool,
        /// Weight of the vouches received.
        vouch: u32,
    },
}

/// trust → the consumer of a gate.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ConsumerMsg<A> {
    /// A proof was shown at a gate of this consumer.
    Shown(Shown<A>),
}

/// A proof that was shown. `A` is the consumer's own action, always an object
/// with one field, the verb: `{"raise_line":{…}}`.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Shown<A> {
    /// The gate.
    pub gate: Id,
    /// The term, within which a person has one nullifier: a decimal number,
    /// ⌊time / seconds⌋ or what the action says ([`Term`]).
    pub term: String,
    /// The nullifier, 32 bytes.
    pub nf: HexBinary,
    /// The identity commitment of the account that the action names in mode
    /// `named`; else 32 zero bytes.
    pub subject: HexBinary,
    /// What the consumer shall do.
    pub action: A,
}

/// Questions to trust.
#[cw_serde]
pub enum TrustQuery {
    /// The terms of a gate.
    Gate {
        /// Its number.
        gate: Id,
    },
    /// The identity commitment that a person has now.
    Identity {
        /// The person.
        person: Id,
    },
}

/// How a gate ties a proof to somebody.
#[cw_serde]
#[derive(Copy, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub enum Mode {
    /// To nobody: once a term and person.
    Once,
    /// To the account that the action names.
    Named,
    /// To a fresh key that the action carries.
    Pseudonym,
}

/// What a gate's nullifiers are for.
#[cw_serde]
#[derive(Copy, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub enum Term {
    /// One for each span of so many seconds, counted from 1970.
    Seconds(Seconds),
    /// One for each thing of the consumer that actions name: a round, a draw.
    /// The consumer tells since when it is there ([`ConsumerQuery::GateTerm`]).
    Action {},
}

/// What consumers read of a gate. Trust's answer has more.
#[cw_serde]
pub struct Gate {
    /// Its number.
    pub gate: Id,
    /// Who acts on what is shown there.
    pub consumer: String,
    /// Whom proofs are tied to.
    pub mode: Mode,
    /// Its terms.
    pub term: Term,
    /// For how long what was shown there counts.
    pub ttl: Seconds,
    /// Whether it takes proofs.
    pub open: bool,
}

/// Answer to `identity`; a person that is not enrolled is refused.
#[cw_serde]
pub struct Identity {
    /// The commitment, 32 bytes.
    pub idc: HexBinary,
    /// Whether its leaf counts.
    pub live: bool,
}

/// trust → the consumer of a gate whose terms are its own.
#[cw_serde]
pub enum ConsumerQuery {
    /// Since when a term is there; one that is not open is refused.
    GateTerm {
        /// The gate.
        gate: Id,
        /// The term that an action names.
        term: String,
    },
}

/// Answer to `gate_term`.
#[cw_serde]
pub struct GateTerm {
    /// Before this nothing could be shown for the term, so keys set until the
    /// day before have one nullifier in it.
    pub opens: Seconds,
}

/// A gate that is not what its consumer needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("gate refused: gate={gate} {why}")]
pub struct GateRefused {
    /// The gate.
    pub gate: u64,
    /// What is wrong, and what to do.
    pub why: &'static str,
}

impl Gate {
    /// Refuses a gate that is closed, another's, or ties proofs otherwise.
    ///
    /// # Errors
    /// [`GateRefused`].
    pub fn serves(&self, consumer: &str, mode: Mode, by_action: bool) -> Result<(), GateRefused> {
        let refused = |why| {
            Err(GateRefused {
                gate: self.gate.0,
                why,
            })
        };
        if !self.open {
            return refused("is closed; name an open one");
        }
        if self.consumer != consumer {
            return refused("is another contract's; name one opened for this consumer");
        }
        if self.mode != mode {
            return refused("has another mode; see the gate's mode in trust");
        }
        if by_action != matches!(self.term, Term::Action {}) {
            return refused("has other terms; see the gate's term in trust");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate {
            gate: Id(3),
            consumer: "credit".to_owned(),
            mode: Mode::Named,
            term: Term::Seconds(Seconds(86_400)),
            ttl: Seconds(86_400),
            open: true,
        }
    }

    #[test]
    fn a_gate_serves_its_consumer_in_its_mode_with_its_terms_while_it_is_open() {
        assert_eq!(gate().serves("credit", Mode::Named, false), Ok(()));
        let closed = Gate {
            open: false,
            ..gate()
        };
        assert!(closed.serves("credit", Mode::Named, false).is_err());
        assert!(gate().serves("funding", Mode::Named, false).is_err());
        assert!(gate().serves("credit", Mode::Once, false).is_err());
        assert!(gate().serves("credit", Mode::Named, true).is_err());
    }

    #[test]
    fn what_consumers_read_of_a_gate_may_come_with_more() {
        let more = r#"{"gate":"3","consumer":"credit","mode":"named","term":{"seconds":"86400"},"ttl":"86400","open":true,"theta":"4096"}"#;
        assert_eq!(cosmwasm_std::from_json::<Gate>(more).unwrap(), gate());
        let action: Term = cosmwasm_std::from_json(r#"{"action":{}}"#).unwrap();
        assert_eq!(action, Term::Action {});
    }

    #[test]
    fn what_was_shown_has_these_fields_and_no_other() {
        let told = r#"{"shown":{"gate":"3","term":"7","nf":"01","subject":"00","action":{"x":1}}}"#;
        let ConsumerMsg::Shown(shown) =
            cosmwasm_std::from_json::<ConsumerMsg<serde_json::Value>>(told).unwrap();
        assert_eq!((shown.gate, shown.term.as_str()), (Id(3), "7"));
        let more = told.replace("\"gate\"", "\"sender\":\"x\",\"gate\"");
        assert!(cosmwasm_std::from_json::<ConsumerMsg<serde_json::Value>>(&more).is_err());
    }
}
