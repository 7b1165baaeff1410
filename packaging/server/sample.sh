#!/bin/bash
# Run once, when the data directory is new: the extension, the sample team's tickets and views, a refresh every ten minutes.
set -euo pipefail
psql() { command psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@"; }
psql -c 'CREATE EXTENSION slaops' -c 'CREATE EXTENSION pg_cron' -c 'GRANT USAGE ON SCHEMA slaops TO PUBLIC'
[ "${SLAOPS_SAMPLE:-5000}" -gt 0 ] || exit 0
psql -o /dev/null -v tickets="${SLAOPS_SAMPLE:-5000}" <<'SQL'
SET client_min_messages = warning;
SELECT FROM slaops.load_sample('demo', :tickets, until => date_trunc('hour', now()));
SELECT FROM slaops.create_marts(
    'demo_marts', 'demo.tickets', 'demo.ticket_events',
    policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents'
);
SELECT cron.schedule('slaops', '*/10 * * * *', $$CALL slaops.refresh('demo_marts')$$);
SQL
