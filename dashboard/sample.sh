# shellcheck shell=bash
# The sample team in a throwaway cluster, with its views, for the pages and for Superset. Source it, where there is
# a function `step` for messages.
#   sample_team NAME     NAME begins its messages. SCHEMA is where the views go; PGUSER is a reader of them afterwards.
sample_team() {
    # shellcheck source=tests/harness/cluster.sh
    . "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
    step 'A throwaway server'
    cluster_start
    trap 'exit 0' INT TERM
    psql_ -q -c 'CREATE EXTENSION slaops' || { echo "$1: slaops is not installed there; run 'make install'" >&2; exit 1; }
    step 'The sample team: 50,000 tickets of one year'
    psql_ -q -o /dev/null -c "SELECT slaops.load_sample('demo')"
    # Their figures are of the end of that year.
    psql_ -q -c "ALTER DATABASE $PGDATABASE SET slaops.as_of = '2026-01-05 08:00+00'"
    step 'Its views and figures (about a minute)'
    psql_ -q -o /dev/null -v schema="$SCHEMA" <<'SQL'
SELECT FROM slaops.create_marts(
    :'schema', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo',
    group_capacity => 'demo.group_capacity', agents => 'demo.agents',
    shifts => 'demo.shifts', work_logs => 'demo.work_logs',
    dimensions => '{brand,region,channel,tier}'
);
CREATE ROLE dashboard LOGIN;
SELECT FROM slaops.grant_read(:'schema', 'dashboard');
SQL
    export PGUSER=dashboard
}
