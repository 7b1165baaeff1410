#!/bin/bash
# A desk on a server without slaops, and slaops beside it: figures as if slaops were there, read by a role that may only read, one
# query of what changed for each table; tenants without user mappings; a server that goes away, and tables that change.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
want() {
    [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }
}
has() { # what, text, pattern
    grep -qE -- "$3" <<<"$2" || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

# The server of the desk, made by a shell of its own.
coproc desk {
    cluster_start log_statement=all log_line_prefix='%u|' >&2
    echo "$CLUSTER_DIR"
    read -r _ || true
}
read -r desk_dir <&"${desk[0]}"
cluster_use
if [ "$(psql_ -qAt -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")" -eq 0 ]; then
    echo 'sidecar: without postgres_fdw, so it cannot run'
    exit 77
fi
at_desk() { PGHOST=$desk_dir PGPORT=5432 psql_ -qAt -d desk "$@"; }
at_maker() { PGHOST=$desk_dir PGPORT=5432 psql_ -qAt -d maker "$@"; }
desk_ctl() { cluster_owned=$desk_dir cluster_ctl "$@"; }
ask() { psql_ -qAt "$@"; }
team() { psql_ -qAt -U team "$@"; }
here=$(cd "$(dirname "$0")" && pwd)
PGHOST=$desk_dir PGPORT=5432 "$PG_BIN/createdb" desk
PGHOST=$desk_dir PGPORT=5432 "$PG_BIN/createdb" maker
at_maker -o /dev/null -v tickets=1500 -f "$here/../support/desk.sql"
# The database of the desk has no slaops.
PGHOST=$desk_dir PGPORT=5432 "$PG_BIN/pg_dump" --schema=za maker | at_desk -o /dev/null
at_desk -c 'CREATE ROLE slaops_reader LOGIN' -c 'GRANT USAGE ON SCHEMA za TO slaops_reader' -c 'GRANT SELECT ON ALL TABLES IN SCHEMA za TO slaops_reader' \
    -c 'ALTER ROLE slaops_reader SET default_transaction_read_only = on'

# What the figures must be: slaops in the very database.
marts() { # as of
    cat <<SQL
SET client_min_messages = warning;
SET slaops.as_of = '$1';
SELECT FROM slaops.create_marts('marts', 'support.tickets', 'support.ticket_events', policy_set => 'demo');
SQL
}
at_maker -o /dev/null -c "SELECT FROM slaops.attach('zendesk_api', 'za')" -c "$(marts '2026-01-05 08:00Z')"

# Beside it: who owns the views is no superuser.
ask -o /dev/null <<SQL
SET client_min_messages = warning;
CREATE EXTENSION slaops;
CREATE EXTENSION postgres_fdw;
SELECT slaops.load_sample('demo', 10);
CREATE ROLE team LOGIN;
CREATE ROLE acme LOGIN;
CREATE ROLE bolt LOGIN;
SELECT format('GRANT CREATE ON DATABASE %I TO team', current_database()) \gexec
GRANT USAGE ON SCHEMA slaops TO team, acme, bolt;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA slaops TO team;
GRANT INSERT, UPDATE, DELETE ON slaops.calendars TO team;
CREATE SERVER desk FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$desk_dir', port '5432', dbname 'desk');
GRANT USAGE ON FOREIGN SERVER desk TO team;
CREATE USER MAPPING FOR team SERVER desk OPTIONS (user 'slaops_reader', password_required 'false');
SQL
team -c 'CREATE SCHEMA za' -c 'IMPORT FOREIGN SCHEMA za FROM SERVER desk INTO za'
said=$(team -c "SELECT subject || ': ' || finding || coalesce(': ' || cost, '') FROM slaops.attach('zendesk_api', 'za')")
has 'the report' "$said" '^za_copy: 11 tables copied, [0-9]+ rows: refresh reads '
has 'the report of a server' "$said" "^server desk: it is asked for 100 rows at a time: ALTER SERVER desk OPTIONS \(ADD fetch_size '10000'\)$"
has 'the report' "$said" '^support.tickets: made$'
ask -c "ALTER SERVER desk OPTIONS (ADD fetch_size '10000')"
team -o /dev/null -c "$(marts '2026-01-05 08:00Z')"

# Every row of every view. The sums of floats end otherwise in another order of rows; instants of refreshes are those of
# the schema, and so is the hash of the configuration for which a risk model was fitted.
rows="SET extra_float_digits = -3; SET jit = off;
CREATE TEMPORARY TABLE answer (view_name text, rows bigint, said text);
DO \$\$ DECLARE name text; BEGIN
    FOR name IN SELECT m.name FROM slaops.mart_templates AS m WHERE m.name NOT IN ('alerts', 'refresh_status') ORDER BY m.name LOOP
        EXECUTE format('INSERT INTO answer SELECT %1\$L, count(*), md5(string_agg(line, chr(10) ORDER BY line COLLATE \"C\")) FROM marts.%1\$I AS v CROSS JOIN LATERAL (SELECT replace(%2\$s, ''za_copy'', ''za'')) AS q (line)', name,
            CASE name WHEN 'int_risk_model' THEN '(to_jsonb(v) - ''basis'')::text' ELSE 'v::text' END);
    END LOOP;
END \$\$;
SELECT view_name, rows, said FROM answer ORDER BY view_name;"
equal() { # what, least rows
    at_maker -c "$rows" >"$CLUSTER_DIR/there"
    team -c "$rows" >"$CLUSTER_DIR/beside"
    diff "$CLUSTER_DIR/there" "$CLUSTER_DIR/beside" >&2 || { echo "other figures: $1" >&2; exit 1; }
    [ "$(awk -F'|' '{ n += $2 } END { print n }' "$CLUSTER_DIR/beside")" -ge "$2" ] || { echo "few rows: $1" >&2; exit 1; }
}
equal 'the first figures' 30000
[ "$(awk -F'|' '$2 > 0' "$CLUSTER_DIR/beside" | wc -l)" -ge 60 ]

# Another call changes nothing, a day later each table is asked once, and the large ones for what changed.
before=$(team -c "SELECT string_agg(copied::text, chr(10) ORDER BY table_name) FROM (SELECT table_name, source, key_column, stamp_column, stamp, rows FROM za_copy.copied_tables) AS copied")
team -o /dev/null -c "SELECT FROM slaops.attach('zendesk_api', 'za')"
want 'copies after a second attach' "$(team -c "SELECT string_agg(copied::text, chr(10) ORDER BY table_name) FROM (SELECT table_name, source, key_column, stamp_column, stamp, rows FROM za_copy.copied_tables) AS copied")" "$before"
want 'rows that a second attach changed' "$(team -c "SELECT sum(rows_changed) FROM slaops.update_copy('za_copy', whole => true)")" 0
day() { "$1" -f "$here/../support/desk_day.sql"; }
day at_maker
day at_desk
at_maker -c "SET client_min_messages = warning" -c "CALL slaops.refresh('marts', '2026-01-06 08:00Z')"
: >"$desk_dir/log"
team -c "SET client_min_messages = warning" -c "CALL slaops.refresh('marts', '2026-01-06 08:00Z')"
equal 'a day later' 30000
asked=$(awk '/^\t/ { line = line $0; next } { print line; line = $0 } END { print line }' "$desk_dir/log" | grep -aE '^slaops_reader\|.*DECLARE c[0-9]+ CURSOR')
want 'queries of a refresh' "$(wc -l <<<"$asked")" 11
want 'tables that a refresh asks' "$(grep -oE 'FROM za\.[a-z_]+' <<<"$asked" | sort -u | wc -l)" 11
for table in tickets ticket_audits ticket_comments; do
    has "what $table is asked for" "$(grep -E "FROM za\.$table\b" <<<"$asked")" "WHERE \(\(\(_airbyte_extracted_at >= '2026-01-0[0-9 :+]+'"
done
# The planner's question is no reading.
want 'other queries of a refresh' "$(grep -acE '^slaops_reader\|.*(statement|execute [^:]*): *(SELECT|WITH|EXPLAIN)' "$desk_dir/log" || true)" 0
# What is gone, only a whole reading finds.
for side in at_maker at_desk; do "$side" -c 'DELETE FROM za.tickets WHERE id % 50 = 3' -c 'DELETE FROM za.ticket_audits WHERE ticket_id % 50 = 3'; done
gone=$(at_maker -c "SELECT 1560 + 1 - count(*) FROM za.tickets")
want 'rows that an update finds changed' "$(team -c "SELECT rows_changed FROM slaops.update_copy('za_copy') WHERE table_name = 'tickets'")" 0
want 'rows that a whole update finds changed' "$(team -c "SELECT rows_changed FROM slaops.update_copy('za_copy', whole => true) WHERE table_name = 'tickets'")" "$gone"
at_maker -c "SET client_min_messages = warning" -c "CALL slaops.refresh('marts', '2026-01-06 09:00Z')"
team -c "SET client_min_messages = warning" -c "CALL slaops.refresh('marts', '2026-01-06 09:00Z')"
equal 'without the tickets that are gone' 30000

# Two tenants, with no mapping to the desk: policies on the copies reach every stored row.
team -o /dev/null <<'SQL'
CREATE SCHEMA who;
GRANT USAGE ON SCHEMA who TO acme, bolt;
CREATE TABLE who.tenants (organization_id bigint PRIMARY KEY, tenant name);
INSERT INTO who.tenants SELECT id, CASE id % 3 WHEN 0 THEN 'acme' ELSE 'bolt' END FROM za_copy.organizations;
GRANT SELECT ON who.tenants TO acme, bolt;
ALTER TABLE za_copy.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON za_copy.tickets USING (organization_id IN (SELECT t.organization_id FROM who.tenants AS t WHERE t.tenant = current_user));
ALTER TABLE za_copy.ticket_audits ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON za_copy.ticket_audits USING (EXISTS (SELECT FROM za_copy.tickets AS t WHERE t.id = ticket_audits.ticket_id));
SET client_min_messages = error;
SELECT FROM slaops.grant_read('marts', 'acme');
SELECT FROM slaops.grant_read('marts', 'bolt');
SQL
sees="SELECT count(*), coalesce(sum(reopens), 0), count(DISTINCT organization_id) FROM marts.int_ticket_lifecycle"
for tenant in acme bolt; do
    want "tickets of $tenant" "$(ask -U $tenant -c "$sees")" "$(team -c "$sees AS life WHERE organization_id IN (SELECT o.name FROM za_copy.organizations AS o JOIN who.tenants AS t ON t.organization_id = o.id WHERE t.tenant = '$tenant')")"
    [ "$(ask -U $tenant -c 'SELECT count(*) FROM marts.int_ticket_lifecycle')" -ge 300 ]
    for view in fct_sla_attainment fct_backlog_snapshot stg_ticket_events mart_ticket_outcomes; do
        want "$view of $tenant" "$(ask -U $tenant -c "SELECT count(*) FROM marts.$view")" "$(team -c "SELECT count(*) FROM marts.$view JOIN marts.stg_tickets AS of USING (ticket_id) WHERE of.organization_id IN (SELECT o.name FROM za_copy.organizations AS o JOIN who.tenants AS t ON t.organization_id = o.id WHERE t.tenant = '$tenant')")"
    done
    want "what $tenant sees of figures of all" "$(ask -U $tenant -c "SELECT slaops.sees_all_tickets('marts.stg_tickets'), count(*) FROM marts.stored_sla_overview")" 'f|0'
    want "clocks of $tenant in a summary" "$(ask -U $tenant -c "SELECT sum(met) FROM marts.mart_sla")" "$(ask -U $tenant -c "SELECT count(*) FROM marts.fct_sla_attainment WHERE status = 'met'")"
done
want 'mappings to the desk' "$(ask -c 'SELECT count(*) FROM pg_user_mappings')" 1

# The desk goes away in the middle of a refresh, and of create_marts: its last table is locked until then.
day_two="UPDATE za.tickets SET priority = 'urgent', _airbyte_extracted_at = '2026-01-06 12:00Z' WHERE id % 7 = 0"
at_desk -c "$day_two"
at_maker -c "$day_two"
books='SELECT md5(string_agg(copied::text, chr(10) ORDER BY table_name)) FROM za_copy.copied_tables AS copied'
state="SELECT md5(string_agg(t::text, chr(10) ORDER BY id)) FROM za_copy.tickets AS t"
stood=$(team -c "$books" -c "$state" -c "$rows")
in_the_middle() { # statement
    PGHOST=$desk_dir PGPORT=5432 psql_ -qAt -d desk -c 'BEGIN' -c 'LOCK TABLE za.users' -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
    local locker=$! asker
    until [ "$(at_desk -c "SELECT count(*) FROM pg_locks WHERE relation = 'za.users'::regclass AND granted AND mode = 'AccessExclusiveLock'")" = 1 ]; do sleep 0.1; done
    team -c 'SET client_min_messages = warning' -c "$1" >"$CLUSTER_DIR/said" 2>&1 &
    asker=$!
    until [ "$(at_desk -c "SELECT count(*) FROM pg_locks WHERE relation = 'za.users'::regclass AND NOT granted")" = 1 ]; do sleep 0.1; done
    desk_ctl -m immediate stop
    ! wait $asker || { echo "no error: $1" >&2; exit 1; }
    wait $locker || true
}
in_the_middle "CALL slaops.refresh('marts', '2026-01-07 08:00Z')"
said=$(cat "$CLUSTER_DIR/said")
has 'a desk that goes away' "$said" '^ERROR:  za.users could not be copied: .'
has 'a desk that goes away' "$said" '^DETAIL:  Copies and figures are those of before.$'
has 'a desk that goes away' "$said" '^HINT:  Call it again when the server desk answers.$'
want 'copies and figures' "$(team -c "$books" -c "$state" -c "$rows")" "$stood"
# It is down: nothing waits for it, and readers go on.
said=$(team -c "CALL slaops.refresh('marts', '2026-01-07 08:00Z')" 2>&1) && exit 1
has 'a desk that is down' "$said" '^ERROR:  za.brands could not be copied: could not connect to server "desk"$'
want 'the log of a refresh' "$(team -c "SELECT state, reason, error ~ 'za.brands could not be copied' FROM marts.refresh_log ORDER BY refresh DESC LIMIT 1")" 'failed|planning|t'
want 'a reader, with the desk down' "$(ask -U acme -c 'SELECT count(*) > 300 FROM marts.int_ticket_lifecycle')" t
desk_ctl start >/dev/null
in_the_middle "SELECT FROM slaops.create_marts('later', 'support.tickets', 'support.ticket_events', policy_set => 'demo')"
has 'create_marts of a desk that goes away' "$(cat "$CLUSTER_DIR/said")" '^ERROR:  za.users could not be copied: '
want 'what create_marts left' "$(team -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'later'" -c "$books" -c "$state" -c "$rows")" "0
$stood"
desk_ctl start >/dev/null
for side in at_maker team; do "$side" -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('marts', '2026-01-07 08:00Z')"; done
equal 'after the desk came back' 30000

# An upgrade of the product: a column has another name, one is new, one has another type.
at_desk -c 'ALTER TABLE za.tickets RENAME COLUMN assignee_id TO agent_id' -c 'ALTER TABLE za.tickets ALTER COLUMN priority TYPE varchar(20)' -c 'ALTER TABLE za.tickets ADD COLUMN ticket_form_id bigint'
stood=$(team -c "$books" -c "$state" -c "$rows")
said=$(team -c "CALL slaops.refresh('marts', '2026-01-07 09:00Z')" 2>&1) && exit 1
has 'a column with another name' "$said" '^ERROR:  za.tickets could not be copied: column "assignee_id" does not exist$'
has 'a column with another name' "$said" '^HINT:  Has the table changed on the server desk\? DROP FOREIGN TABLE za.tickets; IMPORT FOREIGN SCHEMA za LIMIT TO \(tickets\) FROM SERVER desk INTO za; then call slaops.attach again.$'
want 'figures beside another schema' "$(team -c "$books" -c "$state" -c "$rows")" "$stood"
reimport() { team -c 'DROP FOREIGN TABLE za.tickets' -c 'IMPORT FOREIGN SCHEMA za LIMIT TO (tickets) FROM SERVER desk INTO za'; }
team -c 'DROP FOREIGN TABLE za.tickets'
said=$(team -c "CALL slaops.refresh('marts', '2026-01-07 09:00Z')" 2>&1) && exit 1
has 'a table that is gone' "$said" '^ERROR:  the source za.tickets is gone$'
team -c 'IMPORT FOREIGN SCHEMA za LIMIT TO (tickets) FROM SERVER desk INTO za'
said=$(team -c "SELECT subject, finding FROM slaops.attach('zendesk_api', 'za')")
has 'a column that is gone' "$said" '^tickets.assignee_id\|missing$'
want 'columns of the copy' "$(team -c "SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute WHERE attrelid = 'za_copy.tickets'::regclass AND attname ~ 'gone|agent_id|assignee|ticket_form' AND NOT attisdropped")" 'agent_id ticket_form_id'
want 'the policy of the copy' "$(team -c "SELECT count(*) FROM pg_policy WHERE polrelid = 'za_copy.tickets'::regclass")" 1
team -o /dev/null -c "SELECT FROM slaops.attach('zendesk_api', 'za', columns => '{\"tickets\": {\"assignee_id\": \"agent_id\"}}')"
for side in at_maker team; do "$side" -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('marts', '2026-01-07 09:00Z')"; done
equal 'after the upgrade' 30000
# A policy that reads a column keeps it: attach says so, and changes nothing.
at_desk -c 'ALTER TABLE za.tickets RENAME COLUMN organization_id TO company_id'
reimport
said=$(team -c "SELECT FROM slaops.attach('zendesk_api', 'za', columns => '{\"tickets\": {\"assignee_id\": \"agent_id\", \"organization_id\": \"company_id\"}}')" 2>&1) && exit 1
has 'a column of a policy' "$said" 'policy tenant on table za_copy.tickets depends on column'
want 'columns that attach left' "$(team -c "SELECT count(*) FROM pg_attribute WHERE attrelid = 'za_copy.tickets'::regclass AND attname LIKE 'slaops gone%'")" 0

# A log without a key: what a loader loads again is there already.
at_desk -c 'ALTER TABLE za.tickets RENAME COLUMN company_id TO organization_id'
reimport
team -o /dev/null -c 'ALTER FOREIGN TABLE za.ticket_audits DROP COLUMN id' -c "SELECT FROM slaops.attach('zendesk_api', 'za', columns => '{\"tickets\": {\"assignee_id\": \"agent_id\"}}')"
want 'a log without a key' "$(team -c "SELECT key_column, stamp_column FROM za_copy.copied_tables WHERE table_name = 'ticket_audits'")" '|_airbyte_extracted_at'
at_desk -c "UPDATE za.ticket_audits SET _airbyte_extracted_at = '2026-01-08Z' WHERE id IN (SELECT id FROM za.ticket_audits ORDER BY id LIMIT 5)" \
    -c "INSERT INTO za.ticket_audits (id, ticket_id, created_at, events, _airbyte_extracted_at) SELECT 95000000 + n, 1, '2026-01-08Z'::timestamptz + n * '1 s'::interval, '[]', '2026-01-08 01:00Z' FROM generate_series(1, 3) AS n"
want 'rows of a log that are new' "$(team -c "SELECT rows_read < 100, rows_changed FROM slaops.update_copy('za_copy') WHERE table_name = 'ticket_audits'")" 't|3'
want 'rows of a log that are new, once more' "$(team -c "SELECT rows_read < 100, rows_changed FROM slaops.update_copy('za_copy') WHERE table_name = 'ticket_audits'")" 't|0'
at_desk -c 'ALTER TABLE za.tickets RENAME COLUMN organization_id TO company_id'
reimport

# What others put in the place of a source, or beside the copies, does not run.
ask -c 'CREATE ROLE mallory' -c 'ALTER FOREIGN TABLE za.brands RENAME TO true_brands' -c "CREATE VIEW za.brands AS SELECT 1::bigint AS id, 'x' AS name" -c 'ALTER VIEW za.brands OWNER TO mallory'
said=$(team -c "CALL slaops.refresh('marts', '2026-01-09 08:00Z')" 2>&1) && exit 1
has 'a view in the place of a source' "$said" '^ERROR:  za.brands of mallory would run with your rights$'
ask -c 'DROP VIEW za.brands' -c 'ALTER FOREIGN TABLE za.true_brands RENAME TO brands' -c 'CREATE TABLE za_copy.more (n int)' -c 'ALTER TABLE za_copy.more OWNER TO mallory'
said=$(team -c 'SELECT slaops.update_copy('"'za_copy'"')' 2>&1) && exit 1
has 'a table of another beside the copies' "$said" '^ERROR:  schema za_copy has no copies of yours$'
has 'a refresh beside it' "$(team -c "CALL slaops.refresh('marts', '2026-01-09 08:00Z')" 2>&1)" '^NOTICE:  the copies in za_copy stay as they are: not all belong to team$'
said=$(ask -c "SELECT slaops.update_copy('za_copy')" 2>&1) && exit 1
has 'a superuser' "$said" '^ERROR:  schema za_copy has no copies of yours$'
ask -c 'DROP TABLE za_copy.more' -c 'DROP ROLE mallory'
# Nor does attach take a table of the owner's for a copy.
team -c 'CREATE SCHEMA mine' -c 'CREATE VIEW mine.tickets AS SELECT 1 AS ticket_id, now() AS created_at' -c "CREATE VIEW mine.ticket_events AS SELECT 1 AS ticket_id, now() AS event_at, 'created'::text AS event_type" \
    -c 'CREATE SCHEMA mine_copy' -c 'CREATE TABLE mine_copy.tickets (ticket_id int)'
said=$(team -c "SELECT FROM slaops.attach('generic', schema => 'hers', tickets => 'mine.tickets', ticket_events => 'mine.ticket_events', copy => true)" 2>&1) && exit 1
has 'a schema that is not empty' "$said" '^ERROR:  schema mine_copy is not empty$'
team -o /dev/null -c 'DROP TABLE mine_copy.tickets' -c "SELECT FROM slaops.attach('generic', schema => 'hers', tickets => 'mine.tickets', ticket_events => 'mine.ticket_events', copy => true)" -c 'DROP SCHEMA hers CASCADE' \
    -c 'DROP TABLE mine_copy.tickets' -c 'CREATE TABLE mine_copy.tickets (ticket_id int)' 2>/dev/null
said=$(team -c "SELECT FROM slaops.attach('generic', schema => 'hers', tickets => 'mine.tickets', ticket_events => 'mine.ticket_events', copy => true)" 2>&1) && exit 1
has 'a table of the name of a copy' "$said" '^ERROR:  mine_copy.tickets exists already and is no copy by attach$'

# Directly over the foreign tables: statistics, or who can gather them.
team -o /dev/null -c "DROP FOREIGN TABLE za.users" -c "IMPORT FOREIGN SCHEMA za LIMIT TO (users) FROM SERVER desk INTO za" \
    -c "SELECT FROM slaops.attach('zendesk_api', 'za', 'direct', columns => '{\"tickets\": {\"assignee_id\": \"agent_id\", \"organization_id\": \"company_id\"}}', copy => false)"
want 'foreign tables without statistics' "$(team -c "SELECT count(*) FROM pg_class WHERE relnamespace = 'za'::regnamespace AND relkind = 'f' AND reltuples < 0")" 0
want 'tickets read directly' "$(team -c 'SELECT count(*) FROM direct.tickets')" "$(at_desk -c "SELECT count(*) FROM za.tickets WHERE status <> 'deleted'")"
