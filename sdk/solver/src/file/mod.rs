//! Instances and certificates as files, so that anyone can write a checker.
//!
//! | form | instance | certificate |
//! |---|---|---|
//! | clearing | text: `debtor creditor amount [weight]` a line, amounts with up to 6 decimals ([`debts`]) | JSON `{"kind": "clearing", "scale": 1000000, "flow": […], "potential": {name: …}, "cleared", "total", "gap"}` |
//! | allocation | DIMACS minimum-cost flow ([`dimacs`]), or JSON `{"kind": "flow", "supplies": […], "edges": [[tail, head, capacity, cost], …]}` | JSON `{"kind": "flow", "flow": […], "potential": {node: …}, "cost", "gap"}` |
//! | assignment | DIMACS assignment ([`dimacs`]) | JSON `{"kind": "assignment", "match": {row: column}, "price": {node: …}, "cost", "gap"}` |
//! | stable matching | text: `p stable NODES PAIRS`, `a LEFT RIGHT LEFT_RANK RIGHT_RANK` ([`pairs`]) | JSON `{"kind": "stable", "match": {right: left}, "ranks", "gap"}` |
//!
//! Flows stand in the order of the instance's lines; nodes are named as the instance names them (DIMACS counts from
//! 1). With `reduced = cost + π(tail) − π(head)`, where clearing costs −weight and its tail is the debtor, an edge that
//! is not full has reduced ≥ 0, one that is not empty has reduced ≤ 0. Integers over 2^53 are strings ([`number`]).
//!
//! The same in borsh ([`binary`]): shorter, and read without a parser.
pub mod binary;
pub mod certificate;
pub mod debts;
pub mod dimacs;
pub mod json;
pub mod number;
pub mod pairs;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A line that cannot be read.
    #[error("line={line}: {story}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        story: String,
    },
    /// The file as a whole.
    #[error("{0}")]
    Whole(String),
    /// The instance it describes.
    #[error(transparent)]
    Instance(#[from] crate::Error),
    /// The assignment it describes.
    #[error(transparent)]
    Assignment(#[from] crate::assignment::AssignmentError),
}

pub(crate) fn bad<T>(line: usize, story: impl Into<String>) -> Result<T, FileError> {
    Err(FileError::Line {
        line,
        story: story.into(),
    })
}
