//! Allowance classes of accounts.
use mycel_types::{Event, codes, key, record::Account};

use super::invalid;
use crate::{
    admit,
    error::{Failure, Run},
    msg,
    session::Session,
};

/// Gives an account a class; `None` is no class of its own. What has regenerated until now is counted at the old rate.
pub(super) fn set(session: &mut Session, address: &str, class: Option<&str>) -> Run<()> {
    let address = msg::address("address", address)?;
    if address.as_bytes().len() != 20 {
        return Err(Failure::new(
            codes::INVALID_ADDRESS,
            format_args!(
                "{address} is a contract's: it signs no transactions and needs no allowance"
            ),
        )
        .into());
    }
    let scene = session.scene();
    let params = &scene.params;
    if let Some(class) = class
        && !params.classes.contains_key(class)
    {
        let known: Vec<_> = params.classes.keys().map(String::as_str).collect();
        let shown: String = class.chars().take(40).collect();
        return Err(invalid(format_args!(
            "unknown class={shown:?}, the parameters have: {}",
            known.join(", ")
        ))
        .into());
    }
    let key = key::account(&address);
    let mut account: Account = session
        .record(&key)?
        .unwrap_or_else(|| admit::new_account(scene.time.millis()));
    let allowance = &mut account.allowance;
    allowance.level = admit::level(params, allowance, scene.time);
    allowance.at_ms = scene.time.millis();
    allowance.class = class.unwrap_or_default().into();
    allowance.level = allowance.level.min(admit::capacity(params, allowance));
    session.write(key, &account)?;
    session.emit(Event::new(
        "set_allowance_class",
        [
            ("address", address.to_string()),
            ("class", class.unwrap_or_default().to_string()),
        ],
    ))
}
