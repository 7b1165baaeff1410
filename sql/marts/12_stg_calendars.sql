-- Calendars by name and version, in the parts that a person asks about.
SELECT
    c.name,                 -- What tickets, policies and functions call the calendar.
    c.valid_from,           -- First day of this version.
    c.valid_to,             -- First day on which it no longer holds.
    slaops.time_zone(c.calendar) AS time_zone, -- Its time zone.
    slaops.hours(c.calendar) AS hours, -- Opening hours in the OpenStreetMap grammar.
    slaops.country(c.calendar) AS country, -- Country, and subdivision, whose public holidays it keeps.
    slaops.day_minutes(c.calendar) AS day_minutes, -- Minutes of one working day.
    c.description           -- What it is for.
FROM slaops.calendars AS c
