-- One row per group, priority, variant and path: tickets with this path, their times and the
-- results of their clocks. Open tickets have no variant and no path.
-- materialized: aggregate
-- key: is_open, group_name, priority, escalated, variant_id, path_id
SELECT
    -- Whether the tickets are open.
    outcome.outcome = 'open' AS is_open,
    -- The present or last group of the tickets.
    outcome.last_group AS group_name,
    -- Their priority.
    outcome.priority,
    -- Whether they were escalated to a group that had not had them.
    outcome.escalations > 0 AS escalated,
    -- The variant.
    CASE WHEN outcome.outcome <> 'open' THEN path.variant_id END AS variant_id,
    -- Hash of the steps.
    slaops.variant_id(path.steps) AS path_id,
    -- What happened, in order.
    CASE WHEN outcome.outcome <> 'open' THEN path.activities END AS activities,
    -- The same steps by the names of process models.
    path.steps,
    -- Tickets.
    count(*) AS tickets,
    -- Of them, with a clock past its target.
    count(*) FILTER (WHERE outcome.breached > 0) AS breached_tickets,
    -- Clocks that met their target.
    coalesce(sum(outcome.met), 0) AS met,
    -- Clocks past their target.
    coalesce(sum(outcome.breached), 0) AS breached,
    -- Tickets rated by customers.
    count(rating.score) AS rated,
    -- Sum of these ratings.
    coalesce(sum(rating.score), 0) AS csat,
    -- Tickets whose open minutes are known.
    count(outcome.business_cycle_minutes) AS timed,
    -- Sum of the open microseconds from creation to solution, or until now.
    coalesce(sum(cycle.microseconds), 0) AS microseconds,
    -- Sum of their squares.
    coalesce(sum(cycle.microseconds::numeric * cycle.microseconds), 0) AS squared_microseconds,
    -- The minutes of each solved ticket.
    slaops.survival_agg(outcome.business_cycle_minutes, true) FILTER (
        WHERE outcome.outcome <> 'open'
    ) AS cycle_minutes
FROM {schema}.mart_ticket_outcomes AS outcome
JOIN {schema}.int_ticket_paths AS path
    ON path.ticket_id = outcome.ticket_id
CROSS JOIN LATERAL (
    SELECT (outcome.business_cycle_minutes * 60000000)::bigint AS microseconds
) AS cycle
-- A rating that cannot be summed, such as NaN, is left out.
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN outcome.csat_score BETWEEN -1e100 AND 1e100 THEN outcome.csat_score::numeric
    END AS score
) AS rating
GROUP BY
    is_open,
    outcome.last_group,
    outcome.priority,
    escalated,
    CASE WHEN outcome.outcome <> 'open' THEN path.variant_id END,
    CASE WHEN outcome.outcome <> 'open' THEN path.activities END,
    path.steps
