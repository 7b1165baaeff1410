#!/bin/bash
# Time stored views against DuckDB over the same facts in its own file, and over the same cells; the same answers are asked
# of both. DuckDB comes from PyPI.
#
#   BENCH_TICKETS=200000   size of the team
#   BENCH_RUNS=7           runs, taking turns; the table has their median
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
venv=${BENCH_VENV:-${CARGO_TARGET_DIR:-target}/bench-venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import psycopg' 2>/dev/null || "$venv/bin/pip" install --quiet 'psycopg[binary]'
"$venv/bin/python" -c 'import duckdb' 2>/dev/null || "$venv/bin/pip" install --quiet duckdb
cluster_start shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=1h autovacuum=off
tickets=${BENCH_TICKETS:-200000}
echo "bench: making $tickets tickets and their marts" >&2
psql_ -q -o /dev/null 2>/dev/null <<SQL
CREATE EXTENSION slaops;
SELECT slaops.load_sample('team', $tickets);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts('marts', 'team.tickets', 'team.ticket_events', policy_set => 'team', group_capacity => 'team.group_capacity', agents => 'team.agents');
SQL
facts=$(mktemp -d)
trap 'rm -rf "$facts"; cluster_on_exit' EXIT
at() { echo "$1 AT TIME ZONE 'UTC' AS $1"; }
export_csv() { psql_ -q -c "\\copy ($2) TO '$facts/$1.csv' (FORMAT csv, HEADER)"; }
export_csv clock "SELECT ticket_id, metric, cycle, policy, priority, last_group, status, elapsed_minutes, margin_minutes, $(at started_at), $(at stopped_at), $(at decided_at) FROM marts.fct_sla_attainment"
export_csv period "SELECT l.ticket_id, p.place, p.opened AT TIME ZONE 'UTC' AS opened, p.closed AT TIME ZONE 'UTC' AS closed FROM marts.int_ticket_lifecycle AS l CROSS JOIN LATERAL unnest(l.open_from, l.open_to) WITH ORDINALITY AS p (opened, closed, place)"
export_csv spell "SELECT l.ticket_id, g.group_name, g.minutes FROM marts.int_ticket_lifecycle AS l CROSS JOIN LATERAL unnest(l.groups, l.group_minutes) AS g (group_name, minutes)"
export_csv stage "SELECT ticket_id, group_name, phase, minutes FROM marts.int_ticket_stages"
export_csv cell_month "SELECT month, metric, policy, priority, group_name, clocks, met, breached FROM marts.int_sla_by_month"
export_csv cell_day "SELECT day, metric, priority, group_name, met, breached FROM marts.int_sla_by_day"
"$venv/bin/python" bench/marts_duckdb.py marts "$facts" "${BENCH_RUNS:-7}"
