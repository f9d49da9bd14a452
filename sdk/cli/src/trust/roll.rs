//! The wallet's own copy of all leaves. Who asks a node for its own way through the tree names itself, and who asks for all
//! leaves a moment before a proof says that one comes: so they are kept, and asked for again only where the roll has changed.
use std::path::PathBuf;

use mycel_client::trust::{
    chain::{Roll, element_of},
    showing,
};
use serde::{Deserialize, Serialize};

use super::{
    desk::{Desk, hex},
    me::{Me, files_of},
};
use crate::{exit::Failure, session::write_private};

/// The file's format.
const FORMAT: u32 = 1;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    format: u32,
    /// Leaves by place, hexadecimal.
    leaves: Vec<(u32, String)>,
}

fn file(desk: &Desk<'_>) -> PathBuf {
    desk.session
        .secrets()
        .join(format!("{}leaves", files_of(desk)))
}

/// What is kept, with the root that it has; nothing where that cannot be read.
fn kept(desk: &Desk<'_>) -> Option<Roll> {
    let text = std::fs::read_to_string(file(desk)).ok()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    let leaf = |(place, leaf): (u32, String)| {
        let bytes = hex::decode(leaf).ok()?;
        Some((place, mycel_verifier::field::decode(&bytes).ok()?))
    };
    let leaves: Option<Vec<_>> = kept.leaves.into_iter().map(leaf).collect();
    let leaves = leaves.filter(|_| kept.format == FORMAT)?;
    let root = showing::tree(&leaves).ok()?.root();
    Some(Roll { leaves, root })
}

/// All leaves from the node, which are kept.
pub async fn fetched(desk: &Desk<'_>) -> Result<Roll, Failure> {
    let roll = desk.asked().roll().await?;
    let leaves = roll.leaves.iter().map(|(place, leaf)| (*place, hex(leaf)));
    let kept = Kept {
        format: FORMAT,
        leaves: leaves.collect(),
    };
    let text = serde_json::to_string(&kept).expect("the file is plain data");
    if let Err(failed) = write_private(&file(desk), text.as_bytes()) {
        desk.aside(&format!("warning: the leaves are not kept: {failed}"));
    }
    Ok(roll)
}

/// The copy, if it is of this slot's root and, where somebody is about to prove, has that member's leaf; else the node's.
pub async fn current(desk: &Desk<'_>, me: Option<&Me<'_>>) -> Result<Roll, Failure> {
    let told = desk.asked().root(None).await?;
    let root = element_of(&told.root)?;
    let fits = |roll: &Roll| roll.root == root && me.is_none_or(|me| has(roll, me));
    match kept(desk).filter(fits) {
        Some(roll) => Ok(roll),
        None => fetched(desk).await,
    }
}

/// Whether everybody's leaves have this member's as it is known here.
pub fn has(roll: &Roll, me: &Me<'_>) -> bool {
    roll.leaves.contains(&(me.mailbox.index, me.mailbox.leaf()))
}

/// Looks after the copy at a time that says nothing about a proof.
pub async fn refresh(desk: &Desk<'_>) {
    if let Err(failed) = current(desk, None).await {
        desk.aside(&format!(
            "warning: all members' leaves were not read, so they will be asked for right before a proof: {failed}"
        ));
    }
}
