#!/bin/bash
# Two public logs with every edge as pm4py and pandas have it, and two logs of support teams against window
# functions. They may not be copied into the project: they are read from ../shared beside it, or from SLAOPS_SHARED.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
shared=${SLAOPS_SHARED:-$REPO/../shared}
for file in vectors/dfg/receipt.json vectors/dfg/receipt.csv vectors/dfg/running-example.json vectors/dfg/running-example.csv data/helpdesk.csv data/incident_event_log.csv; do
    if [ ! -r "$shared/$file.gz" ]; then
        echo "transition_logs: no $shared/$file.gz, so the logs of others are not tested; SLAOPS_SHARED names their directory"
        exit 77
    fi
done
cluster_use
psql_ -q -c 'CREATE EXTENSION slaops' -c 'CREATE TABLE fact (log text, facts jsonb)' -c 'CREATE TABLE log (log text, case_id text, activity text, at timestamptz, seq bigint)'
for log in receipt running-example; do
    zcat "$shared/vectors/dfg/$log.json.gz" | tr -d '\n' | psql_ -q -c 'CREATE TEMP TABLE line (facts jsonb)' -c "\\copy line FROM pstdin (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')" -c "INSERT INTO fact SELECT '$log', facts FROM line"
    columns=$(zcat "$shared/vectors/dfg/$log.csv.gz" | sed -n '1{s/\r//;s/,/ text, /g;s/$/ text/;p}')
    zcat "$shared/vectors/dfg/$log.csv.gz" | psql_ -q -c "CREATE TEMP TABLE raw ($columns)" -c '\copy raw FROM pstdin csv header' \
        -c "INSERT INTO log SELECT '$log', case_id, activity, \"timestamp\"::timestamptz, event_index::bigint FROM raw"
done
load() {        # table, file: every column a text, a second column of one name with a number
    local columns
    columns=$(zcat "$shared/data/$2.csv.gz" | sed -n 1p | tr -d '\r' | tr ',' '\n' | tr 'A-Z ' 'a-z_' | awk '{ n = ++seen[$0]; printf "%s\"%s%s\" text", (NR > 1 ? ", " : ""), $0, (n > 1 ? n : "") }')
    psql_ -q -c "CREATE TABLE $1 ($columns)"
    zcat "$shared/data/$2.csv.gz" | psql_ -q -c "\\copy $1 FROM pstdin csv header"
}
load helpdesk helpdesk
load incident_log incident_event_log
psql_ -q -o /dev/null -f "$(dirname "$0")/../support/checks.sql" -f "$(dirname "$0")/../support/transition.sql" -f "$(dirname "$0")/transition_logs/dfg.sql"
