//! What one's own mailbox says.
use mycel_client::{
    assembly::words::lasting,
    trust::{Found, TrustError, habits, showing},
};
use mycel_mailbox::Score;
use serde::Serialize;

use super::{desk::Desk, me::Me, roll, words};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Arguments of `mycel trust status`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Whose: the name of a key; without it nothing can be opened
    name: String,
}

#[derive(Serialize)]
struct DealLine {
    deal: u64,
    with: String,
    weight: u16,
    stage: String,
    yours: String,
    theirs: String,
}

#[derive(Serialize)]
struct EntryLine {
    number: u64,
    deal: Option<u64>,
    from: String,
    says: String,
    folded: bool,
}

#[derive(Serialize)]
struct Status {
    person: u64,
    name: String,
    /// Whether its leaf counts.
    live: bool,
    joined: u32,
    keyed: u32,
    vouch: u8,
    period: u32,
    received: u64,
    waiting: u64,
    folds: u64,
    /// The sums, weighted by period: S, T, E, R; absent where an entry that waits cannot be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    sums: Option<[String; 4]>,
    says: String,
    score: String,
    opening: Found,
    #[serde(skip_serializing_if = "Option::is_none")]
    folds_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rests: Option<u64>,
    entries: Vec<EntryLine>,
    deals: Vec<DealLine>,
}

impl Show for Status {
    fn human(&self) -> String {
        let known = match self.opening {
            Found::Kept => "kept here, and it is what the chain commits to",
            Found::Empty => "nothing is folded yet",
            Found::Backup => "found again from the backup on the chain",
            Found::Entries => "found again from the entries on the chain",
        };
        let mut rows = vec![
            ("member", format!("{}, person {}", self.name, self.person)),
            (
                "on the roll",
                match self.live {
                    true => format!(
                        "yes, since period {} of {}, vouched for with {}",
                        self.joined, self.period, self.vouch
                    ),
                    false => "no: nothing can be shown; see `mycel member show NAME`".into(),
                },
            ),
            (
                "ratings",
                format!(
                    "{} came, {} wait to be folded, {} folds so far",
                    self.received, self.waiting, self.folds
                ),
            ),
            ("says", self.says.clone()),
            ("score", self.score.clone()),
            ("sums", known.to_owned()),
        ];
        if let Some(seconds) = self.folds_in {
            rows.push((
                "folds",
                match seconds {
                    0 => "with the next `status`, `open`, `accept` or `rekey`".into(),
                    seconds => format!(
                        "with the first `status`, `open`, `accept` or `rekey` {} from now or later",
                        lasting(seconds)
                    ),
                },
            ));
        }
        if let Some(seconds) = self.rests.filter(|seconds| *seconds > 0) {
            rows.push((
                "rests",
                format!(
                    "{} after the last fold, before an anonymous proof",
                    lasting(seconds)
                ),
            ));
        }
        let mut text = pairs(&rows);
        if !self.entries.is_empty() {
            let row = |line: &EntryLine| {
                vec![
                    line.number.to_string(),
                    line.from.clone(),
                    line.says.clone(),
                    if line.folded { "folded" } else { "waits" }.to_owned(),
                ]
            };
            let rows: Vec<_> = self.entries.iter().map(row).collect();
            let headings = [
                ("", Align::Right),
                ("from", Align::Left),
                ("rating, as only you two know it", Align::Left),
                ("", Align::Left),
            ];
            text.push_str(&format!("\n{}", table(&headings, &rows)));
        }
        if !self.deals.is_empty() {
            let row = |line: &DealLine| {
                vec![
                    line.deal.to_string(),
                    line.with.clone(),
                    line.weight.to_string(),
                    line.stage.clone(),
                    line.yours.clone(),
                    line.theirs.clone(),
                ]
            };
            let rows: Vec<_> = self.deals.iter().map(row).collect();
            let headings = [
                ("deal", Align::Right),
                ("with", Align::Left),
                ("weight", Align::Right),
                ("is", Align::Left),
                ("your rating", Align::Left),
                ("theirs", Align::Left),
            ];
            text.push_str(&format!("\n{}", table(&headings, &rows)));
        }
        text
    }
}

/// Reads, opens, does what waits, shows.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let mut me = Me::load(desk, &cmd.name).await?;
    me.quiet().await?;
    roll::refresh(desk).await;
    let period = me.clock().period_of(me.now);
    let score: Result<Score, TrustError> = me
        .waiting()
        .and_then(|waiting| showing::score(&me.mailbox, &me.state, &waiting, period));
    let mut entries = vec![];
    for received in &me.received {
        let deal = me
            .deals
            .iter()
            .find(|deal| deal.element.as_slice() == received.deal);
        let from = match deal {
            Some(deal) => desk.name(deal.partner(me.person)).await,
            None => "somebody".into(),
        };
        entries.push(EntryLine {
            number: received.number,
            deal: deal.map(|deal| deal.deal.0),
            from,
            says: me.opened(received).map_or_else(
                |_| "not readable with your words".into(),
                |entry| words::said(&entry.rating()),
            ),
            folded: received.number < me.mailbox.folded,
        });
    }
    let mut deals = vec![];
    for deal in me.deals.iter().filter(|deal| deal.stage != "ended") {
        let Some(dir) = deal.direction(me.person) else {
            continue;
        };
        let theirs = deal
            .ratings
            .iter()
            .find(|one| u64::from(one.dir) != dir.number());
        deals.push(DealLine {
            deal: deal.deal.0,
            with: desk.name(deal.partner(me.person)).await,
            weight: deal.weight,
            stage: deal.stage.clone(),
            yours: words::rating(deal.rating(dir), deal, me.now),
            theirs: words::rating(theirs, deal, me.now),
        });
    }
    let day = me.day();
    let waits = me.mailbox.waiting() > 0;
    let next = match me.folds_now() {
        true => me.now,
        false => habits::next_moment(&me.keyring, me.now, day),
    };
    let rests = me.own.folded_at.map(|at| {
        let until = habits::rested(&me.keyring, me.mailbox.folds, at, day);
        until.saturating_sub(me.now)
    });
    desk.session.print(&Status {
        person: me.person,
        name: desk.name(me.person).await,
        live: me.mailbox.live,
        joined: me.mailbox.attr.joined,
        keyed: me.mailbox.attr.keyed,
        vouch: me.mailbox.attr.vouch,
        period,
        received: me.mailbox.entries,
        waiting: me.mailbox.waiting(),
        folds: me.mailbox.folds,
        sums: score
            .as_ref()
            .ok()
            .map(|score| score.sums.map(|sum| sum.to_string())),
        says: match &score {
            Ok(score) => words::score(score),
            Err(sealed) => format!("nothing can be added up: {sealed}"),
        },
        score: score
            .as_ref()
            .map_or_else(|_| "not known".into(), words::whole),
        opening: me.found,
        folds_in: waits.then(|| next.saturating_sub(me.now)),
        rests,
        entries,
        deals,
    });
    Ok(())
}
