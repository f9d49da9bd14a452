//! Queries and answers.
#![cfg_attr(
    target_arch = "wasm32",
    allow(unused_imports, reason = "the schema alone names the answers' types")
)]

use cosmwasm_schema::{QueryResponses, cw_serde};
use mycel_kit::Id;
use mycel_kit::peers::items::OpenItems;
use mycel_kit::peers::sortition::{Case, Drawn};
use mycel_kit::peers::trust::GateTerm;
use mycel_kit::standard::{About, Invariants};

use crate::beacon::show::{BeaconSource, RoundResponse, RoundsResponse};
use crate::draws::show::{
    DrawRecord, DrawView, DrawsResponse, LotteryResponse, PassedResponse, PoolResponse,
    PostsResponse, SeatsResponse, VolunteerResponse, VolunteersResponse,
};
use crate::juries::ask::{CasesResponse, JuriesResponse, JurorResponse, Service};
use crate::msg::ParametersResponse;

/// `{}`.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Nothing {}

/// A page of a list by number.
#[cw_serde]
#[derive(Copy, Eq, Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct Page {
    /// After this number; from the first if absent.
    pub after: Option<Id>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// What can be asked.
#[cw_serde]
#[derive(QueryResponses)]
#[schemaifier(mute_warnings)]
pub enum QueryMsg {
    // ---- cases and draws, as `mycel_kit::peers::sortition::SortitionQuery`
    /// How a case stands.
    #[returns(Case)]
    Case {
        /// The case.
        id: Id,
    },
    /// Who was drawn.
    #[returns(Drawn)]
    Drawn {
        /// The draw's or case's own name.
        r#ref: String,
    },

    // ---- cases
    /// Cases, by number.
    #[returns(CasesResponse)]
    Cases(Page),
    /// All about a case: its juries, who was called, what they voted.
    #[returns(JuriesResponse)]
    Juries {
        /// The case.
        case: Id,
    },
    /// Which cases wait for a person, for what, and until when.
    #[returns(JurorResponse)]
    Juror {
        /// The person.
        person: Id,
    },

    // ---- draws
    /// trust: since when a draw whose volunteers come by proofs is there.
    #[returns(GateTerm)]
    GateTerm {
        /// The draw's gate.
        gate: Id,
        /// The draw's number.
        term: String,
    },
    /// One draw.
    #[returns(DrawView)]
    Draw {
        /// The draw.
        id: Id,
    },
    /// Draws by number.
    #[returns(DrawsResponse)]
    Draws(Page),
    /// The types of a pool, and everybody's chance.
    #[returns(PoolResponse)]
    Pool {
        /// The draw.
        draw: Id,
    },
    /// Who is in a pool, in the order of its root.
    #[returns(VolunteersResponse)]
    Volunteers {
        /// The draw.
        draw: Id,
        /// type · 2^32 + place of the last row seen.
        after: Option<Id>,
        /// At most so many, 1,024 the default and most.
        limit: Option<u32>,
    },
    /// Whether a person is in a pool.
    #[returns(VolunteerResponse)]
    Volunteer {
        /// The draw.
        draw: Id,
        /// The person.
        person: Id,
    },
    /// What solvers posted.
    #[returns(PostsResponse)]
    Posts {
        /// The draw.
        draw: Id,
        /// After this post.
        after: Option<u32>,
    },
    /// A page of the best lottery, or of a post.
    #[returns(LotteryResponse)]
    Lottery {
        /// The draw.
        draw: Id,
        /// Which post; absent: the best.
        post: Option<u32>,
        /// Which page, from 0.
        page: u32,
    },
    /// Who sits.
    #[returns(SeatsResponse)]
    Seats {
        /// The draw.
        draw: Id,
    },
    /// Who was drawn and does not sit.
    #[returns(PassedResponse)]
    Passed {
        /// The draw.
        draw: Id,
        /// After this one.
        after: Option<u32>,
    },

    // ---- the beacon
    /// Where randomness comes from.
    #[returns(BeaconSource)]
    Beacon(Nothing),
    /// A round that something waits for or waited for.
    #[returns(RoundResponse)]
    Round {
        /// The round.
        round: Id,
    },
    /// Rounds that are waited for.
    #[returns(RoundsResponse)]
    Rounds(Page),

    // ---- what every contract answers
    /// What keeps a member from leaving: a seat on a jury.
    #[returns(OpenItems)]
    OpenItems {
        /// The member's address.
        member: String,
    },
    /// What is kept under a member's number, paged: pools it volunteered for, seats
    /// on panels, juries it sat on and its votes there. What is kept of a matter
    /// names it as well and is told with that: that it was called, spared or
    /// struck, is a party, struck others or appealed (`juries`, `juror`); that it
    /// declined or was passed over (`seats`, `passed`); posts of lotteries
    /// (`posts`); commitments to a round of the beacon (`round`).
    #[returns(ExportResponse)]
    Export {
        /// The member's address.
        member: String,
        /// Where the last page ended, as it said.
        after: Option<String>,
    },
    /// The contract.
    #[returns(About)]
    About(Nothing),
    /// The parameters.
    #[returns(ParametersResponse)]
    Parameters(Nothing),
    /// What must always hold, and whether it does.
    #[returns(Invariants)]
    Invariants(Nothing),
}

/// Answer to `export`: pools first, then seats on panels, then juries.
#[cw_serde]
pub struct ExportResponse {
    /// The person.
    pub person: Id,
    /// Pools and seats.
    pub draws: Vec<DrawRecord>,
    /// Juries.
    pub juries: Vec<Service>,
    /// `after` of the next page; absent on the last.
    pub next: Option<String>,
}
