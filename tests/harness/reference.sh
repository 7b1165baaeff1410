#!/bin/bash
# Write docs/reference from the COMMENTs of the installed extension:
#   tests/harness/reference.sh [DIRECTORY]
# What belongs to which page follows from the files below sql/.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
into=$(realpath -m -- "${1:-$REPO/docs/reference}")
cluster_use
cd "$REPO"

"$PG_BIN/createdb" reference
# A small sample gives the views their columns.
psql_ -q -d reference -o /dev/null -v VERBOSITY=terse <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 200);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts(
    'marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo',
    group_capacity => 'demo.group_capacity', agents => 'demo.agents'
);
SQL
psql_ -qAt -d reference -f tests/harness/reference.sql | python3 tests/harness/reference.py "$into"
psql_ -q -d postgres -c 'DROP DATABASE reference WITH (FORCE)'
