//! `cosmos.auth`, `cosmos.bank` and `cosmos.feegrant`.
use cosmos_sdk_proto::{
    Any, Timestamp,
    cosmos::{
        auth::v1beta1 as auth,
        bank::v1beta1 as bank,
        base::{query::v1beta1::PageRequest, v1beta1::Coin},
        feegrant::v1beta1 as feegrant,
    },
};
use mycel_types::{
    AccountAddress, codes, key,
    record::{Account, Grant},
};
use prost::Message as _;

use super::{Answer, Ask, Trouble, invalid_argument, page::Page, proto, rpc};
use crate::{
    bank::coins::{coin, is_denom},
    error::Failure,
    msg::GAS_DENOM,
    state::{Records, decode},
};

pub(super) fn account(ask: &Ask<'_>) -> Answer {
    let request: auth::QueryAccountRequest = ask.read()?;
    if request.address.is_empty() {
        return Err(invalid_argument("Address cannot be empty").into());
    }
    let address: AccountAddress = request
        .address
        .parse()
        .map_err(|e| Failure::new(codes::INVALID_REQUEST, format_args!("{e}")))?;
    let record: Option<Account> = (&ask.state.snapshot).record(&key::account(&address))?;
    let record = record.ok_or_else(|| {
        rpc(
            codes::KEY_NOT_FOUND,
            "NotFound",
            format_args!("account {address} not found"),
        )
    })?;
    let base = auth::BaseAccount {
        address: address.to_string(),
        pub_key: record.key.map(|(type_url, value)| Any { type_url, value }),
        account_number: address.account_number(),
        sequence: record.sequence,
    };
    proto(&auth::QueryAccountResponse {
        account: Some(Any {
            type_url: "/cosmos.auth.v1beta1.BaseAccount".into(),
            value: base.encode_to_vec(),
        }),
    })
}

pub(super) fn params(ask: &Ask<'_>) -> Answer {
    let params = &ask.state.params;
    proto(&auth::QueryParamsResponse {
        params: Some(auth::Params {
            max_memo_characters: params.memo_max_bytes,
            tx_sig_limit: params.tx_max_signatures,
            tx_size_cost_per_byte: params.gas.tx_byte,
            sig_verify_cost_ed25519: 0,
            sig_verify_cost_secp256k1: params.gas.signature,
        }),
    })
}

/// An address of a bank query.
fn holder(text: &str) -> Result<AccountAddress, Trouble> {
    if text.is_empty() {
        return Err(invalid_argument("empty address string is not allowed").into());
    }
    text.parse()
        .map_err(|e| invalid_argument(format_args!("invalid address: {e}")).into())
}

pub(super) fn balance(ask: &Ask<'_>) -> Answer {
    let request: bank::QueryBalanceRequest = ask.read()?;
    if !is_denom(&request.denom) {
        let shown: String = request.denom.chars().take(130).collect();
        return Err(invalid_argument(format_args!("invalid denom: {shown}")).into());
    }
    let holder = holder(&request.address)?;
    let key = key::balance(&holder, &request.denom);
    let amount: u128 = (&ask.state.snapshot).record(&key)?.unwrap_or(0);
    proto(&bank::QueryBalanceResponse {
        balance: Some(coin(&request.denom, amount)),
    })
}

type Balances = (
    Vec<Coin>,
    cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse,
);

fn balances(ask: &Ask<'_>, address: &str, page: Option<PageRequest>) -> Result<Balances, Trouble> {
    // the balance of a denomination without a name: what all of the holder's begin with
    coins_below(ask, &key::balance(&holder(address)?, ""), page)
}

fn coins_below(
    ask: &Ask<'_>,
    prefix: &[u8],
    page: Option<PageRequest>,
) -> Result<Balances, Trouble> {
    let (entries, page) = Page::read(page)?.take(&ask.state.snapshot, prefix)?;
    let mut coins = Vec::with_capacity(entries.len());
    for (denom, value) in entries {
        let amount: u128 = decode(&denom, &value)?;
        coins.push(coin(&String::from_utf8_lossy(&denom), amount));
    }
    Ok((coins, page))
}

pub(super) fn all_balances(ask: &Ask<'_>) -> Answer {
    let request: bank::QueryAllBalancesRequest = ask.read()?;
    let (balances, page) = balances(ask, &request.address, request.pagination)?;
    proto(&bank::QueryAllBalancesResponse {
        balances,
        pagination: Some(page),
    })
}

pub(super) fn spendable_balances(ask: &Ask<'_>) -> Answer {
    let request: bank::QuerySpendableBalancesRequest = ask.read()?;
    let (balances, page) = balances(ask, &request.address, request.pagination)?;
    proto(&bank::QuerySpendableBalancesResponse {
        balances,
        pagination: Some(page),
    })
}

pub(super) fn total_supply(ask: &Ask<'_>) -> Answer {
    let request: bank::QueryTotalSupplyRequest = ask.read()?;
    let (supply, page) = coins_below(ask, &key::supply(""), request.pagination)?;
    proto(&bank::QueryTotalSupplyResponse {
        supply,
        pagination: Some(page),
    })
}

pub(super) fn supply_of(ask: &Ask<'_>) -> Answer {
    let request: bank::QuerySupplyOfRequest = ask.read()?;
    if !is_denom(&request.denom) {
        return Err(invalid_argument("invalid denom").into());
    }
    let key = key::supply(&request.denom);
    let amount: u128 = (&ask.state.snapshot).record(&key)?.unwrap_or(0);
    proto(&bank::QuerySupplyOfResponse {
        amount: Some(coin(&request.denom, amount)),
    })
}

pub(super) fn grant(ask: &Ask<'_>) -> Answer {
    let request: feegrant::QueryAllowanceRequest = ask.read()?;
    let (granter, grantee) = (holder(&request.granter)?, holder(&request.grantee)?);
    let grant: Option<Grant> = (&ask.state.snapshot).record(&key::grant(&granter, &grantee))?;
    let grant =
        grant.ok_or_else(|| rpc(codes::UNKNOWN_REQUEST, "Internal", "fee-grant not found"))?;
    let basic = feegrant::BasicAllowance {
        spend_limit: grant
            .gas_left
            .map(|left| coin(GAS_DENOM, left.into()))
            .into_iter()
            .collect(),
        expiration: grant.expires_ms.map(timestamp),
    };
    proto(&feegrant::QueryAllowanceResponse {
        allowance: Some(feegrant::Grant {
            granter: granter.to_string(),
            grantee: grantee.to_string(),
            allowance: Some(Any {
                type_url: "/cosmos.feegrant.v1beta1.BasicAllowance".into(),
                value: basic.encode_to_vec(),
            }),
        }),
    })
}

fn timestamp(ms: u64) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(ms / 1000).unwrap_or(i64::MAX),
        nanos: i32::try_from(ms % 1000)
            .unwrap_or(0)
            .saturating_mul(1_000_000),
    }
}
