//! Which messages a relay sends: shows, which name no sender, and nothing besides.
//!
//! Every field is one that such a message has, and as long as it must be: the relay's allowance carries nothing that a
//! stranger adds. What the fields mean the contract judges, in the simulation.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use mycel_types::AccountAddress;
use serde_json::{Map, Value};

use super::flights::Claim;

/// The messages that name no sender.
pub const KINDS: [&str; 2] = ["show", "show_member"];
/// Bytes of a proof.
const PROOF: usize = 256;
/// Bytes of an action.
const ACTION: usize = 4 << 10;
/// Characters of a gate's or a term's name.
const NAME: usize = 64;

/// A message that may be sent.
#[derive(Debug)]
pub struct Show {
    /// What it spends.
    pub claim: Claim,
    /// The message as it is sent.
    pub bytes: Vec<u8>,
    /// Which message it is.
    pub digest: [u8; 32],
}

/// Reads a message; says what is wrong with it.
pub fn read(msg: &Value, contract: &AccountAddress) -> Result<Show, String> {
    let kinds = KINDS.join("|");
    let mut only = msg.as_object().into_iter().flatten();
    let (Some((kind, Value::Object(fields))), None) = (only.next(), only.next()) else {
        return Err(format!("expected one object {{\"{kinds}\": {{…}}}}"));
    };
    if !KINDS.contains(&kind.as_str()) {
        let kind: String = kind.chars().take(100).collect();
        return Err(format!("kind={kind} expected={kinds}"));
    }
    check(fields)?;
    // an object's keys come out in their order, so that one message has one digest
    let bytes = serde_json::to_vec(msg).map_err(|e| e.to_string())?;
    Ok(Show {
        claim: Claim {
            contract: contract.clone(),
            nullifier: text(fields, "nf").unwrap_or_default().to_owned(),
        },
        digest: mycel_rpc::tx_hash(&bytes),
        bytes,
    })
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name)?.as_str()
}

fn check(fields: &Map<String, Value>) -> Result<(), String> {
    const NEEDED: [&str; 5] = ["gate", "slot", "nf", "action", "proof"];
    if let Some(missing) = NEEDED.iter().find(|name| !fields.contains_key(**name)) {
        return Err(format!("field {missing} is missing"));
    }
    for (name, value) in fields {
        let good = match name.as_str() {
            "gate" | "slot" => is_name(value),
            "term" => value.is_null() || is_name(value),
            "nf" => value.as_str().is_some_and(is_element),
            "action" => base64_bytes(value).is_some_and(|bytes| bytes.len() <= ACTION),
            "proof" => base64_bytes(value).is_some_and(|bytes| bytes.len() == PROOF),
            other => {
                let other: String = other.chars().take(100).collect();
                return Err(format!("field {other} does not belong there"));
            }
        };
        if !good {
            return Err(format!("field {name} has not its form"));
        }
    }
    Ok(())
}

/// A number, or a short name.
fn is_name(value: &Value) -> bool {
    let short = |text: &str| !text.is_empty() && text.len() <= NAME;
    value.is_u64() || value.as_str().is_some_and(short)
}

/// 64 lower-case hex digits: other writings of the same number would be other claims here.
fn is_element(text: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 64 && text.bytes().all(digit)
}

fn base64_bytes(value: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(value.as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn trust() -> AccountAddress {
        AccountAddress::new(vec![7; 32]).unwrap()
    }

    fn show() -> Value {
        json!({"gate": 1, "slot": 5, "nf": "0a".repeat(32),
            "action": STANDARD.encode(b"{}"), "proof": STANDARD.encode([1; PROOF])})
    }

    #[test]
    fn shows_of_both_kinds_are_read() {
        for kind in KINDS {
            let mut fields = show();
            for term in [json!(3), json!(null), json!("spring")] {
                fields["term"] = term;
                let read = read(&json!({kind: fields}), &trust()).unwrap();
                assert_eq!(read.claim.nullifier, "0a".repeat(32));
            }
        }
    }

    #[test]
    fn other_messages_and_other_fields_are_refused() {
        let wrong = |msg: Value, story: &str| {
            let refusal = read(&msg, &trust()).unwrap_err();
            assert!(refusal.contains(story), "{refusal}");
        };
        for msg in [json!(null), json!("show"), json!([]), json!({})] {
            wrong(msg, "expected one object");
        }
        wrong(json!({"show": show(), "fold": {}}), "expected one object");
        wrong(json!({"show": 1}), "expected one object");
        wrong(json!({"fold": show()}), "kind=fold");
        wrong(json!({"open_deal": {}}), "kind=open_deal");
        for name in ["gate", "slot", "nf", "action", "proof"] {
            let mut fields = show();
            fields.as_object_mut().unwrap().remove(name);
            wrong(json!({"show": fields}), &format!("field {name} is missing"));
        }
        let change = |name: &str, value: Value| {
            let mut fields = show();
            fields[name] = value;
            json!({"show": fields})
        };
        wrong(
            change("note", json!("x")),
            "field note does not belong there",
        );
        for (name, value) in [
            ("gate", json!("")),
            ("gate", json!("g".repeat(65))),
            ("gate", json!({})),
            ("slot", json!(-1)),
            ("term", json!([1])),
            ("nf", json!("0a".repeat(31))),
            ("nf", json!("0A".repeat(32))),
            ("nf", json!(7)),
            ("action", json!("not base64!")),
            ("action", json!(STANDARD.encode(vec![0; ACTION + 1]))),
            ("proof", json!(STANDARD.encode([1; 255]))),
            ("proof", json!(STANDARD.encode([1; 257]))),
        ] {
            wrong(
                change(name, value),
                &format!("field {name} has not its form"),
            );
        }
    }

    #[test]
    fn one_message_has_one_digest() {
        let digest = |text: &str| {
            let msg: Value = serde_json::from_str(text).unwrap();
            read(&msg, &trust()).unwrap().digest
        };
        let text = json!({"show": show()}).to_string();
        assert_eq!(digest(&text), digest(&text.replace(':', " : ")));
        assert_ne!(
            digest(&text),
            digest(&text.replace("\"slot\":5", "\"slot\":6"))
        );
    }
}
