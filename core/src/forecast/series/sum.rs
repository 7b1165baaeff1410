//! Sums that are the same for every order and split of what is summed: they are kept exactly and rounded once.
//!
//! A sum is kept as doubles that do not overlap (J. R. Shewchuk, "Adaptive precision floating-point arithmetic",
//! 1997): mostly one for counts, two for tenths. At the end all of them go into a number of fixed point that
//! has a place for every bit of every double.

/// Adds a value to the parts of a sum, the smallest first, exactly. False, with the parts spoilt, where a part
/// would be infinite.
#[inline]
pub fn add(parts: &mut Vec<f64>, value: f64) -> bool {
    let (mut carried, mut kept) = (value, 0);
    for i in 0..parts.len() {
        let part = parts[i];
        let sum = carried + part;
        // What rounding took (D. E. Knuth).
        let of_part = sum - carried;
        let lost = (carried - (sum - of_part)) + (part - of_part);
        if lost != 0.0 {
            parts[kept] = lost;
            kept += 1;
        }
        carried = sum;
    }
    parts.truncate(kept);
    if carried != 0.0 {
        parts.push(carried);
    }
    carried.is_finite()
}

/// Bits of a limb of [`Fixed`].
const BITS: u32 = 32;
/// 2,098 bits from the smallest double to the largest, and 62 for carries.
const LIMBS: usize = 68;
/// The exponent of the smallest double.
const LEAST: i32 = -1_074;

/// A number of fixed point, in limbs of 32 bits of either sign, the lowest first; room for 2^31 additions.
struct Fixed([i64; LIMBS]);

impl Fixed {
    fn add(&mut self, value: f64) {
        let bits = value.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as u32;
        let fraction = bits & ((1 << 52) - 1);
        let mantissa = if exponent == 0 {
            fraction
        } else {
            fraction | 1 << 52
        };
        let shift = exponent.saturating_sub(1);
        let (limb, by) = ((shift / BITS) as usize, shift % BITS);
        let wide = u128::from(mantissa) << by;
        for (i, place) in self.0[limb..limb + 3].iter_mut().enumerate() {
            let part = (wide >> (BITS as usize * i)) as u32;
            *place += if value < 0.0 {
                -i64::from(part)
            } else {
                i64::from(part)
            };
        }
    }

    /// Limbs from 0 to below 2^32; what is carried out of the highest is negative for negative numbers.
    fn carry(&mut self) -> i64 {
        let mut carried = 0;
        for limb in &mut self.0 {
            let sum = *limb + carried;
            carried = sum >> BITS;
            *limb = sum & 0xffff_ffff;
        }
        carried
    }

    /// The nearest double, of two as near the even one; infinite beyond the largest.
    fn rounded(mut self) -> f64 {
        let negative = self.carry() < 0;
        if negative {
            self.0.iter_mut().for_each(|l| *l = -*l);
            self.carry();
        }
        let Some(top) = self.0.iter().rposition(|l| *l != 0) else {
            return 0.0;
        };
        let low = top.saturating_sub(3);
        let window = self.0[low..=top]
            .iter()
            .rev()
            .fold(0u128, |w, l| w << BITS | *l as u128);
        // Of what lies below it matters only whether there is any.
        let rest = self.0[..low].iter().any(|l| *l != 0);
        let size = libm::ldexp((window | u128::from(rest)) as f64, LEAST + 32 * low as i32);
        if negative { -size } else { size }
    }
}

/// The sum of finite values, rounded once.
pub fn rounded(values: impl Iterator<Item = f64>) -> f64 {
    let mut fixed = Fixed([0; LIMBS]);
    values.for_each(|v| fixed.add(v));
    fixed.rounded()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn worked_sums() {
        let of = |list: &[f64]| rounded(list.iter().copied());
        assert_eq!(of(&[0.1; 10]), 1.0);
        assert_eq!(of(&[1e308, 1e308, -1e308, -1e308, 5e-324]), 5e-324);
        assert_eq!(of(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(of(&[-f64::MAX, -f64::MAX]), f64::NEG_INFINITY);
        // Half a unit in the last place goes to the even one, a little more goes up.
        let half = f64::EPSILON / 2.0;
        assert_eq!(of(&[1.0, half]), 1.0);
        assert_eq!(of(&[1.0, half, 5e-324]), 1.0 + f64::EPSILON);
        assert_eq!(of(&[1.0, half, -5e-324]), 1.0);
        assert_eq!(of(&[f64::MAX, -5e-324]), f64::MAX);
        assert_eq!(of(&[-0.0, -0.0]).to_bits(), 0);
        let mut parts = vec![];
        assert!(add(&mut parts, 0.1) && add(&mut parts, 0.2) && parts.len() == 2);
        assert!(add(&mut parts, -0.1) && add(&mut parts, -0.2) && parts.is_empty());
        assert!(add(&mut parts, f64::MAX) && !add(&mut parts, f64::MAX));
    }

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => (-1_000_000i64..1_000_000).prop_map(|v| v as f64 / 1_000.0),
            1 => any::<u64>().prop_map(|b| Some(f64::from_bits(b)).filter(|v| v.is_finite()).unwrap_or(1.0)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// One value comes back, two are the processor's sum, and parts have the sum of the values.
        #[test]
        fn rounded_once(values in prop::collection::vec(value(), 1..20)) {
            prop_assert_eq!(rounded(values[..1].iter().copied()), values[0]);
            if let [a, b, ..] = values[..] {
                prop_assert_eq!(rounded([a, b].into_iter()), a + b);
            }
            let mut parts = Vec::new();
            if values.iter().all(|v| add(&mut parts, *v)) {
                let whole = rounded(values.iter().copied());
                prop_assert_eq!(rounded(parts.iter().copied()).to_bits(), whole.to_bits());
                prop_assert!(parts.iter().rev().map(|p| p.abs()).is_sorted_by(|a, b| a > b));
            }
        }
    }
}
