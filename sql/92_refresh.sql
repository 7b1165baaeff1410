-- Bringing the stored facts up to date, a batch of tickets at a time. Rows of the run under way stand beside the
-- published ones until one transaction moves the number in mart_state: readers see one version or the other, and a
-- call that was killed is taken up again where it was.

CREATE FUNCTION slaops.refresh_state(schema text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_state$
DECLARE
    state jsonb;
BEGIN
    IF schema IS NULL OR to_regclass(format('%I.mart_state', schema)) IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts', coalesce(quote_ident(schema), 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'slaops.create_marts(schema, tickets => ..., ticket_events => ...) makes them.';
    END IF;
    EXECUTE format('SELECT to_jsonb(s) FROM %I.mart_state AS s', schema) INTO state;
    IF NOT (state ->> 'stored')::boolean THEN
        RAISE EXCEPTION 'the views of % are worked out when asked, so there is nothing to refresh', quote_ident(schema)
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('To store facts: slaops.drop_marts(%L), then create_marts(%L, ..., stored => true).', schema, schema);
    END IF;
    PERFORM FROM pg_extension AS e WHERE e.extname = 'slaops' AND e.extversion = state ->> 'version';
    IF NOT FOUND AND state ->> 'version' <> '' THEN
        RAISE EXCEPTION 'the views of % were made by slaops %', quote_ident(schema), state ->> 'version'
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('SELECT * FROM slaops.create_marts(%L) brings them to the installed version and says what changes.', schema);
    END IF;
    RETURN state;
END
$refresh_state$;
COMMENT ON FUNCTION slaops.refresh_state(text) IS
'The row of mart_state of a schema with stored facts.';

CREATE FUNCTION slaops.refresh_configuration(schema text, state jsonb)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_configuration$
    SELECT md5(string_agg(c.line, E'\n' ORDER BY c.line COLLATE "C"))
    FROM (
        SELECT 'set ' || to_jsonb(s)::text AS line FROM slaops.policy_sets AS s WHERE s.name = state ->> 'policy_set'
        UNION ALL SELECT 'policy ' || to_jsonb(p)::text FROM slaops.sla_policies AS p WHERE p.policy_set = state ->> 'policy_set'
        UNION ALL SELECT 'target ' || to_jsonb(g)::text FROM slaops.sla_targets AS g WHERE g.policy_set = state ->> 'policy_set'
        UNION ALL SELECT 'metric ' || to_jsonb(m)::text FROM slaops.metrics AS m
        UNION ALL SELECT 'state ' || to_jsonb(s)::text FROM slaops.states AS s
        UNION ALL SELECT 'calendar ' || to_jsonb(k)::text FROM slaops.calendars AS k
        UNION ALL SELECT 'extension ' || e.extversion FROM pg_extension AS e WHERE e.extname = 'slaops'
        UNION ALL SELECT 'sql ' || slaops.mart_fill(m.sql, schema, state,
                                                    state ->> 'policy_set', state ->> 'time_zone', 'as_of', 'histories', 'lives', 'instants')
        FROM slaops.mart_templates AS m WHERE m.stored OR m.name IN ('stg_tickets', 'stg_ticket_events')
    ) AS c
$refresh_configuration$;
COMMENT ON FUNCTION slaops.refresh_configuration(text, jsonb) IS
'A hash of all by which tickets are measured: policies, metrics, states, calendars, and the SQL of the stored facts.';

-- Sets of rows are hashed by the sum of their hashes, which no order changes; under XOR a doubled event would vanish.
-- Ids come as text, since their type is the source's; a constant array is looked up by hash, a subquery's is not.
CREATE FUNCTION slaops.refresh_fingerprints(schema text, id_type text, only_some boolean)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_fingerprints$
    SELECT format($fingerprints$
        SELECT t.ticket_id,
               ((hash_record_extended(ROW(t.created_at, t.subject, t.requester_id, t.organization_id, t.brand, t.region, t.channel, t.tier, t.type, t.priority,
                     t.group_name, t.assignee, t.status, t.solved_at, t.closed_at, t.csat_score, t.cost, t.calendar_name, t.tags, t.attributes), 0)::numeric
                 + coalesce(e.hash, 0)) %% 9223372036854775807)::bigint AS fingerprint
        FROM %1$I.stg_tickets AS t
        LEFT JOIN (
            SELECT e.ticket_id, sum(hash_record_extended(ROW(e.event_at, e.event_type, e.actor_role, e.actor, e.field, e.old_value, e.new_value, e.public, e.seq), 0)) AS hash
            FROM %1$I.stg_ticket_events AS e
            WHERE %2$s
            GROUP BY e.ticket_id
        ) AS e ON e.ticket_id = t.ticket_id
        WHERE t.ticket_id IS NOT NULL AND %3$s
    $fingerprints$, schema,
        CASE WHEN only_some THEN format('e.ticket_id = ANY ($1::text[]::%s[])', id_type) ELSE 'true' END,
        CASE WHEN only_some THEN format('t.ticket_id = ANY ($1::text[]::%s[])', id_type) ELSE 'true' END)
$refresh_fingerprints$;
COMMENT ON FUNCTION slaops.refresh_fingerprints(text, text, boolean) IS
'The query that gives each ticket, or each of $1, the hash of its row and its events, by which refresh knows that something about it changed.';

CREATE FUNCTION slaops.refresh_plan(schema text, state jsonb, configuration text, as_of timestamptz, since timestamptz, batch_size integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $refresh_plan$
DECLARE
    id_type text := (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
                     WHERE a.attrelid = format('%I.stg_tickets', schema)::regclass AND a.attname = 'ticket_id');
    run bigint := (state ->> 'run')::bigint + 1;
    before timestamptz := state ->> 'as_of';
    reason text := CASE
        WHEN state ->> 'as_of' IS NULL THEN 'first'
        WHEN configuration IS DISTINCT FROM state ->> 'configuration' THEN 'configuration changed'
        WHEN EXISTS (SELECT FROM slaops.sla_policies AS p WHERE p.policy_set = state ->> 'policy_set'
                     AND p.valid_from > least(before, as_of) AND p.valid_from <= greatest(before, as_of)) THEN 'a policy version began'
        ELSE 'incremental' END;
    candidates text[];
    ids text[];
    plan json;
    queued bigint;
    refresh bigint;
BEGIN
    EXECUTE format('TRUNCATE %I.refresh_queue', schema);
    IF reason <> 'incremental' THEN
        EXECUTE format('INSERT INTO %1$I.refresh_queue (ticket_id, kind, fingerprint) SELECT n.ticket_id, ''changed'', n.fingerprint FROM (%2$s) AS n',
                       schema, slaops.refresh_fingerprints(schema, id_type, false));
    ELSE
        IF since IS NOT NULL THEN
            EXECUTE format($candidates$
                SELECT array_agg(c.ticket_id::text) FROM (
                    SELECT t.ticket_id FROM %1$I.stg_tickets AS t WHERE t.created_at >= $1 OR t.loaded_at >= $1
                    UNION SELECT e.ticket_id FROM %1$I.stg_ticket_events AS e WHERE e.event_at >= $1 OR e.loaded_at >= $1
                ) AS c WHERE c.ticket_id IS NOT NULL
            $candidates$, schema) INTO candidates USING since;
        END IF;
        EXECUTE format($changed$
            INSERT INTO %1$I.refresh_queue (ticket_id, kind, fingerprint)
            SELECT n.ticket_id, 'changed', n.fingerprint
            FROM (%2$s) AS n
            LEFT JOIN %1$I.refreshed_tickets AS o ON o.ticket_id = n.ticket_id
            WHERE o.fingerprint IS DISTINCT FROM n.fingerprint
        $changed$, schema, slaops.refresh_fingerprints(schema, id_type, since IS NOT NULL)) USING coalesce(candidates, '{}');
        IF since IS NULL THEN
            EXECUTE format($gone$
                INSERT INTO %1$I.refresh_queue (ticket_id, kind)
                SELECT o.ticket_id, 'gone' FROM %1$I.refreshed_tickets AS o
                WHERE NOT EXISTS (SELECT FROM %1$I.stg_tickets AS t WHERE t.ticket_id = o.ticket_id)
            $gone$, schema);
        END IF;
        IF as_of <> before THEN
            EXECUTE format($passed$
                INSERT INTO %1$I.refresh_queue (ticket_id, kind, fingerprint)
                SELECT o.ticket_id, CASE WHEN $1 < $2 THEN 'changed' ELSE 'passed' END, o.fingerprint
                FROM %1$I.refreshed_tickets AS o
                WHERE NOT o.settled OR o.next_event_at <= $1 OR o.last_event_at > $1
                ON CONFLICT (ticket_id) DO NOTHING
            $passed$, schema) USING as_of, before;
        END IF;
    END IF;
    EXECUTE format('SELECT count(*) FROM %I.refresh_queue', schema) INTO queued;
    IF queued = 0 AND as_of = before THEN
        EXECUTE format('INSERT INTO %I.refresh_log (run, state, reason, as_of, since, tickets, finished_at) VALUES ($1, ''done'', ''unchanged'', $2, $3, 0, clock_timestamp())', schema)
            USING run - 1, as_of, since;
        RETURN NULL;
    END IF;
    -- Where no index finds a ticket's events, every batch would read all of them: then there is one batch.
    EXECUTE format('SELECT array_agg(q.ticket_id::text) FROM (SELECT q.ticket_id FROM %I.refresh_queue AS q LIMIT 10) AS q', schema) INTO ids;
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM %I.stg_ticket_events AS e WHERE e.ticket_id = ANY ($1::text[]::%s[])', schema, id_type) INTO plan USING ids;
    IF plan::text ~ '"Seq Scan"' THEN
        batch_size := NULL;
    END IF;
    EXECUTE format($batches$
        UPDATE %1$I.refresh_queue AS q SET batch = coalesce(1 + (b.place - 1) / $1, 1)
        FROM (SELECT n.ticket_id, row_number() OVER (ORDER BY n.ticket_id) AS place FROM %1$I.refresh_queue AS n WHERE n.kind <> 'gone') AS b
        WHERE b.ticket_id = q.ticket_id
    $batches$, schema) USING batch_size;
    EXECUTE format('ANALYZE %I.refresh_queue', schema);
    EXECUTE format('INSERT INTO %I.refresh_log (run, state, reason, as_of, since, tickets) VALUES ($1, ''running'', $2, $3, $4, $5) RETURNING refresh', schema)
        INTO refresh USING run, reason, as_of, since, queued;
    EXECUTE format('UPDATE %I.mart_state SET pending = $1', schema)
        USING jsonb_build_object('refresh', refresh, 'run', run, 'as_of', as_of, 'configuration', configuration, 'tickets', queued,
                                 'instants', (SELECT to_jsonb(slaops.refresh_instants(schema, state ->> 'time_zone', as_of))));
    RAISE NOTICE 'refresh of %: % tickets (%), as of %', quote_ident(schema), queued, reason, as_of;
    RETURN queued;
END
$refresh_plan$;
COMMENT ON FUNCTION slaops.refresh_plan(text, jsonb, text, timestamptz, timestamptz, integer) IS
'Queues the tickets whose figures are not those of the source as of the instant, in batches; NULL if there are none and the instant is the same.';

CREATE FUNCTION slaops.refresh_instants(schema text, time_zone text, as_of timestamptz)
RETURNS timestamptz[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_instants$
DECLARE
    first timestamptz;
BEGIN
    EXECUTE format('SELECT min(t.created_at) FROM %I.stg_tickets AS t WHERE isfinite(t.created_at)', schema) INTO first;
    IF first IS NULL OR first > as_of THEN
        RETURN '{}';
    END IF;
    -- A creation in the year 1 is a slip, and would ask for 740,000 days.
    first := greatest(first, as_of - interval '20 years');
    RETURN slaops.instants(timezone(time_zone, date_trunc('day', timezone(time_zone, first))), as_of, '1 day', time_zone);
END
$refresh_instants$;
COMMENT ON FUNCTION slaops.refresh_instants(text, text, timestamptz) IS
'The beginnings of days at which fct_backlog_snapshot looks: from the first ticket, at most twenty years ago, to the instant.';

-- One batch: histories are gathered once and every stored fact is worked out from them.
CREATE FUNCTION slaops.refresh_batch(schema text, state jsonb, batch integer)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $refresh_batch$
DECLARE
    pending jsonb := state -> 'pending';
    id_type text := (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
                     WHERE a.attrelid = format('%I.stg_tickets', schema)::regclass AND a.attname = 'ticket_id');
    ids text[];
    passed text[];
    query text;
    template record;
    instants timestamptz[] := (SELECT coalesce(array_agg(i.value::timestamptz ORDER BY i.place), '{}')
                               FROM jsonb_array_elements_text(pending -> 'instants') WITH ORDINALITY AS i (value, place));
    new_instants timestamptz[] := array(SELECT i FROM unnest(instants) AS i WHERE i > (state ->> 'as_of')::timestamptz ORDER BY i);
BEGIN
    EXECUTE format('SELECT array_agg(q.ticket_id::text), array_agg(q.ticket_id::text) FILTER (WHERE q.kind = ''passed'') FROM %I.refresh_queue AS q WHERE q.batch = $1', schema)
        INTO ids, passed USING batch;
    query := format($histories$
        WITH ticket_histories AS MATERIALIZED (
            SELECT t.*, h.history, t.ticket_id = ANY ($2::text[]::%2$s[]) AS passed
            FROM %1$I.stg_tickets AS t
            LEFT JOIN (
                SELECT e.ticket_id, slaops.ticket_history(e.event_at, e.event_type, e.actor_role, e.actor,
                                                          e.field, e.old_value, e.new_value, e.public, e.seq) AS history
                FROM %1$I.stg_ticket_events AS e
                WHERE e.ticket_id = ANY ($1::text[]::%2$s[])
                GROUP BY e.ticket_id
            ) AS h ON h.ticket_id = t.ticket_id
            WHERE t.ticket_id = ANY ($1::text[]::%2$s[])
        )$histories$, schema, id_type);
    FOR template IN SELECT m.* FROM slaops.mart_templates AS m WHERE m.stored ORDER BY m."position", m.name LOOP
        query := query || format(E', put_%1$s AS (\nINSERT INTO %2$I.%3$I SELECT $3 AS run, q.* FROM (\n%4$s\n) AS q%5$s)',
            template.name, schema, 'stored_' || template.name,
            slaops.mart_fill(template.sql, schema, state, state ->> 'policy_set', state ->> 'time_zone', '$4::timestamptz',
                             'ticket_histories', 'put_int_ticket_lifecycle', 'CASE WHEN t.passed THEN $6::timestamptz[] ELSE $5::timestamptz[] END'),
            CASE template.name WHEN 'int_ticket_lifecycle' THEN ' RETURNING *' END);
    END LOOP;
    -- A ticket that is not created yet has no life: it is asked again when time has passed.
    EXECUTE query || format($books$
        INSERT INTO %1$I.refreshed_tickets (ticket_id, run, fingerprint, settled, last_event_at, next_event_at)
        SELECT t.ticket_id, $3, q.fingerprint, coalesce(l.settled, false), l.last_event_at, l.next_event_at
        FROM ticket_histories AS t
        JOIN %1$I.refresh_queue AS q ON q.ticket_id = t.ticket_id
        LEFT JOIN put_int_ticket_lifecycle AS l ON l.ticket_id = t.ticket_id
    $books$, schema) USING ids, coalesce(passed, '{}'), (pending ->> 'run')::bigint, (pending ->> 'as_of')::timestamptz, instants, new_instants;
    EXECUTE format('UPDATE %I.refresh_queue SET batch = NULL WHERE batch = $1', schema) USING batch;
END
$refresh_batch$;
COMMENT ON FUNCTION slaops.refresh_batch(text, jsonb, integer) IS
'Works out the stored facts of a batch of tickets, as rows of the run that is under way.';

CREATE FUNCTION slaops.refresh_publish(schema text, state jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $refresh_publish$
DECLARE
    pending jsonb := state -> 'pending';
    name text;
    kept text;
    everything boolean := (SELECT pending ->> 'configuration' IS DISTINCT FROM state ->> 'configuration');
BEGIN
    FOR name IN SELECT 'stored_' || m.name FROM slaops.mart_templates AS m WHERE m.stored UNION ALL SELECT 'refreshed_tickets' LOOP
        -- Days that have passed stay as they are; only new ones were worked out.
        kept := CASE name WHEN 'stored_fct_backlog_snapshot' THEN ' AND q.kind <> ''passed''' ELSE '' END;
        IF everything THEN
            EXECUTE format('DELETE FROM %1$I.%2$I AS s WHERE s.run < $1', schema, name) USING (pending ->> 'run')::bigint;
        ELSE
            EXECUTE format('DELETE FROM %1$I.%2$I AS s USING %1$I.refresh_queue AS q WHERE q.ticket_id = s.ticket_id AND s.run < $1%3$s', schema, name, kept)
                USING (pending ->> 'run')::bigint;
        END IF;
    END LOOP;
    EXECUTE format('UPDATE %I.mart_state SET run = $1, as_of = $2, configuration = $3, pending = NULL', schema)
        USING (pending ->> 'run')::bigint, (pending ->> 'as_of')::timestamptz, pending ->> 'configuration';
    EXECUTE format('UPDATE %I.refresh_log SET state = ''done'', updated_at = clock_timestamp(), finished_at = clock_timestamp() WHERE refresh = $1', schema)
        USING (pending ->> 'refresh')::bigint;
    EXECUTE format('TRUNCATE %I.refresh_queue', schema);
    IF everything THEN
        FOR name IN SELECT 'stored_' || m.name FROM slaops.mart_templates AS m WHERE m.stored UNION ALL SELECT 'refreshed_tickets' LOOP
            EXECUTE format('ANALYZE %I.%I', schema, name);
        END LOOP;
    END IF;
    RAISE NOTICE 'refresh of %: published as of %', quote_ident(schema), (pending ->> 'as_of')::timestamptz;
END
$refresh_publish$;
COMMENT ON FUNCTION slaops.refresh_publish(text, jsonb) IS
'Lets readers see the rows of the run that is under way instead of those that they replace.';

-- What a call does at a time: forget what was begun under another configuration, plan, work out a batch, or publish.
CREATE FUNCTION slaops.refresh_step(schema text, as_of timestamptz, since timestamptz, batch_size integer, again boolean)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refresh_step$
DECLARE
    state jsonb := slaops.refresh_state(schema);
    pending jsonb := nullif(state -> 'pending', 'null');
    configuration text;
    name text;
    batch integer;
    done bigint;
    doubled text;
BEGIN
    IF pending IS NOT NULL THEN
        EXECUTE format('SELECT min(q.batch) FROM %I.refresh_queue AS q WHERE q.batch IS NOT NULL', schema) INTO batch;
    END IF;
    IF NOT again OR batch IS NULL THEN
        configuration := slaops.refresh_configuration(schema, state);
        IF pending IS NOT NULL AND pending ->> 'configuration' <> configuration THEN
            RAISE NOTICE 'refresh of %: the configuration has changed since it began, so it begins anew', quote_ident(schema);
            FOR name IN SELECT 'stored_' || m.name FROM slaops.mart_templates AS m WHERE m.stored UNION ALL SELECT 'refreshed_tickets' LOOP
                EXECUTE format('DELETE FROM %I.%I AS s WHERE s.run > $1', schema, name) USING (state ->> 'run')::bigint;
            END LOOP;
            EXECUTE format('UPDATE %I.mart_state SET pending = NULL', schema);
            EXECUTE format('UPDATE %I.refresh_log SET state = ''abandoned'', updated_at = clock_timestamp(), finished_at = clock_timestamp() WHERE refresh = $1', schema)
                USING (pending ->> 'refresh')::bigint;
            RETURN 'abandoned';
        END IF;
    END IF;
    IF pending IS NULL THEN
        RETURN CASE WHEN slaops.refresh_plan(schema, state, configuration, as_of, since, batch_size) IS NULL THEN 'unchanged' ELSE 'planned' END;
    ELSIF batch IS NULL THEN
        PERFORM slaops.refresh_publish(schema, state);
        RETURN 'published';
    END IF;
    IF NOT again THEN
        RAISE NOTICE 'refresh of %: taken up where it was left, as of %', quote_ident(schema), (pending ->> 'as_of')::timestamptz;
    END IF;
    PERFORM slaops.refresh_batch(schema, state, batch);
    EXECUTE format($done$
        UPDATE %1$I.refresh_log SET state = 'running', error = NULL, finished_at = NULL, updated_at = clock_timestamp(), pid = pg_backend_pid(),
               tickets_done = (SELECT count(*) FROM %1$I.refresh_queue AS q WHERE q.batch IS NULL)
        WHERE refresh = $1 RETURNING tickets_done
    $done$, schema) INTO done USING (pending ->> 'refresh')::bigint;
    RAISE NOTICE 'refresh of %: % of % tickets', quote_ident(schema), done, pending ->> 'tickets';
    RETURN 'worked';
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS doubled = PG_EXCEPTION_DETAIL;
    RAISE EXCEPTION '%.stg_tickets has a ticket more than once: %', quote_ident(schema), substring(doubled FROM '\)=\((.*?)(?:, [0-9]+)?\) already')
        USING ERRCODE = 'unique_violation', HINT = 'Give create_marts a view with one row a ticket: SELECT DISTINCT ON (ticket_id) * FROM ... ORDER BY ticket_id, updated_at DESC';
END
$refresh_step$;
COMMENT ON FUNCTION slaops.refresh_step(text, timestamptz, timestamptz, integer, boolean) IS
'The next step of a refresh: abandoned, planned, unchanged, worked or published.';

CREATE FUNCTION slaops.refresh_arguments(schema text, INOUT as_of timestamptz, since timestamptz, batch_size integer, OUT key bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_arguments$
BEGIN
    PERFORM slaops.refresh_state(schema);
    as_of := coalesce(as_of, slaops.as_of());
    IF NOT isfinite(as_of) OR NOT isfinite(coalesce(since, as_of)) THEN
        RAISE EXCEPTION 'refresh as of %, since %: no such instants', as_of, coalesce(since::text, 'ever')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give finite instants, or leave them out: as_of is then now, and all tickets are looked at.';
    END IF;
    IF coalesce(batch_size, 0) <= 0 THEN
        RAISE EXCEPTION 'a batch of % tickets', coalesce(batch_size::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give a batch_size above zero; 20000 tickets take some seconds.';
    END IF;
    key := hashtextextended('slaops.refresh ' || format('%I.mart_state', schema)::regclass::oid::text, 0);
END
$refresh_arguments$;
COMMENT ON FUNCTION slaops.refresh_arguments(text, timestamptz, timestamptz, integer) IS
'Checks what a refresh is given; as_of, and the key of its advisory lock.';

CREATE FUNCTION slaops.refresh_now(
    schema text DEFAULT 'support', as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL, batch_size integer DEFAULT 20000
)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refresh_now$
DECLARE
    given record := slaops.refresh_arguments(schema, as_of, since, batch_size);
    step text;
    own boolean := false;
    again boolean := false;
BEGIN
    PERFORM pg_advisory_xact_lock(given.key);
    LOOP
        step := slaops.refresh_step(schema, given.as_of, since, batch_size, again);
        again := true;
        own := own OR step = 'planned';
        EXIT WHEN step = 'unchanged' OR own AND step = 'published';
    END LOOP;
END
$refresh_now$;
COMMENT ON FUNCTION slaops.refresh_now(text, timestamptz, timestamptz, integer) IS
'Does what CALL slaops.refresh does, in the caller''s transaction: all or nothing. For loads that refresh as they commit; a long one is better called.';

-- No SET clause here, as it would forbid COMMIT: every name is qualified.
CREATE PROCEDURE slaops.refresh(
    schema text DEFAULT 'support', as_of timestamptz DEFAULT NULL, since timestamptz DEFAULT NULL, batch_size integer DEFAULT 20000
)
LANGUAGE plpgsql
AS $refresh$
DECLARE
    given record := slaops.refresh_arguments(schema, as_of, since, batch_size);
    step text;
    own boolean := false;
    again boolean := false;
    code text;
    problem text;
    more text;
    advice text;
BEGIN
    IF NOT pg_catalog.pg_try_advisory_lock(given.key) THEN
        RAISE NOTICE 'refresh of %: another one is under way; waiting for it', pg_catalog.quote_ident(schema);
        PERFORM pg_catalog.pg_advisory_lock(given.key);
    END IF;
    LOOP
        BEGIN
            step := slaops.refresh_step(schema, given.as_of, since, batch_size, again);
        EXCEPTION WHEN query_canceled OR OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, problem = MESSAGE_TEXT, more = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
            PERFORM slaops.refresh_failed(schema, problem);
        END;
        COMMIT;
        EXIT WHEN code IS NOT NULL OR step OPERATOR(pg_catalog.=) 'unchanged' OR own AND step OPERATOR(pg_catalog.=) 'published';
        again := true;
        own := own OR step OPERATOR(pg_catalog.=) 'planned';
    END LOOP;
    PERFORM pg_catalog.pg_advisory_unlock(given.key);
    IF code IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = code, MESSAGE = problem,
            DETAIL = CASE WHEN more OPERATOR(pg_catalog.=) '' THEN 'The views show the figures of before; refresh_log says how far it came.' ELSE more END,
            HINT = CASE WHEN advice OPERATOR(pg_catalog.=) '' THEN 'Call it again when the cause is gone: it goes on where it stopped.' ELSE advice END;
    END IF;
END
$refresh$;
COMMENT ON PROCEDURE slaops.refresh(text, timestamptz, timestamptz, integer) IS
'Brings the stored facts of create_marts up to date, as of now unless an instant is given: tickets whose row or events changed, and those that time alone changes. With since, only tickets created, changed or loaded since then are looked at. It commits a batch at a time; readers see the old figures until all are there. A call that was killed is taken up by the next; a second call waits. How far it is: refresh_log.';

CREATE FUNCTION slaops.refresh_failed(schema text, problem text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refresh_failed$
DECLARE
    written bigint;
BEGIN
    EXECUTE format('UPDATE %1$I.refresh_log SET state = ''failed'', error = $1, updated_at = clock_timestamp(), finished_at = clock_timestamp()
                    WHERE refresh = (SELECT (s.pending ->> ''refresh'')::bigint FROM %1$I.mart_state AS s)', schema) USING problem;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written = 0 THEN
        EXECUTE format('INSERT INTO %1$I.refresh_log (run, state, reason, as_of, tickets, finished_at, error) SELECT s.run + 1, ''failed'', ''planning'', now(), 0, clock_timestamp(), $1 FROM %1$I.mart_state AS s', schema)
            USING problem;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;     -- who may not write the log may not refresh, and that is what the call will say
END
$refresh_failed$;
COMMENT ON FUNCTION slaops.refresh_failed(text, text) IS
'Writes into refresh_log why a refresh stopped.';
