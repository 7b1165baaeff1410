//! The normal distribution and random numbers, the same on every machine and in every version, so that a stored
//! answer can be had again from its seed.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// The quantile of the standard normal distribution, to 1e-16: Wichura's algorithm AS 241 (PPND16), Applied
/// Statistics 37 (1988). Infinite at 0 and 1, NaN outside.
#[expect(
    clippy::excessive_precision,
    reason = "the constants are written as they were published"
)]
/// The quantile of the standard normal distribution at a probability between 0 and 1.
pub fn quantile(p: f64) -> f64 {
    const A: [f64; 8] = [
        3.387_132_872_796_366_608,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ];
    const B: [f64; 8] = [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_3,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_61,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561,
    ];
    const C: [f64; 8] = [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        0.241_780_725_177_450_611_77,
        0.022_723_844_989_269_184_583_3,
        7.745_450_142_783_414_076_4e-4,
    ];
    const D: [f64; 8] = [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        0.689_767_334_985_100_004_55,
        0.148_103_976_427_480_074_59,
        0.015_198_666_563_616_457_197,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ];
    const E: [f64; 8] = [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        0.296_560_571_828_504_891_23,
        0.026_532_189_526_576_123_093,
        0.001_242_660_947_388_078_438_6,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ];
    const F: [f64; 8] = [
        1.0,
        0.599_832_206_555_887_937_69,
        0.136_929_880_922_735_805_31,
        0.014_875_361_290_850_615_025,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ];
    let ratio = |above: &[f64; 8], below: &[f64; 8], r: f64| {
        let sum = |c: &[f64; 8]| c.iter().rev().fold(0.0, |s, k| s * r + k);
        sum(above) / sum(below)
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&A, &B, 0.180_625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 || tail.is_nan() {
        return if tail == 0.0 {
            q.signum() * f64::INFINITY
        } else {
            f64::NAN
        };
    }
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 {
        ratio(&C, &D, r - 1.6)
    } else {
        ratio(&E, &F, r - 5.0)
    };
    q.signum() * size
}

/// A stream of random numbers from a seed.
pub struct Random(Pcg64Mcg);

impl Random {
    /// A generator whose numbers depend on the seed alone.
    pub fn new(seed: i64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed as u64))
    }

    /// Above 0 and below 1.
    pub fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// One of `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// The next draw from the standard normal distribution.
    pub fn normal(&mut self) -> f64 {
        quantile(self.unit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of R's qnorm.
    #[test]
    fn quantiles() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.9, 1.281_551_565_544_600_4),
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813),
            (1e-20, -9.262_340_089_798_408),
            (1e-300, -37.047_096_299_361_2),
        ] {
            assert!(
                (quantile(p) - z).abs() < 2e-14 * z.abs().max(1.0),
                "{p}: {}",
                quantile(p)
            );
        }
        assert_eq!(quantile(1.0), f64::INFINITY);
        assert!(quantile(1.5).is_nan());
    }

    /// The stream is fixed: a change here changes stored answers.
    #[test]
    fn stream() {
        let mut random = Random::new(1);
        let first: Vec<u64> = (0..3).map(|_| random.0.next_u64()).collect();
        println!("{first:?}");
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..100_000 {
            let z = random.normal();
            sum += z;
            squares += z * z;
        }
        assert!(sum.abs() / 1e5 < 0.01 && (squares / 1e5 - 1.0).abs() < 0.02);
        assert!((0..1000).all(|_| random.below(7) < 7));
    }
}
