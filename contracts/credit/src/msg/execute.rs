//! How the contract begins, and every message.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Binary;
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id, Seconds};

use super::Resolution;
use super::authority::{Action, NewAccount, ParameterChanges};
use super::cw20::{Expiration, Logo};
use super::economy::{SetFactors, Shown};

/// How a contract begins.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who decides parameters: the assembly, or a key until there is one.
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
    /// Limit of a person's account that is opened without one; 1,000 credits if
    /// absent. An organisation has none until one is decided.
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
    /// All other parameters, as a first change of them.
    #[serde(default)]
    pub parameters: Option<Box<ParameterChanges>>,
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
    /// Asks somebody for a payment who may still pay; open for 30 days.
    Request {
        /// Who shall pay.
        from: String,
        /// How much.
        amount: Amount,
        /// The reference that the payment will carry.
        #[serde(rename = "ref", default)]
        reference: Option<String>,
        /// As with `pay`.
        #[serde(default)]
        memo: Option<String>,
    },
    /// Pays a request that was made to the sender.
    AcceptRequest {
        /// The request.
        request: Id,
    },
    /// Refuses a request that was made to the sender.
    Decline {
        /// The request.
        request: Id,
    },
    /// Takes back a request of the sender's own.
    Cancel {
        /// The request.
        request: Id,
    },
    /// Asks for a payment back: a request to whom the sender paid under this
    /// reference, for at most what was paid and not yet returned.
    AskRefund {
        /// The reference of the payment.
        r#ref: String,
        /// Who was paid.
        from: String,
        /// How much; all of it if absent.
        #[serde(default)]
        amount: Option<Amount>,
        /// As with `pay`.
        #[serde(default)]
        memo: Option<String>,
    },
    /// Moves money into a named holder's pot and tells the holder.
    Hold {
        /// The holder contract.
        r#for: String,
        /// How much.
        amount: Amount,
        /// What the holder is told.
        msg: Binary,
    },
    /// Opens a pooled purchase.
    OpenPool {
        /// Who receives when the target is reached.
        to: String,
        /// What must come together.
        target: Amount,
        /// Until when, at most 90 days from now.
        deadline: Seconds,
        /// The reference of the payments to the payee.
        #[serde(rename = "ref", default)]
        reference: Option<String>,
    },
    /// Pledges to a pooled purchase: held until it is paid or comes back.
    Pledge {
        /// The pool.
        pool: Id,
        /// How much.
        amount: Amount,
    },
    /// Asks another member to take over some of the sender's debt.
    AskAssume {
        /// Who is asked.
        by: String,
        /// At most how much; 0 takes the question back.
        amount: Amount,
    },
    /// Takes over another's debt, who has asked.
    AssumeDebt {
        /// The debtor.
        from: String,
        /// How much.
        amount: Amount,
    },
    /// Gives away the whole positive position, to be able to close.
    CloseTo {
        /// A member or a mirror account; the commons fund if absent.
        #[serde(default)]
        to: Option<String>,
    },
    /// A leaving member with debt: a plan to repay it in equal monthly parts.
    PlanRepayment {
        /// 1 to 24 months.
        months: u8,
    },

    // ---- a holder's
    /// Captures from the sender's holds or releases them.
    Resolve {
        /// At most 50.
        items: Vec<Resolution>,
    },

    // ---- anyone's
    /// Realises the decay of up to 64 accounts.
    Settle {
        /// Their addresses.
        accounts: Vec<String>,
    },
    /// Releases a hold past its longest age.
    ExpireHold {
        /// The hold.
        hold: Id,
    },
    /// Pays a pool that reached its target, or gives a missed one back.
    AdvancePool {
        /// The pool.
        pool: Id,
        /// At most this many pledges, at most 50.
        limit: u32,
    },
    /// Advances the waterfall from the commons by the epochs that have ended.
    Distribute {},
    /// Ends the plan of a leaving member who is behind: default.
    AdvanceExit {
        /// Whose.
        member: String,
    },

    // ---- members' (the authority's while no members contract is named)
    /// Opens one account.
    OpenAccount(NewAccount),
    /// Opens up to 50 accounts, all or none.
    OpenAccounts {
        /// In this order.
        accounts: Vec<NewAccount>,
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
    /// From now on the account may only receive and repay.
    SetLeaving {
        /// Whose.
        owner: String,
    },
    /// Closes an account with position 0 and nothing open.
    CloseAccount {
        /// Whose.
        owner: String,
    },
    /// The account answers to another address from now on.
    Rotate {
        /// The address so far.
        from: String,
        /// The address from now on.
        to: String,
    },

    // ---- the authority's
    /// Development networks only, else within `decided`: sets an account's own
    /// limit (the starter line comes on top).
    SetLimit {
        /// Whose.
        owner: String,
        /// At most 5,000 credits, or 2^63 − 1 pico-credits in development.
        limit: Amount,
    },
    /// Development networks only, else within `decided`: changes parameters
    /// within their bounds.
    SetParameters(Box<ParameterChanges>),
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

    // ---- the economy's
    /// What an assessor who was drawn says of a member: the factors of
    /// productive capacity.
    SetFactors(SetFactors),
    /// A trust proof was shown for a member (trust's).
    Shown(Shown),
    /// Asks for assessors by lot.
    AskAssessment {},
    /// Ends an assessment whose time is up (anyone's).
    CloseAssessment {
        /// Who was assessed.
        member: String,
    },
    /// Releases what is due of a member's starter grant (anyone's).
    ReleaseStarter {
        /// Whose.
        member: String,
        /// Whose payments show what was earned: at most 50.
        partners: Vec<String>,
    },
    /// The controller's tick and a piece of the census (anyone's).
    Advance {
        /// At most about this many units of work of 1,000 gas, at most 4,000.
        limit: u32,
    },

    // ---- cw20 wallets' and contracts'
    /// cw20: pays, like `pay`.
    Transfer {
        /// The payee's address.
        recipient: String,
        /// How much.
        amount: Amount,
    },
    /// cw20: pays a contract and calls its `receive`.
    Send {
        /// The contract, which must have an account.
        contract: String,
        /// How much.
        amount: Amount,
        /// What it is told.
        msg: Binary,
    },
    /// cw20: lets a spender pay from the sender's account.
    IncreaseAllowance {
        /// Who may.
        spender: String,
        /// By how much more.
        amount: Amount,
        /// Until when; unchanged if absent, never at first.
        #[serde(default)]
        expires: Option<Expiration>,
    },
    /// cw20: lets a spender pay less.
    DecreaseAllowance {
        /// Who may.
        spender: String,
        /// By how much less; nothing is left at 0.
        amount: Amount,
        /// Until when; unchanged if absent.
        #[serde(default)]
        expires: Option<Expiration>,
    },
    /// cw20: pays from the owner's account under an allowance.
    TransferFrom {
        /// Whose money.
        owner: String,
        /// Who is paid.
        recipient: String,
        /// How much.
        amount: Amount,
    },
    /// cw20: as `transfer_from`, and calls the contract's `receive`.
    SendFrom {
        /// Whose money.
        owner: String,
        /// The contract.
        contract: String,
        /// How much.
        amount: Amount,
        /// What it is told.
        msg: Binary,
    },
    /// cw20: the sender's balance falls, and the supply with it; the commons
    /// get what is burned, for positions add up to zero.
    Burn {
        /// At most the balance: headroom is no money.
        amount: Amount,
    },
    /// cw20: the same with an owner's balance, under an allowance.
    BurnFrom {
        /// Whose.
        owner: String,
        /// At most the balance and the allowance.
        amount: Amount,
    },
    /// cw20: refused; money comes into being by owing it: `pay`.
    Mint {
        /// Ignored.
        recipient: String,
        /// Ignored.
        amount: Amount,
    },
    /// cw20: refused; nobody mints.
    UpdateMinter {
        /// Ignored.
        #[serde(default)]
        new_minter: Option<String>,
    },
    /// cw20: refused; nobody advertises.
    UpdateMarketing {
        /// Ignored.
        #[serde(default)]
        project: Option<String>,
        /// Ignored.
        #[serde(default)]
        description: Option<String>,
        /// Ignored.
        #[serde(default)]
        marketing: Option<String>,
    },
    /// cw20: refused; nobody advertises.
    UploadLogo(Logo),
}

/// What the chain says to the contract.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum SudoMsg {
    /// At the end of every block, if the contract is subscribed.
    EndBlock {},
}
