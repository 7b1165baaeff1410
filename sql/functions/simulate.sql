-- What if: capacity_gap with other people, arrivals or handling times.

CREATE FUNCTION slaops.simulate_capacity(
    schema text,
    extra_fte jsonb DEFAULT '{}',
    arrivals_factor double precision DEFAULT 1,
    handling_factor double precision DEFAULT 1,
    occupancy double precision DEFAULT NULL,
    shrinkage double precision DEFAULT 0,
    working_days double precision DEFAULT NULL
)
RETURNS TABLE (
    plan jsonb,
    group_name text,
    fte_now double precision,
    fte double precision,
    fte_to_hold double precision,
    fte_to_clear double precision,
    fte_gap double precision,
    arrivals_per_day double precision,
    handle_minutes double precision,
    utilization double precision,
    utilization_28 double precision,
    short_days_28 bigint,
    backlog_now bigint,
    days double precision,
    backlog_after double precision,
    clear_days double precision,
    clears_on date,
    wait_days double precision,
    attainment_expected double precision,
    expected_basis_days bigint,
    expected_basis_clocks bigint,
    attainment_cleared double precision,
    cleared_basis_days bigint,
    cleared_basis_clocks bigint
)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $simulate_capacity$
DECLARE
    state jsonb := slaops.mart_state_of(schema, false);
    known jsonb;
    unknown text;
    short record;
    as_of timestamptz;
    plans jsonb := CASE jsonb_typeof(extra_fte)
        WHEN 'array' THEN extra_fte
        ELSE jsonb_build_array(coalesce(extra_fte, '{}'))
    END;
BEGIN
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING ERRCODE = 'undefined_object',
                  HINT = 'Give the schema that you gave create_marts.';
    END IF;
    IF NOT coalesce(
        arrivals_factor BETWEEN 0 AND 1e6 AND handling_factor BETWEEN 1e-6 AND 1e6, false
    ) THEN
        RAISE EXCEPTION
            'arrivals_factor must be 0 to 1e6, handling_factor 1e-6 to 1e6, not % and %',
            coalesce(arrivals_factor::text, 'NULL'),
            coalesce(handling_factor::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A factor multiplies the expected value: 1.1 is 10 % more.';
    END IF;
    IF jsonb_path_exists(plans, 'strict $[*] ? (@.type() != "object")')
        OR EXISTS (
            SELECT
            FROM jsonb_array_elements(plans) AS given (plan)
            CROSS JOIN LATERAL jsonb_each(given.plan) AS extra
            WHERE CASE jsonb_typeof(extra.value)
                WHEN 'number' THEN abs((extra.value #>> '{}')::numeric) > 1e6
                ELSE true
            END
        ) THEN
        RAISE EXCEPTION 'extra_fte must map groups to numbers of people, not %',
            left(extra_fte::text, 200)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the people to add or take away, at most a million, by group: '
                      '''{"Tier 2": 2, "Tier 1": -0.5}'', or an array of such plans.';
    END IF;
    IF occupancy NOT BETWEEN 1e-6 AND 1 THEN
        RAISE EXCEPTION 'occupancy must be above 0 and at most 1, not %', occupancy
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the part of working time spent on tickets, such as 0.85; '
                      'NULL for that of group_capacity.';
    END IF;
    IF shrinkage < 0 OR shrinkage > 1 - 1e-6 THEN
        RAISE EXCEPTION 'shrinkage must be at least 0 and below 1, not %', shrinkage
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the part of paid time away from work (leave, training, breaks), '
                      'such as 0.3.';
    END IF;
    IF working_days NOT BETWEEN 1e-6 AND 1e9 THEN
        RAISE EXCEPTION 'working_days must be above 0 and at most 1e9, not %', working_days
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the working days to look ahead, such as 20; '
                      'NULL for those of each group in the next 28 days.';
    END IF;
    IF EXISTS (
        SELECT
        FROM jsonb_array_elements(plans) AS given (plan)
        WHERE given.plan <> '{}'
    ) THEN
        EXECUTE format('
            SELECT coalesce(jsonb_object_agg(team.group_name, team.fte), ''{}'')
            FROM %I.int_group_workload AS team', schema)
        INTO known;
        SELECT extra.group_name
        INTO unknown
        FROM jsonb_array_elements(plans) AS given (plan)
        CROSS JOIN LATERAL jsonb_object_keys(given.plan) AS extra (group_name)
        WHERE NOT known ? extra.group_name
        ORDER BY extra.group_name
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the capacity of group "%" is unknown', unknown
                USING ERRCODE = 'undefined_object',
                      HINT = CASE
                          WHEN known = '{}'
                              THEN 'Give it: create_marts(..., group_capacity => ''my_groups'').'
                          ELSE format('There are: %s.', (
                              SELECT string_agg(team.name, ', ' ORDER BY team.name)
                              FROM jsonb_object_keys(known) AS team (name)
                          ))
                      END;
        END IF;
        SELECT
            extra.key,
            (known ->> extra.key)::double precision AS has,
            (known ->> extra.key)::double precision
                + (extra.value #>> '{}')::double precision AS people
        INTO short
        FROM jsonb_array_elements(plans) WITH ORDINALITY AS given (plan, place)
        CROSS JOIN LATERAL jsonb_each(given.plan) AS extra
        WHERE (known ->> extra.key)::double precision
            + (extra.value #>> '{}')::double precision < -1e-9
        ORDER BY given.place, extra.key
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the plan must leave group "%" at least 0 people, not %',
                short.key, trim_scale(round(short.people::numeric, 6))
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = format(
                          'It has %s.',
                          trim_scale(round(short.has::numeric, 6))
                      );
        END IF;
    END IF;
    IF (state ->> 'stored')::boolean THEN
        -- Before the query below, all of which would be shown with the error.
        as_of := slaops.published_as_of((state ->> 'as_of')::timestamptz);
    ELSE
        as_of := slaops.as_of();
    END IF;
    -- Queues are measured in working days of what the group can do now.
    RETURN QUERY EXECUTE format($query$
        WITH gap AS MATERIALIZED (
            SELECT capacity.*
            FROM %1$I.capacity_gap AS capacity
            WHERE capacity.last_day IS NOT NULL
        ),
        started AS (
            SELECT
                clock.group_name,
                clock.day,
                sum(clock.decided)::bigint AS clocks,
                sum(clock.met)::bigint AS met
            FROM %1$I.int_ownership_by_day AS clock
            WHERE clock.day > timezone($8, $7)::date - 364
            GROUP BY
                clock.group_name,
                clock.day
        ),
        queue AS (
            SELECT
                backlog.group_name,
                backlog.day,
                sum(backlog.tickets)::bigint AS open
            FROM %1$I.int_backlog_by_day AS backlog
            GROUP BY
                backlog.group_name,
                backlog.day
        ),
        behind AS MATERIALIZED (
            SELECT
                started.group_name,
                started.clocks,
                started.met,
                coalesce(queue.open, 0) * gap.handle_minutes / gap.capacity_minutes AS wait
            FROM started
            JOIN gap ON gap.group_name = started.group_name
            LEFT JOIN queue
                ON queue.group_name = started.group_name
                AND queue.day = started.day
        ),
        usual AS (
            SELECT
                behind.group_name,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY behind.wait) AS wait
            FROM behind
            GROUP BY behind.group_name
        ),
        brief AS MATERIALIZED (
            -- The half of days with the shorter queue.
            SELECT
                usual.group_name,
                usual.wait AS upto,
                count(*) AS days,
                sum(behind.clocks)::bigint AS clocks,
                sum(behind.met) / sum(behind.clocks) AS rate
            FROM usual
            JOIN behind
                ON behind.group_name = usual.group_name
                AND behind.wait <= usual.wait
            GROUP BY usual.group_name, usual.wait
        ),
        parted AS (
            SELECT
                behind.*,
                (rank() OVER (PARTITION BY behind.group_name ORDER BY behind.wait) - 1)
                    * greatest(
                        least(
                            10,
                            count(*) OVER whole_group / 5,
                            floor(sum(behind.clocks) OVER whole_group / 30)::bigint
                        ),
                        1
                    )
                    / count(*) OVER whole_group AS part
            FROM behind
            JOIN usual
                ON usual.group_name = behind.group_name
                AND behind.wait > usual.wait
            WINDOW whole_group AS (PARTITION BY behind.group_name)
        ),
        longer AS (
            -- The others by their queue in up to ten parts, each of five days and 30 clocks or more
            -- in the mean.
            SELECT
                parted.group_name,
                parted.part,
                max(parted.wait) AS upto,
                count(*) AS days,
                sum(parted.clocks)::bigint AS clocks,
                sum(parted.met) AS met
            FROM parted
            GROUP BY parted.group_name, parted.part
        ),
        summed AS MATERIALIZED (
            SELECT
                longer.*,
                sum(longer.clocks) OVER up_to_part - longer.clocks AS clocks_before,
                sum(longer.met) OVER up_to_part - longer.met AS met_before
            FROM longer
            WINDOW up_to_part AS (PARTITION BY longer.group_name ORDER BY longer.part)
        ),
        highest_since AS (
            SELECT
                middle.group_name,
                middle.part,
                middle.upto,
                middle.days,
                middle.clocks,
                first.part AS since,
                max(
                    (last.met_before + last.met - first.met_before)
                    / (last.clocks_before + last.clocks - first.clocks_before)
                ) AS rate
            FROM summed AS middle
            JOIN summed AS first
                ON first.group_name = middle.group_name
                AND first.part <= middle.part
            JOIN summed AS last
                ON last.group_name = middle.group_name
                AND last.part >= middle.part
            GROUP BY 1, 2, 3, 4, 5, 6
        ),
        falling AS (
            -- Isotonic regression, by its min-max formula: the longer the queue, the fewer are met.
            SELECT
                highest_since.group_name,
                highest_since.part,
                highest_since.upto,
                highest_since.days,
                highest_since.clocks,
                min(highest_since.rate) AS rate
            FROM highest_since
            GROUP BY 1, 2, 3, 4, 5
        ),
        bounded AS (
            SELECT
                brief.group_name,
                brief.upto,
                brief.days,
                brief.clocks,
                brief.rate
            FROM brief
            UNION ALL
            SELECT
                falling.group_name,
                max(falling.upto) AS upto,
                sum(falling.days) AS days,
                sum(falling.clocks) AS clocks,
                least(falling.rate, brief.rate) AS rate
            FROM falling
            JOIN brief ON brief.group_name = falling.group_name
            GROUP BY falling.group_name, least(falling.rate, brief.rate)
        ),
        step AS MATERIALIZED (
            -- Attainment by the wait, and nothing from one and a half of the longest on.
            SELECT
                bounded.group_name,
                bounded.days,
                bounded.clocks,
                bounded.rate::double precision AS rate,
                lag(bounded.upto) OVER by_wait AS above,
                CASE
                    WHEN lead(bounded.upto) OVER by_wait IS NULL THEN bounded.upto * 1.5
                    ELSE bounded.upto
                END AS upto
            FROM bounded
            WINDOW by_wait AS (PARTITION BY bounded.group_name ORDER BY bounded.upto)
        ),
        planned AS (
            SELECT
                gap.*,
                greatest(
                    gap.fte
                    + coalesce((given.plan ->> gap.group_name)::double precision, 0),
                    0
                ) AS people,
                given.plan,
                given.place,
                gap.arrivals_per_day * $2 AS arrivals,
                gap.handle_minutes * $3 AS minutes,
                coalesce($4, gap.occupancy) AS occupied,
                coalesce($6, gap.working_days_28) AS plan_days
            FROM gap
            CROSS JOIN jsonb_array_elements($1) WITH ORDINALITY AS given (plan, place)
        ),
        needed AS (
            SELECT
                planned.*,
                slaops.fte_to_hold(
                    planned.arrivals,
                    planned.minutes,
                    planned.hours_per_day,
                    planned.occupied,
                    $5
                ) AS hold,
                slaops.fte_to_clear(
                    planned.open_now,
                    planned.arrivals,
                    planned.minutes,
                    planned.plan_days,
                    planned.hours_per_day,
                    planned.occupied,
                    $5
                ) AS clear
            FROM planned
        ),
        outcome AS MATERIALIZED (
            SELECT
                needed.*,
                simulated.utilization AS expected_utilization,
                simulated.backlog_after,
                simulated.clear_days,
                simulated.expected_wait_days,
                simulated.capacity_per_day,
                simulated.net_flow_per_day
            FROM needed
            LEFT JOIN LATERAL slaops.capacity_simulator(
                needed.open_now,
                needed.arrivals,
                needed.minutes,
                needed.people,
                needed.people,
                1,
                needed.plan_days,
                needed.hours_per_day,
                needed.occupied,
                $5
            ) AS simulated ON true
        ),
        shared AS (
            -- The queue falls or rises in a line and stays at 0: so long is the wait above one
            -- bound and not above the next.
            SELECT
                outcome.place,
                outcome.group_name,
                step.days,
                step.clocks,
                step.rate,
                part.upto - CASE WHEN step.above IS NULL THEN 0 ELSE part.above END AS share
            FROM outcome
            JOIN step ON step.group_name = outcome.group_name
            CROSS JOIN LATERAL (
                SELECT
                    max(below.share) FILTER (WHERE below.is_upper) AS upto,
                    max(below.share) FILTER (WHERE NOT below.is_upper) AS above
                FROM (
                    SELECT
                        bound.is_upper,
                        CASE
                            WHEN outcome.net_flow_per_day > 0 THEN
                                1 - least(
                                    greatest(
                                        (outcome.open_now - bound.wait * outcome.capacity_per_day)
                                        / outcome.net_flow_per_day
                                        / outcome.plan_days,
                                        0
                                    ),
                                    1
                                )
                            WHEN outcome.net_flow_per_day < 0 THEN
                                least(
                                    greatest(
                                        (outcome.open_now - bound.wait * outcome.capacity_per_day)
                                        / outcome.net_flow_per_day
                                        / outcome.plan_days,
                                        0
                                    ),
                                    1
                                )
                            WHEN outcome.open_now <= bound.wait * outcome.capacity_per_day THEN 1
                            ELSE 0
                        END AS share
                    FROM (
                        VALUES
                            (true, step.upto),
                            (false, step.above)
                    ) AS bound (is_upper, wait)
                ) AS below
            ) AS part
            WHERE outcome.capacity_per_day > 0
        ),
        expected AS (
            SELECT
                shared.place,
                shared.group_name,
                sum(shared.share) AS share,
                sum(shared.share * shared.rate) AS rate,
                sum(shared.days) FILTER (WHERE shared.share > 0) AS days,
                sum(shared.clocks) FILTER (WHERE shared.share > 0) AS clocks
            FROM shared
            GROUP BY shared.place, shared.group_name
        )
        SELECT
            outcome.plan,
            outcome.group_name,
            outcome.fte,
            outcome.people,
            outcome.hold,
            outcome.clear,
            outcome.clear - outcome.people,
            outcome.arrivals,
            outcome.minutes,
            outcome.expected_utilization,
            outcome.utilization_28,
            outcome.short_days_28,
            outcome.open_now,
            outcome.plan_days,
            outcome.backlog_after,
            outcome.clear_days,
            CASE
                WHEN outcome.clear_days < 2600 THEN
                    slaops.business_day_add(
                        outcome.calendar_name,
                        slaops.roll(
                            outcome.calendar_name, timezone($8, $7)::date, 'forward'
                        ),
                        greatest(ceil(outcome.clear_days - 1e-6)::integer - 1, 0)
                    )
            END,
            outcome.expected_wait_days,
            CASE
                WHEN expected.days >= 5 AND expected.clocks >= 30
                    THEN least(greatest(expected.rate, 0), 1)
            END,
            coalesce(expected.days, 0)::bigint,
            expected.clocks::bigint,
            CASE
                WHEN cleared.days >= 5 AND cleared.clocks >= 30 THEN cleared.rate
            END::double precision,
            coalesce(cleared.days, 0),
            cleared.clocks
        FROM outcome
        -- A queue that nobody has seen yet tells nothing.
        LEFT JOIN expected
            ON expected.place = outcome.place
            AND expected.group_name = outcome.group_name
            AND expected.share > 1 - 1e-9
        LEFT JOIN brief AS cleared
            ON cleared.group_name = outcome.group_name
            AND outcome.clear_days IS NOT NULL
        ORDER BY
            outcome.place,
            outcome.clear - outcome.people DESC NULLS LAST,
            outcome.group_name
    $query$, schema)
    USING
        plans,
        arrivals_factor,
        handling_factor,
        occupancy,
        coalesce(shrinkage, 0),
        working_days,
        as_of,
        state ->> 'time_zone';
END
$simulate_capacity$;
COMMENT ON FUNCTION slaops.simulate_capacity(
    text, jsonb, double precision, double precision, double precision, double precision,
    double precision
) IS
'Backlog, waits and attainment of each group with extra_fte people more (by group, or an array of '
'such plans) and with arrivals and handling time multiplied by factors. Time is in working days. '
'See docs/guides/what-if.md. Example: SELECT * FROM slaops.simulate_capacity(''support'', '
'''{"Tier 2": 2}''::jsonb);';

-- A driver that sends strings as text or varchar has no jsonb to offer. The plan has no default
-- here, so that a call without one is the other function's.
CREATE FUNCTION slaops.simulate_capacity(
    schema text,
    extra_fte text,
    arrivals_factor double precision DEFAULT 1,
    handling_factor double precision DEFAULT 1,
    occupancy double precision DEFAULT NULL,
    shrinkage double precision DEFAULT 0,
    working_days double precision DEFAULT NULL
)
RETURNS TABLE (
    plan jsonb,
    group_name text,
    fte_now double precision,
    fte double precision,
    fte_to_hold double precision,
    fte_to_clear double precision,
    fte_gap double precision,
    arrivals_per_day double precision,
    handle_minutes double precision,
    utilization double precision,
    utilization_28 double precision,
    short_days_28 bigint,
    backlog_now bigint,
    days double precision,
    backlog_after double precision,
    clear_days double precision,
    clears_on date,
    wait_days double precision,
    attainment_expected double precision,
    expected_basis_days bigint,
    expected_basis_clocks bigint,
    attainment_cleared double precision,
    cleared_basis_days bigint,
    cleared_basis_clocks bigint
)
LANGUAGE plpgsql STABLE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $simulate_capacity$
#variable_conflict use_variable
DECLARE
    plans jsonb;
BEGIN
    BEGIN
        plans := extra_fte::jsonb;
    EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
        RAISE EXCEPTION 'extra_fte must be JSON, not %', left(extra_fte, 200)
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = SQLERRM,
                  HINT = 'Give the people to add or take away by group as JSON: '
                      '''{"Tier 2": 2, "Tier 1": -0.5}'', or an array of such plans.';
    END;
    RETURN QUERY
    SELECT simulated.*
    FROM slaops.simulate_capacity(
        schema,
        plans,
        arrivals_factor,
        handling_factor,
        occupancy,
        shrinkage,
        working_days
    ) AS simulated;
END
$simulate_capacity$;
COMMENT ON FUNCTION slaops.simulate_capacity(
    text, text, double precision, double precision, double precision, double precision,
    double precision
) IS
'Like simulate_capacity with jsonb, for drivers that send text. Example: SELECT * FROM '
'slaops.simulate_capacity(''support'', ''{"Tier 2": 2}'');';
