//! Arguments that several functions have in common: a ticket, as a row of any type or as jsonb, and what it is judged by.

pub mod evaluation;
pub mod row;
