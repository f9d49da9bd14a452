//! The innovation register.

mod boundaries;
mod dues;
mod entries;
mod harms;
mod juries;
mod random;
mod rewards;

use mycel_funding::register::ask::{EntryView, MatterView, Overdue, Refused, RegisterView};
use mycel_funding::register::record::Step;
use mycel_kit::peers::items::OpenItems;
use mycel_sandbox::{Receipt, address};
use serde_json::{Value, json};

use crate::commonwealth::{Commonwealth, FOREST, told_by};
use crate::world::{CREDIT, DAY, Random, World, attribute, names, told};

const YEAR: u64 = 365 * DAY;

fn town(n: usize) -> (Commonwealth, Vec<String>) {
    (Commonwealth::new(n, &json!({})), names(n))
}

/// A SHA-256 that nobody used.
fn fresh(town: &mut Commonwealth) -> String {
    town.wait(1);
    format!("{:064x}", town.sandbox.height())
}

impl Commonwealth {
    #[track_caller]
    fn register(&mut self, name: &str, kind: &str) -> u64 {
        let evidence = fresh(self);
        let receipt = self.ok(name, entry(kind, &evidence));
        number(&receipt, "register", "entry")
    }

    fn entry(&self, number: u64) -> EntryView {
        self.query(&json!({"entry": {"entry": number.to_string()}}))
    }

    fn matter(&self, number: u64) -> MatterView {
        self.query(&json!({"matter": {"matter": number.to_string()}}))
    }

    fn sums(&self) -> RegisterView {
        self.query(&json!({"register": {}}))
    }

    #[track_caller]
    fn report(&mut self, name: &str, entry: u64, pico: u64) -> Receipt {
        let msg = revenue(entry, pico, &fresh(self));
        self.ok(name, msg)
    }

    #[track_caller]
    fn pay_dues(&mut self, name: &str, entry: u64, pico: u64) {
        self.held(name, pico, &json!({"dues": {"entry": entry.to_string()}}));
        self.wait(1);
    }

    fn overdue(&self) -> Overdue {
        self.query(&json!({"overdue": {}}))
    }

    fn refused_in(&self, technology: &str, boundary: &Value) -> Refused {
        self.query(&json!({"refused": {"technology": technology, "boundary": boundary}}))
    }

    #[track_caller]
    fn built(&mut self, name: &str, entry: u64) {
        let msg = built(entry, &fresh(self));
        self.ok(name, msg);
    }

    #[track_caller]
    fn not_built(&mut self, name: &str, entry: u64, words: &str) {
        let msg = built(entry, &fresh(self));
        self.no(name, msg, words);
    }

    /// A review of a technology; (matter, case).
    #[track_caller]
    fn review(&mut self, name: &str, technology: &str, commons: Option<&str>) -> (u64, String) {
        let evidence = fresh(self);
        let receipt = self.ok(name, review(technology, commons, &evidence));
        opened(&receipt)
    }

    /// The jury's answer, and what follows.
    #[track_caller]
    fn answered(&mut self, (matter, case): &(u64, String), outcome: &str) {
        self.verdict(case, outcome);
        self.move_on(*matter);
    }

    #[track_caller]
    fn move_on(&mut self, matter: u64) {
        let msg = json!({"advance_matter": {"matter": matter.to_string()}});
        self.ok("anyone", msg);
        self.check_all();
    }

    /// Says that somebody harmed the forest; (matter, case).
    #[track_caller]
    fn accuse(&mut self, name: &str, user: &str, pico: u64) -> (u64, String) {
        let evidence = fresh(self);
        let msg = harm(self.number(user), pico, &evidence);
        let receipt = self.ok(name, msg);
        opened(&receipt)
    }

    fn open_items(&self, name: &str) -> OpenItems {
        self.query(&json!({"open_items": {"member": address(name)}}))
    }
}

fn entry(kind: &str, evidence: &str) -> Value {
    json!({"register": {"kind": kind, "title": "a mill", "licence": "CERN-OHL-S-2.0",
        "evidence": evidence}})
}

fn revenue(entry: u64, pico: u64, evidence: &str) -> Value {
    json!({"report_revenue": {"entry": entry.to_string(), "revenue": pico.to_string(),
        "evidence": evidence}})
}

fn built(entry: u64, evidence: &str) -> Value {
    json!({"report_built": {"entry": entry.to_string(), "evidence": evidence}})
}

fn review(technology: &str, commons: Option<&str>, evidence: &str) -> Value {
    json!({"review_technology": {"technology": technology, "commons": commons,
        "evidence": evidence}})
}

fn harm(user: u64, pico: u64, evidence: &str) -> Value {
    json!({"accuse_harm": {"commons": FOREST, "technology": "deep-trawling",
        "user": user.to_string(), "amount": pico.to_string(), "evidence": evidence}})
}

fn collect(entry: u64) -> Value {
    json!({"collect_reward": {"entry": entry.to_string()}})
}

fn number(receipt: &Receipt, event: &str, key: &str) -> u64 {
    attribute(receipt, event, key)
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{event} {key}: {:?}", receipt.events))
}

fn opened(receipt: &Receipt) -> (u64, String) {
    let case = attribute(receipt, "case_opened", "case").expect("a case");
    (number(receipt, "case_opened", "matter"), case)
}

fn refuse(technology: &str, until: Option<u64>) -> Value {
    json!({"refuse_technology": {"technology": technology,
        "until": until.map(|until| until.to_string())}})
}

fn allow(technology: &str) -> Value {
    json!({"allow_technology": {"technology": technology}})
}

fn forest() -> Value {
    json!({"commons": FOREST})
}
