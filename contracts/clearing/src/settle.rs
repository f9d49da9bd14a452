//! Applying the best certificate to obligations. It has been verified whole
//! and nothing it speaks of has changed since: applying cannot fail.

use cosmwasm_std::Storage;
use mycel_kit::flow::Body;

use crate::book::{CLEARED, Page};
use crate::error::ContractError;
use crate::graph::Graph;
use crate::posts;
use crate::round::{Round, Stage};
use crate::state;

/// Settles the next pages: an obligation looked at is one unit of work, four
/// on a page where anything is set off.
///
/// # Errors
/// Unreadable state only.
pub fn step(
    storage: &mut dyn Storage,
    number: u64,
    current: &mut Round,
    left: u32,
) -> Result<u32, ContractError> {
    let Stage::Settling { page, edge, at } = current.stage else {
        return Ok(0);
    };
    let Some(best) = current.best else {
        current.stage = Stage::Closing { post: 0 };
        return Ok(1);
    };
    let mine = posts::load(storage, number, best.post)?;
    let bytes = posts::body(storage, number, best.post, &mine);
    let body = Body::read(&bytes)?;
    let graph = Graph::open(storage, number, current)?;
    let mut flows = body.flows_from(edge, at as usize);
    let (mut work, mut edge, mut applied) = (1 + mine.bytes / 1_024, edge, 0i128);
    let mut changed: Vec<(u32, Vec<u64>)> = Vec::new();
    let next = graph.walk(storage, page, |number, rows, page| {
        let mut amounts = None;
        for row in rows {
            let flow = flows.next(row.edge.capacity)?;
            edge += 1;
            if flow > 0 {
                let amounts = amounts.get_or_insert_with(|| page.amounts.clone());
                let left = &mut amounts[row.at];
                *left -= flow as u64;
                if *left == 0 {
                    *left = CLEARED | flow as u64;
                }
                applied += i128::from(flow);
            }
        }
        // a page that is written again costs four times one that is read
        let pages = if amounts.is_some() { 4 } else { 1 };
        work += (page.entries.len() as u32).max(8) * pages;
        changed.extend(amounts.map(|amounts| (number, amounts)));
        Ok(work < left)
    })?;
    for (number, amounts) in changed {
        let page = Page {
            entries: Vec::new(),
            amounts,
        };
        page.save_amounts(storage, number);
    }
    let mut totals = state::totals().load(storage)?;
    totals.cleared += applied;
    totals.outstanding -= applied;
    state::totals().save(storage, &totals);
    current.applied += applied;
    current.stage = if next < graph.end() {
        Stage::Settling {
            page: next,
            edge,
            at: flows.at() as u32,
        }
    } else {
        Stage::Closing { post: 0 }
    };
    Ok(work)
}
