//! Who watches a commons: seats, bonds, readings, challenges.
use std::collections::BTreeMap;

use mycel_client::{
    amount,
    commons::{
        monitors::{
            ask::{HeldView, MonitorsResponse, ReadingView, SeatView},
            msg::{Challenge, CheckSeat, OfSeat, Read},
        },
        msg::{ExecuteMsg, HoldMsg},
        quantity::Quantity,
        registry::ask::CommonsView,
    },
};
use mycel_kit::Id;
use serde::Serialize;

use super::{
    here::{Doing, Evidence, Here, quantity},
    words::{self, credits, units},
};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Readings that are shown where nobody says how many.
const SHOWN: usize = 30;

/// Arguments of `mycel commons monitor`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Shows who watches a commons now, what they say, and which seats are free
    Show(Of),
    /// Lists all seats there ever were
    Seats(Of),
    /// Lists readings, the latest last
    Readings {
        /// The commons' number
        commons: u64,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = SHOWN)]
        limit: usize,
    },
    /// Takes a seat as an accredited organisation, or tops its bond up
    Bond {
        /// The commons' number
        commons: u64,
        /// How much, in credits [default: what the rules ask for, and a tenth more, as it decays]
        amount: Option<String>,
        /// The organisation: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Says as a monitor how much there is
    Read {
        /// The commons' number
        commons: u64,
        /// How much there is, in its unit
        #[arg(value_parser = quantity)]
        quantity: Quantity,
        /// How much was taken since the last reading, by anyone, as far as seen
        #[arg(long, value_name = "QUANTITY", value_parser = quantity)]
        extraction: Option<Quantity>,
        #[command(flatten)]
        evidence: Evidence,
        /// Who read it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Takes a seat that the lot offers
    Accept(One),
    /// Leaves a seat that the lot offers to the next
    Decline(One),
    /// Gives the seat up; what is left of the bond comes back
    Leave(One),
    /// Challenges the reading of a seat before a jury, as one of the enrolled
    Challenge {
        /// The commons' number
        commons: u64,
        /// The seat whose reading is wrong
        seat: u64,
        #[command(flatten)]
        reasons: Evidence,
        /// Who challenges: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Looks whether a seat's monitor may still hold it, and at its bond, as anybody may
    Check {
        /// The commons' number
        commons: u64,
        /// The seat
        seat: u64,
        /// Who asks for it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

#[derive(Debug, clap::Args)]
struct Of {
    /// The commons' number
    commons: u64,
}

#[derive(Debug, clap::Args)]
struct One {
    /// The commons' number
    commons: u64,
    /// Who: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Runs one verb.
pub async fn run(cmd: Cmd, here: &Here<'_>) -> Result<(), Failure> {
    match cmd.verb {
        Verb::Show(Of { commons }) => show(here, commons).await,
        Verb::Seats(Of { commons }) => seats(here, commons).await,
        Verb::Readings { commons, limit } => readings(here, commons, limit).await,
        Verb::Bond {
            commons,
            amount,
            from,
        } => bond(here, commons, amount.as_deref(), &from).await,
        Verb::Read {
            commons,
            quantity,
            extraction,
            evidence,
            from,
        } => {
            let view = here.one(commons).await?;
            let evidence = evidence.need()?;
            read(here, &view, (quantity, extraction), evidence, &from).await
        }
        Verb::Accept(one) => {
            let note = "a non-user watches: whoever holds a seat has no rights there";
            let body = |seat| ExecuteMsg::AcceptSeat(seat);
            seat(
                here,
                one,
                "take the seat that the lot offers in",
                note,
                body,
            )
            .await
        }
        Verb::Decline(one) => {
            let note = "the next who was drawn may take it";
            let body = |seat| ExecuteMsg::DeclineSeat(seat);
            seat(
                here,
                one,
                "leave the seat that the lot offers in",
                note,
                body,
            )
            .await
        }
        Verb::Leave(one) => {
            let note = "the bond comes back when its readings cannot be disputed any more";
            let body = |seat| ExecuteMsg::LeaveSeat(seat);
            seat(here, one, "give up the seat as a monitor of", note, body).await
        }
        Verb::Challenge {
            commons,
            seat,
            reasons,
            from,
        } => {
            let view = here.one(commons).await?;
            let what = format!("challenge the reading of seat {seat} of {}", view.name);
            let doing = Doing::new(&from, what)
                .line("if upheld", "the reading falls and its bond is lost")
                .line("if malicious", "you climb one step on the ladder")
                .results(&[("dispute", "dispute")]);
            let body = ExecuteMsg::Challenge(Challenge {
                commons: Id(commons),
                seat: Id(seat),
                claim: None,
                reasons: reasons.need()?,
            });
            here.say(doing, &body).await
        }
        Verb::Check {
            commons,
            seat,
            from,
        } => {
            let what = format!("look at seat {seat} of commons {commons}");
            let body = ExecuteMsg::CheckSeat(CheckSeat {
                commons: Id(commons),
                seat: Id(seat),
            });
            here.say(Doing::new(&from, what), &body).await
        }
    }
}

async fn seat(
    here: &Here<'_>,
    One { commons, from }: One,
    verb: &str,
    note: &str,
    body: impl Fn(OfSeat) -> ExecuteMsg,
) -> Result<(), Failure> {
    let view = here.one(commons).await?;
    let doing = Doing::new(&from, format!("{verb} {}", view.name))
        .line("note", note)
        .results(&[("seat", "seat")]);
    let commons = Id(commons);
    here.say(doing, &body(OfSeat { commons })).await
}

async fn bond(
    here: &Here<'_>,
    commons: u64,
    text: Option<&str>,
    from: &str,
) -> Result<(), Failure> {
    let view = here.one(commons).await?;
    let asked = view.rules.monitors.bond;
    let bond = match text {
        Some(text) => amount::parse(text)?,
        None => {
            let more = asked.pico().saturating_add(asked.pico() / 10);
            mycel_client::Amount::new(more).unwrap_or(asked)
        }
    };
    let what = format!(
        "put {} aside as {from}'s bond as a monitor of {}",
        credits(bond),
        view.name
    );
    let doing = Doing::new(from, what)
        .line("the rules ask for", credits(asked))
        .line(
            "lost if",
            "a jury refutes its reading, or it is absent when the quorum is missing",
        )
        .line(
            "note",
            "it decays; half of what the rules ask for must stay: bond again to top it up",
        )
        .results(&[("seat", "seat"), ("hold", "hold")]);
    let commons = Id(commons);
    here.hold(doing, bond, &HoldMsg::Bond { commons }).await
}

async fn read(
    here: &Here<'_>,
    view: &CommonsView,
    (quantity, extraction): (Quantity, Option<Quantity>),
    evidence: cosmwasm_std::HexBinary,
    from: &str,
) -> Result<(), Failure> {
    let unit = &view.unit;
    let now = here.asked().monitors(view.id).await?;
    let rules = &view.rules.monitors;
    let mut doing = Doing::new(
        from,
        format!(
            "say that there are {} in {}",
            units(quantity, unit),
            view.name
        ),
    )
    .line("now", words::stock(&now, unit))
    .results(&[("reading", "reading")]);
    if quantity < rules.least || quantity > rules.most {
        doing = doing.line(
            "note",
            format!(
                "from {} to {} is plausible by its rules: this will be refused",
                words::digits(rules.least.units()),
                units(rules.most, unit)
            ),
        );
    } else if now
        .value
        .as_ref()
        .is_some_and(|value| quantity < value.counts)
    {
        doing = doing.line("note", "lower than what counts: it can cut the cap at once");
    }
    let body = ExecuteMsg::Read(Read {
        commons: view.id,
        quantity,
        extraction,
        evidence,
    });
    here.say(doing, &body).await
}

#[derive(Serialize)]
struct Shown {
    commons: CommonsView,
    #[serde(flatten)]
    monitors: MonitorsResponse,
    names: BTreeMap<u64, String>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl Shown {
    fn name(&self, person: Id) -> String {
        let known = self.names.get(&person.0).cloned();
        known.unwrap_or_else(|| format!("person {person}"))
    }

    fn seat(&self, held: &HeldView) -> Vec<String> {
        let unit = &self.commons.unit;
        let (said, note) = match &held.reading {
            None => ("nothing yet".to_owned(), String::new()),
            Some(reading) => {
                let mut notes = vec![];
                if !reading.fresh {
                    notes.push("too old".to_owned());
                }
                if reading.overruled {
                    notes.push("overruled".to_owned());
                }
                if reading.confirmed {
                    notes.push("confirmed by a jury".to_owned());
                }
                if let Some(dispute) = reading.challenge {
                    notes.push(format!("challenged, dispute {dispute}"));
                }
                (units(reading.quantity, unit), notes.join(", "))
            }
        };
        vec![
            held.seat.to_string(),
            self.name(held.person),
            if held.lay { "by lot" } else { "organisation" }.into(),
            said,
            note,
        ]
    }

    fn next(&self) -> Vec<String> {
        let id = self.commons.id;
        let mut next = vec![];
        if self.monitors.free > 0 {
            next.push(format!(
                "{} seats are free for accredited organisations: `mycel commons monitor bond {id} --from ORGANISATION`",
                self.monitors.free
            ));
        }
        if let Some(lot) = &self.monitors.lot {
            for turn in &lot.drawn {
                let Some(from) = turn.from else { continue };
                let may = match self.now {
                    Some(now) if now < from.0 => continue,
                    _ => self.name(turn.person),
                };
                next.push(format!(
                    "{may} was drawn by lot: `mycel commons monitor accept {id} --from {may}` (or `decline`)"
                ));
            }
        } else if self.monitors.lots > 0 {
            next.push(format!(
                "{} seats wait for the lot: `mycel commons advance --from NAME`",
                self.monitors.lots
            ));
        }
        next.push(format!(
            "monitors: `mycel commons monitor read {id} QUANTITY --evidence FILE --from NAME`"
        ));
        next
    }
}

impl Show for Shown {
    fn human(&self) -> String {
        let unit = &self.commons.unit;
        let mut rows = vec![
            (
                "commons",
                format!("{}: {}", self.commons.id, self.commons.name),
            ),
            ("stock", words::stock(&self.monitors, unit)),
        ];
        if let Some(most) = self.monitors.prediction {
            rows.push(("can have grown to", units(most, unit)));
        }
        if let Some(taken) = self.monitors.value.as_ref().and_then(|v| v.extraction) {
            rows.push(("taken, as seen", units(taken, unit)));
        }
        if let Some(dispute) = self.monitors.dispute {
            rows.push(("dispute", format!("{dispute}: a jury is asked")));
        }
        let mut heading = "next";
        let next = self.next().into_iter();
        rows.extend(next.map(|line| (std::mem::take(&mut heading), line)));
        let headings = [
            ("seat", Align::Right),
            ("monitor", Align::Left),
            ("", Align::Left),
            ("says", Align::Right),
            ("", Align::Left),
        ];
        let seats: Vec<_> = self.monitors.seats.iter().map(|h| self.seat(h)).collect();
        format!("{}\n{}", pairs(&rows), table(&headings, &seats))
    }
}

async fn show(here: &Here<'_>, commons: u64) -> Result<(), Failure> {
    let view = here.one(commons).await?;
    let monitors = here.asked().monitors(Id(commons)).await?;
    let mut names = BTreeMap::new();
    let seated = monitors.seats.iter().map(|held| held.person);
    let drawn = monitors.lot.iter().flat_map(|lot| &lot.drawn);
    for person in seated.chain(drawn.map(|turn| turn.person)) {
        names.insert(person.0, here.name(person).await);
    }
    here.session.print(&Shown {
        commons: view,
        monitors,
        names,
        now: here.now().await,
    });
    Ok(())
}

#[derive(Serialize)]
struct Seats {
    seats: Vec<SeatView>,
    names: BTreeMap<u64, String>,
}

impl Show for Seats {
    fn human(&self) -> String {
        let headings = [
            ("seat", Align::Right),
            ("monitor", Align::Left),
            ("", Align::Left),
            ("readings", Align::Right),
            ("", Align::Left),
        ];
        let row = |seat: &SeatView| {
            let mut fate = match &seat.why {
                Some(why) => format!("ended: {why}"),
                None => "held".into(),
            };
            if seat.forfeited {
                fate.push_str(", bond lost");
            }
            if seat.short.is_some() && seat.ended.is_none() {
                fate.push_str(", bond too small");
            }
            let name = self.names.get(&seat.person.0).cloned();
            vec![
                seat.seat.to_string(),
                name.unwrap_or_else(|| format!("person {}", seat.person)),
                if seat.lay { "by lot" } else { "organisation" }.into(),
                seat.readings.to_string(),
                fate,
            ]
        };
        let rows: Vec<_> = self.seats.iter().map(row).collect();
        table(&headings, &rows)
    }
}

async fn seats(here: &Here<'_>, commons: u64) -> Result<(), Failure> {
    let seats = here.asked().seats(Id(commons)).await?;
    let mut names = BTreeMap::new();
    for seat in &seats {
        names.insert(seat.person.0, here.name(seat.person).await);
    }
    here.session.print(&Seats { seats, names });
    Ok(())
}

#[derive(Serialize)]
struct Readings {
    unit: String,
    readings: Vec<ReadingView>,
}

impl Show for Readings {
    fn human(&self) -> String {
        let headings = [
            ("reading", Align::Right),
            ("seat", Align::Right),
            ("says", Align::Right),
            ("taken", Align::Right),
            ("fate", Align::Left),
            ("evidence", Align::Left),
        ];
        let row = |reading: &ReadingView| {
            let taken = reading.extraction.map(|taken| units(taken, &self.unit));
            let hash = reading.evidence.to_hex();
            vec![
                reading.reading.to_string(),
                reading.seat.to_string(),
                units(reading.quantity, &self.unit),
                taken.unwrap_or_else(|| "-".into()),
                reading.fate.clone(),
                hash.chars().take(12).collect(),
            ]
        };
        let rows: Vec<_> = self.readings.iter().map(row).collect();
        table(&headings, &rows)
    }
}

async fn readings(here: &Here<'_>, commons: u64, limit: usize) -> Result<(), Failure> {
    let unit = here.one(commons).await?.unit;
    let mut readings = here.asked().readings(Id(commons)).await?;
    readings.drain(..readings.len().saturating_sub(limit));
    here.session.print(&Readings { unit, readings });
    Ok(())
}
