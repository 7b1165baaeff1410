#!/bin/bash
# Breach risk beside scikit-learn in one run, in a throwaway cluster: fit and prediction times of 100,000 questions
# with 15 fields, and the Brier scores on Boston's cases where ../shared has them. Needs PyPI, or
#
#   BENCH_PYTHON=PATH    a Python that has scikit-learn and pandas
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"

python=${BENCH_PYTHON:-${CARGO_TARGET_DIR:-target}/bench-risk-venv/bin/python}
if [ ! -x "$python" ]; then
    venv=$(dirname "$(dirname "$python")")
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --retries 1 --timeout 20 scikit-learn pandas; }; then
        echo 'bench: no scikit-learn (PyPI out of reach, or no python3-venv): skipped' >&2
        exit 0
    fi
fi

cluster_start shared_buffers=512MB work_mem=256MB jit=off autovacuum=off max_parallel_workers_per_gather=0
psql_ -qAt -c 'CREATE EXTENSION slaops' -f bench/risk.sql
"$python" bench/risk_fit.py "$PG_BIN/psql" -X -qAt -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -d "$PGDATABASE"

full=${SLAOPS_SHARED:-$REPO/../shared}/data/boston311/cases_2015.csv.gz
if [ -r "$full" ]; then
    columns=$(zcat "$full" | sed -n '1{s/,/ text, /g;s/$/ text/;p;q}' || true)
    psql_ -q -c "CREATE TABLE service_request ($columns)"
    zcat "$full" | psql_ -q -c '\copy service_request FROM pstdin csv header'
    psql_ -q -o /dev/null -f bench/risk_boston.sql
    "$python" bench/risk.py "$PG_BIN/psql" -X -qAt -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -d "$PGDATABASE"
else
    echo "bench: no $full, so no Brier scores; SLAOPS_SHARED names its directory" >&2
fi
