//! What mailboxes commit to, counted a second time: every rating that was said
//! is known here, so that each fold is an honest one, and the commitment that
//! the contract keeps is the one of the same ratings added up natively.

use std::collections::BTreeMap;

use cosmwasm_std::HexBinary;
use mycel_mailbox::{Fr, Rating, State, element, fr, tag};
use mycel_trust::element::Element;
use mycel_trust::mailbox::ask::{EntriesResponse, EntryView, MailboxResponse};
use serde_json::{Value, json};

use crate::play::Step;
use crate::town::Town;

/// Sums of persons.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scores {
    /// What was sealed, by its commitment.
    said: BTreeMap<Element, (Rating, Fr)>,
    /// Folds that were proposed, by the commitment.
    proposed: BTreeMap<Element, State>,
    /// What each person's folds add up to, with its commitment.
    folded: BTreeMap<u64, (State, Element)>,
}

/// What a fold commits to, and the head after it.
pub(crate) struct Fold {
    pub(crate) commitment: Element,
    pub(crate) head: Element,
}

/// The bytes of an element on the wire.
pub(crate) fn bytes(hex: &HexBinary) -> Element {
    hex.as_slice().try_into().expect("32 bytes")
}

impl Scores {
    /// Somebody is about to open a rating.
    pub(crate) fn say(&mut self, c: Element, rating: Rating, rho: Fr) {
        self.said.insert(c, (rating, rho));
    }

    /// The fold of these entries into a person's state; `None` where one of
    /// them was never said.
    pub(crate) fn fold(
        &mut self,
        mailbox: &MailboxResponse,
        entries: &[EntryView],
        blinding: u64,
    ) -> Option<Fold> {
        let before = self.folded.get(&mailbox.person.0);
        let mut state = before.map(|(state, _)| *state).unwrap_or_default();
        let mut head = fr(&bytes(&mailbox.folded_head));
        for entry in entries {
            let (rating, rho) = self.said.get(&bytes(&entry.c))?;
            let entry = rating.entry(*rho, entry.period);
            state.absorb(&entry).ok()?;
            head = entry.after(head);
        }
        state.r = fr(&tag::small(blinding));
        let commitment = element(&state.commit());
        self.proposed.insert(commitment, state);
        let head = element(&head);
        Some(Fold { commitment, head })
    }

    /// What was accepted counts here too.
    pub(crate) fn learn(&mut self, town: &Town, step: &Step) {
        let Step::Tell(sender, to, message) = step else {
            return;
        };
        if *to != town.trust {
            return;
        }
        let Some(person) = town.person(sender) else {
            return;
        };
        if message.get("reset").is_some() {
            self.folded.remove(&person);
        }
        let told = message["fold"]["commitment"].as_str();
        let told = told.and_then(|text| HexBinary::from_hex(text).ok());
        if let Some(commitment) = told.map(|told| bytes(&told))
            && let Some(state) = self.proposed.remove(&commitment)
        {
            self.folded.insert(person, (state, commitment));
        }
    }

    /// Mailboxes that commit to something else than these sums, or hold what
    /// nobody said.
    pub(crate) fn differ(&self, town: &Town) -> Vec<String> {
        let mut broken = vec![];
        let empty = element(&State::empty_commitment());
        for member in town.members() {
            let person = member.number;
            let asked = json!({"person": person.to_string()});
            let answer = |question: Value| town.sandbox.query(&town.trust, &question).ok();
            let mailbox: Option<MailboxResponse> = answer(json!({"mailbox": asked}))
                .and_then(|told: Value| serde_json::from_value(told).ok());
            let Some(mailbox) = mailbox else {
                continue;
            };
            let ours = self.folded.get(&person).map_or(empty, |(_, c)| *c);
            let theirs = bytes(&mailbox.state);
            if ours != theirs {
                broken.push(format!(
                    "trust commits to another score: person={person} ours={ours:?} theirs={theirs:?}"
                ));
            }
            if mailbox.folded == mailbox.entries {
                continue;
            }
            let asked = json!({"entries": {"person": person.to_string(),
                "after": mailbox.folded.checked_sub(1)}});
            let kept = answer(asked)
                .and_then(|told: Value| serde_json::from_value::<EntriesResponse>(told).ok());
            for entry in kept.into_iter().flat_map(|kept| kept.entries) {
                if !self.said.contains_key(&bytes(&entry.c)) {
                    broken.push(format!("nobody said this: person={person} {entry:?}"));
                }
            }
        }
        broken
    }
}
