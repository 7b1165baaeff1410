#!/bin/bash
# A city's own due times, from its rules as policies: the slice in tests/data always, the whole file where it lies in
# ../shared beside the project or in SLAOPS_SHARED.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
cd "$REPO"      # examples/boston311.sql reads examples/boston311.yml
checks=tests/views/boston/checks.sql
full=${SLAOPS_SHARED:-$REPO/../shared}/data/boston311/cases_2015.csv.gz
psql_ -q -c 'CREATE EXTENSION slaops'
run() {         # file, what to call it
    local columns
    columns=$(zcat "$1" | sed -n '1{s/,/ text, /g;s/$/ text/;p;q}' || true)
    psql_ -q -c 'DROP TABLE IF EXISTS service_request, promise CASCADE' -c "CREATE TABLE service_request ($columns)" 2>/dev/null
    zcat "$1" | psql_ -q -c '\copy service_request FROM pstdin csv header'
    psql_ -q -o /dev/null -v "file=$2" -f examples/boston311.sql -f tests/support/checks.sql -f "$checks" -f "${checks%checks.sql}reconciliation.sql" >/dev/null
}
run tests/data/boston311.csv.gz slice
if [ -r "$full" ]; then
    run "$full" whole
else
    echo "boston: no $full, so only the slice is tested; SLAOPS_SHARED names its directory"
fi
