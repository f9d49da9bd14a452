//! Every question.

use cosmwasm_schema::{QueryResponses, cw_serde};
use mycel_kit::{Id, Seconds};

// the answers are named by the schema, and Wasm has none
#[cfg(not(target_arch = "wasm32"))]
use super::*;

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
    /// The exempt floors B0 that a position may have to be computed with, the
    /// oldest first: all that are kept, 9 at most, so there is one page.
    #[returns(FloorsResponse)]
    Floors {},
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

    /// One hold.
    #[returns(HoldResponse)]
    Hold {
        /// The hold.
        id: Id,
    },
    /// What keeps an account from closing.
    #[returns(OpenItems)]
    OpenItems {
        /// The member's address.
        member: String,
    },
    /// What two members paid each other under a reference.
    #[returns(SettledResponse)]
    Settled {
        /// The reference.
        r#ref: String,
        /// One side.
        a: String,
        /// The other.
        b: String,
    },
    /// The open requests from and to a member.
    #[returns(RequestsResponse)]
    Requests {
        /// The member's address.
        member: String,
        /// Requests above this.
        #[serde(default)]
        after: Option<Id>,
    },
    /// One pooled purchase.
    #[returns(PoolResponse)]
    Pool {
        /// The pool.
        id: Id,
    },
    /// A member's statement by periods of 30 days.
    #[returns(StatementResponse)]
    Statement {
        /// The member's address.
        member: String,
        /// From the period of this time.
        from: Seconds,
        /// To the period of this time; at most 24 periods.
        to: Seconds,
    },
    /// Where the waterfall stands.
    #[returns(WaterfallResponse)]
    Waterfall {},
    /// The repayment plan of a leaving member.
    #[returns(PlanResponse)]
    Plan {
        /// The member's address.
        member: String,
    },

    // ---- the economy's
    /// The controller of the rate.
    #[returns(ControllerResponse)]
    Controller {},
    /// What a member's limit is made of.
    #[returns(CapacityResponse)]
    Capacity {
        /// The member's address.
        member: String,
    },
    /// What of a member's starter is released.
    #[returns(StarterResponse)]
    Starter {
        /// The member's address.
        member: String,
    },

    // ---- cw20
    /// cw20: what a spender may still pay.
    #[returns(AllowanceResponse)]
    Allowance {
        /// Whose money.
        owner: String,
        /// Who may pay.
        spender: String,
    },
    /// cw20: all allowances of an owner.
    #[returns(AllAllowancesResponse)]
    AllAllowances {
        /// Whose money.
        owner: String,
        /// Spenders above this.
        #[serde(default)]
        start_after: Option<String>,
        /// 10 the default, 30 the most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// cw20: all allowances for a spender.
    #[returns(AllSpenderAllowancesResponse)]
    AllSpenderAllowances {
        /// Who may pay.
        spender: String,
        /// Owners above this.
        #[serde(default)]
        start_after: Option<String>,
        /// 10 the default, 30 the most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// cw20: all addresses with an account.
    #[returns(AllAccountsResponse)]
    AllAccounts {
        /// Addresses above this.
        #[serde(default)]
        start_after: Option<String>,
        /// 10 the default, 30 the most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// cw20: nobody mints.
    #[returns(Option<MinterResponse>)]
    Minter {},
    /// cw20: nothing is advertised.
    #[returns(MarketingInfoResponse)]
    MarketingInfo {},
    /// cw20: there is no logo.
    #[returns(Nothing)]
    DownloadLogo {},
}
