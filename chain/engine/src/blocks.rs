//! Under construction.
/// Why the block store cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum BlocksError {
    /// The database failed.
    #[error("block store: {0}")]
    Database(String),
}
