//! Projects: submitted, supported, taken back.
use std::path::PathBuf;

use mycel_client::funding::{msg::ExecuteMsg, rounds::msg::ProjectInput};
use mycel_kit::Id;
use sha2::{Digest, Sha256};

use super::Desk;
use crate::exit::Failure;

/// Arguments of `mycel fund submit`.
#[derive(Debug, clap::Args)]
pub struct Submit {
    /// The round's number
    round: u64,
    /// What the project is called
    #[arg(long)]
    title: String,
    /// What it says; the chain keeps its SHA-256 [default: the title]
    #[arg(long, conflicts_with_all = ["text_file", "text_hash"])]
    text: Option<String>,
    /// A file with what it says
    #[arg(long, value_name = "FILE", conflicts_with = "text_hash")]
    text_file: Option<PathBuf>,
    /// SHA-256 of a text that is kept elsewhere, in hex
    #[arg(long, value_name = "HEX")]
    text_hash: Option<String>,
    /// Who is paid: oneself, or an organisation that one controls [default: oneself]
    #[arg(long, value_name = "NAME")]
    payee: Option<String>,
    /// Who submits: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// A project and who acts.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// The round's number
    round: u64,
    /// The project's number
    project: u64,
    /// Who acts: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// SHA-256 as it was given, or of a file.
pub fn digest(hash: Option<&str>, file: Option<&PathBuf>) -> Result<Option<String>, Failure> {
    match (hash, file) {
        (Some(hash), _) => match hex::decode(hash) {
            Ok(bytes) if bytes.len() == 32 => Ok(Some(hash.to_lowercase())),
            _ => Err(Failure::Usage(format!(
                "{hash} is no SHA-256; write 64 digits of hexadecimal, as `sha256sum FILE` prints"
            ))),
        },
        (None, Some(path)) => {
            let bytes = std::fs::read(path).map_err(|e| Failure::file(path.display(), &e))?;
            Ok(Some(hex::encode(Sha256::digest(bytes))))
        }
        (None, None) => Ok(None),
    }
}

/// Submits one.
pub async fn submit(cmd: Submit, desk: &Desk<'_>) -> Result<(), Failure> {
    let Submit {
        round, title, from, ..
    } = &cmd;
    let hash = match digest(cmd.text_hash.as_deref(), cmd.text_file.as_ref())? {
        Some(hash) => hash,
        None => {
            let text = cmd.text.as_deref().unwrap_or(title);
            hex::encode(Sha256::digest(text))
        }
    };
    let payee = cmd.payee.as_deref().unwrap_or(from);
    let what = format!("submit “{title}” to round {round}, paid to {payee}");
    let body = ExecuteMsg::Submit(ProjectInput {
        round: Id(*round),
        payee: desk.session.address(payee).await?.to_string(),
        title: title.clone(),
        text_hash: cosmwasm_std::HexBinary::from_hex(&hash)
            .map_err(|e| Failure::Usage(format!("hash={hash}: {e}")))?,
    });
    let mut act = desk.act(from, what, &body).await?;
    act.lines = vec![
        ("text", format!("sha256 {hash}")),
        (
            "match",
            "your own gifts, and of who controls the payee, will earn none".into(),
        ),
    ];
    act.results = &[("project", "project")];
    desk.run(act).await
}

async fn one(
    which: &Which,
    desk: &Desk<'_>,
    does: &str,
    body: impl FnOnce(Id, Id) -> ExecuteMsg,
) -> Result<(), Failure> {
    let Which {
        round,
        project,
        from,
    } = which;
    let what = format!("{does} project {project} of round {round} as {from}");
    let body = body(Id(*round), Id(*project));
    desk.run(desk.act(from, what, &body).await?).await
}

/// Supports one.
pub async fn support(which: Which, desk: &Desk<'_>) -> Result<(), Failure> {
    one(&which, desk, "support", |round, project| {
        ExecuteMsg::Support { round, project }
    })
    .await
}

/// Takes one back.
pub async fn withdraw(which: Which, desk: &Desk<'_>) -> Result<(), Failure> {
    one(&which, desk, "take back", |round, project| {
        ExecuteMsg::WithdrawProject { round, project }
    })
    .await
}

/// Asks anew who controls one.
pub async fn recheck(which: Which, desk: &Desk<'_>) -> Result<(), Failure> {
    one(&which, desk, "look up who controls", |round, project| {
        ExecuteMsg::Recheck { round, project }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_given_or_computed_and_anything_else_is_refused() {
        let hash = "0E".repeat(32);
        assert_eq!(digest(Some(&hash), None).unwrap(), Some("0e".repeat(32)));
        let refused = digest(Some("0e"), None).unwrap_err().to_string();
        assert!(refused.contains("sha256sum"), "{refused}");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"x").unwrap();
        let path = file.path().to_path_buf();
        assert_eq!(
            digest(None, Some(&path)).unwrap().unwrap(),
            hex::encode(Sha256::digest("x"))
        );
        assert_eq!(digest(None, None).unwrap(), None);
    }
}
