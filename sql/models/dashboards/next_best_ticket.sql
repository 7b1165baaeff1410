-- What should be worked on next? A row an open ticket with a clock that runs or is late and that
-- does not wait for the customer (state pending), by the SLA debt that a minute of work on it is
-- expected to avoid.
-- materialized: view
WITH handled AS MATERIALIZED (
    -- One row a group, that of capacity_gap where it has one.
    SELECT DISTINCT ON (c.group_name) c.group_name, c.handle_minutes
    FROM {schema}.stg_group_capacity AS c
    WHERE c.group_name IS NOT NULL AND c.handle_minutes BETWEEN 1e-6 AND 1e6
    ORDER BY c.group_name, c.fte BETWEEN 1e-6 AND 1e6 AND coalesce(c.hours_per_day, 8) BETWEEN 1e-6 AND 24 AND coalesce(c.occupancy, 1) BETWEEN 1e-6 AND 1 DESC NULLS LAST, c.fte DESC, c.handle_minutes
), late AS MATERIALIZED (
    -- How late clocks end that end late. In numeric, whose sums do not depend on the order
    -- of rows: asked again, the ranks are the same.
    SELECT f.metric, coalesce(f.priority, '') AS priority, avg(-f.margin_minutes::numeric)::double precision AS minutes
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.status = 'breached' AND f.stopped_at IS NOT NULL
    GROUP BY 1, 2
), clock AS (
    -- Waiting times past a target have no memory, roughly: a clock that is late already is
    -- expected to run as long again as late clocks do.
    SELECT f.ticket_id, f.metric, f.due_at, f.status, 1.0::double precision AS probability, coalesce(l.minutes, -f.margin_minutes) AS minutes
    FROM {schema}.fct_sla_attainment AS f
    LEFT JOIN late AS l ON l.metric = f.metric AND l.priority = coalesce(f.priority, '')
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status = 'breached'
    UNION ALL
    -- Where nothing on record tells, the odds are taken to be even; where it tells an upper
    -- bound only, at most even.
    SELECT r.ticket_id, r.metric, r.due_at, r.status, CASE WHEN r.is_bound THEN least(r.breach_probability, 0.5) ELSE coalesce(r.breach_probability, 0.5) END, coalesce(l.minutes, 0)
    FROM {schema}.at_risk_tickets AS r
    LEFT JOIN late AS l ON l.metric = r.metric AND l.priority = coalesce(r.priority, '')
    WHERE r.status <> 'paused'
), ticket AS (
    -- Added up in an order, so that equal clocks make equal debts and the older ticket comes first.
    SELECT c.ticket_id, sum(c.probability * c.minutes ORDER BY c.probability * c.minutes) AS debt, count(*) FILTER (WHERE c.status = 'breached') AS breached, count(*) AS clocks, min(c.due_at) FILTER (WHERE c.status <> 'breached') AS due_at,
           (array_agg(c.metric ORDER BY c.probability * c.minutes DESC, c.metric))[1] AS metric, (array_agg(c.probability ORDER BY c.probability * c.minutes DESC, c.metric))[1] AS probability
    FROM clock AS c
    GROUP BY c.ticket_id
)
SELECT
    -- Place by debt avoided a minute of work.
    row_number() OVER (ORDER BY w.debt / w.minutes DESC, l.created_at, l.ticket_id::text) AS rank,
    -- The ticket.
    l.ticket_id,
    -- What it is about.
    l.subject,
    -- Its priority.
    l.priority,
    -- The group that has it.
    l.group_name,
    -- Who has it.
    l.assignee,
    -- Expected minutes of SLA debt avoided by a minute of work.
    w.debt / w.minutes AS debt_avoided_per_minute,
    -- Over its open clocks: probability of a breach times the minutes by which late clocks
    -- of the metric and priority are late; those past target count in full.
    w.debt AS expected_debt_minutes,
    -- Minutes of work that it takes: its group's, by stg_group_capacity; else the median of
    -- the groups, and 60 where none are known.
    w.minutes AS handle_minutes,
    -- Clocks past their target.
    w.breached AS breached_clocks,
    -- The first target to run out of the others.
    w.due_at AS next_due_at,
    -- Why, in words.
    concat(CASE WHEN w.breached = 0 THEN concat(w.metric, ' may run past its target (', round(w.probability::numeric * 100), ' %)')
                WHEN w.breached = 1 THEN concat(w.metric, ' is late or soon will be; 1 clock is past its target')
                ELSE concat(w.metric, ' weighs most; ', w.breached, ' clocks are past their target') END,
           '; ', round(w.debt::numeric), ' minutes of SLA debt to avoid by ', round(w.minutes::numeric), ' minutes of work') AS reason,
    -- Place among the tickets of its group: the one to take next is 1.
    row_number() OVER (PARTITION BY l.group_name ORDER BY w.debt / w.minutes DESC, l.created_at, l.ticket_id::text) AS rank_in_group,
    -- The skill that it asks for, if the source says: the text "skill" in attributes.
    k.skill,
    -- Place among those of its group that ask for the same skill, or for none.
    row_number() OVER (PARTITION BY l.group_name, k.skill ORDER BY w.debt / w.minutes DESC, l.created_at, l.ticket_id::text) AS rank_in_skill
FROM (
    SELECT k.*, coalesce((SELECT c.handle_minutes FROM handled AS c WHERE c.group_name = i.group_name),
                         (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c.handle_minutes) FROM handled AS c), 60) AS minutes
    FROM ticket AS k
    JOIN {schema}.int_ticket_lifecycle AS i ON i.ticket_id = k.ticket_id
) AS w
JOIN {schema}.int_ticket_lifecycle AS l ON l.ticket_id = w.ticket_id
LEFT JOIN (
    SELECT t.ticket_id, min(nullif(t.attributes ->> 'skill', '')) AS skill
    FROM {schema}.stg_tickets AS t
    WHERE t.attributes ? 'skill'
    GROUP BY t.ticket_id
) AS k ON k.ticket_id = w.ticket_id
WHERE l.is_open AND l.state <> 'pending'
ORDER BY rank
