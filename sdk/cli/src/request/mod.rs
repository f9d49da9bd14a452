//! `mycel request`: asking somebody for a payment, and answering those who ask.
use mycel_client::{Client, Credits, Http, amount, message, network::CREDIT};
use mycel_credit::msg::{ExecuteMsg, RequestView};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::{Act, Session},
};

/// Arguments of `mycel request`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The credit contract [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Asks somebody for a payment
    Ask {
        /// Who shall pay: a name or an address
        payer: String,
        /// How much, in credits: `12` or `12.5`
        amount: String,
        /// Who asks: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
        /// The reference that the payment will carry, at most 64 bytes, public
        #[arg(long = "ref", value_name = "TEXT")]
        reference: Option<String>,
        /// Kept in the transaction, at most 140 bytes
        #[arg(long, value_name = "TEXT")]
        memo: Option<String>,
    },
    /// Lists the open requests from and to somebody
    List {
        /// Whose: a name or an address
        name: String,
    },
    /// Pays a request
    Accept(Answer),
    /// Refuses a request
    Decline(Answer),
    /// Takes a request of one's own back
    Cancel(Answer),
}

#[derive(Debug, clap::Args)]
struct Answer {
    /// The request's number, as `request list` shows it
    request: u64,
    /// Who answers: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Line {
    id: String,
    /// `asks` somebody, or is `asked` by somebody.
    direction: &'static str,
    with: String,
    address: String,
    /// Pico-credits.
    amount: String,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    refund: bool,
    /// Unix seconds of the contract's clock.
    expires: u64,
    #[serde(skip)]
    shown: String,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Requests(Vec<Line>);

impl Show for Requests {
    fn human(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let headings = [
            ("request", Align::Right),
            ("", Align::Left),
            ("with", Align::Left),
            ("amount", Align::Right),
            ("ref", Align::Left),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|line| {
                vec![
                    line.id.clone(),
                    line.direction.into(),
                    line.with.clone(),
                    line.shown.clone(),
                    line.reference.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(&headings, &rows)
    }
}

/// Asks, lists or answers.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let contract = session.contract(cmd.contract.as_deref(), CREDIT).await?;
    let client = session.client()?;
    let (from, what, body, results): (_, _, _, &[_]) = match cmd.verb {
        Verb::List { name } => {
            let member = session.address(&name).await?;
            let all = client.credit(contract).requests(&member).await?;
            let own = member.to_string();
            let lines: Vec<Line> = all.into_iter().map(|r| line(session, r, &own)).collect();
            if lines.is_empty() {
                eprintln!("no open requests of {name}");
            }
            session.print(&Requests(lines));
            return Ok(());
        }
        Verb::Ask {
            payer,
            amount: text,
            from,
            reference,
            memo,
        } => {
            let amount = amount::parse(&text)?;
            let what = format!(
                "ask {payer} for {} credits as {from}",
                Credits(amount.signed())
            );
            let body = ExecuteMsg::Request {
                from: session.address(&payer).await?.to_string(),
                amount,
                reference,
                memo,
            };
            (from, what, body, &[("request", "request")])
        }
        Verb::Accept(Answer { request, from }) => (
            from.clone(),
            accepted(session, &client, &contract, request, &from).await?,
            ExecuteMsg::AcceptRequest {
                request: Id(request),
            },
            &[("amount", "amount")],
        ),
        Verb::Decline(Answer { request, from }) => (
            from,
            format!("decline request {request}"),
            ExecuteMsg::Decline {
                request: Id(request),
            },
            &[],
        ),
        Verb::Cancel(Answer { request, from }) => (
            from,
            format!("take request {request} back"),
            ExecuteMsg::Cancel {
                request: Id(request),
            },
            &[],
        ),
    };
    let sender = session.address(&from).await?;
    let mut act = Act::new(&from, what, message::execute(&sender, &contract, &body)?);
    act.results = results;
    session.act(&client, act).await
}

/// What accepting a request does, in words: nobody should agree to an unnamed amount.
async fn accepted(
    session: &Session,
    client: &Client<Http>,
    contract: &AccountAddress,
    request: u64,
    from: &str,
) -> Result<String, Failure> {
    let payer = session.address(from).await?;
    let open = client.credit(contract.clone()).requests(&payer).await?;
    let open = open.into_iter().find(|r| r.id.0 == request);
    Ok(open.map_or_else(
        || format!("pay request {request}"),
        |r| {
            let (amount, payee) = (Credits(r.amount.signed()), session.name(&r.payee));
            format!("pay request {request}: {amount} credits to {payee}")
        },
    ))
}

fn line(session: &Session, request: RequestView, own: &str) -> Line {
    let asks = request.payee == own;
    let other = if asks { request.payer } else { request.payee };
    Line {
        id: request.id.0.to_string(),
        direction: if asks { "asks" } else { "asked by" },
        with: session.name(&other),
        address: other,
        shown: Credits(request.amount.signed()).to_string(),
        amount: request.amount.to_string(),
        reference: request.r#ref,
        refund: request.refund,
        expires: request.expires.0,
    }
}
