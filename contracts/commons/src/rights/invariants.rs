//! What must always hold of rights, written once: [`judge`] by kept sums,
//! [`recompute`] from every raw record, for tests and auditors.

use std::collections::BTreeMap;

use borsh::BorshDeserialize;
use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::standard::{Invariant, Number};

use super::baskets::{Basket, Parts};
use super::entitlement::ALL;
use super::ledger::{TREASURY, cut_sums};
use super::record::{Account, Book, Debt, Holding, Sums, Turn};
use super::{season, state};
use crate::cap;
use crate::error::ContractError;

fn entry(id: &str, sentence: &str, holds: bool, numbers: Vec<Number>) -> Invariant {
    Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    }
}

/// Each record of a kind: the numbers of its key, and itself.
fn each<T: BorshDeserialize>(
    storage: &dyn Storage,
    kind: u8,
    mut see: impl FnMut(&[u64], T),
) -> Result<(), ContractError> {
    let (start, end) = ([state::TAG, kind], [state::TAG, kind + 1]);
    for (raw, value) in storage.range(Some(&start), Some(&end), Order::Ascending) {
        let record = Key::new(raw[0], &raw[1..]).decode(&value)?;
        let (numbers, _) = raw[2..].as_chunks::<8>();
        let numbers: Vec<u64> = numbers.iter().copied().map(u64::from_be_bytes).collect();
        see(&numbers, record);
    }
    Ok(())
}

/// Judges what the kept sums can show: of every commons, its last epoch.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let mut books: Vec<(u64, Book)> = vec![];
    each::<Book>(storage, 1, |key, book| books.push((key[0], book)))?;
    let (mut shares, mut leases, mut yields, mut ledger, mut bound) =
        (true, true, true, true, true);
    let (mut issued, mut used, mut outstanding) = (0u128, 0u128, 0u128);
    for (commons, book) in &books {
        shares &= u128::from(book.held) + u128::from(book.treasury) == ALL;
        leases &= book.lent <= book.held;
        let Some(mut sums) = state::sums(*commons, book.epoch).may_load(storage)? else {
            continue;
        };
        let (left, right) = sums.yields();
        yields &= left == right;
        let (left, right) = sums.ledger();
        ledger &= left == right;
        issued += left;
        used += sums.used();
        if let Some(season) = season::numbered(storage, *commons, book.epoch)? {
            cut_sums(&mut sums, &season);
        }
        outstanding += sums.pool;
        if let Some(epoch) = cap::state::epoch(*commons, book.epoch).may_load(storage)? {
            bound &= sums.harvested + sums.retired + sums.pool <= epoch.own.units();
        }
    }
    let count = Number::new("commons", books.len());
    Ok(vec![
        entry(
            "RIGHTS-1",
            "shares of each commons add up to 100,000,000, and leases let what is held",
            shares && leases,
            vec![count.clone()],
        ),
        entry(
            "RIGHTS-2",
            "what shares yield, what rounding leaves and what nobody asked for yet are the total",
            yields,
            vec![count.clone()],
        ),
        entry(
            "RIGHTS-3",
            "what came to accounts and reserve is there, was used, or was cut",
            ledger,
            vec![
                count.clone(),
                Number::new("issued", issued),
                Number::new("used", used),
            ],
        ),
        entry(
            "RIGHTS-4",
            "what was used of entitlements and may still be used is never more than the epoch may yield",
            bound,
            vec![count, Number::new("outstanding", outstanding)],
        ),
    ])
}

/// Every sum from every raw record, and what only records can show.
///
/// # Errors
/// Unreadable state, or a sentence that says what does not hold.
#[allow(clippy::too_many_lines, reason = "one sum after the other")]
pub fn recompute(storage: &dyn Storage) -> Result<(), String> {
    let unreadable = |why: ContractError| why.to_string();
    let mut books = BTreeMap::<u64, Book>::new();
    each::<Book>(storage, 1, |key, book| {
        books.insert(key[0], book);
    })
    .map_err(unreadable)?;
    let mut anew = BTreeMap::<u64, Book>::new();
    let mut wrong = vec![];
    let mut turns = BTreeMap::<(u64, u64), (i128, i128)>::new();
    each::<Turn>(storage, 6, |key, turn| {
        let sum = turns.entry((key[0], key[1])).or_default();
        sum.0 += i128::from(turn.lent_ends) - i128::from(turn.lent_begins);
        sum.1 += i128::from(turn.hired_ends) - i128::from(turn.hired_begins);
    })
    .map_err(unreadable)?;
    each::<Holding>(storage, 2, |key, holding| {
        let book = anew.entry(key[0]).or_default();
        if key[1] == TREASURY {
            book.treasury += holding.shares;
        } else {
            book.held += holding.shares;
            book.escrow += holding.escrow;
        }
        book.lent += holding.lent;
        book.hired += holding.hired;
        if holding.escrow + holding.lent > holding.shares {
            wrong.push(format!("{key:?}: more in escrow and let than there is"));
        }
        // what is let now ends later, what is let in all has begun or will
        let (lent, hired) = turns.remove(&(key[0], key[1])).unwrap_or_default();
        if lent != i128::from(holding.lent_now) || hired != i128::from(holding.hired_now) {
            wrong.push(format!("{key:?}: leases do not end as they began"));
        }
    })
    .map_err(unreadable)?;
    if let Some(left) = turns.keys().next() {
        return Err(format!("{left:?}: a turn of nobody's"));
    }
    let mut owed = BTreeMap::<(u64, u64), u128>::new();
    let mut sums = BTreeMap::<(u64, u64), Sums>::new();
    each::<Account>(storage, 3, |key, account| {
        if account.came() != account.went() {
            wrong.push(format!(
                "{key:?}: came {} went {}",
                account.came(),
                account.went()
            ));
        }
        if account.owed > account.billed {
            wrong.push(format!("{key:?}: more is owed than was billed"));
        }
        *owed.entry((key[0], key[2])).or_default() += u128::from(account.owed);
        let sum = sums.entry((key[0], key[1])).or_default();
        sum.unasked += account.basis;
        sum.granted += account.granted;
        sum.carried += account.carried;
        sum.minted += account.minted;
        sum.balance += account.balance;
        sum.escrow += account.escrow;
        sum.waiting += account.waiting;
        sum.banked += account.banked;
        sum.harvested += account.harvested;
        sum.retired += account.retired;
        sum.cancelled += account.cancelled;
        sum.repaid += account.repaid;
        sum.withheld += account.withheld;
        sum.returned += account.returned;
        sum.overage += account.overage;
    })
    .map_err(unreadable)?;
    each::<Debt>(storage, 5, |key, debt| {
        let book = anew.entry(key[0]).or_default();
        book.owed += debt.owed;
        book.kind += debt.kind;
        book.borrowed += debt.borrowed;
        if owed.remove(&(key[0], key[1])).unwrap_or(0) != debt.owed {
            wrong.push(format!("{key:?}: accounts owe something else"));
        }
    })
    .map_err(unreadable)?;
    if owed.values().any(|owed| *owed > 0) {
        wrong.push("an account owes and its person does not".to_owned());
    }
    let mut parts = BTreeMap::<(u64, u64, u32), u128>::new();
    each::<Parts>(storage, 21, |key, one| {
        *parts.entry((key[0], key[1], one.round)).or_default() += one.count;
    })
    .map_err(unreadable)?;
    each::<Basket>(storage, 20, |key, basket| {
        // those of rounds before are worth nothing
        parts.retain(|of, _| (of.0, of.1) != (key[0], key[1]) || of.2 >= basket.round);
        if parts.remove(&(key[0], key[1], basket.round)).unwrap_or(0) != basket.parts {
            wrong.push(format!("{key:?}: parts of a basket do not add up"));
        }
    })
    .map_err(unreadable)?;
    if !parts.is_empty() {
        wrong.push("parts of no basket".to_owned());
    }
    for (commons, book) in &books {
        let mut sum = anew.remove(commons).unwrap_or_default();
        (sum.leases, sum.epoch) = (book.leases, book.epoch);
        if sum != *book {
            wrong.push(format!("commons {commons}: kept {book:?}, anew {sum:?}"));
        }
    }
    each::<Sums>(storage, 4, |key, kept| {
        let mut sum = sums.remove(&(key[0], key[1])).unwrap_or_default();
        sum.unasked = (ALL as u64).saturating_sub(sum.unasked);
        for (name, left, right) in [
            ("unasked", sum.unasked.into(), kept.unasked.into()),
            ("granted", sum.granted, kept.granted),
            ("carried", sum.carried, kept.carried),
            ("minted", sum.minted, kept.minted),
            ("balance", sum.balance, kept.balance),
            ("escrow", sum.escrow, kept.escrow),
            ("waiting", sum.waiting, kept.waiting),
            ("banked", sum.banked, kept.banked),
            ("harvested", sum.harvested, kept.harvested),
            ("retired", sum.retired, kept.retired),
            ("cancelled", sum.cancelled, kept.cancelled),
            ("repaid", sum.repaid, kept.repaid),
            ("withheld", sum.withheld, kept.withheld),
            ("returned", sum.returned, kept.returned),
            ("overage", sum.overage, kept.overage),
        ] {
            if left != right {
                wrong.push(format!("{key:?} {name}: kept {right}, anew {left}"));
            }
        }
        let (yields, ledger) = (kept.yields(), kept.ledger());
        if yields.0 != yields.1 || ledger.0 != ledger.1 {
            wrong.push(format!("{key:?}: {yields:?} {ledger:?}"));
        }
    })
    .map_err(unreadable)?;
    if let Some(key) = sums.keys().next() {
        wrong.push(format!("{key:?}: accounts without sums"));
    }
    match wrong.first() {
        None => Ok(()),
        Some(first) => Err(format!("{first} (and {} more)", wrong.len() - 1)),
    }
}
