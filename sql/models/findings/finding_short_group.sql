-- Where are people missing, and what would help? One row per group that lacks people: how many
-- people move to it and from where, how many are added, and what the staffing plan expects.
-- staffing_plan has all groups of the plan.
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
    -- The weight: its utilization of the last 28 days.
    shortage.utilization_28 AS weight,
    -- People, in full-time equivalents.
    shortage.fte,
    -- People who keep up with the expected tickets.
    shortage.fte_to_hold,
    -- People who also clear all open tickets within the next 28 days, if these are more.
    CASE WHEN shortage.fte_to_clear > shortage.fte_to_hold THEN shortage.fte_to_clear END
    AS fte_to_clear,
    -- People with whom the group meets its stated target; NULL if the plan is expected to fall
    -- short of it even without a queue.
    CASE
        WHEN coalesce(plan.planned_attainment_cleared >= shortage.attainment_target, true)
            THEN shortage.fte_to_attain
    END AS fte_to_attain,
    -- The attainment that it states.
    shortage.attainment_target,
    -- The target of this attainment, in open minutes.
    shortage.target_minutes,
    -- Working days of the last 28 days on which more work came than the group can do.
    shortage.short_days_28,
    -- Mean utilization of these days.
    shortage.utilization_28,
    -- The weekdays that are short at least half of the time; NULL: all weekdays.
    shortage.short_on,
    -- People to move to it.
    plan.moved,
    -- People to add.
    plan.added,
    -- People who clear its queue in four weeks, if these are more; NULL if no number of people can.
    CASE
        WHEN plan.clearing > plan.added AND plan.clearing_clears_on IS NOT NULL THEN plan.clearing
    END AS clearing,
    -- The day by which these people clear it.
    CASE WHEN plan.clearing > plan.added THEN plan.clearing_clears_on END AS clearing_clears_on,
    -- Expected attainment until then.
    CASE
        WHEN plan.clearing > plan.added AND plan.clearing_clears_on IS NOT NULL
            THEN plan.clearing_attainment
    END AS clearing_attainment,
    -- Number of working days ahead.
    plan.days,
    -- Open tickets that are with it now.
    plan.backlog_now,
    -- Open tickets after these days, without the plan.
    plan.backlog_after,
    -- The same with the plan.
    plan.planned_backlog_after,
    -- Expected utilization without the plan.
    plan.utilization,
    -- The same with the plan.
    plan.planned_utilization,
    -- Expected attainment without the plan; NULL if its past does not allow an estimate with and
    -- without it.
    CASE WHEN plan.planned_attainment IS NOT NULL THEN plan.attainment END AS attainment,
    -- Past clocks on which this is based.
    plan.attainment_clocks,
    -- Expected attainment with the plan; NULL if its past does not allow an estimate with and
    -- without it.
    CASE WHEN plan.attainment IS NOT NULL THEN plan.planned_attainment END
    AS planned_attainment,
    -- Past clocks on which this is based.
    plan.planned_attainment_clocks,
    -- The day on which the plan has cleared the queue, if attainment is different afterwards.
    CASE WHEN cleared.is_told THEN plan.planned_clears_on END AS planned_clears_on,
    -- Attainment after that day.
    CASE WHEN cleared.is_told THEN plan.planned_attainment_cleared END
    AS planned_attainment_cleared,
    -- Past clocks on which this is based.
    plan.planned_cleared_clocks,
    -- Expected utilization with the moves alone, if the queue would still grow.
    CASE WHEN alone.is_told THEN plan.moved_utilization END AS moved_utilization,
    -- Open tickets after these days, with the moves alone.
    CASE WHEN alone.is_told THEN plan.moved_backlog_after END AS moved_backlog_after,
    -- The groups that give people, with their figures under the plan; NULL: none.
    moves.donors,
    -- This group and the groups that give people.
    plan.group_name || coalesce(moves.donor_names, '{}') AS groups,
    -- The plans for slaops.simulate_capacity.
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
