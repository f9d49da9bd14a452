//! Set-up, build, test and the town: the two commands of the README.
fn main() {}
