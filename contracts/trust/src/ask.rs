//! Queries and answers.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::HexBinary;
use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::trust::Identity;
use mycel_kit::standard::{About, Invariants};

use crate::deals::ask::{DealView, DealsResponse, RoomResponse};
use crate::export::ExportResponse;
use crate::gates::ask::{
    EligibleResponse, GateView, GatesResponse, NullifierResponse, PseudonymResponse,
};
use crate::keys::ask::ViewingKey;
use crate::mailbox::ask::{EntriesResponse, MailboxResponse, StatusResponse};
use crate::parameters::ParametersResponse;
use crate::tree::ask::{Checkpoints, Leaves, Path, Root};

/// `{}`.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Nothing {}

/// What can be asked.
#[cw_serde]
#[derive(QueryResponses)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    // ---- tree
    /// Leaves by place, with the root: a wallet's own copy.
    #[returns(Leaves)]
    Leaves {
        /// Above this place; from the first if absent.
        #[serde(default)]
        after: Option<u32>,
        /// At most so many, 500 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// The way from a place to the root. It names whom it is asked for: only
    /// for proofs that name the prover anyway.
    #[returns(Path)]
    Path {
        /// The place.
        index: u32,
    },
    /// The root when a slot began; of the slot now if absent.
    #[returns(Root)]
    Root {
        /// The slot.
        #[serde(default)]
        slot: Option<Id>,
    },
    /// The roots before the first change of a slot, of the last day.
    #[returns(Checkpoints)]
    Checkpoints(Nothing),

    // ---- mailbox
    /// Time, roll and what waits; with a person, its mailbox too.
    #[returns(StatusResponse)]
    Status {
        /// The person.
        #[serde(default)]
        person: Option<Id>,
    },
    /// A person's mailbox.
    #[returns(MailboxResponse)]
    Mailbox {
        /// The person.
        person: Id,
    },
    /// Entries of a mailbox that are kept, by number.
    #[returns(EntriesResponse)]
    Entries {
        /// The person.
        person: Id,
        /// Above this number; from the first that is kept if absent.
        #[serde(default)]
        after: Option<u32>,
        /// At most so many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },

    // ---- keys
    /// The identity that a person has now.
    #[returns(Identity)]
    Identity {
        /// The person.
        person: Id,
    },
    /// A person's viewing key.
    #[returns(ViewingKey)]
    ViewingKey {
        /// The person.
        person: Id,
        /// Its version; the newest if absent.
        #[serde(default)]
        version: Option<u32>,
    },

    // ---- deals
    /// A deal: all that everyone may know of it.
    #[returns(DealView)]
    Deal {
        /// The deal.
        deal: Id,
    },
    /// A person's deals, by number.
    #[returns(DealsResponse)]
    Deals {
        /// The person.
        person: Id,
        /// Above this number; from the first if absent.
        #[serde(default)]
        after: Option<Id>,
        /// At most so many, 20 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// What is left of the caps for a deal of two persons accepted now.
    #[returns(RoomResponse)]
    Room {
        /// One.
        a: Id,
        /// The other.
        b: Id,
    },

    // ---- gates
    /// A gate.
    #[returns(GateView)]
    Gate {
        /// Its number.
        gate: Id,
    },
    /// Gates, by number.
    #[returns(GatesResponse)]
    Gates {
        /// Above this number; from the first if absent.
        #[serde(default)]
        after: Option<Id>,
        /// At most so many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// Among how many a prover hides: leaves that could pass, in pages.
    #[returns(EligibleResponse)]
    Eligible {
        /// The gate.
        gate: Id,
        /// Where terms are the consumer's: which. Absent: as in one that opens today.
        #[serde(default)]
        term: Option<Id>,
        /// Above this place in the tree; from the first if absent.
        #[serde(default)]
        after: Option<u32>,
        /// Look at so many places at most, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// Whether a nullifier was spent.
    #[returns(NullifierResponse)]
    Nullifier {
        /// F("scope", instance, consumer, gate, term).
        scope: HexBinary,
        /// The nullifier.
        nf: HexBinary,
    },
    /// The nullifier that an address acts for; null: none.
    #[returns(Option<PseudonymResponse>)]
    Pseudonym {
        /// The address.
        address: String,
    },

    // ---- the standard interface
    /// What keeps a member's account from closing.
    #[returns(OpenItems)]
    OpenItems {
        /// Its address.
        member: String,
    },
    /// All that this contract holds about a member, in pages.
    #[returns(ExportResponse)]
    Export {
        /// Its address.
        member: String,
        /// `next` of the page before.
        #[serde(default)]
        after: Option<String>,
    },
    /// What this contract is.
    #[returns(About)]
    About(Nothing),
    /// Parameters with their bounds, and what is fixed.
    #[returns(ParametersResponse)]
    Parameters(Nothing),
    /// What must always hold.
    #[returns(Invariants)]
    Invariants(Nothing),
}
