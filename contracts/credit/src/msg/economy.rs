//! Bodies and answers of factors, limits, starter and the controller.

use cosmwasm_schema::cw_serde;

/// A body whose shape is not fixed yet: any object.
#[cw_serde]
pub struct Unbuilt {}

/// Changes of the economy's parameters; what is absent stays.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct EconomyChanges {}

/// Body of `set_factors`.
pub type SetFactors = Unbuilt;
/// Body of `shown`.
pub type Shown = Unbuilt;
