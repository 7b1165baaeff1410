#!/bin/bash
# Run the tests that need a server, against the installed extension:
#   tests/regress/sql/*.sql           by pg_regress, in the order of tests/regress/schedule, in one
#                                     database; install, which makes the extension, always first
#   tests/server/*.sh, tests/views/*.sh   each executable, in a database of its own
# The last line is "N passed, N failed"; the exit code is 0 only for 0 failed.
#
# A server test is a bash script that starts with
#   set -euo pipefail; . "$(dirname "$0")/../harness/cluster.sh"; cluster_use
# (or cluster_start, for a cluster of its own) and exits non-zero when it fails,
# 77 when it cannot run here: it then says why, and counts neither way.
#
#   tests/harness/run.sh [regress|server] [NAME ...]   only that kind, only those tests;
#                                                      server also finds those of tests/views
#
# CARGO_LOG=FILE adds the counts of a `cargo test` whose output is in FILE;
# "run.sh count" does nothing else.
set -euo pipefail
shopt -s nullglob
export LC_ALL=C.UTF-8

passed=0
failed=0
faults=
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
    regress | server) only=$1; shift ;;
esac
out=${CARGO_TARGET_DIR:-target}/regress

# The schedule is the list of the regress tests: no more and no fewer than there are.
mapfile -t schedule < <(sed -n 's/^test: //p' tests/regress/schedule)
different=$(comm -3 <(printf '%s\n' "${schedule[@]}" | sort) <(basename -s .sql tests/regress/sql/*.sql | sort))
if [ -n "$different" ]; then
    echo "run.sh: in one of tests/regress/schedule and tests/regress/sql only: ${different//[$'\t\n']/ }" >&2
    exit 1
fi
scripts=(tests/server/*.sh tests/views/*.sh)
for name in "$@"; do
    known=no
    [ "$only" = server ] || [ ! -f "tests/regress/sql/$name.sql" ] || known=yes
    [ "$only" = regress ] || [ ! -f "tests/server/$name.sh" ] || known=yes
    [ "$only" = regress ] || [ ! -f "tests/views/$name.sh" ] || known=yes
    [ $known = yes ] || { echo "run.sh: there is no test $name" >&2; exit 1; }
done

wanted() {      # is this name among the names that follow, if any do?
    local name=$1 w
    shift
    [ $# -gt 0 ] || return 0
    for w in "$@"; do [ "$w" != "$name" ] || return 0; done
    return 1
}

run_regress() {
    local tests=() input=tests/regress name pg_regress options=() bad status=0 xml=no
    [[ $("$PG_CONFIG" --configure) != *--with-libxml* ]] || xml=yes
    for name in "${schedule[@]}"; do
        wanted "$name" "$@" || continue
        if [ $xml = no ] && grep -q 'xmlparse(' "$input/sql/$name.sql"; then
            echo "skipped: $input/sql/$name.sql, as this server is built without libxml"
            continue
        fi
        tests+=("$name")
    done
    [ ${#tests[@]} -gt 0 ] || return 0
    [ "${tests[0]}" = install ] || tests=(install "${tests[@]}")

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

    # From version 16 on the expected files do not follow inputdir.
    ! grep -q -- --expecteddir <<<"$("$pg_regress" --help)" || options+=(--expecteddir="$input")
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

# What a script said last before its server's log: repeated at the end, where a log of the whole run is read first.
fault() { # script, what it said
    sed '/^--- end of the server log$/,$d' "$2" | tail -n 3 | cut -c1-300 | sed "s|^|$1: |"
}

run_server() {
    local f name database status
    mkdir -p "$out"
    for f in "${scripts[@]}"; do
        name=$(basename "$f" .sh)
        wanted "$name" "$@" || continue
        if [ ! -x "$f" ]; then
            echo "not executable, failed: $f"
            failed=$((failed + 1))
            continue
        fi
        database="server_${name//[^a-zA-Z0-9_]/_}"
        "$PG_BIN/createdb" "$database"
        status=0
        PGDATABASE=$database "$f" </dev/null 2>&1 | tee "$out/said" || status=$?
        case $status in
            0) echo "ok: $f"; passed=$((passed + 1)) ;;
            77) echo "skipped: $f" ;;
            129 | 130 | 143) exit "$status" ;;      # interrupted: so are we
            *) echo "FAILED ($status): $f"; failed=$((failed + 1)); faults+=$(fault "$f" "$out/said")$'\n' ;;
        esac
        # A script that left sessions behind must not disturb the next one.
        psql_ -q -d postgres -c "DROP DATABASE \"$database\" WITH (FORCE)"
    done
}

cluster_start
[ "$only" = server ] || run_regress "$@"
[ "$only" = regress ] || run_server "$@"

# A crash that nobody noticed is a failure too (6 abort, 7 and 10 bus, 11 segment).
if grep -E 'PANIC:|terminated by signal (4|6|7|8|10|11):' "$CLUSTER_DIR/log"; then
    echo "FAILED: the server crashed"
    failed=$((failed + 1))
fi
[ "$failed" -eq 0 ] || { echo "--- end of the server log"; cluster_log; echo "---"; }
cluster_stop
printf '%s' "$faults"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
