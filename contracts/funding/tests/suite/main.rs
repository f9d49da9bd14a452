//! The funding contract among real members and credit.
