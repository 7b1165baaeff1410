#!/bin/bash
# The pages of slaops on 127.0.0.1:8501, until Ctrl-C.
#
#   serve.sh                                           a throwaway cluster with the sample team
#   DATABASE_URL=postgresql://... SCHEMA=support serve.sh   the views of that schema, read only
#   PGSERVICE=name SCHEMA=support serve.sh             the same, by a service file of libpq
#
# PORT and HOST listen elsewhere. Python's packages go to target/dashboard, as dashboard/requirements.txt has them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(dirname "$here")
venv=${DASHBOARD_VENV:-${CARGO_TARGET_DIR:-$repo/target}/dashboard}
host=${HOST:-127.0.0.1}
port=${PORT:-8501}
export SCHEMA=${SCHEMA:-support}
# make hands on an empty one, which libpq takes for a service without a name.
[ -n "${PGSERVICE:-}" ] || unset PGSERVICE

step() { printf '%(%H:%M:%S)T  %s\n' -1 "$*"; }

[[ $port =~ ^[0-9]+$ ]] || { echo "dashboard: PORT must be a number" >&2; exit 1; }

# Anew where the lock file has changed since.
lock=$(cksum <"$here/requirements.txt")
if [ ! -x "$venv/bin/streamlit" ] || [ "$lock" != "$(cat "$venv/lock" 2>/dev/null || true)" ]; then
    step "Python packages into $venv (about a minute, once)"
    python3 -m venv "$venv" || { echo 'dashboard: python3 has no venv; on Debian: apt install python3-venv' >&2; exit 1; }
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
    printf '%s\n' "$lock" >"$venv/lock"
fi

if [ -z "${DATABASE_URL:-}" ] && [ -z "${PGSERVICE:-}" ]; then
    # shellcheck source=dashboard/sample.sh
    . "$repo/dashboard/sample.sh"
    sample_team dashboard
fi

step "http://$host:$port  (Ctrl-C ends it)"
cd "$here"
"$venv/bin/python" start.py run app.py --server.address "$host" --server.port "$port" >/dev/null
