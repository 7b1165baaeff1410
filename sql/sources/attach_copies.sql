-- How attach makes the copies of a source that lies on another server.

CREATE FUNCTION slaops.schema_of(relation regclass)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $schema_of$
    SELECT namespace.nspname::text
    FROM pg_class AS class
    JOIN pg_namespace AS namespace
        ON namespace.oid = class.relnamespace
    WHERE class.oid = relation
$schema_of$;
COMMENT ON FUNCTION slaops.schema_of(regclass) IS 'The schema of a relation.';

CREATE FUNCTION slaops.copy_of(schema text, relation regclass)
RETURNS regclass
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $copy_of$
    SELECT to_regclass(format('%I.%I', schema, class.relname))
    FROM pg_class AS class
    WHERE class.oid = relation
$copy_of$;
COMMENT ON FUNCTION slaops.copy_of(text, regclass) IS 'The relation of the same name in a schema.';

-- Loaders stamp what they load: a row may be older than that, and come in late. Only rows of logs
-- never change: there the instant of creation tells, or the number.
CREATE FUNCTION slaops.copy_stamp(
    relation regclass,
    appended boolean,
    given text,
    OUT name text,
    OUT overlap text
)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $copy_stamp$
    WITH known AS (
        SELECT
            listed.names,
            listed.overlap,
            listed.of_logs,
            listed.types
        FROM (
            VALUES
                (
                    '{_fivetran_synced,_airbyte_extracted_at,flow_published_at}'::text[],
                    '1 day',
                    false,
                    '{timestamptz,timestamp}'::regtype[]
                ),
                (
                    ARRAY[
                        given,
                        'updated_at',
                        'updated_on',
                        'lastupdated',
                        'change_time',
                        'systemmodstamp',
                        'system_modstamp',
                        'lastmodifieddate',
                        'last_modified_date',
                        'sys_updated_on'
                    ],
                    '1 hour',
                    false,
                    '{timestamptz,timestamp}'
                ),
                (
                    '{created_at,created_on,created,create_time,createddate,created_date}',
                    '1 hour',
                    true,
                    '{timestamptz,timestamp}'
                ),
                ('{id}', '10000', true, '{int4,int8}')
        ) AS listed (names, overlap, of_logs, types)
    )
    SELECT
        attribute.attname,
        known.overlap
    FROM known
    CROSS JOIN LATERAL unnest(known.names) WITH ORDINALITY AS choice (name, place)
    JOIN pg_attribute AS attribute
        ON attribute.attrelid = relation
        AND lower(attribute.attname) = choice.name
        AND attribute.atttypid = ANY (known.types)
        AND NOT attribute.attisdropped
    WHERE appended OR NOT known.of_logs
    ORDER BY
        known.of_logs,
        known.overlap = '10000',
        known.overlap <> '1 day',
        choice.place
    LIMIT 1
$copy_stamp$;
COMMENT ON FUNCTION slaops.copy_stamp(regclass, boolean, text) IS
'The column of a table that tells new and changed rows, and how far back from the last one they '
'may come in late. Rows of a table to which is only appended never change.';

-- SQL of the caller may name any table and column of the schema, and attach_schedules has a list of
-- its own.
CREATE FUNCTION slaops.copies_wanted(
    source text,
    source_schema text,
    any_case boolean,
    tickets regclass,
    ticket_events regclass,
    columns jsonb,
    joins jsonb
)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $copies_wanted$
    WITH given AS (
        SELECT
            joins <> '{}' OR EXISTS (
                SELECT
                FROM jsonb_each(columns) AS entry
                CROSS JOIN LATERAL jsonb_each_text(entry.value) AS renamed
                WHERE renamed.value ~ '^\s*\('
            ) AS sql
    ),
    listed AS (
        SELECT
            CASE
                WHEN copies_wanted.source <> 'generic'
                    THEN slaops.attach_table(source_schema, head.name, any_case)
                WHEN head.name = 'tickets' THEN tickets
                ELSE ticket_events
            END AS relation,
            head.name,
            head.spec ~ ' others\M' AS has_others,
            known.sql ~ format('(?n)^-- appended to: .*\m%s\M', head.name) AS appended,
            slaops.attach_names(head.spec) AS names
        FROM slaops.attach_mappings AS known
        CROSS JOIN LATERAL slaops.attach_tables(known.sql) AS head
        WHERE known.source = copies_wanted.source
    ),
    read_columns AS (
        SELECT
            listed.relation,
            lower(replace(named.name, '_', '')) AS name
        FROM listed
        CROSS JOIN LATERAL unnest(listed.names) AS named (name)
        UNION
        SELECT
            listed.relation,
            lower(replace(renamed.value, '_', ''))
        FROM listed
        CROSS JOIN LATERAL jsonb_each_text(columns -> listed.name) AS renamed
    ),
    column_lists AS (
        SELECT
            read_columns.relation,
            jsonb_agg(read_columns.name) AS names
        FROM read_columns
        GROUP BY read_columns.relation
    ),
    of_mappings AS (
        SELECT
            listed.relation,
            jsonb_build_object(
                'columns', CASE
                    WHEN NOT bool_or(listed.has_others) THEN column_list.names
                END,
                'appended', bool_or(listed.appended),
                'key', CASE
                    WHEN copies_wanted.source = 'generic' AND listed.name = 'tickets'
                        THEN coalesce(columns #>> '{tickets,ticket_id}', 'ticket_id')
                END,
                'stamp', coalesce(columns -> listed.name ->> 'loaded_at', 'loaded_at')
            ) AS said
        FROM listed
        JOIN column_lists AS column_list
            ON column_list.relation = listed.relation
        GROUP BY
            listed.relation,
            listed.name,
            column_list.names
    ),
    others AS (
        SELECT
            class.oid::regclass AS relation,
            '{}'::jsonb AS said
        FROM pg_class AS class
        CROSS JOIN given
        WHERE class.relnamespace = to_regnamespace(quote_ident(source_schema))
            AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND (
                given.sql AND class.relkind = 'f'
                OR copies_wanted.source LIKE 'zendesk%'
                AND class.relname IN (
                    'schedule', 'schedules', 'schedule_holiday', 'schedule_holidays'
                )
            )
    )
    SELECT coalesce(
        jsonb_object_agg(
            coalesce(of_mapping.relation, other.relation)::oid::text,
            CASE
                WHEN given.sql OR other.relation IS NOT NULL
                    THEN coalesce(of_mapping.said, '{}') - 'columns'
                ELSE coalesce(of_mapping.said, '{}')
            END
        ),
        '{}'
    )
    FROM of_mappings AS of_mapping
    FULL JOIN others AS other
        ON other.relation = of_mapping.relation
    CROSS JOIN given
$copies_wanted$;
COMMENT ON FUNCTION
slaops.copies_wanted(text, text, boolean, regclass, regclass, jsonb, jsonb) IS
'The relations of a source, each with the columns that its mappings read, as attach copies them.';

CREATE FUNCTION slaops.any_foreign(wanted jsonb)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $any_foreign$
    SELECT EXISTS (
        SELECT
        FROM jsonb_object_keys(wanted) AS entry (relation)
        JOIN pg_class AS class
            ON class.oid = entry.relation::oid
            AND class.relkind = 'f'
    )
$any_foreign$;
COMMENT ON FUNCTION slaops.any_foreign(jsonb) IS
'Whether one of the relations that attach reads is a foreign table.';

-- A plan without statistics takes a foreign table to be small.
CREATE FUNCTION slaops.analyze_foreign(wanted jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $analyze_foreign$
DECLARE
    item record;
BEGIN
    FOR item IN
        SELECT
            class.oid::regclass AS relation,
            class.relowner::regrole AS owner,
            pg_has_role(class.relowner, 'USAGE') AS allowed
        FROM jsonb_object_keys(wanted) AS entry (relation)
        JOIN pg_class AS class
            ON class.oid = entry.relation::oid
            AND class.relkind = 'f'
            AND class.reltuples < 0
        ORDER BY class.oid::regclass::text
    LOOP
        IF item.allowed THEN
            EXECUTE format('ANALYZE %s', item.relation);
        ELSE
            RAISE NOTICE '% has no statistics, so queries of it may take very long', item.relation
                USING HINT = format('Ask %s: ANALYZE %s;', item.owner, item.relation);
        END IF;
    END LOOP;
END
$analyze_foreign$;
COMMENT ON FUNCTION slaops.analyze_foreign(jsonb) IS
'Gathers statistics of the foreign tables that attach reads and that have none.';

CREATE FUNCTION slaops.make_copied_tables(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $make_copied_tables$
BEGIN
    IF to_regnamespace(quote_ident(slaops.schema_name(schema))) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    ELSE
        PERFORM slaops.check_mart_schema(schema);
    END IF;
    IF to_regclass(format('%I.copied_tables', schema)) IS NULL THEN
        PERFORM
        FROM pg_class AS class
        WHERE class.relnamespace = quote_ident(schema)::regnamespace;
        IF FOUND THEN
            RAISE EXCEPTION 'schema % is not empty', quote_ident(schema)
                USING
                    ERRCODE = 'duplicate_schema',
                    HINT = 'attach keeps its copies there. Rename it, or say copy => false.';
        END IF;
        EXECUTE format($book$
            CREATE TABLE %1$I.copied_tables (
                table_name text PRIMARY KEY,
                source text NOT NULL,
                key_column text,
                stamp_column text,
                overlap text,
                stamp text,
                rows bigint,
                copied_at timestamptz,
                read_whole_at timestamptz
            );
            COMMENT ON TABLE %1$I.copied_tables IS
                'The tables that slaops.attach has copied, and how far.';
            COMMENT ON COLUMN %1$I.copied_tables.table_name IS 'The copy.';
            COMMENT ON COLUMN %1$I.copied_tables.source IS 'The relation that it is a copy of.';
            COMMENT ON COLUMN %1$I.copied_tables.key_column IS 'The column that tells a row.';
            COMMENT ON COLUMN %1$I.copied_tables.stamp_column IS
                'The column that tells new and changed rows; NULL: the table is read whole.';
            COMMENT ON COLUMN %1$I.copied_tables.overlap IS
                'How far back from the last row others may come in late.';
            COMMENT ON COLUMN %1$I.copied_tables.stamp IS
                'Rows from here on are read next time, if the table has 1,000 rows or more.';
            COMMENT ON COLUMN %1$I.copied_tables.rows IS 'The rows of the copy.';
            COMMENT ON COLUMN %1$I.copied_tables.copied_at IS 'When it was last updated.';
            COMMENT ON COLUMN %1$I.copied_tables.read_whole_at IS
                'When all rows were last read: what was gone by then is gone here.';
        $book$, schema);
    END IF;
    IF NOT slaops.copies_are_own(schema) THEN
        RAISE EXCEPTION 'schema % has relations that are no copies of yours', quote_ident(schema)
            USING
                ERRCODE = 'insufficient_privilege',
                HINT = 'attach keeps its copies there. Rename it, or say copy => false.';
    END IF;
END
$make_copied_tables$;
COMMENT ON FUNCTION slaops.make_copied_tables(text) IS
'Creates the schema of copies and the table that lists them.';

-- A column that is gone or has another type stays, under another name, until the views of attach no
-- longer read it: so policies, grants and views of others over the rest stay in force.
CREATE FUNCTION slaops.shape_copy(copy text, source regclass, columns text[])
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $shape_copy$
DECLARE
    item record;
BEGIN
    IF to_regclass(copy) IS NULL THEN
        EXECUTE format('CREATE TABLE %s ()', copy);
        EXECUTE format(
            'COMMENT ON TABLE %s IS %L',
            copy,
            format('The copy of %s that slaops.update_copy keeps.', source)
        );
    ELSIF obj_description(copy::regclass, 'pg_class') IS NULL
        OR obj_description(copy::regclass, 'pg_class')
            NOT LIKE 'The copy of % that slaops.update_copy keeps.'
    THEN
        RAISE EXCEPTION '% exists already and is no copy by attach', copy
            USING
                ERRCODE = 'duplicate_table',
                HINT = 'Rename it, or say copy => false.';
    END IF;
    FOR item IN
        SELECT
            was.attname AS old_name,
            was.attnum AS old_place,
            is_now.attname AS name,
            format_type(is_now.atttypid, is_now.atttypmod) AS type
        FROM (
            SELECT attribute.*
            FROM pg_attribute AS attribute
            WHERE attribute.attrelid = copy::regclass
                AND attribute.attnum > 0
                AND NOT attribute.attisdropped
        ) AS was
        FULL JOIN (
            SELECT attribute.*
            FROM pg_attribute AS attribute
            WHERE attribute.attrelid = source
                AND attribute.attname = ANY (columns)
                AND NOT attribute.attisdropped
        ) AS is_now
            ON is_now.attname = was.attname
            AND is_now.atttypid = was.atttypid
            AND is_now.atttypmod = was.atttypmod
        WHERE was.attname IS NULL
            OR is_now.attname IS NULL
        ORDER BY
            is_now.attname IS NOT NULL,
            is_now.attnum
    LOOP
        IF item.name IS NULL THEN
            EXECUTE format(
                'ALTER TABLE %s RENAME COLUMN %I TO %I',
                copy, item.old_name, 'slaops gone ' || item.old_place
            );
        ELSE
            EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', copy, item.name, item.type);
        END IF;
    END LOOP;
    RETURN FOUND;
END
$shape_copy$;
COMMENT ON FUNCTION slaops.shape_copy(text, regclass, text[]) IS
'Gives a copy the columns of its source; true if any of them changed.';

-- An id that is not unique tells no row. Events are looked up by the ticket that they name.
CREATE FUNCTION slaops.index_copies(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $index_copies$
DECLARE
    item record;
BEGIN
    FOR item IN EXECUTE format(
        $missing$
            SELECT
                format('%%I.%%I', %2$L, copied.table_name) AS copy,
                copied.table_name,
                attribute.attname AS name,
                attribute.attname = copied.key_column AS is_key
            FROM %1$I.copied_tables AS copied
            JOIN pg_attribute AS attribute
                ON attribute.attrelid = format('%%I.%%I', %2$L, copied.table_name)::regclass
                AND NOT attribute.attisdropped
                AND (
                    attribute.attname = copied.key_column
                    OR copied.rows >= 1000
                    AND attribute.attname ~ (
                        '^((related_)?o_id|(.*_)?(ticket|issue|conversation|case|incident'
                        '|journal|journalized|parent)_?id|objectid|ticket)$'
                    )
                )
            WHERE NOT EXISTS (
                SELECT
                FROM pg_index AS index
                WHERE index.indrelid = attribute.attrelid
                    AND index.indkey[0] = attribute.attnum
            )
        $missing$,
        schema, schema
    ) LOOP
        BEGIN
            EXECUTE format(
                'CREATE %s INDEX ON %s (%I)',
                CASE WHEN item.is_key THEN 'UNIQUE' END, item.copy, item.name
            );
        EXCEPTION WHEN unique_violation THEN
            EXECUTE format(
                'UPDATE %I.copied_tables SET key_column = NULL, stamp_column = NULL, '
                'overlap = NULL, stamp = NULL WHERE table_name = $1',
                schema
            )
                USING item.table_name;
        END;
    END LOOP;
END
$index_copies$;
COMMENT ON FUNCTION slaops.index_copies(text) IS
'Creates the indexes of copies: on their keys, and where a large one names tickets.';

CREATE FUNCTION slaops.drop_gone_copies(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $drop_gone_copies$
DECLARE
    command text;
BEGIN
    FOR command IN
        SELECT
            CASE
                WHEN attribute.attname IS NULL
                    THEN format('DROP TABLE %I.%I', schema, class.relname)
                ELSE format(
                    'ALTER TABLE %I.%I DROP COLUMN %I', schema, class.relname, attribute.attname
                )
            END
        FROM pg_class AS class
        LEFT JOIN pg_attribute AS attribute
            ON attribute.attrelid = class.oid
            AND attribute.attname LIKE 'slaops gone %'
            AND class.relname NOT LIKE 'slaops gone %'
        WHERE class.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace
            AND class.relkind = 'r'
            AND (
                class.relname LIKE 'slaops gone %'
                OR attribute.attname IS NOT NULL
            )
    LOOP
        EXECUTE command;
    END LOOP;
END
$drop_gone_copies$;
COMMENT ON FUNCTION slaops.drop_gone_copies(text) IS
'Drops columns and tables of copies that are gone from the source, once no view reads them.';

CREATE FUNCTION slaops.copy_tables(schema text, wanted jsonb)
RETURNS TABLE (subject text, finding text, cost text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $copy_tables$
DECLARE
    item record;
    stamp record;
    key_column text;
    altered boolean;
BEGIN
    PERFORM slaops.make_copied_tables(schema);
    FOR item IN
        SELECT
            class.relname AS name,
            class.oid::regclass AS source,
            entry.value AS said
        FROM jsonb_each(wanted) AS entry
        JOIN pg_class AS class
            ON class.oid = entry.key::oid
        ORDER BY class.relname
    LOOP
        PERFORM slaops.copy_source(item.source::text);
        SELECT known.*
        INTO stamp
        FROM slaops.copy_stamp(
            item.source,
            coalesce((item.said ->> 'appended')::boolean, false),
            item.said ->> 'stamp'
        ) AS known;
        -- Rows that can change must be found again.
        key_column := (
            SELECT attribute.attname
            FROM pg_attribute AS attribute
            JOIN pg_type AS type
                ON type.oid = attribute.atttypid
                AND type.typnamespace = 'pg_catalog'::regnamespace
            WHERE attribute.attrelid = item.source
                AND lower(attribute.attname) IN (coalesce(item.said ->> 'key', 'id'), 'sys_id')
                AND NOT attribute.attisdropped
            LIMIT 1
        );
        IF key_column IS NULL AND NOT coalesce((item.said ->> 'appended')::boolean, false) THEN
            SELECT
                NULL::text AS name,
                NULL::text AS overlap
            INTO stamp;
        END IF;
        altered := slaops.shape_copy(
            format('%I.%I', schema, item.name),
            item.source,
            array(
                SELECT attribute.attname::text
                FROM pg_attribute AS attribute
                WHERE attribute.attrelid = item.source
                    AND attribute.attnum > 0
                    AND NOT attribute.attisdropped
                    AND (
                        jsonb_typeof(item.said -> 'columns') IS DISTINCT FROM 'array'
                        OR item.said -> 'columns' ? lower(replace(attribute.attname, '_', ''))
                        OR attribute.attname IN (key_column, stamp.name, '_fivetran_deleted')
                    )
            )
        );
        EXECUTE format(
            $known$
                INSERT INTO %1$I.copied_tables AS copied (
                    table_name,
                    source,
                    key_column,
                    stamp_column,
                    overlap
                )
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (table_name) DO UPDATE
                SET source = $2,
                    key_column = $3,
                    stamp_column = $4,
                    overlap = $5,
                    -- Read whole once more, as a column or the server may be another.
                    stamp = CASE
                        WHEN NOT $6 AND copied.stamp_column = $4 THEN copied.stamp
                    END
            $known$,
            schema
        )
            USING
                item.name,
                item.source::text,
                key_column,
                stamp.name,
                stamp.overlap,
                altered;
    END LOOP;
    FOR item IN
        EXECUTE format(
            'DELETE FROM %I.copied_tables AS copied WHERE copied.table_name <> ALL ($1) '
            'RETURNING copied.table_name AS name',
            schema
        )
        USING array(
            SELECT class.relname
            FROM jsonb_object_keys(wanted) AS entry (relation)
            JOIN pg_class AS class
                ON class.oid = entry.relation::oid
        )
    LOOP
        EXECUTE format(
            'ALTER TABLE %I.%I RENAME TO %I',
            schema, item.name, 'slaops gone ' || left(md5(item.name), 16)
        );
    END LOOP;
    PERFORM slaops.update_copy(schema);
    PERFORM slaops.index_copies(schema);
    RETURN QUERY EXECUTE format(
        $report$
            SELECT
                %1$L,
                format('%%s tables copied, %%s rows', count(*), sum(copied.rows)),
                'refresh reads tables of less than 1,000 rows whole, and of others what changed; '
                'rows that are gone are found by slaops.update_copy(' || quote_literal(%1$L)
                || ', whole => true)'
            FROM %2$I.copied_tables AS copied
            UNION ALL
            SELECT
                format('%%I.%%I', %1$L, copied.table_name),
                format('%%s rows are read whole by each refresh', copied.rows),
                CASE
                    WHEN copied.key_column IS NULL THEN 'no id tells its rows'
                    ELSE 'no column tells what changed'
                END
            FROM %2$I.copied_tables AS copied
            WHERE copied.rows >= 1000
                AND copied.stamp_column IS NULL
        $report$,
        schema, schema
    );
    RETURN QUERY
        SELECT DISTINCT
            'server ' || server.srvname,
            'it is asked for 100 rows at a time',
            format('ALTER SERVER %I OPTIONS (ADD fetch_size ''10000'')', server.srvname)
        FROM jsonb_object_keys(wanted) AS entry (relation)
        JOIN pg_foreign_table AS foreign_table
            ON foreign_table.ftrelid = entry.relation::oid
        JOIN pg_foreign_server AS server
            ON server.oid = foreign_table.ftserver
        JOIN pg_foreign_data_wrapper AS wrapper
            ON wrapper.oid = server.srvfdw
            AND wrapper.fdwname = 'postgres_fdw'
        WHERE NOT EXISTS (
            SELECT
            FROM pg_options_to_table(server.srvoptions || foreign_table.ftoptions) AS option
            WHERE option.option_name = 'fetch_size'
        );
END
$copy_tables$;
COMMENT ON FUNCTION slaops.copy_tables(text, jsonb) IS
'Makes, fills and indexes the copies of relations, given by their numbers, and reports on them.';
