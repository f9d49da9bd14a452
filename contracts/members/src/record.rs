//! The records that are stored. [`crate::state`] says under which keys.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::ladder::{Rung, Step};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;

/// A block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Moment {
    /// Its height.
    pub height: u64,
    /// Its time.
    pub time: u64,
}

/// Peers; an empty address is a peer that does not exist yet. A peer's
/// generation grows when another contract takes its place, so that everyone is
/// told anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Peers {
    /// Keeps the accounts.
    pub credit: String,
    /// From 1 on.
    pub credit_generation: u32,
    /// Keeps the identity commitments.
    pub trust: String,
    /// From 1 on.
    pub trust_generation: u32,
    /// Draws juries.
    pub sortition: String,
    /// Decides, once it exists; until then the parameter `authority`.
    pub assembly: String,
    /// Further contracts that may hold something of a member.
    pub items: Vec<String>,
}

/// Every kept sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// The highest number given.
    pub numbers: u64,
    /// Persons ever enrolled.
    pub persons: u32,
    /// Persons that are active.
    pub active: u32,
    /// Persons that are leaving.
    pub leaving: u32,
    /// Persons that have left.
    pub left: u32,
    /// Persons that are expelled.
    pub expelled: u32,
    /// Persons with a say: active and not suspended.
    pub live: u32,
    /// Organisations ever founded.
    pub orgs: u32,
    /// Organisations whose account is closed.
    pub orgs_left: u32,
    /// Persons whose address has the class of persons on chain.
    pub classed_persons: u32,
    /// Organisations whose address has the class of organisations on chain.
    pub classed_orgs: u32,
    /// Persons and organisations whose class the chain was not told.
    pub unclassed: u32,
    /// Handles in use (not those at rest).
    pub handles: u32,
    /// Entries that wait.
    pub queue: u32,
    /// The next place in the queue.
    pub queue_next: u64,
    /// Live vouches.
    pub vouches: u32,
    /// Σ of their weights.
    pub vouch_weight: u64,
    /// Measures ever opened.
    pub measures: u64,
    /// Measures whose case is not final.
    pub measures_open: u64,
    /// Measures whose case was used or lapsed.
    pub measures_closed: u64,
    /// Cases known.
    pub cases: u64,
    /// Tasks ever written.
    pub tasks: u64,
    /// Communities whose headers were recorded.
    pub communities: u64,
    /// The last block time that was kept.
    pub marked: u64,
}

/// Which peers know a record, by their generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Told {
    /// Credit's generation, 0 for never.
    pub credit: u32,
    /// Trust's generation, 0 for never.
    pub trust: u32,
    /// Whether the chain gave the class.
    pub class: bool,
}

/// A person or an organisation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Person {
    /// The address that owns the account.
    pub address: String,
    /// What it is.
    pub kind: Kind,
    /// Joining and leaving.
    pub status: Status,
    /// The sanction in force.
    pub step: Step,
    /// Place among all persons ever, from 0; organisations have none.
    pub place: Option<u32>,
    /// Who sponsored.
    pub sponsor: Option<u64>,
    /// Since when.
    pub joined: Moment,
    /// Until when.
    pub ended: Option<Moment>,
    /// There from the beginning: counts as resident.
    pub founder: bool,
    /// The identity commitment.
    pub idc: Option<[u8; 32]>,
    /// The handle, as spelled.
    pub handle: String,
    /// Who knows.
    pub told: Told,
    /// Σ weights of live vouches received.
    pub vouched: u32,
    /// How many live vouches.
    pub vouchers: u32,
    /// Asked to leave.
    pub leaves: bool,
}

/// A membership that has ended, kept when the person comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stay {
    /// From then on.
    pub joined: Moment,
    /// Until then.
    pub ended: Moment,
    /// Who sponsored.
    pub sponsor: Option<u64>,
    /// There from the beginning: counted as resident.
    pub founder: bool,
}

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Held {
    /// The number.
    pub number: u64,
    /// Bits of [`PAY`], [`VOTE`], [`RECOVER`]; 0 is an address of the past.
    pub roles: u8,
}

/// A passkey: a secp256r1 key that a browser or phone keeps.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Passkey {
    /// A name for it.
    pub label: String,
    /// SEC1 compressed.
    pub key: [u8; 33],
    /// Roles.
    pub roles: u8,
}

/// A person's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct KeySet {
    /// Addresses with roles; the first is the account's.
    pub addresses: Vec<String>,
    /// Addresses that were asked to belong, with roles.
    pub asked: Vec<(String, u8)>,
    /// Passkeys.
    pub passkeys: Vec<Passkey>,
}

/// Guardians.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Guard {
    /// Person numbers.
    pub persons: Vec<u64>,
    /// How many are needed.
    pub threshold: u8,
    /// Addresses that guardians gave their word for, each guardian one.
    pub recoveries: Vec<Recovery>,
    /// After a cancelled recovery no other begins before this time.
    pub quiet_until: u64,
}

/// A recovery to one address.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Recovery {
    /// The address to come.
    pub to: String,
    /// Guardians that agreed.
    pub approvals: Vec<u64>,
    /// When it may be completed; absent below the threshold.
    pub ready_at: Option<u64>,
}

/// Weight of a vouch that was taken back soon after it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Resting {
    /// Whom the vouch was for.
    pub to: u64,
    /// How much of it was taken back.
    pub weight: u32,
    /// Until when nobody else gets it.
    pub until: u64,
}

/// What a person has used.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Usage {
    /// The epoch that `invites` counts.
    pub epoch: u64,
    /// Invitations sent in it.
    pub invites: u32,
    /// Whom it vouches for.
    pub vouches: Vec<u64>,
    /// Whom it flags, each until a time.
    pub flags: Vec<(u64, u64)>,
    /// An accusation before a jury.
    pub accusation: Option<u64>,
    /// No flags, accusations or invitations until this time: a jury called some malicious.
    pub penalised_until: u64,
    /// Organisations it controls.
    pub orgs: Vec<u64>,
    /// When the handle was last changed.
    pub handle_changed: u64,
    /// Credentials issued.
    pub issued: u32,
    /// Credentials received.
    pub received: u32,
    /// What was taken back of vouches and is not free yet.
    pub resting: Vec<Resting>,
}

/// Who holds a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Holder {
    /// An entry of the queue.
    Waiting(u64),
    /// A member or an organisation.
    Number(u64),
}

/// A handle.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Handle {
    /// Who holds it.
    pub holder: Holder,
    /// As spelled.
    pub spelled: String,
    /// At rest until this time; nobody else gets it before.
    pub rests_until: Option<u64>,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Invite {
    /// Until when.
    pub until: u64,
}

/// Waits for a place.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// Who.
    pub address: String,
    /// The handle, as spelled.
    pub handle: String,
    /// The identity commitment.
    pub idc: [u8; 32],
    /// Who sponsors.
    pub sponsor: Option<u64>,
    /// Who comes back, by number.
    pub former: Option<u64>,
    /// The record of another community that it came with.
    pub import: Option<Import>,
    /// Passkeys to begin with.
    pub passkeys: Vec<Passkey>,
    /// Since when it waits.
    pub since: u64,
}

/// A record of another community that someone came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Import {
    /// The community's number here.
    pub community: u64,
    /// The record's name: a key of `I`.
    pub record: [u8; 32],
    /// The identity commitment there.
    pub idc: Option<[u8; 32]>,
}

/// How far the queue was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Scan {
    /// In this epoch.
    pub epoch: u64,
    /// The next place to look at.
    pub next: u64,
}

/// What was admitted in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct EpochUse {
    /// Active persons when it began (when it was first looked at).
    pub base: u32,
    /// Admitted.
    pub admitted: u32,
}

/// One member vouches for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Vouch {
    /// How much.
    pub weight: u32,
    /// Since when.
    pub since: u64,
    /// Until when.
    pub until: u64,
    /// The serial number of its task, which is due at `until`.
    pub task: u64,
}

/// A skill, a need or an offer.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Listing {
    /// 0 skill, 1 need, 2 offer.
    pub kind: u8,
    /// What.
    pub name: String,
    /// More about it.
    pub detail: String,
    /// How much of it, in `unit`.
    pub quantity: Option<u64>,
    /// Unit of the quantity.
    pub unit: String,
    /// To be found by.
    pub tags: Vec<String>,
    /// Until when.
    pub until: Option<u64>,
}

/// A verifiable credential, by its hash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Credential {
    /// About whom.
    pub subject: u64,
    /// SHA-256 of the credential's bytes.
    pub hash: [u8; 32],
    /// When.
    pub issued: u64,
    /// Until when.
    pub expires: Option<u64>,
    /// Since when revoked.
    pub revoked: Option<u64>,
}

/// One bit for each credential of an issuer, the highest bit of a byte first: 1 is revoked.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StatusBits(pub Vec<u8>);

/// A person on the ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sanction {
    /// Where.
    pub rung: Rung,
    /// How many times a step was taken: the measure's own number.
    pub serial: u32,
    /// Who brought it about: flaggers, or the one who accused.
    pub basis: Vec<u64>,
    /// Whether this measure was appealed.
    pub appealed: bool,
    /// Whether (the person, the accuser) declared the matter settled in mediation.
    pub settled: (bool, bool),
}

/// A flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Flag {
    /// Who.
    pub by: u64,
    /// SHA-256 of the reasons.
    pub reasons: [u8; 32],
    /// Until when.
    pub until: u64,
}

/// What a jury is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Question {
    /// Shall this person go one step up, to this step?
    Sanction {
        /// To.
        step: Step,
        /// Who asks.
        accuser: u64,
    },
    /// Shall the measure with this serial stand?
    Appeal {
        /// [`Sanction::serial`].
        serial: u32,
    },
    /// Was this entry made under false pretences?
    Entry,
}

/// Where a measure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Progress {
    /// Sortition was asked for a case and has not answered (within one transaction).
    Asked,
    /// The case runs.
    Open,
    /// It had its effect, or none.
    Used,
    /// The jury did not decide in time.
    Lapsed,
}

/// A question to a jury.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Measure {
    /// About whom.
    pub person: u64,
    /// What.
    pub question: Question,
    /// The parties as told to sortition.
    pub parties: Vec<u64>,
    /// SHA-256 of the reasons.
    pub reasons: [u8; 32],
    /// When.
    pub opened: u64,
    /// The jury's deadline.
    pub deadline: u64,
    /// The case.
    pub case: Option<u64>,
    /// Where it is.
    pub progress: Progress,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Org {
    /// What for.
    pub purpose: String,
    /// Persons with shares in 1/10,000, ascending; they add up to 10,000.
    pub controllers: Vec<(u64, u16)>,
    /// Shares that must approve a change.
    pub threshold_bps: u16,
    /// Changes ever proposed.
    pub changes: u32,
    /// Changes that wait for approvals, at most one of each proposer.
    pub waiting: Vec<OrgChange>,
}

/// A change of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OrgChange {
    /// Counts proposals.
    pub serial: u32,
    /// Who proposed it.
    pub by: u64,
    /// The purpose to be.
    pub purpose: String,
    /// The controllers to be.
    pub controllers: Vec<(u64, u16)>,
    /// The threshold to be.
    pub threshold_bps: u16,
    /// Whether the account is to be closed.
    pub close: bool,
    /// Persons that approved, present and future controllers.
    pub approvals: Vec<u64>,
}

/// An organisation to be.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Founding {
    /// Its handle.
    pub handle: String,
    /// What it will be; nothing waits.
    pub org: Org,
    /// Controllers that agreed.
    pub approvals: Vec<u64>,
    /// Until when.
    pub until: u64,
}

/// Work that becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Task {
    /// A person's step ends.
    Step(u64),
    /// A vouch ends: (to, from).
    Vouch(u64, u64),
    /// Whether an entrant is re-checked.
    Recheck(u64),
    /// Ask for a case's outcome: the measure.
    Measure(u64),
}

/// A header of another community's chain, as the assembly recorded it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// The app hash in it: the state after the block before.
    pub app_hash: [u8; 32],
    /// The members contract there, 32 bytes.
    pub members: [u8; 32],
}

/// A member's record as another community verifies it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Attested {
    /// The number here.
    pub number: u64,
    /// The address.
    pub address: String,
    /// The handle.
    pub handle: String,
    /// The identity commitment.
    pub idc: Option<[u8; 32]>,
    /// Joining and leaving.
    pub status: Status,
    /// The sanction in force.
    pub step: Step,
    /// Since when.
    pub joined: u64,
    /// How many items the export has.
    pub items: u32,
    /// The chain of hashes over them.
    pub record: [u8; 32],
    /// When this was written.
    pub at: Moment,
}
