-- A row a step from one activity to the next, phase, group and priority: how often tickets took it,
-- how long it took them and how they fared.
-- materialized: aggregate
-- key: activity, next_activity, phase, group_name, priority
SELECT
    -- What happened.
    step.activity,
    -- What happened next; NULL: nothing yet.
    step.next_activity,
    -- Whether the ticket then waited or was worked on; NULL while it was solved.
    step.phase,
    -- The group that has the tickets, or had them last.
    outcome.last_group AS group_name,
    -- Their priority.
    outcome.priority,
    -- How often.
    count(*) AS times,
    -- Of them, the first time that the activity happened in a ticket that was not solved.
    count(*) FILTER (WHERE is_first) AS tickets,
    -- Clocks of these tickets that ended in time.
    coalesce(sum(outcome.met) FILTER (WHERE is_first), 0) AS met,
    -- Clocks of these tickets past their target.
    coalesce(sum(outcome.breached) FILTER (WHERE is_first), 0) AS breached,
    -- Times with a next activity.
    count(step.minutes) AS followed,
    -- Microseconds until then by the wall clock, summed.
    coalesce(sum((step.minutes * 60000000)::bigint), 0) AS wall_microseconds,
    -- Times of which the open minutes are known.
    count(step.business_minutes) AS timed,
    -- Open microseconds until the next activity, or until now, summed.
    coalesce(sum((step.business_minutes * 60000000)::bigint), 0) AS microseconds,
    -- The open minutes of each.
    slaops.survival_agg(step.business_minutes, true) AS each_minutes
FROM {schema}.int_event_transitions AS step
JOIN {schema}.mart_ticket_outcomes AS outcome
    ON outcome.ticket_id = step.ticket_id
CROSS JOIN LATERAL (SELECT step.phase IS NOT NULL AND step.times = 1 AS is_first) AS turn
GROUP BY
    step.activity,
    step.next_activity,
    step.phase,
    outcome.last_group,
    outcome.priority
