//! Whom somebody would have, where each has one unit.
//!
//! A list names at most 16 of the other side, who have posted before. It is a
//! wish and binds nobody: only two who are on each other's lists, who are
//! still there when the round freezes and whose prices meet, are a *pair*.
//! Whoever cannot be matched with somebody leaves no trace in the list: ranks
//! and costs are counted among pairs, so that padding a list gains nothing.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{DepsMut, Response, Storage};

use super::freeze::{self, Node};
use super::{MAX_PRICE, choices_key, market, need_key, offer_key};
use crate::error::ContractError;
use crate::msg::{ChooseMsg, Costs, MarketKind};
use crate::{people, state};

/// Most persons on a list.
pub const MAX_CHOICES: usize = 16;

/// Somebody on a list, or a node on a list of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Choice {
    /// Who.
    pub person: u32,
    /// What it would cost the one who chooses; 0 where costs go by ranks.
    pub cost: u32,
}

/// Posts or replaces the sender's list.
///
/// # Errors
/// Not in standing, not a market of one unit each, frozen, the sender has
/// posted nothing, too many, somebody who is not on the other side or named
/// twice, a cost where ranks count.
pub fn choose(deps: DepsMut, sender: &str, terms: &ChooseMsg) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    let number = terms.market;
    let found = market::unfrozen(deps.storage, number)?;
    let most_cost = match found.kind {
        MarketKind::Flow => {
            return Err(ContractError::Market {
                why: "quantities flow here: sign links instead of choosing".to_owned(),
            });
        }
        MarketKind::Assignment { by: Costs::Scores } => MAX_PRICE,
        MarketKind::Assignment { by: Costs::Ranks } | MarketKind::Stable => 0,
    };
    if terms.choices.len() > MAX_CHOICES {
        return Err(ContractError::TooMany {
            what: "choices",
            count: terms.choices.len(),
            most: MAX_CHOICES,
        });
    }
    let offers = offer_key(number, person).exists(deps.storage);
    if !offers && !need_key(number, person).exists(deps.storage) {
        return Err(ContractError::NotInMarket {
            person,
            market: number,
            needs: "an offer or a need of one's own",
        });
    }
    let (mut list, mut seen) = (Vec::new(), BTreeSet::new());
    for choice in &terms.choices {
        let other = people::number(choice.person)?;
        let (there, needs) = if offers {
            let there = need_key(number, other).exists(deps.storage);
            (there, "a need, to be chosen by who offers")
        } else {
            let there = offer_key(number, other).exists(deps.storage);
            (there, "an offer, to be chosen by who needs")
        };
        if !there {
            return Err(ContractError::NotInMarket {
                person: other,
                market: number,
                needs,
            });
        }
        if !seen.insert(other) {
            return Err(ContractError::ChosenTwice { person: other });
        }
        market::within("cost", choice.cost.into(), 0, most_cost.into())?;
        list.push(Choice {
            person: other,
            cost: choice.cost,
        });
    }
    let key = choices_key(number, person);
    if list.is_empty() {
        deps.storage.remove(key.bytes());
    } else {
        key.save(deps.storage, &list);
    }
    Ok(market::posted("choose", number, person).add_attribute("choices", list.len().to_string()))
}

/// For each node of a round's graph the nodes it can be matched with, in the
/// order of its list; and how many lists were read.
///
/// # Errors
/// Unreadable state.
pub fn mutual(
    storage: &dyn Storage,
    number: u32,
    table: &[Node],
) -> Result<(Vec<Vec<Choice>>, u32), ContractError> {
    let node = |person: u32| {
        let rest = table.get(1..).unwrap_or_default();
        let place = rest.binary_search_by_key(&person, |node| node.person);
        place.ok().map(|place| place as u32 + 1)
    };
    let lists = freeze::posted(storage, b'C', number, |person, bytes| {
        choices_key(number, person).decode(bytes)
    })?;
    let count = lists.len() as u32;
    let mut wished = vec![Vec::new(); table.len()];
    for (person, list) in lists {
        let Some(mine) = node(person) else { continue };
        let there = list.iter().filter_map(|choice| {
            let other = node(choice.person)?;
            can_meet(table[mine as usize], table[other as usize]).then_some(Choice {
                person: other,
                cost: choice.cost,
            })
        });
        wished[mine as usize] = there.collect();
    }
    let has = |mine: u32, other: u32| {
        let list: &Vec<Choice> = &wished[mine as usize];
        list.iter().any(|choice| choice.person == other)
    };
    let kept = (0u32..).zip(&wished).map(|(mine, list)| {
        let back = list.iter().filter(|choice| has(choice.person, mine));
        back.copied().collect()
    });
    Ok((kept.collect(), count))
}

/// One offers, the other needs, and what is asked is given.
fn can_meet(one: Node, other: Node) -> bool {
    let (from, to) = if one.supply < 0 {
        (other, one)
    } else {
        (one, other)
    };
    from.supply >= 0 && to.supply < 0 && from.low <= to.high
}
