//! Verifies a bundle without any node.
use std::{io::Read, path::PathBuf};

use mycel_client::Trust;
use mycel_light::{VerifyError, limit, verify};

use super::record::Entry;
use crate::{exit::Failure, session::Session};

/// Arguments of `mycel audit verify`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The bundle
    file: PathBuf,
    /// A genesis document whose validators are trusted, instead of `--trust`
    #[arg(long, value_name = "FILE", conflicts_with = "trust")]
    genesis: Option<PathBuf>,
}

/// Reads, verifies and shows.
pub fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let trust = match &cmd.genesis {
        Some(path) => {
            let bytes = read(path)?;
            let genesis = serde_json::from_slice(&bytes)
                .map_err(|e| untrusted(&VerifyError::TrustForm(format!("genesis: {e}"))))?;
            Trust::in_genesis(&genesis).map_err(|e| untrusted(&e))?
        }
        None => session.need_trust()?,
    };
    let bytes = read(&cmd.file)?;
    let verified = verify(&bytes, &trust).map_err(Failure::Verify)?;
    session.print(&Entry::from(verified));
    Ok(())
}

/// One byte more than a bundle may have is enough to see that it is too large.
fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    let file = |e: std::io::Error| Failure::file(path.display(), &e);
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .map_err(file)?
        .take(limit::BUNDLE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(file)?;
    Ok(bytes)
}

fn untrusted(error: &VerifyError) -> Failure {
    Failure::Usage(error.to_string())
}
