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
        RAISE EXCEPTION 'slaops.as_of is %, but these views hold figures as of %', wanted, coalesce(as_of::text, 'no instant yet')
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'RESET slaops.as_of, or CALL slaops.refresh(schema, as_of => ...). Views that answer at any instant: slaops.create_marts(other_schema, ..., stored => false).';
    END IF;
    RETURN run;
END
$published_run$;
COMMENT ON FUNCTION slaops.published_run(bigint, timestamptz) IS
'The run whose rows the views over stored facts show; an error where slaops.as_of asks for another instant than they hold.';

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
'The instant of the figures of the views over stored facts; an error where slaops.as_of asks for another.';

-- The row of mart_state; none where create_marts has made nothing. Another's table of that name is not read, and who does not
-- own the views is told so before anything fails half-way.
CREATE FUNCTION slaops.mart_state_of(schema text, to_change boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_state_of$
DECLARE
    state jsonb;
    owner oid := (SELECT c.relowner FROM pg_class AS c WHERE c.oid = to_regclass(quote_ident(schema) || '.mart_state'));
BEGIN
    IF owner IS NULL THEN
        RETURN NULL;
    END IF;
    IF obj_description(format('%I.mart_state', schema)::regclass, 'pg_class') IS DISTINCT FROM 'How slaops.create_marts made these views, and the figures that they hold.' THEN
        RAISE EXCEPTION '%.mart_state is not of create_marts', quote_ident(schema)
            USING ERRCODE = 'duplicate_table', HINT = 'Rename it, or give another schema.';
    END IF;
    IF to_change AND NOT pg_has_role(owner, 'USAGE') THEN
        RAISE EXCEPTION 'the views of % belong to %', quote_ident(schema), owner::regrole
            USING ERRCODE = 'insufficient_privilege', HINT = format('Ask %s, or SET ROLE %s. To read them no more is needed than SELECT.', owner::regrole, owner::regrole);
    END IF;
    EXECUTE format('SELECT to_jsonb(s) FROM %I.mart_state AS s', schema) INTO state;
    RETURN state;
END
$mart_state_of$;
COMMENT ON FUNCTION slaops.mart_state_of(text, boolean) IS
'The row of mart_state of a schema, NULL where there is none; an error where the table is another''s, or the caller may not change what it tells of.';

-- What one call makes: views, and tables behind the stored ones.
CREATE FUNCTION slaops.mart_objects(schema text, stored boolean)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_objects$
    SELECT array_agg(m.name) || array_agg('stored_' || m.name) FILTER (WHERE m.stored AND $2)
           || '{mart_state,risk_alerts}' || CASE WHEN $2 THEN '{refresh_log,refresh_queue,refreshed_tickets}'::text[] END
    FROM slaops.mart_templates AS m
$mart_objects$;
COMMENT ON FUNCTION slaops.mart_objects(text, boolean) IS
'The names of all relations that create_marts makes.';

CREATE FUNCTION slaops.create_mart_tables(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_mart_tables$
DECLARE
    found text := (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a WHERE a.attrelid = to_regclass(format('%I.refresh_queue', schema)) AND a.attname = 'ticket_id');
BEGIN
    IF to_regclass(format('%I.refresh_log', schema)) IS NULL THEN
        EXECUTE format($make$
            CREATE TABLE %1$I.refresh_log (
                refresh bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run bigint NOT NULL, state text NOT NULL, reason text NOT NULL, as_of timestamptz NOT NULL, since timestamptz,
                tickets bigint NOT NULL, tickets_done bigint NOT NULL DEFAULT 0, started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                updated_at timestamptz NOT NULL DEFAULT clock_timestamp(), finished_at timestamptz, pid integer NOT NULL DEFAULT pg_backend_pid(), error text);
            COMMENT ON TABLE %1$I.refresh_log IS 'A row a refresh: how far it is, and what became of it.';
            COMMENT ON COLUMN %1$I.refresh_log.refresh IS 'Number of the refresh.';
            COMMENT ON COLUMN %1$I.refresh_log.run IS 'Number under which its rows are published.';
            COMMENT ON COLUMN %1$I.refresh_log.state IS 'running, done, failed, or abandoned (the configuration changed before it was taken up again).';
            COMMENT ON COLUMN %1$I.refresh_log.reason IS 'first, incremental, unchanged, configuration changed, a policy version began or ended, or planning (it failed before it knew).';
            COMMENT ON COLUMN %1$I.refresh_log.as_of IS 'The instant of its figures.';
            COMMENT ON COLUMN %1$I.refresh_log.since IS 'It looked at tickets with events since then; NULL: at all of them.';
            COMMENT ON COLUMN %1$I.refresh_log.tickets IS 'Tickets to be worked out.';
            COMMENT ON COLUMN %1$I.refresh_log.tickets_done IS 'Of them, done.';
            COMMENT ON COLUMN %1$I.refresh_log.started_at IS 'When it began.';
            COMMENT ON COLUMN %1$I.refresh_log.updated_at IS 'When it last finished a batch.';
            COMMENT ON COLUMN %1$I.refresh_log.finished_at IS 'When it was published, or failed.';
            COMMENT ON COLUMN %1$I.refresh_log.pid IS 'The server process that runs it.';
            COMMENT ON COLUMN %1$I.refresh_log.error IS 'Why it failed.';
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
        CREATE TABLE %1$I.refresh_queue (ticket_id %2$s PRIMARY KEY, kind text NOT NULL, fingerprint bigint, batch integer);
        COMMENT ON TABLE %1$I.refresh_queue IS 'Tickets of the refresh under way.';
        COMMENT ON COLUMN %1$I.refresh_queue.ticket_id IS 'The ticket.';
        COMMENT ON COLUMN %1$I.refresh_queue.kind IS 'changed, passed (only time has), or gone.';
        COMMENT ON COLUMN %1$I.refresh_queue.fingerprint IS 'The hash of its row and its events when it was queued.';
        COMMENT ON COLUMN %1$I.refresh_queue.batch IS 'The batch in which it is worked out; NULL when it has been.';
        CREATE INDEX slaops_refresh_queue_batch ON %1$I.refresh_queue (batch) WHERE batch IS NOT NULL;
        CREATE TABLE %1$I.refreshed_tickets (
            ticket_id %2$s NOT NULL, run bigint NOT NULL, fingerprint bigint NOT NULL, settled boolean NOT NULL,
            last_event_at timestamptz, next_event_at timestamptz);
        COMMENT ON TABLE %1$I.refreshed_tickets IS 'What each ticket was like when it was last worked out.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.ticket_id IS 'The ticket.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.run IS 'The run that worked it out.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.fingerprint IS 'A hash of its row and its events.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.settled IS 'Whether nothing about it changes as time goes by.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.last_event_at IS 'Its last event, creation, solution or closing by then.';
        COMMENT ON COLUMN %1$I.refreshed_tickets.next_event_at IS 'The first of these after that.';
        CREATE UNIQUE INDEX slaops_refreshed_tickets ON %1$I.refreshed_tickets (ticket_id, run);
        ALTER TABLE %1$I.refreshed_tickets ENABLE ROW LEVEL SECURITY;
        ALTER TABLE %1$I.refresh_queue ENABLE ROW LEVEL SECURITY;
    $make$, schema, slaops.mart_id_type(schema));
END
$create_mart_tables$;
COMMENT ON FUNCTION slaops.create_mart_tables(text) IS
'The tables by which refresh keeps its books.';

-- Indexes where refresh and BI tools filter. Rows are written in the order of tickets, which is that of time, so
-- BRIN serves ranges of time at a thousandth of a b-tree's size.
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
        WHEN 'int_ticket_lifecycle' THEN ARRAY['(ticket_id)', '(ticket_id) WHERE is_open', 'USING brin (created_at)', 'USING brin (solved_at)']
        WHEN 'int_agent_activity' THEN ARRAY['(ticket_id)']
        WHEN 'fct_sla_attainment' THEN ARRAY['(ticket_id)', '(ticket_id) WHERE stopped_at IS NULL', 'USING brin (started_at)']
        WHEN 'fct_backlog_snapshot' THEN ARRAY['(ticket_id)', '(day)']
        ELSE ARRAY['(ticket_id)'] END
    LOOP
        number := number + 1;
        EXECUTE format('CREATE INDEX %I ON %I.%I %s', format('slaops_%s_%s', name, number), schema, 'stored_' || name, spec);
    END LOOP;
END
$create_mart_indexes$;
COMMENT ON FUNCTION slaops.create_mart_indexes(text, text) IS
'Makes the indexes of a stored table; that their names begin with slaops_ tells them from the user''s.';

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
'Whether Postgres has a cast from one type to another.';

-- Events are joined to tickets by the id, in the types that the two relations give it.
CREATE FUNCTION slaops.check_ticket_ids(tickets regclass, tickets_id text, ticket_events regclass, events_id text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $check_ticket_ids$
DECLARE
    of_tickets text := (SELECT format_type(a.atttypid, NULL) FROM pg_attribute AS a WHERE a.attrelid = tickets AND a.attname = tickets_id AND NOT a.attisdropped);
    of_events text := (SELECT format_type(a.atttypid, NULL) FROM pg_attribute AS a WHERE a.attrelid = ticket_events AND a.attname = events_id AND NOT a.attisdropped);
BEGIN
    EXECUTE format('SELECT NULL::%1$s = NULL::%2$s, NULL::%1$s < NULL::%1$s', of_tickets, of_events);
EXCEPTION WHEN undefined_function OR ambiguous_function THEN
    IF of_tickets = of_events THEN
        RAISE EXCEPTION '%.% is of type %, which cannot be compared', tickets, quote_ident(tickets_id), of_tickets
            USING ERRCODE = 'datatype_mismatch', HINT = format('Give a view in which it is a text: %1$I::text AS %1$I', tickets_id);
    END IF;
    RAISE EXCEPTION '%.% is of type %, but %.% of type %', tickets, quote_ident(tickets_id), of_tickets, ticket_events, quote_ident(events_id), of_events
        USING ERRCODE = 'datatype_mismatch',
              HINT = CASE WHEN slaops.mart_castable(of_events, of_tickets) THEN format('Give a view of events in which it is of the ticket''s type: %1$I::%2$s AS %1$I', events_id, of_tickets)
                          ELSE format('Give views in which both are written alike, as texts: %1$I::text AS %1$I', events_id) END;
END
$check_ticket_ids$;
COMMENT ON FUNCTION slaops.check_ticket_ids(regclass, text, regclass, text) IS
'An error where the ids of tickets and those of their events cannot be compared.';

CREATE FUNCTION slaops.mart_source(schema text, relation regclass, named text, wanted text[], types text[])
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_source$
DECLARE
    source regclass := coalesce(relation, to_regclass(format('%I.%I', schema, named)));
    missing text;
    item record;
BEGIN
    IF source IS NULL THEN
        RAISE EXCEPTION 'create_marts needs to know your %', replace(named, '_', ' ')
            USING ERRCODE = 'undefined_table', HINT = format('create_marts(%L, tickets => ''my_tickets'', ticket_events => ''my_ticket_events''), or slaops.attach makes %I.%I.', schema, schema, named);
    END IF;
    SELECT w.name INTO missing FROM unnest(wanted) AS w (name)
    WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = source AND a.attname = w.name AND a.attnum > 0 AND NOT a.attisdropped);
    IF FOUND THEN
        RAISE EXCEPTION 'table % has no column %', source, missing
            USING ERRCODE = 'undefined_column', HINT = format('Give a table or view with the columns of %s: %s, ...', replace(named, '_', ' '), array_to_string(wanted, ', '));
    END IF;
    -- Each "name type"; what is not listed is a text, which every type can be.
    FOR item IN
        SELECT format('%s.%I', source, a.attname) AS name, quote_ident(a.attname) AS attname, format_type(a.atttypid, NULL) AS has, split_part(t.entry, ' ', 2)::regtype AS type, y.typcategory
        FROM unnest(types) WITH ORDINALITY AS t (entry, place)
        JOIN pg_attribute AS a ON a.attrelid = source AND a.attname = split_part(t.entry, ' ', 1) AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type AS y ON y.oid = a.atttypid
        WHERE a.atttypid <> split_part(t.entry, ' ', 2)::regtype
        ORDER BY t.place
    LOOP
        IF item.type = 'timestamptz'::regtype AND item.has IN ('timestamp without time zone', 'date') THEN
            RAISE EXCEPTION 'column % has no time zone, so its instants depend on who asks', item.name
                USING ERRCODE = 'datatype_mismatch', HINT = format('Give a view that says where it was noon: %1$s AT TIME ZONE ''Europe/Berlin'' AS %1$s', item.attname);
        END IF;
        -- A text would be cast row by row, and fail in the middle of a refresh.
        IF item.typcategory = 'S' OR NOT slaops.mart_castable(item.has, item.type::text) THEN
            RAISE EXCEPTION 'column % is of type %, not %', item.name, item.has, item.type
                USING ERRCODE = 'datatype_mismatch',
                      HINT = format('Give a view that makes it one: %s AS %s', CASE
                          WHEN item.type = 'text[]'::regtype AND item.typcategory = 'S' THEN format('string_to_array(%s, '','')', item.attname)
                          WHEN item.type = 'text[]'::regtype AND item.has IN ('json', 'jsonb') THEN format('ARRAY(SELECT %s_array_elements_text(%s))', item.has, item.attname)
                          ELSE format('%s::%s', item.attname, item.type) END, item.attname);
        END IF;
    END LOOP;
    RETURN source;
END
$mart_source$;
COMMENT ON FUNCTION slaops.mart_source(text, regclass, text, text[], text[]) IS
'The relation that create_marts reads, checked for what it must have.';

CREATE FUNCTION slaops.create_marts(
    schema text DEFAULT 'support', tickets regclass DEFAULT NULL, ticket_events regclass DEFAULT NULL, policy_set text DEFAULT NULL,
    stored boolean DEFAULT NULL, time_zone text DEFAULT NULL, group_capacity regclass DEFAULT NULL, agents regclass DEFAULT NULL, refresh boolean DEFAULT NULL
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
    told jsonb;
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
    invoker text := CASE WHEN current_setting('server_version_num')::integer >= 150000 THEN 'WITH (security_invoker = true)' END;
BEGIN
    IF schema IS NULL OR schema = '' THEN
        RAISE EXCEPTION 'create_marts needs a schema'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'create_marts(''support'', tickets => ''my_tickets'', ticket_events => ''my_ticket_events'')';
    END IF;
    IF schema IN ('slaops', 'pg_catalog', 'information_schema') THEN
        RAISE EXCEPTION 'the views cannot be made in the schema %', schema
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give a schema of yours: create_marts(''support'')';
    END IF;
    before := slaops.mart_state_of(schema, true);
    IF before IS NOT NULL THEN
        old := before -> 'objects';
        tickets := coalesce(tickets, to_regclass(before ->> 'tickets'));
        ticket_events := coalesce(ticket_events, to_regclass(before ->> 'ticket_events'));
        group_capacity := coalesce(group_capacity, to_regclass(before ->> 'group_capacity'));
        agents := coalesce(agents, to_regclass(before ->> 'agents'));
        policy_set := coalesce(policy_set, before ->> 'policy_set');
        stored := coalesce(stored, (before ->> 'stored')::boolean);
        time_zone := coalesce(time_zone, before ->> 'time_zone');
        IF stored <> (before ->> 'stored')::boolean THEN
            RAISE EXCEPTION 'the views of % are % stored facts', schema, CASE WHEN NOT stored THEN 'made over' ELSE 'made without' END
                USING ERRCODE = 'invalid_parameter_value', HINT = format('SELECT * FROM slaops.drop_marts(%L) first, or give another schema.', schema);
        END IF;
    END IF;
    policy_set := coalesce(policy_set, 'current');
    stored := coalesce(stored, true);
    time_zone := coalesce(time_zone, 'UTC');
    PERFORM FROM pg_timezone_names AS z WHERE lower(z.name) = lower(time_zone);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'time zone "%" is not known', time_zone
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Days and months of the views begin there. Give a name of the time zone database, such as Europe/Berlin.';
    END IF;
    tickets := slaops.mart_source(schema, tickets, 'tickets', '{ticket_id,created_at}',
        '{created_at timestamptz,solved_at timestamptz,closed_at timestamptz,loaded_at timestamptz,csat_score float8,cost float8,tags text[],attributes jsonb}');
    ticket_events := slaops.mart_source(schema, ticket_events, 'ticket_events', '{ticket_id,event_at,event_type}', '{event_at timestamptz,loaded_at timestamptz,public bool,seq int8}');
    PERFORM slaops.check_ticket_ids(tickets, 'ticket_id', ticket_events, 'ticket_id');
    IF group_capacity IS NOT NULL THEN
        group_capacity := slaops.mart_source(schema, group_capacity, 'group_capacity', '{group_name,fte}', '{fte float8,hours_per_day float8,occupancy float8,handle_minutes float8,attainment_target float8}');
    END IF;
    IF agents IS NOT NULL THEN
        agents := slaops.mart_source(schema, agents, 'agents', '{agent}', '{fte float8,cost_per_hour float8}');
    END IF;
    sources := jsonb_build_object('tickets', tickets, 'ticket_events', ticket_events, 'group_capacity', group_capacity, 'agents', agents);
    PERFORM FROM slaops.sla_policies AS p WHERE p.policy_set = create_marts.policy_set;
    IF NOT FOUND THEN
        RAISE NOTICE 'policy set "%" has no policies yet, so nothing has a target; slaops.load_config makes some', policy_set;
    END IF;
    IF invoker IS NULL THEN
        RAISE NOTICE 'PostgreSQL % has no security_invoker: row-level security of your tables is that of the views'' owner', current_setting('server_version');
    END IF;
    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    END IF;
    ours := slaops.mart_objects(schema, stored);
    FOR template IN
        SELECT c.relname FROM pg_class AS c
        WHERE c.relnamespace = quote_ident(schema)::regnamespace AND c.relname = ANY (ours) AND c.relkind <> 'i' AND NOT old ? c.relname
    LOOP
        RAISE EXCEPTION '%.% is there already, and create_marts did not make it', quote_ident(schema), quote_ident(template.relname)
            USING ERRCODE = 'duplicate_table', HINT = 'Rename it, or give another schema.';
    END LOOP;
    -- Views that this version no longer has stay among ours, so that drop_marts finds them.
    ours := array(SELECT jsonb_object_keys(old) UNION SELECT unnest(ours));
    IF before IS NULL THEN
        EXECUTE format($state$
            CREATE TABLE %1$I.mart_state (
                one boolean PRIMARY KEY DEFAULT true CHECK (one), tickets text NOT NULL, ticket_events text NOT NULL, group_capacity text, agents text, policy_set text NOT NULL,
                time_zone text NOT NULL, stored boolean NOT NULL, version text NOT NULL, objects jsonb NOT NULL DEFAULT '{}',
                run bigint NOT NULL DEFAULT 0, as_of timestamptz, configuration text, pending jsonb);
            COMMENT ON TABLE %1$I.mart_state IS 'How slaops.create_marts made these views, and the figures that they hold.';
            COMMENT ON COLUMN %1$I.mart_state.one IS 'There is one row.';
            COMMENT ON COLUMN %1$I.mart_state.tickets IS 'The table or view of tickets.';
            COMMENT ON COLUMN %1$I.mart_state.ticket_events IS 'The table or view of their events.';
            COMMENT ON COLUMN %1$I.mart_state.group_capacity IS 'The table or view of what each group can do, if any.';
            COMMENT ON COLUMN %1$I.mart_state.agents IS 'The table or view of agents, if any.';
            COMMENT ON COLUMN %1$I.mart_state.policy_set IS 'The policies by which they are measured.';
            COMMENT ON COLUMN %1$I.mart_state.time_zone IS 'Where days and months begin.';
            COMMENT ON COLUMN %1$I.mart_state.stored IS 'Whether facts are stored by slaops.refresh; else worked out when asked.';
            COMMENT ON COLUMN %1$I.mart_state.version IS 'The version of slaops that made the views.';
            COMMENT ON COLUMN %1$I.mart_state.objects IS 'What it made: each relation with a hash of its SQL.';
            COMMENT ON COLUMN %1$I.mart_state.run IS 'The published run of slaops.refresh; 0 before the first.';
            COMMENT ON COLUMN %1$I.mart_state.as_of IS 'The instant of its figures.';
            COMMENT ON COLUMN %1$I.mart_state.configuration IS 'A hash of the configuration by which it was measured.';
            COMMENT ON COLUMN %1$I.mart_state.pending IS 'A refresh that has begun and is not published.';
            INSERT INTO %1$I.mart_state (tickets, ticket_events, policy_set, time_zone, stored, version) VALUES (%2$L, %3$L, %4$L, %5$L, %6$L, '')
        $state$, schema, tickets, ticket_events, policy_set, time_zone, stored);
    END IF;
    LOOP
        made := '{"mart_state": ""}';
        told := '[]';
        BEGIN
            FOR template IN SELECT m.* FROM slaops.mart_templates AS m ORDER BY m."position", m.name LOOP
                live := slaops.mart_fill(template.sql, schema, sources, policy_set, time_zone,
                    slaops.mart_as_of(stored), NULL, NULL, NULL);
                query := live;
                IF template.stored AND stored THEN
                    PERFORM slaops.create_mart_tables(schema);
                    IF slaops.create_mart_store(schema, template.name, live, rebuild) THEN
                        empty := true;
                    END IF;
                    made := made || jsonb_build_object('stored_' || template.name, '');
                    SELECT format(E'-- %s\nSELECT\n%s\nFROM %I.%I AS s\nWHERE s.run <= (SELECT slaops.published_run(r.run, r.as_of) FROM %I.mart_state AS r)',
                                  substring(live FROM '^-- ([^\n]*)'),
                                  string_agg(format('    s.%I%s -- %s', a.attname, CASE WHEN a.attnum < last.attnum THEN ',' END,
                                                    col_description(a.attrelid, a.attnum)), E'\n' ORDER BY a.attnum),
                                  schema, 'stored_' || template.name, schema) INTO query
                    FROM pg_attribute AS a
                    CROSS JOIN (SELECT max(b.attnum) AS attnum FROM pg_attribute AS b
                                WHERE b.attrelid = format('%I.%I', schema, 'stored_' || template.name)::regclass) AS last
                    WHERE a.attrelid = format('%I.%I', schema, 'stored_' || template.name)::regclass AND a.attnum > 0 AND a.attname <> 'run';
                END IF;
                change := CASE WHEN NOT old ? template.name OR to_regclass(format('%I.%I', schema, template.name)) IS NULL AND NOT rebuild THEN 'created'
                               WHEN old ->> template.name = md5(query) AND NOT rebuild THEN 'unchanged' ELSE 'replaced' END;
                IF change <> 'unchanged' OR rebuild THEN
                    EXECUTE format('CREATE OR REPLACE VIEW %I.%I %s AS %s', schema, template.name, invoker, query);
                    PERFORM slaops.comment_mart(format('%I.%I', schema, template.name)::regclass, query);
                END IF;
                made := made || jsonb_build_object(template.name, md5(query));
                told := told || jsonb_build_array(jsonb_build_array(format('%I.%I', schema, template.name), substring(query FROM '^-- ([^\n]*)'), change));
            END LOOP;
            EXIT;
        -- A view's columns cannot be taken away or retyped in place: all of them are made anew.
        EXCEPTION WHEN invalid_table_definition THEN
            IF rebuild THEN
                RAISE;
            END IF;
        END;
        rebuild := true;
        dependents := slaops.mart_dependents(schema, array(SELECT c.relname FROM pg_class AS c
            WHERE c.relnamespace = quote_ident(schema)::regnamespace AND c.relname = ANY (ours) AND c.relkind = 'v'), ours);
        IF dependents IS NOT NULL THEN
            RAISE EXCEPTION 'the columns of views in % change, and objects of yours depend on them: %', quote_ident(schema), array_to_string(dependents, ', ')
                USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Drop these, call create_marts again, and make them anew. Nothing has been changed.';
        END IF;
        grants := slaops.mart_grants(schema, ours);
        PERFORM slaops.drop_mart_views(schema, ours);
    END LOOP;
    PERFORM slaops.create_alert_table(schema);
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
    EXECUTE format('UPDATE %I.mart_state SET tickets = $1, ticket_events = $2, policy_set = $3, time_zone = $4, objects = $5, version = $6, group_capacity = $7, agents = $8', schema)
        USING tickets::text, ticket_events::text, policy_set, time_zone, made, (SELECT e.extversion FROM pg_extension AS e WHERE e.extname = 'slaops'),
              group_capacity::text, agents::text;
    IF stored THEN
        state := slaops.mart_state_of(schema, true);
        -- What the call itself asks for is filled in, as of the instant of before; what else has changed waits for refresh, and is said.
        other := ROW(before ->> 'tickets', before ->> 'ticket_events', before ->> 'policy_set', before ->> 'time_zone')
                 IS DISTINCT FROM ROW(state ->> 'tickets', state ->> 'ticket_events', state ->> 'policy_set', state ->> 'time_zone');
        IF coalesce(refresh, empty OR other OR before ->> 'as_of' IS NULL) THEN
            PERFORM slaops.refresh_now(schema, CASE WHEN refresh IS NULL AND coalesce(current_setting('slaops.as_of', true), '') = '' THEN (before ->> 'as_of')::timestamptz END, NULL);
        ELSIF empty THEN
            RAISE NOTICE 'the stored facts of % are empty until: CALL slaops.refresh(%)', quote_ident(schema), quote_literal(schema);
        ELSIF state ->> 'as_of' IS NOT NULL AND state ->> 'configuration' IS DISTINCT FROM slaops.refresh_configuration(schema, state) THEN
            RAISE NOTICE 'the stored facts of % are those of the configuration of before until: CALL slaops.refresh(%)', quote_ident(schema), quote_literal(schema);
        END IF;
    END IF;
    RETURN QUERY SELECT r.row ->> 0, r.row ->> 1, r.row ->> 2 FROM jsonb_array_elements(told) WITH ORDINALITY AS r (row, place) ORDER BY r.place;
END
$create_marts$;
COMMENT ON FUNCTION slaops.create_marts(text, regclass, regclass, text, boolean, text, regclass, regclass, boolean) IS
'Makes all views of a support team in a schema of yours, over a table or view of tickets and one of their events, and fills them. They are yours: plain SQL and standard column types. Facts are stored, and slaops.refresh keeps them up to date; refresh => false leaves the filling to it; with stored => false every view is worked out when asked, at slaops.as_of. Call it again after an upgrade: it keeps your choices and says what changed.';

-- A stored table of the shape of its query; true when it is new. A table of another shape needs a rebuild.
CREATE FUNCTION slaops.create_mart_store(schema text, name text, query text, rebuild boolean)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $create_mart_store$
DECLARE
    relation text := format('%I.%I', schema, 'stored_' || name);
    wanted text[];
    found text[];
BEGIN
    EXECUTE format('CREATE TEMPORARY TABLE slaops_shape AS SELECT 0::bigint AS run, q.* FROM (%s) AS q WITH NO DATA', query);
    wanted := slaops.mart_shape('pg_temp.slaops_shape'::regclass);
    DROP TABLE pg_temp.slaops_shape;
    IF to_regclass(relation) IS NOT NULL THEN
        found := slaops.mart_shape(relation::regclass);
        IF found = wanted THEN
            RETURN false;
        END IF;
        IF NOT rebuild THEN
            RAISE EXCEPTION 'the columns of % change', relation USING ERRCODE = 'invalid_table_definition';
        END IF;
        found := slaops.mart_dependents(schema, ARRAY['stored_' || name], slaops.mart_objects(schema, true));
        IF found IS NOT NULL THEN
            RAISE EXCEPTION 'the columns of % change, and objects of yours depend on it: %', relation, array_to_string(found, ', ')
                USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Drop these, call create_marts again, and make them anew. Nothing has been changed.';
        END IF;
        EXECUTE format('DROP TABLE %s', relation);
        -- Without its rows nothing that was published stands.
        EXECUTE format('UPDATE %I.mart_state SET run = run + 1, configuration = NULL, pending = NULL', schema);
    END IF;
    EXECUTE format('CREATE TABLE %s AS SELECT 0::bigint AS run, q.* FROM (%s) AS q WITH NO DATA', relation, query);
    PERFORM slaops.comment_mart(relation::regclass, query);
    EXECUTE format('COMMENT ON COLUMN %s.run IS %L', relation, 'The run of slaops.refresh that made the row; views show those that are published.');
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    PERFORM slaops.create_mart_indexes(schema, name);
    RETURN true;
END
$create_mart_store$;
COMMENT ON FUNCTION slaops.create_mart_store(text, text, text, boolean) IS
'Makes the table behind a stored view unless it is there already; true when it is new.';

CREATE FUNCTION slaops.mart_shape(relation regclass)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_shape$
    SELECT array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
    FROM pg_attribute AS a WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
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
        SELECT c.relname FROM pg_class AS c
        WHERE c.relnamespace = quote_ident(schema)::regnamespace AND c.relkind = 'r'
          AND c.relname = ANY (slaops.mart_objects(schema, true)) AND c.relname NOT IN ('mart_state', 'refresh_log')
          AND NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'slaops_own_tickets')
    LOOP
        EXECUTE format('CREATE POLICY slaops_own_tickets ON %1$I.%2$I FOR SELECT USING (EXISTS (SELECT FROM %1$I.stg_tickets AS t WHERE t.ticket_id = %2$I.ticket_id))',
                       schema, relation.relname);
    END LOOP;
END
$mart_policies$;
COMMENT ON FUNCTION slaops.mart_policies(text) IS
'Lets readers see the stored rows of the tickets that they may read.';
