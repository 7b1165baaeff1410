#!/bin/bash
# Survival summaries in parallel plans, in binary form, in a dump; and what a million rows cost in memory.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
CREATE TABLE ticket AS SELECT (hashint4(i) & 65535) / 16.0 AS minutes, hashint4(i * 7) & 3 > 0 AS finished, hashint4(i * 3) & 1023 AS team FROM generate_series(1, 100000) AS i;
ALTER TABLE ticket SET (parallel_workers = 4);
ANALYZE ticket;
CREATE TABLE serial AS SELECT team, slaops.survival_agg(minutes, finished) AS s FROM ticket GROUP BY team UNION ALL SELECT NULL, slaops.survival_agg(minutes, finished) FROM ticket;
SET max_parallel_workers_per_gather = 4;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
DO $$ BEGIN PERFORM set_config(name, 'on', false) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query'); END $$;
DO $$
DECLARE line text; partial bool := false; wrong bigint;
BEGIN
    FOR line IN EXPLAIN SELECT slaops.survival_agg(minutes, finished) FROM ticket LOOP partial := partial OR line LIKE '%Partial%'; END LOOP;
    IF NOT partial THEN RAISE 'the plan is not a partial one'; END IF;
    SELECT count(*) INTO wrong FROM (
        SELECT team, slaops.survival_agg(minutes, finished) AS s FROM ticket GROUP BY team UNION ALL SELECT NULL, slaops.survival_agg(minutes, finished) FROM ticket) AS p
    JOIN serial ON serial.team IS NOT DISTINCT FROM p.team WHERE p.s::text <> serial.s::text;
    IF wrong <> 0 THEN RAISE '% summaries differ between parallel and serial plans', wrong; END IF;
    SELECT count(*) INTO wrong FROM (SELECT slaops.rollup(s)::text AS s FROM serial WHERE team IS NOT NULL) AS r JOIN serial ON team IS NULL WHERE r.s <> serial.s::text;
    IF wrong <> 0 THEN RAISE 'the roll-up differs'; END IF;
    -- A stored summary, out of line, asked for each row.
    SELECT count(*) INTO wrong FROM ticket AS t JOIN serial ON serial.team IS NULL
    WHERE t.minutes < 2000 AND slaops.breach_probability(s, t.minutes, 2000) IS DISTINCT FROM slaops.survival_at(s, 2000) / slaops.survival_at(s, t.minutes);
    IF wrong <> 0 THEN RAISE '% probabilities differ', wrong; END IF;
END $$;
-- Distinct times, and not rows, take memory: 200,000 rows of 100 times in hash aggregation.
SET work_mem = '1MB'; SET max_parallel_workers_per_gather = 0;
SELECT count(*) FROM (SELECT slaops.survival_agg(minutes % 100, finished) FROM ticket, generate_series(1, 2) GROUP BY team) AS g;
-- Up to the limit of distinct times, in any number of rows: two rows of each, the second after all of the first.
SELECT 1 / (slaops.survival_at_risk(slaops.survival_agg((i % 8500000)::float8, true), 0) = 17000000)::integer FROM generate_series(1, 17000000) AS i;
SQL
mkdir -p "${CARGO_TARGET_DIR:-$REPO/target}"
file=${CARGO_TARGET_DIR:-$REPO/target}/survival.copy
psql_ -q -c '\copy (SELECT s FROM serial ORDER BY team) TO stdout (FORMAT binary)' >"$file"
psql_ -q -c 'CREATE TABLE again (s slaops.survival)' -c '\copy again FROM pstdin (FORMAT binary)' <"$file"
[ "$(psql_ -At -c 'SELECT count(*) FROM again WHERE s::text IN (SELECT s::text FROM serial)')" = 1025 ]

# Each byte of a summary changed, or the end cut off: refused with 22P03, with the server still up.
psql_ -q -c "\\copy (SELECT '6 x3, 6+, 7, 9+, 10, 300.5 x1000'::slaops.survival) TO stdout (FORMAT binary)" >"$file"
python3 - "$file" <<'PY'
import os, subprocess, sys
data = open(sys.argv[1], 'rb').read()
head, value = data[:21], data[25:-2]
psql = [os.environ["PG_BIN"] + "/psql", "-X", "-q", "-v", "VERBOSITY=sqlstate", "-v", "ON_ERROR_STOP=1"]
bad = [value[:i] for i in range(0, len(value), 3)] + [value[:i] + bytes([value[i] ^ 0x81]) + value[i + 1:] for i in range(len(value))] + [value + b'\0' * 10]
for b in bad:
    done = subprocess.run(psql + ["-c", "\\copy again FROM pstdin (FORMAT binary)"], input=head + len(b).to_bytes(4, 'big') + b + b'\xff\xff', capture_output=True)
    if done.returncode == 0 or b'22P03' not in done.stderr:
        sys.exit(f"unexpected answer to {b.hex()}: {done.stderr.decode()}")
PY
rm -f "$file"

"$PG_BIN/createdb" survival_restored
"$PG_BIN/pg_dump" | psql_ -q -d survival_restored >/dev/null
ask() { psql_ -At -d "$1" -c 'SELECT md5(string_agg(s::text, chr(10) ORDER BY team)) FROM serial'; }
[ "$(ask "$PGDATABASE")" = "$(ask survival_restored)" ]
"$PG_BIN/dropdb" survival_restored
