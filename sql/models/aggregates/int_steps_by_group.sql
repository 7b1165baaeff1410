-- One row per step from one activity to the next, phase, group and priority: how often tickets took
-- the step, how long it took, and the results of their clocks.
-- materialized: aggregate
-- key: activity, next_activity, phase, group_name, priority
SELECT
    -- What happened.
    step.activity,
    -- The next activity; NULL: none yet.
    step.next_activity,
    -- waiting or working, for the time after the activity; NULL while the ticket was solved.
    step.phase,
    -- The present or last group of the tickets.
    outcome.last_group AS group_name,
    -- Their priority.
    outcome.priority,
    -- Number of times.
    count(*) AS times,
    -- Of them, the first occurrences of the activity in tickets that were not solved.
    count(*) FILTER (WHERE turn.is_first) AS tickets,
    -- Clocks of these tickets that met their target.
    coalesce(sum(outcome.met) FILTER (WHERE turn.is_first), 0) AS met,
    -- Clocks of these tickets past their target.
    coalesce(sum(outcome.breached) FILTER (WHERE turn.is_first), 0) AS breached,
    -- Of them, with a next activity.
    count(step.minutes) AS followed,
    -- Sum of the microseconds until then by the wall clock.
    coalesce(sum((step.minutes * 60000000)::bigint), 0) AS wall_microseconds,
    -- Of them, with known open minutes.
    count(step.business_minutes) AS timed,
    -- Sum of the open microseconds until the next activity, or until now.
    coalesce(sum((step.business_minutes * 60000000)::bigint), 0) AS microseconds,
    -- The open minutes of each occurrence.
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
