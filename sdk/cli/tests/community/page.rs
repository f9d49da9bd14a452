//! Guides that are run as they stand.
//!
//! In a block of `console`, `$ …` is a command, what follows are lines of its answer, up to a `…`; `# 9 minutes later` is
//! time that passes; `!` before a line: the command is refused, with these words.
use snapbox::cmd::{Command, cargo_bin};

use super::Community;

/// What a command said.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Text with each run of blanks as one.
fn close(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Ran {
    /// Whether a text stands in the output, however its columns are padded.
    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        assert!(
            close(&self.out).contains(&close(text)),
            "no {text:?} in\n{}{}",
            self.out,
            self.err
        );
        self
    }
}

/// Words of a line; quotes of either kind keep them together.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (vec![], String::new(), None);
    for letter in line.chars() {
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            (' ', None) => words.push(std::mem::take(&mut word)),
            _ => word.push(letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Seconds of `9 minutes later`.
fn later(line: &str) -> Option<u64> {
    let words: Vec<&str> = line.strip_prefix("# ")?.split(' ').collect();
    let [count, unit, "later"] = words[..] else {
        return None;
    };
    let seconds = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    Some(count.parse::<u64>().ok()? * seconds)
}

impl Community {
    /// A command line, in the town's home.
    pub fn line(&self, line: &str) -> Ran {
        let words = words(line);
        assert_eq!(words.first().map(String::as_str), Some("mycel"), "{line}");
        let output = Command::new(cargo_bin!("mycel"))
            .env_remove("MYCEL_PASSPHRASE")
            .env_remove("MYCEL_NODE")
            .env("MYCEL_HOME", self.home.path())
            .env("NO_COLOR", "1")
            // made once, for all tests
            .env("MYCEL_KEYS", concat!(env!("CARGO_TARGET_TMPDIR"), "/keys"))
            .current_dir(self.home.path())
            .args(&words[1..])
            .arg("--yes")
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a page as it stands; gives how many commands it has.
    pub fn page(&self, page: &str) -> usize {
        let (mut inside, mut shown, mut commands) = (false, None::<Ran>, 0);
        for line in page.lines() {
            if line.starts_with("```") {
                inside = line == "```console";
                shown = None;
            } else if !inside || line.is_empty() {
            } else if let Some(seconds) = later(line) {
                self.wait(seconds);
            } else if let Some(command) = line.strip_prefix("$ ") {
                let ran = self.line(command);
                println!("$ {command}\n{}{}", ran.out, ran.err);
                shown = Some(ran);
                commands += 1;
            } else if let Some(refused) = line.strip_prefix("! ") {
                let ran = shown.as_ref().expect("what is shown follows a command");
                assert_ne!(ran.code, 0, "{refused}: {}", ran.out);
                let said = close(&ran.err);
                assert!(said.contains(&close(refused)), "{refused}: {said}");
            } else {
                let ran = shown.as_ref().expect("what is shown follows a command");
                assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
                for part in line.split('…') {
                    ran.has(part);
                }
            }
        }
        // and every command that the page names exists
        for part in page.split('`').filter(|part| part.starts_with("mycel ")) {
            let named = part.split(' ').skip(1);
            let verbs = named.take_while(|word| {
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
            });
            let line: Vec<&str> = ["mycel"]
                .into_iter()
                .chain(verbs)
                .chain(["--help"])
                .collect();
            let ran = self.line(&line.join(" "));
            assert_eq!(ran.code, 0, "{part}: {}", ran.err);
        }
        commands
    }
}

/// Whether what a page shows of code stands so in a file, line by line.
#[track_caller]
pub fn shows_code_of(page: &str, file: &str) {
    let (mut inside, mut lines) = (false, 0);
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```rust";
        } else if inside {
            assert!(
                file.lines().any(|code| code == line),
                "not in the file: {line}"
            );
            lines += 1;
        }
    }
    assert!(lines > 2, "no code is shown");
}
