//! Messages, queries and answers. JSON with snake_case names; amounts, ids,
//! quantities and times are strings of digits, amounts in pico-credits
//! (10^-12). A message field that this version does not know is refused.

mod answers;
mod execute;
mod query;

pub use answers::*;
pub use execute::*;
pub use query::*;
