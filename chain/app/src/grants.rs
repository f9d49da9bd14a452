//! Grants of gas: `MsgGrantAllowance` and `MsgRevokeAllowance` of the SDK's feegrant, counted in gas.
use mycel_types::{AccountAddress, Event, codes, key, record::Grant};

use crate::{
    error::{Failure, Run},
    session::Session,
};

/// Lends a gas allowance. One that has expired or is used up may be replaced.
pub(crate) fn grant(
    session: &mut Session,
    granter: &AccountAddress,
    grantee: &AccountAddress,
    grant: &Grant,
) -> Run<()> {
    let now = session.scene().time.millis();
    let invalid = |what: &str| Failure::new(codes::INVALID_REQUEST, what);
    if grant.expires_ms.is_some_and(|at| at <= now) {
        return Err(invalid("expiration is before current block time").into());
    }
    let key = key::grant(granter, grantee);
    if let Some(old) = session.record::<Grant>(&key)? {
        let over = old.expires_ms.is_some_and(|at| at <= now) || old.gas_left == Some(0);
        if !over {
            return Err(invalid("fee allowance already exists").into());
        }
    }
    session.write(key, grant)?;
    session.touch_account(grantee)?;
    session.emit(event("set_feegrant", granter, grantee))
}

/// Takes it back.
pub(crate) fn revoke(
    session: &mut Session,
    granter: &AccountAddress,
    grantee: &AccountAddress,
) -> Run<()> {
    let key = key::grant(granter, grantee);
    if session.record::<Grant>(&key)?.is_none() {
        return Err(Failure::new(codes::KEY_NOT_FOUND, "fee-grant not found").into());
    }
    session.delete(key)?;
    session.emit(event("revoke_feegrant", granter, grantee))
}

fn event(kind: &str, granter: &AccountAddress, grantee: &AccountAddress) -> Event {
    let pairs = [
        ("granter", granter.to_string()),
        ("grantee", grantee.to_string()),
    ];
    Event::new(kind, pairs)
}
