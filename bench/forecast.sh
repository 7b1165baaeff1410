#!/bin/bash
# Time forecasts, and survival curves, beside statsmodels and statsforecast in a throwaway cluster, one core. Needs PyPI, or
#
#   BENCH_PYTHON=PATH    a Python that has both
#   BENCH_RUNS=3         runs, interleaved; the figures are medians
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"

python=${BENCH_PYTHON:-${CARGO_TARGET_DIR:-target}/bench-forecast-venv/bin/python}
if [ ! -x "$python" ]; then
    venv=$(dirname "$(dirname "$python")")
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --retries 1 --timeout 20 statsmodels==0.15.0 statsforecast==2.1.1; }; then
        echo 'bench: no statsmodels and statsforecast (PyPI out of reach, or no python3-venv): skipped' >&2
        exit 0
    fi
fi

cluster_start shared_buffers=512MB work_mem=256MB jit=off autovacuum=off max_parallel_workers_per_gather=0
psql_ -qAt <<'SQL'
CREATE EXTENSION slaops;
CREATE SCHEMA bench;
SELECT setseed(0.5);
-- Calls a day: a level that wanders, a week's shape, noise.
CREATE TABLE bench.day AS
SELECT series, t, greatest(round((level * (ARRAY[1.3, 1.1, 1.0, 0.95, 0.9, 0.5, 0.4])[1 + t % 7] + 25 * (random() + random() + random() - 1.5))::numeric), 1)::float8 AS n
FROM (SELECT series, t, 80 + series + sum(2 * random() - 1) OVER (PARTITION BY series ORDER BY t) AS level
      FROM generate_series(1, 100) AS series, generate_series(0, 729) AS t) AS walk;
CREATE TABLE bench.many AS
SELECT series, timestamptz '2026-01-01Z' + t * interval '1 day' AS at, round((20 + series % 50 + (ARRAY[30, 20, 15, 10, 5, 0, -5])[1 + t % 7] + 10 * random())::numeric)::float8 AS n
FROM generate_series(1, 10000) AS series, generate_series(0, 181) AS t;
CREATE INDEX ON bench.many (series);
CREATE TABLE bench.life AS SELECT -100 * ln(1 - random()) * (1 + i % 3) AS minutes, random() < 0.67 AS finished FROM generate_series(1, 1000000) AS i;
ANALYZE bench.life;
ANALYZE bench.day;
ANALYZE bench.many;
SQL
"$python" bench/forecast.py "$PG_BIN/psql" -X -qAt -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -d "${PGDATABASE:-postgres}"
