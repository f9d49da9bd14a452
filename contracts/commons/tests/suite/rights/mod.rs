//! Shares and entitlements: yields, uses, overage, leases, banking, the
//! concentration cap, and what the market may do with rights.

pub mod ground;

mod baskets;
mod concentrating;
mod escrow;
mod hostile;
mod layout;
mod leasing;
mod owing;
mod property;
mod real;
mod sharing;
mod using;
mod yielding;
