//! What a tally found: sums, the matrix of a ranking, the purchases of a budget.
use std::collections::BTreeMap;

use mycel_assembly::{
    agenda::END_OF_BLOCK,
    ask::OutcomeView,
    content::Content,
    tally::asked::{LargeShare, PurchaseView, SharesView, TallyView},
};
use mycel_client::assembly::words::share;
use mycel_kit::Id;

use super::terms;
use crate::output::{Align, table};

/// The outcome in one line, and what came of it.
pub fn outcome(outcome: &OutcomeView, content: &Content) -> Vec<(&'static str, String)> {
    let part = outcome.yes + outcome.no + outcome.abstain;
    let all = u128::from(outcome.eligible);
    let mut rows = vec![];
    let verdict = match (outcome.accepted, outcome.quorum, outcome.majority) {
        (true, ..) => "accepted".to_owned(),
        (false, false, _) => "not accepted: too few took part".to_owned(),
        (false, true, false) => "not accepted: too few said yes".to_owned(),
        (false, true, true) => "not accepted: \"no change\" won".to_owned(),
    };
    rows.push(("result", verdict));
    let chosen: Vec<String> = outcome.chosen.iter().map(|n| title(content, *n)).collect();
    if content.kind != "yes_no" {
        rows.push(("chosen", chosen.join(", ")));
    }
    let sums = format!(
        "{} yes, {} no, {} abstain",
        outcome.yes, outcome.no, outcome.abstain
    );
    rows.push(("voices", sums));
    let turnout = format!(
        "{part} of {} ({})",
        outcome.eligible,
        share(part.into(), all)
    );
    rows.push(("took part", turnout));
    let rest = format!(
        "{} for whom nobody spoke, {} whose delegations go round",
        outcome.unrepresented, outcome.looped
    );
    rows.push(("did not", rest));
    rows
}

/// A tally that is not done.
pub fn progress(tally: &TallyView, proposal: Id) -> String {
    match tally.stage.as_str() {
        "collect" => format!("takes electors in, {} so far", tally.electors),
        "walk" => format!(
            "follows delegations, {} of {} electors so far",
            tally.walked, tally.electors
        ),
        "count" => format!("adds ballots, {} voices so far", tally.spoken),
        "buy" => match tally.needs {
            Some(needs) if needs > END_OF_BLOCK => format!(
                "buys projects, and waits for `mycel vote advance {proposal}`: the next purchase needs {needs} pieces of work at once, more than the {END_OF_BLOCK} that there are at the end of a block"
            ),
            _ => "buys projects, one at a time".into(),
        },
        stage => stage.to_owned(),
    }
}

/// `2 The second option`.
pub fn title(content: &Content, option: u8) -> String {
    let known = content.options.get(usize::from(option));
    let title = known.map_or("?", |option| option.title.as_str());
    format!("{option} {title}")
}

/// Approvals, the matrix of a ranking or the purchases of a budget, as a table. A budget without a purchase says so.
pub fn details(tally: &TallyView, content: &Content, chosen: &[u8]) -> String {
    match content.kind.as_str() {
        "approval" => approvals(tally, content),
        "ranked" => matrix(tally, content),
        "budget" => tally
            .shares
            .as_ref()
            .map_or_else(String::new, |shares| purchases(shares, content, chosen)),
        _ => String::new(),
    }
}

fn approvals(tally: &TallyView, content: &Content) -> String {
    let headings = [
        ("option", Align::Left),
        ("approve", Align::Right),
        ("and not 0", Align::Right),
    ];
    let rows: Vec<_> = (0u8..)
        .zip(tally.votes.iter().zip(&tally.yes))
        .map(|(option, (votes, yes))| {
            let wanted = if option == 0 {
                String::new()
            } else {
                yes.to_string()
            };
            vec![title(content, option), votes.to_string(), wanted]
        })
        .collect();
    table(&headings, &rows)
}

/// Row a, column b: how many voices prefer a to b; then the order.
fn matrix(tally: &TallyView, content: &Content) -> String {
    let numbers: Vec<String> = (0..tally.pairwise.len()).map(|n| n.to_string()).collect();
    let mut headings = vec![("prefer this to", Align::Left)];
    headings.extend(numbers.iter().map(|n| (n.as_str(), Align::Right)));
    let row = |(option, voices): (u8, &Vec<u32>)| {
        let mut row = vec![title(content, option)];
        let cells = (0u8..)
            .zip(voices)
            .map(|(other, voices)| match other == option {
                true => "·".to_owned(),
                false => voices.to_string(),
            });
        row.extend(cells);
        row
    };
    let rows: Vec<_> = (0u8..).zip(&tally.pairwise).map(row).collect();
    let mut text = table(&headings, &rows);
    if !tally.order.is_empty() {
        text.push_str(&format!("order: {}\n", order(tally)));
    }
    text
}

/// `2 > 1 = 3 > 0`; level options go by number.
fn order(tally: &TallyView) -> String {
    let mut text = String::new();
    for (place, option) in tally.order.iter().enumerate() {
        let before = place.checked_sub(1);
        match before.map(|before| tally.tied.get(before).copied().unwrap_or(false)) {
            None => {}
            Some(true) => text.push_str(" = "),
            Some(false) => text.push_str(" > "),
        }
        text.push_str(&option.to_string());
    }
    text
}

/// The purchases in order. Where the last round passed the budget, its purchases are not the result.
fn purchases(shares: &SharesView, content: &Content, chosen: &[u8]) -> String {
    let headings = [
        ("bought", Align::Left),
        ("costs", Align::Right),
        ("payers", Align::Right),
        ("each at most", Align::Right),
    ];
    let cost = |option: u8| {
        let option = content.options.get(usize::from(option));
        let spend = option.and_then(|option| option.actions.first());
        match spend {
            Some(mycel_assembly::msg::Action::Spend { amount, .. }) => {
                terms::credits(amount.pico())
            }
            _ => String::new(),
        }
    };
    let row = |bought: &PurchaseView| {
        vec![
            title(content, bought.project),
            cost(bought.project),
            bought.payers.to_string(),
            terms::credits(bought.price.pico()),
        ]
    };
    let rows: Vec<_> = shares.bought.iter().map(row).collect();
    let mut text = table(&headings, &rows);
    text.push_str(&format!(
        "{} voters with an equal share each, raised {} times\n",
        shares.voters, shares.raised
    ));
    let bought: Vec<u8> = shares.bought.iter().map(|bought| bought.project).collect();
    let differs =
        chosen.iter().any(|project| !bought.contains(project)) || chosen.len() != bought.len();
    if differs && !chosen.is_empty() {
        text.push_str("the last round passed the budget: the one before is the result\n");
    }
    text
}

/// Persons behind whose ballot more than a twentieth of the electorate stands.
pub fn large(tally: &TallyView, names: &BTreeMap<u64, String>, eligible: u32) -> Vec<String> {
    let line = |large: &LargeShare| {
        let person = large.person.0;
        let known = names.get(&person).cloned();
        let name = known.unwrap_or_else(|| format!("person {person}"));
        let part = share(large.voices.into(), eligible.into());
        format!("{name} speaks for {} ({part})", large.voices)
    };
    // in a small electorate one voice is more than a twentieth
    let many = tally.large.iter().filter(|large| large.voices > 1);
    many.map(line).collect()
}

#[cfg(test)]
mod tests {
    use mycel_assembly::msg::{BallotInput, OptionInput, ProjectInput, ProposalInput};
    use mycel_kit::{
        Amount,
        roles::{Class, Electorate},
    };

    use super::*;

    fn content(ballot: BallotInput) -> Content {
        let input = ProposalInput {
            title: "Where to plant".into(),
            text: Some("x".into()),
            text_hash: None,
            area: None,
            electorate: Electorate::All,
            class: Class::Ordinary,
            ballot,
            atomic: false,
            panel: None,
        };
        Content::of(input).0
    }

    fn options(titles: &[&str]) -> Vec<OptionInput> {
        let option = |title: &&str| OptionInput {
            title: (*title).to_owned(),
            actions: vec![],
        };
        titles.iter().map(option).collect()
    }

    fn tally() -> TallyView {
        TallyView {
            stage: "done".into(),
            needs: None,
            electors: 9,
            walked: 9,
            spoken: 9,
            votes: vec![],
            yes: vec![],
            pairwise: vec![],
            order: vec![],
            tied: vec![],
            shares: None,
            large: vec![],
        }
    }

    #[test]
    fn the_matrix_of_a_ranking_is_shown_with_its_order_and_ties() {
        let options = options(&["hill", "river"]);
        let content = content(BallotInput::Ranked { options });
        let tally = TallyView {
            pairwise: vec![vec![0, 1, 2], vec![8, 0, 4], vec![7, 4, 0]],
            order: vec![1, 2, 0],
            tied: vec![true, false, false],
            ..tally()
        };
        assert_eq!(
            details(&tally, &content, &[1]),
            "prefer this to  0  1  2\n\
             0 no change     ·  1  2\n\
             1 hill          8  ·  4\n\
             2 river         7  4  ·\n\
             order: 1 = 2 > 0\n"
        );
    }

    #[test]
    fn a_tally_that_waits_says_for_what() {
        let buying = |needs| {
            let tally = TallyView {
                stage: "buy".into(),
                needs,
                ..tally()
            };
            progress(&tally, Id(4))
        };
        assert_eq!(buying(None), "buys projects, one at a time");
        assert_eq!(buying(Some(END_OF_BLOCK)), buying(None));
        let waits = buying(Some(7));
        assert!(
            waits.contains("waits for `mycel vote advance 4`"),
            "{waits}"
        );
        assert!(waits.contains("7 pieces of work"), "{waits}");
    }

    #[test]
    fn the_steps_of_equal_shares_are_shown_with_price_and_payers() {
        let project = |title: &str, cost: u64| ProjectInput {
            title: title.into(),
            to: "ana".into(),
            cost: Amount::credits(cost).unwrap(),
        };
        let content = content(BallotInput::Budget {
            total: Amount::credits(100).unwrap(),
            utility: mycel_assembly::count::shares::Utility::Cost,
            projects: vec![project("seeds", 60), project("tools", 40)],
        });
        let shares = SharesView {
            voters: 10,
            raised: Id(2),
            bought: vec![PurchaseView {
                project: 1,
                payers: 8,
                price: Amount::credits(5).unwrap(),
            }],
            before: vec![],
        };
        let tally = TallyView {
            shares: Some(shares),
            ..tally()
        };
        assert_eq!(
            details(&tally, &content, &[1]),
            "bought   costs          payers  each at most\n\
             1 tools  40.00 credits       8  5.00 credits\n\
             10 voters with an equal share each, raised 2 times\n"
                .replace("costs          payers", "        costs  payers")
        );
        assert!(details(&tally, &content, &[0]).contains("the one before is the result"));
    }

    #[test]
    fn why_something_is_not_accepted_is_said_and_who_speaks_for_many() {
        let content = content(BallotInput::YesNo { actions: vec![] });
        let found = OutcomeView {
            eligible: 100,
            yes: 3,
            no: 2,
            abstain: 1,
            looped: 4,
            unrepresented: 90,
            chosen: vec![1],
            quorum: false,
            majority: true,
            accepted: false,
        };
        let rows = outcome(&found, &content);
        let row = |name: &str| rows.iter().find(|row| row.0 == name).unwrap().1.clone();
        assert_eq!(row("result"), "not accepted: too few took part");
        assert_eq!(row("voices"), "3 yes, 2 no, 1 abstain");
        assert_eq!(row("took part"), "6 of 100 (6.0 %)");
        assert_eq!(
            row("did not"),
            "90 for whom nobody spoke, 4 whose delegations go round"
        );
        let tally = TallyView {
            large: [(7, 6), (8, 1)]
                .map(|(person, voices)| LargeShare {
                    person: Id(person),
                    voices,
                })
                .into(),
            ..tally()
        };
        let names = BTreeMap::from([(7, "ana".to_owned())]);
        assert_eq!(large(&tally, &names, 100), ["ana speaks for 6 (6.0 %)"]);
    }
}
