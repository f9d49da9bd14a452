//! Who has a say: all members, the members of one commons, or those who
//! controlled an organisation when the vote opened.

use cosmwasm_std::QuerierWrapper;
use mycel_bindings::MycelQuery;
use mycel_kit::peers::commons::CommonsQuery;
use mycel_kit::peers::members::{
    Controllers, Count, Elector, Electors, Eligible, MembersQuery, PersonAddress,
};
use mycel_kit::peers::pull;
use mycel_kit::roles::Electorate;
use mycel_kit::{Id, Seconds};
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::error::ContractError;
use crate::state::{Peers, Proposal};

/// Most controllers of an organisation that are copied.
const MAX_CONTROLLERS: usize = 100;

/// Electors of a commons that are counted before a vote.
const FEW: u32 = 200;

/// Whom is asked.
pub struct Ask<'a> {
    /// Others' state.
    pub querier: QuerierWrapper<'a, MycelQuery>,
    /// The peers.
    pub peers: &'a Peers,
}

impl Ask<'_> {
    fn members<T: DeserializeOwned>(&self, question: &MembersQuery) -> Result<T, ContractError> {
        Ok(pull(
            self.querier,
            "members",
            &self.peers.members,
            question,
        )?)
    }

    fn commons<T: DeserializeOwned>(&self, question: &CommonsQuery) -> Result<T, ContractError> {
        Ok(pull(
            self.querier,
            "commons",
            &self.peers.commons,
            question,
        )?)
    }

    /// Whether an address had a say in an electorate at a height, and who it is.
    /// For an organisation `controllers` are those of the snapshot.
    ///
    /// # Errors
    /// A peer that does not answer.
    pub fn eligible(
        &self,
        electorate: &Electorate,
        address: &str,
        at: u64,
        residency: u32,
        controllers: &[u64],
    ) -> Result<Option<u64>, ContractError> {
        let member = |residency: u64| -> Result<Option<u64>, ContractError> {
            let answer: Eligible = self.members(&MembersQuery::Eligible {
                address: address.to_owned(),
                at: Id(at),
                residency: Seconds(residency),
            })?;
            Ok(answer.person.filter(|_| answer.eligible).map(|id| id.0))
        };
        match electorate {
            Electorate::All => member(residency.into()),
            Electorate::Commons(commons) => {
                let answer: Eligible = self.commons(&CommonsQuery::Elector {
                    commons: *commons,
                    address: address.to_owned(),
                    at: Id(at),
                })?;
                Ok(answer.person.filter(|_| answer.eligible).map(|id| id.0))
            }
            Electorate::Organisation(_) => {
                Ok(member(0)?.filter(|person| controllers.binary_search(person).is_ok()))
            }
        }
    }

    /// The controllers of an organisation now, ascending.
    ///
    /// # Errors
    /// A peer that does not answer.
    pub fn controllers(&self, org: Id) -> Result<Vec<u64>, ContractError> {
        let PersonAddress { address, .. } = self.members(&MembersQuery::Person { person: org })?;
        let Controllers { persons } = self.members(&MembersQuery::Controllers { org: address })?;
        let mut numbers: Vec<u64> = persons.iter().map(|one| one.person.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        crate::bounds::count("controllers", numbers.len(), MAX_CONTROLLERS)?;
        Ok(numbers)
    }

    /// How many there are at a height (0: not told), and who, if that is to be copied.
    ///
    /// # Errors
    /// A peer that does not answer; nobody in it.
    pub fn size(&self, electorate: &Electorate, at: u64) -> Result<(u32, Vec<u64>), ContractError> {
        match electorate {
            Electorate::All => {
                let Count { count, .. } = self.members(&MembersQuery::Count { at: Id(at) })?;
                Ok((count, vec![]))
            }
            Electorate::Commons(commons) => {
                // all of a small one; a larger one is counted by the tally
                let page: Electors = self.commons(&CommonsQuery::Electors {
                    commons: *commons,
                    at: Id(at),
                    still_at: None,
                    after: None,
                    limit: Some(FEW),
                })?;
                let count = u32::try_from(page.electors.len()).unwrap_or(u32::MAX);
                Ok((if page.next.is_none() { count } else { 0 }, vec![]))
            }
            Electorate::Organisation(org) => {
                let controllers = self.controllers(*org)?;
                if controllers.is_empty() {
                    return Err(ContractError::NoElector {
                        why: "nobody controls this organisation",
                    });
                }
                let count = u32::try_from(controllers.len()).unwrap_or(u32::MAX);
                Ok((count, controllers))
            }
        }
    }

    /// A page of those who had a say when the vote opened, and whether each
    /// still has it at the height at which the vote was found closed.
    ///
    /// # Errors
    /// A peer that does not answer; no vote.
    pub fn electors(
        &self,
        number: u64,
        proposal: &Proposal,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Electors, ContractError> {
        let (Some(opening), Some(closed)) = (&proposal.opening, &proposal.closed) else {
            return Err(ContractError::WrongPhase {
                proposal: number,
                phase: proposal.phase.name(),
                until: proposal.until,
                needs: "tally",
            });
        };
        let (at, still_at) = (Id(opening.at.height), Some(Id(closed.height)));
        let (after, limit) = (after.map(Id), Some(limit));
        match &proposal.electorate {
            Electorate::All => self.members(&MembersQuery::Electors {
                at,
                residency: Seconds(opening.residency.into()),
                still_at,
                after,
                limit,
            }),
            Electorate::Commons(commons) => self.commons(&CommonsQuery::Electors {
                commons: *commons,
                at,
                still_at,
                after,
                limit,
            }),
            Electorate::Organisation(_) => {
                let from = after.map_or(0, |Id(after)| after.saturating_add(1));
                let limit = limit.unwrap_or(1).max(1) as usize;
                let mut rest = opening.controllers.iter().filter(|one| **one >= from);
                let mut electors = vec![];
                for person in rest.by_ref().take(limit) {
                    let said: PersonAddress = self.members(&MembersQuery::Person {
                        person: Id(*person),
                    })?;
                    let answer: Eligible = self.members(&MembersQuery::Eligible {
                        address: said.address,
                        at: Id(closed.height),
                        residency: Seconds(0),
                    })?;
                    electors.push(Elector {
                        person: Id(*person),
                        still: answer.eligible && answer.person == Some(Id(*person)),
                    });
                }
                let next = rest.next().and(electors.last()).map(|last| last.person);
                Ok(Electors { electors, next })
            }
        }
    }
}

/// Whom a message asks.
#[must_use]
pub fn ask<'a>(call: &'a Call<'_>) -> Ask<'a> {
    Ask {
        querier: call.querier,
        peers: &call.peers,
    }
}

/// How many have a say now, and who, if that is to be copied.
///
/// # Errors
/// A peer that does not answer.
pub fn snapshot(
    call: &Call<'_>,
    electorate: &Electorate,
    at: u64,
) -> Result<(u32, Vec<u64>), ContractError> {
    ask(call).size(electorate, at)
}

/// The sender, if it has a say in an electorate now.
///
/// # Errors
/// [`ContractError::NoElector`].
pub fn now(call: &Call<'_>, electorate: &Electorate) -> Result<u64, ContractError> {
    let ask = ask(call);
    let controllers = match electorate {
        Electorate::Organisation(org) => ask.controllers(*org)?,
        _ => vec![],
    };
    let residency = call.parameters.numbers.residency_seconds;
    let height = call.env.block.height;
    ask.eligible(electorate, &call.sender, height, residency, &controllers)?
        .ok_or(ContractError::NoElector {
            why: "the sender has no say here now: a member's address that may vote, with its residency",
        })
}

/// The sender, if it had a say when the vote opened.
///
/// # Errors
/// [`ContractError::NoElector`].
pub fn at_opening(call: &Call<'_>, proposal: &Proposal) -> Result<u64, ContractError> {
    let no = ContractError::NoElector {
        why: "the sender had no say when the vote opened: a member's address that may vote, with its residency",
    };
    let Some(opening) = &proposal.opening else {
        return Err(no);
    };
    ask(call)
        .eligible(
            &proposal.electorate,
            &call.sender,
            opening.at.height,
            opening.residency,
            &opening.controllers,
        )?
        .ok_or(no)
}

/// The sender, if it is a person that takes part now: whatever its residency.
///
/// # Errors
/// [`ContractError::NoElector`].
pub fn member(call: &Call<'_>) -> Result<u64, ContractError> {
    let height = call.env.block.height;
    ask(call)
        .eligible(&Electorate::All, &call.sender, height, 0, &[])?
        .ok_or(ContractError::NoElector {
            why: "the sender is no member's address that may vote",
        })
}
