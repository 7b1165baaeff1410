//! Sums over the states of a queue as integrals, for queues whose sums are long: many agents, long patience.
//!
//! With a = agents * patience / handling time and x = load * patience / handling time, the sum over k of
//! x^k / ((a+1) ... (a+k)) is a times the integral over w from 0 of exp(-a w + x (1 - e^-w)); what an age of t
//! patiences and more adds is that from t on. The exponent is concave, so a peak and its slopes are all there is,
//! and no term is negative. w is a wait in patiences.

/// Beyond this much below its peak the integrand is nothing: e^-48 is 1e-21.
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

/// e^-w - 1 + w without its cancelling digits.
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
        if base > 1e4 {
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

    /// The place on one side by which the integrand has become nothing.
    fn reach(&self, top: f64, base: f64, side: f64) -> f64 {
        let deep = |step: f64| self.depth(top + side * step) - base > DEEP;
        let mut step = 1.0;
        while !deep(step) {
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
