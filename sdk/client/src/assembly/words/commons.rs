//! Decisions about commons: founding, rules, shares, budgets, who may watch.
use mycel_commons::{
    cap::Rule,
    quantity::{ALL_SHARES, Quantity},
    registry::{
        admission::Policy,
        msg::{Enrol, Found, SetRules, Share},
        rules::Rules,
    },
    rights::baskets::OpenBasket,
};
use mycel_kit::Id;
use serde_json::{Value, json};

use super::{Reader, Words, value, value::lasting};
use crate::Transport;

/// Most members that are named one by one.
const NAMED: usize = 10;

impl<T: Transport> Reader<'_, T> {
    /// The words of a decision for a contract that keeps commons.
    pub(super) async fn commons(&self, contract: &str, kind: &str, body: &Value) -> Option<Words> {
        let number = |field: &str| body[field].as_str()?.parse::<u64>().ok();
        Some(match kind {
            "found" => {
                self.founded(serde_json::from_value(body.clone()).ok()?)
                    .await
            }
            "accredit" => {
                let organisation = self.names.person(Id(number("organisation")?)).await;
                Words::new(format!("let {organisation} send monitors"))
                    .note("it takes a seat in a commons by a bond, and has no rights there")
            }
            "withdraw_accreditation" => {
                let organisation = self.names.person(Id(number("organisation")?)).await;
                Words::new(format!("let {organisation} send monitors no more"))
            }
            "set_rules" => {
                self.rules(contract, serde_json::from_value(body.clone()).ok()?)
                    .await?
            }
            "enrol" | "grant_shares" => {
                let asked: Enrol = serde_json::from_value(body.clone()).ok()?;
                let commons = self.called(contract, asked.commons).await;
                let does = match kind {
                    "enrol" => format!("enrol {} in {commons}", count(asked.members.len())),
                    _ => format!("give shares of {commons} to {}", count(asked.members.len())),
                };
                let mut words = Words::new(does);
                words.notes = self.shares(&asked.members).await;
                words.note("the shares are the commons' own")
            }
            "allot_budget" => {
                let (parent, child) = (number("commons")?, number("child")?);
                let ppm = body["ppm"].as_u64()?;
                let asked = self.view(contract, Id(parent)).await;
                let now = asked["budgets"].as_array().and_then(|budgets| {
                    let child = json!(child.to_string());
                    let found = budgets.iter().find(|one| one["child"] == child)?;
                    found["ppm"].as_u64()
                });
                let parent = self.called(contract, Id(parent)).await;
                let child = self.called(contract, Id(child)).await;
                Words::new(format!(
                    "leave {} of the cap of {parent} to {child}",
                    value::share(ppm.into(), 1_000_000)
                ))
                .note(match now {
                    Some(now) => format!("now {}", value::share(now.into(), 1_000_000)),
                    None => "now nothing".to_owned(),
                })
                .note("from the next season on; its own members keep their own rules")
            }
            "close" => {
                let commons = self.called(contract, Id(number("commons")?)).await;
                Words::new(format!("close {commons}"))
                    .note("no season opens any more; what is open ends first")
            }
            "lower" => {
                let measure = number("measure")?;
                let commons = self.called(contract, Id(number("commons")?)).await;
                let asked = json!({"measure": {"id": measure.to_string()}});
                let found = self.ask(contract, asked).await.unwrap_or_default();
                let words = Words::new(format!("lower measure {measure} in {commons} by a step"));
                match (found["person"].as_str(), found["step"].as_str()) {
                    (Some(person), Some(step)) => {
                        let person = self.names.person(Id(person.parse().ok()?)).await;
                        words.note(format!("it is against {person}, {step}"))
                    }
                    _ => words.note("there is no such measure now: it would fail"),
                }
            }
            "open_basket" => {
                let asked: OpenBasket = serde_json::from_value(body.clone()).ok()?;
                let commons = self.called(contract, asked.commons).await;
                Words::new(format!("open a basket for what is set aside in {commons}")).note(
                    format!(
                        "of the last {} seasons; redeeming it costs {}",
                        asked.window,
                        value::share(asked.fee_bps.into(), 10_000)
                    ),
                )
            }
            _ => return None,
        })
    }

    async fn view(&self, contract: &str, commons: Id) -> Value {
        let asked = json!({"commons": {"id": commons.to_string()}});
        self.ask(contract, asked).await.unwrap_or_default()
    }

    /// `the forest (commons 1)`.
    async fn called(&self, contract: &str, commons: Id) -> String {
        match self.view(contract, commons).await["name"].as_str() {
            Some(name) => format!("{name} (commons {commons})"),
            None => format!("commons {commons}"),
        }
    }

    async fn shares(&self, members: &[Share]) -> Vec<String> {
        let mut told = vec![];
        for one in members.iter().take(NAMED) {
            let name = self.names.person(one.person).await;
            told.push(match one.shares.0 {
                0 => name,
                shares => format!(
                    "{name}: {} shares, {}",
                    grouped(shares.into()),
                    value::share(shares.into(), ALL_SHARES.into())
                ),
            });
        }
        if members.len() > NAMED {
            told.push(format!("and {} more", members.len() - NAMED));
        }
        told
    }

    async fn founded(&self, found: Found) -> Words {
        let mut words = Words::new(format!(
            "found the commons “{}”, counted in {}",
            found.name, found.unit
        ))
        .note(format!("it reaches {}", found.boundary))
        .note(format!("its geometry is sha256 {}", found.geometry));
        if let Some(parent) = found.parent {
            words = words.note(format!(
                "it lives within commons {parent}, and gets nothing of its cap until that one's members allot it a budget"
            ));
        }
        words.notes.extend(of_rules(&found.rules, &found.unit));
        let given: u64 = found
            .members
            .iter()
            .map(|one| u64::from(one.shares.0))
            .sum();
        words.notes.push(format!(
            "{} enrolled from the beginning:",
            count(found.members.len())
        ));
        words.notes.extend(self.shares(&found.members).await);
        let left = u64::from(ALL_SHARES).saturating_sub(given);
        words.note(format!(
            "{} shares, {}, stay with the commons itself",
            grouped(left.into()),
            value::share(left.into(), ALL_SHARES.into())
        ))
    }

    async fn rules(&self, contract: &str, asked: SetRules) -> Option<Words> {
        let commons = self.called(contract, asked.commons).await;
        let view = self.view(contract, asked.commons).await;
        let mut words = Words::new(format!(
            "change the rules of {commons} from its next season on"
        ));
        let wanted = serde_json::to_value(&asked.rules).ok()?;
        let mut changes = self.diff(&wanted, &[&view["rules"]], &Value::Null).await;
        // all rules are sent; what stays is no news
        changes.retain(|change| change.old.as_ref() != Some(&change.new));
        words.changes = changes;
        let now: Option<Rules> = serde_json::from_value(view["rules"].clone()).ok();
        match now {
            None => words = words.note("there is no such commons now: it would fail"),
            Some(now) if now == asked.rules => words = words.note("nothing would change"),
            Some(now) if now.cap.harvest != asked.rules.cap.harvest => {
                let unit = view["unit"].as_str().unwrap_or_default();
                words = words.note(harvest(&asked.rules.cap.harvest, unit));
            }
            Some(_) => {}
        }
        Some(words)
    }
}

fn count(members: usize) -> String {
    match members {
        1 => "1 member".into(),
        members => format!("{members} members"),
    }
}

/// Digits in groups of three.
fn grouped(number: u128) -> String {
    let plain = number.to_string();
    let mut text = String::new();
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How much may be taken, in a sentence.
fn harvest(rule: &Rule, unit: &str) -> String {
    let units = |quantity: &Quantity| format!("{} {unit}", grouped(quantity.units()));
    let part = |ppm: u32| value::share(ppm.into(), 1_000_000);
    match rule {
        Rule::Status {
            f_msy_ppm,
            b_lim,
            b_trig,
        } => format!(
            "a season yields {} of a stock of {} or more, less the smaller it is, and nothing at {} or below",
            part(*f_msy_ppm),
            units(b_trig),
            units(b_lim)
        ),
        Rule::Fixed { quantity } => format!(
            "a season yields {}, however large the stock is, as long as there is so much",
            units(quantity)
        ),
        Rule::Proportional { f_ppm } => {
            format!("a season yields {} of whatever there is", part(*f_ppm))
        }
        Rule::Stepwise { steps } => {
            let step = |step: &mycel_commons::cap::rule::Step| {
                format!("{} from {} on", part(step.f_ppm), units(&step.from))
            };
            let steps: Vec<String> = steps.iter().map(step).collect();
            format!("a season yields a part of the stock: {}", steps.join(", "))
        }
    }
}

/// What members should know of rules before they agree to them.
fn of_rules(rules: &Rules, unit: &str) -> Vec<String> {
    let (watch, order) = (&rules.monitors, &rules.order);
    let part = |bps: u16| value::share(bps.into(), 10_000);
    let enrolment = match rules.enrolment {
        Policy::Decision {} => "its members decide who else is enrolled".to_owned(),
        Policy::Vouching { welcomes } => {
            format!("who wants to be enrolled needs {welcomes} of the enrolled to vouch")
        }
    };
    vec![
        format!("a season lasts {}", lasting(rules.epoch_seconds.into())),
        harvest(&rules.cap.harvest, unit),
        format!(
            "the cap rises by at most {} in a season",
            part(rules.cap.rise_bps)
        ),
        enrolment,
        format!(
            "{} organisations and {} by lot watch it; {} of them must have read within {}",
            watch.organisations,
            watch.lay,
            watch.quorum,
            lasting(watch.window.0)
        ),
        format!(
            "nobody holds more than {} of its shares; more than {} beyond an entitlement is a step on the ladder",
            part(rules.rights.concentration_bps),
            part(order.tolerance_bps)
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_may_be_taken_is_a_sentence_with_units() {
        let of = |number: u128| Quantity::new(number).unwrap();
        let status = Rule::Status {
            f_msy_ppm: 100_000,
            b_lim: of(200_000),
            b_trig: of(800_000),
        };
        assert_eq!(
            harvest(&status, "kg"),
            "a season yields 10.0 % of a stock of 800,000 kg or more, less the smaller it is, and nothing at 200,000 kg or below"
        );
        let fixed = Rule::Fixed { quantity: of(5) };
        assert!(harvest(&fixed, "m3").contains("yields 5 m3"));
        let steps = vec![mycel_commons::cap::rule::Step {
            from: of(100),
            f_ppm: 50_000,
        }];
        assert!(harvest(&Rule::Stepwise { steps }, "kg").contains("5.0 % from 100 kg on"));
    }
}
