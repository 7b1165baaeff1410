-- The tables behind the stored views, and those by which refresh keeps its books.

CREATE FUNCTION slaops.create_mart_tables(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_mart_tables$
DECLARE
    found text := (
        SELECT format_type(attribute.atttypid, attribute.atttypmod)
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = to_regclass(
                format('%I.refresh_queue', slaops.schema_name(schema))
            )
            AND attribute.attname = 'ticket_id'
    );
BEGIN
    IF to_regclass(format('%I.refresh_log', slaops.schema_name(schema))) IS NULL THEN
        EXECUTE format($make$
            CREATE TABLE %1$I.refresh_log (
                refresh bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                run bigint NOT NULL,
                state text NOT NULL,
                reason text NOT NULL,
                as_of timestamptz NOT NULL,
                since timestamptz,
                tickets bigint NOT NULL,
                tickets_done bigint NOT NULL DEFAULT 0,
                started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                finished_at timestamptz,
                pid integer NOT NULL DEFAULT pg_backend_pid(),
                error text
            );
            COMMENT ON TABLE %1$I.refresh_log IS
                'A row for each refresh, with its progress and result.';
            COMMENT ON COLUMN %1$I.refresh_log.refresh IS
            'Number of the refresh.';
            COMMENT ON COLUMN %1$I.refresh_log.run IS 'Number of its rows in the stored facts.';
            COMMENT ON COLUMN %1$I.refresh_log.state IS
                'running (or killed, if pg_stat_activity has no such pid; the next call resumes '
                'it), done, failed, or abandoned (the configuration changed meanwhile).';
            COMMENT ON COLUMN %1$I.refresh_log.reason IS
                'first, incremental, unchanged, configuration changed, a policy version began or '
                'ended, or planning (it failed during planning).';
            COMMENT ON COLUMN %1$I.refresh_log.as_of IS 'The as_of of its figures.';
            COMMENT ON COLUMN %1$I.refresh_log.since IS
                'Only tickets with events since then were checked; NULL: all tickets.';
            COMMENT ON COLUMN %1$I.refresh_log.tickets IS 'Number of tickets to compute.';
            COMMENT ON COLUMN %1$I.refresh_log.tickets_done IS 'Number of tickets computed.';
            COMMENT ON COLUMN %1$I.refresh_log.started_at IS 'Start.';
            COMMENT ON COLUMN %1$I.refresh_log.updated_at IS 'End of the last batch.';
            COMMENT ON COLUMN %1$I.refresh_log.finished_at IS 'Instant of publication or failure.';
            COMMENT ON COLUMN %1$I.refresh_log.pid IS 'The server process.';
            COMMENT ON COLUMN %1$I.refresh_log.error IS 'The error, if it failed.';
        $make$, schema);
    END IF;
    IF found = slaops.mart_id_type(schema) THEN
        RETURN;
    ELSIF found IS NOT NULL THEN
        -- Ids of another type than before: what the books say of the old ones is void.
        EXECUTE format('DROP TABLE %1$I.refresh_queue, %1$I.refreshed_tickets', schema);
        EXECUTE format('UPDATE %I.mart_state SET configuration = NULL, pending = NULL', schema);
    END IF;
    EXECUTE format($make$
        CREATE TABLE %1$I.refresh_queue (
            ticket_id %2$s PRIMARY KEY,
            kind text NOT NULL,
            fingerprint bigint,
            batch integer
        );
        COMMENT ON TABLE %1$I.refresh_queue IS 'Tickets of the current refresh.';
        COMMENT ON COLUMN %1$I.refresh_queue.ticket_id IS
        'The ticket.';
        COMMENT ON COLUMN %1$I.refresh_queue.kind IS
            'changed, passed (only time has passed), or gone.';
        COMMENT ON COLUMN %1$I.refresh_queue.fingerprint IS
            'Hash of its row and events when it was queued.';
        COMMENT ON COLUMN %1$I.refresh_queue.batch IS
            'The batch that computes it; NULL for one that is gone.';
        CREATE INDEX slaops_refresh_queue_batch
            ON %1$I.refresh_queue (batch) WHERE batch IS NOT NULL;
        CREATE TABLE %1$I.refreshed_tickets (
            ticket_id %2$s NOT NULL,
            run bigint NOT NULL,
            fingerprint bigint NOT NULL,
            settled boolean NOT NULL,
            last_event_at timestamptz,
            next_event_at timestamptz
        );
        COMMENT ON TABLE %1$I.refreshed_tickets IS
            'The state of each ticket when it was last computed.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.ticket_id IS
        'The ticket.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.run IS 'The run that computed it.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.fingerprint IS 'Hash of its row and events.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.settled IS
            'Whether its figures no longer change with time.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.last_event_at IS
            'The last event, creation, solution or closing by then.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.next_event_at IS 'The first of these after that.';
        CREATE UNIQUE INDEX slaops_refreshed_tickets ON %1$I.refreshed_tickets (ticket_id, run);
        ALTER TABLE %1$I.refreshed_tickets REPLICA IDENTITY USING INDEX slaops_refreshed_tickets;
        ALTER TABLE %1$I.refreshed_tickets ENABLE ROW LEVEL SECURITY;
        ALTER TABLE %1$I.refresh_queue ENABLE ROW LEVEL SECURITY;
    $make$, schema, slaops.mart_id_type(schema));
END
$create_mart_tables$;
COMMENT ON FUNCTION slaops.create_mart_tables(text) IS
'Creates the tables with the state of refreshes.';

-- Indexes for the filters of refresh and BI tools, besides the key. Rows are first written in the
-- order of tickets, which is the order of time, so BRIN serves ranges of time at a thousandth of
-- the size of a b-tree. It becomes less exact, because refreshes put rows wherever there is free
-- space. So columns by which summaries read a window of time have a b-tree.
CREATE FUNCTION slaops.create_mart_indexes(schema text, name text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_mart_indexes$
DECLARE
    spec text;
    number integer := 0;
BEGIN
    FOREACH spec IN ARRAY CASE name
        WHEN 'int_ticket_lifecycle' THEN ARRAY[
            '(ticket_id) WHERE is_open',
            '(created_at)',
            -- The last change of a ticket between open and solved.
            '((greatest(open_from[cardinality(open_from)], open_to[cardinality(open_to)])))',
            'USING brin (solved_at)'
        ]
        WHEN 'int_ticket_stages' THEN ARRAY['(ticket_id)']
        WHEN 'int_ticket_paths' THEN ARRAY['(variant_id, ticket_id) WHERE steps IS NOT NULL']
        WHEN 'fct_sla_attainment' THEN ARRAY[
            '(ticket_id) WHERE is_open AND stopped_at IS NULL',
            '(decided_at)',
            '(started_at)'
        ]
        WHEN 'mart_ticket_outcomes' THEN ARRAY['(business_cycle_minutes)']
        WHEN 'fct_backlog_snapshot' THEN ARRAY['(day)']
        ELSE '{}'
    END
    LOOP
        number := number + 1;
        EXECUTE format(
            'CREATE INDEX %I ON %I.%I %s',
            format('slaops_%s_%s', name, number), schema, 'stored_' || name, spec
        );
    END LOOP;
END
$create_mart_indexes$;
COMMENT ON FUNCTION slaops.create_mart_indexes(text, text) IS
'Creates the indexes of a stored table; their names begin with slaops_.';

-- The columns of a key as expressions of an index. A b-tree's row has 2,700 bytes at most, and an
-- attribute of a ticket may be a page of text, so a long text is indexed by its hash. Only built-in
-- functions are used: an index with a function of slaops would be dropped by DROP EXTENSION. Keys
-- of facts stay plain, because a replica identity has no expressions; their texts are ids and names
-- of metrics.
CREATE FUNCTION slaops.mart_key_parts(
    relation regclass,
    key_columns text[],
    hashed boolean
)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_key_parts$
    SELECT string_agg(
        format(
            CASE
                WHEN mart_key_parts.hashed AND attribute.atttypid = 'text'::regtype
                    THEN '(CASE WHEN octet_length(%1$I) > %2$s THEN md5(%1$I) ELSE %1$I END)'
                ELSE '%1$I'
            END,
            attribute.attname,
            2000 / greatest(cardinality(mart_key_parts.key_columns), 4)
        ),
        ', ' ORDER BY part.place
    )
    FROM unnest(mart_key_parts.key_columns) WITH ORDINALITY AS part (name, place)
    JOIN pg_attribute AS attribute
        ON attribute.attrelid = mart_key_parts.relation
        AND attribute.attname = part.name
        AND attribute.attnum > 0
        AND NOT attribute.attisdropped
$mart_key_parts$;
COMMENT ON FUNCTION slaops.mart_key_parts(regclass, text[], boolean) IS
'The columns of a key for CREATE INDEX and ON CONFLICT.';

-- Enforces the grain of a view, and sets how a subscriber of a publication finds a row. REPLICA
-- IDENTITY accepts no index on columns that may be NULL, such as priorities and groups. Summaries
-- are then found by their place, aggregates by all their columns.
CREATE FUNCTION slaops.create_mart_key(schema text, name text, materialized text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_mart_key$
DECLARE
    relation text := format(
        '%I.%I',
        slaops.schema_name(schema), slaops.schema_name('stored_' || name)
    );
    identity text := format('slaops_%s_place', name);
    key_columns text[] := slaops.mart_key(name, slaops.mart_state_of(schema, true) -> 'dimensions');
    key_column text;
BEGIN
    IF materialized = 'incremental' AND key_columns IS NOT NULL THEN
        key_columns := key_columns || '{run}';
    END IF;
    IF key_columns IS NOT NULL THEN
        EXECUTE format(
            'CREATE UNIQUE INDEX %I ON %s (%s) NULLS NOT DISTINCT',
            format('slaops_%s_key', name),
            relation,
            slaops.mart_key_parts(relation::regclass, key_columns, materialized <> 'incremental')
        );
        -- What Postgres says of an index is not what made it.
        EXECUTE format(
            'COMMENT ON INDEX %I.%I IS %L',
            schema,
            format('slaops_%s_key', name),
            slaops.mart_key_parts(relation::regclass, key_columns, materialized <> 'incremental')
        );
    END IF;
    IF materialized = 'table' THEN
        EXECUTE format('ALTER TABLE %s ALTER COLUMN place SET NOT NULL', relation);
        EXECUTE format('CREATE UNIQUE INDEX %I ON %s (place)', identity, relation);
        EXECUTE format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', relation, identity);
    ELSIF materialized = 'incremental' AND key_columns IS NOT NULL THEN
        FOREACH key_column IN ARRAY key_columns LOOP
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', relation, key_column);
        END LOOP;
        EXECUTE format(
            'ALTER TABLE %s REPLICA IDENTITY USING INDEX %I',
            relation, format('slaops_%s_key', name)
        );
    ELSE
        EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', relation);
    END IF;
END
$create_mart_key$;
COMMENT ON FUNCTION slaops.create_mart_key(text, text, text) IS
'Creates the unique index of a stored table, and says how a subscriber finds its rows.';

-- A stored table of the shape of its query; true when it is new. A table of another shape needs a
-- rebuild.
CREATE FUNCTION slaops.create_mart_store(
    schema text,
    name text,
    materialized text,
    query text,
    rebuild boolean
)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $create_mart_store$
DECLARE
    relation text := format(
        '%I.%I',
        slaops.schema_name(schema), slaops.schema_name('stored_' || name)
    );
    wanted text[];
    found text[];
    summary name;
    found_columns text[];
    kept text;
    -- The order of rows of a summary is a part of it.
    own_columns text := CASE materialized
        WHEN 'incremental' THEN '0::bigint AS run,'
        WHEN 'table' THEN '0::bigint AS run, 0::bigint AS place,'
        ELSE ''
    END;
BEGIN
    EXECUTE format($shape$
        CREATE TEMPORARY TABLE slaops_shape AS
        SELECT
            %s
            result.*
        FROM (%s) AS result
        WITH NO DATA
    $shape$, own_columns, query);
    wanted := slaops.mart_shape('pg_temp.slaops_shape'::regclass);
    DROP TABLE pg_temp.slaops_shape;
    IF to_regclass(relation) IS NOT NULL THEN
        found := slaops.mart_shape(relation::regclass);
        found_columns := found;
        -- With the columns of before and another key, refresh would look for an index in vain.
        IF found = wanted
            AND (
                materialized = 'incremental'
                OR obj_description(
                    to_regclass(format('%I.%I', schema, format('slaops_%s_key', name))),
                    'pg_class'
                ) IS NOT DISTINCT FROM slaops.mart_key_parts(
                    relation::regclass,
                    slaops.mart_key(name, slaops.mart_state_of(schema, true) -> 'dimensions'),
                    true
                )
            )
        THEN
            RETURN false;
        END IF;
        -- Where DROP EXTENSION took the view, and columns of slaops' types with it, no view is in
        -- the way.
        IF NOT rebuild
            AND to_regclass(format(
                '%I.%I',
                slaops.schema_name(schema), slaops.schema_name(name)
            )) IS NOT NULL
        THEN
            RAISE EXCEPTION 'the columns of % change', relation
                USING ERRCODE = 'invalid_table_definition';
        END IF;
        found := slaops.mart_dependents(
            schema,
            ARRAY['stored_' || name],
            slaops.mart_objects(schema, true)
        );
        IF found IS NOT NULL THEN
            RAISE EXCEPTION 'the columns of % change, and objects of yours depend on it: %',
                relation, array_to_string(found, ', ')
                USING
                    ERRCODE = 'dependent_objects_still_exist',
                    HINT = 'Drop these, call create_marts again, and make them anew. '
                        'Nothing has been changed.';
        END IF;
        -- What was logged stays, in the columns that there still are.
        IF materialized = 'log' THEN
            kept := (
                SELECT string_agg(quote_ident(split_part(known.spec, ' ', 1)), ', ')
                FROM unnest(wanted) AS known (spec)
                WHERE known.spec = ANY (found_columns)
            );
            EXECUTE format('CREATE TEMPORARY TABLE slaops_kept AS TABLE %s', relation);
        END IF;
        EXECUTE format('DROP TABLE %s', relation);
        -- Without facts nothing that was published stands.
        IF materialized = 'incremental' THEN
            EXECUTE format($forget$
                UPDATE %I.mart_state
                SET run = run + 1,
                    configuration = NULL,
                    pending = NULL
            $forget$, schema);
        END IF;
    END IF;
    EXECUTE format($store$
        CREATE TABLE %s AS
        SELECT
            %s
            result.*
        FROM (%s) AS result
        WITH NO DATA
    $store$, relation, own_columns, query);
    PERFORM slaops.comment_mart(relation::regclass, query);
    IF kept IS NOT NULL THEN
        EXECUTE format(
            'INSERT INTO %1$s (%2$s) SELECT %2$s FROM pg_temp.slaops_kept', relation, kept
        );
    END IF;
    DROP TABLE IF EXISTS pg_temp.slaops_kept;
    IF materialized IN ('incremental', 'table') THEN
        EXECUTE format(
            'COMMENT ON COLUMN %s.run IS %L',
            relation,
            'The run of slaops.refresh that made the row; views show those that are published.'
        );
    END IF;
    IF materialized = 'table' THEN
        EXECUTE format('COMMENT ON COLUMN %s.place IS %L', relation, 'The place of the row.');
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    -- Times in minutes hardly compress, and a refresh writes them anew.
    FOR summary IN
        SELECT attribute.attname
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = relation::regclass
            AND attribute.atttypid = 'slaops.survival'::regtype
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', relation, summary);
    END LOOP;
    PERFORM slaops.create_mart_key(schema, name, materialized);
    PERFORM slaops.create_mart_indexes(schema, name);
    IF materialized = 'aggregate' THEN
        -- Filled from all facts by the next refresh.
        EXECUTE format('UPDATE %I.mart_state SET configuration = NULL', schema);
    END IF;
    EXECUTE format('UPDATE %I.mart_state SET summary_inputs = NULL', schema);
    RETURN true;
END
$create_mart_store$;
COMMENT ON FUNCTION slaops.create_mart_store(text, text, text, text, boolean) IS
'Creates the table of a stored view unless it exists; true if it is new.';

CREATE FUNCTION slaops.mart_store_query(
    schema text,
    name text,
    materialized text,
    query text
)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_store_query$
    WITH store_columns AS (
        SELECT
            attribute.attname AS name,
            attribute.attnum AS place,
            col_description(attribute.attrelid, attribute.attnum) AS comment,
            attribute.attnum = max(attribute.attnum) OVER () AS is_last
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = format(
                '%I.%I',
                slaops.schema_name($1), slaops.schema_name('stored_' || $2)
            )::regclass
            AND attribute.attnum > 0
            AND attribute.attname NOT IN ('run', 'place')
    )
    SELECT format(
        CASE $3
            WHEN 'incremental' THEN $view$-- %1$s
SELECT
%2$s
FROM %3$I.%4$I AS stored
WHERE stored.run <= (
    SELECT slaops.published_run(state.run, state.as_of)
    FROM %3$I.mart_state AS state
)$view$
            ELSE $view$-- %1$s
SELECT
%2$s
FROM (
    SELECT published.*
    FROM %3$I.%4$I AS published
    WHERE %9$s (
        SELECT slaops.published_run(state.run, state.as_of)
        FROM %3$I.mart_state AS state%6$s
    )
    -- For a reader who does not see all tickets, from the facts of those that he sees; for all
    -- after a refresh without summaries.
    UNION ALL
    SELECT live.*
    FROM slaops.mart_rows(NULL::%3$I.%4$I) AS live
    WHERE (
        SELECT
            slaops.published_run(state.run, state.as_of) >= 0
            AND NOT (
                %10$sslaops.sees_all_tickets(%8$L::regclass)%7$s
            )
        FROM %3$I.mart_state AS state
    )
) AS stored%5$s$view$
        END,
        slaops.model_purpose($4),
        string_agg(
            format(
                E'    -- %s\n    stored.%I%s',
                store_column.comment,
                store_column.name,
                CASE WHEN NOT store_column.is_last THEN ',' END
            ),
            E'\n' ORDER BY store_column.place
        ),
        $1,
        'stored_' || $2,
        -- Of a model that says in which order its rows are read.
        CASE WHEN $4 ~ '\nORDER BY [^\n]*\s*$' THEN E'\nORDER BY stored.place' END,
        -- The one summary that a setting of the reader's changes.
        CASE $2 WHEN 'process_conformance' THEN
            E'\n        WHERE state.process_model = slaops.process_model()'
        END,
        CASE $2 WHEN 'process_conformance' THEN
            E'\n                AND state.process_model = slaops.process_model()'
        END,
        format('%I.stg_tickets', $1),
        -- Risk models stand until refresh fits others.
        CASE
            WHEN $3 IN ('aggregate', 'log') OR $2 = 'int_risk_model' THEN '0 <='
            ELSE 'published.run ='
        END,
        -- Aggregates are published with their facts, and a log is only of what was said then.
        CASE
            WHEN $3 = 'table' AND $2 <> 'int_risk_model'
                THEN E'state.summary_run = state.run\n                AND '
        END
    )
    FROM store_columns AS store_column
$mart_store_query$;
COMMENT ON FUNCTION slaops.mart_store_query(text, text, text, text) IS
'The query of a stored view: the published rows of its table.';

-- Agents and capacity are read, too: their owner may keep what people cost from readers.
-- Conservative: where rows may depend on who asks in a way that the catalog does not tell, the
-- answer is no, and figures are computed from what the reader sees. A view with security_invoker
-- hands the question on to what it reads as the reader, any other as its owner.
-- By the relation and not by the name of its schema: policies follow a schema that is renamed.
CREATE FUNCTION slaops.sees_all_tickets(tickets regclass)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $sees_all_tickets$
DECLARE
    reader oid := quote_ident(current_user)::regrole;
    owner oid;
    schema oid;
BEGIN
    SELECT
        class.relowner,
        class.relnamespace
    INTO owner, schema
    FROM pg_class AS class
    WHERE class.oid = tickets
        AND class.relname = 'stg_tickets';
    IF NOT FOUND THEN
        RETURN false;
    ELSIF pg_has_role(reader, owner, 'USAGE') THEN
        RETURN true;
    END IF;
    RETURN NOT EXISTS (
        WITH RECURSIVE reached AS (
            SELECT
                class.oid AS relation,
                reader AS role
            FROM pg_class AS class
            WHERE class.relnamespace = schema
                AND class.relname IN (
                    'stg_tickets',
                    'stg_ticket_events',
                    'stg_agents',
                    'stg_shifts',
                    'stg_work_logs',
                    'stg_group_capacity'
                )
            UNION
            SELECT
                dependency.refobjid,
                CASE
                    WHEN coalesce(
                        (
                            SELECT option.option_value::boolean
                            FROM pg_options_to_table(view.reloptions) AS option
                            WHERE option.option_name = 'security_invoker'
                        ),
                        false
                    )
                        THEN reached.role
                    ELSE view.relowner
                END
            FROM reached
            JOIN pg_class AS view
                ON view.oid = reached.relation
                AND view.relkind = 'v'
            JOIN pg_rewrite AS rule
                ON rule.ev_class = view.oid
            JOIN pg_depend AS dependency
                ON dependency.classid = 'pg_rewrite'::regclass
                AND dependency.objid = rule.oid
                AND dependency.refclassid = 'pg_class'::regclass
                AND dependency.refobjid <> view.oid
        )
        SELECT
        FROM reached
        JOIN pg_class AS class
            ON class.oid = reached.relation
        JOIN pg_roles AS role
            ON role.oid = reached.role
        WHERE NOT has_table_privilege(role.oid, class.oid, 'SELECT')
            OR CASE class.relkind
                WHEN 'v' THEN
                    pg_get_viewdef(class.oid) ~ (
                        '\m(CURRENT_USER|CURRENT_ROLE|CURRENT_CATALOG|CURRENT_SCHEMA|SESSION_USER'
                        '|USER|SYSTEM_USER|current_setting|current_schemas?|current_query'
                        '|getpgusername'
                        '|pg_has_role|has_[a-z_]+_privilege|row_security_active|inet_[a-z_]+'
                        '|pg_backend_pid)\M'
                    )
                    OR EXISTS (
                        SELECT
                        FROM pg_rewrite AS rule
                        JOIN pg_depend AS dependency
                            ON dependency.classid = 'pg_rewrite'::regclass
                            AND dependency.objid = rule.oid
                        LEFT JOIN pg_operator AS operator
                            ON dependency.refclassid = 'pg_operator'::regclass
                            AND operator.oid = dependency.refobjid
                        JOIN pg_proc AS function
                            ON function.oid = CASE dependency.refclassid
                                WHEN 'pg_proc'::regclass THEN dependency.refobjid
                                ELSE operator.oprcode
                            END
                            AND function.provolatile <> 'i'
                            AND function.pronamespace NOT IN (
                                'pg_catalog'::regnamespace,
                                'slaops'::regnamespace
                            )
                        WHERE rule.ev_class = class.oid
                    )
                WHEN 'f' THEN EXISTS (
                    SELECT
                    FROM pg_foreign_table AS foreign_table
                    JOIN pg_user_mappings AS mapping
                        ON mapping.srvid = foreign_table.ftserver
                    WHERE foreign_table.ftrelid = class.oid
                        AND mapping.umuser IN (reached.role, owner)
                )
                ELSE
                    class.relrowsecurity
                    AND NOT role.rolsuper
                    AND NOT role.rolbypassrls
                    AND (
                        class.relforcerowsecurity
                        OR NOT pg_has_role(role.oid, class.relowner, 'USAGE')
                    )
            END
    );
END
$sees_all_tickets$;
COMMENT ON FUNCTION slaops.sees_all_tickets(regclass) IS
'Whether the caller may read all that the stored figures of a schema are made of, given its '
'stg_tickets: false behind row-level security, a view that depends on the reader, or a missing '
'SELECT.';

-- The SQL is the extension's own; names in it come from mart_state, and whoever asks runs it with
-- his own rights.
CREATE FUNCTION slaops.mart_rows(store anyelement)
RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $mart_rows$
DECLARE
    state jsonb;
    place record;
BEGIN
    SELECT
        namespace.nspname AS schema,
        model.sql,
        model.materialized
    INTO place
    FROM pg_type AS row_type
    JOIN pg_class AS class
        ON class.oid = row_type.typrelid
    JOIN pg_namespace AS namespace
        ON namespace.oid = class.relnamespace
    JOIN slaops.mart_templates AS model
        ON model.materialized IN ('table', 'aggregate', 'log')
        AND class.relname = 'stored_' || model.name
    WHERE row_type.oid = pg_typeof(store);
    state := slaops.mart_state_of(place.schema, false);
    IF state IS NULL THEN
        RAISE EXCEPTION '% is not a row of a stored view', pg_typeof(store)
            USING
                ERRCODE = 'wrong_object_type',
                HINT = 'Read the view itself; this function is a part of it.';
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT %s live.* FROM (%s) AS live',
        CASE place.materialized
            WHEN 'table' THEN (state ->> 'run') || '::bigint, row_number() OVER (),'
        END,
        slaops.mart_fill(
            place.sql,
            place.schema,
            -- Staging views alone read the sources, which a reader need not be able to name.
            jsonb_build_object('dimensions', state -> 'dimensions'),
            state ->> 'policy_set',
            state ->> 'time_zone',
            slaops.mart_as_of((state ->> 'stored')::boolean),
            NULL::text,
            NULL::text,
            NULL::text
        )
    );
END
$mart_rows$;
COMMENT ON FUNCTION slaops.mart_rows(anyelement) IS
'The rows of a stored view, given as NULL of the row type of its table, computed from what the '
'caller may read.';

CREATE FUNCTION slaops.mart_shape(relation regclass)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_shape$
    SELECT array_agg(
        attribute.attname || ' ' || format_type(attribute.atttypid, attribute.atttypmod)
        ORDER BY attribute.attnum
    )
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = $1
        AND attribute.attnum > 0
        AND NOT attribute.attisdropped
$mart_shape$;
COMMENT ON FUNCTION slaops.mart_shape(regclass) IS
'The columns of a relation with their types.';

-- Stored rows are seen by those who see their ticket: the policy asks stg_tickets as the reader.
CREATE FUNCTION slaops.mart_policies(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $mart_policies$
DECLARE
    relation record;
BEGIN
    FOR relation IN
        SELECT
            class.relname,
            EXISTS (
                SELECT
                FROM slaops.mart_templates AS model
                WHERE model.materialized IN ('table', 'aggregate', 'log')
                    AND class.relname = 'stored_' || model.name
            ) AS is_summary
        FROM pg_class AS class
        WHERE class.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace
            AND class.relkind = 'r'
            AND class.relname = ANY (slaops.mart_objects(schema, true))
            AND class.relname NOT IN ('mart_state', 'refresh_log')
            AND NOT EXISTS (
                SELECT
                FROM pg_policy AS policy
                WHERE policy.polrelid = class.oid
                    AND policy.polname = 'slaops_own_tickets'
            )
    LOOP
        IF relation.is_summary THEN
            EXECUTE format(
                'CREATE POLICY slaops_own_tickets ON %1$I.%2$I FOR SELECT '
                'USING ((SELECT slaops.sees_all_tickets(%3$L::regclass)))',
                schema, relation.relname, format('%I.stg_tickets', schema)
            );
            CONTINUE;
        END IF;
        EXECUTE format($policy$
            CREATE POLICY slaops_own_tickets ON %1$I.%2$I FOR SELECT USING (
                EXISTS (
                    SELECT
                    FROM %1$I.stg_tickets AS ticket
                    WHERE ticket.ticket_id = %2$I.ticket_id
                )
            )
        $policy$, schema, relation.relname);
    END LOOP;
END
$mart_policies$;
COMMENT ON FUNCTION slaops.mart_policies(text) IS
'Lets readers see the stored rows of the tickets that they may read, and figures of all tickets if '
'they see all.';
