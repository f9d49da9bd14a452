//! Gates of trust in words.
use serde_json::{Value, json};

use super::{Reader, Words};
use crate::Transport;

impl<T: Transport> Reader<'_, T> {
    /// A gate to be opened: what it asks for, and who passes all the same.
    pub(super) async fn gate(&self, name: &str, body: &Value) -> Option<Words> {
        let gate = body["gate"].as_str()?;
        let consumer = self.names.address(body["consumer"].as_str()?).await;
        let mut terms = body.clone();
        let fields = terms.as_object_mut()?;
        fields.retain(|field, _| !["gate", "consumer"].contains(&field.as_str()));
        // seconds, under a name that says so
        if let Some(ttl) = fields.remove("ttl") {
            fields.insert("counts_for_seconds".into(), ttl);
        }
        let words = Words {
            changes: self.diff(&terms, &[], &Value::Null).await,
            ..Words::new(format!("open gate {gate} of {name}, for {consumer}"))
        };
        let note = match body["min_counterparties"].as_u64() {
            Some(least) => format!("{}, whatever else it asks", clique(least)),
            None if body["circuit"] == json!("member") => {
                "everybody on the roll passes: it asks for no history".into()
            }
            None => return None,
        };
        Some(words.note(note))
    }
}

/// Who passes a gate that asks for so many counterparties, however they deal: no threshold hinders that.
pub fn clique(least: u64) -> String {
    let clique = least.saturating_add(1);
    format!("{clique} members who agree to praise one another always pass")
}
