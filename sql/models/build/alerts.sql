-- Alerts: clocks that are about to breach, each reported once, and how they ended.

CREATE FUNCTION slaops.alert_table_is_current(schema text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $alert_table_is_current$
    SELECT count(*) = 6
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = to_regclass(
            format('%I.risk_alerts', slaops.schema_name(schema))
        )
        AND attribute.attname IN (
            'comparable_clocks',
            'outcome',
            'cleared_at',
            'level',
            'alert_id',
            'target_used'
        )
        AND NOT attribute.attisdropped
$alert_table_is_current$;
COMMENT ON FUNCTION slaops.alert_table_is_current(text) IS
'Whether the table risk_alerts of a schema has the columns that alert writes.';

CREATE FUNCTION slaops.create_alert_table(schema text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_alert_table$
DECLARE
    found text := (
        SELECT format_type(attribute.atttypid, attribute.atttypmod)
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = to_regclass(
                format('%I.risk_alerts', slaops.schema_name(schema))
            )
            AND attribute.attname = 'ticket_id'
    );
    dependents text[];
    kept text;
BEGIN
    IF found = slaops.mart_id_type(schema) THEN
        IF NOT slaops.alert_table_is_current(schema) THEN
            EXECUTE format($change$
                ALTER TABLE %1$I.risk_alerts
                    ADD COLUMN IF NOT EXISTS comparable_clocks bigint,
                    ADD COLUMN IF NOT EXISTS outcome text,
                    ADD COLUMN IF NOT EXISTS cleared_at timestamptz,
                    ADD COLUMN IF NOT EXISTS level text NOT NULL DEFAULT 'probability',
                    ADD COLUMN IF NOT EXISTS alert_id uuid NOT NULL DEFAULT gen_random_uuid(),
                    ADD COLUMN IF NOT EXISTS target_used double precision,
                    ALTER COLUMN breach_probability DROP NOT NULL,
                    ALTER COLUMN threshold DROP NOT NULL,
                    DROP CONSTRAINT risk_alerts_pkey;
                ALTER TABLE %1$I.risk_alerts
                    ADD PRIMARY KEY (ticket_id, metric, cycle, level);
                COMMENT ON COLUMN %1$I.risk_alerts.comparable_clocks IS
                    'The number of earlier clocks on which the probability is based.';
                COMMENT ON COLUMN %1$I.risk_alerts.outcome IS
                    'Result of the clock: met, breached, cancelled, or gone if it no longer '
                    'exists; NULL while it is open.';
                COMMENT ON COLUMN %1$I.risk_alerts.cleared_at IS
                    'The as_of of the figures that gave the outcome.';
                COMMENT ON COLUMN %1$I.risk_alerts.level IS
                    'The level: probability, breach, or the part of the target that was '
                    'used up, such as 0.75.';
                COMMENT ON COLUMN %1$I.risk_alerts.alert_id IS
                    'Id of the alert. It identifies an alert that is received twice.';
                COMMENT ON COLUMN %1$I.risk_alerts.target_used IS
                    'Share of the target that was used up then.';
            $change$, schema);
        END IF;
        RETURN;
    ELSIF found IS NOT NULL THEN
        dependents := slaops.mart_dependents(
            schema,
            '{risk_alerts}',
            slaops.mart_objects(schema, true)
        );
        IF dependents IS NOT NULL THEN
            RAISE EXCEPTION 'ticket ids are of type % now, those of %.risk_alerts of type %, '
                'and objects of yours depend on it: %',
                slaops.mart_id_type(schema),
                quote_ident(schema),
                found,
                array_to_string(dependents, ', ')
                USING
                    ERRCODE = 'dependent_objects_still_exist',
                    HINT = 'Drop these, call create_marts again, and make them anew. '
                        'Nothing has been changed.';
        END IF;
        -- The same tickets under ids of another type, 17 and '17'. Ids that do not read so are
        -- others: their history is kept beside.
        BEGIN
            EXECUTE format($retype$
                ALTER TABLE %I.risk_alerts
                    ALTER COLUMN ticket_id TYPE %2$s USING ticket_id::text::%2$s
            $retype$, schema, slaops.mart_id_type(schema));
            PERFORM slaops.create_alert_table(schema);
            RETURN;
        EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
            kept := (
                WITH names AS (
                    SELECT
                        number,
                        concat('risk_alerts_before', nullif(number, 1)) AS name
                    FROM generate_series(1, 1000) AS number
                )
                SELECT free.name
                FROM names AS free
                WHERE to_regclass(format('%I.%I', slaops.schema_name(schema), free.name)) IS NULL
                ORDER BY free.number
                LIMIT 1
            );
            EXECUTE format(
                'ALTER TABLE %I.risk_alerts RENAME CONSTRAINT risk_alerts_pkey TO %I',
                schema, kept || '_pkey'
            );
            EXECUTE format('ALTER TABLE %I.risk_alerts RENAME TO %I', schema, kept);
            RAISE NOTICE 'ids of type % do not read as %, so their alerts are kept in the '
                'table %.%', found, slaops.mart_id_type(schema), quote_ident(schema), kept;
        END;
    END IF;
    EXECUTE format($make$
        CREATE TABLE %1$I.risk_alerts (
            ticket_id %2$s NOT NULL,
            metric text NOT NULL,
            cycle integer NOT NULL,
            priority text,
            group_name text,
            assignee text,
            breach_probability double precision,
            threshold double precision,
            comparable_clocks bigint,
            remaining_minutes double precision,
            due_at timestamptz,
            reason text,
            as_of timestamptz,
            alerted_at timestamptz NOT NULL DEFAULT now(),
            outcome text,
            cleared_at timestamptz,
            level text NOT NULL DEFAULT 'probability',
            alert_id uuid NOT NULL DEFAULT gen_random_uuid(),
            target_used double precision,
            PRIMARY KEY (ticket_id, metric, cycle, level)
        );
        COMMENT ON TABLE %1$I.risk_alerts IS
            'A row for each clock and level that slaops.alert has reported; delete it to have the '
            'clock reported again.';
        COMMENT ON COLUMN %1$I.risk_alerts.ticket_id IS
        'The ticket.';
        COMMENT ON COLUMN %1$I.risk_alerts.metric IS 'The metric of the clock.';
        COMMENT ON COLUMN %1$I.risk_alerts.cycle IS
        'Number of the cycle, from 1.';
        COMMENT ON COLUMN %1$I.risk_alerts.priority IS
        'The priority whose target counted.';
        COMMENT ON COLUMN %1$I.risk_alerts.group_name IS 'The group of the ticket then.';
        COMMENT ON COLUMN %1$I.risk_alerts.assignee IS 'The assignee of the ticket then.';
        COMMENT ON COLUMN %1$I.risk_alerts.breach_probability IS
        'The probability of a breach then, as at_risk_tickets gave it.';
        COMMENT ON COLUMN %1$I.risk_alerts.threshold IS
            'The threshold of the call, or the share of the target that it asked for; NULL for a '
            'breach.';
        COMMENT ON COLUMN %1$I.risk_alerts.comparable_clocks IS
            'The number of earlier clocks on which the probability is based.';
        COMMENT ON COLUMN %1$I.risk_alerts.remaining_minutes IS
            'Open minutes left of the target then.';
        COMMENT ON COLUMN %1$I.risk_alerts.due_at IS
            'The instant at which the target was to run out.';
        COMMENT ON COLUMN %1$I.risk_alerts.reason IS 'The reason in words.';
        COMMENT ON COLUMN %1$I.risk_alerts.as_of IS 'The as_of of these figures.';
        COMMENT ON COLUMN %1$I.risk_alerts.alerted_at IS 'The instant of the alert.';
        COMMENT ON COLUMN %1$I.risk_alerts.outcome IS
            'Result of the clock: met, breached, cancelled, or gone if it no longer exists; NULL '
            'while it is open.';
        COMMENT ON COLUMN %1$I.risk_alerts.cleared_at IS
            'The as_of of the figures that gave the outcome.';
        COMMENT ON COLUMN %1$I.risk_alerts.level IS
            'The level: probability, breach, or the part of the target that was used '
            'up, such as 0.75.';
        COMMENT ON COLUMN %1$I.risk_alerts.alert_id IS
            'Id of the alert. It identifies an alert that is received twice.';
        COMMENT ON COLUMN %1$I.risk_alerts.target_used IS
            'Share of the target that was used up then.';
        ALTER TABLE %1$I.risk_alerts ENABLE ROW LEVEL SECURITY;
    $make$, schema, slaops.mart_id_type(schema));
END
$create_alert_table$;
COMMENT ON FUNCTION slaops.create_alert_table(text) IS 'Creates the table risk_alerts of a schema.';

CREATE FUNCTION slaops.alert(
    schema text,
    threshold double precision DEFAULT 0.5,
    min_clocks integer DEFAULT 10,
    notify boolean DEFAULT true,
    levels text[] DEFAULT '{probability}',
    groups text[] DEFAULT NULL,
    open_hours text DEFAULT NULL
)
RETURNS TABLE (
    ticket_id text,
    metric text,
    cycle integer,
    priority text,
    group_name text,
    assignee text,
    breach_probability double precision,
    comparable_clocks bigint,
    remaining_minutes double precision,
    due_at timestamptz,
    reason text,
    level text,
    target_used double precision,
    alert_id uuid
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $alert$
#variable_conflict use_column
DECLARE
    alerts bigint := 0;
    wrong text;
    fractions numeric[];
BEGIN
    IF slaops.mart_state_of(schema, true) IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'Give the schema that you gave create_marts.';
    END IF;
    IF threshold IS NULL OR NOT (threshold > 0 AND threshold <= 1) THEN
        RAISE EXCEPTION 'threshold must be above 0 and at most 1, not %',
            coalesce(threshold::text, 'NULL')
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Give a probability: '
                    '0.5 reports clocks that are more likely to be breached than met.';
    END IF;
    IF min_clocks IS NULL OR min_clocks < 1 THEN
        RAISE EXCEPTION 'min_clocks must be positive, not %',
            coalesce(min_clocks::text, 'NULL')
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Give the number of earlier clocks that a probability must be based on; '
                    'the default is 10.';
    END IF;
    IF notify IS NULL THEN
        RAISE EXCEPTION 'notify must be true or false, not NULL'
            USING
                ERRCODE = 'null_value_not_allowed',
                HINT = 'Give true to send NOTIFY slaops_risk, else false.';
    END IF;
    -- A fraction has at most four digits, so that each is one text.
    wrong := (
        SELECT coalesce(given.level, 'NULL')
        FROM unnest(levels) AS given (level)
        WHERE (given.level ~ '^(probability|breach|0?\.[0-9]{0,3}[1-9]0*)$') IS NOT TRUE
        LIMIT 1
    );
    IF coalesce(cardinality(levels), 0) = 0 OR wrong IS NOT NULL THEN
        RAISE EXCEPTION 'levels must be probability, breach, or parts of the target, not %',
            coalesce(wrong, levels::text, 'NULL')
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Give an array such as ''{0.75, 0.9, probability, breach}''; a part is '
                    'above 0 and below 1, with at most four digits.';
    END IF;
    fractions := array(
        SELECT trim_scale(given.level::numeric)
        FROM unnest(levels) AS given (level)
        WHERE given.level ~ '^[0.]'
    );
    IF NOT slaops.alert_table_is_current(schema) THEN
        RAISE EXCEPTION 'table %.risk_alerts is missing or of an older version', quote_ident(schema)
            USING
                ERRCODE = 'undefined_table',
                HINT = format('SELECT * FROM slaops.create_marts(%L) makes it.', schema);
    END IF;
    -- An unknown calendar is refused before anything is done.
    PERFORM slaops.is_open(open_hours, slaops.as_of());
    PERFORM slaops.lock_marts(schema, 'alert');
    -- Of two calls at once the second waits for the first, and tells of none of its rows.
    EXECUTE format('LOCK TABLE %I.risk_alerts IN SHARE ROW EXCLUSIVE MODE', schema);
    -- Reported clocks that have ended. A clock that runs again is not reported again.
    EXECUTE format($ended$
        UPDATE %1$I.risk_alerts AS alert
        SET outcome = ended.outcome,
            cleared_at = (
                SELECT CASE WHEN state.stored THEN state.as_of ELSE slaops.as_of() END
                FROM %1$I.mart_state AS state
            )
        FROM (
            SELECT
                reported.ticket_id,
                reported.metric,
                reported.cycle,
                CASE WHEN clock.ticket_id IS NULL THEN 'gone' ELSE clock.status END AS outcome
            FROM %1$I.risk_alerts AS reported
            LEFT JOIN %1$I.fct_sla_attainment AS clock
                ON clock.ticket_id = reported.ticket_id
                AND clock.metric = reported.metric
                AND clock.cycle = reported.cycle
                AND clock.ticket_id = ANY (ARRAY(
                    SELECT going_on.ticket_id
                    FROM %1$I.risk_alerts AS going_on
                    WHERE going_on.outcome IS NULL
                ))
            WHERE reported.outcome IS NULL
                AND (
                    clock.ticket_id IS NULL
                    OR clock.status NOT IN ('not_started', 'active', 'at_risk', 'paused')
                )
        ) AS ended
        WHERE alert.outcome IS NULL
            AND alert.ticket_id = ended.ticket_id
            AND alert.metric = ended.metric
            AND alert.cycle = ended.cycle
    $ended$, schema);
    -- Quiet hours. Clocks that still qualify are reported by the first call after them.
    IF NOT slaops.is_open(open_hours, slaops.as_of()) THEN
        RETURN;
    END IF;
    FOR
        ticket_id,
        metric,
        cycle,
        priority,
        group_name,
        assignee,
        breach_probability,
        comparable_clocks,
        remaining_minutes,
        due_at,
        reason,
        level,
        target_used,
        alert_id
    IN
        EXECUTE format($new$
            WITH at_risk AS MATERIALIZED (
                SELECT clock.*
                FROM slaops.rows_of(NULL::%1$I.at_risk_tickets) AS clock
                WHERE clock.status <> 'paused'
                    AND ($4 OR cardinality($3) > 0)
            ),

            due_alerts AS (
                SELECT
                    'probability' AS level,
                    $1 AS threshold,
                    clock.ticket_id,
                    clock.metric,
                    clock.cycle,
                    clock.priority,
                    clock.group_name,
                    clock.assignee,
                    clock.breach_probability,
                    clock.comparable_clocks,
                    clock.remaining_minutes,
                    clock.target_used,
                    clock.due_at,
                    clock.reason,
                    NULL AS outcome
                FROM at_risk AS clock
                WHERE $4
                    AND clock.breach_probability >= $1
                    AND NOT clock.is_bound
                    AND clock.decided_clocks >= $2
                UNION ALL
                -- The highest part that it has reached: of those below nobody wants to hear more.
                SELECT
                    reached.part::text AS level,
                    reached.part::double precision AS threshold,
                    clock.ticket_id,
                    clock.metric,
                    clock.cycle,
                    clock.priority,
                    clock.group_name,
                    clock.assignee,
                    clock.breach_probability,
                    clock.comparable_clocks,
                    clock.remaining_minutes,
                    clock.target_used,
                    clock.due_at,
                    concat(
                        round(clock.target_used::numeric * 100), ' %% of the target used; ',
                        clock.reason
                    ) AS reason,
                    NULL AS outcome
                FROM at_risk AS clock
                CROSS JOIN LATERAL (
                    SELECT max(fraction.part) AS part
                    FROM unnest($3) AS fraction (part)
                    WHERE fraction.part::double precision <= clock.target_used
                ) AS reached
                WHERE reached.part IS NOT NULL
                    AND NOT EXISTS (
                        SELECT
                        FROM %1$I.risk_alerts AS reported
                        WHERE reported.ticket_id = clock.ticket_id
                            AND reported.metric = clock.metric
                            AND reported.cycle = clock.cycle
                            AND CASE
                                WHEN reported.level IN ('probability', 'breach') THEN false
                                ELSE reported.level::numeric > reached.part
                            END
                    )
                UNION ALL
                SELECT
                    'breach' AS level,
                    NULL AS threshold,
                    clock.ticket_id,
                    clock.metric,
                    clock.cycle,
                    clock.priority,
                    clock.group_name,
                    clock.assignee,
                    NULL AS breach_probability,
                    NULL AS comparable_clocks,
                    clock.margin_minutes AS remaining_minutes,
                    clock.elapsed_minutes / nullif(clock.target_minutes, 0) AS target_used,
                    clock.due_at,
                    concat(
                        'past the target of ', round(clock.target_minutes::numeric),
                        ' minutes by ', round(-clock.margin_minutes::numeric),
                        ' open minutes; is',
                        coalesce(' in ' || clock.group_name, ' in no group'),
                        CASE WHEN clock.assignee IS NULL THEN ', with nobody' END
                    ) AS reason,
                    'breached' AS outcome
                FROM %1$I.fct_sla_attainment AS clock
                WHERE $5
                    AND clock.is_open
                    AND clock.stopped_at IS NULL
                    AND clock.status = 'breached'
            ),

            figures AS (
                SELECT CASE WHEN state.stored THEN state.as_of ELSE slaops.as_of() END AS as_of
                FROM %1$I.mart_state AS state
            ),

            new_alerts AS (
                INSERT INTO %1$I.risk_alerts AS alert (
                    ticket_id,
                    metric,
                    cycle,
                    level,
                    priority,
                    group_name,
                    assignee,
                    breach_probability,
                    threshold,
                    comparable_clocks,
                    remaining_minutes,
                    target_used,
                    due_at,
                    reason,
                    as_of,
                    outcome,
                    cleared_at
                )
                SELECT
                    due.ticket_id,
                    due.metric,
                    due.cycle,
                    due.level,
                    due.priority,
                    due.group_name,
                    due.assignee,
                    due.breach_probability,
                    due.threshold,
                    due.comparable_clocks,
                    due.remaining_minutes,
                    due.target_used,
                    due.due_at,
                    due.reason,
                    figures.as_of,
                    due.outcome,
                    CASE WHEN due.outcome IS NOT NULL THEN figures.as_of END
                FROM due_alerts AS due
                CROSS JOIN figures
                WHERE $6 IS NULL
                    OR due.group_name = ANY ($6)
                    OR due.group_name IS NULL AND array_position($6, NULL) IS NOT NULL
                ON CONFLICT DO NOTHING
                RETURNING alert.*
            )

            SELECT
                alert.ticket_id::text,
                alert.metric,
                alert.cycle,
                alert.priority,
                alert.group_name,
                alert.assignee,
                alert.breach_probability,
                alert.comparable_clocks,
                alert.remaining_minutes,
                alert.due_at,
                alert.reason,
                alert.level,
                alert.target_used,
                alert.alert_id
            FROM new_alerts AS alert
            ORDER BY
                alert.level <> 'breach',
                alert.breach_probability DESC NULLS LAST,
                alert.due_at NULLS LAST,
                alert.ticket_id::text,
                alert.metric,
                alert.cycle,
                alert.level
        $new$, schema)
            USING
                threshold,
                min_clocks,
                fractions,
                'probability' = ANY (levels),
                'breach' = ANY (levels),
                groups
    LOOP
        alerts := alerts + 1;
        RETURN NEXT;
    END LOOP;
    -- Every role of the database can LISTEN: what the alerts are is read from the view, by who may.
    IF notify AND alerts > 0 THEN
        PERFORM pg_notify(
            'slaops_risk',
            jsonb_build_object('schema', schema, 'alerts', alerts)::text
        );
    END IF;
END
$alert$;
COMMENT ON FUNCTION slaops.alert(
    text, double precision, integer, boolean, text[], text[], text
) IS
'Reports running clocks once a level: with a breach probability of at least threshold that at '
'least min_clocks earlier clocks decided (probability), with a part of the target used up (0.75), '
'or past it (breach). Of groups only, and within the open hours of a calendar only, where they are '
'given. Stores them in risk_alerts, fills in outcomes of earlier alerts and sends NOTIFY '
'slaops_risk. Example: SELECT * FROM slaops.alert(''support'', 0.8, levels => '
'''{0.75, probability, breach}'', groups => ''{Tier 2}'', open_hours => ''Mo-Fr 08:00-18:00 @ '
'America/New_York'');';
