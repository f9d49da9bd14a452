//! What is asked for when a pool is opened, and what volunteers tell of themselves.
use std::path::PathBuf;

use cosmwasm_std::HexBinary;
use mycel_client::{Client, Http, message};
use mycel_kit::{
    Id, Seconds,
    peers::sortition::{DrawInput, Feature, Quota},
};
use mycel_solver::lottery::csv;
use mycel_sortition::msg::{Action, Attribute, ExecuteMsg};
use mycel_types::AccountAddress;

use crate::{
    exit::Failure,
    output::Show,
    session::{Act, Session},
};

const DAY: u64 = 86_400;

/// Arguments of `mycel draw open`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The draw's own name, beginning with the name of who opens it: `court/3`
    #[arg(value_name = "REF")]
    reference: String,
    /// Seats
    #[arg(long, value_name = "N")]
    size: u16,
    /// A table of quotas: feature, value, min, max
    #[arg(long, value_name = "FILE")]
    quotas: Option<PathBuf>,
    /// A feature and all its values, in order: `age=16-29,30-59,60+` [default: those of the quotas]
    #[arg(long = "feature", value_name = "NAME=VALUES")]
    features: Vec<String>,
    /// Days in which volunteers may come
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    days: u64,
    /// Seconds instead of days, for development networks
    #[arg(long, value_name = "N", conflicts_with = "days")]
    seconds: Option<u64>,
    /// Volunteers come by proofs at this gate of trust [default: by their addresses]
    #[arg(long, value_name = "N")]
    gate: Option<u64>,
    /// Only prints the action, for `mycel vote propose decide sortition @FILE`
    #[arg(long = "action", conflicts_with = "from")]
    pub only_action: bool,
    /// Who opens it: the name of a key that is a client of the contract
    #[arg(long, value_name = "NAME", required_unless_present = "only_action")]
    from: Option<String>,
}

/// An action that a decision carries out: the same text for people and programs.
#[derive(serde::Serialize)]
#[serde(transparent)]
struct Shown(Action);

impl Show for Shown {
    fn human(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

impl Cmd {
    fn input(&self, now: u64) -> Result<DrawInput, Failure> {
        let quotas = match &self.quotas {
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|e| Failure::file(path.display(), &e))?;
                csv::read_quotas(&text).map_err(|e| Failure::file(path.display(), &e))?
            }
            None => vec![],
        };
        let mut features: Vec<Feature> = vec![];
        for given in &self.features {
            let (name, values) = given.split_once('=').ok_or_else(|| wrong(given))?;
            features.push(Feature {
                name: name.to_owned(),
                values: values.split(',').map(str::to_owned).collect(),
                issuer: None,
            });
        }
        for quota in &quotas {
            match features.iter_mut().find(|one| one.name == quota.feature) {
                Some(feature) if !feature.values.contains(&quota.value) => {
                    feature.values.push(quota.value.clone());
                }
                Some(_) => {}
                None => features.push(Feature {
                    name: quota.feature.clone(),
                    values: vec![quota.value.clone()],
                    issuer: None,
                }),
            }
        }
        let number = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
        let span = self
            .seconds
            .unwrap_or_else(|| self.days.saturating_mul(DAY));
        Ok(DrawInput {
            r#ref: self.reference.clone(),
            size: self.size,
            features,
            quotas: quotas
                .into_iter()
                .map(|quota| Quota {
                    feature: quota.feature,
                    value: quota.value,
                    min: number(quota.min),
                    max: number(quota.max),
                })
                .collect(),
            until: Seconds(now.saturating_add(span)),
            gate: self.gate.map(Id),
        })
    }

    /// Prints the action that a decision would carry out. The time runs from now, so the vote has to end before.
    pub async fn print(&self, session: &Session) -> Result<(), Failure> {
        let now = session.client()?.contract_time().await?;
        session.print(&Shown(Action::OpenDraw(self.input(now)?)));
        Ok(())
    }

    /// Opens the pool.
    pub async fn run(
        &self,
        session: &Session,
        client: &Client<Http>,
        contract: AccountAddress,
    ) -> Result<(), Failure> {
        let from = self.from.as_deref().unwrap_or_default();
        let sender = session.address(from).await?;
        let known = client.sortition(contract.clone()).parameters().await?;
        let text = sender.to_string();
        if !known.clients.iter().any(|one| one.address == text) {
            let names: Vec<&str> = known.clients.iter().map(|one| one.name.as_str()).collect();
            return Err(Failure::Refused(format!(
                "{from} may not open draws: clients are {}, and the assembly; propose it: run this with `--action`, then `mycel vote propose decide sortition @FILE`",
                names.join(", ")
            )));
        }
        let input = self.input(client.contract_time().await?)?;
        let what = format!(
            "open a pool for {} seats under {}",
            self.size, self.reference
        );
        let message = message::execute(&sender, &contract, &ExecuteMsg::OpenDraw(input))?;
        let mut act = Act::new(from, what, message);
        act.results = &[("draw", "draw")];
        session.act(client, act).await
    }
}

fn wrong(text: &str) -> Failure {
    Failure::Usage(format!(
        "invalid={text:?}; write a feature with `=`, as `age=16-29`"
    ))
}

/// What a volunteer tells of itself.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Told {
    /// In a pool of volunteers: one value of each feature, `--as age=16-29`
    #[arg(long = "as", value_name = "FEATURE=VALUE")]
    attributes: Vec<String>,
    /// In a pool of volunteers: the salt of an issuer's credential for a feature, `--salt age=HEX`
    #[arg(long, value_name = "FEATURE=HEX")]
    salt: Vec<String>,
}

impl Told {
    /// Whether it says nothing.
    pub const fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.salt.is_empty()
    }

    /// The values as they were written, for a sentence.
    pub fn words(&self) -> String {
        self.attributes.join(", ")
    }

    /// As the contract reads them.
    pub fn attributes(&self) -> Result<Vec<Attribute>, Failure> {
        let pair = |text: &String| -> Result<(String, String), Failure> {
            let (feature, value) = text.split_once('=').ok_or_else(|| wrong(text))?;
            Ok((feature.to_owned(), value.to_owned()))
        };
        let salts: Vec<(String, String)> = self.salt.iter().map(pair).collect::<Result<_, _>>()?;
        let mut attributes = Vec::with_capacity(self.attributes.len());
        for text in &self.attributes {
            let (feature, value) = pair(text)?;
            let salt = salts.iter().find(|(name, _)| *name == feature);
            let salt = match salt {
                Some((_, hex)) => Some(HexBinary::from_hex(hex).map_err(|_| {
                    Failure::Usage(format!("salt of {feature} is not hexadecimal: {hex:?}"))
                })?),
                None => None,
            };
            attributes.push(Attribute {
                feature,
                value,
                salt,
            });
        }
        let told = |name: &String| attributes.iter().any(|one| one.feature == *name);
        if let Some((name, _)) = salts.iter().find(|(name, _)| !told(name)) {
            return Err(Failure::Usage(format!(
                "a salt for {name}, but no value: add `--as {name}=VALUE`"
            )));
        }
        Ok(attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(told: &[&str], salts: &[&str]) -> Result<Vec<Attribute>, Failure> {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        let (attributes, salt) = (owned(told), owned(salts));
        Told { attributes, salt }.attributes()
    }

    #[test]
    fn attributes_are_feature_and_value_with_the_salt_of_a_credential() {
        let told = attributes(&["age=16-29", "district=a=b"], &["age=00ff"]).unwrap();
        assert_eq!(
            told[0].salt.as_ref().map(|s| s.to_hex()).as_deref(),
            Some("00ff")
        );
        assert_eq!((told[1].value.as_str(), &told[1].salt), ("a=b", &None));
        assert!(attributes(&["age"], &[]).is_err());
        assert!(attributes(&["age=1"], &["age=xyz"]).is_err());
        let refused = attributes(&["age=1"], &["sex=00"]).unwrap_err();
        assert!(refused.to_string().contains("--as sex=VALUE"), "{refused}");
    }
}
