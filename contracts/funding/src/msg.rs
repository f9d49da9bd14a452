//! Messages. JSON with snake_case names; ids and times are strings of digits.
//! A field that this version does not know is refused, never dropped.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Binary;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id};

use crate::parameters::ParameterChanges;
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
}
