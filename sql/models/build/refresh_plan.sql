-- What a refresh has to do: which tickets are not what the stored facts say of them.

CREATE FUNCTION slaops.mart_id_type(schema text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_id_type$
    SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass(format('%I.stg_tickets', slaops.schema_name(schema))) AND a.attname = 'ticket_id'
$mart_id_type$;
COMMENT ON FUNCTION slaops.mart_id_type(text) IS
'The type of the ids of tickets in a schema of create_marts.';

CREATE FUNCTION slaops.refreshed_tables()
RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $refreshed_tables$
    SELECT 'stored_' || m.name FROM slaops.mart_templates AS m WHERE m.stored UNION ALL SELECT 'refreshed_tickets'
$refreshed_tables$;
COMMENT ON FUNCTION slaops.refreshed_tables() IS
'The tables whose rows bear the number of the run that made them.';

CREATE FUNCTION slaops.refresh_state(schema text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_state$
DECLARE
    state jsonb := slaops.mart_state_of(schema, true);
BEGIN
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts', coalesce(quote_ident(schema), 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'slaops.create_marts(schema, tickets => ..., ticket_events => ...) makes them.';
    END IF;
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
    SELECT md5(string_agg(c.line, E'\n' ORDER BY c.line COLLATE "C"))
    FROM (
        SELECT 'set ' || to_jsonb(s)::text AS line FROM slaops.policy_sets AS s WHERE s.name = state ->> 'policy_set'
        UNION ALL SELECT 'policy ' || to_jsonb(p)::text FROM slaops.sla_policies AS p WHERE p.policy_set = state ->> 'policy_set'
        UNION ALL SELECT 'target ' || to_jsonb(g)::text FROM slaops.sla_targets AS g WHERE g.policy_set = state ->> 'policy_set'
        UNION ALL SELECT 'preset ' || to_jsonb(p)::text FROM slaops.presets_of(state ->> 'policy_set') AS p
            WHERE p.name = coalesce((SELECT s.preset FROM slaops.policy_sets AS s WHERE s.name = state ->> 'policy_set'), 'default')
        UNION ALL SELECT 'metric ' || to_jsonb(m)::text FROM slaops.metrics_of(state ->> 'policy_set') AS m
        UNION ALL SELECT concat_ws(' ', 'state', s.state, s.status) FROM slaops.states_of(state ->> 'policy_set') AS s
        -- Every calendar, whoever named it: a ticket, and each event of it, may name any.
        UNION ALL SELECT 'calendar ' || to_jsonb(k)::text FROM slaops.calendars AS k
        UNION ALL SELECT 'extension ' || e.extversion FROM pg_extension AS e WHERE e.extname = 'slaops'
        UNION ALL SELECT 'sql ' || slaops.mart_fill(m.sql, schema, state,
                                                    state ->> 'policy_set', state ->> 'time_zone', 'as_of', 'histories', 'lives', 'instants')
        FROM slaops.mart_templates AS m WHERE m.stored OR m.name IN ('stg_tickets', 'stg_ticket_events')
    ) AS c
$refresh_configuration$;
COMMENT ON FUNCTION slaops.refresh_configuration(text, jsonb) IS
'A hash of all by which tickets are measured: policies, preset, metrics and states of the policy '
'set, calendars, and the SQL of the stored facts.';

-- Sets of rows are hashed by the sum of their hashes, which no order changes; under XOR a
-- doubled event would vanish.
-- Ids come as text, since their type is the source's; a constant array is looked up by hash, a
-- subquery's is not.
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
'The query that gives each ticket, or each of $1, the hash of its row and its events, by which '
'refresh knows that something about it changed.';

-- Only the scans of relations count: what else a plan does with the rows (sorting, joining)
-- costs the more the more rows
-- there are, however they were found. A join that a foreign server does for us is a scan, too.
CREATE FUNCTION slaops.scan_cost(plan json)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $scan_cost$
    SELECT coalesce(sum((n.node ->> 'Total Cost')::double precision), 0)
    FROM jsonb_path_query(plan::jsonb, 'strict $.** ? (exists (@."Relation Name") || @."Node Type" == "Foreign Scan")') AS n (node)
$scan_cost$;
COMMENT ON FUNCTION slaops.scan_cost(json) IS
'What the planner expects the scans of tables and foreign tables in a plan (EXPLAIN (FORMAT json)) '
'to cost, each taken once.';

-- The planner is asked, since it knows what a view does with a condition, which indexes there
-- are, and what a foreign
-- server says of its own. Where all events are read for a few tickets, in whatever way, that
-- costs as much as reading them
-- for all; with an index it costs next to nothing. A small table that is joined to them is a
-- small part of both.
CREATE FUNCTION slaops.refresh_in_batches(schema text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $refresh_in_batches$
DECLARE
    events text := format('SELECT e.ticket_id, e.event_at, e.event_type, e.actor_role, e.actor, e.field, e.old_value, e.new_value, e.public, e.seq FROM %I.stg_ticket_events AS e', schema);
    ids text[];
    few json;
    whole json;
BEGIN
    EXECUTE format('SELECT array_agg(q.ticket_id::text) FROM (SELECT n.ticket_id FROM %I.refresh_queue AS n ORDER BY n.ticket_id LIMIT 3) AS q', schema) INTO ids;
    EXECUTE format('EXPLAIN (FORMAT json) %s WHERE e.ticket_id = ANY ($1::text[]::%s[])', events, slaops.mart_id_type(schema)) INTO few USING ids;
    EXECUTE 'EXPLAIN (FORMAT json) ' || events INTO whole;
    RETURN slaops.scan_cost(few) < slaops.scan_cost(whole) / 2;
END
$refresh_in_batches$;
COMMENT ON FUNCTION slaops.refresh_in_batches(text) IS
'Whether the events of a few tickets can be had without reading those of all: whether the scans for '
'three queued tickets are expected to cost less than half of the scans for all.';

CREATE FUNCTION slaops.refresh_plan(schema text, state jsonb, configuration text, as_of timestamptz, since timestamptz, batch_size integer)
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
        WHEN EXISTS (SELECT FROM slaops.sla_policies AS p CROSS JOIN LATERAL (VALUES (p.valid_from), (p.valid_to)) AS v (at)
                     WHERE p.policy_set = state ->> 'policy_set' AND v.at > least(before, as_of) AND v.at <= greatest(before, as_of)) THEN 'a policy version began or ended'
        ELSE 'incremental' END;
    candidates text[];
    queued bigint;
    refresh bigint;
BEGIN
    -- Not TRUNCATE, which would wait for whoever reads the queue, a dump for example, and
    -- let others wait behind it.
    EXECUTE format('DELETE FROM %I.refresh_queue', schema);
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
    IF reason <> 'first' AND (since IS NULL OR reason <> 'incremental') THEN
        EXECUTE format($gone$
            INSERT INTO %1$I.refresh_queue (ticket_id, kind)
            SELECT o.ticket_id, 'gone' FROM %1$I.refreshed_tickets AS o
            WHERE NOT EXISTS (SELECT FROM %1$I.stg_tickets AS t WHERE t.ticket_id = o.ticket_id)
            ON CONFLICT (ticket_id) DO UPDATE SET kind = 'gone'
        $gone$, schema);
    END IF;
    EXECUTE format('SELECT count(*) FROM %I.refresh_queue', schema) INTO queued;
    IF queued = 0 AND as_of = before THEN
        EXECUTE format('INSERT INTO %I.refresh_log (run, state, reason, as_of, since, tickets, finished_at) VALUES ($1, ''done'', ''unchanged'', $2, $3, 0, clock_timestamp())', schema)
            USING run - 1, as_of, since;
        RETURN NULL;
    END IF;
    -- Where every batch would read all events there is one batch.
    IF NOT slaops.refresh_in_batches(schema) THEN
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
'Queues the tickets whose figures are not those of the source as of the instant, in batches; NULL '
'if there are none and the instant is the same.';

CREATE FUNCTION slaops.refresh_instants(schema text, time_zone text, as_of timestamptz)
RETURNS timestamptz[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_instants$
DECLARE
    first timestamptz;
BEGIN
    EXECUTE format('SELECT min(t.created_at) FROM %I.stg_tickets AS t WHERE slaops.known_instant(t.created_at) IS NOT NULL', schema) INTO first;
    RETURN slaops.mart_days(first, as_of, time_zone);
END
$refresh_instants$;
COMMENT ON FUNCTION slaops.refresh_instants(text, text, timestamptz) IS
'The beginnings of days at which fct_backlog_snapshot looks: from the first ticket, at most twenty '
'years ago, to the instant.';
