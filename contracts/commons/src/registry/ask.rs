//! Queries and answers of this part.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::HexBinary;
use mycel_kit::{Id, Seconds};

use super::rules::Rules;
use crate::quantity::Quantity;
use crate::rights::Benefit;

/// Answer to `commons`.
#[cw_serde]
pub struct CommonsView {
    /// Its number.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: String,
    /// Where it ends, in words.
    pub boundary: String,
    /// SHA-256 of the boundary's geometry.
    pub geometry: HexBinary,
    /// Whose budget it lives in.
    pub parent: Option<Id>,
    /// When it was founded.
    pub founded: Seconds,
    /// `open`, `closing`, `closed`.
    pub status: String,
    /// How many are enrolled.
    pub enrolled: u32,
    /// What its children may take, in ppm of its cap.
    pub budgets: Vec<Budget>,
    /// Its own budget, in ppm of its parent's cap.
    pub budget_ppm: Option<u32>,
    /// Its rules.
    pub rules: Rules,
    /// Its rules from the next epoch on, where they change.
    pub next_rules: Option<Rules>,
}

/// What a child may take.
#[cw_serde]
#[derive(Copy)]
pub struct Budget {
    /// The child.
    pub child: Id,
    /// In 1/1,000,000 of the parent's cap.
    pub ppm: u32,
}

/// A commons in a list.
#[cw_serde]
pub struct CommonsLine {
    /// Its number.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: String,
    /// Whose budget it lives in.
    pub parent: Option<Id>,
    /// `open`, `closing`, `closed`.
    pub status: String,
    /// How many are enrolled.
    pub enrolled: u32,
}

/// Answer to `commons_list`.
#[cw_serde]
pub struct CommonsListResponse {
    /// By number.
    pub commons: Vec<CommonsLine>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Someone in a commons.
#[cw_serde]
pub struct EnrolmentView {
    /// The person or organisation.
    pub person: Id,
    /// `person`, `org`.
    pub kind: mycel_kit::peers::credit::Kind,
    /// `enrolled`, `withdrawn`, `gone`, `excluded`.
    pub standing: String,
    /// Since when it is as it is.
    pub since: Seconds,
    /// The place among the electors.
    pub place: Option<u32>,
}

/// Answer to `enrolled`.
#[cw_serde]
pub struct EnrolledResponse {
    /// By person number; those whose enrolment ended as well.
    pub enrolled: Vec<EnrolmentView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// An organisation that may send monitors.
#[cw_serde]
pub struct AccreditedView {
    /// Its number.
    pub organisation: Id,
    /// Since when.
    pub since: Seconds,
}

/// Answer to `accredited`.
#[cw_serde]
pub struct AccreditedResponse {
    /// By number.
    pub organisations: Vec<AccreditedView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// What a member gives.
#[cw_serde]
pub struct Contribution {
    /// Readings given.
    pub readings: u32,
    /// Restored, as attested.
    pub restored: Quantity,
    /// Overage repaid.
    pub repaid: Quantity,
    /// Newcomers vouched for who were enrolled.
    pub welcomed: u32,
}

/// Answer to `account`: what a member has of a commons, beside what it gives.
#[cw_serde]
pub struct AccountResponse {
    /// The person.
    pub person: Id,
    /// The enrolment; absent for who never was.
    pub enrolment: Option<EnrolmentView>,
    /// The step on the ladder.
    pub step: String,
    /// What it has.
    pub benefit: Benefit,
    /// What it gives.
    pub contribution: Contribution,
}

/// Someone who asks to be enrolled.
#[cw_serde]
pub struct ApplicationView {
    /// When it asked.
    pub asked: Seconds,
    /// Who vouches.
    pub welcomed: Vec<Id>,
}

/// What is kept about a person, an item of its export.
#[cw_serde]
pub struct Kept {
    /// The enrolment.
    pub enrolment: Option<EnrolmentView>,
    /// The application.
    pub application: Option<ApplicationView>,
    /// Newcomers vouched for who were enrolled.
    pub welcomed: u32,
    /// Enrolled organisations that it controls, as last seen.
    pub controls: Vec<Id>,
}
