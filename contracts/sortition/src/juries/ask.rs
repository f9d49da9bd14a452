//! What can be asked about cases beside what clients ask.

use cosmwasm_schema::cw_serde;
use mycel_kit::peers::sortition::CaseStatus;
use mycel_kit::{Id, Seconds};

/// Answer to `cases`.
#[cw_serde]
pub struct CasesResponse {
    /// By number.
    pub cases: Vec<CaseItem>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// A case in a list.
#[cw_serde]
pub struct CaseItem {
    /// Its number.
    pub case: Id,
    /// The client's name for it.
    pub r#ref: String,
    /// What is judged.
    pub kind: String,
    /// Person numbers.
    pub parties: Vec<Id>,
    /// Where it is.
    pub status: CaseStatus,
    /// What was said; empty while nothing was.
    pub outcome: String,
    /// Whether nothing can follow.
    pub r#final: bool,
    /// Until when the jury must have decided.
    pub deadline: Seconds,
}

/// Answer to `juries`: all about a case.
#[cw_serde]
pub struct JuriesResponse {
    /// The case.
    pub case: CaseItem,
    /// Which client asked; empty: the assembly.
    pub client: String,
    /// When.
    pub opened: Seconds,
    /// What a jury may say, the first being what follows when none is reached.
    pub outcomes: Vec<String>,
    /// Hash of the reasons of the verdict that counts; empty while there is none.
    pub reasons: String,
    /// Until when a party may appeal; absent where none can.
    pub appeal_until: Option<Seconds>,
    /// Which party appealed.
    pub appealed_by: Option<Id>,
    /// Why the jury that sat last decided nothing: `time`, `too_few`, `absent`.
    pub lapsed: Option<String>,
    /// What follows from that after an appeal, in words.
    pub note: Option<String>,
    /// The first, then the one after an appeal.
    pub juries: Vec<JuryView>,
}

/// A jury.
#[cw_serde]
pub struct JuryView {
    /// Seats.
    pub size: u16,
    /// Votes that an outcome needs.
    pub needed: u16,
    /// `drawing`, `striking`, `committing`, `revealing`, `serving` or `ended`.
    pub step: String,
    /// Until when.
    pub until: Seconds,
    /// How many each side may strike.
    pub strikes: u16,
    /// How many of them each party may, and has; the first party is a side.
    pub shares: Vec<StrikeShare>,
    /// Among how many members it is drawn.
    pub numbers: u32,
    /// Who has an interest: neither they nor their related sit.
    pub interests: Vec<Id>,
    /// The beacon's rounds: of the first drawing, then of replacements.
    pub rounds: Vec<Id>,
    /// Everybody called, in the order drawn.
    pub seats: Vec<SeatView>,
    /// Votes by outcome, in the order of `outcomes`.
    pub votes: Vec<u16>,
    /// The verdict.
    pub verdict: Option<VerdictView>,
}

/// What a party may strike.
#[cw_serde]
pub struct StrikeShare {
    /// Who.
    pub party: Id,
    /// At most.
    pub most: u16,
    /// So far.
    pub used: u16,
}

/// A person called.
#[cw_serde]
pub struct SeatView {
    /// Who.
    pub person: Id,
    /// `called`, `struck_by_first`, `struck_by_others`, `spared`, `seated`,
    /// `committed`, `voted`, `absent`, `recused` or `drawn`.
    pub place: String,
    /// What it voted.
    pub outcome: Option<String>,
    /// The hash of its reasons.
    pub reasons: Option<String>,
}

/// A verdict.
#[cw_serde]
pub struct VerdictView {
    /// What was said.
    pub outcome: String,
    /// The hash of the reasons.
    pub reasons: String,
    /// When.
    pub at: Seconds,
}

/// Answer to `juror`: which cases wait for a person.
#[cw_serde]
pub struct JurorResponse {
    /// By the time they were given.
    pub duties: Vec<Duty>,
}

/// A place that a person holds.
#[cw_serde]
pub struct Duty {
    /// The case.
    pub case: Id,
    /// 0: its first jury, 1: the one after an appeal.
    pub jury: u8,
    /// The client's name for it.
    pub r#ref: String,
    /// What is judged.
    pub kind: String,
    /// About whom.
    pub parties: Vec<Id>,
    /// What the person does next: `commit`, `reveal`, `serve`, or `wait`.
    pub todo: String,
    /// Until when; of `wait`: when the case moves on at the latest.
    pub until: Seconds,
    /// What it may vote.
    pub outcomes: Vec<String>,
}

/// What is kept about a person here.
#[cw_serde]
pub struct Service {
    /// The case.
    pub case: Id,
    /// 0: its first jury, 1: the one after an appeal.
    pub jury: u8,
    /// What was judged.
    pub kind: String,
    /// Where the person stood or stands.
    pub place: String,
    /// What it voted, once shown.
    pub outcome: Option<String>,
    /// The hash of its reasons.
    pub reasons: Option<String>,
}
