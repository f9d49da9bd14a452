//! Messages. JSON with snake_case names; ids and times are strings of digits.
//! A field that this version does not know is refused, never dropped.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Binary;
use mycel_kit::ladder::Step;
use mycel_kit::pause::Pause;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::Bound;
use mycel_kit::{Id, Seconds};

use crate::parameters::{Numbers, ParameterChanges};

/// Most items of any list in a message.
pub const MAX_ITEMS: usize = 50;

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who decides while there is no assembly.
    pub authority: String,
    /// The community's name, what stands after the @ of handles: letters a–z, digits, hyphens.
    pub community: String,
    /// A development network: `seed` is allowed at any time. Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// Contracts that exist already; absent or empty ones come later.
    #[serde(default)]
    pub peers: PeerChanges,
    /// Parameters other than the defaults.
    #[serde(default)]
    pub parameters: ParameterChanges,
}

/// Peers to set; absent stays, empty is none.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct PeerChanges {
    /// Keeps accounts.
    pub credit: Option<String>,
    /// Keeps identity commitments.
    pub trust: Option<String>,
    /// Draws juries.
    pub sortition: Option<String>,
    /// Decides instead of `authority` from then on.
    pub assembly: Option<String>,
    /// Further contracts that are asked for open items when someone leaves, at most 8.
    pub items: Option<Vec<String>>,
}

/// The peers as they are; empty is none.
#[cw_serde]
pub struct PeerValues {
    /// Keeps accounts.
    pub credit: String,
    /// Keeps identity commitments.
    pub trust: String,
    /// Draws juries.
    pub sortition: String,
    /// Decides.
    pub assembly: String,
    /// Asked for open items.
    pub items: Vec<String>,
}

/// A passkey to keep.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct PasskeyInput {
    /// A name for it, at most 32 bytes.
    pub label: String,
    /// secp256r1, SEC1 compressed, 33 bytes in hexadecimal.
    pub key: String,
    /// Of `pay`, `vote`, `recover`.
    pub roles: Vec<String>,
}

/// A founder.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Seed {
    /// The address.
    pub address: String,
    /// The handle.
    pub handle: String,
    /// The identity commitment; may come later.
    #[serde(default)]
    pub idc: Option<String>,
}

/// What an entry of a member is.
#[cw_serde]
#[derive(Copy, Eq)]
#[schemaifier(mute_warnings)]
pub enum ListingKind {
    /// What it can do.
    Skill,
    /// What it needs.
    Need,
    /// What it offers.
    Offer,
}

/// An entry of a member.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ListingInput {
    /// Skill, need or offer.
    pub kind: ListingKind,
    /// What, at most 64 bytes.
    pub name: String,
    /// More about it, at most 280 bytes.
    #[serde(default)]
    pub detail: String,
    /// How much of it.
    #[serde(default)]
    pub quantity: Option<Id>,
    /// Unit of the quantity, at most 16 bytes.
    #[serde(default)]
    pub unit: String,
    /// To be found by, at most 5 of 24 bytes.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Until when.
    #[serde(default)]
    pub until: Option<Seconds>,
}

/// A controller's share.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Share {
    /// The person.
    pub person: Id,
    /// Of 10,000.
    pub bps: u16,
}

/// What an organisation is.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OrgInput {
    /// What for, at most 280 bytes.
    pub purpose: String,
    /// Who controls it; the shares add up to 10,000.
    pub controllers: Vec<Share>,
    /// Shares that must approve a change, 5,001 to 10,000.
    pub threshold_bps: u16,
}

/// An inner node on the way to a root: ICS-23's `InnerOp`.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ProofStep {
    /// What stands before the child.
    pub prefix: Binary,
    /// What stands after it.
    #[serde(default)]
    pub suffix: Binary,
}

/// A record of another community with its proof.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ExportProof {
    /// The other chain.
    pub chain_id: String,
    /// The height of the recorded header that proves it.
    pub height: Id,
    /// The person's number there.
    pub person: Id,
    /// The record as stored there, borsh.
    pub record: Binary,
    /// From the record to the root of the tree: `path` of the ICS-23 proof `ics23:jmt`.
    pub tree: Vec<ProofStep>,
    /// From the root to the app hash: `path` of the ICS-23 proof `ics23:simple`.
    pub simple: Vec<ProofStep>,
}

/// A person or an organisation.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct PersonRef {
    /// The number.
    pub person: Id,
}

/// An address.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct AddressRef {
    /// The address.
    pub address: String,
}

/// An address with roles.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct KeyRef {
    /// The address.
    pub address: String,
    /// Of `pay`, `vote`, `recover`.
    pub roles: Vec<String>,
}

/// `{}`.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Nothing {}

/// A page of a list by number.
#[cw_serde]
#[derive(Copy, Eq, Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct Page {
    /// After this number.
    pub after: Option<Id>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// What the contract does. Messages with the same fields share a type: each
/// type costs the Wasm some kilobytes.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
#[allow(
    clippy::large_enum_variant,
    reason = "messages are read once and taken apart"
)]
pub enum ExecuteMsg {
    // ---- joining
    /// A member in good standing invites an address.
    Invite(AddressRef),
    /// The invited address accepts, and waits in the queue or is enrolled at once.
    Accept {
        /// Who invited; absent: the assembly.
        #[serde(default)]
        sponsor: Option<Id>,
        /// The handle to have.
        handle: String,
        /// The identity commitment, 32 bytes in hexadecimal.
        idc: String,
        /// Passkeys.
        #[serde(default)]
        passkeys: Vec<PasskeyInput>,
    },
    /// Joins with a record of another community.
    JoinWithExport {
        /// The record and its proof.
        export: ExportProof,
        /// The handle to have.
        handle: String,
        /// The identity commitment for this chain.
        idc: String,
        /// Passkeys.
        #[serde(default)]
        passkeys: Vec<PasskeyInput>,
    },
    /// Leaves the queue.
    Withdraw(Nothing),
    /// A founder without identity commitment gives one, once.
    SetIdentity {
        /// The commitment.
        idc: String,
    },

    // ---- a person's own
    /// Takes another handle.
    SetHandle {
        /// The handle.
        handle: String,
    },
    /// Asks another address to belong to the sender's person.
    AddKey(KeyRef),
    /// The sender agrees to belong to a person.
    AcceptKey(PersonRef),
    /// Takes an address out.
    RemoveKey(AddressRef),
    /// Sets the roles of another of one's addresses.
    SetRoles(KeyRef),
    /// Sets all passkeys.
    SetPasskeys {
        /// At most 8.
        passkeys: Vec<PasskeyInput>,
    },
    /// The account moves to another of one's addresses.
    Rotate {
        /// The address.
        to: String,
    },
    /// Names guardians.
    SetGuardians {
        /// At most 7 persons.
        persons: Vec<Id>,
        /// How many are needed.
        threshold: u8,
    },
    /// A guardian gives its word for a new address.
    Recover {
        /// The person to recover.
        person: Id,
        /// The new address.
        to: String,
    },
    /// The owner says no.
    CancelRecovery(Nothing),
    /// The new address completes a recovery after the delay.
    CompleteRecovery(PersonRef),
    /// Writes a skill, need or offer.
    SetListing {
        /// Below 32.
        slot: u8,
        /// What.
        listing: ListingInput,
    },
    /// Empties a slot.
    RemoveListing {
        /// The slot.
        slot: u8,
    },
    /// Vouches for a person.
    Vouch {
        /// For whom.
        person: Id,
        /// How much.
        weight: u32,
        /// Until when; as long as allowed if absent.
        #[serde(default)]
        until: Option<Seconds>,
    },
    /// Takes a vouch back.
    Unvouch(PersonRef),
    /// Issues a verifiable credential, by its hash.
    IssueCredential {
        /// About whom.
        subject: Id,
        /// SHA-256 of its bytes.
        hash: String,
        /// Until when.
        #[serde(default)]
        expires: Option<Seconds>,
    },
    /// Revokes one of the sender's credentials.
    RevokeCredential {
        /// Its index.
        index: u32,
    },
    /// Drops one's record of a credential about oneself.
    DisownCredential {
        /// Who issued it.
        issuer: Id,
        /// Its index there.
        index: u32,
    },
    /// Writes the hash of one's whole record, for a proof to another community.
    Attest(Nothing),
    /// Leaves.
    Leave(Nothing),

    // ---- organisations
    /// A controller proposes an organisation at an address.
    Found {
        /// The address.
        address: String,
        /// The handle to have.
        handle: String,
        /// What it is.
        org: OrgInput,
    },
    /// A controller, and at last the address itself, says yes.
    ApproveFounding(AddressRef),
    /// A controller proposes a change.
    ProposeChange {
        /// The organisation.
        org: Id,
        /// What it is to be.
        change: OrgInput,
        /// Whether its account is to be closed.
        #[serde(default)]
        close: bool,
    },
    /// A controller says yes to a change.
    ApproveChange {
        /// The organisation.
        org: Id,
        /// The change's serial number.
        serial: u32,
    },
    /// A controller who leaves gives its shares to the others.
    StepDown {
        /// The organisation.
        org: Id,
    },

    // ---- sanctions
    /// Flags a person.
    Flag {
        /// Whom.
        person: Id,
        /// SHA-256 of the reasons.
        reasons: String,
    },
    /// Takes a flag back.
    Unflag(PersonRef),
    /// Asks a jury for a person's next step.
    Accuse {
        /// Whom.
        person: Id,
        /// The next step.
        step: Step,
        /// SHA-256 of the reasons.
        reasons: String,
    },
    /// Appeals against the measure in force on the sender.
    Appeal {
        /// SHA-256 of the reasons.
        reasons: String,
    },
    /// A party of a suspension declares the matter settled.
    Settle(PersonRef),

    // ---- anyone's
    /// Does work that is due. Exactly one of the four.
    Advance {
        /// Up to 50 pieces of whatever is due.
        #[serde(default)]
        limit: Option<u32>,
        /// Completes a person's leave.
        #[serde(default)]
        person: Option<Id>,
        /// Acts on a case's final outcome.
        #[serde(default)]
        case: Option<Id>,
        /// Takes in this entry of the queue. The contract says this to itself,
        /// so that an entry that cannot be taken in stops no other.
        #[serde(default)]
        place: Option<Id>,
    },
    /// Tells peers that came later about the numbers above `after`.
    Backfill {
        /// After this number.
        after: Id,
        /// How many numbers, at most 50.
        limit: u32,
    },

    // ---- the authority's
    /// The shape of every privileged act of the assembly.
    Decided {
        /// The proposal's number.
        proposal: Id,
        /// Who voted.
        electorate: Electorate,
        /// The class that was reached.
        class: Class,
        /// What was decided.
        action: Action,
    },
    /// The authority makes founders: in the block in which the contract begins, on development networks later too.
    Seed {
        /// At most 50.
        members: Vec<Seed>,
    },
}

/// What a decision can do here.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    /// Constitutional.
    SetParameters(ParameterChanges),
    /// Constitutional.
    SetPeers(PeerChanges),
    /// Urgent: members are not heard for a week at most.
    Pause(Pause),
    /// Ordinary: the assembly invites an address.
    Admit(AddressRef),
    /// Ordinary: removes an entry that cannot be enrolled.
    DropEntry {
        /// Its place.
        place: Id,
    },
    /// Constitutional: trusts a header of another community's chain.
    RecordHeader {
        /// The chain.
        chain_id: String,
        /// The header's height.
        height: Id,
        /// Its app hash, 32 bytes in hexadecimal.
        app_hash: String,
        /// The members contract there, 32 bytes in hexadecimal.
        members: String,
    },
}

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// Who decides while there is no assembly.
    pub authority: String,
    /// The community's name.
    pub community: String,
    /// A development network.
    pub development: bool,
    /// The epoch that runs.
    pub epoch: Id,
    /// Class of persons on chain.
    pub class_person: String,
    /// Class of organisations on chain.
    pub class_org: String,
    /// Numbers.
    pub numbers: Numbers,
    /// Peers.
    pub peers: PeerValues,
    /// What no authority can leave.
    pub bounds: Vec<Bound>,
}
