//! Sending an anonymous proof through somebody who does not know whose it is.
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TrustError;
use crate::Http;

/// Where nodes take proofs.
pub const PATH: &str = "/mycel/relay";

/// What a relay is asked.
#[derive(Clone, Debug, Serialize)]
pub struct Ask<'a> {
    /// The contract.
    pub contract: &'a str,
    /// `{"show":{…}}` or `{"show_member":{…}}`.
    pub msg: &'a Value,
}

/// A relay's answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Relayed {
    /// The transaction, upper-case hex.
    pub hash: String,
}

/// Offers a proof to each relay in turn until one takes it.
pub async fn relay(relays: &[String], ask: &Ask<'_>) -> Result<(String, Relayed), TrustError> {
    let body = serde_json::to_vec(ask).map_err(|e| TrustError::File(e.to_string()))?;
    let mut refusals = vec![];
    for url in relays {
        let http = Http::new(url)?;
        match http.post_to(PATH, body.clone()).await {
            Ok((200, answer)) => match serde_json::from_slice(&answer) {
                Ok(told) => return Ok((url.clone(), told)),
                Err(error) => refusals.push(format!("{url}: {error}")),
            },
            Ok((status, answer)) => {
                let said = String::from_utf8_lossy(&answer);
                refusals.push(format!("{url}: {} ({status})", said.trim()));
            }
            Err(error) => refusals.push(format!("{url}: {error}")),
        }
    }
    Err(TrustError::Relay(refusals.join("; ")))
}
