-- Calendars by name and version: zone, hours, country and working day.
-- materialized: view
SELECT
    -- Name of the calendar in tickets, policies and functions.
    version.name,
    -- First day of this version; NULL: no earlier bound.
    nullif(version.valid_from, '-infinity') AS valid_from,
    -- First day after this version; NULL: no later bound.
    nullif(version.valid_to, 'infinity') AS valid_to,
    -- Its time zone.
    slaops.time_zone(version.calendar) AS time_zone,
    -- Opening hours in the OpenStreetMap grammar.
    slaops.hours(version.calendar) AS hours,
    -- Country or subdivision whose public holidays it has.
    slaops.country(version.calendar) AS country,
    -- Minutes of one working day.
    slaops.day_minutes(version.calendar) AS day_minutes,
    -- Purpose of the calendar.
    version.description
FROM slaops.calendars AS version
