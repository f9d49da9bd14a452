//! Transactions, decoded strictly in one walk.
