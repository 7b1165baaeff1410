//! Random numbers that are the same on every machine: SplitMix64, and nothing that a mathematics library
//! could round otherwise. Only `+ - * /` and the square root, which IEEE 754 defines to the last bit.

/// A stream of numbers of its own for each seed and place.
pub struct Random(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// The numbers of one place of a seed, such as one ticket.
    pub fn new(seed: i64, place: u64) -> Self {
        Self(mix(
            mix((seed as u64).wrapping_add(STEP)) ^ mix(place.wrapping_mul(STEP))
        ))
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// From 0 to below 1, in steps of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// True with this probability, from 0 to 1.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// From 0 to below `n`, which is less than 2^32.
    pub fn below(&mut self, n: u64) -> u64 {
        ((self.bits() >> 32) * n) >> 32
    }

    /// A number from `from` to below `to`.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// One of a list, as often as its weight says.
    pub fn pick<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let total: u32 = list.iter().map(|l| l.1).sum();
        let mut left = self.below(u64::from(total)) as u32;
        for (value, weight) in list {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        list[list.len() - 1].0
    }

    /// How often longer than usual something takes: the log-logistic distribution with median 1, of which
    /// a part of 1 / (1 + x^2) is beyond x. At most 15.
    pub fn long_tail(&mut self) -> f64 {
        let u = self.unit();
        (u / (1.0 - u)).sqrt().min(15.0)
    }

    /// The same with a thin tail: a part of 1 / (1 + x^4) is beyond x.
    pub fn short_tail(&mut self) -> f64 {
        self.long_tail().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_the_same_everywhere() {
        let mut random = Random::new(42, 7);
        let bits: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        let mut again = Random::new(42, 7);
        assert!(bits.iter().all(|b| *b == again.bits()));
        assert_ne!(Random::new(42, 8).bits(), bits[0]);
        assert_ne!(Random::new(43, 7).bits(), bits[0]);
    }

    #[test]
    fn tails_are_as_thick_as_said() {
        let mut random = Random::new(1, 1);
        let beyond = (0..100_000).filter(|_| random.long_tail() > 3.0).count();
        assert!((9_500..10_500).contains(&beyond), "{beyond}");
        let beyond = (0..100_000).filter(|_| random.short_tail() > 2.0).count();
        assert!((5_500..6_300).contains(&beyond), "{beyond}");
    }
}
