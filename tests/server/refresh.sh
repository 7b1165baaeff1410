#!/bin/bash
# Refresh among others: killed half-way, twice at once, beside readers, and for a reader of some tickets.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_start fsync=on synchronous_commit=on
want() { [ "$2" = "$3" ] || { echo "$1: \"$2\" instead of \"$3\"" >&2; exit 1; }; }
ask() { psql_ -qAt -c "$1"; }
psql_ -q -o /dev/null 2>/dev/null <<'SQL'
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 4000);
CREATE INDEX ON demo.ticket_events (event_at);
SET slaops.as_of = '2025-12-01 08:00Z';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo');
SQL
# What the views hold, in one line; runs differ and do not matter.
content() {
    psql_ -qAt <<SQL
SELECT md5(string_agg(x.line, E'\n' ORDER BY x.line COLLATE "C")) FROM (
    SELECT v::text AS line FROM $1.fct_sla_attainment AS v UNION ALL SELECT v::text FROM $1.int_ticket_lifecycle AS v
    UNION ALL SELECT v::text FROM $1.fct_backlog_snapshot AS v UNION ALL SELECT v::text FROM $1.int_agent_activity AS v) AS x
SQL
}
before=$(content marts)

# A clean run elsewhere says what a killed one must come to.
psql_ -q -o /dev/null -c "SET client_min_messages = warning" -c "SET slaops.as_of = '2026-01-05 08:00Z'" \
    -c "SELECT FROM slaops.create_marts('clean', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo')"
clean=$(content clean)
[ "$before" != "$clean" ]

# kill -9 after some batches: the server comes back with the figures of before, and the next call goes on.
psql_ -q -c "UPDATE slaops.sla_targets SET target = target WHERE false" -c "INSERT INTO slaops.states (policy_set, status, state) VALUES ('demo', 'on a kill', 'hold')"
for _ in 1 2; do
    psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z', batch_size => 50)" >/dev/null 2>&1 &
    caller=$!
    start=$(ask "SELECT coalesce(max(tickets_done), 0) FROM marts.refresh_log WHERE state = 'running'")
    for _ in $(seq 600); do
        done=$(ask "SELECT coalesce(max(tickets_done), 0) FROM marts.refresh_log WHERE state = 'running'")
        [ "$done" -le $((start + 300)) ] || break
        sleep 0.02
    done
    [ "$done" -gt "$start" ]
    want 'readers during a refresh' "$(content marts)" "$before"
    kill -9 "$(ask 'SELECT pid FROM marts.refresh_log ORDER BY refresh DESC LIMIT 1')"
    wait "$caller" || true
    # A session lives on for a moment before the server notices; one that lasts a second is of the time after.
    for _ in $(seq 600); do ask 'SELECT pg_sleep(1)' >/dev/null 2>&1 && break; sleep 0.1; done
    want 'after kill -9' "$(content marts)" "$before"
    want 'what was done is kept' "$(ask "SELECT state, tickets_done >= $done AND tickets_done < tickets FROM marts.refresh_log ORDER BY refresh DESC LIMIT 1")" 'running|t'
done
psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z')" >/dev/null 2>&1
want 'taken up again' "$(content marts)" "$clean"
want 'one refresh in three calls' "$(ask "SELECT string_agg(reason || ' ' || state, ', ' ORDER BY refresh) FROM marts.refresh_log")" \
    'first done, configuration changed done, unchanged done'

# Two at once: the second waits and finds nothing to do. A reader sees one version or the other, whole.
psql_ -q -c "DELETE FROM slaops.states WHERE status = 'on a kill'" -c "UPDATE slaops.sla_targets SET target = target * 2 WHERE policy_set = 'demo'"
psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z', batch_size => 200)" >"$CLUSTER_DIR/one" 2>&1 &
one=$!
psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z', batch_size => 200)" >"$CLUSTER_DIR/two" 2>&1 &
two=$!
seen=
while kill -0 $one 2>/dev/null || kill -0 $two 2>/dev/null; do
    now=$(content marts)
    case " $seen " in *" $now "*) ;; *) seen="$seen $now" ;; esac
done
wait $one $two
case " $seen $(content marts) " in *" $clean "*) ;; *) echo 'no reader saw the version before' >&2; exit 1 ;; esac
versions=$(printf '%s\n' "$seen" "$(content marts)" | tr " " "\n" | grep . | sort -u | wc -l)
want 'versions that readers saw' "$versions" 2
want 'one waited' "$(cat "$CLUSTER_DIR/one" "$CLUSTER_DIR/two" | grep -c 'waiting for process')" 1
want 'and found nothing to do' "$(ask "SELECT string_agg(reason, ', ' ORDER BY refresh) FROM (SELECT * FROM marts.refresh_log ORDER BY refresh DESC LIMIT 2) AS l")" \
    'configuration changed, unchanged'
# A cancelled call says so in the log, and its lock is free.
psql_ -q -c "UPDATE slaops.sla_targets SET target = target / 2 WHERE policy_set = 'demo'"
# The moment may fall between two steps, where nothing is there to write it down: it is tried again.
# A machine may be so quick that it is done before.
for wait in 200 150 100 75 50 25 250 300; do
    if psql_ -q -c "SET statement_timeout = $wait" -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z')" >"$CLUSTER_DIR/one" 2>&1; then
        psql_ -q -c "UPDATE slaops.sla_targets SET target = target * 2 WHERE policy_set = 'demo'" \
            -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z')" -c "UPDATE slaops.sla_targets SET target = target / 2 WHERE policy_set = 'demo'" 2>/dev/null
        continue
    fi
    grep -q 'statement timeout' "$CLUSTER_DIR/one"
    [ "$(ask "SELECT state, error ~ 'timeout' FROM marts.refresh_log ORDER BY refresh DESC LIMIT 1")" != 'failed|t' ] || break
done
want 'the log of a cancelled call' "$(ask "SELECT state, error ~ 'timeout' FROM marts.refresh_log ORDER BY refresh DESC LIMIT 1")" 'failed|t'
psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z')" >/dev/null 2>&1
want 'after a cancelled call' "$(content marts)" "$clean"

# A role that may read some tickets sees those, in every view.
psql_ -q -o /dev/null <<'SQL'
CREATE ROLE reader;
SELECT FROM slaops.grant_read('marts', 'reader');
ALTER TABLE demo.tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE demo.ticket_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY emea ON demo.tickets USING (region = 'EMEA');
CREATE POLICY emea ON demo.ticket_events USING (ticket_id IN (SELECT t.ticket_id FROM demo.tickets AS t));
SQL
region=$(ask "SELECT count(*) FROM demo.tickets WHERE region = 'EMEA'")
[ "$region" -gt 100 ]
psql_ -q -o /dev/null <<'SQL'
-- The same team, but only its tickets of the region: what a reader must come to.
CREATE SCHEMA part;
CREATE TABLE part.tickets AS SELECT * FROM demo.tickets WHERE region = 'EMEA';
CREATE TABLE part.ticket_events AS SELECT e.* FROM demo.ticket_events AS e JOIN part.tickets USING (ticket_id);
SET client_min_messages = warning;
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('part_marts', 'part.tickets', 'part.ticket_events', policy_set => 'demo');
-- Who sees some tickets gets curves, as without a refresh that fits models.
SELECT FROM slaops.create_marts('part_live', 'part.tickets', 'part.ticket_events', policy_set => 'demo', stored => false);
-- Sums of floats end otherwise in another order of rows.
SET extra_float_digits = -3;
CREATE TABLE answer (view_name text, whole text, part text, seen text);
GRANT INSERT, SELECT, UPDATE ON answer TO reader;
DO $$
DECLARE name text; said text;
BEGIN
    FOR name IN SELECT m.name FROM slaops.mart_templates AS m ORDER BY 1 LOOP
        EXECUTE format('SELECT count(*) || coalesce(md5(string_agg(q.line, chr(10) ORDER BY q.line COLLATE "C")), '''') FROM %I.%I AS v CROSS JOIN LATERAL (SELECT replace(v::text, ''part_marts.'', ''marts.'') AS line) AS q',
            CASE WHEN name IN ('at_risk_tickets', 'next_best_ticket') THEN 'part_live' ELSE 'part_marts' END, name) INTO said;
        INSERT INTO answer (view_name, part) VALUES (name, said);
        EXECUTE format('SELECT count(*) || coalesce(md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")), '''') FROM marts.%I AS v', name) INTO said;
        UPDATE answer SET whole = said WHERE view_name = name;
    END LOOP;
    SET LOCAL ROLE reader;
    FOR name IN SELECT m.name FROM slaops.mart_templates AS m ORDER BY 1 LOOP
        EXECUTE format('SELECT count(*) || coalesce(md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")), '''') FROM marts.%I AS v', name) INTO said;
        UPDATE answer SET seen = said WHERE view_name = name;
    END LOOP;
END $$;
SQL
# When the schema was refreshed is its own, and models are fitted by refresh alone.
want 'views that show a reader other tickets than his' "$(ask "SELECT string_agg(view_name, ', ') FROM answer WHERE seen <> part AND view_name NOT IN ('refresh_status', 'int_risk_model', 'risk_model', 'risk_calibration')")" ''
# Plans that JIT does not compile, for the owner and, of the largest, for the reader; sums that the reader's at_risk_tickets works out once.
dear=$(psql_ -qAt <<'SQL'
SET jit = off;
CREATE FUNCTION cost(name text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) SELECT * FROM marts.%I', name) INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Total Cost';
END $$;
SELECT name FROM unnest('{recommendations,at_risk_tickets,next_best_ticket,backlog_summary,capacity_gap,csat_drivers,config_health}'::text[]) AS name WHERE cost(name) >= 100000;
SET ROLE reader;
SELECT 'reader: ' || name FROM unnest('{recommendations}'::text[]) AS name WHERE cost(name) >= 100000;
SQL
)
want 'views whose plans look dear' "$dear" ''
plan=$(psql_ -qAt <<<"SELECT 'EXPLAIN ' || slaops.mart_sql(name, 'marts') FROM unnest('{at_risk_tickets,next_best_ticket}'::text[]) AS name \gexec")
for part in usual_delays running by_group by_priority by_metric pools estimated; do grep -q "CTE $part" <<<"$plan" || { echo "next_best_ticket works $part out again and again" >&2; exit 1; }; done
# What all tickets give is stored; who sees all of them reads a small table.
psql_ -q -c 'CREATE ROLE lead BYPASSRLS; GRANT pg_read_all_data TO lead'
for role in lead reader; do
    plan=$(psql_ -qAt -c "SET ROLE $role" -c 'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) SELECT * FROM marts.sla_overview')
    want "$role: figures computed anew" "$(grep 'Function Scan on mart_rows' <<<"$plan" | grep -c 'never executed')" "$([ $role = lead ] && echo 1 || echo 0)"
done
# Calendars and states are nobody's tickets.
[ "$(ask "SELECT count(*) FROM answer WHERE whole <> part")" -ge 8 ]
want 'rows behind the views' "$(psql_ -qAt -c 'SET ROLE reader' -c "SELECT count(DISTINCT ticket_id) FROM marts.stored_int_ticket_lifecycle")" "$region"

# Without summaries a refresh is quick, and marts and dashboards are computed when read: to the same figures.
figures() {
    psql_ -qAt <<'SQL'
SET extra_float_digits = -3;
SELECT format('SELECT %L, count(*), md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")) FROM marts.%I AS v', name, name)
FROM slaops.mart_templates WHERE materialized = 'table' ORDER BY position \gexec
SQL
}
psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 14:00Z', summaries => false)" 2>/dev/null
want 'summaries of before' "$(ask 'SELECT summary_run < run FROM marts.mart_state')" t
computed=$(figures)
psql_ -q -c "CALL slaops.refresh('marts', '2026-01-05 14:00Z')" 2>/dev/null
want 'summaries of now' "$(ask 'SELECT summary_run = run FROM marts.mart_state')" t
want 'stored figures' "$(figures)" "$computed"
