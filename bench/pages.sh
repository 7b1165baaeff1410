#!/bin/bash
# Time the pages of dashboard/ in Chromium, a line each: seconds until the first figures are painted, for the first reader
# after the start (cold), for one who loads the page again (warm), and for one who chooses it in the pages that are open; with
# CPU seconds of the pages and the browser until then.
#
#   BENCH_TICKETS="50000 1000000"   sizes of the team
#   BENCH_PAGES="executive sla"     some of the pages
#
# A busy machine shows in that seconds are far above CPU seconds.
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
    echo 'bench: no Chromium at CHROMIUM (Debian: apt install chromium), so no times of the pages'
    exit 0
fi
venv=$(tests/dashboard/packages.sh)
cluster_start shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=1h autovacuum=off
sql() { psql_ -qAt "$@" 2>/dev/null; }
sql -c 'CREATE EXTENSION slaops' -c 'CREATE ROLE dashboard LOGIN'
printf '%8s  %-16s%8s%8s%8s%8s%8s%8s%9s\n' tickets page cold CPU target warm CPU target chosen
for tickets in ${BENCH_TICKETS:-50000}; do
    echo "bench: making $tickets tickets and their views" >&2
    sql -o /dev/null -c "SELECT slaops.load_sample('t$tickets', $tickets)" -c "SET slaops.as_of = '2026-01-05 08:00+00'" \
        -c "SELECT FROM slaops.create_marts('m$tickets', 't$tickets.tickets', 't$tickets.ticket_events', policy_set => 't$tickets', group_capacity => 't$tickets.group_capacity', agents => 't$tickets.agents', dimensions => '{brand,region,channel,tier}')" \
        -c "SELECT FROM slaops.grant_read('m$tickets', 'dashboard')" -c "ALTER DATABASE $PGDATABASE SET slaops.as_of = '2026-01-05 08:00+00'"
    # As autovacuum leaves it.
    sql -c 'VACUUM ANALYZE'
    # shellcheck disable=SC2086
    SCHEMA=m$tickets PGUSER=dashboard "$venv/bin/python" bench/pages.py "$tickets" "$(sql -c "SELECT max(ticket_id) FROM t$tickets.tickets WHERE status = 'solved'")" ${BENCH_PAGES:-}
    sql -c "DROP SCHEMA m$tickets, t$tickets CASCADE"
done
