#!/bin/bash
# Dump and restore keep calendars, clocks, the registry, the configuration, indexes and views.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
INSERT INTO slaops.calendars (name, calendar, description, valid_to) VALUES
    ('desk', 'Mo-Fr 09:00-17:00; PH off; 2026 Dec 24 off "Christmas Eve" @ Europe/Berlin, DE-BY', 'until July', '2026-07-01');
INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES ('desk', '(Mo-Fr 09:00-17:00 @ UTC) | (Sa 10:00-12:00 @ Asia/Tokyo)', '2026-07-01');
INSERT INTO slaops.process_models (name, definition) VALUES ('happy path', 'created > solved'), ('ours', 'a > (b | "c > d")*');
CREATE TABLE team (id int PRIMARY KEY, cal slaops.calendar NOT NULL);
INSERT INTO team SELECT i, format('Mo-Fr 0%s:00-17:00 @ UTC', i)::slaops.calendar FROM generate_series(0, 9) AS i;
CREATE INDEX ON team (cal);
CREATE INDEX team_hash ON team USING hash (cal);
CREATE INDEX team_expr ON team (slaops.business_minutes(cal, '2026-01-01Z', '2026-02-01Z'));
CREATE MATERIALIZED VIEW clock AS
SELECT id, slaops.sla_clock_agg(timestamptz '2026-01-05 09:00Z' + i * interval '1 hour', s, i) AS clock
FROM team, unnest(ARRAY['start', 'pause', 'resume', 'stop']) WITH ORDINALITY AS u (s, i) GROUP BY id;
CREATE VIEW answer AS
SELECT id, cal::text, slaops.elapsed_minutes(clock, cal) AS elapsed, slaops.due_at(clock, 'desk', '1 day') AS due
FROM team JOIN clock USING (id);
CREATE TABLE ticket (ticket_id int, created_at timestamptz, priority text, status text);
CREATE TABLE ticket_event (ticket_id int, event_at timestamptz, event_type text, actor_role text, new_value text);
INSERT INTO ticket VALUES (1, '2026-01-05 09:00Z', 'P1', 'open'), (2, '2026-01-05 10:00Z', 'P2', 'odd');
INSERT INTO ticket_event VALUES (1, '2026-01-05 11:00Z', 'comment', 'agent', NULL), (2, '2026-01-06 11:00Z', 'status', NULL, 'odd');
CREATE TABLE history AS SELECT slaops.ticket_history(event_at, event_type, actor_role, NULL, NULL, NULL, new_value, NULL, NULL) AS history FROM ticket_event GROUP BY ticket_id;
CREATE TABLE volume AS SELECT slaops.series(at, 5 + n % 7, '1 day') AS series, slaops.fit(slaops.series(at, 5 + n % 7 + sqrt(n)), 'auto') AS fit, slaops.fit(slaops.series(at, 5 + n % 7, '1 day'), 'auto', cal => 'desk') AS by_hours
FROM generate_series(0, 60) AS n, LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '1 day' AS at) AS t;
CREATE VIEW expected AS SELECT f.* FROM volume CROSS JOIN LATERAL (SELECT * FROM slaops.forecast(fit, 3) UNION ALL SELECT * FROM slaops.forecast(by_hours, 3, cal => 'desk')) AS f;
SELECT FROM slaops.load_config($$
preset: ours
default_calendar: desk
states: {pending: [Odd]}
metrics: {triage: {start: {event: created}, stop: {field: priority}}}
presets: {ours: {like: jira, reopen: pause}}
policies:
  - {name: Gold, when: {priority: P1}, valid_to: 2026-07-01, targets: {P1: {first_response: 1h, triage: 1d}}}
  - {name: Gold, when: {priority: P1}, valid_from: 2026-07-01, targets: {P1: {first_response: 2h}}}
  - {name: Rest, hours: 24x7, targets: {'*': {resolution: 3d}}}
$$);
SELECT FROM slaops.load_config('policies: [{name: Other, targets: {P1: {resolution: 1d}}}]', 'proposed');
SELECT FROM slaops.create_marts('support', 'ticket', 'ticket_event', stored => false);
SET slaops.as_of = '2026-01-07Z';
SELECT FROM slaops.create_marts('kept', 'ticket', 'ticket_event');
SQL
ask() { psql_ -At -d "$1" -c 'TABLE answer ORDER BY id' -c 'SELECT * FROM slaops.calendars ORDER BY name, valid_from' -c 'SELECT id, clock FROM clock ORDER BY id' \
    -c 'SELECT * FROM slaops.process_models ORDER BY 1, 5' -c 'SELECT slaops.dump_config()' -c "SELECT slaops.dump_config('proposed')" -c 'SELECT history::text FROM history ORDER BY 1' -c 'TABLE volume' -c 'TABLE expected' \
    -c "SET slaops.as_of = '2026-01-08Z'" -c 'SELECT * FROM support.fct_sla_attainment ORDER BY ticket_id, metric, cycle' \
    -c 'RESET slaops.as_of' -c 'SELECT * FROM kept.fct_sla_attainment ORDER BY ticket_id, metric, cycle' -c 'SELECT * FROM kept.fct_backlog_snapshot ORDER BY ticket_id, day' -c 'TABLE kept.mart_state'; }
before=$(ask "$PGDATABASE")
[ -n "$before" ]
for format in plain custom; do
    "$PG_BIN/createdb" "restored_$format"
    if [ "$format" = plain ]; then
        "$PG_BIN/pg_dump" | psql_ -q -d restored_plain >/dev/null
    else
        "$PG_BIN/pg_dump" -Fc | "$PG_BIN/pg_restore" -e -d restored_custom
    fi
    [ "$(ask "restored_$format")" = "$before" ]
    [ "$(psql_ -At -d "restored_$format" -c 'SET enable_seqscan = off' -c "SELECT count(*) FROM team WHERE cal OPERATOR(slaops.=) 'Mo-Fr 03:00-17:00 @ UTC'" | tail -1)" = 1 ]
    # The facts go on from where they were.
    [ "$(psql_ -At -d "restored_$format" -c "CALL slaops.refresh('kept', '2026-01-07Z')" -c "SELECT string_agg(reason, ',' ORDER BY refresh) FROM kept.refresh_log" 2>/dev/null | tail -1)" = 'first,unchanged' ]
    # What belongs to the extension is not dumped as a user's own.
    psql_ -q -d "restored_$format" -c 'DROP EXTENSION slaops CASCADE' 2>/dev/null
done
