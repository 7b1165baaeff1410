#!/bin/bash
# Small databases that Request Tracker and Redmine have filled themselves (tests/data): what attach makes of them gives the
# products' own figures. `make test-desks` fills large ones.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
zcat "$REPO/tests/data/request_tracker.sql.gz" | psql_ -q -o /dev/null
psql_ -q -o /dev/null -c 'CREATE EXTENSION slaops' -c "SELECT * FROM slaops.attach('request_tracker')" -f "$REPO/tests/realdesks/request_tracker/views.sql"
(cd "$REPO/tests/realdesks/request_tracker" && psql_ -q -o /dev/null -f compare.sql -f checks.sql -f reconciliation.sql)

"$PG_BIN/createdb" "${PGDATABASE}_redmine"
export PGDATABASE=${PGDATABASE}_redmine
zcat "$REPO/tests/data/redmine.sql.gz" | psql_ -q
psql_ -q -o /dev/null -c 'CREATE EXTENSION slaops' -c "SELECT * FROM slaops.attach('redmine', time_zone => 'Europe/Berlin')"
psql_ -q -o /dev/null -v zone=Europe/Berlin -f "$REPO/tests/realdesks/redmine/compare.sql" -f "$REPO/tests/realdesks/redmine/checks.sql"
# Figures without a line of configuration.
psql_ -q -o /dev/null -c 'SET client_min_messages = warning' -c "SELECT FROM slaops.create_marts('support')"
[ "$(psql_ -qAt -c "SELECT bool_and(l.closed_at = i.closed_on AT TIME ZONE 'Europe/Berlin') AND count(*) > 5 FROM support.int_ticket_lifecycle AS l JOIN issues AS i ON i.id = l.ticket_id JOIN issue_statuses AS s ON s.id = i.status_id AND s.is_closed")" = t ]
[ "$(psql_ -qAt -c "SELECT count(*) FROM support.config_health WHERE problem ~ 'status|state'")" = 0 ]
