//! Resources flow to need: a market for each resource in each scale.
//!
//! # The model
//! Persons post what they can spare (lowest price or gift, quantity, until
//! when) or what they lack (most price, quantity, class). Links between them
//! carry distance, trust resistance and capacity. A round fixes a minimum-cost
//! flow over node 0 (where surplus comes from and unmet need goes to) and one
//! node a person:
//!
//! | arc | capacity | cost |
//! |---|---|---|
//! | 0 → who offers | the quantity | the lowest price |
//! | link, three parallel arcs | a third of what is open each | distance · friction + resistance, rising by half from arc to arc |
//! | 0 → who needs (slack) | the quantity | the penalty of its class |
//!
//! Slack makes every round feasible; its price is the class's alone, so a
//! need that is shouted louder gains nothing, and quantities are capped per
//! member and epoch, over all scales of a resource together ([`market`]). Where a link ends at somebody in need, one supplier
//! carries at most its share of that need.
//!
//! The certificate is the same as for clearing. π(v) − π(0) is what one more
//! unit at `v` would cost: the local scarcity price. The price of a delivery
//! is that, clamped between the offer's and the need's.
//!
//! Flows on links become promises ([`trades`]): both sides accept within a
//! time or it returns; both report; the link's resistance follows what was
//! fulfilled; what has a price becomes an obligation. A link widens with use
//! and thins without, down to a tenth, and never closes ([`settle`]) unless
//! an end takes it back ([`links`]). What a scale cannot match goes up to the
//! next ([`market::upward`]). What is void makes room ([`room`]).
//!
//! # One unit a side
//! Mentors, tools, beds: in a market of kind `assignment` or `stable`
//! everybody has one unit and a list of whom it would have ([`choices`]); two
//! who are on each other's lists, and whose prices meet, are a pair. There
//! are no links; [`pairs`] builds the graph, and all else is as above.
//! * An **assignment** is the flow problem again: 0 → who offers (1, lowest
//!   price), pair (1, cost), 0 → who needs (1, penalty of its class). Its
//!   certificate is the matching with its duals, its gap the same gap.
//! * In a **stable** matching no pair would rather have each other than whom
//!   they have. The graph is the pairs alone, with the rank that each is to
//!   the other among those it can be matched with; the certificate is the
//!   matching (potentials are 0), checked by
//!   [`mycel_kit::flow::matching::Progress`]. Several may be stable: the one
//!   with the least sum of ranks of those in need wins, a later one only if
//!   it is better. The least of all is the best for everybody in need at
//!   once; its gap is 0, and it ends the round.
//!
//! # Storage
//! | key | record |
//! |---|---|
//! | `M` ‖ market | [`Market`] |
//! | `O` ‖ market ‖ person | [`Offer`] |
//! | `D` ‖ market ‖ person | [`Need`] |
//! | `L` ‖ market ‖ from ‖ to | [`Link`], signed by both |
//! | `W` ‖ market ‖ who signed ‖ other ‖ 1 if who signed sends, else 0 | [`Wish`] that waits for the other |
//! | `H` ‖ market ‖ person | [`Ends`]: how many of either |
//! | `C` ‖ market ‖ person | up to 16 [`choices::Choice`]s, the dearest first |
//! | `G` ‖ market ‖ person | [`Grant`] |
//! | `Q` ‖ topmost market ‖ person | [`Used`], over all scales |
//! | `n` ‖ round | the graph's nodes, [`freeze::Node`] each |
//! | `A` ‖ round ‖ page | its arcs, 128 a page, 25 bytes each |
//! | `B` ‖ round | [`freeze::Build`] while it is being built |
//! | `P` ‖ promise | [`trades::Promise`] |
//! | `R` ‖ person ‖ promise | one byte |

pub mod choices;
pub mod freeze;
pub mod links;
pub mod market;
pub mod pairs;
pub mod room;
pub mod settle;
pub mod trades;

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::{Amount, Key};

use crate::msg::MarketKind;

/// Classes of need.
pub const CLASSES: usize = 4;
/// Greatest quantity of anything.
pub const MAX_QUANTITY: u64 = 1 << 40;
/// Greatest price, in a market's units of cost.
pub const MAX_PRICE: u32 = 1 << 18;
/// Greatest penalty of unmet need.
pub const MAX_PENALTY: u32 = 1 << 20;
/// Greatest cost of a link's first arc.
pub const MAX_LINK_COST: u64 = 1 << 18;
/// Most offers and most needs of a market.
pub const MAX_POSTED: u32 = 1_024;
/// Most links of a market.
pub const MAX_LINKS: u32 = 8_192;
/// Most links of a person in a market, to it and from it.
pub const MAX_LINKS_EACH: u16 = 512;
/// Most links that a person has signed alone in a market.
pub const MAX_WAITING: u16 = 64;

/// One resource in one scale.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Market {
    /// E.g. `neighbourhood/baixa`.
    pub scale: String,
    /// E.g. `food`.
    pub resource: String,
    /// Where the remainder goes.
    pub parent: Option<u32>,
    /// Pico-credits of one unit of cost.
    pub price_unit: Amount,
    /// Cost of a unit of distance.
    pub friction: u32,
    /// Trust resistance of a new link.
    pub resistance: u32,
    /// What a unit of unmet need costs, by class.
    pub penalties: [u32; CLASSES],
    /// What one link may carry of a need, in 1/10,000.
    pub share_bps: u16,
    /// Most need without a grant per member and epoch.
    pub need_cap: u64,
    /// Length of an epoch.
    pub epoch_seconds: u64,
    /// A promise not accepted by then returns.
    pub accept_seconds: u64,
    /// A promise not reported by then is judged by what was.
    pub deliver_seconds: u64,
    /// Until when links stand open as wide as they can.
    pub shock_until: u64,
    /// The round that runs.
    pub active: Option<u64>,
    /// The round before.
    pub last: Option<u64>,
    /// How many offers.
    pub offers: u32,
    /// How many needs.
    pub needs: u32,
    /// How many links.
    pub links: u32,
    /// How offers and needs are matched.
    pub kind: MarketKind,
}

/// What somebody can spare; 0: passes on what others send.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Offer {
    /// How much is left.
    pub quantity: u64,
    /// Lowest price a unit; 0 for a gift.
    pub price: u32,
    /// Asks nothing, whatever it would fetch.
    pub gift: bool,
    /// Void from then on.
    pub expires: u64,
    /// Whether the remainder may go up.
    pub upward: bool,
}

/// What somebody lacks.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Need {
    /// How much is still lacking.
    pub quantity: u64,
    /// Most price a unit.
    pub price: u32,
    /// Class of priority; above 0 by grant only.
    pub class: u8,
    /// Void from then on.
    pub expires: u64,
    /// Whether the remainder may go up.
    pub upward: bool,
}

/// A way from one person to another.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Link {
    /// In the market's units.
    pub distance: u32,
    /// At its widest.
    pub capacity: u64,
    /// As it stands open.
    pub open: u64,
    /// Trust resistance: follows fulfilment.
    pub resistance: u32,
}

/// Terms of a link that one end has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Wish {
    /// In the market's units.
    pub distance: u32,
    /// At its widest.
    pub capacity: u64,
}

/// How many links somebody has in a market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ends {
    /// Signed by this person alone.
    pub waiting: u16,
    /// Signed by both, to and from.
    pub links: u16,
}

/// A class of priority for somebody's need, by decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Grant {
    /// The class.
    pub class: u8,
    /// Most quantity per epoch.
    pub quantity: u64,
    /// Void from then on.
    pub until: u64,
}

/// What somebody has asked for in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Used {
    /// Which epoch.
    pub epoch: u64,
    /// How much.
    pub quantity: u64,
}

/// A market.
#[must_use]
pub fn market_key(market: u32) -> Key<Market> {
    Key::new(b'M', &market.to_be_bytes())
}

/// An offer.
#[must_use]
pub fn offer_key(market: u32, person: u32) -> Key<Offer> {
    Key::new(b'O', &join(market, person))
}

/// A need.
#[must_use]
pub fn need_key(market: u32, person: u32) -> Key<Need> {
    Key::new(b'D', &join(market, person))
}

/// A link.
#[must_use]
pub fn link_key(market: u32, from: u32, to: u32) -> Key<Link> {
    let mut rest = join(market, from).to_vec();
    rest.extend_from_slice(&to.to_be_bytes());
    Key::new(b'L', &rest)
}

/// What one end has signed, the other not.
#[must_use]
pub fn wish_key(market: u32, person: u32, other: u32, outward: bool) -> Key<Wish> {
    let mut rest = join(market, person).to_vec();
    rest.extend_from_slice(&other.to_be_bytes());
    rest.push(u8::from(outward));
    Key::new(b'W', &rest)
}

/// How many links somebody has.
#[must_use]
pub fn ends_key(market: u32, person: u32) -> Key<Ends> {
    Key::new(b'H', &join(market, person))
}

/// A grant.
#[must_use]
pub fn grant_key(market: u32, person: u32) -> Key<Grant> {
    Key::new(b'G', &join(market, person))
}

/// What was asked for, by the topmost scale.
#[must_use]
pub fn used_key(market: u32, person: u32) -> Key<Used> {
    Key::new(b'Q', &join(market, person))
}

/// Whom somebody would have.
#[must_use]
pub fn choices_key(market: u32, person: u32) -> Key<Vec<choices::Choice>> {
    Key::new(b'C', &join(market, person))
}

pub(crate) fn join(a: u32, b: u32) -> [u8; 8] {
    (u64::from(a) << 32 | u64::from(b)).to_be_bytes()
}
