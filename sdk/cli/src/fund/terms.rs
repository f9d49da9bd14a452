//! The terms of a round: opened by a member, or proposed as a round of the commons.
use mycel_client::{
    amount,
    assembly::words::{lasting, seconds},
    funding::{
        msg::ExecuteMsg,
        rounds::msg::{Admission, IdentityInput, RoundInput},
        rules::{Rule, Saturation},
        words,
    },
};
use mycel_kit::{Amount, Id, Seconds};

use super::Desk;
use crate::exit::Failure;

/// How matching is weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum RuleName {
    /// Two who give to the same projects count less together
    Pairwise,
    /// What many give is matched
    Quadratic,
    /// The same, never scaled up
    CapitalConstrained,
    /// The same, declared groups counting as one giver
    Clustered,
}

/// What becomes of a pool that is more than enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Rest {
    /// The rest goes back to the sponsors
    Return,
    /// All is paid, in proportion
    Scale,
}

/// Who admits projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Admit {
    /// Members who support them
    Members,
    /// A decision of all members
    Decided,
}

/// A round's terms.
#[derive(Debug, clap::Args)]
pub struct Terms {
    /// What the round is called
    #[arg(value_name = "NAME")]
    name: String,
    /// How long until gifts begin: `14d`; sponsors and projects come before
    #[arg(long = "in", value_name = "TIME")]
    ahead: String,
    /// How long gifts are taken: `14d`
    #[arg(long = "for", value_name = "TIME")]
    lasts: String,
    /// How matching is weighed
    #[arg(long, value_enum, default_value = "pairwise")]
    rule: RuleName,
    /// Of pairwise: credits that two have in common when they count half [default: the median gift]
    #[arg(long, value_name = "CREDITS")]
    m: Option<String>,
    /// Most that one project gets of the pool
    #[arg(long, value_name = "SHARE", default_value = "20%")]
    cap: String,
    /// What becomes of a pool that is more than the gifts call for
    #[arg(long, value_enum, default_value = "return")]
    rest: Rest,
    /// Who admits projects
    #[arg(long, value_enum, default_value = "members")]
    admission: Admit,
    /// The round is cancelled if its pool is below so many credits when gifts begin [default: of one's own the least]
    #[arg(long, value_name = "CREDITS")]
    min_pool: Option<String>,
    /// Most projects
    #[arg(long, value_name = "N")]
    max_projects: Option<u16>,
    /// Who counts as one giver is shown by a proof at this gate; it hides nothing, as it stands beside the paying address
    #[arg(long, value_name = "N")]
    gate: Option<u64>,
}

/// Arguments of `mycel fund open`.
#[derive(Debug, clap::Args)]
pub struct Open {
    #[command(flatten)]
    terms: Terms,
    /// Who opens it: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

fn time(option: &str, text: &str) -> Result<u64, Failure> {
    seconds(text).filter(|seconds| *seconds > 0).ok_or_else(|| {
        Failure::Usage(format!(
            "--{option}={text} is no time; write `14d`, `6h` or `90s`"
        ))
    })
}

/// `20%`, `12.5%` in 1/10,000.
fn share(text: &str) -> Result<u16, Failure> {
    let wrong = || Failure::Usage(format!("--cap={text} is no share; write it as `20%`"));
    let percent = text.trim().strip_suffix('%').ok_or_else(wrong)?.trim_end();
    let (whole, part) = percent.split_once('.').unwrap_or((percent, ""));
    if part.len() > 2 || whole.is_empty() {
        return Err(wrong());
    }
    let bps = format!("{whole}{part:0<2}")
        .parse::<u16>()
        .map_err(|_| wrong())?;
    match bps {
        1..=10_000 => Ok(bps),
        _ => Err(wrong()),
    }
}

impl Terms {
    /// How long until gifts begin.
    pub fn ahead(&self) -> Result<u64, Failure> {
        time("in", &self.ahead)
    }

    /// As the contract takes them, `now` being the second of its clock.
    pub fn input(&self, now: u64, least: Amount) -> Result<RoundInput, Failure> {
        let m = self.m.as_deref().map(amount::parse).transpose()?;
        if m.is_some() && self.rule != RuleName::Pairwise {
            return Err(Failure::Usage(
                "--m is of `--rule pairwise` only; leave it away".into(),
            ));
        }
        let begins = now.saturating_add(self.ahead()?);
        let min_pool = self.min_pool.as_deref().map(amount::parse).transpose()?;
        Ok(RoundInput {
            title: self.name.clone(),
            identity: match self.gate {
                None => IdentityInput::Addresses {},
                Some(gate) => IdentityInput::Proofs { gate: Id(gate) },
            },
            rule: match self.rule {
                RuleName::Pairwise => Rule::Pairwise { m },
                RuleName::Quadratic => Rule::Quadratic {},
                RuleName::CapitalConstrained => Rule::CapitalConstrained {},
                RuleName::Clustered => Rule::Clustered {},
            },
            saturation: match self.rest {
                Rest::Return => Saturation::Return,
                Rest::Scale => Saturation::Scale,
            },
            cap_bps: Some(share(&self.cap)?),
            begins: Seconds(begins),
            ends: Seconds(begins.saturating_add(time("for", &self.lasts)?)),
            admission: match self.admission {
                Admit::Members => Admission::Members,
                Admit::Decided => Admission::Decided,
            },
            min_pool: min_pool.unwrap_or(least),
            max_projects: self.max_projects,
        })
    }
}

/// Lines of a preview.
fn lines(input: &RoundInput, now: u64, supporters: u32) -> Vec<(&'static str, String)> {
    let (begins, ends) = (input.begins.0, input.ends.0);
    vec![
        (
            "gifts",
            format!(
                "in {}, for {}",
                lasting(begins.saturating_sub(now)),
                lasting(ends.saturating_sub(begins))
            ),
        ),
        ("rule", words::rule(&input.rule)),
        (
            "cap",
            format!(
                "no project gets more than {} of the pool",
                words::percent(input.cap_bps.unwrap_or(2_000).into())
            ),
        ),
        (
            "the rest",
            words::saturation(&input.rule, input.saturation).to_owned(),
        ),
        ("who counts", words::identity(&input.identity)),
        (
            "projects",
            words::admission(input.admission, Some(supporters)),
        ),
        (
            "pool",
            format!(
                "nothing yet; cancelled if below {} when gifts begin: `mycel fund sponsor` fills it",
                words::credits(input.min_pool.pico().into())
            ),
        ),
    ]
}

/// Opens a round of one's own.
pub async fn open(cmd: Open, desk: &Desk<'_>) -> Result<(), Failure> {
    let Open { terms, from } = cmd;
    let numbers = desk
        .client
        .funding(desk.contract.clone())
        .parameters()
        .await?
        .numbers;
    let least = Amount::credits(numbers.sponsor_least_credits.into()).unwrap_or(Amount::ZERO);
    let now = desk.client.contract_time().await?;
    let input = terms.input(now, least)?;
    let what = format!("open the round “{}” as {from}", input.title);
    let body = ExecuteMsg::OpenRound(Box::new(input.clone()));
    let mut act = desk.act(&from, what, &body).await?;
    act.lines = lines(&input, now, numbers.project_supporters);
    act.results = &[("round", "round")];
    desk.told(act).await
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        terms: Terms,
    }

    fn read(words: &[&str]) -> Result<RoundInput, Failure> {
        let line = Line::try_parse_from([&["x", "Spring"], words].concat()).unwrap();
        line.terms.input(1_000, Amount::credits(10).unwrap())
    }

    #[test]
    fn terms_read_as_they_are_written_with_the_defaults_of_the_contract() {
        let input = read(&["--in", "14d", "--for", "7d"]).unwrap();
        assert_eq!(input.rule, Rule::default());
        assert_eq!(input.cap_bps, Some(2_000));
        assert_eq!(input.begins.0, 1_000 + 14 * 86_400);
        assert_eq!(input.ends.0 - input.begins.0, 7 * 86_400);
        assert_eq!(input.min_pool, Amount::credits(10).unwrap());
        let input = read(&[
            "--in",
            "1h",
            "--for",
            "90s",
            "--rule",
            "quadratic",
            "--cap",
            "12.5%",
            "--rest",
            "scale",
            "--admission",
            "decided",
            "--min-pool",
            "50",
            "--gate",
            "3",
        ])
        .unwrap();
        assert_eq!(
            (input.rule, input.cap_bps),
            (Rule::Quadratic {}, Some(1_250))
        );
        assert_eq!(input.identity, IdentityInput::Proofs { gate: Id(3) });
        let shown = lines(&input, 1_000, 3);
        let line = |name: &str| shown.iter().find(|line| line.0 == name).unwrap().1.clone();
        assert_eq!(line("gifts"), "in 1 h, for 1 min 30 s");
        assert!(line("who counts").contains("hides nothing"));
        assert!(line("the rest").contains("all of the pool"));
    }

    #[test]
    fn what_cannot_be_meant_says_how_to_write_it() {
        for (words, next) in [
            (vec!["--in", "soon", "--for", "7d"], "`14d`"),
            (vec!["--in", "1d", "--for", "0"], "--for=0"),
            (vec!["--in", "1d", "--for", "1d", "--cap", "0.2"], "`20%`"),
            (vec!["--in", "1d", "--for", "1d", "--cap", "101%"], "`20%`"),
            (
                vec![
                    "--in",
                    "1d",
                    "--for",
                    "1d",
                    "--rule",
                    "quadratic",
                    "--m",
                    "3",
                ],
                "leave it away",
            ),
        ] {
            let refused = read(&words).unwrap_err().to_string();
            assert!(refused.contains(next), "{words:?}: {refused}");
        }
    }
}
