//! Folding now, and not at the day's moment.
use mycel_client::trust::TrustError;

use super::{desk::Desk, me::Me};
use crate::exit::Failure;

/// Arguments of `mycel trust fold`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Whose: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Folds until nothing waits.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let mut me = Me::load(desk, &cmd.from).await?;
    if me.mailbox.waiting() == 0 {
        return Err(TrustError::Nothing.into());
    }
    me.keep_promises().await?;
    let dry = desk.session.globals().dry_run;
    while me.mailbox.waiting() > 0 {
        let (folding, body) = me.fold()?;
        let count = folding.entries.len();
        let what = format!("fold {count} of {} entries that wait", me.mailbox.waiting());
        let mut act = desk.act(&cmd.from, what, &body).await?;
        act.lines.push((
            "everybody sees",
            "that you fold now, and how many; an anonymous proof waits some hours after it".into(),
        ));
        act.results = &[("folded", "folded"), ("folds", "folds")];
        desk.run(act).await?;
        if dry {
            return Ok(());
        }
        me.folded_now(&folding)?;
    }
    Ok(())
}
