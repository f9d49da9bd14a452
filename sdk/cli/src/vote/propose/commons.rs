//! Proposals about a commons: founding, monitors' organisations, rules, shares, budgets.
use std::path::{Path, PathBuf};

use mycel_assembly::msg::Action;
use mycel_client::{
    assembly::words::typed,
    commons::{
        monitors,
        msg::Action as Decision,
        order::msg::Lower,
        quantity::{ALL_SHARES, Quantity, Shares},
        regeneration,
        registry::{
            msg::{Accredit, AllotBudget, CommonsRef, Enrol, Found, SetRules, Share},
            rules::Rules,
        },
        rights,
    },
    network::{COMMONS, MEMBERS},
};
use mycel_kit::Id;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    about::About,
    actions::{Find, decided},
    fields::{found, insert, split},
};
use crate::{contract::read_json, exit::Failure};

const DAY: u64 = 86_400;

/// What is decided about a commons. All members decide who may found and watch; the rest its own members.
#[derive(Debug, clap::Subcommand)]
pub enum Kind {
    /// Founds a commons, from a JSON file: name, unit, boundary, geometry, rules, members with shares
    Found {
        /// The file: `rules` may leave out what is usual, members may be named, `geometry_file` may stand for the hash
        file: PathBuf,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Lets an organisation send monitors
    Accredit {
        /// The organisation: a name, a handle, an address or a number
        organisation: String,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Lets an organisation send monitors no more
    WithdrawAccreditation {
        /// The organisation: a name, a handle, an address or a number
        organisation: String,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Changes a commons' rules from its next season on: `rules 1 order.reduced_bps=40% cap.rise_bps=10%`
    Rules {
        /// The commons' number
        commons: u64,
        /// FIELD=VALUE: credits as 12.5, times as 14d, shares as 15%, others as JSON
        #[arg(value_name = "FIELD=VALUE", required_unless_present = "file")]
        fields: Vec<String>,
        /// Rules in a JSON file; what it leaves out stays
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Enrols persons or organisations, and gives them shares of the commons' own
    Enrol {
        /// The commons' number
        commons: u64,
        /// WHO or WHO=SHARES, of 100,000,000
        #[arg(required = true, value_name = "WHO=SHARES")]
        members: Vec<String>,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Gives the enrolled shares of the commons' own
    GrantShares {
        /// The commons' number
        commons: u64,
        /// WHO=SHARES, of 100,000,000
        #[arg(required = true, value_name = "WHO=SHARES")]
        members: Vec<String>,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Says how much of its cap a commons leaves to one within it
    AllotBudget {
        /// The commons' number
        commons: u64,
        /// The one within it
        child: u64,
        /// Of its cap: `15%`, or parts per million
        share: String,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Closes a commons: no season opens any more
    Close {
        /// The commons' number
        commons: u64,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Lowers a measure by a step after mediation
    Lower {
        /// The commons' number
        commons: u64,
        /// The measure's number
        measure: u64,
        #[command(flatten)]
        about: Box<About>,
    },
}

/// The actions of one.
pub async fn of(kind: Kind, find: &Find<'_>) -> Result<(About, Vec<Action>), Failure> {
    let (about, decision) = match kind {
        Kind::Found { file, about } => {
            let found = founding(&file, find).await?;
            (about, Decision::Found(Box::new(found)))
        }
        Kind::Accredit {
            organisation,
            about,
        } => {
            let organisation = person(find, &organisation).await?;
            (about, Decision::Accredit(Accredit { organisation }))
        }
        Kind::WithdrawAccreditation {
            organisation,
            about,
        } => {
            let organisation = person(find, &organisation).await?;
            let accredit = Accredit { organisation };
            (about, Decision::WithdrawAccreditation(accredit))
        }
        Kind::Rules {
            commons,
            fields,
            file,
            about,
        } => {
            let rules = changed(find, commons, &fields, file.as_deref()).await?;
            let commons = Id(commons);
            let set = Box::new(SetRules { commons, rules });
            (own(*about, commons), Decision::SetRules(set))
        }
        Kind::Enrol {
            commons,
            members,
            about,
        } => {
            let enrol = enrol(find, commons, &members).await?;
            (own(*about, Id(commons)), Decision::Enrol(enrol))
        }
        Kind::GrantShares {
            commons,
            members,
            about,
        } => {
            let enrol = enrol(find, commons, &members).await?;
            if let Some(none) = enrol.members.iter().find(|one| one.shares.0 == 0) {
                return Err(Failure::Usage(format!(
                    "person {} would get no shares; write WHO=SHARES, as `ana=10_000`",
                    none.person
                )));
            }
            (own(*about, Id(commons)), Decision::GrantShares(enrol))
        }
        Kind::AllotBudget {
            commons,
            child,
            share,
            about,
        } => {
            let allot = AllotBudget {
                commons: Id(commons),
                child: Id(child),
                ppm: ppm(&share)?,
            };
            (own(*about, Id(commons)), Decision::AllotBudget(allot))
        }
        Kind::Close { commons, about } => {
            let commons = Id(commons);
            (
                own(*about, commons),
                Decision::Close(CommonsRef { commons }),
            )
        }
        Kind::Lower {
            commons,
            measure,
            about,
        } => {
            let lower = Lower {
                commons: Id(commons),
                measure: Id(measure),
            };
            (own(*about, Id(commons)), Decision::Lower(lower))
        }
    };
    let action = serde_json::to_value(&decision).map_err(|e| Failure::Usage(e.to_string()))?;
    Ok((*about, vec![decided(find, COMMONS, &action).await?]))
}

/// Its own members decide.
fn own(about: About, commons: Id) -> Box<About> {
    Box::new(about.of_commons(commons))
}

/// The number behind a name; a number stands for itself.
async fn person(find: &Find<'_>, name: &str) -> Result<Id, Failure> {
    if let Ok(number) = name.parse() {
        return Ok(Id(number));
    }
    let address = find.session.address(name).await?;
    let members = find.session.contract(None, MEMBERS).await?;
    Ok(find
        .client
        .members(members)
        .standing(&address)
        .await?
        .person)
}

/// `15%` or parts per million.
fn ppm(text: &str) -> Result<u32, Failure> {
    let read = typed("share_ppm", text, &json!(0)).ok();
    let read = read.and_then(|value| value.as_u64());
    let ppm = read.and_then(|ppm| u32::try_from(ppm).ok());
    ppm.filter(|ppm| *ppm <= 1_000_000).ok_or_else(|| {
        Failure::Usage(format!(
            "{text} is no part of a cap; write `15%`, or up to 1000000 parts per million"
        ))
    })
}

/// `ana` or `ana=10_000`.
fn share(text: &str) -> Result<(&str, Shares), Failure> {
    let Some((who, shares)) = text.rsplit_once('=') else {
        return Ok((text, Shares::NONE));
    };
    let shares = shares.replace('_', "").parse().ok();
    let shares = shares.filter(|shares| *shares <= ALL_SHARES).map(Shares);
    shares.map(|shares| (who, shares)).ok_or_else(|| {
        Failure::Usage(format!(
            "{text} names no shares; write WHO=SHARES, of 100,000,000, as `ana=10_000`"
        ))
    })
}

async fn enrol(find: &Find<'_>, commons: u64, texts: &[String]) -> Result<Enrol, Failure> {
    let mut members = vec![];
    for text in texts {
        let (who, shares) = share(text)?;
        let person = person(find, who).await?;
        members.push(Share { person, shares });
    }
    Ok(Enrol {
        commons: Id(commons),
        members,
    })
}

/// What a commons has where nobody says otherwise; how much may be taken must be said.
fn usual() -> Value {
    json!({
        "epoch_seconds": 90 * DAY,
        "enrolment": {"decision": {}},
        "monitors": monitors::Rules::usual(Quantity::MAX),
        "cap": {"kappa_ppm": 500_000, "rise_bps": 2_000, "grace_seconds": 14 * DAY},
        "regeneration": regeneration::Rules::default(),
        "rights": rights::Rules::default(),
        "market": mycel_client::commons::market::Rules::default(),
        "order": {
            "tolerance_bps": 500, "notice_seconds": 90 * DAY, "reduced_seconds": 180 * DAY,
            "suspended_seconds": 180 * DAY, "excluded_seconds": 365 * DAY,
            "reduced_bps": 5_000, "appeal_seconds": 14 * DAY,
        },
    })
}

/// Puts what is said over what is there. One of several kinds, as `{"fixed":{…}}`, replaces another kind.
fn put_over(there: &mut Value, said: Value) {
    let other_kind = |there: &Map<String, Value>, said: &Map<String, Value>| {
        there.len() == 1 && said.len() == 1 && there.keys().next() != said.keys().next()
    };
    match (there, said) {
        (Value::Object(there), Value::Object(said)) if !other_kind(there, &said) => {
            for (name, value) in said {
                put_over(there.entry(name).or_insert(Value::Null), value);
            }
        }
        (there, said) => *there = said,
    }
}

fn rules(value: Value) -> Result<Rules, Failure> {
    if value["cap"]["harvest"].is_null() {
        return Err(Failure::Usage(
            "how much may be taken? say it under rules, as \"cap\": {\"harvest\": {\"status\": {\"f_msy_ppm\": 100000, \"b_lim\": \"200000\", \"b_trig\": \"800000\"}}} (or fixed, proportional, stepwise)"
                .into(),
        ));
    }
    serde_json::from_value(value).map_err(|e| {
        Failure::Usage(format!(
            "the rules cannot be read: {e}; `mycel contract query commons '{{\"commons\":{{\"id\":\"1\"}}}}'` shows those of another"
        ))
    })
}

async fn founding(file: &Path, find: &Find<'_>) -> Result<Found, Failure> {
    let mut said = read_json(&format!("@{}", file.display()))?;
    if let Some(path) = said["geometry_file"].as_str() {
        let path = file.parent().unwrap_or(Path::new("")).join(path);
        let bytes = std::fs::read(&path).map_err(|e| Failure::file(path.display(), &e))?;
        said["geometry"] = hex::encode(Sha256::digest(bytes)).into();
    }
    if let Some(fields) = said.as_object_mut() {
        fields.remove("geometry_file");
    }
    let mut all = usual();
    put_over(&mut all, said["rules"].take());
    let rules = rules(all)?;
    said["rules"] = serde_json::to_value(&rules).map_err(|e| Failure::Usage(e.to_string()))?;
    if said["members"].is_null() {
        said["members"] = json!([]);
    }
    for member in said["members"].as_array_mut().into_iter().flatten() {
        let name = match &member["person"] {
            Value::String(name) => name.clone(),
            other => other.to_string(),
        };
        member["person"] = person(find, &name).await?.to_string().into();
    }
    serde_json::from_value(said).map_err(|e| {
        Failure::Usage(format!(
            "{} cannot be read: {e}; it has name, unit, boundary, geometry (or geometry_file), rules, members [{{person, shares}}], and parent if it is part of another",
            file.display()
        ))
    })
}

/// A commons' rules with what is said over them.
async fn changed(
    find: &Find<'_>,
    commons: u64,
    fields: &[String],
    file: Option<&Path>,
) -> Result<Rules, Failure> {
    let contract = find.session.contract(None, COMMONS).await?;
    let view = find.client.commons(contract).one(Id(commons)).await?;
    // what is decided already and holds from the next season on is what this changes
    let now = view.next_rules.unwrap_or(view.rules);
    let mut all = serde_json::to_value(now).map_err(|e| Failure::Usage(e.to_string()))?;
    if let Some(file) = file {
        let said = read_json(&format!("@{}", file.display()))?;
        put_over(&mut all, said);
    }
    let mut set = Map::new();
    for field in fields {
        let (path, text) = split(field)?;
        let path = found(&all, path).ok_or_else(|| {
            Failure::Usage(format!(
                "commons {commons} has no rule {path}; see `mycel contract query commons '{{\"commons\":{{\"id\":\"{commons}\"}}}}'`"
            ))
        })?;
        let name = path.last().map(String::as_str).unwrap_or_default();
        let like = path.iter().fold(&all, |value, name| &value[name]);
        insert(&mut set, &path, typed(name, text, like)?);
    }
    put_over(&mut all, set.into());
    rules(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_parts_are_read_as_typed_or_say_how() {
        assert_eq!(share("ana").unwrap(), ("ana", Shares::NONE));
        assert_eq!(share("ana=10_000").unwrap(), ("ana", Shares(10_000)));
        for wrong in ["ana=", "ana=x", "ana=100000001"] {
            let refused = share(wrong).unwrap_err().to_string();
            assert!(refused.contains("WHO=SHARES"), "{refused}");
        }
        assert_eq!(ppm("15%").unwrap(), 150_000);
        assert_eq!(ppm("1000000").unwrap(), 1_000_000);
        for wrong in ["101%", "x", "-1"] {
            let refused = ppm(wrong).unwrap_err().to_string();
            assert!(refused.contains("`15%`"), "{refused}");
        }
    }

    #[test]
    fn rules_may_leave_out_what_is_usual_but_not_what_may_be_taken() {
        let with = |said: Value| {
            let mut all = usual();
            put_over(&mut all, said);
            rules(all)
        };
        let fixed = json!({"cap": {"harvest": {"fixed": {"quantity": "7"}}}});
        let made = with(fixed).unwrap();
        assert!(made.cap.check(false).is_ok() && made.order.check(false).is_ok());
        assert_eq!(made.epoch_seconds, 7_776_000);
        assert!(
            with(json!({}))
                .unwrap_err()
                .to_string()
                .contains("how much may be taken?")
        );
        let unknown = json!({"cap": {"harvest": {"fixed": {"quantity": "7"}}}, "colour": 1});
        assert!(with(unknown).unwrap_err().to_string().contains("colour"));
    }

    #[test]
    fn one_kind_replaces_another_and_fields_of_the_same_kind_stay() {
        let mut rules = json!({"harvest": {"status": {"a": 1, "b": 2}}, "other": 3});
        put_over(&mut rules, json!({"harvest": {"status": {"a": 5}}}));
        assert_eq!(
            rules,
            json!({"harvest": {"status": {"a": 5, "b": 2}}, "other": 3})
        );
        put_over(&mut rules, json!({"harvest": {"fixed": {"quantity": "1"}}}));
        assert_eq!(rules["harvest"], json!({"fixed": {"quantity": "1"}}));
    }
}
