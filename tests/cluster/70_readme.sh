#!/bin/bash
# The README's SQL runs, and its demo is the demo's.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use

# Each block of SQL in a file of its own.
blocks=${CARGO_TARGET_DIR:-$REPO/target}/readme
rm -rf "$blocks"
mkdir -p "$blocks"
awk -v dir="$blocks" '/^```sql$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside { print > sprintf("%s/%02d.sql", dir, n) }' "$REPO/README.md"
[ "$(find "$blocks" -name '*.sql' | wc -l)" -ge 8 ]

psql_ -q -c 'CREATE EXTENSION slaops' -c 'CREATE TABLE incident_log (number text, incident_state text, active text, reassignment_count text,
    reopen_count text, sys_mod_count text, made_sla text, opened_at text, sys_updated_at text, category text, priority text, assignment_group text,
    resolved_at text, closed_at text)'
gzip -dc "$REPO/tests/data/incident_event_log.csv.gz" | psql_ -q -c '\copy incident_log FROM pstdin (FORMAT csv, HEADER true)'
for block in "$blocks"/*.sql; do
    if grep -q 'CREATE EXTENSION' "$block"; then
        continue
    fi
    psql_ -q <"$block" >/dev/null
    if grep -q 'incident_log\|FROM clock\|FROM attainment\|INTO slaops.calendars\|support\.\|demo_marts\|load_config($$' "$block"; then
        python3 - "$block" "$REPO/examples/demo.sql" <<'PY'
import sys
block, demo = (open(name).read() for name in sys.argv[1:])
sys.exit(0 if block.strip() in demo else f"README block is not in demo.sql:\n{block}")
PY
    fi
done
# The story of the team of 50,000: Tier 2 lacks people, Tier 1 can spare some, escalations are dear.
[ "$(psql_ -qAt -c "SELECT count(*) FROM demo_marts.recommendations WHERE area = 'capacity' AND action ~ '^Move [0-9.]+ (person|people) from Tier 1 to Tier 2 and add [0-9.]+ people: .* the move alone does not help: ' OR area = 'escalation' OR area = 'bottleneck' AND subject = 'Tier 2'")" = 3 ]
# Forecasts of all groups begin on one day, of one without tickets lately too.
forecast=$(grep -l 'slaops.forecast(daily' "$blocks"/*.sql | head -1)
[ "$(psql_ -qAt <"$forecast" | cut -d'|' -f2 | sort | uniq -c | head -1 | xargs)" = "3 2026-01-05" ]
# The figures in the first block's comments.
[ "$(psql_ -At <"$blocks/01.sql" | head -1)" = 120 ]
