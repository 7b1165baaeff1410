-- What does each agent get done? A row an agent and month: replies and notes, tickets solved,
-- how long they took, how many came back, and what customers thought of them.
-- materialized: table
-- key: agent, month
WITH distinct_agents AS (
    SELECT DISTINCT
        agent.agent,
        agent.group_name,
        agent.fte,
        agent.cost_per_hour
    FROM {schema}.stg_agents AS agent
),

staff AS (
    -- Equal rows count once, and numbers are added up in an order, so that the order of rows
    -- in the source decides nothing.
    SELECT
        agent.agent,
        array_agg(DISTINCT agent.group_name COLLATE "C")
            FILTER (WHERE agent.group_name IS NOT NULL) AS group_names,
        sum(agent.fte ORDER BY agent.fte) AS fte,
        CASE
            WHEN count(*) = count(agent.fte) AND sum(agent.fte ORDER BY agent.fte) > 0
                THEN sum(
                    agent.cost_per_hour * agent.fte
                    ORDER BY
                        agent.cost_per_hour,
                        agent.fte
                ) / nullif(
                    sum(agent.fte ORDER BY agent.fte)
                        FILTER (WHERE agent.cost_per_hour IS NOT NULL),
                    0
                )
            ELSE avg(agent.cost_per_hour ORDER BY agent.cost_per_hour)
        END AS cost_per_hour
    FROM distinct_agents AS agent
    GROUP BY agent.agent
)

SELECT
    -- The agent.
    cell.agent,
    -- The agent's groups in the order of their names, if the source says so.
    staff.group_names,
    -- The month of what was written, and of when tickets were last solved.
    cell.month,
    -- Whether the month has ended: the last one goes on.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Tickets that the agent wrote on.
    cell.tickets_touched,
    -- Public replies.
    cell.replies,
    -- Internal notes.
    cell.notes,
    -- Tickets solved that the agent has now.
    cell.solved,
    -- The same for a full-time agent: over the agent's parts of full time in all groups.
    nullif(cell.solved, 0) / nullif(staff.fte, 0) AS solved_per_fte,
    -- Of them, opened again at some time.
    cell.reopened,
    -- Their share.
    cell.reopened::double precision / nullif(cell.solved, 0) AS reopened_share,
    -- Median open minutes from creation to solved.
    slaops.survival_percentile(cell.cycle, 0.5) AS median_cycle_minutes,
    -- Mean rating of customers.
    (cell.ratings / nullif(cell.rated, 0))::double precision AS csat,
    -- How many rated.
    cell.rated,
    -- What the solved tickets cost, summed.
    CASE WHEN cell.priced > 0 THEN cell.cost::double precision END AS cost,
    -- What an hour of the agent costs; in several groups the mean by fte, or the plain mean
    -- where an fte is not known.
    staff.cost_per_hour
FROM {schema}.int_agents_by_month AS cell
LEFT JOIN staff
    ON staff.agent = cell.agent
