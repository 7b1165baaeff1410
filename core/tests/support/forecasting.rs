//! What the forecasting tests share: files of the shared directory.

use slaops_core::forecast::decompose;
use std::io::Read;
use std::path::PathBuf;

/// A file of the shared directory, unpacked; None, said plainly, where there is none.
pub fn shared(name: &str) -> Option<String> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("SLAOPS_SHARED").map_or_else(beside, PathBuf::from);
    let path = folder.join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    let mut text = String::new();
    if name.ends_with(".gz") {
        let mut unpacked = flate2::read::GzDecoder::new(bytes.as_slice());
        unpacked
            .read_to_string(&mut text)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
    } else {
        text = String::from_utf8(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    Some(text)
}

/// sMAPE in percent and MASE of a forecast.
pub fn errors(values: &[f64], later: &[f64], period: usize, forecast: &[f64]) -> [f64; 2] {
    let h = later.len() as f64;
    let pairs = || later.iter().zip(forecast);
    let one = |(y, f): (&f64, &f64)| 200.0 * (y - f).abs() / (y.abs() + f.abs());
    let smape = pairs().map(one).sum::<f64>() / h;
    let steps = values.iter().zip(&values[period..]);
    let scale: f64 = steps.map(|(a, b)| (a - b).abs()).sum::<f64>();
    let scale = scale / (values.len() - period) as f64;
    let off = pairs().map(|(y, f)| (y - f).abs()).sum::<f64>() / h;
    [smape, off / scale]
}

/// The M competitions' Naive2: the last value with the season that a decomposition finds.
pub fn naive2(y: &[f64], period: usize, horizon: usize) -> Vec<f64> {
    let last = y[y.len() - 1];
    if !decompose::is_seasonal(y, period) {
        return vec![last; horizon];
    }
    let s = decompose::indices(y, period, true);
    let plain = last / s[(y.len() - 1) % period];
    let ahead = y.len()..y.len() + horizon;
    ahead.map(|t| plain * s[t % period]).collect()
}
