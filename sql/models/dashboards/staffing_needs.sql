-- How many people are needed in each half hour of the next two weeks? One row per queue of
-- int_staffing_queues and half hour. Calls and chats with a service level are answered at once; all
-- other work is spread evenly over the open time until it is due, and open tickets over the two
-- weeks.
-- materialized: table
-- key: group_name, channel, from_at
WITH lines AS MATERIALIZED (
    SELECT
        arrival.group_name,
        arrival.channel,
        min(arrival.from_at) AS start_at,
        array_agg(arrival.expected ORDER BY arrival.from_at) AS expected,
        array_agg(coalesce(arrival.lower_80, arrival.expected) ORDER BY arrival.from_at) AS lower,
        array_agg(coalesce(arrival.upper_80, arrival.expected) ORDER BY arrival.from_at) AS upper
    FROM {schema}.arrivals_by_half_hour AS arrival
    GROUP BY
        arrival.group_name,
        arrival.channel
),

deferred AS MATERIALIZED (
    SELECT
        line.group_name,
        line.channel,
        need.from_at,
        need.open_minutes,
        max(need.people) FILTER (WHERE band.name = 'expected') AS people,
        max(need.people) FILTER (WHERE band.name = 'lower') AS people_lower,
        max(need.people) FILTER (WHERE band.name = 'upper') AS people_upper,
        max(need.waiting) FILTER (WHERE band.name = 'expected') AS waiting
    FROM lines AS line
    JOIN {schema}.int_staffing_queues AS queue
        ON queue.group_name = line.group_name
        AND queue.channel IS NOT DISTINCT FROM line.channel
        AND queue.service_level IS NULL
    CROSS JOIN LATERAL (
        VALUES
            ('expected', line.expected),
            ('lower', line.lower),
            ('upper', line.upper)
    ) AS band (name, arrivals)
    CROSS JOIN LATERAL slaops.staffing_of_due_work(
        queue.calendar_name,
        line.start_at,
        band.arrivals,
        queue.handle_minutes,
        queue.due_minutes,
        queue.open_now,
        queue.occupancy,
        30,
        -- Two weeks.
        slaops.business_minutes(
            queue.calendar_name,
            line.start_at,
            line.start_at + interval '336 hours'
        )
    ) AS need
    GROUP BY
        line.group_name,
        line.channel,
        need.from_at,
        need.open_minutes
),

at_once AS MATERIALIZED (
    SELECT
        arrival.group_name,
        arrival.channel,
        arrival.from_at,
        slaops.business_minutes(
            queue.calendar_name,
            arrival.from_at,
            arrival.from_at + interval '30 minutes'
        ) AS open_minutes,
        queue.handle_minutes,
        queue.service_level,
        queue.threshold_seconds,
        coalesce(queue.patience_seconds, 'Infinity') AS patience_seconds,
        queue.occupancy,
        arrival.expected,
        coalesce(arrival.lower_80, arrival.expected) AS lower,
        coalesce(arrival.upper_80, arrival.expected) AS upper
    FROM {schema}.arrivals_by_half_hour AS arrival
    JOIN {schema}.int_staffing_queues AS queue
        ON queue.group_name = arrival.group_name
        AND queue.channel IS NOT DISTINCT FROM arrival.channel
        AND queue.service_level IS NOT NULL
),

needs AS (
    SELECT
        deferred.group_name,
        deferred.channel,
        deferred.from_at,
        deferred.open_minutes,
        deferred.people,
        deferred.people_lower,
        deferred.people_upper,
        deferred.waiting
    FROM deferred
    UNION ALL
    SELECT
        at_once.group_name,
        at_once.channel,
        at_once.from_at,
        at_once.open_minutes,
        people.expected,
        people.lower,
        people.upper,
        NULL
    FROM at_once
    CROSS JOIN LATERAL (
        SELECT
            max(required.agents) FILTER (WHERE band.name = 'expected') AS expected,
            max(required.agents) FILTER (WHERE band.name = 'lower') AS lower,
            max(required.agents) FILTER (WHERE band.name = 'upper') AS upper
        FROM (
            VALUES
                ('expected', at_once.expected),
                ('lower', at_once.lower),
                ('upper', at_once.upper)
        ) AS band (name, arrivals)
        CROSS JOIN LATERAL (
            SELECT
                CASE
                    WHEN at_once.open_minutes = 0 THEN 0
                    ELSE slaops.agents_required(
                        2 * band.arrivals,
                        60 * at_once.handle_minutes,
                        at_once.service_level,
                        at_once.threshold_seconds,
                        at_once.occupancy,
                        0,
                        at_once.patience_seconds
                    )
                END::double precision AS agents
        ) AS required
    ) AS people
)

SELECT
    -- The group.
    need.group_name,
    -- The channel; NULL: all channels of the group that have no row of their own in
    -- stg_group_capacity.
    need.channel,
    -- Start of the half hour.
    need.from_at,
    -- Its day in the time zone of the views.
    (need.from_at AT TIME ZONE {time_zone})::date AS day,
    -- Open minutes of it.
    need.open_minutes,
    -- Tickets, calls or chats expected.
    arrival.expected,
    -- Lower end of the interval in which 80 % of half hours should lie.
    arrival.lower_80,
    -- Its upper end.
    arrival.upper_80,
    -- Whether they are answered at once; otherwise they may wait until they are due.
    queue.service_level IS NOT NULL AS at_once,
    -- People needed at work: for the service level, or to begin all work by its due time. Work that
    -- may wait needs parts of people.
    need.people,
    -- In whole people.
    ceil(need.people - 1e-9)::integer AS people_needed,
    -- People needed if as little comes as lower_80 says.
    need.people_lower,
    -- People needed if as much comes as upper_80 says, in each half hour.
    need.people_upper,
    -- Tickets that wait at its end while they keep their due times; NULL where all are answered at
    -- once.
    need.waiting
FROM needs AS need
JOIN {schema}.int_staffing_queues AS queue
    ON queue.group_name = need.group_name
    AND queue.channel IS NOT DISTINCT FROM need.channel
JOIN {schema}.arrivals_by_half_hour AS arrival
    ON arrival.group_name = need.group_name
    AND arrival.channel IS NOT DISTINCT FROM need.channel
    AND arrival.from_at = need.from_at
WHERE need.from_at < (
    SELECT min(first.from_at) + interval '336 hours'
    FROM {schema}.arrivals_by_half_hour AS first
)
