-- Who is there, and is that enough? One row per queue of int_staffing_queues and half hour of the
-- next two weeks: planned people (stg_shifts) beside those needed, and the attainment to expect.
-- Empty for groups without a planned shift in these weeks.
-- materialized: table
-- key: group_name, channel, from_at
WITH homes AS (
    SELECT DISTINCT ON (agent.agent)
        agent.agent,
        agent.group_name
    FROM {schema}.stg_agents AS agent
    WHERE agent.group_name IS NOT NULL
    ORDER BY
        agent.agent,
        agent.fte DESC NULLS LAST,
        agent.group_name
),

work AS MATERIALIZED (
    SELECT
        coalesce(shift.group_name, homes.group_name) AS group_name,
        shift.starts_at,
        shift.ends_at
    FROM {schema}.stg_shifts AS shift
    LEFT JOIN homes
        ON homes.agent = shift.agent
    WHERE isfinite(shift.starts_at)
        AND isfinite(shift.ends_at)
        -- Nobody works for a week without a pause.
        AND shift.ends_at <= shift.starts_at + interval '168 hours'
),

spans AS MATERIALIZED (
    SELECT DISTINCT
        need.group_name,
        need.from_at
    FROM {schema}.staffing_needs AS need
),

present AS MATERIALIZED (
    SELECT
        spans.group_name,
        half_hour.at AS from_at,
        sum(
            extract(
                epoch FROM least(work.ends_at, half_hour.at + interval '30 minutes')
                - greatest(work.starts_at, half_hour.at)
            )
        )::double precision / 1800 AS people
    FROM (
        SELECT
            spans.group_name,
            min(spans.from_at) AS first_at,
            max(spans.from_at) AS last_at
        FROM spans
        GROUP BY spans.group_name
    ) AS spans
    JOIN work
        ON work.group_name = spans.group_name
        AND work.starts_at < spans.last_at + interval '30 minutes'
        AND work.ends_at > spans.first_at
        AND work.ends_at > work.starts_at
    CROSS JOIN LATERAL generate_series(
        greatest(
            date_bin('30 minutes', work.starts_at, '2000-01-01 00:00Z'),
            spans.first_at
        ),
        least(work.ends_at - interval '1 microsecond', spans.last_at),
        interval '30 minutes'
    ) AS half_hour (at)
    GROUP BY
        spans.group_name,
        half_hour.at
),

beside AS (
    -- Calls and chats come first; the rest of the people do what may wait.
    SELECT
        need.*,
        coalesce(present.people, 0) AS people_in_group,
        sum(need.people_needed) FILTER (WHERE need.at_once) OVER same_time AS needed_at_once,
        sum(need.people) FILTER (WHERE NOT need.at_once) OVER same_time AS needed_later,
        count(*) FILTER (WHERE need.at_once) OVER same_time AS queues_at_once,
        count(*) FILTER (WHERE NOT need.at_once) OVER same_time AS queues_later
    FROM {schema}.staffing_needs AS need
    LEFT JOIN present
        ON present.group_name = need.group_name
        AND present.from_at = need.from_at
    WHERE need.group_name IN (SELECT known.group_name FROM present AS known)
    WINDOW same_time AS (PARTITION BY need.group_name, need.from_at)
),

shared AS MATERIALIZED (
    SELECT
        beside.*,
        CASE
            WHEN beside.at_once THEN
                CASE
                    WHEN beside.queues_later > 0
                        THEN least(beside.people_in_group, coalesce(beside.needed_at_once, 0))
                    ELSE beside.people_in_group
                END * coalesce(
                    beside.people_needed / nullif(beside.needed_at_once, 0)::double precision,
                    1.0 / beside.queues_at_once
                )
            ELSE
                greatest(beside.people_in_group - coalesce(beside.needed_at_once, 0), 0)
                * coalesce(
                    beside.people / nullif(beside.needed_later, 0),
                    1.0 / beside.queues_later
                )
        END AS people_planned
    FROM beside
),

lines AS MATERIALIZED (
    SELECT
        shared.group_name,
        shared.channel,
        min(shared.from_at) AS start_at,
        array_agg(
            shared.expected * CASE WHEN shared.at_once THEN shared.open_minutes / 30 ELSE 1 END
            ORDER BY shared.from_at
        ) AS arrivals,
        array_agg(shared.people_planned ORDER BY shared.from_at) AS people
    FROM shared
    GROUP BY
        shared.group_name,
        shared.channel
),

outlooks AS MATERIALIZED (
    SELECT
        line.group_name,
        line.channel,
        line.start_at + (outlook.period - 1) * interval '30 minutes' AS from_at,
        outlook.attainment,
        outlook.abandonment,
        outlook.utilization,
        outlook.waiting
    FROM lines AS line
    JOIN {schema}.int_staffing_queues AS queue
        ON queue.group_name = line.group_name
        AND queue.channel IS NOT DISTINCT FROM line.channel
    CROSS JOIN LATERAL (
        SELECT calls.*
        FROM slaops.outlook_of_calls(
            CASE WHEN queue.service_level IS NOT NULL THEN line.arrivals END,
            line.people,
            60 * queue.handle_minutes,
            queue.threshold_seconds,
            coalesce(queue.patience_seconds, 'Infinity')
        ) AS calls
        UNION ALL
        SELECT tickets.*
        FROM slaops.outlook_of_due_work(
            queue.calendar_name,
            line.start_at,
            CASE WHEN queue.service_level IS NULL THEN line.arrivals END,
            line.people,
            queue.handle_minutes,
            queue.due_minutes,
            queue.open_now,
            queue.occupancy
        ) AS tickets
    ) AS outlook
)

SELECT
    -- The group.
    shared.group_name,
    -- The channel; NULL: all channels of the group that have no row of their own in
    -- stg_group_capacity.
    shared.channel,
    -- Start of the half hour.
    shared.from_at,
    -- Its day in the time zone of the views.
    shared.day,
    -- Open minutes of it.
    shared.open_minutes,
    -- Tickets, calls or chats expected.
    shared.expected,
    -- Whether they are answered at once; otherwise they may wait until they are due.
    shared.at_once,
    -- People of the group who are planned to be at work; a part of a person is there for a part of
    -- the half hour.
    shared.people_in_group,
    -- Those of them for this queue: calls and chats get the people that they need first.
    shared.people_planned,
    -- People needed.
    shared.people_needed,
    -- People to spare; negative: missing.
    shared.people_planned - shared.people_needed AS people_gap,
    -- short: at least half a person is missing; over: at least one is to spare; even.
    CASE
        WHEN shared.people_planned - shared.people_needed <= -0.5 THEN 'short'
        WHEN shared.people_planned - shared.people_needed >= 1 THEN 'over'
        ELSE 'even'
    END AS state,
    -- The share of what comes that will be answered or begun in time; NULL: nothing is expected.
    outlook.attainment AS attainment_expected,
    -- The share of calls that will give up.
    outlook.abandonment AS abandonment_expected,
    -- The share of people's time spent on work; NULL: nobody is there.
    outlook.utilization AS utilization_expected,
    -- Mean number that will wait at the end of the half hour.
    outlook.waiting AS waiting_expected
FROM shared
LEFT JOIN outlooks AS outlook
    ON outlook.group_name = shared.group_name
    AND outlook.channel IS NOT DISTINCT FROM shared.channel
    AND outlook.from_at = shared.from_at
