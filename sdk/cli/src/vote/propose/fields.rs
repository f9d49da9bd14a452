//! Fields as people type them, in the shape of the parameters that they change.
use mycel_assembly::msg::Action;
use mycel_bindings::{MycelMsg, ParamChanges};
use mycel_client::assembly::words::typed;
use serde_json::{Map, Value, json};

use super::actions::{Find, decided};
use crate::{exit::Failure, session::Session};

/// `set_parameters` and `set_peers` from fields, whose shapes follow what the contract answers now.
pub async fn parameters(
    find: &Find<'_>,
    contract: &str,
    fields: &[String],
) -> Result<Vec<Action>, Failure> {
    let address = find.session.address(contract).await?;
    let question = json!({"parameters": {}});
    let now: Value = find.client.smart(&address, &question).await?;
    // some contracts answer values beside their bounds, others within `parameters`
    let values = now.get("parameters").unwrap_or(&now);
    let (mut set, mut peers) = (Map::new(), Map::new());
    for field in fields {
        let (path, text) = split(field)?;
        if let Some(peer) = path.strip_prefix("peers.") {
            let like = now["peers"]
                .get(peer)
                .ok_or_else(|| unknown(path, contract))?;
            let value = value(find.session, peer, text, like).await?;
            peers.insert(peer.to_owned(), value);
            continue;
        }
        let path = found(values, path).ok_or_else(|| unknown(path, contract))?;
        let name = path.last().map(String::as_str).unwrap_or_default();
        let like = path.iter().fold(values, |value, name| &value[name]);
        let value = value(find.session, name, text, like).await?;
        insert(&mut set, &path, value);
    }
    let mut actions = vec![];
    for (name, body) in [("set_parameters", set), ("set_peers", peers)] {
        if !body.is_empty() {
            actions.push(decided(find, contract, &json!({name: body})).await?);
        }
    }
    Ok(actions)
}

pub(super) fn split(field: &str) -> Result<(&str, &str), Failure> {
    field
        .split_once('=')
        .ok_or_else(|| Failure::Usage(format!("{field} names no value; write it as FIELD=VALUE")))
}

fn unknown(path: &str, contract: &str) -> Failure {
    Failure::Usage(format!(
        "{contract} has no parameter {path}; see `mycel contract query {contract} '{{\"parameters\":{{}}}}'`"
    ))
}

/// Where a field stands: at its path, else in one of the groups, as `exempt` in `economy`.
pub(super) fn found(values: &Value, path: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = path.split('.').map(Into::into).collect();
    let there = |start: &Value| {
        let mut at = Some(start);
        for part in &parts {
            at = at.and_then(|value| value.get(part));
        }
        at.is_some()
    };
    if there(values) {
        return Some(parts);
    }
    let groups = values.as_object()?.iter();
    let group = groups
        .filter(|(name, group)| group.is_object() && *name != "peers" && there(group))
        .map(|(name, _)| name.clone())
        .next()?;
    Some([vec![group], parts].concat())
}

pub(super) fn insert(set: &mut Map<String, Value>, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        set.insert(first.clone(), value);
        return;
    }
    let inner = set.entry(first.clone()).or_insert_with(|| json!({}));
    if let Some(inner) = inner.as_object_mut() {
        insert(inner, rest, value);
    }
}

/// A typed value; a name where the field holds an address becomes that address.
async fn value(session: &Session, name: &str, text: &str, like: &Value) -> Result<Value, Failure> {
    let value = typed(name, text, like)?;
    let holds = like
        .as_str()
        .is_some_and(|now| now.is_empty() || now.starts_with("mycel1"));
    if let (true, Some(who)) = (holds, value.as_str())
        && !who.is_empty()
        && !who.bytes().all(|b| b.is_ascii_digit())
    {
        return Ok(session.address(who).await?.to_string().into());
    }
    Ok(value)
}

/// Changes of the chain's parameters. Its numbers travel as text.
pub fn chain(session: &Session, fields: &[String]) -> Result<MycelMsg, Failure> {
    let mut set = Map::new();
    for field in fields {
        let (path, text) = split(field)?;
        let text = match path.ends_with("_authority") {
            true => session.known(text)?.map(|address| address.to_string()),
            false => None,
        }
        .unwrap_or_else(|| text.to_owned());
        let path: Vec<String> = path.split('.').map(Into::into).collect();
        insert(&mut set, &path, Value::String(text));
    }
    let changes: ParamChanges = serde_json::from_value(set.into()).map_err(|e| {
        Failure::Usage(format!(
            "{e}; numbers are whole, groups have dots as `gas.read=900`"
        ))
    })?;
    let changes = Box::new(changes);
    Ok(MycelMsg::SetParams { changes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_at_its_path_or_within_a_group() {
        let now = json!({"rate": 1, "economy": {"exempt": "1"}, "peers": {"credit": ""}});
        let path = |text: &str| found(&now, text).map(|path| path.join("."));
        assert_eq!(path("rate").as_deref(), Some("rate"));
        assert_eq!(path("economy.exempt").as_deref(), Some("economy.exempt"));
        assert_eq!(path("exempt").as_deref(), Some("economy.exempt"));
        assert_eq!(path("credit"), None, "peers are set by another action");
        assert_eq!(path("rat"), None);
        let mut set = Map::new();
        insert(&mut set, &["economy".into(), "exempt".into()], json!("2"));
        insert(&mut set, &["economy".into(), "gain".into()], json!(3));
        assert_eq!(json!(set), json!({"economy": {"exempt": "2", "gain": 3}}));
    }

    #[test]
    fn the_chain_s_parameters_are_read_in_groups_and_refused_by_name() {
        let read = |fields: &[&str]| {
            let mut set = Map::new();
            for field in fields {
                let (path, text) = split(field).unwrap();
                let path: Vec<String> = path.split('.').map(Into::into).collect();
                insert(&mut set, &path, Value::String(text.into()));
            }
            serde_json::from_value::<ParamChanges>(set.into())
        };
        let changes = read(&["gas.read=900", "tx_max_gas=5"]).unwrap();
        assert_eq!(changes.gas.unwrap().read.unwrap().u64(), 900);
        assert_eq!(changes.tx_max_gas.unwrap().u64(), 5);
        assert!(read(&["gaz=5"]).is_err());
    }
}
