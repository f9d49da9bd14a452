//! The cw20 facade: names and JSON of the cw20 1.x specification, so that
//! stock wallets and contracts work.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, Timestamp, Uint128};

/// Until when something holds.
#[cw_serde]
#[derive(Copy, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub enum Expiration {
    /// Before this block.
    AtHeight(u64),
    /// Before this time.
    AtTime(
        #[borsh(serialize_with = "time_to_bytes", deserialize_with = "time_from_bytes")] Timestamp,
    ),
    /// For ever.
    Never {},
}

impl Default for Expiration {
    fn default() -> Expiration {
        Expiration::Never {}
    }
}

fn time_to_bytes<W: borsh::io::Write>(time: &Timestamp, to: &mut W) -> borsh::io::Result<()> {
    borsh::BorshSerialize::serialize(&time.nanos(), to)
}

fn time_from_bytes<R: borsh::io::Read>(from: &mut R) -> borsh::io::Result<Timestamp> {
    borsh::BorshDeserialize::deserialize_reader(from).map(Timestamp::from_nanos)
}

/// What a contract is told that money came with `send`.
#[cw_serde]
pub enum ReceiverMsg {
    /// The cw20 callback.
    Receive {
        /// Who sent.
        sender: String,
        /// How much.
        amount: Uint128,
        /// What they say.
        msg: Binary,
    },
}

/// A token's picture, as `upload_logo` would have it.
#[cw_serde]
pub enum Logo {
    /// Where it lies.
    Url(String),
    /// The picture itself.
    Embedded(EmbeddedLogo),
}

/// A picture within a message.
#[cw_serde]
pub enum EmbeddedLogo {
    /// An SVG document.
    Svg(Binary),
    /// A PNG image.
    Png(Binary),
}

/// cw20: answer to `balance`.
#[cw_serde]
pub struct BalanceResponse {
    /// max(0, position after decay).
    pub balance: Uint128,
}

/// cw20: answer to `token_info`.
#[cw_serde]
pub struct TokenInfoResponse {
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// 12.
    pub decimals: u8,
    /// The sum of the positive positions, as last counted.
    pub total_supply: Uint128,
}

/// cw20: answer to `allowance`.
#[cw_serde]
pub struct AllowanceResponse {
    /// What may still be paid.
    pub allowance: Uint128,
    /// Until when.
    pub expires: Expiration,
}

/// One of `all_allowances`.
#[cw_serde]
pub struct AllowanceInfo {
    /// Who may pay.
    pub spender: String,
    /// How much.
    pub allowance: Uint128,
    /// Until when.
    pub expires: Expiration,
}

/// cw20: answer to `all_allowances`.
#[cw_serde]
pub struct AllAllowancesResponse {
    /// In order of spenders.
    pub allowances: Vec<AllowanceInfo>,
}

/// One of `all_spender_allowances`.
#[cw_serde]
pub struct SpenderAllowanceInfo {
    /// Whose money.
    pub owner: String,
    /// How much.
    pub allowance: Uint128,
    /// Until when.
    pub expires: Expiration,
}

/// cw20: answer to `all_spender_allowances`.
#[cw_serde]
pub struct AllSpenderAllowancesResponse {
    /// In order of owners.
    pub allowances: Vec<SpenderAllowanceInfo>,
}

/// cw20: answer to `all_accounts`.
#[cw_serde]
pub struct AllAccountsResponse {
    /// In order of addresses.
    pub accounts: Vec<String>,
}

/// cw20: answer to `minter`, which is always `null`.
#[cw_serde]
pub struct MinterResponse {
    /// Nobody.
    pub minter: String,
    /// None.
    pub cap: Option<Uint128>,
}

/// cw20: answer to `marketing_info`: nothing is advertised.
#[cw_serde]
#[derive(Default)]
pub struct MarketingInfoResponse {
    /// None.
    pub project: Option<String>,
    /// None.
    pub description: Option<String>,
    /// None.
    pub logo: Option<String>,
    /// None.
    pub marketing: Option<String>,
}
