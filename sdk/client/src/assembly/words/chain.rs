//! Messages to the chain that have words.
use mycel_bindings::{MycelMsg, ParamChanges, ValidatorUpdate};
use mycel_types::{Params, key, record::Upgrade};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Change, Reader, Words, value::share};
use crate::Transport;

impl<T: Transport> Reader<'_, T> {
    /// A message to the chain.
    pub async fn chain(&self, message: &MycelMsg) -> Words {
        match message {
            MycelMsg::SetParams { changes } => self.params(changes).await,
            MycelMsg::UpdateValidators { updates } => self.validators(updates).await,
            MycelMsg::SetAllowanceClass { address, class } => {
                let who = self.names.address(address).await;
                let class = class.as_deref().unwrap_or("none");
                Words::new(format!("give {who} the allowance class {class}"))
            }
            MycelMsg::SetContractQuota { contract, bytes } => {
                let name = self.names.address(contract).await;
                let words = Words::new(format!("set how many bytes {name} may keep"));
                let new = bytes.map(|bytes| format!("{bytes} bytes"));
                let old = self.quota(contract).await;
                let changes = vec![Change::new(
                    "bytes",
                    old,
                    new.unwrap_or_else(|| "as every contract".into()),
                )];
                Words { changes, ..words }
            }
            MycelMsg::ScheduleUpgrade { height, name } => {
                let height = height.u64();
                let words = Words::new(format!(
                    "let version {name} of the node take over at block {height}"
                ));
                let now = self.client.status().await.map(|s| s.latest_height).ok();
                let words = match now {
                    Some(now) if now >= height => {
                        words.note(format!("the chain is at block {now}: it would fail now"))
                    }
                    Some(now) => words.note(format!("{} blocks from now", height - now)),
                    None => words,
                };
                match self.record::<Upgrade>(&key::upgrade()).await {
                    Ok(Some(plan)) => words.note(format!(
                        "it replaces the plan of version {} at block {}",
                        plan.name, plan.height
                    )),
                    _ => words,
                }
            }
            MycelMsg::CancelUpgrade {} => {
                let words = Words::new("drop the planned upgrade of the node");
                match self.record::<Upgrade>(&key::upgrade()).await {
                    Ok(Some(plan)) => {
                        words.note(format!("version {} at block {}", plan.name, plan.height))
                    }
                    Ok(None) => words.note("none is planned now"),
                    Err(_) => words,
                }
            }
            MycelMsg::RegisterVk {
                id,
                vk,
                ceremony,
                development,
            } => {
                let hash = hex::encode(Sha256::digest(vk));
                let words = Words::new(format!("accept proofs under the verifying key {id}"))
                    .note(format!("{} bytes, sha256 {hash}", vk.len()));
                let words = match ceremony {
                    Some(hash) => words.note(format!("made in the ceremony {}", hex::encode(hash))),
                    None => words.note("it names no ceremony"),
                };
                match development {
                    true => words.note("its secrets are known: whoever has them proves anything"),
                    false => words,
                }
            }
            MycelMsg::Publish { key, value } => Words::new(format!(
                "show other chains {} bytes under {}",
                value.len(),
                hex::encode(key)
            )),
            MycelMsg::SubscribeEndBlock { contract } => {
                let name = self.names.address(contract).await;
                Words::new(format!("let {name} work at the end of every block"))
            }
            MycelMsg::UnsubscribeEndBlock { contract } => {
                let name = self.names.address(contract).await;
                Words::new(format!("{name} no longer works at the end of every block"))
            }
            MycelMsg::ResumeEndBlock { contract } => {
                let name = self.names.address(contract).await;
                Words::new(format!("let {name} work at the end of blocks again"))
            }
        }
    }

    async fn params(&self, wanted: &ParamChanges) -> Words {
        let mut words = Words::new("change the chain's parameters");
        let now = self.record::<Params>(&key::params()).await.ok().flatten();
        if now.is_none() {
            words = words.note("the node does not say what they are now");
        }
        let current = now.map(flat).unwrap_or_default();
        let mut changes = serde_json::to_value(wanted).unwrap_or_default();
        // classes are a list of changes and a table of what is
        let classes = changes.as_object_mut().and_then(|c| c.remove("classes"));
        words.changes = self.diff(&changes, &[&current], &Value::Null).await;
        for class in classes.iter().filter_map(Value::as_array).flatten() {
            let name = class["name"].as_str().unwrap_or_default();
            let old = &current["classes"][name];
            if class["class"].is_null() {
                let old = super::value::text("class", old, &Default::default());
                let removed = Change::new(format!("class {name}"), Some(old), "removed");
                words.changes.push(removed);
                words = words.note(format!("accounts of class {name} would have no allowance"));
                continue;
            }
            if current["classes"].is_object() && old.is_null() {
                words = words.note(format!("class {name} is new"));
            }
            let mut all = self.diff(&class["class"], &[old], &Value::Null).await;
            let differs = |change: &Change| change.old.as_ref() != Some(&change.new);
            // a class is set whole: what stays as it is needs no line, unless all does
            if all.iter().any(differs) {
                all.retain(differs);
            }
            for change in &mut all {
                change.what = format!("class {name}: {}", change.what);
            }
            words.changes.extend(all);
        }
        words
    }

    async fn validators(&self, updates: &[ValidatorUpdate]) -> Words {
        let mut words = Words::new("change the validators");
        let now = match self.client.status().await {
            Ok(status) => self
                .client
                .validators(status.latest_height.max(1))
                .await
                .ok(),
            Err(_) => None,
        };
        let (mut before, mut after, mut moved) = (0u128, 0u128, 0u128);
        if let Some(now) = &now {
            before = now.members().iter().map(|v| u128::from(v.power())).sum();
            after = before;
        }
        for update in updates {
            let power = update.power.u64();
            let old = now.as_ref().map(|now| {
                let key = update.pub_key.as_slice();
                let found = now.members().iter().find(|v| v.pub_key.to_bytes() == key);
                found.map_or(0, |v| v.power())
            });
            let was = u128::from(old.unwrap_or(0));
            moved += u128::from(power).abs_diff(was);
            after = (after + u128::from(power)).saturating_sub(was);
            let shown = |power: u64| match power {
                0 => "none".to_owned(),
                power => format!("power {power}"),
            };
            let key = hex::encode_upper(&update.pub_key);
            let short = key.get(..12).unwrap_or(&key);
            let change = Change::new(format!("validator {short}…"), old.map(shown), shown(power));
            words.changes.push(change);
        }
        if now.is_some() {
            let part = share(moved, before);
            words = words.note(format!(
                "all power: {before} → {after}, powers of {moved} in all change, {part} of it"
            ));
        }
        words
    }

    async fn quota(&self, contract: &str) -> Option<String> {
        let address = contract.parse().ok()?;
        let quota = self.record::<u64>(&key::contract_quota(&address)).await;
        match quota.ok()? {
            Some(bytes) => Some(format!("{bytes} bytes")),
            None => Some("as every contract".into()),
        }
    }
}

/// The chain's parameters under the names that changes have.
fn flat(params: Params) -> Value {
    let authority = |address: &Option<mycel_types::AccountAddress>| {
        address
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    let (members, assembly) = (
        authority(&params.authorities.members),
        authority(&params.authorities.assembly),
    );
    let mut value = serde_json::to_value(params).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("members_authority".into(), json!(members));
        fields.insert("assembly_authority".into(), json!(assembly));
    }
    value
}
