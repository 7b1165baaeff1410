#!/bin/bash
# Random input for the parsers and stored values of the library, by libFuzzer. By hand, not part of `make test`.
#   SECONDS_EACH=600 tests/harness/fuzz.sh [TARGET ...]     targets are core/fuzz/targets/*.rs; none given: all
# Inputs of interest stay in target/fuzz/corpus/TARGET, so the next run continues from there. An input that
# fails is in target/fuzz/failed/TARGET-*, and is reported.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/fuzz
bin=$target/../fuzz-tools/bin/cargo-fuzz
version=0.13.2
if [ "$("$bin" --version 2>/dev/null)" != "cargo-fuzz $version" ]; then
    cargo install --root "$target/../fuzz-tools" --version "$version" --locked cargo-fuzz
fi
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(basename -s .rs core/fuzz/targets/*.rs)

# -s none: AddressSanitizer needs nightly Rust, and the library has no unsafe code for it.
options=(--fuzz-dir core/fuzz --target-dir "$target/build" -s none)
"$bin" build "${options[@]}" || exit 1
status=0
for name in "${targets[@]}"; do
    mkdir -p "$target/corpus/$name" "$target/failed"
    FUZZ_SEEDS=$target/corpus/$name "$bin" run "${options[@]}" "$name" "$target/corpus/$name" -- \
        -max_total_time="${SECONDS_EACH:-60}" -max_len=4096 -timeout=20 -rss_limit_mb=3000 \
        -print_final_stats=0 -verbosity=0 -artifact_prefix="$target/failed/$name-" >"$target/$name.log" 2>&1 || {
        status=1
        tail -n 30 "$target/$name.log"
    }
    echo "fuzz: $name: $(find "$target/corpus/$name" -type f | wc -l) inputs kept, $(find "$target/failed" -name "$name-*" | wc -l) that fail"
done
exit $status
