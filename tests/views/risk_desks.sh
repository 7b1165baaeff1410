#!/bin/bash
# Breach risk that learns is better than curves alone on two more desks: a real company's incidents (the log of
# ../shared, or SLAOPS_SHARED) and the sample team. The slice in tests/data has too few incidents for a model that is
# better than the base rate: of it is tested that no estimate is used that its scores speak against.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
support=$(dirname "$0")/../support
log=${SLAOPS_SHARED:-$REPO/../shared}/data/incident_event_log.csv.gz
whole=yes
[ -r "$log" ] || { log=$REPO/tests/data/incident_event_log.csv.gz; whole=no; }
export PGOPTIONS='-c TimeZone=UTC -c client_min_messages=warning'
ask() { psql_ -qAt -c "$1"; }
fail() { echo "risk_desks: $*" >&2; exit 1; }
psql_ -q -c 'CREATE EXTENSION slaops' -c 'CREATE TABLE said (schema text, at timestamptz, ticket_id text, metric text, cycle integer, p float8, curve float8)' \
    -c 'CREATE TABLE outcome (schema text, ticket_id text, metric text, cycle integer, late integer)'

# What at_risk_tickets said by model and curve at each instant, and what had become of these clocks at the last one.
judge() {       # schema, whether it has enough of them, last instant, instants
    local schema=$1 enough=$2 last=$3 at
    shift 3
    for at in "$@"; do
        psql_ -q -c "CALL slaops.refresh('$schema', '$at')" -c "INSERT INTO said
            SELECT '$schema', '$at', ticket_id, metric, cycle, breach_probability, curve_probability FROM $schema.at_risk_tickets
            WHERE based_on = 'model' AND curve_probability IS NOT NULL" 2>/dev/null
        # What the views say of their estimate is said of the last quarter of the questions: no better than the base rate, it is not used.
        [ "$(ask "SELECT bool_and(is_used = (brier_estimate < brier_base AND brier_estimate <= coalesce(brier_curve, 1))) FROM $schema.risk_model WHERE version IS NOT NULL")" = t ] || fail "$schema, $at: models are not used by their scores"
        [ "$enough" = no ] || [ "$(ask "SELECT bool_or(is_used) FROM $schema.risk_model")" = t ] || fail "$schema, $at: no model is used"
    done
    [ "$enough" = yes ] || return 0
    psql_ -q -c "CALL slaops.refresh('$schema', '$last', summaries => false)" -c "INSERT INTO outcome
        SELECT '$schema', ticket_id, metric, cycle, (status = 'breached')::integer FROM $schema.fct_sla_attainment WHERE status IN ('met', 'breached')" 2>/dev/null
    ask "SELECT at, count(*) AS clocks, round(avg((p - late) ^ 2)::numeric, 4) AS model, round(avg((curve - late) ^ 2)::numeric, 4) AS curves
        FROM said JOIN outcome USING (schema, ticket_id, metric, cycle) WHERE schema = '$schema' GROUP BY at ORDER BY at"
    [ "$(ask "SELECT count(*) > 200 AND avg((p - late) ^ 2) < avg((curve - late) ^ 2) FROM said JOIN outcome USING (schema, ticket_id, metric, cycle) WHERE schema = '$schema'")" = t ] ||
        fail "$schema: the estimate is no better than the curves"
}

columns=$(zcat "$log" | sed -n '1{s/,/ text, /g;s/$/ text/;p;q}' || true)
psql_ -q -c "CREATE TABLE incident_log ($columns)"
zcat "$log" | psql_ -q -c '\copy incident_log FROM pstdin csv header'
psql_ -q -o /dev/null -f "$support/incidents.sql" -f - <<'SQL'
CREATE TABLE tickets AS
SELECT DISTINCT ON (number) number AS ticket_id, to_timestamp(opened_at, 'DD/MM/YYYY HH24:MI') AS created_at, priority,
       nullif(assignment_group, '?') AS group_name, incident_state AS status, nullif(category, '?') AS type
FROM incident_log ORDER BY number, sys_mod_count::bigint DESC;
CREATE TABLE incident_event AS SELECT * FROM ticket_events;
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 08:00-18:00 @ UTC');
INSERT INTO slaops.sla_policies (name, position, conditions, hours, calendar_name) VALUES
    ('Urgent', 10, '{"priority": ["1 - Critical", "2 - High"]}', '24x7', NULL), ('Rest', 20, '{}', 'business', 'desk');
INSERT INTO slaops.sla_targets (policy, priority, metric, target) VALUES
    ('Urgent', '1 - Critical', 'resolution', '4 hours'), ('Urgent', '2 - High', 'resolution', '12 hours'),
    ('Rest', '3 - Moderate', 'resolution', '3 days'), ('Rest', '4 - Low', 'resolution', '5 days');
SELECT FROM slaops.create_marts('incidents', 'tickets', 'incident_event', refresh => false);
SQL
judge incidents $whole '2017-03-01Z' 2016-04-15Z 2016-05-01Z 2016-05-16Z

psql_ -q -o /dev/null -c "SELECT FROM slaops.load_sample('demo')" -c "SELECT FROM slaops.create_marts('demo_marts', 'demo.tickets', 'demo.ticket_events',
    policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents', refresh => false)"
judge demo_marts yes '2026-01-05 08:00Z' '2025-09-01 08:00Z' '2025-10-06 08:00Z' '2025-11-03 08:00Z' '2025-12-01 08:00Z'
