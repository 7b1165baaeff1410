-- What tests/server/fuzz.sh needs in its database: values to draw from, and functions that write calls.
-- A call is written here and sent by psql as a statement of its own, so that what fails can be sent again as it is printed.
CREATE EXTENSION IF NOT EXISTS slaops;
CREATE SCHEMA fuzz;

-- Stored bytes as they may lie on a damaged disk: any bytes become a value, past the receive function.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT y.oid::regtype AS name FROM pg_type AS y WHERE y.typnamespace = 'slaops'::regnamespace AND y.typtype = 'b' AND y.typreceive <> 0 AND y.typelem = 0 LOOP
        EXECUTE format('CREATE CAST (bytea AS %s) WITHOUT FUNCTION', t.name);
    END LOOP;
END $$;

-- Tables that calls may name: tickets and events as create_marts wants them, few and odd.
CREATE TABLE fuzz.tickets AS
SELECT i::text AS ticket_id, timestamptz '2026-01-05 08:00Z' + i * interval '7 hours' AS created_at,
       (ARRAY['P1', 'P2', NULL, ''])[1 + i % 4] AS priority, (ARRAY['new', 'open', 'solved', 'what'])[1 + i % 4] AS status,
       CASE WHEN i % 3 = 0 THEN timestamptz '2026-01-06 08:00Z' + i * interval '9 hours' END AS solved_at,
       (ARRAY['desk', NULL, '24/7 @ UTC'])[1 + i % 3] AS calendar_name, ARRAY['vip', NULL] AS tags, '{"plan": "gold"}'::jsonb AS attributes
FROM generate_series(1, 20) AS i;
CREATE TABLE fuzz.ticket_events AS
SELECT t.ticket_id, t.created_at + k * interval '50 minutes' AS event_at, (ARRAY['created', 'comment', 'status', 'priority'])[1 + k % 4] AS event_type,
       (ARRAY['agent', 'customer', 'system', 'robot'])[1 + k % 4] AS actor_role, 'x' AS actor, (ARRAY[NULL, NULL, 'status', 'priority'])[1 + k % 4] AS field,
       NULL::text AS old_value, (ARRAY['new', 'public', 'pending', 'P1', 'solved'])[1 + k % 5] AS new_value, k % 2 = 0 AS public, k::bigint AS seq
FROM fuzz.tickets AS t, generate_series(0, 5) AS k;
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ Europe/Berlin, DE') ON CONFLICT DO NOTHING;

-- Values by type: SQL that gives one. With `names`, a pattern, only for arguments whose name it matches, which draw from these first.
CREATE TABLE fuzz.pool (type regtype, names text, expr text);
INSERT INTO fuzz.pool
SELECT t::regtype, n, e FROM (VALUES
    ('boolean', NULL, ARRAY['true', 'false']),
    ('smallint', NULL, ARRAY['0', '1', '-32768', '32767']),
    ('integer', NULL, ARRAY['0', '1', '-1', '2', '7', '24', '168', '1000', '-2147483648', '2147483647']),
    ('bigint', NULL, ARRAY['0', '1', '-1', '2', '60', '1000000', '-9223372036854775808', '9223372036854775807']),
    ('oid', NULL, ARRAY['0', '1', '25', '4294967295']),
    ('double precision', NULL, ARRAY['0', '-0.0', '1', '0.5', '0.95', '-1', '480', '1e15', '1e308', '-1e308', '5e-324', '''NaN''', '''Infinity''', '''-Infinity''', '9007199254740993', '1e-9']),
    ('real', NULL, ARRAY['0', '1.5', '3e38', '''NaN''', '''-Infinity''']),
    ('numeric', NULL, ARRAY['0', '1.50', '-1', '1e1000', '''NaN''', '''Infinity''']),
    ('text', NULL, ARRAY['''''', ''' ''', '''x''', 'repeat(''a'', 2000)', 'E''\n\t\\''', '''é€😀''', '''%s%n%I''', '''start''', '''stop''', '''pause''', '''reopen''', '''created''', '''comment''', '''desk''', '''24/7 @ UTC''',
        '''Mo-Fr 09:00-17:00 @ Europe/Berlin, DE''', '''current''', '''UTC''', '''open''', '''P1''', '''auto''', '''sum''', '''refuse''', '''{}''', '''[]''', '''(start)''', 'repeat(''('', 3000)', 'repeat(''a;'', 3000)', 'E''\x01''']),
    ('text', 'cal|hours', ARRAY['''24/7 @ UTC''', '''Mo-Fr 09:00-17:00 @ Europe/Berlin''', '''desk''', '''nobody''', '''off @ UTC''', '''(24/7 @ UTC) - (Mo 10:00-12:00 @ Asia/Tokyo)''', '''Mo[1] 22:00-26:00; easter off; week 1-53/2 We 10:00-11:00 @ Pacific/Apia''', '''PH off; Mo-Su 00:00-24:00 @ UTC, ZZ''']),
    ('text', 'zone', ARRAY['''UTC''', '''Europe/Berlin''', '''Pacific/Apia''', '''Mars/Base''', '''''']),
    ('text', 'method|methods', ARRAY['''auto''', '''ets''', '''holt_winters''', '''theta''', '''dynamic_theta''', '''naive''', '''seasonal_naive''', '''drift''', '''weekday_mean''', '''ETS(M,Ad,M)''', '''nothing''']),
    ('text', 'model|definition|kind', ARRAY['''path''', '''transitions''', '''a, b?, (c | d)*, e''', '''a -> b; b -> c''', '''((((a))))*''', 'repeat(''a,'', 500) || ''b''', '''a | | b''']),
    ('text', 'ics', ARRAY['E''BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR''', 'E''BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR''', '''BEGIN:VCALENDAR''']),
    ('text', 'config', ARRAY['E''policies:\n  - name: a\n    targets: {}\n''', '''[[[[[[[''', '''a: &a [*a, *a]''', 'E''metrics:\n  - name: x\n    start: {}\n''', '''{"policies": null}''']),
    ('text', 'schema', ARRAY['''fuzzed''', '''fuzz''', '''support''', '''pg_catalog''', '''no such''', 'E''a\x01b''', '''a{tickets}''']),
    ('text', 'how|target_at|calendar_at|fill|duplicates', ARRAY['''following''', '''modified_following''', '''preceding''', '''event''', '''start''', '''each''', '''zero''', '''missing''', '''auto''']),
    ('name', NULL, ARRAY['''x''', '''''']),
    ('bytea', NULL, ARRAY['''''', '''\x01''', '''\x0100000000000000''', 'decode(repeat(''ff'', 300), ''hex'')']),
    ('timestamptz', NULL, ARRAY['''-infinity''', '''infinity''', '''4713-01-01 00:00:00+00 BC''', '''294276-12-31 23:59:59.999999+00''', '''2000-01-01 00:00Z''', '''2026-01-05 09:00Z''', '''2026-03-29 01:00Z''', '''1900-01-01 00:00Z''', '''9999-12-31 23:00Z''', '''1969-12-31 23:59:59.999999Z''']),
    ('timestamp', NULL, ARRAY['''-infinity''', '''2026-01-01 00:00''', '''294276-12-31 23:59:59.999999''']),
    ('date', NULL, ARRAY['''-infinity''', '''infinity''', '''4713-01-01 BC''', '''5874897-12-31''', '''2000-01-01''', '''2026-12-25''', '''1899-12-31''', '''9999-12-31''']),
    ('interval', NULL, ARRAY['''0''', '''1 day''', '''-1 day''', '''8 hours''', '''1 month''', '''1 month 1 day''', '''178000000 years''', '''-178000000 years''', '''1 microsecond''', '''2147483647 days''', '''15 minutes''', '''7 days''', '''2562047788 hours''', 'interval ''-2147483648 months'' + interval ''-2147483648 days''']),
    ('jsonb', NULL, ARRAY['''{}''', '''[]''', '''null''', '''1''', '''"x"''', '''{"priority": "P1", "created_at": "2026-01-05 09:00Z", "calendar_name": "desk"}''', '''{"created_at": "infinity", "attributes": {"a": {"b": [1, null]}}}''', '''{"created_at": "no"}''',
        '''{"all": [{"priority": ["P1"]}, {"not": {"any": []}}]}''', '''{"tickets": "fuzz.tickets", "ticket_events": "fuzz.ticket_events"}''', '(repeat(''[{"a":'', 200) || ''1'' || repeat(''}]'', 200))::jsonb', '''{"priority": 1e400, "tags": ["a", {}]}''', '''{"a": -1, "b": 1e308}''']),
    ('jsonb', 'patterns|shifts', ARRAY['''[{"pattern": "a", "starts": ["00:00", "08:00", "16:00"], "minutes": 480, "breaks": [{"after": [60, 240], "minutes": 30}], "shifts_per_week": 5}]''',
        '''{"pattern": "a", "starts": "08:00", "minutes": 60, "max_people": 1}''', '''[{"starts_at": "2026-01-05 09:00Z", "ends_at": "2026-01-05 17:00Z", "breaks": "12:00-12:30"}]''']),
    ('regclass', NULL, ARRAY['''fuzz.tickets''', '''fuzz.ticket_events''', '''pg_class''', '0', '''slaops.calendars''', '4294967295']),
    ('tstzrange', NULL, ARRAY['''empty''', '''(,)''', '''[2026-01-05,2026-01-06)''', '''(-infinity,infinity)''', '''[2026-01-05,)''']),
    ('tstzmultirange', NULL, ARRAY['''{}''', '''{(,)}''', '''{[2026-01-05,2026-01-06),[2026-02-01,infinity)}'''])
) AS v (t, n, list), unnest(list) AS e;

CREATE FUNCTION fuzz.any_of(list text[]) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT list[1 + floor(random() * cardinality(list))::int] $$;

-- The switch of the runner: arrays of some millions, beyond what a server of little memory takes.
CREATE FUNCTION fuzz.huge() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT coalesce(current_setting('fuzz.huge', true), '') = 'on' $$;

-- What can be called: each function, aggregate and procedure of the extension, weighed so that what only reads comes more often than
-- what writes. Those that the server alone calls, as their arguments are internal, are called with NULL in these places: a user can.
CREATE TABLE fuzz.calls AS
SELECT p.oid, p.proname, p.prokind, p.proretset, string_to_array(p.proargtypes::text, ' ')::oid[] AS types,
       coalesce((p.proargnames)[1:p.pronargs], '{}') AS names, p.prorettype,
       CASE WHEN p.provolatile = 'v' AND p.prokind <> 'a' THEN 1 WHEN 'internal'::regtype = ANY (p.proargtypes::oid[]) THEN 2 WHEN p.prokind = 'a' THEN 20 ELSE 10 END AS weight
FROM pg_depend AS d
JOIN pg_proc AS p ON p.oid = d.objid
WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'slaops') AND d.deptype = 'e'
  AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype);
ALTER TABLE fuzz.calls ADD upto bigint;
UPDATE fuzz.calls AS c SET upto = s.upto FROM (SELECT oid, sum(weight) OVER (ORDER BY proname, oid) AS upto FROM fuzz.calls) AS s WHERE s.oid = c.oid;
CREATE INDEX ON fuzz.calls (upto);

-- Valid bytes of each stored type, to be bent: filled by seeds() and by what the receive functions took.
CREATE TABLE fuzz.bytes (n bigserial PRIMARY KEY, type regtype NOT NULL, bytes bytea NOT NULL);
-- A risk model is longer than an index takes.
CREATE UNIQUE INDEX ON fuzz.bytes (type, md5(bytes));

CREATE FUNCTION fuzz.bend(bytes bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    size int := length(bytes);
    at int;
BEGIN
    FOR round IN 1 .. 1 + floor(random() * random() * random() * 5)::int LOOP
        IF size = 0 THEN RETURN decode(md5(random()::text), 'hex'); END IF;
        -- Near the beginning lie counts and versions.
        at := floor(random() * CASE WHEN random() < 0.5 THEN least(size, 24) ELSE size END)::int;
        bytes := CASE floor(random() * 14)::int
            WHEN 0 THEN set_byte(bytes, at, floor(random() * 256)::int)
            WHEN 1 THEN set_byte(bytes, at, get_byte(bytes, at) # (1 << floor(random() * 8)::int))
            WHEN 2 THEN substr(bytes, 1, at)
            WHEN 3 THEN substr(bytes, 1, at) || decode(fuzz.any_of(ARRAY['ff', '00', 'ffffffffffffffff', '80', 'ffffffff0f', '7f', '01']), 'hex') || substr(bytes, at + 1)
            WHEN 4 THEN substr(bytes, 1, at) || substr(bytes, at + 2 + floor(random() * 8)::int)
            WHEN 5 THEN overlay(bytes PLACING decode(fuzz.any_of(ARRAY['ffffffffffffffff', '0000000000000000', '000000000000f07f', '000000000000f8ff', 'ffffffffffffff7f', '0000000000000080']), 'hex') FROM at + 1)
            WHEN 6 THEN bytes || substr(bytes, at + 1)
            -- One number that is a little more or less passes most checks of form.
            ELSE set_byte(bytes, at, (get_byte(bytes, at) + fuzz.any_of(ARRAY['1', '2', '255', '254', '128'])::int) % 256)
        END;
        size := length(bytes);
    END LOOP;
    RETURN bytes;
END $$;

-- SQL for one value of a type.
CREATE FUNCTION fuzz.expr(wanted oid, name text, depth int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    t pg_type;
    r float := random();
    found text;
    of_type oid;
    call fuzz.calls;
BEGIN
    SELECT * INTO t FROM pg_type WHERE oid = wanted;
    IF t.typtype = 'd' THEN
        RETURN fuzz.expr(t.typbasetype, name, depth);
    ELSIF wanted = 'internal'::regtype THEN
        SELECT c.* INTO call FROM fuzz.calls AS c WHERE c.prorettype = wanted AND random() < 0.2 ORDER BY random() LIMIT 1;
        RETURN CASE WHEN depth < 2 AND call.oid IS NOT NULL THEN fuzz.applied(call, depth + 1) ELSE 'NULL' END;
    ELSIF wanted = 'cstring'::regtype THEN
        RETURN format('(%s)::cstring', fuzz.expr('text'::regtype, name, depth));
    ELSIF wanted = 'record'::regtype THEN
        RETURN fuzz.any_of(ARRAY['(SELECT t FROM fuzz.tickets AS t ORDER BY created_at LIMIT 1)', 'NULL::fuzz.tickets', 'ROW(1, 2)', 'ROW()', '(SELECT e FROM fuzz.ticket_events AS e LIMIT 1)',
            '(SELECT q FROM (SELECT ''infinity''::timestamptz AS created_at, ''P1'' AS priority, ''{"a":1}''::jsonb AS attributes, NULL AS status) AS q)',
            '(SELECT q FROM (SELECT 1 AS created_at) AS q)', '(SELECT q FROM (SELECT ARRAY[[''a'',NULL]] AS tags, ''solved''::text AS status, date ''infinity'' AS created_on) AS q)', 'NULL']);
    ELSIF t.typname LIKE 'any%' AND t.typtype = 'p' THEN
        RETURN CASE WHEN t.typname LIKE '%array%' AND t.typname <> 'anynonarray' THEN fuzz.expr(fuzz.any_of(ARRAY['int[]', 'text[]', 'float8[]'])::regtype, name, depth)
                    WHEN t.typname LIKE '%range%' THEN fuzz.expr('tstzrange'::regtype, name, depth)
                    ELSE fuzz.expr(fuzz.any_of(ARRAY['int', 'bigint', 'text', 'float8', 'uuid', 'numeric', 'fuzz.tickets', 'timestamptz', 'slaops.calendar'])::regtype, name, depth) END;
    ELSIF t.typtype = 'p' THEN
        RETURN 'NULL';
    END IF;
    IF r < 0.06 THEN
        RETURN format('NULL::%s', wanted::regtype);
    END IF;
    -- What the extension's own functions give.
    IF depth < 2 AND r < (CASE WHEN t.typnamespace = 'slaops'::regnamespace THEN 0.30 ELSE 0.10 END) THEN
        SELECT c.* INTO call FROM fuzz.calls AS c WHERE c.prorettype = wanted AND NOT c.proretset AND c.prokind = 'f' AND c.weight > 1 ORDER BY random() LIMIT 1;
        IF call.oid IS NOT NULL THEN
            RETURN format('(%s)', fuzz.applied(call, depth + 1));
        END IF;
    END IF;
    IF t.typcategory = 'A' AND t.typelem <> 0 THEN
        of_type := t.typelem;
        r := random();
        IF r < 0.1 THEN RETURN format('''{}''::%s', wanted::regtype); END IF;
        IF r < 0.2 THEN RETURN format('ARRAY[[%s, %s], [NULL, %s]]::%s', fuzz.expr(of_type, name, 9), fuzz.expr(of_type, name, 9), fuzz.expr(of_type, name, 9), wanted::regtype); END IF;
        IF r < 0.4 THEN
            RETURN format('array_fill((%s)::%s, ARRAY[%s]%s)', fuzz.expr(of_type, name, 9), of_type::regtype,
                CASE WHEN fuzz.huge() AND random() < 0.3 THEN fuzz.any_of(ARRAY['1000000', '10000000', '40000000']) ELSE fuzz.any_of(ARRAY['1', '30', '1000', '20000', '100000']) END,
                fuzz.any_of(ARRAY['', '', ', ARRAY[-5]', ', ARRAY[2147480000]']));
        END IF;
        IF r < 0.6 AND of_type IN ('float8'::regtype, 'timestamptz'::regtype, 'text'::regtype, 'int4'::regtype, 'date'::regtype) THEN
            RETURN format('(SELECT array_agg(%s ORDER BY i) FROM generate_series(1, %s) AS i)',
                CASE of_type::regtype::text WHEN 'double precision' THEN fuzz.any_of(ARRAY['10 + sin(i) * 5', 'i::float8', '(i * 7919 % 100)::float8', 'CASE WHEN i % 9 > 0 THEN i % 7 + 0.5 END', '1e300 * i', '(i % 3)::float8'])
                    WHEN 'timestamp with time zone' THEN fuzz.any_of(ARRAY['timestamptz ''2026-01-05 08:00Z'' + i * interval ''1 hour''', 'timestamptz ''2026-01-05 08:00Z'' + i * interval ''1 day''', 'timestamptz ''2026-01-05 08:00Z'' - (i * 7919 % 1000) * interval ''1 minute''', 'CASE WHEN i % 2 = 0 THEN timestamptz ''infinity'' END'])
                    WHEN 'text' THEN fuzz.any_of(ARRAY['chr(97 + i % 5)', '''a'' || i', 'CASE WHEN i % 3 > 0 THEN ''b'' END']) WHEN 'date' THEN 'date ''2026-01-01'' + i' ELSE 'i' END,
                fuzz.any_of(ARRAY['3', '8', '40', '200', '2000']));
        END IF;
        RETURN format('ARRAY[%s]::%s', (SELECT string_agg(fuzz.expr(of_type, name, 9), ', ') FROM generate_series(1, 1 + floor(random() * 5)::int)), wanted::regtype);
    ELSIF t.typtype = 'c' THEN
        RETURN format('ROW(%s)::%s', (SELECT string_agg(fuzz.expr(a.atttypid, a.attname::text, 9), ', ' ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), wanted::regtype);
    ELSIF t.typtype = 'e' THEN
        RETURN (SELECT format('%L::%s', e.enumlabel, wanted::regtype) FROM pg_enum AS e WHERE e.enumtypid = wanted ORDER BY random() LIMIT 1);
    END IF;
    -- A type of the extension: bytes that are a value, or were one.
    IF EXISTS (SELECT FROM fuzz.bytes AS b WHERE b.type = wanted) THEN
        RETURN (SELECT format('%L::bytea::%s', CASE WHEN random() < 0.4 THEN b.bytes ELSE fuzz.bend(b.bytes) END, wanted::regtype)
                FROM fuzz.bytes AS b WHERE b.type = wanted ORDER BY random() LIMIT 1);
    END IF;
    IF random() < 0.7 THEN
        SELECT p.expr INTO found FROM fuzz.pool AS p WHERE p.type = wanted AND name ~ p.names ORDER BY random() LIMIT 1;
    END IF;
    IF found IS NULL AND random() < 0.25 THEN
        found := CASE wanted::regtype::text
            WHEN 'integer' THEN (floor(random() * 200) - 20)::int::text WHEN 'bigint' THEN (floor(random() * 2000) - 100)::int::text
            WHEN 'double precision' THEN (random() * 100)::text
            WHEN 'timestamp with time zone' THEN quote_literal(timestamptz '2025-12-01 00:00Z' + random() * interval '90 days')
            WHEN 'date' THEN quote_literal(date '2025-12-01' + floor(random() * 90)::int)
            WHEN 'interval' THEN quote_literal(random() * interval '10 days') WHEN 'text' THEN quote_literal(left(md5(random()::text), 1 + floor(random() * 9)::int)) END;
    END IF;
    IF found IS NULL THEN
        SELECT p.expr INTO found FROM fuzz.pool AS p WHERE p.type = wanted AND p.names IS NULL ORDER BY random() LIMIT 1;
    END IF;
    -- A type that nobody thought of takes what its input function makes of a text.
    RETURN format('(%s)::%s', coalesce(found, (SELECT p.expr FROM fuzz.pool AS p WHERE p.type = 'text'::regtype ORDER BY random() LIMIT 1)), wanted::regtype);
END $$;

CREATE FUNCTION fuzz.arguments(call fuzz.calls, depth int) RETURNS text[] LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(array_agg(fuzz.expr(u.type, coalesce(call.names[u.i], ''), depth) ORDER BY u.i), '{}') FROM unnest(call.types) WITH ORDINALITY AS u (type, i)
$$;

CREATE FUNCTION fuzz.applied(call fuzz.calls, depth int) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT format('slaops.%I(%s)', call.proname, array_to_string(fuzz.arguments(call, depth), ', '))
$$;

-- One statement that calls something of the extension.
CREATE FUNCTION fuzz.statement() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    call fuzz.calls;
    ones text[];
    others text[];
    op record;
    at bigint := 1 + floor(random() * (SELECT max(c.upto) FROM fuzz.calls AS c))::bigint;
BEGIN
    IF random() < 0.05 THEN
        SELECT o.oprname, o.oprleft, o.oprright INTO op FROM pg_operator AS o WHERE o.oprnamespace = 'slaops'::regnamespace ORDER BY random() LIMIT 1;
        RETURN format('SELECT (%s OPERATOR(slaops.%s) %s)::text;', CASE WHEN op.oprleft <> 0 THEN fuzz.expr(op.oprleft, '', 0) END, op.oprname, fuzz.expr(op.oprright, '', 0));
    ELSIF random() < 0.03 THEN
        SELECT c.castsource, c.casttarget INTO op FROM pg_cast AS c JOIN pg_depend AS d ON d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'e' ORDER BY random() LIMIT 1;
        RETURN format('SELECT ((%s)::%s)::text;', fuzz.expr(op.castsource, '', 0), op.casttarget::regtype);
    END IF;
    SELECT c.* INTO call FROM fuzz.calls AS c WHERE c.upto >= at ORDER BY c.upto LIMIT 1;
    IF call.prokind = 'p' THEN
        RETURN format('CALL %s;', fuzz.applied(call, 0));
    ELSIF call.prokind = 'w' THEN
        RETURN format('SELECT count(w::text) FROM (SELECT %s OVER (ORDER BY i) AS w FROM generate_series(1, 9) AS i) AS q;', fuzz.applied(call, 0));
    ELSIF call.prokind = 'a' THEN
        -- Rows of two kinds, in groups or in a moving frame, where workers may share the work.
        ones := fuzz.arguments(call, 1);
        others := fuzz.arguments(call, 1);
        FOR i IN 1 .. cardinality(ones) LOOP
            ones[i] := CASE WHEN call.types[i] = 'timestamptz'::regtype AND random() < 0.5 THEN 'timestamptz ''2026-01-05 08:00Z'' + i * interval ''37 minutes'''
                            WHEN call.types[i] = 'anynonarray'::regtype AND random() < 0.7 THEN fuzz.any_of(ARRAY['i / 5', '(i / 5)::text', '(i / 3)::numeric', '(i / 4)::float8'])
                            WHEN call.types[i] = 'text'::regtype AND call.names[i] = 'activity' AND random() < 0.7 THEN 'chr(97 + i % 5)'
                            WHEN call.types[i] = 'float8'::regtype AND random() < 0.5 THEN '(i * 31 % 50)::float8'
                            WHEN call.types[i] = 'anynonarray'::regtype THEN ones[i]
                            ELSE format('CASE WHEN i %% 3 = 0 THEN %s ELSE %s END', others[i], ones[i]) END;
        END LOOP;
        RETURN format('SELECT count(w::text) FROM (SELECT slaops.%I(%s%s) %s AS w FROM %s %s) AS q;', call.proname,
            CASE WHEN random() < 0.05 AND cardinality(ones) > 0 THEN 'DISTINCT ' ELSE '' END, array_to_string(ones, ', '),
            CASE WHEN random() < 0.3 THEN format('OVER (ORDER BY i ROWS BETWEEN %s PRECEDING AND CURRENT ROW)', floor(random() * 9)::int) ELSE '' END,
            fuzz.any_of(ARRAY['generate_series(1, 3) AS i', 'generate_series(1, 60) AS i', 'fuzz.numbers', '(SELECT 1 AS i WHERE false) AS none']),
            CASE WHEN random() < 0.2 THEN 'GROUP BY i % 4, i' ELSE '' END);
    ELSIF call.proretset THEN
        RETURN format('SELECT count(f::text) FROM %s AS f%s;', fuzz.applied(call, 0), CASE WHEN random() < 0.1 THEN ' LIMIT 1' ELSE '' END);
    END IF;
    RETURN format('SELECT (%s)%s;', fuzz.applied(call, 0), CASE WHEN call.prorettype IN ('void'::regtype, 'internal'::regtype) THEN '' ELSE '::text' END);
END $$;

CREATE TABLE fuzz.numbers AS SELECT i FROM generate_series(1, 6000) AS i;
ALTER TABLE fuzz.numbers SET (parallel_workers = 2);
ANALYZE fuzz.numbers;

-- A value's bytes sent through COPY to its receive function. What is taken is kept, to be asked and bent again.
CREATE FUNCTION fuzz.receive(type regtype, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    file text := current_setting('data_directory') || '/fuzz.' || pg_backend_pid();
BEGIN
    EXECUTE format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', bytes, file);
    IF to_regclass(format('pg_temp.%I', 'got ' || type)) IS NULL THEN
        EXECUTE format('CREATE TEMP TABLE %I (v %s)', 'got ' || type, type);
    END IF;
    EXECUTE format('DELETE FROM pg_temp.%I', 'got ' || type);
    EXECUTE format('COPY pg_temp.%I FROM %L (FORMAT binary)', 'got ' || type, file);
    -- What was taken prints, and reads back as the same bytes.
    EXECUTE format('INSERT INTO fuzz.bytes (type, bytes) SELECT %L, %s(v::text::%s) FROM pg_temp.%I ON CONFLICT DO NOTHING', type, (SELECT t.typsend FROM pg_type AS t WHERE t.oid = type), type, 'got ' || type);
    RETURN 'taken';
END $$;

-- One statement that asks something of bent bytes.
CREATE FUNCTION fuzz.asked() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    kind regtype := (SELECT k.type FROM (SELECT DISTINCT b.type FROM fuzz.bytes AS b) AS k ORDER BY random() LIMIT 1);
    bent text := (SELECT format('%L::bytea::%s', fuzz.bend(b.bytes), kind) FROM fuzz.bytes AS b WHERE b.type = kind ORDER BY random() LIMIT 1);
    call fuzz.calls;
    given text;
BEGIN
    SELECT c.* INTO call FROM fuzz.calls AS c WHERE kind = ANY (c.types) AND c.weight > 2 ORDER BY random() LIMIT 1;
    given := (SELECT string_agg(CASE WHEN u.type = kind THEN bent ELSE fuzz.expr(u.type, coalesce(call.names[u.i], ''), 1) END, ', ' ORDER BY u.i) FROM unnest(call.types) WITH ORDINALITY AS u (type, i));
    RETURN CASE WHEN call.proretset THEN format('SELECT count(f::text) FROM slaops.%I(%s) AS f;', call.proname, given)
                ELSE format('SELECT slaops.%I(%s)::text;', call.proname, given) END;
END $$;

-- Asks one function of a value of which one byte is changed, one after the other from some place on. The message of what fails is the
-- call to send again; how many calls there were.
CREATE FUNCTION fuzz.sweep(call text, kind regtype, bytes bytea, place int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    changed bytea;
    calls int := 0;
    byte int;
BEGIN
    FOR at IN place .. least(place + 40, length(bytes)) - 1 LOOP
        FOREACH byte IN ARRAY ARRAY[get_byte(bytes, at) + 1, get_byte(bytes, at) + 255, get_byte(bytes, at) # 128, get_byte(bytes, at) # 4, 0, 255] LOOP
            changed := set_byte(bytes, at, byte % 256);
            calls := calls + 1;
            BEGIN
                EXECUTE call USING changed;
            EXCEPTION WHEN OTHERS THEN
                IF SQLSTATE LIKE 'XX%' THEN
                    RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = format('%s: %s', SQLERRM, replace(call, '$1', quote_literal(changed)));
                END IF;
            END;
        END LOOP;
    END LOOP;
    RETURN calls;
END $$;

CREATE FUNCTION fuzz.sweeping() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    kind regtype := (SELECT k.type FROM (SELECT DISTINCT b.type FROM fuzz.bytes AS b) AS k ORDER BY random() LIMIT 1);
    whole bytea := (SELECT b.bytes FROM fuzz.bytes AS b WHERE b.type = kind ORDER BY random() LIMIT 1);
    call fuzz.calls;
    given text;
BEGIN
    SELECT c.* INTO call FROM fuzz.calls AS c WHERE kind = ANY (c.types) AND c.weight > 2 AND c.prokind = 'f' ORDER BY random() LIMIT 1;
    given := (SELECT string_agg(CASE WHEN u.type = kind THEN format('$1::%s', kind) ELSE fuzz.expr(u.type, coalesce(call.names[u.i], ''), 9) END, ', ' ORDER BY u.i) FROM unnest(call.types) WITH ORDINALITY AS u (type, i));
    RETURN format('SELECT ''swept '' || fuzz.sweep(%L, %L, %L, %s);',
        format(CASE WHEN call.proretset THEN 'SELECT count(f::text) FROM slaops.%I(%s) AS f' ELSE 'SELECT slaops.%I(%s)::text' END, call.proname, given),
        kind, whole, floor(random() * greatest(length(whole) - 39, 1))::int);
END $$;

-- The statement that sends bent bytes of some type to its receive function.
CREATE FUNCTION fuzz.received() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT format('SELECT fuzz.receive(%L, %L);', b.type, fuzz.bend(b.bytes)) FROM (SELECT * FROM fuzz.bytes AS c WHERE c.type = (SELECT k.type FROM (SELECT DISTINCT d.type FROM fuzz.bytes AS d) AS k ORDER BY random() LIMIT 1)) AS b ORDER BY random() LIMIT 1
$$;

-- Values of every stored type, from good arguments and from odd ones.
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.calendar', slaops.calendar_send(c::slaops.calendar)
FROM unnest(ARRAY['24/7 @ UTC', 'off @ UTC', 'Mo-Fr 09:00-17:00; PH off; Mo[1] 10:00-12:00; 2026 Dec 24 off "x" @ Europe/Berlin, DE-BY', '(Mo 09:00-17:00 @ UTC) - (Tu 10:00-12:00 @ Asia/Tokyo)',
                  'easter -2 days off; Su 22:00-26:00; week 1-53/2 We 10:00-11:00 @ Pacific/Apia', '(24/7 @ UTC) | (Mo @ UTC) | (Tu @ America/New_York)']) AS c
ON CONFLICT DO NOTHING;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.sla_clock', slaops.sla_clock_send(slaops.sla_clock_agg(timestamptz '2026-01-05Z' + i * interval '1 hour', (ARRAY['start', 'pause', 'resume', 'stop', 'reopen'])[i % 5 + 1], CASE WHEN n > 4 THEN i END))
FROM generate_series(1, 8) AS n, generate_series(0, n) AS i GROUP BY n;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.ticket_history', slaops.ticket_history_send(slaops.ticket_history(e.event_at, e.event_type, e.actor_role, e.actor, e.field, e.old_value, e.new_value, e.public, e.seq))
FROM fuzz.ticket_events AS e GROUP BY e.ticket_id;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.transition_matrix', slaops.transition_matrix_send(slaops.transition_matrix(i / 5, chr(97 + (i * 7919 + n) % (n + 1)), timestamptz '2026-01-05 08:00Z' + i * interval '17 minutes', '24/7 @ UTC'::slaops.calendar))
FROM generate_series(0, 6) AS n, generate_series(1, 20 * n) AS i GROUP BY n;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.series', slaops.series_send(slaops.series(timestamptz '2026-01-01Z' + i * step::interval, i % 7 + 0.5, step::interval, fill))
FROM unnest(ARRAY['1 day', '1 hour', '1 month', '15 minutes'], ARRAY['auto', 'zero', 'missing', 'auto']) AS u (step, fill), generate_series(1, 60) AS i GROUP BY step, fill;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.forecast_fit', slaops.forecast_fit_send(slaops.fit(slaops.series(timestamptz '2026-01-01Z' + i * interval '1 day', 20 + i % 7), m))
FROM unnest(ARRAY['auto', 'ets', 'holt_winters', 'theta', 'dynamic_theta', 'naive', 'seasonal_naive', 'drift', 'weekday_mean']) AS m, generate_series(1, 42) AS i
WHERE m IN (SELECT m FROM unnest(ARRAY['auto', 'ets', 'holt_winters', 'theta', 'naive', 'seasonal_naive', 'drift', 'weekday_mean']) AS m) GROUP BY m ON CONFLICT DO NOTHING;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.forecast_fit', slaops.forecast_fit_send(slaops.fit(slaops.series(timestamptz '2026-01-01Z' + i * interval '1 hour', 20 + i % 7), 'Mo-Fr 09:00-17:00 @ Europe/Berlin'::slaops.calendar, method => 'auto'))
FROM generate_series(1, 400) AS i ON CONFLICT DO NOTHING;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.survival', slaops.survival_send(slaops.survival_agg(i * 1.5, i % 3 > 0)) FROM generate_series(0, 5) AS n, generate_series(0, n * n) AS i GROUP BY n;
INSERT INTO fuzz.bytes (type, bytes)
SELECT 'slaops.risk_model', slaops.risk_model_send(slaops.risk_model_agg(jsonb_build_object('kind', i % n, 'elapsed', i * 7919 % 100, 'vip', i % 2 = 0), (i * 104729) % 97 < i % n * 20, timestamptz '2026-01-05Z' + i * interval '1 hour', timestamptz '2026-01-06Z' + i * interval '1 hour', i::text, 0.5))
FROM generate_series(2, 4) AS n, generate_series(1, 600) AS i GROUP BY n;

-- A stored type without a value here would be fuzzed by NULLs alone.
DO $$
DECLARE
    missing text := (SELECT string_agg(t.oid::regtype::text, ', ') FROM pg_type AS t WHERE t.typnamespace = 'slaops'::regnamespace AND t.typtype = 'b' AND t.typreceive <> 0 AND t.typelem = 0
                     AND NOT EXISTS (SELECT FROM fuzz.bytes AS b WHERE b.type = t.oid));
BEGIN
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'no bytes to bend of %', missing USING HINT = 'Insert some into fuzz.bytes in tests/fuzz/setup.sql.';
    END IF;
END $$;
