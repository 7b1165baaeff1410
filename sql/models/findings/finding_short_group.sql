-- Where are people missing, and what would help? A row a group that lacks people: how many move
-- from where and are added, and what the staffing plan expects of it. staffing_plan has all
-- groups.
-- materialized: table
-- key: subject
WITH moves AS (
    SELECT
        move.group_name,
        jsonb_agg(
            jsonb_build_object(
                'donor', move.donor,
                'people', move.people,
                'utilization', donor.utilization,
                'planned_utilization', donor.planned_utilization,
                'attainment', donor.attainment,
                'attainment_clocks', donor.attainment_clocks,
                'planned_attainment', donor.planned_attainment,
                'planned_attainment_clocks', donor.planned_attainment_clocks
            )
            ORDER BY move.donor_rank
        ) AS donors,
        array_agg(move.donor ORDER BY move.donor_rank) AS donor_names
    FROM {schema}.staffing_moves AS move
    JOIN {schema}.staffing_plan AS donor
        ON donor.group_name = move.donor
        AND NOT donor.is_short
    GROUP BY move.group_name
)

SELECT
    -- The group.
    plan.group_name AS subject,
    -- What it is ranked by: its utilization of the last 28 days.
    shortage.utilization_28 AS weight,
    -- People, in full-time equivalents.
    shortage.fte,
    -- People who do what is expected.
    shortage.fte_to_hold,
    -- People who do it and all that is open now within the next 28 days, if these are more.
    CASE WHEN shortage.fte_to_clear > shortage.fte_to_hold THEN shortage.fte_to_clear END
    AS fte_to_clear,
    -- People with whom it keeps its stated target, unless the plan is said to keep less without a
    -- queue.
    CASE
        WHEN coalesce(plan.planned_attainment_cleared >= shortage.attainment_target, true)
            THEN shortage.fte_to_attain
    END AS fte_to_attain,
    -- Attainment that it states.
    shortage.attainment_target,
    -- The target that this is of, in open minutes.
    shortage.target_minutes,
    -- Working days of the last 28 days on which more work came than it can do.
    shortage.short_days_28,
    -- Mean utilization of these days.
    shortage.utilization_28,
    -- The weekdays on which it is short every other time; NULL: on all.
    shortage.short_on,
    -- People who move to it.
    plan.moved,
    -- People who are added.
    plan.added,
    -- People who clear its queue in four weeks, if these are more; NULL where nobody can.
    CASE
        WHEN plan.clearing > plan.added AND plan.clearing_clears_on IS NOT NULL THEN plan.clearing
    END AS clearing,
    -- The day by which these do.
    CASE WHEN plan.clearing > plan.added THEN plan.clearing_clears_on END AS clearing_clears_on,
    -- Expected attainment until then.
    CASE
        WHEN plan.clearing > plan.added AND plan.clearing_clears_on IS NOT NULL
            THEN plan.clearing_attainment
    END AS clearing_attainment,
    -- Working days that are looked at.
    plan.days,
    -- Open tickets that are with it now.
    plan.backlog_now,
    -- Open tickets after these days, as it is.
    plan.backlog_after,
    -- The same with the plan.
    plan.planned_backlog_after,
    -- Expected utilization as it is.
    plan.utilization,
    -- The same with the plan.
    plan.planned_utilization,
    -- Expected attainment as it is; NULL where its past says nothing of one of the two.
    CASE WHEN plan.planned_attainment IS NOT NULL THEN plan.attainment END AS attainment,
    -- Clocks of its past on which that stands.
    plan.attainment_clocks,
    -- Expected attainment with the plan; NULL where its past says nothing of one of the two.
    CASE WHEN plan.attainment IS NOT NULL THEN plan.planned_attainment END
    AS planned_attainment,
    -- Clocks of its past on which that stands.
    plan.planned_attainment_clocks,
    -- The day on which its queue is worked off with the plan, where attainment then is another.
    CASE WHEN cleared.is_told THEN plan.planned_clears_on END AS planned_clears_on,
    -- Attainment then.
    CASE WHEN cleared.is_told THEN plan.planned_attainment_cleared END
    AS planned_attainment_cleared,
    -- Clocks of its past on which that stands.
    plan.planned_cleared_clocks,
    -- Expected utilization with the moves alone, where these leave a queue that grows.
    CASE WHEN alone.is_told THEN plan.moved_utilization END AS moved_utilization,
    -- Open tickets after these days, with the moves alone.
    CASE WHEN alone.is_told THEN plan.moved_backlog_after END AS moved_backlog_after,
    -- The groups that people come from, and what becomes of them; NULL: none.
    moves.donors,
    -- The group and these.
    plan.group_name || coalesce(moves.donor_names, '{}') AS groups,
    -- The plans, as slaops.simulate_capacity takes them.
    plan.plans
FROM {schema}.staffing_plan AS plan
JOIN {schema}.staffing_shortages AS shortage
    ON shortage.group_name = plan.group_name
LEFT JOIN moves
    ON moves.group_name = plan.group_name
CROSS JOIN LATERAL (
    SELECT
        plan.backlog_now > 0
        AND plan.planned_clears_on IS NOT NULL
        AND plan.planned_attainment_cleared IS NOT NULL
        AND coalesce(plan.planned_attainment_cleared <> plan.planned_attainment, true) AS is_told
) AS cleared
CROSS JOIN LATERAL (
    SELECT
        plan.moved > 0
        AND plan.added > 0
        AND plan.moved_backlog_after > plan.backlog_now AS is_told
) AS alone
WHERE plan.is_short
