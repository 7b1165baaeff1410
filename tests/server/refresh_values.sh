#!/bin/bash
# A refresh that cannot publish what it has computed, for a value in it, begins anew when it is called again: it
# neither stops at the same value for ever, nor leaves rows behind. And what is published to a subscriber can be
# deleted at each point of a first build.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_start wal_level=logical
is() { [ "$2" = "$3" ] || { echo "$1: $2, not $3" >&2; exit 1; }; }
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 60);
CREATE TABLE t AS SELECT * FROM demo.tickets;
SELECT FROM slaops.create_marts('marts', 't', 'demo.ticket_events', policy_set => 'demo');
-- What a summary might refuse.
ALTER TABLE marts.stored_mart_agent_productivity ADD CONSTRAINT no_elephants CHECK (agent <> 'Elephant');
UPDATE t SET assignee = 'Elephant' WHERE ticket_id = (SELECT min(ticket_id) FROM t WHERE status IN ('solved', 'closed'));
SQL
at=$(psql_ -At -c "SELECT as_of + interval '1 day' FROM marts.mart_state")
for _ in 1 2; do
    said=$(psql_ -q -c "CALL slaops.refresh('marts', '$at')" 2>&1 || true)
    [[ $said = *no_elephants* ]] || { echo "$said" >&2; exit 1; }
done
is "what is left of it" "$(psql_ -At -c "SELECT pending IS NULL FROM marts.mart_state" -c "SELECT count(*) FROM marts.stored_int_ticket_lifecycle, marts.mart_state AS s WHERE stored_int_ticket_lifecycle.run > s.run")" $'t\n0'
psql_ -q -c "SET client_min_messages = warning" -c "UPDATE t SET assignee = 'Ann' WHERE assignee = 'Elephant'" -c "CALL slaops.refresh('marts', '$at')"
is "published" "$(psql_ -At -c "SELECT as_of = '$at' FROM marts.mart_state" -c "SELECT state FROM marts.refresh_log ORDER BY refresh DESC LIMIT 1")" $'t\ndone'

# Begun, stopped between two batches, and forgotten.
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE PUBLICATION everything FOR ALL TABLES;
SELECT FROM slaops.create_marts('other', 't', 'demo.ticket_events', policy_set => 'demo', refresh => false);
DO $$
BEGIN
    PERFORM slaops.lock_marts('other', 'refresh');
    FOR i IN 1..2 LOOP
        PERFORM slaops.refresh_step('other', '2026-01-05Z', NULL, 20, true, i = 2);
    END LOOP;
END $$;
UPDATE slaops.sla_targets SET target = target * 2 WHERE policy_set = 'demo';
CALL slaops.refresh('other', '2026-01-05Z');
SQL
is "after a configuration that changed meanwhile" "$(psql_ -At -c "SELECT string_agg(state, ' ' ORDER BY refresh) FROM other.refresh_log" -c "SELECT count(*) FROM other.int_ticket_lifecycle" -c "SELECT count(*) FROM pg_index WHERE indexrelid::regclass::text LIKE 'other.slaops_fct_sla_attainment%'")" $'abandoned done\n60\n4'

# Views of a version without dimensions and with another key of a summary are brought up to date.
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
DROP PUBLICATION everything;
ALTER TABLE marts.mart_state DROP COLUMN dimensions;
DROP INDEX marts.slaops_int_sla_by_day_key;
CREATE UNIQUE INDEX slaops_int_sla_by_day_key ON marts.stored_int_sla_by_day (day, metric, priority, group_name) NULLS NOT DISTINCT;
SELECT FROM slaops.create_marts('marts');
UPDATE t SET priority = 'low' WHERE priority = 'high';
CALL slaops.refresh('marts');
SQL
is "after an upgrade" "$(psql_ -At -c "SELECT sum(decided) FROM marts.int_sla_by_day")" "$(psql_ -At -c "SELECT count(*) FROM marts.fct_sla_attainment WHERE decided_at IS NOT NULL")"
is "unchanged" "$(psql_ -qAt -c "SET client_min_messages = warning" -c "SELECT DISTINCT change FROM slaops.create_marts('marts')")" unchanged
