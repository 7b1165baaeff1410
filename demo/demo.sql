-- Did a real company's incidents hit their SLA? Plain SQL over the table incident_log.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
CREATE EXTENSION slaops;

\echo
\echo '== Calendars and targets'
INSERT INTO slaops.calendars (name, calendar, description) VALUES
    ('always',   '24/7 @ UTC',               'critical incidents, around the clock'),
    ('desk',     'Mo-Fr 08:00-18:00 @ UTC',  'the service desk'),
    ('weekdays', 'Mo-Fr 00:00-24:00 @ UTC',  'the calendar that explains made_sla');

CREATE TABLE target (priority text, calendar text, resolution interval);
INSERT INTO target VALUES
    ('1 - Critical', 'always', '4 hours'),
    ('2 - High',     'always', '12 hours'),
    ('3 - Moderate', 'desk',   '3 days'),
    ('4 - Low',      'desk',   '5 days');

SELECT t.*, slaops.day_minutes(c.calendar) AS minutes_a_day, c.calendar AS means
FROM target t JOIN slaops.calendars c ON c.name = t.calendar ORDER BY priority;

-- The log's columns with types. Its times have no zone; they are read as UTC.
CREATE VIEW event AS
SELECT number, incident_state AS state, sys_mod_count::bigint AS seq,
       to_timestamp(sys_updated_at, 'DD/MM/YYYY HH24:MI') AS at,
       to_timestamp(opened_at, 'DD/MM/YYYY HH24:MI') AS opened_at,
       to_timestamp(nullif(resolved_at, '?'), 'DD/MM/YYYY HH24:MI') AS resolved_at,
       to_timestamp(nullif(closed_at, '?'), 'DD/MM/YYYY HH24:MI') AS closed_at,
       priority, assignment_group, made_sla::boolean
FROM incident_log;

CREATE VIEW incident AS
SELECT DISTINCT ON (number) number, priority, assignment_group, opened_at, closed_at, made_sla,
       coalesce(resolved_at, closed_at) AS resolved_at
FROM event ORDER BY number, seq DESC;

-- One clock an incident: it starts when the incident is opened, pauses while the user is awaited,
-- stops when the incident is resolved or closed, and runs on in any other state.
CREATE MATERIALIZED VIEW clock AS
SELECT number, slaops.sla_clock_agg(at, signal, seq) AS clock
FROM (
    SELECT number, opened_at AS at, 'start' AS signal, -1 AS seq FROM incident
    UNION ALL
    SELECT number, at,
           CASE state WHEN 'Awaiting User Info' THEN 'pause'
                      WHEN 'Resolved' THEN 'stop'
                      WHEN 'Closed' THEN 'stop'
                      ELSE 'reopen' END, seq
    FROM event
) AS signals
GROUP BY number;

CREATE VIEW attainment AS
SELECT number, priority, assignment_group, resolution AS target, calendar,
       slaops.sla_status(clock, calendar, resolution, as_of => '2017-03-01') AS status,
       slaops.elapsed_minutes(clock, calendar, as_of => '2017-03-01') AS elapsed_minutes,
       slaops.due_at(clock, calendar, resolution) AS due_at
FROM clock JOIN incident USING (number) JOIN target USING (priority);

\echo
\echo '== Are we hitting SLA? Attainment by priority, time awaiting the user not counted'
SELECT priority, calendar, target,
       count(*) FILTER (WHERE status = 'met') AS met,
       count(*) FILTER (WHERE status = 'breached') AS breached,
       round(100.0 * count(*) FILTER (WHERE status = 'met')
           / nullif(count(*) FILTER (WHERE status IN ('met', 'breached')), 0), 1) AS attainment,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY elapsed_minutes) / 60)::numeric, 1) AS median_hours
FROM attainment GROUP BY priority, calendar, target ORDER BY priority;

\echo
\echo '== Where? The ten busiest groups'
SELECT assignment_group, count(*) AS incidents,
       round(100.0 * count(*) FILTER (WHERE status = 'met')
           / nullif(count(*) FILTER (WHERE status IN ('met', 'breached')), 0), 1) AS attainment,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY elapsed_minutes) / 60)::numeric, 1) AS median_hours
FROM attainment GROUP BY assignment_group ORDER BY incidents DESC, assignment_group LIMIT 10;

\echo
\echo '== The ten incidents nearest to breach on Wednesday 2016-04-13 at 10:00'
SELECT number, priority, assignment_group,
       slaops.sla_status(clock, calendar, resolution, as_of) AS status,
       round(slaops.remaining_minutes(clock, calendar, resolution, as_of)) AS minutes_left,
       slaops.due_at(clock, calendar, resolution, as_of) AS due_at
FROM clock JOIN incident USING (number) JOIN target USING (priority),
     (VALUES (timestamptz '2016-04-13 10:00')) AS instant (as_of)
WHERE slaops.sla_status(clock, calendar, resolution, as_of) IN ('active', 'at_risk', 'paused')
ORDER BY minutes_left, number LIMIT 10;

\echo
\echo '== Work in progress: incidents open on Monday at 08:00'
SELECT week::date AS monday, count(*) AS open,
       count(*) FILTER (WHERE slaops.sla_status(clock, calendar, resolution, week) = 'breached') AS past_target
FROM generate_series(timestamptz '2016-03-07 08:00', '2016-06-06', '7 days') AS week
JOIN incident ON opened_at <= week AND week < resolved_at
JOIN clock USING (number) JOIN target USING (priority)
GROUP BY week ORDER BY week;

\echo
\echo '== Does it agree with the source? made_sla of priority 3 against the one threshold that fits best'
SELECT kind AS "time from open to close", threshold_hours,
       round(100 * avg(((hours <= threshold_hours) = made_sla)::int), 2) AS "agreement in percent"
FROM incident, LATERAL (VALUES
    ('business time, Monday to Friday', 153.65, slaops.business_minutes('weekdays', opened_at, closed_at) / 60),
    ('wall clock', 217.52, extract(epoch FROM closed_at - opened_at) / 3600)) AS t (kind, threshold_hours, hours)
WHERE priority = '3 - Moderate'
GROUP BY kind, threshold_hours ORDER BY kind;
