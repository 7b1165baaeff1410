//! What the forecasting tests share: files of the shared directory.

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
