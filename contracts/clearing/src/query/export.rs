//! All that the contract holds about a member, for taking along: obligations
//! page by page, then proposals, promises, and markets one by one.

use cosmwasm_std::Storage;
use mycel_kit::Id;

use super::{market, obligations, promises, proposals};
use crate::error::ContractError;
use crate::msg::{ExportItem, ExportResponse};
use crate::people;

/// Markets in one page.
const MARKETS: u32 = 10;
/// Links in one page, and those of one market more.
const LINKS: usize = 200;

/// Where an export goes on: `o/<page>`, `p/<after>`, `r/<after>`, `m/<market>`.
enum Place {
    Obligations(Option<u32>),
    Proposals(Option<Id>),
    Promises(Option<Id>),
    Markets(u32),
}

impl Place {
    fn read(after: Option<&str>) -> Option<Place> {
        let Some(after) = after else {
            return Some(Place::Obligations(None));
        };
        let (kind, number) = after.split_once('/')?;
        let id = || match number {
            "" => Some(None),
            number => number.parse().ok().map(|number| Some(Id(number))),
        };
        match kind {
            "o" => number
                .parse()
                .ok()
                .map(|page| Place::Obligations(Some(page))),
            "p" => id().map(Place::Proposals),
            "r" => id().map(Place::Promises),
            "m" => number.parse().ok().map(Place::Markets),
            _ => None,
        }
    }
}

pub fn export(
    storage: &dyn Storage,
    person: u32,
    after: Option<String>,
) -> Result<ExportResponse, ContractError> {
    let place = Place::read(after.as_deref()).ok_or_else(|| ContractError::OutOfBounds {
        what: "after",
        value: after.unwrap_or_default(),
        least: "o/0".to_owned(),
        most: "the previous page's next".to_owned(),
    })?;
    let mut items = Vec::new();
    let next = match place {
        Place::Obligations(page) => {
            if page.is_none() {
                items.push(ExportItem::Consent(people::consents(storage, person)));
            }
            let answer = obligations(storage, person, page)?;
            items.extend(answer.obligations.into_iter().map(ExportItem::Obligation));
            Some(match answer.next {
                Some(next) => format!("o/{next}"),
                None => "p/".to_owned(),
            })
        }
        Place::Proposals(after) => {
            let answer = proposals(storage, person, after)?;
            items.extend(answer.proposals.into_iter().map(ExportItem::Proposal));
            Some(match answer.next {
                Some(next) => format!("p/{next}"),
                None => "r/".to_owned(),
            })
        }
        Place::Promises(after) => {
            let answer = promises(storage, person, after)?;
            items.extend(answer.promises.into_iter().map(ExportItem::Promise));
            Some(match answer.next {
                Some(next) => format!("r/{next}"),
                None => "m/0".to_owned(),
            })
        }
        Place::Markets(first) => {
            let end = first.saturating_add(MARKETS);
            let mut links = 0;
            for number in first..end {
                if links >= LINKS {
                    let next = Some(format!("m/{number}"));
                    return Ok(ExportResponse { items, next });
                }
                if !market::exists(storage, number) {
                    return Ok(ExportResponse { items, next: None });
                }
                let posted = market::posted(storage, number, person)?;
                let ways = posted.links.len() + posted.waiting.len();
                links += ways;
                if posted.offer.is_some() || posted.need.is_some() || ways > 0 {
                    items.push(ExportItem::Posted {
                        market: number,
                        posted,
                    });
                }
            }
            Some(format!("m/{end}"))
        }
    };
    Ok(ExportResponse { items, next })
}
