//! Queries and answers.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Binary, Uint128};
use mycel_kit::peers::items::OpenItems;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::{About, Invariants};
use mycel_kit::{Amount, Id, Seconds};

use crate::content::Content;
use crate::delegations::asked::{DelegationsResponse, RouteResponse};
use crate::msg::{BallotChoice, Nothing, ProposalRef, Reaction};
use crate::parameters::ParametersResponse;

/// What can be asked.
#[cw_serde]
#[derive(QueryResponses)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    /// A proposal and where it is.
    #[returns(ProposalView)]
    Proposal(ProposalRef),
    /// Proposals, the newest first.
    #[returns(ProposalsResponse)]
    Proposals {
        /// Below this number; from the newest if absent.
        #[serde(default)]
        before: Option<Id>,
        /// At most this many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
        /// Only those in this phase.
        #[serde(default)]
        phase: Option<PhaseName>,
    },
    /// What a proposal says and would do.
    #[returns(ContentResponse)]
    Content(ProposalRef),
    /// What would run, option by option, in machine form.
    #[returns(ActionsResponse)]
    Actions(ProposalRef),
    /// What became of each action.
    #[returns(RunsResponse)]
    Runs(ProposalRef),
    /// A person's ballot.
    #[returns(BallotResponse)]
    Ballot {
        /// The proposal.
        proposal: Id,
        /// The person.
        person: Id,
    },
    /// All ballots, by person.
    #[returns(BallotsResponse)]
    Ballots {
        /// The proposal.
        proposal: Id,
        /// Above this person; from the first if absent.
        #[serde(default)]
        after: Option<Id>,
        /// At most this many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// Whether an address may vote on a proposal, or could now if the vote is not open.
    #[returns(ElectorResponse)]
    Elector {
        /// The proposal.
        proposal: Id,
        /// The address.
        address: String,
    },
    /// What a tally found, as far as it is.
    #[returns(ResultResponse)]
    Result(ProposalRef),
    /// A person's delegations.
    #[returns(DelegationsResponse)]
    Delegations {
        /// The person.
        person: Id,
        /// `next` of the page before.
        #[serde(default)]
        after: Option<Binary>,
        /// At most this many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// The delegations that name a person.
    #[returns(DelegationsResponse)]
    Delegators {
        /// The person.
        person: Id,
        /// `next` of the page before.
        #[serde(default)]
        after: Option<Binary>,
        /// At most this many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// How a person's vote on a proposal travels.
    #[returns(RouteResponse)]
    Route {
        /// The proposal.
        proposal: Id,
        /// The person.
        person: Id,
    },
    /// Statements on a proposal.
    #[returns(StatementsResponse)]
    Statements {
        /// The proposal.
        proposal: Id,
        /// From this statement on.
        #[serde(default)]
        from: u8,
        /// At most this many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// What persons said to the statements: the matrix that groups of opinion are computed from.
    #[returns(ReactionsResponse)]
    Reactions {
        /// The proposal.
        proposal: Id,
        /// Above this person; from the first if absent.
        #[serde(default)]
        after: Option<Id>,
        /// At most this many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// What was attached by hash.
    #[returns(ClustersResponse)]
    Clusters(ProposalRef),
    /// What the panel recommends.
    #[returns(AdviceResponse)]
    Advice {
        /// The proposal.
        proposal: Id,
        /// Above this person; from the first if absent.
        #[serde(default)]
        after: Option<Id>,
        /// At most this many, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// A person's open draft.
    #[returns(DraftResponse)]
    Draft {
        /// The person.
        person: Id,
    },
    /// What was spent lately and what may still be.
    #[returns(SpendingResponse)]
    Spending(Nothing),
    /// What this contract has open with a member: nothing that keeps anybody.
    #[returns(OpenItems)]
    OpenItems {
        /// The address.
        member: String,
    },
    /// All that this contract holds of a member, by proposal.
    #[returns(ExportResponse)]
    Export {
        /// The address.
        member: String,
        /// `next` of the page before.
        #[serde(default)]
        after: Option<Id>,
    },
    /// What this contract is.
    #[returns(About)]
    About(Nothing),
    /// Parameters with their bounds.
    #[returns(ParametersResponse)]
    Parameters(Nothing),
    /// What must always hold.
    #[returns(Invariants)]
    Invariants(Nothing),
}

/// A phase.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum PhaseName {
    /// Looks for supporters.
    Draft,
    /// Is talked about.
    Deliberation,
    /// Is voted on.
    Vote,
    /// Is counted.
    Tally,
    /// Was accepted and waits.
    Timelock,
    /// May be carried out.
    Execution,
    /// Was carried out, wholly.
    Executed,
    /// Did not reach its threshold.
    Rejected,
    /// Ran out.
    Lapsed,
    /// Taken back.
    Withdrawn,
}

/// What a decision needs.
#[cw_serde]
pub struct TermsView {
    /// How many must take part, in 1/10,000; 3,333 is exactly a third.
    pub quorum_bps: u32,
    /// How many of yes and no must be yes, in 1/10,000; 6,667 is exactly two thirds.
    pub majority_bps: u32,
    /// Seconds of the vote.
    pub vote_seconds: u32,
    /// Seconds of the timelock.
    pub timelock_seconds: u32,
    /// Of a budget: completion makes of a share at most so many times what it was …
    pub completion_times: u32,
    /// … and buys what so many of those who named projects or none want, in 1/10,000.
    pub completion_support_bps: u32,
}

/// The snapshot with which a vote opened.
#[cw_serde]
pub struct OpeningView {
    /// Who has a say is judged before the transactions of this block.
    pub height: Id,
    /// When it opened.
    pub at: Seconds,
    /// When it closes.
    pub closes: Seconds,
    /// How large the electorate was said to be; 0: not told.
    pub members: u32,
    /// Seconds of membership that a voter needs.
    pub residency: u32,
    /// What the decision needs.
    pub terms: TermsView,
    /// Of an organisation: who controlled it.
    pub controllers: Vec<Id>,
}

/// A proposal.
#[cw_serde]
pub struct ProposalView {
    /// Its number.
    pub proposal: Id,
    /// Who made it.
    pub proposer: Id,
    /// What it is called.
    pub title: String,
    /// Its area.
    pub area: Option<String>,
    /// Who votes.
    pub electorate: Electorate,
    /// How weighty it is.
    pub class: Class,
    /// `yes_no`, `approval`, `ranked` or `budget`.
    pub kind: String,
    /// What a budget's projects share.
    pub total: Option<Amount>,
    /// How many options there are.
    pub options: u8,
    /// All actions run, or none.
    pub atomic: bool,
    /// SHA-256 of the content.
    pub hash: String,
    /// Where it is.
    pub phase: PhaseName,
    /// When this phase ends; of a final one: when it began.
    pub until: Seconds,
    /// When it was made.
    pub made: Seconds,
    /// At which height.
    pub made_height: Id,
    /// How many support it.
    pub supporters: u32,
    /// How many it needs.
    pub supporters_needed: u32,
    /// Seats of its panel; 0: none.
    pub panel: u16,
    /// Why it goes on without the panel that it asked for.
    pub no_panel: Option<String>,
    /// Ballots so far.
    pub ballots: u32,
    /// Statements so far.
    pub statements: u8,
    /// What the decision needs: as it is now, or as it was when the vote opened.
    pub terms: TermsView,
    /// The snapshot.
    pub opening: Option<OpeningView>,
    /// The height at which the vote was found closed.
    pub closed_height: Option<Id>,
    /// What was found.
    pub outcome: Option<OutcomeView>,
    /// From when it may be carried out.
    pub executable: Option<Seconds>,
    /// When its first action ran.
    pub begun: Option<Seconds>,
    /// What it has spent.
    pub spent: Amount,
}

/// What a tally found.
#[cw_serde]
pub struct OutcomeView {
    /// Who had a say when the vote opened.
    pub eligible: u32,
    /// For the chosen option against "no change".
    pub yes: u32,
    /// Against it.
    pub no: u32,
    /// Took part without a word on that.
    pub abstain: u32,
    /// Whose delegations go round.
    pub looped: u32,
    /// For whom nobody spoke.
    pub unrepresented: u32,
    /// The option that won; of a budget, the projects that are paid.
    pub chosen: Vec<u8>,
    /// Whether enough took part.
    pub quorum: bool,
    /// Whether enough said yes.
    pub majority: bool,
    /// Whether it is accepted.
    pub accepted: bool,
}

/// A page of proposals.
#[cw_serde]
pub struct ProposalsResponse {
    /// The newest first.
    pub proposals: Vec<ProposalView>,
    /// `before` of the next page; absent on the last. A page may be short and not the last.
    pub next: Option<Id>,
}

/// What a proposal says and would do.
#[cw_serde]
pub struct ContentResponse {
    /// What it says.
    pub content: Content,
    /// The stored bytes, whose SHA-256 is the hash.
    pub json: String,
    /// The hash.
    pub hash: String,
}

/// What would run.
#[cw_serde]
pub struct ActionsResponse {
    /// The hash of the content they are read from.
    pub hash: String,
    /// Option by option.
    pub options: Vec<OptionView>,
}

/// What an option would run.
#[cw_serde]
pub struct OptionView {
    /// Its number.
    pub option: u8,
    /// Its title.
    pub title: String,
    /// In order.
    pub messages: Vec<MessageView>,
}

/// One message as it would be sent now.
#[cw_serde]
pub struct MessageView {
    /// Its action's name.
    pub name: String,
    /// The least class of its action.
    pub class: Class,
    /// `execute`, `migrate` or `chain`.
    pub kind: String,
    /// The contract; absent for the chain.
    pub contract: Option<String>,
    /// The code that it migrates to.
    pub code_id: Option<Id>,
    /// The hash of the new code's conformance report.
    pub report: Option<String>,
    /// The message's JSON.
    pub msg: String,
}

/// What became of each action.
#[cw_serde]
pub struct RunsResponse {
    /// In the order in which they run.
    pub runs: Vec<RunView>,
}

/// What became of an action.
#[cw_serde]
pub struct RunView {
    /// The option.
    pub option: u8,
    /// Its place there.
    pub action: u8,
    /// `pending`, `done` or `failed`.
    pub state: String,
    /// Since when.
    pub at: Seconds,
    /// Why it failed last.
    pub why: String,
}

/// A person's ballot.
#[cw_serde]
pub struct BallotResponse {
    /// Absent if none was cast.
    pub ballot: Option<BallotView>,
}

/// A ballot.
#[cw_serde]
pub struct BallotView {
    /// Who cast it.
    pub person: Id,
    /// What it says.
    pub choice: BallotChoice,
    /// When it was cast.
    pub at: Seconds,
}

/// A page of ballots.
#[cw_serde]
pub struct BallotsResponse {
    /// By person.
    pub ballots: Vec<BallotView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Whether an address may vote.
#[cw_serde]
pub struct ElectorResponse {
    /// The person, if it has a say.
    pub person: Option<Id>,
}

/// What a tally found.
#[cw_serde]
pub struct ResultResponse {
    /// Absent until all is counted.
    pub outcome: Option<OutcomeView>,
    /// How far the tally is, and what it found about each option.
    pub tally: Option<crate::tally::TallyView>,
}

/// A page of statements.
#[cw_serde]
pub struct StatementsResponse {
    /// In order.
    pub statements: Vec<StatementView>,
    /// How many there are.
    pub all: u8,
}

/// A statement.
#[cw_serde]
pub struct StatementView {
    /// Its place.
    pub statement: u8,
    /// Who made it.
    pub person: Id,
    /// What it says.
    pub text: String,
    /// How many agree.
    pub agree: u32,
    /// How many disagree.
    pub disagree: u32,
    /// How many pass.
    pub pass: u32,
}

/// A page of reactions.
#[cw_serde]
pub struct ReactionsResponse {
    /// By person.
    pub persons: Vec<PersonReactions>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What a person said to statements.
#[cw_serde]
pub struct PersonReactions {
    /// Who.
    pub person: Id,
    /// By statement; absent: nothing.
    pub reactions: Vec<Option<Reaction>>,
}

/// What was attached by hash.
#[cw_serde]
pub struct ClustersResponse {
    /// By person, at most 50.
    pub clusters: Vec<ClustersView>,
}

/// Groups of opinion, computed off chain.
#[cw_serde]
pub struct ClustersView {
    /// Who attached it.
    pub person: Id,
    /// SHA-256 of the result.
    pub hash: String,
    /// Where it may be found.
    pub source: String,
    /// When.
    pub at: Seconds,
}

/// What the panel recommends.
#[cw_serde]
pub struct AdviceResponse {
    /// How many recommend each option.
    pub options: Vec<u32>,
    /// By person.
    pub advice: Vec<AdviceView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What one member of a panel recommends.
#[cw_serde]
pub struct AdviceView {
    /// Who.
    pub person: Id,
    /// The option; absent: only the text.
    pub option: Option<u8>,
    /// Why.
    pub text: String,
    /// When.
    pub at: Seconds,
}

/// A person's open draft.
#[cw_serde]
pub struct DraftResponse {
    /// Absent if there is none.
    pub proposal: Option<Id>,
}

/// What was spent lately.
#[cw_serde]
pub struct SpendingResponse {
    /// What the commons hold; absent while credit does not say.
    pub commons: Option<String>,
    /// What decisions spent within the window.
    pub spent: Uint128,
    /// What one proposal may spend now.
    pub one: Uint128,
    /// What all together may still spend now.
    pub left: Uint128,
}

/// All that this contract holds of a member.
#[cw_serde]
pub struct ExportResponse {
    /// The person.
    pub person: Id,
    /// By proposal; those that hold nothing of the member are left out.
    pub proposals: Vec<ExportItem>,
    /// Delegations, on the first page.
    pub delegations: Vec<String>,
    /// `after` of the next page; absent on the last. A page may be empty and not the last.
    pub next: Option<Id>,
}

/// What a proposal holds of a member.
#[cw_serde]
pub struct ExportItem {
    /// The proposal.
    pub proposal: Id,
    /// Whether the member made it.
    pub proposer: bool,
    /// Whether the member supported it.
    pub supports: bool,
    /// The member's ballot.
    pub ballot: Option<BallotView>,
    /// Statements that the member made.
    pub statements: Vec<StatementView>,
    /// What the member said to statements.
    pub reactions: Vec<Option<Reaction>>,
    /// What the member recommended.
    pub advice: Option<AdviceView>,
    /// What the member attached.
    pub clusters: Option<ClustersView>,
}
