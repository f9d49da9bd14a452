//! What the register is told.

use cosmwasm_schema::cw_serde;
use mycel_kit::{Amount, Id};

use super::record::Kind;

/// Most bytes of a title.
pub const MAX_TITLE: usize = 128;
/// Most bytes of a licence's name.
pub const MAX_LICENCE: usize = 64;
/// Most bytes of a technology's name.
pub const MAX_TECHNOLOGY: usize = 64;

/// An innovation.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct EntryInput {
    /// Essential ones are everybody's at once.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Under which licence it is published.
    pub licence: String,
    /// SHA-256 of what shows it, in hexadecimal.
    pub evidence: String,
}

/// Says that a use of a technology harmed a commons.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct HarmInput {
    /// The commons.
    pub commons: Id,
    /// `entry/<number>` or a word.
    pub technology: String,
    /// Who used it: a person's or an organisation's number.
    pub user: Id,
    /// The restoration that is asked for.
    pub amount: Amount,
    /// SHA-256 of what shows it, in hexadecimal.
    pub evidence: String,
}

/// Asks for a review of what a technology does inside a boundary.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ReviewInput {
    /// `entry/<number>` or a word.
    pub technology: String,
    /// The commons; the whole community if absent.
    #[serde(default)]
    pub commons: Option<Id>,
    /// SHA-256 of the report, in hexadecimal.
    pub evidence: String,
}
