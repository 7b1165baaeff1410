#!/bin/bash
# Large values in the place of each argument of each function, with little memory: a result or an error that says
# so, never a crash. Types, and aggregates, for which nothing large is known here fail the test.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"

# What the server's log says of a crash.
crashed() { grep -E 'terminated by signal|PANIC' "$CLUSTER_DIR/log" >&2; }

# What every run needs, among it a large value of each type of slaops, as a table made of them would have it.
prepare() { # entries
    psql_ -q -v n="$1" -o /dev/null <<'SQL'
CREATE EXTENSION slaops;
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC');
INSERT INTO slaops.sla_policies (name, position, conditions) VALUES ('a', 1, '{"extra": ["z", null], "tags": ["b"]}'), ('b', 2, '{}');
CREATE TABLE large (
    clock slaops.sla_clock, history slaops.ticket_history, survival slaops.survival, series slaops.series,
    matrix slaops.transition_matrix, fit slaops.forecast_fit, calendar slaops.calendar, risk slaops.risk_model
);
INSERT INTO large SELECT
    (SELECT slaops.sla_clock_agg(now() + i * interval '1 second', CASE i % 2 WHEN 0 THEN 'pause' ELSE 'resume' END) FROM generate_series(1, :n) AS i),
    (SELECT slaops.ticket_history(now() + i * interval '1 second', CASE i % 3 WHEN 0 THEN 'comment' ELSE 'status' END, NULL, NULL, NULL, NULL, CASE i % 2 WHEN 0 THEN 'open' ELSE 'pending' END, NULL, NULL)
        FROM generate_series(1, :n) AS i),
    (SELECT slaops.survival_agg(i * 0.7, i % 3 > 0) FROM generate_series(1, :n) AS i),
    (SELECT slaops.series(timestamptz '2024-01-01Z' + i * interval '1 minute', i % 7 + 0.1) FROM generate_series(1, :n) AS i),
    (SELECT slaops.transition_matrix(i % 9973, 'step ' || hashint4(i) % 400, timestamptz '2024-01-01Z' + i * interval '1 minute') FROM generate_series(1, 2 * :n) AS i),
    slaops.fit(ARRAY(SELECT 100 + 10 * sin(i) + i % 7 FROM generate_series(1, 5000) AS i), 'MNN', 900),
    (repeat('Mo 09:00-10:00; ', 900) || '24/7 @ UTC')::slaops.calendar,
    (SELECT slaops.risk_model_agg(jsonb_build_object('a', i % 997, 'b', (i % 499)::text, 'c', i * 7919 % 1009), i * 104729 % 1013 < i % 997, now() + i / 100 * interval '1 hour', now() + i / 100 * interval '1 hour', i::text, NULL)
        FROM generate_series(1, 10000) AS i);
CREATE TABLE wide AS SELECT 1 AS ticket_id, timestamptz '2026-01-01Z' AS created_at, repeat('P', 3 * :n) AS priority, repeat('s', :n) AS status,
    array_fill('tag'::text, ARRAY[100000]) AS tags, jsonb_build_object('extra', (SELECT jsonb_agg('{"": 0}'::jsonb) FROM generate_series(1, :n))) AS attributes;
SQL
}

# Each function with an argument of the type: the value there, something small elsewhere.
sweep() { # type, value[, the variable's type]
    echo "-- $1: ${2:0:60}"
    psql_ -q -v ON_ERROR_STOP=1 <<SQL || { crashed || true; echo "with a large $1: $2" >&2; exit 1; }
SET statement_timeout = '300s';
SET client_min_messages = error;
DO \$do\$
DECLARE
    f record;
    large ${3:-$1};
BEGIN
    BEGIN
        large := $2;
    EXCEPTION WHEN out_of_memory OR program_limit_exceeded THEN
        RAISE NOTICE 'the value itself is refused: %', SQLERRM;
        RETURN;
    END;
    FOR f IN
        SELECT p.oid::regprocedure AS signature, p.prolang <> (SELECT l.oid FROM pg_language AS l WHERE l.lanname = 'c') AS is_sql, format('SELECT count(x::text) FROM (SELECT slaops.%I(%s) AS x LIMIT 3) AS y', p.proname, string_agg(
            CASE WHEN big.place = a.place THEN '\$1' ELSE CASE format_type(a.type, NULL)
                WHEN 'text' THEN '''current''' WHEN 'timestamp with time zone' THEN '''2026-01-05Z'''
                WHEN 'jsonb' THEN '''{"priority": "P1", "created_at": "2026-01-01T00:00:00Z"}''' WHEN 'record' THEN 'ROW(1)'
                WHEN 'integer' THEN '1' WHEN 'bigint' THEN '1' WHEN 'boolean' THEN 'true' WHEN 'double precision' THEN '0.5' WHEN 'interval' THEN '''1 hour'''
                WHEN 'slaops.calendar' THEN '''24/7 @ UTC''' WHEN 'slaops.sla_clock' THEN '''start 2026-01-01T00:00:00Z'''
                WHEN 'slaops.ticket_history' THEN '''[{"event_at": "2026-01-01T00:00:00Z", "event_type": "created"}]'''
                WHEN 'slaops.series' THEN '''{"step": null, "points": [["2026-01-01T00:00:00Z", 1], ["2026-01-02T00:00:00Z", 2], ["2026-01-03T00:00:00Z", 4]]}'''
                WHEN 'slaops.forecast_fit' THEN 'slaops.fit(ARRAY[1, 2, 4], ''drift'')' WHEN 'double precision[]' THEN '''{1, 2, 4}'''
                WHEN 'date' THEN '''2026-01-01''' WHEN 'tstzrange' THEN '''(,)''' WHEN 'tstzmultirange' THEN '''{(,)}''' WHEN 'regclass' THEN '''pg_class'''
                WHEN 'date[]' THEN '''{}''' WHEN 'text[]' THEN '''{start}''' WHEN 'timestamp with time zone[]' THEN '''{}''' WHEN 'interval[]' THEN '''{}'''
                WHEN 'slaops.survival' THEN '''10, 20+''' WHEN 'slaops.transition_matrix' THEN '(SELECT matrix FROM large)'
                WHEN 'slaops.risk_model' THEN '(SELECT risk FROM large)'
                WHEN 'slaops.sla_term[]' THEN 'ARRAY[(''-infinity'', ''desk'', ''8 hours'')]' ELSE 'NULL' END
                || CASE format_type(a.type, NULL) WHEN 'record' THEN '' ELSE '::' || format_type(a.type, NULL) END END, ', ' ORDER BY a.place)) AS call
        FROM pg_proc AS p
        CROSS JOIN LATERAL unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)
        JOIN LATERAL unnest(p.proargtypes) WITH ORDINALITY AS big (type, place) ON format_type(big.type, NULL) = '$1'
        WHERE p.pronamespace = 'slaops'::regnamespace AND p.prokind = 'f' AND NOT p.proargtypes::oid[] && ARRAY['internal'::regtype::oid, 'cstring'::regtype::oid]
        GROUP BY p.oid, p.proname, big.place
    LOOP
        -- Functions in SQL hand texts to Postgres's own functions, some of them once a row of its catalogs.
        CONTINUE WHEN f.is_sql AND '$1' = 'text' AND length(large::text) > 9000;
        BEGIN
            EXECUTE f.call USING large;
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE !~ '^(22|42|53|54|3F|2B|55|0A|P0)' OR SQLERRM ~* 'panic' THEN RAISE '% %: % %', f.signature, f.call, SQLSTATE, SQLERRM; END IF;
        END;
    END LOOP;
END \$do\$;
SQL
}

# Statements that are each a result or an error of those classes.
alone() { # statement[, what it reads]
    local out
    out=$(psql_ -q -v VERBOSITY=sqlstate -o /dev/null -c "$1" 2>&1 <"${2:-/dev/null}" || true)
    case $out in
        '' | "ERROR:  "22??? | "ERROR:  "53??? | "ERROR:  "54??? | "NOTICE: "*) ;;
        *) crashed || true; echo "$1: $out" >&2; exit 1 ;;
    esac
}

declare -A small large
ics="'BEGIN:VCALENDAR' || E'\n' || repeat(E'BEGIN:VEVENT\nDTSTART:20260101\nEXDATE:20260101\nEND:VEVENT\n', 65000) || 'END:VCALENDAR'"
exdates="E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n' || repeat(E'EXDATE:20260101\n', 240000) || E'END:VEVENT\nEND:VCALENDAR'"
daily="E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:' || repeat('x', 3900000) || E'\nDTSTART:19000101\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR'"
small[text]="repeat('x', 9000)
repeat('Mo 09:00-10:00; ', 12000) || '24/7 @ UTC'
'{\"union\": [' || repeat('{\"\":0},', 140000) || '0]}'
'start > a' || repeat(' > b', 24000) || ' > end'
repeat(E'- a\n', 240000)
'[' || repeat('{},', 330000) || '0]'
$ics
$exdates
$daily"
large[text]="repeat('x', 400000000)"
small[jsonb]="(SELECT jsonb_build_object('extra', jsonb_agg('{\"\": 0}'::jsonb)) FROM generate_series(1, 200000))
(SELECT jsonb_agg(('1e' || 100000 + i)::numeric) FROM generate_series(1, 200) AS i)
jsonb_build_object('priority', repeat('x', 10000000), 'time_zone', 'UTC', 'hours', repeat('Mo 09:00-10:00; ', 12000))"
small[json]="json_build_object('Plan', json_build_object('Total Cost', repeat('9', 10000000)))"
large[jsonb]="jsonb_build_object('priority', repeat('x', 200000000))"
small['text[]']="array_fill('a'::text, ARRAY[1000000])
array_fill('step 1'::text, ARRAY[9999])
array_fill(repeat('a', 1000), ARRAY[50000])"
large['text[]']="array_fill('a'::text, ARRAY[40000000])"
small['double precision[]']="array_fill(1.5::float8, ARRAY[1000000])
(SELECT array_agg(100 + 10 * sin(i) + i % 7) FROM generate_series(1, 3000) AS i)"
large['double precision[]']="array_fill(1.5::float8, ARRAY[40000000])"
small['timestamp with time zone[]']="array_fill(timestamptz '2026-01-05Z', ARRAY[1000000])
(SELECT array_agg(timestamptz '2026-01-05Z' + i * interval '1 s') FROM generate_series(1, 1000000) AS i)"
large['timestamp with time zone[]']="array_fill(timestamptz '2026-01-05Z', ARRAY[40000000])"
small['interval[]']="array_fill(interval '1 hour', ARRAY[1000000])"
large['interval[]']="array_fill(interval '1 hour', ARRAY[40000000])"
small['date[]']="(SELECT array_agg(date '2000-01-01' + i) FROM generate_series(1, 20000) AS i)
array_fill(date '2026-01-05', ARRAY[1000000])"
large['date[]']="array_fill(date '2026-01-05', ARRAY[80000000])"
small['slaops.variant[]']="array_fill((ARRAY['a', 'b'], 1)::slaops.variant, ARRAY[100000])"
small['slaops.sla_term[]']="array_fill(('-infinity', 'desk', '8 hours')::slaops.sla_term, ARRAY[100000])
ARRAY(SELECT (timestamptz '2026-01-05Z' + i * interval '1 s', 'desk', '8 hours')::slaops.sla_term FROM generate_series(1, 1000) AS i)"
large['slaops.sla_term[]']="array_fill(('-infinity', 'desk', '8 hours')::slaops.sla_term, ARRAY[5000000])"
small[tstzmultirange]="(SELECT range_agg(tstzrange(t, t + '1 s')) FROM generate_series(timestamptz '2026-01-05Z', '2026-01-15Z', '10 s') AS t)"
small[record]="(SELECT w FROM wide AS w)"
small[slaops.sla_clock]="(SELECT clock FROM large)"
small[slaops.ticket_history]="(SELECT history FROM large)"
small[slaops.survival]="(SELECT survival FROM large)"
small[slaops.series]="(SELECT series FROM large)"
small[slaops.transition_matrix]="(SELECT matrix FROM large)"
small[slaops.forecast_fit]="(SELECT fit FROM large)"
small[slaops.calendar]="(SELECT calendar FROM large)"
small[slaops.risk_model]="(SELECT risk FROM large)"
# Numbers and the like can ask for much.
small[integer]="2147483647
1000000"
small[bigint]="9223372036854775807
1000000"
small[date]="'infinity'
'9999-12-31'"
small['timestamp with time zone']="'infinity'
'9999-12-31Z'"
small[interval]="'1 microsecond'
'170000000 years'"
small['double precision']="'Infinity'
1e300"
small[tstzrange]="'(,)'"
small[boolean]=true
small[regclass]="'pg_class'"
small[regrole]="'postgres'"
small[oid]="'pg_class'::regclass::oid"
small[name]="'pg_class'"
small[anyelement]=1 small[anynonarray]=1 small[bytea]="decode(repeat('00', 1000000), 'hex')"

# What each aggregate is given; its rows are as many as the name says.
declare -A rows
rows[sla_clock_agg]="slaops.sla_clock_agg(now() + i * interval '1 s', 'start') 1000000
slaops.sla_clock_agg(now() + i * interval '1 s', 'start', i) 1000000"
rows[ticket_history]="slaops.ticket_history(now() + i * interval '1 s', 'status', NULL, NULL, NULL, NULL, repeat('x', 10), NULL, NULL) 1000000
slaops.ticket_history(now(), 'comment', NULL, NULL, NULL, NULL, repeat('x', 10000000), NULL, NULL) 3"
rows[trace]="slaops.trace('a', now() + i * interval '1 s') 2000001
slaops.trace('a', now() - i * interval '1 s', i) 1000000
slaops.trace(repeat('x', 1000000), now() + i * interval '1 s') 200"
rows[transition_matrix]="slaops.transition_matrix(i % 7, 'a', now() + i * interval '1 s') 4000000
slaops.transition_matrix(1, (i::bigint * 7919 % 1000)::text, now() + hashint8(i) * interval '1 s') 1000000
slaops.transition_matrix(i % 7, 'a' || i % 700, now() + i::bigint * i * interval '1 s', i) 1000000
slaops.transition_matrix(i, 'a' || i % 3, now() + i * interval '1 s', 'desk') 1000000
slaops.transition_matrix(i, 'a', now() + i * interval '1 s', 'desk', i) 1000000
slaops.transition_matrix(i, 'a', now() + i * interval '1 s', '24/7 @ UTC'::slaops.calendar) 1000000
slaops.transition_matrix(i, 'a', now() + i * interval '1 s', '24/7 @ UTC'::slaops.calendar, i) 1000000"
rows[survival_agg]="slaops.survival_agg(i * 0.7, i % 3 > 0) 4000000"
rows[series]="slaops.series(timestamptz '2024-01-01Z' + i * interval '1 minute', i * 0.1) 1000000
slaops.series(timestamptz '2024-01-01Z' + i * interval '1 minute', i * 0.1, '1 hour') 4000000
slaops.series(timestamptz '2024-01-01Z' + i * interval '1 minute', 1e16 * (i % 3) + 0.1, '1 day', 'zero') 1000000
slaops.series(timestamptz '2024-01-01Z' + i * interval '1 minute', i, '1 minute', 'zero', 'refuse') 1000000"
rows[rollup]="slaops.rollup((SELECT survival FROM large)) 4
slaops.rollup((SELECT series FROM large)) 4
slaops.rollup((SELECT matrix FROM large)) 1
slaops.rollup((SELECT clock FROM large)) 2
slaops.rollup((SELECT history FROM large)) 2"
rows[rolling_zscore]="max(z) FROM (SELECT slaops.rolling_zscore(i % 100) OVER (ORDER BY i ROWS BETWEEN 300000 PRECEDING AND CURRENT ROW) AS z 400000"
rows[robust_zscore]="max(z) FROM (SELECT slaops.robust_zscore(i::bigint * 7919 % 99991) OVER (ORDER BY i ROWS BETWEEN 300000 PRECEDING AND CURRENT ROW) AS z 400000"
rows[risk_model_agg]="slaops.risk_model_agg(jsonb_build_object('a', i % 997, 'b', i::text, 'c', i * 7919::bigint % 1009), i % 997 < 500, now() + i / 1000 * interval '1 hour', now() + i / 1000 * interval '1 hour', i::text, NULL) 300000"
rows[attainment]="slaops.attainment('met') 1000000"

# A message of the binary form of a type, as COPY reads it.
binary() { # type, bytes, file
    {
        printf 'PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\001'
        printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($2 >> 24 & 255)) $(($2 >> 16 & 255)) $(($2 >> 8 & 255)) $(($2 & 255)))"
        # Its version and what follows of the head, then zeros, of which lists are empty.
        printf '%b' "$4"
        head -c $(($2 - $5)) /dev/zero | tr '\0' "$6"
        printf '\377\377'
    } >"$3"
    alone "CREATE TEMP TABLE received (v $1); COPY received FROM STDIN (FORMAT binary)" "$3"
}

run() { # kilobytes, entries, whether with the largest values
    (
        ulimit -v "$1"
        cluster_start shared_buffers=16MB jit=off max_parallel_workers_per_gather=2 work_mem=64MB
        prepare "$2"
        local type value statement missing
        coproc bystander { "$PG_BIN/psql" -X -At -v ON_ERROR_STOP=1; }
        local asked=${bystander[1]} answers=${bystander[0]} answer
        echo "CREATE TEMP TABLE mine AS SELECT 42 AS i; SELECT 'ready';" >&"$asked"
        while read -r answer <&"$answers" && [ "$answer" != ready ]; do :; done

        missing=$(psql_ -At -c "
            SELECT DISTINCT format_type(a.type, NULL) FROM pg_proc AS p, unnest(p.proargtypes) AS a (type)
            WHERE p.pronamespace = 'slaops'::regnamespace AND p.prokind = 'f' AND a.type NOT IN ('internal'::regtype, 'cstring'::regtype)")
        while read -r type; do
            [ -n "${small[$type]:-}" ] || { echo "no large value of the type $type is known here" >&2; exit 1; }
            while read -r value; do
                case $type in
                    record) sweep "$type" "$value" wide ;;
                    any*) sweep "$type" "$value" integer ;;
                    *) sweep "$type" "$value" ;;
                esac
            done <<<"${small[$type]}${3:+${large[$type]:+$'\n'${large[$type]}}}"
        done <<<"$missing"

        missing=$(psql_ -At -c "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'slaops'::regnamespace AND prokind = 'a'")
        while read -r type; do
            [ -n "${rows[$type]:-}" ] || { echo "no rows for the aggregate $type are known here" >&2; exit 1; }
            while read -r value; do
                statement="SELECT ${value% *} FROM generate_series(1, ${value##* }) AS i"
                case $value in max*) statement+=') AS x' ;; *) statement="SELECT length(x::text) FROM ($statement) AS a (x)" ;; esac
                echo "-- $statement"
                alone "$statement"
            done <<<"${rows[$type]}"
        done <<<"$missing"

        # Input functions take text, and messages of the binary form.
        missing=$(psql_ -At -c "SELECT oid::regtype FROM pg_type WHERE typnamespace = 'slaops'::regnamespace AND typtype = 'b' AND typcategory <> 'A'")
        while read -r type; do
            while read -r value; do
                alone "SELECT length((($value)::$type)::text)"
            done <<<"${small[text]}${3:+$'\n'${large[text]}}
'[' || repeat('{\"event_at\": \"2026-01-05T09:00:00Z\", \"event_type\": \"created\"},', 300000) || '{\"event_at\": \"2026-01-05T09:00:00Z\", \"event_type\": \"created\"}]'
repeat('start 2026-01-05T09:00:00Z, ', 1000000)
(SELECT string_agg(i::text || '+', ', ') FROM generate_series(1, 1000000) AS i)
'{\"step\": null, \"points\": [' || repeat('[\"2026-01-01T00:00:00Z\", 1],', 500000) || '[\"2026-01-01T00:00:00Z\", 1]]}'
'{\"cases\": 0, \"events\": 0, \"skipped\": 0, \"first_at\": 0, \"last_at\": 0, \"business\": false, \"sample\": [' || repeat('1,', 8000000) || '1]}'"
            for value in '\x01' '\x02' '\x01\x00\x00\x00'; do
                for zeros in '\0' '\001' '\377'; do
                    binary "$type" 30000000 "$CLUSTER_DIR/message" "$value" $((${#value} / 4)) "$zeros"
                done
            done
        done <<<"$missing"

        if crashed; then exit 1; fi
        echo "SELECT 'still ' || i FROM mine;" >&"$asked"
        read -r answer <&"$answers" || true
        [ "$answer" = 'still 42' ] || { echo "the other session answers: $answer" >&2; exit 1; }
        # shellcheck disable=SC2154     # set by coproc
        kill "$bystander_PID"
        echo "$1 kB: no crash"
    )
}

run "${SLAOPS_TIGHT_KB:-450000}" 100000 ''
# The largest values, of 40 million elements and 400 MB, take many minutes: SLAOPS_MEMORY_ALL=1 by hand.
[ -z "${SLAOPS_MEMORY_ALL:-}" ] || run 2000000 300000 all
