//! Messages. JSON with snake_case names; ids and times are strings of digits,
//! field elements 64 hexadecimal digits, proofs base64. A field that this
//! version does not know is refused, never dropped. No message has a field for a
//! public input except nf, C' (`commitment`), c and ct: the contract builds the
//! others from its own state and from what the message means.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary};
use mycel_kit::Id;
use mycel_kit::roles::{Class, Electorate};

use crate::deals::msg::{DealInput, DisputeRating, OpenRating};
use crate::gates::msg::{OpenGate, ShowInput};
use crate::parameters::ParameterChanges;
use crate::proofs::VerifyingKeys;
use crate::times::Times;

/// Most items of any list in a message.
pub const MAX_ITEMS: usize = 50;

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who decides: the assembly.
    pub authority: String,
    /// A development network: times may be seconds, keys from a fixed seed.
    /// Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// How time is divided, for good; the standard's times if absent, and
    /// outside development.
    #[serde(default)]
    pub times: Option<Times>,
    /// The verifying keys, for good.
    pub keys: VerifyingKeys,
    /// Most weight that one partner gives a member in a period, for good: 1 to
    /// 1,000,000; 200 if absent. Gates ask for 15 of it a counterparty.
    #[serde(default)]
    pub pair_cap: Option<u32>,
    /// Parameters other than the defaults: peers, numbers.
    #[serde(default)]
    pub parameters: ParameterChanges,
}

/// What the contract does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    // ---- members
    /// members: a person has a mailbox from now on.
    Enrol {
        /// The person.
        person: Id,
        /// Its identity commitment.
        idc: HexBinary,
    },
    /// members: a person has left; `set_leaf` tells when it is back.
    Retire {
        /// The person.
        person: Id,
    },
    /// members: standing or vouches changed.
    SetLeaf {
        /// The person.
        person: Id,
        /// Whether the leaf counts.
        live: bool,
        /// Weight of the vouches received; counts up to 64.
        vouch: u32,
    },
    /// members: this person may reset its mailbox.
    ApproveReset {
        /// The person.
        person: Id,
    },

    // ---- mailbox
    /// Owner: folds its next entries into its state.
    Fold {
        /// How many, 1 to 8.
        entries: u8,
        /// C': the commitment to the new state.
        commitment: HexBinary,
        /// Of `fold`.
        proof: Binary,
        /// The opening of C', sealed under the owner's seed; at most 256 bytes.
        #[serde(default)]
        backup: Binary,
    },

    // ---- keys
    /// Owner: takes another identity. The old one's secret is shown by a proof
    /// of `member`; who has no identity yet gives none.
    Rekey {
        /// The new commitment.
        idc: HexBinary,
        /// The slot whose root the proof is about.
        #[serde(default)]
        slot: Option<Id>,
        /// The proof's nullifier.
        #[serde(default)]
        nf: Option<HexBinary>,
        /// Of `member`.
        #[serde(default)]
        proof: Option<Binary>,
    },
    /// Owner: begins anew, where that was approved.
    Reset {
        /// The new commitment.
        idc: HexBinary,
    },
    /// Owner: publishes its next viewing key.
    PublishViewingKey {
        /// X25519.
        key: HexBinary,
    },

    // ---- deals
    /// Member, with a key that has the role recover: offers a deal to another.
    OpenDeal(DealInput),
    /// Member, likewise: accepts a deal that was offered to it.
    AcceptDeal {
        /// The deal.
        deal: Id,
    },
    /// Either side: takes an offer back before it is accepted.
    CancelDeal {
        /// The deal.
        deal: Id,
    },
    /// Either side, likewise: promises its rating, until the deadline.
    CommitRating {
        /// The deal.
        deal: Id,
        /// BLAKE3(c, ct, salt).
        hash: HexBinary,
    },
    /// Anyone: opens a rating that was promised.
    OpenRating(OpenRating),
    /// The rated: reveals a rating that was opened, and asks a jury.
    DisputeRating(DisputeRating),
    /// Anyone: carries out what a jury said about a rating.
    AdvanceDispute {
        /// The deal.
        deal: Id,
        /// 0: a's rating of b; 1: b's of a.
        dir: u8,
    },

    // ---- gates
    /// Anyone: shows that a score passes a gate.
    Show(ShowInput),
    /// Anyone: shows that somebody on the roll passes a gate.
    ShowMember(ShowInput),

    // ---- anyone
    /// Does what is due, at most so many units of work.
    Advance {
        /// At most so many units, 500 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },

    // ---- assembly
    /// Carries out a decision.
    Decided {
        /// The proposal.
        proposal: Id,
        /// Who voted.
        electorate: Electorate,
        /// The class that was reached.
        class: Class,
        /// What to do.
        action: Action,
    },
}

/// What a decision can do here.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    /// Constitutional.
    SetParameters(Box<ParameterChanges>),
    /// Ordinary: as [`ExecuteMsg::ApproveReset`].
    ApproveReset {
        /// The person.
        person: Id,
    },
    // ---- gates
    /// Ordinary: opens a gate for a consumer.
    OpenGate(Box<OpenGate>),
    /// Ordinary: closes a gate for good.
    CloseGate {
        /// The gate.
        gate: Id,
    },
}
