//! Messages that can succeed: for each kind of message one that the state as
//! it is now allows, or a step towards one.

mod assembly;
mod clearing;
mod credit;
mod govern;
mod juries;
mod members;
mod sortition;
mod towards;

use cosmwasm_std::Addr;
use serde_json::{Value, json};

use crate::play::{Play, Step};
use crate::reach;
use crate::town::{DAY, Town};

/// Kinds that take several steps in time: once begun they are pursued for a while.
const LONG: &[&str] = &[
    "assembly.advise",
    "assembly.run_all",
    "assembly.decided/set_parameters",
    "assembly.decided/set_peers",
    "assembly.ran/chain",
    "assembly.ran/migrate",
    "assembly.ran/spend",
    "sortition.appeal",
    "sortition.beacon/commit",
    "sortition.beacon/post",
    "sortition.beacon/reveal",
    "sortition.decided/open_case",
    "sortition.decided/open_draw",
    "sortition.decline",
    "sortition.post_lottery",
    "sortition.recuse",
    "sortition.reveal_vote",
    "sortition.strike",
    "clearing.accept",
    "clearing.choose",
    "clearing.close_promise",
    "clearing.judged",
    "clearing.post",
    "clearing.report",
    "clearing.return",
    "clearing.upward",
    "clearing.withdraw_dispute",
    "credit.close_account",
    "credit.decided/write_off",
    "credit.open_accounts",
    "credit.release_starter",
    "credit.set_factors",
    "members.advance/case",
    "members.appeal",
    "members.complete_recovery",
    "members.settle",
];

/// For how many steps.
const PURSUED: u8 = 10;

/// A message that somebody sends to a contract.
fn tell(sender: &Addr, contract: &Addr, message: Value) -> Option<Step> {
    Some(Step::Tell(sender.clone(), contract.clone(), message))
}

impl Play {
    /// Something that can succeed, or leads there.
    pub(crate) fn sensible(&mut self, town: &Town) -> Option<Step> {
        if let Some(step) = self.mend(town) {
            return Some(step);
        }
        if let Some((kind, left)) = self.pursued.filter(|_| !self.random.one_in(5)) {
            self.pursued = (left > 1).then_some((kind, left - 1));
            return self.sense(town, kind);
        }
        let kinds: Vec<_> = reach::all().collect();
        let kind = *self.random.pick(&kinds);
        if LONG.contains(&kind) {
            self.pursued = Some((kind, PURSUED));
        }
        self.sense(town, kind)
    }

    /// A message of this kind, or a step towards one; nothing where the state
    /// has no room for it.
    ///
    /// # Panics
    /// A kind has no generator.
    pub fn sense(&mut self, town: &Town, kind: &str) -> Option<Step> {
        match kind.split_once('.') {
            Some((contract, "decided/pause")) => self.pauses(town, contract),
            Some(("credit", kind)) => self.sense_credit(town, kind),
            Some(("members", kind)) => self.sense_members(town, kind),
            Some(("clearing", kind)) => self.sense_clearing(town, kind),
            Some(("sortition", kind)) => self.sense_sortition(town, kind),
            Some(("assembly", kind)) => self.sense_assembly(town, kind),
            _ => panic!("a kind of no contract: {kind}"),
        }
    }

    /// Peers that were taken away for a while come back.
    fn mend(&mut self, town: &Town) -> Option<Step> {
        let credit = town.sandbox.read(&town.credit, |storage| {
            mycel_credit::peers::load(storage).expect("peers").members
        });
        if credit.is_ok_and(|members| members.is_empty()) && self.random.one_in(3) {
            let back = json!({"set_parameters": {"members": town.members}});
            return self.decides(town, &town.credit, "constitutional", &back);
        }
        if self.without_jury(town) && self.random.one_in(10) {
            let back = json!({"set_parameters": {"sortition": town.sortition}});
            return self.decides(town, &town.clearing, "constitutional", &back);
        }
        None
    }

    /// Whether clearing has no jury now.
    pub(crate) fn without_jury(&self, town: &Town) -> bool {
        let sortition = town.sandbox.read(&town.clearing, |storage| {
            let parameters = mycel_clearing::state::parameters().load(storage);
            parameters.expect("parameters").sortition
        });
        sortition.is_ok_and(|sortition| sortition.is_empty())
    }

    /// One of these.
    pub(crate) fn one<T>(&mut self, mut items: Vec<T>) -> Option<T> {
        if items.is_empty() {
            return None;
        }
        let at = self.random.below(items.len() as u64) as usize;
        Some(items.swap_remove(at))
    }

    /// Waits for a moment that is not far, every other time.
    pub(crate) fn until(&mut self, town: &Town, when: u64) -> Option<Step> {
        let left = when.saturating_sub(town.sandbox.now());
        (left < 40 * DAY && self.random.one_in(2)).then_some(Step::Wait(left + 1))
    }

    /// A contract hears nobody for a while, or everybody again.
    pub(super) fn pauses(&mut self, town: &Town, contract: &str) -> Option<Step> {
        let contract = match contract {
            "credit" => &town.credit,
            "members" => &town.members,
            _ => &town.clearing,
        };
        // short, or nothing else would happen
        let seconds = 1 + self.random.below(30);
        let pause = json!({"pause": {"contract": contract, "seconds": seconds}});
        self.wish(town, "urgent", pause)
    }

    /// A number that no other of this play has.
    pub(crate) fn fresh(&mut self) -> usize {
        self.identities += 1;
        self.identities
    }
}
