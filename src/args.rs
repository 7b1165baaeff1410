//! Arguments that several functions read. In go a row of any type or jsonb, the name of a policy set, an instant and a
//! calendar; out come a ticket with the fields that the policies ask about, and the terms by which it is judged. Bad
//! arguments are errors here, before anything is computed.

pub mod evaluation;
pub mod row;
