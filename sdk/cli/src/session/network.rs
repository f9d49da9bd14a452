//! The network's file in the home directory, and the names of a development town.
use std::{fs, io::ErrorKind, path::Path};

use mycel_client::{
    Development, Network,
    network::{MEMBER, OPERATOR},
};

use crate::exit::Failure;

/// How many keys are tried to find the name of an address.
const MOST_TRIED: u32 = 500;

/// Reads `network.json`; `None` if there is none.
pub fn read(path: &Path) -> Result<Option<Network>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Failure::file(path.display(), &e)),
    };
    Network::from_json(&text).map(Some).map_err(|e| {
        Failure::Usage(format!(
            "network file={} is unreadable: {e}; run `mycel up`, or delete the file",
            path.display()
        ))
    })
}

/// The name of an address, if it is one of a small town's. Tries all keys.
pub fn name_of(town: &Development, address: &str) -> Option<String> {
    if town.operator().address().to_string() == address {
        return Some(OPERATOR.into());
    }
    (0..=town.members.min(MOST_TRIED))
        .find(|n| town.member(*n).address().to_string() == address)
        .map(|n| format!("{MEMBER}{n}"))
}
