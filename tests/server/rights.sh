#!/bin/bash
# Nothing runs one role's code with another role's rights. Mallory owns a database, installs the trusted extension, and
# tries every way that we know of to have a function of hers run by a superuser.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -c 'CREATE ROLE mallory LOGIN' -c 'CREATE ROLE etl LOGIN' -c 'CREATE DATABASE rights OWNER mallory'
super() { psql_ -q -At -d rights "$@"; }
mallory() { psql_ -q -At -d rights -U mallory "$@"; }
fail() { echo "rights: $*" >&2; exit 1; }
# refused SQLSTATE WHO STATEMENT: it must fail, with this SQLSTATE
refused() {
    local state=$1 who=$2 statement=$3 said
    said=$("$who" -v VERBOSITY=sqlstate -c "$statement" 2>&1) && fail "$who may: $statement"
    [[ $said == *"ERROR:  $state"* ]] || fail "$who, $statement: $said"
}

# A schema made beforehand is not taken.
mallory -c 'CREATE SCHEMA slaops' -c "CREATE FUNCTION slaops.refresh_now(text, timestamptz, text) RETURNS void LANGUAGE sql AS 'SELECT'"
refused 42P06 super 'CREATE EXTENSION slaops'
mallory -c 'SET client_min_messages = warning' -c 'DROP SCHEMA slaops CASCADE' -c 'CREATE EXTENSION slaops'

# What she may: keep configuration, and let others use the extension.
mallory -c "INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC')" \
    -c "SELECT FROM slaops.load_config('policies: [{name: All, calendar: desk, targets: {\"*\": {resolution: 1d}}}]')" \
    -c 'GRANT USAGE ON SCHEMA slaops TO etl' \
    -c "UPDATE slaops.sla_policies SET position = 7" -c "DELETE FROM slaops.sla_targets" >/dev/null

# Her trap: whatever runs it as a superuser makes her one.
mallory -c 'CREATE SCHEMA trap' -c "CREATE FUNCTION trap.spring() RETURNS void LANGUAGE plpgsql AS \$\$ BEGIN
        IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN EXECUTE 'ALTER ROLE mallory SUPERUSER'; END IF; END \$\$" \
    -c "CREATE FUNCTION trap.fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM trap.spring(); RETURN NEW; END'" \
    -c "CREATE FUNCTION trap.spring(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM trap.spring(); RETURN \$1; END'" \
    -c "CREATE TYPE trap.word AS (t text)" \
    -c "CREATE FUNCTION trap.json(trap.word) RETURNS json LANGUAGE plpgsql AS 'BEGIN PERFORM trap.spring(); RETURN ''{}''::json; END'" \
    -c 'CREATE CAST (trap.word AS json) WITH FUNCTION trap.json(trap.word)'

# On no table of the extension may she hang code, and into its schema she may put none.
tables=$(super -c "SELECT c.oid::regclass FROM pg_class AS c JOIN pg_depend AS d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass
    AND d.deptype = 'e' WHERE c.relkind = 'r' ORDER BY 1")
[ "$(wc -l <<<"$tables")" -ge 10 ] || fail "tables of the extension: $tables"
for t in $tables; do
    refused 42501 mallory "CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON $t FOR EACH ROW EXECUTE FUNCTION trap.fired()"
    refused 42501 mallory "CREATE RULE r AS ON INSERT TO $t DO ALSO SELECT trap.spring()"
    refused 42501 mallory "CREATE POLICY p ON $t USING (trap.spring('') IS NULL)"
    refused 42501 mallory "CREATE INDEX ON $t ((trap.spring('')))"
    refused 42501 mallory "ALTER TABLE $t DISABLE TRIGGER ALL"
    refused 42501 mallory "TRUNCATE $t"
    [ "$(super -c "SELECT string_agg(DISTINCT privilege_type, ',') FROM pg_class, aclexplode(relacl) AS x
        WHERE oid = '$t'::regclass AND x.grantee <> relowner AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')")" = '' ] ||
        fail "grants on $t"
done
refused 42501 mallory 'CREATE TABLE trap.child (s text, c text, FOREIGN KEY (s, c) REFERENCES slaops.presets (policy_set, name))'
refused 42501 mallory 'CREATE TABLE trap.child (s text, c trap.word, FOREIGN KEY (s, c) REFERENCES slaops.metrics (policy_set, name))'
refused 42501 mallory "CREATE FUNCTION slaops.refresh_now(text, timestamptz, text) RETURNS void LANGUAGE sql AS 'SELECT'"
refused 42501 mallory 'CREATE TABLE slaops.t (a int)'
refused 42501 mallory 'ALTER SCHEMA slaops OWNER TO mallory'
refused 42501 mallory "UPDATE slaops.mart_templates SET sql = 'SELECT trap.spring()'"
refused 42501 mallory "UPDATE slaops.attach_mappings SET sql = 'SELECT trap.spring()'"
# No statement that the extension's tables run calls anything but pg_catalog and slaops.
[ "$(super -c "SELECT count(*) FROM pg_proc AS p JOIN pg_depend AS d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'slaops' WHERE p.prosecdef")" = 0 ] || fail 'a function runs as its owner'

# A mart_state of hers, with our comment: a view, a table with a type of hers, with a policy, with a child.
comment="IS 'How slaops.create_marts made these views, and the figures that they hold.'"
mallory -c 'CREATE SCHEMA a' -c "CREATE VIEW a.mart_state AS SELECT true AS one, trap.spring('x') AS tickets, true AS stored, '{}'::jsonb AS objects" \
    -c "COMMENT ON VIEW a.mart_state $comment" \
    -c 'CREATE SCHEMA b' -c "CREATE TABLE b.mart_state AS SELECT true AS one, ROW('x')::trap.word AS tickets, true AS stored, '{}'::jsonb AS objects" \
    -c "COMMENT ON TABLE b.mart_state $comment" \
    -c 'CREATE SCHEMA c' -c "CREATE TABLE c.mart_state AS SELECT true AS one, 'x' AS tickets, true AS stored, '{}'::jsonb AS objects" \
    -c "COMMENT ON TABLE c.mart_state $comment" -c "CREATE POLICY p ON c.mart_state USING (trap.spring('') = '')" \
    -c 'ALTER TABLE c.mart_state ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY' \
    -c 'CREATE SCHEMA d' -c "CREATE TABLE d.mart_state AS SELECT true AS one, 'x' AS tickets, true AS stored, '{}'::jsonb AS objects" \
    -c "COMMENT ON TABLE d.mart_state $comment" -c "CREATE TRIGGER t AFTER UPDATE ON d.mart_state EXECUTE FUNCTION trap.fired()"
for s in a b c d; do
    for call in "SELECT slaops.mart_sql('mart_sla', '$s')" "SELECT slaops.drop_marts('$s')" "CALL slaops.refresh('$s')" "SELECT slaops.refresh_now('$s')" "SELECT slaops.refit_risk_model('$s')" \
        "SELECT slaops.alert('$s')" "SELECT slaops.simulate_capacity('$s')" "SELECT slaops.create_marts('$s', 'pg_class', 'pg_class')"; do
        super -c "$call" >/dev/null 2>&1 || true
    done
    super -c "SELECT 1 FROM pg_class WHERE oid = '$s.mart_state'::regclass" | grep -qx 1 || fail "$s.mart_state was dropped"
done

# Marts that are hers: she may hang what she likes on them, and only she runs it.
mallory -c 'CREATE SCHEMA desk' \
    -c "CREATE TABLE desk.ticket AS SELECT 1 AS ticket_id, timestamptz '2026-01-05 09:00Z' AS created_at, 'open' AS status, 'P1' AS priority" \
    -c "CREATE TABLE desk.event AS SELECT 1 AS ticket_id, timestamptz '2026-01-05 09:00Z' AS event_at, 'created' AS event_type" \
    -c "CREATE VIEW desk.tickets AS SELECT ticket_id, created_at, trap.spring(status) AS status, priority FROM desk.ticket" \
    -c 'CREATE VIEW desk.ticket_events AS SELECT * FROM desk.event' \
    -c "SET client_min_messages = warning" -c "SELECT FROM slaops.create_marts('desk')" \
    -c 'CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON desk.stored_fct_sla_attainment FOR EACH ROW EXECUTE FUNCTION trap.fired()' \
    -c 'CREATE TRIGGER t BEFORE INSERT OR UPDATE ON desk.mart_state FOR EACH ROW EXECUTE FUNCTION trap.fired()' >/dev/null
for call in "CALL slaops.refresh('desk')" "SELECT slaops.refresh_now('desk')" "SELECT slaops.refit_risk_model('desk')" "SELECT slaops.create_marts('desk')" "SELECT slaops.alert('desk')" \
    "SELECT slaops.drop_marts('desk')" "SELECT slaops.create_marts('desk', refresh => true)"; do
    refused 42501 super "$call"
done
# Nor in a schema of hers, where she could put another thing of the same name.
mallory -c 'CREATE SCHEMA hers' -c 'GRANT ALL ON SCHEMA hers TO etl'
super -c 'CREATE SCHEMA src' -c 'CREATE TABLE src.tickets AS TABLE desk.ticket' -c 'CREATE TABLE src.ticket_events AS TABLE desk.event' \
    -c 'GRANT USAGE ON SCHEMA src TO etl' -c 'GRANT SELECT ON ALL TABLES IN SCHEMA src TO etl' -c 'CREATE SCHEMA ours' -c 'GRANT ALL ON SCHEMA ours TO etl'
etl() { psql_ -q -At -d rights -U etl "$@"; }
refused 42501 super "SELECT slaops.create_marts('hers', 'src.tickets', 'src.ticket_events')"
refused 42501 etl "SELECT slaops.create_marts('hers', 'src.tickets', 'src.ticket_events')"
# attach makes views for its caller only: not in a schema of hers, not over a view of hers that says it is attach's, and
# what create_marts remembers by name is not hers because she took the name.
mallory -c "CREATE VIEW hers.tickets AS SELECT * FROM desk.tickets" -c "COMMENT ON VIEW hers.tickets IS 'Made by slaops.attach: x'"
refused 42501 super "SELECT slaops.attach('generic', schema => 'hers', tickets => 'src.tickets', ticket_events => 'src.ticket_events')"
super -c 'CREATE SCHEMA joint' -c 'GRANT ALL ON SCHEMA joint TO mallory'
mallory -c "CREATE VIEW joint.tickets AS SELECT * FROM desk.tickets" -c "COMMENT ON VIEW joint.tickets IS 'Made by slaops.attach: x'"
refused 42P07 super "SELECT slaops.attach('generic', schema => 'joint', tickets => 'src.tickets', ticket_events => 'src.ticket_events')"
super -c 'CREATE TABLE joint.ticket AS TABLE desk.ticket' -c 'CREATE SCHEMA remembered' -c 'SET client_min_messages = warning' \
    -c "SELECT FROM slaops.create_marts('remembered', 'joint.ticket', 'src.ticket_events')" -c 'DROP TABLE joint.ticket CASCADE'
mallory -c "CREATE VIEW joint.ticket AS SELECT * FROM desk.tickets"
refused 42501 super "SELECT slaops.create_marts('remembered')"
# Code of hers that runs in another's session leaves no lock there.
mallory -c 'CREATE TABLE trap.r (a int)' -c "INSERT INTO trap.r VALUES (1)" \
    -c "CREATE FUNCTION trap.f(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS \$\$ BEGIN PERFORM slaops.hold_lock('trap.r'::regclass); RETURN \$1; END \$\$"
refused 55000 super 'BEGIN; LOCK TABLE trap.r IN SHARE UPDATE EXCLUSIVE MODE; SELECT trap.f(1); COMMIT'
refused 55000 mallory 'SELECT slaops.release_lock(0)'
refused 55000 mallory 'SELECT slaops.hold_lock(99999999)'
# A superuser's schema is another matter: who owns it could do all of it anyway.
etl -c 'SET client_min_messages = warning' -c "SELECT FROM slaops.create_marts('ours', 'src.tickets', 'src.ticket_events')" -c "CALL slaops.refresh('ours')"
# A stored table that has come to be another's is not written.
super -c 'ALTER TABLE ours.stored_fct_sla_attainment OWNER TO mallory'
refused 42501 etl "CALL slaops.refresh('ours')"
# She refreshes her own.
mallory -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('desk')" -c "SELECT FROM slaops.alert('desk')"

[ "$(super -c "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolsuper")" = postgres ] || fail 'the trap has sprung'
super -c 'SELECT trap.spring()' >/dev/null
[ "$(super -c "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE rolsuper")" = mallory,postgres ] || fail 'the trap does not work'
psql_ -q -c 'DROP DATABASE rights' -c 'DROP ROLE mallory' -c 'DROP ROLE etl'
