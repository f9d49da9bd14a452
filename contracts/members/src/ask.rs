//! Queries and answers.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Binary;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::members::{
    Barred, Controllers, Count, Electors, Eligible, PersonAddress, Related, Standing, Status,
};
use mycel_kit::standard::{About, Invariants};
use mycel_kit::{Id, Seconds};

use crate::did::DidResponse;
use crate::msg::{AddressRef, ListingKind, Nothing, Page, ParametersResponse, PersonRef};

/// What can be asked. The first eight are `mycel_kit::peers::members`'.
#[cw_serde]
#[derive(QueryResponses)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    /// Where an address stands.
    #[returns(Standing)]
    Standing(AddressRef),
    /// Whether an address had a say at a height.
    #[returns(Eligible)]
    Eligible {
        /// Any address.
        address: String,
        /// Before the transactions of this block.
        at: Id,
        /// Seconds of membership needed.
        residency: Seconds,
    },
    /// Who had a say at a height and enough residency, by ascending number.
    #[returns(Electors)]
    Electors {
        /// Before the transactions of this block.
        at: Id,
        /// Seconds of membership needed.
        residency: Seconds,
        /// A later height at which it is told who still has a say; absent: `at`.
        #[serde(default)]
        still_at: Option<Id>,
        /// Above this number; from the first if absent.
        #[serde(default)]
        after: Option<Id>,
        /// Look at so many persons at most, 200 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// How many persons had a say at a height.
    #[returns(Count)]
    Count {
        /// Before the transactions of this block.
        at: Id,
    },
    /// Who controls an organisation.
    #[returns(Controllers)]
    Controllers {
        /// Its address.
        org: String,
    },
    /// How two persons are related.
    #[returns(Related)]
    Related {
        /// A number.
        a: Id,
        /// Another.
        b: Id,
    },
    /// Who may not deal now.
    #[returns(Barred)]
    Barred(Page),
    /// The address of a number.
    #[returns(PersonAddress)]
    Person(PersonRef),
    /// All about a number.
    #[returns(MemberView)]
    Member(PersonRef),
    /// Members by number.
    #[returns(MembersResponse)]
    Members(Page),
    /// Whose a handle is.
    #[returns(MemberView)]
    Handle {
        /// `ana` or `ana@riverside`.
        handle: String,
    },
    /// A DID document.
    #[returns(DidResponse)]
    Did {
        /// `did:mycel:<chain>:<address>`.
        did: String,
    },
    /// A member's addresses and passkeys.
    #[returns(KeysResponse)]
    Keys(PersonRef),
    /// A member's guardians and running recoveries.
    #[returns(GuardView)]
    Guardians(PersonRef),
    /// A member's skills, needs and offers.
    #[returns(ListingsResponse)]
    Listings(PersonRef),
    /// An organisation with the changes that wait.
    #[returns(OrgView)]
    Org {
        /// The number.
        org: Id,
    },
    /// Where a person is on the ladder.
    #[returns(SanctionView)]
    Sanction(PersonRef),
    /// A question to a jury.
    #[returns(MeasureView)]
    Measure {
        /// The measure.
        measure: Id,
    },
    /// Credentials about a subject.
    #[returns(CredentialsResponse)]
    Credentials {
        /// The number.
        subject: Id,
    },
    /// An issuer's status list.
    #[returns(StatusListResponse)]
    StatusList {
        /// The number.
        issuer: Id,
    },
    /// Who waits, in order.
    #[returns(QueueResponse)]
    Queue(Page),
    /// What this contract has open with a member.
    #[returns(OpenItems)]
    OpenItems {
        /// The address.
        member: String,
    },
    /// All that this contract holds of a member.
    #[returns(ExportResponse)]
    Export {
        /// The address.
        member: String,
        /// `next` of the page before.
        after: Option<Id>,
    },
    /// Every stored record that names a member, byte by byte.
    #[returns(RecordsResponse)]
    Records {
        /// Whom.
        person: Id,
        /// `next` of the page before.
        after: Option<String>,
    },
    /// The hash over a member's export as it is now.
    #[returns(RecordResponse)]
    Record(PersonRef),
    /// What the contract is.
    #[returns(About)]
    About(Nothing),
    /// Parameters and their bounds.
    #[returns(ParametersResponse)]
    Parameters(Nothing),
    /// What must hold.
    #[returns(Invariants)]
    Invariants(Nothing),
}

/// A person or organisation.
#[cw_serde]
pub struct MemberView {
    /// The number.
    pub person: Id,
    /// What it is.
    pub kind: Kind,
    /// The account's address.
    pub address: String,
    /// The handle in full.
    pub handle: String,
    /// Joining and leaving.
    pub status: Status,
    /// The sanction in force.
    pub step: String,
    /// Who sponsored.
    pub sponsor: Option<Id>,
    /// Since when.
    pub joined: Seconds,
    /// At which height.
    pub joined_height: Id,
    /// Until when.
    pub left: Option<Seconds>,
    /// There from the beginning.
    pub founder: bool,
    /// The identity commitment.
    pub idc: Option<String>,
    /// Σ weights of vouches received.
    pub vouched: u32,
    /// Whether it asked to leave.
    pub leaves: bool,
}

/// A membership of before, which ended.
#[cw_serde]
pub struct StayView {
    /// From then on.
    pub joined: Seconds,
    /// Until then.
    pub left: Seconds,
    /// Who sponsored.
    pub sponsor: Option<Id>,
    /// There from the beginning.
    pub founder: bool,
}

/// Answer to `members`.
#[cw_serde]
pub struct MembersResponse {
    /// By number.
    pub members: Vec<MemberView>,
    /// `after` of the next page.
    pub next: Option<Id>,
}

/// An address of a person.
#[cw_serde]
pub struct KeyView {
    /// The address.
    pub address: String,
    /// Roles.
    pub roles: Vec<String>,
    /// Whether the address agreed.
    pub agreed: bool,
}

/// A passkey.
#[cw_serde]
pub struct PasskeyView {
    /// Its name.
    pub label: String,
    /// Compressed secp256r1.
    pub key: String,
    /// Roles.
    pub roles: Vec<String>,
}

/// Answer to `keys`.
#[cw_serde]
pub struct KeysResponse {
    /// Addresses; the first owns the account.
    pub addresses: Vec<KeyView>,
    /// Passkeys.
    pub passkeys: Vec<PasskeyView>,
}

/// Guardians.
#[cw_serde]
pub struct GuardView {
    /// Who.
    pub persons: Vec<Id>,
    /// How many are needed.
    pub threshold: u8,
    /// The addresses that guardians gave their word for.
    pub recoveries: Vec<RecoveryView>,
}

/// A recovery to one address.
#[cw_serde]
pub struct RecoveryView {
    /// The address.
    pub to: String,
    /// Whose word it has.
    pub approvals: Vec<Id>,
    /// When it can be completed; absent while words are missing.
    pub ready_at: Option<Seconds>,
}

/// A skill, need or offer.
#[cw_serde]
pub struct ListingView {
    /// The slot.
    pub slot: u8,
    /// What it is.
    pub kind: ListingKind,
    /// What.
    pub name: String,
    /// More.
    pub detail: String,
    /// How much.
    pub quantity: Option<Id>,
    /// Unit.
    pub unit: String,
    /// To be found by.
    pub tags: Vec<String>,
    /// Until when.
    pub until: Option<Seconds>,
}

/// Answer to `listings`.
#[cw_serde]
pub struct ListingsResponse {
    /// By slot.
    pub listings: Vec<ListingView>,
}

/// A vouch.
#[cw_serde]
pub struct VouchView {
    /// For whom.
    pub to: Id,
    /// By whom.
    pub from: Id,
    /// How much.
    pub weight: u32,
    /// Since when.
    pub since: Seconds,
    /// Until when.
    pub until: Seconds,
}

/// A controller.
#[cw_serde]
pub struct ShareView {
    /// The person.
    pub person: Id,
    /// Of 10,000.
    pub bps: u16,
}

/// An organisation.
#[cw_serde]
pub struct OrgView {
    /// What for.
    pub purpose: String,
    /// Who controls it.
    pub controllers: Vec<ShareView>,
    /// Shares for a change.
    pub threshold_bps: u16,
    /// Changes that wait, at most one of each proposer.
    pub changes: Vec<ChangeView>,
}

/// A change of an organisation that waits.
#[cw_serde]
pub struct ChangeView {
    /// Its serial number.
    pub serial: u32,
    /// Who proposed it.
    pub by: Id,
    /// The purpose to be.
    pub purpose: String,
    /// The controllers to be.
    pub controllers: Vec<ShareView>,
    /// The threshold to be.
    pub threshold_bps: u16,
    /// Whether the account is to be closed.
    pub close: bool,
    /// Who said yes to it.
    pub approvals: Vec<Id>,
}

/// Where a person is on the ladder.
#[cw_serde]
pub struct SanctionView {
    /// The step.
    pub step: String,
    /// Since when.
    pub since: Seconds,
    /// Until when.
    pub until: Seconds,
    /// The case that brought it.
    pub case: Option<Id>,
    /// Who asked for it.
    pub basis: Vec<Id>,
    /// Whether it was appealed.
    pub appealed: bool,
    /// Whether the person declared it settled.
    pub settled_by_person: bool,
    /// Whether the accuser did.
    pub settled_by_accuser: bool,
}

/// A question to a jury.
#[cw_serde]
pub struct MeasureView {
    /// About whom.
    pub person: Id,
    /// `sanction`, `appeal`, `entry`.
    pub kind: String,
    /// For a sanction: to which step.
    pub step: Option<String>,
    /// The parties.
    pub parties: Vec<Id>,
    /// SHA-256 of the reasons.
    pub reasons: String,
    /// The jury's deadline.
    pub deadline: Seconds,
    /// The case.
    pub case: Option<Id>,
    /// `asked`, `open`, `used`, `lapsed`.
    pub progress: String,
}

/// A credential.
#[cw_serde]
pub struct CredentialView {
    /// Who issued it.
    pub issuer: Id,
    /// Its index there, and in the status list.
    pub index: u32,
    /// About whom.
    pub subject: Id,
    /// SHA-256.
    pub hash: String,
    /// When.
    pub issued: Seconds,
    /// Until when.
    pub expires: Option<Seconds>,
    /// Since when revoked.
    pub revoked: Option<Seconds>,
}

/// Answer to `credentials`.
#[cw_serde]
pub struct CredentialsResponse {
    /// By issuer and index.
    pub credentials: Vec<CredentialView>,
}

/// Answer to `status_list`.
#[cw_serde]
pub struct StatusListResponse {
    /// One bit a credential, the highest of a byte first; 1 is revoked. What lies beyond is 0.
    pub bits: Binary,
    /// How many credentials there are.
    pub issued: u32,
}

/// An entry of the queue.
#[cw_serde]
pub struct EntryView {
    /// The place.
    pub place: Id,
    /// Who.
    pub address: String,
    /// With which handle.
    pub handle: String,
    /// Who sponsors.
    pub sponsor: Option<Id>,
    /// Who comes back, if it is one who left.
    pub person: Option<Id>,
    /// Whether it comes with another community's export.
    pub imported: bool,
    /// Since when.
    pub since: Seconds,
}

/// Answer to `queue`.
#[cw_serde]
pub struct QueueResponse {
    /// In order.
    pub entries: Vec<EntryView>,
    /// `after` of the next page.
    pub next: Option<Id>,
    /// How many wait.
    pub waiting: u32,
    /// Places of this epoch.
    pub places: u32,
    /// Those taken.
    pub admitted: u32,
    /// Of which one sponsor tree may have so many.
    pub tree_places: u32,
}

/// What a person has used of its quotas.
#[cw_serde]
pub struct UsageView {
    /// Invitations …
    pub invites: u32,
    /// … in this epoch.
    pub epoch: Id,
    /// Whom it flags.
    pub flags: Vec<Id>,
    /// An accusation before a jury.
    pub accusation: Option<Id>,
    /// Penalised until.
    pub penalised_until: Seconds,
    /// Organisations it controls.
    pub orgs: Vec<Id>,
    /// What was taken back of vouches and is not free yet.
    pub resting: Vec<RestingView>,
}

/// Weight of a vouch that was taken back soon after it was given.
#[cw_serde]
pub struct RestingView {
    /// Whom the vouch was for.
    pub to: Id,
    /// How much of it was taken back.
    pub weight: u32,
    /// Until when nobody else gets it.
    pub until: Seconds,
}

/// A piece of a member's record.
#[cw_serde]
#[allow(clippy::large_enum_variant, reason = "answers are written once")]
pub enum ExportItem {
    /// The member itself, always first.
    Member(MemberView),
    /// A membership of before.
    Stay(StayView),
    /// An address.
    Key(KeyView),
    /// A passkey.
    Passkey(PasskeyView),
    /// Guardians.
    Guardians(GuardView),
    /// On the ladder.
    Sanction(SanctionView),
    /// A flag received.
    FlagReceived {
        /// From whom.
        by: Id,
        /// SHA-256 of the reasons.
        reasons: String,
        /// Until when.
        until: Seconds,
    },
    /// Quotas.
    Usage(UsageView),
    /// A skill, need or offer.
    Listing(ListingView),
    /// A vouch given.
    VouchGiven(VouchView),
    /// A vouch received.
    VouchReceived(VouchView),
    /// A credential about the member.
    CredentialReceived(CredentialView),
    /// A credential by the member.
    CredentialIssued(CredentialView),
    /// An organisation's own record.
    Organisation(OrgView),
}

/// Answer to `export`.
#[cw_serde]
pub struct ExportResponse {
    /// A page.
    pub items: Vec<ExportItem>,
    /// `after` of the next page.
    pub next: Option<Id>,
    /// Items in all.
    pub total: u32,
}

/// A record as it is stored.
#[cw_serde]
pub struct RawRecord {
    /// Its key.
    pub key: Binary,
    /// Its bytes.
    pub value: Binary,
}

/// Answer to `records`.
#[cw_serde]
pub struct RecordsResponse {
    /// At most 50, in the order of keys.
    pub records: Vec<RawRecord>,
    /// `after` of the next page; a page may be empty and not the last.
    pub next: Option<String>,
}

/// Answer to `record`.
#[cw_serde]
pub struct RecordResponse {
    /// The chain of hashes over the export as it is now.
    pub record: String,
    /// How many items.
    pub items: u32,
    /// The hash that is written in the state, for proofs.
    pub attested: Option<String>,
    /// The height at which it was written.
    pub attested_at: Option<Id>,
}
