//! Parameters: one table gives names, defaults and the bounds that no
//! authority can leave. A development network may have shorter times.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Api, Storage};
use mycel_kit::standard::Bound;

use crate::bounds;
use crate::call::{Call, valid};
use crate::error::ContractError;
use crate::state;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
const YEAR: u32 = 365 * DAY;

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
    // ---- rounds
    /// Seconds that contributions to a round are taken, at least …
    round_seconds_least = 7 * DAY, DAY, 30 * DAY, 1;
    /// … and at most.
    round_seconds_most = 60 * DAY, 7 * DAY, YEAR, 1;
    /// Seconds between a round's opening and its contributions, at most: the
    /// time of sponsors and of projects.
    round_ahead_seconds = 60 * DAY, 7 * DAY, YEAR, 1;
    /// Seconds after a round's end that every hold in it must still live, so
    /// that nothing expires before it is settled.
    settle_seconds = 7 * DAY, DAY, 60 * DAY, 1;
    /// Members that must support a project, its submitter apart, where members admit.
    project_supporters = 3, 0, 100, 0;
    /// Projects that a round admits at most.
    projects_most = 200, 10, 200, 1;
    /// Credits that a sponsor gives at least.
    sponsor_least_credits = 10, 1, 10_000, 0;

    // ---- rules

    // ---- dividend
    /// Seconds in which a dividend is claimed.
    dividend_seconds = 180 * DAY, 30 * DAY, 3 * YEAR, 1;

    // ---- register
    /// Seconds after which a proprietary entry is everybody's: seven years, never more.
    commons_seconds = 7 * YEAR, YEAR, 7 * YEAR, 1;
    /// What a proprietary entry owes of its revenue, in 1/10,000.
    dues_bps = 500, 1, 5_000, 1;
    /// Seconds in which dues are paid.
    dues_seconds = 30 * DAY, 7 * DAY, YEAR, 1;
    /// Seconds in which restoration is paid.
    restoration_seconds = 90 * DAY, 7 * DAY, 2 * YEAR, 1;
    /// Seconds of each step that restricts a technology after a review.
    restriction_seconds = YEAR, 30 * DAY, 3 * YEAR, 1;
    /// Entries that a member registers at most …
    register_most = 10, 1, 100, 1;
    /// … in so many seconds.
    register_window_seconds = YEAR, 30 * DAY, YEAR, 1;
    /// A member's questions to juries that wait, at most.
    register_cases = 2, 1, 10, 1;
    /// Seconds in which a jury decides about a harm or an impact.
    case_seconds = 30 * DAY, 7 * DAY, 180 * DAY, 60;
    /// Builders of a design from whom on its author earns.
    builders_least = 3, 2, 20, 1;
    /// Builders of a design that its author earns for at most.
    builders_most = 20, 1, 100, 1;
    /// Credits that each builder of a design is worth.
    reward_credits = 10, 0, 1_000, 0;
}

/// Decided by the authority.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Who decides: the assembly.
    pub authority: String,
    /// Who knows members.
    pub members: String,
    /// Who keeps money.
    pub credit: String,
    /// Who checks proofs; empty while there is none.
    pub trust: String,
    /// Who draws juries; empty while there is none.
    pub sortition: String,
    /// Who keeps commons; empty while there is none.
    pub commons: String,
    /// A development network, for good.
    pub development: bool,
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
    /// Who checks proofs.
    pub trust: Option<String>,
    /// Who draws juries.
    pub sortition: Option<String>,
    /// Who keeps commons.
    pub commons: Option<String>,
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
    /// Who checks proofs.
    pub trust: String,
    /// Who draws juries.
    pub sortition: String,
    /// Who keeps commons.
    pub commons: String,
    /// A development network.
    pub development: bool,
    /// Numbers.
    pub numbers: Numbers,
    /// The bounds of the numbers.
    pub bounds: Vec<Bound>,
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
        trust: String::new(),
        sortition: String::new(),
        commons: String::new(),
        development,
        numbers: Numbers::default(),
    };
    apply(api, &mut parameters, changes)?;
    Ok(parameters)
}

fn apply(
    api: &dyn Api,
    parameters: &mut Parameters,
    changes: &ParameterChanges,
) -> Result<(), ContractError> {
    if let Some(authority) = &changes.authority {
        parameters.authority = valid(api, authority)?;
    }
    for (change, peer) in [
        (&changes.members, &mut parameters.members),
        (&changes.credit, &mut parameters.credit),
        (&changes.trust, &mut parameters.trust),
        (&changes.sortition, &mut parameters.sortition),
        (&changes.commons, &mut parameters.commons),
    ] {
        match change.as_deref() {
            None => {}
            Some("") => peer.clear(),
            Some(address) => *peer = valid(api, address)?,
        }
    }
    parameters
        .numbers
        .change(&changes.numbers, parameters.development)
}

/// Changes what is given.
///
/// # Errors
/// A value out of its bounds, or no address.
pub fn change(call: &mut Call<'_>, changes: &ParameterChanges) -> Result<(), ContractError> {
    apply(call.api, &mut call.parameters, changes)?;
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
    Ok(ParametersResponse {
        authority: parameters.authority,
        members: parameters.members,
        credit: parameters.credit,
        trust: parameters.trust,
        sortition: parameters.sortition,
        commons: parameters.commons,
        numbers: parameters.numbers,
        bounds: Numbers::bounds(parameters.development),
        development: parameters.development,
    })
}
