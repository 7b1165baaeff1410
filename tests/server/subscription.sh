#!/bin/bash
# A desk whose tables are replicated to a server with slaops, only the columns that attach reads: figures as if slaops were there,
# also after a day of changes, and a tenant sees its own.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
want() {
    [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }
}
here=$(cd "$(dirname "$0")" && pwd)
coproc desk {
    cluster_start wal_level=logical >&2
    echo "$CLUSTER_DIR"
    read -r _ || true
}
read -r desk_dir <&"${desk[0]}"
cluster_start max_logical_replication_workers=4 max_sync_workers_per_subscription=4
there() { PGHOST=$desk_dir psql_ -qAt "$@"; }
beside() { psql_ -qAt "$@"; }
there -o /dev/null -v tickets=1500 -f "$here/../support/desk.sql"
there -c 'ALTER TABLE za.tickets ADD COLUMN description text' -c "UPDATE za.tickets SET description = 'not for everybody'"
there -o /dev/null <<'SQL'
SELECT FROM slaops.attach('zendesk_api', 'za');
SET client_min_messages = warning;
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('marts', 'support.tickets', 'support.ticket_events', policy_set => 'demo');
CREATE ROLE replicator LOGIN REPLICATION;
GRANT USAGE ON SCHEMA za TO replicator;
GRANT SELECT ON ALL TABLES IN SCHEMA za TO replicator;
CREATE PUBLICATION slaops FOR
    TABLE za.tickets (id, created_at, subject, requester_id, organization_id, brand_id, group_id, assignee_id, status, priority, type, via, tags, custom_fields, custom_status_id, satisfaction_rating, _airbyte_extracted_at),
    TABLE za.ticket_audits, za.ticket_comments, za.ticket_metric_events, za.ticket_fields, za.users, za.groups, za.organizations, za.brands, za.schedules, za.schedule_holidays;
SQL
beside -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 10);
CREATE ROLE team LOGIN;
CREATE ROLE acme LOGIN;
SELECT format('GRANT CREATE ON DATABASE %I TO team', current_database()) \gexec
GRANT USAGE ON SCHEMA slaops TO team, acme;
GRANT INSERT, UPDATE, DELETE ON slaops.calendars TO team;
SQL
PGHOST=$desk_dir "$PG_BIN/pg_dump" --schema-only --schema=za --no-publications --no-owner --no-privileges postgres | beside -o /dev/null
beside -c 'ALTER TABLE za.tickets DROP COLUMN description' -c 'ALTER SCHEMA za OWNER TO team'
for table in $(beside -c "SELECT relname FROM pg_class WHERE relnamespace = 'za'::regnamespace AND relkind = 'r'"); do beside -c "ALTER TABLE za.$table OWNER TO team"; done
beside -c "CREATE SUBSCRIPTION desk CONNECTION 'host=$desk_dir port=$PGPORT user=replicator dbname=postgres' PUBLICATION slaops" 2>/dev/null
arrived() { # until all that the desk has done is here
    local position
    position=$(there -c 'SELECT pg_current_wal_lsn()')
    for _ in $(seq 600); do
        if [ "$(beside -c "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'")" = 0 ] &&
            [ "$(there -c "SELECT coalesce(bool_and(replay_lsn >= '$position'), false) FROM pg_stat_replication WHERE application_name = 'desk'")" = t ]; then return 0; fi
        sleep 0.2
    done
    echo 'the subscription did not arrive' >&2
    exit 1
}
arrived
beside -U team -o /dev/null <<'SQL'
SET client_min_messages = warning;
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.attach('zendesk_api', 'za');
SELECT FROM slaops.create_marts('marts', 'support.tickets', 'support.ticket_events', policy_set => 'demo');
SQL
want 'copies of what is here already' "$(beside -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'za_copy'")" 0
equal() { # what
    local rows="SET extra_float_digits = -3; SET jit = off;
CREATE TEMPORARY TABLE answer (view_name text, rows bigint, said text);
DO \$\$ DECLARE name text; BEGIN
    FOR name IN SELECT m.name FROM slaops.mart_templates AS m WHERE m.name NOT IN ('alerts', 'refresh_status') ORDER BY m.name LOOP
        EXECUTE format('INSERT INTO answer SELECT %1\$L, count(*), md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE \"C\")) FROM marts.%1\$I AS v', name);
    END LOOP;
END \$\$;
SELECT view_name, rows, said FROM answer ORDER BY view_name;"
    there -c "$rows" >"$CLUSTER_DIR/there"
    beside -U team -c "$rows" >"$CLUSTER_DIR/beside"
    diff "$CLUSTER_DIR/there" "$CLUSTER_DIR/beside" >&2 || { echo "other figures: $1" >&2; exit 1; }
    [ "$(awk -F'|' '{ n += $2 } END { print n }' "$CLUSTER_DIR/beside")" -ge 30000 ] || { echo "few rows: $1" >&2; exit 1; }
}
equal 'the first figures'
there -f "$here/../support/desk_day.sql"
there -c 'DELETE FROM za.tickets WHERE id % 50 = 3'
arrived
for side in there beside; do "$side" -c 'SET client_min_messages = warning' -c 'SET ROLE '"$([ $side = there ] && echo postgres || echo team)" -c "CALL slaops.refresh('marts', '2026-01-06 08:00Z')"; done
equal 'a day later'
beside -U team -o /dev/null <<'SQL'
ALTER TABLE za.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON za.tickets USING (organization_id % 3 = 0);
SET client_min_messages = error;
SELECT FROM slaops.grant_read('marts', 'acme');
SQL
want 'tickets of a tenant' "$(beside -U acme -c 'SELECT count(*), count(*) > 300 FROM marts.int_ticket_lifecycle')" "$(beside -c "SELECT count(*), true FROM za.tickets WHERE organization_id % 3 = 0 AND status <> 'deleted'")"
there -c "UPDATE za.tickets SET status = 'open' WHERE id = (SELECT max(id) FROM za.tickets)"
arrived
want 'a change under row-level security' "$(beside -c 'SELECT status FROM za.tickets ORDER BY id DESC LIMIT 1')" open
beside -c 'DROP SUBSCRIPTION desk' 2>/dev/null
