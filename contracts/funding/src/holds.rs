//! Holds at credit, as they are now.

use cosmwasm_std::QuerierWrapper;
use mycel_bindings::MycelQuery;
use mycel_kit::Id;
use mycel_kit::peers::credit::{CreditQuery, Hold};
use mycel_kit::peers::{PeerError, pull};

/// A hold; `None` if it is gone: used up, or released after its longest age.
///
/// # Errors
/// No credit.
pub fn find(
    querier: QuerierWrapper<'_, MycelQuery>,
    credit: &str,
    hold: u64,
) -> Result<Option<Hold>, PeerError> {
    match pull(
        querier,
        "credit",
        credit,
        &CreditQuery::Hold { id: Id(hold) },
    ) {
        Ok(hold) => Ok(Some(hold)),
        // credit's own words for what it does not keep
        Err(PeerError::Silent { why, .. })
            if why.contains(&format!("unknown item: hold={hold}")) =>
        {
            Ok(None)
        }
        Err(why) => Err(why),
    }
}
