#!/bin/bash
# Every zone of this library agrees with the server's own zones, at local noon of every third day from
# 1970 to 2037. Four names differ honestly: AT TIME ZONE takes CET, EET, MET and WET as abbreviations
# without summer time, where the zone database has them as zones with it. Where the server holds another
# release of the database, a few zones may differ, and are listed.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -c 'CREATE EXTENSION slaops'
echo "library: tzdata $(psql_ -At -c 'SELECT slaops.tzdata_version()'), zones of the server: $(psql_ -At -c 'SELECT count(*) FROM pg_timezone_names')"
differing=$(psql_ -qAt <<'SQL'
SET client_min_messages = warning;
CREATE TEMP TABLE zone AS
SELECT name FROM pg_timezone_names
WHERE name !~ '^(posix|right)/' AND name NOT IN ('posixrules', 'localtime', 'Factory', 'leapseconds');
DO $$
DECLARE z text; cal slaops.calendar; n int; f date; l date;
BEGIN
    CREATE TEMP TABLE differing (name text, days int, first date, last date);
    FOR z IN SELECT name FROM zone LOOP
        BEGIN
            cal := slaops.make_calendar('12:00-12:01', z);
        EXCEPTION WHEN invalid_parameter_value THEN
            INSERT INTO differing VALUES (z, NULL, NULL, NULL);
            CONTINUE;
        END;
        SELECT count(*), min(day), max(day) INTO n, f, l FROM generate_series(0, 24836, 3) AS i, LATERAL (SELECT date '1970-01-01' + i) AS d (day)
        WHERE NOT slaops.is_open(cal, (day + time '12:00') AT TIME ZONE z)
          -- A day that the zone skipped has no noon.
          AND ((day + time '12:00') AT TIME ZONE z) AT TIME ZONE z = day + time '12:00';
        IF n > 0 THEN INSERT INTO differing VALUES (z, n, f, l); END IF;
    END LOOP;
END $$;
SELECT name, days, first, last FROM differing ORDER BY name;
SQL
)
release=
if [ ! -d "$("$PG_CONFIG" --sharedir)/timezone" ]; then    # else the server has zones of its own, which name no release
    release=$(sed -n 's/^# version //p' /usr/share/zoneinfo/tzdata.zi 2>/dev/null || true)
fi
other=$(grep -vE '^(CET|EET|MET|WET)\|' <<<"$differing" || true)
echo "the server's release: ${release:-unknown}; zones that differ beside CET, EET, MET, WET: ${other:-none}"
[ "$(grep -cE '^(CET|EET|MET|WET)\|' <<<"$differing")" = 4 ]
if [ "$release" = "$(psql_ -At -c 'SELECT slaops.tzdata_version()')" ]; then
    [ -z "$other" ]
else
    [ "$(grep -c '|' <<<"$other")" -le 15 ]
fi
