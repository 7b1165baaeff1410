use super::*;
use proptest::prelude::*;

pub fn near(found: f64, expected: f64, by: f64) -> bool {
    (found - expected).abs() <= by * expected.abs()
}

/// Computed with 60 digits.
#[test]
fn large_queues() {
    let b = [
        (0.5, 1, 1.0 / 3.0),
        (20.0, 30, 0.008_457_498_340_194_704),
        (10_000.0, 10_000, 0.007_936_563_248_805_671),
        (999_000.0, 1_000_000, 0.000_287_421_375_776_871_7),
    ];
    for (a, n, expected) in b {
        assert!(near(erlang_b(a, n), expected, 1e-12), "B({a}, {n})");
    }
    let c = [
        (0.5, 1, 0.5),
        (20.0, 30, 0.024_950_458_104_571_097),
        (9_900.0, 10_000, 0.222_776_928_864_148_24),
        (9_999.0, 10_000, 0.987_556_252_434_485_9),
        (999_000.0, 1_000_000, 0.223_303_390_291_344_09),
    ];
    for (a, n, expected) in c {
        assert!(near(erlang_c(a, n), expected, 1e-10), "C({a}, {n})");
    }
}

/// Calls an hour, handling time, agents, patience, threshold; wait, abandonment, mean wait, service level,
/// computed with 60 digits.
#[test]
fn queues_that_people_leave() {
    let cases = [
        (
            200_000.0,
            180.0,
            10_000,
            300.0,
            20.0,
            [
                0.564_668_407_925_308,
                0.003_482_677_202_597_65,
                1.044_803_160_779_29,
                0.996_517_322_797_402,
            ],
        ),
        (
            210_000.0,
            180.0,
            10_000,
            300.0,
            20.0,
            [
                0.999_999_999_895_944,
                0.047_619_047_619_241_4,
                14.285_714_285_772_4,
                0.942_332_903_289_957,
            ],
        ),
        (400_000.0, 180.0, 10_000, 180.0, 20.0, [1.0, 0.5, 90.0, 0.0]),
        (
            100.0,
            180.0,
            3,
            2.0,
            1.0,
            [
                0.543_035_850_730_406,
                0.525_973_900_609_456,
                1.051_947_801_218_91,
                0.463_735_686_552_208,
            ],
        ),
        (
            100.0,
            180.0,
            5,
            1.8e7,
            20.0,
            [
                0.997_176_377_875_074,
                0.001_124_769_807_570_92,
                20_245.856_536_276_6,
                0.003_448_493_828_805,
            ],
        ),
        (
            100.0,
            180.0,
            6,
            1.8e6,
            20.0,
            [
                0.587_395_437_891_878,
                5.867_510_055_618_68e-5,
                105.615_181_001_136,
                0.474_405_920_418_246,
            ],
        ),
        (
            60.0,
            600.0,
            1,
            60.0,
            30.0,
            [
                0.961_885_090_924_576,
                0.903_811_490_907_542,
                54.228_689_454_452_5,
                0.056_046_815_344_027_8,
            ],
        ),
        (
            190_000.0,
            180.0,
            10_000,
            1_800.0,
            10.0,
            [
                1.921_302_163_791_67e-7,
                3.813_194_459_853_03e-11,
                6.863_750_027_735_45e-8,
                0.999_999_999_961_868,
            ],
        ),
        (
            100.0,
            180.0,
            30,
            60.0,
            20.0,
            [
                2.781_210_172_647_26e-14,
                2.884_098_138_413_93e-15,
                1.730_458_883_048_36e-13,
                0.999_999_999_999_996,
            ],
        ),
    ];
    for (calls, handle, n, patience, threshold, expected) in cases {
        let queue = Queue::new(calls, handle, n, Some(patience)).expect("in range");
        let found = queue.outcome(threshold).expect("in range");
        let found = [
            found.wait_probability,
            found.abandon_probability,
            found.speed_of_answer,
            found.service_level,
        ];
        for (f, e) in found.into_iter().zip(expected) {
            assert!(
                near(f, e, 1e-9) || (f - e).abs() < 1e-12,
                "{calls} {n} {patience}: {found:?} {expected:?}"
            );
        }
    }
}

#[test]
fn edges() {
    assert_eq!(
        (erlang_b(0.0, 0), erlang_b(0.0, 3), erlang_b(5.0, 0)),
        (1.0, 0.0, 1.0)
    );
    assert_eq!(
        (
            erlang_c(0.0, 0),
            erlang_c(0.0, 3),
            erlang_c(5.0, 5),
            erlang_c(7.0, 5)
        ),
        (1.0, 0.0, 1.0, 1.0)
    );
    let of = |calls, n, patience| {
        Queue::new(calls, 180.0, n, patience)
            .expect("in range")
            .outcome(20.0)
            .expect("in range")
    };
    // More work than agents, nobody leaves: the queue grows for ever.
    let over = of(200.0, 9, None);
    assert_eq!(
        (over.service_level, over.speed_of_answer, over.occupancy),
        (0.0, f64::INFINITY, 1.0)
    );
    // No agents, impatient callers: all leave.
    let none = of(200.0, 0, Some(60.0));
    assert_eq!(
        (
            none.abandon_probability,
            none.service_level,
            none.speed_of_answer
        ),
        (1.0, 0.0, 60.0)
    );
    assert_eq!(of(0.0, 3, Some(60.0)).service_level, 1.0);
    assert_eq!(of(0.0, 3, None).speed_of_answer, 0.0);
    // callcentrehelper.com and the README of pyworkforce.
    let queue = Queue::new(200.0, 180.0, 0, None).expect("in range");
    assert_eq!(queue.required(0.8, 20.0, 0.85, 0.0), Ok(14));
    assert_eq!(queue.required(0.8, 20.0, 0.85, 0.3), Ok(20));
    assert_eq!(queue.required(0.8, 20.0, 1.0, 0.0), Ok(14));
    assert_eq!(queue.required(0.8, 20.0, 0.7, 0.0), Ok(15));
    assert_eq!(
        Queue::new(0.0, 180.0, 0, None)
            .expect("in range")
            .required(0.8, 20.0, 1.0, 0.0),
        Ok(0)
    );
    assert_eq!(
        Queue::new(120.0, 180.0, 0, None)
            .expect("in range")
            .required(0.0, 20.0, 1.0, 0.2),
        Ok(9)
    );
    for bad in [
        Queue::new(-1.0, 180.0, 1, None),
        Queue::new(1.0, 0.0, 1, None),
        Queue::new(1e9, 180.0, 1, None),
        Queue::new(1.0, 180.0, 1, Some(0.0)),
        Queue::new(1.0, 180.0, 1, Some(f64::NAN)),
    ] {
        assert_eq!(
            bad.expect_err("out of range").state,
            crate::error::SqlState::InvalidParameter
        );
    }
    assert!(queue.outcome(-1.0).is_err() && queue.outcome(f64::NAN).is_err());
    let nearly_all = queue.required(0.8, 20.0, 1.0, 1.0 - f64::EPSILON);
    assert!(nearly_all.is_err_and(|e| e.state == SqlState::NumberOutOfRange));
    let instant = Queue::of_load(1e6, 10, 1e-305, 60.0).expect_err("out of range");
    assert!(instant.message.contains("handling time of 1e-305"));
    for (level, occupied, shrunk) in [
        (1.0, 1.0, 0.0),
        (-0.1, 1.0, 0.0),
        (0.8, 0.0, 0.0),
        (0.8, 1.1, 0.0),
        (0.8, 1.0, 1.0),
        (f64::NAN, 1.0, 0.0),
    ] {
        assert!(queue.required(level, 20.0, occupied, shrunk).is_err());
    }
}

/// The stationary states one by one.
fn brute(a: f64, n: u32, handle: f64, patience: f64) -> (f64, f64) {
    let mut weights = vec![1.0];
    for k in 1..4_000u32 {
        let leave = f64::from(k.min(n)) / handle + f64::from(k.saturating_sub(n)) / patience;
        weights.push(weights[k as usize - 1] * a / handle / leave);
    }
    let all: f64 = weights.iter().sum();
    let waiting: f64 = weights.iter().skip(n as usize).sum();
    let queue: f64 = weights
        .iter()
        .enumerate()
        .skip(n as usize)
        .map(|(k, w)| (k as f64 - f64::from(n)) * w)
        .sum();
    (waiting / all, queue / all)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn states_one_by_one(n in 1u32..40, load in 0.05..1.6, patience in 0.1..20.0) {
        let a = load * f64::from(n);
        let queue = Queue::of_load(a, n, 180.0, patience * 180.0).expect("in range");
        let found = queue.outcome(20.0).expect("in range");
        let (wait, length) = brute(a, n, 180.0, patience * 180.0);
        prop_assert!(near(found.wait_probability, wait, 1e-9), "{found:?} {wait}");
        prop_assert!(near(found.queue_length, length, 1e-9), "{found:?} {length}");
    }

    /// More agents, less load, less patience and a later threshold never make it worse.
    #[test]
    fn monotone(n in 0u32..300, load in 0.0..1.5, patience in prop::option::of(0.05..100.0), threshold in 0.0..400.0, more in 0.0..1.0) {
        let of = |load: f64, n: u32, patience: Option<f64>, threshold: f64| {
            Queue::new(load * 20.0, 180.0, n, patience.map(|p| p * 180.0)).expect("in range").outcome(threshold).expect("in range")
        };
        let load = load * f64::from(n.max(1));
        let base = of(load, n, patience, threshold);
        let slack = 1e-9;
        for part in [base.wait_probability, base.abandon_probability, base.occupancy, base.service_level] {
            prop_assert!((0.0..=1.0).contains(&part), "{base:?}");
        }
        prop_assert!(base.speed_of_answer >= 0.0);
        prop_assert!(base.service_level <= 1.0 - base.abandon_probability + slack);
        let staffed = of(load, n + 1, patience, threshold);
        prop_assert!(staffed.service_level >= base.service_level - slack);
        prop_assert!(staffed.wait_probability <= base.wait_probability + slack);
        prop_assert!(staffed.abandon_probability <= base.abandon_probability + slack);
        prop_assert!(staffed.speed_of_answer <= base.speed_of_answer * (1.0 + slack) + slack);
        let busier = of(load + more, n, patience, threshold);
        prop_assert!(busier.service_level <= base.service_level + slack);
        prop_assert!(busier.wait_probability >= base.wait_probability - slack);
        let later = of(load, n, patience, threshold + more * 100.0);
        prop_assert!(later.service_level >= base.service_level - slack);
        if let Some(p) = patience {
            let hasty = of(load, n, Some(p / (1.0 + more)), threshold);
            prop_assert!(hasty.abandon_probability >= base.abandon_probability - slack);
            prop_assert!(hasty.wait_probability <= base.wait_probability + slack);
            prop_assert!(base.wait_probability <= of(load, n, None, threshold).wait_probability + slack);
        }
        // B <= C, and B falls with agents.
        let a = load * 20.0 * 180.0 / 3_600.0;
        prop_assert!(erlang_b(a, n) <= erlang_c(a, n) + slack);
        prop_assert!(erlang_b(a, n + 1) <= erlang_b(a, n));
    }

    /// The agents required are enough, and one fewer is not.
    #[test]
    fn required_is_least(calls in 0.1..3_000.0, handle in 10.0..600.0, level in 0.0..0.999, threshold in 0.0..300.0, occupied in 0.3..1.0, patience in prop::option::of(5.0..2_000.0)) {
        let queue = |n| Queue::new(calls, handle, n, patience).expect("in range");
        let n = queue(0).required(level, threshold, occupied, 0.0).expect("in range");
        let enough = |n: u32| {
            let found = queue(n).outcome(threshold).expect("in range");
            n > 0 && found.service_level >= level && found.occupancy <= occupied && (patience.is_some() || found.speed_of_answer.is_finite())
        };
        prop_assert!(enough(n as u32));
        prop_assert!(!enough(n as u32 - 1));
        let paid = queue(0).required(level, threshold, occupied, 0.3).expect("in range");
        prop_assert!(paid as f64 * 0.7 >= n as f64 - 1e-6 && (paid - 1) as f64 * 0.7 < n as f64);
    }
}
