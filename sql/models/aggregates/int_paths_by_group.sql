-- A row a group, priority, variant and path: tickets that went it, how long they took and how they
-- fared. Of open tickets it has no variant and no path.
-- materialized: aggregate
-- key: is_open, group_name, priority, escalated, variant_id, path_id
SELECT
    -- Whether the tickets are open.
    outcome.outcome = 'open' AS is_open,
    -- The group that has the tickets, or had them last.
    outcome.last_group AS group_name,
    -- Their priority.
    outcome.priority,
    -- Whether they went to a group that had not had them.
    outcome.escalations > 0 AS escalated,
    -- The variant.
    CASE WHEN outcome.outcome <> 'open' THEN path.variant_id END AS variant_id,
    -- The steps, as a number.
    slaops.variant_id(path.steps) AS path_id,
    -- What happened, in order.
    CASE WHEN outcome.outcome <> 'open' THEN path.activities END AS activities,
    -- The same as process models name it.
    path.steps,
    -- Tickets.
    count(*) AS tickets,
    -- Those with a clock past its target.
    count(*) FILTER (WHERE outcome.breached > 0) AS breached_tickets,
    -- Clocks that ended in time.
    coalesce(sum(outcome.met), 0) AS met,
    -- Clocks past their target.
    coalesce(sum(outcome.breached), 0) AS breached,
    -- Tickets that customers rated.
    count(rating.score) AS rated,
    -- Their ratings, summed.
    coalesce(sum(rating.score), 0) AS csat,
    -- Tickets whose open minutes are known.
    count(outcome.business_cycle_minutes) AS timed,
    -- Open microseconds from creation to solved, or until now, summed.
    coalesce(sum(cycle.microseconds), 0) AS microseconds,
    -- Their squares, summed.
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
-- What no sum can take, such as NaN, is no rating.
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
