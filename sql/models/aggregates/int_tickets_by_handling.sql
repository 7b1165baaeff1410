-- One row per month, group, priority and kind of handling: solved tickets, by whether people or
-- bots worked on them.
-- materialized: aggregate
-- key: month, group_name, priority, handled_by
WITH workers AS (
    SELECT
        event.ticket_id,
        bool_or(event.actor_role = 'agent') AS has_human,
        bool_or(event.actor_role = 'bot') AS has_bot
    FROM {schema}.int_event_transitions AS event
    GROUP BY event.ticket_id
)

SELECT
    -- Month in which the tickets were last solved.
    date_trunc('month', ticket.solved_at AT TIME ZONE {time_zone})::date AS month,
    -- Their group.
    ticket.group_name,
    -- Their priority.
    ticket.priority,
    -- human: agents only; bot and human: both; bot: bots only; automation: neither.
    CASE
        WHEN worker.has_human AND worker.has_bot THEN 'bot and human'
        WHEN worker.has_human THEN 'human'
        WHEN worker.has_bot THEN 'bot'
        ELSE 'automation'
    END AS handled_by,
    -- Tickets.
    count(*) AS tickets,
    -- Of them, reopened at some time.
    count(*) FILTER (WHERE ticket.reopens > 0) AS reopened,
    -- Clocks of these tickets that met their target.
    coalesce(sum(outcome.met), 0) AS met,
    -- Clocks of these tickets past their target.
    coalesce(sum(outcome.breached), 0) AS breached,
    -- Number of ratings.
    count(rating.score) AS rated,
    -- Sum of these ratings.
    coalesce(sum(rating.score), 0) AS csat_sum,
    -- Open minutes from creation to solution of each ticket.
    slaops.survival_agg(ticket.business_cycle_minutes, true) AS cycle
FROM {schema}.int_ticket_lifecycle AS ticket
JOIN {schema}.mart_ticket_outcomes AS outcome
    ON outcome.ticket_id = ticket.ticket_id
LEFT JOIN workers AS worker
    ON worker.ticket_id = ticket.ticket_id
-- A rating that cannot be summed, such as NaN, is left out.
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN ticket.csat_score BETWEEN -1e100 AND 1e100 THEN ticket.csat_score::numeric
    END AS score
) AS rating
WHERE ticket.solved_at IS NOT NULL
GROUP BY
    month,
    ticket.group_name,
    ticket.priority,
    handled_by
