//! What messages can say at all: every field that an element fits into, and
//! every field of the messages that carry a proof, one by one.

use std::collections::BTreeSet;

use serde_json::Value;

fn interface() -> Value {
    let schema = mycel_trust::schema::schema().expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    schema["execute"].clone()
}

/// The definitions that a part of a schema names, itself included.
fn names(part: &Value, found: &mut Vec<String>) {
    match part {
        Value::Object(fields) => {
            if let Some(Value::String(name)) = fields.get("$ref") {
                found.push(name.trim_start_matches("#/definitions/").to_owned());
            }
            fields.values().for_each(|part| names(part, found));
        }
        Value::Array(parts) => parts.iter().for_each(|part| names(part, found)),
        _ => {}
    }
}

/// All fields under a part, with the definitions that each takes.
fn fields(whole: &Value, part: &Value, seen: &mut BTreeSet<String>) -> Vec<(String, Vec<String>)> {
    let mut all = vec![];
    match part {
        Value::Object(parts) => {
            if let Some(Value::Object(own)) = parts.get("properties") {
                for (name, of) in own {
                    let mut taken = vec![];
                    names(of, &mut taken);
                    all.push((name.clone(), taken));
                }
            }
            if let Some(Value::String(name)) = parts.get("$ref") {
                let name = name.trim_start_matches("#/definitions/");
                if seen.insert(name.to_owned()) {
                    all.extend(fields(whole, &whole["definitions"][name], seen));
                }
            }
            for (name, part) in parts {
                if name != "definitions" {
                    all.extend(fields(whole, part, seen));
                }
            }
        }
        Value::Array(parts) => {
            for part in parts {
                all.extend(fields(whole, part, seen));
            }
        }
        _ => {}
    }
    all
}

/// A field, and the types that it may have.
type Field = (String, Vec<String>);

/// Messages, and their fields at any depth.
fn messages() -> Vec<(String, Vec<Field>)> {
    let whole = interface();
    let variants = whole["oneOf"].as_array().expect("messages").clone();
    let message = |variant: &Value| {
        let (name, part) = variant["properties"]
            .as_object()
            .and_then(|own| own.iter().next())
            .expect("one message");
        let found = fields(&whole, part, &mut BTreeSet::new());
        (name.clone(), found)
    };
    variants.iter().map(message).collect()
}

#[test]
fn no_message_has_a_field_that_an_input_fits_into_but_the_nullifier_commitments_and_ciphertext() {
    let mut found: Vec<String> = vec![];
    for (message, fields) in messages() {
        for (name, takes) in fields {
            if takes.iter().any(|one| one == "HexBinary") {
                found.push(format!("{message}.{name}"));
            }
        }
    }
    found.sort_unstable();
    // members names persons; keys are the owner's; the deal's K is kept, and
    // promises and what is revealed to a jury are in no proof
    let others = [
        "commit_rating.hash",
        "dispute_rating.packed",
        "dispute_rating.rho",
        "enrol.idc",
        "open_deal.k",
        "open_deal.nonce",
        "open_rating.salt",
        "publish_viewing_key.key",
        "rekey.idc",
        "reset.idc",
    ];
    let inputs = [
        "fold.commitment",
        "open_rating.c",
        "open_rating.ct",
        "rekey.nf",
        "show.nf",
        "show_member.nf",
    ];
    let mut expected: Vec<&str> = others.into_iter().chain(inputs).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_message_with_a_proof_says_what_it_means_and_no_other_public_input() {
    let mut proofs = vec![];
    for (message, fields) in messages() {
        let mut fields: Vec<String> = fields.into_iter().map(|(name, _)| name).collect();
        if fields.iter().any(|name| name == "proof") {
            fields.sort_unstable();
            proofs.push((message, fields.join(" ")));
        }
    }
    proofs.sort_unstable();
    let show = "action gate nf proof slot term";
    let expected = [
        ("fold", "backup commitment entries proof"),
        ("open_rating", "c ct deal dir proof salt"),
        ("rekey", "idc nf proof slot"),
        ("show", show),
        ("show_member", show),
    ];
    let expected = expected.map(|(name, fields)| (name.to_owned(), fields.to_owned()));
    assert_eq!(proofs, expected);
}
