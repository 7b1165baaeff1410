#!/bin/bash
# What attach makes of copies of a source's tables is what it makes of the tables, for each source; also after rows went and changed.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
here=$(cd "$(dirname "$0")" && pwd)
base=$PGDATABASE
compared=0
compare() { # source, schema, table of tickets, table of events, other arguments
    psql_ -q -o /dev/null -v source="$1" -v schema="$2" -v tickets="$3" -v events="$4" <<SQL
SET client_min_messages = warning;
SELECT FROM slaops.attach(:'source', :'schema', 'direct', copy => false${5:-});
SELECT FROM slaops.attach(:'source', :'schema', 'copied', copy => true${5:-});
\ir $REPO/tests/support/checks.sql
CREATE FUNCTION pg_temp.both(what text, fewest bigint) RETURNS void LANGUAGE plpgsql AS \$\$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'direct'::regnamespace AND relkind = 'v' LOOP
        PERFORM pg_temp.same(what || ' ' || name, format('SELECT t::text FROM direct.%I AS t', name), format('SELECT replace(t::text, ''copied'', ''direct'') FROM copied.%I AS t', name), CASE WHEN name IN ('vendor_clocks', 'work_logs') THEN 0 ELSE fewest END);
    END LOOP;
END \$\$;
SELECT pg_temp.both('at first', 60);
SET session_replication_role = replica;
DELETE FROM :"schema".:"tickets" WHERE ctid IN (SELECT ctid FROM :"schema".:"tickets" ORDER BY md5(ctid::text) LIMIT 7);
DELETE FROM :"schema".:"events" WHERE ctid IN (SELECT ctid FROM :"schema".:"events" ORDER BY md5(ctid::text) LIMIT 20);
SELECT pg_temp.yes('rows that went', sum(rows_changed) >= 20) FROM slaops.update_copy(:'schema' || '_copy', whole => true);
SELECT pg_temp.both('later', 50);
SQL
    compared=$((compared + 1))
}
database() {
    export PGDATABASE=${base}_$1
    "$PG_BIN/createdb" "$PGDATABASE"
}
of_story() { # source, schema, setting, tickets, events
    database "$1"
    psql_ -q -o /dev/null -v "$3"=300 -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION slaops' -c "SET $2.$3 = '300'" -f "$here/attach/$1_tables.sql"
    compare "$1" "$2" "$4" "$5"
}
of_story chatwoot cw tickets conversations messages
of_story plane pl issues issues issue_activities
of_story hubspot hs tickets ticket ticket_property_history
of_story salesforce sf cases Case CaseHistory
for product in zammad znuny; do
    database $product
    psql_ -q -o /dev/null -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION slaops' -c "SELECT slaops.load_sample('demo', 300)" -f "$here/attach/${product}_tables.sql"
    if [ $product = zammad ]; then compare zammad zammad tickets histories; else compare znuny znuny ticket ticket_history; fi
done
database zendesk
psql_ -q -o /dev/null -v tickets=600 -f "$here/attach/zendesk_tables.sql" -f "$here/attach/zendesk_airbyte_tables.sql" -f "$here/attach/zendesk_dlt_tables.sql"
compare zendesk zd ticket ticket_field_history
psql_ -q -c 'DROP SCHEMA direct, copied CASCADE'
compare zendesk_api za tickets ticket_audits
psql_ -q -c 'DROP SCHEMA direct, copied CASCADE'
compare zendesk_api zl tickets ticket_events
for product in request_tracker redmine; do
    database $product
    zcat "$REPO/tests/data/$product.sql.gz" | psql_ -q -o /dev/null
    psql_ -q -c 'CREATE EXTENSION slaops'
    if [ $product = redmine ]; then compare redmine public issues journal_details ", time_zone => 'Europe/Berlin'"; else compare request_tracker public tickets transactions; fi
done
[ "$compared" = 11 ]
