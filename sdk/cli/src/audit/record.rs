//! What a verified entry says, for people: the bundle's own story, and a credit account's record decoded.
use mycel_client::Credits;
use mycel_credit::state;
use mycel_light::Verified;
use mycel_types::{AccountAddress, StoreId, key::tag};
use serde::Serialize;

use crate::output::{Show, pairs};

/// A verified entry.
#[derive(Serialize)]
pub struct Entry {
    /// The chain.
    pub chain_id: String,
    /// The state's height.
    pub height: u64,
    /// The store.
    pub store: &'static str,
    /// Hex.
    pub key: String,
    /// Hex; null is proven absence.
    pub value: Option<String>,
    /// In words.
    pub story: String,
    /// A credit account's record, if it looks like one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_account: Option<CreditAccount>,
    /// An address and its account's number, if it looks like that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_number: Option<CreditNumber>,
    /// The state's root.
    pub app_hash: String,
    /// The header that carries it.
    pub header: String,
    /// When, RFC 3339.
    pub time: String,
    /// The hash of the validators who signed it.
    pub validators: String,
    /// Always true: nothing else is shown.
    pub verified: bool,
}

/// A credit account as stored, if the contract is a credit contract.
#[derive(Serialize)]
pub struct CreditAccount {
    contract: String,
    number: u32,
    /// Pico-credits, before the decay since `snap`.
    position: String,
    snap: String,
    frozen: bool,
}

/// Whose account a number is, if the contract is a credit contract.
#[derive(Serialize)]
pub struct CreditNumber {
    contract: String,
    address: String,
    number: u32,
}

impl From<Verified> for Entry {
    fn from(verified: Verified) -> Self {
        Self {
            credit_account: credit_account(&verified),
            credit_number: credit_number(&verified),
            chain_id: verified.chain_id,
            height: verified.height,
            store: verified.store.name(),
            key: hex::encode(&verified.key),
            value: verified.value.map(hex::encode),
            story: verified.story,
            app_hash: verified.app_hash.to_string(),
            header: format!(
                "{}:{}",
                verified.header_height,
                hex::encode_upper(verified.header_hash)
            ),
            time: verified.time.to_rfc3339(),
            validators: hex::encode_upper(verified.validators),
            verified: true,
        }
    }
}

impl Show for Entry {
    fn human(&self) -> String {
        let mut rows = vec![
            ("chain", self.chain_id.clone()),
            ("height", self.height.to_string()),
            ("says", self.story.clone()),
        ];
        if let Some(account) = &self.credit_account {
            let position = account.position.parse().map_or_else(
                |_| account.position.clone(),
                |pico| Credits(pico).to_string(),
            );
            rows.push((
                "as credit",
                format!(
                    "account {} stored position {position}, before decay since{}",
                    account.number,
                    if account.frozen {
                        ", payments stopped"
                    } else {
                        ""
                    }
                ),
            ));
        }
        if let Some(known) = &self.credit_number {
            let text = format!("{} has account {}", known.address, known.number);
            rows.push(("as credit", text));
        }
        rows.extend([
            ("app hash", self.app_hash.clone()),
            ("in header", self.header.clone()),
            ("of", self.time.clone()),
            ("signed by", format!("validators {}", self.validators)),
            ("verified", "yes".into()),
        ]);
        pairs(&rows)
    }
}

/// The contract and the entry below it.
fn of_contract(verified: &Verified) -> Option<(AccountAddress, &[u8])> {
    let rest = verified.key.strip_prefix(&[tag::CONTRACT_DATA])?;
    let (contract, entry) = rest.split_at_checked(32)?;
    let contract = AccountAddress::new(contract).ok()?;
    (verified.store == StoreId::Mycel).then_some((contract, entry))
}

fn credit_account(verified: &Verified) -> Option<CreditAccount> {
    let (contract, entry) = of_contract(verified)?;
    let number = entry.strip_prefix(b"a")?.try_into().ok();
    let number = number.map(u32::from_be_bytes)?;
    let value = verified.value.as_deref()?;
    let account = state::account(number).decode(value).ok()?;
    Some(CreditAccount {
        contract: contract.to_string(),
        number,
        position: account.position.to_string(),
        snap: account.snap.to_string(),
        frozen: account.frozen,
    })
}

fn credit_number(verified: &Verified) -> Option<CreditNumber> {
    let (contract, entry) = of_contract(verified)?;
    let address = std::str::from_utf8(entry.strip_prefix(b"x")?).ok()?;
    let address: AccountAddress = address.parse().ok()?;
    let value = verified.value.as_deref()?;
    Some(CreditNumber {
        contract: contract.to_string(),
        number: state::number_of(&address.to_string()).decode(value).ok()?,
        address: address.to_string(),
    })
}
