//! The answers.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, Int128, Uint128};
use mycel_kit::standard::Bound;
use mycel_kit::{Amount, Id, Seconds};

use super::authority::{Holder, WaterfallTerms};
use super::economy::{EconomyValues, RaiseView};
use crate::state::{Kind, Status};

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// As they are.
    pub parameters: ParameterValues,
    /// From it anyone computes any view: Λ(t) = lambda + lam · (t − since).
    pub clock: ClockResponse,
    /// What no authority can leave.
    pub bounds: Vec<Bound>,
}

/// Each parameter's value.
#[cw_serde]
pub struct ParameterValues {
    /// Who enrols and decides.
    pub authority: String,
    /// Decay in 10^-9 a day.
    pub rate_ppb_per_day: u32,
    /// Given to each person once; `null` where there is a line.
    pub starter_grant: Option<Amount>,
    /// Open to each person; `null` where there is a grant.
    pub starter_line: Option<Amount>,
    /// Of accounts opened without a limit.
    pub default_limit: Amount,
    /// Whether caps are lifted.
    pub development: bool,
    /// The members contract; empty while there is none.
    pub members: String,
    /// The contract that draws juries; empty while there is none.
    pub sortition: String,
    /// The trust contract; empty while there is none.
    pub trust: String,
    /// The funding contract; empty while there is none.
    pub funding: String,
    /// The contracts that may hold members' money.
    pub holders: Vec<Holder>,
    /// How the commons flow back.
    pub waterfall: WaterfallTerms,
    /// The controller's, of limits, starters and assessments.
    pub economy: EconomyValues,
}

/// The accumulator of decay, in units of 2^-96.
#[cw_serde]
pub struct ClockResponse {
    /// Λ at `since`.
    pub lambda: Uint128,
    /// When the rate last changed.
    pub since: Seconds,
    /// Growth of Λ a second.
    pub lam: Uint128,
}

/// Answer to `floors`: with it and the clock of `parameters` anyone computes a
/// person's position to the unit. From the account's `snap` on, each floor in
/// turn up to its `until_lambda`, the last up to Λ now: what exceeds `exempt`
/// is multiplied by e^-(Λ passed) and floored, what does not, stays. Accounts
/// of others than persons have no floor.
#[cw_serde]
pub struct FloorsResponse {
    /// The oldest first; the last is in force.
    pub floors: Vec<FloorView>,
}

/// A floor B0: what of a person's position does not decay.
#[cw_serde]
pub struct FloorView {
    /// How much.
    pub exempt: Amount,
    /// From when on; absent for the oldest that is kept, under which every
    /// account that is older was settled at the latest.
    pub from: Option<Seconds>,
    /// Until when; absent for the one in force.
    pub until: Option<Seconds>,
    /// Λ at that time, in units of 2^-96.
    pub until_lambda: Option<Uint128>,
}

/// Answer to `position`.
#[cw_serde]
pub struct PositionResponse {
    /// The signed position at `at`, after the decay up to then.
    pub position: Int128,
    /// What decay has taken that is not yet written (already off `position`).
    pub pending_decay: Amount128,
    /// How far below zero the position may fall.
    pub limit: Amount,
    /// What can be paid: position + limit, at least 0.
    pub headroom: Amount128,
    /// What lies in holds.
    pub held: Amount128,
    /// Whether payments are stopped.
    pub frozen: bool,
    /// The line that a proof of trust raised, in `limit` already.
    pub raised: Option<RaiseView>,
    /// The time all this is true at.
    pub at: Seconds,
}

/// A non-negative sum that may pass the bound of one amount.
pub type Amount128 = Uint128;

/// Answer to `commons`.
#[cw_serde]
pub struct CommonsResponse {
    /// What the commons fund holds, without decay that nobody realised yet.
    pub commons: Int128,
    /// The genesis account: minus all starter grants.
    pub genesis: Int128,
}

/// Answer to `accounts`.
#[cw_serde]
pub struct AccountsResponse {
    /// In order of their numbers.
    pub accounts: Vec<AccountView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// An account as shown.
#[cw_serde]
pub struct AccountView {
    /// Its number.
    pub number: u32,
    /// Its address.
    pub owner: String,
    /// What stands behind it.
    pub kind: Kind,
    /// The person number.
    pub person: Option<Id>,
    /// The number of the sponsor's account.
    pub sponsor: Option<u32>,
    /// When it was opened.
    pub opened: Seconds,
    /// The position now, after decay.
    pub position: Int128,
    /// The limit in force: (starter line + own limit + line for trust) · scale.
    pub limit: Amount,
    /// The account's own limit.
    pub own_limit: Amount,
    /// The line that a proof of trust raised, while it counts.
    pub raised: Option<RaiseView>,
    /// Scale of the limit in 1/10,000.
    pub scale_bps: u16,
    /// Whether payments are stopped.
    pub frozen: bool,
    /// Where the account stands.
    pub status: Status,
    /// Whether it was closed before and opened again: without starter line.
    pub returned: bool,
}

/// Answer to `account_count`.
#[cw_serde]
pub struct AccountCountResponse {
    /// How many.
    pub count: u32,
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
    /// The account.
    Account(AccountView),
    /// What is stored of the account, before decay is realised.
    Stored {
        /// The stored position.
        position: Int128,
        /// Λ up to which it is settled.
        snap: Uint128,
        /// Decay that the commons have not collected yet.
        due: Uint128,
    },
    /// A hold.
    Hold(mycel_kit::peers::credit::Hold),
    /// A request from or to the member.
    Request(RequestView),
    /// An allowance that the member gave.
    Allowance(super::cw20::AllowanceInfo),
    /// A pledge to a pool.
    Pledge {
        /// The pool.
        pool: Id,
        /// The hold.
        hold: Id,
    },
    /// What was settled under a reference.
    Settled {
        /// The other side.
        with: String,
        /// The reference.
        r#ref: String,
        /// Paid by the member.
        paid: Uint128,
        /// Paid to the member.
        received: Uint128,
    },
    /// A period's statement.
    Statement(StatementLine),
    /// The repayment plan.
    Plan(PlanResponse),
    /// What the limit is made of: factors, earnings, assessment, sponsoring.
    Capacity(super::economy::CapacityResponse),
    /// What is left of the starter.
    Starter(super::economy::StarterResponse),
    /// What the member did in 30 days, net for each partner, as far as counted.
    Month {
        /// The first second.
        from: Seconds,
        /// Paid to partners beyond what came back.
        spent: Uint128,
        /// Received from partners beyond what was paid back.
        earned: Uint128,
        /// From how many.
        partners: u16,
    },
    /// What the member has paid another, less what came back, as far as
    /// counted; negative where more came back.
    Trade {
        /// The other.
        with: String,
        /// Since both accounts exist.
        net: Int128,
        /// In the last two periods of 30 days with payments.
        months: Vec<NetMonth>,
    },
    /// Payments from or to the member that are not counted as trade yet.
    Waiting {
        /// Who paid.
        from: String,
        /// Who was paid.
        to: String,
        /// How much.
        amount: Uint128,
        /// The first second of the period that they belong to.
        period: Seconds,
    },
    /// Somebody whom the member brought in.
    Invited {
        /// Who.
        member: String,
        /// When the account was opened.
        opened: Seconds,
    },
    /// Somebody for whose later loss the member answers as assessor.
    Assessed {
        /// Who.
        member: String,
        /// Until when.
        until: Seconds,
    },
    /// What the member said in an assessment that is open.
    Said {
        /// Of whom.
        member: String,
        /// Skills, time, tools and resources in 1/10,000.
        factors: Vec<u16>,
        /// Until when the assessors may answer.
        expires: Seconds,
    },
    /// A membership of before, which ended: the account was closed.
    Stay {
        /// Who brought the member in.
        sponsor: Option<String>,
        /// When the account was opened.
        opened: Seconds,
        /// When it was closed.
        closed: Seconds,
        /// Where it stood just before.
        status: Status,
    },
    /// Debt that one of both may take over from the other.
    Assumable {
        /// The debtor.
        from: String,
        /// Who may take it over.
        by: String,
        /// At most how much.
        amount: Amount,
    },
    /// An allowance that the member received.
    Spends(super::cw20::SpenderAllowanceInfo),
    /// A pooled purchase that the member opened or is paid by.
    Pool(PoolResponse),
    /// A stored record, byte by byte as auditors read it.
    Record {
        /// Its key.
        key: Binary,
        /// Its value.
        value: Binary,
    },
}

/// What one paid another in 30 days, less what came back.
#[cw_serde]
pub struct NetMonth {
    /// The first second.
    pub from: Seconds,
    /// Negative where more came back.
    pub net: Int128,
}

/// Answer to `settled`.
#[cw_serde]
pub struct SettledResponse {
    /// What `a` paid `b`.
    pub a_to_b: Uint128,
    /// What `b` paid `a`.
    pub b_to_a: Uint128,
}

/// Answer to `requests`.
#[cw_serde]
pub struct RequestsResponse {
    /// By number.
    pub requests: Vec<RequestView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// A request as shown.
#[cw_serde]
pub struct RequestView {
    /// Its number.
    pub id: Id,
    /// Who shall pay.
    pub payer: String,
    /// Who asks.
    pub payee: String,
    /// How much.
    pub amount: Amount,
    /// The reference.
    pub r#ref: Option<String>,
    /// Whether it asks for a payment back.
    pub refund: bool,
    /// From when on it no longer counts.
    pub expires: Seconds,
}

/// Answer to `pool`.
#[cw_serde]
pub struct PoolResponse {
    /// Its number.
    pub id: Id,
    /// Who opened it.
    pub opener: String,
    /// Who receives.
    pub to: String,
    /// What must come together.
    pub target: Amount,
    /// What was pledged, before decay.
    pub pledged: Uint128,
    /// Open pledges.
    pub pledges: u32,
    /// Until when.
    pub deadline: Seconds,
    /// `open`, `reached`, `missed`, `done`.
    pub status: String,
}

/// Answer to `statement`.
#[cw_serde]
pub struct StatementResponse {
    /// By period, the earliest first.
    pub lines: Vec<StatementLine>,
}

/// What happened to an account in 30 days: closing = opening + received −
/// spent − decayed + moved.
#[cw_serde]
pub struct StatementLine {
    /// The first second.
    pub from: Seconds,
    /// The first second after it.
    pub until: Seconds,
    /// The position at the beginning.
    pub opening: Int128,
    /// Payments received.
    pub received: Uint128,
    /// Payments made.
    pub spent: Uint128,
    /// Taken by decay.
    pub decayed: Uint128,
    /// Holds placed (negative) and returned, starter, debts assumed, written
    /// off and the like.
    pub moved: Int128,
    /// The position at the end, or now.
    pub closing: Int128,
}

/// Answer to `waterfall`.
#[cw_serde]
pub struct WaterfallResponse {
    /// Epochs before this one are done.
    pub next_epoch: Id,
    /// When it ends.
    pub ends: Seconds,
    /// What may be written off.
    pub loss_budget: Uint128,
    /// What decisions should spend on services and projects.
    pub services: Uint128,
    /// What waits to be paid as dividend.
    pub dividend: Uint128,
    /// What was ever written off.
    pub written_off: Uint128,
}

/// Answer to `plan`.
#[cw_serde]
pub struct PlanResponse {
    /// The debt when the plan began.
    pub debt: Uint128,
    /// When it began.
    pub since: Seconds,
    /// In how many months.
    pub months: u8,
    /// What of the debt may be open now.
    pub allowed: Uint128,
}
