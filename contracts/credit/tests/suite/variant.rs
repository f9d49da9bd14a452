//! A local variant in a dozen lines: other limits, no decay below 100 credits.
//! The standard's messages, sums and invariants stay as they are.

use cosmwasm_std::testing::{MockApi, message_info, mock_dependencies, mock_env};
use cosmwasm_std::{Addr, from_json};
use mycel_credit::policies::{DecayPolicy, LimitPolicy, Policies};
use mycel_credit::state::{Account, Kind, Terms};
use mycel_credit::{decay, invariants, limit};
use mycel_kit::Amount;
use mycel_kit::standard::{About, Variant};

/// Organisations may owe twice as much; small balances do not decay.
struct Riverside;

impl LimitPolicy for Riverside {
    fn limit(account: &Account, terms: &Terms, now: u64) -> Amount {
        let standard = limit::standard(account, terms, now);
        match account.kind {
            Kind::Org => standard.checked_add(standard).unwrap_or(Amount::MAX),
            _ => standard,
        }
    }
}

impl DecayPolicy for Riverside {
    fn remaining(position: i128, elapsed: u128) -> i128 {
        let exempt = 100_000_000_000_000;
        decay::remaining(position - exempt, elapsed).max(0) + position.min(exempt)
    }
}

impl Policies for Riverside {
    type Limit = Riverside;
    type Decay = Riverside;
    fn variant() -> Variant {
        let policies = vec!["limit".to_owned(), "decay".to_owned()];
        Variant {
            name: Some("riverside".to_owned()),
            policies,
        }
    }
}

mycel_credit::entry_points!(Riverside);

#[test]
fn a_variant_replaces_two_rules_and_keeps_the_books() {
    let mut deps = mock_dependencies();
    let mut env = mock_env();
    let address = |name: &str| MockApi::default().addr_make(name);
    let authority = address("authority");
    let from = |sender: &Addr| message_info(sender, &[]);
    let msg = format!(r#"{{"authority":"{authority}","starter_grant":"200000000000000"}}"#);
    let msg = from_json(msg).unwrap();
    instantiate(deps.as_mut(), env.clone(), from(&authority), msg).unwrap();
    let (shop, ana) = (address("shop"), address("ana"));
    for open in [
        format!(r#"{{"open_account":{{"owner":"{shop}","kind":"org"}}}}"#),
        format!(r#"{{"open_account":{{"owner":"{ana}","kind":"person","person":"1"}}}}"#),
        format!(
            r#"{{"decided":{{"proposal":"1","electorate":"all","class":"ordinary","action":{{"set_limit":{{"owner":"{shop}","limit":"1000000000000000"}}}}}}}}"#
        ),
    ] {
        let msg = from_json(open).unwrap();
        execute(deps.as_mut(), env.clone(), from(&authority), msg).unwrap();
    }
    let pay = |credits: u64| {
        let json = format!(r#"{{"pay":{{"to":"{ana}","amount":"{credits}000000000000"}}}}"#);
        from_json(json).unwrap()
    };
    execute(deps.as_mut(), env.clone(), from(&shop), pay(2_000)).unwrap();
    let refused = execute(deps.as_mut(), env.clone(), from(&shop), pay(1)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "limit exceeded: position=-2000.00 amount=1.00 limit=2000.00"
    );

    env.block.time = env.block.time.plus_days(100_000);
    let settle = from_json(format!(r#"{{"settle":{{"accounts":["{ana}"]}}}}"#)).unwrap();
    execute(deps.as_mut(), env.clone(), from(&shop), settle).unwrap();
    let books = invariants::read(&deps.storage).unwrap();
    assert_eq!(books.totals.positive, 100_000_000_000_000);
    assert_eq!(books.sum(), 0);
    let about = query(deps.as_ref(), env, from_json(r#"{"about":{}}"#).unwrap()).unwrap();
    let about: About = from_json(about).unwrap();
    assert_eq!(about.variant.name.as_deref(), Some("riverside"));
}
