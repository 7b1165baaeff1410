-- The headline figures. One row per level (all tickets, a group, a priority) and figure; for
-- attainment, per metric. Figures are of the 28 days before today, compared with the 28 days before
-- these. Open tickets and clocks are of now, compared with the beginning of the day 28 days ago.
-- materialized: table
-- key: level, group_name, priority, figure, metric
WITH today AS MATERIALIZED (
    SELECT
        ({as_of} AT TIME ZONE {time_zone})::date AS day,
        ({as_of} AT TIME ZONE {time_zone})::date - 28 AS since,
        ({as_of} AT TIME ZONE {time_zone})::date - 56 AS before_since
),

first_day AS MATERIALIZED (
    SELECT min(cell.day) AS day
    FROM {schema}.int_tickets_by_day AS cell
),

ticket_cells AS (
    SELECT
        cell.day >= today.since AS is_now,
        cell.group_name,
        cell.priority,
        cell.created,
        cell.solved,
        cell.cycle,
        cell.rated,
        cell.ratings,
        cell.priced,
        cell.cost,
        0 AS open_tickets,
        0 AS breached_clocks,
        0 AS at_risk_clocks,
        0::double precision AS sla_debt_minutes
    FROM {schema}.int_tickets_by_day AS cell
    CROSS JOIN today
    WHERE cell.day >= (SELECT bounds.before_since FROM today AS bounds)
        AND cell.day < (SELECT bounds.day FROM today AS bounds)
    UNION ALL
    SELECT
        true AS is_now,
        ticket.group_name,
        ticket.priority,
        0 AS created,
        0 AS solved,
        NULL AS cycle,
        0 AS rated,
        0 AS ratings,
        0 AS priced,
        0 AS cost,
        1 AS open_tickets,
        0 AS breached_clocks,
        0 AS at_risk_clocks,
        0 AS sla_debt_minutes
    FROM {schema}.int_ticket_lifecycle AS ticket
    WHERE ticket.is_open
    UNION ALL
    SELECT
        true AS is_now,
        clock.group_name,
        clock.priority,
        0 AS created,
        0 AS solved,
        NULL AS cycle,
        0 AS rated,
        0 AS ratings,
        0 AS priced,
        0 AS cost,
        0 AS open_tickets,
        (clock.status = 'breached')::integer AS breached_clocks,
        (clock.status = 'at_risk')::integer AS at_risk_clocks,
        CASE clock.status WHEN 'breached' THEN -clock.margin_minutes ELSE 0 END
        AS sla_debt_minutes
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.is_open
        AND clock.stopped_at IS NULL
        AND clock.status IN ('breached', 'at_risk')
    UNION ALL
    SELECT
        false AS is_now,
        snapshot.group_name,
        snapshot.priority,
        0 AS created,
        0 AS solved,
        NULL AS cycle,
        0 AS rated,
        0 AS ratings,
        0 AS priced,
        0 AS cost,
        1 AS open_tickets,
        snapshot.breached_clocks,
        0 AS at_risk_clocks,
        snapshot.sla_debt_minutes
    FROM {schema}.fct_backlog_snapshot AS snapshot
    WHERE snapshot.day = (SELECT today.since FROM today)
),

ticket_sums AS (
    SELECT
        CASE grouping(cell.group_name, cell.priority)
            WHEN 1 THEN 'group'
            WHEN 2 THEN 'priority'
            ELSE 'all'
        END AS level,
        cell.group_name,
        cell.priority,
        cell.is_now,
        sum(cell.created)::double precision AS created,
        sum(cell.solved)::double precision AS solved,
        slaops.survival_percentile(slaops.rollup(cell.cycle), 0.5) AS median_cycle_minutes,
        (sum(cell.ratings) / nullif(sum(cell.rated), 0))::double precision AS csat,
        CASE WHEN sum(cell.priced) > 0 THEN sum(cell.cost)::double precision END AS cost,
        (sum(cell.cost) / nullif(sum(cell.priced), 0))::double precision AS cost_per_ticket,
        sum(cell.open_tickets)::double precision AS backlog,
        sum(cell.breached_clocks)::double precision AS breached_clocks,
        CASE WHEN cell.is_now THEN sum(cell.at_risk_clocks)::double precision END
        AS at_risk_clocks,
        sum(cell.sla_debt_minutes::numeric)::double precision AS sla_debt_minutes
    FROM ticket_cells AS cell
    GROUP BY GROUPING SETS (
        (cell.is_now),
        (cell.is_now, cell.group_name),
        (cell.is_now, cell.priority)
    )
),

ticket_figures AS (
    SELECT
        ticket_sum.level,
        ticket_sum.group_name,
        ticket_sum.priority,
        ticket_sum.is_now,
        figure.figure,
        NULL::text AS metric,
        figure.value,
        figure.is_stock
    FROM ticket_sums AS ticket_sum
    CROSS JOIN LATERAL (
        VALUES
            ('created', ticket_sum.created, false),
            ('solved', ticket_sum.solved, false),
            ('median_cycle_minutes', ticket_sum.median_cycle_minutes, false),
            ('csat', ticket_sum.csat, false),
            ('cost', ticket_sum.cost, false),
            ('cost_per_ticket', ticket_sum.cost_per_ticket, false),
            ('backlog', ticket_sum.backlog, true),
            ('breached_clocks', ticket_sum.breached_clocks, true),
            ('at_risk_clocks', ticket_sum.at_risk_clocks, true),
            ('sla_debt_minutes', ticket_sum.sla_debt_minutes, true)
    ) AS figure (figure, value, is_stock)
),

clock_figures AS (
    SELECT
        CASE grouping(cell.group_name, cell.priority)
            WHEN 1 THEN 'group'
            WHEN 2 THEN 'priority'
            ELSE 'all'
        END AS level,
        cell.group_name,
        cell.priority,
        cell.day >= today.since AS is_now,
        'attainment' AS figure,
        cell.metric,
        (sum(cell.met) / sum(cell.decided))::double precision AS value,
        false AS is_stock
    FROM {schema}.int_sla_by_day AS cell
    CROSS JOIN today
    WHERE cell.day >= (SELECT bounds.before_since FROM today AS bounds)
        AND cell.day < (SELECT bounds.day FROM today AS bounds)
    GROUP BY GROUPING SETS (
        (cell.day >= today.since, cell.metric),
        (cell.day >= today.since, cell.metric, cell.group_name),
        (cell.day >= today.since, cell.metric, cell.priority)
    )
),

compared AS (
    SELECT
        period.level,
        period.group_name,
        period.priority,
        period.figure,
        period.metric,
        period.is_stock,
        max(period.value) FILTER (WHERE period.is_now) AS value,
        max(period.value) FILTER (WHERE NOT period.is_now) AS before
    FROM (
        SELECT ticket_figure.*
        FROM ticket_figures AS ticket_figure
        UNION ALL
        SELECT clock_figure.*
        FROM clock_figures AS clock_figure
    ) AS period
    GROUP BY
        period.level,
        period.group_name,
        period.priority,
        period.figure,
        period.metric,
        period.is_stock
),

described AS (
    -- In a period with tickets on record, a count of nothing is 0 and a mean is unknown.
    SELECT
        compared.*,
        about.unit,
        about.good,
        about.is_count
        AND first_day.day < today.day AS counts_now,
        about.is_count
        AND compared.figure <> 'at_risk_clocks'
        AND first_day.day < today.since AS counts_before,
        first_day.day <= CASE WHEN compared.is_stock THEN today.since ELSE today.before_since END
        AS is_complete
    FROM compared
    CROSS JOIN today
    CROSS JOIN first_day
    JOIN (
        VALUES
            ('attainment', 'share', 'higher', false),
            ('created', 'tickets', NULL, true),
            ('solved', 'tickets', 'higher', true),
            ('median_cycle_minutes', 'open minutes', 'lower', false),
            ('csat', 'points', 'higher', false),
            ('cost', 'cost', 'lower', false),
            ('cost_per_ticket', 'cost', 'lower', false),
            ('backlog', 'tickets', 'lower', true),
            ('breached_clocks', 'clocks', 'lower', true),
            ('at_risk_clocks', 'clocks', 'lower', true),
            ('sla_debt_minutes', 'open minutes', 'lower', true)
    ) AS about (figure, unit, good, is_count)
        ON about.figure = compared.figure
)

SELECT
    -- Level of the row: all, a group or a priority.
    described.level,
    -- The group, if the level has one: the present group of tickets, the last group of clocks, and
    -- for the day 28 days ago the group then.
    described.group_name,
    -- The priority, if the level has one.
    described.priority,
    -- attainment, created, solved, median_cycle_minutes, csat, cost, cost_per_ticket, backlog,
    -- breached_clocks and at_risk_clocks (of open tickets), or sla_debt_minutes.
    described.figure,
    -- The metric of attainment.
    described.metric,
    -- Its value in the 28 days before today; for open tickets and clocks: now.
    coalesce(described.value, CASE WHEN described.counts_now THEN 0 END) AS value,
    -- Its value in the 28 days before these; for open tickets and clocks: at the beginning of the
    -- day 28 days ago. NULL for at_risk_clocks, which snapshots do not have.
    coalesce(described.before, CASE WHEN described.counts_before THEN 0 END) AS before,
    -- The difference.
    coalesce(described.value, CASE WHEN described.counts_now THEN 0 END)
    - coalesce(described.before, CASE WHEN described.counts_before THEN 0 END) AS change,
    -- share, tickets, clocks, open minutes, points (of ratings) or cost (in the source's currency).
    described.unit,
    -- The direction that is good: higher or lower; NULL: neither.
    described.good,
    -- Whether tickets are on record from the beginning of both periods on; else one of them is
    -- incomplete.
    described.is_complete
FROM described
