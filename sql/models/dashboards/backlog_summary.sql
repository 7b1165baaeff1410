-- When is the backlog under control? One row: open tickets and tickets past target now, the pace of
-- the last 28 days, and when no open ticket will be past target. backlog_burndown has the days
-- until now, backlog_projection the days to come.
-- materialized: table
-- key: day
WITH calendars AS (
    -- The calendar of most open tickets; the wall clock if they have none.
    SELECT coalesce(
        (
            SELECT kept.calendar_name
            FROM (
                SELECT
                    cell.calendar_name,
                    sum(cell.open_now) AS tickets
                FROM {schema}.int_groups_by_day AS cell
                WHERE cell.open_now > 0
                GROUP BY cell.calendar_name
            ) AS kept
            WHERE kept.calendar_name ~ '@'
                OR kept.calendar_name IN (
                    SELECT registered.name
                    FROM slaops.calendars AS registered
                )
            ORDER BY
                kept.tickets DESC,
                kept.calendar_name
            LIMIT 1
        ),
        '24/7 @ UTC'
    ) AS name
),

four_weeks AS (
    -- 672 hours are 28 days in any time zone of the reader's session. A younger team is measured
    -- from its first ticket, over at least a day.
    SELECT
        calendars.name AS calendar_name,
        {as_of} AS at,
        ({as_of} AT TIME ZONE {time_zone})::date AS day,
        greatest(extract(epoch FROM {as_of} - beginning.at) / 86400.0::double precision, 1) AS days,
        nullif(slaops.business_minutes(calendars.name, beginning.at, {as_of}), 0) AS open_minutes
    FROM calendars
    CROSS JOIN (
        SELECT greatest({as_of} - interval '672 hours', min(ticket.created_at)) AS at
        FROM {schema}.int_ticket_lifecycle AS ticket
        WHERE isfinite(ticket.created_at)
    ) AS beginning
),

late AS (
    SELECT
        count(DISTINCT clock.ticket_id) AS tickets,
        coalesce(sum(-clock.margin_minutes::numeric), 0) AS debt_minutes
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.is_open
        AND clock.stopped_at IS NULL
        AND clock.status = 'breached'
),

flow AS (
    SELECT
        count(*) FILTER (WHERE period.opened_at > four_weeks.at - interval '672 hours') AS arrivals,
        count(*) FILTER (WHERE period.closed_at > four_weeks.at - interval '672 hours')
        AS completions
    FROM four_weeks
    -- Tickets that were opened or solved in these hours, found by an index.
    JOIN {schema}.int_ticket_lifecycle AS ticket
        ON greatest(
            ticket.open_from[cardinality(ticket.open_from)],
            ticket.open_to[cardinality(ticket.open_to)]
        ) > four_weeks.at - interval '672 hours'
    CROSS JOIN LATERAL unnest(ticket.open_from, ticket.open_to) AS period (opened_at, closed_at)
),

business_days AS (
    -- Arrivals and completions of a day off count on the next business day.
    SELECT
        slaops.roll(four_weeks.calendar_name, daily.day, 'forward') AS day,
        sum(daily.created + daily.reopened)::double precision AS arrivals,
        sum(daily.solved)::double precision AS completions
    FROM four_weeks
    JOIN {schema}.mart_daily_totals AS daily
        ON daily.day >= slaops.business_day_add(four_weeks.calendar_name, four_weeks.day, -56)
        AND daily.day < four_weeks.day
    WHERE four_weeks.open_minutes > 0
    GROUP BY 1
),

history AS (
    -- Few days do not give a pace.
    SELECT
        array_agg(business_day.arrivals ORDER BY business_day.day) AS arrivals,
        array_agg(business_day.completions ORDER BY business_day.day) AS completions
    FROM business_days AS business_day
    WHERE business_day.day < (SELECT four_weeks.day FROM four_weeks)
    HAVING count(*) >= 10
),

pace AS (
    -- We assume that open tickets past target are cleared at the net pace of all tickets:
    -- completions less arrivals per open minute. Without an open minute in 28 days the pace is
    -- unknown.
    SELECT
        four_weeks.*,
        late.tickets AS past_target,
        late.debt_minutes,
        known.open_minutes AS known_minutes,
        flow.completions / four_weeks.days AS throughput,
        flow.arrivals / known.open_minutes AS arrivals_per_minute,
        flow.completions / known.open_minutes AS completions_per_minute,
        CASE
            WHEN late.tickets = 0 THEN 0
            WHEN flow.completions > flow.arrivals
                THEN late.tickets * known.open_minutes / (flow.completions - flow.arrivals)
        END AS to_green
    FROM four_weeks
    CROSS JOIN late
    CROSS JOIN flow
    CROSS JOIN LATERAL (
        SELECT CASE WHEN EXISTS (SELECT FROM history) THEN four_weeks.open_minutes END
        AS open_minutes
    ) AS known
)

SELECT
    -- Today: the day of the figures.
    pace.day,
    -- Open tickets.
    (
        SELECT daily.backlog
        FROM {schema}.mart_daily_totals AS daily
        ORDER BY daily.day DESC
        LIMIT 1
    )::double precision AS wip,
    -- Of them, with a clock past its target.
    pace.past_target,
    -- Sum of the minutes past target of open clocks.
    pace.debt_minutes::double precision AS sla_debt_minutes,
    -- Completions per day in the last 672 hours, or since the first ticket.
    pace.throughput::double precision AS throughput,
    -- The calendar of most open tickets. The projection is in its open minutes.
    pace.calendar_name,
    -- Tickets created or reopened per open minute in these hours; NULL if the pace is unknown:
    -- fewer than 10 of the last 56 business days are on record, or no minute of 28 days was open.
    pace.arrivals_per_minute,
    -- Tickets solved per open minute; NULL as for the arrivals.
    pace.completions_per_minute,
    -- Open minutes until no open ticket is past target, at the net pace of the last 28 days; NULL:
    -- never, or the pace is unknown.
    pace.to_green AS minutes_to_green,
    -- When that is; NULL: never, unknown, or after more than ten years.
    CASE
        WHEN pace.to_green < 5256000
            THEN nullif(
                slaops.business_add(pace.calendar_name, pace.at, pace.to_green),
                'infinity'
            )
    END AS green_at,
    -- The business day at whose end no open ticket is past target in half of 1000 futures that are
    -- drawn from the last 56 business days; NULL: not within 730 business days, or fewer than 10
    -- days are on record.
    chance.p50_date,
    -- The same in 80 % of these futures. This is a date to promise.
    chance.p80_date,
    -- The same in 95 % of them.
    chance.p95_date,
    -- The share of these futures in which that day does not come within 730 business days.
    chance.never_probability
FROM pace
LEFT JOIN history
    ON true
-- The same tickets as for minutes_to_green, so both answer one question. The seed is fixed, so the
-- same figures give the same dates.
LEFT JOIN LATERAL slaops.backlog_clearance(
    pace.past_target,
    history.arrivals,
    history.completions,
    pace.calendar_name,
    pace.at,
    1000,
    1
) AS chance
    ON history.arrivals IS NOT NULL
