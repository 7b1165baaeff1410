use super::*;
use proptest::prelude::*;

fn near(a: Option<f64>, b: Option<f64>, by: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= by * (1.0 + b.abs()),
        (a, b) => a == b,
    }
}

/// Scores of each row among the `window` rows before it, sliding.
fn sliding(values: &[Option<f64>], window: usize) -> Vec<(Option<f64>, Option<f64>)> {
    let (mut moving, mut robust) = (Moving::default(), Robust::default());
    let mut found = Vec::new();
    for (i, value) in values.iter().enumerate() {
        if i > window {
            moving.pop().unwrap();
            robust.pop(values[i - window - 1]);
        }
        moving.push(*value).expect("small");
        robust.push(*value).expect("small");
        found.push((moving.score(), robust.score()));
    }
    found
}

fn median(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    if n % 2 == 1 {
        sorted[n / 2]
    } else {
        sorted[n / 2 - 1] / 2.0 + sorted[n / 2] / 2.0
    }
}

/// The definitions, computed directly.
fn brute(before: &[Option<f64>], value: Option<f64>) -> (Option<f64>, Option<f64>) {
    let mut past: Vec<f64> = before.iter().filter_map(|v| real(*v)).collect();
    let Some(value) = real(value) else {
        return (None, None);
    };
    let n = past.len() as f64;
    let mean = past.iter().sum::<f64>() / n;
    let variance = past.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
    let plain = if past.len() < 2 {
        None
    } else if past.iter().all(|v| *v == past[0]) {
        Some(match value.total_cmp(&past[0]) {
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Less => f64::NEG_INFINITY,
            _ => f64::INFINITY,
        })
    } else {
        Some((value - mean) / variance.sqrt())
    };
    if past.len() < 3 {
        return (plain, None);
    }
    past.sort_by(f64::total_cmp);
    let m = median(&past);
    let mut apart: Vec<f64> = past.iter().map(|v| (v - m).abs()).collect();
    apart.sort_by(f64::total_cmp);
    let (mad, mean_apart) = (median(&apart), apart.iter().sum::<f64>() / n);
    let scale = if mad > 0.0 {
        mad / 0.674_489_750_196_081_7
    } else {
        mean_apart * 1.253_314_137_315_500_3
    };
    (
        plain,
        Some(if value == m { 0.0 } else { (value - m) / scale }),
    )
}

#[test]
fn worked_figures() {
    let values = [10.0, 12.0, 8.0, 10.0, 20.0].map(Some);
    let found = sliding(&values, 28);
    assert_eq!(found[0], (None, None));
    assert_eq!(found[1], (None, None));
    // Past 10, 12, 8, 10: mean 10, deviation 1.633; median 10, MAD 1.
    assert!(
        near(found[4].0, Some(10.0 / (8.0_f64 / 3.0).sqrt()), 1e-15),
        "{found:?}"
    );
    assert!(
        near(found[4].1, Some(6.744_897_501_960_817), 1e-15),
        "{found:?}"
    );
    // A past without variation.
    let flat = sliding(&[5.0, 5.0, 5.0, 5.0, 6.0, 4.0].map(Some), 4);
    assert_eq!(
        (flat[3], flat[4]),
        (
            (Some(0.0), Some(0.0)),
            (Some(f64::INFINITY), Some(f64::INFINITY))
        )
    );
    // Three of four the same: by the mean deviation, 0.25 x 1.2533.
    assert!(
        near(
            flat[5].1,
            Some(-1.0 / (0.25 * 1.253_314_137_315_500_3)),
            1e-15
        ),
        "{flat:?}"
    );
    // What does not count.
    let odd = sliding(
        &[
            Some(1.0),
            None,
            Some(2.0),
            Some(f64::NAN),
            Some(3.0),
            Some(f64::INFINITY),
            Some(9.0),
        ],
        6,
    );
    assert_eq!((odd[3], odd[5]), ((None, None), (None, None)));
    assert!(near(odd[6].0, Some(7.0), 1e-15), "{odd:?}");
}

/// A value that has left leaves nothing behind, however large it was.
#[test]
fn nothing_is_left_behind() {
    let mut values = vec![Some(1e17), Some(f64::MAX), Some(-3e200)];
    values.extend((0..40).map(|i| Some(f64::from(i % 3))));
    let found = sliding(&values, 6);
    for i in 10..values.len() {
        assert_eq!(found[i], sliding(&values[i - 6..=i], 6)[6], "{i}");
        assert!(near(
            found[i].0,
            brute(&values[i - 6..i], values[i]).0,
            1e-12
        ));
    }
    // An offset costs no digits: 1e9 + 1, 2, 3.
    let far: Vec<_> = (0..30).map(|i| Some(1e9 + f64::from(i * 7 % 5))).collect();
    let near_zero: Vec<_> = (0..30).map(|i| Some(f64::from(i * 7 % 5))).collect();
    for (a, b) in sliding(&far, 9).into_iter().zip(sliding(&near_zero, 9)) {
        assert!(near(a.0, b.0, 1e-6) && near(a.1, b.1, 1e-12), "{a:?} {b:?}");
    }
}

#[test]
fn a_large_frame_in_blocks() {
    let values: Vec<_> = (0..9_000_u64)
        .map(|i| Some((i * 7_919 % 5_003) as f64))
        .collect();
    let found = sliding(&values, 6_000);
    for i in [0, 1, 2, 3, 4_000, 6_001, 6_002, 7_777, 8_999] {
        let expected = brute(&values[i.max(6_000) - 6_000..i], values[i]);
        assert!(
            near(found[i].0, expected.0, 1e-12) && near(found[i].1, expected.1, 1e-12),
            "{i}: {:?} {expected:?}",
            found[i]
        );
    }
}

#[test]
fn what_is_refused() {
    let long = Series::new(vec![1.0; 8], 1_001, 3);
    assert!(long.is_err_and(|e| e.message.contains("longer than the series")));
    for (season, window) in [(0, 8), (-7, 8), (7, 2), (7, 10_001)] {
        let error = Series::new(vec![1.0], season, window)
            .err()
            .expect("out of range");
        assert!(
            error
                .message
                .contains(&if season < 1 { season } else { window }.to_string()),
            "{error}"
        );
    }
    assert_eq!(
        Series::new(Vec::new(), i32::MAX, 3)
            .expect("in range")
            .count(),
        0
    );
}

/// Squares of tiny distances are 0, which is no past without variation.
#[test]
fn tiny_values() {
    let values: Vec<_> = (0..40).map(|i| Some(1e-200 * f64::from(i % 3))).collect();
    let found = sliding(&values, 6);
    assert!(found.iter().all(|f| f.0.is_none()), "{found:?}");
    assert!(
        found[20..].iter().all(|f| f.1.is_some_and(f64::is_finite)),
        "{found:?}"
    );
    let mut late = values;
    late.extend([1.0, 2.0, 4.0, 8.0].map(Some));
    let found = sliding(&late, 6);
    assert!(
        found[43]
            .0
            .is_some_and(|z| near(Some(z), brute(&late[37..43], late[43]).0, 1e-12))
    );
}

/// Many rows of few values, and of one that most have: the sorted frame keeps to the definitions when its blocks
/// are cut and run empty.
#[test]
fn rows_of_few_values() {
    let hash = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let mostly: Vec<_> = (0..3_000u64)
        .map(|i| match hash(i) % 10 {
            0..=3 => 1e9 + hash(i + 7) as f64 / 1e6,
            _ => 1e9,
        })
        .map(Some)
        .collect();
    let few: Vec<_> = (0..3_000u64)
        .map(|i| Some((hash(i) % 700) as f64 / 10.0))
        .collect();
    for values in [mostly, few] {
        for window in [2_000, 300] {
            let found = sliding(&values, window);
            for i in (0..values.len()).step_by(97) {
                let expected = brute(&values[i.saturating_sub(window)..i], values[i]);
                assert!(
                    near(found[i].1, expected.1, 1e-9),
                    "{i}: {:?} {expected:?}",
                    found[i]
                );
            }
        }
    }
    // Sums of the largest values are infinite, distances are not.
    let large: Vec<_> = [1.0, 1.0, 1.0, 1.0, 0.9].map(|v| Some(v * f64::MAX)).into();
    let found = sliding(&large, 4)[4].1;
    assert_eq!(found, Some(f64::NEG_INFINITY));
    let spread: Vec<_> = [1.0, 1.0, 1.0, 1.0, 0.9, 0.8]
        .map(|v| Some(v * f64::MAX))
        .into();
    assert!(near(
        sliding(&spread, 5)[5].1,
        Some(-0.2 / (0.02 * 1.253_314_137_315_500_3)),
        1e-9
    ));
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        6 => (-4i8..5).prop_map(|v| Some(f64::from(v))),
        3 => (-100.0..100.0).prop_map(Some),
        1 => prop_oneof![Just(None), Just(Some(f64::NAN)), Just(Some(f64::INFINITY)), Just(Some(-0.0))],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn sliding_is_working_out_anew(values in prop::collection::vec(value(), 0..80), window in 1usize..30) {
        let found = sliding(&values, window);
        let mut forward = Forward::default();
        for (i, value) in values.iter().enumerate() {
            let expected = brute(&values[i.saturating_sub(window)..i], *value);
            prop_assert!(near(found[i].0, expected.0, 1e-9), "{i}: {:?} {expected:?}", found[i]);
            prop_assert!(near(found[i].1, expected.1, 1e-9), "{i}: {:?} {expected:?}", found[i]);
            forward.push(*value);
            prop_assert!(near(forward.score(), brute(&values[..i], *value).0, 1e-9));
        }
    }

    /// Frames of any shape: rows come and go in any order of calls.
    #[test]
    fn frames_of_any_shape(values in prop::collection::vec(value(), 1..60), leave in prop::collection::vec(0usize..3, 60)) {
        let (mut moving, mut robust, mut first) = (Moving::default(), Robust::default(), 0);
        for (i, value) in values.iter().enumerate() {
            moving.push(*value).expect("small");
            robust.push(*value).expect("small");
            for _ in 0..leave[i] {
                if first <= i {
                    moving.pop().unwrap();
                    robust.pop(values[first]);
                    first += 1;
                }
            }
            let expected = if first <= i { brute(&values[first..i], *value) } else { (None, None) };
            prop_assert!(near(moving.score(), expected.0, 1e-9), "{i} from {first}");
            prop_assert!(near(robust.score(), expected.1, 1e-9), "{i} from {first}");
        }
    }

    #[test]
    fn seasons(values in prop::collection::vec(value(), 0..90), season in 1usize..9, window in 3usize..12) {
        let given = values.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
        let points: Vec<_> = Series::new(given, season as i32, window as i32).expect("in range").collect();
        prop_assert_eq!(points.len(), values.len());
        for (i, point) in points.into_iter().enumerate() {
            let before: Vec<_> = (1..=window).filter_map(|k| i.checked_sub(k * season)).map(|j| values[j]).rev().collect();
            let expected = brute(&before, values[i]);
            prop_assert!(near(point.z, expected.0, 1e-9) && near(point.robust_z, expected.1, 1e-9), "{i}: {point:?} {expected:?}");
            let mut past: Vec<f64> = before.iter().filter_map(|v| real(*v)).collect();
            past.sort_by(f64::total_cmp);
            prop_assert_eq!(point.expected, (!past.is_empty()).then(|| median(&past)));
        }
    }
}
