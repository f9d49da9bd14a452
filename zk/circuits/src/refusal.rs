//! Why an instance was refused before proving.

use mycel_mailbox::MailboxError;

/// What does not fit together, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum Refusal {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error("not equal: {what} given={given} computed={computed}; {next}")]
    Unequal {
        what: &'static str,
        given: String,
        computed: String,
        next: &'static str,
    },
    #[error("out of range: {what}={value} least={least} most={most}; {next}")]
    OutOfRange {
        what: &'static str,
        value: u64,
        least: u64,
        most: u64,
        next: &'static str,
    },
    #[error("too many entries: entries={entries} most={most}; {next}")]
    TooMany {
        entries: usize,
        most: usize,
        next: &'static str,
    },
    #[error(
        "subject is another's: subject={subject} own={own}; name your own identity or nobody (0)"
    )]
    ForeignSubject { subject: String, own: String },
    #[error("unknown circuit: name={name}; one of attest, fold, show, member")]
    UnknownCircuit { name: String },
}

/// Refuses two elements that differ.
pub(crate) fn equal(
    what: &'static str,
    given: ark_bn254::Fr,
    computed: ark_bn254::Fr,
    next: &'static str,
) -> Result<(), Refusal> {
    if given == computed {
        return Ok(());
    }
    let (given, computed) = (given.to_string(), computed.to_string());
    Err(Refusal::Unequal {
        what,
        given,
        computed,
        next,
    })
}

/// Refuses a number outside its bounds.
pub(crate) fn within(
    what: &'static str,
    value: u64,
    [least, most]: [u64; 2],
    next: &'static str,
) -> Result<(), Refusal> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(Refusal::OutOfRange {
        what,
        value,
        least,
        most,
        next,
    })
}
