#!/bin/bash
# The bundle in fresh Supersets and a headless Chromium: `make test-superset`. SCREENSHOTS=DIR keeps a picture of each
# dashboard. PAGE_SECONDS=9 allows a busy machine more than 3 s a page. Further arguments name tests, as unittest has them.
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../harness/cluster.sh"
cd "$REPO"
chromium=${CHROMIUM:-/usr/bin/chromium}
[ -x "$chromium" ] || { echo "test-superset: there is no $chromium: 'apt install chromium', or set CHROMIUM" >&2; exit 1; }
# shellcheck source=dashboard/superset/instance.sh
. dashboard/superset/instance.sh
superset_packages dashboard/superset/requirements.txt tests/dashboard/requirements.txt
(cd dashboard/superset && "$superset_venv/bin/mypy" . >/dev/null)
cluster_start
echo 'test-superset: the sample team and its views (about a minute)' >&2
PGOPTIONS='-c client_min_messages=warning' psql_ -q -o /dev/null <<'SQL'
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo');
SELECT format('ALTER DATABASE %I SET slaops.as_of = %L', current_database(), '2026-01-05 08:00+00') \gexec
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts(
    'support', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo',
    group_capacity => 'demo.group_capacity', agents => 'demo.agents',
    shifts => 'demo.shifts', work_logs => 'demo.work_logs', dimensions => '{brand,region,channel,tier}'
);
SELECT FROM slaops.create_marts('plain', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', refresh => false);
CREATE ROLE dashboard LOGIN;
SELECT FROM slaops.grant_read('support', 'dashboard');
SELECT FROM slaops.grant_read('plain', 'dashboard');
SQL
export PGUSER=dashboard SCHEMA=support
superset_home
[ -z "${SCREENSHOTS:-}" ] || { mkdir -p "$SCREENSHOTS"; SCREENSHOTS=$(realpath "$SCREENSHOTS"); export SCREENSHOTS; }
"$superset_venv/bin/python" tests/dashboard/test_superset.py "$@"
