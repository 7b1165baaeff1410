//! Bytes of a transition matrix: those that are accepted have a text that gives the same bytes, and
//! merge with themselves.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::mining::transition::Matrix;
use slaops_core::mining::transition::stored::{decode, encode, parse, print, receive};
use slaops_fuzz::seeds;

fn begin() {
    seeds(encode(&Matrix::default()).ok());
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Ok(matrix) = decode(data) {
        let _ = matrix.merge(&matrix);
    }
    if let Ok(matrix) = receive(data) {
        let again = parse(&print(&matrix).expect("a matrix prints")).expect("its own text reads");
        assert_eq!(encode(&again).expect("a matrix is stored"), data);
    }
    if let Ok(matrix) = parse(std::str::from_utf8(data).unwrap_or_default()) {
        let bytes = encode(&matrix).expect("a matrix is stored");
        assert!(receive(&bytes).is_ok(), "what text gives is received");
    }
});
