#!/bin/bash
# Random calls of everything the extension has, with hostile arguments and bent bytes: none may crash the server, say
# "internal error" (any SQLSTATE XX...) or run on for seconds after its statement_timeout.
#
#   SLAOPS_FUZZ_SECONDS=3600 SLAOPS_FUZZ_SEED=7 tests/harness/run.sh server fuzz
#
#   SLAOPS_FUZZ_SECONDS   how long (60)
#   SLAOPS_FUZZ_SEED      which calls (20000101); the same seed gives the same calls as long as the extension and the machine's speed do
#   SLAOPS_FUZZ_MEMORY    address space of each server process in kB (4000000)
#   SLAOPS_FUZZ_HUGE=1    arrays of up to 40 million elements too
#   SLAOPS_FUZZ_TIMEOUT   statement_timeout in ms (1000)
#   SLAOPS_FUZZ_OVERRUN   how many ms after it a statement may still run (3000)
#
# What fails is printed as a statement to be sent again, after tests/fuzz/setup.sql, which has all of the drawing.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
seconds=${SLAOPS_FUZZ_SECONDS:-60} seed=${SLAOPS_FUZZ_SEED:-20000101} timeout=${SLAOPS_FUZZ_TIMEOUT:-1000} overrun=${SLAOPS_FUZZ_OVERRUN:-3000}

# A cluster of its own, also within run.sh: its memory is limited, and nobody else waits for it.
unset CLUSTER_DIR
ulimit -v "${SLAOPS_FUZZ_MEMORY:-4000000}"
# Statements that overrun are in its log; errors are not, psql counts them.
cluster_start log_min_messages=log log_min_error_statement=panic "log_min_duration_statement=$((timeout + overrun))" log_checkpoints=off \
    parallel_setup_cost=0 parallel_tuple_cost=0 min_parallel_table_scan_size=0 max_parallel_workers_per_gather=0 temp_file_limit=1GB
psql_ -q -f "$REPO/tests/fuzz/setup.sql"

work=$CLUSTER_DIR/fuzz
mkdir "$work"
failed=0 sent=0 round=0
began=$SECONDS

crashed() { grep -E 'PANIC:|terminated by signal' "$CLUSTER_DIR/log" || true; }

answers() { # SQLSTATEs of all calls, the most frequent first
    sort "$work/states" | uniq -c | sort -rn | awk '{ printf "%s%s %s", (NR > 1 ? ", " : ""), $2, $1 } END { print "" }'
}
: >"$work/states"

while [ $((SECONDS - began)) -lt "$seconds" ]; do
    round=$((round + 1))
    # The calls of a round are drawn first, then each is sent by itself.
    psql_ -qAt >"$work/calls.sql" <<SQL
SELECT setseed(((hashint8extended($seed, $round) & 1073741823) / 1073741824.0)::float8) \g /dev/null
SET fuzz.huge = ${SLAOPS_FUZZ_HUGE:+on}${SLAOPS_FUZZ_HUGE:-off};
SELECT CASE WHEN i % 20 = 0 THEN fuzz.sweeping() WHEN i % 4 = 0 THEN fuzz.received() WHEN i % 4 = 1 THEN fuzz.asked() ELSE fuzz.statement() END FROM generate_series(1, 300) AS i;
SQL
    {
        echo "SET statement_timeout = $timeout;"
        # Some rounds in the zone and style of somebody else, some with parallel workers.
        [ $((round % 2)) -eq 0 ] || echo "SET timezone = 'America/Sao_Paulo'; SET intervalstyle = iso_8601; SET datestyle = 'SQL, DMY'; SET enable_hashagg = off;"
        [ $((round % 4)) -ne 0 ] || echo "SET max_parallel_workers_per_gather = 2;"
        cat "$work/calls.sql"
    } >"$work/round.sql"
    status=0
    "$PG_BIN/psql" -X -qAt -v VERBOSITY=sqlstate -o "$work/answers" -f "$work/round.sql" 2>"$work/said" </dev/null || status=$?
    sent=$((sent + $(wc -l <"$work/calls.sql") + $(awk '/^swept [0-9]+$/ { n += $2 } END { print n + 0 }' "$work/answers")))
    sed -nE 's/^psql:[^ ]*: ERROR:  ([0-9A-Z]{5})$/\1/p' "$work/said" >>"$work/states"
    # psql says at which line of its file a statement failed.
    while IFS=: read -r _ _ line _ state; do
        echo "FAILED: SQLSTATE ${state// /} (seed $seed, round $round): $(sed -n "${line}p" "$work/round.sql")"
        failed=$((failed + 1))
    done < <(grep -E ': (ERROR|FATAL|PANIC):  XX' "$work/said" || true)
    if [ "$status" -ne 0 ]; then
        crashed | tail -n 1
        echo "FAILED: the connection was lost (seed $seed, round $round): $(grep -E '(Failed process was running|DETAIL)' "$CLUSTER_DIR/log" | tail -n 1)"
        failed=$((failed + 1))
        for _ in $(seq 100); do "$PG_BIN/psql" -X -q -c '' 2>/dev/null && break; sleep 0.1; done
    fi
done

# What ran long is known by the statement that the log has.
while read -r line; do
    echo "FAILED: it ran on after its statement_timeout of $timeout ms: ${line#*duration: }"
    failed=$((failed + 1))
done < <(grep 'duration: ' "$CLUSTER_DIR/log" | grep -v 'fuzz\.statement()' || true)
lost=$(crashed | wc -l)
errors=$(wc -l <"$work/states")
echo "$sent calls in $((SECONDS - began)) s with seed $seed: $errors refused ($(answers)), $failed failed, $lost crashes"
[ "$sent" -gt 0 ] && [ "$failed" -eq 0 ] && [ "$lost" -eq 0 ]
