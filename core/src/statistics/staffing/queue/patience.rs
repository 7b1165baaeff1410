//! Sums over the states of a queue as integrals, for queues whose sums are long: many agents, long patience.
//!
//! With a = agents * patience / handling time and x = load * patience / handling time, the sum over k of
//! x^k / ((a+1) ... (a+k)) is a times the integral over w from 0 of exp(-a w + x (1 - e^-w)); what an age of t
//! patiences and more adds is that from t on. The exponent is concave, so a peak and its slopes are all there is,
//! and no term is negative. w is a wait in patiences.

/// Where the exponent is this far below its peak the integrand counts as 0: e^-48 is 1e-21.
const DEEP: f64 = 48.0;
/// Panels a slope. Over one of them the logarithm falls by some 2, for which ten points give all digits.
const PANELS: u32 = 24;

/// Half of the ten points of Gauss and Legendre, and their weights.
const POINTS: [(f64, f64); 5] = [
    (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

/// e^-w - 1 + w without its canceling digits.
fn bend(w: f64) -> f64 {
    if w.abs() > 0.5 {
        return libm::expm1(-w) + w;
    }
    // w^2 / 2 - w^3 / 6 + ...
    let (mut term, mut sum, mut k) = (w * w / 2.0, 0.0, 2.0);
    while sum + term != sum {
        sum += term;
        k += 1.0;
        term *= -w / k;
    }
    sum
}

/// d - ln(1 + d) for d from 0.
fn lag(d: f64) -> f64 {
    if d > 0.1 {
        return d - libm::log1p(d);
    }
    // d^2 / 2 - d^3 / 3 + ...
    let (mut power, mut sum, mut k) = (d * d, 0.0, 2.0);
    loop {
        let more = sum + power / k;
        if more == sum {
            return sum;
        }
        (sum, power, k) = (more, power * -d, k + 1.0);
    }
}

/// The integrand exp(-a w + x (1 - e^-w)).
pub struct Waits {
    a: f64,
    x: f64,
    /// a - x, from what has more digits of it.
    free: f64,
    /// Where the peak is.
    peak: f64,
    /// The exponent at the peak.
    pub scale: f64,
}

/// Integrals divided by exp of the scale: of the integrand, and times x (1 - e^-w) and x e^-w.
#[derive(Clone, Copy, Debug, Default)]
pub struct Integrals {
    pub plain: f64,
    pub queue: f64,
    pub served: f64,
}

impl Waits {
    /// `times` is the patience in handling times.
    pub fn new(agents: f64, load: f64, times: f64) -> Self {
        let (a, x, free) = (agents * times, load * times, (agents - load) * times);
        let over = (load - agents) / agents;
        let (peak, scale) = if over > 0.0 {
            (libm::log1p(over), a * lag(over))
        } else {
            (0.0, 0.0)
        };
        Self {
            a,
            x,
            free,
            peak,
            scale,
        }
    }

    /// How far the exponent at w is below that at the peak.
    fn depth(&self, w: f64) -> f64 {
        if self.peak > 0.0 {
            self.a * bend(w - self.peak)
        } else {
            self.free * w + self.x * bend(w)
        }
    }

    /// Integrals from `start` on.
    pub fn from(&self, start: f64) -> Integrals {
        let top = self.peak.max(start);
        let base = self.depth(top);
        let mut sum = Integrals::default();
        // The integrand counts as 0 there; a start at infinity would give NaN.
        if base.is_nan() || base > 1e4 {
            return sum;
        }
        let right = self.reach(top, base, 1.0);
        self.add(&mut sum, top, right);
        if top > start {
            let left = self.reach(top, base, -1.0).max(start);
            self.add(&mut sum, left, top);
        }
        sum
    }

    /// The point on one side of the peak from which the integrand counts as 0.
    fn reach(&self, top: f64, base: f64, side: f64) -> f64 {
        let deep = |step: f64| self.depth(top + side * step) - base > DEEP;
        let mut step = 1.0;
        while !deep(step) && step < f64::MAX / 4.0 {
            step *= 2.0;
        }
        while deep(step / 2.0) && step > f64::MIN_POSITIVE {
            step /= 2.0;
        }
        top + side * step
    }

    fn add(&self, sum: &mut Integrals, from: f64, to: f64) {
        let half = (to - from) / f64::from(2 * PANELS);
        for panel in 0..PANELS {
            let middle = from + half * f64::from(2 * panel + 1);
            for (point, weight) in POINTS {
                for w in [middle - point * half, middle + point * half] {
                    let part = weight * half * libm::exp(-self.depth(w));
                    sum.plain += part;
                    sum.queue += part * self.x * -libm::expm1(-w);
                    sum.served += part * self.x * libm::exp(-w);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::near;
    use super::super::{Queue, erlang_b};
    use crate::error::SqlState;
    use proptest::prelude::*;

    /// Handling times near nothing, and thresholds that are endless beside them.
    #[test]
    fn next_to_no_work() {
        for handle in [5e-324, 1e-300, 1e-100, 1e-9] {
            for (calls, threshold) in [(0.5, 3.0), (1e6, f64::MAX), (1e-300, f64::INFINITY)] {
                let queue = Queue::new(calls, handle, 1, Some(3.0)).expect("in range");
                let found = queue.outcome(threshold).expect("in range");
                assert!(
                    found.abandon_probability < 1e-6 && found.service_level > 0.999,
                    "{handle} {found:?}"
                );
                assert!(
                    found.occupancy < 1e-6 && found.queue_length < 1e-6,
                    "{handle} {found:?}"
                );
            }
        }
    }

    /// As many erlangs as agents: the queue grows with the root of the patience, sqrt(2 / pi) of it in the limit. And the
    /// longest patiences that there are.
    #[test]
    fn as_many_as_agents() {
        for patience in [1e12, 1e20, 1e200] {
            let queue = Queue::of_load(10.0, 10, 1.0, patience).expect("in range");
            let found = queue.outcome(20.0).expect("in range");
            let expected = (2.0 / std::f64::consts::PI * 10.0 * patience).sqrt();
            assert!(
                near(found.queue_length, expected, 1e-4),
                "{found:?} {expected}"
            );
        }
        let of = |load: f64, handle: f64, patience: f64| {
            Queue::of_load(load, 10, handle, patience).and_then(|q| q.outcome(0.0))
        };
        for patience in [1e300, 1e305, f64::MAX] {
            let holds = of(5.0, 1.0, patience).expect("in range");
            let endless = of(5.0, 1.0, f64::INFINITY).expect("in range");
            assert!(near(holds.speed_of_answer, endless.speed_of_answer, 1e-13));
            let grows = of(20.0, 100.0, patience).expect("in range");
            assert!(
                near(grows.speed_of_answer, patience / 2.0, 1e-12)
                    && near(grows.abandon_probability, 0.5, 1e-12),
                "{grows:?}"
            );
            assert!(grows.queue_length.is_finite());
        }
        assert_eq!(
            of(20.0, 1.0, f64::INFINITY)
                .expect("in range")
                .speed_of_answer,
            f64::INFINITY
        );
        assert!(
            of(20.0, 1.0, f64::MAX)
                .is_err_and(|e| e.state == SqlState::NumberOutOfRange && !e.hint.is_empty())
        );
        let most = Queue::of_load(999_999.999, 1_000_000, 180.0, 1e30)
            .expect("in range")
            .outcome(20.0)
            .expect("in range");
        let least = Queue::of_load(999_999.999, 1_000_000, 180.0, f64::INFINITY)
            .expect("in range")
            .outcome(20.0)
            .expect("in range");
        assert!(
            near(most.speed_of_answer, least.speed_of_answer, 1e-6),
            "{most:?} {least:?}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

        /// Sums and integrals are the same figures.
        #[test]
        fn sums_are_integrals(n in 1u32..3_000, load in 0.3..1.5, times in 0.001..50.0, age in 0.0..2.0) {
            let n = n.max((1_000.0 / times) as u32 + 1);
            prop_assume!(f64::from(n) * times < 1e6);
            let queue = Queue::of_load(load * f64::from(n), n, 180.0, times * 180.0).expect("in range");
            let before = erlang_b(queue.erlangs(), n - 1);
            let (a, b) = (queue.by_sums(before, times, age), queue.by_integrals(before, times, age));
            for (a, b) in [(a.0, b.0), (a.1, b.1), (a.2, b.2)] {
                prop_assert!(near(a, b, 1e-9) || (a - b).abs() < 1e-13, "{n} {load} {times}: {a} {b}");
            }
        }

        /// Patience from minutes to longer than the universe: nothing jumps, a longer one means more waiting and fewer
        /// who give up, and a queue that holds comes to that of callers who never do.
        #[test]
        fn long_patience(n in prop_oneof![1u32..50, 50u32..10_001], load in 0.1..1.3, power in 0.0..40.0, threshold in 0.0..600.0) {
            let a = load * f64::from(n);
            let of = |patience: f64| Queue::of_load(a, n, 180.0, patience).expect("in range").outcome(threshold).expect("in range");
            let patience = 60.0 * 10f64.powf(power);
            let (found, longer) = (of(patience), of(patience * 1.000_001));
            let slack = 1e-9;
            for (a, b) in [
                (found.wait_probability, longer.wait_probability),
                (found.speed_of_answer, longer.speed_of_answer),
                (found.queue_length, longer.queue_length),
                (longer.abandon_probability, found.abandon_probability),
            ] {
                prop_assert!(a.is_finite() && b.is_finite());
                prop_assert!(a <= b * (1.0 + slack) && b <= a * 1.000_01 + 1e-300, "{patience}: {a} {b}");
            }
            prop_assert!((found.service_level - longer.service_level).abs() < 1e-5);
            let endless = of(f64::INFINITY);
            prop_assert!(found.wait_probability <= endless.wait_probability + slack);
            prop_assert!(found.speed_of_answer <= endless.speed_of_answer * (1.0 + slack));
            if load < 0.999 {
                let last = of(1e25);
                for (a, b) in [
                    (last.wait_probability, endless.wait_probability),
                    (last.speed_of_answer, endless.speed_of_answer),
                    (last.queue_length, endless.queue_length),
                    (last.service_level, endless.service_level),
                ] {
                    prop_assert!(near(a, b, 1e-9) || (a - b).abs() < 1e-13, "{a} {b}");
                }
            } else if load > 1.001 && power > 15.0 {
                // All wait and the surplus gives up.
                let surplus = 1.0 - 1.0 / load;
                prop_assert!(found.wait_probability > 1.0 - slack && near(found.abandon_probability, surplus, 1e-6));
                prop_assert!(near(found.speed_of_answer, surplus * patience, 1e-6));
            }
        }
    }
}
