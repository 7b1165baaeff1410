-- Canonical tickets and ticket_events over the tables that a loader left, by mappings in plain SQL.

CREATE TABLE slaops.attach_mappings (
    source text NOT NULL,
    relation text NOT NULL
        CHECK (
            relation OPERATOR(pg_catalog.=) ANY (
                ARRAY['tickets', 'ticket_events', 'config', 'vendor_clocks', 'work_logs']
            )
        ),
    sql text NOT NULL,
    PRIMARY KEY (source, relation)
);
COMMENT ON TABLE slaops.attach_mappings IS
'The queries by which attach reads each kind of source; comments at their head describe the '
'tables of the source.';
COMMENT ON COLUMN slaops.attach_mappings.source IS
'The kind of source, such as generic or zendesk.';
COMMENT ON COLUMN slaops.attach_mappings.relation IS
'The view that the query becomes: tickets, ticket_events, vendor_clocks, the source''s own SLA '
'figures, or work_logs; or config: a query of rows (subject, finding, cost, config), whose parts '
'of a configuration become the policy set of the attached schema.';
COMMENT ON COLUMN slaops.attach_mappings.sql IS
'The query. "-- {table}: column type, ..." lists what it reads (! is required, * a figure, a|b: '
'the first that exists, {table}? is optional, others: all others as an object), "-- without '
'table.column: ..." the effect of a missing column, which "unless table.column" leaves out where '
'that one exists, "-- without figures: ..." what is said where vendor_clocks or work_logs is left '
'out, "-- schema NAME" where the tables are if no schema is given, "-- names in any case" that '
'names are the same but for case and underscores (CaseHistory, case_history), "-- appended to: '
'table, ..." which tables have rows that never change.';
GRANT SELECT ON slaops.attach_mappings TO PUBLIC;

-- What is put in may hold anything, braces and control characters too: the template is parted
-- before, so that nothing of it is taken for a placeholder.
CREATE FUNCTION slaops.put_names(template text, names jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $put_names$
    SELECT coalesce(
        string_agg(
            CASE
                WHEN part.place = 1 THEN part.text
                WHEN name.value IS NULL THEN '{' || part.text
                ELSE name.value || substr(part.text, length(name.key) + 2)
            END,
            '' ORDER BY part.place
        ),
        ''
    )
    FROM unnest(string_to_array(template, '{')) WITH ORDINALITY AS part (text, place)
    LEFT JOIN jsonb_each_text(names) AS name
        ON part.place > 1
        AND starts_with(part.text, name.key || '}')
$put_names$;
COMMENT ON FUNCTION slaops.put_names(text, jsonb) IS
'A template with each {name} replaced by its value in an object; unknown names stay.';

-- Looking a name up takes time that grows with the square of its quotes, and nothing can cancel it.
CREATE FUNCTION slaops.schema_name(schema text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $schema_name$
BEGIN
    IF octet_length(schema) > 63 THEN
        RAISE EXCEPTION 'a schema name must have at most 63 bytes, not %', octet_length(schema)
            USING
                ERRCODE = 'name_too_long',
                HINT = 'Give a shorter name.';
    END IF;
    RETURN schema;
END
$schema_name$;
COMMENT ON FUNCTION slaops.schema_name(text) IS
'The name of a schema; an error if it is longer than 63 bytes.';

CREATE FUNCTION slaops.attach_path(relation regclass)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $attach_path$
    SELECT concat_ws(
        ', ',
        'pg_catalog',
        (
            SELECT quote_ident(namespace.nspname)
            FROM pg_class AS class
            JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
            WHERE class.oid = relation
        ),
        'pg_temp'
    )
$attach_path$;
COMMENT ON FUNCTION slaops.attach_path(regclass) IS
'The search_path of expressions over a table of a source: its own schema.';

-- A view runs with the rights of who reads it: what it calls must not be another role's to change.
CREATE FUNCTION slaops.attach_view(target text, query text, path text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $attach_view$
DECLARE
    used record;
BEGIN
    PERFORM set_config('search_path', path, true);
    EXECUTE format(
        'CREATE OR REPLACE VIEW %s WITH (security_invoker = true) AS %s', target, query
    );
    PERFORM set_config('search_path', 'pg_catalog, pg_temp', true);
    SELECT
        coalesce(function.oid::regprocedure::text, operator.oid::regoperator::text) AS name,
        owner.rolname AS owner
    INTO used
    FROM pg_rewrite AS rule
    JOIN pg_depend AS dependency
        ON dependency.classid = 'pg_rewrite'::regclass
        AND dependency.objid = rule.oid
    LEFT JOIN pg_proc AS function
        ON dependency.refclassid = 'pg_proc'::regclass
        AND function.oid = dependency.refobjid
    LEFT JOIN pg_operator AS operator
        ON dependency.refclassid = 'pg_operator'::regclass
        AND operator.oid = dependency.refobjid
    JOIN pg_roles AS owner ON owner.oid = coalesce(function.proowner, operator.oprowner)
    WHERE rule.ev_class = target::regclass
        AND NOT owner.rolsuper
        AND NOT pg_has_role(owner.oid, 'USAGE')
    ORDER BY 1
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'an expression calls % of the role %', used.name, quote_ident(used.owner)
            USING
                ERRCODE = 'insufficient_privilege',
                HINT = 'The view would run with your rights what that role may change. '
                    'Name another by its schema, or make one of your own.';
    END IF;
END
$attach_view$;
COMMENT ON FUNCTION slaops.attach_view(text, text, text) IS
'Creates a view of attach, and refuses functions and operators of other roles in it.';

-- What a caller gave as SQL is tried as a view before anything of it runs: the parser says what is
-- wrong, what it calls is known, and it is one query.
CREATE FUNCTION slaops.attach_try(
    schema text,
    query text,
    path text,
    given text,
    place text,
    hint text,
    OUT type text,
    OUT answer text
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $attach_try$
DECLARE
    trial text := format('%I.%I', schema, 'slaops attach trial');
    message text;
    remedy text;
BEGIN
    IF regexp_replace(given, '''([^'']|'''')*''|"([^"]|"")*"', '', 'g') ~ '[;$]|--|/\*'
        OR given ~* '(^|\W)e'''
    THEN
        RAISE EXCEPTION 'it is more than an expression' USING
            ERRCODE = 'syntax_error',
            HINT = 'It must have no semicolon, no comment, no dollar quotes and no E''...''.';
    END IF;
    PERFORM slaops.attach_view(trial, query, path);
    EXECUTE format('SELECT trial.answer::text FROM %s AS trial', trial) INTO answer;
    SELECT format_type(attribute.atttypid, NULL)
    INTO type
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = trial::regclass
        AND attribute.attname = 'answer';
    EXECUTE format('DROP VIEW %s', trial);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, remedy = PG_EXCEPTION_HINT;
    RAISE EXCEPTION USING
        MESSAGE = format('%s, "%s": %s', place, given, message),
        ERRCODE = SQLSTATE,
        HINT = concat_ws(' ', nullif(remedy, ''), hint);
END
$attach_try$;
COMMENT ON FUNCTION slaops.attach_try(text, text, text, text, text, text) IS
'Tries a query with a part that a caller of attach gave: type and value of its column answer. An '
'error names that part.';

-- Loaders write one name as CaseHistory, casehistory or case_history.
CREATE FUNCTION slaops.attach_table(source_schema text, name text, any_case boolean)
RETURNS regclass
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $attach_table$
    SELECT coalesce(
        to_regclass(format('%I.%I', source_schema, name)),
        (
            SELECT class.oid::regclass
            FROM pg_class AS class
            JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
            WHERE any_case
                AND namespace.nspname = source_schema
                AND lower(replace(class.relname, '_', '')) = replace(attach_table.name, '_', '')
                AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
            ORDER BY class.relname
            LIMIT 1
        )
    )
$attach_table$;
COMMENT ON FUNCTION slaops.attach_table(text, text, boolean) IS
'A table of a source, if any_case by a name that is the same but for case and underscores. '
'Example: SELECT slaops.attach_table(''salesforce'', ''case_history'', true);';

CREATE FUNCTION slaops.attach_names(spec text)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $attach_names$
    SELECT array_agg(choice.name)
    FROM regexp_split_to_table(spec, ',\s*') AS entry (text)
    CROSS JOIN LATERAL unnest(
        string_to_array(translate(split_part(entry.text, ' ', 1), '!*', ''), '|')
    ) AS choice (name)
$attach_names$;
COMMENT ON FUNCTION slaops.attach_names(text) IS
'The columns that the head of a mapping lists for a table. Example: SELECT '
'slaops.attach_names(''id! int8, name|title text'');';

-- The tables that a mapping reads, as its head lists them.
CREATE FUNCTION slaops.attach_tables(mapping text)
RETURNS TABLE (name text, optional boolean, spec text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $attach_tables$
    SELECT
        head.parts[1],
        head.parts[2] = '?',
        regexp_replace(head.parts[3], '\n-- +', ' ', 'g')
    FROM regexp_matches(
        mapping,
        '^-- \{([a-z_]+)\}(\??): ([^\n]*(\n--     [^\n]*)*)$',
        'gn'
    ) AS head (parts)
$attach_tables$;
COMMENT ON FUNCTION slaops.attach_tables(text) IS
'The tables that a mapping reads, whether they may be absent, and their columns and types. '
'Example: SELECT listed.* FROM slaops.attach_mappings AS known CROSS JOIN '
'slaops.attach_tables(known.sql) AS listed WHERE known.source = ''zammad'';';

CREATE FUNCTION slaops.attach_lacks(
    relation regclass,
    spec text,
    renamed jsonb,
    any_case boolean
)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $attach_lacks$
    SELECT EXISTS (
        SELECT
        FROM regexp_split_to_table(spec, ',\s*') AS entry (text)
        WHERE position('!' IN entry.text) > 0
            AND NOT renamed ?| slaops.attach_names(entry.text)
            AND NOT EXISTS (
                SELECT
                FROM unnest(slaops.attach_names(entry.text)) AS choice (name)
                JOIN pg_attribute AS attribute
                    ON attribute.attrelid = relation
                    AND attribute.attnum > 0
                    AND NOT attribute.attisdropped
                    AND (
                        attribute.attname = choice.name
                        OR any_case
                        AND lower(replace(attribute.attname, '_', ''))
                            = replace(choice.name, '_', '')
                    )
            )
    )
$attach_lacks$;
COMMENT ON FUNCTION slaops.attach_lacks(regclass, text, jsonb, boolean) IS
'Whether a table lacks a column that a mapping must have. Example: SELECT '
'slaops.attach_lacks(''demo.tickets'', ''ticket_id! any, due_at timestamptz'', ''{}'', false);';

-- One table of the source in the columns and types that a mapping reads. A cast only where the type
-- is another one, so that the source's indexes serve.
CREATE FUNCTION slaops.attach_input(
    relation regclass,
    name text,
    spec text,
    renamed jsonb,
    time_zone text,
    joins text DEFAULT NULL,
    any_case boolean DEFAULT false,
    schema text DEFAULT NULL,
    OUT sql text,
    OUT missing text[],
    OUT joined text
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $attach_input$
DECLARE
    entry text;
    wanted text;
    type text;
    required boolean;
    item record;
    items text[] := '{}';
    given text;
    deleted text;
    textual boolean;
    origin text := format('%s AS %I', relation, name) || coalesce(E'\n' || joins || E'\n', '');
    path text := slaops.attach_path(relation);
    hint text := format(
        'The row is %1$I, so that a column is %1$I.column. Other tables are found in the schema '
        '%2$s; name others as schema.table.',
        name,
        (
            SELECT class.relnamespace::regnamespace
            FROM pg_class AS class
            WHERE class.oid = relation
        )
    );
BEGIN
    missing := '{}';
    IF joins IS NOT NULL THEN
        -- Rows are numbered, so that what the join makes of each is seen.
        joined := (
            SELECT trial.answer
            FROM slaops.attach_try(
                schema,
                format(
                    'SELECT CASE '
                    'WHEN given.rows > given.kept OR given.kept < row.rows '
                    'THEN pg_catalog.concat(given.rows - given.kept, '' rows too many, '', '
                    'row.rows - given.kept, '' lost'') END AS answer '
                    'FROM (SELECT count(*) AS rows FROM %1$s) AS row, '
                    '(SELECT count(*) AS rows, count(DISTINCT %2$I."slaops attach row") AS kept '
                    'FROM (SELECT *, row_number() OVER () AS "slaops attach row" FROM %1$s) '
                    'AS %2$I %3$s%4$sWHERE true) AS given',
                    relation, name, joins, E'\n'
                ),
                path,
                joins,
                format('the join of %s', name),
                hint
            ) AS trial
        );
    END IF;
    FOR given IN
        SELECT renaming.key
        FROM jsonb_object_keys(renamed) AS renaming (key)
    LOOP
        IF given <> ALL (slaops.attach_names(spec)) THEN
            RAISE EXCEPTION 'the mapping does not read a column "%" of %', given, name
                USING
                    ERRCODE = 'undefined_column',
                    HINT = format(
                        'It reads: %s.',
                        regexp_replace(
                            replace(spec, '!', ''),
                            ' [a-z0-9]+(\[\])?(?=,|$)',
                            '',
                            'g'
                        )
                    );
        END IF;
    END LOOP;
    FOREACH entry IN ARRAY regexp_split_to_array(spec, ',\s*') LOOP
        IF entry LIKE '% others' THEN
            items := items || format(
                CASE
                    WHEN relation IS NULL THEN 'NULL::jsonb AS %2$I'
                    ELSE 'to_jsonb(%3$I) - %1$L::text[] AS %2$I'
                END,
                array(
                    SELECT DISTINCT unnest(
                        string_to_array(replace(split_part(named.text, ' ', 1), '!', ''), '|')
                    )
                    FROM regexp_split_to_table(spec, ',\s*') AS named (text)
                    UNION
                    SELECT renaming.value
                    FROM jsonb_each_text(renamed) AS renaming
                ),
                split_part(entry, ' ', 1),
                name
            );
            CONTINUE;
        END IF;
        required := position('!' IN entry) > 0;
        wanted := replace(split_part(entry, ' ', 1), '!', '');
        type := split_part(entry, ' ', 2);
        given := (
            SELECT renamed ->> choice.name
            FROM unnest(string_to_array(wanted, '|')) WITH ORDINALITY AS choice (name, place)
            WHERE renamed ? choice.name
            ORDER BY choice.place
            LIMIT 1
        );
        SELECT
            attribute.attname::text AS attname,
            format('%I.%I', attach_input.name, attribute.attname) AS shown,
            format('%I.%I', attach_input.name, attribute.attname) AS expression,
            format_type(attribute.atttypid, NULL) AS type
        INTO item
        FROM unnest(
            CASE WHEN given IS NULL THEN string_to_array(wanted, '|') ELSE ARRAY[given] END
        ) WITH ORDINALITY AS choice (name, place)
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = relation
            AND (
                attribute.attname = choice.name
                OR any_case
                AND lower(replace(attribute.attname, '_', '')) = replace(choice.name, '_', '')
            )
            AND attribute.attnum > 0
            AND NOT attribute.attisdropped
        ORDER BY
            choice.place,
            attribute.attname <> choice.name,
            attribute.attname
        LIMIT 1;
        wanted := split_part(wanted, '|', 1);
        -- A name in parentheses is the column of that name, where there is one.
        IF item.attname IS NULL AND relation IS NOT NULL AND given ~ '^\s*\(.*\)\s*$' THEN
            SELECT
                given AS attname,
                given AS shown,
                format(E'(%s\n)', given) AS expression,
                trial.type
            INTO item
            FROM slaops.attach_try(
                schema,
                format(
                    -- In WHERE there is no aggregate, no window, no set.
                    E'SELECT (%1$s\n) AS answer FROM %2$s WHERE false AND (%1$s\n) IS NULL',
                    given, origin
                ),
                path,
                given,
                format('column "%s" of %s', wanted, name),
                hint
            ) AS trial;
        END IF;
        IF item.attname IS NULL THEN
            IF given IS NOT NULL OR required AND relation IS NOT NULL THEN
                RAISE EXCEPTION '% has no column %', relation, coalesce(given, wanted)
                    USING
                        ERRCODE = 'undefined_column',
                        HINT = format(
                            'It has: %s. Say which one it is: '
                            'columns => ''{"%s": {"%s": "..."}}'', '
                            'by a name or by SQL in parentheses.',
                            (
                                SELECT string_agg(
                                    attribute.attname, ', ' ORDER BY attribute.attnum
                                )
                                FROM pg_attribute AS attribute
                                WHERE attribute.attrelid = relation
                                    AND attribute.attnum > 0
                                    AND NOT attribute.attisdropped
                            ),
                            name,
                            wanted
                        );
            END IF;
            missing := missing || wanted;
            items := items || format(
                'NULL::%s AS %I',
                CASE type WHEN 'any' THEN 'text' ELSE type END, wanted
            );
        ELSIF type = 'timestamptz' AND item.type IN ('timestamp without time zone', 'date') THEN
            items := items || format(
                'timezone(%L, %s::timestamp) AS %I',
                time_zone, item.expression, wanted
            );
        ELSIF type = 'any' OR type::regtype = item.type::regtype THEN
            items := items || format('%s AS %I', item.expression, wanted);
        ELSE
            -- A text is an array only where each row happens to be written as one.
            textual := 'S' = (
                SELECT column_type.typcategory
                FROM pg_type AS column_type
                WHERE column_type.oid = item.type::regtype
            );
            IF type = 'text[]' AND textual
                OR NOT slaops.mart_castable(item.type, type)
            THEN
                RAISE EXCEPTION '% of % is of type %, not %',
                    item.shown, relation, item.type, type
                    USING
                        ERRCODE = 'datatype_mismatch',
                        HINT = format(
                            'An expression makes it one: columns => ''{"%s": {"%s": "(%s)"}}''.',
                            name,
                            wanted,
                            CASE
                                WHEN type = 'text[]' AND textual
                                    THEN format('string_to_array(%s, '''','''')', item.shown)
                                WHEN type = 'text[]' AND item.type IN ('json', 'jsonb')
                                    THEN format(
                                        'ARRAY(SELECT %s_array_elements_text(%s))',
                                        item.type, item.shown
                                    )
                                ELSE format('%s::text::%s', item.shown, type)
                            END
                        );
            END IF;
            items := items || format('%s::%s AS %I', item.expression, type, wanted);
        END IF;
    END LOOP;
    SELECT format(' WHERE %I.%I IS NOT TRUE', attach_input.name, attribute.attname)
    INTO deleted
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = relation
        AND attribute.attname = '_fivetran_deleted'
        AND attribute.atttypid = 'bool'::regtype
        AND NOT attribute.attisdropped;
    sql := CASE
        WHEN relation IS NULL THEN format('(SELECT %s WHERE false)', array_to_string(items, ', '))
        ELSE format('(SELECT %s FROM %s%s)', array_to_string(items, ', '), origin, deleted)
    END;
END
$attach_input$;
COMMENT ON FUNCTION
slaops.attach_input(regclass, text, text, jsonb, text, text, boolean, text) IS
'A source table as the subquery that a mapping reads, and the columns that it lacks.';

-- "-- without a unless b: ...": where b exists, nobody misses a.
CREATE FUNCTION slaops.attach_has_other(source text, source_schema text, lacking text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $attach_has_other$
    SELECT coalesce(
        bool_or(
            CASE
                WHEN other.parts[2] IS NULL THEN relation.name IS NOT NULL
                ELSE EXISTS (
                    SELECT
                    FROM pg_attribute AS attribute
                    WHERE attribute.attrelid = relation.name
                        AND attribute.attname = other.parts[2]
                        AND NOT attribute.attisdropped
                )
            END
        ),
        false
    )
    FROM slaops.attach_mappings AS known
    CROSS JOIN LATERAL regexp_matches(
        known.sql,
        '^-- without ' || replace(lacking, '.', '\.') || ' unless ([a-z_]+)(?:\.([a-z_]+))?:',
        'gn'
    ) AS other (parts)
    CROSS JOIN LATERAL (
        SELECT to_regclass(format('%I.%I', source_schema, other.parts[1])) AS name
    ) AS relation
    WHERE known.source = attach_has_other.source
$attach_has_other$;
COMMENT ON FUNCTION slaops.attach_has_other(text, text, text) IS
'Whether a source has what a mapping reads in place of a table or column that it lacks. Example: '
'SELECT slaops.attach_has_other(''zendesk_api'', ''zendesk'', ''ticket_comments'');';

CREATE FUNCTION slaops.attach(
    source text,
    source_schema text DEFAULT NULL,
    schema text DEFAULT 'support',
    tickets regclass DEFAULT NULL,
    ticket_events regclass DEFAULT NULL,
    columns jsonb DEFAULT '{}',
    time_zone text DEFAULT 'UTC',
    joins jsonb DEFAULT '{}',
    copy boolean DEFAULT NULL
)
RETURNS TABLE (subject text, finding text, cost text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $attach$
DECLARE
    mapping record;
    input record;
    part record;
    query text;
    target text;
    origin regclass;
    lacking text;
    -- attach_schedules tells of these.
    seen text[] := '{schedule,schedules}';
    names jsonb;
    path text;
    any_case boolean;
    wanted jsonb;
    copies text;
    figures boolean;
    left_out boolean;
    own boolean;
    mark CONSTANT text := 'Made by slaops.attach: ';
BEGIN
    columns := coalesce(columns, '{}');
    joins := coalesce(joins, '{}');
    schema := coalesce(slaops.schema_name(schema), 'support');
    time_zone := coalesce(time_zone, 'UTC');
    PERFORM FROM slaops.attach_mappings AS known WHERE known.source = attach.source;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown source "%"', coalesce(source, 'NULL')
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = format(
                    'Give one of: %s. With generic you name your columns.',
                    (
                        SELECT string_agg(DISTINCT known.source, ', ')
                        FROM slaops.attach_mappings AS known
                    )
                );
    END IF;
    PERFORM FROM pg_timezone_names AS zone WHERE lower(zone.name) = lower(time_zone);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown time zone "%"', time_zone
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'It is the zone of timestamps without one. '
                    'Give a name of the time zone database, such as Europe/Berlin.';
    END IF;
    IF source = 'generic' AND (tickets IS NULL OR ticket_events IS NULL) THEN
        RAISE EXCEPTION 'tickets and ticket_events must be given for the source generic'
            USING
                ERRCODE = 'null_value_not_allowed',
                HINT = 'attach(''generic'', tickets => ''my_tickets'', '
                    'ticket_events => ''my_events'', '
                    'columns => ''{"tickets": {"ticket_id": "id"}}'')';
    END IF;
    -- Products keep their tables in one schema; a loader may fill any.
    source_schema := coalesce(
        source_schema,
        (
            SELECT substring(known.sql FROM '(?n)^-- schema ([a-z_]+)$')
            FROM slaops.attach_mappings AS known
            WHERE known.source = attach.source
                AND known.relation = 'tickets'
        )
    );
    IF source <> 'generic'
        AND (
            source_schema IS NULL
            OR to_regnamespace(quote_ident(slaops.schema_name(source_schema))) IS NULL
        )
    THEN
        RAISE EXCEPTION 'schema % does not exist', coalesce(quote_ident(source_schema), 'NULL')
            USING
                ERRCODE = 'invalid_schema_name',
                HINT = format(
                    'Give the schema of the tables: attach(%L, source_schema => ''%s'')',
                    source, source
                );
    END IF;
    IF jsonb_typeof(columns) <> 'object'
        OR EXISTS (
            SELECT
            FROM jsonb_each(columns) AS entry
            WHERE jsonb_typeof(entry.value) <> 'object'
        )
    THEN
        RAISE EXCEPTION 'columns must be an object with an object for each table, not %', columns
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'For example '
                    '{"tickets": {"ticket_id": "id", "created_at": "opened"}}';
    END IF;
    IF jsonb_typeof(joins) <> 'object'
        OR EXISTS (
            SELECT
            FROM jsonb_each(joins) AS entry
            CROSS JOIN jsonb_path_query(entry.value, '$[*]') AS given (value)
            WHERE jsonb_typeof(given.value) <> 'string'
        )
    THEN
        RAISE EXCEPTION 'joins must be an object with texts for each table, not %', joins
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'For example '
                    '{"tickets": "LEFT JOIN queues AS queue ON queue.id = tickets.queue"}; '
                    'several joins are a list of texts.';
    END IF;
    joins := (
        SELECT coalesce(jsonb_object_agg(listed.name, listed.text), '{}')
        FROM (
            SELECT
                entry.key AS name,
                string_agg(given.value #>> '{}', E'\n' ORDER BY given.place) AS text
            FROM jsonb_each(joins) AS entry
            CROSS JOIN jsonb_path_query(entry.value, '$[*]')
                WITH ORDINALITY AS given (value, place)
            GROUP BY entry.key
        ) AS listed
    );
    FOR lacking IN
        SELECT entry.key
        FROM jsonb_object_keys(columns || joins) AS entry (key)
        WHERE NOT EXISTS (
            SELECT
            FROM slaops.attach_mappings AS known
            WHERE known.source = attach.source
                AND position(format('-- {%s}', entry.key) IN known.sql) > 0
        )
    LOOP
        RAISE EXCEPTION 'the mapping % does not read a table "%"', source, lacking
            USING
                ERRCODE = 'undefined_table',
                HINT = format(
                    'It reads: %s.',
                    (
                        SELECT string_agg(DISTINCT head.parts[1], ', ')
                        FROM slaops.attach_mappings AS known
                        CROSS JOIN LATERAL regexp_matches(
                            known.sql, '^-- \{([a-z_]+)\}\??:', 'gn'
                        ) AS head (parts)
                        WHERE known.source = attach.source
                    )
                );
    END LOOP;
    IF schema = '' OR schema IN ('slaops', 'pg_catalog', 'information_schema') THEN
        RAISE EXCEPTION 'schema must not be "%"', schema
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Give a schema of yours, or leave it out: '
                    'the views are then support.tickets and support.ticket_events.';
    END IF;
    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    ELSE
        PERFORM slaops.check_mart_schema(schema);
    END IF;
    SELECT bool_or(known.sql ~ '(?n)^-- names in any case$')
    INTO any_case
    FROM slaops.attach_mappings AS known
    WHERE known.source = attach.source;
    IF source = 'generic' THEN
        source_schema := slaops.schema_of(tickets);
    END IF;
    wanted := slaops.copies_wanted(
        source, source_schema, any_case, tickets, ticket_events, columns, joins
    );
    IF coalesce(copy, slaops.any_foreign(wanted)) THEN
        IF slaops.schema_of(ticket_events) <> source_schema THEN
            RAISE EXCEPTION '% and % are of two schemas, of which no one copy can be made',
                tickets, ticket_events
                USING
                    ERRCODE = 'invalid_parameter_value',
                    HINT = 'Import them into one schema, or say copy => false.';
        END IF;
        copies := slaops.schema_name(source_schema || '_copy');
        RETURN QUERY SELECT * FROM slaops.copy_tables(copies, wanted);
        tickets := slaops.copy_of(copies, tickets);
        ticket_events := slaops.copy_of(copies, ticket_events);
        source_schema := copies;
    ELSE
        PERFORM slaops.analyze_foreign(wanted);
    END IF;
    IF source IN ('zendesk', 'zendesk_api') THEN
        RETURN QUERY SELECT * FROM slaops.attach_schedules(source_schema, schema, source);
    END IF;
    FOR mapping IN
        SELECT known.*
        FROM slaops.attach_mappings AS known
        WHERE known.source = attach.source
        ORDER BY array_position(
            '{tickets,ticket_events,config,vendor_clocks,work_logs}', known.relation
        )
    LOOP
        target := format('%I.%I', schema, mapping.relation);
        -- What not every source has.
        figures := mapping.relation IN ('vendor_clocks', 'work_logs');
        left_out := false;
        own := EXISTS (
            SELECT
            FROM pg_class AS class
            WHERE class.oid = to_regclass(target)
                AND class.relkind = 'v'
                AND class.relowner = quote_ident(current_user)::regrole
                AND obj_description(class.oid, 'pg_class') LIKE mark || '%'
        );
        IF figures AND to_regclass(target) IS NOT NULL AND NOT own THEN
            subject := target;
            finding := 'kept';
            cost := CASE mapping.relation
                WHEN 'work_logs'
                    THEN 'attach did not make it for you: give it to create_marts as work_logs'
                ELSE 'attach did not make it for you: reconciliation reads it as it is'
            END;
            RETURN NEXT;
            CONTINUE;
        END IF;
        -- CREATE OR REPLACE leaves a view to its owner, who could change it again.
        IF mapping.relation <> 'config' AND to_regclass(target) IS NOT NULL AND NOT own THEN
            RAISE EXCEPTION '% exists already and was not made by attach for you', target
                USING
                    ERRCODE = 'duplicate_table',
                    HINT = 'Rename it, or give another schema.';
        END IF;
        query := regexp_replace(
            mapping.sql,
            '^-- (\{|without |schema |names |appended )[^\n]*\n(--     [^\n]*\n)*',
            '',
            'gn'
        );
        names := '{}';
        path := 'pg_catalog, pg_temp';
        FOR input IN
            SELECT listed.*
            FROM slaops.attach_tables(mapping.sql) AS listed
        LOOP
            origin := CASE
                WHEN source <> 'generic'
                    THEN slaops.attach_table(source_schema, input.name, any_case)
                WHEN input.name = 'tickets' THEN tickets
                ELSE ticket_events
            END;
            IF figures AND NOT input.optional AND (
                origin IS NULL
                OR slaops.attach_lacks(
                    origin, input.spec, coalesce(columns -> input.name, '{}'), any_case
                )
            )
            THEN
                left_out := true;
                EXIT;
            END IF;
            IF origin IS NULL AND NOT input.optional THEN
                RAISE EXCEPTION 'table %.% does not exist',
                    quote_ident(source_schema), quote_ident(input.name)
                    USING
                        ERRCODE = 'undefined_table',
                        HINT = format(
                            'The mapping %s needs it. Is %s the schema of its tables? '
                            'attach(%L, source_schema => ...) names another.',
                            source, quote_ident(source_schema), source
                        );
            END IF;
            SELECT *
            INTO part
            FROM slaops.attach_input(
                origin,
                input.name,
                replace(input.spec, '*', ''),
                -- A column that only another mapping of the source reads is no slip.
                coalesce(columns -> input.name, '{}') - array(
                    SELECT unnest(slaops.attach_names(other.spec))
                    FROM slaops.attach_mappings AS known
                    CROSS JOIN slaops.attach_tables(known.sql) AS other
                    WHERE known.source = attach.source
                        AND other.name = input.name
                    EXCEPT
                    SELECT unnest(slaops.attach_names(input.spec))
                ),
                time_zone,
                joins ->> input.name,
                any_case,
                schema
            );
            -- Keys alone are no figures.
            IF figures AND part.missing @> coalesce(
                (
                    SELECT
                        array_agg((slaops.attach_names(entry.text))[1])
                            FILTER (WHERE position('*' IN entry.text) > 0)
                    FROM regexp_split_to_table(input.spec, ',\s*') AS entry (text)
                ),
                '{-}'
            )
            THEN
                left_out := true;
                EXIT;
            END IF;
            -- Only what is given as SQL needs to see the tables beside.
            IF joins ? input.name OR columns ? input.name THEN
                path := slaops.attach_path(origin);
            END IF;
            names := names || jsonb_build_object(input.name, part.sql);
            IF part.joined IS NOT NULL AND NOT figures THEN
                subject := 'joins.' || input.name;
                finding := part.joined;
                cost := 'each row should be there once: a LEFT JOIN to one row keeps it so';
                RETURN NEXT;
            END IF;
            FOREACH lacking IN ARRAY CASE
                WHEN origin IS NULL THEN ARRAY[input.name]
                ELSE array(
                    SELECT input.name || '.' || missing
                    FROM unnest(part.missing) AS missing
                )
            END LOOP
                IF lacking = ANY (seen) THEN
                    CONTINUE;
                END IF;
                seen := seen || lacking;
                CONTINUE WHEN slaops.attach_has_other(attach.source, source_schema, lacking);
                subject := lacking;
                finding := 'missing';
                cost := coalesce(
                    (
                        SELECT regexp_replace(gap.parts[1], '\n-- +', ' ', 'g')
                        FROM slaops.attach_mappings AS known
                        CROSS JOIN LATERAL regexp_matches(
                            known.sql,
                            '^-- without ' || replace(lacking, '.', '\.')
                                || '(?: unless [a-z_.]+)?: ([^\n]*(\n--     [^\n]*)*)$',
                            'n'
                        ) AS gap (parts)
                        WHERE known.source = attach.source
                        ORDER BY gap.parts[1]
                        LIMIT 1
                    ),
                    'stays empty'
                );
                CONTINUE WHEN figures AND cost = 'stays empty';
                RETURN NEXT;
            END LOOP;
        END LOOP;
        IF left_out THEN
            IF own THEN
                EXECUTE format('DROP VIEW %s', target);
            END IF;
            subject := target;
            finding := 'left out';
            cost := regexp_replace(
                substring(
                    mapping.sql FROM '(?n)^-- without figures: ([^\n]*(?:\n--     [^\n]*)*)$'
                ),
                '\n-- +', ' ', 'g'
            );
            RETURN NEXT;
            CONTINUE;
        END IF;
        query := slaops.put_names(
            query,
            names || jsonb_build_object(
                'schema', quote_literal(schema),
                'source_schema', quote_nullable(source_schema),
                'time_zone', quote_literal(time_zone)
            )
        );
        IF mapping.relation = 'config' THEN
            RETURN QUERY SELECT * FROM slaops.attach_config(source, schema, query);
            CONTINUE;
        END IF;
        BEGIN
            PERFORM slaops.attach_view(target, query, path);
        EXCEPTION WHEN invalid_table_definition THEN
            GET STACKED DIAGNOSTICS lacking = MESSAGE_TEXT;
            RAISE EXCEPTION 'the columns of view % cannot change: %', target, lacking
                USING
                    ERRCODE = 'invalid_table_definition',
                    HINT = format(
                        'Views cannot be retyped in place. '
                        'DROP VIEW %1$I.tickets, %1$I.ticket_events, after slaops.drop_marts where '
                        'create_marts reads them, and attach again.',
                        schema
                    );
        END;
        PERFORM slaops.comment_mart(target::regclass, query);
        EXECUTE format('COMMENT ON VIEW %s IS %L', target, mark || slaops.model_purpose(query));
        subject := target;
        finding := 'made';
        cost := NULL;
        RETURN NEXT;
    END LOOP;
    PERFORM slaops.check_ticket_ids(
        format('%I.tickets', schema)::regclass,
        'ticket_id',
        format('%I.ticket_events', schema)::regclass,
        'ticket_id'
    );
    IF copies IS NOT NULL THEN
        PERFORM slaops.drop_gone_copies(copies);
    END IF;
END
$attach$;
COMMENT ON FUNCTION
slaops.attach(text, text, text, regclass, regclass, jsonb, text, jsonb, boolean) IS
'Creates the views tickets, ticket_events and, where the source has them, vendor_clocks (SLA '
'figures of its own) and work_logs over the tables of a loader (zendesk, zendesk_api, intercom, '
'jira, jira_api, servicenow, salesforce, hubspot), of a help desk (request_tracker, redmine, '
'zammad, znuny, chatwoot, plane) or your own (generic, with columns and joins), and lists what '
'the source lacks. Foreign tables are copied (copy => false: not), and refresh updates the '
'copies. Example: SELECT * FROM slaops.attach(''generic'', schema => ''mine'', tickets => '
'''demo.tickets'', ticket_events => ''demo.ticket_events'');';
