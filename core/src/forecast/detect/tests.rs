use super::*;
use crate::forecast::normal::Random;

fn noise(seed: i64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..n).map(|_| random.normal()).collect()
}

/// `shape` repeated, with noise of a deviation and a line.
fn made(shape: &[f64], n: usize, deviation: f64, slope: f64) -> Vec<f64> {
    let one =
        |(t, e): (usize, f64)| 100.0 + shape[t % shape.len()] + slope * t as f64 + deviation * e;
    noise(7, n).into_iter().enumerate().map(one).collect()
}

#[test]
fn seasons() {
    let week = [26.0, 24.0, 22.0, 21.0, 20.0, 4.0, 3.0];
    let day: Vec<f64> = (0..24)
        .map(|h| {
            if (9..17).contains(&h) {
                20.0
            } else {
                f64::from(h) / 4.0
            }
        })
        .collect();
    let hours: Vec<f64> = (0..168)
        .map(|h| if h < 120 { day[h % 24] } else { 2.0 })
        .collect();
    let year: Vec<f64> = (0..12)
        .map(|m| 10.0 * libm::sin(f64::from(m) * std::f64::consts::TAU / 12.0))
        .collect();
    for (shape, n, deviation, slope) in [
        (&week[..], 28, 2.0, 0.0),
        (&week, 56, 5.0, 0.5),
        (&day, 24 * 14, 3.0, 0.05),
        (&hours, 168 * 4, 2.0, 0.0),
        (&year, 60, 4.0, 1.0),
        (&[3.0, -3.0], 40, 1.0, 0.1),
    ] {
        let mut y = made(shape, n, deviation, slope);
        assert_eq!(season(&y), shape.len(), "{n} values");
        // In any unit, with a gap and missing values at either end; four weeks are too few for these.
        for (place, value) in y.iter_mut().enumerate() {
            *value *= 1e200;
            if n > 28 && [0, 1, 11, n - 1].contains(&place) {
                *value = f64::NAN;
            }
        }
        assert_eq!(season(&y), shape.len(), "{n} values with gaps");
    }
    // Exact ones, of a few values too.
    assert_eq!(season(&[1.0, 2.0, 3.0].repeat(3)), 3);
    assert_eq!(season(&made(&week, 21, 0.0, 1.0)), 7);
    // The longest, and what is longer; the season of the latest values.
    let wave = |period: usize| (0..period).map(move |t| if t < period / 3 { 9.0 } else { 0.0 });
    let long: Vec<f64> = wave(LONGEST).collect();
    assert_eq!(season(&made(&long, 3 * LONGEST, 0.5, 0.0)), LONGEST);
    let longer: Vec<f64> = wave(LONGEST + 1).collect();
    assert_ne!(season(&made(&longer, 4 * LONGEST, 0.5, 0.0)), LONGEST + 1);
    let change = [made(&day, 2_000, 1.0, 0.0), made(&week, LATEST, 1.0, 0.0)].concat();
    assert_eq!(season(&change), 7);
}

/// A season of two weeks is no multiple of one by chance, and a day among weeks no part of it.
#[test]
fn a_multiple_explains_more() {
    let week = [26.0, 24.0, 22.0, 21.0, 20.0, 4.0, 3.0];
    let multiples = (0..200).filter(|seed| {
        let y: Vec<f64> = noise(*seed, 140)
            .iter()
            .enumerate()
            .map(|(t, e)| week[t % 7] + 6.0 * e)
            .collect();
        season(&y) != 7
    });
    let multiples = multiples.count();
    assert!(multiples <= 10, "{multiples} of 200");
    let fortnight: Vec<f64> = week.iter().copied().chain(week.map(|v| 0.6 * v)).collect();
    assert_eq!(season(&made(&fortnight, 140, 2.0, 0.0)), 14);
}

#[test]
fn nothing_to_find() {
    for none in [
        &[][..],
        &[f64::NAN; 40],
        &[5.0; 40],
        &[0.0; 40],
        &[1.0, 2.0, 1.0, 2.0],
    ] {
        assert_eq!(season(none), 1);
    }
    for slope in [0.1, 1e-9, 1e9] {
        let line: Vec<f64> = (0..100).map(|t| 0.3 + slope * f64::from(t)).collect();
        assert_eq!(season(&line), 1);
    }
    let square: Vec<f64> = (0..100).map(|t| f64::from(t * t)).collect();
    let growth: Vec<f64> = (0..100).map(|t| libm::exp(f64::from(t) / 20.0)).collect();
    let mut jump = vec![3.0; 100];
    jump[60..].fill(9.0);
    let mut one = vec![0.0; 100];
    one[50] = 1.0;
    for none in [square, growth, jump, one] {
        assert_eq!(season(&none), 1, "{none:?}");
    }
}

/// Of 500 seeds each of noise and lengths at most 5 % have a season, of white noise and walks 2 %, of what goes in
/// cycles itself 8 %.
#[test]
fn noise_has_none() {
    type Make = fn(&[f64]) -> Vec<f64>;
    fn sums(e: &[f64]) -> Vec<f64> {
        let sum = |s: &mut f64, v: &f64| {
            *s += v;
            Some(*s)
        };
        e.iter().scan(0.0, sum).collect()
    }
    fn regression(e: &[f64], list: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = Vec::new();
        for v in e {
            let past: f64 = y.iter().rev().zip(list).map(|(y, c)| y * c).sum();
            y.push(v + past);
        }
        y.split_off(e.len() / 5)
    }
    fn average(e: &[f64], list: &[f64]) -> Vec<f64> {
        let one = |w: &[f64]| {
            w[list.len()]
                + w.iter()
                    .rev()
                    .skip(1)
                    .zip(list)
                    .map(|(e, c)| e * c)
                    .sum::<f64>()
        };
        e.windows(list.len() + 1).map(one).collect()
    }
    let kinds: [(&str, f64, Make); 14] = [
        ("white", 0.02, <[f64]>::to_vec),
        ("walk", 0.02, sums),
        ("walk with drift", 0.02, |e| {
            sums(&e.iter().map(|v| v + 0.3).collect::<Vec<_>>())
        }),
        ("AR 0.5", 0.05, |e| regression(e, &[0.5])),
        ("AR 0.9", 0.05, |e| regression(e, &[0.9])),
        ("AR -0.7", 0.05, |e| regression(e, &[-0.7])),
        ("AR 1.2, -0.5", 0.05, |e| regression(e, &[1.2, -0.5])),
        ("AR of cycles of 13", 0.08, |e| regression(e, &[1.6, -0.81])),
        ("MA 0.8", 0.05, |e| average(e, &[0.8])),
        ("MA -0.8", 0.05, |e| average(e, &[-0.8])),
        ("MA of five", 0.05, |e| average(e, &[1.0; 5])),
        ("steps of AR 0.5", 0.05, |e| sums(&regression(e, &[0.5]))),
        ("skewed", 0.05, |e| {
            e.iter().map(|v| libm::exp(*v)).collect()
        }),
        ("rare", 0.05, |e| {
            e.iter().map(|v| libm::floor(v.max(1.0) * 3.0)).collect()
        }),
    ];
    let mut over = Vec::new();
    for (name, most, make) in kinds {
        for n in [24, 60, 120] {
            let found = (0..500).filter(|seed| season(&make(&noise(*seed, n))) > 1);
            let share = found.count() as f64 / 500.0;
            println!("{name} of {n}: {:.1} %", 100.0 * share);
            if share > most {
                over.push((name, n, share));
            }
        }
    }
    assert!(over.is_empty(), "{over:?}");
}

/// A value of F and its normal score: of 1 and 5 % points of tables.
#[test]
fn scores() {
    for (f, more, free, wanted) in [
        (4.351, 1.0, 20.0, 1.645),
        (2.711, 5.0, 20.0, 1.645),
        (2.979, 10.0, 30.0, 2.326),
        (1.0, 50.0, 50.0, 0.0),
    ] {
        let found = score(f, more, free);
        assert!(
            (found - wanted).abs() < 0.03,
            "F({more}, {free}) {f}: {found}"
        );
    }
    assert_eq!(ranks(&[3.0, f64::NAN, 1.0, 3.0])[2..], [0.5, 2.0]);
}

#[test]
fn label() {
    let week = [26.0, 24.0, 22.0, 21.0, 20.0, 4.0, 3.0].repeat(4);
    let chosen = Chosen::of(&week, Method::Auto);
    assert_eq!(chosen.label("theta".to_owned()), "theta (season 7 found)");
    for method in ["naive", "drift", "ses", "holt_damped", "AAN"] {
        let method = Method::parse(method).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(Chosen::of(&week, method), Chosen::given(1));
    }
    assert_eq!(Chosen::given(7).label("theta".to_owned()), "theta");
}
