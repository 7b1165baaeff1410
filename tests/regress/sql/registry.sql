-- Calendars by name.
\pset null '(null)'
INSERT INTO slaops.calendars (name, calendar, valid_from, valid_to) VALUES
    ('desk', 'Mo-Fr 09:00-17:00 @ UTC', '-infinity', '2026-07-01'),
    ('desk', 'Mo-Fr 08:00-18:00 @ UTC', '2026-07-01', 'infinity');
INSERT INTO slaops.calendars (name, calendar, description) VALUES
    ('always', '24/7 @ UTC', 'round the clock');

-- Each version counts in its time.
SELECT
    slaops.business_minutes('desk', '2026-06-30', '2026-07-01') AS old,
    slaops.business_minutes('desk', '2026-07-01', '2026-07-02') AS new,
    slaops.business_minutes('desk', '2026-06-30', '2026-07-02') AS both;
SELECT slaops.open_periods('desk', '2026-06-30', '2026-07-02');
SELECT
    slaops.calendar_of('desk', '2026-06-30') AS june,
    slaops.calendar_of('desk', '2026-07-01') AS july,
    slaops.calendar_of('none', '2026-07-01') AS none;
SELECT
    slaops.business_add('desk', '2026-06-30 16:00Z', 120),
    slaops.is_open('desk', '2026-07-01 08:30Z'),
    slaops.next_open('always', now()),
    slaops.business_days('desk', '2026-06-29', '2026-07-06'),
    slaops.roll('desk', '2026-07-04', 'forward');

-- A version does not change what a day is: it starts with its hours, and is as long as the
-- version's.
INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES
    ('night', 'Fr 22:00-06:00 @ UTC', '2020-01-01');
SELECT
    slaops.business_add('night', '2026-01-02 22:00Z', '1 day') AS one_night,
    slaops.business_days('night', '2026-01-01', '2026-01-15') AS nights,
    slaops.business_add('desk', '2026-06-29 00:00Z', '1 day') AS of_8_hours,
    slaops.business_add('desk', '2026-07-06 00:00Z', '1 day') AS of_10_hours;

-- A text form needs no cast and no registration.
SELECT
    slaops.business_minutes('Mo-Fr 09:00-17:00 @ UTC', '2026-01-05', '2026-01-06') AS text,
    slaops.business_minutes(
        '{"time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}', '2026-01-05', '2026-01-06'
    ) AS json;

-- A change is seen by the next statement, and by a plan made before it.
PREPARE minutes AS SELECT slaops.business_minutes('always', '2026-01-05', '2026-01-06');
EXECUTE minutes;
UPDATE slaops.calendars SET calendar = 'Mo-Fr 09:00-10:00 @ UTC' WHERE name = 'always';
EXECUTE minutes;
DO $$
DECLARE before float8; after float8;
BEGIN
    before := slaops.business_minutes('always', '2026-01-05', '2026-01-06');
    UPDATE slaops.calendars SET calendar = 'Mo-Fr 09:00-11:00 @ UTC' WHERE name = 'always';
    after := slaops.business_minutes('always', '2026-01-05', '2026-01-06');
    RAISE NOTICE 'before % after %', before, after;
END $$;
BEGIN; UPDATE slaops.calendars SET calendar = 'off @ UTC' WHERE name = 'always'; EXECUTE minutes;
ROLLBACK;
EXECUTE minutes;

-- A name a row.
SELECT name, slaops.business_minutes(name, '2026-07-06', '2026-07-07')
FROM (VALUES ('desk'), ('always'), ('desk'), (NULL)) AS given (name);

\x on
SELECT state, message, hint
FROM refusal($$SELECT slaops.business_minutes('dsek', '2026-01-05', '2026-01-06')$$);
SELECT state, message, hint
FROM refusal($$SELECT slaops.business_minutes('nothing like it', '2026-01-05', '2026-01-06')$$);
SELECT state, message, hint
FROM refusal(
    $$
        INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES
            ('desk', '24/7 @ UTC', '2027-01-01')
    $$
);
SELECT state, message, hint
FROM refusal($$INSERT INTO slaops.calendars (name, calendar) VALUES ('a@b', '24/7 @ UTC')$$);
SELECT state, message, hint
FROM refusal(
    $$
        INSERT INTO slaops.calendars (name, calendar, valid_from, valid_to) VALUES
            ('back', '24/7 @ UTC', '2027-01-01', '2026-01-01')
    $$
);
\x off
-- NULL for a bound is no bound, by whatever way the row comes.
INSERT INTO slaops.calendars (name, calendar, valid_from, valid_to) VALUES
    ('unbound', '24/7 @ UTC', NULL, NULL);
INSERT INTO slaops.calendars (name, calendar, valid_from, valid_to) VALUES
    (
        'unbound', 'Mo 09:00-17:00 @ UTC', NULL, '2026-07-01'
    ) ON CONFLICT (name, valid_from) DO UPDATE
SET calendar = EXCLUDED.calendar, valid_to = EXCLUDED.valid_to;
COPY slaops.calendars (name, calendar, valid_from, valid_to) FROM stdin;
unbound	24/7 @ UTC	2026-07-01	\N
\.
SELECT name, calendar, valid_from, valid_to
FROM slaops.calendars
WHERE name = 'unbound'
ORDER BY valid_from;
UPDATE slaops.calendars SET valid_to = NULL WHERE name = 'unbound' AND valid_from > '-infinity';
SELECT state, message
FROM refusal(
    $$
        UPDATE slaops.calendars
        SET valid_to = NULL
        WHERE name = 'unbound' AND valid_from = '-infinity'
    $$
);
TRUNCATE slaops.calendars;
SELECT message FROM refusal($$SELECT slaops.business_minutes('desk', '2026-01-05', '2026-01-06')$$);
