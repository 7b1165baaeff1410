//! Tests inside a server, of what SQL cannot reach.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    #[pg_test]
    fn an_empty_test() {}
}
