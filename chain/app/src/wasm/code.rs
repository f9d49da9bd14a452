//! `MsgStoreCode`: gzip or plain Wasm, checked, compiled and kept in the state under its checksum.
use std::{borrow::Cow, io::Read as _};

use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgStoreCodeResponse;
use mycel_runtime::CodeId;
use mycel_types::{
    AccountAddress, Event, StoreId,
    codes::wasm,
    key,
    record::{Code, Permission},
};

use super::call::load_wasm;
use crate::{
    error::{Failure, Run},
    execute::Answer,
    session::Session,
    state::Records,
};

/// Stores a code and numbers it.
pub(crate) fn store(
    session: &mut Session,
    sender: &AccountAddress,
    uploaded: &[u8],
    permission: &Permission,
) -> Run<Answer> {
    let scene = session.scene();
    let prices = scene.params.gas;
    let wasm = unpack(uploaded, scene.params.wasm_max_bytes)?;
    let bytes = prices.store_code_byte.saturating_mul(wasm.len() as u64);
    session.meter.charge(bytes, "Compiling wasm bytecode")?;
    let analysis = scene
        .vm
        .check(&wasm)
        .map_err(|e| Failure::new(wasm::CREATE_FAILED, e))?;
    let functions = u64::from(analysis.functions);
    let price = prices.store_code_function.saturating_mul(functions);
    session.meter.charge(price, "Compiling wasm bytecode")?;
    if scene.in_block {
        load_wasm(&scene.vm, &wasm)?;
    }

    let checksum = CodeId::of(&wasm).0;
    let blob = key::wasm(&checksum);
    let world = session.world();
    // the price by the byte above covers the blob as well
    if world.view.raw(&blob)?.is_none() {
        let value = bytes::Bytes::from(wasm.into_owned());
        world.view.set(StoreId::Mycel, blob.into(), Some(value))?;
    }
    let id = session.count("code")?;
    let record = Code {
        checksum,
        creator: sender.clone(),
        permission: permission.clone(),
        pinned: false,
    };
    session.write(key::code(id), &record)?;
    let mut event = Event::new(
        "store_code",
        [
            ("code_checksum", hex::encode(checksum)),
            ("code_id", id.to_string()),
        ],
    );
    event
        .attributes
        .extend(
            analysis
                .capabilities
                .into_iter()
                .map(|value| mycel_types::Attribute {
                    key: "required_capability".into(),
                    value,
                }),
        );
    session.emit(event)?;
    let answer = MsgStoreCodeResponse {
        code_id: id,
        checksum: checksum.to_vec(),
    };
    Ok(Answer::new(
        "/cosmwasm.wasm.v1.MsgStoreCodeResponse",
        &answer,
    ))
}

/// The Wasm of an upload: one gzip member, streamed until one byte above the limit, or the bytes themselves.
fn unpack(uploaded: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, Failure> {
    let failed = |what: String| Failure::new(wasm::CREATE_FAILED, what);
    let too_large = || failed(format!("uncompress wasm archive: exceeds limit={limit}"));
    if !uploaded.starts_with(&[0x1f, 0x8b, 0x08]) {
        return match uploaded.len() as u64 > limit {
            true => Err(too_large()),
            false => Ok(Cow::Borrowed(uploaded)),
        };
    }
    let mut rest = uploaded;
    let mut wasm = Vec::new();
    flate2::bufread::GzDecoder::new(&mut rest)
        .take(limit.saturating_add(1))
        .read_to_end(&mut wasm)
        .map_err(|e| failed(format!("uncompress wasm archive: {e}")))?;
    if wasm.len() as u64 > limit {
        return Err(too_large());
    }
    if !rest.is_empty() {
        return Err(failed(format!(
            "uncompress wasm archive: {} bytes after its end",
            rest.len()
        )));
    }
    Ok(Cow::Owned(wasm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(vec![], Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn an_archive_ends_at_the_limit_and_has_one_member() {
        let packed = gzip(&[7; 1000]);
        assert_eq!(unpack(&packed, 1000).unwrap(), &[7; 1000][..]);
        assert!(unpack(&packed, 999).is_err());
        assert!(unpack(&[&packed[..], &packed[..]].concat(), 5000).is_err());
        assert!(unpack(&[&packed[..], b"x"].concat(), 5000).is_err());
        assert!(unpack(&packed[..packed.len() - 1], 5000).is_err());
        let mut damaged = packed.clone();
        damaged[15] ^= 1;
        assert!(unpack(&damaged, 5000).is_err());
        assert_eq!(unpack(b"plain", 5).unwrap(), &b"plain"[..]);
        assert!(unpack(b"plain", 4).is_err());
    }

    #[test]
    fn a_bomb_is_given_up_early() {
        let bomb = gzip(&vec![0; 64 << 20]);
        assert!(unpack(&bomb, 1 << 20).is_err());
    }
}
