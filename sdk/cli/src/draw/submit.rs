//! Handing in a lottery: checked, committed to, posted page by page. Run again, it goes on where it was.
use std::path::PathBuf;

use cosmwasm_std::{Binary, HexBinary};
use mycel_client::{
    Client, Http,
    assembly::words::lasting,
    message,
    sortition::{
        Ledger,
        draws::{posts::commitment, show::DrawView},
    },
};
use mycel_kit::{
    Id,
    lottery::{Lottery, Tolerance, encode, verify},
};
use mycel_solver::lottery::file::read_lottery;
use mycel_sortition::msg::ExecuteMsg;
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::{Act, Session},
};

/// Arguments of `mycel draw submit`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The draw's number
    draw: u64,
    /// What `mycel solve lottery` made of its pool
    #[arg(value_name = "LOTTERY")]
    lottery: PathBuf,
    /// Who hands it in: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Done {
    draw: u64,
    post: u32,
    /// `committed`, `posted`, or what became of it: `complete`, `best`, `surpassed`, `refused`.
    state: String,
    pages: u32,
    here: u32,
    next: String,
}

impl Show for Done {
    fn human(&self) -> String {
        pairs(&[
            ("draw", self.draw.to_string()),
            ("post", self.post.to_string()),
            ("state", self.state.clone()),
            ("pages", format!("{} of {}", self.here, self.pages)),
            ("next", self.next.clone()),
        ])
    }
}

/// Commits, or posts what is missing.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let Cmd {
        draw,
        lottery,
        from,
    } = cmd;
    let bytes = std::fs::read(&lottery).map_err(|e| Failure::file(lottery.display(), &e))?;
    let lottery = read_lottery(&bytes)
        .and_then(|file| file.lottery())
        .map_err(|e| Failure::file(lottery.display(), &e))?;
    let asked = client.sortition(contract.clone());
    let view = asked.draw(Id(draw)).await?;
    fits(client, &contract, &view, &lottery).await?;
    let sender = session.address(&from).await?;
    let pages = encode(&lottery);
    let hash = hex::encode(commitment(
        &sender.to_string(),
        pages.iter().map(Vec::as_slice),
    ));
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let mine = || async {
        let posts = asked.posts(Id(draw)).await?;
        Ok::<_, Failure>(posts.into_iter().rfind(|post| post.hash == hash))
    };
    let until = view.lottery.as_ref().map_or(0, |one| one.commit_until.0);
    if mine().await?.is_none() {
        let what = format!("commit to a lottery of {count} pages for draw {draw}");
        let body = ExecuteMsg::CommitLottery {
            draw: Id(draw),
            hash: HexBinary::from_hex(&hash)
                .map_err(|e| Failure::Usage(format!("hash={hash}: {e}")))?,
            pages: count,
        };
        let act = Act::new(&from, what, message::execute(&sender, &contract, &body)?);
        if session.write(client, act).await?.is_none() {
            return Ok(());
        }
    }
    let Some(post) = mine().await? else {
        return Err(Failure::Refused(format!(
            "the commitment for draw {draw} is in no list of the node; run the same command again"
        )));
    };
    let again = "then run the same command again".to_owned();
    let now = client.contract_time().await?;
    if now < until {
        session.print(&Done {
            draw,
            post: post.post,
            state: "committed".into(),
            pages: count,
            here: post.here,
            next: format!(
                "others may commit for {} more; {again}",
                lasting(until - now)
            ),
        });
        return Ok(());
    }
    for (page, data) in (0u32..).zip(&pages).skip(post.here as usize) {
        if post.fate != "awaited" {
            break;
        }
        let what = format!(
            "post page {} of {count} of the lottery for draw {draw}",
            page + 1
        );
        let body = ExecuteMsg::PostLottery {
            draw: Id(draw),
            post: post.post,
            page,
            data: Binary::from(data.clone()),
        };
        let act = Act::new(&from, what, message::execute(&sender, &contract, &body)?);
        let sent = if page == post.here {
            session.write(client, act).await?
        } else {
            session.send(client, act).await?
        };
        if sent.is_none() {
            return Ok(());
        }
    }
    let post = mine().await?.unwrap_or(post);
    let next = match (post.fate.as_str(), post.why) {
        ("refused", Some(why)) => format!("refused: {why}"),
        ("best", _) => "it is the best so far".into(),
        ("surpassed", _) => "a better one was handed in".into(),
        _ => format!("`mycel draw freeze {draw} --from NAME` verifies it"),
    };
    session.print(&Done {
        draw,
        post: post.post,
        state: post.fate,
        pages: count,
        here: post.here,
        next,
    });
    Ok(())
}

/// The lottery is one of this draw's pool, and the contract would accept it.
async fn fits(
    client: &Client<Http>,
    contract: &AccountAddress,
    view: &DrawView,
    lottery: &Lottery,
) -> Result<(), Failure> {
    let number = view.draw.0;
    let frozen = view.lottery.as_ref().ok_or_else(|| {
        Failure::Refused(format!(
            "draw {number} is {}: its pool is not frozen yet; run `mycel draw freeze {number}` when registration is over",
            view.stage
        ))
    })?;
    let told = Ledger::said(client, contract.clone())
        .told("", number)
        .await?;
    let tolerance = if frozen.tolerance > Tolerance::Close.panels() {
        Tolerance::Wide
    } else {
        Tolerance::Close
    };
    verify(&told.pool(), lottery, frozen.panels, tolerance)
        .map(|_| ())
        .map_err(|why| {
            Failure::Refused(format!(
                "the contract would refuse this lottery: {why}; solve the pool that `mycel draw pool {number} --out FILE` gives, for {} panels",
                frozen.panels
            ))
        })
}
