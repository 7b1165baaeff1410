//! Values of one step that are refused.

use super::*;

fn of(list: &[(i64, f64)]) -> Vec<Point> {
    let point = |&(quarters, value): &(i64, f64)| Point {
        at: quarters * QUARTER,
        value,
    };
    list.iter().map(point).collect()
}

#[test]
fn doubles_are_refused_where_asked() {
    let rules = Rules {
        step: Some(TimeStep::Days(1)),
        fill: Fill::Auto,
        refuse: true,
    };
    let mut twice = of(&[(5, 3.0), (1, 2.0), (5, 4.0)]);
    assert!(check_single(rules, &mut twice).is_err_and(|e| e.message.contains("has 3 and 4")));
    assert!(check_single(Rules::default(), &mut twice).is_ok());
    // Two instants of one day are seen when days are laid out.
    let mut day = of(&[(1, 2.0), (5, 3.0), (96, 1.0)]);
    assert!(check_single(rules, &mut day).is_ok());
    let found = layout::layout(rules, &day, chrono_tz::Tz::UTC);
    assert!(found.is_err_and(|e| e.message.contains("must have one value")));
    let apart = layout::layout(rules, &of(&[(1, 2.0), (96, 1.0)]), chrono_tz::Tz::UTC);
    assert_eq!(apart.map(|a| a.values), Ok(vec![2.0, 1.0]));
    // Stored, printed and merged.
    let bytes = encode(rules, &day).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(decode(&bytes), Ok((rules, day.clone())));
    assert_eq!(text::parse(&text::print(rules, &day).unwrap()), Ok(bytes));
    let both = merge((rules, day.clone()), (rules, day));
    assert!(both.is_ok_and(|(r, p)| !r.refuse && p[0].value == 4.0));
}
