#!/bin/bash
# Taking slaops away, with marts, alerts, grants, policies and a schedule there: what Postgres says, what is left, and what a reinstall finds.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
settings=()
cron=
if [ -e "$("$PG_CONFIG" --pkglibdir)/pg_cron.so" ]; then
    cron=yes
    settings+=(shared_preload_libraries=pg_cron cron.database_name=postgres)
fi
cluster_start "${settings[@]}"
want() {
    [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }
}
ask() { psql_ -qAt "$@"; }
left() { ask -c "SELECT coalesce(string_agg(c.relname, ' ' ORDER BY c.relname), '') FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = '$1' AND c.relkind IN ('r', 'v', 'S')"; }
# Everything in the database that is not Postgres's own.
inventory() {
    ask <<'SQL'
SELECT x.what FROM (
    SELECT 'relation ' || n.nspname || '.' || c.relname AS what FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    UNION ALL SELECT 'function ' || n.nspname || '.' || p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    UNION ALL SELECT 'type ' || n.nspname || '.' || t.typname FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
    UNION ALL SELECT 'operator ' || n.nspname || '.' || o.oprname FROM pg_operator AS o JOIN pg_namespace AS n ON n.oid = o.oprnamespace
    UNION ALL SELECT 'cast ' || c.castsource || ' ' || c.casttarget FROM pg_cast AS c WHERE c.oid >= 16384
    UNION ALL SELECT 'policy ' || p.polname FROM pg_policy AS p
    UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger AS t
    UNION ALL SELECT 'event trigger ' || e.evtname FROM pg_event_trigger AS e
    UNION ALL SELECT 'schema ' || n.nspname FROM pg_namespace AS n
    UNION ALL SELECT 'extension ' || e.extname FROM pg_extension AS e
    UNION ALL SELECT 'default privileges ' || d.oid FROM pg_default_acl AS d
    UNION ALL SELECT 'setting ' || s.setconfig::text FROM pg_db_role_setting AS s
    UNION ALL SELECT 'large object ' || l.oid FROM pg_largeobject_metadata AS l
) AS x WHERE x.what !~ ' (pg_|information_schema\.)' ORDER BY 1
SQL
}
if [ -n "$cron" ]; then
    psql_ -q -c "ALTER SYSTEM SET cron.host = '$PGHOST'"
    cluster_ctl -m fast restart >/dev/null
    psql_ -q -c 'CREATE EXTENSION pg_cron'
fi
psql_ -q <<'SQL'
CREATE ROLE analyst;
CREATE SCHEMA team;
CREATE TABLE team.tickets AS SELECT i AS ticket_id, timestamptz '2026-01-05 00:00Z' + i * interval '1 minute' AS created_at, 'normal' AS priority, CASE WHEN i <= 40 THEN 'solved' ELSE 'open' END AS status,
       'Desk' AS group_name, CASE WHEN i <= 40 THEN timestamptz '2026-01-05 00:00Z' + i * interval '3 minutes' END AS solved_at FROM generate_series(1, 50) AS i;
CREATE TABLE team.events AS SELECT ticket_id, created_at AS event_at, 'created' AS event_type, NULL::text AS old_value, 'open' AS new_value FROM team.tickets
       UNION ALL SELECT ticket_id, solved_at, 'status', 'open', 'solved' FROM team.tickets WHERE solved_at IS NOT NULL;
SQL
bare=$(inventory)
config="policies: [{name: All, hours: 24x7, targets: {'*': {resolution: 50m}}}]"
install() {
    psql_ -q -o /dev/null -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION slaops' -c "SELECT slaops.load_config(\$\$$config\$\$, 'desk')"
}
marts() {
    psql_ -q -o /dev/null -c 'SET client_min_messages = warning' -c "SET slaops.as_of = '2026-01-05 01:20Z'" \
        -c "SELECT FROM slaops.create_marts('marts', 'team.tickets', 'team.events', policy_set => 'desk')" -c "SELECT FROM slaops.create_marts('live', 'team.tickets', 'team.events', policy_set => 'desk', stored => false)" \
        -c "SELECT FROM slaops.grant_read('marts', 'analyst')" -c "SELECT FROM slaops.alert('marts', 0.1, 1)"
}
install
marts
alerts=$(ask -c 'SELECT count(*) FROM marts.risk_alerts')
[ "$alerts" -ge 1 ]
psql_ -q -c 'CREATE TABLE team.hours (calendar slaops.calendar, note text)' -c "INSERT INTO team.hours VALUES ('Mo-Fr 09:00-17:00 @ UTC', 'desk')" -c 'CREATE VIEW team.late AS SELECT ticket_id FROM marts.fct_sla_attainment'
[ -z "$cron" ] || psql_ -q -o /dev/null -c "SELECT cron.schedule('slaops', '0 0 1 1 *', \$\$CALL slaops.refresh('marts')\$\$)"
figures=$(ask -c 'SELECT count(*), sum(elapsed_minutes) FROM marts.fct_sla_attainment' -c 'SELECT metric, met, breached FROM marts.sla_overview ORDER BY 1, 2, 3')
tables=$(ask -c "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind IN ('r', 'S')")
views=$(ask -c "SELECT count(*) FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind = 'v'")
summaries=$(ask -c "SELECT count(*) FROM slaops.mart_templates WHERE materialized IN ('table', 'aggregate', 'log')")

# Without CASCADE it is refused, and every object that would go is named, those after the first hundred in the server's log alone;
# nothing goes.
if psql_ -q -c '\set VERBOSITY verbose' -c 'DROP EXTENSION slaops' 2>"$CLUSTER_DIR/said"; then echo 'DROP EXTENSION was not refused' >&2; exit 1; fi
grep -q '^ERROR:  2BP01: cannot drop extension slaops because other objects depend on it' "$CLUSTER_DIR/said"
grep -q 'view marts.fct_sla_attainment depends on function slaops.published_run' "$CLUSTER_DIR/log"
grep -q 'column calendar of table team.hours depends on type slaops.calendar' "$CLUSTER_DIR/log"
grep -q 'view team.late depends on view marts.fct_sla_attainment' "$CLUSTER_DIR/log"
want 'figures after a refused DROP' "$(ask -c 'SELECT count(*), sum(elapsed_minutes) FROM marts.fct_sla_attainment' -c 'SELECT metric, met, breached FROM marts.sla_overview ORDER BY 1, 2, 3')" "$figures"
want 'views after a refused DROP' "$(ask -c "SELECT count(*) FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind = 'v'")" "$views"

# With CASCADE: views that call slaops go, and columns of its types. Tables with rows are the user's and stay, as do views that call no function of slaops:
# those of the source are the ones on which the policies of these tables stand, so that rows are as hidden as before.
psql_ -q -c 'SET log_min_messages = notice' -c 'DROP EXTENSION slaops CASCADE' 2>/dev/null
grep -q 'drop cascades to column calendar of table team.hours' "$CLUSTER_DIR/log"
grep -q 'drop cascades to view team.late' "$CLUSTER_DIR/log"
want 'left of marts' "$(left marts)" "$(tr ' ' '\n' <<<"$tables alerts int_group_capacity stg_agents stg_group_capacity stg_shifts stg_ticket_events stg_tickets stg_work_logs" | sort | xargs)"
want 'left of views without stored facts' "$(left live)" 'alerts int_group_capacity mart_state risk_alerts stg_agents stg_group_capacity stg_shifts stg_ticket_events stg_tickets stg_work_logs'
want "a table of the user's" "$(ask -c 'SELECT * FROM team.hours')" 'desk'
# Policies of summaries ask slaops and go: nobody but the owner reads these until it is there again.
want 'policies' "$(ask -c "SELECT count(*) FROM pg_policy WHERE polname = 'slaops_own_tickets'")" "$(ask -c "SELECT count(*) + 1 - $summaries FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relrowsecurity")"
want 'what the analyst reads of tables that are left' "$(ask -c 'GRANT SELECT ON team.tickets TO analyst' -c 'CREATE POLICY few ON team.tickets TO analyst USING (ticket_id <= 3)' -c 'ALTER TABLE team.tickets ENABLE ROW LEVEL SECURITY' \
    -c 'SET ROLE analyst' -c 'SELECT count(DISTINCT ticket_id) FROM marts.stored_fct_sla_attainment')" 3
psql_ -q -c 'DROP POLICY few ON team.tickets' -c 'ALTER TABLE team.tickets DISABLE ROW LEVEL SECURITY' -c 'REVOKE SELECT ON team.tickets FROM analyst'
want 'the schema slaops' "$(ask -c "SELECT to_regnamespace('slaops') IS NULL")" t
if [ -n "$cron" ]; then want 'the schedule' "$(ask -c 'SELECT count(*) FROM cron.job')" 1; fi

# Made anew, it finds what is there: first the policies must come back, then create_marts takes the tables up, with what they hold.
psql_ -q -c 'CREATE EXTENSION slaops'
if psql_ -q -c "SELECT FROM slaops.create_marts('marts')" 2>"$CLUSTER_DIR/said"; then echo 'made without its policy set' >&2; exit 1; fi
grep -q 'policy set "desk" does not exist' "$CLUSTER_DIR/said"
psql_ -q -o /dev/null -c "SELECT slaops.load_config(\$\$$config\$\$, 'desk')"
psql_ -q -o /dev/null -c "SELECT FROM slaops.create_marts('marts')" -c "SELECT FROM slaops.create_marts('live')" 2>"$CLUSTER_DIR/said"
grep -q 'NOTICE:  analyst may not read the new views yet: marts.[a-z_]* and [0-9]* more' "$CLUSTER_DIR/said"
want 'figures after a reinstall' "$(ask -c 'SELECT count(*), sum(elapsed_minutes) FROM marts.fct_sla_attainment' -c 'SELECT metric, met, breached FROM marts.sla_overview ORDER BY 1, 2, 3')" "$figures"
want 'alerts after a reinstall' "$(ask -c 'SELECT count(*) FROM marts.alerts')" "$alerts"
psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 01:20Z')" 2>/dev/null
want 'figures after a refresh' "$(ask -c 'SELECT count(*), sum(elapsed_minutes) FROM marts.fct_sla_attainment' -c 'SELECT metric, met, breached FROM marts.sla_overview ORDER BY 1, 2, 3')" "$figures"
want 'what a reinstalled alert finds' "$(ask -c "SELECT count(*) FROM slaops.alert('marts', 0.1, 1)")" 0

# The way that leaves nothing: drop_marts for each schema, the schedules, the extension without CASCADE, and the schemas.
psql_ -q -o /dev/null -c 'DROP TABLE team.hours' -c "SELECT * FROM slaops.drop_marts('marts')" -c "SELECT * FROM slaops.drop_marts('live')"
[ -z "$cron" ] || psql_ -q -o /dev/null -c "SELECT cron.unschedule(j.jobname) FROM cron.job AS j WHERE j.command ~ 'slaops\.'"
want 'left of marts after drop_marts' "$(left marts)" ''
psql_ -q -c 'DROP EXTENSION slaops' -c 'DROP SCHEMA marts, live'
want 'all that is left' "$(diff <(echo "$bare") <(inventory) || true)" ''
if [ -n "$cron" ]; then want 'schedules' "$(ask -c 'SELECT count(*) FROM cron.job')" 0; fi

# drop_marts also takes what DROP EXTENSION ... CASCADE left, after a reinstall. Where the source itself calls slaops, as some views of attach do,
# stg_tickets goes with it, and the policies with that: then nobody but the owner sees stored rows.
install
marts
psql_ -q -o /dev/null -c 'SET client_min_messages = warning' -c 'CREATE VIEW team.asked AS SELECT t.*, slaops.state_of(t.status) AS type FROM team.tickets AS t' \
    -c "SELECT FROM slaops.create_marts('asked', 'team.asked', 'team.events', policy_set => 'desk')" -c "SELECT FROM slaops.grant_read('asked', 'analyst')"
want 'what the analyst reads' "$(ask -c 'SET ROLE analyst' -c 'SELECT count(*) FROM asked.stored_fct_sla_attainment')" 50
psql_ -q -c 'SET client_min_messages = warning' -c 'DROP EXTENSION slaops CASCADE' -c 'CREATE EXTENSION slaops'
want 'what the analyst reads without policies' "$(ask -c 'SET ROLE analyst' -c 'SELECT count(*) FROM asked.stored_fct_sla_attainment')" 0
want 'rows that are left' "$(ask -c 'SELECT count(*) FROM asked.stored_fct_sla_attainment')" 50
if psql_ -q -c "SELECT FROM slaops.create_marts('asked')" 2>"$CLUSTER_DIR/said"; then echo 'made without its source' >&2; exit 1; fi
grep -q 'tickets must be given: ' "$CLUSTER_DIR/said"
for schema in marts live asked; do psql_ -q -o /dev/null -c "SELECT * FROM slaops.drop_marts('$schema')"; done
psql_ -q -c 'DROP EXTENSION slaops' -c 'DROP SCHEMA marts, live, asked'
want 'all that is left the other way' "$(diff <(echo "$bare") <(inventory) || true)" ''
[ -n "$cron" ] || echo 'removal: no pg_cron in this PostgreSQL, so no schedule was there'
