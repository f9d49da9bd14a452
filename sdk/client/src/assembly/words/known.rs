//! Actions of contracts that have words.
use serde_json::{Value, json};

use super::{Reader, Words, changes::changes, value};
use crate::{Credits, Transport};

impl<T: Transport> Reader<'_, T> {
    /// The words of a known action; `None` for any other, and for one whose body is not as known.
    pub(super) async fn known(
        &self,
        contract: &str,
        name: &str,
        kind: &str,
        body: &Value,
    ) -> Option<Words> {
        let number = |field: &str| body[field].as_str()?.parse::<u64>().ok();
        let address = |field: &str| body[field].as_str();
        Some(match kind {
            "set_parameters" => self.parameters(contract, name, "parameters", body).await?,
            "set_peers" => self.parameters(contract, name, "peers", body).await?,
            "spend_commons" => {
                let amount = number("amount")?;
                let commons = self.ask(contract, json!({"commons": {}})).await;
                match (address("to"), address("hold_for")) {
                    (Some(to), None) => {
                        let to = self.names.address(to).await;
                        spending(&to, amount, commons.as_ref())
                    }
                    (None, Some(holder)) => {
                        let purpose = self.purpose(holder, body).await;
                        let holder = self.names.address(holder).await;
                        let words = spending(&holder, amount, commons.as_ref());
                        match purpose {
                            Some(purpose) => words.note(purpose),
                            None => words
                                .note(format!("{holder} holds it for a purpose: {}", told(body))),
                        }
                    }
                    _ => return None,
                }
            }
            "write_off" => {
                let who = self.names.address(address("member")?).await;
                let case = number("case")?;
                let position = self.position(contract, address("member")?).await;
                let owes = position.map_or_else(
                    || format!("write off the debt of {who}"),
                    |pico| {
                        format!(
                            "write off the debt of {who}, now at {} credits",
                            Credits(pico)
                        )
                    },
                );
                Words::new(owes).note(format!("as a jury found in case {case}"))
            }
            "set_limit" => {
                let who = self.names.address(address("owner")?).await;
                let question = json!({"position": {"member": address("owner")?, "at": null}});
                let now = self.ask(contract, question).await.unwrap_or_default();
                let wanted = json!({"limit": body["limit"]});
                Words {
                    changes: self.diff(&wanted, &[&now], &Value::Null).await,
                    ..Words::new(format!("set how far {who} may fall below zero"))
                }
            }
            "open_mirror" => {
                let owner = self.names.address(address("owner")?).await;
                let limit = Credits(i128::from(number("limit")?));
                Words::new(format!("open a mirror account that {owner} keeps"))
                    .note(format!("it may fall to {limit} credits below zero"))
            }
            "admit" => {
                let who = self.names.address(address("address")?).await;
                Words::new(format!("invite {who} in the assembly's name"))
            }
            "drop_entry" => self.drop_entry(contract, number("place")?).await,
            "record_header" => Words::new(format!(
                "trust block {} of the chain {}, app hash {}, members {}",
                number("height")?,
                address("chain_id")?,
                address("app_hash")?,
                address("members")?
            )),
            "define_market" => self.market(contract, name, body).await,
            "attest_shock" => {
                let market = body["market"].as_u64()?;
                let grants = body["grants"].as_array()?.len();
                Words::new(format!("open the links of market {market} of {name} wide")).note(
                    format!("needs of {grants} persons get a class of their own"),
                )
            }
            // ---- commons
            "found"
            | "accredit"
            | "withdraw_accreditation"
            | "set_rules"
            | "enrol"
            | "grant_shares"
            | "allot_budget"
            | "close"
            | "lower"
            | "open_basket" => self.commons(contract, kind, body).await?,
            // ---- funding
            "open_round" | "admit_project" | "cancel_round" | "declare_group"
            | "refuse_technology" | "allow_technology" => {
                self.funding(contract, kind, body).await?
            }
            // ---- trust
            "open_gate" => self.gate(name, body).await?,
            "close_gate" => Words::new(format!(
                "close gate {} of {name} for good",
                address("gate")?
            )),
            "open_draw" => {
                let seats = body["size"].as_u64()?;
                Words::new(format!("draw a panel of {seats} among volunteers by lot"))
            }
            _ => return None,
        })
    }

    /// Old → new of what an object sets, current values from these places.
    pub(super) async fn diff(
        &self,
        wanted: &Value,
        now: &[&Value],
        bounds: &Value,
    ) -> Vec<super::Change> {
        let mut all = vec![wanted];
        all.extend_from_slice(now);
        let names = self.names.within(&all).await;
        changes(wanted, now, bounds, &names)
    }

    async fn parameters(
        &self,
        contract: &str,
        name: &str,
        part: &str,
        wanted: &Value,
    ) -> Option<Words> {
        if !wanted.is_object() {
            return None;
        }
        let answer = self.ask(contract, json!({"parameters": {}})).await;
        let mut words = Words::new(format!("change {part} of {name}"));
        if answer.is_none() {
            words = words.note(format!("{name} does not say what they are now"));
        }
        let answer = answer.unwrap_or_default();
        words.changes = self
            .diff(wanted, &[&answer[part], &answer], &answer["bounds"])
            .await;
        if words.changes.is_empty() {
            words = words.note("nothing is named: nothing would change");
        }
        Some(words)
    }

    async fn position(&self, credit: &str, member: &str) -> Option<i128> {
        let question = json!({"position": {"member": member, "at": null}});
        let now = self.ask(credit, question).await?;
        now["position"].as_str()?.parse().ok()
    }

    async fn drop_entry(&self, contract: &str, place: u64) -> Words {
        let after = place.checked_sub(1).map(|n| n.to_string());
        let question = json!({"queue": {"after": after, "limit": 1}});
        let queue = self.ask(contract, question).await.unwrap_or_default();
        let entry = &queue["entries"][0];
        let who = (entry["place"] == json!(place.to_string()))
            .then(|| entry["handle"].as_str())
            .flatten();
        Words::new(match who {
            Some(handle) => format!("remove {handle} from the queue, place {place}"),
            None => format!("remove place {place} from the queue"),
        })
    }

    async fn market(&self, contract: &str, name: &str, body: &Value) -> Words {
        let terms = &body["terms"];
        let (does, now) = match body["market"].as_u64() {
            Some(market) => {
                let question = json!({"market": {"market": market}});
                let now = self.ask(contract, question).await.unwrap_or_default();
                (format!("change market {market} of {name}"), now)
            }
            None => {
                let of = [&terms["resource"], &terms["scale"]].map(|t| t.as_str().unwrap_or("?"));
                let does = format!("open a market of {name} for {} in {}", of[0], of[1]);
                (does, Value::Null)
            }
        };
        let mut changes = self.diff(terms, &[&now["terms"]], &Value::Null).await;
        // all terms are sent; what stays is no news
        changes.retain(|change| change.old.as_ref() != Some(&change.new));
        Words {
            changes,
            ..Words::new(does)
        }
    }
}

/// A payment from the commons, with its share of what they hold.
pub(super) fn spending(to: &str, amount: u64, commons: Option<&Value>) -> Words {
    let pico = i128::from(amount);
    let words = Words::new(format!(
        "pay {to} {} credits from the commons",
        Credits(pico)
    ));
    let held = commons.and_then(|c| c["commons"].as_str()?.parse::<i128>().ok());
    match held {
        Some(held) if held >= pico && held > 0 => {
            let share = value::share(pico.unsigned_abs(), held.unsigned_abs());
            words.note(format!(
                "{share} of the {} credits in the commons now",
                Credits(held)
            ))
        }
        Some(held) => words.note(format!(
            "the commons hold {} credits now: it would fail",
            Credits(held)
        )),
        None => words,
    }
}

/// What a holder is told, as text if it is JSON.
fn told(body: &Value) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let sent = body["msg"].as_str().unwrap_or_default();
    let bytes = STANDARD.decode(sent).unwrap_or_default();
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(message) => message.to_string(),
        Err(_) if sent.is_empty() => "nothing is said".into(),
        Err(_) => sent.to_owned(),
    }
}
