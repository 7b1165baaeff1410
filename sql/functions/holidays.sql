-- Public holidays and holidays from iCalendar text.

CREATE FUNCTION slaops.holidays(cal slaops.calendar, "from" date, "to" date)
RETURNS TABLE (day date, name text)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_holidays';
COMMENT ON FUNCTION slaops.holidays(slaops.calendar, date, date) IS
'The holidays of a calendar from a date to before another, with their names. Example: SELECT * '
'FROM slaops.holidays(''Mo-Fr 09:00-17:00 @ Europe/Berlin, DE'', ''2026-01-01'', ''2027-01-01'');';

CREATE FUNCTION slaops.holidays_from_ics(
    ics text,
    "from" date DEFAULT '2000-01-01',
    "to" date DEFAULT '2051-01-01'
)
RETURNS date[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_holidays_from_ics';
COMMENT ON FUNCTION slaops.holidays_from_ics(text, date, date) IS
'The dates of the events of an iCalendar text (RFC 5545), for make_calendar. Example: SELECT '
'slaops.holidays_from_ics(E''BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224'
'\nEND:VEVENT\nEND:VCALENDAR'');';

CREATE FUNCTION slaops.ics_holidays(
    ics text,
    "from" date DEFAULT '2000-01-01',
    "to" date DEFAULT '2051-01-01'
)
RETURNS TABLE (day date, name text)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_ics_holidays';
COMMENT ON FUNCTION slaops.ics_holidays(text, date, date) IS
'The dates of the events of an iCalendar text (RFC 5545), with their summaries. Example: SELECT * '
'FROM '
'slaops.ics_holidays(E''BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224'
'\nEND:VEVENT\nEND:VCALENDAR'');';

CREATE FUNCTION slaops.tzdata_version()
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_tzdata_version';
COMMENT ON FUNCTION slaops.tzdata_version() IS
'The version of the time zone rules in this library. Example: SELECT slaops.tzdata_version();';

CREATE FUNCTION slaops.cache_usage()
RETURNS text
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'slaops_cache_usage';
COMMENT ON FUNCTION slaops.cache_usage() IS
'The number of compiled calendars that this session caches, and their bytes. Example: SELECT '
'slaops.cache_usage();';
