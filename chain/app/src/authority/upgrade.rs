//! Planned upgrades: the height from which on only a binary that knows the name goes on.
use mycel_store::Delta;
use mycel_types::{Event, StoreId, key, record::Upgrade};

use super::invalid;
use crate::{error::Run, session::Session};

/// Plans an upgrade, in place of one that was planned before.
pub(super) fn schedule(session: &mut Session, height: u64, name: &str) -> Run<()> {
    let now = session.scene().height;
    if height <= now.saturating_add(1) {
        return Err(invalid(format_args!(
            "upgrade height={height} is too early in block {now}: {} at least",
            now.saturating_add(2)
        ))
        .into());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        return Err(
            invalid("an upgrade's name has 1 to 64 letters, digits, '.', '_' and '-'").into(),
        );
    }
    let plan = Upgrade {
        height,
        name: name.into(),
    };
    session.write(key::upgrade(), &plan)?;
    session.emit(event("schedule_upgrade", &plan))
}

/// Drops the plan.
pub(super) fn cancel(session: &mut Session) -> Run<()> {
    let Some(plan) = session.record::<Upgrade>(&key::upgrade())? else {
        return Err(invalid("no upgrade is planned").into());
    };
    session.delete(key::upgrade())?;
    session.emit(event("cancel_upgrade", &plan))
}

/// The first act of an upgrade's first block, by a binary that knows it: what the new version changes in the state, and
/// the plan is done. No version so far changes any record.
pub(crate) fn begin(plan: &Upgrade) -> (Delta, Event) {
    let mut delta = Delta::new();
    delta.set(StoreId::Mycel, key::upgrade(), None);
    (delta, event("upgrade", plan))
}

fn event(kind: &str, plan: &Upgrade) -> Event {
    Event::new(
        kind,
        [
            ("name", plan.name.clone()),
            ("height", plan.height.to_string()),
        ],
    )
}
