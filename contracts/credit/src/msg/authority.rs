//! Bodies of what the authority and members send, and what a decision can do.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Binary;
use mycel_kit::pause::Pause;
use mycel_kit::{Amount, Id, Seconds};

use super::economy::EconomyChanges;
use crate::state::Kind;

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
    /// whose account is closed is opened again, without starter; one whose
    /// account is open is refused.
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

/// What a decision can do here. Each has its least class; the electorate is
/// all members.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum Action {
    /// Constitutional.
    SetParameters(Box<ParameterChanges>),
    /// Urgent: members are not heard for a week at most.
    Pause(Pause),
    /// Spending: pays from the commons, to a member or into a holder's pot.
    SpendCommons {
        /// The payee.
        #[serde(default)]
        to: Option<String>,
        /// How much.
        amount: Amount,
        /// Or a holder.
        #[serde(default)]
        hold_for: Option<String>,
        /// What the holder is told.
        #[serde(default)]
        msg: Option<Binary>,
    },
    /// Ordinary: writes a defaulted debt off, as far as guarantors, budget and
    /// commons reach.
    WriteOff {
        /// The debtor.
        member: String,
        /// The jury's case: kind and outcome `default`, final, the person
        /// among its parties; about any other account with the reference
        /// `credit/default/<number of the account>`.
        case: Id,
    },
    /// Constitutional: opens another community's mirror account.
    OpenMirror {
        /// The adapter contract: it alone pays from the account.
        owner: String,
        /// How far the account may fall below zero.
        limit: Amount,
    },
    /// Ordinary: sets an account's own limit.
    SetLimit {
        /// Whose.
        owner: String,
        /// At most 5,000 credits.
        limit: Amount,
    },
}

/// Parameters to change; what is absent stays. An empty address unsets a peer.
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
    /// The members contract, who then opens and closes accounts.
    pub members: Option<String>,
    /// The contract that draws juries.
    pub sortition: Option<String>,
    /// The trust contract.
    pub trust: Option<String>,
    /// The funding contract, which pays dividends out.
    pub funding: Option<String>,
    /// The contracts that may hold members' money: all of them.
    pub holders: Option<Vec<Holder>>,
    /// How the commons flow back.
    pub waterfall: Option<WaterfallTerms>,
    /// Parameters of the controller, of limits and of starters.
    pub economy: Option<EconomyChanges>,
}

/// A contract that may hold members' money.
#[cw_serde]
#[derive(Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Holder {
    /// Its address.
    pub address: String,
    /// Seconds after which anyone may release a hold: at most 2 years.
    pub max_age: Seconds,
}

/// How the commons flow back, an epoch at a time: each share in 10^-6 of what
/// the commons hold at the epoch's end.
#[cw_serde]
#[derive(Copy, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct WaterfallTerms {
    /// Seconds of an epoch: a day to a year.
    pub epoch: Seconds,
    /// To the budget for losses: at most 333,333.
    pub losses_ppm: u32,
    /// To the genesis account: at most 166,666.
    pub genesis_ppm: u32,
    /// Left in the commons for services and projects, which decisions spend.
    pub services_ppm: u32,
    /// What the commons keep before anything is paid as dividend.
    pub reserve: Amount,
}
