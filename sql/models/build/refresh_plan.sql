-- What a refresh has to do: which tickets are not what the stored facts say of them.

CREATE FUNCTION slaops.mart_id_type(schema text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_id_type$
    SELECT format_type(attribute.atttypid, attribute.atttypmod)
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = to_regclass(
            format('%I.stg_tickets', slaops.schema_name(schema))
        )
        AND attribute.attname = 'ticket_id'
$mart_id_type$;
COMMENT ON FUNCTION slaops.mart_id_type(text) IS
'The type of ticket ids in a schema of create_marts.';

CREATE FUNCTION slaops.refreshed_tables()
RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $refreshed_tables$
    SELECT 'stored_' || model.name
    FROM slaops.mart_templates AS model
    WHERE model.materialized = 'incremental'
    UNION ALL
    SELECT 'refreshed_tickets'
$refreshed_tables$;
COMMENT ON FUNCTION slaops.refreshed_tables() IS 'The tables whose rows have a run number.';

CREATE FUNCTION slaops.refresh_state(schema text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_state$
DECLARE
    state jsonb := slaops.mart_state_of(schema, true);
BEGIN
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'slaops.create_marts(schema, tickets => ..., ticket_events => ...) '
                    'makes them.';
    END IF;
    IF NOT (state ->> 'stored')::boolean THEN
        RAISE EXCEPTION 'the views of % are computed when read: there is nothing to refresh',
            quote_ident(schema)
            USING
                ERRCODE = 'object_not_in_prerequisite_state',
                HINT = format(
                    'To store facts: slaops.drop_marts(%L), '
                    'then create_marts(%L, ..., stored => true).',
                    schema, schema
                );
    END IF;
    PERFORM FROM pg_extension AS extension
    WHERE extension.extname = 'slaops'
        AND extension.extversion = state ->> 'version';
    IF NOT FOUND AND state ->> 'version' <> '' THEN
        RAISE EXCEPTION 'the views of % were made by slaops %',
            quote_ident(schema), state ->> 'version'
            USING
                ERRCODE = 'object_not_in_prerequisite_state',
                HINT = format(
                    'SELECT * FROM slaops.create_marts(%L) brings them to the installed version '
                    'and says what changes.',
                    schema
                );
    END IF;
    RETURN state;
END
$refresh_state$;
COMMENT ON FUNCTION slaops.refresh_state(text) IS
'The row of mart_state of a schema with stored facts.';

-- Instants, intervals and numbers must have one text, whatever the session's settings.
CREATE FUNCTION slaops.refresh_configuration(schema text, state jsonb)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, MDY'
SET IntervalStyle = 'postgres'
SET extra_float_digits = 1
AS $refresh_configuration$
    WITH settings AS (
        SELECT 'set ' || to_jsonb(own_set)::text AS line
        FROM slaops.policy_sets AS own_set
        WHERE own_set.name = state ->> 'policy_set'
        UNION ALL
        SELECT 'policy ' || to_jsonb(own_policy)::text
        FROM slaops.sla_policies AS own_policy
        WHERE own_policy.policy_set = state ->> 'policy_set'
        UNION ALL
        SELECT 'target ' || to_jsonb(own_target)::text
        FROM slaops.sla_targets AS own_target
        WHERE own_target.policy_set = state ->> 'policy_set'
        UNION ALL
        SELECT 'preset ' || to_jsonb(own_preset)::text
        FROM slaops.presets_of(state ->> 'policy_set') AS own_preset
        WHERE own_preset.name = coalesce(
            (
                SELECT own_set.preset
                FROM slaops.policy_sets AS own_set
                WHERE own_set.name = state ->> 'policy_set'
            ),
            'default'
        )
        UNION ALL
        SELECT 'metric ' || to_jsonb(own_metric)::text
        FROM slaops.metrics_of(state ->> 'policy_set') AS own_metric
        UNION ALL
        SELECT concat_ws(' ', 'state', known.state, known.status)
        FROM slaops.states_of(state ->> 'policy_set') AS known
        -- Every calendar, whoever named it: a ticket, and each event of it, may name any.
        UNION ALL
        SELECT 'calendar ' || to_jsonb(registered)::text
        FROM slaops.calendars AS registered
        UNION ALL
        SELECT 'extension ' || extension.extversion
        FROM pg_extension AS extension
        WHERE extension.extname = 'slaops'
        UNION ALL
        SELECT 'sql ' || slaops.mart_fill(
            model.sql,
            schema,
            state,
            state ->> 'policy_set',
            state ->> 'time_zone',
            'as_of',
            'histories',
            'lives',
            'instants'
        )
        FROM slaops.mart_templates AS model
        WHERE model.materialized IN ('incremental', 'aggregate')
            OR model.name IN ('stg_tickets', 'stg_ticket_events')
    )
    SELECT md5(string_agg(setting.line, E'\n' ORDER BY setting.line COLLATE "C"))
    FROM settings AS setting
$refresh_configuration$;
COMMENT ON FUNCTION slaops.refresh_configuration(text, jsonb) IS
'A hash of the policies, preset, metrics, states, calendars and SQL on which stored facts depend.';

-- As for refresh_configuration, rows must have one text.
CREATE FUNCTION slaops.summary_inputs(schema text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, MDY'
SET IntervalStyle = 'postgres'
SET extra_float_digits = 1
AS $summary_inputs$
DECLARE
    inputs text;
BEGIN
    EXECUTE format($inputs$
        SELECT md5(string_agg(input.line, E'\n' ORDER BY input.line COLLATE "C"))
        FROM (
            SELECT 'capacity ' || capacity::text AS line
            FROM %1$I.stg_group_capacity AS capacity
            UNION ALL
            SELECT 'agent ' || agent::text
            FROM %1$I.stg_agents AS agent
            UNION ALL
            SELECT 'shift ' || shift::text
            FROM %1$I.stg_shifts AS shift
            UNION ALL
            -- There may be millions of these.
            SELECT concat_ws(' ', 'work logs', count(*), sum(hashtextextended(work_log::text, 0)))
            FROM %1$I.stg_work_logs AS work_log
            UNION ALL
            SELECT 'process model ' || slaops.process_model()
            UNION ALL
            SELECT 'process model ' || process_model::text
            FROM slaops.process_models AS process_model
            UNION ALL
            SELECT concat_ws(' ', 'model', model.name, model.sql)
            FROM slaops.mart_templates AS model
            WHERE model.materialized = 'table'
        ) AS input
    $inputs$, schema)
        INTO inputs;
    RETURN inputs;
END
$summary_inputs$;
COMMENT ON FUNCTION slaops.summary_inputs(text) IS
'A hash of what summaries are computed from besides the stored facts: capacity, agents, shifts, '
'work logs and their own SQL.';

-- Sets of rows are hashed by the sum of their hashes, which no order changes; under XOR a doubled
-- event would vanish. Ids come as text, since their type is the source's; a constant array is
-- looked up by hash, a subquery's is not.
CREATE FUNCTION slaops.fingerprints_query(
    tickets text,
    ticket_events text,
    id_type text DEFAULT NULL,
    ids text DEFAULT NULL
)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $fingerprints_query$
    SELECT format($fingerprints$(
        SELECT
            ticket.ticket_id,
            (
                (
                    hash_record_extended(
                        ROW(
                            ticket.created_at,
                            ticket.subject,
                            ticket.requester_id,
                            ticket.organization_id,
                            ticket.brand,
                            ticket.region,
                            ticket.channel,
                            ticket.tier,
                            ticket.type,
                            ticket.priority,
                            ticket.group_name,
                            ticket.assignee,
                            ticket.status,
                            ticket.solved_at,
                            ticket.closed_at,
                            ticket.csat_score,
                            ticket.cost,
                            ticket.calendar_name,
                            ticket.tags,
                            ticket.attributes
                        ),
                        0
                    )::numeric
                    + coalesce(event_hash.hash, 0)
                ) %% 9223372036854775807
            )::bigint AS fingerprint
        FROM %1$s AS ticket
        LEFT JOIN (
            SELECT
                event.ticket_id,
                sum(hash_record_extended(
                    ROW(
                        event.event_at,
                        event.event_type,
                        event.actor_role,
                        event.actor,
                        event.field,
                        event.old_value,
                        event.new_value,
                        event.public,
                        event.seq
                    ),
                    0
                )) AS hash
            FROM %2$s AS event
            WHERE %3$s
            GROUP BY event.ticket_id
        ) AS event_hash
            ON event_hash.ticket_id = ticket.ticket_id
        WHERE ticket.ticket_id IS NOT NULL
            AND %4$s
    )$fingerprints$,
        tickets,
        ticket_events,
        CASE
            WHEN ids IS NOT NULL
                THEN format('event.ticket_id = ANY (%s::text[]::%s[])', ids, id_type)
            ELSE 'true'
        END,
        CASE
            WHEN ids IS NOT NULL
                THEN format('ticket.ticket_id = ANY (%s::text[]::%s[])', ids, id_type)
            ELSE 'true'
        END
    )
$fingerprints_query$;
COMMENT ON FUNCTION slaops.fingerprints_query(text, text, text, text) IS
'The query for the hash of the row and events of each ticket, given what they are read from; with '
'"ids", the text of an array, only of those.';

-- Only the scans of relations count: what else a plan does with the rows (sorting, joining) costs
-- the more the more rows there are, however they were found. A join that a foreign server does for
-- us is a scan, too.
CREATE FUNCTION slaops.scan_cost(plan json)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $scan_cost$
    SELECT coalesce(sum((scan.node ->> 'Total Cost')::double precision), 0)
    FROM jsonb_path_query(
        plan::jsonb,
        'strict $.** ? (exists (@."Relation Name") || @."Node Type" == "Foreign Scan")'
    ) AS scan (node)
$scan_cost$;
COMMENT ON FUNCTION slaops.scan_cost(json) IS
'The estimated cost of the table scans of a plan (EXPLAIN (FORMAT json)).';

-- The planner is asked, since it knows what a view does with a condition, which indexes there are,
-- and what a foreign server says of its own. Where all events are read for a few tickets, in
-- whatever way, that costs as much as reading them for all; with an index it costs next to nothing.
-- A small table that is joined to them is a small part of both.
CREATE FUNCTION slaops.refresh_in_batches(schema text, state jsonb)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $refresh_in_batches$
DECLARE
    events text := format($events$
        SELECT
            event.ticket_id,
            event.event_at,
            event.event_type,
            event.actor_role,
            event.actor,
            event.field,
            event.old_value,
            event.new_value,
            event.public,
            event.seq
        FROM %s AS event
    $events$, slaops.source_rows(schema, state, 'ticket_events'));
    ids text[];
    few json;
    whole json;
BEGIN
    EXECUTE format($some$
        WITH some_tickets AS (
            SELECT ticket.ticket_id
            FROM %s AS ticket
            WHERE ticket.ticket_id IS NOT NULL
            LIMIT 3
        )
        SELECT array_agg(some_ticket.ticket_id::text)
        FROM some_tickets AS some_ticket
    $some$, slaops.source_rows(schema, state, 'tickets'))
        INTO ids;
    EXECUTE format(
        'EXPLAIN (FORMAT json) %s WHERE event.ticket_id = ANY ($1::text[]::%s[])',
        events, slaops.mart_id_type(schema)
    )
        INTO few
        USING ids;
    EXECUTE 'EXPLAIN (FORMAT json) ' || events INTO whole;
    RETURN slaops.scan_cost(few) < slaops.scan_cost(whole) / 2;
END
$refresh_in_batches$;
COMMENT ON FUNCTION slaops.refresh_in_batches(text, jsonb) IS
'Whether the events of three tickets are estimated to cost less than half of those of all tickets '
'to read.';

CREATE FUNCTION slaops.refresh_plan(
    schema text,
    state jsonb,
    configuration text,
    as_of timestamptz,
    since timestamptz,
    batch_size integer
)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $refresh_plan$
DECLARE
    id_type text := slaops.mart_id_type(schema);
    run bigint := (state ->> 'run')::bigint + 1;
    before timestamptz := state ->> 'as_of';
    reason text := CASE
        WHEN state ->> 'as_of' IS NULL THEN 'first'
        WHEN configuration IS DISTINCT FROM state ->> 'configuration' THEN 'configuration changed'
        WHEN EXISTS (
            SELECT
            FROM slaops.sla_policies AS policy
            CROSS JOIN LATERAL (VALUES (policy.valid_from), (policy.valid_to)) AS turn (at)
            WHERE policy.policy_set = state ->> 'policy_set'
                AND turn.at > least(before, as_of)
                AND turn.at <= greatest(before, as_of)
        ) THEN 'a policy version began or ended'
        ELSE 'incremental'
    END;
    candidates text[];
    queued bigint;
    refresh bigint;
BEGIN
    PERFORM slaops.check_source_columns(schema, state);
    -- Not TRUNCATE, which would wait for whoever reads the queue, a dump for example, and let
    -- others wait behind it.
    EXECUTE format('DELETE FROM %I.refresh_queue', schema);
    -- Where every batch would read all events there is one batch.
    IF NOT slaops.refresh_in_batches(schema, state) THEN
        batch_size := NULL;
    END IF;
    IF reason <> 'incremental' THEN
        EXECUTE format($all$
            INSERT INTO %1$I.refresh_queue (ticket_id, kind, fingerprint, batch)
            SELECT
                ticket.ticket_id,
                'changed',
                ticket.fingerprint,
                coalesce(1 + (row_number() OVER (ORDER BY ticket.ticket_id) - 1) / $1, 1)
            FROM %2$s AS ticket
        $all$, schema, slaops.tickets_query(schema, state, 'fingerprints'))
            USING batch_size;
    ELSE
        IF since IS NOT NULL THEN
            EXECUTE format($candidates$
                WITH candidates AS (
                    SELECT ticket.ticket_id
                    FROM %1$s AS ticket
                    WHERE ticket.created_at >= $1
                        OR ticket.loaded_at >= $1
                    UNION
                    SELECT event.ticket_id
                    FROM %2$s AS event
                    WHERE event.event_at >= $1
                        OR event.loaded_at >= $1
                )
                SELECT array_agg(candidate.ticket_id::text)
                FROM candidates AS candidate
                WHERE candidate.ticket_id IS NOT NULL
            $candidates$,
                slaops.source_rows(schema, state, 'tickets'),
                slaops.source_rows(schema, state, 'ticket_events')
            )
                INTO candidates
                USING since;
        END IF;
        EXECUTE format(
            $changed$
                INSERT INTO %1$I.refresh_queue (ticket_id, kind, fingerprint)
                SELECT
                    ticket.ticket_id,
                    'changed',
                    ticket.fingerprint
                FROM %2$s AS ticket
                LEFT JOIN %1$I.refreshed_tickets AS refreshed
                    ON refreshed.ticket_id = ticket.ticket_id
                WHERE refreshed.fingerprint IS DISTINCT FROM ticket.fingerprint
            $changed$,
            schema,
            slaops.tickets_query(
                schema,
                state,
                'fingerprints',
                CASE WHEN since IS NOT NULL THEN '$1' END
            )
        )
            USING coalesce(candidates, '{}');
        IF as_of <> before THEN
            EXECUTE format($passed$
                INSERT INTO %1$I.refresh_queue (ticket_id, kind, fingerprint)
                SELECT
                    refreshed.ticket_id,
                    CASE WHEN $1 < $2 THEN 'changed' ELSE 'passed' END,
                    refreshed.fingerprint
                FROM %1$I.refreshed_tickets AS refreshed
                WHERE NOT refreshed.settled
                    OR refreshed.next_event_at <= $1
                    OR refreshed.last_event_at > $1
                ON CONFLICT (ticket_id) DO NOTHING
            $passed$, schema)
                USING as_of, before;
        END IF;
    END IF;
    IF reason <> 'first' AND (since IS NULL OR reason <> 'incremental') THEN
        EXECUTE format($gone$
            INSERT INTO %1$I.refresh_queue (ticket_id, kind)
            SELECT
                refreshed.ticket_id,
                'gone'
            FROM %1$I.refreshed_tickets AS refreshed
            WHERE NOT EXISTS (
                SELECT
                FROM %2$s AS ticket
                WHERE ticket.ticket_id = refreshed.ticket_id
            )
            ON CONFLICT (ticket_id) DO UPDATE SET kind = 'gone'
        $gone$, schema, slaops.source_rows(schema, state, 'ids'));
    END IF;
    EXECUTE format('SELECT count(*) FROM %I.refresh_queue', schema) INTO queued;
    IF queued = 0 AND as_of = before THEN
        EXECUTE format($unchanged$
            INSERT INTO %I.refresh_log (run, state, reason, as_of, since, tickets, finished_at)
            VALUES ($1, 'done', 'unchanged', $2, $3, 0, clock_timestamp())
        $unchanged$, schema)
            USING run - 1, as_of, since;
        RETURN NULL;
    END IF;
    IF reason = 'first' THEN
        PERFORM slaops.drop_fact_indexes(schema);
    END IF;
    IF reason = 'incremental' THEN
        EXECUTE format($batches$
            WITH places AS (
                SELECT
                    queued.ticket_id,
                    row_number() OVER (ORDER BY queued.ticket_id) AS place
                FROM %1$I.refresh_queue AS queued
                WHERE queued.kind <> 'gone'
            )
            UPDATE %1$I.refresh_queue AS queued
            SET batch = coalesce(1 + (places.place - 1) / $1, 1)
            FROM places
            WHERE places.ticket_id = queued.ticket_id
        $batches$, schema)
            USING batch_size;
    END IF;
    EXECUTE format('ANALYZE %I.refresh_queue', schema);
    EXECUTE format($begun$
        INSERT INTO %I.refresh_log (run, state, reason, as_of, since, tickets)
        VALUES ($1, 'running', $2, $3, $4, $5)
        RETURNING refresh
    $begun$, schema)
        INTO refresh
        USING run, reason, as_of, since, queued;
    EXECUTE format('UPDATE %I.mart_state SET pending = $1', schema)
        USING jsonb_build_object(
            'refresh', refresh,
            'run', run,
            'as_of', as_of,
            'configuration', configuration,
            'tickets', queued,
            'batches_done', 0,
            'instants', to_jsonb(slaops.refresh_instants(schema, state, as_of))
        );
    RAISE NOTICE 'refresh of %: % tickets (%), as of %', quote_ident(schema), queued, reason, as_of;
    RETURN queued;
END
$refresh_plan$;
COMMENT ON FUNCTION slaops.refresh_plan(text, jsonb, text, timestamptz, timestamptz, integer) IS
'Queues the tickets whose figures changed, in batches; NULL if there are none and as_of is the '
'same.';

CREATE FUNCTION slaops.refresh_instants(schema text, state jsonb, as_of timestamptz)
RETURNS timestamptz[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_instants$
DECLARE
    first timestamptz;
BEGIN
    EXECUTE format($first$
        SELECT min(ticket.created_at)
        FROM %s AS ticket
        WHERE slaops.known_instant(ticket.created_at) IS NOT NULL
    $first$, slaops.source_rows(schema, state, 'tickets'))
        INTO first;
    RETURN slaops.mart_days(first, as_of, state ->> 'time_zone');
END
$refresh_instants$;
COMMENT ON FUNCTION slaops.refresh_instants(text, jsonb, timestamptz) IS
'The starts of days of fct_backlog_snapshot, from the first ticket (at most twenty years ago) to '
'as_of.';

-- Lists and shares are not what one groups or filters by, and 9,000 rows tell of the rest what
-- 30,000 do: 7 instead of 33 microseconds a ticket of 50,000. Autovacuum takes its own time.
CREATE FUNCTION slaops.analyze_facts(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET default_statistics_target = 30
AS $analyze_facts$
DECLARE
    command text;
BEGIN
    FOR command IN
        SELECT format(
            'ANALYZE %I.%I (%s)',
            schema,
            refreshed.name,
            string_agg(quote_ident(attribute.attname), ', ' ORDER BY attribute.attnum)
        )
        FROM slaops.refreshed_tables() AS refreshed (name)
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = to_regclass(format('%I.%I', schema, refreshed.name))
            AND attribute.attnum > 0
            AND NOT attribute.attisdropped
        JOIN pg_type AS type
            ON type.oid = attribute.atttypid
            AND type.typcategory <> 'A'
            AND type.typname NOT IN ('json', 'jsonb')
        GROUP BY refreshed.name
    LOOP
        EXECUTE command;
    END LOOP;
END
$analyze_facts$;
COMMENT ON FUNCTION slaops.analyze_facts(text) IS
'Gathers statistics of the stored facts.';

-- An index that is made of all rows costs half of one that is kept up row by row. Tables that
-- somebody reads keep theirs: to drop them would wait for him, and let others wait behind.
CREATE FUNCTION slaops.drop_fact_indexes(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $drop_fact_indexes$
DECLARE
    model text;
    store text;
    command text;
BEGIN
    FOR model IN
        SELECT template.name
        FROM slaops.mart_templates AS template
        WHERE template.materialized = 'incremental'
    LOOP
        store := format('%I.%I', schema, 'stored_' || model);
        BEGIN
            EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', store);
        EXCEPTION WHEN lock_not_available THEN
            CONTINUE;
        END;
        SELECT 'DROP INDEX ' || string_agg(format('%I.%I', schema, class.relname), ', ')
        INTO command
        FROM pg_index AS index
        JOIN pg_class AS class
            ON class.oid = index.indexrelid
        WHERE index.indrelid = store::regclass
            AND class.relname ~ ('^slaops_' || model || '_([0-9]+|key)$');
        IF command IS NOT NULL THEN
            EXECUTE command;
        END IF;
    END LOOP;
END
$drop_fact_indexes$;
COMMENT ON FUNCTION slaops.drop_fact_indexes(text) IS
'Drops the indexes of stored facts before they are filled for the first time.';

CREATE FUNCTION slaops.create_fact_indexes(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_fact_indexes$
DECLARE
    model record;
BEGIN
    FOR model IN
        SELECT
            template.name,
            template.materialized
        FROM slaops.mart_templates AS template
        WHERE template.materialized = 'incremental'
            AND NOT EXISTS (
                SELECT
                FROM pg_index AS index
                JOIN pg_class AS class
                    ON class.oid = index.indexrelid
                WHERE index.indrelid = format('%I.%I', schema, 'stored_' || template.name)::regclass
                    AND class.relname ~ ('^slaops_' || template.name || '_([0-9]+|key)$')
            )
    LOOP
        PERFORM slaops.create_mart_indexes(schema, model.name);
        PERFORM slaops.create_mart_key(schema, model.name, model.materialized);
    END LOOP;
END
$create_fact_indexes$;
COMMENT ON FUNCTION slaops.create_fact_indexes(text) IS
'Creates the indexes of stored facts that drop_fact_indexes has dropped.';
