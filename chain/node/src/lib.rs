//! Wires a node together: configuration, start and stop.
