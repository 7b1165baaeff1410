-- One row per month, metric, priority, group and agent: clocks that the agent ended, by the reply
-- for first_response or the solution for resolution.
-- materialized: aggregate
-- key: month, metric, priority, group_name, agent
WITH agent_events AS (
    -- Several actions of an agent at one instant count as one.
    SELECT
        event.ticket_id,
        event.event_at,
        min(event.actor) AS agent
    FROM {schema}.int_event_transitions AS event
    WHERE event.actor_role = 'agent'
        AND event.actor IS NOT NULL
    GROUP BY
        event.ticket_id,
        event.event_at
)

SELECT
    -- Month in which the clocks ended.
    date_trunc('month', clock.stopped_at AT TIME ZONE {time_zone})::date AS month,
    -- The metric.
    clock.metric,
    -- The priority whose target counts.
    clock.priority,
    -- The group that last had the ticket before the clock ended.
    clock.last_group AS group_name,
    -- The agent who ended them.
    event.agent,
    -- Clocks that ended.
    count(*) AS clocks,
    -- Of them, met.
    count(*) FILTER (WHERE clock.status = 'met') AS met,
    -- Of them, past their target.
    count(*) FILTER (WHERE clock.status = 'breached') AS breached,
    -- Sum of the minutes past target.
    coalesce(sum(greatest(-clock.margin_minutes, 0)::numeric), 0) AS minutes_late,
    -- Open minutes of each clock.
    slaops.survival_agg(clock.elapsed_minutes, true) AS elapsed
FROM {schema}.fct_sla_attainment AS clock
JOIN agent_events AS event
    ON event.ticket_id = clock.ticket_id
    AND event.event_at = clock.stopped_at
WHERE clock.status IN ('met', 'breached')
GROUP BY
    month,
    clock.metric,
    clock.priority,
    clock.last_group,
    event.agent
