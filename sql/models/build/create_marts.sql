-- Making the views in a schema of the user's own.

CREATE FUNCTION slaops.published_run(run bigint, as_of timestamptz)
RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $published_run$
DECLARE
    wanted text := current_setting('slaops.as_of', true);
BEGIN
    IF wanted <> '' AND wanted::timestamptz IS DISTINCT FROM as_of THEN
        RAISE EXCEPTION 'slaops.as_of is %, but these views hold figures as of %',
            wanted, coalesce(as_of::text, 'no instant yet')
            USING
                ERRCODE = 'object_not_in_prerequisite_state',
                HINT = 'RESET slaops.as_of, or CALL slaops.refresh(schema, as_of => ...). '
                    'Views that answer at any instant: '
                    'slaops.create_marts(other_schema, ..., stored => false).';
    END IF;
    RETURN run;
END
$published_run$;
COMMENT ON FUNCTION slaops.published_run(bigint, timestamptz) IS
'The run whose rows the views show; an error if slaops.as_of asks for another instant.';

CREATE FUNCTION slaops.published_as_of(as_of timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $published_as_of$
BEGIN
    PERFORM slaops.published_run(0, as_of);
    RETURN as_of;
END
$published_as_of$;
COMMENT ON FUNCTION slaops.published_as_of(timestamptz) IS
'The as_of of the stored views; an error if slaops.as_of asks for another instant.';

CREATE FUNCTION slaops.marts_as_of(schema text DEFAULT 'support')
RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $marts_as_of$
DECLARE
    instant timestamptz;
BEGIN
    IF to_regclass(format('%I.refresh_status', slaops.schema_name(schema))) IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'Give the schema that you gave create_marts.';
    END IF;
    EXECUTE format('SELECT status.as_of FROM %I.refresh_status AS status', schema) INTO instant;
    RETURN instant;
END
$marts_as_of$;
COMMENT ON FUNCTION slaops.marts_as_of(text) IS
'The instant of the figures of a schema''s views: of the last refresh, or of now where they are '
'computed when read; NULL before the first refresh. Example: SELECT now() - '
'slaops.marts_as_of(''support'') AS age;';

-- What attach has made of a source's own work logs is read unless others are given.
CREATE FUNCTION slaops.attached_work_logs(schema text)
RETURNS regclass
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $attached_work_logs$
    SELECT class.oid::regclass
    FROM pg_class AS class
    WHERE class.oid = to_regclass(format('%I.work_logs', slaops.schema_name(schema)))
        AND class.relkind = 'v'
        AND class.relowner = quote_ident(current_user)::regrole
        AND obj_description(class.oid, 'pg_class') LIKE 'Made by slaops.attach: %'
$attached_work_logs$;
COMMENT ON FUNCTION slaops.attached_work_logs(text) IS
'The view of work logs that attach has made in a schema for the caller; NULL if there is none. '
'Example: SELECT slaops.attached_work_logs(''support'');';

-- What one call makes: views, and tables behind the stored ones.
CREATE FUNCTION slaops.mart_objects(schema text, stored boolean)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_objects$
    SELECT
        array_agg(model.name)
        || array_agg('stored_' || model.name) FILTER (WHERE model.materialized <> 'view' AND $2)
        || '{mart_state,risk_alerts}'
        || CASE WHEN $2 THEN '{refresh_log,refresh_queue,refreshed_tickets}'::text[] END
    FROM slaops.mart_templates AS model
$mart_objects$;
COMMENT ON FUNCTION slaops.mart_objects(text, boolean) IS
'The names of all relations of create_marts.';

CREATE FUNCTION slaops.raise_busy_schema(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $raise_busy_schema$
BEGIN
    RAISE EXCEPTION 'another session has just made views in the schema %', quote_ident(schema)
        USING
            ERRCODE = 'object_in_use',
            HINT = format(
                'SELECT * FROM slaops.create_marts(%L) again takes up what it made.',
                schema
            );
END
$raise_busy_schema$;
COMMENT ON FUNCTION slaops.raise_busy_schema(text) IS
'Raises the error for the second of two simultaneous calls of create_marts in a new schema.';

-- A source is remembered by its name, and another role's relation may bear it by now.
CREATE FUNCTION slaops.remembered_source(schema text, view_name text, source text)
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $remembered_source$
DECLARE
    relation regclass := slaops.source_relation(source);
    owner oid := (
        SELECT class.relowner
        FROM pg_class AS class
        WHERE class.oid = relation
    );
BEGIN
    IF relation IS NULL
        OR owner = quote_ident(current_user)::regrole
        OR (SELECT role.rolsuper FROM pg_roles AS role WHERE role.oid = owner)
        OR EXISTS (
            SELECT
            FROM pg_rewrite AS rule
            JOIN pg_depend AS dependency
                ON dependency.classid = 'pg_rewrite'::regclass
                AND dependency.objid = rule.oid
            WHERE rule.ev_class = to_regclass(
                    format('%I.%I', slaops.schema_name(schema), slaops.schema_name(view_name))
                )
                AND dependency.refclassid = 'pg_class'::regclass
                AND dependency.refobjid = relation
        )
    THEN
        RETURN relation;
    END IF;
    RAISE EXCEPTION '% of % is not the relation that the views of % read',
        source, owner::regrole, quote_ident(schema)
        USING
            ERRCODE = 'insufficient_privilege',
            HINT = 'The views run what its owner puts into it, with your rights. '
                'If that is right, give it to create_marts by name.';
END
$remembered_source$;
COMMENT ON FUNCTION slaops.remembered_source(text, text, text) IS
'The relation given to create_marts before; an error if its name now belongs to a relation of '
'another role.';

CREATE FUNCTION slaops.check_dimensions(dimensions text[])
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $check_dimensions$
DECLARE
    problem record;
BEGIN
    SELECT
        dimension.name,
        CASE
            WHEN dimension.name IS NULL OR dimension.name = '' THEN 'it has no name'
            WHEN octet_length(dimension.name) > 63 THEN 'it has more than 63 bytes'
            WHEN dimension.name IN ('priority', 'group_name') THEN 'views have it already'
            WHEN count(*) OVER (PARTITION BY dimension.name) > 1 THEN 'it is given twice'
            WHEN max(dimension.place) OVER () > 20 THEN 'there are more than 20'
            WHEN dimension.name !~ '^[[:alnum:]_ .:-]+$'
                THEN 'it has other characters than letters, digits, blanks and _.:-'
            WHEN dimension.name IN ('run', 'place')
                OR EXISTS (
                    SELECT
                    FROM pg_attribute AS attribute
                    WHERE attribute.attrelid = 'slaops.mart_templates'::regclass
                        AND attribute.attnum < 0
                        AND attribute.attname = dimension.name
                )
                THEN 'stored tables have a column of that name'
            -- As a column it would be taken for what the model means by the bare word.
            WHEN dimension.name ~ '^[a-z_][a-z_0-9]*$'
                AND dimension.name <> ALL (slaops.ticket_dimensions())
                AND EXISTS (
                    SELECT
                    FROM slaops.mart_templates AS model
                    WHERE model.sql ~ format('(\n +|GROUP BY |\w\()%s(,|\)|\n|$)', dimension.name)
                        OR model.sql ~ '-- \{dimensions of '
                        AND model.sql ~ format('\mAS %s\M', dimension.name)
                )
                THEN 'views mean something else by it'
            ELSE (
                SELECT format('it is the name of another column of %s', min(model.name))
                FROM slaops.mart_templates AS model
                CROSS JOIN LATERAL slaops.model_columns(model.sql) AS model_column
                WHERE model.sql ~ '-- \{(dimensions|attributes) of '
                    AND model_column.name = dimension.name
                    AND dimension.name <> ALL (slaops.ticket_dimensions())
                HAVING count(*) > 0
            )
        END AS reason
    INTO problem
    FROM unnest(dimensions) WITH ORDINALITY AS dimension (name, place)
    ORDER BY reason NULLS LAST
    LIMIT 1;
    IF problem.reason IS NOT NULL THEN
        RAISE EXCEPTION 'dimension % cannot be taken: %',
            coalesce(quote_literal(problem.name), 'NULL'), problem.reason
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = format(
                    'Dimensions are %s, or keys of the attributes of tickets; '
                    'a view of tickets can give a key another name.',
                    array_to_string(slaops.ticket_dimensions(), ', ')
                );
    END IF;
END
$check_dimensions$;
COMMENT ON FUNCTION slaops.check_dimensions(text[]) IS
'Raises an error for a dimension that create_marts cannot take.';

CREATE FUNCTION slaops.create_marts(
    schema text DEFAULT 'support',
    tickets regclass DEFAULT NULL,
    ticket_events regclass DEFAULT NULL,
    policy_set text DEFAULT NULL,
    stored boolean DEFAULT NULL,
    time_zone text DEFAULT NULL,
    group_capacity regclass DEFAULT NULL,
    agents regclass DEFAULT NULL,
    refresh boolean DEFAULT NULL,
    dimensions text[] DEFAULT NULL,
    shifts regclass DEFAULT NULL,
    work_logs regclass DEFAULT NULL
)
RETURNS TABLE (view_name text, purpose text, change text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_marts$
#variable_conflict use_column
DECLARE
    template record;
    query text;
    live text;
    target regclass;
    old jsonb := '{}';
    made jsonb := '{}';
    changes jsonb;
    before jsonb;
    sources jsonb;
    ours text[];
    dependents text[];
    grants text[] := '{}';
    statement text;
    rebuild boolean := false;
    empty boolean := false;
    other boolean := false;
    state jsonb;
    propagation text := current_setting('citus.enable_ddl_propagation', true);
BEGIN
    IF schema IS NULL OR schema = '' THEN
        RAISE EXCEPTION 'schema must not be NULL or empty'
            USING
                ERRCODE = 'null_value_not_allowed',
                HINT = 'create_marts(''support'', tickets => ''my_tickets'', '
                    'ticket_events => ''my_ticket_events'')';
    END IF;
    IF schema IN ('slaops', 'pg_catalog', 'information_schema') THEN
        RAISE EXCEPTION 'schema must not be %', schema
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Give a schema of yours: create_marts(''support'')';
    END IF;
    before := slaops.mart_state_of(schema, true);
    IF before IS NULL AND to_regnamespace(quote_ident(schema)) IS NOT NULL THEN
        PERFORM slaops.check_mart_schema(schema);
    ELSIF before IS NOT NULL THEN
        PERFORM slaops.lock_marts(schema, 'change');
        before := slaops.mart_state_of(schema, true);
        old := before -> 'objects';
        tickets := coalesce(
            tickets,
            slaops.remembered_source(schema, 'stg_tickets', before ->> 'tickets')
        );
        ticket_events := coalesce(
            ticket_events,
            slaops.remembered_source(schema, 'stg_ticket_events', before ->> 'ticket_events')
        );
        group_capacity := coalesce(
            group_capacity,
            slaops.remembered_source(schema, 'stg_group_capacity', before ->> 'group_capacity')
        );
        agents := coalesce(
            agents,
            slaops.remembered_source(schema, 'stg_agents', before ->> 'agents')
        );
        shifts := coalesce(
            shifts,
            slaops.remembered_source(schema, 'stg_shifts', before ->> 'shifts')
        );
        work_logs := coalesce(
            work_logs,
            slaops.remembered_source(schema, 'stg_work_logs', before ->> 'work_logs')
        );
        policy_set := coalesce(policy_set, before ->> 'policy_set');
        stored := coalesce(stored, (before ->> 'stored')::boolean);
        time_zone := coalesce(time_zone, before ->> 'time_zone');
        dimensions := coalesce(
            dimensions,
            array(SELECT jsonb_array_elements_text(before -> 'dimensions'))
        );
        IF stored <> (before ->> 'stored')::boolean THEN
            RAISE EXCEPTION 'the views of % are % stored facts',
                schema, CASE WHEN NOT stored THEN 'made over' ELSE 'made without' END
                USING
                    ERRCODE = 'invalid_parameter_value',
                    HINT = format(
                        'SELECT * FROM slaops.drop_marts(%L) first, or give another schema.',
                        schema
                    );
        END IF;
    END IF;
    policy_set := coalesce(policy_set, slaops.policy_set_of(schema));
    stored := coalesce(stored, true);
    time_zone := coalesce(time_zone, 'UTC');
    dimensions := coalesce(dimensions, '{}');
    PERFORM slaops.check_dimensions(dimensions);
    PERFORM FROM pg_timezone_names AS zone WHERE lower(zone.name) = lower(time_zone);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown time zone "%"', time_zone
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'It is the zone in which days and months of the views begin. '
                    'Give a name of the time zone database, such as Europe/Berlin.';
    END IF;
    tickets := slaops.mart_source(
        schema,
        tickets,
        'tickets',
        '{ticket_id,created_at}',
        ARRAY[
            'created_at timestamptz',
            'solved_at timestamptz',
            'closed_at timestamptz',
            'loaded_at timestamptz',
            'csat_score float8',
            'cost float8',
            'tags text[]',
            'attributes jsonb'
        ]
    );
    ticket_events := slaops.mart_source(
        schema,
        ticket_events,
        'ticket_events',
        '{ticket_id,event_at,event_type}',
        '{event_at timestamptz,loaded_at timestamptz,public bool,seq int8}'
    );
    PERFORM slaops.check_ticket_ids(tickets, 'ticket_id', ticket_events, 'ticket_id');
    -- '-' is the regclass of no relation: what was given before is given up.
    group_capacity := nullif(group_capacity, 0::regclass);
    agents := nullif(agents, 0::regclass);
    shifts := nullif(shifts, 0::regclass);
    work_logs := nullif(coalesce(work_logs, slaops.attached_work_logs(schema)), 0::regclass);
    IF group_capacity IS NOT NULL THEN
        group_capacity := slaops.mart_source(
            schema,
            group_capacity,
            'group_capacity',
            '{group_name,fte}',
            ARRAY[
                'fte float8',
                'hours_per_day float8',
                'occupancy float8',
                'handle_minutes float8',
                'attainment_target float8',
                'service_level float8',
                'threshold_seconds float8',
                'patience_seconds float8',
                'due_minutes float8'
            ]
        );
    END IF;
    IF agents IS NOT NULL THEN
        agents := slaops.mart_source(
            schema,
            agents,
            'agents',
            '{agent}',
            '{fte float8,cost_per_hour float8}'
        );
    END IF;
    IF shifts IS NOT NULL THEN
        shifts := slaops.mart_source(
            schema,
            shifts,
            'shifts',
            '{agent,starts_at,ends_at}',
            '{starts_at timestamptz,ends_at timestamptz}'
        );
    END IF;
    IF work_logs IS NOT NULL THEN
        work_logs := slaops.mart_source(
            schema,
            work_logs,
            'work_logs',
            '{ticket_id,started_at,ended_at}',
            '{started_at timestamptz,ended_at timestamptz}'
        );
        PERFORM slaops.check_ticket_ids(tickets, 'ticket_id', work_logs, 'ticket_id');
    END IF;
    sources := jsonb_build_object(
        'tickets', tickets,
        'ticket_events', ticket_events,
        'group_capacity', group_capacity,
        'agents', agents,
        'shifts', shifts,
        'work_logs', work_logs,
        'dimensions', dimensions
    );
    PERFORM FROM slaops.sla_policies AS policy WHERE policy.policy_set = create_marts.policy_set;
    IF NOT FOUND
        AND policy_set <> 'current'
        AND policy_set NOT IN (SELECT known.name FROM slaops.policy_set_names() AS known (name))
    THEN
        RAISE EXCEPTION 'policy set "%" does not exist', policy_set
            USING
                ERRCODE = 'undefined_object',
                HINT = format(
                    'There are: %s. slaops.load_config(..., policy_set => %L) makes it.',
                    (
                        SELECT coalesce(string_agg(known.name, ', ' ORDER BY known.name), 'none')
                        FROM slaops.policy_set_names() AS known (name)
                    ),
                    policy_set
                );
    ELSIF NOT FOUND THEN
        RAISE NOTICE 'policy set "%" has no policies yet, so nothing has a target; '
            'slaops.load_config makes some', policy_set;
        PERFORM
        FROM slaops.sla_policies AS policy
        WHERE policy.policy_set = 'current'
            AND create_marts.policy_set <> 'current';
        IF FOUND THEN
            RAISE NOTICE 'the policy set "current" has policies: policy_set => ''current'' '
                'measures by it';
        END IF;
    END IF;
    -- Views and stored figures stay on the coordinator: copies on the workers would read nothing.
    IF propagation IS NOT NULL THEN
        PERFORM set_config('citus.enable_ddl_propagation', 'off', true);
    END IF;
    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        BEGIN
            EXECUTE format('CREATE SCHEMA %I', schema);
        EXCEPTION WHEN unique_violation OR duplicate_schema THEN
            PERFORM slaops.raise_busy_schema(schema);
        END;
    END IF;
    ours := slaops.mart_objects(schema, stored);
    FOR template IN
        SELECT class.relname
        FROM pg_class AS class
        WHERE class.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace
            AND class.relname = ANY (ours)
            AND class.relkind <> 'i'
            AND NOT old ? class.relname
    LOOP
        RAISE EXCEPTION '%.% exists already and was not made by create_marts',
            quote_ident(schema), quote_ident(template.relname)
            USING
                ERRCODE = 'duplicate_table',
                HINT = 'Rename it, or give another schema.';
    END LOOP;
    -- Views that this version no longer has stay among ours, so that drop_marts finds them.
    ours := array(SELECT jsonb_object_keys(old) UNION SELECT unnest(ours));
    IF before IS NULL THEN
        BEGIN
            EXECUTE format($state$
                CREATE TABLE %1$I.mart_state (
                    one boolean PRIMARY KEY DEFAULT true CHECK (one),
                    tickets text NOT NULL,
                    ticket_events text NOT NULL,
                    group_capacity text,
                    agents text,
                    shifts text,
                    work_logs text,
                    policy_set text NOT NULL,
                    time_zone text NOT NULL,
                    dimensions text[] NOT NULL DEFAULT '{}',
                    stored boolean NOT NULL,
                    version text NOT NULL,
                    objects jsonb NOT NULL DEFAULT '{}',
                    run bigint NOT NULL DEFAULT 0,
                    as_of timestamptz,
                    configuration text,
                    summary_run bigint NOT NULL DEFAULT 0,
                    summary_inputs text,
                    process_model text,
                    pending jsonb
                );
                COMMENT ON TABLE %1$I.mart_state IS
                    'How slaops.create_marts made these views, and the figures that they hold.';
                COMMENT ON COLUMN %1$I.mart_state.one IS 'True: the table has one row.';
                COMMENT ON COLUMN %1$I.mart_state.tickets IS
                'The table or view of tickets.';
                COMMENT ON COLUMN %1$I.mart_state.ticket_events IS
                'The table or view of their events.';
                COMMENT ON COLUMN %1$I.mart_state.group_capacity IS
                    'The table or view of the capacity of groups, if any.';
                COMMENT ON COLUMN %1$I.mart_state.agents IS
                'The table or view of agents, if any.';
                COMMENT ON COLUMN %1$I.mart_state.shifts IS
                'The table or view of planned shifts, if any.';
                COMMENT ON COLUMN %1$I.mart_state.work_logs IS
                'The table or view of work logs, if any.';
                COMMENT ON COLUMN %1$I.mart_state.policy_set IS 'The policy set of the figures.';
                COMMENT ON COLUMN %1$I.mart_state.time_zone IS 'The time zone of days and months.';
                COMMENT ON COLUMN %1$I.mart_state.dimensions IS
                'What views by day are split by, besides priority and group.';
                COMMENT ON COLUMN %1$I.mart_state.stored IS
                    'Whether views are stored by slaops.refresh or computed when read.';
                COMMENT ON COLUMN %1$I.mart_state.version IS
                'The version of slaops that made the views.';
                COMMENT ON COLUMN %1$I.mart_state.objects IS
                    'Its relations, each with a hash of its SQL.';
                COMMENT ON COLUMN %1$I.mart_state.run IS
                'The published run of slaops.refresh; 0 before the first.';
                COMMENT ON COLUMN %1$I.mart_state.as_of IS 'The as_of of the published figures.';
                COMMENT ON COLUMN %1$I.mart_state.configuration IS
                    'A hash of the configuration of these figures.';
                COMMENT ON COLUMN %1$I.mart_state.summary_run IS
                'The run of the stored marts and dashboards; where it is not that of the facts, '
                'their views are computed when read.';
                COMMENT ON COLUMN %1$I.mart_state.summary_inputs IS
                'A hash of what summaries were computed from besides the facts.';
                COMMENT ON COLUMN %1$I.mart_state.process_model IS
                'The model by which process_conformance is stored: slaops.process_model() of '
                'the session that refreshed.';
                COMMENT ON COLUMN %1$I.mart_state.pending IS
                    'A refresh that has started and is not published.';
                INSERT INTO %1$I.mart_state (
                    tickets,
                    ticket_events,
                    policy_set,
                    time_zone,
                    stored,
                    version
                )
                VALUES (%2$L, %3$L, %4$L, %5$L, %6$L, '')
            $state$, schema, tickets, ticket_events, policy_set, time_zone, stored);
        EXCEPTION WHEN unique_violation OR duplicate_table THEN
            PERFORM slaops.raise_busy_schema(schema);
        END;
        PERFORM slaops.lock_marts(schema, 'change');
    END IF;
    -- Keys of stored views have them. Those who made views before there were any have no column.
    IF NOT coalesce(before ? 'shifts', true) THEN
        EXECUTE format('ALTER TABLE %I.mart_state ADD COLUMN shifts text', schema);
    END IF;
    IF NOT coalesce(before ? 'work_logs', true) THEN
        EXECUTE format('ALTER TABLE %I.mart_state ADD COLUMN work_logs text', schema);
    END IF;
    IF NOT coalesce(before ? 'dimensions', true) THEN
        EXECUTE format(
            $$ALTER TABLE %I.mart_state ADD COLUMN dimensions text[] NOT NULL DEFAULT '{}'$$,
            schema
        );
    END IF;
    EXECUTE format('UPDATE %I.mart_state SET dimensions = $1', schema) USING dimensions;
    LOOP
        made := '{"mart_state": ""}';
        changes := '[]';
        BEGIN
            FOR template IN
                SELECT model.*
                FROM slaops.mart_templates AS model
                ORDER BY
                    model."position",
                    model.name
            LOOP
                live := slaops.mart_fill(
                    template.sql,
                    schema,
                    sources,
                    policy_set,
                    time_zone,
                    slaops.mart_as_of(stored),
                    NULL::text,
                    NULL::text,
                    NULL::text
                );
                query := live;
                IF template.name = 'alerts' THEN
                    PERFORM slaops.create_alert_table(schema);
                END IF;
                IF template.materialized <> 'view' AND stored THEN
                    PERFORM slaops.create_mart_tables(schema);
                    IF slaops.create_mart_store(
                        schema,
                        template.name,
                        template.materialized,
                        live,
                        rebuild
                    ) THEN
                        empty := true;
                    END IF;
                    made := made || jsonb_build_object('stored_' || template.name, '');
                    query := slaops.mart_store_query(
                        schema,
                        template.name,
                        template.materialized,
                        live
                    );
                END IF;
                change := CASE
                    WHEN NOT old ? template.name
                        OR to_regclass(format('%I.%I', schema, template.name)) IS NULL
                        AND NOT rebuild
                        THEN 'created'
                    WHEN old ->> template.name = md5(query) AND NOT rebuild THEN 'unchanged'
                    ELSE 'replaced'
                END;
                -- A table that was renamed is still what the view reads, and another may bear its
                -- name by now.
                target := CASE template.name
                    WHEN 'stg_tickets' THEN tickets
                    WHEN 'stg_ticket_events' THEN ticket_events
                    WHEN 'stg_group_capacity' THEN group_capacity
                    WHEN 'stg_agents' THEN agents
                    WHEN 'stg_shifts' THEN shifts
                    WHEN 'stg_work_logs' THEN work_logs
                END;
                IF change = 'unchanged' AND target IS NOT NULL AND NOT EXISTS (
                    SELECT
                    FROM pg_depend AS dependency
                    JOIN pg_rewrite AS rule
                        ON dependency.classid = 'pg_rewrite'::regclass
                        AND dependency.objid = rule.oid
                    WHERE rule.ev_class = format('%I.%I', schema, template.name)::regclass
                        AND dependency.refclassid = 'pg_class'::regclass
                        AND dependency.refobjid = target
                ) THEN
                    change := 'replaced';
                    other := true;
                END IF;
                IF change <> 'unchanged' OR rebuild THEN
                    EXECUTE format(
                        'CREATE OR REPLACE VIEW %I.%I WITH (security_invoker = true) AS %s',
                        schema, template.name, query
                    );
                    PERFORM slaops.comment_mart(
                        format('%I.%I', schema, template.name)::regclass,
                        query
                    );
                END IF;
                made := made || jsonb_build_object(template.name, md5(query));
                changes := changes || jsonb_build_array(jsonb_build_array(
                    format('%I.%I', schema, template.name),
                    slaops.model_purpose(query),
                    change
                ));
            END LOOP;
            EXIT;
        -- A view's columns cannot be taken away or retyped in place: all of them are made anew.
        EXCEPTION WHEN invalid_table_definition THEN
            IF rebuild THEN
                RAISE;
            END IF;
        END;
        rebuild := true;
        dependents := slaops.mart_dependents(
            schema,
            array(
                SELECT class.relname
                FROM pg_class AS class
                WHERE class.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace
                    AND class.relname = ANY (ours)
                    AND class.relkind = 'v'
            ),
            ours
        );
        IF dependents IS NOT NULL THEN
            RAISE EXCEPTION 'the columns of views in % change, and objects of yours '
                'depend on them: %', quote_ident(schema), array_to_string(dependents, ', ')
                USING
                    ERRCODE = 'dependent_objects_still_exist',
                    HINT = 'Drop these, call create_marts again, and make them anew. '
                        'Nothing has been changed.';
        END IF;
        grants := slaops.mart_grants(schema, ours);
        PERFORM slaops.drop_mart_views(schema, ours);
    END LOOP;
    made := made || '{"risk_alerts": ""}';
    IF stored THEN
        made := made || '{"refresh_log": "", "refresh_queue": "", "refreshed_tickets": ""}';
    END IF;
    PERFORM slaops.mart_policies(schema);
    FOREACH statement IN ARRAY grants LOOP
        BEGIN
            EXECUTE statement;
        EXCEPTION WHEN undefined_table OR undefined_column THEN
            RAISE NOTICE 'no longer there: %', statement;
        END;
    END LOOP;
    EXECUTE format($update$
        UPDATE %I.mart_state
        SET tickets = $1,
            ticket_events = $2,
            group_capacity = $3,
            agents = $4,
            shifts = $5,
            work_logs = $6,
            policy_set = $7,
            time_zone = $8,
            objects = $9,
            version = $10
    $update$, schema)
        USING
            tickets::text,
            ticket_events::text,
            group_capacity::text,
            agents::text,
            shifts::text,
            work_logs::text,
            policy_set,
            time_zone,
            made,
            (
                SELECT extension.extversion
                FROM pg_extension AS extension
                WHERE extension.extname = 'slaops'
            );
    PERFORM slaops.check_readers(schema, array(
        SELECT entry ->> 0
        FROM jsonb_array_elements(changes) AS entry
        WHERE before IS NOT NULL
            AND entry ->> 2 = 'created'
    ));
    IF stored THEN
        state := slaops.mart_state_of(schema, true);
        -- What the call itself asks for is filled in, as of the instant of before; what else has
        -- changed waits for refresh, and is said.
        other := other OR ROW(
            before ->> 'tickets',
            before ->> 'ticket_events',
            before ->> 'policy_set',
            before ->> 'time_zone',
            before ->> 'dimensions'
        ) IS DISTINCT FROM ROW(
            state ->> 'tickets',
            state ->> 'ticket_events',
            state ->> 'policy_set',
            state ->> 'time_zone',
            state ->> 'dimensions'
        );
        IF coalesce(refresh, empty OR other OR before ->> 'as_of' IS NULL) THEN
            PERFORM slaops.refresh_now(
                schema,
                CASE
                    WHEN refresh IS NULL
                        AND coalesce(current_setting('slaops.as_of', true), '') = ''
                        THEN (before ->> 'as_of')::timestamptz
                END,
                NULL::timestamptz,
                20000
            );
        ELSIF empty THEN
            RAISE NOTICE 'the stored facts of % are empty until: CALL slaops.refresh(%)',
                quote_ident(schema), quote_literal(schema);
        ELSIF state ->> 'as_of' IS NOT NULL
            AND state ->> 'configuration'
                IS DISTINCT FROM slaops.refresh_configuration(schema, state)
        THEN
            RAISE NOTICE 'the stored facts of % are those of the configuration of before until: '
                'CALL slaops.refresh(%)', quote_ident(schema), quote_literal(schema);
        END IF;
    END IF;
    IF propagation IS NOT NULL THEN
        PERFORM set_config('citus.enable_ddl_propagation', propagation, true);
    END IF;
    RETURN QUERY
        SELECT
            listed.entry ->> 0,
            listed.entry ->> 1,
            listed.entry ->> 2
        FROM jsonb_array_elements(changes) WITH ORDINALITY AS listed (entry, place)
        ORDER BY listed.place;
END
$create_marts$;
COMMENT ON FUNCTION slaops.create_marts(
    text, regclass, regclass, text, boolean, text, regclass, regclass, boolean, text[], regclass,
    regclass
) IS
'Creates all views in a schema over a table of tickets and one of events, and fills the stored '
'ones. Views by day are split by priority, group, and dimensions: brand, region, channel, tier, '
'type, organization_id, assignee, or keys of attributes. Call it again after an upgrade: it keeps '
'your arguments and lists the changes. Example: '
'SELECT * FROM slaops.create_marts(''views'', ''demo.tickets'', ''demo.ticket_events'', '
'policy_set => ''demo'');';
