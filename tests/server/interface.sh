#!/bin/bash
# A session that loads a library of another build than the script's is told so, instead of crashing.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -c 'CREATE EXTENSION slaops'
[ "$(psql_ -At -c 'SELECT slaops.interface_of_library() = slaops.interface_of_script()')" = t ]

call="SELECT slaops.business_minutes('24/7 @ UTC', '2026-01-05'::timestamptz, '2026-01-06')"
body() { psql_ -q -c "UPDATE pg_proc SET prosrc = replace(prosrc, '$1', '$2') WHERE proname = 'interface_of_script'"; }
body SELECT 'SELECT 0 ||'
[ "$(psql_ -At -c "$call")" = 1440 ]        # a prefix of no meaning: the hash is still there
hash=$(psql_ -At -c 'SELECT slaops.interface_of_library()')
body "$hash" another
# Each call says so, also after the first has failed.
for call in "$call" "$call" "SELECT 'Mo-Fr 09:00-17:00 @ UTC'::slaops.calendar"; do
    said=$(psql_ -v VERBOSITY=verbose -c "$call" 2>&1 || true)
    grep -q 'ERROR:  55000: the library of slaops and the extension in this database are of different builds' <<<"$said"
    grep -q 'HINT:  After an upgrade run ALTER EXTENSION slaops UPDATE' <<<"$said"
done
said=$(psql_ -At -c '\set ON_ERROR_STOP off' -c "$call" -c "$call" 2>&1 || true)
[ "$(grep -c 'different builds' <<<"$said")" = 2 ]
# The extension can be removed and made again in such a session.
psql_ -q -c 'SET client_min_messages = warning' -c 'DROP EXTENSION slaops CASCADE' -c 'CREATE EXTENSION slaops' -c "$call" >/dev/null
