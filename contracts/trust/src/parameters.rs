//! Parameters: one table gives names, defaults and the bounds that no
//! authority can leave. Times and verifying keys are none: they are fixed.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Api, HexBinary, Storage};
use mycel_kit::Seconds;
use mycel_kit::standard::Bound;

use crate::bounds;
use crate::call::{Call, valid};
use crate::element;
use crate::error::ContractError;
use crate::proofs::VerifyingKeys;
use crate::state;
use crate::times::Times;

const DAY: u32 = 86_400;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $default:expr, $least:expr, $most:expr, $development:expr;)*) => {
        /// Numbers that the authority may change within their bounds.
        #[cw_serde]
        #[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
        #[schemaifier(mute_warnings)]
        pub struct Numbers {
            $($(#[$doc])* pub $name: u32,)*
        }

        impl Default for Numbers {
            fn default() -> Self {
                Numbers { $($name: $default,)* }
            }
        }

        /// Numbers to change; what is absent stays.
        #[cw_serde]
        #[derive(Default)]
        #[serde(deny_unknown_fields, default)]
        #[schemaifier(mute_warnings)]
        pub struct NumberChanges {
            $($(#[$doc])* pub $name: Option<u32>,)*
        }

        impl Numbers {
            fn change(&mut self, changes: &NumberChanges, development: bool) -> Result<(), ContractError> {
                $(if let Some(value) = changes.$name {
                    let (least, most): (u32, u32) =
                        (if development { $development } else { $least }, $most);
                    bounds::within(stringify!($name), value, least, most)?;
                    self.$name = value;
                })*
                Ok(())
            }

            /// Every bound.
            #[must_use]
            pub fn bounds(development: bool) -> Vec<Bound> {
                const TABLE: &[(&str, u32, u32, u32)] =
                    &[$((stringify!($name), $least, $most, $development),)*];
                TABLE
                    .iter()
                    .map(|(name, least, most, small)| Bound {
                        name: (*name).to_owned(),
                        least: if development { small } else { least }.to_string(),
                        most: most.to_string(),
                    })
                    .collect()
            }
        }
    };
}

// name = default, least, most, least on a development network
numbers! {
    // ---- keys
    /// Seconds in which an approved reset is made.
    reset_seconds = 30 * DAY, DAY, 365 * DAY, 1;
    // ---- deals
    /// Most weight that a member gives in a period, over all partners.
    rater_cap = 2_000, 1, 10_000_000, 1;
    /// Deals of a member that have not ended, at most.
    open_deals = 20, 1, 200, 1;
    /// Ratings that a member disputes at once, at most: until a jury is done, they
    /// count against nobody.
    open_disputes = 2, 1, 10, 1;
    /// What a deal weighs that no payment stands behind.
    weight_small = 1, 1, 1_000, 1;
    /// Credits settled for each unit of weight.
    weight_unit_credits = 1, 1, 10_000, 1;
    /// Seconds in which an offer is accepted.
    offer_seconds = 7 * DAY, DAY, 30 * DAY, 1;
    /// Seconds in which both promise their ratings.
    rating_seconds = 14 * DAY, DAY, 30 * DAY, 1;
    /// Seconds in which a jury decides about a rating.
    case_seconds = 10 * DAY, 3 * DAY, 14 * DAY, 1;
    /// Jurors about a rating.
    rating_jurors = 7, 5, 23, 1;
}

/// Decided by the authority.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Who decides: the assembly.
    pub authority: String,
    /// Who knows members.
    pub members: String,
    /// Who keeps money; empty while there is none.
    pub credit: String,
    /// Who draws juries; empty while there is none.
    pub sortition: String,
    /// Numbers.
    pub numbers: Numbers,
}

/// Parameters to change; what is absent stays, an empty peer is none.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct ParameterChanges {
    /// Who decides.
    pub authority: Option<String>,
    /// Who knows members.
    pub members: Option<String>,
    /// Who keeps money.
    pub credit: Option<String>,
    /// Who draws juries.
    pub sortition: Option<String>,
    /// Numbers.
    pub numbers: NumberChanges,
}

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// Who decides.
    pub authority: String,
    /// Who knows members; empty while there is none, as for all peers.
    pub members: String,
    /// Who keeps money.
    pub credit: String,
    /// Who draws juries.
    pub sortition: String,
    /// Numbers.
    pub numbers: Numbers,
    /// The bounds of the numbers.
    pub bounds: Vec<Bound>,
    /// Fixed: a development network.
    pub development: bool,
    /// Fixed: how time is divided.
    pub times: Times,
    /// Fixed: when period 0 and day 0 began.
    pub begun: Seconds,
    /// Fixed: the verifying keys.
    pub keys: VerifyingKeys,
    /// Fixed: what keeps proofs for this contract from counting elsewhere.
    pub instance: HexBinary,
    /// Fixed: most weight that one partner gives a member in a period.
    pub pair_cap: u32,
}

/// The parameters to begin with.
///
/// # Errors
/// A value out of its bounds, or no address.
pub fn begin(
    api: &dyn Api,
    authority: &str,
    development: bool,
    changes: &ParameterChanges,
) -> Result<Parameters, ContractError> {
    let mut parameters = Parameters {
        authority: valid(api, authority)?,
        members: String::new(),
        credit: String::new(),
        sortition: String::new(),
        numbers: Numbers::default(),
    };
    apply(api, &mut parameters, development, changes)?;
    Ok(parameters)
}

fn apply(
    api: &dyn Api,
    parameters: &mut Parameters,
    development: bool,
    changes: &ParameterChanges,
) -> Result<(), ContractError> {
    if let Some(authority) = &changes.authority {
        parameters.authority = valid(api, authority)?;
    }
    for (change, peer) in [
        (&changes.members, &mut parameters.members),
        (&changes.credit, &mut parameters.credit),
        (&changes.sortition, &mut parameters.sortition),
    ] {
        match change.as_deref() {
            None => {}
            Some("") => peer.clear(),
            Some(address) => *peer = valid(api, address)?,
        }
    }
    parameters.numbers.change(&changes.numbers, development)
}

/// Changes what is given.
///
/// # Errors
/// A value out of its bounds, or no address.
pub fn change(call: &mut Call<'_>, changes: &ParameterChanges) -> Result<(), ContractError> {
    let development = call.fixed.development;
    apply(call.api, &mut call.parameters, development, changes)?;
    state::parameters().save(call.storage, &call.parameters);
    let authority = call.parameters.authority.clone();
    call.event("set_parameters", &[("authority", &authority)]);
    Ok(())
}

/// Answer to `parameters`.
///
/// # Errors
/// Only for unreadable state.
pub fn show(storage: &dyn Storage) -> Result<ParametersResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    let fixed = state::fixed().load(storage)?;
    Ok(ParametersResponse {
        authority: parameters.authority,
        members: parameters.members,
        credit: parameters.credit,
        sortition: parameters.sortition,
        numbers: parameters.numbers,
        bounds: Numbers::bounds(fixed.development),
        development: fixed.development,
        times: fixed.clock.times,
        begun: Seconds(fixed.clock.begun),
        keys: fixed.keys.shown(),
        instance: element::hex(&fixed.instance),
        pair_cap: fixed.pair_cap,
    })
}
