#!/bin/bash
# Plans of a week of half hours by slaops.shift_plan: people and paid minutes, what no plan can go below, seconds, and
# the memory of the backend. Prints a table.
#
#   BENCH_SECONDS="2 8"   max_seconds of the plans
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
cluster_start
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
CREATE TABLE line (team text, max_seconds float8, people int, fewest int, paid float8, least float8, seconds numeric, backend_mb int);
-- By day: open from seven to eight. By night: somebody is always needed.
CREATE FUNCTION need(busiest float8, always float8) RETURNS float8[] LANGUAGE sql AS $$
    SELECT array_agg(
        CASE WHEN always > 0 OR hour >= 7 AND hour < 20 THEN
            ceil(greatest(always, 0.05 * busiest) + 0.95 * busiest * weight * (
                exp(-((hour - 10.5) ^ 2) / 8) + 0.8 * exp(-((hour - 15) ^ 2) / 8)
            ))
        ELSE 0 END ORDER BY i
    )
    FROM generate_series(0, 335) AS i
    CROSS JOIN LATERAL (
        SELECT (i % 48) / 2.0::float8, (ARRAY[1, 0.95, 0.9, 0.9, 0.85, 0.4, 0.25])[1 + i / 48]
    ) AS part (hour, weight)
$$;
CREATE FUNCTION patterns(first int, last int, step int) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_array(
        jsonb_build_object('pattern', 'full', 'starts', starts, 'minutes', 510, 'breaks', '[{"after": [210, 240, 270], "minutes": 30}]'::jsonb),
        jsonb_build_object('pattern', 'part', 'starts', starts, 'minutes', 240)
    )
    FROM (SELECT jsonb_agg(to_char(i * interval '30 minutes', 'HH24:MI')) AS starts FROM generate_series(first, last, step) AS i) AS some_starts
$$;
SQL
for seconds in ${BENCH_SECONDS:-2 8}; do
    while IFS='|' read -r team need patterns; do
        psql_ -q -v team="$team" -v seconds="$seconds" <<SQL
SELECT clock_timestamp() AS began \gset
CREATE TEMP TABLE plan AS
SELECT * FROM slaops.shift_plan('2026-01-05Z', $need, $patterns, max_seconds => :seconds);
INSERT INTO line
SELECT :'team', :seconds, max(total_people), max(fewest_people), max(total_paid_minutes), max(least_paid_minutes),
    round(extract(epoch FROM clock_timestamp() - :'began')::numeric, 1)
FROM plan;
CREATE TEMP TABLE peak (line text);
COPY peak FROM PROGRAM 'grep VmHWM /proc/\$PPID/status | tr -d "\t"';
UPDATE line SET backend_mb = (SELECT substring(peak.line from '[0-9]+')::int / 1024 FROM peak) WHERE backend_mb IS NULL;
SQL
    done <<'END'
10 at the busiest, 13 starts|need(10, 0)|patterns(14, 38, 2)
100 at the busiest, 13 starts|need(100, 0)|patterns(14, 38, 2)
100 at the busiest, 25 starts|need(100, 0)|patterns(14, 38, 1)
around the clock, 24 starts|need(30, 3)|patterns(0, 47, 2)
END
done
psql_ -c "SELECT team, max_seconds, people, fewest, paid, least, seconds, backend_mb FROM line ORDER BY max_seconds, team"
