#!/bin/bash
# Run the tests that need a server, against the installed extension:
#   tests/regress/sql/*.sql   by pg_regress, in lexical order, in one database
#   tests/cluster/*.sh        each executable, in a database of its own
# The last line is "N passed, N failed"; the exit code is 0 only for 0 failed.
#
# A cluster test is a bash script that starts with
#   set -euo pipefail; . "$(dirname "$0")/../harness/cluster.sh"; cluster_use
# (or cluster_start, for a cluster of its own) and exits non-zero when it fails,
# 77 when it cannot run here: it then says why, and counts neither way.
#
#   tests/harness/run.sh [regress|cluster] [NAME ...]   only that kind, only those tests
#
# CARGO_LOG=FILE adds the counts of a `cargo test` whose output is in FILE;
# "run.sh count" does nothing else.
set -euo pipefail
shopt -s nullglob
export LC_ALL=C.UTF-8

passed=0
failed=0
if [ -n "${CARGO_LOG:-}" ]; then
    read -r passed failed < <(awk '/^test result: / { p += $4; f += $6 } END { print p + 0, f + 0 }' "$CARGO_LOG")
fi
if [ "${1:-}" = count ]; then       # cargo failed: if no test did, the compiler did
    [ "$failed" -gt 0 ] || failed=1
    echo "$passed passed, $failed failed"
    exit 1
fi

# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
cd "$REPO"

only=all
case ${1:-} in
    regress | cluster) only=$1; shift ;;
esac
out=${CARGO_TARGET_DIR:-target}/regress

wanted() {      # is this name among the names that follow, if any do?
    local name=$1 w
    shift
    [ $# -gt 0 ] || return 0
    for w in "$@"; do [ "$w" != "$name" ] || return 0; done
    return 1
}

run_regress() {
    local tests=() first='' input=tests/regress f name pg_regress options=() bad status=0
    for f in tests/regress/sql/*.sql; do
        name=$(basename "$f" .sql)
        if wanted "$name" "$@"; then
            tests+=("$name")
            first=${first:-$f}
        fi
    done
    [ ${#tests[@]} -gt 0 ] || return 0

    pg_regress=${PG_REGRESS:-$(dirname "$("$PG_CONFIG" --pgxs)")/../test/regress/pg_regress}
    if ! "$pg_regress" --version >/dev/null; then
        echo "run.sh: no pg_regress that runs at $pg_regress (Debian: postgresql-server-dev); PG_REGRESS names that of another version" >&2
        failed=$((failed + ${#tests[@]}))
        return 0
    fi
    rm -rf "$out"
    mkdir -p "$out"
    # Without an expected file pg_regress stops dead. Run such a test against an empty
    # one, in a copy of the inputs, so that it fails alone and leaves its output.
    for name in "${tests[@]}"; do
        [ ! -f "$input/expected/$name.out" ] || continue
        if [ "$input" = tests/regress ]; then
            input=$out/input
            cp -r tests/regress "$input"
            mkdir -p "$input/expected"
        fi
        echo "no tests/regress/expected/$name.out: read $out/results/$name.out and copy it there"
        : >"$input/expected/$name.out"
    done
    "$PG_BIN/createdb" regression
    # pg_regress ignores --load-extension for an existing database.
    creates_extension "$first" || psql_ -q -d regression -c 'CREATE EXTENSION slaops'

    # From version 16 on the expected files do not follow inputdir.
    ! "$pg_regress" --help | grep -q -- --expecteddir || options+=(--expecteddir="$input")
    # The launcher undoes pg_regress's own settings (PST8PDT, Postgres dates, verbose
    # intervals), so that the expected files show what a user's psql shows in UTC.
    "$pg_regress" --use-existing --dbname=regression --bindir="$PG_BIN" \
        --inputdir="$input" --outputdir="$out" "${options[@]}" \
        --launcher='env PGTZ=UTC PGDATESTYLE=ISO,MDY PGOPTIONS=' \
        --host="$PGHOST" --port="$PGPORT" --user="$PGUSER" \
        "${tests[@]}" 2>&1 | tee "$out/summary" || status=$?

    bad=$(grep -cE '^test .* FAILED|^not ok ' "$out/summary" || true)
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=${#tests[@]}        # pg_regress itself broke
    fi
    failed=$((failed + bad))
    passed=$((passed + ${#tests[@]} - bad))
    [ ! -s "$out/regression.diffs" ] || cat "$out/regression.diffs"
}

run_cluster() {
    local f name database status
    for f in tests/cluster/*.sh; do
        name=$(basename "$f" .sh)
        wanted "$name" "$@" || continue
        if [ ! -x "$f" ]; then
            echo "not executable, failed: $f"
            failed=$((failed + 1))
            continue
        fi
        database="cluster_${name//[^a-zA-Z0-9_]/_}"
        "$PG_BIN/createdb" "$database"
        status=0
        PGDATABASE=$database "$f" </dev/null || status=$?
        case $status in
            0) echo "ok: $f"; passed=$((passed + 1)) ;;
            77) echo "skipped: $f" ;;
            129 | 130 | 143) exit "$status" ;;      # interrupted: so are we
            *) echo "FAILED ($status): $f"; failed=$((failed + 1)) ;;
        esac
        # A script that left sessions behind must not disturb the next one.
        psql_ -q -d postgres -c "DROP DATABASE \"$database\" WITH (FORCE)"
    done
}

cluster_start
[ "$only" = cluster ] || run_regress "$@"
[ "$only" = regress ] || run_cluster "$@"

# A crash that nobody noticed is a failure too (6 abort, 7 and 10 bus, 11 segment).
if grep -E 'PANIC:|terminated by signal (4|6|7|8|10|11):' "$CLUSTER_DIR/log"; then
    echo "FAILED: the server crashed"
    failed=$((failed + 1))
fi
[ "$failed" -eq 0 ] || { echo "--- end of the server log"; cluster_log; echo "---"; }
cluster_stop
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
