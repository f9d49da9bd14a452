//! Answers.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary, Int64, Int128};
use mycel_kit::standard::Bound;
use mycel_kit::{Amount, Id, Seconds};

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// Who decides.
    pub authority: String,
    /// The members contract.
    pub members: String,
    /// The credit contract.
    pub credit: String,
    /// The sortition contract.
    pub sortition: String,
    /// Whether obligations may be seeded.
    pub development: bool,
    /// How long a round takes tenders.
    pub open_seconds: Seconds,
    /// How long after the freeze solvers commit.
    pub commit_seconds: Seconds,
    /// How long after the freeze the best is taken.
    pub solve_seconds: Seconds,
    /// How far ahead what enters may fall due.
    pub horizon_seconds: Seconds,
    /// Between rounds.
    pub pause_seconds: Seconds,
    /// Weights by priority.
    pub weights: Vec<u32>,
    /// What no authority can leave.
    pub bounds: Vec<Bound>,
}

/// Answer to `totals`.
#[cw_serde]
pub struct TotalsResponse {
    /// Σ owed.
    pub outstanding: Int128,
    /// Σ ever confirmed.
    pub confirmed: Int128,
    /// Σ set off.
    pub cleared: Int128,
    /// Σ paid.
    pub paid: Int128,
    /// Σ cancelled.
    pub cancelled: Int128,
    /// How many obligations were ever confirmed: their numbers are below.
    pub obligations: u32,
}

/// An obligation as shown.
#[cw_serde]
pub struct ObligationView {
    /// Its number.
    pub obligation: Id,
    /// Who owes.
    pub debtor: Id,
    /// Whom.
    pub creditor: Id,
    /// What is owed now.
    pub amount: Amount,
    /// When it falls due.
    pub due: Seconds,
    /// Class of priority.
    pub priority: u8,
    /// Whether the debtor has tendered this one.
    pub tendered_by_debtor: bool,
    /// Whether the creditor has.
    pub tendered_by_creditor: bool,
    /// Whether somebody disputes it.
    pub disputed: bool,
    /// The jury's case about it.
    pub case: Option<Id>,
    /// A later due date that one side has signed.
    pub extension: Option<Seconds>,
}

/// Answer to `obligations`.
#[cw_serde]
pub struct ObligationsResponse {
    /// Those not yet swept, ended ones with amount 0.
    pub obligations: Vec<ObligationView>,
    /// Whether the person has given standing consent.
    pub consent: bool,
    /// `page` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// A proposal as shown.
#[cw_serde]
pub struct ProposalView {
    /// Its number.
    pub proposal: Id,
    /// Who will owe.
    pub debtor: Id,
    /// Whom.
    pub creditor: Id,
    /// How much.
    pub amount: Amount,
    /// When it falls due.
    pub due: Seconds,
    /// Class of priority.
    pub priority: u8,
    /// Whether the debtor proposed it.
    pub by_debtor: bool,
    /// Void from then on.
    pub expires: Seconds,
    /// What it is for.
    pub r#ref: String,
}

/// Answer to `proposals`.
#[cw_serde]
pub struct ProposalsResponse {
    /// At most 50.
    pub proposals: Vec<ProposalView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// The best certificate so far.
#[cw_serde]
pub struct BestView {
    /// The post.
    pub post: u32,
    /// Who brought it.
    pub solver: String,
    /// Σ weight · flow; in a market, the cost it saves; in one of stable
    /// matchings, Σ (17 − rank) over those in need who are matched.
    pub value: Int128,
    /// Nothing feasible (stable) is worth more than value + gap.
    pub gap: Int128,
    /// Σ flow: in clearing, what is set off.
    pub flow: Int128,
    /// The first edge whose condition of optimality fails.
    pub slack: Option<u32>,
}

/// A round as shown.
#[cw_serde]
pub struct RoundView {
    /// Its number.
    pub round: Id,
    /// The market, for an allocation.
    pub market: Option<u32>,
    /// The market's kind.
    pub kind: Option<super::MarketKind>,
    /// `open`, `barring`, `freezing`, `frozen`, `settling`, `closing`, `done`.
    pub stage: String,
    /// When it opened.
    pub opened: Seconds,
    /// From when it may freeze.
    pub freeze_at: Seconds,
    /// When it began to freeze; 0 before.
    pub frozen_at: Seconds,
    /// Until when solvers commit, and from when they post.
    pub commit_until: Seconds,
    /// Until when they post.
    pub deadline: Seconds,
    /// Nodes of the graph.
    pub nodes: u32,
    /// Its edges.
    pub edges: u32,
    /// Σ of capacities: in clearing, all that was tendered.
    pub volume: Int128,
    /// What all need unmet would cost, in a market.
    pub baseline: Int128,
    /// The graph's root.
    pub root: HexBinary,
    /// Commitments.
    pub posts: u32,
    /// Certificates that are whole.
    pub complete: u32,
    /// Of which taken for verification.
    pub taken: u32,
    /// The best so far.
    pub best: Option<BestView>,
    /// Σ flow applied.
    pub applied: Int128,
    /// When it was done; 0 before.
    pub ended: Seconds,
}

/// Answer to `graph`.
#[cw_serde]
pub struct GraphResponse {
    /// Rows of 40 bytes, page after page; each page's rows are hashed together
    /// into the root.
    pub pages: Vec<Binary>,
    /// In a market on the first page: what each node sends out, net.
    pub supplies: Vec<Int64>,
    /// `page` of the next answer; absent on the last.
    pub next: Option<u32>,
}

/// A post as shown.
#[cw_serde]
pub struct PostView {
    /// Who brought it.
    pub solver: String,
    /// What it committed to.
    pub hash: HexBinary,
    /// Length of the certificate.
    pub bytes: u32,
    /// Pages here.
    pub pages: u32,
    /// `awaited`, `complete`, `refused`, `best`, `surpassed`.
    pub fate: String,
    /// Why it was refused.
    pub why: Option<String>,
}

/// Answer to `body`.
#[cw_serde]
pub struct BodyResponse {
    /// This page's bytes.
    pub data: Binary,
    /// `page` of the next; absent on the last.
    pub next: Option<u32>,
}

/// A node's potential.
#[cw_serde]
pub struct Dual {
    /// The person; absent for a market's node 0.
    pub person: Option<Id>,
    /// As the certificate has it.
    pub potential: Int64,
    /// In a market: what one more unit here would cost.
    pub scarcity: Option<Int64>,
}

/// Answer to `duals`.
#[cw_serde]
pub struct DualsResponse {
    /// In the order of nodes, at most 1,000.
    pub duals: Vec<Dual>,
    /// `node` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// What a round sets off of one obligation.
#[cw_serde]
pub struct Settled {
    /// The obligation.
    pub obligation: Id,
    /// Who owed.
    pub debtor: Id,
    /// Whom.
    pub creditor: Id,
    /// How much was set off.
    pub cleared: Amount,
    /// What is owed now.
    pub owed: Amount,
}

/// Answer to `settled`.
#[cw_serde]
pub struct SettledResponse {
    /// Obligations that the round sets off, wholly or partly.
    pub settled: Vec<Settled>,
    /// `page` of the next answer; absent on the last.
    pub next: Option<u32>,
}

/// Answer to `helped`.
#[cw_serde]
pub struct HelpedResponse {
    /// What the person owes less: as much as it is owed less.
    pub owes_less: Int128,
    /// What the person is owed less.
    pub owed_less: Int128,
    /// How many of its obligations the round touched.
    pub obligations: u32,
}

/// Answer to `market`.
#[cw_serde]
pub struct MarketResponse {
    /// Its terms.
    pub terms: super::MarketMsg,
    /// Until when links stand open.
    pub shock_until: Seconds,
    /// The round that runs.
    pub active: Option<Id>,
    /// The round before.
    pub last: Option<Id>,
    /// How many offers.
    pub offers: u32,
    /// How many needs.
    pub needs: u32,
    /// How many links.
    pub links: u32,
}

/// Answer to `posted`.
#[cw_serde]
pub struct PostedResponse {
    /// What it can spare.
    pub offer: Option<super::OfferMsg>,
    /// What it lacks.
    pub need: Option<super::NeedMsg>,
    /// Its links from here, signed by both.
    pub links: Vec<LinkView>,
    /// What it has signed and the other end has not.
    pub waiting: Vec<super::LinkMsg>,
    /// Whom it would have, the dearest first.
    pub choices: Vec<super::ChoiceMsg>,
}

/// Answer to `postings`.
#[cw_serde]
pub struct PostingsResponse {
    /// At most 50, ascending.
    pub persons: Vec<Posting>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What somebody offers, or needs.
#[cw_serde]
pub struct Posting {
    /// Who.
    pub person: Id,
    /// How much.
    pub quantity: Id,
    /// Lowest price of an offer, most of a need.
    pub price: u32,
    /// Void from then on.
    pub expires: Seconds,
}

/// A link as shown.
#[cw_serde]
pub struct LinkView {
    /// To whom.
    pub to: Id,
    /// In the market's units.
    pub distance: u32,
    /// At its widest.
    pub capacity: Id,
    /// As it stands open.
    pub open: Id,
    /// Trust resistance.
    pub resistance: u32,
}

/// A promise as shown.
#[cw_serde]
pub struct PromiseView {
    /// Its number.
    pub promise: Id,
    /// The market.
    pub market: u32,
    /// The round.
    pub round: Id,
    /// Who delivers.
    pub from: Id,
    /// To whom.
    pub to: Id,
    /// How much.
    pub quantity: Id,
    /// Price a unit, in the market's units of cost.
    pub price: u32,
    /// Returns if not accepted by both before.
    pub accept_by: Seconds,
    /// When it is judged; absent until it binds.
    pub deliver_by: Option<Seconds>,
    /// Whether the sender accepted.
    pub accepted_from: bool,
    /// Whether the receiver did.
    pub accepted_to: bool,
    /// What the sender reported.
    pub reported_from: Option<Id>,
    /// What the receiver reported.
    pub reported_to: Option<Id>,
}

/// Answer to `promises`.
#[cw_serde]
pub struct PromisesResponse {
    /// At most 50.
    pub promises: Vec<PromiseView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `export`.
#[cw_serde]
pub struct ExportResponse {
    /// This page's records.
    pub items: Vec<ExportItem>,
    /// `after` of the next page; absent on the last.
    pub next: Option<String>,
}

/// One record about a member.
#[cw_serde]
pub enum ExportItem {
    /// Standing consent.
    Consent(bool),
    /// An obligation.
    Obligation(ObligationView),
    /// A proposal.
    Proposal(ProposalView),
    /// A promise.
    Promise(PromiseView),
    /// What it has posted in a market.
    Posted {
        /// The market.
        market: u32,
        /// What.
        posted: PostedResponse,
    },
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
