#!/bin/bash
# Two tenants under row-level security, a role that may only use the schemas, and one that may nothing: who reads what.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
want() {
    [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }
}
ask() { psql_ -qAt "$@"; }

# The owner of views and sources is not a superuser. ACME's tickets are those of EMEA, where few are late; Bolt has the rest.
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
CREATE ROLE team_owner LOGIN;
CREATE ROLE acme LOGIN;
CREATE ROLE bolt LOGIN;
CREATE ROLE looker LOGIN;
CREATE ROLE stranger LOGIN;
SELECT slaops.load_sample('demo', 3000);
CREATE SCHEMA team AUTHORIZATION team_owner;
CREATE TABLE team.tickets AS SELECT t.*, CASE t.region WHEN 'EMEA' THEN 'acme' ELSE 'bolt' END AS tenant FROM demo.tickets AS t;
CREATE TABLE team.ticket_events AS SELECT * FROM demo.ticket_events;
CREATE TABLE team.group_capacity AS SELECT * FROM demo.group_capacity;
CREATE TABLE team.agents AS SELECT * FROM demo.agents;
ALTER TABLE team.tickets OWNER TO team_owner;
ALTER TABLE team.ticket_events OWNER TO team_owner;
ALTER TABLE team.group_capacity OWNER TO team_owner;
ALTER TABLE team.agents OWNER TO team_owner;
CREATE INDEX ON team.ticket_events (ticket_id);
CREATE UNIQUE INDEX ON team.tickets (ticket_id);
ALTER TABLE team.tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE team.ticket_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON team.tickets USING (tenant = current_user);
CREATE POLICY own ON team.ticket_events USING (EXISTS (SELECT FROM team.tickets AS t WHERE t.ticket_id = ticket_events.ticket_id));
GRANT USAGE ON SCHEMA slaops TO team_owner;
SELECT format('GRANT CREATE ON DATABASE %I TO team_owner', current_database()) \gexec
SET ROLE team_owner;
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('marts', 'team.tickets', 'team.ticket_events', policy_set => 'demo', group_capacity => 'team.group_capacity', agents => 'team.agents');
CREATE TABLE team.acme AS SELECT * FROM team.tickets WHERE tenant = 'acme';
CREATE TABLE team.acme_events AS SELECT e.* FROM team.ticket_events AS e JOIN team.acme USING (ticket_id);
SELECT FROM slaops.create_marts('acme_marts', 'team.acme', 'team.acme_events', policy_set => 'demo', group_capacity => 'team.group_capacity', agents => 'team.agents');
SELECT FROM slaops.create_marts('live', 'team.tickets', 'team.ticket_events', policy_set => 'demo', stored => false);
SELECT FROM slaops.alert('marts', 0.05, 3, notify => false);
SQL
views=$(ask -c 'SELECT count(*) FROM slaops.mart_templates')
internal='mart_state risk_alerts refresh_log refresh_queue refreshed_tickets'

# What a role may read of the schema, by asking: the names of relations whose every column it reads.
readable() {
    ask -U "$1" -c "SELECT coalesce(string_agg(c.relname, ' ' ORDER BY c.relname), '') FROM pg_class AS c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = '$2') AND c.relkind IN ('r', 'v') AND has_table_privilege(c.oid, 'SELECT')"
}
refused() { # role, statement
    local said
    if said=$(ask -U "$1" -c "$2" 2>&1); then
        echo "$1 was not refused: $2" >&2
        exit 1
    fi
    grep -q 'permission denied\|belong to team_owner' <<<"$said" || { echo "$2: $said" >&2; exit 1; }
}

# Before any grant.
want 'what a stranger may read' "$(readable stranger marts)" ''
refused stranger 'SELECT * FROM marts.mart_sla'
refused stranger "SELECT slaops.mart_sql('mart_sla', 'marts')"

# The grants; whom the schema slaops belongs to must give its part.
for reader in acme bolt; do
    ask -U team_owner -c "SELECT * FROM slaops.grant_read('marts', '$reader')" >"$CLUSTER_DIR/granted" 2>"$CLUSTER_DIR/notices"
    grep -q "NOTICE:  $reader still needs USAGE on the schema slaops, which you may not grant" "$CLUSTER_DIR/notices"
    grep -q "HINT:  Ask postgres: GRANT USAGE ON SCHEMA slaops TO $reader;" "$CLUSTER_DIR/notices"
    grep -qx 'USAGE on schema marts' "$CLUSTER_DIR/granted"
    grep -qx 'SELECT on source team.tickets' "$CLUSTER_DIR/granted"
    want "views granted to $reader" "$(grep -c '^SELECT on view' "$CLUSTER_DIR/granted")" "$views"
done
psql_ -q -c 'GRANT USAGE ON SCHEMA slaops TO acme, bolt, looker' -c 'GRANT USAGE ON SCHEMA marts, team TO looker'
want 'a second call grants nothing' "$(ask -U team_owner -c "SELECT * FROM slaops.grant_read('marts', 'acme')" 2>&1)" ''
want 'all that acme may read' "$(readable acme marts)" \
    "$(ask -c "SELECT string_agg(n, ' ' ORDER BY n) FROM (SELECT name::name FROM slaops.mart_templates UNION ALL SELECT ('stored_' || name)::name FROM slaops.mart_templates WHERE materialized <> 'view') AS x (n)")"
refused acme "SELECT * FROM slaops.grant_read('marts', 'stranger')"

# Who may only use the schemas, and who may nothing, read no relation; an internal table is refused to all.
for reader in looker stranger; do
    want "what $reader may read" "$(readable $reader marts)" ''
    for relation in $(ask -c "SELECT relname FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind IN ('r', 'v')"); do
        refused $reader "SELECT count(*) FROM marts.$relation"
    done
done
for relation in $internal; do
    refused acme "SELECT * FROM marts.$relation"
done
for column in pending configuration objects; do refused acme "SELECT $column FROM marts.mart_state"; done
for column in breach_probability comparable_clocks reason threshold; do refused acme "SELECT $column FROM marts.risk_alerts"; done
for column in tickets tickets_done error reason run since; do refused acme "SELECT $column FROM marts.refresh_log"; done
for call in "slaops.alert('marts')" "slaops.refresh_now('marts')" "slaops.refit_risk_model('marts')" "slaops.drop_marts('marts')" "slaops.create_marts('marts')" "slaops.grant_read('marts', 'looker')"; do
    for reader in acme looker stranger; do refused $reader "SELECT $call"; done
done

# Each view answers, and is the view of a schema that has only the tenant's tickets. The sums of floats end otherwise in another order of rows.
ask -U team_owner -c 'GRANT USAGE ON SCHEMA acme_marts TO acme' >/dev/null
psql_ -q -o /dev/null <<'SQL'
CREATE TABLE public.answer (view_name text, who text, said text, rows bigint);
GRANT SELECT, INSERT ON public.answer TO acme, team_owner;
CREATE PROCEDURE public.answers(schema text) LANGUAGE plpgsql SET extra_float_digits = -3 SET jit = off AS $$
DECLARE name text;
BEGIN
    FOR name IN SELECT m.name FROM slaops.mart_templates AS m ORDER BY m.name LOOP
        EXECUTE format('INSERT INTO public.answer SELECT %1$L, current_user || %2$L, md5(string_agg(q.line, chr(10) ORDER BY q.line COLLATE "C")), count(*)
                        FROM %3$I.%1$I AS v CROSS JOIN LATERAL (SELECT replace(v::text, ''acme_marts.'', ''marts.'') AS line) AS q', name, ' ' || schema, schema);
    END LOOP;
END $$;
SQL
ask -U acme -c "CALL public.answers('marts')"
ask -U team_owner -c "CALL public.answers('acme_marts')"
ask -U team_owner -c "CALL public.answers('marts')"
differ() { ask -c "SELECT coalesce(string_agg(a.view_name, ' ' ORDER BY a.view_name), '') FROM public.answer AS a JOIN public.answer AS b USING (view_name) WHERE a.who = 'acme marts' AND b.who = '$1' AND (a.said, a.rows) IS DISTINCT FROM (b.said, b.rows)"; }
want 'views that answer a tenant' "$(ask -c "SELECT count(*) FROM public.answer WHERE who = 'acme marts'")" "$views"
# Instants of refreshes are those of the schema. Alerts are compared below.
want 'views whose figures are not of the tenant only' "$(differ 'team_owner acme_marts')" 'alerts int_risk_model refresh_status risk_model'
[ "$(differ 'team_owner marts' | wc -w)" -ge 25 ]
want 'the status of refreshes' "$(ask -U acme -c "SELECT as_of, state, refreshed_at = finished_at, started_at <= finished_at FROM marts.refresh_status")" '2026-01-05 08:00:00+00|done|t|t'

# What an alert would be over the tenant's clocks only, the tenant works out; the rows that there are, are of its own tickets.
own="FROM marts.at_risk_tickets WHERE status <> 'paused' AND breach_probability >= 0.05 AND NOT is_bound AND decided_clocks >= 3"
mine=$(ask -U acme -c "SELECT ticket_id, metric, cycle, priority, breach_probability, comparable_clocks, reason $own ORDER BY 1, 2, 3")
[ "$(wc -l <<<"$mine")" -ge 3 ]
want 'alerts over own clocks' "$mine" "$(ask -U team_owner -c "SELECT ticket_id, metric, cycle, priority, breach_probability, comparable_clocks, reason FROM slaops.alert('acme_marts', 0.05, 3) ORDER BY 1, 2, 3")"
for tenant in acme bolt; do
    want "alerts of $tenant" "$(ask -U $tenant -c 'SELECT ticket_id, metric, cycle, assignee, remaining_minutes, due_at FROM marts.alerts ORDER BY 1, 2, 3')" \
        "$(ask -U team_owner -c "SELECT a.ticket_id, a.metric, a.cycle, a.assignee, a.remaining_minutes, a.due_at FROM marts.risk_alerts AS a JOIN team.tickets AS t USING (ticket_id) WHERE t.tenant = '$tenant' ORDER BY 1, 2, 3")"
    [ "$(ask -U $tenant -c 'SELECT count(*) FROM marts.alerts')" -ge 3 ]
done
# Without alerts.
ask -U team_owner -c "SELECT * FROM slaops.grant_read('live', 'bolt', alerts => false)" >/dev/null
refused bolt 'SELECT * FROM live.alerts'
refused bolt 'SELECT ticket_id FROM live.risk_alerts'
want 'the status of views without stored facts' "$(ask -U bolt -c "SET slaops.as_of = '2026-01-05 08:00Z'" -c 'SELECT as_of, refreshed_at, state FROM live.refresh_status')" '2026-01-05 08:00:00+00||live'
want 'a view without stored facts' "$(ask -U bolt -c "SET slaops.as_of = '2026-01-05 08:00Z'" -c 'SELECT count(*) FROM live.int_ticket_lifecycle')" \
    "$(ask -U bolt -c 'SELECT count(*) FROM marts.int_ticket_lifecycle')"

# Functions for readers; mart_sql looks the sources up by name.
refused acme "SELECT slaops.mart_sql('mart_sla', 'marts')"
ask -U team_owner -c 'GRANT USAGE ON SCHEMA team TO acme' >/dev/null
grep -q 'FROM marts.int_sla_by_month' <<<"$(ask -U acme -c "SELECT slaops.mart_sql('mart_sla', 'marts')")"
want 'mart_sql of a reader' "$(ask -U acme -c "SELECT slaops.mart_sql('stg_tickets', 'marts') ~ 'FROM team.tickets'")" t
want 'simulate_capacity of a reader' "$(ask -U acme -c "SELECT * FROM slaops.simulate_capacity('marts', '{\"Tier 2\": 1}')")" "$(ask -U team_owner -c "SELECT * FROM slaops.simulate_capacity('acme_marts', '{\"Tier 2\": 1}')")"

# Who listens hears the schema and a number, whatever role it is.
ask -U team_owner -c 'DELETE FROM marts.risk_alerts' >/dev/null
for call in 'notify => true' 'notify => false'; do
    {
        echo 'LISTEN slaops_risk;'
        # shellcheck disable=SC2016     # for psql's shell
        echo '\! touch "$CLUSTER_DIR/listening"; while [ ! -e "$CLUSTER_DIR/alerted" ]; do sleep 0.1; done'
        echo 'SELECT 1;'
    } | ask -U stranger >"$CLUSTER_DIR/heard" &
    while [ ! -e "$CLUSTER_DIR/listening" ]; do sleep 0.1; done
    told=$(ask -U team_owner -c "SELECT count(*) FROM slaops.alert('marts', 0.05, 3, $call)")
    again=$(ask -U team_owner -c "SELECT count(*) FROM slaops.alert('marts', 0.05, 3, $call)")
    touch "$CLUSTER_DIR/alerted"
    wait $!
    rm "$CLUSTER_DIR/listening" "$CLUSTER_DIR/alerted"
    [ "$told" -ge 6 ] && [ "$again" = 0 ]
    heard=$(sed -n 's/^Asynchronous notification "slaops_risk" with payload "\(.*\)" received.*/\1/p' "$CLUSTER_DIR/heard")
    case $call in
        *true) want 'what a stranger hears' "$heard" "{\"alerts\": $told, \"schema\": \"marts\"}" ;;
        *) want 'what a stranger hears of a silent alert' "$heard" '' ;;
    esac
    ask -U team_owner -c 'DELETE FROM marts.risk_alerts' >/dev/null
done

# What plans tell: statistics of columns are not shown; the number of all rows is, to everybody, by Postgres.
want 'pg_stats of a tenant' "$(ask -U acme -c "SELECT count(*) FROM pg_stats WHERE schemaname = 'marts' AND (tablename LIKE 'stored%' OR tablename IN ('risk_alerts', 'refreshed_tickets', 'refresh_queue'))")" 0
want 'pg_stats of a tenant, of the source' "$(ask -U acme -c "SELECT count(*) FROM pg_stats WHERE schemaname = 'team' AND tablename IN ('tickets', 'ticket_events')")" 0
want 'pg_stats of a stranger' "$(ask -U stranger -c "SELECT count(*) FROM pg_stats WHERE schemaname IN ('marts', 'team', 'live')")" 0
want 'reltuples' "$(ask -U stranger -c "SELECT reltuples FROM pg_class WHERE relname = 'stored_int_ticket_lifecycle' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'marts')")" 3000

# Grants outlive a view's new columns; what is held too much is said and stays; new views are named.
psql_ -q <<'SQL'
CREATE ROLE old_reader LOGIN;
GRANT USAGE ON SCHEMA marts TO old_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA marts TO old_reader;
UPDATE slaops.mart_templates SET sql = replace(sql, 'cell.clocks,', 'cell.clocks::int AS clocks,') WHERE name = 'mart_sla';
DELETE FROM slaops.mart_templates WHERE name = 'refresh_status';
SQL
before=$(readable acme marts)
ask -U team_owner -c "SELECT FROM slaops.create_marts('marts')" >/dev/null 2>"$CLUSTER_DIR/notices"
grep -q 'NOTICE:  old_reader may read internal tables, which hold figures of all tickets: marts.mart_state, marts.refresh_log, marts.refresh_queue, marts.refreshed_tickets, marts.risk_alerts$' "$CLUSTER_DIR/notices"
remedy=$(sed -n 's/^HINT:  If that is not meant: \(REVOKE .*\) SELECT .*/\1/p' "$CLUSTER_DIR/notices")
if grep -q '^NOTICE:  \(acme\|bolt\)' "$CLUSTER_DIR/notices"; then cat "$CLUSTER_DIR/notices" >&2; exit 1; fi
want 'grants after views were made anew' "$(readable acme marts)" "${before/ refresh_status/}"
want 'columns granted' "$(ask -U acme -c 'SELECT run > 0 FROM marts.mart_state' -c 'SELECT count(*) FROM marts.alerts')" $'t\n0'
want 'what an old reader holds' "$(ask -U old_reader -c 'SELECT count(*) FROM marts.refresh_log')" "$(ask -U team_owner -c 'SELECT count(*) FROM marts.refresh_log')"
ask -U team_owner -c "$remedy" -c "SELECT FROM slaops.grant_read('marts', 'old_reader')" >/dev/null 2>&1
refused old_reader 'SELECT count(*) FROM marts.refreshed_tickets'
refused old_reader 'SELECT error FROM marts.refresh_log'
want 'an old reader now' "$(readable old_reader marts)" "$(readable acme marts)"
psql_ -q -c "INSERT INTO slaops.mart_templates (name, \"position\", materialized, sql) VALUES ('refresh_status', 91, 'view', '-- Which instant.
SELECT r.as_of -- The instant.
FROM {schema}.mart_state AS r')"
ask -U team_owner -c "SELECT FROM slaops.create_marts('marts')" >/dev/null 2>"$CLUSTER_DIR/notices"
want 'who is told to have new views' "$(grep -c '^NOTICE:  [a-z_]* may not read the new views yet: marts.refresh_status$' "$CLUSTER_DIR/notices")" 3
if grep -q 'internal' "$CLUSTER_DIR/notices"; then cat "$CLUSTER_DIR/notices" >&2; exit 1; fi

# Sources of another owner, and a table that only a policy reads: the grant is for others to give.
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE ROLE warehouse;
CREATE SCHEMA lake AUTHORIZATION warehouse;
CREATE TABLE lake.tickets AS SELECT * FROM team.tickets LIMIT 100;
CREATE TABLE lake.events AS SELECT e.* FROM team.ticket_events AS e JOIN lake.tickets USING (ticket_id);
CREATE TABLE lake.members AS SELECT 'acme'::name AS member, 'EMEA' AS region;
CREATE VIEW lake.ticket WITH (security_invoker = true) AS SELECT * FROM lake.tickets;
ALTER TABLE lake.tickets OWNER TO warehouse;
ALTER TABLE lake.events OWNER TO warehouse;
ALTER TABLE lake.members OWNER TO warehouse;
ALTER VIEW lake.ticket OWNER TO warehouse;
ALTER TABLE lake.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY members ON lake.tickets FOR SELECT USING (EXISTS (SELECT FROM lake.members AS m WHERE m.member = current_user AND m.region = tickets.region));
CREATE POLICY owners ON lake.tickets FOR SELECT TO team_owner USING (true);
GRANT USAGE ON SCHEMA lake TO team_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA lake TO team_owner;
SET ROLE team_owner;
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('lake_marts', 'lake.ticket', 'lake.events', policy_set => 'demo');
SQL
ask -U team_owner -c "SELECT FROM slaops.grant_read('lake_marts', 'acme')" 2>"$CLUSTER_DIR/notices" >/dev/null
for relation in ticket tickets events; do
    grep -q "NOTICE:  acme still needs SELECT on lake.$relation, which you may not grant" "$CLUSTER_DIR/notices"
done
grep -q 'NOTICE:  acme still needs SELECT on lake.members, which the policy members on lake.tickets reads' "$CLUSTER_DIR/notices"
refused acme 'SELECT count(*) FROM lake_marts.mart_sla'
sed -n 's/^HINT:  Ask warehouse: \(GRANT .*\)/\1/p' "$CLUSTER_DIR/notices" | psql_ -q
want 'what acme sees of the lake' "$(ask -U acme -c 'SELECT count(*) FROM lake_marts.int_ticket_lifecycle')" "$(ask -c "SELECT count(*) FROM lake.tickets WHERE region = 'EMEA'")"
want 'nothing is left to grant' "$(ask -U team_owner -c "SELECT * FROM slaops.grant_read('lake_marts', 'acme')" 2>&1)" ''
want 'a column is enough' "$(ask -c 'REVOKE SELECT ON lake.members FROM acme' -c 'GRANT SELECT (member, region) ON lake.members TO acme' -c 'SET ROLE team_owner' -c "SELECT * FROM slaops.grant_read('lake_marts', 'acme')" 2>&1)" ''

# Figures of all are for who sees all: every ticket, event, agent and capacity, and no view before them that asks who reads.
sees_all() { ask -U looker -c "SELECT slaops.sees_all_tickets('$1.stg_tickets')"; }
ask -U team_owner -c "SELECT FROM slaops.grant_read('acme_marts', 'looker')" -c "SELECT FROM slaops.grant_read('marts', 'looker')" 2>/dev/null
want 'looker sees all of a table without policies' "$(sees_all acme_marts)" t
want 'looker sees not all where there are policies' "$(sees_all marts)" f
want 'and no stored figure of all' "$(ask -U looker -c 'SELECT count(*) FROM marts.stored_sla_overview')" 0
[ "$(ask -U looker -c 'SELECT count(*) FROM acme_marts.mart_agent_productivity WHERE cost_per_hour > 0')" -gt 0 ]
ask -U team_owner -c 'REVOKE SELECT ON team.agents FROM looker' -c 'GRANT SELECT (agent, group_name, fte) ON team.agents TO looker' >/dev/null
want 'looker may not see what agents cost' "$(sees_all acme_marts)" f
refused looker 'SELECT * FROM acme_marts.mart_agent_productivity'
want 'nor a stored row of it' "$(ask -U looker -c 'SELECT count(*) FROM acme_marts.stored_mart_agent_productivity')" 0
ask -U team_owner -c 'GRANT SELECT ON team.agents TO looker' >/dev/null
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
SET ROLE team_owner;
SET slaops.as_of = '2026-01-05 08:00Z';
CREATE FUNCTION team.mine(ticket_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT CURRENT_USER <> 'looker' OR ticket_id % 2 = 0 $$;
CREATE FUNCTION team.same(ticket_id bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT CURRENT_USER <> 'looker' OR ticket_id % 2 = other $$;
CREATE OPERATOR team.=== (FUNCTION = team.same, LEFTARG = bigint, RIGHTARG = bigint);
CREATE VIEW team.asks WITH (security_invoker = true) AS SELECT * FROM team.acme WHERE CURRENT_USER <> 'looker' OR ticket_id % 2 = 0;
CREATE VIEW team.calls WITH (security_invoker = true) AS SELECT * FROM team.acme WHERE team.mine(ticket_id);
CREATE VIEW team.compares WITH (security_invoker = true) AS SELECT * FROM team.acme WHERE ticket_id OPERATOR(team.===) 0;
CREATE VIEW team.plain WITH (security_invoker = true) AS SELECT * FROM team.acme WHERE lower(region) = 'emea';
SELECT FROM unnest('{asks,calls,compares,plain}'::text[]) AS name, slaops.create_marts('m_' || name, ('team.' || name)::regclass, 'team.acme_events', policy_set => 'demo');
SELECT FROM unnest('{asks,calls,compares,plain}'::text[]) AS name, slaops.grant_read('m_' || name, 'looker');
SQL
for view in asks calls compares; do
    want "looker does not see all that $view shows others" "$(sees_all m_$view)" f
    want "of $view looker gets figures of his own" "$(ask -U looker -c "SELECT sum(created) FROM m_$view.mart_daily_ops")" "$(ask -c 'SELECT count(*) FROM team.acme WHERE ticket_id % 2 = 0')"
done
want 'a view that shows all the same' "$(sees_all m_plain)" t
# Where the schema has another name, and another schema has that name, it is still the own tickets that count.
psql_ -q -c 'SET client_min_messages = warning' -c 'ALTER SCHEMA m_asks RENAME TO m_moved' -c 'ALTER SCHEMA m_plain RENAME TO m_asks'
want 'stored figures of a schema that was renamed' "$(ask -U looker -c 'SELECT count(*) FROM m_moved.stored_sla_overview')" 0
want 'of another that has its name' "$(ask -U looker -c 'SELECT count(*) > 0 FROM m_asks.stored_sla_overview')" t
want 'figures of his own, still' "$(ask -U looker -c 'SELECT sum(created) FROM m_moved.mart_daily_ops')" "$(ask -c 'SELECT count(*) FROM team.acme WHERE ticket_id % 2 = 0')"

# What it is asked wrongly.
for call in "slaops.grant_read('nowhere', 'acme')" "slaops.grant_read(NULL, 'acme')" "slaops.grant_read('marts', NULL)" "slaops.grant_read('marts', 'nobody_of_that_name')" "slaops.alert('marts', notify => NULL)"; do
    if ask -U team_owner -c "SELECT $call" 2>"$CLUSTER_DIR/said" >/dev/null; then echo "not refused: $call" >&2; exit 1; fi
    grep -q 'XX000\|internal error' "$CLUSTER_DIR/said" && exit 1
    grep -q '^ERROR' "$CLUSTER_DIR/said"
done
cd /
psql_ -q -c 'SET client_min_messages = warning' -c 'DROP SCHEMA demo, team, m_asks, m_calls, m_compares, m_moved, marts, acme_marts, live, lake, lake_marts CASCADE' \
    -c 'DROP OWNED BY team_owner, acme, bolt, looker, old_reader, warehouse CASCADE' -c 'DROP ROLE team_owner, acme, bolt, looker, stranger, old_reader, warehouse'
