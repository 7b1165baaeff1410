#!/bin/bash
# Time slaops.transition_matrix against window functions, DuckDB, polars and pm4py, in a throwaway cluster, and
# print one table. `make bench` calls this; the peers come from PyPI.
#
#   BENCH_CASES=1000000   cases of the large log, five events each
#   BENCH_RUNS=5          runs, interleaved; the table has their median
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
venv=${CARGO_TARGET_DIR:-target}/bench-venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import psycopg' 2>/dev/null || "$venv/bin/pip" install --quiet 'psycopg[binary]==3.3.2' || "$venv/bin/pip" install --quiet 'psycopg[binary]'
"$venv/bin/python" -c 'import duckdb, polars, pyarrow' 2>/dev/null || "$venv/bin/pip" install --quiet duckdb polars pyarrow || echo 'bench: no DuckDB or polars (PyPI out of reach)' >&2
"$venv/bin/python" -c 'import pm4py' 2>/dev/null || "$venv/bin/pip" install --quiet pm4py || echo 'bench: no pm4py (PyPI out of reach)' >&2
cluster_start shared_buffers=2GB work_mem=1GB maintenance_work_mem=512MB max_wal_size=8GB wal_level=minimal max_wal_senders=0 \
    checkpoint_timeout=1h autovacuum=off jit=off max_parallel_workers_per_gather=0 parallel_setup_cost=0 parallel_tuple_cost=0 min_parallel_table_scan_size=0
psql_ -q -c 'CREATE EXTENSION slaops'
"$venv/bin/python" bench/transition.py "${BENCH_CASES:-1000000}" "${BENCH_RUNS:-3}"
