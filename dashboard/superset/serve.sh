#!/bin/bash
# Apache Superset with the dashboards of slaops on 127.0.0.1:8088, until Ctrl-C.
#
#   serve.sh                                           a throwaway cluster with the sample team
#   DATABASE_URL=postgresql://... SCHEMA=support serve.sh   the views of that schema, read only
#   PGSERVICE=name SCHEMA=support serve.sh             the same, by a service file of libpq
#
# PORT and HOST listen elsewhere. The password of its user `admin` is SUPERSET_PASSWORD, else a new one that is shown.
# Python's packages go to target/superset, as requirements.txt has them. What Superset stores is gone when it ends.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
# shellcheck source=dashboard/superset/instance.sh
. "$here/instance.sh"
host=${HOST:-127.0.0.1}
port=${PORT:-8088}
export SCHEMA=${SCHEMA:-support}
# make hands on an empty one, which libpq takes for a service without a name.
[ -n "${PGSERVICE:-}" ] || unset PGSERVICE

step() { printf '%(%H:%M:%S)T  %s\n' -1 "$*"; }

[[ $port =~ ^[0-9]+$ ]] || { echo "superset: PORT must be a number" >&2; exit 1; }

superset_packages "$here/requirements.txt"

if [ -z "${DATABASE_URL:-}" ] && [ -z "${PGSERVICE:-}" ]; then
    # shellcheck source=tests/harness/cluster.sh
    . "$repo/tests/harness/cluster.sh"
    step 'A throwaway server'
    cluster_start
    trap 'exit 0' INT TERM
    psql_ -q -c 'CREATE EXTENSION slaops' || { echo "superset: slaops is not installed there; run 'make install'" >&2; exit 1; }
    step 'The sample team: 50,000 tickets of one year'
    psql_ -q -o /dev/null -c "SELECT slaops.load_sample('demo')"
    # Their figures are of the end of that year.
    psql_ -q -c "ALTER DATABASE $PGDATABASE SET slaops.as_of = '2026-01-05 08:00+00'"
    step 'Its views and figures (about a minute)'
    psql_ -q -o /dev/null -v schema="$SCHEMA" <<'SQL'
SELECT FROM slaops.create_marts(
    :'schema', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo',
    group_capacity => 'demo.group_capacity', agents => 'demo.agents',
    dimensions => '{brand,region,channel,tier}'
);
CREATE ROLE dashboard LOGIN;
SELECT FROM slaops.grant_read(:'schema', 'dashboard');
SQL
    export PGUSER=dashboard
fi

superset_home
step 'The bundle for these views'
"$superset_venv/bin/python" "$here/bundle.py" zip "$SUPERSET_HOME_DIR/slaops.zip"
step 'A fresh Superset, and the bundle imported'
shown=
if [ -z "${SUPERSET_PASSWORD:-}" ]; then
    SUPERSET_PASSWORD=$(superset_secret 9)
    shown=", password $SUPERSET_PASSWORD"
fi
export SUPERSET_PASSWORD
superset_quietly "$superset_venv/bin/python" "$here/prepare.py" "$SUPERSET_HOME_DIR/slaops.zip"
unset SUPERSET_PASSWORD
step "http://$host:$port/superset/dashboard/slaops-overview/  (user admin$shown; Ctrl-C ends it)"
superset_serve "$host" "$port"
