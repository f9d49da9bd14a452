//! Messages. JSON with snake_case names; ids and times are strings of digits.
//! A field that this version does not know is refused, never dropped.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Binary;
use mycel_bindings::MycelMsg;
use mycel_kit::peers::sortition::{Feature, Quota};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id};

use crate::count::shares::Utility;
use crate::delegations::Scope;
use crate::parameters::{ParameterChanges, PeerChanges};

/// Most items of any list in a message.
pub const MAX_ITEMS: usize = 50;

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// A development network: lengths may be seconds. Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// Contracts that it asks; none of them is called now.
    #[serde(default)]
    pub peers: PeerChanges,
    /// Parameters other than the defaults.
    #[serde(default)]
    pub parameters: ParameterChanges,
}

/// A proposal to be made.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ProposalInput {
    /// What it is called, at most 128 bytes.
    pub title: String,
    /// What it says, at most 8 KiB; or its hash.
    #[serde(default)]
    pub text: Option<String>,
    /// SHA-256 of a text kept elsewhere, in hexadecimal.
    #[serde(default)]
    pub text_hash: Option<String>,
    /// One of the areas among the parameters.
    #[serde(default)]
    pub area: Option<String>,
    /// Who votes.
    pub electorate: Electorate,
    /// How weighty it is; at least what its actions need.
    pub class: Class,
    /// How it is voted on, and what would happen.
    pub ballot: BallotInput,
    /// All actions run in one message, or none.
    #[serde(default)]
    pub atomic: bool,
    /// A panel drawn by lot that deliberates first.
    #[serde(default)]
    pub panel: Option<PanelInput>,
}

/// How a proposal is voted on, with its options.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum BallotInput {
    /// Yes (option 1) or no (option 0), or abstain.
    YesNo {
        /// What runs if it is accepted, in this order; at most 50.
        #[serde(default)]
        actions: Vec<Action>,
    },
    /// Each option is approved or not; the one that most approve wins. Who
    /// approves "no change" lifts no other option.
    Approval {
        /// Numbered from 1; option 0 is "no change". At most 31.
        options: Vec<OptionInput>,
    },
    /// Options in order of preference, counted by Schulze's method.
    Ranked {
        /// Numbered from 1; option 0 is "no change". At most 31.
        options: Vec<OptionInput>,
    },
    /// Projects share a budget by the method of equal shares.
    Budget {
        /// What they share.
        total: Amount,
        /// What a project is worth to each who wants it: its cost (the default), or one, whatever it costs.
        #[serde(default)]
        utility: Utility,
        /// Numbered from 0; at most 50.
        projects: Vec<ProjectInput>,
    },
}

/// One option.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OptionInput {
    /// At most 128 bytes.
    pub title: String,
    /// What runs if it wins; at most 50.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// One project of a budget.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ProjectInput {
    /// At most 128 bytes.
    pub title: String,
    /// Who is paid.
    pub to: String,
    /// What it costs.
    pub cost: Amount,
}

/// A panel drawn by lot. Volunteers may come for the first half of the deliberation.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct PanelInput {
    /// Seats.
    pub size: u16,
    /// What volunteers tell of themselves.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// How many of a kind must and may sit.
    #[serde(default)]
    pub quotas: Vec<Quota>,
}

/// What a decision can do. Bytes are JSON, in base64.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    /// Tells a contract, in the one shape of a decision, what was decided. The contract judges class and electorate.
    Decided {
        /// The contract; this one too, for its own parameters and peers.
        contract: String,
        /// Its own action.
        action: Binary,
    },
    /// Constitutional: any other message to a contract.
    Execute {
        /// The contract.
        contract: String,
        /// Its message.
        msg: Binary,
    },
    /// Tells the chain. Ordinary if it only changes allowance classes, else constitutional.
    Chain(MycelMsg),
    /// Constitutional: moves a contract to other code.
    Migrate {
        /// The contract.
        contract: String,
        /// The code.
        code_id: Id,
        /// Told to the new code.
        msg: Binary,
        /// SHA-256 of the new code's conformance report, in hexadecimal.
        report: String,
    },
    /// Spending: pays from the commons, to a member or into a holder's pot.
    Spend {
        /// The payee.
        #[serde(default)]
        to: Option<String>,
        /// How much.
        amount: Amount,
        /// Or a holder.
        #[serde(default)]
        hold_for: Option<String>,
        /// What the holder is told.
        #[serde(default)]
        msg: Option<Binary>,
    },
    /// Urgent: a contract refuses its members' messages for a while.
    Pause {
        /// The contract.
        contract: String,
        /// For how long from its execution, at most 7 days.
        seconds: u32,
    },
}

/// A ballot.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum BallotChoice {
    /// For it (yes/no).
    Yes,
    /// Against it (yes/no).
    No,
    /// Takes part without a word (any kind).
    Abstain,
    /// These options and no others (approval); these projects (budget).
    Approve(Vec<u8>),
    /// Groups of options, the best first; what is not named comes last, "no change" before the rest (ranked).
    Rank(Vec<Vec<u8>>),
}

/// What one says to a statement.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Reaction {
    /// Agrees.
    Agree,
    /// Disagrees.
    Disagree,
    /// Neither.
    Pass,
}

/// What this contract's own authority, a constitutional decision of all members, can do here.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum OwnAction {
    /// Changes parameters within their bounds.
    SetParameters(Box<ParameterChanges>),
    /// Sets peers.
    SetPeers(PeerChanges),
}

/// No fields.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct Nothing {}

/// One proposal.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ProposalRef {
    /// Its number.
    pub proposal: Id,
}

/// What can be said.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// Elector: makes a draft; one open draft a person, and few proposals that are not counted.
    Propose(Box<ProposalInput>),
    /// Elector: supports a draft. The last one needed starts the deliberation.
    Support(ProposalRef),
    /// Proposer: takes its proposal back, as a draft or while it is talked about.
    Withdraw(ProposalRef),
    /// Elector: votes; the last vote counts.
    Vote {
        /// The proposal.
        proposal: Id,
        /// The ballot.
        ballot: BallotChoice,
    },
    /// Elector: takes its vote back, so that its delegation speaks again.
    Unvote(ProposalRef),
    /// Elector: lets another speak in a scope.
    Delegate {
        /// In which matters.
        scope: Scope,
        /// The person.
        to: Id,
    },
    /// Elector: speaks for itself again in a scope.
    Undelegate {
        /// In which matters.
        scope: Scope,
    },
    /// Elector: makes a statement while a proposal is talked about or voted on.
    State {
        /// The proposal.
        proposal: Id,
        /// At most 280 bytes.
        text: String,
    },
    /// Elector: says something to statements; the last word counts.
    React {
        /// The proposal.
        proposal: Id,
        /// Statement and reaction, at most 50.
        reactions: Vec<(u8, Reaction)>,
    },
    /// Proposer or seated: attaches groups of opinion by hash.
    AttachClusters {
        /// The proposal.
        proposal: Id,
        /// SHA-256 in hexadecimal.
        hash: String,
        /// Where it may be found, at most 256 bytes.
        #[serde(default)]
        source: String,
    },
    /// Seated by lot: recommends; the last word counts.
    Advise {
        /// The proposal.
        proposal: Id,
        /// The option; absent: only the text.
        #[serde(default)]
        option: Option<u8>,
        /// Why, at most 1 KiB.
        text: String,
    },
    /// Anyone: does what is due, or the next step of one proposal.
    Advance {
        /// Pieces of work, at most 50.
        limit: u32,
        /// Only this proposal.
        #[serde(default)]
        proposal: Option<Id>,
    },
    /// Anyone: carries out an accepted proposal, or tries again what failed.
    Execute {
        /// The proposal.
        proposal: Id,
        /// Only this one of its actions, by its place in what is carried out: the next, or one that failed; absent: all that have not run.
        #[serde(default)]
        action: Option<u8>,
    },
    /// This contract itself: all actions of an atomic proposal, or none.
    RunAll(ProposalRef),
    /// This contract itself: an own decision.
    Decided {
        /// The proposal.
        proposal: Id,
        /// Who voted.
        electorate: Electorate,
        /// The class that was reached.
        class: Class,
        /// What to do.
        action: OwnAction,
    },
}
