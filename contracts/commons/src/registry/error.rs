//! How this part refuses.

use mycel_kit::error::ErrorKind;

/// Why a message about a commons, its members or budgets was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum RegistryError {
    #[error("unknown commons: commons={commons}")]
    UnknownCommons { commons: u64 },
    #[error("commons closed: commons={commons} status={status}")]
    Closed { commons: u64, status: &'static str },
    #[error(
        "not enrolled: person={person} commons={commons}; its members enrol by decision, or `apply` where its policy is vouching"
    )]
    NotEnrolled { commons: u64, person: u64 },
    #[error("already enrolled: person={person} commons={commons}")]
    Enrolled { commons: u64, person: u64 },
    #[error(
        "no standing: person={person} status={status} step={step}; only active members may be enrolled or deal"
    )]
    NoStanding {
        person: u64,
        status: String,
        step: String,
    },
    #[error(
        "suspended: person={person} commons={commons} step={step} until={until}; appeal the measure, or wait"
    )]
    Suspended {
        commons: u64,
        person: u64,
        step: &'static str,
        until: u64,
    },
    #[error("role missing: the key of person={person} has not the role {role}")]
    Role { person: u64, role: &'static str },
    #[error("persons only: {number} is an organisation; its controllers act as persons")]
    PersonsOnly { number: u64 },
    #[error("organisation needed: {number} is a person")]
    OrganisationNeeded { number: u64 },
    #[error("named twice: person={person}")]
    Twice { person: u64 },
    #[error("shares beyond all: given={given} most={most}")]
    Shares { given: u64, most: u64 },
    #[error(
        "nests too deep: depth={depth} most={most}; found it beside, not below, commons={parent}"
    )]
    Depth { parent: u64, depth: u8, most: u8 },
    #[error("too many children: commons={parent} children={children} most={most}; close one first")]
    Children {
        parent: u64,
        children: u32,
        most: u32,
    },
    #[error(
        "children open: commons={commons} children={children}; they close by their own decision first"
    )]
    ChildrenOpen { commons: u64, children: u32 },
    #[error("no child: commons={child} is no child of commons={parent}")]
    NoChild { parent: u64, child: u64 },
    #[error(
        "budgets beyond the cap: given_ppm={given} others_ppm={others} most_ppm=1000000; lower another child's first"
    )]
    Budgets { given: u32, others: u32 },
    #[error(
        "by decision: commons={commons} enrols by its members' decision; propose `enrol` there"
    )]
    ByDecision { commons: u64 },
    #[error("no application: person={person} commons={commons}; it says `apply` first")]
    NoApplication { commons: u64, person: u64 },
    #[error("already welcomed: person={person} by={by} commons={commons}")]
    Welcomed { commons: u64, person: u64, by: u64 },
    #[error("monitor: person={person} reads commons={commons}; who reads holds no rights there")]
    Monitor { commons: u64, person: u64 },
    #[error("still held: person={person} commons={commons}: {items}")]
    StillHeld {
        commons: u64,
        person: u64,
        items: String,
    },
    #[error("already accredited: organisation={organisation}")]
    Accredited { organisation: u64 },
    #[error("not accredited: organisation={organisation}; all members decide `accredit`")]
    NotAccredited { organisation: u64 },
    #[error("too many commons of one: person={person} commons={most}; withdraw from one first")]
    TooManyOf { person: u64, most: u32 },
    #[error(
        "too many organisations of one: person={person} organisations={most} commons={commons}; one of them leaves first"
    )]
    TooManyControlled {
        commons: u64,
        person: u64,
        most: u32,
    },
    #[error(
        "controllers suspended: {bps} of 10000 of organisation={organisation} are controlled by who is suspended in commons={commons}; it deals again when less than half is"
    )]
    SuspendedBehind {
        commons: u64,
        organisation: u64,
        bps: u32,
    },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(101, "unknown commons"),
    kind(102, "commons closed"),
    kind(103, "not enrolled"),
    kind(104, "already enrolled"),
    kind(105, "no standing"),
    kind(106, "suspended"),
    kind(107, "role missing"),
    kind(108, "persons only"),
    kind(109, "organisation needed"),
    kind(110, "named twice"),
    kind(111, "shares beyond all"),
    kind(112, "nests too deep"),
    kind(113, "too many children"),
    kind(114, "children open"),
    kind(115, "no child"),
    kind(116, "budgets beyond the cap"),
    kind(117, "by decision"),
    kind(118, "no application"),
    kind(119, "already welcomed"),
    kind(120, "monitor:"),
    kind(121, "still held"),
    kind(122, "already accredited"),
    kind(123, "not accredited"),
    kind(124, "too many commons of one"),
    kind(125, "too many organisations of one"),
    kind(126, "controllers suspended"),
];
