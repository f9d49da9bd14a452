//! One block into the database: values, undo rows, tree nodes, roots, outcome and tip in one transaction.
use bytes::Bytes;
use mycel_types::{Outcome, StoreId};
use redb::{Database, Durability};

use super::{
    Config,
    cache::NodeCache,
    fault::Faulty,
    prune::{self, Bin},
    reader::Reader,
    tables::{KEYS, LATEST, META, NODES, OUTCOMES, ROOTS, Roots, UNDO, flat, meta, node_row},
};
use crate::{
    Staged, StateFault,
    snapshot::State,
    tree::{Hash, NodeKey, TreeUpdate, sha256},
};

/// Whether `staged` is the tip's next state; `false` if it is durable already.
pub(super) fn is_next(
    before: Option<&Reader>,
    staged: &Staged,
    results: &Outcome,
) -> Result<bool, StateFault> {
    let height = staged.height();
    if results.app_hash != staged.app_hash {
        return Err(StateFault::Invalid(format!(
            "outcome is of another state height={height} outcome={} staged={}",
            results.app_hash, staged.app_hash
        )));
    }
    let Some(before) = before else {
        return match staged.parent {
            None => Ok(true),
            Some(_) => Err(StateFault::Invalid(format!(
                "height={height} cannot be stored before genesis"
            ))),
        };
    };
    let tip = before.tip;
    if tip.height == height && tip.app_hash == staged.app_hash {
        return Ok(false);
    }
    if tip.height.checked_add(1) == Some(height) && staged.parent == Some(tip.app_hash) {
        return Ok(true);
    }
    Err(StateFault::Invalid(format!(
        "height={height} app_hash={} does not follow tip={} app_hash={}",
        staged.app_hash, tip.height, tip.app_hash
    )))
}

pub(super) fn write(
    db: &Database,
    config: &Config,
    before: Option<&Reader>,
    staged: &Staged,
    results: &Outcome,
    cache: &NodeCache,
) -> Result<(), StateFault> {
    let height = staged.height();
    let state = staged.state.state();
    let State::Pending(pending) = &*state else {
        return Err(StateFault::Invalid(format!(
            "height={height} is durable already"
        )));
    };
    let trees = pending.trees()?;

    let mut txn = db.begin_write().or_fault()?;
    if !config.sync {
        txn.set_durability(Durability::None).or_fault()?;
    }
    let mut written = 0usize;
    {
        let mut bin = Bin::new(&txn, height)?;
        for store in StoreId::ALL {
            let update = trees.of(store);
            written = written.saturating_add(values(&txn, staged, store, &mut bin)?);
            written = written.saturating_add(nodes(&txn, store, update, &mut bin)?);
        }
        bin.close()?;

        let children = trees.map(|_, update| Ok::<_, StateFault>(update.root.clone()))?;
        let roots = Roots {
            app_hash: staged.app_hash,
            children,
        };
        txn.open_table(ROOTS)
            .or_fault()?
            .insert(height, &roots.encode()[..])
            .or_fault()?;
        let outcome = borsh::to_vec(results)
            .map_err(|error| StateFault::Invalid(format!("outcome: {error}")))?;
        txn.open_table(OUTCOMES)
            .or_fault()?
            .insert(height, &outcome[..])
            .or_fault()?;

        let oldest = before.map_or(height, |reader| match config.window {
            Some(window) => reader.oldest.max(height.saturating_sub(window)),
            None => reader.oldest,
        });
        let mut table = txn.open_table(META).or_fault()?;
        table
            .insert(meta::TIP, &height.to_be_bytes()[..])
            .or_fault()?;
        table
            .insert(meta::OLDEST, &oldest.to_be_bytes()[..])
            .or_fault()?;
        prune::sweep(&txn, oldest, prune::BUDGET.max(written.saturating_mul(2)))?;
    }
    txn.commit().or_fault()?;

    for store in StoreId::ALL {
        let nodes = &trees.of(store).nodes;
        cache.put(
            store,
            nodes.iter().map(|(path, node)| {
                (
                    NodeKey {
                        version: height,
                        path: *path,
                    },
                    node,
                )
            }),
        );
    }
    Ok(())
}

/// Flat values with their undo rows and the keys of new hashes. Gives the number of changed keys.
fn values(
    txn: &redb::WriteTransaction,
    staged: &Staged,
    store: StoreId,
    bin: &mut Bin<'_>,
) -> Result<usize, StateFault> {
    let state = staged.state.state();
    let State::Pending(pending) = &*state else {
        return Ok(0);
    };
    let mut latest = txn.open_table(LATEST).or_fault()?;
    let mut undo = txn.open_table(UNDO).or_fault()?;
    let mut keys = txn.open_table(KEYS).or_fault()?;
    let mut added: Vec<(Hash, &Bytes)> = Vec::new();
    let mut changed = 0usize;
    for (key, value) in pending.delta.iter(store) {
        let row = flat(store, key);
        let old = match value {
            Some(value) => latest.insert(&row[..], &value[..]).or_fault()?,
            None => latest.remove(&row[..]).or_fault()?,
        };
        let old = old.as_ref().map(|old| old.value());
        if old == value.map(|value| &value[..]) {
            continue;
        }
        undo.insert((&row[..], staged.height()), old).or_fault()?;
        bin.undo(&row, value.is_none())?;
        if old.is_none() {
            added.push((sha256(key), key));
        }
        changed = changed.saturating_add(1);
    }
    // hashes are random: sorted, neighbouring rows share their pages
    added.sort_unstable();
    for (hash, key) in added {
        keys.insert(&flat(store, &hash)[..], &key[..]).or_fault()?;
    }
    Ok(changed)
}

/// New tree nodes; the replaced ones go to the bin.
fn nodes(
    txn: &redb::WriteTransaction,
    store: StoreId,
    update: &TreeUpdate,
    bin: &mut Bin<'_>,
) -> Result<usize, StateFault> {
    let mut table = txn.open_table(NODES).or_fault()?;
    for (path, node) in &update.nodes {
        let row = node_row(
            store,
            &NodeKey {
                version: update.version,
                path: *path,
            },
        );
        table.insert(&row[..], &node.encode()[..]).or_fault()?;
    }
    for stale in &update.stale {
        bin.node(&node_row(store, stale))?;
    }
    Ok(update.nodes.len())
}
