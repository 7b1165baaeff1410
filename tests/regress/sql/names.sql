-- Names that hold what the marts' templates are marked by, and a search_path with others' types
-- ahead.
\pset format unaligned
SET client_min_messages = warning;
SELECT replace(
    slaops.put_names('{a}{b}-{c}{{a}', '{"a": "{b}\u0001{", "b": "{a}"}'), E'\x01', '<01>'
) AS put;
SELECT slaops.put_names('', '{"a": "1"}') = '' AS empty;
CREATE SCHEMA U&"odd\0001 {tickets} 'x";
SET search_path = U&"odd\0001 {tickets} 'x";
CREATE TABLE U&"t{schema}\0001" AS
SELECT
    '1'::text AS ticket_id,
    timestamptz '2026-01-05 09:00Z' AS created_at,
    'P1'::text AS priority,
    'open'::text AS status;
CREATE TABLE U&"e\0001{" AS
SELECT
    '1'::text AS ticket_id,
    timestamptz '2026-01-05 09:00Z' AS event_at,
    'created'::text AS event_type,
    NULL::text AS actor_role,
    NULL::text AS actor,
    NULL::text AS field,
    NULL::text AS old_value,
    NULL::text AS new_value,
    true AS public,
    1::bigint AS seq;
RESET search_path;
SELECT count(*) > 10 AS made
FROM slaops.create_marts(
    U&'odd\0001 {tickets} ''x', U&'"odd\0001 {tickets} ''x"."t{schema}\0001"',
    U&'"odd\0001 {tickets} ''x"."e\0001{"'
);
SELECT ticket_id, priority FROM U&"odd\0001 {tickets} 'x".stg_tickets;
SELECT count(*) FROM U&"odd\0001 {tickets} 'x".mart_sla;
SELECT slaops.mart_sql(
    'stg_tickets', U&'odd\0001 {tickets} ''x'
) LIKE U&'%FROM "odd\0001 {tickets} ''x"."t{schema}\0001" AS source%' AS names_it;
SELECT finding, count(*)
FROM slaops.attach(
    'generic', schema => U&'seen\0001{tickets}',
    tickets => U&'"odd\0001 {tickets} ''x"."t{schema}\0001"',
    ticket_events => U&'"odd\0001 {tickets} ''x"."e\0001{"'
)
WHERE finding = 'made'
GROUP BY finding;
SELECT ticket_id FROM U&"seen\0001{tickets}".tickets;

-- Types, functions and operators of somebody else's, ahead of Postgres's own.
CREATE SCHEMA ahead;
CREATE DOMAIN ahead.text AS pg_catalog.text CHECK (VALUE ~ '^never$');
CREATE DOMAIN ahead.record AS pg_catalog.int4 CHECK (VALUE > 9);
CREATE DOMAIN ahead.bool AS pg_catalog.bool CHECK (VALUE IS NULL);
CREATE DOMAIN ahead.int4 AS pg_catalog.int4 CHECK (VALUE < -9);
CREATE DOMAIN ahead.timestamptz AS pg_catalog.timestamptz CHECK (VALUE IS NULL);
CREATE DOMAIN ahead.jsonb AS pg_catalog.jsonb CHECK (VALUE IS NULL);
CREATE FUNCTION ahead.format(
    pg_catalog.text, pg_catalog.text
) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
CREATE FUNCTION ahead.equal(
    pg_catalog.text, pg_catalog.text
) RETURNS pg_catalog.bool LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
CREATE OPERATOR ahead.= (
    FUNCTION = ahead.equal, LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text
);
SELECT count(*) > 10 AS made
FROM slaops.create_marts(
    'stored_odd', U&'"odd\0001 {tickets} ''x"."t{schema}\0001"',
    U&'"odd\0001 {tickets} ''x"."e\0001{"', stored => true
);
SET search_path = ahead, pg_catalog, public;
CALL slaops.refresh('stored_odd', '2026-01-06 09:00Z');
SELECT slaops.refresh_now('stored_odd', '2026-01-06 10:00Z');
-- What follows the caller's search_path: refresh alone, which has to. All else in SQL sets its own,
-- or is parsed when it is made.
SELECT routine.oid::pg_catalog.regprocedure AS follows_the_path
FROM pg_catalog.pg_proc AS routine
WHERE routine.pronamespace OPERATOR(pg_catalog.=) 'slaops'::pg_catalog.regnamespace
    AND routine.prolang OPERATOR(pg_catalog.=) ANY (
        SELECT language.oid
        FROM pg_catalog.pg_language AS language
        WHERE language.lanname OPERATOR(pg_catalog.=) ANY ('{sql,plpgsql}')
    )
    AND routine.prosqlbody IS NULL
    AND NOT pg_catalog.array_to_string(
        routine.proconfig, ' '
    ) OPERATOR(pg_catalog.~~) '%search_path=%' IS TRUE;
SELECT
    slaops.is_open('24/7 @ UTC', '2026-01-05 09:00Z'),
    slaops.business_minutes('24/7 @ UTC', '[2026-01-05,2026-01-06)'::pg_catalog.tstzrange),
    slaops.state_of('Open'),
    slaops.match_policy('{}'::pg_catalog.jsonb) IS NULL AS none;
RESET search_path;
SELECT count(*) FROM stored_odd.fct_sla_attainment;
SELECT count(*) > 10 AS dropped FROM slaops.drop_marts('stored_odd');
DROP SCHEMA ahead CASCADE;
DROP SCHEMA stored_odd, U&"odd\0001 {tickets} 'x", U&"seen\0001{tickets}" CASCADE;
