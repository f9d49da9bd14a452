//! Debts become obligations as on any other network: the debtor proposes, the creditor confirms, both give standing
//! consent to have them set off.
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::stream::{self, StreamExt, TryStreamExt};
use mycel_clearing::msg::ExecuteMsg;
use mycel_client::{
    Amount, Client, ClientError, Http, Receipt, Unsigned, Wallet, message, message::Any,
};
use mycel_kit::{Id, Seconds};

use crate::{
    contracts::{CLEARING, CREDIT, Contracts},
    debts::Debt,
    network::CHAIN_ID,
    plan::People,
};

/// Transactions that are under way together.
const AT_ONCE: usize = 16;
/// Gas limit of each message, and once for the transaction: about three times what one needs.
const GAS: u64 = 400_000;
/// The most that a transaction may name.
const MOST_GAS: u64 = 20_000_000;
/// How long a transaction may take.
const WAIT_MS: u64 = 60_000;
/// When the obligations fall due: within the contract's 90 days.
const TERM: Duration = Duration::from_secs(60 * 86_400);
/// Open proposals that the contract allows one person.
const PROPOSALS: usize = 20;

/// What it took.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Confirmed {
    /// Obligations that both sides signed.
    pub obligations: usize,
    /// Transactions.
    pub transactions: usize,
    /// SDK gas.
    pub gas: u64,
    /// Milliseconds.
    pub ms: u64,
}

/// One member's messages, in one transaction.
struct Said {
    account: u32,
    messages: Vec<ExecuteMsg>,
}

/// Proposes and confirms every debt. `sequences` are the members' next ones, and are counted on.
pub async fn confirm(
    client: &Client<Http>,
    contracts: &Contracts,
    people: &People,
    sequences: &mut BTreeMap<u32, u64>,
) -> Result<Confirmed, ClientError> {
    let start = Instant::now();
    let persons = people.persons();
    let due = due(client, contracts, people).await?;
    let mut confirmed = Confirmed::default();
    // who owes much proposes in several goes, confirmed in between
    for debts in rounds(&people.debts) {
        let mut proposals: BTreeMap<u32, Vec<ExecuteMsg>> = BTreeMap::new();
        for debt in &debts {
            let propose = ExecuteMsg::Propose {
                with: Id(persons.get(&debt.creditor).copied().unwrap_or(0)),
                i_owe: true,
                amount: Amount::new(debt.amount)
                    .ok_or_else(|| ClientError::Input(format!("amount={}", debt.amount)))?,
                due,
                priority: None,
                reference: None,
            };
            proposals.entry(debt.debtor).or_default().push(propose);
        }
        let said = consenting(proposals);
        let receipts = send(client, contracts, people, sequences, said, &mut confirmed).await?;
        let mut confirms: BTreeMap<u32, Vec<ExecuteMsg>> = BTreeMap::new();
        let creditor_of: BTreeMap<u64, u32> = persons.iter().map(|(n, p)| (*p, *n)).collect();
        for (proposal, creditor) in receipts.iter().flat_map(proposed) {
            if let Some(account) = creditor_of.get(&creditor) {
                let proposal = Id(proposal);
                let confirm = ExecuteMsg::Confirm { proposal };
                confirms.entry(*account).or_default().push(confirm);
                confirmed.obligations += 1;
            }
        }
        let said = consenting(confirms);
        send(client, contracts, people, sequences, said, &mut confirmed).await?;
    }
    confirmed.ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(confirmed)
}

/// At most so many debts of one debtor at a time as may be open.
fn rounds(debts: &[Debt]) -> Vec<Vec<Debt>> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    let mut rounds: Vec<Vec<Debt>> = vec![];
    for debt in debts {
        let count = counts.entry(debt.debtor).or_default();
        let round = *count / PROPOSALS;
        *count += 1;
        if rounds.len() == round {
            rounds.push(vec![]);
        }
        rounds[round].push(*debt);
    }
    rounds
}

fn consenting(messages: BTreeMap<u32, Vec<ExecuteMsg>>) -> Vec<Said> {
    let said = |(account, mut messages): (u32, Vec<ExecuteMsg>)| {
        messages.push(ExecuteMsg::Consent { on: true });
        Said { account, messages }
    };
    messages.into_iter().map(said).collect()
}

/// (proposal, the creditor's person number) of each proposal in a transaction.
fn proposed(receipt: &Receipt) -> Vec<(u64, u64)> {
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    let read = |event: &mycel_client::answer::Event| {
        if event.get("action") != Some("propose") {
            return None;
        }
        Some((
            number(event.get("proposal"))?,
            number(event.get("creditor"))?,
        ))
    };
    receipt.events.iter().filter_map(read).collect()
}

async fn send(
    client: &Client<Http>,
    contracts: &Contracts,
    people: &People,
    sequences: &mut BTreeMap<u32, u64>,
    said: Vec<Said>,
    confirmed: &mut Confirmed,
) -> Result<Vec<Receipt>, ClientError> {
    let mut work = vec![];
    for Said { account, messages } in said {
        let key = people
            .keys
            .get(&account)
            .ok_or_else(|| ClientError::Input(format!("account={account} is not enrolled")))?;
        let execute =
            |body: &ExecuteMsg| message::execute(&key.address(), contracts.address(CLEARING), body);
        let messages: Vec<Any> = messages.iter().map(execute).collect::<Result<_, _>>()?;
        let sequence = sequences.get(&account).copied().unwrap_or(0);
        work.push((
            account,
            Wallet::at(key.clone(), CHAIN_ID, sequence),
            messages,
        ));
    }
    let done: Vec<(u32, Option<u64>, Receipt)> = stream::iter(work)
        .map(|(account, mut wallet, messages)| async move {
            // not estimated: others write the same pages meanwhile
            let gas = GAS.saturating_mul(1 + messages.len() as u64).min(MOST_GAS);
            let tx = Unsigned::new(messages).gas_limit(gas);
            let sent = client.broadcast_unsigned(&mut wallet, &tx).await?;
            let receipt = client.wait(&sent, WAIT_MS).await?;
            Ok::<_, ClientError>((account, wallet.sequence(), receipt))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut receipts = vec![];
    for (account, sequence, receipt) in done {
        sequences.extend(sequence.map(|sequence| (account, sequence)));
        confirmed.transactions += 1;
        confirmed.gas += receipt.gas_used;
        receipts.push(receipt);
    }
    Ok(receipts)
}

/// A date on the contracts' own clock.
async fn due(
    client: &Client<Http>,
    contracts: &Contracts,
    people: &People,
) -> Result<Seconds, ClientError> {
    let anybody = people.keys.values().next();
    let anybody = anybody.ok_or_else(|| ClientError::Input("nobody lives here".into()))?;
    let credit = client.credit(contracts.address(CREDIT).clone());
    let now = credit.position(&anybody.address()).await?.at;
    Ok(Seconds(now.0.saturating_add(TERM.as_secs())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_more_proposals_open_than_are_allowed() {
        let debts: Vec<Debt> = (0..45)
            .map(|n| Debt {
                debtor: u32::from(n < 41),
                creditor: 9,
                amount: 1,
            })
            .collect();
        let sizes: Vec<usize> = rounds(&debts).iter().map(Vec::len).collect();
        assert_eq!(sizes, [24, 20, 1]);
    }
}
