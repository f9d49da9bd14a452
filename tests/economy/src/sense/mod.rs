//! Messages that can succeed: for each kind of message one that the state as
//! it is now allows, or a step towards one.

mod assembly;
mod clearing;
mod commons;
mod credit;
mod funding;
mod govern;
mod juries;
mod members;
mod sortition;
mod towards;
mod trust;

use cosmwasm_std::Addr;
use serde_json::{Value, json};

use crate::play::{Play, Step};
use crate::reach;
use crate::town::{DAY, Town};

/// Kinds that take several steps in time: once begun they are pursued for so many.
const LONG: &[(&str, u8)] = &[
    ("assembly.advise", 24),
    ("assembly.attach_clusters", 6),
    ("assembly.decided/set_parameters", 8),
    ("assembly.decided/set_peers", 8),
    ("assembly.ran/chain", 8),
    ("assembly.ran/migrate", 8),
    ("assembly.ran/spend", 8),
    ("assembly.react/disagree", 6),
    ("assembly.unvote", 6),
    ("clearing.accept", 16),
    ("clearing.choose", 10),
    ("clearing.close_promise", 22),
    ("clearing.collect", 5),
    ("clearing.decided/attest_shock", 8),
    ("clearing.judged", 14),
    ("clearing.post", 9),
    ("clearing.report", 20),
    ("clearing.return", 16),
    ("clearing.set_parameters", 8),
    ("clearing.upward", 7),
    ("clearing.withdraw_dispute", 12),
    ("commons.accuse", 4),
    ("commons.advance/case", 14),
    ("commons.bank", 16),
    ("commons.borrow", 16),
    ("commons.cancel", 16),
    ("commons.check_concentration", 30),
    ("commons.commit_sell", 16),
    ("commons.harvest", 16),
    ("commons.repay", 24),
    ("commons.resume_claim", 60),
    ("commons.retire", 16),
    ("commons.reverse", 16),
    ("commons.transfer", 16),
    ("commons.attest", 8),
    ("commons.appeal", 20),
    ("commons.decided/allot_budget", 16),
    ("commons.decided/close", 16),
    ("commons.decided/enrol", 16),
    ("commons.decided/found", 8),
    ("commons.decided/grant_shares", 16),
    ("commons.decided/lower", 20),
    ("commons.decided/open_basket", 16),
    ("commons.decided/set_rules", 16),
    ("commons.deposit", 20),
    ("commons.pass_parts", 20),
    ("commons.redeem", 20),
    ("commons.hold/commit", 16),
    ("commons.hold/pay_overage", 24),
    ("commons.receive_hold", 6),
    ("commons.reveal", 24),
    ("credit.advance_exit", 5),
    ("credit.close_account", 7),
    ("credit.decided/write_off", 30),
    ("credit.open_accounts", 8),
    ("credit.release_starter", 7),
    ("credit.set_factors", 7),
    ("funding.advance/round", 12),
    ("funding.claim_dividend", 10),
    ("funding.collect_reward", 12),
    ("funding.decided/admit_project", 24),
    ("funding.decided/declare_group", 40),
    ("funding.hold/contribute", 12),
    ("funding.hold/dividend", 10),
    ("funding.hold/restoration", 30),
    ("funding.hold/rewards", 10),
    ("members.advance/case", 12),
    ("members.appeal", 14),
    ("members.complete_recovery", 7),
    ("members.decided/drop_entry", 16),
    ("members.settle", 12),
    ("members.step_down", 5),
    ("sortition.appeal", 10),
    ("sortition.beacon/commit", 8),
    ("sortition.beacon/post", 12),
    ("sortition.beacon/reveal", 8),
    ("sortition.decided/open_case", 8),
    ("sortition.decided/open_draw", 8),
    ("sortition.decline", 20),
    ("sortition.post_lottery", 14),
    ("sortition.recuse", 8),
    ("sortition.reveal_vote", 8),
    ("sortition.strike", 10),
    ("credit.shown", 8),
    ("funding.shown", 24),
    ("sortition.shown", 24),
    ("trust.accept_deal", 5),
    ("trust.advance_dispute", 40),
    ("trust.cancel_deal", 5),
    ("trust.commit_rating", 9),
    ("trust.decided/approve_reset", 8),
    ("trust.decided/close_gate", 16),
    ("trust.decided/open_gate", 8),
    ("trust.decided/set_parameters", 8),
    ("trust.dispute_rating", 16),
    ("trust.fold", 24),
    ("trust.open_deal", 5),
    ("trust.open_rating", 14),
    ("trust.reset", 30),
    ("trust.retire", 8),
    ("trust.show", 8),
    ("trust.show_member", 24),
];

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
        if let Some((kind, left)) = self.pursued.filter(|_| !self.random.one_in(6)) {
            self.pursued = (left > 1).then_some((kind, left - 1));
            return self.sense(town, kind);
        }
        // what is wanted is decided some day
        if !self.wanted.is_empty()
            && self.random.one_in(5)
            && let Some(step) = self.govern(town)
        {
            return Some(step);
        }
        let mut kinds: Vec<_> = reach::all().collect();
        let sought = !self.random.one_in(3);
        if sought && kinds.iter().any(|kind| self.is_sought(kind)) {
            kinds.retain(|kind| self.is_sought(kind));
        }
        let kind = *self.random.pick(&kinds);
        let long = LONG.iter().find(|(long, _)| *long == kind);
        self.pursued = match (self.is_sought(kind), long) {
            // what was never reached is pursued longer
            (true, Some((_, steps))) => Some((kind, 2 * steps)),
            (true, None) => Some((kind, 3)),
            (false, long) => long.copied(),
        };
        self.sense(town, kind)
    }

    /// Whether a kind can be reached and was not yet.
    fn is_sought(&self, kind: &str) -> bool {
        !self.reached.contains(kind) && !reach::REFUSED.contains(&kind)
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
            Some(("commons", kind)) => self.sense_commons(town, kind),
            Some(("funding", kind)) => self.sense_funding(town, kind),
            Some(("trust", kind)) => self.sense_trust(town, kind),
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
        let seconds = 30 + self.random.below(90);
        let pause = json!({"pause": {"contract": contract, "seconds": seconds}});
        self.wish(town, "urgent", pause)
    }

    /// A number that no other of this play has.
    pub(crate) fn fresh(&mut self) -> usize {
        self.identities += 1;
        self.identities
    }
}
