//! What the contract is asked.

use cosmwasm_schema::{QueryResponses, cw_serde};
use mycel_kit::Id;

/// What the contract answers.
#[cw_serde]
#[derive(QueryResponses)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    /// What this contract is.
    #[returns(mycel_kit::standard::About)]
    About {},
    /// Parameters and their bounds.
    #[returns(super::ParametersResponse)]
    Parameters {},
    /// Each invariant with its numbers.
    #[returns(mycel_kit::standard::Invariants)]
    Invariants {},
    /// Sums of obligations.
    #[returns(super::TotalsResponse)]
    Totals {},
    /// One obligation.
    #[returns(super::ObligationView)]
    Obligation {
        /// Its number.
        id: Id,
    },
    /// A person's obligations, 64 a page, newest page first.
    #[returns(super::ObligationsResponse)]
    Obligations {
        /// The person.
        person: Id,
        /// The previous page's `next`.
        #[serde(default)]
        page: Option<u32>,
    },
    /// Proposals that concern a person.
    #[returns(super::ProposalsResponse)]
    Proposals {
        /// The person.
        person: Id,
        /// The previous page's `next`.
        #[serde(default)]
        after: Option<Id>,
    },
    /// A round; the clearing round that runs, or was last, if absent.
    #[returns(super::RoundView)]
    Round {
        /// Its number.
        #[serde(default)]
        round: Option<Id>,
    },
    /// The frozen graph, for solvers.
    #[returns(super::GraphResponse)]
    Graph {
        /// The round.
        round: Id,
        /// The previous page's `next`.
        #[serde(default)]
        page: Option<u32>,
    },
    /// A solver's post.
    #[returns(super::PostView)]
    Post {
        /// The round.
        round: Id,
        /// Its number.
        post: u32,
    },
    /// The best certificate, 64 KiB a page.
    #[returns(super::BodyResponse)]
    Body {
        /// The round.
        round: Id,
        /// From 0.
        page: u32,
    },
    /// The best certificate's potentials; in a market, scarcity prices.
    #[returns(super::DualsResponse)]
    Duals {
        /// The round.
        round: Id,
        /// The previous page's `next`.
        #[serde(default)]
        node: Option<u32>,
    },
    /// What the best certificate sets off, obligation by obligation.
    #[returns(super::SettledResponse)]
    Settled {
        /// The round.
        round: Id,
        /// The previous page's `next`.
        #[serde(default)]
        page: Option<u32>,
    },
    /// How much a round helped a person.
    #[returns(super::HelpedResponse)]
    Helped {
        /// The round.
        round: Id,
        /// The person.
        person: Id,
    },
    /// A market.
    #[returns(super::MarketResponse)]
    Market {
        /// Its number.
        market: u32,
    },
    /// Who offers, or needs, in a market: whom one can choose.
    #[returns(super::PostingsResponse)]
    Postings {
        /// The market.
        market: u32,
        /// Needs; offers if false.
        needs: bool,
        /// The previous page's `next`.
        #[serde(default)]
        after: Option<Id>,
    },
    /// What a person has posted in a market.
    #[returns(super::PostedResponse)]
    Posted {
        /// The market.
        market: u32,
        /// The person.
        person: Id,
    },
    /// Promises that concern a person.
    #[returns(super::PromisesResponse)]
    Promises {
        /// The person.
        person: Id,
        /// The previous page's `next`.
        #[serde(default)]
        after: Option<Id>,
    },
    /// What keeps a member here.
    #[returns(mycel_kit::peers::items::OpenItems)]
    OpenItems {
        /// The member's address.
        member: String,
    },
    /// All that the contract holds about a member.
    #[returns(super::ExportResponse)]
    Export {
        /// The member's address.
        member: String,
        /// The previous page's `next`.
        #[serde(default)]
        after: Option<String>,
    },
    /// Every stored record that names a member, byte by byte.
    #[returns(super::RecordsResponse)]
    Records {
        /// The address.
        member: String,
        /// The previous page's `next`.
        #[serde(default)]
        after: Option<String>,
    },
}
