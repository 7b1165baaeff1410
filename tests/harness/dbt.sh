#!/bin/bash
# What slaops.mart_sql prints of every view, pasted into a dbt model, builds: as a view and as a table, over the marts of a
# schema with the defaults, and over tables that are named. dbt comes from PyPI, into target/dbt.
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
SELECT FROM slaops.create_marts('support', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents');
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
    psql_ -qAt -c "SELECT slaops.mart_sql('$view', 'support', 'demo.tickets', 'demo.ticket_events', 'demo', 'America/New_York', 'demo.group_capacity', 'demo.agents')" >"$project/models/named/named_$view.sql"
done
models=$(($(wc -w <<<"$views") * 2))
PGOPTIONS='-c slaops.as_of=' DBT_SEND_ANONYMOUS_USAGE_STATS=false "$venv/bin/dbt" --no-use-colors build --project-dir "$project" --profiles-dir "$project" --quiet
built=$(psql_ -qAt -c "SELECT count(*) FROM pg_class WHERE relnamespace IN ('dbt_defaults'::regnamespace, 'dbt_named'::regnamespace) AND relkind IN ('v', 'r')")
[ "$built" = "$models" ] || { echo "dbt: $built of $models models were built" >&2; exit 1; }
# What dbt built of the defaults holds what the views hold.
different=$(psql_ -qAt <<'SQL'
SET extra_float_digits = -3;
SELECT format('SELECT %L WHERE (SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")) FROM support.%I AS v) IS DISTINCT FROM (SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")) FROM dbt_defaults.%I AS v)', name, name, 'defaults_' || name)
FROM slaops.mart_templates WHERE name <> 'refresh_status' ORDER BY position \gexec
SQL
)
[ -z "$different" ] || { echo "dbt: other rows than the view: $different" >&2; exit 1; }
echo "dbt: $built models were built, and hold what the views hold"
