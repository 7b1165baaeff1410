-- The SQL of the views over tickets and events, and what fills it in.

CREATE TABLE slaops.mart_templates (
    name text PRIMARY KEY,
    "position" integer NOT NULL,
    materialized text NOT NULL CHECK (
        materialized OPERATOR(pg_catalog.=) ANY (
            '{view,table,incremental,aggregate,log}'::pg_catalog.text[]
        )
    ),
    "key" text[],
    sql text NOT NULL
);
COMMENT ON TABLE slaops.mart_templates IS
'The SQL of the views of create_marts, with placeholders such as {schema}, {tickets}, '
'{ticket_events} and {policy_set}.';
COMMENT ON COLUMN slaops.mart_templates.name IS 'The view.';
COMMENT ON COLUMN slaops.mart_templates."position" IS
'Order of creation: a view uses only earlier ones.';
COMMENT ON COLUMN slaops.mart_templates.materialized IS
'view: computed when read; table: computed by each refresh; incremental: refresh computes the rows '
'of tickets that changed; aggregate: refresh subtracts the old rows of these tickets from counts '
'and sums and adds the new ones; log: refresh adds the rows whose key is new and keeps the others.';
COMMENT ON COLUMN slaops.mart_templates."key" IS
'The columns in which no two rows are equal, from the line "-- key:" of the query.';
COMMENT ON COLUMN slaops.mart_templates.sql IS
'The query. Its first lines give the purpose, the comment above a column its meaning.';
GRANT SELECT ON slaops.mart_templates TO PUBLIC;

CREATE FUNCTION slaops.state_of(status text, policy_set text DEFAULT 'current')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT known.state
    FROM slaops.states_of(policy_set) AS known
    WHERE known.status OPERATOR(pg_catalog.=) pg_catalog.btrim(
        pg_catalog.translate(pg_catalog.lower(state_of.status), '-_', '  ')
    )
);
COMMENT ON FUNCTION slaops.state_of(text, text) IS
'The state of a status in a policy set: new, open, pending, hold, solved or closed; NULL if '
'slaops.states does not have it. Example: SELECT slaops.state_of(''On-hold'');';

-- As core/src/sla/history.rs has it: sources write 1970-01-01 for an instant that there is not.
CREATE FUNCTION slaops.known_instant(at timestamptz)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    CASE
        WHEN at OPERATOR(pg_catalog.>=) '1972-01-01 00:00:00+00'::pg_catalog.timestamptz
            AND at OPERATOR(pg_catalog.<) 'infinity'::pg_catalog.timestamptz
            THEN at
    END
);
COMMENT ON FUNCTION slaops.known_instant(timestamptz) IS
'An instant, or NULL if it is infinite or in 1971 or before, as sources write missing ones.';

-- The columns of tickets and events that models read, each "name type".
CREATE FUNCTION slaops.ticket_columns()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $ticket_columns$
    SELECT ARRAY[
        'ticket_id anything',
        'created_at timestamp with time zone',
        'subject text',
        'requester_id text',
        'organization_id text',
        'brand text',
        'region text',
        'channel text',
        'tier text',
        'type text',
        'priority text',
        'group_name text',
        'assignee text',
        'status text',
        'solved_at timestamp with time zone',
        'closed_at timestamp with time zone',
        'csat_score double precision',
        'cost double precision',
        'calendar_name text',
        'tags text[]',
        'attributes jsonb',
        'loaded_at timestamp with time zone'
    ]
$ticket_columns$;
COMMENT ON FUNCTION slaops.ticket_columns() IS
'The columns of tickets that models read, each with its type.';

CREATE FUNCTION slaops.event_columns()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $event_columns$
    SELECT ARRAY[
        'ticket_id anything',
        'event_at timestamp with time zone',
        'event_type text',
        'actor_role text',
        'actor text',
        'field text',
        'old_value text',
        'new_value text',
        'public boolean',
        'seq bigint',
        'loaded_at timestamp with time zone'
    ]
$event_columns$;
COMMENT ON FUNCTION slaops.event_columns() IS
'The columns of events that models read, each with its type.';

-- A subquery, so that a model reads every relation as if it had all columns.
CREATE FUNCTION slaops.source_query(relation regclass, columns text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $source_query$
    WITH wanted_columns AS (
        SELECT
            entry.place,
            split_part(entry.spec, ' ', 1) AS name,
            substr(entry.spec, position(' ' IN entry.spec) + 1) AS type
        FROM unnest(columns) WITH ORDINALITY AS entry (spec, place)
    )
    SELECT format(
        E'(\n    SELECT\n%s\n    %s\n)',
        string_agg(
            CASE
                WHEN existing.attname IS NULL
                    THEN format('        NULL::%s AS %I', wanted.type, wanted.name)
                WHEN wanted.type IN ('anything', format_type(existing.atttypid, NULL))
                    THEN format('        source.%I', wanted.name)
                ELSE format('        source.%1$I::%2$s AS %1$I', wanted.name, wanted.type)
            END,
            E',\n' ORDER BY wanted.place
        ),
        coalesce('FROM ' || relation::text || ' AS source', 'WHERE false')
    )
    FROM wanted_columns AS wanted
    LEFT JOIN pg_attribute AS existing
        ON existing.attrelid = relation
        AND existing.attname = wanted.name
        AND existing.attnum > 0
        AND NOT existing.attisdropped
$source_query$;
COMMENT ON FUNCTION slaops.source_query(regclass, text[]) IS
'A subquery with the wanted columns of a relation, each "name type"; missing columns are NULL.';

-- Citus keeps its list of distributed tables in pg_catalog, where only a superuser can put one.
CREATE FUNCTION slaops.is_distributed(relation regclass)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $is_distributed$
DECLARE
    found_one boolean := false;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE $distributed$
        WITH RECURSIVE reached AS (
            SELECT $1::oid AS relation
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
        SELECT EXISTS (
            SELECT
            FROM reached
            JOIN pg_dist_partition AS distributed
                ON distributed.logicalrelid = reached.relation
        )
    $distributed$
        INTO found_one
        USING relation;
    RETURN found_one;
END
$is_distributed$;
COMMENT ON FUNCTION slaops.is_distributed(regclass) IS
'Whether Citus has distributed a table, or one that a view reads.';

CREATE FUNCTION slaops.is_colocated(tickets regclass, ticket_events regclass)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $is_colocated$
DECLARE
    together boolean := false;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE $together$
        SELECT
            count(*) = 2
            AND count(DISTINCT shards.colocationid) = 1
            AND bool_and(attribute.attname IS NOT NULL)
        FROM pg_dist_partition AS shards
        LEFT JOIN pg_attribute AS attribute
            ON attribute.attrelid = shards.logicalrelid
            AND attribute.attname = 'ticket_id'
            AND shards.partkey ~ (':varattno ' || attribute.attnum || ' ')
        WHERE shards.logicalrelid IN ($1, $2)
            AND shards.partmethod = 'h'
    $together$
        INTO together
        USING tickets, ticket_events;
    RETURN together;
END
$is_colocated$;
COMMENT ON FUNCTION slaops.is_colocated(regclass, regclass) IS
'Whether Citus keeps each ticket and its events on one node: both are tables distributed by '
'ticket_id.';

-- Citus plans a statement as a whole, and refuses most that join shards to tables of the
-- coordinator or call SQL functions that read any. So a view reads distributed tickets through a
-- function: its own statement goes to the shards, and the view's own is an ordinary one. The
-- relation is an argument, so that PostgreSQL knows that the view depends on it.
CREATE FUNCTION slaops.gathered_rows(relation regclass, columns text[], ids text[] DEFAULT NULL)
RETURNS SETOF record
LANGUAGE plpgsql STABLE ROWS 100000
SET search_path = pg_catalog, pg_temp
AS $gathered_rows$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT source.* FROM %s AS source%s',
        slaops.source_query(relation, columns),
        CASE WHEN ids IS NOT NULL THEN
            format(
                ' WHERE source.ticket_id = ANY ($1::text[]::%s[])',
                slaops.column_type(relation, 'ticket_id')
            )
        END
    )
        USING ids;
END
$gathered_rows$;
COMMENT ON FUNCTION slaops.gathered_rows(regclass, text[], text[]) IS
'The rows of a distributed relation, or those of some tickets, with the columns that models read.';

CREATE FUNCTION slaops.column_type(relation regclass, column_name text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $column_type$
    SELECT format_type(attribute.atttypid, attribute.atttypmod)
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = relation
        AND attribute.attname = column_name
$column_type$;
COMMENT ON FUNCTION slaops.column_type(regclass, text) IS 'The type of a column.';

-- A subquery, so that a model reads every relation as if it had all columns. "ids" is the text of
-- an array of the ids that are asked for.
-- A field of no row is NULL, so the condition is true and costs nothing: by it PostgreSQL knows
-- which columns the view needs, and does not drop them.
CREATE FUNCTION slaops.mart_relation(
    relation regclass,
    columns text[],
    ids text DEFAULT NULL
)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $mart_relation$
    SELECT CASE
        WHEN slaops.is_distributed(relation) THEN (
            SELECT format(
                E'(\n    SELECT source.*\n    FROM slaops.gathered_rows(%L::regclass, %L%s)\n'
                '        AS source (%s)\n'
                '    WHERE %s\n)',
                relation,
                columns,
                ', ' || ids,
                string_agg(
                    format(
                        '%I %s',
                        split_part(entry.spec, ' ', 1),
                        CASE
                            WHEN entry.spec LIKE '% anything'
                                THEN slaops.column_type(relation, split_part(entry.spec, ' ', 1))
                            ELSE substr(entry.spec, position(' ' IN entry.spec) + 1)
                        END
                    ),
                    ', ' ORDER BY entry.place
                ),
                coalesce(
                    string_agg(
                        format('(NULL::%s).%I IS NULL', relation, existing.attname),
                        E'\n        AND ' ORDER BY entry.place
                    )
                        FILTER (WHERE existing.attname IS NOT NULL),
                    'true'
                )
            )
            FROM unnest(columns) WITH ORDINALITY AS entry (spec, place)
            LEFT JOIN pg_attribute AS existing
                ON existing.attrelid = relation
                AND existing.attname = split_part(entry.spec, ' ', 1)
                AND existing.attnum > 0
                AND NOT existing.attisdropped
        )
        ELSE slaops.source_query(relation, columns)
    END
$mart_relation$;
COMMENT ON FUNCTION slaops.mart_relation(regclass, text[], text) IS
'A subquery with the wanted columns of a relation, each "name type"; missing columns are NULL. '
'Rows of a distributed relation are gathered by a function.';

-- Each ticket with its history; with "ids", the text of an array, only those.
CREATE FUNCTION slaops.histories_query(
    tickets text,
    ticket_events text,
    id_type text DEFAULT NULL,
    ids text DEFAULT NULL
)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $histories_query$
    SELECT format(
        $histories$(
    SELECT
        ticket.*,
        ticket_history.history
    FROM %1$s AS ticket
    LEFT JOIN (
        SELECT
            event.ticket_id,
            slaops.ticket_history(
                event.event_at,
                event.event_type,
                event.actor_role,
                event.actor,
                event.field,
                event.old_value,
                event.new_value,
                event.public,
                event.seq
            ) AS history
        FROM %2$s AS event%3$s
        GROUP BY event.ticket_id
    ) AS ticket_history
        ON ticket_history.ticket_id = ticket.ticket_id%4$s
)$histories$,
        tickets,
        ticket_events,
        CASE WHEN ids IS NOT NULL THEN
            format(E'\n        WHERE event.ticket_id = ANY (%s::text[]::%s[])', ids, id_type)
        END,
        CASE WHEN ids IS NOT NULL THEN
            format(E'\n    WHERE ticket.ticket_id = ANY (%s::text[]::%s[])', ids, id_type)
        END
    )
$histories_query$;
COMMENT ON FUNCTION slaops.histories_query(text, text, text, text) IS
'The query for tickets with their histories, given what they are read from.';

-- Where tickets and events lie together the nodes compute, and one row a ticket travels.
CREATE FUNCTION slaops.gathered_tickets(
    tickets regclass,
    ticket_events regclass,
    what text,
    ids text[] DEFAULT NULL
)
RETURNS SETOF record
LANGUAGE plpgsql STABLE ROWS 100000
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $gathered_tickets$
DECLARE
    together boolean := slaops.is_colocated(tickets, ticket_events);
    passed text := CASE WHEN ids IS NOT NULL THEN '$1' END;
    ticket_rows text := CASE
        WHEN together THEN slaops.source_query(tickets, slaops.ticket_columns())
        ELSE slaops.mart_relation(tickets, slaops.ticket_columns(), passed)
    END;
    event_rows text := CASE
        WHEN together THEN slaops.source_query(ticket_events, slaops.event_columns())
        ELSE slaops.mart_relation(ticket_events, slaops.event_columns(), passed)
    END;
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT gathered.* FROM %s AS gathered',
        CASE what
            WHEN 'fingerprints' THEN slaops.fingerprints_query(
                ticket_rows,
                event_rows,
                slaops.column_type(tickets, 'ticket_id'),
                passed
            )
            ELSE slaops.histories_query(
                ticket_rows,
                event_rows,
                slaops.column_type(tickets, 'ticket_id'),
                passed
            )
        END
    )
        USING ids;
END
$gathered_tickets$;
COMMENT ON FUNCTION slaops.gathered_tickets(regclass, regclass, text, text[]) IS
'Distributed tickets with their histories, or the fingerprints of both, of all or of some ids.';

-- What refresh and the views read: of all tickets, or of those in the array whose text is "ids".
CREATE FUNCTION slaops.tickets_query(
    schema text,
    sources jsonb,
    what text,
    ids text DEFAULT NULL
)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $tickets_query$
DECLARE
    tickets regclass := slaops.source_relation(sources ->> 'tickets');
    ticket_events regclass := slaops.source_relation(sources ->> 'ticket_events');
    id_type text := slaops.column_type(tickets, 'ticket_id');
    ticket_rows text := format('%I.stg_tickets', schema);
    event_rows text := format('%I.stg_ticket_events', schema);
BEGIN
    IF NOT slaops.is_distributed(tickets) AND NOT slaops.is_distributed(ticket_events) THEN
        RETURN CASE what
            WHEN 'fingerprints' THEN
                slaops.fingerprints_query(ticket_rows, event_rows, id_type, ids)
            ELSE slaops.histories_query(ticket_rows, event_rows, id_type, ids)
        END;
    END IF;
    RETURN format(
        E'(\n    SELECT gathered.*\n'
        '    FROM slaops.gathered_tickets(%L::regclass, %L::regclass, %L%s)\n'
        '        AS gathered (%s)\n)',
        tickets,
        ticket_events,
        what,
        ', ' || ids,
        CASE what
            WHEN 'fingerprints' THEN format('ticket_id %s, fingerprint bigint', id_type)
            ELSE (
                SELECT
                    string_agg(
                        replace(
                            format(
                                '%I %s',
                                split_part(entry.spec, ' ', 1),
                                substr(entry.spec, position(' ' IN entry.spec) + 1)
                            ),
                            ' anything',
                            ' ' || id_type
                        ),
                        ', ' ORDER BY entry.place
                    )
                    || ', history slaops.ticket_history'
                FROM unnest(slaops.ticket_columns()) WITH ORDINALITY AS entry (spec, place)
            )
        END
    );
END
$tickets_query$;
COMMENT ON FUNCTION slaops.tickets_query(text, jsonb, text, text) IS
'The query for the histories or fingerprints of tickets, all or some, wherever they lie.';

-- Views follow a column that is renamed; what gathers asks by name, and would find none.
CREATE FUNCTION slaops.check_source_columns(schema text, sources jsonb)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $check_source_columns$
DECLARE
    renamed record;
BEGIN
    SELECT
        source.relation,
        attribute.attname AS name
    INTO renamed
    FROM (
        VALUES
        (
            slaops.source_relation(sources ->> 'tickets'),
            'stg_tickets',
            slaops.ticket_columns()
        ),
        (
            slaops.source_relation(sources ->> 'ticket_events'),
            'stg_ticket_events',
            slaops.event_columns()
        )
    ) AS source (relation, view_name, columns)
    INNER JOIN pg_rewrite AS rule
        ON rule.ev_class = to_regclass(format('%I.%I', schema, source.view_name))
    INNER JOIN pg_depend AS dependency
        ON dependency.classid = 'pg_rewrite'::regclass
        AND dependency.objid = rule.oid
        AND dependency.refclassid = 'pg_class'::regclass
        AND dependency.refobjid = source.relation
    INNER JOIN pg_attribute AS attribute
        ON attribute.attrelid = dependency.refobjid
        AND attribute.attnum = dependency.refobjsubid
    WHERE slaops.is_distributed(source.relation)
        AND NOT EXISTS (
            SELECT
            FROM unnest(source.columns) AS entry (spec)
            WHERE split_part(entry.spec, ' ', 1) = attribute.attname
        )
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'column "%" of % had another name when the views were made',
            renamed.name,
            renamed.relation
            USING
                ERRCODE = 'object_not_in_prerequisite_state',
                HINT = 'Rename it back, or call slaops.create_marts again, for a view that gives '
                    'the columns their old names.';
    END IF;
END
$check_source_columns$;
COMMENT ON FUNCTION slaops.check_source_columns(text, jsonb) IS
'Refuses a refresh whose distributed tickets or events have a renamed column.';

-- A distributed relation is read by its own name where the statement reads nothing else, so that
-- the nodes filter and count.
CREATE FUNCTION slaops.source_rows(schema text, sources jsonb, what text)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $source_rows$
DECLARE
    relation regclass := slaops.source_relation(
        sources ->> CASE what WHEN 'ids' THEN 'tickets' ELSE what END
    );
BEGIN
    IF NOT slaops.is_distributed(relation) THEN
        RETURN format(
            '%I.%I',
            schema,
            CASE what WHEN 'ticket_events' THEN 'stg_ticket_events' ELSE 'stg_tickets' END
        );
    END IF;
    RETURN CASE what
        WHEN 'ids' THEN slaops.mart_relation(relation, '{ticket_id anything}')
        WHEN 'tickets' THEN slaops.source_query(relation, slaops.ticket_columns())
        ELSE slaops.source_query(relation, slaops.event_columns())
    END;
END
$source_rows$;
COMMENT ON FUNCTION slaops.source_rows(text, jsonb, text) IS
'What a statement of refresh reads its tickets, ticket_events or ids from.';

-- Dates first, then instants: where clocks skip midnight a day begins at 01:00, and the next ones
-- at midnight again. A creation in 1975 is a slip, and would ask for 18,000 days.
CREATE FUNCTION slaops.mart_days(first timestamptz, as_of timestamptz, time_zone text)
RETURNS timestamptz[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $mart_days$
    WITH beginnings AS (
        SELECT timezone(time_zone, local_day.at) AS at
        FROM generate_series(
            CASE WHEN isfinite(first) AND isfinite(as_of) THEN date_trunc('day', greatest(
                timezone(time_zone, first),
                timezone(time_zone, as_of) - interval '20 years'
            )) END,
            timezone(time_zone, as_of),
            '1 day'
        ) AS local_day (at)
    )
    SELECT coalesce(array_agg(beginning.at ORDER BY beginning.at), '{}')
    FROM beginnings AS beginning
    WHERE first <= as_of
        AND beginning.at <= as_of
$mart_days$;
COMMENT ON FUNCTION slaops.mart_days(timestamptz, timestamptz, text) IS
'The starts of days of fct_backlog_snapshot, from the first instant (at most twenty years ago) to '
'as_of.';

-- Looking a name up takes time that grows with the square of its quotes: two quoted names have 260
-- bytes at most.
CREATE FUNCTION slaops.source_relation(name text)
RETURNS regclass
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $source_relation$
BEGIN
    IF octet_length(name) > 260 THEN
        RAISE EXCEPTION 'a relation name must have at most 260 bytes, not %', octet_length(name)
            USING
                ERRCODE = 'name_too_long',
                HINT = 'Schema and quotes count.';
    END IF;
    RETURN to_regclass(name);
END
$source_relation$;
COMMENT ON FUNCTION slaops.source_relation(text) IS
'The relation of a name, NULL if there is none; an error if the name is too long.';

-- Dimensions besides priority and group. A name that is not a column of the facts is a key of the
-- ticket's attributes.
CREATE FUNCTION slaops.ticket_dimensions()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $ticket_dimensions$
    SELECT '{brand,region,channel,tier,type,organization_id,assignee}'::text[]
$ticket_dimensions$;
COMMENT ON FUNCTION slaops.ticket_dimensions() IS
'The columns of tickets that create_marts accepts as dimensions. Any other name is a key of '
'attributes.';

-- One line of a model stands for a column per dimension: "-- {dimensions of clock}" among the
-- columns, "-- {dimension keys of clock}" in GROUP BY, "-- {attributes of ticket}" where facts are
-- made.
CREATE FUNCTION slaops.put_dimensions(sql text, dimensions jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $put_dimensions$
    SELECT regexp_replace(
        regexp_replace(
            regexp_replace(
                put_dimensions.sql,
                '    -- \{dimensions of (\w+)\}\n',
                coalesce(
                    string_agg(
                        format(
                            E'    -- The %1$s of the ticket.\n    \\1.%2$I,\n',
                            printed.name,
                            dimension.name
                        ),
                        '' ORDER BY dimension.place
                    ),
                    ''
                ),
                'g'
            ),
            '    -- \{dimension keys of (\w+)\}\n',
            coalesce(
                string_agg(
                    format(E'    \\1.%I,\n', dimension.name),
                    '' ORDER BY dimension.place
                ),
                ''
            ),
            'g'
        ),
        '    -- \{attributes of (\w+)\}\n',
        coalesce(
            string_agg(
                format(
                    E'    -- The %1$s of the ticket, from its attributes.\n'
                    '    \\1.attributes ->> %2$L AS %2$I,\n',
                    printed.name,
                    dimension.name
                ),
                '' ORDER BY dimension.place
            ) FILTER (WHERE dimension.name <> ALL (slaops.ticket_dimensions())),
            ''
        ),
        'g'
    )
    FROM jsonb_array_elements_text(
        CASE jsonb_typeof(dimensions) WHEN 'array' THEN dimensions END
    ) WITH ORDINALITY AS dimension (name, place)
    -- Whoever owns mart_state may write into it what check_dimensions would refuse, and a comment
    -- ends with its line.
    CROSS JOIN LATERAL (
        SELECT regexp_replace(dimension.name, '[^[:alnum:]_ .:-]', '', 'g') AS name
    ) AS printed
$put_dimensions$;
COMMENT ON FUNCTION slaops.put_dimensions(text, jsonb) IS
'The SQL of a template with the columns of its dimensions.';

CREATE FUNCTION slaops.mart_key(name text, dimensions jsonb)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_key$
    SELECT
        model."key"
        || CASE WHEN model.sql ~ '-- \{dimensions of ' THEN array(
            SELECT dimension.name
            FROM jsonb_array_elements_text(
                CASE jsonb_typeof(mart_key.dimensions) WHEN 'array' THEN mart_key.dimensions END
            ) WITH ORDINALITY AS dimension (name, place)
            ORDER BY dimension.place
        ) END
    FROM slaops.mart_templates AS model
    WHERE model.name = mart_key.name
        AND model."key" IS NOT NULL
$mart_key$;
COMMENT ON FUNCTION slaops.mart_key(text, jsonb) IS
'The columns of a view in which no two rows are equal, its dimensions among them.';

-- All placeholders but those of one batch of tickets have their values here, so that mart_sql,
-- create_marts and refresh cannot differ. The texts for {ticket_lives} and {snapshot_instants} use
-- the alias ticket, which models give to the rows of {ticket_histories}.
CREATE FUNCTION slaops.mart_fill(
    sql text,
    schema text,
    sources jsonb,
    policy_set text,
    time_zone text,
    as_of text,
    ticket_histories text,
    ticket_lives text,
    snapshot_instants text
)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $mart_fill$
DECLARE
    lives text := coalesce(ticket_lives, $lives$(
    SELECT
        ticket.ticket_id,
        life.*
    FROM slaops.ticket_lifecycle(ticket, ticket.history, {policy_set}, {as_of}) AS life
)$lives$);
    instants text := coalesce(snapshot_instants, $instants$(
    SELECT slaops.mart_days(min(ticket.created_at), {as_of}, {time_zone})
    FROM {schema}.stg_tickets AS ticket
    WHERE slaops.known_instant(ticket.created_at) IS NOT NULL
)$instants$);
    refresh_log text := CASE
        WHEN as_of IS NOT NULL THEN $log$(
        SELECT
            refresh.refresh,
            refresh.state,
            refresh.started_at,
            refresh.updated_at,
            refresh.finished_at
        FROM {schema}.refresh_log AS refresh
    )$log$
        ELSE $log$(
        SELECT
            0::bigint,
            NULL::text,
            NULL::timestamptz,
            NULL::timestamptz,
            NULL::timestamptz
        WHERE false
    )$log$
    END;
    tickets regclass := slaops.source_relation(sources ->> 'tickets');
    ticket_events regclass := slaops.source_relation(sources ->> 'ticket_events');
    group_capacity regclass := slaops.source_relation(sources ->> 'group_capacity');
    agents regclass := slaops.source_relation(sources ->> 'agents');
    shifts regclass := slaops.source_relation(sources ->> 'shifts');
    work_logs regclass := slaops.source_relation(sources ->> 'work_logs');
    value record;
BEGIN
    sql := slaops.put_dimensions(sql, sources -> 'dimensions');
    -- What is written here, and may have placeholders itself.
    FOR value IN
        SELECT *
        FROM (VALUES
            ('{ticket_lives}', lives),
            ('{snapshot_instants}', instants),
            (
                '{lifecycle_rows}',
                CASE
                    WHEN ticket_histories IS NULL THEN '{schema}.int_ticket_lifecycle'
                    ELSE 'put_int_ticket_lifecycle'
                END
            ),
            (
                '{transition_rows}',
                CASE
                    WHEN ticket_histories IS NULL THEN '{schema}.int_event_transitions'
                    ELSE 'put_int_event_transitions'
                END
            ),
            (
                '{attainment_rows}',
                CASE
                    WHEN ticket_histories IS NULL THEN '{schema}.fct_sla_attainment'
                    ELSE 'put_fct_sla_attainment'
                END
            ),
            ('{refresh_log}', refresh_log),
            ('{as_of}', coalesce(as_of, '(SELECT slaops.as_of())'))
        ) AS placeholder (name, text)
    LOOP
        sql := replace(sql, value.name, value.text);
    END LOOP;
    -- Only what the template names: looking a relation up takes as long as the rest.
    RETURN slaops.put_names(sql, jsonb_build_object(
        'schema', quote_ident(schema),
        'policy_set', quote_nullable(policy_set),
        'time_zone', quote_nullable(time_zone),
        -- It has names in it already.
        'ticket_histories', CASE
            WHEN ticket_histories IS NOT NULL THEN ticket_histories
            WHEN sql LIKE '%{ticket_histories}%'
                THEN slaops.tickets_query(schema, sources, 'histories')
        END,
        'tickets', CASE WHEN tickets IS NOT NULL AND sql LIKE '%{tickets}%' THEN
            slaops.mart_relation(tickets, slaops.ticket_columns())
        END,
        'ticket_events', CASE WHEN ticket_events IS NOT NULL AND sql LIKE '%{ticket_events}%' THEN
            slaops.mart_relation(ticket_events, slaops.event_columns())
        END,
        'group_capacity', CASE WHEN sql LIKE '%{group_capacity}%' THEN
            slaops.mart_relation(
                group_capacity,
                ARRAY[
                    'group_name text',
                    'fte double precision',
                    'hours_per_day double precision',
                    'occupancy double precision',
                    'handle_minutes double precision',
                    'attainment_target double precision',
                    'channel text',
                    'service_level double precision',
                    'threshold_seconds double precision',
                    'patience_seconds double precision',
                    'due_minutes double precision'
                ]
            )
        END,
        'agents', CASE WHEN sql LIKE '%{agents}%' THEN
            slaops.mart_relation(
                agents,
                ARRAY[
                    'agent text',
                    'group_name text',
                    'fte double precision',
                    'cost_per_hour double precision'
                ]
            )
        END,
        'shifts', CASE WHEN sql LIKE '%{shifts}%' THEN
            slaops.mart_relation(
                shifts,
                ARRAY[
                    'agent text',
                    'group_name text',
                    'starts_at timestamp with time zone',
                    'ends_at timestamp with time zone'
                ]
            )
        END,
        'work_logs', CASE WHEN sql LIKE '%{work_logs}%' THEN
            slaops.mart_relation(
                work_logs,
                ARRAY[
                    -- Without logs the column has the type of tickets, with which it is joined.
                    CASE
                        WHEN work_logs IS NOT NULL THEN 'ticket_id anything'
                        ELSE 'ticket_id ' || coalesce(
                            (
                                SELECT format_type(attribute.atttypid, NULL)
                                FROM pg_attribute AS attribute
                                WHERE attribute.attrelid = tickets
                                    AND attribute.attname = 'ticket_id'
                                    AND NOT attribute.attisdropped
                            ),
                            'text'
                        )
                    END,
                    'agent text',
                    'started_at timestamp with time zone',
                    'ended_at timestamp with time zone',
                    'activity text'
                ]
            )
        END
    ));
END
$mart_fill$;
COMMENT ON FUNCTION slaops.mart_fill(text, text, jsonb, text, text, text, text, text, text) IS
'The SQL of a template with its placeholders filled in.';

CREATE FUNCTION slaops.mart_sql(
    view_name text,
    schema text DEFAULT 'support',
    tickets regclass DEFAULT NULL,
    ticket_events regclass DEFAULT NULL,
    policy_set text DEFAULT NULL,
    time_zone text DEFAULT NULL,
    group_capacity regclass DEFAULT NULL,
    agents regclass DEFAULT NULL,
    shifts regclass DEFAULT NULL,
    work_logs regclass DEFAULT NULL
)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $mart_sql$
DECLARE
    state jsonb := slaops.mart_state_of(schema, false);
    template text := (
        SELECT model.sql
        FROM slaops.mart_templates AS model
        WHERE model.name = view_name
    );
BEGIN
    IF template IS NULL AND view_name IS NOT NULL THEN
        RAISE EXCEPTION 'create_marts makes no view "%"', view_name
            USING
                ERRCODE = 'undefined_object',
                HINT = format(
                    'There are: %s.',
                    (
                        SELECT string_agg(model.name, ', ' ORDER BY model."position", model.name)
                        FROM slaops.mart_templates AS model
                    )
                );
    END IF;
    RETURN slaops.mart_fill(
        template,
        schema,
        jsonb_build_object(
            'tickets', coalesce(tickets::text, state ->> 'tickets'),
            'ticket_events', coalesce(ticket_events::text, state ->> 'ticket_events'),
            'group_capacity', coalesce(group_capacity::text, state ->> 'group_capacity'),
            'agents', coalesce(agents::text, state ->> 'agents'),
            'shifts', coalesce(shifts::text, state ->> 'shifts'),
            'work_logs', coalesce(work_logs::text, state ->> 'work_logs'),
            'dimensions', state -> 'dimensions'
        ),
        coalesce(policy_set, state ->> 'policy_set', slaops.policy_set_of(schema)),
        coalesce(time_zone, state ->> 'time_zone', 'UTC'),
        slaops.mart_as_of((state ->> 'stored')::boolean),
        NULL::text,
        NULL::text,
        NULL::text
    );
END
$mart_sql$;
COMMENT ON FUNCTION slaops.mart_sql(
    text, text, regclass, regclass, text, text, regclass, regclass, regclass, regclass
) IS
'The query of a view of create_marts, with the arguments of the schema''s views unless others are '
'given; of a stored view the query by which refresh computes it. Example: SELECT '
'slaops.mart_sql(''mart_sla'');';

CREATE FUNCTION slaops.mart_as_of(stored boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $mart_as_of$
    SELECT CASE WHEN stored THEN
        '(SELECT slaops.published_as_of(state.as_of) FROM {schema}.mart_state AS state)'
    END
$mart_as_of$;
COMMENT ON FUNCTION slaops.mart_as_of(boolean) IS
'The SQL expression of as_of in stored views; NULL for views computed when read.';

-- Compiling the expressions of nine dashboards in one plan takes Postgres's JIT half a minute, for
-- a second of work; row-level security makes such plans look dear enough for it, and a view cannot
-- turn it off. A function can.
CREATE FUNCTION slaops.rows_of(relation anyelement)
RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $rows_of$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT * FROM %s',
        (
            SELECT row_type.typrelid::regclass
            FROM pg_type AS row_type
            WHERE row_type.oid = pg_typeof(relation)
        )
    );
END
$rows_of$;
COMMENT ON FUNCTION slaops.rows_of(anyelement) IS
'The rows of a relation, given as NULL of its row type, planned separately, without JIT, and read '
'with the rights of the caller. Example: SELECT * FROM slaops.rows_of(NULL::support.mart_sla);';

-- What is not asked for is not worked out: the waiting times of bottlenecks are seven eighths of
-- its work.
CREATE FUNCTION slaops.rows_of(relation anyelement, columns text[])
RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $rows_of$
BEGIN
    RETURN QUERY EXECUTE (
        SELECT format(
            'SELECT %s FROM %s',
            string_agg(
                CASE
                    WHEN attribute.attname = ANY (columns) THEN quote_ident(attribute.attname)
                    ELSE format('NULL::%s', format_type(attribute.atttypid, attribute.atttypmod))
                END,
                ', ' ORDER BY attribute.attnum
            ),
            row_type.typrelid::regclass
        )
        FROM pg_type AS row_type
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = row_type.typrelid
            AND attribute.attnum > 0
            AND NOT attribute.attisdropped
        WHERE row_type.oid = pg_typeof(relation)
        GROUP BY row_type.typrelid
    );
END
$rows_of$;
COMMENT ON FUNCTION slaops.rows_of(anyelement, text[]) IS
'Like rows_of(relation) with some columns only; the others are NULL. Example: SELECT metric, met '
'FROM slaops.rows_of(NULL::support.mart_sla, ''{metric,met}'');';

-- A model begins with its purpose; "-- materialized: table" or view ends that.
CREATE FUNCTION slaops.model_purpose(query text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $model_purpose$
    SELECT string_agg(substr(line.text, 4), ' ' ORDER BY line.place)
    FROM string_to_table(query, E'\n') WITH ORDINALITY AS line (text, place)
    WHERE line.text LIKE '-- %'
        AND line.text NOT LIKE ALL ('{"-- materialized: %","-- key: %"}')
        AND line.place < coalesce(
            (
                SELECT min(code.place)
                FROM string_to_table(query, E'\n') WITH ORDINALITY AS code (text, place)
                WHERE code.text NOT LIKE '-- %'
            ),
            'infinity'::float8
        )
$model_purpose$;
COMMENT ON FUNCTION slaops.model_purpose(text) IS
'The purpose of a model: the comment at its head.';

-- In the first SELECT that is not indented, each column stands under its comment, both indented by
-- four.
CREATE FUNCTION slaops.model_columns(query text)
RETURNS TABLE (name text, comment text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $model_columns$
    SELECT
        coalesce(
            substring(entry.part[2] FROM '"([^"]+)",?\s*$'),
            substring(entry.part[2] FROM '([a-z_][a-z_0-9]*),?\s*$')
        ),
        replace(regexp_replace(rtrim(entry.part[1], E'\n'), '^    -- ', '', 'gn'), E'\n', ' ')
    FROM regexp_matches(
        substring(E'\n' || query || E'\n' FROM '\nSELECT[^\n]*\n((?:    [^\n]*\n)+)'),
        '((?:^    -- [^\n]*\n)+)((?:^    (?!-- )[^\n]*\n)+)',
        'gn'
    ) AS entry (part)
$model_columns$;
COMMENT ON FUNCTION slaops.model_columns(text) IS
'The columns of a model with the comments above them.';

CREATE FUNCTION slaops.comment_mart(relation regclass, query text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $comment_mart$
DECLARE
    entry record;
    kind text := (
        SELECT CASE class.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END
        FROM pg_class AS class
        WHERE class.oid = relation
    );
BEGIN
    EXECUTE format('COMMENT ON %s %s IS %L', kind, relation, slaops.model_purpose(query));
    FOR entry IN
        SELECT
            model_column.name,
            model_column.comment
        FROM slaops.model_columns(query) AS model_column
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', relation, entry.name, entry.comment);
    END LOOP;
END
$comment_mart$;
COMMENT ON FUNCTION slaops.comment_mart(regclass, text) IS
'Gives a view and its columns the comments of its query.';
