-- What does each agent get done? One row per agent and month: replies and notes, tickets solved,
-- their times, reopenings and ratings.
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
    -- Equal rows count once, and numbers are summed in a fixed order, so the result does not depend
    -- on the order of rows in the source.
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
    -- The month in which the agent wrote, and in which tickets were last solved.
    cell.month,
    -- Whether the month has ended. The last one has not.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Tickets that the agent wrote on.
    cell.tickets_touched,
    -- Public replies.
    cell.replies,
    -- Internal notes.
    cell.notes,
    -- Solved tickets that the agent has now.
    cell.solved,
    -- The same per full-time agent: divided by the agent's fte in all groups.
    nullif(cell.solved, 0) / nullif(staff.fte, 0) AS solved_per_fte,
    -- Of them, reopened at some time.
    cell.reopened,
    -- Their share.
    cell.reopened::double precision / nullif(cell.solved, 0) AS reopened_share,
    -- Median open minutes from creation to solution.
    slaops.survival_percentile(cell.cycle, 0.5) AS median_cycle_minutes,
    -- Mean rating of customers.
    (cell.ratings / nullif(cell.rated, 0))::double precision AS csat,
    -- Number of ratings.
    cell.rated,
    -- Sum of the costs of the solved tickets.
    CASE WHEN cell.priced > 0 THEN cell.cost::double precision END AS cost,
    -- Cost of an hour of the agent. With several groups: the mean weighted by fte, or the plain
    -- mean if an fte is unknown.
    staff.cost_per_hour
FROM {schema}.int_agents_by_month AS cell
LEFT JOIN staff
    ON staff.agent = cell.agent
