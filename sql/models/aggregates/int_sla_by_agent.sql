-- A row a month, metric, priority, group and agent: clocks that ended by what the agent did, the
-- reply of a first response or the solution of a resolution.
-- materialized: aggregate
-- key: month, metric, priority, group_name, agent
WITH agent_events AS (
    -- Who did several things at one instant did them as one.
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
    -- What is measured.
    clock.metric,
    -- The priority whose target counts.
    clock.priority,
    -- The group that had the ticket last before the clock ended.
    clock.last_group AS group_name,
    -- Who ended them.
    event.agent,
    -- Clocks that ended.
    count(*) AS clocks,
    -- Of them, in time.
    count(*) FILTER (WHERE clock.status = 'met') AS met,
    -- Of them, past their target.
    count(*) FILTER (WHERE clock.status = 'breached') AS breached,
    -- Minutes past target, summed.
    coalesce(sum(greatest(-clock.margin_minutes, 0)::numeric), 0) AS minutes_late,
    -- Time taken, of each clock.
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
