-- Does each group have enough people? A row a group and working day of the last eight weeks,
-- from its first ticket on (the last of them in any case): the work that came in against what
-- the group can do. Empty unless the source says what groups can do (stg_group_capacity).
-- materialized: table
-- key: group_name, day
WITH kept AS MATERIALIZED (
    -- The calendar that most tickets of a group keep; once, and not for each group.
    SELECT DISTINCT ON (k.group_name) k.group_name, k.calendar_name
    FROM (SELECT c.group_name, c.calendar_name, sum(c.has_now) AS tickets FROM {schema}.int_groups_by_day AS c WHERE c.group_name IS NOT NULL AND c.has_now > 0 GROUP BY c.group_name, c.calendar_name) AS k
    WHERE k.calendar_name ~ '@' OR k.calendar_name IN (SELECT r.name FROM slaops.calendars AS r)
    ORDER BY k.group_name, k.tickets DESC, k.calendar_name
), calendar AS (
    -- One row a group, and only numbers that can be reckoned with: config_health names the others.
    SELECT DISTINCT ON (g.group_name)
           g.group_name, g.fte, g.handle_minutes, CASE WHEN g.attainment_target > 0 AND g.attainment_target < 1 THEN g.attainment_target END AS attainment_target, coalesce(g.hours_per_day, 8) AS hours, coalesce(g.occupancy, 1) AS occupancy, g.fte * coalesce(g.hours_per_day, 8) * 60 * coalesce(g.occupancy, 1) AS capacity,
           coalesce(k.calendar_name, '24/7 @ UTC') AS name
    FROM {schema}.stg_group_capacity AS g
    LEFT JOIN kept AS k ON k.group_name = g.group_name
    WHERE g.group_name IS NOT NULL AND g.fte BETWEEN 1e-6 AND 1e6 AND g.handle_minutes BETWEEN 1e-6 AND 1e6
      AND coalesce(g.hours_per_day, 8) BETWEEN 1e-6 AND 24 AND coalesce(g.occupancy, 1) BETWEEN 1e-6 AND 1
    ORDER BY g.group_name, g.fte DESC, g.handle_minutes, hours DESC, occupancy DESC, attainment_target DESC NULLS LAST
), known AS MATERIALIZED (
    SELECT c.group_name, min(c.day) AS since, sum(c.open_now)::bigint AS open_now
    FROM {schema}.int_groups_by_day AS c
    WHERE c.group_name IS NOT NULL
    GROUP BY c.group_name
), day AS (
    -- Days before a group had tickets are none of its, but for the last one, on which its
    -- figures stand.
    SELECT o.*
    FROM (
        SELECT c.*, d.day::date AS day, w.since, max(d.day::date) OVER (PARTITION BY c.group_name) AS final
        FROM calendar AS c
        LEFT JOIN known AS w ON w.group_name = c.group_name
        CROSS JOIN generate_series((({as_of} AT TIME ZONE {time_zone})::date - 56)::timestamp, ({as_of} AT TIME ZONE {time_zone})::date - 1, interval '1 day') AS d (day)
        WHERE slaops.business_minutes(c.name, d.day AT TIME ZONE {time_zone}, (d.day + interval '1 day') AT TIME ZONE {time_zone}) > 0
    ) AS o
    WHERE o.since IS NULL OR o.day >= o.since OR o.day = o.final
), arrived AS (
    -- What comes while the group is away waits for its next working day.
    SELECT c.group_name, (CASE WHEN slaops.is_open(c.name, e.came_at) THEN e.came_at ELSE slaops.next_open(c.name, e.came_at) END AT TIME ZONE {time_zone})::date AS day, sum(e.tickets)::bigint AS tickets
    FROM {schema}.int_group_arrivals AS e
    JOIN calendar AS c ON c.group_name = e.group_name
    WHERE e.came_at > {as_of} - interval '1680 hours'
    GROUP BY 1, 2
), past AS MATERIALIZED (
    -- Noon where the calendar is, so that a day is that day there.
    SELECT d.group_name, d.name, max(d.day) AS last, CASE WHEN count(*) < 15 THEN 'weekday_mean' ELSE 'auto' END AS method,
           slaops.series((d.day + time '12:00') AT TIME ZONE slaops.time_zone(k.calendar), coalesce(a.tickets, 0)::double precision, interval '1 day', 'zero') AS series
    FROM day AS d
    JOIN known AS w ON w.group_name = d.group_name
    CROSS JOIN LATERAL (SELECT CASE WHEN d.name ~ '@' THEN d.name::slaops.calendar ELSE slaops.calendar_of(d.name, d.day) END AS calendar) AS k
    LEFT JOIN arrived AS a ON a.group_name = d.group_name AND a.day = d.day
    WHERE k.calendar IS NOT NULL
    GROUP BY d.group_name, d.name
), next AS MATERIALIZED (
    SELECT p.group_name, p.last, f.arrivals / nullif(f.days, 0) AS arrivals_per_day, f.days, w.open_now,
           least(slaops.business_minutes(p.name, n.day::timestamp AT TIME ZONE {time_zone}, (n.day + 28)::timestamp AT TIME ZONE {time_zone}) / 60 / nullif(f.days, 0), 24) AS open_hours
    FROM past AS p
    JOIN known AS w ON w.group_name = p.group_name
    CROSS JOIN LATERAL (SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day) AS n
    CROSS JOIN LATERAL (
        SELECT sum(c.forecast) AS arrivals, count(*) FILTER (WHERE slaops.business_days(p.name, p.last + c.step, p.last + c.step + 1) > 0)::double precision AS days
        FROM slaops.forecast(p.series, n.day + 27 - p.last, p.method, 7, '{0.8}', true, cal => p.name) AS c
        WHERE p.last + c.step >= n.day
    ) AS f
), promised AS (
    -- The commonest target of a group's own clocks of a year, in open minutes.
    SELECT DISTINCT ON (t.group_name) t.group_name, t.target_minutes AS minutes
    FROM (
        SELECT f.group_name, f.target_minutes, sum(f.decided) AS decided
        FROM {schema}.int_targets_by_day AS f
        JOIN calendar AS c ON c.group_name = f.group_name AND c.attainment_target IS NOT NULL
        WHERE f.day > ({as_of} AT TIME ZONE {time_zone})::date - 364 AND f.target_minutes > 0
        GROUP BY f.group_name, f.target_minutes
    ) AS t
    ORDER BY t.group_name, t.decided DESC, t.target_minutes
)
SELECT
    -- The group.
    d.group_name,
    -- The working day.
    d.day,
    -- Tickets that came to it; those of days off count on the next working day.
    coalesce(a.tickets, 0) AS tickets,
    -- Minutes of work that they are.
    coalesce(a.tickets, 0) * d.handle_minutes AS work_minutes,
    -- What the group can do: fte x hours_per_day x 60 x occupancy.
    d.capacity AS capacity_minutes,
    -- Work against capacity; above 1 the queue grows.
    coalesce(a.tickets, 0) * d.handle_minutes / nullif(d.capacity, 0) AS utilization,
    -- People, in full-time equivalents.
    d.fte,
    -- People that the day's work needs.
    d.fte * coalesce(a.tickets, 0) * d.handle_minutes / nullif(d.capacity, 0) AS fte_needed,
    -- People that were missing; negative: to spare.
    d.fte * coalesce(a.tickets, 0) * d.handle_minutes / nullif(d.capacity, 0) - d.fte AS fte_gap,
    -- Whether the work was more than the group could do.
    coalesce(a.tickets, 0) * d.handle_minutes > d.capacity AS short,
    -- Such days in the 28 days until then.
    count(*) FILTER (WHERE coalesce(a.tickets, 0) * d.handle_minutes > d.capacity) OVER w AS short_days_28,
    -- Mean utilization of the working days in these.
    avg(coalesce(a.tickets, 0) * d.handle_minutes / nullif(d.capacity, 0)) OVER w AS utilization_28,
    -- On its last row: tickets expected to come a working day of the next 28 days, by the
    -- combination that slaops.forecast calls auto.
    x.arrivals_per_day,
    -- On its last row: open tickets that are with it now.
    x.open_now,
    -- On its last row: people who do what is expected, so that its backlog does not grow.
    x.fte_to_hold,
    -- On its last row: people who do it and all that is open now within the next 28 days.
    x.fte_to_clear,
    -- On its last row: people that it lacks for that; negative: to spare.
    x.fte_to_clear - d.fte AS fte_gap_28,
    -- On its last row: its working days among the next 28 days.
    x.days AS working_days_28,
    -- Minutes of work that a ticket takes it.
    d.handle_minutes,
    -- Hours a working day that each works on tickets.
    d.hours AS hours_per_day,
    -- Share of these that can be spent at work.
    d.occupancy,
    -- The calendar that most of its tickets keep: its open days are working days.
    d.name AS calendar_name,
    -- The part of its clocks that are to be met, where the source states one between 0 and 1.
    d.attainment_target,
    -- On its last row, where that is stated: the commonest target of its clocks of
    -- group_ownership, in open minutes.
    x.target_minutes,
    -- On its last row: people with whom that part keeps that target once there is no
    -- backlog, by slaops.fte_to_attain; NULL where it says nothing or nobody could.
    x.fte_to_attain
FROM day AS d
LEFT JOIN arrived AS a ON a.group_name = d.group_name AND a.day = d.day
LEFT JOIN (
    SELECT n.group_name, n.last, n.arrivals_per_day, n.open_now, n.days,
           slaops.fte_to_hold(n.arrivals_per_day, c.handle_minutes, c.hours, c.occupancy) AS fte_to_hold,
           slaops.fte_to_clear(n.open_now, n.arrivals_per_day, c.handle_minutes, n.days, c.hours, c.occupancy) AS fte_to_clear, g.minutes AS target_minutes,
           -- Not where work alone takes too many of the tickets too long, and not for loads beyond 100,000 people.
           CASE WHEN exp(-least(g.minutes * c.occupancy / c.handle_minutes, 700)) < (1 - c.attainment_target) * (1 - 1e-9) AND n.arrivals_per_day * c.handle_minutes / (n.open_hours * 60 * c.occupancy) < 1e5
                -- People who are there at once, all the hours that the calendar is open.
                THEN slaops.fte_to_attain(n.arrivals_per_day, c.handle_minutes, g.minutes, c.attainment_target, n.open_hours, c.occupancy) * n.open_hours / c.hours END AS fte_to_attain
    FROM next AS n
    JOIN calendar AS c ON c.group_name = n.group_name
    LEFT JOIN promised AS g ON g.group_name = n.group_name
    WHERE n.days > 0
) AS x ON x.group_name = d.group_name AND x.last = d.day
WINDOW w AS (PARTITION BY d.group_name ORDER BY d.day RANGE BETWEEN interval '27 days' PRECEDING AND CURRENT ROW)
