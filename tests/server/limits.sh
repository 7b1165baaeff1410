#!/bin/bash
# Long work can be cancelled, large values are refused, memory stays bounded.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -c 'CREATE EXTENSION slaops'
refused() { # SQLSTATE, statement
    local out
    out=$(psql_ -v VERBOSITY=sqlstate -c "$2" 2>&1 >/dev/null || true)
    [[ "$out" == *"$1"* ]] || { echo "expected $1, got: $out" >&2; exit 1; }
}
refused 57014 "SET statement_timeout = '300ms'; SELECT count(*) FROM slaops.open_periods('Mo-Fr 09:00-17:00 @ UTC', '-infinity', 'infinity')"
# A second of work or more, a fifth of which is allowed.
years=$(for hour in 10 11 12 13 14; do seq -f "easter +%.0f days $hour:00-$hour:30; " 2 199; done | tr -d '\n')
years=${years%; }
refused 57014 "SET statement_timeout = '100ms'; SELECT slaops.business_minutes('$years @ UTC'::slaops.calendar, '2026-01-01', '9999-12-31')"
refused 54000 "SELECT length((repeat('2026 Jan 01 off; ', 100000) || '24/7 @ UTC')::slaops.calendar::text)"
refused 54000 "SELECT slaops.make_calendar('24/7', 'UTC', holidays => array(SELECT date '2000-01-01' + i FROM generate_series(1, 30000) AS i))"
refused 54000 "SELECT (repeat('(', 5000) || '24/7 @ UTC' || repeat(')', 5000))::slaops.calendar"
refused 54000 "SELECT slaops.sla_clock_agg(now() + i * interval '1 second', 'start') FROM generate_series(1, 1000001) AS i"

# A thousand calendars in one statement, and the cache afterward.
psql_ -At -c "
    SELECT count(DISTINCT slaops.business_minutes(c, '2016-01-01', '2026-01-01')) FROM (
        SELECT format('Mo-Fr 09:%s-17:%s; PH off @ Europe/Berlin, DE', lpad((i % 60)::text, 2, '0'), lpad((i / 60)::text, 2, '0'))::slaops.calendar AS c
        FROM generate_series(0, 999) AS i) AS v" -c 'SELECT slaops.cache_usage()' | {
    read -r different; read -r calendars _ bytes _
    echo "$different results, $calendars calendars cached, $bytes bytes"
    [ "$bytes" -lt 67108864 ]
}

# One calendar of 720 windows a day over a thousand years does not grow without end.
psql_ -At -c "
    SELECT count(slaops.business_minutes(c, t, t + '1 day')) FROM (
        SELECT string_agg('(' || hours || ' @ UTC)', ' | ')::slaops.calendar AS c FROM (
            SELECT string_agg(to_char(time '00:00' + (m * 16 + 2 * part) * interval '1 minute', 'HH24:MI') || '-'
                || to_char(time '00:00' + (m * 16 + 2 * part + 1) * interval '1 minute', 'HH24:MI'), ',') AS hours
            FROM generate_series(0, 89) AS m, generate_series(0, 7) AS part GROUP BY part) AS p) AS v,
    generate_series(timestamptz '1530-01-01', '2470-01-01', '40 years') AS t" -c 'SELECT slaops.cache_usage()' | {
    read -r _; read -r calendars _ bytes _
    echo "$calendars calendar of 720 windows a day: $bytes bytes"
    [ "$bytes" -lt 83886080 ]
}
