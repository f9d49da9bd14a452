//! A draw drawn again from the ledger alone: as text, and as a page that computes it in the reader's browser.
use std::path::PathBuf;

use mycel_client::{
    Client, Http,
    sortition::{Ledger, Replay, Step, Told, replay},
};
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{exit::Failure, output::Show, session::Session};

/// Arguments of `mycel draw replay`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The draw's number
    draw: u64,
    /// Also writes one page that draws again in a browser, without a network; it checks neither the certificate's
    /// levels nor a beacon's signature, as this command does
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// What is shown.
#[derive(Serialize)]
struct Shown {
    draw: u64,
    r#ref: String,
    stage: String,
    #[serde(flatten)]
    replay: Replay,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
}

impl Show for Shown {
    fn human(&self) -> String {
        let mut text = format!(
            "draw {} for {}, {}\n\n{}",
            self.draw,
            self.r#ref,
            self.stage,
            steps(&self.replay.steps)
        );
        text.push_str(match (self.replay.holds, self.replay.index) {
            (true, Some(_)) => "Every step holds: drawn again, the same people sit.\n",
            (true, None) => "Every step so far holds.\n",
            (false, _) => "Something does NOT hold.\n",
        });
        if let Some(file) = &self.html {
            text.push_str(&format!(
                "page  {file}; it checks neither the certificate's levels nor a beacon's signature, as this command did\n"
            ));
        }
        text
    }
}

/// The steps, numbered.
pub fn steps(steps: &[Step]) -> String {
    let mut text = String::new();
    for (number, step) in (1..).zip(steps) {
        text.push_str(&format!("{number}. {}\n", step.title));
        for line in &step.lines {
            text.push_str(&format!("   {line}\n"));
        }
        for wrong in &step.wrong {
            text.push_str(&format!("   DOES NOT HOLD: {wrong}\n"));
        }
        text.push('\n');
    }
    text
}

/// Draws again, shows, and fails if something does not hold.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let chain_id = client.status().await?.chain_id;
    let ledger = Ledger::said(client, contract);
    let told = ledger.told(&chain_id, cmd.draw).await?;
    let again = replay(&told);
    if let Some(path) = &cmd.html
        && !session.globals().dry_run
    {
        std::fs::write(path, page(&told)?).map_err(|e| Failure::file(path.display(), &e))?;
    }
    let holds = again.holds;
    session.print(&Shown {
        draw: cmd.draw,
        r#ref: told.reference,
        stage: told.stage,
        replay: again,
        html: cmd.html.map(|path| path.display().to_string()),
    });
    if holds {
        return Ok(());
    }
    Err(Failure::Violated(format!(
        "draw {} does not replay; keep this output and tell the other members",
        cmd.draw
    )))
}

/// One page with everything in it: what the ledger tells, and a script that draws again.
pub fn page(told: &Told) -> Result<String, Failure> {
    let ledger = serde_json::to_string(told).map_err(|e| Failure::file("page", &e))?;
    let title = format!("Draw {} of {}, drawn again", told.draw, told.chain_id);
    let script = [
        include_str!("page/lot.js"),
        include_str!("page/replay.js"),
        include_str!("page/show.js"),
    ]
    .concat();
    Ok(include_str!("page/page.html")
        .replace("{{TITLE}}", &escaped(&title))
        .replace("{{DRAW}}", &told.draw.to_string())
        .replace("{{SCRIPT}}", &script)
        // last, so that nothing that the ledger tells is taken for a place to fill
        .replace("{{LEDGER}}", &ledger.replace('<', "\\u003c")))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
