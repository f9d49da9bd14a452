//! What the contract is begun with and told.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary};
use mycel_kit::pause::Pause;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id, Seconds};

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who decides: the assembly, or a key until there is one.
    pub authority: String,
    /// The members contract; none if absent: then nobody can propose.
    #[serde(default)]
    pub members: Option<String>,
    /// The credit contract; none if absent: then nothing can be collected.
    #[serde(default)]
    pub credit: Option<String>,
    /// The sortition contract; none if absent: then disputes have no jury.
    #[serde(default)]
    pub sortition: Option<String>,
    /// A development network: the authority may seed obligations and change
    /// parameters without a decision. Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// What differs from the defaults.
    #[serde(default)]
    pub parameters: ParameterChanges,
}

/// What the contract does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    // ---- a member's: obligations
    /// Proposes an obligation to another person.
    Propose {
        /// The other side's person number.
        with: Id,
        /// Whether the sender will owe, or be owed.
        i_owe: bool,
        /// How much.
        amount: Amount,
        /// When it falls due, within 90 days.
        due: Seconds,
        /// Class of priority, 0 to 3; 0 if absent.
        #[serde(default)]
        priority: Option<u8>,
        /// What it is for: at most 64 bytes, public.
        #[serde(rename = "ref", default)]
        reference: Option<String>,
    },
    /// The other side confirms: the obligation exists.
    Confirm {
        /// The proposal.
        proposal: Id,
    },
    /// A side drops a proposal; anyone an expired one.
    DropProposal {
        /// The proposal.
        proposal: Id,
    },
    /// Gives or revokes standing consent: all that is not overdue is tendered.
    Consent {
        /// Given or revoked.
        on: bool,
    },
    /// Tenders single obligations, overdue ones too, or takes that back.
    Tender {
        /// At most 50.
        obligations: Vec<Id>,
        /// Tendered or not.
        on: bool,
    },
    /// The creditor confirms a payment.
    RecordPayment {
        /// The obligation.
        obligation: Id,
        /// At most what is owed.
        amount: Amount,
    },
    /// Pays through credit's `transfer_from`, under an allowance of the debtor
    /// for this contract: the creditor from the due date on, the debtor any time.
    Collect {
        /// The obligation.
        obligation: Id,
        /// All that is owed if absent.
        #[serde(default)]
        amount: Option<Amount>,
    },
    /// A side agrees that nothing is owed; both: the obligation ends.
    Cancel {
        /// The obligation.
        obligation: Id,
    },
    /// A side takes back that it would cancel.
    WithdrawCancel {
        /// The obligation.
        obligation: Id,
    },
    /// A side signs a later due date; the same from both: it holds.
    Extend {
        /// The obligation.
        obligation: Id,
        /// Within 90 days from now.
        due: Seconds,
    },
    /// A side says that it is not right: it enters no round.
    Dispute {
        /// The obligation.
        obligation: Id,
    },
    /// The side that disputes takes it back.
    WithdrawDispute {
        /// The obligation.
        obligation: Id,
    },

    // ---- a member's: allocation
    /// Posts or replaces what the sender can spare.
    Offer(OfferMsg),
    /// Posts or replaces what the sender lacks.
    Need(NeedMsg),
    /// Takes the sender's offer or need back.
    Withdraw {
        /// The market.
        market: u32,
    },
    /// An end signs a link.
    Link(LinkMsg),
    /// An end takes a link back, or drops what waits; anyone, where an end is
    /// no longer a member.
    Unlink {
        /// The market.
        market: u32,
        /// Who sends.
        from: Id,
        /// Who receives.
        to: Id,
    },
    /// Posts or replaces whom the sender would have, where each has one unit.
    Choose(ChooseMsg),
    /// A side accepts a promise.
    Accept {
        /// The promise.
        promise: Id,
    },
    /// A side declines a promise that does not bind; anyone when its time is over.
    Return {
        /// The promise.
        promise: Id,
    },
    /// A side reports what was delivered.
    Report {
        /// The promise.
        promise: Id,
        /// How much.
        quantity: Id,
    },

    // ---- a solver's
    /// Commits to a certificate: SHA-256(address ‖ 0 ‖ SHA-256(certificate)).
    Commit {
        /// The round.
        round: Id,
        /// 32 bytes, hexadecimal.
        hash: HexBinary,
        /// The certificate's length.
        bytes: u32,
    },
    /// Brings the next 64 KiB of a certificate.
    Post {
        /// The round.
        round: Id,
        /// The post that `commit` opened.
        post: u32,
        /// From 0.
        page: u32,
        /// 65,536 bytes, or the rest.
        data: Binary,
    },

    // ---- anyone's
    /// Opens a clearing round.
    OpenRound {},
    /// Opens a round of a market.
    OpenAllocation {
        /// The market.
        market: u32,
    },
    /// Moves a round on.
    Advance {
        /// The round.
        round: Id,
        /// Units of work, at most 131,072, the default.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// Acts on a jury's final outcome.
    Judged {
        /// The disputed obligation.
        obligation: Id,
    },
    /// Judges a promise whose time is over.
    ClosePromise {
        /// The promise.
        promise: Id,
    },
    /// Moves what a market could not match to the scale above.
    Upward {
        /// The market.
        market: u32,
        /// At most 50 person numbers.
        persons: Vec<Id>,
    },
    /// Removes what has expired in a market, and what persons who are no
    /// longer members left there.
    PruneMarket {
        /// The market.
        market: u32,
        /// At most 50 person numbers.
        persons: Vec<Id>,
    },
    /// Removes ended obligations.
    Sweep {
        /// The first page of 128.
        page: u32,
        /// At most 64 pages, the default.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// Drops ended obligations from a person's ledger.
    Prune {
        /// The person.
        person: Id,
        /// Which page of the ledger.
        page: u32,
    },

    // ---- the authority's
    /// Development networks: obligations that exist from the start.
    Seed {
        /// At most 500.
        obligations: Vec<SeedMsg>,
    },
    /// Development networks: changes parameters within their bounds, without a
    /// decision.
    SetParameters(ParameterChanges),
    /// The shape of every privileged act of the assembly.
    Decided {
        /// The proposal's number.
        proposal: Id,
        /// Who voted.
        electorate: Electorate,
        /// The class of the decision that was reached.
        class: Class,
        /// What was decided.
        action: Action,
    },
}

/// What a decision can do here.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    /// Constitutional.
    SetParameters(ParameterChanges),
    /// Urgent: members are not heard for a week at most.
    Pause(Pause),
    /// Ordinary: defines a market, or changes one.
    DefineMarket {
        /// Which; a new one if absent.
        #[serde(default)]
        market: Option<u32>,
        /// All of its terms.
        terms: MarketMsg,
    },
    /// Ordinary: some needs get a class, links open wide.
    AttestShock(ShockMsg),
}

/// Parameters to change; what is absent stays.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct ParameterChanges {
    /// The next authority.
    pub authority: Option<String>,
    /// The members contract; empty for none.
    pub members: Option<String>,
    /// The credit contract; empty for none.
    pub credit: Option<String>,
    /// The sortition contract; empty for none.
    pub sortition: Option<String>,
    /// How long a round takes tenders.
    pub open_seconds: Option<Seconds>,
    /// How long after the freeze solvers commit.
    pub commit_seconds: Option<Seconds>,
    /// How long after the freeze the best is taken.
    pub solve_seconds: Option<Seconds>,
    /// Obligations due within this time of the freeze may enter.
    pub horizon_seconds: Option<Seconds>,
    /// Between a round and the next.
    pub pause_seconds: Option<Seconds>,
    /// Four weights, by priority.
    pub weights: Option<Vec<u32>>,
}

/// What somebody can spare.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OfferMsg {
    /// The market.
    pub market: u32,
    /// How much; 0: passes on what others send.
    pub quantity: Id,
    /// Lowest price a unit, in the market's units of cost.
    #[serde(default)]
    pub price: u32,
    /// Asks nothing.
    #[serde(default)]
    pub gift: bool,
    /// Void from then on.
    pub expires: Seconds,
    /// Whether the remainder may go to the scale above.
    #[serde(default)]
    pub upward: bool,
}

/// What somebody lacks.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct NeedMsg {
    /// The market.
    pub market: u32,
    /// How much.
    pub quantity: Id,
    /// Most price a unit, in the market's units of cost.
    #[serde(default)]
    pub price: u32,
    /// Class of priority; above 0 by grant only.
    #[serde(default)]
    pub class: u8,
    /// Void from then on.
    pub expires: Seconds,
    /// Whether the remainder may go to the scale above.
    #[serde(default)]
    pub upward: bool,
}

/// A way from one person to another; exists once both have signed the same.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct LinkMsg {
    /// The market.
    pub market: u32,
    /// Who sends.
    pub from: Id,
    /// Who receives.
    pub to: Id,
    /// In the market's units.
    pub distance: u32,
    /// At its widest.
    pub capacity: Id,
}

/// Whom somebody would have in a market of one unit each. Only two who name
/// each other can be matched.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ChooseMsg {
    /// The market.
    pub market: u32,
    /// At most 16, the dearest first; none: takes the list back.
    pub choices: Vec<ChoiceMsg>,
}

/// Somebody of the other side.
#[cw_serde]
#[derive(Copy)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ChoiceMsg {
    /// Who.
    pub person: Id,
    /// In a market by scores: how much it would cost the sender, in the
    /// market's units of distance. Only differences within a list count.
    #[serde(default)]
    pub cost: u32,
}

/// How a market matches offers with needs. A market keeps its kind.
#[cw_serde]
#[derive(Copy, Default, Eq, BorshSerialize, BorshDeserialize)]
#[schemaifier(mute_warnings)]
pub enum MarketKind {
    /// Quantities flow over links at the least cost.
    #[default]
    Flow,
    /// One unit a side, matched at the least cost.
    Assignment {
        /// Where costs come from.
        by: Costs,
    },
    /// One unit a side, matched so that no two would rather have each other.
    Stable,
}

impl MarketKind {
    /// Whether everybody in it has one unit, and chooses.
    #[must_use]
    pub fn is_of_units(self) -> bool {
        self != MarketKind::Flow
    }

    /// The greatest quantity that anybody can have in it.
    #[must_use]
    pub fn most(self) -> u64 {
        match self {
            MarketKind::Flow => crate::allocation::MAX_QUANTITY,
            MarketKind::Assignment { .. } | MarketKind::Stable => 1,
        }
    }
}

/// Where the costs of an assignment come from.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[schemaifier(mute_warnings)]
pub enum Costs {
    /// By rule: a place further down either list costs 1.
    Ranks,
    /// From the sides: what either gave beyond its own least.
    Scores,
}

/// All terms of a market.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MarketMsg {
    /// How offers and needs are matched; `flow` if absent.
    #[serde(default)]
    pub kind: MarketKind,
    /// E.g. `neighbourhood/baixa`.
    pub scale: String,
    /// E.g. `food`.
    pub resource: String,
    /// Where the remainder goes: an older market of the same resource.
    #[serde(default)]
    pub parent: Option<u32>,
    /// Pico-credits of one unit of cost.
    pub price_unit: Amount,
    /// Cost of a unit of distance.
    pub friction: u32,
    /// Trust resistance of a new link.
    pub resistance: u32,
    /// What a unit of unmet need costs, by class, not falling: four.
    pub penalties: Vec<u32>,
    /// What one link may carry of a need, in 1/10,000.
    pub share_bps: u16,
    /// Most need without a grant per member and epoch.
    pub need_cap: Id,
    /// Length of an epoch.
    pub epoch_seconds: Seconds,
    /// A promise not accepted by then returns.
    pub accept_seconds: Seconds,
    /// A promise not reported by then is judged by what was.
    pub deliver_seconds: Seconds,
}

/// A shock, attested.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ShockMsg {
    /// The market.
    pub market: u32,
    /// Until when it holds.
    pub until: Seconds,
    /// Whose needs have a class, at most 50.
    pub grants: Vec<GrantMsg>,
}

/// A class for somebody's need.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct GrantMsg {
    /// Who.
    pub person: Id,
    /// The class.
    pub class: u8,
    /// Most per epoch.
    pub quantity: Id,
}

/// An obligation of a development network.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct SeedMsg {
    /// Who owes.
    pub debtor: Id,
    /// Whom.
    pub creditor: Id,
    /// How much.
    pub amount: Amount,
    /// When.
    pub due: Seconds,
    /// Class of priority.
    #[serde(default)]
    pub priority: u8,
    /// Whether both sides tender it.
    #[serde(default)]
    pub tendered: bool,
}
