//! The README's commands, as a reader would paste them.
use std::fs;

use crate::root;

/// One line of a door: what stands in a shell block under "Three doors", continued lines joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `Member`, `Developer` or `Auditor`.
    pub door: String,
    /// The command.
    pub command: String,
}

/// All lines of all doors, in order.
pub fn doors() -> Vec<Line> {
    let page = fs::read_to_string(root().join("README.md")).expect("there is a README");
    let (_, doors) = page.split_once("## Three doors").expect("it has doors");
    read(doors)
}

fn read(doors: &str) -> Vec<Line> {
    let (mut lines, mut door, mut inside, mut begun) =
        (vec![], String::new(), false, String::new());
    for line in doors.lines().take_while(|line| !line.starts_with("## ")) {
        if let Some(name) = line.strip_prefix("**").and_then(|l| l.strip_suffix("**")) {
            door = name.to_owned();
        } else if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            begun.push_str(line.trim_start());
            if let Some(half) = begun.strip_suffix('\\') {
                begun = half.to_owned();
                continue;
            }
            let command = std::mem::take(&mut begun);
            // what stands behind a # is for readers
            let command = command.split(" #").next().unwrap_or_default().trim();
            if !command.is_empty() {
                lines.push(Line {
                    door: door.clone(),
                    command: command.to_owned(),
                });
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_door_are_read_as_a_shell_would() {
        let page = "\n**Member**\n\n```sh\nmycel a \\\n  --b c\nmycel d # why\n```\n\n**Auditor**\n```sh\nmycel e\n```\n## Next\n```sh\nno\n```\n";
        let found: Vec<_> = read(page)
            .into_iter()
            .map(|line| (line.door, line.command))
            .collect();
        let line = |door: &str, command: &str| (door.to_owned(), command.to_owned());
        assert_eq!(
            found,
            [
                line("Member", "mycel a --b c"),
                line("Member", "mycel d"),
                line("Auditor", "mycel e"),
            ]
        );
    }
}
