#!/bin/bash
# Series and forecasts on a server: parallel plans, binary form, memory, interrupts.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
CREATE TABLE event AS SELECT hashint4(i) & 63 AS queue, timestamptz '2024-01-01Z' + (hashint4(i * 3) & 1048575) * interval '1 minute' AS at, (i % 7)::float8 AS n, (hashint4(i * 5) & 65535) / 1000.0::float8 AS m FROM generate_series(1, 60000) AS i;
ALTER TABLE event SET (parallel_workers = 4);
ANALYZE event;
CREATE TABLE serial AS SELECT queue, slaops.series(at, n) AS plain, slaops.series(at, n, '1 day') AS days, slaops.series(at, n, '1 month', 'missing') AS months, slaops.series(at, m, '1 day') AS tenths FROM event GROUP BY queue;
SET max_parallel_workers_per_gather = 4;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
DO $$
DECLARE
    wrong bigint;
    line text;
    partial boolean := false;
BEGIN
    FOR line IN EXPLAIN SELECT queue, slaops.series(at, n, '1 day') FROM event GROUP BY queue LOOP partial := partial OR line LIKE '%Partial%'; END LOOP;
    IF NOT partial THEN RAISE 'the plan is not a partial one'; END IF;
    SELECT count(*) INTO wrong FROM (
        SELECT queue, slaops.series(at, n) AS plain, slaops.series(at, n, '1 day') AS days, slaops.series(at, n, '1 month', 'missing') AS months, slaops.series(at, m, '1 day') AS tenths FROM event GROUP BY queue) AS p
    FULL JOIN serial AS s USING (queue) WHERE p.plain::text IS DISTINCT FROM s.plain::text OR p.days::text IS DISTINCT FROM s.days::text OR p.months::text IS DISTINCT FROM s.months::text OR p.tenths::text IS DISTINCT FROM s.tenths::text;
    IF wrong <> 0 THEN RAISE '% series differ between parallel and serial plans', wrong; END IF;
    -- Every value is in some step.
    SELECT count(*) INTO wrong FROM (SELECT queue, sum(n) AS n FROM event GROUP BY queue) AS e JOIN serial USING (queue)
    CROSS JOIN LATERAL (SELECT sum(value) AS n FROM slaops.series_values(days)) AS d CROSS JOIN LATERAL (SELECT sum(value) AS n FROM slaops.series_values(months)) AS m
    WHERE e.n <> d.n OR e.n <> m.n;
    IF wrong <> 0 THEN RAISE '% series lose values', wrong; END IF;
END $$;
CREATE TABLE v AS SELECT days AS s, slaops.fit(days, m) AS f FROM serial, unnest(ARRAY['auto', 'theta', 'weekday_mean', 'drift', 'naive', 'MNM']) AS m WHERE queue < 2;
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC');
INSERT INTO v SELECT days, slaops.fit(days, m, cal => 'desk') FROM serial, unnest(ARRAY['auto', 'naive']) AS m WHERE queue < 2;
CREATE TABLE w (LIKE v);
-- By the name of a calendar in workers of a plan that writes; a fit by open hours is asked in another.
ALTER TABLE serial SET (parallel_workers = 4);
CREATE VIEW named AS SELECT queue, slaops.fit(days, 'weekday_mean', cal => 'desk') AS fit,
    (SELECT sum(forecast) FROM slaops.forecast(days, 14, 'weekday_mean', cal => 'desk')) AS total, (SELECT mase FROM slaops.backtest(days, '{naive}', 14, 2, cal => 'desk')) AS mase FROM serial;
DO $$
DECLARE
    wrong bigint;
    line text;
    gathers boolean := false;
BEGIN
    FOR line IN EXPLAIN CREATE TABLE apart AS TABLE named LOOP gathers := gathers OR line LIKE '%Gather%'; END LOOP;
    IF NOT gathers THEN RAISE 'the plan is not a parallel one'; END IF;
    CREATE TABLE apart AS TABLE named;
    SET LOCAL max_parallel_workers_per_gather = 0;
    SELECT count(*) INTO wrong FROM named AS n FULL JOIN apart AS a USING (queue)
    WHERE n.fit::text IS DISTINCT FROM a.fit::text OR n.total IS DISTINCT FROM a.total OR n.mase IS DISTINCT FROM a.mase
       OR n.total IS DISTINCT FROM (SELECT sum(forecast) FROM slaops.forecast(a.fit, 14, cal => 'desk')) OR n.total <= 0;
    IF wrong <> 0 THEN RAISE '% forecasts by name differ between parallel and serial plans', wrong; END IF;
    SELECT count(*) INTO wrong FROM apart;
    IF wrong <> 64 THEN RAISE '% queues', wrong; END IF;
END $$;
CREATE TABLE large AS SELECT slaops.series(timestamptz '2024-01-01Z' + i * interval '1 minute', i % 7 + 0.1) AS s FROM generate_series(1, 900000) AS i;
SQL
mkdir -p "${CARGO_TARGET_DIR:-$REPO/target}"
file=${CARGO_TARGET_DIR:-$REPO/target}/forecast.copy
psql_ -q -c '\copy v TO stdout (FORMAT binary)' >"$file"
psql_ -q -c '\copy w FROM pstdin (FORMAT binary)' <"$file"
rm "$file"
[ "$(psql_ -At -c 'SELECT count(*) FROM (SELECT s::text, f::text FROM v INTERSECT ALL SELECT s::text, f::text FROM w) AS same')" = 16 ]

refused() { # SQLSTATE, statement
    local out
    out=$(psql_ -v VERBOSITY=sqlstate -c "$2" 2>&1 >/dev/null || true)
    [[ "$out" == *"$1"* ]] || { echo "expected $1, got: $out" >&2; exit 1; }
}
# Ends soon after being cancelled; without that each takes a second or more.
stops() {
    local from took
    from=$(date +%s%N)
    refused 57014 "SET statement_timeout = '200ms'; $1"
    took=$((($(date +%s%N) - from) / 1000000))
    echo "cancelled after $took ms"
    [ "$took" -lt 3000 ]
}
long="(SELECT array_agg(100 + 10 * sin(i) + i % 7) FROM generate_series(1, 400000) AS i)"
stops "SELECT count(*) FROM slaops.forecast($long, 14, 'auto', 7)"
stops "SELECT count(*) FROM slaops.forecast(${long/400000/1000000}, 14, 'dynamic_theta', 1)"
stops "SELECT count(*) FROM slaops.backtest($long, '{naive,weekday_mean}', 1, 1000, 1000)"
# Looking for a season, at each of a thousand origins; reading a long array.
stops "SELECT count(*) FROM slaops.backtest($long, '{naive}', 1, 1000)"
stops "SELECT count(*) FROM (SELECT $long::text AS t OFFSET 0) AS x, generate_series(1, 200) AS i, slaops.forecast(t, i, 'naive')"
stops "SELECT count(*) FROM slaops.forecast(ARRAY[5, 4, 6, 7, 5, 8, 9, 7, 6, 8], 10000, 'MNN'), generate_series(1, 500)"
stops "SELECT count(*) FROM generate_series(1, 20) AS i, large WHERE length(s::text) > i"
stops "SELECT count(*) FROM (SELECT s::text AS t FROM large OFFSET 0) AS x, generate_series(1, 20) AS i WHERE pg_column_size(t::slaops.series) > i"
stops "SELECT pg_column_size(slaops.rollup(s)) FROM large, generate_series(1, 100)"
stops "SELECT pg_column_size(slaops.series(timestamptz '2024-01-01Z' + (i * 7919 % 999983) * interval '1 minute', 0.1)) FROM generate_series(1, 10000000::bigint) AS i"
stops "SELECT count(*) FROM slaops.anomalies((SELECT array_agg(i * 7919 % 999983) FROM generate_series(1, 1000000::bigint) AS i)::float8[], 1, 10000)"
stops "SELECT max(z) FROM (SELECT slaops.robust_zscore(CASE WHEN i % 3 = 0 THEN i ELSE 5 END) OVER (ORDER BY i) AS z FROM generate_series(1, 5000000) AS i) AS x"
refused 54000 "SELECT slaops.series(timestamptz '2000-01-01Z' + i * interval '1 second', 1) FROM generate_series(1, 1000001) AS i"
refused 54000 "SELECT slaops.series_step(slaops.series(timestamptz '2000-01-01Z' + i * interval '400 years', 1, '1 minute')) FROM generate_series(1, 3) AS i"
# Two million rows of a step are few sums.
psql_ -At -c "SELECT count(*) FROM slaops.series_values((SELECT slaops.series(timestamptz '2024-01-01Z' + i * interval '5 seconds', 1, '1 day') FROM generate_series(1, 2000000) AS i))" |
    { read -r days; echo "$days days"; [ "$days" = 116 ]; }
