//! What every proposal says of itself, and what is said where nobody says it.
use std::path::PathBuf;

use mycel_assembly::msg::{BallotInput, PanelInput, ProposalInput};
use mycel_client::{Http, assembly::Reader};
use mycel_kit::{
    Id,
    roles::{Class, Electorate},
};

use super::{super::terms, actions};
use crate::exit::Failure;

/// Longest title, in bytes.
const TITLE: usize = 128;
/// Longest text, in bytes.
const TEXT: usize = 8 << 10;

/// What every proposal says of itself.
#[derive(Debug, clap::Args)]
pub struct About {
    /// Who proposes: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
    /// What it is called [default: what it would do]
    #[arg(long)]
    title: Option<String>,
    /// What it says, at most 8 KiB [default: what it would change]
    #[arg(long, conflicts_with_all = ["text_file", "text_hash"])]
    text: Option<String>,
    /// A file with what it says
    #[arg(long, value_name = "FILE", conflicts_with = "text_hash")]
    text_file: Option<PathBuf>,
    /// SHA-256 of a text that is kept elsewhere, in hex
    #[arg(long, value_name = "HEX")]
    text_hash: Option<String>,
    /// One of the assembly's areas
    #[arg(long)]
    area: Option<String>,
    /// Who votes: `all`, `commons/7` or `organisation/3`
    #[arg(long, default_value = "all", value_parser = terms::electorate)]
    electorate: Electorate,
    /// ordinary, spending, constitutional or urgent [default: the least that serves]
    #[arg(long, value_parser = terms::class)]
    class: Option<Class>,
    /// All actions run, or none
    #[arg(long)]
    atomic: bool,
    /// Asks for a panel of so many, drawn by lot, that deliberates first
    #[arg(long, value_name = "SEATS")]
    panel: Option<u16>,
}

impl About {
    /// Decided by the members of a commons, unless another electorate was named.
    pub fn of_commons(mut self, commons: Id) -> Self {
        if self.electorate == Electorate::All {
            self.electorate = Electorate::Commons(commons);
        }
        self
    }

    /// Who proposes, and what is said and would happen.
    pub async fn input(
        self,
        title: Option<String>,
        ballot: BallotInput,
        reader: &Reader<'_, Http>,
    ) -> Result<(String, ProposalInput), Failure> {
        let text = match (&self.text, &self.text_file) {
            (Some(text), _) => Some(text.clone()),
            (None, Some(path)) => {
                let read = std::fs::read_to_string(path);
                Some(read.map_err(|e| Failure::file(path.display(), &e))?)
            }
            (None, None) => None,
        };
        let least = actions::least(&ballot)?;
        let class = self.class.unwrap_or(least);
        if class < least {
            return Err(Failure::Usage(format!(
                "class={} is too light: its actions need {}; leave `--class` away",
                class.name(),
                least.name()
            )));
        }
        let title = match self.title.or(title) {
            Some(title) => title,
            None => named(&ballot, reader).await.ok_or_else(|| {
                Failure::Usage("a proposal needs a name; add `--title \"…\"`".into())
            })?,
        };
        let text = match (text, &self.text_hash) {
            (None, None) => Some(itself(&title, &ballot, reader).await?),
            (text, _) => text,
        };
        let input = ProposalInput {
            title,
            text,
            text_hash: self.text_hash,
            area: self.area,
            electorate: self.electorate,
            class,
            ballot,
            atomic: self.atomic,
            panel: self.panel.map(|size| PanelInput {
                size,
                features: vec![],
                quotas: vec![],
            }),
        };
        Ok((self.from, input))
    }
}

/// What is said where nobody wrote a text: what would change now. A proposal without actions is its text.
async fn itself(
    title: &str,
    ballot: &BallotInput,
    reader: &Reader<'_, Http>,
) -> Result<String, Failure> {
    let actions = match ballot {
        BallotInput::YesNo { actions } => actions.as_slice(),
        _ => return Ok(title.to_owned()),
    };
    if actions.is_empty() {
        return Err(Failure::Usage(
            "nothing is carried out, so the text is what is decided; add `--text`, `--text-file` or `--text-hash`"
                .into(),
        ));
    }
    let mut text = String::new();
    for action in actions {
        for line in reader.action(action).await.lines() {
            let fits = text.len() + line.len() < TEXT;
            if fits {
                text.push_str(&line);
                text.push('\n');
            }
        }
    }
    Ok(text)
}

/// A title from what a plain proposal would do.
async fn named(ballot: &BallotInput, reader: &Reader<'_, Http>) -> Option<String> {
    let BallotInput::YesNo { actions } = ballot else {
        return None;
    };
    let does = reader.action(actions.first()?).await.does;
    let mut letters = does.chars();
    let mut title: String = letters.next()?.to_uppercase().collect();
    title.extend(letters);
    let end = (0..=title.len().min(TITLE))
        .rev()
        .find(|end| title.is_char_boundary(*end))?;
    title.truncate(end);
    Some(title)
}
