//! What was restored: claims, what monitors saw of them, and what was lost again.
use mycel_client::{
    assembly::words::seconds,
    commons::{
        msg::ExecuteMsg,
        quantity::Quantity,
        regeneration::{
            ask::{ClaimView, RegenerationResponse},
            msg::{Attest, ClaimRef, MakeClaim, Reverse},
        },
    },
};
use mycel_kit::{Id, Seconds};
use serde::Serialize;

use super::{
    here::{Doing, Evidence, Here, quantity},
    words::{self, units},
};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Verbs about what was restored.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Claims what one restored; monitors attest it, and it becomes entitlement before shares yield
    Claim {
        /// The commons' number
        commons: u64,
        /// How much was restored, in the commons' unit
        #[arg(value_parser = quantity)]
        quantity: Quantity,
        /// Where: cells of the boundary's grid, as `3,4,5`
        #[arg(long, value_name = "CELLS", value_delimiter = ',', required = true)]
        cells: Vec<u64>,
        /// How long ago it began, as `90d`
        #[arg(long, value_name = "TIME", default_value = "90d", value_parser = ago)]
        since: u64,
        /// How long ago it ended, as `1d`
        #[arg(long, value_name = "TIME", default_value = "1s", value_parser = ago)]
        until: u64,
        #[command(flatten)]
        evidence: Evidence,
        /// Who restored it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Says as a monitor what one saw of a claim, or of its reversal
    Attest {
        /// The claim's number
        claim: u64,
        /// How much
        #[arg(value_parser = quantity)]
        quantity: Quantity,
        /// Who saw it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Says that something restored is lost again
    Reverse {
        /// The claim's number
        claim: u64,
        /// How much of it
        #[arg(value_parser = quantity)]
        quantity: Quantity,
        #[command(flatten)]
        evidence: Evidence,
        /// Who says so: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Shows what was restored in a commons, and with a name that member's claims
    Claims {
        /// The commons' number
        commons: u64,
        /// Whose: a name, a handle, an address or a number
        name: Option<String>,
    },
    /// Takes a claim back, or gives up what of it still waits
    WithdrawClaim(One),
    /// Asks again for what of a claim had no room below the concentration cap
    ResumeClaim(One),
}

/// A claim and who acts.
#[derive(Debug, clap::Args)]
pub struct One {
    /// The claim's number
    claim: u64,
    /// Who made it: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// A time before now.
fn ago(text: &str) -> Result<u64, String> {
    seconds(text).ok_or_else(|| "write how long ago, as `90d`, `12h` or `30min`".into())
}

/// Does one of them.
pub async fn run(verb: Verb, here: &Here<'_>) -> Result<(), Failure> {
    match verb {
        Verb::Claim {
            commons,
            quantity,
            cells,
            since,
            until,
            evidence,
            from,
        } => {
            let view = here.one(commons).await?;
            if since <= until {
                return Err(Failure::Usage(format!(
                    "it began {since} s ago and ended {until} s ago; give `--since` a longer time than `--until`"
                )));
            }
            let now = here.client.contract_time().await?;
            let rules = &view.rules.regeneration;
            let kept = quantity.part(rules.buffer_bps.into(), 10_000);
            let what = format!(
                "claim {} restored on {} cells of {}",
                units(quantity, &view.unit),
                cells.len(),
                view.name
            );
            let doing = Doing::new(&from, what)
                .line(
                    "then",
                    format!(
                        "its monitors attest it within {}",
                        mycel_client::assembly::words::lasting(rules.attest_seconds.into())
                    ),
                )
                .line(
                    "gives",
                    format!(
                        "at most {}, before shares yield; {} are kept in case it is lost again",
                        units(quantity.less(kept), &view.unit),
                        units(kept, &view.unit)
                    ),
                )
                .results(&[("claim", "claim")]);
            let body = ExecuteMsg::Claim(MakeClaim {
                commons: Id(commons),
                cells: cells.into_iter().map(Id).collect(),
                from: Seconds(now.saturating_sub(since)),
                to: Seconds(now.saturating_sub(until)),
                quantity,
                evidence: evidence.need()?,
            });
            here.say(doing, &body).await
        }
        Verb::Attest {
            claim,
            quantity,
            from,
        } => {
            let seen = here.asked().claim(Id(claim)).await?;
            let unit = here.one(seen.commons.0).await?.unit;
            let person = here.name(seen.person).await;
            let of = match &seen.reversal {
                Some(reversal) => format!(
                    "of the reversal of {} by {}",
                    units(reversal.asked, &unit),
                    here.name(reversal.by).await
                ),
                None => format!("of the {} that {person} claims", units(seen.asked, &unit)),
            };
            let what = format!("attest {} {of}, claim {claim}", units(quantity, &unit));
            let doing = Doing::new(&from, what).line(
                "note",
                "attestations too far apart go to a jury, as readings do",
            );
            let claim = Id(claim);
            here.say(doing, &ExecuteMsg::Attest(Attest { claim, quantity }))
                .await
        }
        Verb::Reverse {
            claim,
            quantity,
            evidence,
            from,
        } => {
            let seen = here.asked().claim(Id(claim)).await?;
            let unit = here.one(seen.commons.0).await?.unit;
            let what = format!(
                "say that {} of claim {claim} are lost again",
                units(quantity, &unit)
            );
            let doing = Doing::new(&from, what)
                .line("kept for it", units(seen.buffer, &unit))
                .line("then", "its monitors attest it");
            let body = ExecuteMsg::Reverse(Reverse {
                claim: Id(claim),
                quantity,
                evidence: evidence.need()?,
            });
            here.say(doing, &body).await
        }
        Verb::WithdrawClaim(One { claim, from }) => {
            let what = format!("take claim {claim} back, or what of it still waits");
            let claim = Id(claim);
            let body = ExecuteMsg::WithdrawClaim(ClaimRef { claim });
            here.say(Doing::new(&from, what), &body).await
        }
        Verb::ResumeClaim(One { claim, from }) => {
            let what = format!("ask again for what of claim {claim} had no room");
            let claim = Id(claim);
            let body = ExecuteMsg::ResumeClaim(ClaimRef { claim });
            here.say(Doing::new(&from, what), &body).await
        }
        Verb::Claims { commons, name } => claims(here, commons, name.as_deref()).await,
    }
}

#[derive(Serialize)]
struct Claims {
    commons: Id,
    unit: String,
    regeneration: RegenerationResponse,
    claims: Vec<ClaimView>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl Show for Claims {
    fn human(&self) -> String {
        let (sums, unit) = (&self.regeneration, &self.unit);
        let mut rows = vec![
            ("attested", units(sums.attested, unit)),
            ("became entitlement", units(sums.minted, unit)),
            ("waits for seasons", units(sums.waiting, unit)),
            ("kept for reversals", units(sums.buffer, unit)),
        ];
        for (quantity, what) in [
            (sums.parked, "without room"),
            (sums.cancelled, "cancelled"),
            (sums.waived, "given up"),
            (sums.reversed, "lost again"),
            (sums.owed, "of that not covered"),
        ] {
            if !quantity.is_zero() {
                rows.push((what, units(quantity, unit)));
            }
        }
        let mut text = pairs(&rows);
        if self.claims.is_empty() {
            return text;
        }
        let headings = [
            ("claim", Align::Right),
            ("asked", Align::Right),
            ("attested", Align::Right),
            ("entitlement", Align::Right),
            ("waits", Align::Right),
            ("", Align::Left),
        ];
        let row = |claim: &ClaimView| {
            let mut phase = claim.phase.clone();
            if claim.phase == "claimed" {
                phase.push_str(&format!(
                    ", {} attestations, {}",
                    claim.attestations.len(),
                    words::time(claim.until.0, self.now)
                ));
            }
            if claim.disputed {
                phase.push_str(", a jury is asked");
            }
            if !claim.parked.is_zero() {
                phase.push_str(&format!(
                    ", {} without room: `mycel commons resume-claim {}`",
                    units(claim.parked, unit),
                    claim.claim
                ));
            }
            let digits = |quantity: Quantity| words::digits(quantity.units());
            vec![
                claim.claim.to_string(),
                digits(claim.asked),
                digits(claim.attested),
                digits(claim.minted),
                digits(claim.waiting),
                phase,
            ]
        };
        let rows: Vec<_> = self.claims.iter().map(row).collect();
        text.push('\n');
        text + &table(&headings, &rows)
    }
}

async fn claims(here: &Here<'_>, commons: u64, name: Option<&str>) -> Result<(), Failure> {
    let id = Id(commons);
    let unit = here.one(commons).await?.unit;
    let regeneration = here.asked().regeneration(id).await?;
    let claims = match name {
        Some(name) => {
            let address = here.address(name).await?;
            here.asked().claims(id, &address).await?
        }
        None => vec![],
    };
    here.session.print(&Claims {
        commons: id,
        unit,
        regeneration,
        claims,
        now: here.now().await,
    });
    Ok(())
}
