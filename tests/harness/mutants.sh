#!/bin/bash
# Mutants of the library: each changes one place of a folder of core/src, and a test should fail. By hand; it takes
# an hour or more a folder.
#   FOLDER=sla SHARDS=20 tests/harness/mutants.sh
# Without FOLDER: one folder after the other. A folder's mutants are dealt out to SHARDS, so that each is a sample of all;
# a shard that is done is not done again until the folder or the tests change, so that a run that was stopped goes on.
# What was found is in target/mutants/FOLDER/SHARD/mutants.out; missed.txt lists what no test noticed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=$(realpath -m "${CARGO_TARGET_DIR:-target}")
version=27.1.0
bin=$out/mutants-tools/bin/cargo-mutants
if [ "$("$bin" mutants --version 2>/dev/null)" != "cargo-mutants $version" ]; then
    cargo install --root "$out/mutants-tools" --version "$version" --locked cargo-mutants
fi
shards=${SHARDS:-20}
# The laws with few cases each: a mutant that only the long runs notice deserves a test of its own. Nobody reads the
# counterexample of a mutant, so none is made small.
export PROPTEST_RNG_SEED=20000101 PROPTEST_CASES=${PROPTEST_CASES:-16} SLAOPS_CASES=${SLAOPS_CASES:-200}
export PROPTEST_MAX_SHRINK_ITERS=0
export SLAOPS_SHARED=${SLAOPS_SHARED:-$(realpath -m ../shared)}

# Mutants are made in a copy of the work tree that keeps what is built, so that each costs one build of the library.
tree=$out/mutants/tree
export CARGO_TARGET_DIR=$tree/target
mkdir -p "$tree"
find "$tree" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar --null -T - -cf - | tar -xf - -C "$tree"
# A run that was stopped may have left the build of a mutant.
find "$tree/core" -name '*.rs' -exec touch {} +

folders=("${FOLDER:-}")
[ -n "${FOLDER:-}" ] || mapfile -t folders < <(find core/src -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)
for folder in "${folders[@]}"; do
    folder=${folder#core/src/}
    folder=${folder%/}
    [ -d "core/src/$folder" ] || { echo "mutants: there is no core/src/$folder" >&2; exit 1; }
    # Tests that take long and do not read the folder, or only what it builds on.
    skip=()
    [ "$folder" = forecast ] || skip+=(--skip forecast)
    [ "$folder" = time ] || skip+=(--skip probing_misses_no_change_of_any_zone)
    case $folder in
        business_time | calendar | time) ;;
        *) skip+=(--skip selector_laws --skip arithmetic_is_exact --skip edges_and_periods --skip combinations_count
            --skip business_days_count --skip never_closes --skip a_minute_scan --skip every_form_reads) ;;
    esac
    state=$(find "core/src/$folder" "core/src/$folder.rs" core/tests -name '*.rs' -print0 | sort -z | xargs -0 cat | md5sum)
    for ((shard = 0; shard < shards; shard++)); do
        dir=$out/mutants/$folder/$shard-of-$shards
        [ "$(cat "$dir/done" 2>/dev/null)" != "$state" ] || continue
        rm -rf "$dir"
        mkdir -p "$dir"
        status=0
        # There are no tests in the documentation.
        (cd "$tree" && "$bin" mutants --in-place --package slaops-core --file "core/src/$folder.rs" \
            --file "core/src/$folder/**/*.rs" --exclude '**/tests.rs' --shard "$shard/$shards" --sharding round-robin \
            --profile mutants --timeout-multiplier 4 --minimum-test-timeout 60 --no-shuffle --output "$dir" \
            -- --lib --test core -- "${skip[@]}") || status=$?
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
