-- Calendars by name and version, in the parts that a person asks about.
SELECT
    c.name,                 -- What tickets, policies and functions call the calendar.
    nullif(c.valid_from, '-infinity') AS valid_from, -- First day of this version; NULL: it always held.
    nullif(c.valid_to, 'infinity') AS valid_to, -- First day on which it no longer holds; NULL: it holds for good.
    slaops.time_zone(c.calendar) AS time_zone, -- Its time zone.
    slaops.hours(c.calendar) AS hours, -- Opening hours in the OpenStreetMap grammar.
    slaops.country(c.calendar) AS country, -- Country, and subdivision, whose public holidays it keeps.
    slaops.day_minutes(c.calendar) AS day_minutes, -- Minutes of one working day.
    c.description           -- What it is for.
FROM slaops.calendars AS c
