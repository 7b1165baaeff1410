//! The tests that need no Postgres: the pure rooms' own, laws over random input, tables of facts, other tools' figures.
//!
//! The library is a cdylib, which nothing can link, so this crate compiles the pure rooms itself, and is the only one
//! that does: `[lib]` has `test = false`, and there is no test crate beside it. The rooms call each other
//! `crate::hours`, so the root imports them all.

mod business_day_targets;
mod forecast_calls;
mod forecast_laws;
mod forecast_m3;
mod forecast_m4;
mod forecast_vectors;
mod laws;
mod ledger_laws;
mod mining_laws;
mod selector_laws;
mod support;
mod ticket_laws;
mod transition_laws;
mod vectors;

#[allow(unused_imports)]
use support::slaops::*;
