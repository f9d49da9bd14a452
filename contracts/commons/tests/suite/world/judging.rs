//! Juries, as sortition's own: drawn, sealed votes, opened.

use mycel_sandbox::{Receipt, address};
use mycel_sortition::juries::ask::{JuriesResponse, JuryView};
use mycel_sortition::juries::ballot;
use serde_json::{Value, json};

use super::{World, attribute, names};

/// The case that the contract was told it opened.
#[track_caller]
pub fn case_of(receipt: &Receipt) -> u64 {
    attribute(receipt, "wasm-case_opened", "case")
        .and_then(|text| text.parse().ok())
        .expect("a case")
}

impl World {
    #[track_caller]
    pub fn jury(&self, case: u64) -> (u8, JuryView) {
        let all: JuriesResponse = self
            .sandbox
            .query(
                &self.sortition,
                &json!({"juries": {"case": case.to_string()}}),
            )
            .expect("juries");
        let which = all.juries.len() as u8 - 1;
        (which, all.juries.into_iter().last().expect("a jury"))
    }

    fn lots(&mut self) {
        let sortition = self.sortition.clone();
        let advance = json!({"advance": {}});
        self.sandbox
            .execute(&address("anyone"), &sortition, &advance)
            .expect("sortition advances");
    }

    /// The jury is drawn and votes this word; the commons has not looked yet.
    /// Jurors are the persons that [`names`] names.
    #[track_caller]
    pub fn judge(&mut self, case: u64, word: &str) {
        assert!(self.judged(case, word), "case {case} was not {word}");
    }

    /// … if the jury can still be drawn; says whether that is the outcome.
    #[track_caller]
    pub fn judged(&mut self, case: u64, word: &str) -> bool {
        let sortition = self.sortition.clone();
        for _ in 0..20 {
            let (which, jury) = self.jury(case);
            match jury.step.as_str() {
                "committing" => {
                    self.votes(case, which, &jury, word);
                    break;
                }
                "striking" => {
                    let wait = jury.until.0.saturating_sub(self.now()).max(1);
                    self.wait(wait);
                }
                _ => self.wait(15),
            }
            self.lots();
        }
        let said: Value = self
            .sandbox
            .query(&sortition, &json!({"case": {"id": case.to_string()}}))
            .expect("the case");
        self.block();
        said["outcome"] == word
    }

    fn votes(&mut self, case: u64, which: u8, jury: &JuryView, word: &str) {
        let sortition = self.sortition.clone();
        let sitting: Vec<u64> = jury
            .seats
            .iter()
            .filter(|seat| seat.place == "seated")
            .map(|seat| seat.person.0)
            .collect();
        let all = names(sitting.iter().copied().max().unwrap_or(0) as usize);
        let name = |person: u64| address(&all[person as usize - 1]);
        for person in &sitting {
            let salt = [*person as u8; 32];
            let hash = ballot::commitment(case, which, *person, word, &[3; 32], &salt);
            let msg = json!({"commit_vote": {"case": case.to_string(),
                "commitment": cosmwasm_std::to_hex(hash)}});
            // a juror that left the community meanwhile is refused
            let _ = self.sandbox.execute(&name(*person), &sortition, &msg);
        }
        for person in &sitting {
            if self.jury(case).1.step != "revealing" {
                break;
            }
            let msg = json!({"reveal_vote": {"case": case.to_string(), "outcome": word,
                "reasons": "03".repeat(32), "salt": cosmwasm_std::to_hex([*person as u8; 32])}});
            let _ = self.sandbox.execute(&name(*person), &sortition, &msg);
        }
    }

    /// What follows from a case, by anyone.
    #[track_caller]
    pub fn follow(&mut self, case: u64) -> Receipt {
        let advance = json!({"advance": {"case": case.to_string()}});
        self.as_("anyone").say(advance)
    }
}
