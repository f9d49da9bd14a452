//! Mutual credit with demurrage, exactly zero-sum.
