-- How is it going? A row a day from the first ticket (at most twenty years ago) until now,
-- without gaps: volume, backlog, SLA, cycle time, cost and CSAT.
-- materialized: table
WITH period AS (
    SELECT p.opened, p.closed, p.place
    FROM {schema}.int_ticket_lifecycle AS l
    CROSS JOIN LATERAL unnest(l.open_from, l.open_to) WITH ORDINALITY AS p (opened, closed, place)
), backlog AS (
    -- The last instant of each day, and now for the day that has not ended; the day before
    -- the first sets the count going.
    SELECT (b.at AT TIME ZONE {time_zone})::date AS day, b.opened, b.closed, b.open
    FROM (SELECT array_agg(p.opened) AS opened, array_agg(p.closed) AS closed, greatest(min(p.opened) FILTER (WHERE isfinite(p.opened)), {as_of} - interval '20 years') AS first FROM period AS p) AS e
    CROSS JOIN LATERAL slaops.backlog_at(e.opened, e.closed, array(
        SELECT least((i + interval '1 day') AT TIME ZONE {time_zone} - interval '1 microsecond', {as_of})
        FROM generate_series(date_trunc('day', e.first AT TIME ZONE {time_zone}) - interval '1 day', {as_of} AT TIME ZONE {time_zone}, interval '1 day') AS i
    )) AS b
    WHERE b.at >= e.first
), again AS (
    SELECT (p.opened AT TIME ZONE {time_zone})::date AS day, count(*) AS reopened
    FROM period AS p
    WHERE p.place > 1
    GROUP BY 1
), solved AS (
    SELECT (l.solved_at AT TIME ZONE {time_zone})::date AS day, percentile_cont(0.5) WITHIN GROUP (ORDER BY l.business_cycle_minutes) AS median_minutes,
           sum(l.cost) AS cost, avg(l.csat_score) AS csat, count(l.csat_score) AS rated
    FROM {schema}.int_ticket_lifecycle AS l
    WHERE l.solved_at IS NOT NULL
    GROUP BY 1
), sla AS (
    SELECT (coalesce(f.breached_at, f.stopped_at) AT TIME ZONE {time_zone})::date AS day, slaops.attainment(f.status) AS a
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.status IN ('met', 'breached')
    GROUP BY 1
)
SELECT
    -- The day.
    b.day,
    -- Tickets created.
    b.opened - coalesce(a.reopened, 0) AS created,
    -- Tickets opened again.
    coalesce(a.reopened, 0) AS reopened,
    -- Tickets solved; one that is opened again is solved more than once.
    b.closed AS solved,
    -- Created and opened again, less solved.
    b.opened - b.closed AS net_flow,
    -- Tickets open as the day ended.
    b.open AS backlog,
    -- Clocks that ended in time that day.
    coalesce((s.a).met, 0) AS met,
    -- Clocks that ran past their target that day.
    coalesce((s.a).breached, 0) AS breached,
    -- met / (met + breached).
    (s.a).attainment,
    -- Lower end of its 95 % interval.
    (s.a).lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    (s.a).upper AS attainment_upper,
    -- Median open minutes from creation to solved, of the tickets last solved that day.
    d.median_minutes AS median_cycle_minutes,
    -- What they cost.
    d.cost,
    -- Mean rating of customers.
    d.csat,
    -- How many rated.
    coalesce(d.rated, 0) AS rated
FROM backlog AS b
LEFT JOIN again AS a ON a.day = b.day
LEFT JOIN solved AS d ON d.day = b.day
LEFT JOIN sla AS s ON s.day = b.day
