//! All that the contracts hold about a member, in one file: the right to leave.
use std::path::PathBuf;

use mycel_client::{Client, Http, network::CREDIT};
use mycel_types::AccountAddress;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

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
    contracts.push((CREDIT.into(), session.contract(None, CREDIT).await?));
    let others = session.network().map(|n| n.contracts.clone());
    contracts.extend(
        others
            .unwrap_or_default()
            .into_iter()
            .filter(|(name, _)| name == "clearing"),
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

/// `export` is the same question to every contract: pages with `items` and `next`.
async fn pages(
    client: &Client<Http>,
    contract: &AccountAddress,
    member: &AccountAddress,
) -> Result<Vec<Value>, Failure> {
    let (mut items, mut after) = (vec![], Value::Null);
    for _ in 0..PAGES {
        let query = json!({"export": {"member": member, "after": after}});
        let mut page: Value = client.smart(contract, &query).await?;
        if let Some(Value::Array(more)) = page.get_mut("items").map(Value::take) {
            items.extend(more);
        }
        match page.get("next") {
            None | Some(Value::Null) => break,
            Some(next) => after = next.clone(),
        }
    }
    Ok(items)
}
