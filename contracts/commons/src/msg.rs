//! Messages. JSON with snake_case names; ids, times, amounts and quantities
//! are strings of digits. A field that this version does not know is refused,
//! never dropped.
//!
//! The wire is flat: `{"harvest":{…}}`. The variants stand in blocks, one for
//! each folder; their bodies are in the folder's `msg.rs`.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::Bound;
use mycel_kit::{Amount, Id};

use crate::market::msg::{CommitSell, Reveal};
use crate::monitors::msg as monitors;
use crate::order::msg::{Accuse, AppealMeasure, Lower};
use crate::parameters::{Numbers, ParameterChanges, PeerChanges, PeerValues};
use crate::regeneration::msg::{Attest, ClaimRef, MakeClaim, Reverse};
use crate::registry::msg::{
    Accredit, AllotBudget, CommonsRef, Enrol, Found, Recheck, SetRules, Welcome,
};
use crate::rights::baskets::{OfBasket, OpenBasket, PassParts};
use crate::rights::msg::{
    BringUp, CheckConcentration, Harvest, LetShares, ReturnLease, Transfer, TransferShares, Units,
};

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// A development network: short times are allowed. Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// Peers; the assembly and members must be named.
    pub peers: PeerChanges,
    /// Parameters other than the defaults.
    #[serde(default)]
    pub parameters: ParameterChanges,
}

/// What the contract does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    // ---- registry
    /// A member asks to be enrolled in a commons whose policy is vouching.
    Apply(CommonsRef),
    /// An enrolled person vouches for an applicant.
    Welcome(Welcome),
    /// Leaves a commons; nothing may be held there.
    Withdraw(CommonsRef),
    /// Anyone: enrolment of who left the community ends.
    Recheck(Recheck),

    // ---- order
    /// An enrolled member accuses another before a jury.
    Accuse(Accuse),
    /// Who a measure is against appeals it.
    Appeal(AppealMeasure),

    // ---- monitors
    /// A monitor says how much there is.
    Read(monitors::Read),
    /// An enrolled member challenges a reading before a jury.
    Challenge(monitors::Challenge),
    /// A monitor gives its seat up; what is left of its bond comes back.
    LeaveSeat(monitors::OfSeat),
    /// Who was drawn by lot takes a seat.
    AcceptSeat(monitors::OfSeat),
    /// Who was drawn by lot leaves it to the next.
    DeclineSeat(monitors::OfSeat),
    /// Anyone: looks whether a seat's monitor may still hold it, and at its bond.
    CheckSeat(monitors::CheckSeat),

    // ---- regeneration
    /// An enrolled member claims what it restored.
    Claim(MakeClaim),
    /// A monitor says what it saw of a claim, or of its reversal.
    Attest(Attest),
    /// An enrolled member or a monitor: something restored is lost again.
    Reverse(Reverse),
    /// Takes a claim back, or gives up what of it still waits.
    WithdrawClaim(ClaimRef),
    /// Asks again for what of a claim had no room below the concentration cap.
    ResumeClaim(ClaimRef),

    // ---- rights
    /// Gives shares to another enrolled, or to person 0, the commons itself.
    TransferShares(TransferShares),
    /// Gives entitlement of the open epoch to another enrolled.
    Transfer(Transfer),
    /// Lets shares yield for another enrolled, from the next epoch on.
    Lease(LetShares),
    /// Gives leased shares back from the next epoch on.
    ReturnLease(ReturnLease),
    /// Sets entitlement aside for the next epoch.
    Bank(Units),
    /// Borrows of the treasury, to be returned of the next entitlement.
    Borrow(Units),
    /// Tells what was taken.
    Harvest(Harvest),
    /// Uses entitlement without harvest: it counts as taken.
    Retire(Units),
    /// Gives entitlement up: as if never issued.
    Cancel(Units),
    /// Repays in kind, of the balance, what the next entitlement would.
    Repay(Units),
    /// Puts what was set aside in this epoch into a basket.
    Deposit(OfBasket),
    /// Gives parts of a basket back for entitlement.
    Redeem(OfBasket),
    /// Hands parts of a basket on to another enrolled.
    PassParts(PassParts),
    /// Anyone: brings accounts of the latest epoch up to date.
    BringUp(BringUp),
    /// Anyone: looks whether somebody is above the concentration cap.
    CheckConcentration(CheckConcentration),

    // ---- market
    /// A sealed order to sell; one to buy is a hold with [`HoldMsg::Commit`].
    CommitSell(CommitSell),
    /// Opens a sealed order.
    Reveal(Reveal),

    // ---- credit
    /// Money was put aside for this contract; the message is a [`HoldMsg`].
    ReceiveHold {
        /// The hold's number.
        hold: Id,
        /// Whose money it is.
        owner: String,
        /// How much at this moment.
        amount: Amount,
        /// What the owner wants with it.
        msg: Binary,
    },

    // ---- anyone
    /// Does what is due, at most so many units of work; or what follows from one case.
    Advance {
        /// At most so many units, 400 the default and most.
        #[serde(default)]
        limit: Option<u32>,
        /// Only what follows from this case of sortition's.
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

/// What a decision can do here. The electorate is all members, or the members
/// of the commons that it is about.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    // ---- the whole contract: all, constitutional
    /// Changes parameters.
    SetParameters(ParameterChanges),
    /// Changes peers.
    SetPeers(PeerChanges),

    // ---- registry
    /// All, ordinary: a new commons.
    Found(Box<Found>),
    /// All, ordinary: an organisation may send monitors.
    Accredit(Accredit),
    /// All, ordinary: it may no longer.
    WithdrawAccreditation(Accredit),
    /// The commons' own members, constitutional: rules from the next epoch on.
    SetRules(Box<SetRules>),
    /// The commons' own members, ordinary: enrols, and gives shares of the treasury.
    Enrol(Enrol),
    /// The commons' own members, ordinary: gives shares of the treasury to the enrolled.
    GrantShares(Enrol),
    /// The parent's own members, ordinary: what a child may take of the parent's cap.
    AllotBudget(AllotBudget),
    /// The commons' own members, constitutional: no epoch opens any more.
    Close(CommonsRef),

    // ---- order
    /// The commons' own members, ordinary: mediation ended well, a measure is lowered by a step.
    Lower(Lower),
    // ---- monitors

    // ---- regeneration

    // ---- rights
    /// The commons' own members, ordinary: opens a basket.
    OpenBasket(OpenBasket),
    // ---- market
}

/// What the owner of a hold wants with it.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum HoldMsg {
    /// A monitor's bond.
    Bond {
        /// The commons.
        commons: Id,
    },
    /// A sealed order to buy.
    Commit {
        /// The auction.
        auction: Id,
        /// SHA-256 of the order.
        hash: HexBinary,
    },
    /// Pays what an epoch's overage costs.
    PayOverage {
        /// The commons.
        commons: Id,
        /// The epoch.
        epoch: Id,
    },
}

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// A development network.
    pub development: bool,
    /// Numbers.
    pub numbers: Numbers,
    /// Peers; the assembly is the authority.
    pub peers: PeerValues,
    /// The bounds of the numbers.
    pub bounds: Vec<Bound>,
}
