#!/bin/bash
# The extension is trusted: a role that owns its database installs it, fills the registry, dumps and
# restores, without a superuser.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
role=slaops_owner
psql_ -q -c "CREATE ROLE $role LOGIN" -c "CREATE DATABASE owned OWNER $role" -c "CREATE DATABASE owned_again OWNER $role"
as_owner() { psql_ -q -At -U "$role" "$@"; }
as_owner -d owned -c 'CREATE EXTENSION slaops' \
    -c "INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC')" \
    -c "SELECT FROM slaops.load_config('policies: [{name: All, calendar: desk, targets: {P1: {resolution: 1d}}}]')" \
    -c 'CREATE TABLE t (c slaops.calendar)' -c "INSERT INTO t VALUES ('24/7 @ UTC')"
"$PG_BIN/pg_dump" -U "$role" owned | as_owner -d owned_again >/dev/null
[ "$(as_owner -d owned_again -c "SELECT slaops.business_minutes('desk', '2026-01-05', '2026-01-06'), c FROM t")" = '480|24/7 @ UTC' ]
[ "$(as_owner -d owned_again -c "SELECT slaops.match_policy('{}'), count(*) FROM slaops.sla_targets")" = 'All|1' ]
# Another schema in front of the search path, with an operator of the same name, is not called.
as_owner -d owned_again -c 'CREATE SCHEMA odd' \
    -c "CREATE FUNCTION odd.minus(date, date) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RAISE ''called''; END'" \
    -c 'CREATE OPERATOR odd.- (LEFTARG = date, RIGHTARG = date, FUNCTION = odd.minus)' \
    -c "UPDATE slaops.calendars SET valid_from = '2020-01-01'" -c 'SET search_path = odd, pg_catalog' \
    -c "SELECT slaops.business_minutes('desk', '2026-01-05'::timestamptz, '2026-01-06')" | grep -qx 480
# Made anew in the same session, the registry is still watched.
as_owner -d owned_again -c "SELECT slaops.business_minutes('desk', '2026-01-05'::timestamptz, '2026-01-06')" \
    -c 'SET client_min_messages = warning' -c 'DROP EXTENSION slaops CASCADE' -c 'CREATE EXTENSION slaops' \
    -c "INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC')" \
    -c "DO \$\$ DECLARE x float8; y float8; BEGIN
            x := slaops.business_minutes('desk', '2026-01-05'::timestamptz, '2026-01-06');
            UPDATE slaops.calendars SET calendar = 'Mo-Fr 09:00-10:00 @ UTC';
            y := slaops.business_minutes('desk', '2026-01-05'::timestamptz, '2026-01-06');
            IF (x, y) <> (480, 60) THEN RAISE 'stale: % %', x, y; END IF; END \$\$" >/dev/null
psql_ -q -c 'DROP DATABASE owned' -c 'DROP DATABASE owned_again' -c "DROP ROLE $role"
