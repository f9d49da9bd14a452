//! The shapes of answers about draws ([`show`](super::show)).

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Binary;
use mycel_kit::peers::sortition::{Feature, Quota};
use mycel_kit::{Id, Seconds};

/// Answer to `draw`.
#[cw_serde]
pub struct DrawView {
    /// Its number.
    pub draw: Id,
    /// The requester's own name for it.
    pub r#ref: String,
    /// Who asked.
    pub client: String,
    /// `open`, `freezing`, `solving`, `awaiting`, `seating`, `seated`, `done`, `lapsing`, `lapsed`.
    pub stage: String,
    /// Seats.
    pub size: u16,
    /// What volunteers tell of themselves.
    pub features: Vec<Feature>,
    /// How many of a kind must and may sit.
    pub quotas: Vec<Quota>,
    /// When it was opened.
    pub opened: Seconds,
    /// Until when volunteers may come; longer while they are too few.
    pub until: Seconds,
    /// When it lapses if nobody could freeze it.
    pub give_up: Seconds,
    /// The gate of trust whose proofs volunteers come by; absent: by address.
    pub gate: Option<Id>,
    /// Volunteers.
    pub persons: u32,
    /// Volunteers that the freeze left out: barred, or at rest.
    pub left_out: u32,
    /// Which quota fell short; why it lapsed.
    pub short: Option<String>,
    /// What solvers need, once it is frozen.
    pub lottery: Option<LotteryView>,
    /// The acceptance and the beacon's round.
    pub accepted: Option<AcceptedView>,
    /// Until when who was drawn may decline.
    pub decline_until: Option<Seconds>,
    /// When it ended.
    pub ended: Option<Seconds>,
}

/// The frozen pool's lottery.
#[cw_serde]
pub struct LotteryView {
    /// When the pool was frozen.
    pub frozen: Seconds,
    /// The height as of which volunteers' standing was read.
    pub height: Id,
    /// The pool's root.
    pub root: String,
    /// m.
    pub panels: u32,
    /// ε·m: 2, or 8 from the second try on.
    pub tolerance: u8,
    /// How often solvers were asked.
    pub tries: u32,
    /// Until when they commit.
    pub commit_until: Seconds,
    /// Until when they post.
    pub deadline: Seconds,
    /// Commitments in all tries.
    pub posts: u32,
    /// The best so far.
    pub best: Option<BestView>,
}

/// The best lottery so far.
#[cw_serde]
pub struct BestView {
    /// Whose post.
    pub post: u32,
    /// Persons that its levels settle.
    pub settled: u32,
    /// How much those who know each other gain by it: less is better.
    pub pair_term: String,
    /// The least chance of anyone.
    pub least: Ratio,
    /// What that is at most in any lottery.
    pub bound: Ratio,
}

/// An exact fraction.
#[cw_serde]
pub struct Ratio {
    /// Above the line.
    pub numerator: String,
    /// Below it.
    pub denominator: String,
}

/// The acceptance.
#[cw_serde]
pub struct AcceptedView {
    /// When.
    pub at: Seconds,
    /// The beacon's round, fixed then.
    pub round: Id,
    /// When that round is.
    pub round_time: Seconds,
    /// When the draw lapses if nobody has brought the round.
    pub until: Seconds,
    /// What the beacon said, hexadecimal.
    pub value: Option<String>,
    /// The index drawn.
    pub index: Option<u32>,
}

/// Answer to `draws`.
#[cw_serde]
pub struct DrawsResponse {
    /// Draws by number, ascending.
    pub draws: Vec<DrawView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Answer to `pool`.
#[cw_serde]
pub struct PoolResponse {
    /// Types with persons; their numbers are their places here.
    pub types: Vec<TypeView>,
    /// Whether the pool is frozen: before, numbers can change.
    pub frozen: bool,
    /// m, once there is a best lottery.
    pub panels: u32,
}

/// Volunteers that tell the same of themselves.
#[cw_serde]
pub struct TypeView {
    /// The value of each feature.
    pub values: Vec<String>,
    /// Persons.
    pub count: u32,
    /// Seats over all panels of the best lottery: everybody's chance is seats / (m · count).
    pub seats: Option<Id>,
}

/// Answer to `volunteers`.
#[cw_serde]
pub struct VolunteersResponse {
    /// Rows in the order of the root.
    pub rows: Vec<Row>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// A volunteer.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Row {
    /// The type.
    pub r#type: u16,
    /// The place in it.
    pub index: u32,
    /// The person.
    pub person: Id,
}

/// Answer to `volunteer`.
#[cw_serde]
pub struct VolunteerResponse {
    /// The value of each feature; absent: not in the pool.
    pub values: Option<Vec<String>>,
    /// How often the person sat running, as of now.
    pub run: u32,
    /// From when it may sit again, if not now.
    pub rests_until: Option<Seconds>,
}

/// Answer to `posts`.
#[cw_serde]
pub struct PostsResponse {
    /// Posts, ascending.
    pub posts: Vec<PostView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// A solver's post.
#[cw_serde]
pub struct PostView {
    /// Its number.
    pub post: u32,
    /// The solver.
    pub solver: String,
    /// Whose key that is.
    pub person: Id,
    /// What it committed to.
    pub hash: String,
    /// Pages in all.
    pub pages: u32,
    /// Pages that are here.
    pub here: u32,
    /// `awaited`, `complete`, `refused`, `best`, `surpassed`.
    pub fate: String,
    /// Why it was refused.
    pub why: Option<String>,
}

/// Answer to `lottery`.
#[cw_serde]
pub struct LotteryResponse {
    /// Whose it is.
    pub post: u32,
    /// Pages in all.
    pub pages: u32,
    /// The page's bytes.
    pub data: Binary,
}

/// Answer to `seats`.
#[cw_serde]
pub struct SeatsResponse {
    /// The panel's place among the lottery's different panels.
    pub panel: u32,
    /// All seats, in order.
    pub seats: Vec<SeatView>,
}

/// A seat.
#[cw_serde]
pub struct SeatView {
    /// The type.
    pub r#type: u16,
    /// The place in it.
    pub index: u32,
    /// Who sits; absent: nobody, or nobody yet.
    pub person: Option<Id>,
    /// Whether somebody is still to be drawn for it.
    pub pending: bool,
}

/// Answer to `passed`.
#[cw_serde]
pub struct PassedResponse {
    /// Who was drawn and does not sit, in order.
    pub passed: Vec<PassedView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// Somebody who was drawn and does not sit.
#[cw_serde]
pub struct PassedView {
    /// Its number.
    pub n: u32,
    /// Which seat.
    pub seat: u16,
    /// The type.
    pub r#type: u16,
    /// The place in it.
    pub index: u32,
    /// Who.
    pub person: Id,
    /// `barred`, `rests`, `declined`.
    pub why: String,
    /// When.
    pub at: Seconds,
}

/// What draws hold about a member.
#[cw_serde]
pub enum DrawRecord {
    /// A pool that it is or was in.
    Volunteer {
        /// The draw.
        draw: Id,
        /// The draw's name.
        r#ref: String,
        /// The value of each feature.
        values: Vec<String>,
    },
    /// A seat that it has or had.
    Sat {
        /// The draw.
        draw: Id,
        /// When it was given.
        at: Seconds,
        /// The how-many-th running.
        run: u32,
    },
}
