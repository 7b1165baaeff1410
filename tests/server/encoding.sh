#!/bin/bash
# A database that is not UTF-8 keeps the names of holidays, in text, JSON and lists.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -c "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
export PGCLIENTENCODING=UTF8
said=$(psql_ -qAt -d latin -c 'CREATE EXTENSION slaops' \
    -c "SELECT 'Mo 09:00-10:00; 2026 Dec 24 off \"Tag ä\" @ UTC'::slaops.calendar" \
    -c "SELECT 'Mo 09:00-10:00; 2026 Dec 24 off \"Tag ä\" @ UTC'::slaops.calendar::jsonb::slaops.calendar" \
    -c "SELECT name FROM slaops.holidays('Mo 09:00-10:00; 2026 Dec 24 off \"Tag ä\"; PH off @ UTC, MX', '2026-03-01', '2026-12-25') WHERE name ~ '[^ -~]'")
[ "$said" = 'Mo 09:00-10:00; 2026 Dec 24 off "Tag ä" @ UTC
Mo 09:00-10:00; 2026 Dec 24 off "Tag ä" @ UTC
Benito Juárez'"'"'s birthday
Tag ä' ]
# A character that the encoding lacks is refused.
if psql_ -q -d latin -c "SELECT '{\"time_zone\": \"UTC\", \"hours\": \"2026 Dec 24 off \\\"\\u20ac\\\"\"}'::slaops.calendar" >/dev/null 2>&1; then
    echo 'a euro sign was stored as Latin-1' >&2
    exit 1
fi
psql_ -q -c 'DROP DATABASE latin'
# Where the database has no encoding, texts are read to their end and no further.
psql_ -q -c "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
said=$(psql_ -qAt -d ascii -c 'CREATE EXTENSION slaops' \
    -c "SELECT string_agg(octet_length(t[1]) || ':' || octet_length(from_activity), ' ' ORDER BY i) FROM (
            SELECT i, slaops.trace(a, now()) AS t, slaops.transition_matrix(1, a, now()) AS tm FROM (SELECT i, 'é' || repeat('x', i) AS a FROM generate_series(1, 20) AS i) AS v GROUP BY i) AS m,
            slaops.transitions(tm) WHERE to_activity = '(end)'")
[ "$said" = '3:3 4:4 5:5 6:6 7:7 8:8 9:9 10:10 11:11 12:12 13:13 14:14 15:15 16:16 17:17 18:18 19:19 20:20 21:21 22:22' ] || { echo "SQL_ASCII: $said" >&2; exit 1; }
psql_ -q -c 'DROP DATABASE ascii'
