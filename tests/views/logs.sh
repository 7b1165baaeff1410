#!/bin/bash
# Logs that may not be copied into the project: the whole incident log, a help desk, Apache AVRO's Jira. They
# are read from ../shared beside the project, or from SLAOPS_SHARED.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
data=${SLAOPS_SHARED:-$REPO/../shared}/data
for file in helpdesk jira_issues jira_transitions incident_event_log; do
    if [ ! -r "$data/$file.csv.gz" ]; then
        echo "logs: no $data/$file.csv.gz, so the logs of others are not tested; SLAOPS_SHARED names their directory"
        exit 77
    fi
done
cluster_use
psql_ -q -c 'CREATE EXTENSION slaops'
load() {        # table, file: every column a text, a second column of one name with a number
    local columns
    columns=$(zcat "$data/$2.csv.gz" | sed -n 1p | tr -d '\r' | tr ',' '\n' | tr 'A-Z ' 'a-z_' | awk '{ n = ++seen[$0]; printf "%s\"%s%s\" text", (NR > 1 ? ", " : ""), $0, (n > 1 ? n : "") }')
    psql_ -q -c "CREATE TABLE $1 ($columns)"
    zcat "$data/$2.csv.gz" | psql_ -q -c "\\copy $1 FROM pstdin csv header"
}
load jira_issue jira_issues
load jira_transition jira_transitions
load helpdesk helpdesk
load incident_log incident_event_log
psql_ -q -o /dev/null -f "$(dirname "$0")/logs/logs.sql"
