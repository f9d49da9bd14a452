//! Messages. JSON with snake_case names; ids and times are strings of digits.
//! A field that this version does not know is refused, never dropped.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary};
use mycel_kit::peers::sortition::DrawInput;
use mycel_kit::peers::trust::Shown;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::Bound;
use mycel_kit::{Id, Seconds};

use crate::beacon::{BeaconMsg, Source};
use crate::parameters::{Client, Numbers, ParameterChanges};

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who decides: the assembly.
    pub authority: String,
    /// A development network: short times and a predictable beacon are allowed. Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// Parameters other than the defaults: members, clients, the beacon, numbers.
    #[serde(default)]
    pub parameters: ParameterChanges,
}

/// A case to be judged, as `mycel_kit::peers::sortition::SortitionMsg::OpenCase`.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OpenCase {
    /// The requester's own name for it, e.g. `members/7`.
    pub r#ref: String,
    /// What is judged: `sanction`, `default`, `flags`, `entry` …
    pub kind: String,
    /// Jurors.
    pub size: u16,
    /// Votes needed in 1/10,000 of the jurors.
    pub threshold_bps: u16,
    /// Person numbers; they and their related are no jurors.
    pub parties: Vec<Id>,
    /// Until when the jury must have decided.
    pub deadline: Seconds,
}

/// What a volunteer tells of one feature.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Attribute {
    /// The feature's name.
    pub feature: String,
    /// Its value for the volunteer.
    pub value: String,
    /// Where the feature has an issuer: the salt that opens its credential,
    /// 16 to 64 bytes , so that what the issuer signed says this value.
    #[serde(default)]
    pub salt: Option<HexBinary>,
}

/// What the contract does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    // ---- clients
    /// A client opens a case.
    OpenCase(OpenCase),
    /// A client opens a pool from which a panel is drawn.
    OpenDraw(DrawInput),

    // ---- volunteers
    /// A member enters a pool, or says its attributes anew.
    Volunteer {
        /// The draw.
        draw: Id,
        /// One value of each feature.
        attributes: Vec<Attribute>,
    },
    /// A volunteer leaves a pool that is still open.
    Withdraw {
        /// The draw.
        draw: Id,
    },
    /// Who was drawn does not take the seat; the next of the same lot gets it.
    Decline {
        /// The draw.
        draw: Id,
    },

    /// trust: a proof was shown for a volunteer.
    Shown(Shown<ShownAction>),

    // ---- solvers
    /// Anyone commits to a lottery, see [`posts`](crate::draws::posts).
    CommitLottery {
        /// The draw.
        draw: Id,
        /// The hash.
        hash: HexBinary,
        /// Pages of the lottery.
        pages: u32,
    },
    /// The next page of what was committed to, at most 64 KiB.
    PostLottery {
        /// The draw.
        draw: Id,
        /// The number of the commitment.
        post: u32,
        /// Which page, from 0.
        page: u32,
        /// Its bytes.
        data: Binary,
    },

    // ---- parties and jurors
    /// A party strikes persons called to its case's jury.
    Strike {
        /// The case.
        case: Id,
        /// Who, at most as many as its side may still strike.
        persons: Vec<Id>,
    },
    /// A juror commits to a vote (`juries::ballot::commitment`), or to another one in time.
    CommitVote {
        /// The case.
        case: Id,
        /// SHA-256, 64 digits of lower case hexadecimal.
        commitment: String,
    },
    /// A juror shows the vote that it committed to.
    RevealVote {
        /// The case.
        case: Id,
        /// One of the kind's outcomes.
        outcome: String,
        /// SHA-256 of the reasons, 64 digits of lower case hexadecimal.
        reasons: String,
        /// The salt, 64 digits of lower case hexadecimal.
        salt: String,
    },
    /// A juror gives the seat back.
    Recuse {
        /// The case.
        case: Id,
    },
    /// A party that lost appeals, once, while the verdict is not final.
    Appeal {
        /// The case.
        case: Id,
    },

    // ---- the beacon
    /// Brings randomness.
    Beacon(BeaconMsg),

    // ---- anyone
    /// Does what is due, at most so many units of work; or of one draw or case only.
    Advance {
        /// At most so many units, 1,000 the default and most.
        #[serde(default)]
        limit: Option<u32>,
        /// Only this draw.
        #[serde(default)]
        draw: Option<Id>,
        /// Only this case.
        #[serde(default)]
        case: Option<Id>,
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

/// What a proof of trust is shown for.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ShownAction {
    /// Enters the pool of a draw whose volunteers come by proofs.
    Volunteer {
        /// The draw.
        draw: Id,
        /// Who gets the seat: an address with the role to vote.
        address: String,
        /// One value of each feature.
        attributes: Vec<Attribute>,
    },
}

/// What a decision can do here.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    /// Constitutional.
    SetParameters(ParameterChanges),
    /// Ordinary.
    OpenDraw(DrawInput),
    /// Ordinary: a case that no client brings, as one about a default.
    OpenCase(OpenCase),
}

/// Data of the response to `open_draw`.
#[cw_serde]
pub struct DrawOpened {
    /// The draw.
    pub draw: Id,
}

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// Who decides.
    pub authority: String,
    /// Who knows members; empty while there is none.
    pub members: String,
    /// Who shows proofs of trust; empty while there is none.
    pub trust: String,
    /// Who may open cases and draws.
    pub clients: Vec<Client>,
    /// A development network.
    pub development: bool,
    /// Where randomness comes from.
    pub beacon: Source,
    /// What must be known about that source.
    pub warning: Option<String>,
    /// Numbers.
    pub numbers: Numbers,
    /// The bounds of the numbers.
    pub bounds: Vec<Bound>,
}
