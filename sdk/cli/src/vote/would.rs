//! What each option of a proposal would change, in words.
use mycel_assembly::content::Content;
use mycel_client::{
    Transport,
    assembly::{Reader, Words},
};
use serde::Serialize;

/// What a proposal would change, option by option.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Would(Vec<Told>);

#[derive(Debug, Serialize)]
struct Told {
    option: u8,
    title: String,
    actions: Vec<Words>,
    /// Whether people see its title: a plain proposal has but one change.
    #[serde(skip)]
    named: bool,
}

impl Would {
    /// Reads all actions; of a plain proposal and of ballots with "no change" only what changes.
    pub async fn read<T: Transport>(reader: &Reader<'_, T>, content: &Content) -> Self {
        let budget = content.kind == "budget";
        let mut told = vec![];
        for (number, option) in (0u8..).zip(&content.options) {
            if number == 0 && !budget {
                continue;
            }
            let mut actions = vec![];
            for action in &option.actions {
                actions.push(reader.action(action).await);
            }
            told.push(Told {
                option: number,
                title: option.title.clone(),
                actions,
                named: content.kind != "yes_no",
            });
        }
        Self(told)
    }

    /// Lines for people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![];
        for told in &self.0 {
            let indent = if told.named { "  " } else { "" };
            if told.named {
                lines.push(format!("{} {}", told.option, told.title));
            }
            if told.actions.is_empty() && !told.named {
                lines.push("nothing is carried out: the text is what is decided".into());
            }
            let actions = told.actions.iter().flat_map(Words::lines);
            lines.extend(actions.map(|line| format!("{indent}{line}")));
        }
        lines
    }

    /// The same as rows, the first with this heading.
    pub fn rows(&self, mut heading: &'static str) -> Vec<(&'static str, String)> {
        let row = |line| (std::mem::take(&mut heading), line);
        self.lines().into_iter().map(row).collect()
    }
}
