-- Calendars by name and version, in the parts that a person asks about.
-- materialized: view
SELECT
    -- What tickets, policies and functions call the calendar.
    c.name,
    -- First day of this version; NULL: it always held.
    nullif(c.valid_from, '-infinity') AS valid_from,
    -- First day on which it no longer holds; NULL: it holds for good.
    nullif(c.valid_to, 'infinity') AS valid_to,
    -- Its time zone.
    slaops.time_zone(c.calendar) AS time_zone,
    -- Opening hours in the OpenStreetMap grammar.
    slaops.hours(c.calendar) AS hours,
    -- Country, and subdivision, whose public holidays it keeps.
    slaops.country(c.calendar) AS country,
    -- Minutes of one working day.
    slaops.day_minutes(c.calendar) AS day_minutes,
    -- What it is for.
    c.description
FROM slaops.calendars AS c
