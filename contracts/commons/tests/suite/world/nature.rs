//! Monitors that read, so that epochs open.

use serde_json::json;

use super::{CREDIT, World, names};

/// What each laboratory puts down: a bond that outlasts decay and juries.
const BOND: u64 = 200 * CREDIT;

impl World {
    /// Three accredited laboratories with bonds for a commons; each is
    /// controlled by one of the last three of so many persons, who have
    /// nothing there.
    #[track_caller]
    pub fn labs(&mut self, commons: u64, persons: usize) -> Vec<String> {
        let all = names(persons);
        let mut labs = vec![];
        for (place, who) in all[persons - 3..].iter().enumerate() {
            let lab = format!("lab{}", ["a", "b", "c"][place]);
            let known = self.sandbox.query::<serde_json::Value>(
                &self.members,
                &json!({"standing": {"address": mycel_sandbox::address(&lab)}}),
            );
            if known.is_err() {
                let number = self.organisation(&lab, &[(who, 10_000)]);
                let accredit = json!({"accredit": {"organisation": number.to_string()}});
                self.decide("all", "ordinary", accredit);
            }
            let credit = self.credit.clone();
            let pay = json!({"pay": {"to": mycel_sandbox::address(&lab), "amount": (2 * BOND).to_string()}});
            self.as_(who).tell(&credit, pay);
            let bond = json!({"bond": {"commons": commons.to_string()}});
            self.hold(&lab, BOND, &bond);
            labs.push(lab);
        }
        labs
    }

    /// All of them read the same stock.
    #[track_caller]
    pub fn readings(&mut self, commons: u64, labs: &[String], stock: u64) {
        for lab in labs {
            let evidence = mycel_sandbox::address(&format!("{lab}/{commons}/{}", self.now()));
            let evidence = &cosmwasm_std::to_hex(evidence.as_bytes())[..64];
            let read = json!({"read": {"commons": commons.to_string(),
                "quantity": stock.to_string(), "evidence": evidence}});
            self.as_(lab).say(read);
        }
        self.block();
    }

    /// A forest whose first epoch is open, with a cap of 1,000,000 units.
    #[track_caller]
    pub fn growing(&mut self, persons: usize, members: &[(u64, u32)]) -> (u64, Vec<String>) {
        let forest = self.found(members);
        let labs = self.labs(forest, persons);
        self.readings(forest, &labs, 10_000_000);
        self.wait(3_700);
        (forest, labs)
    }
}
