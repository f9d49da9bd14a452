//! Actions of the common kinds of proposals.
use base64::{Engine, engine::general_purpose::STANDARD};
use cosmwasm_std::Binary;
use mycel_assembly::{
    msg::{Action, BallotInput},
    table,
};
use mycel_bindings::{AllowanceClass, ClassChange, MycelMsg, ParamChanges, ValidatorUpdate};
use mycel_client::{Client, Http, amount, assembly::words::seconds, network::MEMBERS};
use mycel_kit::{Id, roles::Class};
use serde_json::{Value, json};

use super::{Kind, about::About, fields};
use crate::{contract::read_json, exit::Failure, session::Session};

/// Where names are looked up.
pub struct Find<'a> {
    pub session: &'a Session,
    pub client: &'a Client<Http>,
}

impl Find<'_> {
    async fn address(&self, name: &str) -> Result<String, Failure> {
        Ok(self.session.address(name).await?.to_string())
    }
}

/// The actions of a plain proposal.
pub async fn of(kind: Kind, find: &Find<'_>) -> Result<(About, Vec<Action>), Failure> {
    let one = |about, action| Ok((about, vec![action]));
    match kind {
        Kind::Parameters {
            target,
            fields,
            about,
        } => Ok((about, fields::parameters(find, &target, &fields).await?)),
        Kind::Decide {
            target,
            action,
            about,
        } => {
            let action = decided(find, &target, &read_json(&action)?).await?;
            one(about, action)
        }
        Kind::Messages {
            target,
            messages,
            about,
        } => {
            let contract = find.address(&target).await?;
            let execute = |message: String| {
                Ok(Action::Execute {
                    contract: contract.clone(),
                    msg: binary(&read_json(&message)?),
                })
            };
            let actions: Result<_, Failure> = messages.into_iter().map(execute).collect();
            Ok((about, actions?))
        }
        Kind::Spend {
            to,
            amount: text,
            about,
        } => {
            let spend = Action::Spend {
                to: Some(find.address(&to).await?),
                amount: amount::parse(&text)?,
                hold_for: None,
                msg: None,
            };
            one(about, spend)
        }
        Kind::Admit { who, about } => {
            let address = find.address(&who).await?;
            let admit = json!({"admit": {"address": address}});
            one(about, decided(find, MEMBERS, &admit).await?)
        }
        Kind::Validators { updates, about } => {
            let updates: Result<_, _> = updates.iter().map(|u| validator(u)).collect();
            let update = MycelMsg::UpdateValidators { updates: updates? };
            one(about, Action::Chain(update))
        }
        Kind::Chain { fields, about } => {
            one(about, Action::Chain(fields::chain(find.session, &fields)?))
        }
        Kind::Classes { classes, about } => {
            let classes: Result<_, _> = classes.iter().map(|c| class(c)).collect();
            let changes = Box::new(ParamChanges {
                classes: classes?,
                ..ParamChanges::default()
            });
            one(about, Action::Chain(MycelMsg::SetParams { changes }))
        }
        Kind::Upgrade {
            release,
            height,
            about,
            ..
        } => {
            let upgrade = match (release, height) {
                (Some(name), Some(height)) => MycelMsg::ScheduleUpgrade {
                    height: height.into(),
                    name,
                },
                _ => MycelMsg::CancelUpgrade {},
            };
            one(about, Action::Chain(upgrade))
        }
        Kind::Migrate {
            target,
            code,
            report,
            msg,
            about,
        } => {
            let migrate = Action::Migrate {
                contract: find.address(&target).await?,
                code_id: Id(code),
                msg: binary(&read_json(&msg)?),
                report,
            };
            one(about, migrate)
        }
        Kind::Pause {
            target,
            lasting,
            about,
        } => {
            let lasts = seconds(&lasting).and_then(|s| u32::try_from(s).ok());
            let pause = Action::Pause {
                contract: find.address(&target).await?,
                seconds: lasts.ok_or_else(|| {
                    Failure::Usage(format!("--for={lasting} is no time; write `3d` or `12h`"))
                })?,
            };
            one(about, pause)
        }
        Kind::Commons(kind) => super::commons::of(kind, find).await,
        Kind::Funding(kind) => super::funding::of(kind, find).await,
        Kind::Text(about)
        | Kind::Refuse { about, .. }
        | Kind::Approval { about, .. }
        | Kind::Ranked { about, .. }
        | Kind::Budget { about, .. } => Ok((about, vec![])),
        Kind::File { .. } => Err(Failure::Usage("a file says its actions itself".into())),
    }
}

/// The least class that all actions of a ballot need; spending for a budget.
pub fn least(ballot: &BallotInput) -> Result<Class, Failure> {
    let (floor, actions): (_, Vec<&Action>) = match ballot {
        BallotInput::YesNo { actions } => (Class::Ordinary, actions.iter().collect()),
        BallotInput::Approval { options } | BallotInput::Ranked { options } => {
            let actions = options.iter().flat_map(|option| &option.actions);
            (Class::Ordinary, actions.collect())
        }
        BallotInput::Budget { .. } => (Class::Spending, vec![]),
    };
    let classes: Result<Vec<Class>, _> = actions.into_iter().map(table::least).collect();
    let classes = classes.map_err(|e| Failure::Usage(e.to_string()))?;
    // a pause and nothing else may be urgent
    if !classes.is_empty() && classes.iter().all(|class| *class == Class::Urgent) {
        return Ok(Class::Urgent);
    }
    Ok(classes.into_iter().fold(floor, Class::max))
}

/// JSON as messages carry it.
pub fn binary(value: &Value) -> Binary {
    Binary::from(value.to_string().into_bytes())
}

pub async fn decided(find: &Find<'_>, contract: &str, action: &Value) -> Result<Action, Failure> {
    Ok(Action::Decided {
        contract: find.address(contract).await?,
        action: binary(action),
    })
}

/// `guest=2000000,500,code` or `guest=none`.
fn class(text: &str) -> Result<ClassChange, Failure> {
    let wrong = || {
        Failure::Usage(format!(
            "{text} is no class; write it as NAME=CAPACITY,RATE[,code] or NAME=none"
        ))
    };
    let (name, class) = text.split_once('=').ok_or_else(wrong)?;
    let name = name.to_owned();
    if class == "none" {
        return Ok(ClassChange { name, class: None });
    }
    let parts: Vec<&str> = class.split(',').collect();
    let number = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    let (capacity, rate, may_store_code) = match parts[..] {
        [capacity, rate] => (capacity, rate, false),
        [capacity, rate, "code"] => (capacity, rate, true),
        _ => return Err(wrong()),
    };
    let class = AllowanceClass {
        capacity: number(capacity)?.into(),
        rate: number(rate)?.into(),
        may_store_code,
    };
    let class = Some(class);
    Ok(ClassChange { name, class })
}

/// `KEY=10`, the key in hex or base64, which may itself end in `=`.
fn validator(text: &str) -> Result<ValidatorUpdate, Failure> {
    let wrong = || {
        Failure::Usage(format!(
            "{text} is no validator; write it as KEY=POWER, the key's 32 bytes in hex or base64"
        ))
    };
    let (key, power) = text.rsplit_once('=').ok_or_else(wrong)?;
    let bytes = hex::decode(key).or_else(|_| STANDARD.decode(key));
    let bytes = bytes.ok().filter(|bytes| bytes.len() == 32);
    Ok(ValidatorUpdate {
        pub_key: bytes.ok_or_else(wrong)?.into(),
        power: power.parse::<u64>().map_err(|_| wrong())?.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_validators_read_as_they_are_written_or_say_how() {
        let guest = class("guest=2000000,500,code").unwrap();
        assert!(guest.class.unwrap().may_store_code);
        assert_eq!(class("guest=none").unwrap().class, None);
        for wrong in ["guest", "guest=1", "guest=1,x", "guest=1,2,all"] {
            let refused = class(wrong).unwrap_err().to_string();
            assert!(refused.contains("NAME=CAPACITY,RATE"), "{refused}");
        }
        let (hex, base64) = (hex::encode([7; 32]), STANDARD.encode([7; 32]));
        for key in [hex, base64] {
            let update = validator(&format!("{key}=10")).unwrap();
            assert_eq!((update.pub_key.len(), update.power.u64()), (32, 10));
        }
        for wrong in [
            "07=10",
            "x",
            "=1",
            &format!("{}=many", hex::encode([7; 32])),
        ] {
            let refused = validator(wrong).unwrap_err().to_string();
            assert!(refused.contains("KEY=POWER"), "{refused}");
        }
    }

    #[test]
    fn the_least_class_that_serves_is_taken() {
        let spend = Action::Spend {
            to: Some("ana".into()),
            amount: mycel_kit::Amount::credits(1).unwrap(),
            hold_for: None,
            msg: None,
        };
        let own = |name: &str| Action::Decided {
            contract: "credit".into(),
            action: binary(&json!({name: {}})),
        };
        let pause = Action::Pause {
            contract: "credit".into(),
            seconds: 60,
        };
        let class = |actions: &[&Action]| {
            let actions = actions.iter().map(|a| (*a).clone()).collect();
            least(&BallotInput::YesNo { actions }).unwrap()
        };
        assert_eq!(class(&[]), Class::Ordinary);
        assert_eq!(class(&[&own("set_limit")]), Class::Ordinary);
        assert_eq!(class(&[&spend]), Class::Spending);
        assert_eq!(
            class(&[&spend, &own("set_parameters")]),
            Class::Constitutional
        );
        assert_eq!(class(&[&pause]), Class::Urgent);
        assert_eq!(class(&[&pause, &own("set_limit")]), Class::Ordinary);
        let two = BallotInput::YesNo {
            actions: vec![Action::Decided {
                contract: "credit".into(),
                action: binary(&json!({"spend_commons": {}})),
            }],
        };
        assert!(least(&two).is_err(), "what no class can do");
    }
}
