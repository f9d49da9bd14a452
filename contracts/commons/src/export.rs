//! All that this contract holds about a member: commons by commons, in each
//! part by part. A page is of one part; where it ended is a word
//! `commons/part/number`, and whoever asks on with it gets the rest.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Deps;
use mycel_bindings::MycelQuery;
use mycel_kit::Id;

use crate::error::ContractError;
use crate::{cap, market, monitors, order, regeneration, registry, rights};

/// Parts that keep something about a person, in the order of pages.
const PARTS: u8 = 7;

/// What is kept of one part.
#[cw_serde]
pub enum Kept {
    /// Enrolment and application.
    Registry(registry::ask::Kept),
    /// Measures and accusations.
    Order(order::ask::Kept),
    /// Seats and readings.
    Monitors(monitors::ask::Kept),
    /// Of epochs.
    Cap(cap::ask::Kept),
    /// Claims.
    Regeneration(regeneration::ask::Kept),
    /// Shares and accounts.
    Rights(rights::ask::Kept),
    /// Orders.
    Market(market::ask::Kept),
}

/// Answer to `export`.
#[cw_serde]
pub struct ExportResponse {
    /// The person.
    pub person: Id,
    /// The commons of this page; absent where the person has to do with none.
    pub commons: Option<Id>,
    /// What is kept.
    pub kept: Vec<Kept>,
    /// `after` of the next page; absent on the last.
    pub next: Option<String>,
}

struct Place {
    commons: u64,
    part: u8,
    after: Option<u64>,
}

fn place(text: &str) -> Option<Place> {
    let mut words = text.split('/');
    let place = Place {
        commons: words.next()?.parse().ok()?,
        part: words.next()?.parse().ok()?,
        after: match words.next()? {
            "" => None,
            number => Some(number.parse().ok()?),
        },
    };
    (words.next().is_none() && place.part < PARTS).then_some(place)
}

/// A page.
///
/// # Errors
/// No member's address; `after` is not where a page ended.
pub fn page(
    deps: Deps<'_, MycelQuery>,
    member: &str,
    after: Option<&str>,
) -> Result<ExportResponse, ContractError> {
    let storage = deps.storage;
    let person = crate::query::person(deps, member)?;
    let all = registry::show::involved(storage, person, None);
    let at = match after {
        Some(text) => place(text)
            .ok_or_else(|| ContractError::Answer("after is not where a page ended".to_owned()))?,
        None => Place {
            commons: all.first().copied().unwrap_or(0),
            part: 0,
            after: None,
        },
    };
    let mut answer = ExportResponse {
        person: Id(person),
        commons: None,
        kept: vec![],
        next: None,
    };
    if !all.contains(&at.commons) {
        return Ok(answer);
    }
    answer.commons = Some(Id(at.commons));
    let (commons, after) = (at.commons, at.after);
    macro_rules! part {
        ($part:ident, $kept:ident) => {{
            let (kept, next) = $part::export(storage, commons, person, after)?;
            answer.kept = kept.into_iter().map(Kept::$kept).collect();
            next
        }};
    }
    let next = match at.part {
        0 => {
            let one = registry::show::kept(storage, commons, person)?;
            answer.kept = one.into_iter().map(Kept::Registry).collect();
            None
        }
        1 => part!(order, Order),
        2 => part!(monitors, Monitors),
        3 => part!(cap, Cap),
        4 => part!(regeneration, Regeneration),
        5 => part!(rights, Rights),
        _ => part!(market, Market),
    };
    answer.next = match next {
        Some(number) => Some(format!("{commons}/{}/{number}", at.part)),
        None if at.part + 1 < PARTS => Some(format!("{commons}/{}/", at.part + 1)),
        None => all
            .iter()
            .find(|one| **one > commons)
            .map(|one| format!("{one}/0/")),
    };
    Ok(answer)
}
