-- What do the moves and additions of people lead to? One row per group that lacks or gives people:
-- expected utilization, queue and attainment over the next working days without the plan, with the
-- whole plan, with the moves alone, and with the people who clear the queues in four weeks.
-- materialized: table
-- key: group_name
WITH schema_today AS (
    -- The present name of the schema.
    SELECT namespace.nspname::text AS name
    FROM pg_catalog.pg_type AS row_type
    JOIN pg_catalog.pg_namespace AS namespace
        ON namespace.oid = row_type.typnamespace
    WHERE row_type.oid = pg_typeof(NULL::{schema}.staffing_moves)
),

received AS (
    SELECT
        move.group_name,
        sum(move.people) AS people
    FROM {schema}.staffing_moves AS move
    GROUP BY move.group_name
),

changes AS MATERIALIZED (
    SELECT
        shortage.group_name,
        true AS is_short,
        coalesce(received.people, 0) AS moved,
        trim_scale(
            greatest(
                ceil(
                    (shortage.fte_to_hold / 0.95 - shortage.fte)::numeric * 10
                    - coalesce(received.people, 0) * 10
                    - 0.000001
                ) / 10,
                0
            )
        ) AS added,
        CASE
            WHEN shortage.fte_to_clear < 500000
                THEN trim_scale(
                    ceil(
                        (shortage.fte_to_clear - shortage.fte)::numeric * 10
                        - coalesce(received.people, 0) * 10
                        - 0.000001
                    ) / 10
                )
        END AS clearing
    FROM {schema}.staffing_shortages AS shortage
    LEFT JOIN received
        ON received.group_name = shortage.group_name
    UNION ALL
    SELECT
        move.donor,
        false AS is_short,
        -sum(move.people) AS moved,
        0 AS added,
        0 AS clearing
    FROM {schema}.staffing_moves AS move
    GROUP BY move.donor
),

plans AS MATERIALIZED (
    -- All groups are simulated together.
    SELECT
        jsonb_object_agg(change.group_name, change.moved) FILTER (WHERE change.moved <> 0) AS moves,
        jsonb_object_agg(change.group_name, change.moved + change.added) AS whole,
        jsonb_object_agg(
            change.group_name,
            change.moved + greatest(change.added, change.clearing)
        ) AS clearing
    FROM changes AS change
    HAVING count(*) > 0
),

simulated AS MATERIALIZED (
    SELECT simulation.*
    FROM plans
    CROSS JOIN schema_today
    CROSS JOIN LATERAL slaops.simulate_capacity(
        schema_today.name,
        (
            SELECT jsonb_agg(DISTINCT given.plan)
            FROM (
                VALUES ('{}'::jsonb), (plans.moves), (plans.whole), (plans.clearing)
            ) AS given (plan)
            WHERE given.plan IS NOT NULL
        )
    ) AS simulation
)

SELECT
    -- The group.
    change.group_name,
    -- Whether the group lacks people; else it gives some.
    change.is_short,
    -- People to move to it; negative: away from it.
    change.moved,
    -- People to add, so that its utilization is at most 95 %.
    change.added,
    -- People to add instead, to clear its queue within the next 28 days; NULL: no number of people
    -- can.
    change.clearing,
    -- Number of working days ahead.
    whole.days,
    -- Open tickets that are with it now.
    today.backlog_now,
    -- Expected utilization without the plan.
    today.utilization,
    -- Open tickets after these days, without the plan.
    today.backlog_after,
    -- Expected attainment without the plan; NULL if the group's past has no such queues.
    today.attainment_expected AS attainment,
    -- Past clocks on which this is based.
    today.expected_basis_clocks AS attainment_clocks,
    -- Expected utilization with the whole plan.
    whole.utilization AS planned_utilization,
    -- Open tickets after these days, with it.
    whole.backlog_after AS planned_backlog_after,
    -- Expected attainment with it.
    whole.attainment_expected AS planned_attainment,
    -- Past clocks on which this is based.
    whole.expected_basis_clocks AS planned_attainment_clocks,
    -- The day on which the plan has cleared the queue; NULL: never.
    whole.clears_on AS planned_clears_on,
    -- Attainment after that day.
    whole.attainment_cleared AS planned_attainment_cleared,
    -- Past clocks on which this is based.
    whole.cleared_basis_clocks AS planned_cleared_clocks,
    -- Expected utilization with the moves alone; NULL: no moves.
    moves.utilization AS moved_utilization,
    -- Open tickets after these days, with the moves alone.
    moves.backlog_after AS moved_backlog_after,
    -- The day on which the queue is cleared with the people who clear it.
    clearing.clears_on AS clearing_clears_on,
    -- Expected attainment until then.
    clearing.attainment_expected AS clearing_attainment,
    -- The plans for slaops.simulate_capacity: no change, the moves, the whole plan, and with the
    -- people who clear the queues.
    (
        SELECT jsonb_agg(DISTINCT given.plan)
        FROM (
            VALUES
                ('{}'::jsonb),
                (CASE WHEN change.moved <> 0 THEN plans.moves END),
                (plans.whole),
                (plans.clearing)
        ) AS given (plan)
        WHERE given.plan IS NOT NULL
    ) AS plans
FROM changes AS change
CROSS JOIN plans
JOIN simulated AS today
    ON today.plan = '{}'
    AND today.group_name = change.group_name
JOIN simulated AS whole
    ON whole.plan = plans.whole
    AND whole.group_name = change.group_name
JOIN simulated AS clearing
    ON clearing.plan = plans.clearing
    AND clearing.group_name = change.group_name
LEFT JOIN simulated AS moves
    ON moves.plan = plans.moves
    AND moves.group_name = change.group_name
