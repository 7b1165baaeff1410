-- What does each agent get done? A row an agent and month: replies and notes, tickets solved,
-- how long they took, how many came back, and what customers thought of them.
-- materialized: table
WITH wrote AS (
    SELECT a.agent, a.month, count(*) AS tickets_touched, sum(a.replies) AS replies, sum(a.notes) AS notes
    FROM {schema}.int_agent_activity AS a
    GROUP BY a.agent, a.month
), solved AS (
    SELECT l.assignee AS agent, date_trunc('month', l.solved_at AT TIME ZONE {time_zone})::date AS month, count(*) AS solved,
           count(*) FILTER (WHERE l.reopens > 0) AS reopened, percentile_cont(0.5) WITHIN GROUP (ORDER BY l.business_cycle_minutes) AS median_minutes,
           avg(l.csat_score) AS csat, count(l.csat_score) AS rated, sum(l.cost) AS cost
    FROM {schema}.int_ticket_lifecycle AS l
    WHERE l.solved_at IS NOT NULL AND l.assignee IS NOT NULL
    GROUP BY l.assignee, month
), staff AS (
    -- Equal rows count once, and numbers are added up in an order, so that the order of rows
    -- in the source decides nothing.
    SELECT a.agent, array_agg(DISTINCT a.group_name COLLATE "C") FILTER (WHERE a.group_name IS NOT NULL) AS group_names,
           sum(a.fte ORDER BY a.fte) AS fte,
           CASE WHEN count(*) = count(a.fte) AND sum(a.fte ORDER BY a.fte) > 0
                THEN sum(a.cost_per_hour * a.fte ORDER BY a.cost_per_hour, a.fte) / nullif(sum(a.fte ORDER BY a.fte) FILTER (WHERE a.cost_per_hour IS NOT NULL), 0)
                ELSE avg(a.cost_per_hour ORDER BY a.cost_per_hour) END AS cost_per_hour
    FROM (SELECT DISTINCT s.agent, s.group_name, s.fte, s.cost_per_hour FROM {schema}.stg_agents AS s) AS a
    GROUP BY a.agent
)
SELECT
    -- The agent.
    coalesce(w.agent, s.agent) AS agent,
    -- The agent's groups in the order of their names, if the source says so.
    g.group_names,
    -- The month of what was written, and of when tickets were last solved.
    coalesce(w.month, s.month) AS month,
    -- Tickets that the agent wrote on.
    coalesce(w.tickets_touched, 0) AS tickets_touched,
    -- Public replies.
    coalesce(w.replies, 0)::bigint AS replies,
    -- Internal notes.
    coalesce(w.notes, 0)::bigint AS notes,
    -- Tickets solved that the agent has now.
    coalesce(s.solved, 0) AS solved,
    -- The same for a full-time agent: over the agent's parts of full time in all groups.
    s.solved / nullif(g.fte, 0) AS solved_per_fte,
    -- Of them, opened again at some time.
    coalesce(s.reopened, 0) AS reopened,
    -- Their share.
    s.reopened::double precision / s.solved AS reopened_share,
    -- Median open minutes from creation to solved.
    s.median_minutes AS median_cycle_minutes,
    -- Mean rating of customers.
    s.csat,
    -- How many rated.
    coalesce(s.rated, 0) AS rated,
    -- What the solved tickets cost, summed.
    s.cost,
    -- What an hour of the agent costs; in several groups the mean by fte, or the plain mean
    -- where an fte is not known.
    g.cost_per_hour
FROM wrote AS w
FULL JOIN solved AS s ON s.agent = w.agent AND s.month = w.month
LEFT JOIN staff AS g ON g.agent = coalesce(w.agent, s.agent)
