//! From an empty chain to a town: the contract is uploaded, instantiated, and everyone is enrolled, by ordinary
//! transactions of the operator.
use mycel_client::{
    Amount, Client, ClientError, Http, Receipt, SecretKey, Unsigned, Wallet, message, message::Any,
};
use mycel_credit::{
    msg::{ExecuteMsg, InstantiateMsg, MAX_OPEN, NewAccount},
    state::Kind,
};
use mycel_kit::Id;
use mycel_types::AccountAddress;

/// Gas limit of one transaction of the set-up: the most that one may name.
const ENROL_GAS: u64 = 20_000_000;
/// Batches that are under way together: a block's gas takes five.
const BATCHES: usize = 5;
/// How long a transaction of the set-up may take.
const WAIT_MS: u64 = 60_000;

/// The terms of a town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Decay in 10^-9 a day.
    pub rate_ppb_per_day: u32,
    /// What everyone gets from the genesis account.
    pub starter: Amount,
    /// By how much a position may fall below zero.
    pub limit: Amount,
}

/// Uploads and instantiates the credit contract; gives its address.
pub async fn deploy(
    client: &Client<Http>,
    operator: &mut Wallet,
    wasm: Vec<u8>,
    terms: &Terms,
) -> Result<AccountAddress, ClientError> {
    let sender = operator.address();
    let stored = send(client, operator, vec![message::store_code(&sender, wasm)]).await?;
    let code_id = stored
        .attribute("store_code", "code_id")
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| ClientError::Answer("store_code without code_id".into()))?;
    let init = InstantiateMsg {
        authority: sender.to_string(),
        rate_ppb_per_day: Some(terms.rate_ppb_per_day),
        starter_grant: Some(terms.starter),
        starter_line: None,
        default_limit: None,
        development: true,
        name: None,
        symbol: None,
    };
    let create = message::instantiate2(&sender, code_id, "credit", None, b"mycel/credit", &init)?;
    let created = send(client, operator, vec![create]).await?;
    created
        .attribute("instantiate", "_contract_address")
        .and_then(|address| address.parse().ok())
        .ok_or_else(|| ClientError::Answer("instantiate without _contract_address".into()))
}

/// Opens an account for each key, in order; `progress` is told how many are open.
pub async fn enrol(
    client: &Client<Http>,
    operator: &mut Wallet,
    contract: &AccountAddress,
    members: &[SecretKey],
    limit: Amount,
    mut progress: impl FnMut(usize),
) -> Result<(), ClientError> {
    let sender = operator.address();
    let batches: Vec<Any> = members
        .chunks(MAX_OPEN)
        .enumerate()
        .map(|(batch, keys)| {
            let account = |(i, key): (usize, &SecretKey)| NewAccount {
                owner: key.address().to_string(),
                kind: Kind::Person,
                person: Some(Id((batch * MAX_OPEN + i) as u64 + 1)),
                sponsor: None,
                limit: Some(limit),
            };
            let accounts = keys.iter().enumerate().map(account).collect();
            message::execute(&sender, contract, &ExecuteMsg::OpenAccounts { accounts })
        })
        .collect::<Result<_, _>>()?;
    let mut open = 0;
    for together in batches.chunks(BATCHES) {
        let mut sent = vec![];
        for batch in together {
            let tx = Unsigned::new(vec![batch.clone()]).gas_limit(ENROL_GAS);
            let signed = operator.sign(&tx);
            client.broadcast(&signed).await?;
            sent.push(signed);
        }
        for tx in sent {
            client.wait(&tx, WAIT_MS).await?;
            open = (open + MAX_OPEN).min(members.len());
            progress(open);
        }
    }
    Ok(())
}

async fn send(
    client: &Client<Http>,
    operator: &mut Wallet,
    messages: Vec<Any>,
) -> Result<Receipt, ClientError> {
    let tx = operator.sign(&Unsigned::new(messages).gas_limit(ENROL_GAS));
    client.broadcast(&tx).await?;
    client.wait(&tx, WAIT_MS).await
}
