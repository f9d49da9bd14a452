//! The circuits against whoever would cheat them.

mod attacks;
mod binding;
mod broken;
mod cheat;
mod counts;
mod examples;
mod files;
mod mutants;
mod pairs;
mod refusals;
mod story;
