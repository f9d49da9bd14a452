//! Hosts driven by a network of a few lines: votes are counted here, everything else is real.
mod hostile;
mod net;
mod pacing;
mod restart;
mod rounds;
mod sync;
