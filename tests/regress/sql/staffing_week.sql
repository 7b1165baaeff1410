-- The week's staffing: people for work that may wait, what a queue will do, and plans of shifts.
INSERT INTO slaops.calendars (name, calendar) VALUES
    ('staffing week', 'Mo-Fr 09:00-17:00; PH off @ America/New_York, US');
-- 30 tickets of 10 minutes come at nine and may wait for 90 open minutes: 300 minutes of work in
-- three half hours. Those of the evening wait for the morning.
SELECT
    period, to_char(from_at, 'Dy HH24:MI') AS from_at, open_minutes, arriving,
    people::numeric(8, 4), waiting::numeric(8, 4)
FROM slaops.staffing_of_due_work(
    'Mo-Fr 09:00-10:30 @ UTC'::slaops.calendar, '2026-01-05 08:30Z', '{0,30,0,0,6}', 10, 90
);
SELECT sum(people)::numeric(8, 3) AS people, max(people)::numeric(6, 3) AS most
FROM slaops.staffing_of_due_work(
    'staffing week', '2026-01-05 00:00-05', array_fill(4.0, '{480}'), 15, 480, 100, 0.85
);
-- The flat line needs as many as the mean load does; a due time of half an hour those of each.
WITH arrivals AS (
    SELECT array_agg(CASE WHEN i % 4 = 0 THEN 12.0 ELSE 0.0 END ORDER BY i) AS list
    FROM generate_series(0, 47) AS i
)
SELECT
    late.minutes, max(need.people)::numeric(8, 4) AS most,
    (sum(need.people) / 2)::numeric(8, 4) AS hours
FROM arrivals
CROSS JOIN (VALUES (30), (60), (120), (480)) AS late (minutes)
CROSS JOIN LATERAL slaops.staffing_of_due_work(
    '24/7 @ UTC'::slaops.calendar, '2026-01-05Z', arrivals.list, 10, late.minutes
) AS need
GROUP BY late.minutes
ORDER BY late.minutes;
SELECT count(*) FROM slaops.staffing_of_due_work('24/7 @ UTC'::slaops.calendar, now(), '{}', 1, 1);

-- Due before anybody comes: done first then. A backlog takes all periods, or as long as is said.
SELECT before.minutes, need.period, need.people::numeric(8, 4)
FROM (VALUES ('Infinity'::float8), (30)) AS before (minutes)
CROSS JOIN LATERAL slaops.staffing_of_due_work(
    'Mo 09:00-11:00 @ UTC'::slaops.calendar, '2026-01-05 08:30Z', '{2,0,0,1}', 15, 0, 4,
    backlog_minutes => before.minutes
) AS need;

-- In the long run Erlang's figures; a half hour with too few is felt in the next.
SELECT
    period,
    attainment::numeric(8, 6),
    slaops.service_level(200, 180, 14, 20)::numeric(8, 6) AS erlang,
    utilization::numeric(8, 6),
    waiting::numeric(8, 4)
FROM slaops.outlook_of_calls(array_fill(100.0, '{48}'), array_fill(14.0, '{48}'), 180, 20)
WHERE period IN (1, 2, 48);
SELECT
    period, at_work, attainment::numeric(6, 4), abandonment::numeric(6, 4),
    utilization::numeric(6, 4), waiting::numeric(8, 3)
FROM slaops.outlook_of_calls('{100,100,100,0}', '{14,8,14,14}', 180, 20, 300);
-- Nobody at night: the tickets of the night are begun in the morning, in open time.
SELECT
    period, arriving, at_work, attainment::numeric(6, 4), utilization::numeric(6, 4),
    waiting::numeric(8, 3)
FROM slaops.outlook_of_due_work(
    'Mo-Fr 09:00-10:30 @ UTC'::slaops.calendar, '2026-01-05 08:30Z', '{6,30,0,0,6}',
    '{0,3.5,3.5,4,0}', 10, 90, backlog => 2
);
SELECT period, attainment IS NULL AS nothing_comes, waiting
FROM slaops.outlook_of_due_work(
    'staffing week', '2026-01-05Z', '{0,NULL}', '{1,0}', 10, 90, 0, 0.5
);

-- Shifts: four hours with two people, one before and one after.
SELECT pattern, day, starts_at, ends_at, people, breaks, paid_minutes, team
FROM slaops.shift_plan(
    '2026-01-05 08:00Z',
    '{1,1,2,2,2,2,1,1}',
    '[{"pattern": "short", "starts": ["08:00", "09:00", "10:00"], "minutes": 120},
      {"pattern": "long", "starts": ["08:00", "09:00"], "minutes": 180}]'
);
-- Breaks are taken where the others are there. Two people on five days of seven make ten shifts.
WITH need AS (
    SELECT array_agg(
        CASE WHEN (i % 48) BETWEEN 18 AND 33 AND i / 48 < 5 THEN 1.0 ELSE 0.0 END ORDER BY i
    ) AS list
    FROM generate_series(0, 335) AS i
),
plan AS MATERIALIZED (
    SELECT shift.*
    FROM need
    CROSS JOIN LATERAL slaops.shift_plan(
        '2026-01-05 00:00+01', need.list,
        '{"pattern": "day", "starts": ["09:00"], "minutes": 480,
          "breaks": [{"after": [180, 240], "minutes": 30}], "shifts_per_week": 5}',
        time_zone => 'Europe/Berlin'
    ) AS shift
)
SELECT
    plan.day, to_char(plan.starts_at AT TIME ZONE 'Europe/Berlin', 'HH24:MI') AS starts,
    plan.people, plan.breaks, plan.paid_minutes, plan.team, plan.total_people,
    plan.fewest_people, plan.total_paid_minutes, plan.least_paid_minutes
FROM plan
ORDER BY plan.starts_at, plan.breaks;
-- The people who are there, beside those needed.
WITH plan AS (
    SELECT *
    FROM slaops.shift_plan(
        '2026-01-05 22:00Z', '{2,2,2,1,1,1}',
        '[{"pattern": "night", "starts": ["22:00"], "minutes": 180,
           "breaks": {"after": [60, 90], "minutes": 15}}]'
    )
)
SELECT to_char(cover.from_at, 'HH24:MI') AS from_at, people_needed, people, gap
FROM (SELECT jsonb_agg(plan) AS shifts FROM plan) AS plan
CROSS JOIN LATERAL slaops.shift_coverage(
    '2026-01-05 22:00Z', '{2,2,2,1,1,1}', plan.shifts
) AS cover;
-- A roster with a break after midnight, and a shift of which only a part is in the period.
SELECT period, people_needed, people, gap
FROM slaops.shift_coverage(
    '2026-01-05 23:00Z', '{1,NULL,2}',
    '[{"starts_at": "2026-01-05 22:00Z", "ends_at": "2026-01-06 01:00Z", "breaks": "00:00-00:30"},
      {"starts_at": "2026-01-05 23:15Z", "ends_at": "2026-01-06 06:00Z", "people": 2}]',
    'UTC'
);
-- Nobody is needed: no shifts.
SELECT count(*)
FROM slaops.shift_plan(
    '2026-01-05Z', '{0,0}', '{"pattern": "a", "starts": "00:00", "minutes": 60}'
);

-- A roster as iCalendar: a repeated night shift over a change of clocks, one moved, one cancelled;
-- wall times without a zone are of time_zone; what ends before the first instant is left out.
SELECT agent, starts_at, ends_at
FROM slaops.shifts_from_ics(
    E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:ann\nDTSTART;TZID=Europe/Berlin:20260327T220000\n'
    'DTEND;TZID=Europe/Berlin:20260328T060000\nRRULE:FREQ=DAILY;COUNT=4\n'
    'EXDATE;TZID=Europe/Berlin:20260329T220000\nEND:VEVENT\n'
    'BEGIN:VEVENT\nUID:1\nSUMMARY:ann\nRECURRENCE-ID;TZID=Europe/Berlin:20260330T220000\n'
    'DTSTART:20260330T180000Z\nDURATION:PT4H\nEND:VEVENT\n'
    'BEGIN:VEVENT\nSUMMARY:bob\nDTSTART:20260328T090000\nDTEND:20260328T170000\nEND:VEVENT\n'
    'BEGIN:VEVENT\nSUMMARY:cem\nSTATUS:CANCELLED\nDTSTART:20260328T090000Z\nEND:VEVENT\n'
    'BEGIN:VEVENT\nSUMMARY:dee\nDTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260329\nEND:VEVENT\n'
    'END:VCALENDAR',
    '2026-03-28 05:00Z', '2026-04-30Z', 'America/New_York'
);
SELECT refusal($$SELECT * FROM slaops.shifts_from_ics('x', '-infinity', 'infinity')$$);
SELECT refusal($$SELECT * FROM slaops.shifts_from_ics(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\n'
    'DTSTART:20260101T000000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR',
    '-infinity', 'infinity')$$);

-- What is in the way.
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{1,1,1,1,0,2}',
    '{"pattern": "a", "starts": "08:30", "minutes": 60}')$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{3,3,5,3}',
    '{"pattern": "a", "starts": "08:00", "minutes": 120, "max_people": 4}')$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{3,3,5,3}',
    '{"pattern": "a", "starts": "08:00", "minutes": 120}', max_people => 3)$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{1}', '[]')$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{1}', '{"pattern": "a",
    "starts": "08:00", "minuets": 60}')$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{-1}',
    '{"pattern": "a", "starts": "08:00", "minutes": 60}')$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('infinity', '{1}',
    '{"pattern": "a", "starts": "08:00", "minutes": 60}')$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{1}',
    '{"pattern": "a", "starts": "08:00", "minutes": 60}', 'Mars/Base')$$);
SELECT refusal($$SELECT * FROM slaops.shift_plan('2026-01-05 08:00Z', '{1}',
    '{"pattern": "a", "starts": "08:00", "minutes": 60}', max_seconds => 0)$$);
SELECT refusal($$SELECT * FROM slaops.outlook_of_calls('{1,2}', '{1}', 60, 20)$$);
SELECT refusal($$SELECT * FROM slaops.outlook_of_calls('{1}', '{-1}', 60, 20)$$);
SELECT refusal($$SELECT * FROM slaops.outlook_of_calls('{1}', '{1}', 60, 20,
    period_minutes => 0)$$);
SELECT refusal($$SELECT * FROM slaops.staffing_of_due_work('24/7 @ UTC'::slaops.calendar,
    'infinity', '{1}', 10, 90)$$);
SELECT refusal($$SELECT * FROM slaops.staffing_of_due_work('24/7 @ UTC'::slaops.calendar,
    '2026-01-05Z', '{1}', 10, -1)$$);
SELECT refusal($$SELECT * FROM slaops.staffing_of_due_work('24/7 @ UTC'::slaops.calendar,
    '2026-01-05Z', '{1}', 10, 90, backlog_minutes => 'NaN')$$);
DELETE FROM slaops.calendars WHERE name = 'staffing week';
