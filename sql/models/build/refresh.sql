-- Updating the stored views, facts in batches of tickets. Rows of the run under way
-- stand beside the published ones until one transaction moves the number in mart_state: readers see
-- one version or the other, and a call that was killed is taken up again where it was.

-- One batch: histories are gathered once and every stored fact is computed from them.
CREATE FUNCTION slaops.refresh_batch(schema text, state jsonb, batch integer)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
-- The histories of 20,000 tickets take some 20 MB, and every fact reads them.
SET work_mem = '64MB'
AS $refresh_batch$
DECLARE
    pending jsonb := state -> 'pending';
    id_type text := slaops.mart_id_type(schema);
    ids text[];
    passed text[];
    query text;
    template record;
    instants timestamptz[] := (
        SELECT coalesce(array_agg(entry.instant::timestamptz ORDER BY entry.place), '{}')
        FROM jsonb_array_elements_text(pending -> 'instants')
            WITH ORDINALITY AS entry (instant, place)
    );
    new_instants timestamptz[] := array(
        SELECT instant
        FROM unnest(instants) AS instant
        WHERE instant > (state ->> 'as_of')::timestamptz
        ORDER BY instant
    );
BEGIN
    EXECUTE format($ids$
        SELECT
            array_agg(queued.ticket_id::text),
            array_agg(queued.ticket_id::text) FILTER (WHERE queued.kind = 'passed')
        FROM %I.refresh_queue AS queued
        WHERE queued.batch = $1
    $ids$, schema)
        INTO ids, passed
        USING batch;
    query := format(
        $histories$
        WITH ticket_histories AS MATERIALIZED (
            SELECT
                ticket.*,
                ticket.ticket_id = ANY ($2::text[]::%s[]) AS passed
            FROM %s AS ticket
        )$histories$,
        id_type,
        slaops.tickets_query(schema, state, 'histories', '$1')
    );
    FOR template IN
        SELECT model.*
        FROM slaops.mart_templates AS model
        WHERE model.materialized = 'incremental'
        ORDER BY
            model."position",
            model.name
    LOOP
        query := query || format(
            $put$,
        put_%1$s AS (
            INSERT INTO %2$I.%3$I
            SELECT
                $3 AS run,
                fact.*
            FROM (
%4$s
            ) AS fact%5$s
        )$put$,
            template.name,
            schema,
            'stored_' || template.name,
            slaops.mart_fill(
                template.sql,
                schema,
                state,
                state ->> 'policy_set',
                state ->> 'time_zone',
                '$4::timestamptz',
                'ticket_histories',
                '(SELECT * FROM put_int_ticket_lifecycle)',
                'CASE WHEN ticket.passed THEN $6::timestamptz[] ELSE $5::timestamptz[] END'
            ),
            CASE template.name
                -- Other facts and the books read these rows again; no lists of them.
                WHEN 'int_ticket_lifecycle' THEN (
                    SELECT ' RETURNING ' || string_agg(quote_ident(attribute.attname), ', ')
                    FROM pg_attribute AS attribute
                    JOIN pg_type AS type
                        ON type.oid = attribute.atttypid
                    WHERE attribute.attrelid = to_regclass(
                            format('%I.stored_int_ticket_lifecycle', schema)
                        )
                        AND attribute.attnum > 0
                        AND NOT attribute.attisdropped
                        AND type.typcategory <> 'A'
                )
                WHEN 'int_event_transitions' THEN
                    ' RETURNING ticket_id, event_number, activity, event_at, old_value, new_value'
                WHEN 'fct_sla_attainment' THEN ' RETURNING ticket_id, status, margin_minutes'
            END
        );
    END LOOP;
    -- A ticket that is not created yet has no life: it is asked again when time has passed. What
    -- only its row tells has its instant too: going back before it, or on past it, changes the
    -- ticket.
    EXECUTE query || format($books$
        INSERT INTO %1$I.refreshed_tickets (
            ticket_id,
            run,
            fingerprint,
            settled,
            last_event_at,
            next_event_at
        )
        SELECT
            ticket.ticket_id,
            $3,
            queued.fingerprint,
            coalesce(life.settled, false),
            greatest(life.last_event_at, event_times.last_at),
            least(life.next_event_at, event_times.next_at)
        FROM ticket_histories AS ticket
        JOIN %1$I.refresh_queue AS queued
            ON queued.ticket_id = ticket.ticket_id
        LEFT JOIN put_int_ticket_lifecycle AS life
            ON life.ticket_id = ticket.ticket_id
        CROSS JOIN LATERAL (
            SELECT
                max(instant.at) FILTER (WHERE instant.at <= $4) AS last_at,
                min(instant.at) FILTER (WHERE instant.at > $4) AS next_at
            FROM (
                VALUES (ticket.created_at), (ticket.solved_at), (ticket.closed_at)
            ) AS instant (at)
        ) AS event_times
    $books$, schema)
        USING
            ids,
            coalesce(passed, '{}'),
            (pending ->> 'run')::bigint,
            (pending ->> 'as_of')::timestamptz,
            instants,
            new_instants;
    -- Said once, not of each ticket: two updates of each were a tenth of a build.
    EXECUTE format($done$
        UPDATE %I.mart_state
        SET pending = jsonb_set(pending, '{batches_done}', to_jsonb($1))
    $done$, schema)
        USING batch;
END
$refresh_batch$;
COMMENT ON FUNCTION slaops.refresh_batch(text, jsonb, integer) IS
'Computes the stored facts of a batch of tickets.';

-- What a log has of a key stands: the first forecast of a day is the one that is kept.
CREATE FUNCTION slaops.refresh_logs(schema text, state jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET "slaops.as_of" = ''
AS $refresh_logs$
DECLARE
    model record;
BEGIN
    FOR model IN
        SELECT
            template.name,
            format('%I.%I', schema, 'stored_' || template.name) AS store,
            slaops.mart_fill(
                template.sql,
                schema,
                state,
                state ->> 'policy_set',
                state ->> 'time_zone',
                slaops.mart_as_of(true),
                NULL::text,
                NULL::text,
                NULL::text
            ) AS query
        FROM slaops.mart_templates AS template
        WHERE template.materialized = 'log'
        ORDER BY
            template."position",
            template.name
    LOOP
        EXECUTE format('INSERT INTO %s %s ON CONFLICT DO NOTHING', model.store, model.query);
    END LOOP;
END
$refresh_logs$;
COMMENT ON FUNCTION slaops.refresh_logs(text, jsonb) IS
'Adds to the logs of a schema what the published figures say and no row says yet.';

-- A fit takes seconds, and a day adds little. Under another configuration the answers are others;
-- before the day of the fit they are of the future.
CREATE FUNCTION slaops.keep_risk_model(schema text, state jsonb)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $keep_risk_model$
DECLARE
    kept boolean;
BEGIN
    EXECUTE format($current$
        SELECT
            count(*) > 0
            AND bool_and(
                fitted.fitted_at = day.begins
                AND fitted.basis IS NOT DISTINCT FROM mart.configuration
            )
        FROM %1$I.mart_state AS mart
        CROSS JOIN LATERAL (
            SELECT date_trunc('day', mart.as_of AT TIME ZONE $1) AT TIME ZONE $1 AS begins
        ) AS day
        JOIN %1$I.stored_int_risk_model AS fitted
            ON true
    $current$, schema)
        INTO kept
        USING state ->> 'time_zone';
    RETURN kept;
END
$keep_risk_model$;
COMMENT ON FUNCTION slaops.keep_risk_model(text, jsonb) IS
'Whether the risk models of a schema are of the day and configuration that are refreshed.';

-- slaops.as_of may be another instant than the one that is refreshed.
CREATE FUNCTION slaops.refresh_summaries(schema text, state jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET work_mem = '64MB'
-- Cells are few and their keys are names: hashed, they take a third of the time.
SET enable_sort = off
SET "slaops.as_of" = ''
AS $refresh_summaries$
DECLARE
    model record;
BEGIN
    -- First: summaries read each other by it.
    EXECUTE format(
        'UPDATE %I.mart_state AS state SET summary_run = state.run, process_model = $1, '
        'summary_inputs = slaops.summary_inputs(%L)',
        schema, schema
    )
        USING slaops.process_model();
    FOR model IN
        SELECT
            template.name,
            format('%I.%I', schema, 'stored_' || template.name) AS store,
            slaops.mart_fill(
                template.sql,
                schema,
                state,
                state ->> 'policy_set',
                state ->> 'time_zone',
                slaops.mart_as_of(true),
                NULL::text,
                NULL::text,
                NULL::text
            ) AS query
        FROM slaops.mart_templates AS template
        WHERE template.materialized = 'table'
        ORDER BY
            template."position",
            template.name
    LOOP
        CONTINUE WHEN model.name = 'int_risk_model' AND slaops.keep_risk_model(schema, state);
        EXECUTE format('DELETE FROM %s', model.store);
        EXECUTE format($summary$
            INSERT INTO %1$s
            SELECT
                published.run,
                row_number() OVER () AS place,
                summary.*
            FROM (
                %2$s
            ) AS summary
            CROSS JOIN (SELECT state.run FROM %3$I.mart_state AS state) AS published
        $summary$, model.store, model.query, schema);
        EXECUTE format('ANALYZE %s', model.store);
        IF model.name = 'int_risk_model' THEN
            EXECUTE format(
                'UPDATE %s SET basis = mart.configuration FROM %I.mart_state AS mart',
                model.store, schema
            );
        END IF;
    END LOOP;
    PERFORM slaops.refresh_logs(schema, state);
END
$refresh_summaries$;
COMMENT ON FUNCTION slaops.refresh_summaries(text, jsonb) IS
'Computes the stored marts and dashboards anew from the published facts.';

CREATE FUNCTION slaops.refresh_publish(schema text, state jsonb, summaries boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $refresh_publish$
DECLARE
    pending jsonb := state -> 'pending';
    name text;
    kept text;
    everything boolean := (
        SELECT pending ->> 'configuration' IS DISTINCT FROM state ->> 'configuration'
    );
    -- Of each ticket that changed two versions are read.
    afresh boolean := everything OR (pending ->> 'tickets')::bigint > (
        SELECT class.reltuples / 2
        FROM pg_class AS class
        WHERE class.oid = format('%I.refreshed_tickets', schema)::regclass
    );
BEGIN
    IF NOT afresh THEN
        PERFORM slaops.refresh_aggregates(schema, state);
    END IF;
    FOR name IN SELECT * FROM slaops.refreshed_tables() LOOP
        -- Past days do not change; only new ones were computed.
        kept := CASE name
            WHEN 'stored_fct_backlog_snapshot' THEN ' AND queued.kind <> ''passed'''
            ELSE ''
        END;
        IF everything THEN
            EXECUTE format(
                'DELETE FROM %1$I.%2$I AS stored WHERE stored.run < $1',
                schema, name
            )
                USING (pending ->> 'run')::bigint;
        ELSE
            EXECUTE format($replaced$
                DELETE FROM %1$I.%2$I AS stored
                USING %1$I.refresh_queue AS queued
                WHERE queued.ticket_id = stored.ticket_id
                    AND stored.run < $1%3$s
            $replaced$, schema, name, kept)
                USING (pending ->> 'run')::bigint;
        END IF;
    END LOOP;
    EXECUTE format($published$
        UPDATE %I.mart_state
        SET run = $1,
            as_of = $2,
            configuration = $3,
            pending = NULL
    $published$, schema)
        USING
            (pending ->> 'run')::bigint,
            (pending ->> 'as_of')::timestamptz,
            pending ->> 'configuration';
    IF everything THEN
        PERFORM slaops.analyze_facts(schema);
    END IF;
    -- From here on the views of this transaction show the new facts.
    IF afresh THEN
        PERFORM slaops.fill_aggregates(schema, state);
    END IF;
    IF summaries THEN
        PERFORM slaops.refresh_summaries(schema, state);
    END IF;
    EXECUTE format($done$
        UPDATE %I.refresh_log
        SET state = 'done',
            updated_at = clock_timestamp(),
            finished_at = clock_timestamp()
        WHERE refresh = $1
    $done$, schema)
        USING (pending ->> 'refresh')::bigint;
    EXECUTE format('DELETE FROM %I.refresh_queue', schema);
    RAISE NOTICE 'refresh of %: published as of %',
        quote_ident(schema), (pending ->> 'as_of')::timestamptz;
END
$refresh_publish$;
COMMENT ON FUNCTION slaops.refresh_publish(text, jsonb, boolean) IS
'Replaces the published rows by those of the current run.';

-- A publication asks for a replica identity of what is deleted, which goes with the indexes.
CREATE FUNCTION slaops.forget_pending(schema text, state jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $forget_pending$
DECLARE
    name text;
BEGIN
    IF state ->> 'as_of' IS NULL THEN
        PERFORM slaops.create_fact_indexes(schema);
    END IF;
    FOR name IN SELECT * FROM slaops.refreshed_tables() LOOP
        EXECUTE format('DELETE FROM %I.%I AS stored WHERE stored.run > $1', schema, name)
            USING (state ->> 'run')::bigint;
    END LOOP;
    EXECUTE format('UPDATE %I.mart_state SET pending = NULL', schema);
END
$forget_pending$;
COMMENT ON FUNCTION slaops.forget_pending(text, jsonb) IS
'Deletes the rows that an unpublished refresh has computed.';

-- What a call does at a time: forget what was begun under another configuration, plan, work out a
-- batch, or publish.
CREATE FUNCTION slaops.refresh_step(
    schema text,
    as_of timestamptz,
    since timestamptz,
    batch_size integer,
    summaries boolean,
    again boolean
)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refresh_step$
DECLARE
    state jsonb := slaops.refresh_state(schema);
    pending jsonb := nullif(state -> 'pending', 'null');
    configuration text;
    batch integer;
    done bigint;
    doubled text;
    index_name text;
BEGIN
    IF pending IS NOT NULL THEN
        EXECUTE format($next$
            SELECT min(queued.batch)
            FROM %I.refresh_queue AS queued
            WHERE queued.batch > $1
        $next$, schema)
            INTO batch
            USING coalesce((pending ->> 'batches_done')::integer, 0);
    END IF;
    IF NOT again OR batch IS NULL THEN
        configuration := slaops.refresh_configuration(schema, state);
        IF pending IS NOT NULL AND pending ->> 'configuration' <> configuration THEN
            RAISE NOTICE 'refresh of %: the configuration has changed since it began, '
                'so it begins anew', quote_ident(schema);
            PERFORM slaops.forget_pending(schema, state);
            EXECUTE format($abandoned$
                UPDATE %I.refresh_log
                SET state = 'abandoned',
                    updated_at = clock_timestamp(),
                    finished_at = clock_timestamp()
                WHERE refresh = $1
            $abandoned$, schema)
                USING (pending ->> 'refresh')::bigint;
            RETURN 'abandoned';
        END IF;
    END IF;
    IF pending IS NULL THEN
        PERFORM slaops.update_sources(schema);
        IF slaops.refresh_plan(schema, state, configuration, as_of, since, batch_size)
            IS NOT NULL
        THEN
            RETURN 'planned';
        END IF;
        IF summaries AND (
            state ->> 'summary_run' <> state ->> 'run'
            OR state ->> 'summary_inputs' IS DISTINCT FROM slaops.summary_inputs(schema)
        ) THEN
            PERFORM slaops.refresh_summaries(schema, state);
            RAISE NOTICE 'refresh of %: summaries computed anew, as of %',
                quote_ident(schema), (state ->> 'as_of')::timestamptz;
        END IF;
        RETURN 'unchanged';
    ELSIF batch IS NULL THEN
        IF state ->> 'as_of' IS NULL THEN
            PERFORM slaops.create_fact_indexes(schema);
        END IF;
        PERFORM slaops.refresh_publish(schema, state, summaries);
        RETURN 'published';
    END IF;
    IF NOT again THEN
        RAISE NOTICE 'refresh of %: taken up where it was left, as of %',
            quote_ident(schema), (pending ->> 'as_of')::timestamptz;
    END IF;
    PERFORM slaops.refresh_batch(schema, state, batch);
    EXECUTE format($done$
        UPDATE %1$I.refresh_log
        SET state = 'running',
            error = NULL,
            finished_at = NULL,
            updated_at = clock_timestamp(),
            pid = pg_backend_pid(),
            tickets_done = (
                SELECT count(*)
                FROM %1$I.refresh_queue AS queued
                WHERE queued.batch <= $2
                    OR queued.batch IS NULL
            )
        WHERE refresh = $1
        RETURNING tickets_done
    $done$, schema)
        INTO done
        USING (pending ->> 'refresh')::bigint, batch;
    RAISE NOTICE 'refresh of %: % of % tickets', quote_ident(schema), done, pending ->> 'tickets';
    RETURN 'worked';
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS
        doubled = PG_EXCEPTION_DETAIL,
        index_name = CONSTRAINT_NAME;
    IF index_name NOT IN ('refresh_queue_pkey', 'slaops_refreshed_tickets')
        AND NOT EXISTS (
            SELECT
            FROM slaops.mart_templates AS model
            WHERE model.materialized = 'incremental'
                AND index_name = format('slaops_%s_key', model.name)
        )
    THEN
        RAISE;
    END IF;
    RAISE EXCEPTION '%.stg_tickets has a ticket more than once: %',
        quote_ident(schema), substring(doubled FROM '\)=\((.*?)(?:, [0-9]+)?\) already')
        USING
            ERRCODE = 'unique_violation',
            HINT = 'Give create_marts a view with one row a ticket: '
                'SELECT DISTINCT ON (ticket_id) * FROM ... ORDER BY ticket_id, updated_at DESC';
END
$refresh_step$;
COMMENT ON FUNCTION slaops.refresh_step(
    text, timestamptz, timestamptz, integer, boolean, boolean
) IS
'Performs the next step of a refresh: abandoned, planned, unchanged, worked or published.';

CREATE FUNCTION slaops.refresh_arguments(
    schema text,
    as_of timestamptz,
    since timestamptz,
    batch_size integer
)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_arguments$
BEGIN
    PERFORM slaops.refresh_state(schema);
    as_of := coalesce(as_of, slaops.as_of());
    IF NOT isfinite(as_of) OR NOT isfinite(coalesce(since, as_of)) THEN
        RAISE EXCEPTION 'as_of and since must be finite, not % and %',
            as_of, coalesce(since::text, 'NULL')
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Leave them out for the figures of now and a check of all tickets.';
    END IF;
    IF coalesce(batch_size, 0) <= 0 THEN
        RAISE EXCEPTION 'batch_size must be positive, not %', coalesce(batch_size::text, 'NULL')
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Give a number of tickets; 20000 take some seconds.';
    END IF;
    RETURN as_of;
END
$refresh_arguments$;
COMMENT ON FUNCTION slaops.refresh_arguments(text, timestamptz, timestamptz, integer) IS
'Checks the arguments of a refresh and gives its as_of.';

CREATE FUNCTION slaops.refresh_now(
    schema text DEFAULT 'support',
    as_of timestamptz DEFAULT NULL,
    since timestamptz DEFAULT NULL,
    batch_size integer DEFAULT 20000,
    summaries boolean DEFAULT true
)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refresh_now$
DECLARE
    instant timestamptz := slaops.refresh_arguments(schema, as_of, since, batch_size);
    step text;
    own boolean := false;
    again boolean := false;
BEGIN
    PERFORM slaops.lock_marts(schema, 'refresh');
    LOOP
        step := slaops.refresh_step(
            schema,
            instant,
            since,
            batch_size,
            summaries,
            again
        );
        again := true;
        own := own OR step = 'planned';
        EXIT WHEN step = 'unchanged' OR own AND step = 'published';
    END LOOP;
END
$refresh_now$;
COMMENT ON FUNCTION slaops.refresh_now(
    text, timestamptz, timestamptz, integer, boolean
) IS
'Like CALL slaops.refresh, in the transaction of the caller, all or nothing. Example: SELECT '
'slaops.refresh_now(''support'');';

CREATE FUNCTION slaops.refit_risk_model(schema text DEFAULT 'support')
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refit_risk_model$
DECLARE
    state jsonb := slaops.refresh_state(schema);
BEGIN
    PERFORM slaops.lock_marts(schema, 'refresh');
    -- As it is after another session's refresh.
    state := slaops.refresh_state(schema);
    IF state ->> 'as_of' IS NULL THEN
        RAISE EXCEPTION 'the views of % have no facts to fit a risk model to', quote_ident(schema)
            USING
                ERRCODE = 'object_not_in_prerequisite_state',
                HINT = format('CALL slaops.refresh(%L): it fits the first.', schema);
    END IF;
    EXECUTE format('DELETE FROM %I.stored_int_risk_model', schema);
    PERFORM slaops.refresh_summaries(schema, state);
END
$refit_risk_model$;
COMMENT ON FUNCTION slaops.refit_risk_model(text) IS
'Fits the risk models of a schema anew, as of the last refresh, and computes its marts and '
'dashboards by them. refresh fits once a day; this is for a day on which past tickets were loaded '
'or corrected. Example: SELECT slaops.refit_risk_model(''support'');';

-- What Postgres says, in the language of the server, to a COMMIT inside a caller's transaction.
CREATE FUNCTION slaops.refresh_refusal()
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $refresh_refusal$
DECLARE
    said text;
BEGIN
    COMMIT;
EXCEPTION WHEN invalid_transaction_termination THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT;
    RETURN said;
END
$refresh_refusal$;
COMMENT ON FUNCTION slaops.refresh_refusal() IS
'The message of a COMMIT inside a transaction, by which refresh detects one.';

-- No SET clause here, as it would forbid COMMIT: every name is qualified, those of types too, as
-- the caller's search_path may have others ahead. The lock is the session's, since it must outlive
-- each COMMIT; an error outside of the handler ends the transaction, and that gives it back.
CREATE PROCEDURE slaops.refresh(
    schema text DEFAULT 'support',
    as_of timestamptz DEFAULT NULL,
    since timestamptz DEFAULT NULL,
    batch_size integer DEFAULT 20000,
    summaries boolean DEFAULT true
)
LANGUAGE plpgsql
AS $refresh$
DECLARE
    instant pg_catalog.timestamptz := slaops.refresh_arguments(schema, as_of, since, batch_size);
    state_table pg_catalog.regclass := pg_catalog.format('%I.mart_state', schema);
    step pg_catalog.text;
    own pg_catalog.bool := false;
    again pg_catalog.bool := false;
    code pg_catalog.text;
    problem pg_catalog.text;
    more pg_catalog.text;
    advice pg_catalog.text;
BEGIN
    -- Under a handler no COMMIT succeeds; which of two refusals it is tells whether one would
    -- without.
    BEGIN
        COMMIT;
    EXCEPTION WHEN invalid_transaction_termination THEN
        GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT;
    END;
    IF problem OPERATOR(pg_catalog.=) slaops.refresh_refusal() THEN
        RAISE EXCEPTION 'refresh commits a batch at a time, so it cannot run inside a transaction '
            'or a function'
            USING
                ERRCODE = 'invalid_transaction_termination',
                HINT = pg_catalog.format(
                    'CALL it by itself, without BEGIN, or SELECT slaops.refresh_now(%L): all or '
                    'nothing in your transaction.',
                    schema
                );
    END IF;
    COMMIT;
    PERFORM slaops.lock_marts(schema, 'refresh'::pg_catalog.text);
    PERFORM slaops.hold_lock(state_table);
    LOOP
        -- Each step sees what was committed before it, also what another call did while this one
        -- waited; and READ COMMITTED cannot fail at its COMMIT.
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        EXIT WHEN code IS NOT NULL
            OR step OPERATOR(pg_catalog.=) 'unchanged'
            OR own AND step OPERATOR(pg_catalog.=) 'published';
        BEGIN
            step := slaops.refresh_step(
                schema,
                instant,
                since,
                batch_size,
                summaries,
                again
            );
            again := true;
            own := own OR step OPERATOR(pg_catalog.=) 'planned';
            SET CONSTRAINTS ALL IMMEDIATE;
        EXCEPTION WHEN query_canceled OR OTHERS THEN
            GET STACKED DIAGNOSTICS
                code = RETURNED_SQLSTATE,
                problem = MESSAGE_TEXT,
                more = PG_EXCEPTION_DETAIL,
                advice = PG_EXCEPTION_HINT;
            -- postgres_fdw refuses to commit after a connection broke off.
            IF code OPERATOR(pg_catalog.=) '08006' THEN
                RAISE;
            END IF;
            PERFORM slaops.refresh_failed(schema, problem, code);
        END;
    END LOOP;
    PERFORM slaops.release_lock(state_table);
    IF code IS NOT NULL THEN
        RAISE EXCEPTION
            USING
                ERRCODE = code,
                MESSAGE = problem,
                DETAIL = CASE
                    WHEN more OPERATOR(pg_catalog.=) ''
                        THEN 'The views show the figures of before; '
                            'refresh_log says how far it came.'
                    ELSE more
                END,
                HINT = CASE
                    WHEN advice OPERATOR(pg_catalog.=) ''
                        THEN 'Call it again when the cause is gone: it goes on where it stopped.'
                    ELSE advice
                END;
    END IF;
END
$refresh$;
COMMENT ON PROCEDURE slaops.refresh(
    text, timestamptz, timestamptz, integer, boolean
) IS
'Updates the stored views: facts of tickets that changed, and of those that time changes; then all '
'marts and dashboards. With since, only tickets changed since then are checked. It commits in '
'batches, readers see the old figures until the end, and the next call resumes a killed one. With '
'summaries => false marts and dashboards are computed when read. Example: CALL '
'slaops.refresh(''support'');';

-- If the summaries fail on a value of the facts (out of range, too long), only publication was left
-- to do, and the facts would keep that value. So the facts are deleted, and the next call computes
-- them again from the source.
CREATE FUNCTION slaops.refresh_failed(schema text, problem text, code text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $refresh_failed$
DECLARE
    written bigint;
    at_the_end boolean;
BEGIN
    EXECUTE format($failed$
        UPDATE %1$I.refresh_log
        SET state = 'failed',
            error = $1,
            updated_at = clock_timestamp(),
            finished_at = clock_timestamp()
        WHERE refresh = (
            SELECT (state.pending ->> 'refresh')::bigint
            FROM %1$I.mart_state AS state
        )
    $failed$, schema)
        USING problem;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written > 0 AND left(code, 2) IN ('22', '23', '54') THEN
        EXECUTE format($left$
            SELECT NOT EXISTS (
                SELECT
                FROM %1$I.refresh_queue AS queued
                WHERE queued.batch > (
                    SELECT coalesce((state.pending ->> 'batches_done')::integer, 0)
                    FROM %1$I.mart_state AS state
                )
            )
        $left$, schema)
            INTO at_the_end;
        IF at_the_end THEN
            PERFORM slaops.forget_pending(schema, slaops.refresh_state(schema));
        END IF;
    ELSIF written = 0 THEN
        EXECUTE format($failed$
            INSERT INTO %1$I.refresh_log (
                run,
                state,
                reason,
                as_of,
                tickets,
                finished_at,
                error
            )
            SELECT
                state.run + 1,
                'failed',
                'planning',
                now(),
                0,
                clock_timestamp(),
                $1
            FROM %1$I.mart_state AS state
        $failed$, schema)
            USING problem;
    END IF;
-- Whatever keeps the log from being written (a right, a full disk, a schema that was dropped), the
-- call says why it stopped.
EXCEPTION WHEN query_canceled OR OTHERS THEN
    NULL;
END
$refresh_failed$;
COMMENT ON FUNCTION slaops.refresh_failed(text, text, text) IS
'Writes the error of a refresh into refresh_log, and forgets facts that cannot be published.';
