//! Cases before juries that the beacon draws from all members with a say.
//!
//! # The model
//! A client opens a case about parties. Its **size** and **threshold** are the
//! greater of what it asks and what the kind of case needs ([`size`]). The
//! round of the beacon and the members among whom is drawn are fixed at that
//! moment; when the round is known, members are **called** in its order
//! ([`pick`]) and passed over if they may not judge ([`draw`]). Each side
//! **strikes** a fifth, dealt to its parties ([`strike`]); who is left sits, **commits** to a vote
//! and **reveals** it ([`vote`], [`ballot`]). As soon as nothing can change the
//! outcome there is a **verdict** with the hash of its reasons ([`tally`]).
//! Absent jurors are replaced twice; then, and after the deadline, the case
//! **lapses** ([`course`]). Who lost may **appeal** once, to others ([`open`]):
//! a verdict is changed by a verdict only, so where that jury lapses, for want
//! of persons or of time, the first verdict stands.
//! A case of kind `assess` only draws: who was called is the answer, and
//! nobody strikes or votes.
//!
//! ```text
//! open → drawing → striking → committing ⇄ revealing → decided → final
//!           ↑____absent, twice____|____________|           | appeal, once
//!           |______________________________________________|
//! ```
//!
//! # Invariants
//! 1. Votes counted are at most the seats; a verdict met its threshold of all
//!    seats, or no other outcome could any more.
//! 2. No juror is a party or controls one, is related to one when drawn, came
//!    after the case, or holds places on more juries than the parameter says,
//!    than twice as many where too few are free; assessments are counted apart.
//! 3. Nobody sits twice on a jury, nor on both juries of a case, but where too few
//!    are left for an appeal: then fewer than half of the seats are held so.
//! 4. Who is waited for can see it, and what waits moves on without anyone's
//!    leave: every step ends by the jurors' doing or by time.
//!
//! # Limits
//! * Communities below a hundred members: `not yet: a federated community helps
//!   out`. Juries are drawn from whoever may judge; where they are too few the
//!   case lapses. A development network may lower sizes (`jury_cap`).
//! * The order of all members is public once the beacon is known. It cannot be
//!   chosen, but until the drawing is done, in that block or the next ones, a
//!   party may still take somebody off the jury by becoming related to it, as
//!   by vouching for it.
//! * Who reveals last has seen the others' votes, and may not reveal: that
//!   loses the seat, and the replacement votes knowingly.
//!
//! # Cost
//! Among n members, with p parties, a jury of k seats calls c = k + 2⌊k/5⌋
//! persons. Each takes 3 + p units of work of some 10,000 gas (a call, whether
//! it has a say, each relation, its place); who is passed over takes 1 to 2 + p.
//! n enters only through how many are passed over; who was busy may be looked at
//! twice. 23 among 10,000: 1.7
//! million gas with two parties, 6.3 with eleven; a call of the most, 1,000
//! units, stays below 20 million (`tests/gas-juries.txt`).
//!
//! # Map
//! [`record`] what is kept · [`matter`] a case at work · [`party`] whose matter
//! it is · [`show`], [`ask`] answers · [`invariants`] · [`error`].

pub mod ask;
pub mod ballot;
pub mod course;
pub mod draw;
pub mod error;
pub mod invariants;
pub mod matter;
pub mod open;
pub mod party;
pub mod pick;
pub mod record;
pub mod show;
pub mod size;
pub mod strike;
pub mod tally;
pub mod vote;

pub use course::work;
pub use error::JuryError;
pub use open::{appeal, decided, open};
pub use show::{case, cases, drawn, export, juries, juror, open_items};
pub use strike::strike;
pub use vote::{commit, recuse, reveal};
