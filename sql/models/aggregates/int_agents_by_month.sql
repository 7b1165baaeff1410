-- A row an agent and month: what the agent wrote, and the tickets that were last solved then and
-- are the agent's now.
-- materialized: aggregate
-- key: agent, month
WITH done AS (
    SELECT
        activity.agent,
        activity.month,
        1 AS touched,
        activity.replies,
        activity.notes,
        NULL::bigint AS solved,
        NULL::bigint AS reopens,
        NULL::double precision AS minutes,
        NULL::double precision AS csat_score,
        NULL::double precision AS cost
    FROM {schema}.int_agent_activity AS activity
    UNION ALL
    SELECT
        ticket.assignee,
        date_trunc('month', ticket.solved_at AT TIME ZONE {time_zone})::date,
        NULL,
        NULL,
        NULL,
        1,
        ticket.reopens,
        ticket.business_cycle_minutes,
        -- What no sum can take, such as NaN, is no rating and no cost.
        CASE WHEN ticket.csat_score BETWEEN -1e100 AND 1e100 THEN ticket.csat_score END,
        CASE WHEN ticket.cost BETWEEN -1e100 AND 1e100 THEN ticket.cost END
    FROM {schema}.int_ticket_lifecycle AS ticket
    WHERE ticket.solved_at IS NOT NULL
        AND ticket.assignee IS NOT NULL
)

SELECT
    -- The agent.
    done.agent,
    -- The month.
    done.month,
    -- Tickets written on and tickets solved.
    count(*) AS rows_behind,
    -- Tickets that the agent wrote on.
    count(done.touched) AS tickets_touched,
    -- Public replies.
    coalesce(sum(done.replies), 0)::bigint AS replies,
    -- Internal notes.
    coalesce(sum(done.notes), 0)::bigint AS notes,
    -- Tickets solved.
    count(done.solved) AS solved,
    -- Of them, opened again at some time.
    count(*) FILTER (WHERE done.reopens > 0) AS reopened,
    -- Rated by the customer.
    count(done.csat_score) AS rated,
    -- Their ratings, summed.
    coalesce(sum(done.csat_score::numeric), 0) AS ratings,
    -- With a cost.
    count(done.cost) AS priced,
    -- Their costs, summed.
    coalesce(sum(done.cost::numeric), 0) AS cost,
    -- Open minutes from creation to solved.
    slaops.survival_agg(done.minutes, true) AS cycle
FROM done
GROUP BY
    done.agent,
    done.month
