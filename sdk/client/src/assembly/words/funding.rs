//! Decisions about funding: rounds and their pools, projects, technologies.
use base64::{Engine, engine::general_purpose::STANDARD};
use mycel_funding::{
    msg::HoldMsg,
    rounds::{ask::RoundResponse, msg::RoundInput},
};
use mycel_kit::Id;
use serde_json::{Value, json};

use super::{Reader, Words, value::lasting};
use crate::{
    Transport,
    funding::words::{admission, credits, identity, percent, rule, saturation},
};

impl<T: Transport> Reader<'_, T> {
    /// The words of a decision for a funding contract.
    pub(super) async fn funding(&self, contract: &str, kind: &str, body: &Value) -> Option<Words> {
        let number = |field: &str| body[field].as_str()?.parse::<u64>().ok();
        Some(match kind {
            "open_round" => {
                self.open_round(serde_json::from_value(body.clone()).ok()?)
                    .await
            }
            "admit_project" => {
                let (round, project) = (number("round")?, number("project")?);
                let after = project.checked_sub(1).map(|before| before.to_string());
                let asked =
                    json!({"projects": {"round": round.to_string(), "after": after, "limit": 1}});
                let found = self.ask(contract, asked).await.unwrap_or_default();
                let found = &found["projects"][0];
                let title = found["title"].as_str().unwrap_or("?");
                let does = format!(
                    "admit project {project}, “{title}”, to {}",
                    self.round(contract, round).await
                );
                let mut words = Words::new(does);
                if let Some(payee) = found["payee"].as_str().and_then(|id| id.parse().ok()) {
                    let payee = self.names.person(Id(payee)).await;
                    words = words.note(format!("what it gets is paid to {payee}"));
                }
                match found["status"].as_str() {
                    Some("waiting") => words,
                    Some(status) => {
                        words.note(format!("it is {status} already: it would fail now"))
                    }
                    None => words.note("there is no such project now: it would fail"),
                }
            }
            "cancel_round" => {
                let round = number("round")?;
                let does = format!("cancel {}", self.round(contract, round).await);
                Words::new(does).note("everything goes back to who gave it")
            }
            "declare_group" => {
                let (round, persons) = (number("round")?, body["persons"].as_array()?.len());
                let round = self.round(contract, round).await;
                Words::new(format!("count {persons} persons as one giver in {round}"))
            }
            "refuse_technology" => {
                let technology = body["technology"].as_str()?;
                let words = Words::new(format!(
                    "refuse {} inside the boundary of those who decide",
                    self.technology(contract, technology).await
                ));
                match (number("until"), self.client.contract_time().await) {
                    (None, _) => words.note("until it is allowed again"),
                    (Some(until), Ok(now)) if until <= now => {
                        words.note("it would end before it begins: it would fail")
                    }
                    (Some(until), Ok(now)) => words.note(format!("for {}", lasting(until - now))),
                    (Some(until), _) => words.note(format!("until second {until}")),
                }
            }
            "allow_technology" => {
                let technology = body["technology"].as_str()?;
                let technology = self.technology(contract, technology).await;
                Words::new(format!(
                    "allow {technology} again inside the boundary of those who decide"
                ))
            }
            _ => return None,
        })
    }

    /// What a pot of the commons is for, where that has words.
    pub(super) async fn purpose(&self, holder: &str, body: &Value) -> Option<String> {
        let told = STANDARD.decode(body["msg"].as_str()?).ok()?;
        Some(match serde_json::from_slice(&told).ok()? {
            HoldMsg::Sponsor { round } => format!(
                "it goes into the matching pool of {}; what is not paid from it comes back to the commons",
                self.round(holder, round.0).await
            ),
            HoldMsg::Rewards {} => {
                "it rewards authors of published designs that others report to have built"
                    .to_owned()
            }
            _ => return None,
        })
    }

    async fn open_round(&self, input: RoundInput) -> Words {
        let mut words = Words::new(format!("open a round of funding, “{}”", input.title));
        let (begins, ends) = (input.begins.0, input.ends.0);
        let lasts = lasting(ends.saturating_sub(begins));
        words = match self.client.contract_time().await {
            Ok(now) if now >= begins => {
                words.note("its contributions would begin in the past: it would fail now")
            }
            Ok(now) => words.note(format!(
                "gifts are taken in {} from now, for {lasts}",
                lasting(begins - now)
            )),
            Err(_) => words.note(format!(
                "gifts are taken from second {begins} on, for {lasts}"
            )),
        };
        let cap = input
            .cap_bps
            .unwrap_or(mycel_funding::rounds::open::CAP_BPS);
        let mut notes = vec![
            rule(&input.rule),
            format!(
                "no project gets more than {} of the pool",
                percent(cap.into())
            ),
            saturation(&input.rule, input.saturation).to_owned(),
            format!("who counts: {}", identity(&input.identity)),
            format!(
                "projects are admitted: {}",
                admission(input.admission, None)
            ),
        ];
        notes.push(match input.min_pool.is_zero() {
            true => "it has no pool yet; another decision or sponsors fill it".to_owned(),
            false => format!(
                "it is cancelled if its pool is below {} when gifts begin; another decision or sponsors fill it",
                credits(input.min_pool.pico().into())
            ),
        });
        words.notes.extend(notes);
        words
    }

    /// A round by number and title.
    async fn round(&self, contract: &str, round: u64) -> String {
        let asked = json!({"round": {"round": round.to_string()}});
        let found = self.ask(contract, asked).await;
        match found.and_then(|found| serde_json::from_value::<RoundResponse>(found).ok()) {
            Some(found) => format!(
                "round {round}, “{}” ({})",
                found.round.title, found.round.stage
            ),
            None => format!("round {round}, which is not there now"),
        }
    }

    /// A technology, with the title of an entry.
    async fn technology(&self, contract: &str, technology: &str) -> String {
        let Some(entry) = technology.strip_prefix("entry/") else {
            return technology.to_owned();
        };
        let found = self.ask(contract, json!({"entry": {"entry": entry}})).await;
        match found.and_then(|found| Some(found["title"].as_str()?.to_owned())) {
            Some(title) => format!("{technology}, “{title}”,"),
            None => format!("{technology}, which is not registered,"),
        }
    }
}
