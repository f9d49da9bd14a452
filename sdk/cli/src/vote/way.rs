//! How a vote travels through delegations, in words with names.
use std::collections::BTreeMap;

use mycel_assembly::delegations::asked::{End, Hop, RouteResponse};

use super::delegations::scope_words;

/// The way of a person's vote. `names` gives names by person number, `own` whether the person voted itself.
pub fn words(route: &RouteResponse, names: &BTreeMap<u64, String>) -> String {
    let name = |person: u64| match names.get(&person) {
        Some(name) => name.clone(),
        None => format!("person {person}"),
    };
    let own = name(route.person.0);
    if route.hops.is_empty() {
        return match route.end {
            End::Voted => format!("{own} has voted itself"),
            End::Silent if route.open => {
                format!(
                    "{own} has not voted and lets nobody speak: it would count as unrepresented"
                )
            }
            End::Silent => format!("{own} did not vote and let nobody speak: unrepresented"),
            _ => format!("{own} has no say here"),
        };
    }
    let mut text = own;
    for hop in &route.hops {
        text.push_str(&format!(" → {}{}", name(hop.to.0), because(hop)));
    }
    let last = name(route.last.0);
    text.push_str(&match route.end {
        End::Voted => format!("; the vote counts as {last} voted"),
        End::Silent => format!("; {last} has not voted: unrepresented"),
        End::NoSay => format!("; {last} has no say here: unrepresented"),
        End::Loop => "; they go round and nobody of them has voted: it counts for nothing".into(),
        End::Further => "; and further".into(),
    });
    text
}

fn because(hop: &Hop) -> String {
    match &hop.scope {
        Some(scope) => format!(" ({})", scope_words(scope)),
        None => String::new(),
    }
}

/// Persons on the way.
pub fn persons(route: &RouteResponse) -> Vec<u64> {
    let hops = route.hops.iter().map(|hop| hop.to.0);
    let mut persons: Vec<u64> = hops.chain([route.person.0, route.last.0]).collect();
    persons.sort_unstable();
    persons.dedup();
    persons
}

#[cfg(test)]
mod tests {
    use mycel_assembly::delegations::Scope;
    use mycel_kit::{Id, roles::Electorate};

    use super::*;

    fn route(hops: &[(u64, u64)], end: End, open: bool) -> RouteResponse {
        let last = hops.last().map_or(1, |hop| hop.1);
        let hop = |(person, to): &(u64, u64)| Hop {
            person: Id(*person),
            to: Id(*to),
            scope: open.then_some(Scope::Unit(Electorate::All)),
            until: None,
        };
        RouteResponse {
            person: Id(1),
            hops: hops.iter().map(hop).collect(),
            end,
            last: Id(last),
            open,
            words: String::new(),
        }
    }

    #[test]
    fn the_way_of_a_vote_is_told_by_name_to_where_it_ends() {
        let names: BTreeMap<u64, String> = [(1, "ana"), (2, "ben"), (3, "cleo")]
            .map(|(n, s)| (n, s.to_owned()))
            .into();
        let told = |hops: &[(u64, u64)], end, open| words(&route(hops, end, open), &names);
        assert_eq!(told(&[], End::Voted, true), "ana has voted itself");
        assert_eq!(
            told(&[(1, 2), (2, 3)], End::Voted, false),
            "ana → ben → cleo; the vote counts as cleo voted"
        );
        assert_eq!(
            told(&[(1, 2)], End::Silent, true),
            "ana → ben (on all that all members decide); ben has not voted: unrepresented"
        );
        assert!(told(&[(1, 2), (2, 1)], End::Loop, false).ends_with("it counts for nothing"));
        assert!(told(&[(1, 9)], End::NoSay, false).contains("person 9 has no say here"));
        assert!(told(&[], End::Silent, true).contains("would count as unrepresented"));
        assert_eq!(told(&[], End::NoSay, true), "ana has no say here");
        assert_eq!(persons(&route(&[(1, 2), (2, 1)], End::Loop, true)), [1, 2]);
    }
}
