-- What becomes of the groups with people moved and added? A row a group of the plan, short of
-- people or giving some: expected utilization, queue and attainment in the next working days as
-- it is, with the whole plan, with the moves alone, and with the people who clear the queues in
-- four weeks.
-- materialized: table
-- key: group_name
WITH schema_today AS (
    -- The schema as it is called today.
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
    -- All groups at once.
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
    -- Whether it lacks people; else it gives some.
    change.is_short,
    -- People who move to it; negative: from it.
    change.moved,
    -- People who are added to it, so that it is busy for at most 95 % of its time.
    change.added,
    -- People added instead of these who clear its queue within the next 28 days; NULL: nobody can.
    change.clearing,
    -- Working days that are looked at.
    whole.days,
    -- Open tickets that are with it now.
    today.backlog_now,
    -- Expected utilization as it is.
    today.utilization,
    -- Open tickets after these days, as it is.
    today.backlog_after,
    -- Expected attainment, as it is; NULL where its own past says nothing of such queues.
    today.attainment_expected AS attainment,
    -- Clocks of its past on which that stands.
    today.expected_basis_clocks AS attainment_clocks,
    -- Expected utilization with the whole plan.
    whole.utilization AS planned_utilization,
    -- Open tickets after these days, with it.
    whole.backlog_after AS planned_backlog_after,
    -- Expected attainment with it.
    whole.attainment_expected AS planned_attainment,
    -- Clocks of its past on which that stands.
    whole.expected_basis_clocks AS planned_attainment_clocks,
    -- The day on which its queue is worked off with the plan; NULL: never.
    whole.clears_on AS planned_clears_on,
    -- Attainment once that is so.
    whole.attainment_cleared AS planned_attainment_cleared,
    -- Clocks of its past on which that stands.
    whole.cleared_basis_clocks AS planned_cleared_clocks,
    -- Expected utilization with the moves alone; NULL: nobody moves.
    moves.utilization AS moved_utilization,
    -- Open tickets after these days, with the moves alone.
    moves.backlog_after AS moved_backlog_after,
    -- The day on which the queue is worked off with those who clear it.
    clearing.clears_on AS clearing_clears_on,
    -- Expected attainment until then.
    clearing.attainment_expected AS clearing_attainment,
    -- The plans, as slaops.simulate_capacity takes them: as it is, the moves, the whole, and with
    -- those who clear the queues.
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
