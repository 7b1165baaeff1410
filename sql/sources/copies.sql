-- Copies of the tables of a source that lies on another server: attach reads them, and refresh
-- brings them up to date, each by one query of what has changed.

-- What refresh runs as its caller must be the caller's own.
CREATE FUNCTION slaops.copies_are_own(schema text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $copies_are_own$
    SELECT coalesce(
        bool_and(class.relowner = quote_ident(current_user)::regrole)
        AND bool_or(
            class.relname = 'copied_tables'
            AND obj_description(class.oid, 'pg_class')
                = 'The tables that slaops.attach has copied, and how far.'
        ),
        false
    )
    FROM pg_class AS class
    WHERE class.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema)))
        AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
$copies_are_own$;
COMMENT ON FUNCTION slaops.copies_are_own(text) IS
'Whether attach has made the copies of a schema and all its relations belong to the caller.';

-- Lists by name, as the columns of tables change in an upgrade of the product.
CREATE FUNCTION slaops.copy_columns(relation regclass, form text, but text DEFAULT '')
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $copy_columns$
    SELECT string_agg(format(form, attribute.attname), ', ' ORDER BY attribute.attnum)
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = relation
        AND attribute.attnum > 0
        AND NOT attribute.attisdropped
        AND attribute.attname <> but
        AND attribute.attname NOT LIKE 'slaops gone %'
$copy_columns$;
COMMENT ON FUNCTION slaops.copy_columns(regclass, text, text) IS
'The columns of a copy but one, each put into a form such as %I.';

CREATE FUNCTION slaops.copy_source(source text)
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $copy_source$
DECLARE
    origin record;
BEGIN
    SELECT
        class.oid::regclass AS relation,
        class.relowner::regrole AS owner,
        class.relkind IN ('r', 'p', 'f') AND NOT class.relrowsecurity
        OR pg_has_role(class.relowner, 'USAGE')
        OR role.rolsuper AS trusted
    INTO origin
    FROM pg_class AS class
    JOIN pg_roles AS role
        ON role.oid = class.relowner
    WHERE class.oid = to_regclass(source);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the source % is gone', source
            USING
                ERRCODE = 'undefined_table',
                HINT = 'The copies keep what they have. Import the table again '
                    '(IMPORT FOREIGN SCHEMA ... LIMIT TO ...), and call slaops.attach again.';
    ELSIF NOT origin.trusted THEN
        RAISE EXCEPTION '% of % would run with your rights', source, origin.owner
            USING
                ERRCODE = 'insufficient_privilege',
                HINT = 'Make a view of your own over it, or a foreign table.';
    END IF;
    RETURN origin.relation;
END
$copy_source$;
COMMENT ON FUNCTION slaops.copy_source(text) IS
'The relation that a copy is made of; an error if it is gone or another role could run code in it.';

-- A foreign server knows columns that the foreign table does not, and the other way round; only the
-- query tells.
CREATE FUNCTION slaops.copy_failed(source text, message text, code text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $copy_failed$
DECLARE
    remote record;
BEGIN
    SELECT
        server.srvname,
        class.relname,
        namespace.nspname,
        coalesce(
            (
                SELECT option.option_value
                FROM pg_options_to_table(foreign_table.ftoptions) AS option
                WHERE option.option_name = 'schema_name'
            ),
            'public'
        ) AS remote_schema,
        coalesce(
            (
                SELECT option.option_value
                FROM pg_options_to_table(foreign_table.ftoptions) AS option
                WHERE option.option_name = 'table_name'
            ),
            class.relname
        ) AS remote_table
    INTO remote
    FROM pg_foreign_table AS foreign_table
    JOIN pg_foreign_server AS server
        ON server.oid = foreign_table.ftserver
    JOIN pg_class AS class
        ON class.oid = foreign_table.ftrelid
    JOIN pg_namespace AS namespace
        ON namespace.oid = class.relnamespace
    WHERE foreign_table.ftrelid = to_regclass(source);
    RAISE EXCEPTION '% could not be copied: %', source, btrim(message, E' \n')
        USING
            -- What a server says that stops, or nothing.
            ERRCODE = CASE WHEN code LIKE '57P%' THEN '08006' ELSE code END,
            DETAIL = 'Copies and figures are those of before.',
            HINT = CASE
                WHEN remote.relname IS NULL THEN 'Look at what it reads.'
                WHEN code LIKE '42%' AND code <> '42501' OR code LIKE 'HV%' THEN format(
                    'Has the table changed on the server %1$I? DROP FOREIGN TABLE %2$I.%3$I; '
                    'IMPORT FOREIGN SCHEMA %4$I LIMIT TO (%5$I) FROM SERVER %1$I INTO %2$I; '
                    'then call slaops.attach again.',
                    remote.srvname,
                    remote.nspname,
                    remote.relname,
                    remote.remote_schema,
                    remote.remote_table
                )
                WHEN code = '42501' THEN format(
                    'On the server %I: GRANT SELECT ON %I.%I TO the role of the user mapping.',
                    remote.srvname, remote.remote_schema, remote.remote_table
                )
                WHEN code LIKE '08%' OR code LIKE '57%'
                    THEN format('Call it again when the server %I answers.', remote.srvname)
                ELSE 'Look at its rows.'
            END;
END
$copy_failed$;
COMMENT ON FUNCTION slaops.copy_failed(text, text, text) IS
'Raises the error of a source that could not be read, with the remedy.';

-- One table: what is new or changed at its source, or all of it. A small one is read whole, which
-- also finds names that changed and rows that are gone.
CREATE FUNCTION slaops.update_copied_table(
    copy regclass,
    source regclass,
    key_column text,
    stamp_column text,
    condition text,
    OUT rows_read bigint,
    OUT rows_changed bigint
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $update_copied_table$
DECLARE
    names text := slaops.copy_columns(copy, '%I');
    old_row text := format('ROW(%s)::text', slaops.copy_columns(copy, 'old_row.%I'));
    new_row text := format('ROW(%s)::text', slaops.copy_columns(copy, 'new_row.%I'));
    counted bigint;
    is_empty boolean;
BEGIN
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', copy) INTO is_empty;
    IF is_empty THEN
        EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM %3$s', copy, names, source);
        GET DIAGNOSTICS rows_read = ROW_COUNT;
        rows_changed := rows_read;
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TEMPORARY TABLE slaops_fetched AS SELECT %s FROM %s%s',
        names, source, ' WHERE ' || condition
    );
    GET DIAGNOSTICS rows_read = ROW_COUNT;
    ANALYZE pg_temp.slaops_fetched;
    IF key_column IS NULL AND condition IS NOT NULL THEN
        -- A log: rows never change, but a loader may load one again, with a new stamp.
        EXECUTE format(
            $appended$
                INSERT INTO %1$s (%2$s)
                SELECT %2$s
                FROM pg_temp.slaops_fetched AS new_row
                WHERE NOT EXISTS (
                    SELECT
                    FROM %1$s AS old_row
                    WHERE %3$s = %4$s
                )
            $appended$,
            copy,
            names,
            format(
                'ROW(%s)::text', slaops.copy_columns(copy, 'new_row.%I', stamp_column)
            ),
            format(
                'ROW(%s)::text', slaops.copy_columns(copy, 'old_row.%I', stamp_column)
            )
        );
        GET DIAGNOSTICS rows_changed = ROW_COUNT;
    ELSIF key_column IS NULL THEN
        EXECUTE format(
            $equal$
                SELECT count(*)
                FROM (
                    (
                        SELECT %1$s FROM %2$s AS old_row
                        EXCEPT ALL
                        SELECT %3$s FROM pg_temp.slaops_fetched AS new_row
                    )
                    UNION ALL
                    (
                        SELECT %3$s FROM pg_temp.slaops_fetched AS new_row
                        EXCEPT ALL
                        SELECT %1$s FROM %2$s AS old_row
                    )
                ) AS other (line)
            $equal$,
            old_row, copy, new_row
        )
            INTO rows_changed;
        IF rows_changed > 0 THEN
            EXECUTE format('DELETE FROM %s', copy);
            EXECUTE format(
                'INSERT INTO %1$s (%2$s) SELECT %2$s FROM pg_temp.slaops_fetched', copy, names
            );
        END IF;
    ELSE
        rows_changed := 0;
        IF condition IS NULL THEN
            EXECUTE format(
                $gone$
                    DELETE FROM %1$s AS old_row
                    WHERE NOT EXISTS (
                        SELECT
                        FROM pg_temp.slaops_fetched AS new_row
                        WHERE new_row.%2$I = old_row.%2$I
                    )
                $gone$,
                copy, key_column
            );
            GET DIAGNOSTICS rows_changed = ROW_COUNT;
        END IF;
        EXECUTE format(
            $replaced$
                DELETE FROM %1$s AS old_row
                USING pg_temp.slaops_fetched AS new_row
                WHERE new_row.%2$I = old_row.%2$I
                    AND %3$s <> %4$s
            $replaced$,
            copy, key_column, old_row, new_row
        );
        EXECUTE format(
            $new$
                INSERT INTO %1$s (%2$s)
                SELECT %2$s
                FROM pg_temp.slaops_fetched AS new_row
                WHERE NOT EXISTS (
                    SELECT
                    FROM %1$s AS old_row
                    WHERE old_row.%3$I = new_row.%3$I
                )
            $new$,
            copy, names, key_column
        );
        GET DIAGNOSTICS counted = ROW_COUNT;
        rows_changed := rows_changed + counted;
    END IF;
    DROP TABLE pg_temp.slaops_fetched;
END
$update_copied_table$;
COMMENT ON FUNCTION slaops.update_copied_table(regclass, regclass, text, text, text) IS
'Brings a copy up to date with the rows of its source that a condition finds, or with all.';

CREATE FUNCTION slaops.update_copy(schema text, whole boolean DEFAULT false)
RETURNS TABLE (table_name text, rows_read bigint, rows_changed bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET DateStyle = 'ISO, MDY'
AS $update_copy$
DECLARE
    item record;
    copy regclass;
    origin regclass;
    stamp text;
    counted bigint;
    condition text;
    message text;
    code text;
BEGIN
    IF NOT slaops.copies_are_own(schema) THEN
        RAISE EXCEPTION 'schema % has no copies of yours', coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'slaops.attach makes copies of foreign tables in the schema that its report '
                    'names; their owner updates them.';
    END IF;
    -- One at a time; readers go on.
    EXECUTE format('LOCK TABLE %I.copied_tables IN SHARE ROW EXCLUSIVE MODE', schema);
    FOR item IN EXECUTE format(
        'SELECT copied.* FROM %I.copied_tables AS copied ORDER BY copied.table_name', schema
    ) LOOP
        copy := format('%I.%I', schema, item.table_name)::regclass;
        origin := slaops.copy_source(item.source);
        condition := CASE
            WHEN NOT whole AND item.stamp IS NOT NULL AND item.rows >= 1000
                THEN format('(%1$I >= %2$L OR %1$I IS NULL)', item.stamp_column, item.stamp)
        END;
        BEGIN
            SELECT
                item.table_name,
                updated.rows_read,
                updated.rows_changed
            INTO table_name, rows_read, rows_changed
            FROM slaops.update_copied_table(
                copy,
                origin,
                item.key_column,
                item.stamp_column,
                condition
            ) AS updated;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, code = RETURNED_SQLSTATE;
            PERFORM slaops.copy_failed(item.source, message, code);
        END;
        stamp := item.stamp;
        counted := item.rows;
        IF rows_changed > 0 OR counted IS NULL THEN
            IF condition IS NULL THEN
                EXECUTE format('ANALYZE %s', copy);
            END IF;
            EXECUTE format('SELECT count(*) FROM %s', copy) INTO counted;
        END IF;
        IF item.stamp_column IS NOT NULL AND (rows_changed > 0 OR stamp IS NULL) THEN
            -- A clock that is ahead must not hide what comes after it.
            EXECUTE format(
                CASE item.overlap
                    WHEN '10000' THEN 'SELECT (max(copied.%1$I) - %2$s)::text FROM %3$s AS copied'
                    ELSE 'SELECT (max(copied.%1$I) - interval %2$L)::text FROM %3$s AS copied '
                        'WHERE copied.%1$I < now() + interval ''1 day'' '
                END,
                item.stamp_column, item.overlap, copy
            )
                INTO stamp;
        END IF;
        EXECUTE format(
            $done$
                UPDATE %I.copied_tables
                SET stamp = $1,
                    rows = $2,
                    copied_at = now(),
                    read_whole_at = CASE WHEN $3 THEN now() ELSE read_whole_at END
                WHERE table_name = $4
            $done$,
            schema
        )
            USING stamp, counted, condition IS NULL, item.table_name;
        RETURN NEXT;
    END LOOP;
END
$update_copy$;
COMMENT ON FUNCTION slaops.update_copy(text, boolean) IS
'Brings the copies that attach made of foreign tables up to date, by one query each: of large '
'tables what is new or changed, or all of it, which also finds rows that are gone. refresh calls '
'it. Example: SELECT * FROM slaops.attach(''generic'', schema => ''mine'', '
'tickets => ''demo.tickets'', ticket_events => ''demo.ticket_events'', copy => true); '
'SELECT * FROM slaops.update_copy(''demo_copy'', whole => true);';

-- What a refresh reads of other servers, it reads once, before anything else.
CREATE FUNCTION slaops.update_sources(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $update_sources$
DECLARE
    copies text;
BEGIN
    FOR copies IN
        WITH RECURSIVE reached AS (
            SELECT class.oid AS relation
            FROM pg_class AS class
            WHERE class.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace
                AND class.relname IN (
                    'stg_tickets',
                    'stg_ticket_events',
                    'stg_agents',
                    'stg_group_capacity'
                )
            UNION
            SELECT dependency.refobjid
            FROM reached
            JOIN pg_rewrite AS rule
                ON rule.ev_class = reached.relation
            JOIN pg_depend AS dependency
                ON dependency.classid = 'pg_rewrite'::regclass
                AND dependency.objid = rule.oid
                AND dependency.refclassid = 'pg_class'::regclass
        )
        SELECT DISTINCT namespace.nspname
        FROM reached
        JOIN pg_class AS class
            ON class.oid = reached.relation
            AND class.relkind = 'r'
        JOIN pg_namespace AS namespace
            ON namespace.oid = class.relnamespace
        JOIN pg_class AS book
            ON book.relnamespace = namespace.oid
            AND book.relname = 'copied_tables'
            AND obj_description(book.oid, 'pg_class') =
                'The tables that slaops.attach has copied, and how far.'
        ORDER BY namespace.nspname
    LOOP
        IF slaops.copies_are_own(copies) THEN
            PERFORM slaops.update_copy(copies);
        ELSE
            RAISE NOTICE 'the copies in % stay as they are: not all belong to %',
                quote_ident(copies), quote_ident(current_user)
                USING HINT = format('Their owner calls slaops.update_copy(%L).', copies);
        END IF;
    END LOOP;
END
$update_sources$;
COMMENT ON FUNCTION slaops.update_sources(text) IS
'Brings the copies that the views of a schema read up to date.';
