//! Records as they are stored.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::roles::{Class, Electorate};

use crate::count::shares::{Completion, Utility};

/// A block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Moment {
    /// Its height.
    pub height: u64,
    /// Its time in seconds.
    pub time: u64,
}

/// How a proposal is voted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// Yes, no or abstain. Option 0 is "no change", option 1 the proposal.
    YesNo,
    /// Each option is approved or not. Option 0 is "no change".
    Approval,
    /// Options in order of preference (Schulze). Option 0 is "no change".
    Ranked,
    /// Projects share a budget (equal shares); every option is a project.
    Budget {
        /// What they share, in pico-credits.
        total: u64,
        /// What a project is worth to each who wants it.
        utility: Utility,
    },
}

/// Where a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Phase {
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
    /// Ran out: as a draft, or not wholly carried out in time.
    Lapsed,
    /// Taken back by its proposer.
    Withdrawn,
}

/// How many phases there are.
pub const PHASES: usize = 10;

impl Phase {
    /// All, in order.
    pub const ALL: [Phase; PHASES] = [
        Phase::Draft,
        Phase::Deliberation,
        Phase::Vote,
        Phase::Tally,
        Phase::Timelock,
        Phase::Execution,
        Phase::Executed,
        Phase::Rejected,
        Phase::Lapsed,
        Phase::Withdrawn,
    ];

    /// Its place among all.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Phase::Draft => "draft",
            Phase::Deliberation => "deliberation",
            Phase::Vote => "vote",
            Phase::Tally => "tally",
            Phase::Timelock => "timelock",
            Phase::Execution => "execution",
            Phase::Executed => "executed",
            Phase::Rejected => "rejected",
            Phase::Lapsed => "lapsed",
            Phase::Withdrawn => "withdrawn",
        }
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Phase::Executed | Phase::Rejected | Phase::Lapsed | Phase::Withdrawn
        )
    }
}

/// What a decision of a class needs: of the parameters, as they were when the vote opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// How many must take part, in 1/10,000 of the electorate.
    pub quorum_bps: u32,
    /// How many of yes and no must be yes, in 1/10,000; always more than half.
    pub majority_bps: u32,
    /// Seconds of the vote.
    pub vote_seconds: u32,
    /// Seconds between the result and execution.
    pub timelock_seconds: u32,
    /// Of a budget: how far completion goes.
    pub completion: Completion,
}

/// The snapshot with which a vote opens.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Opening {
    /// Who has a say is judged before the transactions of this block.
    pub at: Moment,
    /// No vote counts from this second on; delegations are read as of it.
    pub closes: u64,
    /// How large the electorate was said to be; the tally counts it one by one.
    pub members: u32,
    /// Seconds of membership that a voter needs.
    pub residency: u32,
    /// What the decision needs.
    pub terms: Terms,
    /// Of an organisation: who controlled it, ascending.
    pub controllers: Vec<u64>,
}

/// What a tally found.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Outcome {
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
    /// The option that won; of a budget, all projects that are paid, ascending.
    pub chosen: Vec<u8>,
}

impl Outcome {
    /// How many took part: those whose ballot, own or by delegation, counts.
    #[must_use]
    pub fn took_part(&self) -> u32 {
        self.yes
            .saturating_add(self.no)
            .saturating_add(self.abstain)
    }
}

/// A proposal. What it says and would do is its content, stored apart.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    /// The person who made it.
    pub proposer: u64,
    /// Who votes.
    pub electorate: Electorate,
    /// How weighty it is.
    pub class: Class,
    /// How it is voted on.
    pub kind: Kind,
    /// Its area, if any.
    pub area: Option<String>,
    /// Its title.
    pub title: String,
    /// How many options there are, "no change" included.
    pub options: u8,
    /// All actions run, or none.
    pub atomic: bool,
    /// SHA-256 of the stored content.
    pub hash: [u8; 32],
    /// Where it is.
    pub phase: Phase,
    /// When this phase ends; of a final phase: when it began.
    pub until: u64,
    /// When it was made.
    pub made: Moment,
    /// How many support it, the proposer included.
    pub supporters: u32,
    /// How many it needs.
    pub supporters_needed: u32,
    /// Seats of the panel that was asked for; 0: none.
    pub panel: u16,
    /// Ballots that were cast, each person's once.
    pub ballots: u32,
    /// Statements on it.
    pub statements: u8,
    /// The snapshot.
    pub opening: Option<Opening>,
    /// The first block that found the vote closed: who still has a say is judged at its height.
    pub closed: Option<Moment>,
    /// What the tally found.
    pub outcome: Option<Outcome>,
    /// When the tally was done.
    pub counted: Option<Moment>,
    /// From when on it may be carried out.
    pub executable: u64,
    /// When its first action ran.
    pub begun: Option<Moment>,
    /// Pico-credits it has spent.
    pub spent: u64,
}

/// A ballot.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Choice {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Takes part without a word.
    Abstain,
    /// Bit `i`: approves option `i`, or wants project `i` paid.
    Approve(u64),
    /// The rank of each option, 0 the best; those not named come last, of them "no change" before the others.
    Rank(Vec<u8>),
}

/// A ballot as it is kept: the last one of its person counts.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ballot {
    /// What it says.
    pub choice: Choice,
    /// When it was cast.
    pub at: Moment,
}

/// Where an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum RunState {
    /// Has not run.
    Pending,
    /// Runs in this transaction.
    Running,
    /// Has run.
    Done,
    /// Was refused; may be tried again.
    Failed,
}

/// What became of an action.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Run {
    /// The option it belongs to.
    pub option: u8,
    /// Its place there.
    pub action: u8,
    /// Where it is.
    pub state: RunState,
    /// Since when.
    pub at: u64,
    /// Why it failed last.
    pub why: String,
}

/// A statement on a proposal.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Statement {
    /// Who made it.
    pub person: u64,
    /// What it says.
    pub text: String,
    /// How many agree.
    pub agree: u32,
    /// How many disagree.
    pub disagree: u32,
    /// How many pass.
    pub pass: u32,
}

/// What a seated panel member recommends.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Advice {
    /// The option; none: only the text.
    pub option: Option<u8>,
    /// Why.
    pub text: String,
    /// When.
    pub at: u64,
}

/// Groups of opinion, computed off chain and attached by hash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Clusters {
    /// SHA-256 of the result.
    pub hash: [u8; 32],
    /// Where it may be found.
    pub source: String,
    /// When.
    pub at: u64,
}

/// What was spent from the commons lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Spending {
    /// Time of the last spending of a slice of the window and its pico-credits, ascending.
    pub slices: Vec<(u64, u64)>,
}

/// The sums that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Proposals; the newest one's number.
    pub proposals: u64,
    /// Serial of the next task.
    pub tasks: u64,
    /// Proposals by phase.
    pub phases: [u64; PHASES],
    /// Persons with an open draft.
    pub drafts: u64,
    /// Ballots that are kept.
    pub ballots: u64,
    /// Support that was given.
    pub supports: u64,
    /// Statements.
    pub statements: u64,
    /// Votes that were counted.
    pub counted: u64,
    /// Σ over them: who had a say.
    pub eligible: u64,
    /// Σ over them.
    pub yes: u64,
    /// Σ over them.
    pub no: u64,
    /// Σ over them.
    pub abstain: u64,
    /// Σ over them.
    pub looped: u64,
    /// Σ over them.
    pub unrepresented: u64,
    /// Proposals of which an action ran, or that had nothing to run and were executed.
    pub begun: u64,
    /// Of those, the ones that had met their threshold and timelock when it did.
    pub begun_met: u64,
    /// Pico-credits spent by all proposals.
    pub spent: u128,
    /// After the last spending: what was spent in the window …
    pub window_spent: u128,
    /// … and what the commons held before the window's spending.
    pub window_base: u128,
}
