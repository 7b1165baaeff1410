#!/bin/bash
# The pages in a headless Chromium: `make test-dashboard`. SCREENSHOTS=DIR keeps a picture of each page. Further arguments
# name tests, as unittest has them: tests/dashboard/run.sh SampleTeam.
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../harness/cluster.sh"
cd "$REPO"
chromium=${CHROMIUM:-/usr/bin/chromium}
[ -x "$chromium" ] || { echo "test-dashboard: there is no $chromium: 'apt install chromium', or set CHROMIUM" >&2; exit 1; }
venv=$(tests/dashboard/packages.sh)
types() { (cd "$1" && shift && MYPYPATH=$REPO/dashboard:$REPO/tests/dashboard "$venv/bin/mypy" --config-file "$REPO/dashboard/mypy.ini" "$@"); }
types dashboard .
types . tests/dashboard/browser.py tests/dashboard/test_pages.py bench/pages.py
types . examples/alerts tests/server/listener
cluster_start
echo 'test-dashboard: databases (about a minute)' >&2
PGOPTIONS='-c client_min_messages=warning' psql_ -q -o /dev/null -f tests/dashboard/setup.sql
# How the test stops the server and starts it again.
ctl=("$PG_BIN/pg_ctl" -s -w -D "$CLUSTER_DIR/data" -l "$CLUSTER_DIR/log")
[ "$(id -u)" -ne 0 ] || ctl=(setpriv --reuid=postgres --regid=postgres --init-groups "${ctl[@]}")
CLUSTER_CTL=$(IFS='|'; echo "${ctl[*]}")
export CLUSTER_CTL
[ -z "${SCREENSHOTS:-}" ] || mkdir -p "$SCREENSHOTS"
"$venv/bin/python" tests/dashboard/test_pages.py "$@"
