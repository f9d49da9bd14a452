//! Several options, and projects that share a budget.
use mycel_assembly::{
    count::shares::Utility,
    msg::{BallotInput, OptionInput, ProjectInput},
};
use mycel_client::amount;

use crate::{exit::Failure, session::Session};

/// Titles of options; what they would do is said in a file.
#[derive(Debug, clap::Args)]
pub struct Titles {
    /// An option's title, once for each; option 0 is always "no change"
    #[arg(long = "option", required = true, value_name = "TITLE")]
    titles: Vec<String>,
}

impl Titles {
    /// The options, without actions.
    pub fn read(self) -> Vec<OptionInput> {
        let option = |title| OptionInput {
            title,
            actions: vec![],
        };
        self.titles.into_iter().map(option).collect()
    }
}

/// A budget from `TITLE:PAYEE:COST` for each project. Titles may have colons.
pub async fn budget(
    session: &Session,
    total: &str,
    utility: Utility,
    projects: &[String],
) -> Result<BallotInput, Failure> {
    let mut list = vec![];
    for text in projects {
        let (title, payee, cost) = parts(text)?;
        list.push(ProjectInput {
            title: title.to_owned(),
            to: session.address(payee).await?.to_string(),
            cost: amount::parse(cost)?,
        });
    }
    Ok(BallotInput::Budget {
        total: amount::parse(total)?,
        utility,
        projects: list,
    })
}

fn parts(text: &str) -> Result<(&str, &str, &str), Failure> {
    let split = || {
        let (rest, cost) = text.rsplit_once(':')?;
        let (title, payee) = rest.rsplit_once(':')?;
        (!title.is_empty() && !payee.is_empty()).then_some((title, payee, cost))
    };
    split().ok_or_else(|| {
        Failure::Usage(format!(
            "{text} is no project; write it as TITLE:PAYEE:COST, as `Seeds:ana@riverside:120`"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_has_a_title_a_payee_and_a_cost() {
        assert_eq!(
            parts("Seeds: tomatoes:ana@riverside:120.5").unwrap(),
            ("Seeds: tomatoes", "ana@riverside", "120.5")
        );
        for wrong in ["Seeds", "Seeds:120", "::3", ":ana:3"] {
            let refused = parts(wrong).unwrap_err().to_string();
            assert!(refused.contains("TITLE:PAYEE:COST"), "{refused}");
        }
    }
}
