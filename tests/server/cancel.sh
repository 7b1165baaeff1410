#!/bin/bash
# Everything stops soon after statement_timeout, also while arguments are read: by a cancel, or refused before.
# And RUST_BACKTRACE in the server's environment adds nothing to the DETAIL of an error.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_start
# cluster_start takes it out of the environment.
export RUST_BACKTRACE=1
cluster_ctl -m fast restart >/dev/null
# Values are stored out of line and not compressed, so that a statement's time is that of slaops.
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
CREATE TABLE large (texts text[], floats float8[], instants timestamptz[], intervals interval[], dates date[], word text, ics text, dates_left_out text, terms slaops.sla_term[]);
ALTER TABLE large ALTER texts SET STORAGE EXTERNAL, ALTER floats SET STORAGE EXTERNAL, ALTER instants SET STORAGE EXTERNAL,
    ALTER intervals SET STORAGE EXTERNAL, ALTER dates SET STORAGE EXTERNAL, ALTER word SET STORAGE EXTERNAL, ALTER ics SET STORAGE EXTERNAL,
    ALTER dates_left_out SET STORAGE EXTERNAL, ALTER terms SET STORAGE EXTERNAL;
INSERT INTO large (texts, floats) SELECT array_fill('a'::text, ARRAY[20000000]), array_fill(1.5::float8, ARRAY[20000000]);
INSERT INTO large (instants, intervals) SELECT array_fill(timestamptz '2026-01-05Z', ARRAY[20000000]), array_fill(interval '1 hour', ARRAY[10000000]);
INSERT INTO large (dates, word, ics, dates_left_out, terms) SELECT array_fill(date '2026-01-05', ARRAY[20000000]), repeat('x', 200000000),
    E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n' || repeat(E'EXDATE:20260101\n', 10000000) || E'END:VEVENT\nEND:VCALENDAR',
    E'BEGIN:VCALENDAR\n' || repeat(E'BEGIN:VEVENT\nUID:a\nDTSTART:20260101\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260101\nDTSTART:20260101\nEND:VEVENT\n', 25000) || 'END:VCALENDAR',
    array_fill(('-infinity', '24/7 @ UTC', '8 hours')::slaops.sla_term, ARRAY[100000]);
CREATE TABLE matrix AS SELECT slaops.transition_matrix(i, 'a', now()) AS m FROM generate_series(1, 10) AS i;
CHECKPOINT;
SQL
# Twice the bound where the machine is slow: the first statement of a session loads the library.
bound=${SLAOPS_CANCEL_MS:-1500}
stops() { # a call; @word is the large value of that name
    local out call
    call=$(sed -E 's/@([a-z_]+)/(SELECT \1 FROM large WHERE \1 IS NOT NULL)/g' <<<"$1")
    out=$(psql_ -At <<SQL 2>&1 || true
SELECT slaops.tzdata_version();
CREATE TEMP TABLE begun AS SELECT clock_timestamp() AS at;
SET statement_timeout = '100ms';
\\set ON_ERROR_STOP off
\\o /dev/null
SELECT $call;
\\echo :SQLSTATE
\\o
SET statement_timeout = 0;
SELECT ceil(extract(epoch FROM clock_timestamp() - at) * 1000) FROM begun;
SQL
)
    local state ms
    ms=$(tail -n 1 <<<"$out")
    state=$(grep -xE '[0-9A-Z]{5}' <<<"$out" | tail -n 1)
    echo "$state after $ms ms: $1"
    case $state in 57014 | 54000 | 22023 | 42622 | 00000) ;; *) echo "$out" >&2; exit 1 ;; esac
    [ "$ms" -le "$bound" ] || { echo "more than $bound ms" >&2; exit 1; }
}
stops "slaops.variant_id(@texts)"
stops "slaops.collapse(@texts)"
stops "slaops.conformance(@texts, 'start > a* > end')"
stops "slaops.deviations(@texts, @instants, 'start > a* > end')"
stops "slaops.expected_remaining((SELECT m FROM matrix), @texts)"
stops "slaops.outcome_probabilities((SELECT m FROM matrix), @texts)"
stops "slaops.backlog_at(@instants, @instants, ARRAY[now()])"
stops "slaops.backlog_at((@instants)[1:9000000], (@instants)[1:9000000], ARRAY[now()])"
stops "slaops.backlog_clearance(1, @floats, @floats, '24/7 @ UTC'::slaops.calendar, now())"
stops "slaops.anomalies(@floats, 1, 28, 3.5)"
stops "slaops.forecast(@floats, 3)"
stops "slaops.make_calendar('24/7', 'UTC', NULL, @dates)"
stops "slaops.standing('start 2026-01-01T00:00:00Z'::slaops.sla_clock, @terms, now())"
stops "slaops.holidays_from_ics(@ics)"
stops "slaops.holidays_from_ics(@word)"
stops "slaops.holidays_from_ics(@dates_left_out)"
stops "slaops.ics_holidays(@dates_left_out)"
stops "slaops.shifts_from_ics(@dates_left_out, '-infinity', 'infinity')"
# Around the clock, with more starts and breaks than are solved in a minute.
stops "slaops.shift_plan('2026-01-05Z', ARRAY(SELECT 5 + i * 7919 % 23 FROM generate_series(1, 336) AS i)::float8[],
    (SELECT jsonb_build_array(jsonb_build_object('pattern', 'a', 'minutes', 510, 'starts', starts, 'breaks', breaks),
        jsonb_build_object('pattern', 'b', 'minutes', 390, 'starts', starts, 'breaks', breaks))
    FROM (SELECT jsonb_agg(to_char(i * interval '30 minutes', 'HH24:MI')) AS starts, '[{\"after\": [180, 210, 240], \"minutes\": 30}]'::jsonb AS breaks
        FROM generate_series(0, 47) AS i) AS given), max_seconds => 3600)"
stops "slaops.outlook_of_calls(array_fill(3000::float8, '{10000}'), array_fill(600::float8, '{10000}'), 300, 20, 60)"
stops "slaops.staffing_of_due_work('24/7 @ UTC'::slaops.calendar, now(), @floats, 1, 1)"
stops "slaops.business_minutes(@word, now(), now())"
stops "slaops.forecast(ARRAY[1, 2, 3]::float8[], 3, @word)"
stops "slaops.read_config(@word, '{}')"
stops "slaops.elapsed_minutes((SELECT slaops.sla_clock_agg(now(), 'start')), @word, now())"
stops "slaops.create_marts(repeat('\"', 1000000))"
stops "slaops.attach('zendesk', source_schema => repeat('\"', 1000000))"
stops "slaops.load_sample(repeat('\"', 1000000))"

# The fit of a risk model, when all of its rows are in.
psql_ -q -c "CREATE TABLE question AS SELECT i, jsonb_build_object('a', i % 9973, 'b', i * 7919::bigint % 10007, 'c', (i % 700)::text, 'd', i * 104729::bigint % 20011) AS fields FROM generate_series(1, 300000) AS i"
fit="slaops.risk_model_agg(fields, i % 101 < 50 + i % 9973 / 200, timestamptz '2026-01-05Z' + i / 10000 * interval '1 day', timestamptz '2026-01-05Z' + i / 10000 * interval '1 day', i::text, NULL)"
rows=$(psql_ -At -c '\timing on' -c "SELECT slaops.risk_model_agg(fields, true, timestamptz '2026-01-05Z', timestamptz '2026-01-05Z', i::text, NULL) FROM question" | sed -n 's/^Time: \([0-9]*\).*/\1/p')
for more in 200 500; do
    said=$(psql_ -At -c '\timing on' -c "SET statement_timeout = $((rows + more))" -c '\set VERBOSITY verbose' -c "SELECT $fit FROM question" 2>&1 || true)
    ms=$(sed -n 's/^Time: \([0-9]*\).*/\1/p' <<<"$said" | tail -n 1)
    echo "fit cancelled after $((rows + more)) ms: $ms ms"
    if ! grep -q 57014 <<<"$said" || [ "$ms" -gt $((rows + more + bound - 500)) ]; then echo "$said" >&2; exit 1; fi
done

# What the errors say with RUST_BACKTRACE set.
detail=$(psql_ -At <<'SQL' 2>&1 || true
\set VERBOSITY verbose
\set ON_ERROR_STOP off
SELECT 'Mo-Fr 25:00-26:00 @ UTC'::slaops.calendar;
SELECT slaops.business_minutes('nobody', now(), now());
SELECT slaops.variant_id((SELECT texts FROM large WHERE texts IS NOT NULL));
SET statement_timeout = '1ms';
SELECT count(*) FROM slaops.open_periods('Mo-Fr 09:00-17:00 @ UTC', '-infinity', 'infinity');
SQL
)
[ "$(grep -c '^ERROR' <<<"$detail")" -eq 4 ] || { echo "$detail" >&2; exit 1; }
if grep -nE 'backtrace|rust_begin_unwind|^ +[0-9]+: ' <<<"$detail" >&2; then echo 'an error has a backtrace' >&2; exit 1; fi
