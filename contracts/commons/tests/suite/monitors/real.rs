//! With the real members, credit and sortition.
