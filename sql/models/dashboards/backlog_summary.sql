-- When is the backlog under control? One row: what is open and past target now, the pace of the
-- last 28 days, and when no open ticket is past target. backlog_burndown has the days until now,
-- backlog_projection those to come.
-- materialized: table
-- key: day
WITH calendars AS (
    -- The calendar that most open tickets keep; the wall clock where they keep none.
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
    -- 672 hours are 28 days in whatever time zone the reader's session has. A younger team is
    -- measured from its first ticket, over a day at least.
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
    -- By an index: tickets that were opened or solved in these hours.
    JOIN {schema}.int_ticket_lifecycle AS ticket
        ON greatest(
            ticket.open_from[cardinality(ticket.open_from)],
            ticket.open_to[cardinality(ticket.open_to)]
        ) > four_weeks.at - interval '672 hours'
    CROSS JOIN LATERAL unnest(ticket.open_from, ticket.open_to) AS period (opened_at, closed_at)
),

business_days AS (
    -- What comes and is done on a day off belongs to the next business day.
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
    -- Few days tell no pace.
    SELECT
        array_agg(business_day.arrivals ORDER BY business_day.day) AS arrivals,
        array_agg(business_day.completions ORDER BY business_day.day) AS completions
    FROM business_days AS business_day
    WHERE business_day.day < (SELECT four_weeks.day FROM four_weeks)
    HAVING count(*) >= 10
),

pace AS (
    -- An open ticket past target is taken to be cleared at the net pace of all: completions less
    -- arrivals an open minute. No open minute in 28 days tells no pace.
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
    -- Minutes past target of open clocks, summed.
    pace.debt_minutes::double precision AS sla_debt_minutes,
    -- Completions a day in the last 672 hours, or since the first ticket.
    pace.throughput::double precision AS throughput,
    -- The calendar that most open tickets keep: its open minutes are the time of the projection.
    pace.calendar_name,
    -- Tickets created or opened again an open minute in these hours; NULL: no pace is known, as
    -- fewer than 10 of the last 56 business days are on record or none of 28 days was open.
    pace.arrivals_per_minute,
    -- Tickets solved an open minute; NULL as above.
    pace.completions_per_minute,
    -- Open minutes until no open ticket is past target, at the net pace of the last 28 days; NULL:
    -- never, or not known as above.
    pace.to_green AS minutes_to_green,
    -- When that is; NULL if never or not known, or past ten years.
    CASE
        WHEN pace.to_green < 5256000
            THEN nullif(
                slaops.business_add(pace.calendar_name, pace.at, pace.to_green),
                'infinity'
            )
    END AS green_at,
    -- The business day at the end of which no open ticket is past target in half of 1000 futures
    -- drawn from the last 56 business days; NULL: not within 730 business days, or fewer than 10
    -- are on record.
    chance.p50_date,
    -- The same in 80 % of these futures: a date to promise.
    chance.p80_date,
    -- The same in 95 % of them.
    chance.p95_date,
    -- The share of these futures in which it does not come within 730 business days.
    chance.never_probability
FROM pace
LEFT JOIN history
    ON true
-- Of the tickets of minutes_to_green, so that both answer one question. The seed is fixed: the same
-- figures give the same dates.
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
