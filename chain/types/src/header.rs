//! CometBFT headers, parts, commits and their hashes.
