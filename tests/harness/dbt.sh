#!/bin/bash
# What slaops.mart_sql prints of every view, pasted into a dbt model, builds: as a view and as a table, over the marts of a
# schema with the defaults, and over tables that are named. Then examples/dbt: built twice, and again after a refresh with late
# events. dbt comes from PyPI, into target/dbt.
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
cd "$REPO"
venv=${DBT_VENV:-target/dbt}
if [ ! -x "$venv/bin/dbt" ]; then
    echo 'dbt: installing dbt-core and dbt-postgres' >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q 'dbt-core==1.10.23' 'dbt-postgres==1.11.0'
fi
cluster_start
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 300);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('support', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents', shifts => 'demo.shifts', work_logs => 'demo.work_logs');
SQL
project=$CLUSTER_DIR/dbt
mkdir -p "$project/models/defaults" "$project/models/named"
cat >"$project/dbt_project.yml" <<YML
name: pasted
version: '1.0.0'
profile: pasted
models:
  pasted:
    defaults: {+materialized: view, +schema: defaults}
    named: {+materialized: table, +schema: named}
YML
cat >"$project/profiles.yml" <<YML
pasted:
  target: dev
  outputs:
    dev: {type: postgres, host: "$PGHOST", port: $PGPORT, user: "$PGUSER", password: none, dbname: postgres, schema: dbt, threads: 2}
YML
views=$(psql_ -qAt -c 'SELECT name FROM slaops.mart_templates ORDER BY position')
for view in $views; do
    # A model of dbt has a name of its own in the project.
    psql_ -qAt -c "SELECT slaops.mart_sql('$view')" >"$project/models/defaults/defaults_$view.sql"
    psql_ -qAt -c "SELECT slaops.mart_sql('$view', 'support', 'demo.tickets', 'demo.ticket_events', 'demo', 'America/New_York', 'demo.group_capacity', 'demo.agents', 'demo.shifts', 'demo.work_logs')" >"$project/models/named/named_$view.sql"
done
models=$(($(wc -w <<<"$views") * 2))
PGOPTIONS='-c slaops.as_of=' DBT_SEND_ANONYMOUS_USAGE_STATS=false "$venv/bin/dbt" --no-use-colors build --project-dir "$project" --profiles-dir "$project" --quiet
built=$(psql_ -qAt -c "SELECT count(*) FROM pg_class WHERE relnamespace IN ('dbt_defaults'::regnamespace, 'dbt_named'::regnamespace) AND relkind IN ('v', 'r')")
[ "$built" = "$models" ] || { echo "dbt: $built of $models models were built" >&2; exit 1; }
# What dbt built of the defaults holds what the views hold.
different=$(psql_ -qAt <<'SQL'
SET extra_float_digits = -3;
SELECT format('SELECT %1$L WHERE (SELECT md5(string_agg(%3$s, chr(10) ORDER BY %3$s COLLATE "C")) FROM support.%2$I AS v) IS DISTINCT FROM (SELECT md5(string_agg(%3$s, chr(10) ORDER BY %3$s COLLATE "C")) FROM dbt_defaults.%4$I AS v)', name, name, of.row, 'defaults_' || name)
FROM slaops.mart_templates
-- refresh notes in a model's row under which configuration it was fitted.
CROSS JOIN LATERAL (SELECT CASE name WHEN 'int_risk_model' THEN '(to_jsonb(v) - ''basis'')::text' ELSE 'v::text' END) AS of (row)
WHERE name <> 'refresh_status' ORDER BY position \gexec
SQL
)
[ -z "$different" ] || { echo "dbt: other rows than the view: $different" >&2; exit 1; }
echo "dbt: $built models were built, and hold what the views hold"

# The example: sources with tests, and models over raw tables. A loader brings each event five minutes after it happened; the
# replies of twenty tickets come weeks late.
fail() { echo "dbt: $1" >&2; exit 1; }
cp -r examples/dbt "$CLUSTER_DIR/example"
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
ALTER TABLE demo.ticket_events ADD loaded_at timestamptz;
UPDATE demo.ticket_events SET loaded_at = event_at + interval '5 minutes';
ALTER TABLE demo.ticket_events ALTER loaded_at SET NOT NULL;
CREATE TABLE late AS
WITH replies AS (
    SELECT event.*, dense_rank() OVER (ORDER BY event.ticket_id) AS place
    FROM demo.ticket_events AS event
    WHERE event.event_type = 'comment' AND event.actor_role = 'agent' AND event.public AND event.event_at < '2025-11-15Z' AND event.event_at > '2025-06-01Z'
)
SELECT * FROM replies WHERE place <= 20;
DELETE FROM demo.ticket_events AS event USING late WHERE event.ticket_id = late.ticket_id AND event.seq = late.seq;
CALL slaops.refresh('support', as_of => '2026-01-05 08:00Z');
SQL
example() { # command, argument ...
    (cd "$CLUSTER_DIR/example" && PGOPTIONS='-c slaops.as_of=' DBT_SCHEMA=dbt_example PGPASSWORD=none DBT_SEND_ANONYMOUS_USAGE_STATS=false \
        "$dbt" --no-use-colors "$@" --profiles-dir . --quiet)
}
dbt=$(realpath -s "$venv/bin/dbt")
ask() { psql_ -qAt -c "$1"; }
rows="SELECT md5(string_agg(to_jsonb(r)::text, chr(10) ORDER BY r.ticket_id)) FROM dbt_example.first_replies AS r"
uncommented="SELECT coalesce(string_agg(c.relname || '.' || a.attname, ', '), '') FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE (c.relnamespace = 'dbt_example'::regnamespace OR c.relnamespace = 'support'::regnamespace AND c.relkind = 'v') AND c.relkind IN ('v', 'r') AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)"
example deps
example build
first=$(ask "$rows")
[ "$(ask "SELECT count(*) FROM dbt_example.first_replies")" = "$(ask 'SELECT count(*) FROM demo.tickets')" ] || fail 'first_replies has not all tickets'
[ -z "$(ask "$uncommented")" ] || fail "without a comment: $(ask "$uncommented")"
example build
[ "$(ask "$rows")" = "$first" ] || fail 'a second build gave other rows'
[ -z "$(ask "$uncommented")" ] || fail "without a comment after a second build: $(ask "$uncommented")"

waiting=$(ask 'SELECT count(*) FROM dbt_example.first_replies WHERE replied_at IS NULL')
met=$(ask "SELECT sum(met) FROM support.mart_sla WHERE metric = 'first_response'")
psql_ -q <<'SQL'
INSERT INTO demo.ticket_events SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public, seq, '2026-01-05 08:30Z' FROM late;
SET client_min_messages = warning;
CALL slaops.refresh('support', as_of => '2026-01-05 09:00Z');
SQL
example build
[ "$(ask 'SELECT count(*) FROM dbt_example.first_replies WHERE replied_at IS NULL')" -lt "$waiting" ] || fail 'late replies do not count in first_replies'
[ "$(ask "SELECT sum(met) FROM support.mart_sla WHERE metric = 'first_response'")" -gt "$met" ] || fail 'late replies do not count in the marts'
newest=$(ask 'SELECT count(*) FROM dbt_example.first_replies GROUP BY xmin::text ORDER BY 1 LIMIT 1')
[ "$newest" -lt 60 ] || fail "$newest rows were written for twenty tickets"
[ -z "$(ask "$uncommented")" ] || fail "without a comment after late events: $(ask "$uncommented")"
after=$(ask "$rows")
[ "$after" != "$first" ] || fail 'late events changed nothing'
example build --full-refresh
[ "$(ask "$rows")" = "$after" ] || fail 'a build from scratch gives other rows than those that follow each other'
# The macro's columns are those of slaops.attainment_rate.
[ "$(ask "SELECT bool_and(abs(a.attainment - (slaops.attainment_rate(a.met, a.breached)).attainment) < 1e-12) FROM dbt_example.first_reply_attainment AS a")" = t ] || fail 'another attainment than that of slaops.attainment_rate'
# A test that cannot fail is none: of rows that are doubled, and of values beyond their bounds, dbt tells.
psql_ -q -c "UPDATE dbt_example.first_replies SET result = 'maybe', elapsed_minutes = -1 WHERE ticket_id = (SELECT min(ticket_id) FROM dbt_example.first_replies)" \
    -c 'INSERT INTO dbt_example.first_replies SELECT * FROM dbt_example.first_replies ORDER BY ticket_id LIMIT 1'
if example test --select first_replies >"$CLUSTER_DIR/dbt_said" 2>&1; then fail 'the tests of first_replies find nothing'; fi
[ "$(grep -c '^[0-9:]* *Failure in test' "$CLUSTER_DIR/dbt_said")" = 3 ] || { cat "$CLUSTER_DIR/dbt_said" >&2; fail 'not three tests find the wrong rows'; }
echo 'dbt: examples/dbt was built twice, and again with late events'
