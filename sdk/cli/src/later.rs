//! What the command line will have and has not yet: known names that answer `not yet`, so that they are neither
//! mistaken for typing errors nor for something that works.
use clap::{Arg, ArgMatches, Command};

/// Nouns of later versions.
const NOUNS: &[&str] = &["sim", "doctor", "tx", "query", "testnet", "completions"];

/// Verbs of later versions.
const VERBS: &[(&str, &[&str])] = &[
    (
        "node",
        &[
            "init",
            "sync",
            "snapshot",
            "export",
            "rollback",
            "unsafe-reset",
            "testnet",
        ],
    ),
    ("keys", &["export", "import", "guardians"]),
    (
        "contract",
        &[
            "new", "build", "check", "test", "conform", "gas", "explain", "diff", "verify",
            "migrate", "client",
        ],
    ),
    (
        "audit",
        &[
            "follow",
            "checkpoint",
            "invariants",
            "replay",
            "contract",
            "account",
            "proofs",
            "clearing",
            "params",
            "validators",
            "release",
            "report",
        ],
    ),
];

/// Adds the later names, hidden, and says at the end of the help what is to come.
pub fn announce(mut command: Command) -> Command {
    for (noun, verbs) in VERBS {
        command = command.mut_subcommand(noun, |noun| {
            noun.subcommands(verbs.iter().map(|verb| unbuilt(verb)))
                .after_help(format!("Later: {}.", verbs.join(", ")))
        });
    }
    command
        .subcommands(NOUNS.iter().map(|noun| unbuilt(noun)))
        .after_help(format!(
            "Later: {}.\n\nExit codes: 0 done or holds, 1 refused or not yet, 2 usage, 3 unreachable, \
             4 verification failed, 5 cannot be verified, 10 upgrade needed.",
            NOUNS.join(", ")
        ))
}

fn unbuilt(name: &'static str) -> Command {
    Command::new(name).hide(true).disable_help_flag(true).arg(
        Arg::new("rest")
            .num_args(0..)
            .trailing_var_arg(true)
            .allow_hyphen_values(true),
    )
}

/// The later name that a command line asks for, if it does.
pub fn asked(matches: &ArgMatches) -> Option<String> {
    let (noun, rest) = matches.subcommand()?;
    if NOUNS.contains(&noun) {
        return Some(noun.to_owned());
    }
    let verb = rest.subcommand_name()?;
    VERBS
        .iter()
        .find(|(n, verbs)| *n == noun && verbs.contains(&verb))
        .map(|_| format!("{noun} {verb}"))
}
