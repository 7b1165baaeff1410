#!/bin/bash
# Mutants of the library: each changes one place of a folder of core/src, and a test should fail. By hand; it takes
# minutes to hours a folder.
#   FOLDER=sla SHARDS=20 tests/harness/mutants.sh
# Without FOLDER: one folder after the other. A folder's mutants are divided into SHARDS; a shard that is done is not
# done again until the folder or the tests change, so that a run that was stopped goes on. What was found is in
# target/mutants/FOLDER/SHARD/mutants.out; missed.txt lists what no test noticed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=$(realpath -m "${CARGO_TARGET_DIR:-target}")
version=27.1.0
bin=$out/mutants-tools/bin/cargo-mutants
if [ "$("$bin" --version 2>/dev/null)" != "cargo-mutants $version" ]; then
    cargo install --root "$out/mutants-tools" --version "$version" --locked cargo-mutants
fi
shards=${SHARDS:-20}
# The laws with few cases each: a mutant that only the long runs notice deserves a test of its own.
export PROPTEST_RNG_SEED=20000101 PROPTEST_CASES=${PROPTEST_CASES:-16} SLAOPS_CASES=${SLAOPS_CASES:-200}

folders=("${FOLDER:-}")
[ -n "${FOLDER:-}" ] || mapfile -t folders < <(find core/src -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)
for folder in "${folders[@]}"; do
    folder=${folder#core/src/}
    folder=${folder%/}
    [ -d "core/src/$folder" ] || { echo "mutants: there is no core/src/$folder" >&2; exit 1; }
    # Tests that take long and do not read the folder.
    skip=()
    [ "$folder" = forecast ] || skip+=(--skip forecast)
    [ "$folder" = time ] || skip+=(--skip probing_misses_no_change_of_any_zone)
    state=$(find "core/src/$folder" "core/src/$folder.rs" core/tests -name '*.rs' -print0 | sort -z | xargs -0 cat | md5sum)
    for ((shard = 0; shard < shards; shard++)); do
        dir=$out/mutants/$folder/$shard-of-$shards
        [ "$(cat "$dir/done" 2>/dev/null)" != "$state" ] || continue
        rm -rf "$dir"
        mkdir -p "$dir"
        status=0
        "$bin" mutants --package slaops-core --file "core/src/$folder.rs" --file "core/src/$folder/**/*.rs" \
            --exclude '**/tests.rs' --shard "$shard/$shards" --sharding slice --profile mutants --jobs "${JOBS:-1}" \
            --timeout-multiplier 3 --no-shuffle --output "$dir" -- -- "${skip[@]}" || status=$?
        # 2: some were missed; 3: some ran into the timeout, which is noticed too.
        case $status in
            0 | 2 | 3) echo "$state" >"$dir/done" ;;
            *) exit "$status" ;;
        esac
    done
    sum() { cat "$out/mutants/$folder"/*-of-"$shards/mutants.out/$1.txt" 2>/dev/null | wc -l; }
    echo "mutants: core/src/$folder: $(($(sum caught) + $(sum timeout))) caught, $(sum missed) missed, $(sum unviable) that do not compile"
    cat "$out/mutants/$folder"/*-of-"$shards"/mutants.out/missed.txt
done
