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
    # shellcheck source=dashboard/sample.sh
    . "$repo/dashboard/sample.sh"
    sample_team superset
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
