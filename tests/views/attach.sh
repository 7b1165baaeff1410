#!/bin/bash
# The same team through a loader's tables: what attach makes of them gives the figures of the canonical tables.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -f "$(dirname "$0")/attach/zendesk.sql"
psql_ -q -o /dev/null -f "$(dirname "$0")/attach/jira.sql"
columns=$(zcat "$REPO/tests/data/incident_event_log.csv.gz" | sed -n '1{s/,/ text, /g;s/$/ text/;p}')
psql_ -q -c "CREATE TABLE incident_log ($columns)"
zcat "$REPO/tests/data/incident_event_log.csv.gz" | psql_ -q -c '\copy incident_log FROM pstdin csv header'
psql_ -q -o /dev/null -f "$(dirname "$0")/attach/servicenow.sql"
