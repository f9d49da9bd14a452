//! Messages, queries and answers. JSON with snake_case names; amounts, ids and
//! times are strings of digits, amounts in pico-credits (10^-12).
//!
//! A message field that this version does not know is refused, never dropped:
//! nobody should pay believing that a misspelt `memo` went along.
//!
//! | file | what it holds |
//! |---|---|
//! | `execute` | every message, by who may send it |
//! | `authority` | bodies of what the authority and members send; what a decision can do |
//! | `economy` | bodies and answers of factors, limits, starter, controller |
//! | `cw20` | bodies and answers of the cw20 facade |
//! | `query` | every question |
//! | `answer` | the answers |

mod answer;
mod authority;
mod cw20;
mod economy;
mod execute;
mod query;

pub use answer::*;
pub use authority::*;
pub use cw20::*;
pub use economy::*;
pub use execute::*;
pub use mycel_kit::peers::credit::{Hold as HoldResponse, Resolution};
pub use mycel_kit::peers::items::OpenItems;
pub use query::*;

/// Most accounts in one `open_accounts`.
pub const MAX_OPEN: usize = 50;
/// Most accounts in one `settle`.
pub const MAX_SETTLE: usize = 64;
/// Most items in one `resolve`.
pub const MAX_RESOLVE: usize = 50;
/// Most bytes of a `memo`.
pub const MAX_MEMO: usize = 140;
/// Most bytes of a `ref`.
pub const MAX_REF: usize = 64;
/// Most bytes that a hold tells its holder.
pub const MAX_HOLD_MSG: usize = 4_096;
/// Most accounts in one answer to `accounts`; also the default.
pub const MAX_PAGE: u32 = 100;
/// Most requests that two members may have open with each other.
pub const MAX_REQUESTS: usize = 20;
/// Most named holders.
pub const MAX_HOLDERS: usize = 32;
/// Most months of a repayment plan.
pub const MAX_PLAN_MONTHS: u8 = 24;
