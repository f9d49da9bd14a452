//! Messages, queries and answers. JSON with snake_case names; amounts, ids and
//! times are strings of digits, amounts in pico-credits (10^-12).
//!
//! A message field that this version does not know is refused, never dropped:
//! nobody should pay believing that a misspelt `memo` went along.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Binary, Int128, Uint128};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::standard::Bound;
use mycel_kit::{Amount, Id, Seconds};

use crate::state::Kind;

/// Most accounts in one `open_accounts`.
pub const MAX_OPEN: usize = 50;
/// Most accounts in one `settle`.
pub const MAX_SETTLE: usize = 64;
/// Most bytes of a `memo`.
pub const MAX_MEMO: usize = 140;
/// Most bytes of a `ref`.
pub const MAX_REF: usize = 64;
/// Most accounts in one answer to `accounts`; also the default.
pub const MAX_PAGE: u32 = 100;

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who enrols members and decides parameters: the assembly, or a key until
    /// there is one.
    pub authority: String,
    /// Decay of positive positions in 10^-9 a day; 1,000,000 (0.001) if absent.
    #[serde(default)]
    pub rate_ppb_per_day: Option<u32>,
    /// What each person receives once against the genesis account. Exactly one
    /// of grant and line; a grant of 1,000 credits if both are absent.
    #[serde(default)]
    pub starter_grant: Option<Amount>,
    /// By how much each person's position may fall below zero from the start.
    #[serde(default)]
    pub starter_line: Option<Amount>,
    /// Limit of an account that is opened without one; 1,000 credits if absent.
    #[serde(default)]
    pub default_limit: Option<Amount>,
    /// A development network: the authority may set limits and starters past
    /// every cap, up to 2^63 − 1 pico-credits. Fixed for the contract's life.
    #[serde(default)]
    pub development: bool,
    /// Name for cw20 wallets; `Mycel credit` if absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Symbol for cw20 wallets; `CREDIT` if absent.
    #[serde(default)]
    pub symbol: Option<String>,
}

/// What the contract does.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    // ---- a member's
    /// Pays another member, down to the payer's limit.
    Pay {
        /// The payee's address.
        to: String,
        /// How much.
        amount: Amount,
        /// What it is for, to be found again: at most 64 bytes, public.
        #[serde(rename = "ref", default)]
        reference: Option<String>,
        /// At most 140 bytes, encrypted or a hash; kept in the transaction only.
        #[serde(default)]
        memo: Option<String>,
    },
    /// cw20: pays, like `pay`.
    Transfer {
        /// The payee's address.
        recipient: String,
        /// How much.
        amount: Amount,
    },

    // ---- anyone's
    /// Realises the decay of up to 64 accounts.
    Settle {
        /// Their addresses.
        accounts: Vec<String>,
    },

    // ---- the authority's
    /// Opens one account.
    OpenAccount(NewAccount),
    /// Opens up to 50 accounts, all or none.
    OpenAccounts {
        /// In this order.
        accounts: Vec<NewAccount>,
    },
    /// Sets an account's own limit (the starter line comes on top).
    SetLimit {
        /// Whose.
        owner: String,
        /// At most 5,000 credits, or 2^63 − 1 pico-credits in development.
        limit: Amount,
    },
    /// Scales an account's limit and stops or resumes its payments.
    SetStanding {
        /// Whose.
        owner: String,
        /// The limit is multiplied by this / 10,000.
        scale_bps: u16,
        /// A frozen account may receive and not pay.
        frozen: bool,
    },
    /// Changes parameters within their bounds.
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

    // ---- shapes that are fixed, answered `not yet` in this version
    /// Not yet: moves money into a named holder's pot.
    Hold {
        /// The holder contract.
        r#for: String,
        /// How much.
        amount: Amount,
        /// What the holder is told.
        msg: Binary,
    },
    /// Not yet: a holder captures or releases its holds.
    Resolve {
        /// At most 50.
        items: Vec<Resolution>,
    },
    /// Not yet: releases a hold past its longest age.
    ExpireHold {
        /// The hold.
        hold: Id,
    },
    /// Not yet: takes over another's debt, who has asked.
    AssumeDebt {
        /// The debtor.
        from: String,
        /// How much.
        amount: Amount,
    },
    /// Not yet: closes an account.
    CloseAccount(Unbuilt),
    /// Not yet: asks somebody for a payment.
    Request(Unbuilt),
    /// Not yet: pays a request.
    AcceptRequest(Unbuilt),
    /// Not yet: asks for a payment back.
    AskRefund(Unbuilt),
    /// Not yet: the factors of productive capacity.
    SetFactors(Unbuilt),
    /// Not yet: pooled purchases.
    Pledge(Unbuilt),
    /// Not yet: advances the waterfall.
    Distribute(Unbuilt),
    /// Not yet: a trust proof was shown.
    Shown(Unbuilt),
    /// Not yet (cw20).
    Send(Unbuilt),
    /// Not yet (cw20).
    IncreaseAllowance(Unbuilt),
    /// Not yet (cw20).
    DecreaseAllowance(Unbuilt),
    /// Not yet (cw20).
    TransferFrom(Unbuilt),
    /// Not yet (cw20).
    SendFrom(Unbuilt),
}

/// One account to open.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct NewAccount {
    /// The address that will own it.
    pub owner: String,
    /// What stands behind it.
    pub kind: Kind,
    /// The person number: required for persons, refused for others. A number
    /// that was ever seen is refused.
    #[serde(default)]
    pub person: Option<Id>,
    /// The member who vouches for a person.
    #[serde(default)]
    pub sponsor: Option<String>,
    /// Development networks only: this account's own limit instead of
    /// `default_limit`.
    #[serde(default)]
    pub limit: Option<Amount>,
}

/// What a decision can do here.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    /// Constitutional, all members.
    SetParameters(ParameterChanges),
    /// Not yet: pays from the commons.
    SpendCommons {
        /// The payee.
        to: Option<String>,
        /// How much.
        amount: Amount,
        /// Or a holder.
        hold_for: Option<String>,
        /// What the holder is told.
        msg: Option<Binary>,
    },
    /// Not yet: writes a defaulted debt off.
    WriteOff {
        /// The debtor.
        member: String,
        /// The jury's case.
        case: Id,
    },
}

/// Parameters to change; what is absent stays.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct ParameterChanges {
    /// The next authority.
    pub authority: Option<String>,
    /// 0 to 3,000,000. Takes effect now and never for time already passed.
    pub rate_ppb_per_day: Option<u32>,
    /// For accounts opened from now on; the starter line becomes 0.
    pub starter_grant: Option<Amount>,
    /// For every person at once; the starter grant becomes 0.
    pub starter_line: Option<Amount>,
    /// For accounts opened from now on.
    pub default_limit: Option<Amount>,
}

/// What a holder does with a hold.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Resolution {
    /// Takes from it.
    Capture {
        /// The hold.
        hold: Id,
        /// At most what is left.
        amount: Amount,
        /// Who receives.
        to: String,
    },
    /// Gives the rest back.
    Release {
        /// The hold.
        hold: Id,
    },
}

/// A body whose shape is not fixed yet: any object.
#[cw_serde]
pub struct Unbuilt {}

/// What the contract answers.
#[cw_serde]
#[derive(QueryResponses)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    /// What this contract is.
    #[returns(mycel_kit::standard::About)]
    About {},
    /// Parameters, their bounds and the clock of decay.
    #[returns(ParametersResponse)]
    Parameters {},
    /// Each invariant with its numbers.
    #[returns(mycel_kit::standard::Invariants)]
    Invariants {},
    /// A member's signed truth.
    #[returns(PositionResponse)]
    Position {
        /// The member's address.
        member: String,
        /// At this time, not before the account's last change; now if absent.
        #[serde(default)]
        at: Option<Seconds>,
    },
    /// The commons fund.
    #[returns(CommonsResponse)]
    Commons {},
    /// Accounts by number.
    #[returns(AccountsResponse)]
    Accounts {
        /// Numbers above this; from the first if absent.
        #[serde(default)]
        after: Option<u32>,
        /// At most 100, the default.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// How many accounts there are: their numbers are 0 to count − 1.
    #[returns(AccountCountResponse)]
    AccountCount {},
    /// All that the contract holds about a member.
    #[returns(ExportResponse)]
    Export {
        /// The member's address.
        member: String,
        /// The previous page's `next`.
        #[serde(default)]
        after: Option<String>,
    },
    /// cw20: what could be given away without debt.
    #[returns(BalanceResponse)]
    Balance {
        /// Any address.
        address: String,
    },
    /// cw20: name, symbol, decimals, supply.
    #[returns(TokenInfoResponse)]
    TokenInfo {},

    /// Not yet: a hold.
    #[returns(Unbuilt)]
    Hold {
        /// The hold.
        id: Id,
    },
    /// Not yet: what keeps an account from closing.
    #[returns(Unbuilt)]
    OpenItems {
        /// The member's address.
        member: String,
    },
    /// Not yet: what was settled under a reference.
    #[returns(Unbuilt)]
    Settled {
        /// The reference.
        r#ref: String,
        /// One side.
        a: String,
        /// The other.
        b: String,
    },
    /// Not yet (cw20).
    #[returns(Unbuilt)]
    Allowance(Unbuilt),
}

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
    /// The limit in force: (starter line + own limit) · scale.
    pub limit: Amount,
    /// The account's own limit.
    pub own_limit: Amount,
    /// Scale of the limit in 1/10,000.
    pub scale_bps: u16,
    /// Whether payments are stopped.
    pub frozen: bool,
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
    },
}

/// cw20: answer to `balance`.
#[cw_serde]
pub struct BalanceResponse {
    /// max(0, position after decay).
    pub balance: Uint128,
}

/// cw20: answer to `token_info`.
#[cw_serde]
pub struct TokenInfoResponse {
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// 12.
    pub decimals: u8,
    /// The sum of the stored positive positions.
    pub total_supply: Uint128,
}
