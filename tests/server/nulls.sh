#!/bin/bash
# NULL in the place of each argument of each function, and row types that change under a session, give a
# result or an error that a person can act on: never a crash, never an internal error.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null <<'SQL'
CREATE EXTENSION slaops;
DO $$
DECLARE
    f record;
    call text;
    calls int := 0;
BEGIN
    FOR f IN
        SELECT p.oid::regprocedure AS signature, format('SELECT count(*) FROM (SELECT 1 FROM slaops.%I(%s) LIMIT 5) AS x', p.proname, string_agg(
            CASE WHEN nobody.place IN (a.place, 0) THEN 'NULL' ELSE CASE format_type(a.type, NULL)
                WHEN 'text' THEN '''current''' WHEN 'timestamp with time zone' THEN '''2026-01-05Z'''
                WHEN 'jsonb' THEN '''{"priority": "P1", "created_at": "2026-01-01T00:00:00Z"}''' WHEN 'record' THEN 'ROW(1)'
                WHEN 'integer' THEN '1' WHEN 'bigint' THEN '1' WHEN 'boolean' THEN 'true' WHEN 'double precision' THEN '0.5' WHEN 'interval' THEN '''1 hour'''
                WHEN 'slaops.calendar' THEN '''24/7 @ UTC''' WHEN 'slaops.sla_clock' THEN '''start 2026-01-01T00:00:00Z'''
                WHEN 'slaops.ticket_history' THEN '''[{"event_at": "2026-01-01T00:00:00Z", "event_type": "created"}]'''
                WHEN 'slaops.series' THEN '''{"step": null, "points": [["2026-01-01T00:00:00Z", 1], ["2026-01-02T00:00:00Z", 2], ["2026-01-03T00:00:00Z", 4]]}'''
                WHEN 'slaops.forecast_fit' THEN 'slaops.fit(ARRAY[1, 2, 4], ''drift'')' WHEN 'double precision[]' THEN '''{1, 2, 4}'''
                WHEN 'date' THEN '''2026-01-01''' WHEN 'tstzrange' THEN '''(,)''' WHEN 'tstzmultirange' THEN '''{(,)}''' WHEN 'regclass' THEN '''pg_class'''
                WHEN 'date[]' THEN '''{}''' WHEN 'text[]' THEN '''{}''' WHEN 'timestamp with time zone[]' THEN '''{}''' WHEN 'interval[]' THEN '''{}'''
                WHEN 'slaops.survival' THEN '''10, 20+''' WHEN 'double precision[]' THEN '''{1, 2}'''
                WHEN 'slaops.risk_model' THEN
                    '(SELECT slaops.risk_model_agg(jsonb_build_object(''a'', i % 10), i % 10 > 4, timestamptz ''2026-01-05Z'' + i * interval ''1 h'', timestamptz ''2026-01-05Z'' + i * interval ''1 h'', i::text, NULL) FROM generate_series(1, 400) AS i)'
                WHEN 'slaops.sla_term[]' THEN '''{}''' ELSE 'NULL' END END
            || CASE format_type(a.type, NULL) WHEN 'record' THEN '' ELSE '::' || format_type(a.type, NULL) END, ', ' ORDER BY a.place)) AS call
        FROM pg_proc AS p
        CROSS JOIN LATERAL unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)
        CROSS JOIN LATERAL generate_series(0, p.pronargs) AS nobody (place)
        WHERE p.pronamespace = 'slaops'::regnamespace AND p.prokind = 'f' AND NOT p.proargtypes::oid[] && ARRAY['internal'::regtype::oid, 'cstring'::regtype::oid]
        GROUP BY p.oid, p.proname, nobody.place
    LOOP
        calls := calls + 1;
        BEGIN
            EXECUTE f.call;
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE IN ('XX000', 'XX001', 'XX002') OR SQLERRM ~* 'panic' THEN RAISE '%: % %', f.call, SQLSTATE, SQLERRM; END IF;
        END;
    END LOOP;
    IF calls < 300 THEN RAISE 'only % calls', calls; END IF;
END $$;

-- One session, one prepared statement, a table that changes.
CREATE TABLE ticket (ticket_id int, created_at timestamptz, priority text, x int);
INSERT INTO ticket VALUES (1, '2026-01-05 09:00Z', 'P1', 7);
INSERT INTO slaops.sla_policies (name, position, conditions) VALUES ('a', 1, '{"priority": ["P1", 5], "extra": ["z", null]}'), ('b', 2, '{}');
CREATE FUNCTION pg_temp.says(wanted text) RETURNS void LANGUAGE plpgsql AS
$$ DECLARE found text; BEGIN SELECT slaops.match_policy(t) INTO found FROM ticket AS t; IF found <> wanted THEN RAISE 'policy % for %', found, wanted; END IF; END $$;
SELECT pg_temp.says('a');
ALTER TABLE ticket ADD COLUMN extra text DEFAULT 'y';
SELECT pg_temp.says('b');
ALTER TABLE ticket DROP COLUMN x;
SELECT pg_temp.says('b');
UPDATE ticket SET extra = 'z';
SELECT pg_temp.says('a');
ALTER TABLE ticket ALTER COLUMN extra DROP DEFAULT, ALTER COLUMN extra TYPE text[] USING ARRAY[extra, 'q'];
SELECT pg_temp.says('a');
ALTER TABLE ticket ALTER COLUMN priority TYPE integer USING 5;
SELECT pg_temp.says('a');
ALTER TABLE ticket ALTER COLUMN priority TYPE varchar(3) USING 'P1', DROP COLUMN extra, ADD COLUMN attributes jsonb DEFAULT '{"extra": ["k", "z"]}';
SELECT pg_temp.says('a');
CREATE TYPE priority AS ENUM ('P1', 'P2');
ALTER TABLE ticket ALTER COLUMN priority TYPE priority USING 'P2', ALTER COLUMN attributes TYPE json;
SELECT pg_temp.says('b');
BEGIN;
DROP TABLE ticket;
CREATE TABLE ticket (priority text, extra text, ticket_id int);
INSERT INTO ticket VALUES ('P1', 'z');
SELECT pg_temp.says('a');
ROLLBACK;
SELECT pg_temp.says('b');
SQL
