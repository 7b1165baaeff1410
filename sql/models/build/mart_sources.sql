-- What create_marts reads, checked before anything is made.

-- Another's table of that name is not read: reading it could run the functions of its types,
-- policies or rules with the rights of whoever asks. Those who change or fill the views must own
-- all of it, for the same reason: a superuser who refreshed somebody's marts would run that role's
-- views and triggers as a superuser.
CREATE FUNCTION slaops.mart_state_of(schema text, to_change boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_state_of$
DECLARE
    state jsonb;
    existing record;
    other record;
BEGIN
    SELECT
        class.oid,
        class.relowner,
        namespace.nspowner,
        class.relkind = 'r'
        AND NOT class.relrowsecurity
        AND NOT class.relhasrules
        AND obj_description(class.oid, 'pg_class') IS NOT DISTINCT FROM
            'How slaops.create_marts made these views, and the figures that they hold.'
        AND NOT EXISTS (
            SELECT
            FROM pg_attribute AS attribute
            JOIN pg_type AS column_type
                ON column_type.oid = attribute.atttypid
            WHERE attribute.attrelid = class.oid
                AND attribute.attnum > 0
                AND NOT attribute.attisdropped
                AND (
                    column_type.typnamespace <> 'pg_catalog'::regnamespace
                    OR column_type.typtype <> 'b'
                )
        ) AS ours
    INTO existing
    FROM pg_class AS class
    JOIN pg_namespace AS namespace
        ON namespace.oid = class.relnamespace
    WHERE namespace.nspname = slaops.schema_name(schema)
        AND class.relname = 'mart_state'
        AND class.relkind <> 'i';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF NOT existing.ours THEN
        RAISE EXCEPTION '%.mart_state was not made by create_marts', quote_ident(schema)
            USING
                ERRCODE = 'duplicate_table',
                HINT = 'Rename it, or give another schema.';
    END IF;
    IF to_change THEN
        IF existing.relowner <> quote_ident(current_user)::regrole THEN
            RAISE EXCEPTION 'the views of % belong to %',
                quote_ident(schema), existing.relowner::regrole
                USING
                    ERRCODE = 'insufficient_privilege',
                    HINT = format(
                        'Connect as %1$s: the call runs what %1$s has made with the rights of its '
                        'caller. To read the views, slaops.grant_read is enough.',
                        existing.relowner::regrole
                    );
        END IF;
        PERFORM slaops.check_mart_schema(schema);
    END IF;
    -- A reader is granted no more of it than this.
    EXECUTE format(
        'SELECT to_jsonb(visible) FROM (SELECT %s FROM ONLY %I.mart_state AS state) AS visible',
        CASE
            WHEN to_change THEN 'state.*'
            ELSE array_to_string(slaops.mart_reader_columns('mart_state'), ', ')
        END,
        schema
    )
        INTO state;
    IF to_change THEN
        SELECT
            class.relname,
            class.relowner::regrole AS owner
        INTO other
        FROM jsonb_object_keys(state -> 'objects') AS object (name)
        JOIN pg_class AS class
            ON class.relnamespace = quote_ident(schema)::regnamespace
            AND class.relname = object.name
        WHERE class.relowner <> existing.relowner
            OR class.relkind <> CASE
                WHEN object.name ~ '^stored_' THEN 'r'
                WHEN object.name IN (
                    'mart_state',
                    'risk_alerts',
                    'refresh_log',
                    'refresh_queue',
                    'refreshed_tickets'
                ) THEN 'r'
                ELSE 'v'
            END
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '%.% of % is not what create_marts made',
                quote_ident(schema), quote_ident(other.relname), other.owner
                USING
                    ERRCODE = 'insufficient_privilege',
                    HINT = format(
                        'Look at who put it there. ALTER ... OWNER TO %s, or drop it and call '
                        'create_marts again.',
                        existing.relowner::regrole
                    );
        END IF;
    END IF;
    RETURN state;
END
$mart_state_of$;
COMMENT ON FUNCTION slaops.mart_state_of(text, boolean) IS
'The row of mart_state of a schema, NULL without one; an error if create_marts did not make the '
'table or, for changes, if the caller does not own it.';

-- The owner of a schema may drop whatever is in it and put another thing of that name there.
CREATE FUNCTION slaops.check_mart_schema(schema text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $check_mart_schema$
DECLARE
    owner regrole := (
        SELECT namespace.nspowner
        FROM pg_namespace AS namespace
        WHERE namespace.nspname = schema
    );
BEGIN
    IF owner <> quote_ident(current_user)::regrole
        AND NOT (SELECT role.rolsuper FROM pg_roles AS role WHERE role.oid = owner)
    THEN
        RAISE EXCEPTION 'schema % belongs to %, who could replace what is in it',
            quote_ident(schema), owner
            USING
                ERRCODE = 'insufficient_privilege',
                HINT = format(
                    'Give a schema of your own, connect as %s, or ALTER SCHEMA %s OWNER TO %s.',
                    owner, quote_ident(schema), quote_ident(current_user)
                );
    END IF;
END
$check_mart_schema$;
COMMENT ON FUNCTION slaops.check_mart_schema(text) IS
'Raises an error if a schema belongs to neither the caller nor a superuser: its owner could '
'replace what the caller runs.';

-- Always taken first, so that no two calls wait for each other, and on a table that readers cannot
-- lock: with SELECT alone LOCK TABLE gives no more than they hold anyway. refresh lets alert go on
-- beside it; create_marts and drop_marts let nobody.
CREATE FUNCTION slaops.lock_marts(schema text, purpose text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $lock_marts$
DECLARE
    statement text := format(
        'LOCK TABLE ONLY %I.mart_state IN %s MODE',
        schema,
        CASE purpose
            WHEN 'refresh' THEN 'SHARE UPDATE EXCLUSIVE'
            WHEN 'alert' THEN 'ROW EXCLUSIVE'
            ELSE 'SHARE ROW EXCLUSIVE'
        END
    );
    holders text;
BEGIN
    IF pg_is_in_recovery() THEN
        RAISE EXCEPTION 'this server is a standby: views of schema % are only read here', schema
            USING
                ERRCODE = 'read_only_sql_transaction',
                HINT = 'Call it on the primary; the rows are here moments later.';
    END IF;
    EXECUTE statement || ' NOWAIT';
EXCEPTION WHEN lock_not_available THEN
    SELECT string_agg(
        DISTINCT format(
            'process %s of %s',
            held.pid, coalesce(quote_ident(session.usename), 'a role that is gone')
        ),
        ', '
    )
    INTO holders
    FROM pg_locks AS held
    LEFT JOIN pg_stat_activity AS session
        ON session.pid = held.pid
    WHERE held.locktype = 'relation'
        AND held.granted
        AND held.pid <> pg_backend_pid()
        AND held.relation = format('%I.mart_state', schema)::regclass
        AND held.mode NOT IN ('AccessShareLock', 'RowShareLock')
        AND NOT (held.mode = 'RowExclusiveLock' AND purpose IN ('refresh', 'alert'));
    RAISE NOTICE 'the views of % are in use: waiting for %',
        quote_ident(schema), coalesce(holders, 'another session');
    EXECUTE statement;
END
$lock_marts$;
COMMENT ON FUNCTION slaops.lock_marts(text, text) IS
'Locks the views of a schema for refresh, alert or change until the end of the transaction; a '
'NOTICE names the session that it waits for.';

CREATE FUNCTION slaops.hold_lock(relation regclass)
RETURNS void
LANGUAGE c STRICT
AS 'MODULE_PATHNAME', 'slaops_hold_lock';
COMMENT ON FUNCTION slaops.hold_lock(regclass) IS
'Keeps a lock of the transaction on a table across COMMIT until release_lock, an error or the end '
'of the session.';

CREATE FUNCTION slaops.release_lock(relation regclass)
RETURNS void
LANGUAGE c STRICT
AS 'MODULE_PATHNAME', 'slaops_release_lock';
COMMENT ON FUNCTION slaops.release_lock(regclass) IS 'Releases a lock of hold_lock.';

CREATE FUNCTION slaops.mart_castable(has text, wanted text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_castable$
BEGIN
    EXECUTE format('SELECT NULL::%s::%s', has, wanted);
    RETURN true;
EXCEPTION WHEN cannot_coerce THEN
    RETURN false;
END
$mart_castable$;
COMMENT ON FUNCTION slaops.mart_castable(text, text) IS
'Whether there is a cast from one type to another.';

-- Events are joined to tickets by the id, in the types that the two relations give it.
CREATE FUNCTION slaops.check_ticket_ids(
    tickets regclass,
    tickets_id text,
    ticket_events regclass,
    events_id text
)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $check_ticket_ids$
DECLARE
    of_tickets text := (
        SELECT format_type(attribute.atttypid, NULL)
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = tickets
            AND attribute.attname = tickets_id
            AND NOT attribute.attisdropped
    );
    of_events text := (
        SELECT format_type(attribute.atttypid, NULL)
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = ticket_events
            AND attribute.attname = events_id
            AND NOT attribute.attisdropped
    );
BEGIN
    EXECUTE format(
        'SELECT NULL::%1$s = NULL::%2$s, NULL::%1$s < NULL::%1$s',
        of_tickets, of_events
    );
EXCEPTION WHEN undefined_function OR ambiguous_function THEN
    IF of_tickets = of_events THEN
        RAISE EXCEPTION '%.% is of type %, which cannot be compared',
            tickets, quote_ident(tickets_id), of_tickets
            USING
                ERRCODE = 'datatype_mismatch',
                HINT = format(
                    'Give a view in which it is a text: %1$I::text AS %1$I',
                    tickets_id
                );
    END IF;
    RAISE EXCEPTION '%.% is of type %, but %.% of type %',
        tickets, quote_ident(tickets_id), of_tickets,
        ticket_events, quote_ident(events_id), of_events
        USING
            ERRCODE = 'datatype_mismatch',
            HINT = CASE
                WHEN slaops.mart_castable(of_events, of_tickets) THEN format(
                    'Give a view of events in which it is of the ticket''s type: '
                    '%1$I::%2$s AS %1$I',
                    events_id, of_tickets
                )
                ELSE format(
                    'Give views in which both are written alike, as texts: %1$I::text AS %1$I',
                    events_id
                )
            END;
END
$check_ticket_ids$;
COMMENT ON FUNCTION slaops.check_ticket_ids(regclass, text, regclass, text) IS
'Raises an error if the ids of tickets and of their events cannot be compared.';

CREATE FUNCTION slaops.mart_source(
    schema text,
    relation regclass,
    named text,
    wanted text[],
    types text[]
)
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_source$
DECLARE
    source regclass := coalesce(
        relation,
        to_regclass(format('%I.%I', slaops.schema_name(schema), named))
    );
    missing text;
    item record;
BEGIN
    IF source IS NULL THEN
        RAISE EXCEPTION '% must be given: %.% does not exist',
            named, quote_ident(schema), named
            USING
                ERRCODE = 'undefined_table',
                HINT = format(
                    'create_marts(%L, tickets => ''my_tickets'', '
                    'ticket_events => ''my_ticket_events''), or slaops.attach makes %I.%I.',
                    schema, schema, named
                );
    END IF;
    IF source = to_regclass(format('%I.stg_%s', slaops.schema_name(schema), named)) THEN
        RAISE EXCEPTION 'view % cannot be read by itself', source
            USING
                ERRCODE = 'wrong_object_type',
                HINT = format(
                    'Give the table or view of %s that it reads.', replace(named, '_', ' ')
                );
    END IF;
    SELECT wanted_column.name
    INTO missing
    FROM unnest(wanted) WITH ORDINALITY AS wanted_column (name, place)
    WHERE NOT EXISTS (
        SELECT
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = source
            AND attribute.attname = wanted_column.name
            AND attribute.attnum > 0
            AND NOT attribute.attisdropped
    )
    ORDER BY wanted_column.place
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'table % has no column %', source, missing
            USING
                ERRCODE = 'undefined_column',
                HINT = format(
                    'Give a table or view with the columns of %s: %s, ...',
                    replace(named, '_', ' '), array_to_string(wanted, ', ')
                );
    END IF;
    -- Each "name type"; what is not listed is a text, which every type can be.
    FOR item IN
        WITH typed_columns AS (
            SELECT
                entry.place,
                split_part(entry.spec, ' ', 1) AS name,
                split_part(entry.spec, ' ', 2)::regtype AS type
            FROM unnest(types) WITH ORDINALITY AS entry (spec, place)
        )
        SELECT
            format('%s.%I', source, attribute.attname) AS name,
            quote_ident(attribute.attname) AS attname,
            format_type(attribute.atttypid, NULL) AS has,
            typed_column.type,
            column_type.typcategory
        FROM typed_columns AS typed_column
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = source
            AND attribute.attname = typed_column.name
            AND attribute.attnum > 0
            AND NOT attribute.attisdropped
        JOIN pg_type AS column_type
            ON column_type.oid = attribute.atttypid
        WHERE attribute.atttypid <> typed_column.type
        ORDER BY typed_column.place
    LOOP
        IF item.type = 'timestamptz'::regtype
            AND item.has IN ('timestamp without time zone', 'date')
        THEN
            RAISE EXCEPTION 'column % must have a time zone: its instants depend on the session',
                item.name
                USING
                    ERRCODE = 'datatype_mismatch',
                    HINT = format(
                        'Give a view that names the time zone: '
                        '%1$s AT TIME ZONE ''Europe/Berlin'' AS %1$s',
                        item.attname
                    );
        END IF;
        -- A text would be cast row by row, and fail in the middle of a refresh.
        IF item.typcategory = 'S' OR NOT slaops.mart_castable(item.has, item.type::text) THEN
            RAISE EXCEPTION 'column % is of type %, not %', item.name, item.has, item.type
                USING
                    ERRCODE = 'datatype_mismatch',
                    HINT = format(
                        'Give a view that makes it one: %s AS %s',
                        CASE
                            WHEN item.type = 'text[]'::regtype AND item.typcategory = 'S'
                                THEN format('string_to_array(%s, '','')', item.attname)
                            WHEN item.type = 'text[]'::regtype AND item.has IN ('json', 'jsonb')
                                THEN format(
                                    'ARRAY(SELECT %s_array_elements_text(%s))',
                                    item.has, item.attname
                                )
                            ELSE format('%s::%s', item.attname, item.type)
                        END,
                        item.attname
                    );
        END IF;
    END LOOP;
    RETURN source;
END
$mart_source$;
COMMENT ON FUNCTION slaops.mart_source(text, regclass, text, text[], text[]) IS
'The relation that create_marts reads; an error if columns are missing or of the wrong type.';
