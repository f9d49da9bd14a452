//! Short statements on a proposal, and who agrees with them.
use mycel_assembly::msg::{ExecuteMsg, Reaction};
use mycel_client::{Client, Http, assembly::Names, message};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::{Act, Session},
};

/// Arguments of `mycel vote statement`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Makes a statement; who makes it agrees with it
    Add {
        /// The proposal's number
        proposal: u64,
        /// At most 280 bytes
        text: String,
        /// Who makes it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Lists the statements on a proposal
    List {
        /// The proposal's number
        proposal: u64,
    },
    /// Agrees, disagrees or passes: `vote 12 0=agree 3=disagree`; the last word counts
    Vote {
        /// The proposal's number
        proposal: u64,
        /// STATEMENT=agree, disagree or pass, by the numbers of `statement list`
        #[arg(required = true, value_name = "N=WORD")]
        reactions: Vec<String>,
        /// Who says so: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Attaches groups of opinion, computed elsewhere, by hash: the proposer, or who sits on its panel
    Attach {
        /// The proposal's number
        proposal: u64,
        /// SHA-256 of the result, in hex
        hash: String,
        /// Where the result may be found
        #[arg(long, value_name = "TEXT", default_value = "")]
        source: String,
        /// Who attaches it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

#[derive(Serialize)]
struct Line {
    statement: u8,
    text: String,
    by: String,
    agree: u32,
    disagree: u32,
    pass: u32,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Statements(Vec<Line>);

impl Show for Statements {
    fn human(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let headings = [
            ("", Align::Right),
            ("agree", Align::Right),
            ("disagree", Align::Right),
            ("pass", Align::Right),
            ("by", Align::Left),
            ("statement", Align::Left),
        ];
        let row = |line: &Line| {
            vec![
                line.statement.to_string(),
                line.agree.to_string(),
                line.disagree.to_string(),
                line.pass.to_string(),
                line.by.clone(),
                line.text.clone(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(&headings, &rows)
    }
}

/// Runs one verb.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let (from, what, body, results): (_, _, _, &[_]) = match cmd.verb {
        Verb::List { proposal } => return list(session, client, contract, proposal).await,
        Verb::Add {
            proposal,
            text,
            from,
        } => {
            let what = format!("state on proposal {proposal} as {from}: {text}");
            let proposal = Id(proposal);
            let body = ExecuteMsg::State { proposal, text };
            (from, what, body, &[("statement", "statement")])
        }
        Verb::Vote {
            proposal,
            reactions: words,
            from,
        } => {
            let read: Result<Vec<_>, _> = words.iter().map(|word| reaction(word)).collect();
            let what = format!("say {} on proposal {proposal} as {from}", words.join(" "));
            let body = ExecuteMsg::React {
                proposal: Id(proposal),
                reactions: read?,
            };
            (from, what, body, &[])
        }
        Verb::Attach {
            proposal,
            hash,
            source,
            from,
        } => {
            let what = format!("attach groups of opinion {hash} to proposal {proposal}");
            let body = ExecuteMsg::AttachClusters {
                proposal: Id(proposal),
                hash,
                source,
            };
            (from, what, body, &[])
        }
    };
    let sender = session.address(&from).await?;
    let mut act = Act::new(&from, what, message::execute(&sender, &contract, &body)?);
    act.results = results;
    session.act(client, act).await
}

/// `3=agree`.
fn reaction(word: &str) -> Result<(u8, Reaction), Failure> {
    let read = || {
        let (number, word) = word.split_once('=')?;
        let reaction = match word {
            "agree" => Reaction::Agree,
            "disagree" => Reaction::Disagree,
            "pass" => Reaction::Pass,
            _ => return None,
        };
        Some((number.parse().ok()?, reaction))
    };
    read().ok_or_else(|| {
        Failure::Usage(format!(
            "{word} says nothing; write N=agree, N=disagree or N=pass, by the numbers of `mycel vote statement list`"
        ))
    })
}

async fn list(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    proposal: u64,
) -> Result<(), Failure> {
    let names = Names::new(client, session.network());
    let all = client.assembly(contract).statements(Id(proposal)).await?;
    let mut lines = vec![];
    for view in all {
        lines.push(Line {
            statement: view.statement,
            by: names.person(view.person).await,
            text: view.text,
            agree: view.agree,
            disagree: view.disagree,
            pass: view.pass,
        });
    }
    if lines.is_empty() {
        eprintln!("no statements on proposal {proposal}");
    }
    session.print(&Statements(lines));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_reads_as_it_is_written_or_says_how() {
        assert_eq!(reaction("3=agree").unwrap(), (3, Reaction::Agree));
        assert_eq!(reaction("0=disagree").unwrap(), (0, Reaction::Disagree));
        assert_eq!(reaction("9=pass").unwrap(), (9, Reaction::Pass));
        for wrong in ["agree", "x=agree", "1=maybe", "300=agree"] {
            let refused = reaction(wrong).unwrap_err().to_string();
            assert!(refused.contains("N=agree"), "{refused}");
        }
    }
}
