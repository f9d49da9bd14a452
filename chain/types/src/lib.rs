//! Blocks, transactions, keys, codes and the Application trait of the Mycel chain.
