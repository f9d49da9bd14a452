//! All that the contracts hold about a member, in one file: the right to leave.
use std::path::PathBuf;

use mycel_client::{Client, Http, network};
use mycel_types::AccountAddress;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Contracts that a network may have besides members and credit.
const OTHERS: &[&str] = &[
    network::CLEARING,
    network::SORTITION,
    network::ASSEMBLY,
    network::COMMONS,
    network::FUNDING,
    network::TRUST,
];
/// More pages than any member has: a node that leads in circles is left.
const PAGES: usize = 10_000;

#[derive(Serialize)]
struct Written {
    file: String,
    /// Records by contract.
    records: Map<String, Value>,
}

impl Show for Written {
    fn human(&self) -> String {
        let mut rows = vec![("file", self.file.clone())];
        rows.extend(
            self.records
                .iter()
                .map(|(name, count)| (name.as_str(), format!("{count} records"))),
        );
        pairs(&rows)
    }
}

/// Reads every contract's export, page by page.
pub async fn run(
    session: &Session,
    client: &Client<Http>,
    members: AccountAddress,
    who: &str,
    out: Option<PathBuf>,
) -> Result<(), Failure> {
    let member = session.address(who).await?;
    let mut contracts = vec![("members".to_owned(), members)];
    let credit = session.contract(None, network::CREDIT).await?;
    contracts.push((network::CREDIT.into(), credit));
    let others = session.network().map(|n| n.contracts.clone());
    contracts.extend(
        others
            .unwrap_or_default()
            .into_iter()
            .filter(|(name, _)| OTHERS.contains(&name.as_str())),
    );
    let status = client.status().await?;
    let mut records = Map::new();
    let mut counts = Map::new();
    for (name, contract) in contracts {
        let items = pages(client, &contract, &member).await?;
        counts.insert(name.clone(), items.len().into());
        records.insert(name, json!({"contract": contract, "records": items}));
    }
    let file = json!({
        "format": "mycel-export/1",
        "chain_id": status.chain_id,
        "height": status.latest_height,
        "member": member,
        "contracts": records,
    });
    let text = format!("{file:#}\n");
    let Some(path) = out else {
        use std::io::Write;
        // a reader that went away is no error
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
        return Ok(());
    };
    std::fs::write(&path, text).map_err(|e| Failure::file(path.display(), &e))?;
    session.print(&Written {
        file: path.display().to_string(),
        records: counts,
    });
    Ok(())
}

/// `export` is the same question to every contract: pages, with the mark of the next one in `next`.
async fn pages(
    client: &Client<Http>,
    contract: &AccountAddress,
    member: &AccountAddress,
) -> Result<Vec<Value>, Failure> {
    let (mut items, mut after) = (vec![], Value::Null);
    for _ in 0..PAGES {
        let query = json!({"export": {"member": member, "after": after}});
        let mut page: Value = client.smart(contract, &query).await?;
        after = page.get_mut("next").map(Value::take).unwrap_or_default();
        items.extend(records(page));
        if after.is_null() {
            break;
        }
    }
    Ok(items)
}

/// What a page holds: its `items`; without such, each thing under the name of its part.
fn records(page: Value) -> Vec<Value> {
    let Value::Object(mut parts) = page else {
        return vec![];
    };
    if let Some(Value::Array(items)) = parts.remove("items") {
        return items;
    }
    parts.remove("person");
    let (things, said): (Map<String, Value>, Map<String, Value>) = parts
        .into_iter()
        .filter(|(_, held)| !held.is_null())
        .partition(|(_, held)| held.is_array() || held.is_object());
    let named = |part: &str, one: Value| {
        // of which commons, for example
        let mut record = said.clone();
        record.insert(part.to_owned(), one);
        Value::Object(record)
    };
    let mut found = vec![];
    for (part, held) in things {
        match held {
            Value::Array(many) => found.extend(many.into_iter().map(|one| named(&part, one))),
            one => found.push(named(&part, one)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_items_is_its_items_and_one_of_parts_names_each() {
        assert_eq!(records(json!({"items": [1, 2]})), [1, 2]);
        let page = json!({
            "person": "7", "mailbox": {"reset_until": null}, "viewing_keys": [{"version": 1}],
            "identities": ["aa", "bb"], "deals": [],
        });
        let named = [
            json!({"identities": "aa"}),
            json!({"identities": "bb"}),
            json!({"mailbox": {"reset_until": null}}),
            json!({"viewing_keys": {"version": 1}}),
        ];
        assert_eq!(records(page), named);
        assert!(records(json!({"person": "7", "mailbox": null})).is_empty());
        let page = json!({"person": "7", "commons": "3", "kept": [{"permit": "1"}]});
        let of_which = [json!({"commons": "3", "kept": {"permit": "1"}})];
        assert_eq!(records(page), of_which);
    }
}
