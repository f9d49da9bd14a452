//! Messages. JSON with snake_case names; ids and times are strings of digits.
//! A field that this version does not know is refused, never dropped.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Binary;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id, Seconds};

use crate::parameters::ParameterChanges;
use crate::register::msg::{EntryInput, HarmInput, ReviewInput};
use crate::rounds::msg::{ProjectInput, RoundInput, Shown};

/// Most items of any list in a message.
pub const MAX_ITEMS: usize = 50;

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who decides: the assembly.
    pub authority: String,
    /// A development network: times may be seconds. Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// Parameters other than the defaults: peers, numbers.
    #[serde(default)]
    pub parameters: ParameterChanges,
}

/// What the owner of a hold says with it, in the hold's `msg`.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum HoldMsg {
    /// Gives to a project of a round.
    Contribute {
        /// The round.
        round: Id,
        /// The project.
        project: Id,
        /// Where identity is by proofs: the nullifier that was shown, in
        /// hexadecimal. It stands beside the paying address, so it hides nothing.
        #[serde(default)]
        showing: Option<String>,
    },
    /// Gives to the matching pool of a round.
    Sponsor {
        /// The round.
        round: Id,
    },
    /// credit: the commons pay a dividend.
    Dividend {
        /// The epoch of credit's waterfall.
        epoch: Id,
    },
    /// Pays what an entry of the register owes to the commons.
    Dues {
        /// The entry.
        entry: Id,
    },
    /// Pays restoration that a jury found owed.
    Restoration {
        /// The matter that found it.
        matter: Id,
    },
    /// The commons fund the pool of builders' rewards.
    Rewards {},
}

/// What the contract does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    // ---- credit
    /// credit: a hold was placed for this contract.
    ReceiveHold {
        /// Its number.
        hold: Id,
        /// Whose money it is; `commons` for the commons'.
        owner: String,
        /// How much at this moment.
        amount: Amount,
        /// A [`HoldMsg`].
        msg: Binary,
    },

    // ---- rounds
    /// Member: opens its own sponsored round; one at a time.
    OpenRound(Box<RoundInput>),
    /// Member: submits a project, one a member and round; it signs for itself or for an organisation that it controls.
    Submit(ProjectInput),
    /// Member: supports a project that waits to be admitted.
    Support {
        /// The round.
        round: Id,
        /// The project.
        project: Id,
    },
    /// Payee or submitter: takes a project back; what was given to it goes back.
    WithdrawProject {
        /// The round.
        round: Id,
        /// The project.
        project: Id,
    },
    /// Opener: cancels its own round before contributions begin.
    CancelRound {
        /// The round.
        round: Id,
    },
    /// Anyone: notes who controls a project's payee now, so that their gifts earn no match.
    Recheck {
        /// The round.
        round: Id,
        /// The project.
        project: Id,
    },
    /// Opener of a round whose rule is clustered: who counts as one giver.
    DeclareGroup {
        /// The round.
        round: Id,
        /// The group.
        group: u32,
        /// Its persons, at most 50 a message.
        persons: Vec<Id>,
    },
    /// trust: a proof was shown for a round.
    Shown(Shown),

    // ---- rules

    // ---- dividend
    /// Member: takes its shares of the dividends since its last claim.
    ClaimDividend {
        /// Look at so many deposits at most, 50 the default and most.
        #[serde(default)]
        limit: Option<u32>,
    },

    // ---- register
    /// Member: registers an innovation.
    Register(EntryInput),
    /// Author: gives a proprietary entry to everybody now.
    ReleaseEntry {
        /// The entry.
        entry: Id,
    },
    /// Author: tells what a proprietary entry brought in; dues follow from it.
    ReportRevenue {
        /// The entry.
        entry: Id,
        /// How much.
        revenue: Amount,
        /// SHA-256 of the accounts that show it, in hexadecimal.
        evidence: String,
    },
    /// Member: reports that it built a published design.
    ReportBuilt {
        /// The entry.
        entry: Id,
        /// SHA-256 of what shows it, in hexadecimal.
        evidence: String,
    },
    /// Author: takes what an entry has earned, as far as the pool reaches.
    CollectReward {
        /// The entry.
        entry: Id,
    },
    /// Member enrolled in a commons: asks a jury for restoration of a harm.
    AccuseHarm(HarmInput),
    /// Member (of the commons): asks a jury what a technology does inside a boundary.
    ReviewTechnology(ReviewInput),
    /// Anyone: moves one payment or case on, as far as it is due.
    AdvanceMatter {
        /// The matter.
        matter: Id,
    },

    // ---- anyone
    /// Does what is due, at most so many units of work; or of one round only.
    Advance {
        /// At most so many units, 500 the default and most.
        #[serde(default)]
        limit: Option<u32>,
        /// Only this round.
        #[serde(default)]
        round: Option<Id>,
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

    // ---- rounds
    /// Ordinary: opens a round.
    OpenRound(Box<RoundInput>),
    /// Ordinary: admits a project to a round whose projects are admitted by decision.
    AdmitProject {
        /// The round.
        round: Id,
        /// The project.
        project: Id,
    },
    /// Ordinary: cancels a round that is not being paid out; everything goes back.
    CancelRound {
        /// The round.
        round: Id,
    },
    /// Ordinary: as [`ExecuteMsg::DeclareGroup`].
    DeclareGroup {
        /// The round.
        round: Id,
        /// The group.
        group: u32,
        /// Its persons, at most 50 a message.
        persons: Vec<Id>,
    },
    // ---- rules

    // ---- dividend

    // ---- register
    /// Ordinary, all or a commons: refuses a technology inside that boundary.
    RefuseTechnology {
        /// `entry/<number>` or a word.
        technology: String,
        /// Until then; until it is allowed again if absent.
        #[serde(default)]
        until: Option<Seconds>,
    },
    /// Ordinary, all or a commons: lifts what restricts a technology inside that boundary.
    AllowTechnology {
        /// `entry/<number>` or a word.
        technology: String,
    },
}
