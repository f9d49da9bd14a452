//! A proposal from a file: the contract's own shape, in which actions may be JSON instead of base64, contracts and
//! payees names instead of addresses, and amounts credits.
use std::path::Path;

use mycel_assembly::msg::ProposalInput;
use mycel_client::amount;
use serde_json::Value;

use super::actions::binary;
use crate::{exit::Failure, session::Session};

/// Fields that hold JSON in base64.
const JSON: &[&str] = &["action", "msg"];
/// Fields that hold addresses.
const ADDRESSES: &[&str] = &["contract", "to", "hold_for"];
/// Fields that hold amounts.
const AMOUNTS: &[&str] = &["amount", "cost", "total"];

/// Reads a proposal.
pub async fn read(path: &Path, session: &Session) -> Result<ProposalInput, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::file(path.display(), &e))?;
    let wrong = |e: &dyn std::fmt::Display| {
        Failure::Usage(format!(
            "file={} is no proposal: {e}; `mycel vote propose … --dry-run --output json` shows one under `propose`",
            path.display()
        ))
    };
    let mut proposal: Value = serde_json::from_str(&text).map_err(|e| wrong(&e))?;
    let mut names = vec![];
    plain(&mut proposal["ballot"], &mut names).map_err(|e| wrong(&e))?;
    for name in names {
        let address = session.address(&name).await?.to_string();
        name_to_address(&mut proposal["ballot"], &name, &address);
    }
    serde_json::from_value(proposal).map_err(|e| wrong(&e))
}

/// Turns what people write into what the contract takes; gathers the names that stand for addresses.
fn plain(value: &mut Value, names: &mut Vec<String>) -> Result<(), Failure> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| plain(item, names)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.as_str();
                if JSON.contains(&name) && value.is_object() {
                    *value = binary(value).to_base64().into();
                } else if ADDRESSES.contains(&name)
                    && let Some(text) = value.as_str()
                    && !text.starts_with("mycel1")
                {
                    names.push(text.to_owned());
                } else if AMOUNTS.contains(&name)
                    && let Some(text) = value.as_str()
                    && let Some(credits) = text.strip_suffix("credits")
                {
                    *value = amount::parse(credits.trim_end())?.to_string().into();
                } else {
                    plain(value, names)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn name_to_address(value: &mut Value, name: &str, address: &str) {
    match value {
        Value::Array(items) => {
            for item in items {
                name_to_address(item, name, address);
            }
        }
        Value::Object(fields) => {
            for (field, value) in fields {
                if ADDRESSES.contains(&field.as_str()) && value == name {
                    *value = address.into();
                } else {
                    name_to_address(value, name, address);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_names_and_credits_become_what_the_contract_takes() {
        let mut ballot = json!({"yes_no": {"actions": [
            {"decided": {"contract": "credit", "action": {"set_limit": {"owner": "x", "limit": "5"}}}},
            {"spend": {"to": "ana@riverside", "amount": "12.5 credits"}},
            {"execute": {"contract": "mycel1x", "msg": "e30="}},
        ]}});
        let mut names = vec![];
        plain(&mut ballot, &mut names).unwrap();
        assert_eq!(names, ["credit", "ana@riverside"]);
        name_to_address(&mut ballot, "credit", "mycel1credit");
        let actions = &ballot["yes_no"]["actions"];
        assert_eq!(actions[0]["decided"]["contract"], "mycel1credit");
        assert!(actions[0]["decided"]["action"].is_string());
        assert_eq!(actions[1]["spend"]["amount"], "12500000000000");
        assert_eq!(actions[2]["execute"]["msg"], "e30=", "base64 stays");
    }
}
