//! Keys, transactions, typed queries and proof checking.
