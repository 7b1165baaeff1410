-- One row per agent and month: what the agent wrote, and the agent's present tickets that were last
-- solved in the month.
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
        -- A rating or cost that cannot be summed, such as NaN, is left out.
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
    -- Tickets that the agent wrote on, and tickets solved.
    count(*) AS rows_behind,
    -- Tickets that the agent wrote on.
    count(done.touched) AS tickets_touched,
    -- Public replies.
    coalesce(sum(done.replies), 0)::bigint AS replies,
    -- Internal notes.
    coalesce(sum(done.notes), 0)::bigint AS notes,
    -- Tickets solved.
    count(done.solved) AS solved,
    -- Of them, reopened at some time.
    count(*) FILTER (WHERE done.reopens > 0) AS reopened,
    -- Of them, rated by the customer.
    count(done.csat_score) AS rated,
    -- Sum of these ratings.
    coalesce(sum(done.csat_score::numeric), 0) AS ratings,
    -- Of them, with a cost.
    count(done.cost) AS priced,
    -- Sum of these costs.
    coalesce(sum(done.cost::numeric), 0) AS cost,
    -- Open minutes from creation to solved.
    slaops.survival_agg(done.minutes, true) AS cycle
FROM done
GROUP BY
    done.agent,
    done.month
