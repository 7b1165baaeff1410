-- Targets that could be promised, by any field, and what another target would have brought.

-- One row of achievable_targets of a survival summary.
CREATE FUNCTION slaops.targets_of(
    survival slaops.survival,
    OUT clocks bigint,
    OUT finished bigint,
    OUT target_80 double precision,
    OUT target_80_lower double precision,
    OUT target_80_upper double precision,
    OUT target_90 double precision,
    OUT target_90_lower double precision,
    OUT target_90_upper double precision,
    OUT target_95 double precision,
    OUT target_95_lower double precision,
    OUT target_95_upper double precision
)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $targets_of$
    SELECT
        coalesce(slaops.survival_at_risk(survival, 0), 0) AS clocks,
        coalesce(
            (SELECT sum(curve.events) FROM slaops.survival_curve(survival) AS curve), 0
        )::bigint AS finished,
        max(quantile.minutes) FILTER (WHERE quantile.fraction = 0.8) AS target_80,
        max(quantile.lower) FILTER (WHERE quantile.fraction = 0.8) AS target_80_lower,
        max(quantile.upper) FILTER (WHERE quantile.fraction = 0.8) AS target_80_upper,
        max(quantile.minutes) FILTER (WHERE quantile.fraction = 0.9) AS target_90,
        max(quantile.lower) FILTER (WHERE quantile.fraction = 0.9) AS target_90_lower,
        max(quantile.upper) FILTER (WHERE quantile.fraction = 0.9) AS target_90_upper,
        max(quantile.minutes) FILTER (WHERE quantile.fraction = 0.95) AS target_95,
        max(quantile.lower) FILTER (WHERE quantile.fraction = 0.95) AS target_95_lower,
        max(quantile.upper) FILTER (WHERE quantile.fraction = 0.95) AS target_95_upper
    FROM slaops.survival_quantiles(survival) AS quantile
$targets_of$;
COMMENT ON FUNCTION slaops.targets_of(slaops.survival) IS
'The minutes within which 80, 90 and 95 % of the clocks of a survival summary end, with 95 % '
'intervals. Example: SELECT * FROM slaops.targets_of(''30 x2, 45, 60+''::slaops.survival);';

CREATE FUNCTION slaops.clock_field(schema text, field text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $clock_field$
DECLARE
    known text[];
BEGIN
    IF slaops.mart_state_of(schema, false) IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'Give the schema that you gave create_marts.';
    END IF;
    IF field IS NULL THEN
        RETURN 'NULL::text';
    END IF;
    SELECT array_agg(attribute.attname::text ORDER BY attribute.attnum)
    INTO known
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = format('%I.fct_sla_attainment', schema)::regclass
        AND attribute.attnum > 0
        AND NOT attribute.attisdropped
        AND attribute.atttypid IN ('text'::regtype, 'boolean'::regtype);
    IF field <> ALL (known) THEN
        RAISE EXCEPTION 'clocks have no field %', quote_ident(field)
            USING
                ERRCODE = 'undefined_column',
                HINT = format(
                    'They have %s. With create_marts(..., dimensions => ...) they have keys of '
                        'the attributes of tickets too.',
                    array_to_string(known, ', ')
                );
    END IF;
    RETURN format('clock.%I::text', field);
END
$clock_field$;
COMMENT ON FUNCTION slaops.clock_field(text, text) IS
'A field of fct_sla_attainment as an expression, for achievable_targets and what_if_target.';

CREATE FUNCTION slaops.achievable_targets(
    schema text,
    field text DEFAULT NULL,
    by_month boolean DEFAULT false
)
RETURNS TABLE (
    metric text,
    value text,
    month date,
    clocks bigint,
    finished bigint,
    stated_minutes double precision,
    attainment double precision,
    target_80 double precision,
    target_80_lower double precision,
    target_80_upper double precision,
    target_90 double precision,
    target_90_lower double precision,
    target_90_upper double precision,
    target_95 double precision,
    target_95_lower double precision,
    target_95_upper double precision
)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $achievable_targets$
DECLARE
    expression text := slaops.clock_field(schema, field);
BEGIN
    RETURN QUERY EXECUTE slaops.put_names(
        $query$
WITH cell AS (
    SELECT
        clock.metric,
        {value} AS value,
        CASE
            WHEN $1 THEN date_trunc('month', clock.started_at AT TIME ZONE $2)::date
        END AS month,
        count(*) FILTER (WHERE clock.status = 'met') AS met,
        count(*) FILTER (WHERE clock.status = 'breached') AS breached,
        avg(clock.target_minutes::numeric)::double precision AS stated_minutes,
        slaops.survival_agg(
            clock.elapsed_minutes,
            clock.status IN ('met', 'breached') AND clock.stopped_at IS NOT NULL
        ) AS elapsed
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.started_at IS NOT NULL
    GROUP BY 1, 2, 3
)

SELECT
    cell.metric,
    cell.value,
    cell.month,
    taken.clocks,
    taken.finished,
    cell.stated_minutes,
    attained.attainment,
    taken.target_80,
    taken.target_80_lower,
    taken.target_80_upper,
    taken.target_90,
    taken.target_90_lower,
    taken.target_90_upper,
    taken.target_95,
    taken.target_95_lower,
    taken.target_95_upper
FROM cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
CROSS JOIN LATERAL slaops.targets_of(cell.elapsed) AS taken
ORDER BY cell.metric, cell.value, cell.month
$query$,
        jsonb_build_object('schema', quote_ident(schema), 'value', expression)
    )
    USING by_month, slaops.mart_state_of(schema, false) ->> 'time_zone';
END
$achievable_targets$;
COMMENT ON FUNCTION slaops.achievable_targets(text, text, boolean) IS
'The target that 80, 90 and 95 % of the clocks would have met, in open minutes with 95 % '
'intervals, beside the stated one: by any field of fct_sla_attainment, and by month. The view '
'achievable_targets has it by priority and group. Example: SELECT * FROM '
'slaops.achievable_targets(''support'', ''region'');';

CREATE FUNCTION slaops.what_if_target(
    schema text,
    target interval,
    metric text DEFAULT 'resolution',
    field text DEFAULT 'priority'
)
RETURNS TABLE (
    value text,
    clocks bigint,
    met bigint,
    breached bigint,
    attainment double precision,
    met_with bigint,
    breached_with bigint,
    undecided_with bigint,
    attainment_with double precision,
    lower_with double precision,
    upper_with double precision,
    attainment_in_the_end double precision
)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $what_if_target$
DECLARE
    expression text := slaops.clock_field(schema, field);
    known text;
BEGIN
    IF NOT coalesce(
        date_part('year', target) = 0
        AND date_part('month', target) = 0
        AND date_part('day', target) BETWEEN 0 AND 1e5
        AND date_part('hour', target) BETWEEN 0 AND 1e7
        AND date_part('minute', target) >= 0
        AND date_part('second', target) >= 0
        AND date_part('epoch', target) > 0,
        false
    ) THEN
        RAISE EXCEPTION 'a target must be some days, hours and minutes, not %',
            coalesce(target::text, 'NULL')
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Give open time, where a day is one working day of the calendar: '
                    '''4 hours'', ''2 days''.';
    END IF;
    EXECUTE format(
        'SELECT string_agg(DISTINCT clock.metric, '', '' ORDER BY clock.metric)
        FROM %1$I.fct_sla_attainment AS clock
        -- All clocks are read for the message only.
        WHERE NOT EXISTS (SELECT FROM %1$I.fct_sla_attainment AS same WHERE same.metric = $1)',
        schema
    )
    INTO known
    USING metric;
    IF known IS NOT NULL THEN
        RAISE EXCEPTION 'no clock has the metric %', coalesce(quote_literal(metric), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = format('Clocks have %s.', known);
    END IF;
    RETURN QUERY EXECUTE slaops.put_names(
        $query$
WITH calendar AS (
    -- The latest version of each.
    SELECT DISTINCT ON (version.name)
        version.name,
        version.day_minutes
    FROM {schema}.stg_calendars AS version
    ORDER BY
        version.name,
        version.valid_from DESC NULLS LAST
),

judged AS (
    SELECT
        {value} AS value,
        clock.status,
        clock.elapsed_minutes,
        clock.status IN ('met', 'breached') AND clock.stopped_at IS NOT NULL AS is_finished,
        $2 + CASE
            WHEN $1 = 0 THEN 0
            WHEN clock.calendar_name = '24x7' THEN 1440 * $1
            ELSE calendar.day_minutes * $1
        END AS allowed_minutes
    FROM {schema}.fct_sla_attainment AS clock
    LEFT JOIN calendar
        ON calendar.name = clock.calendar_name
    WHERE clock.metric = $3
        AND clock.status IN ('active', 'at_risk', 'paused', 'met', 'breached')
),

cell AS (
    SELECT
        judged.value,
        count(*) AS clocks,
        count(*) FILTER (WHERE judged.status = 'met') AS met,
        count(*) FILTER (WHERE judged.status = 'breached') AS breached,
        count(*) FILTER (
            WHERE judged.is_finished AND judged.elapsed_minutes <= judged.allowed_minutes
        ) AS met_with,
        count(*) FILTER (
            WHERE judged.elapsed_minutes > judged.allowed_minutes
        ) AS breached_with,
        -- As parts of what is allowed, since days of calendars differ in length.
        slaops.survival_agg(
            judged.elapsed_minutes / judged.allowed_minutes, judged.is_finished
        ) AS used
    FROM judged
    GROUP BY judged.value
)

SELECT
    cell.value,
    cell.clocks,
    cell.met,
    cell.breached,
    stated.attainment,
    cell.met_with,
    cell.breached_with,
    cell.clocks - cell.met_with - cell.breached_with AS undecided_with,
    other.attainment,
    other.lower,
    other.upper,
    1 - slaops.survival_at(cell.used, 1) AS attainment_in_the_end
FROM cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS stated
CROSS JOIN LATERAL slaops.attainment_rate(cell.met_with, cell.breached_with) AS other
ORDER BY cell.value
$query$,
        jsonb_build_object('schema', quote_ident(schema), 'value', expression)
    )
    USING
        date_part('day', target),
        date_part('epoch', target - date_part('day', target) * interval '1 day') / 60,
        metric;
END
$what_if_target$;
COMMENT ON FUNCTION slaops.what_if_target(text, interval, text, text) IS
'What another target would have brought: clocks of a metric by a field, their attainment, what it '
'would have been with a target in open time (a day is one working day of the calendar), and the '
'share that would meet it once all have ended. Example: SELECT * FROM '
'slaops.what_if_target(''support'', ''8 hours'');';
