//! Exact mathematics and the habits every Mycel contract shares.
