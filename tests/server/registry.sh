#!/bin/bash
# The registry with several sessions: changes are seen, snapshots are kept, overlaps are refused.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -c 'CREATE EXTENSION slaops' -c "INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC')"
ask="SELECT slaops.business_minutes('desk', '2026-01-05Z', '2026-01-06Z');"

# One session asks, another changes, the first asks again: through a pipe, so that it stays connected.
coproc READER { psql_ -At; }
say() { echo "$1" >&"${READER[1]}"; }
hear() { read -r -t 20 -u "${READER[0]}" line; echo "$line"; }
say "$ask"; [ "$(hear)" = 480 ]
psql_ -q -c "UPDATE slaops.calendars SET calendar = 'Mo-Fr 09:00-10:00 @ UTC'"
say "$ask"; [ "$(hear)" = 60 ]

# A snapshot that was taken before a change does not see it.
say 'BEGIN ISOLATION LEVEL REPEATABLE READ;'; [ "$(hear)" = BEGIN ]
say "$ask"; [ "$(hear)" = 60 ]
psql_ -q -c "UPDATE slaops.calendars SET calendar = 'Mo-Fr 09:00-11:00 @ UTC'"
say "$ask"; [ "$(hear)" = 60 ]
say 'COMMIT;'; [ "$(hear)" = COMMIT ]
say "$ask"; [ "$(hear)" = 120 ]

# A change that is rolled back was never there.
psql_ -q -c 'BEGIN' -c "DELETE FROM slaops.calendars" -c 'ROLLBACK'
say "$ask"; [ "$(hear)" = 120 ]
say '\q'; wait "$READER_PID"

# Of two sessions that insert overlapping versions, one is refused, whatever they see of each other.
psql_ -q -c 'BEGIN' -c "INSERT INTO slaops.calendars (name, calendar) VALUES ('night', '24/7 @ UTC')" -c 'SELECT pg_sleep(1)' -c 'COMMIT' >/dev/null &
sleep 0.3
if psql_ -q -c "INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES ('night', 'off @ UTC', '2026-01-01')" 2>/dev/null; then
    echo 'two versions overlap' >&2
    exit 1
fi
wait
[ "$(psql_ -At -c "SELECT count(*) FROM slaops.calendars WHERE name = 'night'")" = 1 ]
