#!/bin/bash
# Each clock is alerted once, also when two sessions look at the same time; who listens to slaops_risk hears how many there are.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 5000);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents');
SQL
wanted=$(psql_ -qAt -c "SELECT count(*) FROM marts.at_risk_tickets WHERE breach_probability >= 0.2 AND comparable_clocks >= 10 AND status <> 'paused'")
[ "$wanted" -ge 5 ]
heard=$(psql_ -qAt -c 'LISTEN slaops_risk' -c "SELECT count(*) FROM slaops.alert('marts', 0.5)" -c 'SELECT 1')
said=$(psql_ -qAt -c "SELECT count(*) FROM marts.risk_alerts")
[ "$said" -ge 1 ]
grep -q "^Asynchronous notification \"slaops_risk\" with payload \"{\"alerts\": $said, \"schema\": \"marts\"}\" received" <<<"$heard"
[ "$(grep -c '^Asynchronous notification' <<<"$heard")" = 1 ]

# Two at once.
for session in 1 2; do
    psql_ -qAt -c 'BEGIN' -c "SELECT ticket_id, metric, cycle FROM slaops.alert('marts', 0.2)" -c 'SELECT FROM pg_sleep(1)' -c 'COMMIT' >"$CLUSTER_DIR/alert.$session" &
done
wait
[ "$(cat "$CLUSTER_DIR/alert.1" "$CLUSTER_DIR/alert.2" | grep -c '|')" = $((wanted - said)) ]
[ "$(psql_ -qAt -c 'SELECT count(*) FROM marts.risk_alerts')" = "$wanted" ]
